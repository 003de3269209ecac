/* runtime/pyc.h - cached bytecode. */
#ifndef OU_RUNTIME_PYC_H
#define OU_RUNTIME_PYC_H

#include <Python.h>
#include <sys/stat.h>

#include "base/base.h"

/* Where the bytecode of a source file is kept: __pycache__/NAME.ouroboros-311.pyc beside it, with .opt-1 or .opt-2
 * under -O, or under sys.pycache_prefix.  Refs new str; None if
 * sys.implementation.cache_tag says that nothing is kept; NULL with an error set. */
PyObject *ou_pyc_path(const char *source);

/* The code that a cache file holds for a source file.
 * filename  the str that its code objects shall name
 * Returns   new; NULL without an error if there is none, or it is stale, foreign or damaged; NULL with MemoryError. */
PyObject *ou_pyc_load(const char *path, const char *source, const struct stat *source_stat, PyObject *filename);

/* A .pyc file without its source: ImportError if it is not ours or damaged.  Refs new. */
PyObject *ou_pyc_load_alone(const char *path, PyObject *name, PyObject *filename);

/* The four bytes that a file begins with. */
const char *ou_pyc_magic(void);

/* Is it a file (or the header of one) of ours, undamaged?
 * *flags   PEP 552's
 * Returns  NULL, or the beginning of a message. */
const char *ou_pyc_check(const char *bytes, size_t size, uint32_t *flags);

/* A file's content: flags, then time and size of the source, or its hash, as one little-endian number.  New bytearray. */
PyObject *ou_pyc_bytes(PyObject *code, uint32_t flags, uint64_t key);

/* Keep code for next time.  Whatever goes wrong, nothing is kept and no error is left. */
void ou_pyc_store(const char *path, const struct stat *source_stat, PyObject *code);

/* Read a whole file.  PyMem_Malloc'ed, with a 0 behind it; NULL with OSError or MemoryError set. */
char *ou_file_read(const char *path, size_t *size);

/* Let a code object and those in its constants name another file.  Returns 0 or -1. */
int ou_code_set_filename(PyObject *code, PyObject *filename);

/* SipHash of source text for PEP 552. */
uint64_t ou_pyc_source_hash(uint64_t key, const void *text, size_t size);

#endif

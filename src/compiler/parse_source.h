/* compiler/parse_source.h - from a file's bytes to UTF-8 text.  Private to the parser's files. */
#ifndef OU_COMPILER_PARSE_SOURCE_H
#define OU_COMPILER_PARSE_SOURCE_H

#include <Python.h>
#include <stdbool.h>

typedef struct {
    const char *text; /* UTF-8 (see parse_source.c), without NULs, with a NUL behind it */
    size_t size;
    PyObject *owner;  /* what keeps `text` alive, or NULL if it is the caller's own */
    bool declared;    /* there was a mark or a cookie: errors count columns in characters */
} SourceText;

/* Decode by byte order mark and encoding cookie, UTF-8 without either.  `is_utf8`: look for neither.
 * Returns 0, or -1 with SyntaxError (or what a codec raised) set.  RE-ENTRANT through codecs. */
int ou_source_decode(const char *source, size_t size, PyObject *filename, bool is_utf8, bool from_file,
                     SourceText *out);

#endif

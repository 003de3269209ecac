/* runtime/pyc.c - cached bytecode: files of code objects beside their sources (PEP 3147, PEP 488, PEP 552).
 *
 *   bytes 0..3    magic: "OU\r\n"
 *         4..7    flags: 0 by time and size; 1 by hash, unchecked; 3 by hash, checked
 *         8..15   mtime and size of the source, or its hash
 *        16..     the code object, marshalled
 *        last 8   checksum of all else, under a key made of the instruction table: another build's files don't match
 *
 * (Programs that read these files themselves skip 16 bytes and unmarshal; what follows the code object is not seen.)
 *
 * Invariant  a file appears whole (written beside, then renamed) or not at all; what is stale, foreign or damaged is
 *            never run.  Not being able to write is no error.
 * Not here   when to look for a cache file (import_finders.c), the format of code (bytecode/marshal_*.c). */
#include "base/hash.h"
#include "bytecode/code.h"
#include "bytecode/marshal.h"
#include "compiler/compile.h"
#include "object/state.h"
#include "runtime/pyc.h"

#include <errno.h>
#include <fcntl.h>
#include <marshal.h>
#include <unistd.h>

enum { HEADER_SIZE = 16, CHECKSUM_SIZE = 8, OVERHEAD = HEADER_SIZE + CHECKSUM_SIZE };
enum { FLAG_BY_HASH = 1, FLAG_CHECKED = 2 };
static const char magic[4] = {'O', 'U', '\r', '\n'};

/* ---- files --------------------------------------------------------------------------------------------------------- */

char *
ou_file_read(const char *path, size_t *size)
{
    struct stat st;
    char *text = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0) {
        PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    }
    else if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
    }
    else {
        size_t n = 0, cap = (size_t)st.st_size + 1;
        text = PyMem_Malloc(cap + 1);
        for (ssize_t got = 1; text != NULL && got > 0; n += (size_t)got) {
            if (n == cap) { /* it grew, or has no size */
                char *larger = cap > SIZE_MAX / 2 - 1 ? NULL : PyMem_Realloc(text, (cap *= 2) + 1);
                if (larger == NULL) {
                    PyMem_Free(text);
                    text = NULL;
                    break;
                }
                text = larger;
            }
            got = read(fd, text + n, cap - n);
            if (got < 0) {
                PyErr_SetFromErrnoWithFilename(PyExc_OSError, path);
                PyMem_Free(text);
                close(fd);
                return NULL;
            }
        }
        if (text == NULL) {
            PyErr_NoMemory();
        }
        else {
            text[n] = 0;
            *size = n;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return text;
}

/* ---- names --------------------------------------------------------------------------------------------------------------- */

PyObject *
ou_pyc_path(const char *source)
{
    PyObject *prefix = PySys_GetObject("pycache_prefix"), *tag_holder = PySys_GetObject("implementation"), *tag = NULL;
    PyObject *folder = NULL, *stem = NULL, *result = NULL;
    char optimized[16] = "";
    const char *slash = strrchr(source, '/'), *name = slash ? slash + 1 : source, *dot = strrchr(name, '.');
    if (ou_compile_optimize > 0) {
        snprintf(optimized, sizeof optimized, ".opt-%d", ou_compile_optimize);
    }
    if (tag_holder != NULL && _PyObject_LookupAttr(tag_holder, OU_STR(cache_tag), &tag) < 0) {
        return NULL;
    }
    if (tag == NULL || !PyUnicode_Check(tag)) {
        Py_XDECREF(tag);
        return Py_NewRef(Py_None);
    }
    folder = PyUnicode_DecodeFSDefaultAndSize(source, name - source); /* with its slash, or empty */
    stem = PyUnicode_DecodeFSDefaultAndSize(name, dot ? dot - name : (Py_ssize_t)strlen(name));
    if (folder != NULL && stem != NULL) {
        if (prefix != NULL && PyUnicode_Check(prefix)) {
            char here[4096] = "";
            const char *between = source[0] != '/' && getcwd(here, sizeof here) != NULL ? "/" : "";
            result = PyUnicode_FromFormat("%U%s%s%U%U.%U%s.pyc", prefix, *between ? here : "", between, folder, stem, tag,
                                          optimized);
        }
        else {
            result = PyUnicode_FromFormat("%U__pycache__/%U.%U%s.pyc", folder, stem, tag, optimized);
        }
    }
    Py_DECREF(tag);
    Py_XDECREF(folder);
    Py_XDECREF(stem);
    return result;
}

/* ---- the header ----------------------------------------------------------------------------------------------------------- */

static void
put32(char *to, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        to[i] = (char)(value >> 8 * i);
    }
}

static uint64_t
get(const char *from, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++) {
        value |= (uint64_t)(unsigned char)from[i] << 8 * i;
    }
    return value;
}

static uint64_t
checksum(const char *header, const char *body, size_t size)
{
    static uint64_t key; /* of the instruction table; the same whoever computes it */
    if (key == 0) {
        uint64_t sum = 1;
        for (int op = 0; op < OU_N_BASE_OPS; op++) {
            const OuOpInfo *info = &ou_op_info[op];
            sum = ou_siphash13(sum, info->n_cache, info->name, strlen(info->name));
            sum = ou_siphash13(sum, info->flags, info->fields, sizeof info->fields);
        }
        key = sum | 1;
    }
    return ou_siphash13(key, get(header + 4, 8) ^ get(header + 8, 8) << 1, body, size);
}

/* Is it a file of ours, undamaged? */
static bool
is_whole(const char *bytes, size_t size)
{
    return size > OVERHEAD && memcmp(bytes, magic, sizeof magic) == 0
        && get(bytes + size - CHECKSUM_SIZE, CHECKSUM_SIZE) == checksum(bytes, bytes + HEADER_SIZE, size - OVERHEAD);
}

uint64_t
ou_pyc_source_hash(uint64_t key, const void *text, size_t size)
{
    return ou_siphash13(key, 0, text, size);
}

/* Does the header say that the file is for this source? */
static bool
is_current(const char *header, const char *source, const struct stat *source_stat)
{
    uint64_t flags = get(header + 4, 4);
    if (flags & ~(uint64_t)(FLAG_BY_HASH | FLAG_CHECKED)) {
        return false;
    }
    if (!(flags & FLAG_BY_HASH)) {
        return flags == 0 && get(header + 8, 4) == (uint32_t)source_stat->st_mtime
            && get(header + 12, 4) == (uint32_t)source_stat->st_size;
    }
    const wchar_t *mode = ou_interp()->config->check_hash_pycs_mode;
    bool check = mode != NULL && wcscmp(mode, L"always") == 0 ? true
               : mode != NULL && wcscmp(mode, L"never") == 0  ? false
                                                              : (flags & FLAG_CHECKED) != 0;
    if (!check) {
        return true;
    }
    size_t size;
    char *text = ou_file_read(source, &size);
    bool same = text != NULL && ou_pyc_source_hash(get(magic, 4), text, size) == get(header + 8, 8);
    PyMem_Free(text);
    PyErr_Clear();
    return same;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

int
ou_code_set_filename(PyObject *op, PyObject *filename)
{
    PyCodeObject *code = (PyCodeObject *)op;
    int same = PyUnicode_Compare(code->co_filename, filename);
    if (same == 0 && !PyErr_Occurred()) {
        return 0; /* those inside name the same file as this one */
    }
    if (Py_EnterRecursiveCall(" in code objects")) {
        return -1;
    }
    int status = PyErr_Occurred() ? -1 : 0;
    if (status == 0) {
        Py_SETREF(code->co_filename, Py_NewRef(filename));
    }
    for (Py_ssize_t i = 0; status == 0 && i < PyTuple_GET_SIZE(code->co_consts); i++) {
        PyObject *inner = PyTuple_GET_ITEM(code->co_consts, i);
        if (PyCode_Check(inner)) {
            status = ou_code_set_filename(inner, filename);
        }
    }
    Py_LeaveRecursiveCall();
    return status;
}

/* The code in a file's bytes.  NULL without an error if they are not ours or damaged. */
static PyObject *
code_of(const char *bytes, size_t size, PyObject *filename)
{
    if (!is_whole(bytes, size)) {
        return NULL;
    }
    PyObject *code = ou_marshal_loads(bytes + HEADER_SIZE, (Py_ssize_t)(size - OVERHEAD), true, NULL);
    if (code != NULL && (!PyCode_Check(code) || ou_code_set_filename(code, filename) < 0)) {
        Py_CLEAR(code);
    }
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_MemoryError)) {
        PyErr_Clear();
    }
    return code;
}

PyObject *
ou_pyc_load(const char *path, const char *source, const struct stat *source_stat, PyObject *filename)
{
    struct stat st;
    size_t size;
    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode)) {
        return NULL;
    }
    char *bytes = ou_file_read(path, &size);
    if (bytes == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_MemoryError)) {
            PyErr_Clear();
        }
        return NULL;
    }
    PyObject *code = size > OVERHEAD && is_current(bytes, source, source_stat) ? code_of(bytes, size, filename) : NULL;
    PyMem_Free(bytes);
    return code;
}

const char *
ou_pyc_magic(void)
{
    return magic;
}

const char *
ou_pyc_check(const char *bytes, size_t size, uint32_t *flags)
{
    if (size < HEADER_SIZE || memcmp(bytes, magic, sizeof magic) != 0) {
        return "bad magic number in";
    }
    *flags = (uint32_t)get(bytes + 4, 4);
    return *flags & ~(uint32_t)(FLAG_BY_HASH | FLAG_CHECKED) ? "invalid flags in"
         : size > HEADER_SIZE && !is_whole(bytes, size)      ? "damaged bytecode, or of another build, in"
                                                             : NULL;
}

PyObject *
ou_pyc_load_alone(const char *path, PyObject *name, PyObject *filename)
{
    size_t size;
    char *bytes = ou_file_read(path, &size);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *code = code_of(bytes, size, filename);
    if (code == NULL && !PyErr_Occurred()) {
        bool foreign = size < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0;
        PyObject *text = PyUnicode_FromFormat(foreign ? "bad magic number in %R: not bytecode of Ouroboros"
                                                      : "damaged bytecode, or of another build, in %R",
                                              name);
        if (text != NULL) {
            PyErr_SetImportError(text, name, filename);
            Py_DECREF(text);
        }
    }
    PyMem_Free(bytes);
    return code;
}

/* ---- writing ------------------------------------------------------------------------------------------- */

PyObject *
ou_pyc_bytes(PyObject *code, uint32_t flags, uint64_t key)
{
    PyObject *body = PyMarshal_WriteObjectToString(code, Py_MARSHAL_VERSION), *file;
    if (body == NULL) {
        return NULL;
    }
    size_t size = (size_t)PyBytes_GET_SIZE(body);
    file = PyByteArray_FromStringAndSize(NULL, (Py_ssize_t)(size + OVERHEAD));
    if (file != NULL) {
        char *bytes = ((PyByteArrayObject *)file)->ob_start; /* it is not empty */
        memcpy(bytes, magic, sizeof magic);
        put32(bytes + 4, flags);
        put32(bytes + 8, (uint32_t)key);
        put32(bytes + 12, (uint32_t)(key >> 32));
        memcpy(bytes + HEADER_SIZE, PyBytes_AS_STRING(body), size);
        uint64_t sum = checksum(bytes, bytes + HEADER_SIZE, size);
        put32(bytes + HEADER_SIZE + size, (uint32_t)sum);
        put32(bytes + HEADER_SIZE + size + 4, (uint32_t)(sum >> 32));
    }
    Py_DECREF(body);
    return file;
}

/* Make the folder of a file, and those above it.  path is changed and put back. */
static void
make_folders(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path) {
        return;
    }
    *slash = 0;
    if (mkdir(path, 0777) < 0 && errno == ENOENT) {
        make_folders(path);
        mkdir(path, 0777);
    }
    *slash = '/';
}

static bool
write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

void
ou_pyc_store(const char *path, const struct stat *source_stat, PyObject *code)
{
    PyObject *file = ou_pyc_bytes(code, 0, (uint32_t)source_stat->st_mtime | (uint64_t)source_stat->st_size << 32);
    size_t path_size = strlen(path) + 1;
    char *names = file == NULL ? NULL : PyMem_Malloc(2 * path_size + 32);
    if (names == NULL) {
        Py_XDECREF(file);
        PyErr_Clear();
        return;
    }
    char *final = names, *temporary = names + path_size;
    memcpy(final, path, path_size);
    snprintf(temporary, path_size + 32, "%s.%ld", path, (long)getpid());
    mode_t mode = (source_stat->st_mode & 0666) | 0200;
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0 && errno == ENOENT) {
        make_folders(final);
        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    }
    if (fd >= 0) {
        bool good = write_all(fd, PyByteArray_AS_STRING(file), (size_t)PyByteArray_GET_SIZE(file));
        good = close(fd) == 0 && good;
        if (!good || rename(temporary, final) < 0) {
            unlink(temporary);
        }
    }
    PyMem_Free(names);
    Py_DECREF(file);
}

/* compiler/parse_source.c - which encoding a source is in (PEP 263), and its text as UTF-8.
 *
 * Owns       the decoded text, through `owner` of what it returns.
 * Invariant  what is returned has no NULs.  It is valid UTF-8, but where the bytes of a compile() call or of
 *            a declared UTF-8 file are not: those are errors only where they matter, in names and literals,
 *            and found there.
 * Not here   newlines: parse.c. */
#include <Python.h>
#include <string.h>

#include "base/base.h"
#include "base/utf8.h"
#include "compiler/parse_source.h"

#define COOKIE_MAX 64 /* no codec's name is longer */

/* ---- the cookie ---- */

static bool
is_cookie_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

/* Does the line only hold blanks and perhaps a comment?  Out: where the comment begins, or NULL. */
static bool
line_is_blank(const char *line, const char *end, const char **comment)
{
    const char *p = line;
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\f')) {
        p++;
    }
    *comment = p < end && *p == '#' ? p : NULL;
    return p == end || *p == '#' || *p == '\n' || *p == '\r';
}

/* The encoding named in a comment.  Out: the name.  Returns whether there is one. */
static bool
comment_cookie(const char *p, const char *end, char *name)
{
    for (; end - p > 6; p++) {
        if (memcmp(p, "coding", 6) != 0 || (p[6] != ':' && p[6] != '=')) {
            continue;
        }
        const char *start = p + 7;
        while (start < end && (*start == ' ' || *start == '\t')) {
            start++;
        }
        const char *stop = start;
        while (stop < end && is_cookie_char(*stop)) {
            stop++;
        }
        size_t len = (size_t)(stop - start);
        if (len > 0 && len < COOKIE_MAX) {
            memcpy(name, start, len);
            name[len] = 0;
            return true;
        }
    }
    return false;
}

/* Spell UTF-8 and Latin-1 as we compare them, whatever the cookie's fashion. */
static void
cookie_normalize(char *name)
{
    char start[13];
    size_t n = 0;
    for (; n < 12 && name[n] != 0; n++) {
        char c = name[n];
        start[n] = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    start[n] = 0;
    if (strcmp(start, "utf-8") == 0 || strncmp(start, "utf-8-", 6) == 0) {
        strcpy(name, "utf-8");
        return;
    }
    static const char *const latin[] = {"latin-1", "iso-8859-1", "iso-latin-1"};
    for (size_t i = 0; i < OU_COUNT_OF(latin); i++) {
        size_t len = strlen(latin[i]);
        if (strncmp(start, latin[i], len) == 0 && (start[len] == 0 || start[len] == '-')) {
            strcpy(name, "iso-8859-1");
            return;
        }
    }
}

/* Look for a cookie in the first two lines; the second counts if the first is blank or a comment. */
static bool
find_cookie(const char *source, const char *end, char *name)
{
    const char *line = source, *comment;
    for (int i = 0; i < 2 && line < end; i++) {
        const char *stop = line;
        while (stop < end && *stop != '\n' && *stop != '\r') {
            stop++;
        }
        if (!line_is_blank(line, stop, &comment)) {
            return false;
        }
        if (comment != NULL && comment_cookie(comment, stop, name)) {
            cookie_normalize(name);
            return true;
        }
        line = stop + (stop < end && *stop == '\r' && stop + 1 < end && stop[1] == '\n' ? 2 : 1);
    }
    return false;
}

/* ---- errors ---- */

/* SyntaxError about the whole source.  Refs: takes `message`; NULL is an error that is set. */
static int
source_error(PyObject *message, PyObject *filename, bool from_file)
{
    if (message == NULL) {
        return -1;
    }
    PyObject *value = from_file ? Py_NewRef(message) : Py_BuildValue("(O(OiiO))", message, filename, 0, -1, Py_None);
    Py_DECREF(message);
    if (value != NULL) {
        PyErr_SetObject(PyExc_SyntaxError, value);
        Py_DECREF(value);
    }
    return -1;
}

/* A codec failed: its words, or in a file just which encoding it was. */
static int
codec_error(const char *name, PyObject *filename, bool from_file)
{
    PyObject *type, *value, *traceback, *message = NULL;
    if (PyErr_ExceptionMatches(PyExc_MemoryError) || !PyErr_ExceptionMatches(PyExc_Exception)) {
        return -1;
    }
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    message = from_file ? PyUnicode_FromFormat("encoding problem: %s", name) : PyObject_Str(value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return source_error(message, filename, from_file);
}

/* A file that says nothing of its encoding must be UTF-8. */
static int
undeclared_file_error(const char *source, size_t at, PyObject *filename)
{
    int lineno = 1;
    for (const char *p = source; p < source + at; p++) {
        lineno += *p == '\n';
    }
    char hex[8];
    PyOS_snprintf(hex, sizeof hex, "\\x%02x", (unsigned char)source[at]);
    return source_error(PyUnicode_FromFormat("Non-UTF-8 code starting with '%s' in file %S on line %d, but no "
                                             "encoding declared; see https://peps.python.org/pep-0263/ for details",
                                             hex, filename, lineno),
                        filename, true);
}

/* ---- decoding ---- */

/* Decode with the codec `name`. */
static int
codec_decode(const char *source, size_t size, const char *name, PyObject *filename, bool from_file, SourceText *out)
{
    PyObject *text;
    if (strcmp(name, "iso-8859-1") == 0) {
        text = PyUnicode_DecodeLatin1(source, (Py_ssize_t)size, NULL);
    }
    else {
        text = PyUnicode_Decode(source, (Py_ssize_t)size, name, NULL);
    }
    if (text == NULL) {
        return codec_error(name, filename, from_file);
    }
    PyObject *utf8 = PyUnicode_AsUTF8String(text);
    Py_DECREF(text);
    if (utf8 == NULL) {
        return codec_error(name, filename, from_file);
    }
    out->owner = utf8;
    out->text = PyBytes_AS_STRING(utf8);
    out->size = (size_t)PyBytes_GET_SIZE(utf8);
    return 0;
}

/* Leave out what stands between a NUL and the next line: CPython reads a program's file by lines that end at a NUL. */
static int
cut_at_nuls(SourceText *text)
{
    PyObject *rest = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)text->size);
    if (rest == NULL) {
        Py_CLEAR(text->owner);
        return -1;
    }
    char *to = PyBytes_AS_STRING(rest);
    const char *end = text->text + text->size;
    for (const char *from = text->text; from < end;) {
        const char *newline = memchr(from, '\n', (size_t)(end - from)), *next = newline == NULL ? end : newline + 1;
        const char *nul = memchr(from, 0, (size_t)(next - from));
        size_t n = (size_t)((nul == NULL ? next : nul) - from);
        memcpy(to, from, n);
        to += n;
        from = next;
    }
    *to = 0;
    Py_XSETREF(text->owner, rest);
    text->text = PyBytes_AS_STRING(rest);
    text->size = (size_t)(to - text->text);
    return 0;
}

int
ou_source_decode(const char *source, size_t size, PyObject *filename, bool is_utf8, bool from_file, SourceText *out)
{
    char cookie[COOKIE_MAX];
    memset(out, 0, sizeof *out);
    out->declared = is_utf8;
    bool mark = !is_utf8 && size >= 3 && memcmp(source, "\xEF\xBB\xBF", 3) == 0;
    if (mark) {
        source += 3;
        size -= 3;
        out->declared = true;
    }
    if (!is_utf8 && find_cookie(source, source + size, cookie)) {
        out->declared = true;
        bool utf8 = strcmp(cookie, "utf-8") == 0;
        if (mark && !utf8) {
            return source_error(PyUnicode_FromFormat("encoding problem: %s with BOM", cookie), filename, from_file);
        }
        if (!utf8 && codec_decode(source, size, cookie, filename, from_file, out) < 0) {
            return -1;
        }
    }
    else if (from_file && !mark) {
        OuUtf8Summary summary;
        if (!ou_utf8_validate(source, size, &summary)) {
            return undeclared_file_error(source, summary.error_at, filename);
        }
    }
    if (out->text == NULL) {
        out->text = source;
        out->size = size;
    }
    return memchr(out->text, 0, out->size) != NULL ? cut_at_nuls(out) : 0;
}

/* cli/prompt_complete.c - completion at the prompt: what the name before the cursor could become.
 *
 * Names of __main__ and builtins, keywords, attributes of what a dotted name stands for (which may run Python code),
 * modules after import and from.
 *
 * Invariant  no error is left set.
 * Not here   keys and screen (prompt.c). */
#include "cli/prompt.h"
#include "object/hold.h"

bool
ou_prompt_is_name_char(char c)
{
    return Py_ISALNUM(c) || c == '_' || (unsigned char)c >= 0x80;
}

static const char *const keywords[] = {"False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
                                       "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
                                       "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
                                       "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};

/* Does the line begin with import or from, and nothing but a name follow up to `start`? */
static bool
is_import(const char *text, size_t start)
{
    size_t at = strspn(text, " \t");
    at += strncmp(text + at, "import ", 7) == 0 ? 7 : strncmp(text + at, "from ", 5) == 0 ? 5 : 0;
    return at > 0 && at <= start && strspn(text + at, " \t") >= start - at && (text[at - 1] == ' ');
}

/* The names of modules: built in and of the library.  New list or NULL. */
static PyObject *
module_names(void)
{
    PyObject *library = PySys_GetObject("stdlib_module_names"), *built_in = PySys_GetObject("builtin_module_names");
    PyObject *names = library == NULL ? PyList_New(0) : PySequence_List(library);
    PyObject *more = names == NULL || built_in == NULL ? NULL : PySequence_List(built_in);
    if (more != NULL) {
        PyList_SetSlice(names, PyList_GET_SIZE(names), PyList_GET_SIZE(names), more);
        Py_DECREF(more);
    }
    return names;
}

/* The names that could follow: attributes of a dotted name's object, or globals and builtins.  New list or NULL. */
static PyObject *
candidates(const char *dotted, size_t dotted_size)
{
    PyObject *module = PyImport_AddModule("__main__"), *names = NULL;
    PyObject *globals = module == NULL ? NULL : PyModule_GetDict(module);
    if (globals == NULL) {
        return NULL;
    }
    if (dotted_size == 0) {
        PyObject *builtins = PyMapping_Keys(ou_interp()->builtins);
        names = PyDict_Keys(globals);
        if (names != NULL && builtins != NULL) {
            PyList_SetSlice(names, PyList_GET_SIZE(names), PyList_GET_SIZE(names), builtins);
        }
        Py_XDECREF(builtins);
        for (size_t i = 0; names != NULL && i < OU_COUNT_OF(keywords); i++) {
            PyObject *word = PyUnicode_FromString(keywords[i]);
            if (word != NULL) {
                PyList_Append(names, word);
                Py_DECREF(word);
            }
        }
        return names;
    }
    PyObject *object = NULL;
    for (size_t from = 0; from <= dotted_size;) {
        size_t to = from;
        while (to < dotted_size && dotted[to] != '.') {
            to++;
        }
        PyObject *part = PyUnicode_FromStringAndSize(dotted + from, (Py_ssize_t)(to - from)), *next = NULL;
        if (part != NULL && object == NULL) {
            next = Py_XNewRef(PyDict_GetItemWithError(globals, part));
            next = next != NULL ? next : Py_XNewRef(PyDict_GetItemWithError(ou_interp()->builtins, part));
        }
        else if (part != NULL) {
            next = PyObject_GetAttr(object, part);
        }
        Py_XDECREF(part);
        Py_XDECREF(object);
        object = next;
        if (object == NULL) {
            return NULL;
        }
        from = to + 1;
    }
    names = PyModule_CheckExact(object) ? PyDict_Keys(PyModule_GetDict(object)) /* dir(sys) would hand importing over */
                                        : PyObject_Dir(object);
    Py_XDECREF(object);
    return names;
}

int
ou_prompt_complete(const char *text, size_t at, char *added, size_t added_size, char *listing, size_t listing_size)
{
    size_t start = at, dot, n = 0, used = 0;
    char common[256] = "";
    *added = *listing = 0;
    while (start > 0 && (ou_prompt_is_name_char(text[start - 1]) || text[start - 1] == '.')) {
        start--;
    }
    for (dot = at; dot > start && text[dot - 1] != '.'; dot--) {
    }
    size_t prefix = at - dot;
    if (at == start) {
        return 0;
    }
    PyGILState_STATE lock = PyGILState_Ensure();
    PyObject *names =
        dot == start && is_import(text, start) ? module_names() : candidates(text + start, dot > start ? dot - 1 - start : 0);
    if (names != NULL && PyList_Sort(names) < 0) {
        PyErr_Clear();
    }
    const char *last = "";
    for (Py_ssize_t i = 0; names != NULL && i < PyList_GET_SIZE(names); i++) {
        const char *name = PyUnicode_Check(PyList_GET_ITEM(names, i)) ? PyUnicode_AsUTF8(PyList_GET_ITEM(names, i)) : NULL;
        if (name == NULL || strncmp(name, text + dot, prefix) != 0 || (prefix == 0 && name[0] == '_')
            || strcmp(name, last) == 0) {
            continue;
        }
        last = name;
        if (n++ == 0) {
            snprintf(common, sizeof common, "%s", name);
        }
        size_t same = 0;
        while (common[same] != 0 && common[same] == name[same]) {
            same++;
        }
        common[same] = 0;
        used += (size_t)snprintf(listing + used, listing_size - used, "%s  ", name);
        used = Py_MIN(used, listing_size - 1);
    }
    snprintf(added, added_size, "%s", strlen(common) > prefix ? common + prefix : "");
    PyErr_Clear();
    Py_XDECREF(names);
    PyGILState_Release(lock);
    return (int)n;
}

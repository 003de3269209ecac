/* modules/sys/sys.c - module sys and the PySys_ functions.
 *
 * Invariant  the PySys_ functions read the interpreter's sysdict: sys.modules has no say.
 * Not here   the standard streams (modules/_io), paths (runtime/stdlib_path.c). */
#include "modules/sys/sys.h"
#include "types/str.h"

static struct PyModuleDef sys_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "sys",
    .m_doc = "The runtime, its objects and its functions.",
    .m_size = -1,
};

PyMODINIT_FUNC
PyInit_sys(void)
{
    PyObject *module = PyModule_Create(&sys_module);
    PyObject *names = module == NULL ? NULL : PyModule_GetDict(module);
    if (names == NULL || PyModule_AddFunctions(module, ou_sys_memory_methods) < 0
        || PyModule_AddFunctions(module, ou_sys_hook_methods) < 0 || ou_sys_info_enter(names) < 0
        || PyDict_SetItem(names, OU_STR(modules), ou_interp()->modules) < 0) {
        Py_XDECREF(module);
        return NULL;
    }
    return module;
}

/* PySys_GetObject: an entry of sys, borrowed; NULL without an error if there is none. */
PyObject *
PySys_GetObject(const char *name)
{
    PyObject *names = ou_interp()->sysdict;
    if (names == NULL) {
        return NULL;
    }
    PyObject *key = ou_intern_find(name, strlen(name)); /* keys are interned: nothing to allocate, nothing to fail */
    return key == NULL ? NULL : PyDict_GetItemWithError(names, key);
}

PyObject *
_PySys_GetAttr(PyThreadState *ts, PyObject *name)
{
    PyObject *names = ts->interp->sysdict;
    return names == NULL ? NULL : PyDict_GetItemWithError(names, name);
}

/* PySys_SetObject: sys.name = value, or delete it for NULL.  Returns 0, or -1 with an error set. */
int
PySys_SetObject(const char *name, PyObject *value)
{
    PyObject *names = ou_interp()->sysdict;
    if (names == NULL) {
        return -1;
    }
    if (value == NULL) {
        return PyDict_GetItemString(names, name) == NULL ? 0 : PyDict_DelItemString(names, name);
    }
    PyObject *key = PyUnicode_InternFromString(name);
    int status = key == NULL ? -1 : PyDict_SetItem(names, key, value);
    Py_XDECREF(key);
    return status;
}

/* Write to sys.`name`, or to the C stream if there is none such; errors are dropped. */
static void
write_text(const char *name, FILE *otherwise, const char *text)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *file = PySys_GetObject(name);
    if (file == NULL || file == Py_None || PyFile_WriteString(text, file) < 0) {
        PyErr_Clear();
        fputs(text, otherwise);
    }
    PyErr_Restore(type, value, traceback);
}

static void
write_format(const char *name, FILE *otherwise, const char *format, va_list va)
{
    char text[1001]; /* as documented: cut at 1000 bytes */
    int n = PyOS_vsnprintf(text, sizeof text, format, va);
    write_text(name, otherwise, text);
    if (n < 0 || (size_t)n >= sizeof text) {
        write_text(name, otherwise, "... truncated");
    }
}

void
PySys_WriteStdout(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    write_format("stdout", stdout, format, va);
    va_end(va);
}

void
PySys_WriteStderr(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    write_format("stderr", stderr, format, va);
    va_end(va);
}

static void
write_object_format(const char *name, FILE *otherwise, const char *format, va_list va)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *text = PyUnicode_FromFormatV(format, va);
    const char *utf8 = text == NULL ? NULL : PyUnicode_AsUTF8(text);
    if (utf8 != NULL) {
        write_text(name, otherwise, utf8);
    }
    PyErr_Clear();
    Py_XDECREF(text);
    PyErr_Restore(type, value, traceback);
}

void
PySys_FormatStdout(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    write_object_format("stdout", stdout, format, va);
    va_end(va);
}

void
PySys_FormatStderr(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    write_object_format("stderr", stderr, format, va);
    va_end(va);
}

PyObject *
PySys_GetXOptions(void)
{
    return PySys_GetObject("_xoptions");
}

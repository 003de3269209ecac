/* modules/syslog.c - module syslog: messages to the system's log.
 *
 * Owns       `identity`, the text that every message opens with: the C library keeps the pointer, so it lives until the
 *            library was given another or none.
 * Invariant  the lock is given up only while a message is written.  The C library has a lock of its own, so when openlog()
 *            or closelog() return nobody reads the old identity.
 * Source     Library Reference, syslog; POSIX.1-2017. */
#include <syslog.h>

#include <string.h>

#include <Python.h>

#include "object/hold.h"

static char *identity; /* PyMem_RawMalloc'ed; NULL: the C library's choice */
static bool is_open;

static void
use_identity(char *text)
{
    PyMem_RawFree(identity);
    identity = text;
}

/* The program's name, the last part of sys.argv[0], or None.  New; NULL with MemoryError set. */
static PyObject *
program_name(void)
{
    PyObject *argv = PySys_GetObject("argv");
    if (argv == NULL || !PyList_Check(argv) || PyList_GET_SIZE(argv) == 0) {
        return Py_NewRef(Py_None);
    }
    PyObject *script = PyList_GET_ITEM(argv, 0);
    if (!PyUnicode_Check(script) || PyUnicode_GET_LENGTH(script) == 0) {
        return Py_NewRef(Py_None);
    }
    Py_ssize_t len = PyUnicode_GET_LENGTH(script);
    return PyUnicode_Substring(script, PyUnicode_FindChar(script, '/', 0, len, -1) + 1, len);
}

/* A C library's copy of ident, which is a str or None.  Returns 0, or -1 with UnicodeEncodeError or MemoryError set. */
static int
copy_text(PyObject *ident, char **copy)
{
    Py_ssize_t size;
    const char *text = ident == Py_None ? NULL : PyUnicode_AsUTF8AndSize(ident, &size);
    *copy = NULL;
    if (text == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    *copy = PyMem_RawMalloc((size_t)size + 1);
    if (*copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(*copy, text, (size_t)size + 1);
    return 0;
}

/* Returns 0, or -1 with an error set and nothing changed.  Refs: takes ident, a str or None.  RE-ENTRANT: audit hooks. */
static int
open_log(PyObject *ident, long options, long facility)
{
    char *copy;
    if (ident == NULL) {
        return -1;
    }
    OU_HOLD(hold, &ident);
    int status = copy_text(ident, &copy);
    if (status == 0 && (status = PySys_Audit("syslog.openlog", "Oll", ident, options, facility)) < 0) {
        PyMem_RawFree(copy);
    }
    OU_HOLD_END(hold);
    Py_DECREF(ident);
    if (status == 0) {
        openlog(copy, (int)options, (int)facility);
        use_identity(copy);
        is_open = true;
    }
    return status;
}

static PyObject *
syslog_openlog(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"ident", "logoption", "facility", NULL};
    PyObject *ident = NULL;
    long options = 0, facility = LOG_USER;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|Ull:openlog", names, &ident, &options, &facility)
        || open_log(ident != NULL ? Py_NewRef(ident) : program_name(), options, facility) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
syslog_syslog(PyObject *module, PyObject *args)
{
    PyObject *message;
    int priority = LOG_INFO;
    if (!PyArg_ParseTuple(args, "iU;[priority,] message string", &priority, &message)) {
        PyErr_Clear();
        priority = LOG_INFO;
        if (!PyArg_ParseTuple(args, "U;[priority,] message string", &message)) {
            return NULL;
        }
    }
    const char *text = PyUnicode_AsUTF8(message);
    if (text == NULL || PySys_Audit("syslog.syslog", "is", priority, text) < 0
        || (!is_open && open_log(program_name(), 0, LOG_USER) < 0)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS;
    syslog(priority, "%s", text);
    Py_END_ALLOW_THREADS;
    Py_RETURN_NONE;
}

static PyObject *
syslog_closelog(PyObject *module, PyObject *unused)
{
    if (PySys_Audit("syslog.closelog", NULL) < 0) {
        return NULL;
    }
    if (is_open) {
        closelog();
        use_identity(NULL);
        is_open = false;
    }
    Py_RETURN_NONE;
}

static PyObject *
syslog_setlogmask(PyObject *module, PyObject *args)
{
    long mask;
    if (!PyArg_ParseTuple(args, "l;mask for priority", &mask) || PySys_Audit("syslog.setlogmask", "l", mask) < 0) {
        return NULL;
    }
    return PyLong_FromLong(setlogmask((int)mask));
}

/* 2 to the power of a priority, which wraps at 32 as the machine's shift does. */
static unsigned
priority_bit(long priority)
{
    return 1u << ((unsigned long)priority & 31);
}

static PyObject *
syslog_log_mask(PyObject *module, PyObject *args)
{
    long priority;
    return PyArg_ParseTuple(args, "l:LOG_MASK", &priority) ? PyLong_FromLong((int)priority_bit(priority)) : NULL;
}

static PyObject *
syslog_log_upto(PyObject *module, PyObject *args)
{
    long priority;
    if (!PyArg_ParseTuple(args, "l:LOG_UPTO", &priority)) {
        return NULL;
    }
    return PyLong_FromLong((int)(priority_bit((long)((unsigned long)priority + 1)) - 1));
}

static PyMethodDef syslog_methods[] = {
    {"openlog", (PyCFunction)(void (*)(void))syslog_openlog, METH_VARARGS | METH_KEYWORDS,
     "openlog([ident[, logoption[, facility]]])\n\nWhat later messages open with, and where they go."},
    {"closelog", syslog_closelog, METH_NOARGS, "closelog()\n\nBack to how things were before the first message."},
    {"syslog", syslog_syslog, METH_VARARGS, "syslog([priority,] message)\n\nWrite a message to the system's log."},
    {"setlogmask", syslog_setlogmask, METH_VARARGS,
     "setlogmask(mask)\n\nWhich priorities are written; returns the mask before."},
    {"LOG_MASK", syslog_log_mask, METH_VARARGS, "LOG_MASK(priority)\n\nThe mask of one priority."},
    {"LOG_UPTO", syslog_log_upto, METH_VARARGS, "LOG_UPTO(priority)\n\nThe mask of all priorities up to one."},
    {NULL},
};

static int
syslog_exec(PyObject *module)
{
    static const struct {
        const char *name;
        int value;
    } constants[] = {
#define ROW(name) {#name, name}
        ROW(LOG_EMERG),  ROW(LOG_ALERT),  ROW(LOG_CRIT),   ROW(LOG_ERR),    ROW(LOG_WARNING),  ROW(LOG_NOTICE), ROW(LOG_INFO),
        ROW(LOG_DEBUG),  ROW(LOG_PID),    ROW(LOG_CONS),   ROW(LOG_NDELAY), ROW(LOG_ODELAY),   ROW(LOG_NOWAIT), ROW(LOG_PERROR),
        ROW(LOG_KERN),   ROW(LOG_USER),   ROW(LOG_MAIL),   ROW(LOG_DAEMON), ROW(LOG_AUTH),     ROW(LOG_LPR),    ROW(LOG_LOCAL0),
        ROW(LOG_LOCAL1), ROW(LOG_LOCAL2), ROW(LOG_LOCAL3), ROW(LOG_LOCAL4), ROW(LOG_LOCAL5),   ROW(LOG_LOCAL6), ROW(LOG_LOCAL7),
        ROW(LOG_SYSLOG), ROW(LOG_CRON),   ROW(LOG_UUCP),   ROW(LOG_NEWS),   ROW(LOG_AUTHPRIV),
#undef ROW
    };
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot syslog_slots[] = {{Py_mod_exec, syslog_exec}, {0, NULL}};

static PyModuleDef syslog_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "syslog",
    .m_methods = syslog_methods,
    .m_slots = syslog_slots,
};

PyMODINIT_FUNC
PyInit_syslog(void)
{
    return PyModuleDef_Init(&syslog_module);
}

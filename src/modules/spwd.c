/* modules/spwd.c - module spwd: the system's shadow passwords.
 *
 * Owns       the module's state its class of records.
 * Invariant  what the C library returns is copied at once: its next answer lies in the same place.
 * Source     Library Reference, spwd; shadow.h. */
#include <errno.h>
#include <shadow.h>
#include <string.h>

#include <Python.h>

#include "base/base.h"

typedef struct {
    PyTypeObject *record; /* owned */
} SpwdState;

static SpwdState *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

static PyObject *
text_new(const char *text)
{
    return text != NULL ? PyUnicode_DecodeFSDefault(text) : Py_NewRef(Py_None);
}

static PyObject *
entry_new(PyObject *module, const struct spwd *p)
{
    PyObject *fields[] = {
        text_new(p->sp_namp),         text_new(p->sp_pwdp),          PyLong_FromLong(p->sp_lstchg),
        PyLong_FromLong(p->sp_min),   PyLong_FromLong(p->sp_max),    PyLong_FromLong(p->sp_warn),
        PyLong_FromLong(p->sp_inact), PyLong_FromLong(p->sp_expire), PyLong_FromLong((long)p->sp_flag),
        text_new(p->sp_namp),         text_new(p->sp_pwdp), /* the last two are older names of the first */
    };
    PyObject *record = PyStructSequence_New(state_of(module)->record);
    bool whole = record != NULL;
    for (int i = 0; i < (int)OU_COUNT_OF(fields); i++) {
        whole &= fields[i] != NULL;
        if (record != NULL) {
            PyStructSequence_SetItem(record, i, fields[i]);
        }
        else {
            Py_XDECREF(fields[i]);
        }
    }
    if (!whole) {
        Py_CLEAR(record);
    }
    return record;
}

static PyObject *
spwd_getspnam(PyObject *module, PyObject *arg)
{
    if (!PyUnicode_Check(arg)) {
        return PyErr_Format(PyExc_TypeError, "getspnam() argument must be str, not %.50s", Py_TYPE(arg)->tp_name);
    }
    PyObject *name = PyUnicode_EncodeFSDefault(arg), *result = NULL;
    if (name == NULL) {
        return NULL;
    }
    if (strlen(PyBytes_AS_STRING(name)) != (size_t)PyBytes_GET_SIZE(name)) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
    }
    else {
        errno = 0;
        const struct spwd *found = getspnam(PyBytes_AS_STRING(name));
        if (found != NULL) {
            result = entry_new(module, found);
        }
        else if (errno != 0) {
            PyErr_SetFromErrno(PyExc_OSError);
        }
        else {
            PyErr_SetString(PyExc_KeyError, "getspnam(): name not found");
        }
    }
    Py_DECREF(name);
    return result;
}

static PyObject *
spwd_getspall(PyObject *module, PyObject *unused)
{
    PyObject *list = PyList_New(0);
    const struct spwd *found;
    setspent();
    while (list != NULL && (found = getspent()) != NULL) {
        PyObject *entry = entry_new(module, found);
        if (entry == NULL || PyList_Append(list, entry) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(entry);
    }
    endspent();
    return list;
}

static PyMethodDef spwd_methods[] = {
    {"getspnam", spwd_getspnam, METH_O, "getspnam($module, arg, /)\n--\n\nThe entry of a user's name."},
    {"getspall", spwd_getspall, METH_NOARGS, "getspall($module, /)\n--\n\nAll entries."},
    {NULL},
};

static int
spwd_exec(PyObject *module)
{
    static PyStructSequence_Field fields[] = {
        {"sp_namp", "user name"},
        {"sp_pwdp", "encrypted password"},
        {"sp_lstchg", "day of the last change"},
        {"sp_min", "days before a change is allowed"},
        {"sp_max", "days before a change is required"},
        {"sp_warn", "days of warning before that"},
        {"sp_inact", "days after that until the account is disabled"},
        {"sp_expire", "day on which the account expires"},
        {"sp_flag", "reserved"},
        {"sp_nam", "user name; an older spelling of sp_namp"},
        {"sp_pwd", "encrypted password; an older spelling of sp_pwdp"},
        {NULL, NULL},
    };
    static PyStructSequence_Desc desc = {"spwd.struct_spwd", "What is known of a user's password.", fields, 9};
    if (PyErr_WarnEx(PyExc_DeprecationWarning, "'spwd' is deprecated and slated for removal in Python 3.13", 1) < 0) {
        return -1;
    }
    SpwdState *state = state_of(module);
    state->record = PyStructSequence_NewType(&desc);
    return state->record == NULL ? -1 : PyModule_AddType(module, state->record);
}

static int
spwd_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(state_of(module)->record);
    return 0;
}

static int
spwd_clear(PyObject *module)
{
    Py_CLEAR(state_of(module)->record);
    return 0;
}

static void
spwd_free(void *module)
{
    spwd_clear(module);
}

static PyModuleDef_Slot spwd_slots[] = {{Py_mod_exec, spwd_exec}, {0, NULL}};

static PyModuleDef spwd_module = {
    PyModuleDef_HEAD_INIT,       .m_name = "spwd",          .m_doc = "The system's shadow passwords.  Only root may read them.",
    .m_size = sizeof(SpwdState), .m_methods = spwd_methods, .m_slots = spwd_slots,
    .m_traverse = spwd_traverse, .m_clear = spwd_clear,     .m_free = spwd_free,
};

PyMODINIT_FUNC
PyInit_spwd(void)
{
    return PyModuleDef_Init(&spwd_module);
}

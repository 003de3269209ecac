/* modules/pwd.c - modules pwd and grp: the system's users and groups.
 *
 * Owns       each module's state its class of records.
 * Invariant  what the C library returns is copied at once: its next answer lies in the same place.
 * Source     Library Reference, pwd, grp; POSIX.1-2017. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "modules/posix/posix.h"

typedef struct {
    PyTypeObject *record; /* owned */
} AccountsState;

static PyTypeObject *
record_type(PyObject *module)
{
    return ((AccountsState *)PyModule_GetState(module))->record;
}

static int
accounts_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(record_type(module));
    return 0;
}

static int
accounts_clear(PyObject *module)
{
    Py_CLEAR(((AccountsState *)PyModule_GetState(module))->record);
    return 0;
}

static void
accounts_free(void *module)
{
    accounts_clear(module);
}

static int
accounts_exec(PyObject *module, PyStructSequence_Desc *desc)
{
    AccountsState *state = PyModule_GetState(module);
    state->record = PyStructSequence_NewType(desc);
    return state->record == NULL ? -1 : PyModule_AddType(module, state->record);
}

/* ---- fields: each takes the next place; NULL anywhere spoils the record ------------------------------------------------ */

static PyObject *
text_new(const char *text)
{
    return text != NULL ? PyUnicode_DecodeFSDefault(text) : Py_NewRef(Py_None);
}

/* (uid_t)-1 and the like is -1. */
static PyObject *
id_new(unsigned id)
{
    return id == (unsigned)-1 ? PyLong_FromLong(-1) : PyLong_FromUnsignedLong(id);
}

/* Refs: takes the n fields; NULL if one is. */
static PyObject *
record_new(PyObject *module, PyObject **fields, int n)
{
    PyObject *record = PyStructSequence_New(record_type(module));
    bool whole = record != NULL;
    for (int i = 0; i < n; i++) {
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
user_new(PyObject *module, const struct passwd *p)
{
    PyObject *fields[] = {text_new(p->pw_name),  text_new(p->pw_passwd), id_new(p->pw_uid),    id_new(p->pw_gid),
                          text_new(p->pw_gecos), text_new(p->pw_dir),    text_new(p->pw_shell)};
    return record_new(module, fields, OU_COUNT_OF(fields));
}

static PyObject *
group_new(PyObject *module, const struct group *g)
{
    PyObject *members = PyList_New(0);
    for (char **at = g->gr_mem; members != NULL && at != NULL && *at != NULL; at++) {
        PyObject *name = text_new(*at);
        if (name == NULL || PyList_Append(members, name) < 0) {
            Py_CLEAR(members);
        }
        Py_XDECREF(name);
    }
    PyObject *fields[] = {text_new(g->gr_name), text_new(g->gr_passwd), id_new(g->gr_gid), members};
    return record_new(module, fields, OU_COUNT_OF(fields));
}

/* ---- arguments --------------------------------------------------------------------------------------------------------- */

static PyObject *
not_found(const char *format, PyObject *what)
{
    return PyErr_Format(PyExc_KeyError, format, what);
}

/* A name for the C library: bytes.  New. */
static PyObject *
name_of(const char *function, PyObject *arg)
{
    if (!PyUnicode_Check(arg)) {
        return PyErr_Format(PyExc_TypeError, "%s must be str, not %.50s", function, Py_TYPE(arg)->tp_name);
    }
    PyObject *bytes = PyUnicode_EncodeFSDefault(arg);
    if (bytes != NULL && strlen(PyBytes_AS_STRING(bytes)) != (size_t)PyBytes_GET_SIZE(bytes)) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
        Py_CLEAR(bytes);
    }
    return bytes;
}

/* ---- pwd ----------------------------------------------------------------------------------------------------------------- */

static PyObject *
pwd_getpwuid(PyObject *module, PyObject *arg)
{
    unsigned uid = 0;
    if (ou_posix_id_arg(arg, "uid", &uid) < 0) {
        if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
            PyErr_SetString(PyExc_KeyError, "getpwuid(): uid not found");
        }
        return NULL;
    }
    errno = 0;
    const struct passwd *found = getpwuid(uid);
    if (found == NULL) {
        PyObject *id = errno == ENOMEM ? PyErr_NoMemory() : id_new(uid);
        id = id == NULL ? NULL : (not_found("getpwuid(): uid not found: %S", id), Py_DECREF(id), NULL);
        return id;
    }
    return user_new(module, found);
}

static PyObject *
pwd_getpwnam(PyObject *module, PyObject *arg)
{
    PyObject *name = name_of("getpwnam() argument", arg), *result = NULL;
    if (name != NULL) {
        errno = 0;
        const struct passwd *found = getpwnam(PyBytes_AS_STRING(name));
        result = found != NULL   ? user_new(module, found)
               : errno == ENOMEM ? PyErr_NoMemory()
                                 : not_found("getpwnam(): name not found: %R", arg);
        Py_DECREF(name);
    }
    return result;
}

static PyObject *
pwd_getpwall(PyObject *module, PyObject *unused)
{
    PyObject *list = PyList_New(0);
    const struct passwd *found;
    setpwent();
    while (list != NULL && (found = getpwent()) != NULL) {
        PyObject *record = user_new(module, found);
        if (record == NULL || PyList_Append(list, record) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(record);
    }
    endpwent();
    return list;
}

static PyMethodDef pwd_methods[] = {
    {"getpwuid", pwd_getpwuid, METH_O, "getpwuid($module, uidobj, /)\n--\n\nThe user of a number."},
    {"getpwnam", pwd_getpwnam, METH_O, "getpwnam($module, name, /)\n--\n\nThe user of a name."},
    {"getpwall", pwd_getpwall, METH_NOARGS, "getpwall($module, /)\n--\n\nAll users."},
    {NULL},
};

static int
pwd_exec(PyObject *module)
{
    static PyStructSequence_Field fields[] = {
        {"pw_name", "user name"},  {"pw_passwd", "password"},    {"pw_uid", "user id"},         {"pw_gid", "group id"},
        {"pw_gecos", "real name"}, {"pw_dir", "home directory"}, {"pw_shell", "shell program"}, {NULL, NULL},
    };
    static PyStructSequence_Desc desc = {"pwd.struct_passwd", "What is known of a user.", fields, 7};
    return accounts_exec(module, &desc);
}

static PyModuleDef_Slot pwd_slots[] = {{Py_mod_exec, pwd_exec}, {0, NULL}};

static PyModuleDef pwd_module = {
    PyModuleDef_HEAD_INIT,           .m_name = "pwd",           .m_doc = "The system's users.",
    .m_size = sizeof(AccountsState), .m_methods = pwd_methods,  .m_slots = pwd_slots,
    .m_traverse = accounts_traverse, .m_clear = accounts_clear, .m_free = accounts_free,
};

PyMODINIT_FUNC
PyInit_pwd(void)
{
    return PyModuleDef_Init(&pwd_module);
}

/* ---- grp ----------------------------------------------------------------------------------------------------------------- */

static PyObject *
grp_getgrgid(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"getgrgid", {"id"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1];
    unsigned gid = 0;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0 || ou_posix_id_arg(v[0], "gid", &gid) < 0) {
        return NULL;
    }
    errno = 0;
    const struct group *found = getgrgid(gid);
    if (found == NULL) {
        PyObject *id = errno == ENOMEM ? PyErr_NoMemory() : id_new(gid);
        id = id == NULL ? NULL : (not_found("getgrgid(): gid not found: %S", id), Py_DECREF(id), NULL);
        return id;
    }
    return group_new(module, found);
}

static PyObject *
grp_getgrnam(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"getgrnam", {"name"}, .n_positional = 1, .n_required = 1, .n_all = 1};
    PyObject *v[1], *result = NULL;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *name = name_of("getgrnam() argument 'name'", v[0]);
    if (name != NULL) {
        errno = 0;
        const struct group *found = getgrnam(PyBytes_AS_STRING(name));
        result = found != NULL   ? group_new(module, found)
               : errno == ENOMEM ? PyErr_NoMemory()
                                 : not_found("getgrnam(): name not found: %R", v[0]);
        Py_DECREF(name);
    }
    return result;
}

static PyObject *
grp_getgrall(PyObject *module, PyObject *unused)
{
    PyObject *list = PyList_New(0);
    const struct group *found;
    setgrent();
    while (list != NULL && (found = getgrent()) != NULL) {
        PyObject *record = group_new(module, found);
        if (record == NULL || PyList_Append(list, record) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(record);
    }
    endgrent();
    return list;
}

#define FAST_KW(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS
static PyMethodDef grp_methods[] = {
    {"getgrgid", FAST_KW(grp_getgrgid), "getgrgid($module, /, id)\n--\n\nThe group of a number."},
    {"getgrnam", FAST_KW(grp_getgrnam), "getgrnam($module, /, name)\n--\n\nThe group of a name."},
    {"getgrall", grp_getgrall, METH_NOARGS, "getgrall($module, /)\n--\n\nAll groups."},
    {NULL},
};

static int
grp_exec(PyObject *module)
{
    static PyStructSequence_Field fields[] = {
        {"gr_name", "group name"}, {"gr_passwd", "password"}, {"gr_gid", "group id"}, {"gr_mem", "group members"}, {NULL, NULL},
    };
    static PyStructSequence_Desc desc = {"grp.struct_group", "What is known of a group.", fields, 4};
    return accounts_exec(module, &desc);
}

static PyModuleDef_Slot grp_slots[] = {{Py_mod_exec, grp_exec}, {0, NULL}};

static PyModuleDef grp_module = {
    PyModuleDef_HEAD_INIT,           .m_name = "grp",           .m_doc = "The system's groups.",
    .m_size = sizeof(AccountsState), .m_methods = grp_methods,  .m_slots = grp_slots,
    .m_traverse = accounts_traverse, .m_clear = accounts_clear, .m_free = accounts_free,
};

PyMODINIT_FUNC
PyInit_grp(void)
{
    return PyModuleDef_Init(&grp_module);
}

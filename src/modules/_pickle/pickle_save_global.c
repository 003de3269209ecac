/* modules/_pickle/pickle_save_global.c - classes and functions by their names.
 *
 * Invariant  what is written is found again: the name is followed here first, and must lead to the very object.
 * Not here   reading (unpickle_find.c). */
#include "modules/_pickle/pickle.h"
#include "object/attribute.h"

/* ---- which module ---------------------------------------------------------------------------------------------------- */

/* Is the object what the module has under that path?  1, or 0; errors of attributes don't count. */
static int
module_has(PyObject *name, PyObject *module, PyObject *obj, PyObject *path)
{
    if (module == Py_None || (PyUnicode_Check(name) && _PyUnicode_EqualToASCIIString(name, "__main__"))) {
        return 0;
    }
    PyObject *found = ou_pickle_follow_path(module, path, NULL);
    int same = found == obj && found != NULL;
    Py_XDECREF(found);
    PyErr_Clear();
    return same;
}

/* The name in sys.modules of a module that has the object: new; "__main__" if there is none. */
static PyObject *
search_modules(PyObject *obj, PyObject *path)
{
    PyObject *modules = Py_XNewRef(PySys_GetObject("modules")), *name = NULL, *module = NULL, *iter = NULL;
    if (modules == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "unable to get sys.modules");
        return NULL;
    }
    int has = 0;
    OU_HOLD(hold, &modules, &name, &module, &iter);
    if (PyDict_CheckExact(modules)) {
        PyObject *next_name, *next_module;
        Py_ssize_t position = 0;
        while (!has && PyDict_Next(modules, &position, &next_name, &next_module)) {
            Py_INCREF(next_name);
            Py_INCREF(next_module);
            Py_XSETREF(name, next_name);
            Py_XSETREF(module, next_module);
            has = module_has(name, module, obj, path);
        }
    }
    else if ((iter = PyObject_GetIter(modules)) != NULL) {
        while (!has) {
            Py_XSETREF(name, PyIter_Next(iter));
            if (name == NULL) {
                break;
            }
            Py_XSETREF(module, PyObject_GetItem(modules, name));
            if (module == NULL) {
                break;
            }
            has = module_has(name, module, obj, path);
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(modules);
    Py_XDECREF(module);
    Py_XDECREF(iter);
    if (has) {
        return name;
    }
    Py_XDECREF(name);
    return PyErr_Occurred() ? NULL : Py_NewRef(OU_STR(__main__));
}

static PyObject *
which_module(PyObject *obj, PyObject *path)
{
    PyObject *name;
    if (_PyObject_LookupAttr(obj, OU_STR(__module__), &name) < 0) {
        return NULL;
    }
    if (name != NULL && name != Py_None) {
        return name;
    }
    Py_XDECREF(name);
    return search_modules(obj, path);
}

/* ---- writing --------------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject *module_name, *name; /* owned; name: dotted */
    PyObject *parent;             /* owned: what the last part of the name is an attribute of */
    PyObject *last_name;          /* owned */
    bool is_plain;                /* the parent is the module itself */
} Found;

/* The code that copyreg.add_extension gave the name: 0 if none, -1 with PicklingError. */
static long
extension_code(Pickler *self, PyObject *obj, const Found *found)
{
    PyObject *key = PyTuple_Pack(2, found->module_name, found->name);
    PyObject *code = key == NULL ? NULL : PyDict_GetItemWithError(self->state->extension_registry, key);
    Py_XDECREF(key);
    if (code == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    if (!PyLong_Check(code)) {
        PyErr_Format(self->state->pickling_error, "Can't pickle %R: extension code %R isn't an integer", obj, code);
        return -1;
    }
    long value = PyLong_AsLong(code);
    if (value <= 0 || value > 0x7FFFFFFF) {
        if (!PyErr_Occurred()) {
            PyErr_Format(self->state->pickling_error, "Can't pickle %R: extension code %ld is out of range", obj, value);
        }
        return -1;
    }
    return value;
}

static int
write_extension(Pickler *self, long code)
{
    char bytes[5];
    int n = code <= 0xFF ? 1 : code <= 0xFFFF ? 2 : 4;
    bytes[0] = (char)(n == 1 ? OP_EXT1 : n == 2 ? OP_EXT2 : OP_EXT4);
    pickle_put_le(bytes + 1, (uint64_t)code, n);
    return pickle_write(self, bytes, (size_t)n + 1);
}

/* A line with a name: ASCII for Python 2's sake, UTF-8 in protocol 3. */
static int
write_name(Pickler *self, PyObject *name, const char *what)
{
    PyObject *bytes = self->proto == 3 ? PyUnicode_AsUTF8String(name) : PyUnicode_AsASCIIString(name);
    if (bytes == NULL) {
        if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            PyErr_Format(self->state->pickling_error, "can't pickle %s identifier '%S' using pickle protocol %i", what, name,
                         self->proto);
        }
        return -1;
    }
    int status = pickle_write(self, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
    Py_DECREF(bytes);
    return status < 0 ? -1 : pickle_write_op(self, '\n');
}

static int
write_global_lines(Pickler *self, Found *found)
{
    if (pickle_write_op(self, OP_GLOBAL) < 0) {
        return -1;
    }
    if (self->proto < 3 && self->fix_imports
        && ou_pickle_map_names(self->state->names_3to2, self->state->modules_3to2, true, &found->module_name, &found->name)
               < 0) {
        return -1;
    }
    return write_name(self, found->module_name, "module") < 0 ? -1 : write_name(self, found->name, "global");
}

static int
write_global(Pickler *self, PyObject *obj, Found *found)
{
    if (self->proto >= 2) {
        long code = extension_code(self, obj, found);
        if (code != 0) {
            return code < 0 ? -1 : write_extension(self, code); /* it gets no number */
        }
    }
    if (found->is_plain) {
        Py_SETREF(found->name, Py_NewRef(found->last_name));
    }
    int status;
    if (self->proto >= 4) {
        status = ou_pickle_save(self, found->module_name, false) < 0 || ou_pickle_save(self, found->name, false) < 0
                   ? -1
                   : pickle_write_op(self, OP_STACK_GLOBAL);
    }
    else if (!found->is_plain) {
        PyObject *reduced = Py_BuildValue("(O(OO))", self->state->getattr, found->parent, found->last_name);
        status = ou_pickle_save_reduced_new(self, reduced, NULL);
    }
    else {
        status = write_global_lines(self, found);
    }
    return status < 0 ? -1 : ou_pickle_memoize(self, obj);
}

/* Follow the name from its module: it must lead to obj. */
static int
find_global(Pickler *self, PyObject *obj, Found *found)
{
    PyObject *path = ou_pickle_split_name(found->name, NULL), *module = NULL, *there = NULL;
    int status = -1;
    OU_HOLD(hold, &path, &module, &there);
    if (path == NULL || (found->module_name = which_module(obj, path)) == NULL) {
        goto done;
    }
    module = PyImport_Import(found->module_name);
    if (module == NULL) {
        if (PyErr_ExceptionMatches(PyExc_MemoryError)) {
            goto done;
        }
        PyErr_Format(self->state->pickling_error, "Can't pickle %R: import of module %R failed", obj, found->module_name);
        goto done;
    }
    found->last_name = Py_NewRef(PyList_GET_ITEM(path, PyList_GET_SIZE(path) - 1));
    there = ou_pickle_follow_path(module, path, &found->parent);
    if (there == NULL && PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_MemoryError)) {
        goto done;
    }
    if (there == NULL) {
        PyErr_Clear();
        PyErr_Format(self->state->pickling_error, "Can't pickle %R: attribute lookup %S on %S failed", obj, found->name,
                     found->module_name);
    }
    else if (there != obj) {
        PyErr_Format(self->state->pickling_error, "Can't pickle %R: it's not the same object as %S.%S", obj, found->module_name,
                     found->name);
    }
    else {
        found->is_plain = found->parent == module;
        status = 0;
    }
done:
    OU_HOLD_END(hold);
    Py_XDECREF(path);
    Py_XDECREF(module);
    Py_XDECREF(there);
    return status;
}

int
ou_pickle_save_global(Pickler *self, PyObject *obj, PyObject *name)
{
    Found found = {.name = Py_XNewRef(name)};
    OU_HOLD(hold, &found.name, &found.module_name, &found.parent, &found.last_name);
    int status = 0;
    if (name == NULL) {
        status = _PyObject_LookupAttr(obj, OU_STR(__qualname__), &found.name);
        if (status == 0) {
            found.name = PyObject_GetAttr(obj, OU_STR(__name__));
        }
        status = found.name == NULL ? -1 : 0;
    }
    if (status == 0) {
        status = find_global(self, obj, &found) < 0 ? -1 : write_global(self, obj, &found);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(found.name);
    Py_XDECREF(found.module_name);
    Py_XDECREF(found.parent);
    Py_XDECREF(found.last_name);
    return status;
}

int
ou_pickle_save_type(Pickler *self, PyObject *obj)
{
    PyObject *single = obj == (PyObject *)&_PyNone_Type           ? Py_None
                     : obj == (PyObject *)&PyEllipsis_Type        ? Py_Ellipsis
                     : obj == (PyObject *)&_PyNotImplemented_Type ? Py_NotImplemented
                                                                  : NULL;
    if (single == NULL) {
        return ou_pickle_save_global(self, obj, NULL);
    }
    return ou_pickle_save_reduced_new(self, Py_BuildValue("(O(O))", &PyType_Type, single), obj);
}

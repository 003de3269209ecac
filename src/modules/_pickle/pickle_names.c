/* modules/_pickle/pickle_names.c - names and what they stand for: dotted paths, Python 2's names, methods of subclasses,
 * and what the module needs of others.
 *
 * Owns       nothing; PickleState owns what ou_pickle_state_init finds.
 * Not here   sys.modules (pickle_save_global.c, unpickle_find.c). */
#include "modules/_pickle/pickle.h"

/* ---- methods that a subclass or an instance may have -------------------------------------------------------------------- */

int
ou_pickle_find_method(PyObject *self, PyObject *name, PyObject **method, char *is_bound)
{
    PyObject *found;
    if (_PyObject_LookupAttr(self, name, &found) < 0) {
        return -1;
    }
    char bound = found != NULL && PyMethod_Check(found) && PyMethod_GET_SELF(found) == self;
    if (bound) { /* holding it would make a cycle with self */
        Py_SETREF(found, Py_NewRef(PyMethod_GET_FUNCTION(found)));
    }
    PyObject *old = *method;
    *method = found;
    *is_bound = bound;
    Py_XDECREF(old);
    return 0;
}

PyObject *
ou_pickle_call_method(PyObject *self, PyObject *method, bool is_bound, PyObject *arg)
{
    PyObject *args[2] = {self, arg};
    Py_INCREF(method); /* it may be replaced while it runs */
    OU_HOLD(hold, &method);
    PyObject *result = PyObject_Vectorcall(method, args + !is_bound, 1 + (size_t)is_bound, NULL);
    OU_HOLD_END(hold);
    Py_DECREF(method);
    return result;
}

/* ---- dotted names --------------------------------------------------------------------------------------------------------- */

PyObject *
ou_pickle_split_name(PyObject *name, PyObject *obj)
{
    PyObject *dot = PyUnicode_FromOrdinal('.');
    PyObject *path = dot == NULL ? NULL : PyUnicode_Split(name, dot, -1);
    Py_XDECREF(dot);
    for (Py_ssize_t i = 0; path != NULL && i < PyList_GET_SIZE(path); i++) {
        if (_PyUnicode_EqualToASCIIString(PyList_GET_ITEM(path, i), "<locals>")) {
            if (obj == NULL) {
                PyErr_Format(PyExc_AttributeError, "Can't pickle local object %R", name);
            }
            else {
                PyErr_Format(PyExc_AttributeError, "Can't pickle local attribute %R on %R", name, obj);
            }
            Py_CLEAR(path);
        }
    }
    return path;
}

PyObject *
ou_pickle_follow_path(PyObject *obj, PyObject *path, PyObject **parent)
{
    PyObject *at = Py_NewRef(obj), *holder = NULL;
    OU_HOLD(hold, &at, &holder);
    for (Py_ssize_t i = 0; at != NULL && i < PyList_GET_SIZE(path); i++) {
        Py_XSETREF(holder, at);
        (void)_PyObject_LookupAttr(holder, PyList_GET_ITEM(path, i), &at);
    }
    OU_HOLD_END(hold);
    if (parent != NULL && at != NULL) {
        *parent = holder;
    }
    else {
        Py_XDECREF(holder);
    }
    return at;
}

/* ---- Python 2 ------------------------------------------------------------------------------------------ */

static int
bad_map(bool reverse, const char *which, const char *should, PyObject *value)
{
    PyErr_Format(PyExc_RuntimeError, "_compat_pickle.%s%s values should be %s, not %.200s", reverse ? "REVERSE_" : "", which,
                 should, Py_TYPE(value)->tp_name);
    return -1;
}

int
ou_pickle_map_names(PyObject *names, PyObject *modules, bool reverse, PyObject **module, PyObject **name)
{
    PyObject *key = PyTuple_Pack(2, *module, *name);
    PyObject *pair = key == NULL ? NULL : PyDict_GetItemWithError(names, key);
    Py_XDECREF(key);
    if (pair != NULL) {
        if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
            return bad_map(reverse, "NAME_MAPPING", "2-tuples", pair);
        }
        PyObject *new_module = PyTuple_GET_ITEM(pair, 0), *new_name = PyTuple_GET_ITEM(pair, 1);
        if (!PyUnicode_Check(new_module) || !PyUnicode_Check(new_name)) {
            PyErr_Format(PyExc_RuntimeError,
                         "_compat_pickle.%sNAME_MAPPING values should be pairs of str, not (%.200s, %.200s)",
                         reverse ? "REVERSE_" : "", Py_TYPE(new_module)->tp_name, Py_TYPE(new_name)->tp_name);
            return -1;
        }
        Py_SETREF(*module, Py_NewRef(new_module));
        Py_SETREF(*name, Py_NewRef(new_name));
        return 0;
    }
    PyObject *new_module = PyErr_Occurred() ? NULL : PyDict_GetItemWithError(modules, *module);
    if (new_module == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    if (!PyUnicode_Check(new_module)) {
        return bad_map(reverse, "IMPORT_MAPPING", "strings", new_module);
    }
    Py_SETREF(*module, Py_NewRef(new_module));
    return 0;
}

/* ---- other modules ------------------------------------------------------------------------------------- */

/* module.name into *place; a dict or a callable is asked for. */
static int
take(const char *module, const char *name, bool is_dict, PyObject **place)
{
    PyObject *from = PyImport_ImportModule(module);
    if (from == NULL) {
        return -1;
    }
    OU_HOLD(hold, &from);
    Py_XSETREF(*place, PyObject_GetAttrString(from, name));
    OU_HOLD_END(hold);
    Py_DECREF(from);
    if (*place == NULL) {
        return -1;
    }
    if (is_dict ? PyDict_CheckExact(*place) : PyCallable_Check(*place)) {
        return 0;
    }
    PyErr_Format(PyExc_RuntimeError, "%s.%s should be a %s, not %.200s", module, name, is_dict ? "dict" : "callable",
                 Py_TYPE(*place)->tp_name);
    Py_CLEAR(*place);
    return -1;
}

int
ou_pickle_state_init(PickleState *state)
{
    const struct {
        const char *module, *name;
        bool is_dict;
        PyObject **place;
    } rows[] = {
        {"copyreg", "dispatch_table", true, &state->dispatch_table},
        {"copyreg", "_extension_registry", true, &state->extension_registry},
        {"copyreg", "_inverted_registry", true, &state->inverted_registry},
        {"copyreg", "_extension_cache", true, &state->extension_cache},
        {"_compat_pickle", "NAME_MAPPING", true, &state->names_2to3},
        {"_compat_pickle", "IMPORT_MAPPING", true, &state->modules_2to3},
        {"_compat_pickle", "REVERSE_NAME_MAPPING", true, &state->names_3to2},
        {"_compat_pickle", "REVERSE_IMPORT_MAPPING", true, &state->modules_3to2},
        {"codecs", "encode", false, &state->codecs_encode},
        {"functools", "partial", false, &state->partial},
        {"builtins", "getattr", false, &state->getattr},
    };
    for (size_t i = 0; i < OU_COUNT_OF(rows); i++) {
        if (take(rows[i].module, rows[i].name, rows[i].is_dict, rows[i].place) < 0) {
            return -1;
        }
    }
    return 0;
}

/* modules/_pickle/unpickle_find.c - instructions for what is not in the pickle: globals, extension codes, persistent ids.
 *
 * Owns       nothing.
 * Not here   writing (pickle_save_global.c). */
#include "modules/_pickle/pickle.h"
#include "types/module.h"

/* ---- finding -------------------------------------------------------------------------------------------------------- */

/* What the module has under the name, which may be dotted from protocol 4 on: new. */
static PyObject *
attribute_of(PyObject *module, PyObject *name, bool dotted)
{
    PyObject *path = NULL, *found = NULL;
    if (!dotted || PyUnicode_FindChar(name, '.', 0, PyUnicode_GET_LENGTH(name), 1) < 0) {
        (void)_PyObject_LookupAttr(module, name, &found);
    }
    else if ((path = ou_pickle_split_name(name, module)) != NULL) {
        OU_HOLD(hold, &path);
        found = ou_pickle_follow_path(module, path, NULL);
        OU_HOLD_END(hold);
        Py_DECREF(path);
    }
    if (found == NULL && !PyErr_Occurred()) {
        PyErr_Format(PyExc_AttributeError, "Can't get attribute %R on %R", name, module);
    }
    return found;
}

/* Refs: takes both. */
static PyObject *
find(Unpickler *self, const PickleState *state, PyObject *module_name, PyObject *name)
{
    PyObject *module = NULL, *found = NULL;
    OU_HOLD(hold, &module_name, &name, &module);
    if (PySys_Audit("pickle.find_class", "OO", module_name, name) == 0
        && (self->proto >= 3 || !self->fix_imports
            || ou_pickle_map_names(state->names_2to3, state->modules_2to3, false, &module_name, &name) == 0)
        && (module = PyImport_Import(module_name)) != NULL) {
        if (PyUnicode_Check(name)) {
            found = attribute_of(module, name, self->proto >= 4);
        }
        else {
            PyErr_Format(PyExc_TypeError, "attribute name must be string, not '%.200s'", Py_TYPE(name)->tp_name);
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(module_name);
    Py_DECREF(name);
    Py_XDECREF(module);
    return found;
}

PyObject *
ou_unpickler_find_class(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("find_class", n_args, 2, 2)) {
        return NULL;
    }
    return find((Unpickler *)self, pickle_state(Py_TYPE(self)), Py_NewRef(args[0]), Py_NewRef(args[1]));
}

PyObject *
ou_unpickle_find(Unpickler *self, PyObject *module, PyObject *name)
{
    if (Py_IS_TYPE((PyObject *)self, self->state->unpickler_type)) { /* no subclass has a find_class of its own */
        return find(self, self->state, Py_NewRef(module), Py_NewRef(name));
    }
    return PyObject_CallMethodObjArgs((PyObject *)self, OU_STR(find_class), module, name, NULL);
}

/* ---- globals -------------------------------------------------------------------------------------------------------- */

int
ou_unpickle_global(Unpickler *self)
{
    Py_ssize_t n;
    const char *line = ou_unpickle_line(self, &n, 2);
    PyObject *module = line == NULL ? NULL : PyUnicode_DecodeUTF8(line, n - 1, "strict"), *name = NULL, *found = NULL;
    if (module == NULL) {
        return -1;
    }
    OU_HOLD(hold, &module, &name);
    if ((line = ou_unpickle_line(self, &n, 2)) != NULL && (name = PyUnicode_DecodeUTF8(line, n - 1, "strict")) != NULL) {
        found = ou_unpickle_find(self, module, name);
    }
    OU_HOLD_END(hold);
    Py_DECREF(module);
    Py_XDECREF(name);
    return unpickle_push(self, found);
}

int
ou_unpickle_stack_global(Unpickler *self)
{
    PyObject **names = self->n_stack - self->fence < 2 ? NULL : self->stack + self->n_stack - 2;
    if (names == NULL || !PyUnicode_CheckExact(names[0]) || !PyUnicode_CheckExact(names[1])) {
        PyErr_SetString(self->state->unpickling_error, "STACK_GLOBAL requires str");
        return -1;
    }
    return ou_unpickle_replace(self, 2, ou_unpickle_find(self, names[0], names[1]));
}

/* ---- extension codes (copyreg.add_extension) -------------------------------------------------------------------------- */

static PyObject *
find_extension(Unpickler *self, PyObject *code)
{
    PyObject *found = PyDict_GetItemWithError(self->state->extension_cache, code);
    if (found != NULL || PyErr_Occurred()) {
        return Py_XNewRef(found);
    }
    PyObject *pair = PyDict_GetItemWithError(self->state->inverted_registry, code);
    if (pair == NULL) {
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "unregistered extension code %S", code);
    }
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2 || !PyUnicode_Check(PyTuple_GET_ITEM(pair, 0))
        || !PyUnicode_Check(PyTuple_GET_ITEM(pair, 1))) {
        return PyErr_Format(PyExc_ValueError, "_inverted_registry[%S] isn't a 2-tuple of strings", code);
    }
    Py_INCREF(pair);
    OU_HOLD(hold, &pair);
    found = ou_unpickle_find(self, PyTuple_GET_ITEM(pair, 0), PyTuple_GET_ITEM(pair, 1));
    OU_HOLD_END(hold);
    Py_DECREF(pair);
    if (found != NULL && PyDict_SetItem(self->state->extension_cache, code, found) < 0) {
        Py_CLEAR(found);
    }
    return found;
}

int
ou_unpickle_extension(Unpickler *self, int code_bytes)
{
    const char *bytes = unpickle_read(self, code_bytes);
    if (bytes == NULL) {
        return -1;
    }
    int32_t value = (int32_t)unpickle_le(bytes, code_bytes);
    if (value <= 0) {
        PyErr_SetString(self->state->unpickling_error, "EXT specifies code <= 0");
        return -1;
    }
    PyObject *code = PyLong_FromLong(value);
    if (code == NULL) {
        return -1;
    }
    OU_HOLD(hold, &code);
    PyObject *found = find_extension(self, code);
    OU_HOLD_END(hold);
    Py_DECREF(code);
    return unpickle_push(self, found);
}

/* ---- persistent ids ---------------------------------------------------------------------------------------------------- */

static int
no_persistent_load(Unpickler *self)
{
    PyErr_SetString(self->state->unpickling_error, "A load persistent id instruction was encountered,\n"
                                                   "but no persistent_load function was specified.");
    return -1;
}

int
ou_unpickle_persistent(Unpickler *self)
{
    if (self->persistent_load == NULL) {
        return no_persistent_load(self);
    }
    if (unpickle_need(self, 1) < 0) {
        return -1;
    }
    PyObject *id = self->stack[self->n_stack - 1];
    return ou_unpickle_replace(self, 1,
                               ou_pickle_call_method((PyObject *)self, self->persistent_load, self->load_is_bound, id));
}

int
ou_unpickle_persistent_text(Unpickler *self)
{
    if (self->persistent_load == NULL) {
        return no_persistent_load(self);
    }
    Py_ssize_t n;
    const char *line = ou_unpickle_line(self, &n, 1);
    PyObject *id = line == NULL ? NULL : PyUnicode_DecodeASCII(line, n - 1, "strict");
    if (id == NULL) {
        if (line != NULL && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
            PyErr_SetString(self->state->unpickling_error, "persistent IDs in protocol 0 must be ASCII strings");
        }
        return -1;
    }
    return unpickle_push(self, id) < 0 ? -1 : ou_unpickle_persistent(self);
}

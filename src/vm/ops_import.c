/* vm/ops_import.c - the import statement.
 *
 * Invariant  the operands, level and list of names, are consumed only when the import succeeded.
 * Not here   what importing does (runtime/). */

#include "vm/ops.h"

/* __import__(name, globals, locals, fromlist, level) of the frame's builtins.  RE-ENTRANT. */
static PyObject *
import(Frame *frame, PyObject *name, PyObject *fromlist, PyObject *level)
{
    PyObject *builtins = ou_frame_builtins(frame), *globals = ou_frame_globals(frame);
    PyObject *function = PyDict_GetItemWithError(builtins, OU_STR(__import__));
    PyObject *locals = frame->locals != NULL ? frame->locals : Py_None;
    if (function == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ImportError, "__import__ not found");
        }
        return NULL;
    }
    if (function == ou_interp()->import_func) {
        int n = _PyLong_AsInt(level);
        if (n == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return PyImport_ImportModuleLevelObject(name, globals, locals, fromlist, n);
    }
    PyObject *args[] = {name, globals, locals, fromlist, level};
    Py_INCREF(function);
    OU_HOLD(h, &function);
    PyObject *module = PyObject_Vectorcall(function, args, OU_COUNT_OF(args), NULL);
    Py_CLEAR(function);
    OU_HOLD_END(h);
    return module;
}

int
ou_op_import_name(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **pair = &frame->registers[i.b & OU_INDEX_MASK];
    PyObject *module = import(frame, ou_op_name(frame, i.c), pair[1], pair[0]);
    if (module == NULL) {
        return -1;
    }
    if (ou_op_is_temp(i.a) && &frame->registers[i.a & OU_INDEX_MASK] == pair) {
        Py_SETREF(pair[0], module);
    }
    else {
        ou_op_store(frame, i.a, module);
        Py_CLEAR(pair[0]);
    }
    Py_CLEAR(pair[1]);
    return 0;
}

static bool
is_initializing(PyObject *module)
{
    PyObject *spec = NULL;
    if (_PyObject_LookupAttr(module, OU_STR(__spec__), &spec) < 0) {
        PyErr_Clear();
    }
    int yes = spec != NULL ? _PyModuleSpec_IsInitializing(spec) : 0;
    Py_XDECREF(spec);
    PyErr_Clear();
    return yes > 0;
}

/* `from package import name` found no attribute: ImportError, said as CPython 3.11 says it. */
static void
import_from_error(PyObject *module, PyObject *module_name, PyObject *name)
{
    PyObject *known = module_name != NULL ? Py_NewRef(module_name) : PyUnicode_FromString("<unknown module name>");
    PyObject *path = PyModule_Check(module) ? PyModule_GetFilenameObject(module) : NULL, *message;
    PyErr_Clear();
    if (known == NULL) {
        Py_XDECREF(path);
        return;
    }
    if (path == NULL) {
        message = PyUnicode_FromFormat("cannot import name %R from %R (unknown location)", name, known);
    }
    else if (is_initializing(module)) {
        message = PyUnicode_FromFormat(
            "cannot import name %R from partially initialized module %R (most likely due to a circular import) (%S)", name,
            known, path);
    }
    else {
        message = PyUnicode_FromFormat("cannot import name %R from %R (%S)", name, known, path);
    }
    if (message != NULL) {
        PyErr_SetImportError(message, known, path);
        Py_DECREF(message);
    }
    Py_DECREF(known);
    Py_XDECREF(path);
}

static PyObject *
import_from(PyObject *module, PyObject *name)
{
    PyObject *value = NULL, *module_name = NULL, *full_name = NULL;
    if (_PyObject_LookupAttr(module, name, &value) != 0) {
        return value;
    }
    OU_HOLD(h, &module_name, &full_name);
    /* A circular import: the submodule may be in sys.modules already and not yet in its package. */
    if (_PyObject_LookupAttr(module, OU_STR(__name__), &module_name) >= 0) {
        if (module_name != NULL && PyUnicode_Check(module_name)) {
            full_name = PyUnicode_FromFormat("%U.%U", module_name, name);
            if (full_name != NULL) {
                value = PyImport_GetModule(full_name);
            }
        }
        else {
            Py_CLEAR(module_name);
        }
        if (value == NULL && !PyErr_Occurred()) {
            import_from_error(module, module_name, name);
        }
    }
    Py_CLEAR(full_name);
    Py_CLEAR(module_name);
    OU_HOLD_END(h);
    return value;
}

int
ou_op_import_from(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *value = import_from(frame->registers[i.b & OU_INDEX_MASK], ou_op_name(frame, i.c));
    if (value == NULL) {
        return -1;
    }
    ou_op_store(frame, i.a, value);
    return 0;
}

/* Copy what `module` offers into the namespace: its __all__, else all names without an underscore in front. */
static int
import_all(PyObject *namespace, PyObject *module)
{
    PyObject *all = NULL, *dict = NULL, *name = NULL, *value = NULL;
    bool skip = false;
    int result = -1;
    OU_HOLD(h, &all, &dict, &name, &value);
    if (_PyObject_LookupAttr(module, OU_STR(__all__), &all) < 0) {
        goto done;
    }
    if (all == NULL) {
        if (_PyObject_LookupAttr(module, OU_STR(__dict__), &dict) < 0) {
            goto done;
        }
        if (dict == NULL) {
            PyErr_SetString(PyExc_ImportError, "from-import-* object has no __dict__ and no __all__");
            goto done;
        }
        all = PyMapping_Keys(dict);
        if (all == NULL) {
            goto done;
        }
        skip = true;
    }
    for (Py_ssize_t n = 0;; n++) {
        name = PySequence_GetItem(all, n);
        if (name == NULL) {
            if (PyErr_ExceptionMatches(PyExc_IndexError)) {
                PyErr_Clear();
                result = 0;
            }
            goto done;
        }
        if (!PyUnicode_Check(name)) {
            PyObject *module_name = PyObject_GetAttr(module, OU_STR(__name__));
            if (module_name != NULL && PyUnicode_Check(module_name)) {
                PyErr_Format(PyExc_TypeError, "%s in %U.%s must be str, not %.100s", skip ? "Key" : "Item", module_name,
                             skip ? "__dict__" : "__all__", Py_TYPE(name)->tp_name);
            }
            Py_XDECREF(module_name);
            goto done;
        }
        if (!skip || PyUnicode_GET_LENGTH(name) == 0 || PyUnicode_READ_CHAR(name, 0) != '_') {
            value = PyObject_GetAttr(module, name);
            if (value == NULL
                || (PyDict_CheckExact(namespace) ? PyDict_SetItem(namespace, name, value)
                                                 : PyObject_SetItem(namespace, name, value))
                       < 0) {
                goto done;
            }
            Py_CLEAR(value);
        }
        Py_CLEAR(name);
    }
done:
    Py_CLEAR(value);
    Py_CLEAR(name);
    Py_CLEAR(dict);
    Py_CLEAR(all);
    OU_HOLD_END(h);
    return result;
}

int
ou_op_import_star(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.a);
    if (frame->locals == NULL) {
        PyErr_SetString(PyExc_SystemError, "no locals found during 'import *'");
        return -1;
    }
    OU_OP_HOLD1(b, i.a);
    int result = import_all(frame->locals, b);
    if (result == 0) {
        ou_op_consume(frame, i.a);
    }
    OU_OP_RELEASE1(b);
    return result;
}

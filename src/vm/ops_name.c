/* vm/ops_name.c - names: cells, globals, namespaces of modules and classes, and the errors of unbound ones.
 *
 * Invariant  a value is owned from the moment it is found: the namespace may lose it while Python code runs.
 * Not here   cached globals (eval.c, specialize.c). */

#include "object/keys.h"
#include "types/module.h"
#include "vm/ops.h"

/* ---- errors ------------------------------------------------------------------------------------------- */

/* Raise NameError (or UnboundLocalError) about a name; it carries the name.  format has one %U. */
static OU_COLD void
error_name(PyObject *type, const char *format, PyObject *name)
{
    PyErr_Format(type, format, name);
    PyObject *error_type, *value, *tb;
    PyErr_Fetch(&error_type, &value, &tb);
    PyErr_NormalizeException(&error_type, &value, &tb);
    if (value != NULL && PyErr_GivenExceptionMatches(value, PyExc_NameError)) {
        PyNameErrorObject *error = (PyNameErrorObject *)value;
        if (error->name == NULL) {
            error->name = Py_NewRef(name);
        }
    }
    PyErr_Restore(error_type, value, tb);
}

static void
error_undefined(PyObject *name)
{
    error_name(PyExc_NameError, "name '%U' is not defined", name);
}

/* A local or free variable that has no value. */
void
ou_error_unbound(Frame *frame, int local)
{
    PyCodeObject *code = frame->code;
    PyObject *name = PyTuple_GET_ITEM(code->co_localsplusnames, local);
    if (local < code->co_nlocalsplus - code->co_nfreevars) {
        PyErr_Format(PyExc_UnboundLocalError, "cannot access local variable '%U' where it is not associated with a value",
                     name);
        return;
    }
    error_name(PyExc_NameError, "cannot access free variable '%U' where it is not associated with a value in enclosing scope",
               name);
}

/* ---- cells -------------------------------------------------------------------------------------------- */

int
ou_op_copy_free_vars(Frame *frame)
{
    PyCodeObject *code = frame->code;
    PyObject *closure = ((PyFunctionObject *)frame->function)->func_closure, *owned = NULL;
    if (frame->locals != NULL && (code->co_flags & CO_OPTIMIZED)) {
        closure = owned = frame->locals; /* of a comprehension, see ou_call_comprehension */
        frame->locals = NULL;
    }
    int first = code->co_nlocalsplus - code->co_nfreevars;
    for (int i = 0; i < code->co_nfreevars; i++) {
        frame->registers[first + i] = Py_NewRef(PyTuple_GET_ITEM(closure, i));
    }
    Py_XDECREF(owned);
    return 0;
}

int
ou_op_make_cell(Frame *frame)
{
    PyObject **place = &frame->registers[frame->pc->a & OU_INDEX_MASK];
    PyObject *cell = PyCell_New(NULL);
    if (cell == NULL) {
        return -1;
    }
    PyCell_SET(cell, *place);
    *place = cell;
    return 0;
}

int
ou_op_delete_cell(Frame *frame)
{
    int local = frame->pc->a & OU_INDEX_MASK;
    PyObject *cell = frame->registers[local], *old = PyCell_GET(cell);
    if (old == NULL) {
        ou_error_unbound(frame, local);
        return -1;
    }
    PyCell_SET(cell, NULL);
    Py_DECREF(old);
    return 0;
}

/* An entry of a namespace.  Returns 1 with *value new, 0 if it isn't there, -1. */
static int
namespace_get(PyObject *namespace, PyObject *name, PyObject **value)
{
    if (PyDict_CheckExact(namespace)) {
        *value = PyDict_GetItemWithError(namespace, name);
        if (*value != NULL) {
            Py_INCREF(*value);
            return 1;
        }
        return PyErr_Occurred() ? -1 : 0;
    }
    *value = PyObject_GetItem(namespace, name);
    if (*value != NULL) {
        return 1;
    }
    if (!PyErr_ExceptionMatches(PyExc_KeyError)) {
        return -1;
    }
    PyErr_Clear();
    return 0;
}

int
ou_op_load_class_cell(Frame *frame)
{
    OuInstr i = *frame->pc;
    int local = i.b & OU_INDEX_MASK;
    PyObject *name = PyTuple_GET_ITEM(frame->code->co_localsplusnames, local), *value;
    int found = frame->locals != NULL ? namespace_get(frame->locals, name, &value) : 0;
    if (found < 0) {
        return -1;
    }
    if (found == 0) {
        value = Py_XNewRef(PyCell_GET(frame->registers[local]));
        if (value == NULL) {
            ou_error_unbound(frame, local);
            return -1;
        }
    }
    ou_op_store(frame, i.a, value);
    return 0;
}

/* ---- globals ------------------------------------------------------------------------------------------ */

/* A global or builtin.  Returns new, or NULL with NameError or another error set. */
static PyObject *
global_get(Frame *frame, PyObject *name)
{
    PyObject *globals = ou_frame_globals(frame), *builtins = ou_frame_builtins(frame), *value = NULL;
    if (OU_LIKELY(PyDict_CheckExact(globals) && PyDict_CheckExact(builtins))) {
        Py_hash_t hash = ou_keys_str_hash(name);
        value = ou_keys_get_str((PyDictObject *)globals, name, hash);
        if (value == NULL && !PyErr_Occurred()) {
            value = ou_keys_get_str((PyDictObject *)builtins, name, hash);
        }
        if (value == NULL && !PyErr_Occurred() && ou_module_missing_hook != NULL
            && ou_module_missing_hook(builtins, name) > 0) {
            value = ou_keys_get_str((PyDictObject *)builtins, name, hash);
        }
        if (value != NULL) {
            return Py_NewRef(value);
        }
        if (PyErr_Occurred()) {
            return NULL;
        }
        error_undefined(name);
        return NULL;
    }
    int found = namespace_get(globals, name, &value);
    if (found == 0) {
        found = namespace_get(builtins, name, &value);
    }
    if (found == 0) {
        error_undefined(name);
    }
    return found > 0 ? value : NULL;
}

int
ou_op_load_global(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *value = global_get(frame, ou_op_name(frame, i.b));
    if (value == NULL) {
        return -1;
    }
    ou_op_store(frame, i.a, value);
    return 0;
}

int
ou_op_store_global(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    int result = PyDict_SetItem(ou_frame_globals(frame), ou_op_name(frame, i.a), b);
    if (result == 0) {
        ou_op_consume(frame, i.b);
    }
    OU_OP_RELEASE1(b);
    return result;
}

int
ou_op_delete_global(Frame *frame)
{
    PyObject *name = ou_op_name(frame, frame->pc->a);
    int result = PyDict_DelItem(ou_frame_globals(frame), name);
    if (result < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        error_undefined(name);
    }
    return result;
}

/* ---- namespaces --------------------------------------------------------------------------------------- */

static PyObject *
namespace_of(Frame *frame, const char *doing, PyObject *name)
{
    if (frame->locals == NULL) {
        if (name != NULL) {
            PyErr_Format(PyExc_SystemError, "no locals when %s %R", doing, name);
        }
        else {
            PyErr_Format(PyExc_SystemError, "no locals %s", doing);
        }
    }
    return frame->locals;
}

int
ou_op_load_name(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *name = ou_op_name(frame, i.b), *value = NULL;
    PyObject *namespace = namespace_of(frame, "when loading", name);
    if (namespace == NULL) {
        return -1;
    }
    int found = namespace_get(namespace, name, &value);
    if (found < 0) {
        return -1;
    }
    if (found == 0) {
        value = global_get(frame, name);
        if (value == NULL) {
            return -1;
        }
    }
    ou_op_store(frame, i.a, value);
    return 0;
}

int
ou_op_store_name(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *name = ou_op_name(frame, i.a), *b = ou_op_value(frame, i.b);
    PyObject *namespace = namespace_of(frame, "found when storing", name);
    if (namespace == NULL) {
        return -1;
    }
    OU_OP_HOLD1(b, i.b);
    int result = PyDict_CheckExact(namespace) ? PyDict_SetItem(namespace, name, b) : PyObject_SetItem(namespace, name, b);
    if (result == 0) {
        ou_op_consume(frame, i.b);
    }
    OU_OP_RELEASE1(b);
    return result;
}

int
ou_op_delete_name(Frame *frame)
{
    PyObject *name = ou_op_name(frame, frame->pc->a);
    PyObject *namespace = namespace_of(frame, "when deleting", name);
    if (namespace == NULL) {
        return -1;
    }
    int result = PyObject_DelItem(namespace, name);
    if (result < 0) {
        PyErr_Clear();
        error_undefined(name);
    }
    return result;
}

int
ou_op_load_locals(Frame *frame)
{
    PyObject *namespace = namespace_of(frame, "found", NULL);
    if (namespace == NULL) {
        return -1;
    }
    ou_op_store(frame, frame->pc->a, Py_NewRef(namespace));
    return 0;
}

int
ou_op_setup_annotations(Frame *frame)
{
    PyObject *namespace = namespace_of(frame, "found when setting up annotations", NULL), *value = NULL;
    if (namespace == NULL) {
        return -1;
    }
    int found = namespace_get(namespace, OU_STR(__annotations__), &value);
    if (found != 0) {
        Py_XDECREF(value);
        return found < 0 ? -1 : 0;
    }
    value = PyDict_New();
    if (value == NULL) {
        return -1;
    }
    OU_HOLD(h, &value);
    int result = PyObject_SetItem(namespace, OU_STR(__annotations__), value);
    OU_HOLD_END(h);
    Py_DECREF(value);
    return result;
}

int
ou_op_load_build_class(Frame *frame)
{
    PyObject *value;
    int found = namespace_get(ou_frame_builtins(frame), OU_STR(__build_class__), &value);
    if (found == 0) {
        PyErr_SetString(PyExc_NameError, "__build_class__ not found");
    }
    if (found <= 0) {
        return -1;
    }
    ou_op_store(frame, frame->pc->a, value);
    return 0;
}

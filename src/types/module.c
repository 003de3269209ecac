/* types/module.c - the module type: a namespace with attribute access, repr and the state of modules written in C.
 *
 * Owns       md_dict, md_name, and the block md_state; what the state refers to is m_traverse's affair.
 * Invariant  md_dict is a dict from the start until the module is cleared.
 * Not here   making modules from definitions (module_def.c); import (runtime/import.c). */
#include "types/module.h"
#include "object/alloc.h"
#include "object/args.h"
#include "object/attribute.h"
#include "object/hold.h"
#include "object/walk.h"
#include <structmember.h>

/* m_traverse knows plain visitors only; this one gives its edges a label. */
typedef struct {
    OuVisit visit;
    void *arg;
} StateVisit;

static int
visit_state(PyObject *ref, void *arg)
{
    StateVisit *state = arg;
    return state->visit(ref, OU_EDGE_FIELD, "module state", -1, state->arg);
}

/* Is there a state whose references m_traverse may report? */
static bool
has_state(PyModuleObject *module)
{
    return module->md_def != NULL && (module->md_def->m_size <= 0 || module->md_state != NULL);
}

OU_WALKER(module)
{
    PyModuleObject *module = (PyModuleObject *)self;
    if (has_state(module) && module->md_def->m_traverse != NULL) {
        StateVisit state = {sink.labelled, sink.arg};
        int stop = sink.plain != NULL ? module->md_def->m_traverse(self, sink.plain, sink.arg)
                                      : module->md_def->m_traverse(self, visit_state, &state);
        if (stop) {
            return stop;
        }
    }
    OU_EDGE_OF(module, md_dict);
    OU_EDGE_ATOM_OF(module, md_name);
    return 0;
}

static int
module_clear(PyObject *self)
{
    PyModuleObject *module = (PyModuleObject *)self;
    if (has_state(module) && module->md_def->m_clear != NULL) {
        int status = module->md_def->m_clear(self);
        if (PyErr_Occurred()) {
            PyErr_WriteUnraisable(NULL);
        }
        if (status) {
            return status;
        }
    }
    Py_CLEAR(module->md_dict);
    return 0;
}

static void
module_dealloc(PyObject *self)
{
    PyModuleObject *module = (PyModuleObject *)self;
    ou_gc_untrack(self);
    if (module->md_weaklist != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    if (has_state(module) && module->md_def->m_free != NULL) {
        module->md_def->m_free(module);
    }
    Py_CLEAR(module->md_dict);
    Py_CLEAR(module->md_name);
    PyMem_Free(module->md_state);
    Py_TYPE(self)->tp_free(self);
}

int (*ou_module_missing_hook)(PyObject *names, PyObject *name);

/* ---- making ---------------------------------------------------------------------------------------------------- */

/* The names that every module has.  Returns 0, or -1 with an error set. */
static int
init_dict(PyModuleObject *module, PyObject *dict, PyObject *name, PyObject *doc)
{
    if (PyDict_SetItem(dict, OU_STR(__name__), name) < 0 || PyDict_SetItem(dict, OU_STR(__doc__), doc) < 0
        || PyDict_SetItem(dict, OU_STR(__package__), Py_None) < 0 || PyDict_SetItem(dict, OU_STR(__loader__), Py_None) < 0
        || PyDict_SetItem(dict, OU_STR(__spec__), Py_None) < 0) {
        return -1;
    }
    if (PyUnicode_CheckExact(name)) {
        Py_XSETREF(module->md_name, Py_NewRef(name));
    }
    return 0;
}

static PyObject *
module_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyModuleObject *self = (PyModuleObject *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->md_dict = PyDict_New();
        if (self->md_dict == NULL) {
            Py_CLEAR(self);
        }
    }
    return (PyObject *)self;
}

static int
module_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const OuParams params = {"module", {"name", "doc"}, .n_positional = 2, .n_required = 1, .n_all = 2};
    PyModuleObject *module = (PyModuleObject *)self;
    PyObject *v[2];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0) {
        return -1;
    }
    if (!PyUnicode_Check(v[0])) {
        _PyArg_BadArgument("module", "argument 'name'", "str", v[0]);
        return -1;
    }
    if (module->md_dict == NULL) {
        module->md_dict = PyDict_New();
        if (module->md_dict == NULL) {
            return -1;
        }
    }
    return init_dict(module, module->md_dict, v[0], v[1] != NULL ? v[1] : Py_None);
}

/* An empty module.  Returns new, or NULL with an error set. */
PyObject *
PyModule_NewObject(PyObject *name)
{
    PyObject *self = module_new(&PyModule_Type, NULL, NULL);
    if (self != NULL && init_dict((PyModuleObject *)self, ((PyModuleObject *)self)->md_dict, name, Py_None) < 0) {
        Py_CLEAR(self);
    }
    return self;
}

PyObject *
PyModule_New(const char *name)
{
    PyObject *text = PyUnicode_FromString(name);
    PyObject *self = text != NULL ? PyModule_NewObject(text) : NULL;
    Py_XDECREF(text);
    return self;
}

/* ---- parts ----------------------------------------------------------------------------------------------------- */

/* Borrowed. */
PyObject *
PyModule_GetDict(PyObject *self)
{
    if (!PyModule_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return ((PyModuleObject *)self)->md_dict;
}

/* A str of the namespace.  Returns new, or NULL with SystemError set. */
static PyObject *
text_in_dict(PyObject *self, PyObject *key, const char *message)
{
    if (!PyModule_Check(self)) {
        PyErr_BadArgument();
        return NULL;
    }
    PyObject *dict = ((PyModuleObject *)self)->md_dict;
    PyObject *value = dict != NULL && PyDict_Check(dict) ? PyDict_GetItemWithError(dict, key) : NULL;
    if (value == NULL || !PyUnicode_Check(value)) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError, message);
        }
        return NULL;
    }
    return Py_NewRef(value);
}

PyObject *
PyModule_GetNameObject(PyObject *self)
{
    return text_in_dict(self, OU_STR(__name__), "nameless module");
}

PyObject *
PyModule_GetFilenameObject(PyObject *self)
{
    return text_in_dict(self, OU_STR(__file__), "module filename missing");
}

/* As UTF-8, good as long as the module's attribute is. */
const char *
PyModule_GetName(PyObject *self)
{
    PyObject *name = PyModule_GetNameObject(self);
    if (name == NULL) {
        return NULL;
    }
    Py_DECREF(name); /* the namespace has one */
    return PyUnicode_AsUTF8(name);
}

const char *
PyModule_GetFilename(PyObject *self)
{
    PyObject *name = PyModule_GetFilenameObject(self);
    if (name == NULL) {
        return NULL;
    }
    Py_DECREF(name);
    return PyUnicode_AsUTF8(name);
}

PyModuleDef *
PyModule_GetDef(PyObject *self)
{
    if (!PyModule_Check(self)) {
        PyErr_BadArgument();
        return NULL;
    }
    return ((PyModuleObject *)self)->md_def;
}

void *
PyModule_GetState(PyObject *self)
{
    if (!PyModule_Check(self)) {
        PyErr_BadArgument();
        return NULL;
    }
    return ((PyModuleObject *)self)->md_state;
}

/* ---- teardown -------------------------------------------------------------------------------------------------- */

/* Set the names that `wanted` says to None.  RE-ENTRANT: values die; keys stay, so the walk stays right. */
static void
forget_names(PyObject *dict, bool private_only)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    while (PyDict_Next(dict, &pos, &key, &value)) {
        if (value == Py_None || !PyUnicode_Check(key)) {
            continue;
        }
        Py_ssize_t n = PyUnicode_GET_LENGTH(key);
        bool is_private = n > 0 && PyUnicode_READ_CHAR(key, 0) == '_' && (n == 1 || PyUnicode_READ_CHAR(key, 1) != '_');
        bool wanted = private_only ? is_private : !(n == 12 && _PyUnicode_EqualToASCIIString(key, "__builtins__"));
        if (wanted && PyDict_SetItem(dict, key, Py_None) < 0) {
            PyErr_WriteUnraisable(NULL);
        }
    }
}

/* What is left of a module at the end: its private names go first, then all but __builtins__. */
void
_PyModule_ClearDict(PyObject *dict)
{
    Py_INCREF(dict);
    OU_HOLD(h, &dict);
    forget_names(dict, true);
    forget_names(dict, false);
    OU_HOLD_END(h);
    Py_DECREF(dict);
}

void
_PyModule_Clear(PyObject *self)
{
    PyObject *dict = ((PyModuleObject *)self)->md_dict;
    if (dict != NULL) {
        _PyModule_ClearDict(dict);
    }
}

/* ---- attributes ------------------------------------------------------------------------------------------------ */

/* Is an attribute of the spec there and true?  1, 0; errors are forgotten. */
int
_PyModuleSpec_IsInitializing(PyObject *spec)
{
    if (spec == NULL || spec == Py_None) {
        return 0;
    }
    PyObject *value = PyObject_GetAttr(spec, OU_STR(_initializing));
    if (value == NULL) {
        PyErr_Clear();
        return 0;
    }
    int truth = PyObject_IsTrue(value);
    Py_DECREF(value);
    if (truth < 0) {
        PyErr_Clear();
    }
    return truth > 0;
}

/* Is `name` a submodule that is being imported?  1, 0; errors are forgotten. */
static int
is_uninitialized_submodule(PyObject *spec, PyObject *name)
{
    if (spec == NULL || spec == Py_None) {
        return 0;
    }
    PyObject *names = PyObject_GetAttr(spec, OU_STR(_uninitialized_submodules));
    if (names == NULL) {
        PyErr_Clear();
        return 0;
    }
    OU_HOLD(h, &names);
    int found = PySequence_Contains(names, name);
    OU_HOLD_END(h);
    Py_DECREF(names);
    if (found < 0) {
        PyErr_Clear();
    }
    return found > 0;
}

/* Say why there is no such attribute. */
static OU_COLD PyObject *
attribute_missing(PyModuleObject *module, PyObject *name)
{
    PyObject *module_name = PyDict_GetItemWithError(module->md_dict, OU_STR(__name__));
    if (module_name == NULL || !PyUnicode_Check(module_name)) {
        if (PyErr_Occurred()) {
            return NULL;
        }
        PyErr_Format(PyExc_AttributeError, "module has no attribute '%U'", name);
        ou_attr_error_context((PyObject *)module, name);
        return NULL;
    }
    PyObject *spec = Py_XNewRef(PyDict_GetItemWithError(module->md_dict, OU_STR(__spec__)));
    Py_INCREF(module_name);
    OU_HOLD(h, &spec, &module_name);
    if (_PyModuleSpec_IsInitializing(spec)) {
        PyErr_Format(PyExc_AttributeError,
                     "partially initialized module '%U' has no attribute '%U' (most likely due to a circular import)",
                     module_name, name);
    }
    else if (is_uninitialized_submodule(spec, name)) {
        PyErr_Format(PyExc_AttributeError, "cannot access submodule '%U' of module '%U' (most likely due to a circular import)",
                     name, module_name);
    }
    else {
        PyErr_Format(PyExc_AttributeError, "module '%U' has no attribute '%U'", module_name, name);
    }
    OU_HOLD_END(h);
    Py_XDECREF(spec);
    Py_DECREF(module_name);
    ou_attr_error_context((PyObject *)module, name);
    return NULL;
}

/* The generic lookup, then the module's own __getattr__ (PEP 562). */
static PyObject *
module_getattro(PyObject *self, PyObject *name)
{
    PyModuleObject *module = (PyModuleObject *)self;
    if (name == OU_STR(__dict__) && ou_module_missing_hook != NULL && ou_module_missing_hook(module->md_dict, NULL) < 0) {
        return NULL;
    }
    PyObject *value = _PyObject_GenericGetAttrWithDict(self, name, NULL, 1);
    if (value != NULL || PyErr_Occurred()) {
        return value;
    }
    if (module->md_dict == NULL) {
        return ou_attr_missing(self, name);
    }
    int more = ou_module_missing_hook == NULL ? 0 : ou_module_missing_hook(module->md_dict, name);
    if (more != 0) {
        value = more < 0 ? NULL : Py_XNewRef(PyDict_GetItemWithError(module->md_dict, name));
        if (value != NULL || PyErr_Occurred()) {
            return value;
        }
    }
    PyObject *getattr = PyDict_GetItemWithError(module->md_dict, OU_STR(__getattr__));
    if (getattr != NULL) {
        Py_INCREF(getattr);
        OU_HOLD(h, &getattr);
        value = PyObject_CallOneArg(getattr, name);
        OU_HOLD_END(h);
        Py_DECREF(getattr);
        return value;
    }
    return PyErr_Occurred() ? NULL : attribute_missing(module, name);
}

/* An attribute for the repr: new, None where there is none, NULL with an error set. */
static PyObject *
attr_or_none(PyObject *op, PyObject *name)
{
    PyObject *value;
    if (_PyObject_LookupAttr(op, name, &value) < 0) {
        return NULL;
    }
    return value != NULL ? value : Py_NewRef(Py_None);
}

/* As importlib shows a module that has a spec. */
static PyObject *
repr_by_spec(PyObject *spec)
{
    PyObject *name = attr_or_none(spec, OU_STR(name)), *origin = NULL, *loader = NULL, *located = NULL, *text = NULL;
    OU_HOLD(h, &name, &origin, &loader, &located);
    if (name == NULL) {
        goto done;
    }
    if (name == Py_None) {
        name = PyUnicode_FromString("?");
        if (name == NULL) {
            goto done;
        }
    }
    origin = attr_or_none(spec, OU_STR(origin));
    loader = origin != NULL ? attr_or_none(spec, OU_STR(loader)) : NULL;
    if (loader == NULL) {
        goto done;
    }
    if (origin == Py_None) {
        text = loader == Py_None ? PyUnicode_FromFormat("<module %R>", name)
                                 : PyUnicode_FromFormat("<module %R (%R)>", name, loader);
        goto done;
    }
    located = attr_or_none(spec, OU_STR(has_location));
    int truth = located != NULL ? PyObject_IsTrue(located) : -1;
    if (truth >= 0) {
        text = truth ? PyUnicode_FromFormat("<module %R from %R>", name, origin)
                     : PyUnicode_FromFormat("<module %R (%S)>", name, origin);
    }
done:
    OU_HOLD_END(h);
    Py_XDECREF(name);
    Py_XDECREF(origin);
    Py_XDECREF(loader);
    Py_XDECREF(located);
    return text;
}

static PyObject *
module_repr(PyObject *self)
{
    PyObject *spec = NULL, *name = NULL, *file = NULL, *loader = NULL, *text = NULL;
    OU_HOLD(h, &spec, &name, &file, &loader);
    spec = attr_or_none(self, OU_STR(__spec__));
    if (spec == NULL) {
        goto done;
    }
    if (spec != Py_None) {
        text = repr_by_spec(spec);
        goto done;
    }
    if (_PyObject_LookupAttr(self, OU_STR(__name__), &name) < 0) {
        goto done;
    }
    if (name == NULL) {
        name = PyUnicode_FromString("?");
        if (name == NULL) {
            goto done;
        }
    }
    if (_PyObject_LookupAttr(self, OU_STR(__file__), &file) < 0) {
        goto done;
    }
    if (file != NULL) {
        text = PyUnicode_FromFormat("<module %R from %R>", name, file);
        goto done;
    }
    loader = attr_or_none(self, OU_STR(__loader__));
    if (loader != NULL) {
        text = loader == Py_None ? PyUnicode_FromFormat("<module %R>", name)
                                 : PyUnicode_FromFormat("<module %R (%R)>", name, loader);
    }
done:
    OU_HOLD_END(h);
    Py_XDECREF(spec);
    Py_XDECREF(name);
    Py_XDECREF(file);
    Py_XDECREF(loader);
    return text;
}

static PyObject *
module_dir(PyObject *self, PyObject *ignored)
{
    PyObject *dict = PyObject_GetAttr(self, OU_STR(__dict__)), *result = NULL;
    if (dict == NULL) {
        return NULL;
    }
    OU_HOLD(h, &dict);
    if (!PyDict_Check(dict)) {
        PyErr_SetString(PyExc_TypeError, "<module>.__dict__ is not a dictionary");
    }
    else {
        PyObject *function = PyDict_GetItemWithError(dict, OU_STR(__dir__));
        if (function != NULL) {
            Py_INCREF(function);
            OU_HOLD(h2, &function);
            result = PyObject_CallNoArgs(function);
            OU_HOLD_END(h2);
            Py_DECREF(function);
        }
        else if (!PyErr_Occurred()) {
            result = PyDict_Keys(dict);
        }
    }
    OU_HOLD_END(h);
    Py_DECREF(dict);
    return result;
}

/* The namespace as __annotations__ sees it.  Returns new, or NULL with an error set. */
static PyObject *
annotations_dict(PyObject *self)
{
    PyObject *dict = PyObject_GetAttr(self, OU_STR(__dict__));
    if (dict != NULL && !PyDict_Check(dict)) {
        PyErr_SetString(PyExc_TypeError, "<module>.__dict__ is not a dictionary");
        Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *
module_get_annotations(PyObject *self, void *closure)
{
    PyObject *dict = annotations_dict(self);
    if (dict == NULL) {
        return NULL;
    }
    PyObject *annotations = Py_XNewRef(PyDict_GetItemWithError(dict, OU_STR(__annotations__)));
    if (annotations == NULL && !PyErr_Occurred()) {
        annotations = PyDict_New();
        if (annotations != NULL && PyDict_SetItem(dict, OU_STR(__annotations__), annotations) < 0) {
            Py_CLEAR(annotations);
        }
    }
    Py_DECREF(dict);
    return annotations;
}

static int
module_set_annotations(PyObject *self, PyObject *value, void *closure)
{
    PyObject *dict = annotations_dict(self);
    if (dict == NULL) {
        return -1;
    }
    int status;
    OU_HOLD(h, &dict);
    if (value != NULL) {
        status = PyDict_SetItem(dict, OU_STR(__annotations__), value);
    }
    else {
        status = PyDict_DelItem(dict, OU_STR(__annotations__));
        if (status < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
            PyErr_SetString(PyExc_AttributeError, "__annotations__");
        }
    }
    OU_HOLD_END(h);
    Py_DECREF(dict);
    return status;
}

static PyMethodDef module_methods[] = {
    {"__dir__", module_dir, METH_NOARGS, "__dir__() -> list\nthe names of the module"},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef module_members[] = {
    {"__dict__", T_OBJECT, offsetof(PyModuleObject, md_dict), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef module_getset[] = {
    {"__annotations__", module_get_annotations, module_set_annotations, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyModule_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "module",
    .tp_basicsize = sizeof(PyModuleObject),
    .tp_dealloc = module_dealloc,
    .tp_repr = module_repr,
    .tp_getattro = module_getattro,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_doc = "module(name, doc=None)\n--\n\nAn empty module; the name must be a str.",
    .tp_traverse = module_traverse,
    .tp_clear = module_clear,
    .tp_weaklistoffset = offsetof(PyModuleObject, md_weaklist),
    .tp_methods = module_methods,
    .tp_members = module_members,
    .tp_getset = module_getset,
    .tp_dictoffset = offsetof(PyModuleObject, md_dict),
    .tp_init = module_init,
    .tp_new = module_new,
};

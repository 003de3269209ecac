/* object/object_type.c - `object`, the base of all types: its slots and methods.
 *
 * Owns       nothing.
 * Invariant  __class__ changes only between classes of one layout, and inline values never outlive their
 *            class.
 * Not here   pickling (object_reduce.c); attribute access (attribute.c).
 * Source     Python Data Model, "Basic customization". */
#include "object/alloc.h"
#include "object/attribute.h"
#include "object/hold.h"
#include "object/walk.h"

/* ---- making -------------------------------------------------------------------------------------------- */

static bool
has_arguments(PyObject *args, PyObject *kwargs)
{
    return PyTuple_GET_SIZE(args) > 0 || (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0);
}

static PyObject *object_new_method(PyTypeObject *type, PyObject *args, PyObject *kwargs);

/* Arguments are an error unless the other of __new__ and __init__ is overridden and takes them. */
static int
object_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyTypeObject *type = Py_TYPE(self);
    if (!has_arguments(args, kwargs)) {
        return 0;
    }
    if (type->tp_init != object_init) {
        PyErr_SetString(PyExc_TypeError, "object.__init__() takes exactly one argument (the instance to initialize)");
        return -1;
    }
    if (type->tp_new == object_new_method) {
        PyErr_Format(PyExc_TypeError, "%.200s.__init__() takes exactly one argument (the instance to initialize)",
                     type->tp_name);
        return -1;
    }
    return 0;
}

static OU_COLD PyObject *
raise_abstract(PyTypeObject *type)
{
    PyObject *methods = PyObject_GetAttr((PyObject *)type, OU_STR(__abstractmethods__));
    if (methods == NULL) {
        return NULL;
    }
    OU_HOLD(h, &methods);
    PyObject *sorted = PySequence_List(methods), *joined = NULL;
    if (sorted != NULL && PyList_Sort(sorted) == 0) {
        joined = PyUnicode_Join(OU_STR(comma_space), sorted);
    }
    if (joined != NULL) {
        PyErr_Format(PyExc_TypeError, "Can't instantiate abstract class %s with abstract method%s %U", type->tp_name,
                     PyList_GET_SIZE(sorted) > 1 ? "s" : "", joined);
    }
    OU_HOLD_END(h);
    Py_XDECREF(joined);
    Py_XDECREF(sorted);
    Py_DECREF(methods);
    return NULL;
}

static PyObject *
object_new_method(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (OU_UNLIKELY(has_arguments(args, kwargs))) {
        if (type->tp_new != object_new_method) {
            PyErr_SetString(PyExc_TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
            return NULL;
        }
        if (type->tp_init == object_init) {
            return PyErr_Format(PyExc_TypeError, "%.200s() takes no arguments", type->tp_name);
        }
    }
    if (OU_UNLIKELY(type->tp_flags & Py_TPFLAGS_IS_ABSTRACT)) {
        return raise_abstract(type);
    }
    return type->tp_alloc(type, 0);
}

static void
object_dealloc(PyObject *self)
{
    Py_TYPE(self)->tp_free(self);
}

/* ---- slots --------------------------------------------------------------------------------------------- */

static PyObject *
object_repr(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *module = ou_type_get_module(type), *name = NULL, *text = NULL;
    if (module == NULL) {
        PyErr_Clear();
    }
    else if (!PyUnicode_Check(module)) {
        Py_CLEAR(module);
    }
    name = PyType_GetQualName(type);
    if (name != NULL) {
        if (module != NULL && PyUnicode_Compare(module, OU_STR(builtins)) != 0) {
            text = PyUnicode_FromFormat("<%U.%U object at %p>", module, name, self);
        }
        else {
            text = PyUnicode_FromFormat("<%s object at %p>", type->tp_name, self);
        }
    }
    Py_XDECREF(module);
    Py_XDECREF(name);
    return text;
}

static PyObject *
object_str(PyObject *self)
{
    reprfunc repr = Py_TYPE(self)->tp_repr;
    return repr == NULL ? object_repr(self) : repr(self);
}

static Py_hash_t
object_hash(PyObject *self)
{
    return _Py_HashPointer(self);
}

/* Equal to itself; of another it does not know.  != is the contrary of what == says. */
static PyObject *
object_richcompare(PyObject *self, PyObject *other, int op)
{
    if (op == Py_EQ) {
        return Py_NewRef(self == other ? Py_True : Py_NotImplemented);
    }
    if (op != Py_NE || Py_TYPE(self)->tp_richcompare == NULL) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *equal = Py_TYPE(self)->tp_richcompare(self, other, Py_EQ);
    if (equal == NULL || equal == Py_NotImplemented) {
        return equal;
    }
    OU_HOLD(h, &equal);
    int truth = PyObject_IsTrue(equal);
    OU_HOLD_END(h);
    Py_DECREF(equal);
    return truth < 0 ? NULL : PyBool_FromLong(!truth);
}

/* ---- __class__ ----------------------------------------------------------------------------------------- */

static PyObject *
object_get_class(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(Py_TYPE(self));
}

static int
object_set_class(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "can't delete __class__ attribute");
        return -1;
    }
    if (!PyType_Check(value)) {
        PyErr_Format(PyExc_TypeError, "__class__ must be set to a class, not '%s' object", Py_TYPE(value)->tp_name);
        return -1;
    }
    if (PySys_Audit("object.__setattr__", "OsO", self, "__class__", value) < 0) {
        return -1;
    }
    PyTypeObject *new_type = (PyTypeObject *)value, *old_type = Py_TYPE(self);
    bool modules = PyType_IsSubtype(new_type, &PyModule_Type) && PyType_IsSubtype(old_type, &PyModule_Type);
    if (!modules && (new_type->tp_flags | old_type->tp_flags) & Py_TPFLAGS_IMMUTABLETYPE) {
        PyErr_SetString(PyExc_TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses");
        return -1;
    }
    if (ou_type_layouts_agree(old_type, new_type, "__class__") < 0) {
        return -1;
    }
    OuInline *block = ou_instance_inline(self);
    if (block != NULL && block->size > 0 && ou_instance_materialize(self) == NULL) {
        return -1; /* inline values are numbered by the old class's keys */
    }
    if (ou_type_is_heap(new_type)) {
        Py_INCREF(new_type);
    }
    Py_SET_TYPE(self, new_type); /* commit */
    ou_slots_descr_changed(old_type, new_type);
    if (ou_type_is_heap(old_type)) {
        Py_DECREF(old_type);
    }
    return 0;
}

static PyGetSetDef object_getset[] = {
    {"__class__", object_get_class, object_set_class, "the object's class", NULL},
    {NULL},
};

/* ---- methods ------------------------------------------------------------------------------------------- */

static PyObject *
object_subclasshook(PyObject *Py_UNUSED(cls), PyObject *Py_UNUSED(args))
{
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *
object_init_subclass(PyObject *Py_UNUSED(cls), PyObject *Py_UNUSED(ignored))
{
    Py_RETURN_NONE;
}

static PyObject *
object_format(PyObject *self, PyObject *spec)
{
    if (!PyUnicode_Check(spec)) {
        return PyErr_Format(PyExc_TypeError, "__format__() argument must be str, not %.200s",
                            spec == Py_None ? "None" : Py_TYPE(spec)->tp_name);
    }
    if (PyUnicode_GET_LENGTH(spec) > 0) {
        return PyErr_Format(PyExc_TypeError, "unsupported format string passed to %.200s.__format__", Py_TYPE(self)->tp_name);
    }
    return PyObject_Str(self);
}

static PyObject *
object_sizeof(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyTypeObject *type = Py_TYPE(self);
    size_t size = (size_t)type->tp_basicsize;
    if (type->tp_itemsize > 0) {
        Py_ssize_t n = Py_SIZE(self);
        size += (size_t)(n < 0 ? -n : n) * (size_t)type->tp_itemsize;
    }
    else {
        size = ou_instance_size(self);
    }
    return PyLong_FromSize_t(size);
}

static PyObject *
object_dir(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *own = NULL, *names = NULL, *cls = NULL, *list = NULL;
    OU_HOLD(h, &own, &names, &cls);
    int result = _PyObject_LookupAttr(self, OU_STR(__dict__), &own);
    if (result > 0 && PyDict_Check(own)) {
        names = PyDict_Copy(own);
    }
    else if (result >= 0) {
        names = PyDict_New();
    }
    if (names != NULL && (result = _PyObject_LookupAttr(self, OU_STR(__class__), &cls)) > 0) {
        result = ou_type_merge_names(names, cls);
    }
    if (names != NULL && result >= 0) {
        list = PyDict_Keys(names);
    }
    OU_HOLD_END(h);
    Py_XDECREF(own);
    Py_XDECREF(names);
    Py_XDECREF(cls);
    return list;
}

static PyMethodDef object_methods[] = {
    {"__reduce_ex__", ou_object_method_reduce_ex, METH_O, "__reduce_ex__($self, protocol, /)\n--\n\nHelper for pickle."},
    {"__reduce__", ou_object_method_reduce, METH_NOARGS, "__reduce__($self, /)\n--\n\nHelper for pickle."},
    {"__getstate__", ou_object_method_getstate, METH_NOARGS, "__getstate__($self, /)\n--\n\nHelper for pickle."},
    {"__subclasshook__", object_subclasshook, METH_CLASS | METH_VARARGS,
     "Abstract classes can override this to customize issubclass().\n\n"
     "It returns True or False to decide, NotImplemented to leave it to the normal mechanism."},
    {"__init_subclass__", object_init_subclass, METH_CLASS | METH_NOARGS,
     "Called when a class is subclassed.\n\nIt does nothing here; subclasses may extend it."},
    {"__format__", object_format, METH_O, "__format__($self, format_spec, /)\n--\n\nDefault object formatter."},
    {"__sizeof__", object_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\nSize of object in memory, in bytes."},
    {"__dir__", object_dir, METH_NOARGS, "__dir__($self, /)\n--\n\nDefault dir() implementation."},
    {NULL},
};

PyTypeObject PyBaseObject_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "object",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = object_dealloc,
    .tp_repr = object_repr,
    .tp_hash = object_hash,
    .tp_str = object_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_doc = "object()\n--\n\nThe base class of the class hierarchy.\n\n"
              "When called, it accepts no arguments and returns a new featureless instance.",
    .tp_richcompare = object_richcompare,
    .tp_methods = object_methods,
    .tp_getset = object_getset,
    .tp_init = object_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = object_new_method,
    .tp_free = PyObject_Free,
};

/* modules/_abc.c - the machinery of abc.ABCMeta: abstract methods, registered classes, their caches.
 *
 * Owns       _abc_data of each abstract class: a registry and two caches, sets of weak references to classes.
 * Invariant  the sets are NULL until needed; the negative cache counts only while its version is the counter's.
 * Not here   isinstance() itself (object/isinstance.c).
 * Source     Library Reference, abc; PEP 3119. */
#include "object/alloc.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/type.h"

typedef struct {
    PyObject_HEAD
    PyObject *registry, *cache, *negative_cache;
    unsigned long long negative_version;
} AbcData;

/* Raised by one for each registration: what was no subclass may be one now. */
static unsigned long long invalidation_counter;

OU_WALKER(abc_data)
{
    AbcData *data = (AbcData *)self;
    OU_EDGE_OF(data, registry);
    OU_EDGE_OF(data, cache);
    OU_EDGE_OF(data, negative_cache);
    return 0;
}

static int
abc_data_clear(PyObject *self)
{
    AbcData *data = (AbcData *)self;
    Py_CLEAR(data->registry);
    Py_CLEAR(data->cache);
    Py_CLEAR(data->negative_cache);
    return 0;
}

static void
abc_data_dealloc(PyObject *self)
{
    ou_gc_untrack(self);
    abc_data_clear(self);
    ou_gc_free(self);
}

PyTypeObject ou_abc_data_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "_abc._abc_data",
    .tp_basicsize = sizeof(AbcData),
    .tp_dealloc = abc_data_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = abc_data_traverse,
    .tp_clear = abc_data_clear,
};

/* The class's data, new, or NULL with an error set. */
static AbcData *
data_of(PyObject *cls)
{
    PyObject *data = PyObject_GetAttr(cls, OU_STR(_abc_impl));
    if (data != NULL && !Py_IS_TYPE(data, &ou_abc_data_type)) {
        PyErr_SetString(PyExc_TypeError, "_abc_impl is set to a wrong type");
        Py_CLEAR(data);
    }
    return (AbcData *)data;
}

/* ---- weak sets ---------------------------------------------------------------------------------------------- */

/* Is the class in the set?  -1 with an error set. */
static int
weak_set_has(PyObject *set, PyObject *cls)
{
    if (set == NULL || PySet_GET_SIZE(set) == 0) {
        return 0;
    }
    PyObject *ref = PyWeakref_NewRef(cls, NULL);
    if (ref == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
            return -1;
        }
        PyErr_Clear(); /* no weak references, so it is in no set of them */
        return 0;
    }
    int has = PySet_Contains(set, ref);
    Py_DECREF(ref);
    return has;
}

/* A dead class leaves the set: the callback's self is a weak reference to the set. */
static PyObject *
weak_set_discard(PyObject *set_ref, PyObject *dead)
{
    PyObject *set = PyWeakref_GET_OBJECT(set_ref);
    if (set != Py_None) {
        Py_INCREF(set);
        if (PySet_Discard(set, dead) < 0) {
            PyErr_Clear();
        }
        Py_DECREF(set);
    }
    Py_RETURN_NONE;
}

static PyMethodDef weak_set_discard_def = {"_destroy", weak_set_discard, METH_O, NULL};

static int
weak_set_add(PyObject **set, PyObject *cls)
{
    if (*set == NULL && (*set = PySet_New(NULL)) == NULL) {
        return -1;
    }
    PyObject *set_ref = PyWeakref_NewRef(*set, NULL);
    PyObject *callback = set_ref == NULL ? NULL : PyCFunction_New(&weak_set_discard_def, set_ref);
    PyObject *ref = callback == NULL ? NULL : PyWeakref_NewRef(cls, callback);
    int status = ref == NULL ? -1 : PySet_Add(*set, ref);
    Py_XDECREF(set_ref);
    Py_XDECREF(callback);
    Py_XDECREF(ref);
    return status;
}

/* ---- abstract methods --------------------------------------------------------------------------------------- */

/* Add to `abstracts` the names of `names` (a namespace's items) whose values are abstract. */
static int
add_own_abstracts(PyObject *abstracts, PyObject *namespace)
{
    PyObject *items = PyMapping_Items(namespace);
    int status = items == NULL ? -1 : 0;
    OU_HOLD(hold, &items);
    for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(items); i++) {
        PyObject *item = PyList_GET_ITEM(items, i);
        if (!PyTuple_Check(item) || PyTuple_GET_SIZE(item) != 2) {
            PyErr_SetString(PyExc_TypeError, "iterable's items must be pairs");
            status = -1;
            break;
        }
        int is = _PyObject_IsAbstract(PyTuple_GET_ITEM(item, 1));
        status = is <= 0 ? is : PySet_Add(abstracts, PyTuple_GET_ITEM(item, 0));
    }
    OU_HOLD_END(hold);
    Py_XDECREF(items);
    return status;
}

/* Add the inherited abstract names that the class does not override. */
static int
add_base_abstracts(PyObject *abstracts, PyObject *self)
{
    PyObject *bases = PyObject_GetAttr(self, OU_STR(__bases__)), *names = NULL, *iter = NULL, *name = NULL, *value = NULL;
    int status = bases == NULL ? -1 : 0;
    if (bases != NULL && !PyTuple_Check(bases)) {
        PyErr_SetString(PyExc_TypeError, "__bases__ is not tuple");
        status = -1;
    }
    OU_HOLD(hold, &bases, &names, &iter, &name, &value);
    for (Py_ssize_t i = 0; status == 0 && i < PyTuple_GET_SIZE(bases); i++) {
        status = _PyObject_LookupAttr(PyTuple_GET_ITEM(bases, i), OU_STR(__abstractmethods__), &names);
        if (status <= 0) {
            continue;
        }
        status = (iter = PyObject_GetIter(names)) == NULL ? -1 : 0;
        while (status == 0 && (name = PyIter_Next(iter)) != NULL) {
            status = _PyObject_LookupAttr(self, name, &value);
            if (status > 0) {
                int is = _PyObject_IsAbstract(value);
                status = is <= 0 ? is : PySet_Add(abstracts, name);
            }
            Py_CLEAR(value);
            Py_CLEAR(name);
        }
        status = PyErr_Occurred() ? -1 : status;
        Py_CLEAR(iter);
        Py_CLEAR(names);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(bases);
    Py_XDECREF(names);
    Py_XDECREF(iter);
    Py_XDECREF(name);
    return status;
}

static int
compute_abstracts(PyObject *self)
{
    PyObject *abstracts = PySet_New(NULL), *namespace = NULL, *frozen = NULL;
    OU_HOLD(hold, &abstracts, &namespace);
    namespace = abstracts == NULL ? NULL : PyObject_GetAttr(self, OU_STR(__dict__));
    int status =
        namespace == NULL || add_own_abstracts(abstracts, namespace) < 0 || add_base_abstracts(abstracts, self) < 0 ? -1 : 0;
    frozen = status < 0 ? NULL : PyFrozenSet_New(abstracts);
    status = frozen == NULL ? -1 : PyObject_SetAttr(self, OU_STR(__abstractmethods__), frozen);
    OU_HOLD_END(hold);
    Py_XDECREF(frozen);
    Py_XDECREF(namespace);
    Py_XDECREF(abstracts);
    return status;
}

/* ---- the module's functions ------------------------------------------------------------------------------------- */

static PyObject *
abc_init(PyObject *module, PyObject *self)
{
    if (compute_abstracts(self) < 0) {
        return NULL;
    }
    AbcData *data = (AbcData *)ou_gc_new(&ou_abc_data_type);
    if (data == NULL) {
        return NULL;
    }
    data->negative_version = invalidation_counter;
    ou_gc_track((PyObject *)data);
    int status = PyObject_SetAttr(self, OU_STR(_abc_impl), (PyObject *)data);
    Py_DECREF(data);
    if (status < 0) {
        return NULL;
    }
    /* collections.abc.Sequence and Mapping say with __abc_tpflags__ how patterns see their subclasses. */
    if (PyType_Check(self)) {
        PyTypeObject *cls = (PyTypeObject *)self;
        PyObject *flags = PyDict_GetItemWithError(cls->tp_dict, OU_STR(__abc_tpflags__));
        if (flags == NULL && PyErr_Occurred()) {
            return NULL;
        }
        if (flags != NULL && PyLong_CheckExact(flags)) {
            const unsigned long kinds = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING;
            unsigned long value = PyLong_AsUnsignedLong(flags);
            if (value == (unsigned long)-1 && PyErr_Occurred()) {
                return NULL;
            }
            if ((value & kinds) == kinds) {
                PyErr_SetString(PyExc_TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
                return NULL;
            }
            cls->tp_flags |= value & kinds;
            if (PyDict_DelItem(cls->tp_dict, OU_STR(__abc_tpflags__)) < 0) {
                return NULL;
            }
        }
    }
    Py_RETURN_NONE;
}

/* A registered class and its subclasses are matched as the abstract class is. */
static void
set_collection_flag(PyTypeObject *cls, unsigned long flag)
{
    const unsigned long kinds = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING;
    if (PyType_HasFeature(cls, Py_TPFLAGS_IMMUTABLETYPE) || (cls->tp_flags & kinds) == flag) {
        return;
    }
    cls->tp_flags = (cls->tp_flags & ~kinds) | flag;
    PyObject *children = PyObject_CallMethodOneArg((PyObject *)&PyType_Type, OU_STR(__subclasses__), (PyObject *)cls);
    if (children == NULL) {
        PyErr_Clear();
        return;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(children); i++) {
        set_collection_flag((PyTypeObject *)PyList_GET_ITEM(children, i), flag);
    }
    Py_DECREF(children);
}

static PyObject *
abc_register(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("_abc_register", n_args, 2, 2)) {
        return NULL;
    }
    PyObject *self = args[0], *subclass = args[1];
    if (!PyType_Check(subclass)) {
        PyErr_SetString(PyExc_TypeError, "Can only register classes");
        return NULL;
    }
    int is = PyObject_IsSubclass(subclass, self);
    if (is != 0) {
        return is < 0 ? NULL : Py_NewRef(subclass);
    }
    is = PyObject_IsSubclass(self, subclass); /* no circles: they would make isinstance() run in them */
    if (is != 0) {
        if (is > 0) {
            PyErr_SetString(PyExc_RuntimeError, "Refusing to create an inheritance cycle");
        }
        return NULL;
    }
    AbcData *data = data_of(self);
    int status = data == NULL ? -1 : weak_set_add(&data->registry, subclass);
    Py_XDECREF(data);
    if (status < 0) {
        return NULL;
    }
    invalidation_counter++;
    if (PyType_Check(self)) {
        unsigned long flag = ((PyTypeObject *)self)->tp_flags & (Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING);
        if (flag) {
            set_collection_flag((PyTypeObject *)subclass, flag);
        }
    }
    return Py_NewRef(subclass);
}

static PyObject *
abc_instancecheck(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("_abc_instancecheck", n_args, 2, 2)) {
        return NULL;
    }
    PyObject *self = args[0], *instance = args[1], *result = NULL, *subtype = NULL;
    AbcData *data = data_of(self);
    PyObject *subclass = data == NULL ? NULL : PyObject_GetAttr(instance, OU_STR(__class__));
    OU_HOLD(hold, (PyObject **)&data, &subclass, &subtype);
    if (subclass == NULL) {
        goto done;
    }
    int cached = weak_set_has(data->cache, subclass);
    if (cached != 0) {
        result = cached < 0 ? NULL : Py_NewRef(Py_True);
        goto done;
    }
    subtype = Py_NewRef((PyObject *)Py_TYPE(instance));
    if (subtype == subclass) {
        if (data->negative_version == invalidation_counter) {
            int not_one = weak_set_has(data->negative_cache, subclass);
            if (not_one != 0) {
                result = not_one < 0 ? NULL : Py_NewRef(Py_False);
                goto done;
            }
        }
        result = PyObject_CallMethodOneArg(self, OU_STR(__subclasscheck__), subclass);
        goto done;
    }
    result = PyObject_CallMethodOneArg(self, OU_STR(__subclasscheck__), subclass);
    if (result != NULL) {
        int truth = PyObject_IsTrue(result);
        if (truth <= 0) {
            Py_CLEAR(result);
            if (truth == 0) {
                result = PyObject_CallMethodOneArg(self, OU_STR(__subclasscheck__), subtype);
            }
        }
    }
done:
    OU_HOLD_END(hold);
    Py_XDECREF(data);
    Py_XDECREF(subclass);
    Py_XDECREF(subtype);
    return result;
}

/* Is `subclass` derived from a class in the registry?  RE-ENTRANT, so the registry is copied first. */
static int
registry_has(AbcData *data, PyObject *subclass)
{
    int has = weak_set_has(data->registry, subclass);
    if (has != 0 || data->registry == NULL) {
        return has;
    }
    PyObject *copy = PySequence_List(data->registry), *cls = NULL;
    if (copy == NULL) {
        return -1;
    }
    OU_HOLD(hold, &copy, &cls);
    for (Py_ssize_t i = 0; has == 0 && i < PyList_GET_SIZE(copy); i++) {
        cls = Py_NewRef(PyWeakref_GET_OBJECT(PyList_GET_ITEM(copy, i)));
        has = cls == Py_None ? 0 : PyObject_IsSubclass(subclass, cls);
        Py_CLEAR(cls);
    }
    OU_HOLD_END(hold);
    Py_DECREF(copy);
    return has;
}

static int
subclasses_have(PyObject *self, PyObject *subclass)
{
    PyObject *children = PyObject_CallMethodNoArgs(self, OU_STR(__subclasses__));
    if (children == NULL) {
        return -1;
    }
    if (!PyList_Check(children)) {
        PyErr_SetString(PyExc_TypeError, "__subclasses__() must return a list");
        Py_DECREF(children);
        return -1;
    }
    int has = 0;
    OU_HOLD(hold, &children);
    for (Py_ssize_t i = 0; has == 0 && i < PyList_GET_SIZE(children); i++) {
        PyObject *child = Py_NewRef(PyList_GET_ITEM(children, i));
        has = PyObject_IsSubclass(subclass, child);
        Py_DECREF(child);
    }
    OU_HOLD_END(hold);
    Py_DECREF(children);
    return has;
}

/* The answer, not yet cached: 1, 0 or -1 with an error set; *by_hook if __subclasshook__ gave it. */
static int
subclass_answer(AbcData *data, PyObject *self, PyObject *subclass)
{
    PyObject *hook = PyObject_CallMethodOneArg(self, OU_STR(__subclasshook__), subclass);
    if (hook == NULL) {
        return -1;
    }
    Py_DECREF(hook);
    if (hook == Py_True || hook == Py_False) {
        return hook == Py_True;
    }
    if (hook != Py_NotImplemented) {
        PyErr_SetString(PyExc_AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
        return -1;
    }
    if (PyType_IsSubtype((PyTypeObject *)subclass, (PyTypeObject *)self)) {
        return 1;
    }
    int has = registry_has(data, subclass);
    return has != 0 ? has : subclasses_have(self, subclass);
}

static PyObject *
abc_subclasscheck(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("_abc_subclasscheck", n_args, 2, 2)) {
        return NULL;
    }
    PyObject *self = args[0], *subclass = args[1];
    if (!PyType_Check(subclass)) {
        PyErr_SetString(PyExc_TypeError, "issubclass() arg 1 must be a class");
        return NULL;
    }
    AbcData *data = data_of(self);
    if (data == NULL) {
        return NULL;
    }
    OU_HOLD(hold, (PyObject **)&data);
    int answer = weak_set_has(data->cache, subclass), status = 0;
    if (answer == 0) {
        if (data->negative_version < invalidation_counter) {
            data->negative_version = invalidation_counter;
            if (data->negative_cache != NULL && PySet_Clear(data->negative_cache) < 0) {
                answer = -1;
            }
        }
        int not_one = answer < 0 ? -1 : weak_set_has(data->negative_cache, subclass);
        if (not_one < 0) {
            answer = -1;
        }
        else if (not_one == 0) {
            answer = subclass_answer(data, self, subclass);
            status = answer < 0 ? -1 : weak_set_add(answer ? &data->cache : &data->negative_cache, subclass);
        }
    }
    OU_HOLD_END(hold);
    Py_DECREF(data);
    return answer < 0 || status < 0 ? NULL : PyBool_FromLong(answer);
}

static PyObject *
abc_get_cache_token(PyObject *module, PyObject *ignored)
{
    return PyLong_FromUnsignedLongLong(invalidation_counter);
}

static PyObject *
abc_reset_registry(PyObject *module, PyObject *self)
{
    AbcData *data = data_of(self);
    int status = data == NULL ? -1 : data->registry == NULL ? 0 : PySet_Clear(data->registry);
    Py_XDECREF(data);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
abc_reset_caches(PyObject *module, PyObject *self)
{
    AbcData *data = data_of(self);
    int status = data == NULL || (data->cache != NULL && PySet_Clear(data->cache) < 0)
                      || (data->negative_cache != NULL && PySet_Clear(data->negative_cache) < 0)
                   ? -1
                   : 0;
    Py_XDECREF(data);
    if (status < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
copy_set(PyObject *set)
{
    return set == NULL ? PySet_New(NULL) : PySet_New(set);
}

static PyObject *
abc_get_dump(PyObject *module, PyObject *self)
{
    AbcData *data = data_of(self);
    PyObject *result = data == NULL ? NULL
                                    : Py_BuildValue("NNNK", copy_set(data->registry), copy_set(data->cache),
                                                    copy_set(data->negative_cache), data->negative_version);
    Py_XDECREF(data);
    return result;
}

#define FASTCALL(function) (PyCFunction)(void *)(function), METH_FASTCALL

static PyMethodDef abc_methods[] = {
    {"get_cache_token", abc_get_cache_token, METH_NOARGS,
     "get_cache_token($module, /)\n--\n\nChanges with every registration."},
    {"_abc_init", abc_init, METH_O, "_abc_init($module, self, /)\n--\n\nMake a class abstract."},
    {"_reset_registry", abc_reset_registry, METH_O, "_reset_registry($module, self, /)\n--\n\nFor tests."},
    {"_reset_caches", abc_reset_caches, METH_O, "_reset_caches($module, self, /)\n--\n\nFor tests."},
    {"_get_dump", abc_get_dump, METH_O, "_get_dump($module, self, /)\n--\n\nRegistry, caches and version."},
    {"_abc_register", FASTCALL(abc_register), "_abc_register($module, self, subclass, /)\n--\n\nRegister a virtual subclass."},
    {"_abc_instancecheck", FASTCALL(abc_instancecheck),
     "_abc_instancecheck($module, self, instance, /)\n--\n\nFor isinstance()."},
    {"_abc_subclasscheck", FASTCALL(abc_subclasscheck),
     "_abc_subclasscheck($module, self, subclass, /)\n--\n\nFor issubclass()."},
    {NULL},
};

static PyModuleDef_Slot abc_slots[] = {{0, NULL}};

static struct PyModuleDef abc_module = {
    PyModuleDef_HEAD_INIT,    .m_name = "_abc",     .m_doc = "The machinery of abc.ABCMeta.",
    .m_methods = abc_methods, .m_slots = abc_slots,
};

PyMODINIT_FUNC
PyInit__abc(void)
{
    return PyModuleDef_Init(&abc_module);
}

/* types/module_def.c - modules written in C: from a PyModuleDef in one step or two (PEP 489), and adding things to modules.
 *
 * Owns       nothing; definitions are static data of whoever wrote the module, counted loosely.
 * Invariant  a definition has its type and index from PyModuleDef_Init() on.
 * Not here   the module type (module.c); finding and loading (runtime/import.c, dynload.c). */
#include "types/module.h"
#include "types/int.h"
#include "object/error.h"
#include "object/hold.h"
#include "object/walk.h"

/* Set around the init function of a module in a package: its full name.  PyModule_Create takes it. */
const char *_Py_PackageContext;

/* ---- definitions ----------------------------------------------------------------------------------------------- */

PyTypeObject PyModuleDef_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "moduledef",
    .tp_basicsize = sizeof(PyModuleDef),
};

static Py_ssize_t last_module_index;

/* Make the definition an object.  Returns it, borrowed; cannot fail once the types are ready. */
PyObject *
PyModuleDef_Init(PyModuleDef *def)
{
    if (PyType_Ready(&PyModuleDef_Type) < 0) {
        return NULL;
    }
    if (def->m_base.m_index == 0) {
        Py_SET_REFCNT(def, OU_LOOSE_COUNT);
        Py_SET_TYPE(def, &PyModuleDef_Type);
        def->m_base.m_index = ++last_module_index;
    }
    return (PyObject *)def;
}

static bool
check_api_version(const char *name, int version)
{
    if (version == PYTHON_API_VERSION || version == PYTHON_ABI_VERSION) {
        return true;
    }
    return PyErr_WarnFormat(PyExc_RuntimeWarning, 1,
                            "Python C API version mismatch for module %.100s: "
                            "This Python has API version %d, module %.100s has version %d.",
                            name, PYTHON_API_VERSION, name, version)
        == 0;
}

/* Room for the state, zero-filled.  Returns 0, or -1 with MemoryError. */
static int
alloc_state(PyModuleObject *module, PyModuleDef *def)
{
    if (def->m_size >= 0 && module->md_state == NULL) {
        module->md_state = PyMem_Calloc(1, def->m_size > 0 ? (size_t)def->m_size : 1);
        if (module->md_state == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    return 0;
}

/* ---- functions and documentation ------------------------------------------------------------------------------- */

static int
add_functions(PyObject *module, PyObject *name, PyMethodDef *functions)
{
    for (PyMethodDef *def = functions; def->ml_name != NULL; def++) {
        if (def->ml_flags & (METH_CLASS | METH_STATIC)) {
            PyErr_SetString(PyExc_ValueError, "module functions cannot set METH_CLASS or METH_STATIC");
            return -1;
        }
        PyObject *function = PyCFunction_NewEx(def, module, name);
        if (function == NULL) {
            return -1;
        }
        int status = PyObject_SetAttrString(module, def->ml_name, function);
        Py_DECREF(function);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

/* Returns 0, or -1 with an error set. */
int
PyModule_AddFunctions(PyObject *module, PyMethodDef *functions)
{
    PyObject *name = PyModule_GetNameObject(module);
    if (name == NULL) {
        return -1;
    }
    int status = add_functions(module, name, functions);
    Py_DECREF(name);
    return status;
}

int
PyModule_SetDocString(PyObject *module, const char *doc)
{
    PyObject *text = PyUnicode_FromString(doc);
    int status = text != NULL ? PyObject_SetAttr(module, OU_STR(__doc__), text) : -1;
    Py_XDECREF(text);
    return status;
}

/* ---- in one step ----------------------------------------------------------------------------------------------- */

/* Returns a new module, or NULL with an error set. */
PyObject *
_PyModule_CreateInitialized(PyModuleDef *def, int version)
{
    const char *name = def->m_name;
    if (PyModuleDef_Init(def) == NULL || !check_api_version(name, version)) {
        return NULL;
    }
    if (def->m_slots != NULL) {
        PyErr_Format(PyExc_SystemError, "module %s: PyModule_Create is incompatible with m_slots", name);
        return NULL;
    }
    if (_Py_PackageContext != NULL) {
        /* An extension module in a package knows only the last part of its name. */
        const char *dot = strrchr(_Py_PackageContext, '.');
        if (dot != NULL && strcmp(name, dot + 1) == 0) {
            name = _Py_PackageContext;
            _Py_PackageContext = NULL;
        }
    }
    PyModuleObject *module = (PyModuleObject *)PyModule_New(name);
    if (module == NULL) {
        return NULL;
    }
    PyObject *self = (PyObject *)module;
    if (def->m_size > 0 && alloc_state(module, def) < 0) {
        goto fail;
    }
    if ((def->m_methods != NULL && PyModule_AddFunctions(self, def->m_methods) < 0)
        || (def->m_doc != NULL && PyModule_SetDocString(self, def->m_doc) < 0)) {
        goto fail;
    }
    module->md_def = def;
    return self;
fail:
    Py_DECREF(self);
    return NULL;
}

PyObject *
PyModule_Create2(PyModuleDef *def, int version)
{
    if (!_PyImport_IsInitialized(ou_interp())) {
        PyErr_SetString(PyExc_SystemError, "Python import machinery not initialized");
        return NULL;
    }
    return _PyModule_CreateInitialized(def, version);
}

/* ---- in two steps ---------------------------------------------------------------------------------------------- */

typedef PyObject *(*CreateSlot)(PyObject *spec, PyModuleDef *def);

/* Read the slots.  Returns 0, or -1 with SystemError set. */
static int
read_slots(PyModuleDef *def, const char *name, CreateSlot *create, bool *has_exec)
{
    *create = NULL;
    *has_exec = false;
    for (PyModuleDef_Slot *slot = def->m_slots; slot != NULL && slot->slot != 0; slot++) {
        if (slot->slot == Py_mod_create) {
            if (*create != NULL) {
                PyErr_Format(PyExc_SystemError, "module %s has multiple create slots", name);
                return -1;
            }
            *create = (CreateSlot)(uintptr_t)slot->value;
        }
        else if (slot->slot < 0 || slot->slot > _Py_mod_LAST_SLOT) {
            PyErr_Format(PyExc_SystemError, "module %s uses unknown slot ID %i", name, slot->slot);
            return -1;
        }
        else {
            *has_exec = true;
        }
    }
    return 0;
}

/* The create slot's object, checked.  Returns new, or NULL with an error set. */
static PyObject *
call_create(CreateSlot create, PyObject *spec, PyModuleDef *def, const char *name)
{
    PyObject *module = create(spec, def);
    if (module == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_SystemError, "creation of module %s failed without setting an exception", name);
        }
        return NULL;
    }
    if (PyErr_Occurred()) {
        PyErr_Format(PyExc_SystemError, "creation of module %s raised unreported exception", name);
        Py_CLEAR(module);
    }
    return module;
}

static int
check_created(PyObject *module, PyModuleDef *def, const char *name, bool has_exec)
{
    if (PyModule_Check(module)) {
        ((PyModuleObject *)module)->md_state = NULL;
        ((PyModuleObject *)module)->md_def = def;
        return 0;
    }
    if (def->m_size > 0 || def->m_traverse != NULL || def->m_clear != NULL || def->m_free != NULL) {
        PyErr_Format(PyExc_SystemError, "module %s is not a module object, but requests module state", name);
        return -1;
    }
    if (has_exec) {
        PyErr_Format(PyExc_SystemError, "module %s specifies execution slots, but did not create a ModuleType instance", name);
        return -1;
    }
    return 0;
}

/* First step: the module, empty but for functions and documentation.  Returns new, or NULL with an error set. */
PyObject *
PyModule_FromDefAndSpec2(PyModuleDef *def, PyObject *spec, int version)
{
    CreateSlot create;
    bool has_exec;
    PyObject *module = NULL;
    if (PyModuleDef_Init(def) == NULL) {
        return NULL;
    }
    PyObject *name_object = PyObject_GetAttr(spec, OU_STR(name));
    if (name_object == NULL) {
        return NULL;
    }
    OU_HOLD(h, &name_object, &module);
    const char *name = PyUnicode_AsUTF8(name_object);
    if (name == NULL || !check_api_version(name, version)) {
        goto done;
    }
    if (def->m_size < 0) {
        PyErr_Format(PyExc_SystemError, "module %s: m_size may not be negative for multi-phase initialization", name);
        goto done;
    }
    if (read_slots(def, name, &create, &has_exec) < 0) {
        goto done;
    }
    module = create != NULL ? call_create(create, spec, def, name) : PyModule_NewObject(name_object);
    if (module == NULL) {
        goto done;
    }
    if (check_created(module, def, name, has_exec) < 0
        || (def->m_methods != NULL && add_functions(module, name_object, def->m_methods) < 0)
        || (def->m_doc != NULL && PyModule_SetDocString(module, def->m_doc) < 0)) {
        Py_CLEAR(module);
    }
done:
    OU_HOLD_END(h);
    Py_DECREF(name_object);
    return module;
}

/* Second step: its state and exec slots.  Returns 0, or -1 with an error set.  RE-ENTRANT. */
int
PyModule_ExecDef(PyObject *module, PyModuleDef *def)
{
    const char *name = PyModule_GetName(module);
    if (name == NULL) {
        return -1;
    }
    if (def->m_size >= 0 && PyModule_Check(module) && alloc_state((PyModuleObject *)module, def) < 0) {
        return -1;
    }
    for (PyModuleDef_Slot *slot = def->m_slots; slot != NULL && slot->slot != 0; slot++) {
        if (slot->slot == Py_mod_create) {
            continue;
        }
        if (slot->slot != Py_mod_exec) {
            PyErr_Format(PyExc_SystemError, "module %s initialized with unknown slot %i", name, slot->slot);
            return -1;
        }
        int status = ((int (*)(PyObject *))(uintptr_t)slot->value)(module);
        if (status != 0) {
            if (!PyErr_Occurred()) {
                PyErr_Format(PyExc_SystemError, "execution of module %s failed without setting an exception", name);
            }
            return -1;
        }
        if (PyErr_Occurred()) {
            _PyErr_FormatFromCause(PyExc_SystemError, "execution of module %s raised unreported exception", name);
            return -1;
        }
    }
    return 0;
}

/* ---- adding values --------------------------------------------------------------------------------------------- */

/* module.name = value.  Returns 0, or -1 with an error set.  Refs takes a reference of its own. */
int
PyModule_AddObjectRef(PyObject *module, const char *name, PyObject *value)
{
    if (!PyModule_Check(module)) {
        PyErr_SetString(PyExc_TypeError, "PyModule_AddObjectRef() first argument must be a module");
        return -1;
    }
    if (value == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError, "PyModule_AddObjectRef() must be called with an exception raised "
                                               "if value is NULL");
        }
        return -1;
    }
    PyObject *dict = PyModule_GetDict(module);
    if (dict == NULL) {
        PyErr_Format(PyExc_SystemError, "module '%s' has no __dict__", PyModule_GetName(module));
        return -1;
    }
    return PyDict_SetItemString(dict, name, value);
}

/* The same.  Refs takes `value` on success only. */
int
PyModule_AddObject(PyObject *module, const char *name, PyObject *value)
{
    int status = PyModule_AddObjectRef(module, name, value);
    if (status == 0) {
        Py_DECREF(value);
    }
    return status;
}

static int
add_new(PyObject *module, const char *name, PyObject *value)
{
    int status = value != NULL ? PyModule_AddObjectRef(module, name, value) : -1;
    Py_XDECREF(value);
    return status;
}

/* The constant is an int of its own, never a shared small one: counts of the program's ints don't speak of modules. */
int
PyModule_AddIntConstant(PyObject *module, const char *name, long value)
{
    return add_new(module, name, ou_int_new_private(value));
}

int
PyModule_AddStringConstant(PyObject *module, const char *name, const char *value)
{
    return add_new(module, name, PyUnicode_FromString(value));
}

int
PyModule_AddType(PyObject *module, PyTypeObject *type)
{
    if (PyType_Ready(type) < 0) {
        return -1;
    }
    return PyModule_AddObjectRef(module, _PyType_Name(type), (PyObject *)type);
}

/* ---- modules by index (PEP 3121) ------------------------------------------------------------------------------- */

/* Borrowed; NULL without an error if there is none. */
PyObject *
PyState_FindModule(PyModuleDef *def)
{
    PyObject *list = ou_interp()->modules_by_index;
    Py_ssize_t index = def->m_base.m_index;
    if (def->m_slots != NULL || index == 0 || list == NULL || index >= PyList_GET_SIZE(list)) {
        return NULL;
    }
    PyObject *module = PyList_GET_ITEM(list, index);
    return module == Py_None ? NULL : module;
}

int
PyState_AddModule(PyObject *module, PyModuleDef *def)
{
    PyInterpreterState *interp = ou_interp();
    if (def->m_slots != NULL) {
        PyErr_SetString(PyExc_SystemError, "PyState_AddModule called on module with slots");
        return -1;
    }
    if (interp->modules_by_index == NULL) {
        interp->modules_by_index = PyList_New(0);
        if (interp->modules_by_index == NULL) {
            return -1;
        }
    }
    while (PyList_GET_SIZE(interp->modules_by_index) <= def->m_base.m_index) {
        if (PyList_Append(interp->modules_by_index, Py_None) < 0) {
            return -1;
        }
    }
    return PyList_SetItem(interp->modules_by_index, def->m_base.m_index, Py_NewRef(module));
}

int
PyState_RemoveModule(PyModuleDef *def)
{
    PyObject *list = ou_interp()->modules_by_index;
    Py_ssize_t index = def->m_base.m_index;
    if (def->m_slots != NULL) {
        PyErr_SetString(PyExc_SystemError, "PyState_RemoveModule called on module with slots");
        return -1;
    }
    if (index == 0 || list == NULL || index >= PyList_GET_SIZE(list)) {
        PyErr_SetString(PyExc_SystemError, "Module index out of bounds.");
        return -1;
    }
    return PyList_SetItem(list, index, Py_NewRef(Py_None));
}

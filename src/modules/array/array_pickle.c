/* modules/array/array_pickle.c - arrays as pickle keeps them: bytes, and a number that says how they are to be read.
 *
 * Invariant  an array of ints reads back with the same values on every machine, under another type code if need be.
 * Source     the machine format codes are CPython's: pickles travel between machines. */
#include "modules/array/array.h"
#include "object/hold.h"

/* What the bytes of an item are; a format code is an index. */
static const struct {
    uint8_t size; /* bytes of an item */
    char what;    /* 'i': int, 'f': float, 'u': characters */
    bool is_signed, is_big;
} formats[] = {
    {1, 'i', false, false}, {1, 'i', true, false},  {2, 'i', false, false}, {2, 'i', false, true},  {2, 'i', true, false},
    {2, 'i', true, true},   {4, 'i', false, false}, {4, 'i', false, true},  {4, 'i', true, false},  {4, 'i', true, true},
    {8, 'i', false, false}, {8, 'i', false, true},  {8, 'i', true, false},  {8, 'i', true, true},   {4, 'f', true, false},
    {4, 'f', true, true},   {8, 'f', true, false},  {8, 'f', true, true},   {2, 'u', false, false}, {2, 'u', false, true},
    {4, 'u', false, false}, {4, 'u', false, true},
};

/* The format of items of a kind on this machine. */
static int
format_of(const ArrayKind *kind)
{
    char what = kind->is_int ? 'i' : kind->code == 'u' ? 'u' : 'f';
    for (int i = 0; i < (int)OU_COUNT_OF(formats); i++) {
        if (formats[i].size == kind->item_size && formats[i].what == what && formats[i].is_signed == kind->is_signed
            && formats[i].is_big == (PY_BIG_ENDIAN && kind->item_size > 1)) {
            return i;
        }
    }
    OU_PANIC("no format for items of kind %c", kind->code);
}

PyObject *
ou_array_reduce_ex(PyObject *op, PyObject *arg)
{
    Array *self = (Array *)op;
    PyObject *dict = NULL, *module = NULL, *reconstructor = NULL, *items = NULL, *result = NULL;
    if (!PyLong_Check(arg)) {
        PyErr_SetString(PyExc_TypeError, "__reduce_ex__ argument should be an integer");
        return NULL;
    }
    long protocol = PyLong_AsLong(arg);
    if ((protocol == -1 && PyErr_Occurred()) || _PyObject_LookupAttr(op, OU_STR(__dict__), &dict) < 0) {
        return NULL;
    }
    OU_HOLD(hold, &dict, &module, &reconstructor, &items);
    dict = dict == NULL ? Py_NewRef(Py_None) : dict;
    if (protocol < 3) {
        items = PyObject_CallMethod(op, "tolist", NULL);
        result = items == NULL ? NULL : Py_BuildValue("O(CO)O", Py_TYPE(op), self->kind->code, items, dict);
    }
    else if ((module = PyImport_ImportModule("array")) != NULL
             && (reconstructor = PyObject_GetAttrString(module, "_array_reconstructor")) != NULL
             && (items = PyObject_CallMethod(op, "tobytes", NULL)) != NULL) {
        result = Py_BuildValue("O(OCiO)O", reconstructor, Py_TYPE(op), self->kind->code, format_of(self->kind), items, dict);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(items);
    Py_XDECREF(reconstructor);
    Py_XDECREF(module);
    Py_XDECREF(dict);
    return result;
}

/* The item at `bytes` in a format of numbers: a new int or float. */
static PyObject *
item_in_format(const unsigned char *bytes, int format)
{
    if (formats[format].what == 'i') {
        return _PyLong_FromByteArray(bytes, formats[format].size, !formats[format].is_big, formats[format].is_signed);
    }
    double value = formats[format].size == 4 ? PyFloat_Unpack4((const char *)bytes, !formats[format].is_big)
                                             : PyFloat_Unpack8((const char *)bytes, !formats[format].is_big);
    return value == -1.0 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(value);
}

/* A new str or list of what the bytes hold in a format. */
static PyObject *
items_in_format(PyObject *bytes, int format)
{
    const char *data = PyBytes_AS_STRING(bytes);
    Py_ssize_t size = PyBytes_GET_SIZE(bytes), step = formats[format].size;
    if (size % step != 0) {
        PyErr_SetString(PyExc_ValueError, "string length not a multiple of item size");
        return NULL;
    }
    if (formats[format].what == 'u') {
        int order = formats[format].is_big ? 1 : -1;
        return step == 2 ? PyUnicode_DecodeUTF16(data, size, "strict", &order)
                         : PyUnicode_DecodeUTF32(data, size, "strict", &order);
    }
    PyObject *list = PyList_New(size / step);
    for (Py_ssize_t i = 0; list != NULL && i < size / step; i++) {
        PyObject *item = item_in_format((const unsigned char *)data + i * step, format);
        if (item == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

PyObject *
ou_array_reconstructor(PyObject *module, PyObject *args)
{
    PyObject *type, *bytes, *items;
    int code, format;
    if (!PyArg_UnpackTuple(args, "_array_reconstructor", 4, 4, &type, &items, &items, &bytes)
        || !PyArg_ParseTuple(args, "OCiO:_array_reconstructor", &type, &code, &format, &bytes)) {
        return NULL;
    }
    if (!PyType_Check(type)) {
        return PyErr_Format(PyExc_TypeError, "first argument must be a type object, not %.200s", Py_TYPE(type)->tp_name);
    }
    if (!PyType_IsSubtype((PyTypeObject *)type, &ou_array_type)) {
        return PyErr_Format(PyExc_TypeError, "%.200s is not a subtype of %.200s", ((PyTypeObject *)type)->tp_name,
                            ou_array_type.tp_name);
    }
    const ArrayKind *kind = ou_array_kind((Py_UCS4)code);
    if (kind == NULL) {
        PyErr_SetString(PyExc_ValueError, "second argument must be a valid type code");
        return NULL;
    }
    if (format < 0 || format >= (int)OU_COUNT_OF(formats)) {
        PyErr_SetString(PyExc_ValueError, "third argument must be a valid machine format code.");
        return NULL;
    }
    if (!PyBytes_Check(bytes)) {
        return PyErr_Format(PyExc_TypeError, "fourth argument should be bytes, not %.200s", Py_TYPE(bytes)->tp_name);
    }
    if (format == format_of(kind)) {
        PyObject *array = ou_array_new((PyTypeObject *)type, kind, 0);
        if (array != NULL && ou_array_append_bytes((Array *)array, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes)) < 0) {
            Py_CLEAR(array);
        }
        return array;
    }
    if (formats[format].what == 'i') { /* ints keep their size and sign, whatever the code means here */
        for (int i = 0; i < ou_n_array_kinds; i++) {
            const ArrayKind *other = &ou_array_kinds[i];
            bool fits =
                other->is_int && other->item_size == formats[format].size && other->is_signed == formats[format].is_signed;
            kind = fits ? other : kind;
        }
    }
    items = items_in_format(bytes, format);
    if (items == NULL) {
        return NULL;
    }
    PyObject *array = PyObject_CallFunction(type, "CO", kind->code, items);
    Py_DECREF(items);
    return array;
}

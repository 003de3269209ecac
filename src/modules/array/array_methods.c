/* modules/array/array_methods.c - methods of array.array, and the module array.
 *
 * Invariant  no pointer into the items lives across Python code: comparing or converting a value may resize the array.
 * Not here   items and slices (array.c).
 * Source     Library Reference, array. */
#include "modules/array/array_methods.h"
#include "object/hold.h"

static PyObject *
none_or_error(int status)
{
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
item(const Array *self, Py_ssize_t i)
{
    return self->kind->get(self->items + i * self->kind->item_size);
}

/* ---- growing and shrinking ---------------------------------------------------------------------------------------- */

static PyObject *
array_append(PyObject *self, PyObject *value)
{
    return none_or_error(ou_array_insert((Array *)self, PY_SSIZE_T_MAX, value));
}

int
ou_array_extend(Array *self, PyObject *other)
{
    if (!Array_Check(other)) {
        return ou_array_append_iterable(self, other);
    }
    Array *array = (Array *)other;
    if (array->kind != self->kind) {
        PyErr_SetString(PyExc_TypeError, "can only extend with array of same kind");
        return -1;
    }
    Py_ssize_t n = Py_SIZE(array), old = Py_SIZE(self); /* before: it may be the same array */
    if (old > PY_SSIZE_T_MAX - n) {
        PyErr_NoMemory();
        return -1;
    }
    if (n > 0) {
        if (ou_array_resize(self, old + n) < 0) {
            return -1;
        }
        memcpy(self->items + old * self->kind->item_size, array->items, (size_t)n * self->kind->item_size);
    }
    return 0;
}

static PyObject *
array_extend(PyObject *self, PyObject *other)
{
    return none_or_error(ou_array_extend((Array *)self, other));
}

static PyObject *
array_insert(PyObject *self, PyObject *args)
{
    PyObject *index, *value;
    if (!PyArg_UnpackTuple(args, "insert", 2, 2, &index, &value)) {
        return NULL;
    }
    Py_ssize_t i = PyNumber_AsSsize_t(index, PyExc_OverflowError);
    return i == -1 && PyErr_Occurred() ? NULL : none_or_error(ou_array_insert((Array *)self, i, value));
}

static PyObject *
array_pop(PyObject *op, PyObject *args)
{
    Array *self = (Array *)op;
    PyObject *index = NULL;
    Py_ssize_t i = -1;
    if (!PyArg_UnpackTuple(args, "pop", 0, 1, &index)
        || (index != NULL && (i = PyNumber_AsSsize_t(index, PyExc_OverflowError)) == -1 && PyErr_Occurred())) {
        return NULL;
    }
    if (Py_SIZE(self) == 0) {
        PyErr_SetString(PyExc_IndexError, "pop from empty array");
        return NULL;
    }
    i += i < 0 ? Py_SIZE(self) : 0;
    if (i < 0 || i >= Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "pop index out of range");
        return NULL;
    }
    PyObject *value = item(self, i);
    if (value != NULL && ou_array_remove(self, i) < 0) {
        Py_CLEAR(value);
    }
    return value;
}

/* ---- searching ---------------------------------------------------------------------------------------------------- */

/* The index of the first item from i on, and before stop, that equals the value; -1 if there is none; -2 with an exception.
 * RE-ENTRANT: the array may change meanwhile. */
static Py_ssize_t
find(const Array *self, PyObject *value, Py_ssize_t i, Py_ssize_t stop)
{
    for (; i < stop && i < Py_SIZE(self); i++) {
        PyObject *candidate = item(self, i);
        OU_HOLD(h, &candidate);
        int equal = candidate == NULL ? -1 : PyObject_RichCompareBool(candidate, value, Py_EQ);
        OU_HOLD_END(h);
        Py_XDECREF(candidate);
        if (equal != 0) {
            return equal < 0 ? -2 : i;
        }
    }
    return -1;
}

int
ou_array_contains(PyObject *self, PyObject *value)
{
    Py_ssize_t i = find((Array *)self, value, 0, PY_SSIZE_T_MAX);
    return i == -2 ? -1 : i >= 0;
}

static PyObject *
array_count(PyObject *self, PyObject *value)
{
    Py_ssize_t n = 0, i = -1;
    while ((i = find((Array *)self, value, i + 1, PY_SSIZE_T_MAX)) >= 0) {
        n++;
    }
    return i == -2 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *
array_index(PyObject *self, PyObject *args)
{
    PyObject *value, *bounds[2] = {NULL, NULL};
    Py_ssize_t at[2] = {0, PY_SSIZE_T_MAX};
    if (!PyArg_UnpackTuple(args, "index", 1, 3, &value, &bounds[0], &bounds[1])) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (bounds[i] != NULL && !_PyEval_SliceIndexNotNone(bounds[i], &at[i])) {
            return NULL;
        }
        at[i] = at[i] < 0 ? Py_MAX(at[i] + Py_SIZE(self), 0) : at[i];
    }
    Py_ssize_t i = find((Array *)self, value, at[0], at[1]);
    if (i == -1) {
        PyErr_SetString(PyExc_ValueError, "array.index(x): x not in array");
    }
    return i < 0 ? NULL : PyLong_FromSsize_t(i);
}

static PyObject *
array_remove(PyObject *self, PyObject *value)
{
    Py_ssize_t i = find((Array *)self, value, 0, PY_SSIZE_T_MAX);
    if (i == -1) {
        PyErr_SetString(PyExc_ValueError, "array.remove(x): x not in array");
    }
    if (i >= Py_SIZE(self)) { /* == has shortened it */
        Py_RETURN_NONE;
    }
    return i < 0 ? NULL : none_or_error(ou_array_remove((Array *)self, i));
}

/* ---- order of items and of bytes ----------------------------------------------------------------------------------- */

static void
swap_ends(char *first, size_t n_parts, size_t part)
{
    char kept[ARRAY_ITEM_MAX], *last = first + (n_parts - 1) * part;
    for (; n_parts > 1 && first < last; first += part, last -= part) {
        memcpy(kept, first, part);
        memcpy(first, last, part);
        memcpy(last, kept, part);
    }
}

static PyObject *
array_reverse(PyObject *op, PyObject *ignored)
{
    Array *self = (Array *)op;
    if (Py_SIZE(self) > 1) {
        swap_ends(self->items, (size_t)Py_SIZE(self), self->kind->item_size);
    }
    Py_RETURN_NONE;
}

static PyObject *
array_byteswap(PyObject *op, PyObject *ignored)
{
    Array *self = (Array *)op;
    for (Py_ssize_t i = 0; i < Py_SIZE(self); i++) {
        swap_ends(self->items + i * self->kind->item_size, self->kind->item_size, 1);
    }
    Py_RETURN_NONE;
}

/* ---- from and to other forms --------------------------------------------------------------------------------------- */

static PyObject *
array_copy(PyObject *op, PyObject *ignored)
{
    Array *self = (Array *)op, *copy = (Array *)ou_array_new(&ou_array_type, self->kind, Py_SIZE(self));
    if (copy != NULL && Py_SIZE(self) > 0) {
        memcpy(copy->items, self->items, (size_t)Py_SIZE(self) * self->kind->item_size);
    }
    return (PyObject *)copy;
}

PyObject *
ou_array_tolist(PyObject *self, PyObject *ignored)
{
    PyObject *list = PyList_New(Py_SIZE(self));
    for (Py_ssize_t i = 0; list != NULL && i < Py_SIZE(self); i++) {
        PyObject *value = item((Array *)self, i);
        if (value == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, i, value);
    }
    return list;
}

static PyObject *
array_fromlist(PyObject *op, PyObject *list)
{
    Array *self = (Array *)op;
    if (!PyList_Check(list)) {
        PyErr_SetString(PyExc_TypeError, "arg must be list");
        return NULL;
    }
    Py_ssize_t n = PyList_GET_SIZE(list), old = Py_SIZE(self), i = 0;
    while (i < n && i < PyList_GET_SIZE(list) && ou_array_insert(self, PY_SSIZE_T_MAX, PyList_GET_ITEM(list, i)) == 0) {
        i++;
    }
    if (i < n) { /* all or nothing */
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_RuntimeError, "list changed size during iteration");
        }
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        if (Py_SIZE(self) > old && ou_array_resize(self, old) < 0) {
            PyErr_Clear(); /* a conversion took a buffer: the items stay */
        }
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
array_tobytes(PyObject *self, PyObject *ignored)
{
    return PyBytes_FromStringAndSize(((Array *)self)->items, Py_SIZE(self) * ((Array *)self)->kind->item_size);
}

static PyObject *
array_frombytes(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    if (!PyArg_Parse(arg, "y*:frombytes", &view)) {
        return NULL;
    }
    int status = -1;
    if (view.itemsize != 1) {
        PyErr_SetString(PyExc_TypeError, "a bytes-like object is required");
    }
    else {
        status = ou_array_append_bytes((Array *)self, view.buf, view.len);
    }
    PyBuffer_Release(&view);
    return none_or_error(status);
}

static PyObject *
array_fromfile(PyObject *op, PyObject *args)
{
    Array *self = (Array *)op;
    PyObject *file;
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "On:fromfile", &file, &n)) {
        return NULL;
    }
    if (n < 0) {
        PyErr_SetString(PyExc_ValueError, "negative count");
        return NULL;
    }
    if (n > PY_SSIZE_T_MAX / self->kind->item_size) {
        return PyErr_NoMemory();
    }
    PyObject *bytes = PyObject_CallMethod(file, "read", "n", n * self->kind->item_size);
    if (bytes == NULL) {
        return NULL;
    }
    if (!PyBytes_Check(bytes)) {
        Py_DECREF(bytes);
        PyErr_SetString(PyExc_TypeError, "read() didn't return bytes");
        return NULL;
    }
    bool too_few = PyBytes_GET_SIZE(bytes) != n * self->kind->item_size;
    int status = ou_array_append_bytes(self, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
    Py_DECREF(bytes);
    if (status == 0 && too_few) {
        PyErr_SetString(PyExc_EOFError, "read() didn't return enough bytes");
        status = -1;
    }
    return none_or_error(status);
}

static PyObject *
array_tofile(PyObject *op, PyObject *file)
{
    enum { BLOCK = 64 << 10 }; /* bytes written at once; arbitrary */
    Array *self = (Array *)op;
    for (Py_ssize_t at = 0; at < Py_SIZE(self) * self->kind->item_size; at += BLOCK) {
        Py_ssize_t left = Py_SIZE(self) * self->kind->item_size - at;
        PyObject *bytes = PyBytes_FromStringAndSize(self->items + at, Py_MIN(left, BLOCK));
        PyObject *written = bytes == NULL ? NULL : PyObject_CallMethod(file, "write", "O", bytes);
        Py_XDECREF(bytes);
        if (written == NULL) {
            return NULL;
        }
        Py_DECREF(written);
    }
    Py_RETURN_NONE;
}

static int
check_unicode(PyObject *self, const char *method)
{
    if (((Array *)self)->kind->code != 'u') {
        PyErr_Format(PyExc_ValueError, "%s() may only be called on unicode type arrays", method);
        return -1;
    }
    return 0;
}

static PyObject *
array_fromunicode(PyObject *self, PyObject *str)
{
    if (!PyUnicode_Check(str)) {
        return PyErr_Format(PyExc_TypeError, "fromunicode() argument must be str, not %.50s", Py_TYPE(str)->tp_name);
    }
    return check_unicode(self, "fromunicode") < 0 ? NULL : none_or_error(ou_array_append_str((Array *)self, str));
}

PyObject *
ou_array_tounicode(PyObject *self, PyObject *ignored)
{
    return check_unicode(self, "tounicode") < 0
             ? NULL
             : PyUnicode_FromWideChar((const wchar_t *)(void *)((Array *)self)->items, Py_SIZE(self));
}

static PyObject *
array_buffer_info(PyObject *self, PyObject *ignored)
{
    return Py_BuildValue("Nn", PyLong_FromVoidPtr(((Array *)self)->items), Py_SIZE(self));
}

static PyObject *
array_sizeof(PyObject *op, PyObject *ignored)
{
    Array *self = (Array *)op;
    return PyLong_FromSsize_t(Py_TYPE(op)->tp_basicsize + self->cap * self->kind->item_size);
}

static PyObject *
array_get_typecode(PyObject *self, void *closure)
{
    return PyUnicode_FromStringAndSize(&((Array *)self)->kind->code, 1);
}

static PyObject *
array_get_itemsize(PyObject *self, void *closure)
{
    return PyLong_FromLong(((Array *)self)->kind->item_size);
}

/* ---- tables ------------------------------------------------------------------------------------------------------- */

PyMethodDef ou_array_methods[] = {
    {"append", array_append, METH_O, "append($self, v, /)\n--\n\nAppend a value."},
    {"buffer_info", array_buffer_info, METH_NOARGS,
     "buffer_info($self, /)\n--\n\nThe address of the items, and how many they are."},
    {"byteswap", array_byteswap, METH_NOARGS, "byteswap($self, /)\n--\n\nTurn the bytes of each item round."},
    {"__copy__", array_copy, METH_NOARGS, "__copy__($self, /)\n--\n\nA copy."},
    {"count", array_count, METH_O, "count($self, v, /)\n--\n\nHow many items equal the value."},
    {"__deepcopy__", array_copy, METH_O, "__deepcopy__($self, unused, /)\n--\n\nA copy."},
    {"extend", array_extend, METH_O, "extend($self, bb, /)\n--\n\nAppend the items of an array or iterable."},
    {"fromfile", array_fromfile, METH_VARARGS, "fromfile($self, f, n, /)\n--\n\nRead n items from a file and append them."},
    {"fromlist", array_fromlist, METH_O, "fromlist($self, list, /)\n--\n\nAppend the items of a list, all or none."},
    {"frombytes", array_frombytes, METH_O, "frombytes($self, buffer, /)\n--\n\nAppend items from their bytes."},
    {"fromunicode", array_fromunicode, METH_O, "fromunicode($self, ustr, /)\n--\n\nAppend the characters of a str."},
    {"index", array_index, METH_VARARGS,
     "index($self, v, start=0, stop=sys.maxsize, /)\n--\n\nThe index of the first item that equals the value."},
    {"insert", array_insert, METH_VARARGS, "insert($self, i, v, /)\n--\n\nPut a value before an index."},
    {"pop", array_pop, METH_VARARGS, "pop($self, i=-1, /)\n--\n\nTake an item out."},
    {"__reduce_ex__", ou_array_reduce_ex, METH_O, "__reduce_ex__($self, value, /)\n--\n\nFor pickle."},
    {"remove", array_remove, METH_O, "remove($self, v, /)\n--\n\nRemove the first item that equals the value."},
    {"reverse", array_reverse, METH_NOARGS, "reverse($self, /)\n--\n\nTurn the order of the items round."},
    {"tofile", array_tofile, METH_O, "tofile($self, f, /)\n--\n\nWrite the items' bytes to a file."},
    {"tolist", ou_array_tolist, METH_NOARGS, "tolist($self, /)\n--\n\nA list of the items."},
    {"tobytes", array_tobytes, METH_NOARGS, "tobytes($self, /)\n--\n\nThe items' bytes."},
    {"tounicode", ou_array_tounicode, METH_NOARGS, "tounicode($self, /)\n--\n\nThe characters as a str."},
    {"__sizeof__", array_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\nSize in memory, in bytes."},
    {NULL},
};

PyGetSetDef ou_array_getset[] = {
    {"typecode", array_get_typecode, NULL, "the typecode character used to create the array", NULL},
    {"itemsize", array_get_itemsize, NULL, "the size, in bytes, of one array item", NULL},
    {NULL},
};

static PyMethodDef module_methods[] = {
    {"_array_reconstructor", ou_array_reconstructor, METH_VARARGS,
     "_array_reconstructor($module, arraytype, typecode, mformat_code, items,\n                     /)\n--\n\nMake a pickled "
     "array."},
    {NULL},
};

static int
array_exec(PyObject *module)
{
    char codes[32] = "";
    for (int i = 0; i < ou_n_array_kinds; i++) {
        codes[i] = ou_array_kinds[i].code;
    }
    if (PyModule_AddObjectRef(module, "ArrayType", (PyObject *)&ou_array_type) < 0
        || PyModule_AddType(module, &ou_array_type) < 0 || PyModule_AddStringConstant(module, "typecodes", codes) < 0) {
        return -1;
    }
    PyObject *abc = PyImport_ImportModule("collections.abc"), *base = NULL, *registered = NULL;
    if (abc != NULL && (base = PyObject_GetAttrString(abc, "MutableSequence")) != NULL) {
        registered = PyObject_CallMethod(base, "register", "O", &ou_array_type);
    }
    Py_XDECREF(abc);
    Py_XDECREF(base);
    Py_XDECREF(registered);
    return registered == NULL ? -1 : 0;
}

static PyModuleDef_Slot array_slots[] = {{Py_mod_exec, array_exec}, {0, NULL}};

static PyModuleDef array_module = {
    PyModuleDef_HEAD_INIT,       .m_name = "array",      .m_doc = "Arrays of numbers of one C type.",
    .m_methods = module_methods, .m_slots = array_slots,
};

PyMODINIT_FUNC
PyInit_array(void)
{
    return PyModuleDef_Init(&array_module);
}

/* vm/ops_display.c - displays, formatted strings, unpacking, and making functions.
 *
 * Invariant  items wait in temporaries, which own them; what moves is emptied as it moves. */

#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"
#include "types/tuple.h"
#include "vm/ops.h"

static inline PyObject **
register_at(Frame *frame, uint16_t x)
{
    return &frame->registers[x & OU_INDEX_MASK];
}

int
ou_op_build_tuple(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **items = register_at(frame, i.b), *tuple;
    if (OU_UNLIKELY(i.c == 0)) {
        ou_op_store(frame, i.a, Py_NewRef(ou_empty_tuple()));
        return 0;
    }
    tuple = ou_tuple_new_raw(i.c);
    if (OU_UNLIKELY(tuple == NULL)) {
        return -1;
    }
    for (Py_ssize_t n = 0; n < i.c; n++) {
        PyTuple_SET_ITEM(tuple, n, items[n]);
        items[n] = NULL;
    }
    ou_gc_track(tuple);
    ou_op_store(frame, i.a, tuple);
    return 0;
}

int
ou_op_build_list(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *list = ou_list_take_items(register_at(frame, i.b), i.c);
    if (OU_UNLIKELY(list == NULL)) {
        return -1;
    }
    ou_op_store(frame, i.a, list);
    return 0;
}

/* Drop n temporaries from `items` on but the one that holds the result, then store it. */
static void
finish_items(Frame *frame, uint16_t d, PyObject *value, PyObject **items, Py_ssize_t n)
{
    PyObject **place = register_at(frame, d);
    bool inside = place >= items && place < items + n;
    ou_op_store(frame, d, value);
    for (Py_ssize_t k = 0; k < n; k++) {
        if (items[k] != NULL && (!inside || items + k != place)) {
            Py_CLEAR(items[k]);
        }
    }
}

int
ou_op_build_set(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **items = register_at(frame, i.b), *set;
    int n_plain = 0, result = 0;
    while (n_plain < i.c && (PyLong_CheckExact(items[n_plain]) || PyUnicode_CheckExact(items[n_plain]))) {
        n_plain++;
    }
    if (n_plain == i.c) {
        set = ou_set_take_plain(items, i.c);
        if (set == NULL) {
            return -1;
        }
        finish_items(frame, i.a, set, items, i.c);
        return 0;
    }
    set = PySet_New(NULL);
    if (set == NULL) {
        return -1;
    }
    OU_HOLD(h, &set);
    for (Py_ssize_t n = 0; n < i.c && result == 0; n++) {
        result = PySet_Add(set, items[n]);
    }
    if (result == 0) {
        finish_items(frame, i.a, Py_NewRef(set), items, i.c);
    }
    Py_CLEAR(set);
    OU_HOLD_END(h);
    return result;
}

/* Are there keys, `stride` words apart, and all of them exactly str? */
static OU_ALWAYS_INLINE bool
keys_are_str(PyObject *const *keys, Py_ssize_t stride, Py_ssize_t n)
{
    for (Py_ssize_t k = 0; k < n; k++) {
        if (!PyUnicode_CheckExact(keys[k * stride])) {
            return false;
        }
    }
    return n > 0;
}

int
ou_op_build_map(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **items = register_at(frame, i.b);
    if (keys_are_str(items, 2, i.c)) {
        PyObject *made = ou_dict_take_str_pairs(items, items + 1, 2, i.c, true);
        if (made == NULL) {
            return -1;
        }
        finish_items(frame, i.a, made, items, 2 * i.c);
        return 0;
    }
    PyObject *dict = i.c > 5 ? _PyDict_NewPresized(i.c) : PyDict_New();
    if (dict == NULL) {
        return -1;
    }
    OU_HOLD(h, &dict);
    int result = 0;
    for (Py_ssize_t n = 0; n < i.c && result == 0; n++) {
        result = PyDict_SetItem(dict, items[2 * n], items[2 * n + 1]);
    }
    if (result == 0) {
        finish_items(frame, i.a, Py_NewRef(dict), items, 2 * i.c);
    }
    Py_CLEAR(dict);
    OU_HOLD_END(h);
    return result;
}

int
ou_op_build_const_key_map(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **items = register_at(frame, i.b), *keys = ou_frame_consts(frame)[i.c & OU_INDEX_MASK];
    Py_ssize_t n_keys = PyTuple_GET_SIZE(keys);
    if (OU_LIKELY(keys_are_str(&PyTuple_GET_ITEM(keys, 0), 1, n_keys))) {
        PyObject *made = ou_dict_take_str_pairs(&PyTuple_GET_ITEM(keys, 0), items, 1, n_keys, false);
        if (made == NULL) {
            return -1;
        }
        finish_items(frame, i.a, made, items, n_keys);
        return 0;
    }
    PyObject *dict = _PyDict_NewPresized(n_keys);
    if (dict == NULL) {
        return -1;
    }
    OU_HOLD(h, &dict);
    int result = 0;
    for (Py_ssize_t n = 0; n < n_keys && result == 0; n++) {
        result = PyDict_SetItem(dict, PyTuple_GET_ITEM(keys, n), items[n]);
    }
    if (result == 0) {
        finish_items(frame, i.a, Py_NewRef(dict), items, n_keys);
    }
    Py_CLEAR(dict);
    OU_HOLD_END(h);
    return result;
}

int
ou_op_build_string(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **items = register_at(frame, i.b);
    PyObject *result = ou_str_join_array(OU_EMPTY_STR, items, i.c);
    if (result == NULL) {
        return -1;
    }
    finish_items(frame, i.a, result, items, i.c);
    return 0;
}

int
ou_op_build_slice(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **items = register_at(frame, i.b);
    PyObject *slice = PySlice_New(items[0], items[1], i.c == 3 ? items[2] : NULL);
    if (slice == NULL) {
        return -1;
    }
    finish_items(frame, i.a, slice, items, i.c);
    return 0;
}

/* ---- growing displays --------------------------------------------------------------------------------- */

int
ou_op_list_extend(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    PyObject *none = _PyList_Extend((PyListObject *)*register_at(frame, i.a), b);
    if (none != NULL) {
        Py_DECREF(none);
        ou_op_consume(frame, i.b);
    }
    else if (PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(b)->tp_iter == NULL && !PySequence_Check(b)) {
        PyErr_Clear();
        PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %.200s", Py_TYPE(b)->tp_name);
    }
    OU_OP_RELEASE1(b);
    return none == NULL ? -1 : 0;
}

int
ou_op_list_to_tuple(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **place = register_at(frame, i.a), *tuple = PyList_AsTuple(*place);
    if (tuple == NULL) {
        return -1;
    }
    Py_SETREF(*place, tuple);
    return 0;
}

int
ou_op_set_add(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    int result = ou_set_add_key((PySetObject *)*register_at(frame, i.a), b);
    if (result == 0) {
        ou_op_consume(frame, i.b);
    }
    OU_OP_RELEASE1(b);
    return result;
}

int
ou_op_set_update(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    int result = _PySet_Update(*register_at(frame, i.a), b);
    if (result == 0) {
        ou_op_consume(frame, i.b);
    }
    OU_OP_RELEASE1(b);
    return result;
}

int
ou_op_map_add(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b), *c = ou_op_value(frame, i.c);
    OU_OP_HOLD2(b, i.b, c, i.c);
    int result = ou_dict_set(*register_at(frame, i.a), b, c);
    if (result == 0) {
        ou_op_consume(frame, i.b);
        ou_op_consume(frame, i.c);
    }
    OU_OP_RELEASE2(b, c);
    return result;
}

int
ou_op_dict_update(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    int result = PyDict_Update(*register_at(frame, i.a), b);
    if (result == 0) {
        ou_op_consume(frame, i.b);
    }
    else if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not a mapping", Py_TYPE(b)->tp_name);
    }
    OU_OP_RELEASE1(b);
    return result;
}

/* The error of f(**b), told in terms of the call. */
static void
merge_error(PyObject *callable, PyObject *b)
{
    if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        PyObject *text = _PyObject_FunctionStr(callable);
        if (text != NULL) {
            PyErr_Format(PyExc_TypeError, "%U argument after ** must be a mapping, not %.200s", text, Py_TYPE(b)->tp_name);
            Py_DECREF(text);
        }
    }
    else if (PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyObject *type, *value, *tb;
        PyErr_Fetch(&type, &value, &tb);
        PyErr_NormalizeException(&type, &value, &tb);
        PyObject *args = value != NULL && PyExceptionInstance_Check(value) ? ((PyBaseExceptionObject *)value)->args : NULL;
        if (args != NULL && PyTuple_Check(args) && PyTuple_GET_SIZE(args) == 1) {
            PyObject *text = _PyObject_FunctionStr(callable);
            if (text != NULL) {
                PyErr_Format(PyExc_TypeError, "%U got multiple values for keyword argument '%S'", text,
                             PyTuple_GET_ITEM(args, 0));
                Py_DECREF(text);
            }
            Py_XDECREF(type);
            Py_XDECREF(value);
            Py_XDECREF(tb);
        }
        else {
            PyErr_Restore(type, value, tb);
        }
    }
}

int
ou_op_dict_merge(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    int result = _PyDict_MergeEx(*register_at(frame, i.a), b, 2);
    if (result == 0) {
        ou_op_consume(frame, i.b);
    }
    else {
        merge_error(*register_at(frame, i.c), b);
    }
    OU_OP_RELEASE1(b);
    return result;
}

/* ---- formatting --------------------------------------------------------------------------------------- */

/* format(value, spec) after a conversion.  spec NULL: none.  Returns new.  RE-ENTRANT. */
static PyObject *
format_value(PyObject *value, PyObject *spec, int conversion)
{
    PyObject *converted = NULL, *result;
    if (conversion != FVC_NONE) {
        converted = conversion == FVC_STR  ? PyObject_Str(value)
                  : conversion == FVC_REPR ? PyObject_Repr(value)
                                           : PyObject_ASCII(value);
        if (converted == NULL) {
            return NULL;
        }
        value = converted;
    }
    if (spec == NULL && PyUnicode_CheckExact(value)) {
        return converted != NULL ? converted : Py_NewRef(value);
    }
    OU_HOLD(h, &converted);
    result = PyObject_Format(value, spec);
    OU_HOLD_END(h);
    Py_XDECREF(converted);
    return result;
}

int
ou_op_format(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    if (PyUnicode_CheckExact(b) && (i.c & FVC_MASK) <= FVC_STR) {
        PyObject *same = ou_op_take(frame->registers, ou_frame_consts(frame), i.b);
        ou_op_store(frame, i.a, same);
        return 0;
    }
    if (PyLong_CheckExact(b) && (i.c & FVC_MASK) <= FVC_REPR) {
        PyObject *text = ou_int_repr(b); /* runs no Python code */
        if (text == NULL) {
            return -1;
        }
        ou_op_finish1(frame, i.a, text, i.b);
        return 0;
    }
    OU_OP_HOLD1(b, i.b);
    PyObject *result = format_value(b, NULL, i.c & FVC_MASK);
    if (result != NULL) {
        ou_op_finish1(frame, i.a, result, i.b);
    }
    OU_OP_RELEASE1(b);
    return result == NULL ? -1 : 0;
}

int
ou_op_format_spec(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **pair = register_at(frame, i.b);
    PyObject *result = format_value(pair[0], pair[1], i.c & FVC_MASK);
    if (result == NULL) {
        return -1;
    }
    finish_items(frame, i.a, result, pair, 2);
    return 0;
}

/* ---- unpacking ---------------------------------------------------------------------------------------- */

/* Drop operand b, which may be the first target's own register. */
static void
unpack_values(PyObject **places, PyObject *const *items, Py_ssize_t n, Frame *frame, uint16_t b)
{
    PyObject *first = Py_NewRef(items[0]);
    for (Py_ssize_t k = 1; k < n; k++) {
        places[k] = Py_NewRef(items[k]);
    }
    if (ou_op_is_temp(b) && register_at(frame, b) == places) {
        Py_SETREF(places[0], first);
    }
    else {
        places[0] = first;
        ou_op_consume(frame, b);
    }
}

/* Items of any iterable: n before, and if `rest` a list of the others with n_after items after it. */
static int
unpack_iterable(Frame *frame, PyObject **places, uint16_t x, Py_ssize_t n, bool rest, Py_ssize_t n_after)
{
    PyObject *b = ou_op_value(frame, x), *owned = NULL, *list = NULL;
    PyObject *iterator = PyObject_GetIter(b);
    if (iterator == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(b)->tp_iter == NULL && !PySequence_Check(b)) {
            PyErr_Clear();
            PyErr_Format(PyExc_TypeError, "cannot unpack non-iterable %.200s object", Py_TYPE(b)->tp_name);
        }
        return -1;
    }
    /* The operand's register may be wanted for an item, so the operand is held here from now on. */
    if (ou_op_is_temp(x)) {
        owned = b;
        *register_at(frame, x) = NULL;
    }
    OU_HOLD(h, &owned, &iterator, &list);
    int result = -1;
    for (Py_ssize_t k = 0; k < n; k++) {
        PyObject *item = PyIter_Next(iterator);
        if (item == NULL) {
            if (!PyErr_Occurred()) {
                if (!rest) {
                    PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected %zd, got %zd)", n, k);
                }
                else {
                    PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected at least %zd, got %zd)", n + n_after,
                                 k);
                }
            }
            goto done;
        }
        places[k] = item;
    }
    if (!rest) {
        PyObject *item = PyIter_Next(iterator);
        if (item != NULL) {
            Py_DECREF(item);
            PyErr_Format(PyExc_ValueError, "too many values to unpack (expected %zd)", n);
        }
        result = PyErr_Occurred() ? -1 : 0;
        goto done;
    }
    list = PySequence_List(iterator);
    if (list == NULL) {
        goto done;
    }
    Py_ssize_t len = PyList_GET_SIZE(list);
    if (len < n_after) {
        PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected at least %zd, got %zd)", n + n_after, n + len);
        goto done;
    }
    for (Py_ssize_t k = 0; k < n_after; k++) {
        places[n + 1 + k] = Py_NewRef(PyList_GET_ITEM(list, len - n_after + k));
    }
    if (n_after > 0 && PyList_SetSlice(list, len - n_after, len, NULL) < 0) {
        goto done;
    }
    places[n] = list;
    list = NULL;
    result = 0;
done:
    for (Py_ssize_t k = n; result < 0 && k-- > 0;) {
        Py_CLEAR(places[k]); /* before the operand */
    }
    Py_CLEAR(iterator);
    Py_CLEAR(list);
    Py_CLEAR(owned);
    OU_HOLD_END(h);
    return result;
}

int
ou_op_unpack_sequence(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b), **places = register_at(frame, i.a);
    if ((PyTuple_CheckExact(b) || PyList_CheckExact(b)) && Py_SIZE(b) == i.c && i.c > 0) {
        unpack_values(places, PyTuple_CheckExact(b) ? ((PyTupleObject *)b)->ob_item : ((PyListObject *)b)->ob_item, i.c, frame,
                      i.b);
        return 0;
    }
    OU_OP_HOLD1(b, i.b);
    int result = unpack_iterable(frame, places, i.b, i.c, false, 0);
    OU_OP_RELEASE1(b);
    return result;
}

int
ou_op_unpack_ex(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    int result = unpack_iterable(frame, register_at(frame, i.a), i.b, i.c & 255, true, i.c >> 8);
    OU_OP_RELEASE1(b);
    return result;
}

/* ---- functions ---------------------------------------------------------------------------------------- */

int
ou_op_make_function(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **parts = register_at(frame, i.b), *taken[4] = {NULL, NULL, NULL, NULL};
    PyObject *code = ou_frame_consts(frame)[frame->pc[1].a];
    for (int bit = 0; bit < 4; bit++) {
        if (i.c & (1 << bit)) {
            taken[bit] = *parts;
            *parts++ = NULL;
        }
    }
    PyObject *function = ou_function_make(Py_NewRef(code), Py_NewRef(ou_frame_globals(frame)),
                                          Py_NewRef(ou_frame_builtins(frame)), taken[0], taken[1], taken[2], taken[3]);
    if (function == NULL) {
        return -1;
    }
    ou_op_store(frame, i.a, function);
    return 0;
}

int
ou_op_print_expr(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.a), *hook = PySys_GetObject("displayhook");
    if (hook == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "lost sys.displayhook");
        return -1;
    }
    Py_INCREF(hook);
    PyObject *b_held = ou_op_is_local(i.a) ? Py_NewRef(b) : NULL;
    OU_HOLD(op_hold, &b_held, &hook);
    PyObject *result = PyObject_CallOneArg(hook, b);
    int status = result == NULL ? -1 : 0;
    Py_XDECREF(result);
    if (status == 0) {
        ou_op_consume(frame, i.a);
    }
    Py_CLEAR(hook);
    OU_HOLD_END(op_hold);
    Py_XDECREF(b_held);
    return status;
}

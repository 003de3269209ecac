/* types/list.c - list: making, growing, slices, dying.  The C API of list.
 *
 * Owns       `allocated` places in a block of its own, of which the first ob_size hold a reference each.
 * Invariant  items that leave the list are out of it before their counts fall; when there are several, they
 *            fall as the content of a dying list, so that at any moment someone can be named who holds them.
 *            allocated is -1 while the list is being sorted.
 * Not here   methods and the type object (list_type.c), sort (list_sort.c), iterators (list_iter.c). */
#include "types/list.h"
#include "types/list_internal.h"
#include "object/hold.h"
#include "object/walk.h"
#include "types/int.h"
#include "types/range.h"
#include "types/tuple.h"

#define LIST(op) ((PyListObject *)(op))

/* ---- arrays of items ------------------------------------------------------------------------ */

/* Room for n items.  Returns NULL with MemoryError set. */
static PyObject **
items_new(Py_ssize_t n)
{
    size_t bytes;
    PyObject **items = NULL;
    if (!ou_size_mul((size_t)n, sizeof *items, &bytes) && bytes <= PY_SSIZE_T_MAX) {
        items = ou_block_alloc(OU_FAMILY_BUFFER, bytes);
    }
    if (OU_UNLIKELY(items == NULL)) {
        PyErr_NoMemory();
    }
    return items;
}

static OU_ALWAYS_INLINE void
items_free(PyObject **items, Py_ssize_t n_allocated)
{
    if (items != NULL) {
        ou_block_free_sized(OU_FAMILY_BUFFER, items, (size_t)n_allocated * sizeof *items);
    }
}

/* Make the array hold n items, with room to grow; the length stays.  Returns 0, or -1 with MemoryError set
 * and nothing changed. */
static OU_MUST_USE int
list_reserve(PyListObject *list, Py_ssize_t n)
{
    if (n <= list->allocated) {
        return 0;
    }
    /* An eighth more than asked for, in fours: growing by ones takes linear time.  A list that gets all it
     * will ever have at once is made to measure.  From CPython 3.11, so that sys.getsizeof() agrees. */
    size_t want = ((size_t)n + ((size_t)n >> 3) + 6) & ~(size_t)3;
    if (n - Py_SIZE(list) > (Py_ssize_t)(want - (size_t)n)) {
        want = ((size_t)n + 3) & ~(size_t)3;
    }
    size_t bytes;
    PyObject **items = NULL;
    if (!ou_size_mul(want, sizeof *items, &bytes) && bytes <= PY_SSIZE_T_MAX) {
        items = ou_block_realloc(OU_FAMILY_BUFFER, list->ob_item, bytes);
    }
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    list->ob_item = items; /* commit */
    list->allocated = (Py_ssize_t)want;
    return 0;
}

/* Set a smaller length; the places above it are already empty.  Gives memory back when more than half is
 * unused. */
static void
list_shrink(PyListObject *list, Py_ssize_t n)
{
    Py_SET_SIZE((PyVarObject *)list, n);
    if (n >= list->allocated >> 1) {
        return;
    }
    size_t want = n == 0 ? 0 : ((size_t)n + ((size_t)n >> 3) + 6) & ~(size_t)3;
    if (want == 0) {
        items_free(list->ob_item, list->allocated);
        list->ob_item = NULL;
        list->allocated = 0;
        return;
    }
    if (want >= (size_t)list->allocated) {
        return;
    }
    ou_memory_fail_benign_begin();
    PyObject **items = ou_block_realloc(OU_FAMILY_BUFFER, list->ob_item, want * sizeof *items);
    ou_memory_fail_benign_end();
    if (items != NULL) {
        list->ob_item = items;
        list->allocated = (Py_ssize_t)want;
    }
}

/* ---- making and dying ----------------------------------------------------------------------- */

/* An untracked list around an array. */
static OU_ALWAYS_INLINE PyListObject *
list_around(PyObject **items, Py_ssize_t n, Py_ssize_t allocated)
{
    PyListObject *list = (PyListObject *)ou_gc_new_fast(&PyList_Type, sizeof(PyListObject));
    if (list != NULL) {
        Py_SET_SIZE((PyVarObject *)list, n);
        list->ob_item = items;
        list->allocated = allocated;
    }
    return list;
}

/* An untracked list with n places that are still to be filled. */
static OU_ALWAYS_INLINE PyListObject *
list_new_raw(Py_ssize_t n)
{
    PyObject **items = NULL;
    if (n > 0 && (items = items_new(n)) == NULL) {
        return NULL;
    }
    PyListObject *list = list_around(items, n, n);
    if (list == NULL) {
        items_free(items, n);
    }
    return list;
}

PyObject *
PyList_New(Py_ssize_t n)
{
    if (n < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    PyListObject *list = list_new_raw(n);
    if (list != NULL) {
        if (n > 0) {
            memset(list->ob_item, 0, (size_t)n * sizeof *list->ob_item);
        }
        ou_gc_track((PyObject *)list);
    }
    return (PyObject *)list;
}

PyObject *
ou_list_new_room(Py_ssize_t n)
{
    PyListObject *list = list_new_raw(n);
    if (list != NULL) {
        Py_SET_SIZE((PyVarObject *)list, 0);
        ou_gc_track((PyObject *)list);
    }
    return (PyObject *)list;
}

PyObject *
ou_list_take_items(PyObject **items, Py_ssize_t n)
{
    PyListObject *list = list_new_raw(n);
    if (OU_LIKELY(list != NULL)) {
        for (Py_ssize_t i = 0; i < n; i++) {
            list->ob_item[i] = items[i];
            items[i] = NULL;
        }
        ou_gc_track((PyObject *)list);
    }
    return (PyObject *)list;
}

/* A list of an array's items, taking references of its own.  Refs new. */
static OU_MUST_USE PyObject *
list_from_array(PyObject *const *items, Py_ssize_t n)
{
    PyListObject *list = list_new_raw(n);
    if (list != NULL) {
        for (Py_ssize_t i = 0; i < n; i++) {
            list->ob_item[i] = Py_NewRef(items[i]);
        }
        ou_gc_track((PyObject *)list);
    }
    return (PyObject *)list;
}

PyObject *
ou_list_slice(PyListObject *list, Py_ssize_t low, Py_ssize_t high)
{
    return low >= high ? PyList_New(0) : list_from_array(list->ob_item + low, high - low);
}

OU_WALKER(list)
{
    PyListObject *list = LIST(self);
    for (Py_ssize_t i = Py_SIZE(list); i-- > 0;) { /* from the last, as gc.get_referents() shows */
        OU_EDGE(list->ob_item[i], OU_EDGE_ITEM, NULL, i);
    }
    return 0;
}

int
ou_list_traverse(PyObject *self, visitproc visit, void *arg)
{
    return list_traverse(self, visit, arg);
}

/* Drop items from the last to the first, each out of the list before its count falls. */
static OU_ALWAYS_INLINE void
list_drop_items(PyListObject *list)
{
    PyObject **items = list->ob_item;
    for (Py_ssize_t i = Py_SIZE(list); --i >= 0;) {
        Py_SET_SIZE((PyVarObject *)list, i);
        Py_XDECREF(items[i]);
    }
}

void
ou_list_dealloc(PyObject *self)
{
    PyListObject *list = LIST(self);
    ou_gc_untrack(self);
    if (list->ob_item != NULL) {
        list_drop_items(list);
        items_free(list->ob_item, list->allocated);
    }
    if (PyList_CheckExact(self)) {
        ou_gc_free_fast(self, sizeof(PyListObject));
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

void
ou_list_clear(PyListObject *list)
{
    PyObject **items = list->ob_item;
    Py_ssize_t n = Py_SIZE(list), allocated = list->allocated;
    if (items == NULL) {
        return;
    }
    PyListObject *dying = NULL;
    if (n > 1) {
        ou_memory_fail_benign_begin();
        PyGC_Head *gc = ou_block_alloc(OU_FAMILY_COLLECTED, sizeof(PyGC_Head) + sizeof(PyListObject));
        ou_memory_fail_benign_end();
        if (gc != NULL) {
            gc->_gc_next = gc->_gc_prev = 0;
            ou_gc_count_allocation();
            dying = (PyListObject *)OU_GC_OBJECT(gc);
            *dying = (PyListObject){{{1, &PyList_Type}, n}, items, allocated};
        }
    }
    list->ob_item = NULL; /* commit: from here on the list is empty for everybody */
    list->allocated = 0;
    Py_SET_SIZE((PyVarObject *)list, 0);
    if (dying != NULL) {
        Py_DECREF(dying);
        return;
    }
    for (Py_ssize_t i = n; --i >= 0;) {
        Py_XDECREF(items[i]);
    }
    items_free(items, allocated);
}

int
ou_list_clear_slot(PyObject *self)
{
    ou_list_clear(LIST(self));
    return 0;
}

/* ---- items ---------------------------------------------------------------------------------- */

Py_ssize_t
PyList_Size(PyObject *self)
{
    if (!PyList_Check(self)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return Py_SIZE(self);
}

PyObject *
PyList_GetItem(PyObject *self, Py_ssize_t index)
{
    if (!PyList_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if ((size_t)index >= (size_t)Py_SIZE(self)) {
        PyErr_SetString(PyExc_IndexError, "list index out of range");
        return NULL;
    }
    return LIST(self)->ob_item[index];
}

/* Takes the reference to `value`, also when it fails. */
int
PyList_SetItem(PyObject *self, Py_ssize_t index, PyObject *value)
{
    if (!PyList_Check(self)) {
        Py_XDECREF(value);
        PyErr_BadInternalCall();
        return -1;
    }
    if ((size_t)index >= (size_t)Py_SIZE(self)) {
        Py_XDECREF(value);
        PyErr_SetString(PyExc_IndexError, "list assignment index out of range");
        return -1;
    }
    PyObject *old = LIST(self)->ob_item[index];
    LIST(self)->ob_item[index] = value;
    Py_XDECREF(old);
    return 0;
}

int
ou_list_append_slow(PyListObject *list, PyObject *item)
{
    Py_ssize_t n = Py_SIZE(list);
    if (list_reserve(list, n + 1) < 0) {
        Py_DECREF(item);
        return -1;
    }
    list->ob_item[n] = item;
    Py_SET_SIZE((PyVarObject *)list, n + 1);
    return 0;
}

int
PyList_Append(PyObject *self, PyObject *item)
{
    if (!PyList_Check(self) || item == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    return ou_list_append(self, Py_NewRef(item));
}

int
PyList_Insert(PyObject *self, Py_ssize_t index, PyObject *item)
{
    if (!PyList_Check(self) || item == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyListObject *list = LIST(self);
    Py_ssize_t n = Py_SIZE(list);
    if (list_reserve(list, n + 1) < 0) {
        return -1;
    }
    index += index < 0 ? n : 0;
    index = Py_MIN(Py_MAX(index, 0), n);
    memmove(list->ob_item + index + 1, list->ob_item + index, (size_t)(n - index) * sizeof *list->ob_item);
    list->ob_item[index] = Py_NewRef(item);
    Py_SET_SIZE((PyVarObject *)list, n + 1);
    return 0;
}

PyObject *
ou_list_take(PyListObject *list, Py_ssize_t index)
{
    Py_ssize_t n = Py_SIZE(list) - 1;
    PyObject *item = list->ob_item[index];
    memmove(list->ob_item + index, list->ob_item + index + 1, (size_t)(n - index) * sizeof *list->ob_item);
    list_shrink(list, n);
    return item;
}

/* ---- slices --------------------------------------------------------------------------------- */

PyObject *
PyList_GetSlice(PyObject *self, Py_ssize_t low, Py_ssize_t high)
{
    if (!PyList_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    low = Py_MIN(Py_MAX(low, 0), Py_SIZE(self));
    high = Py_MIN(Py_MAX(high, low), Py_SIZE(self));
    return ou_list_slice(LIST(self), low, high);
}

int
PyList_SetSlice(PyObject *self, Py_ssize_t low, Py_ssize_t high, PyObject *value)
{
    if (!PyList_Check(self)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return ou_list_set_slice(LIST(self), low, high, value);
}

/* What is to replace a slice: a list or tuple that can't be the list itself.  Refs new. */
PyObject *
ou_list_replacement(PyListObject *list, PyObject *value, const char *message)
{
    return (PyObject *)list == value ? ou_list_slice(list, 0, Py_SIZE(list)) : PySequence_Fast(value, message);
}

int
ou_list_set_slice(PyListObject *list, Py_ssize_t low, Py_ssize_t high, PyObject *value)
{
    PyObject *source = NULL;
    Py_ssize_t n_new = 0;
    if (value != NULL) {
        source = ou_list_replacement(list, value, "can only assign an iterable");
        if (source == NULL) {
            return -1;
        }
        n_new = PySequence_Fast_GET_SIZE(source);
    }
    /* No Python code from here to the commit. */
    Py_ssize_t n = Py_SIZE(list);
    low = Py_MIN(Py_MAX(low, 0), n);
    high = Py_MIN(Py_MAX(high, low), n);
    Py_ssize_t n_old = high - low;
    PyListObject *dying = NULL;
    PyObject *single = NULL;
    if (n_new > PY_SSIZE_T_MAX - n || (n_old > 1 && (dying = list_new_raw(n_old)) == NULL)
        || (n - n_old + n_new > n && list_reserve(list, n - n_old + n_new) < 0)) {
        if (dying != NULL) {
            Py_SET_SIZE((PyVarObject *)dying, 0);
            Py_DECREF(dying);
        }
        Py_XDECREF(source);
        return ou_error_occurred() != NULL ? -1 : (PyErr_NoMemory(), -1);
    }
    PyObject **items = list->ob_item;
    if (n_old > 1) {
        memcpy(dying->ob_item, items + low, (size_t)n_old * sizeof *items);
    }
    else if (n_old == 1) {
        single = items[low];
    }
    if (n_new != n_old && n > high) {
        memmove(items + low + n_new, items + high, (size_t)(n - high) * sizeof *items);
    }
    for (Py_ssize_t i = 0; i < n_new; i++) {
        items[low + i] = Py_NewRef(PySequence_Fast_GET_ITEM(source, i));
    }
    if (n_new < n_old) {
        list_shrink(list, n - n_old + n_new);
    }
    else {
        Py_SET_SIZE((PyVarObject *)list, n - n_old + n_new);
    }
    /* Done; now what was there may die, which may run code that finds the list whole. */
    OU_HOLD(hold, &source);
    Py_XDECREF(single);
    Py_XDECREF(dying);
    OU_HOLD_END(hold);
    Py_XDECREF(source);
    return 0;
}

/* list[start:...:step] of `count` items = value, with step != 1; without a value they are deleted.  The
 * caller has made sure that nothing ran since it computed the indexes.  Refs: `source` borrowed. */
int
ou_list_set_extended(PyListObject *list, Py_ssize_t start, Py_ssize_t step, Py_ssize_t count, PyObject *source)
{
    if (count <= 0) {
        return 0;
    }
    PyListObject *dying = list_new_raw(count);
    if (dying == NULL) {
        return -1;
    }
    PyObject **items = list->ob_item;
    if (source != NULL) {
        for (Py_ssize_t i = 0, at = start; i < count; i++, at += (size_t)step) {
            dying->ob_item[count - 1 - i] = items[at]; /* lists die from their ends: the first falls first */
            items[at] = Py_NewRef(PySequence_Fast_GET_ITEM(source, i));
        }
    }
    else {
        if (step < 0) {
            start = start + step * (count - 1);
            step = -step;
        }
        Py_ssize_t to = start, n = Py_SIZE(list);
        for (Py_ssize_t i = 0, at = start; i < count; i++, at += (size_t)step) {
            dying->ob_item[count - 1 - i] = items[at];
            Py_ssize_t end = i + 1 < count ? at + step : n; /* move what stands up to the next gap */
            memmove(items + to, items + at + 1, (size_t)(end - at - 1) * sizeof *items);
            to += end - at - 1;
        }
        list_shrink(list, n - count);
    }
    Py_DECREF(dying);
    return 0;
}

/* ---- growing from others -------------------------------------------------------------------- */

/* Make room for `n_more` items beside those that are there.  A list that had none gets an even number of
 * places, no more: what fills a new list is mostly all it will ever hold.  From CPython 3.11. */
static int
list_reserve_more(PyListObject *list, Py_ssize_t n_more)
{
    Py_ssize_t n = Py_SIZE(list);
    if (list->ob_item != NULL || n_more == 0) {
        return list_reserve(list, n + n_more);
    }
    Py_ssize_t n_allocated = n_more + (n_more & 1 && n_more < PY_SSIZE_T_MAX);
    PyObject **items = items_new(n_allocated);
    if (items == NULL) {
        return -1;
    }
    list->ob_item = items;
    list->allocated = n_allocated;
    return 0;
}

/* Append the items of a list or tuple, which may be the list itself. */
static int
list_extend_array(PyListObject *list, PyObject *source)
{
    Py_ssize_t n_more = PySequence_Fast_GET_SIZE(source), n = Py_SIZE(list);
    if (n_more == 0) {
        return 0;
    }
    if (n_more > PY_SSIZE_T_MAX - n) {
        PyErr_NoMemory();
        return -1;
    }
    if (list_reserve_more(list, n_more) < 0) {
        return -1;
    }
    PyObject **from = PySequence_Fast_ITEMS(source), **to = list->ob_item + n; /* after growing: it may be the same */
    for (Py_ssize_t i = 0; i < n_more; i++) {
        to[i] = Py_NewRef(from[i]);
    }
    Py_SET_SIZE((PyVarObject *)list, n + n_more);
    return 0;
}

/* The keys of a dict, or what is left of a range.  Nothing here runs Python code. */
static int
list_extend_quick(PyListObject *list, PyObject *source)
{
    bool is_dict = PyDict_CheckExact(source);
    Py_ssize_t n_more = is_dict ? PyDict_GET_SIZE(source) : ((OuRangeIter *)source)->left, position = 0;
    if (n_more > PY_SSIZE_T_MAX - Py_SIZE(list)) {
        PyErr_NoMemory();
        return -1;
    }
    if (n_more == 0 || list_reserve_more(list, n_more) < 0) {
        return n_more == 0 ? 0 : -1;
    }
    PyObject **to = list->ob_item + Py_SIZE(list), *key;
    long number;
    while (is_dict ? PyDict_Next(source, &position, &key, NULL) : ou_range_iter_step((OuRangeIter *)source, &number)) {
        PyObject *item = is_dict ? Py_NewRef(key) : ou_int_from_int64(number);
        if (item == NULL) {
            return -1;
        }
        *to++ = item;
        Py_SET_SIZE((PyVarObject *)list, Py_SIZE(list) + 1);
    }
    if (Py_SIZE(list) < list->allocated) {
        list_shrink(list, Py_SIZE(list));
    }
    return 0;
}

int
ou_list_extend(PyListObject *list, PyObject *iterable)
{
    if (PyDict_CheckExact(iterable)) {
        return list_extend_quick(list, iterable);
    }
    if (PyList_CheckExact(iterable) || PyTuple_CheckExact(iterable) || (PyObject *)list == iterable) {
        return list_extend_array(list, iterable);
    }
    PyObject *iter = PyObject_GetIter(iterable), *item;
    if (iter == NULL) {
        return -1;
    }
    if (Py_IS_TYPE(iter, &PyRangeIter_Type) && (Py_IS_TYPE(iterable, &PyRange_Type) || iter == iterable)) { /* no __len__ */
        int done = list_extend_quick(list, iter);
        Py_DECREF(iter);
        return done;
    }
    OU_HOLD(hold, &iter);
    Py_ssize_t hint = PyObject_LengthHint(iterable, 8);
    int status = hint < 0 ? -1 : 0;
    if (status == 0 && hint <= PY_SSIZE_T_MAX - Py_SIZE(list)) { /* else it lies, or there will be an end to it */
        status = list_reserve_more(list, hint);
    }
    iternextfunc next = Py_TYPE(iter)->tp_iternext;
    while (status == 0) {
        item = next(iter);
        if (item == NULL) {
            if (ou_error_occurred() != NULL) {
                if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
                    PyErr_Clear();
                }
                else {
                    status = -1;
                }
            }
            break;
        }
        status = ou_list_append((PyObject *)list, item);
    }
    if (Py_SIZE(list) < list->allocated) {
        list_shrink(list, Py_SIZE(list));
    }
    Py_CLEAR(iter);
    OU_HOLD_END(hold);
    return status;
}

PyObject *
_PyList_Extend(PyListObject *list, PyObject *iterable)
{
    return ou_list_extend(list, iterable) < 0 ? NULL : Py_NewRef(Py_None);
}

PyObject *
PyList_AsTuple(PyObject *self)
{
    if (self == NULL || !PyList_Check(self)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return ou_tuple_from_array(LIST(self)->ob_item, Py_SIZE(self));
}

int
PyList_Reverse(PyObject *self)
{
    if (self == NULL || !PyList_Check(self)) {
        PyErr_BadInternalCall();
        return -1;
    }
    PyObject **items = LIST(self)->ob_item;
    for (Py_ssize_t low = 0, high = Py_SIZE(self) - 1; low < high; low++, high--) {
        PyObject *item = items[low];
        items[low] = items[high];
        items[high] = item;
    }
    return 0;
}

int
PyList_Sort(PyObject *self)
{
    if (self == NULL || !PyList_Check(self)) {
        PyErr_BadInternalCall();
        return -1;
    }
    return ou_list_sort(LIST(self), NULL, false);
}

/* ---- + and * -------------------------------------------------------------------------------- */

PyObject *
ou_list_concat(PyObject *self, PyObject *other)
{
    if (!PyList_Check(other)) {
        PyErr_Format(PyExc_TypeError, "can only concatenate list (not \"%.200s\") to list", Py_TYPE(other)->tp_name);
        return NULL;
    }
    Py_ssize_t n = Py_SIZE(self), n_other = Py_SIZE(other);
    if (n > PY_SSIZE_T_MAX - n_other) {
        return PyErr_NoMemory();
    }
    PyListObject *list = list_new_raw(n + n_other);
    if (list == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        list->ob_item[i] = Py_NewRef(LIST(self)->ob_item[i]);
    }
    for (Py_ssize_t i = 0; i < n_other; i++) {
        list->ob_item[n + i] = Py_NewRef(LIST(other)->ob_item[i]);
    }
    ou_gc_track((PyObject *)list);
    return (PyObject *)list;
}

/* Fill items[n .. n * times) with copies of the first n, with their references. */
static void
items_repeat(PyObject **items, Py_ssize_t n, Py_ssize_t times)
{
    for (Py_ssize_t i = 0; i < n; i++) {
        if (items[i] != NULL) {
            Py_SET_REFCNT(items[i], Py_REFCNT(items[i]) + times - 1);
        }
    }
    size_t done = (size_t)n, total = (size_t)n * (size_t)times;
    while (done < total) {
        size_t step = Py_MIN(done, total - done);
        memcpy(items + done, items, step * sizeof *items);
        done += step;
    }
}

PyObject *
ou_list_repeat(PyObject *self, Py_ssize_t times)
{
    Py_ssize_t n = Py_SIZE(self);
    if (times <= 0 || n == 0) {
        return PyList_New(0);
    }
    if (n > PY_SSIZE_T_MAX / times) {
        return PyErr_NoMemory();
    }
    PyListObject *list = list_new_raw(n * times);
    if (list == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        list->ob_item[i] = Py_NewRef(LIST(self)->ob_item[i]);
    }
    items_repeat(list->ob_item, n, times);
    ou_gc_track((PyObject *)list);
    return (PyObject *)list;
}

PyObject *
ou_list_inplace_repeat(PyObject *self, Py_ssize_t times)
{
    Py_ssize_t n = Py_SIZE(self);
    if (n == 0 || times == 1) {
        return Py_NewRef(self);
    }
    if (times < 1) {
        ou_list_clear(LIST(self));
        return Py_NewRef(self);
    }
    if (n > PY_SSIZE_T_MAX / times) {
        return PyErr_NoMemory();
    }
    if (list_reserve(LIST(self), n * times) < 0) {
        return NULL;
    }
    items_repeat(LIST(self)->ob_item, n, times);
    Py_SET_SIZE((PyVarObject *)self, n * times);
    return Py_NewRef(self);
}

/* There are no free lists to tell of. */
void
_PyList_DebugMallocStats(FILE *out)
{
}

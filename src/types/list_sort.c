/* types/list_sort.c - list.sort(): a stable, adaptive merge sort.
 *
 * Owns       while it sorts: a merge buffer; where comparing may run Python code also copies of the arrays.
 * Invariant  comparisons that run Python code work on copies, so that the items are held by a list (`work`)
 *            in their old order until all is decided; a failed sort leaves the list as it was.  While a key function
 *            or == runs, the sorted list itself is empty, and anything put into it is an error afterwards.
 * Not here   sorted() (modules/builtins/builtins_iterable.c).
 * Source     natural runs and galloping: T. Peters, listsort; the order of merges: Munro and Wild,
 *            "Nearly-optimal mergesorts" (powersort). */
#include "object/hold.h"
#include "object/keys.h"
#include "types/list.h"
#include "types/list_internal.h"

#define LIST(op) ((PyListObject *)(op))

enum {
    MAX_RUNS = 70,    /* powers on the stack rise and are at most the bits of the length */
    MIN_GALLOP = 7,   /* wins in a row before galloping pays; from listsort */
    SMALL_BUFFER = 64 /* pointers that need no allocation; arbitrary */
};

/* What is sorted: keys, and the values that go with them, or NULL where the keys are the values. */
typedef struct {
    PyObject **keys;
    PyObject **values;
} Span;

typedef struct Sorter Sorter;
/* a < b: 1, 0, or -1 with the error set. */
typedef int (*LessThan)(const Sorter *sorter, PyObject *a, PyObject *b);

struct Sorter {
    LessThan less;
    LessThan less_first; /* for the first items of tuples */
    bool plain;          /* comparing runs no Python code and cannot fail */
    Span span;
    Py_ssize_t min_gallop;
    Span buffer; /* room for buffer_cap keys, and values if there are any */
    Py_ssize_t buffer_cap;
    PyObject *small_buffer[SMALL_BUFFER];
    int n_runs;
    struct {
        Py_ssize_t start, len;
        int power; /* of the boundary to the next run */
    } runs[MAX_RUNS];
};

static OU_ALWAYS_INLINE Span
span_at(Span span, Py_ssize_t index)
{
    return (Span){span.keys + index, span.values == NULL ? NULL : span.values + index};
}

static OU_ALWAYS_INLINE void
span_put(Span to, Py_ssize_t at, Span from, Py_ssize_t index)
{
    to.keys[at] = from.keys[index];
    if (to.values != NULL) {
        to.values[at] = from.values[index];
    }
}

static OU_ALWAYS_INLINE void
span_move(Span to, Py_ssize_t at, Span from, Py_ssize_t index, Py_ssize_t n)
{
    memmove(to.keys + at, from.keys + index, (size_t)n * sizeof *to.keys);
    if (to.values != NULL) {
        memmove(to.values + at, from.values + index, (size_t)n * sizeof *to.values);
    }
}

static void
array_reverse(PyObject **items, Py_ssize_t n)
{
    for (Py_ssize_t low = 0, high = n - 1; low < high; low++, high--) {
        PyObject *item = items[low];
        items[low] = items[high];
        items[high] = item;
    }
}

static void
span_reverse(Span span, Py_ssize_t start, Py_ssize_t n)
{
    array_reverse(span.keys + start, n);
    if (span.values != NULL) {
        array_reverse(span.values + start, n);
    }
}

/* ---- comparing ------------------------------------------------------------------------------ */

static int
less_any(const Sorter *sorter, PyObject *a, PyObject *b)
{
    return PyObject_RichCompareBool(a, b, Py_LT);
}

static int
less_int(const Sorter *sorter, PyObject *a, PyObject *b)
{
    const PyLongObject *left = (PyLongObject *)a, *right = (PyLongObject *)b;
    Py_ssize_t n = Py_SIZE(a), n_right = Py_SIZE(b);
    if (OU_LIKELY((size_t)(n + 1) <= 2 && (size_t)(n_right + 1) <= 2)) { /* one digit, or none: then it is times 0 */
        return n * (Py_ssize_t)left->ob_digit[0] < n_right * (Py_ssize_t)right->ob_digit[0];
    }
    if (n != n_right) {
        return n < n_right;
    }
    for (Py_ssize_t i = Py_ABS(n); --i >= 0;) {
        if (left->ob_digit[i] != right->ob_digit[i]) {
            return (left->ob_digit[i] < right->ob_digit[i]) == (n > 0);
        }
    }
    return 0;
}

static int
less_float(const Sorter *sorter, PyObject *a, PyObject *b)
{
    return PyFloat_AS_DOUBLE(a) < PyFloat_AS_DOUBLE(b);
}

static int
less_str(const Sorter *sorter, PyObject *a, PyObject *b)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(a), n_right = PyUnicode_GET_LENGTH(b), n_both = Py_MIN(n, n_right);
    int kind = PyUnicode_KIND(a), kind_right = PyUnicode_KIND(b);
    const void *left = PyUnicode_DATA(a), *right = PyUnicode_DATA(b);
    if (kind == PyUnicode_1BYTE_KIND && kind_right == PyUnicode_1BYTE_KIND) {
        if (n_both > 0 && *(const Py_UCS1 *)left != *(const Py_UCS1 *)right) { /* decides most often */
            return *(const Py_UCS1 *)left < *(const Py_UCS1 *)right;
        }
        if (n_both >= 8) { /* and then the first eight */
            uint64_t x, y;
            memcpy(&x, left, sizeof x);
            memcpy(&y, right, sizeof y);
            if (x != y) {
                return PY_LITTLE_ENDIAN ? __builtin_bswap64(x) < __builtin_bswap64(y) : x < y;
            }
        }
        int order = memcmp(left, right, (size_t)n_both);
        return order != 0 ? order < 0 : n < n_right;
    }
    for (Py_ssize_t i = 0; i < n_both; i++) {
        Py_UCS4 x = PyUnicode_READ(kind, left, i), y = PyUnicode_READ(kind_right, right, i);
        if (x != y) {
            return x < y;
        }
    }
    return n < n_right;
}

/* Tuples: the first items that differ decide.  RE-ENTRANT; the tuples, and so their items, are owned by a
 * list. */
static int
less_tuple(const Sorter *sorter, PyObject *a, PyObject *b)
{
    Py_ssize_t n = PyTuple_GET_SIZE(a), n_right = PyTuple_GET_SIZE(b);
    for (Py_ssize_t i = 0; i < n && i < n_right; i++) {
        PyObject *x = PyTuple_GET_ITEM(a, i), *y = PyTuple_GET_ITEM(b, i);
        int equal = ou_equal_plain(x, y);
        if (equal < 0) {
            equal = PyObject_RichCompareBool(x, y, Py_EQ);
        }
        if (equal < 0) {
            return -1;
        }
        if (equal == 0) {
            return (i == 0 ? sorter->less_first : less_any)(sorter, x, y);
        }
    }
    return n < n_right;
}

/* The comparison for exactly this type, or NULL. */
static LessThan
less_for(PyTypeObject *type)
{
    return type == &PyUnicode_Type ? less_str : type == &PyLong_Type ? less_int : type == &PyFloat_Type ? less_float : NULL;
}

/* Choose how to compare: most lists hold things of one type. */
static void
sorter_choose(Sorter *sorter, PyObject **keys, Py_ssize_t n)
{
    sorter->less = sorter->less_first = less_any;
    sorter->plain = false;
    if (n < 2) {
        return;
    }
    PyTypeObject *type = Py_TYPE(keys[0]);
    LessThan less = type == &PyTuple_Type ? less_tuple : less_for(type);
    if (less == NULL) {
        return;
    }
    PyTypeObject *first = less != less_tuple || PyTuple_GET_SIZE(keys[0]) == 0 ? NULL : Py_TYPE(PyTuple_GET_ITEM(keys[0], 0));
    for (Py_ssize_t i = 0; i < n; i++) {
        if (Py_TYPE(keys[i]) != type) {
            return;
        }
        if (first != NULL && (PyTuple_GET_SIZE(keys[i]) == 0 || Py_TYPE(PyTuple_GET_ITEM(keys[i], 0)) != first)) {
            first = NULL;
        }
    }
    sorter->less = less;
    sorter->plain = less != less_tuple;
    LessThan less_first = first == NULL ? NULL : less_for(first);
    sorter->less_first = less_first != NULL ? less_first : less_any;
}

#define LESS(a, b) sorter->less(sorter, (a), (b))

/* ---- searching and merging ------------------------------------------------------------------ */

/* Where `key` belongs in sorted keys[0 .. n): before its equals, or (after) behind them.  Doubles its steps
 * from the end where the answer is likely.  Returns the index, or -1 with the error set. */
static Py_ssize_t
gallop(Sorter *sorter, PyObject *key, PyObject **keys, Py_ssize_t n, bool after, bool from_end)
{
    Py_ssize_t low = 0, high = n; /* all before low belong before key, none from high on does */
    for (Py_ssize_t step = 0; step < n; step = 2 * step + 1) {
        Py_ssize_t at = from_end ? n - 1 - step : step;
        int before = after ? LESS(key, keys[at]) : LESS(keys[at], key);
        if (before < 0) {
            return -1;
        }
        if (before ^ after) {
            low = at + 1;
            if (from_end) {
                break;
            }
        }
        else {
            high = at;
            if (!from_end) {
                break;
            }
        }
    }
    while (low < high) {
        Py_ssize_t at = low + ((high - low) >> 1);
        int before = after ? LESS(key, keys[at]) : LESS(keys[at], key);
        if (before < 0) {
            return -1;
        }
        if (before ^ after) {
            low = at + 1;
        }
        else {
            high = at;
        }
    }
    return low;
}

/* Room for n pairs in the merge buffer.  Returns 0, or -1 with MemoryError set. */
static int
buffer_reserve(Sorter *sorter, Py_ssize_t n)
{
    if (n <= sorter->buffer_cap) {
        return 0;
    }
    bool paired = sorter->span.values != NULL;
    PyObject **block = NULL;
    if (sorter->buffer.keys != sorter->small_buffer) {
        ou_block_free(sorter->buffer.keys);
    }
    sorter->buffer = (Span){sorter->small_buffer, paired ? sorter->small_buffer + SMALL_BUFFER / 2 : NULL};
    sorter->buffer_cap = paired ? SMALL_BUFFER / 2 : SMALL_BUFFER;
    block = ou_block_alloc(OU_FAMILY_BUFFER, (size_t)n * sizeof *block * (paired ? 2 : 1));
    if (block == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    sorter->buffer = (Span){block, paired ? block + n : NULL};
    sorter->buffer_cap = n;
    return 0;
}

/* Merge the neighbours [a, a + n_a) and [b, b + n_b), the left one from the buffer: it is the shorter. */
static int
merge_low(Sorter *sorter, Py_ssize_t a, Py_ssize_t n_a, Py_ssize_t b, Py_ssize_t n_b)
{
    if (buffer_reserve(sorter, n_a) < 0) {
        return -1;
    }
    Span span = sorter->span, left = sorter->buffer;
    Py_ssize_t to = a, min_gallop = sorter->min_gallop;
    span_move(left, 0, span, a, n_a);
    while (n_a > 0 && n_b > 0) {
        Py_ssize_t wins_a = 0, wins_b = 0;
        while (n_a > 0 && n_b > 0 && wins_a < min_gallop && wins_b < min_gallop) {
            int less = LESS(span.keys[b], left.keys[0]);
            if (less < 0) {
                return -1;
            }
            if (less) {
                span_put(span, to++, span, b++);
                n_b--;
                wins_b++;
                wins_a = 0;
            }
            else {
                span_put(span, to++, left, 0);
                left = span_at(left, 1);
                n_a--;
                wins_a++;
                wins_b = 0;
            }
        }
        while (n_a > 0 && n_b > 0) {
            min_gallop -= min_gallop > 1;
            wins_a = gallop(sorter, span.keys[b], left.keys, n_a, true, false);
            if (wins_a < 0) {
                return -1;
            }
            span_move(span, to, left, 0, wins_a);
            to += wins_a;
            left = span_at(left, wins_a);
            n_a -= wins_a;
            if (n_a == 0) {
                break;
            }
            span_put(span, to++, span, b++);
            if (--n_b == 0) {
                break;
            }
            wins_b = gallop(sorter, left.keys[0], span.keys + b, n_b, false, false);
            if (wins_b < 0) {
                return -1;
            }
            span_move(span, to, span, b, wins_b);
            to += wins_b;
            b += wins_b;
            n_b -= wins_b;
            if (n_b == 0) {
                break;
            }
            span_put(span, to++, left, 0);
            left = span_at(left, 1);
            n_a--;
            if (wins_a < MIN_GALLOP && wins_b < MIN_GALLOP) {
                min_gallop += 2; /* it did not pay */
                break;
            }
        }
    }
    span_move(span, to, left, 0, n_a);
    sorter->min_gallop = min_gallop;
    return 0;
}

/* The same from the right, with the right run, the shorter, in the buffer. */
static int
merge_high(Sorter *sorter, Py_ssize_t a, Py_ssize_t n_a, Py_ssize_t b, Py_ssize_t n_b)
{
    if (buffer_reserve(sorter, n_b) < 0) {
        return -1;
    }
    Span span = sorter->span, right = sorter->buffer;
    Py_ssize_t to = b + n_b, min_gallop = sorter->min_gallop; /* one behind the last free place */
    span_move(right, 0, span, b, n_b);
    while (n_a > 0 && n_b > 0) {
        Py_ssize_t wins_a = 0, wins_b = 0;
        while (n_a > 0 && n_b > 0 && wins_a < min_gallop && wins_b < min_gallop) {
            int less = LESS(right.keys[n_b - 1], span.keys[a + n_a - 1]);
            if (less < 0) {
                return -1;
            }
            if (less) {
                span_put(span, --to, span, a + --n_a);
                wins_a++;
                wins_b = 0;
            }
            else {
                span_put(span, --to, right, --n_b);
                wins_b++;
                wins_a = 0;
            }
        }
        while (n_a > 0 && n_b > 0) {
            min_gallop -= min_gallop > 1;
            Py_ssize_t keep = gallop(sorter, right.keys[n_b - 1], span.keys + a, n_a, true, true);
            if (keep < 0) {
                return -1;
            }
            wins_a = n_a - keep;
            to -= wins_a;
            span_move(span, to, span, a + keep, wins_a);
            n_a = keep;
            if (n_a == 0) {
                break;
            }
            span_put(span, --to, right, --n_b);
            if (n_b == 0) {
                break;
            }
            keep = gallop(sorter, span.keys[a + n_a - 1], right.keys, n_b, false, true);
            if (keep < 0) {
                return -1;
            }
            wins_b = n_b - keep;
            to -= wins_b;
            span_move(span, to, right, keep, wins_b);
            n_b = keep;
            if (n_b == 0) {
                break;
            }
            span_put(span, --to, span, a + --n_a);
            if (wins_a < MIN_GALLOP && wins_b < MIN_GALLOP) {
                min_gallop += 2;
                break;
            }
        }
    }
    span_move(span, to - n_b, right, 0, n_b);
    sorter->min_gallop = min_gallop;
    return 0;
}

/* Merge the two topmost runs. */
static int
merge_top(Sorter *sorter)
{
    int top = --sorter->n_runs;
    Py_ssize_t a = sorter->runs[top - 1].start, n_a = sorter->runs[top - 1].len;
    Py_ssize_t b = sorter->runs[top].start, n_b = sorter->runs[top].len;
    PyObject **keys = sorter->span.keys;
    sorter->runs[top - 1].len = n_a + n_b;
    /* What of the left stands before all of the right is in place, and so is the other end. */
    Py_ssize_t skip = gallop(sorter, keys[b], keys + a, n_a, true, false);
    if (skip < 0) {
        return -1;
    }
    a += skip;
    n_a -= skip;
    if (n_a == 0) {
        return 0;
    }
    n_b = gallop(sorter, keys[a + n_a - 1], keys + b, n_b, false, true);
    if (n_b <= 0) {
        return (int)n_b;
    }
    return n_a <= n_b ? merge_low(sorter, a, n_a, b, n_b) : merge_high(sorter, a, n_a, b, n_b);
}

/* ---- runs ----------------------------------------------------------------------------------- */

/* The length of the run that begins at start: not descending, or strictly descending and then turned round. */
static Py_ssize_t
run_find(Sorter *sorter, Py_ssize_t start, Py_ssize_t end)
{
    PyObject **keys = sorter->span.keys;
    Py_ssize_t at = start + 1;
    if (at >= end) {
        return end - start;
    }
    int descending = LESS(keys[at], keys[start]), less = descending;
    while (less == descending && less >= 0 && ++at < end) {
        less = LESS(keys[at], keys[at - 1]);
    }
    if (less < 0) {
        return -1;
    }
    if (descending) {
        span_reverse(sorter->span, start, at - start);
    }
    return at - start;
}

/* Binary insertion: [start, done) is sorted already, [start, end) is afterwards. */
static int
run_extend(Sorter *sorter, Py_ssize_t start, Py_ssize_t done, Py_ssize_t end)
{
    Span span = sorter->span;
    for (; done < end; done++) {
        PyObject *key = span.keys[done], *value = span.values == NULL ? NULL : span.values[done];
        Py_ssize_t low = start, high = done;
        while (low < high) {
            Py_ssize_t at = low + ((high - low) >> 1);
            int less = LESS(key, span.keys[at]);
            if (less < 0) {
                return -1;
            }
            if (less) {
                high = at;
            }
            else {
                low = at + 1;
            }
        }
        span_move(span, low + 1, span, low, done - low);
        span.keys[low] = key;
        if (value != NULL) {
            span.values[low] = value;
        }
    }
    return 0;
}

/* The depth, in the perfect tree over n places, of the node between two neighbouring runs' middles. */
static int
boundary_power(Py_ssize_t start, Py_ssize_t len, Py_ssize_t next_len, Py_ssize_t n)
{
    size_t a = 2 * (size_t)start + (size_t)len, b = a + (size_t)len + (size_t)next_len; /* twice the middles */
    int power = 0;
    for (;;) {
        power++;
        if (a >= (size_t)n) {
            a -= (size_t)n;
            b -= (size_t)n;
        }
        else if (b >= (size_t)n) {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

/* Sort the span.  Returns 0, or -1 with the error set: the span is then a permutation only if the sorter is
 * plain. */
static int
sorter_run(Sorter *sorter, Py_ssize_t n)
{
    /* Short runs are made this long: 32 to 63, such that n over it is a power of two or a bit less. */
    Py_ssize_t min_run = n, rest = 0;
    while (min_run >= 64) {
        rest |= min_run & 1;
        min_run >>= 1;
    }
    min_run += rest;
    sorter->min_gallop = MIN_GALLOP;
    sorter->buffer = (Span){sorter->small_buffer, NULL};
    sorter->buffer_cap = SMALL_BUFFER;
    if (sorter->span.values != NULL) {
        sorter->buffer.values = sorter->small_buffer + SMALL_BUFFER / 2;
        sorter->buffer_cap = SMALL_BUFFER / 2;
    }
    sorter->n_runs = 0;
    int status = 0;
    for (Py_ssize_t start = 0; status == 0 && start < n;) {
        Py_ssize_t len = run_find(sorter, start, n);
        if (len >= 0 && len < min_run) {
            Py_ssize_t want = Py_MIN(min_run, n - start);
            len = run_extend(sorter, start, start + len, start + want) < 0 ? -1 : want;
        }
        if (len < 0) {
            status = -1;
            break;
        }
        if (sorter->n_runs > 0) {
            int top = sorter->n_runs - 1;
            int power = boundary_power(sorter->runs[top].start, sorter->runs[top].len, len, n);
            while (status == 0 && sorter->n_runs > 1 && sorter->runs[sorter->n_runs - 2].power > power) {
                status = merge_top(sorter);
            }
            sorter->runs[sorter->n_runs - 1].power = power;
        }
        OU_ASSERT(sorter->n_runs < MAX_RUNS);
        sorter->runs[sorter->n_runs].start = start;
        sorter->runs[sorter->n_runs++].len = len;
        start += len;
    }
    while (status == 0 && sorter->n_runs > 1) {
        status = merge_top(sorter);
    }
    if (sorter->buffer.keys != sorter->small_buffer) {
        ou_block_free(sorter->buffer.keys);
    }
    return status;
}

/* Sort arrays in place; `values` may be NULL.  Keeps equal ones in order also when descending. */
static int
sort_arrays(Sorter *sorter, PyObject **keys, PyObject **values, Py_ssize_t n, bool reverse)
{
    sorter->span = (Span){keys, values};
    if (reverse) {
        span_reverse(sorter->span, 0, n);
    }
    int status = sorter_run(sorter, n);
    if (reverse) {
        span_reverse(sorter->span, 0, n);
    }
    return status;
}

/* ---- the list ------------------------------------------------------------------------------- */

/* Call the key function for each item.  Refs new: a list.  RE-ENTRANT. */
static PyObject *
keys_of(PyListObject *work, PyObject *key)
{
    PyObject *keys = ou_list_new_room(Py_SIZE(work));
    if (keys == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &keys);
    for (Py_ssize_t i = 0; i < Py_SIZE(work); i++) {
        PyObject *value = PyObject_CallOneArg(key, work->ob_item[i]);
        if (value == NULL || ou_list_append(keys, value) < 0) {
            Py_CLEAR(keys);
            break;
        }
    }
    OU_HOLD_END(hold);
    return keys;
}

/* Sort the items of `work`, that nobody else can reach, by `keys`, a list of as many, or NULL.  RE-ENTRANT. */
static int
sort_work(PyListObject *work, PyObject *keys_list, bool reverse)
{
    Py_ssize_t n = Py_SIZE(work);
    PyObject **keys = keys_list == NULL ? work->ob_item : LIST(keys_list)->ob_item;
    PyObject **values = keys_list == NULL ? NULL : work->ob_item;
    if (n < 2) {
        return 0;
    }
    Sorter sorter;
    sorter_choose(&sorter, keys, n);
    if (sorter.plain) {
        return sort_arrays(&sorter, keys, values, n, reverse);
    }
    size_t bytes = (size_t)n * sizeof *keys;
    PyObject **copies = ou_block_alloc(OU_FAMILY_BUFFER, values == NULL ? bytes : 2 * bytes);
    if (copies == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(copies, keys, bytes);
    if (values != NULL) {
        memcpy(copies + n, values, bytes);
    }
    int status = sort_arrays(&sorter, copies, values == NULL ? NULL : copies + n, n, reverse);
    if (status == 0) {
        memcpy(work->ob_item, values == NULL ? copies : copies + n, bytes); /* commit */
    }
    ou_block_free(copies);
    return status;
}

int
ou_list_sort(PyListObject *list, PyObject *key, bool reverse)
{
    if (key == NULL) {
        if (Py_SIZE(list) < 2) {
            return 0;
        }
        Sorter sorter;
        sorter_choose(&sorter, list->ob_item, Py_SIZE(list));
        if (sorter.plain) { /* nobody can look on */
            return sort_arrays(&sorter, list->ob_item, NULL, Py_SIZE(list), reverse);
        }
    }
    PyListObject *work = (PyListObject *)ou_gc_new_fast(&PyList_Type, sizeof(PyListObject));
    if (work == NULL) {
        return -1;
    }
    Py_SET_SIZE((PyVarObject *)work, Py_SIZE(list));
    work->ob_item = list->ob_item;
    work->allocated = list->allocated;
    Py_SET_SIZE((PyVarObject *)list, 0);
    list->ob_item = NULL;
    list->allocated = -1; /* any change makes it something else */
    PyObject *work_object = (PyObject *)work, *keys = NULL;
    int status = 0;
    OU_HOLD(hold, &work_object, &keys);
    if (key != NULL) {
        keys = keys_of(work, key);
        status = keys == NULL ? -1 : 0;
    }
    if (status == 0) {
        status = sort_work(work, keys, reverse);
    }
    Py_CLEAR(keys); /* the last code to run while the list is empty */
    /* The sorted items go back; what was put into the list meanwhile goes, with `work`. */
    bool modified = list->allocated != -1;
    PyListObject junk = *list;
    Py_SET_SIZE((PyVarObject *)list, Py_SIZE(work));
    list->ob_item = work->ob_item;
    list->allocated = work->allocated;
    Py_SET_SIZE((PyVarObject *)work, Py_SIZE(&junk));
    work->ob_item = junk.ob_item;
    work->allocated = junk.allocated;
    Py_CLEAR(work_object);
    OU_HOLD_END(hold);
    if (status == 0 && modified) {
        PyErr_SetString(PyExc_ValueError, "list modified during sort");
        status = -1;
    }
    return status;
}

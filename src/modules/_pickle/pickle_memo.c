/* modules/_pickle/pickle_memo.c - the memo of a pickler: objects written so far, found by address.
 *
 * Owns       a reference to each object, so that no address is used again.
 * Invariant  open addressing, at most two thirds full; nothing is ever taken out. */
#include "modules/_pickle/pickle.h"

enum { FIRST_SLOTS = 8, FAST_GROWTH_BELOW = 50000 }; /* slots; entries: from CPython 3.11 */

int
ou_pickle_memo_init(PickleMemo *memo)
{
    MemoEntry *entries = PyMem_Calloc(FIRST_SLOTS, sizeof *entries);
    if (entries == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    *memo = (PickleMemo){FIRST_SLOTS, 0, entries};
    return 0;
}

static int
grow(PickleMemo *memo)
{
    size_t n_slots = memo->n_slots * (memo->n_used > FAST_GROWTH_BELOW ? 2 : 4);
    PickleMemo larger = {n_slots, memo->n_used, PyMem_Calloc(n_slots, sizeof *memo->entries)}; /* calloc checks the product */
    if (larger.entries == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < memo->n_slots; i++) {
        if (memo->entries[i].object != NULL) {
            *pickle_memo_entry(&larger, memo->entries[i].object) = memo->entries[i];
        }
    }
    PyMem_Free(memo->entries);
    *memo = larger;
    return 0;
}

int
ou_pickle_memo_set(PickleMemo *memo, PyObject *object, Py_ssize_t number)
{
    MemoEntry *slot = pickle_memo_entry(memo, object);
    if (slot->object != NULL) {
        slot->number = number;
        return 0;
    }
    if (3 * (memo->n_used + 1) >= 2 * memo->n_slots) {
        if (grow(memo) < 0) {
            return -1;
        }
        slot = pickle_memo_entry(memo, object);
    }
    *slot = (MemoEntry){Py_NewRef(object), number};
    memo->n_used++;
    return 0;
}

int
ou_pickle_memo_copy(PickleMemo *to, const PickleMemo *from)
{
    if (from->n_slots == 0) {
        return ou_pickle_memo_init(to);
    }
    MemoEntry *entries = PyMem_Calloc(from->n_slots, sizeof *entries);
    if (entries == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < from->n_slots; i++) {
        entries[i] = from->entries[i];
        Py_XINCREF(entries[i].object);
    }
    *to = (PickleMemo){from->n_slots, from->n_used, entries};
    return 0;
}

void
ou_pickle_memo_free(PickleMemo *memo)
{
    for (size_t i = 0; i < memo->n_slots; i++) {
        Py_XDECREF(memo->entries[i].object);
    }
    PyMem_Free(memo->entries);
}

int
ou_pickle_memo_reset(PickleMemo *memo)
{
    PickleMemo empty, old = *memo;
    if (ou_pickle_memo_init(&empty) < 0) {
        return -1;
    }
    *memo = empty; /* commit */
    ou_pickle_memo_free(&old);
    return 0;
}

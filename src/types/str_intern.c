/* types/str_intern.c - the table of interned strings: one object for one text.
 *
 * Owns       the table's slots, no string: the table is weak.
 * Invariant  every string in it is exact, ready and hashed, and its interned bits are not 0; a mortal one
 *            leaves as the first act of its deallocator (which never runs on permanent ones). At least an
 *            eighth of the slots is empty, so that a search ends.
 * Not here   the strings themselves; the permanent ones' storage (object/permanents.c).
 *
 * The slots are raw memory, outside the heap that the audit scans: what they hold is not counted.  Linear
 * probing; removal moves the followers back, so there are no tombstones. */
#include "types/str.h"

#include "base/hash.h"

enum { FIRST_CAP = 4096 }; /* slots: the permanent names and a small program's; arbitrary */

static PyObject *first_slots[FIRST_CAP];
static struct {
    PyObject **slots;
    size_t cap; /* a power of two */
    size_t n;
} table = {first_slots, FIRST_CAP, 0};

/* The slot of an equal string, or the empty one where it belongs. */
static size_t
slot_of(PyObject *str, Py_hash_t hash)
{
    size_t mask = table.cap - 1, i = (size_t)hash & mask;
    for (;; i = (i + 1) & mask) {
        PyObject *other = table.slots[i];
        if (other == NULL || (((PyASCIIObject *)other)->hash == hash && ou_str_equal(other, str))) {
            return i;
        }
    }
}

/* Double the table when it is half full.  Failing is no error as long as an eighth is empty. */
static bool
table_reserve(void)
{
    if (table.n * 2 < table.cap) {
        return true;
    }
    size_t cap = table.cap * 2;
    PyObject **slots = PyMem_RawCalloc(cap, sizeof *slots);
    if (slots == NULL) {
        return table.n < table.cap - table.cap / 8;
    }
    for (size_t i = 0; i < table.cap; i++) {
        PyObject *str = table.slots[i];
        if (str != NULL) {
            size_t at = (size_t)((PyASCIIObject *)str)->hash & (cap - 1);
            while (slots[at] != NULL) {
                at = (at + 1) & (cap - 1);
            }
            slots[at] = str;
        }
    }
    if (table.slots != first_slots) {
        PyMem_RawFree(table.slots);
    }
    table.slots = slots;
    table.cap = cap;
    return true;
}

static void
enter_permanent(PyObject *str)
{
    size_t at = slot_of(str, ou_str_hash(str));
    if (table.slots[at] == NULL) {
        table.slots[at] = str;
        table.n++;
    }
    ((PyASCIIObject *)str)->state.interned = SSTATE_INTERNED_IMMORTAL;
}

void
ou_intern_init(void)
{
    if (table.n != 0) {
        return;
    }
    enter_permanent(OU_EMPTY_STR);
    for (int ch = 0; ch < 256; ch++) {
        enter_permanent(OU_LATIN1_CHAR(ch));
    }
#define OU_NAME_AS(ident, text) enter_permanent(OU_STR(ident));
#include "object/names.def"
#undef OU_NAME_AS
}

/* A dying string leaves.  Must be its first act: a search compares what is in the table. */
void
ou_intern_forget(PyObject *str)
{
    size_t mask = table.cap - 1, i = (size_t)((PyASCIIObject *)str)->hash & mask;
    while (table.slots[i] != str) {
        OU_CHECK(table.slots[i] != NULL, "interned str at %p is not in the table", (void *)str);
        i = (i + 1) & mask;
    }
    for (size_t j = (i + 1) & mask; table.slots[j] != NULL; j = (j + 1) & mask) {
        size_t home = (size_t)((PyASCIIObject *)table.slots[j])->hash & mask;
        if (((j - home) & mask) >= ((j - i) & mask)) { /* it may move back to the hole */
            table.slots[i] = table.slots[j];
            i = j;
        }
    }
    table.slots[i] = NULL;
    table.n--;
}

PyObject *
ou_intern_find(const char *ascii, size_t size)
{
    Py_hash_t hash = ou_hash_bytes(ascii, size);
    size_t mask = table.cap - 1, i = (size_t)hash & mask;
    for (;; i = (i + 1) & mask) {
        PyASCIIObject *str = (PyASCIIObject *)table.slots[i];
        if (str == NULL) {
            return NULL;
        }
        if (str->hash == hash && str->state.ascii && (size_t)str->length == size
            && memcmp(PyUnicode_DATA((PyObject *)str), ascii, size) == 0) {
            return (PyObject *)str;
        }
    }
}

/* Replace *p by the interned string of its text, or intern *p itself.  Never fails: without memory the string
 * stays as it is.  Refs: keeps the caller's count. */
void
PyUnicode_InternInPlace(PyObject **p)
{
    PyObject *str = *p;
    if (str == NULL || !PyUnicode_CheckExact(str) || ((PyASCIIObject *)str)->state.interned) {
        return;
    }
    if (!PyUnicode_IS_READY(str) && _PyUnicode_Ready(str) < 0) {
        PyErr_Clear();
        return;
    }
    Py_hash_t hash = ou_str_hash(str);
    size_t at = slot_of(str, hash);
    PyObject *known = table.slots[at];
    if (known != NULL) {
        Py_INCREF(known);
        *p = known;
        Py_DECREF(str);
        return;
    }
    size_t cap = table.cap;
    if (!table_reserve()) {
        return;
    }
    if (cap != table.cap) {
        at = slot_of(str, hash);
    }
    table.slots[at] = str;
    table.n++;
    ((PyASCIIObject *)str)->state.interned = SSTATE_INTERNED_MORTAL;
}

/* The same, and keep it for ever (deprecated): the count it takes is nobody's. */
void
PyUnicode_InternImmortal(PyObject **p)
{
    PyUnicode_InternInPlace(p);
    PyASCIIObject *str = (PyASCIIObject *)*p;
    if (str->state.interned == SSTATE_INTERNED_MORTAL) {
        str->state.interned = SSTATE_INTERNED_IMMORTAL;
        Py_INCREF(str);
    }
}

/* The interned string of a UTF-8 text.  Refs new; NULL with an error set. */
PyObject *
PyUnicode_InternFromString(const char *text)
{
    size_t size = strlen(text);
    PyObject *str = ou_intern_find(text, size); /* never equal to a text that is not ASCII */
    if (str != NULL) {
        return Py_NewRef(str);
    }
    str = PyUnicode_FromStringAndSize(text, (Py_ssize_t)size);
    if (str != NULL) {
        PyUnicode_InternInPlace(&str);
    }
    return str;
}

PyObject *ou_str_identifiers;

/* The interned string of a static identifier of a compiled module.  Refs borrowed: the list keeps it. */
PyObject *
_PyUnicode_FromId(_Py_Identifier *id)
{
    if (ou_str_identifiers == NULL) {
        ou_str_identifiers = PyList_New(0);
        if (ou_str_identifiers == NULL) {
            return NULL;
        }
    }
    if (id->index >= 0 && id->index < PyList_GET_SIZE(ou_str_identifiers)) {
        PyObject *str = PyList_GET_ITEM(ou_str_identifiers, id->index);
        if (_PyUnicode_EqualToASCIIString(str, id->string)) { /* not an index from before a restart */
            return str;
        }
    }
    PyObject *str = PyUnicode_InternFromString(id->string);
    if (str == NULL) {
        return NULL;
    }
    int failed = PyList_Append(ou_str_identifiers, str);
    Py_DECREF(str);
    if (failed < 0) {
        return NULL;
    }
    id->index = PyList_GET_SIZE(ou_str_identifiers) - 1; /* commit */
    return str;
}

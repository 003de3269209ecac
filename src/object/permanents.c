/* object/permanents.c - the runtime's static objects: small ints, one-character strings, its own names.
 *
 * Owns       _PyRuntime.
 * Invariant  their counts are exact and start at 0: nobody's reference holds them yet.  What the runtime points
 *            at here it doesn't count.
 * Not here   None and its kind (object.c): they lie outside and are counted loosely. */
#include "object/state.h"

#define STR_HEAD(size)                                                                                                \
    {                                                                                                                 \
        .ob_base = {.ob_refcnt = 0, .ob_type = &PyUnicode_Type}, .length = (Py_ssize_t)(size), .hash = -1, .state = { \
            .interned = SSTATE_INTERNED_IMMORTAL,                                                                     \
            .kind = 1,                                                                                                \
            .compact = 1,                                                                                             \
            .ascii = 1,                                                                                               \
            .ready = 1                                                                                                \
        }                                                                                                             \
    }

OuRuntime _PyRuntime = {
    .empty_str = {.head = STR_HEAD(0)},
    .names =
        {
#define OU_NAME_AS(ident, text) .n_##ident = {.head = STR_HEAD(sizeof(text) - 1), .data = text},
#include "object/names.def"
#undef OU_NAME_AS
        },
};

static void
small_ints_init(void)
{
    for (int i = 0; i < OU_N_SMALL_INTS; i++) {
        int value = i + OU_SMALL_INT_MIN;
        PyLongObject *op = &_PyRuntime.small_ints[i].value;
        op->ob_base.ob_base.ob_type = &PyLong_Type;
        op->ob_base.ob_size = value < 0 ? -1 : value > 0;
        op->ob_digit[0] = (digit)(value < 0 ? -value : value);
    }
}

static void
latin1_init(void)
{
    for (int ch = 0; ch < 256; ch++) {
        OuLatin1 *op = &_PyRuntime.latin1[ch];
        PyASCIIObject *head = &op->head.ascii;
        *head = (PyASCIIObject)STR_HEAD(1);
        head->state.ascii = ch < 128;
        *(unsigned char *)(ch < 128 ? (void *)(head + 1) : (void *)op->data) = (unsigned char)ch;
    }
}

void
ou_permanents_init(void)
{
    small_ints_init();
    latin1_init();
    for (int i = 0; i < OU_N_GENERATIONS; i++) {
        PyGC_Head *head = &_PyRuntime.gc.generations[i].head;
        head->_gc_next = head->_gc_prev = (uintptr_t)head;
        _PyRuntime.gc.generations[i].threshold = i == 0 ? 700 : 10; /* CPython 3.11 */
    }
    PyGC_Head *frozen = &_PyRuntime.gc.frozen;
    frozen->_gc_next = frozen->_gc_prev = (uintptr_t)frozen;
}

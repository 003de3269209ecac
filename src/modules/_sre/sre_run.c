/* modules/_sre/sre_run.c - running a program over a subject: the state, and the matcher for each width of characters.
 *
 * Owns       a state's buffer, its marks and loops where they are many, and the stack of choices once it has left the C stack.
 * Invariant  ou_sre_run() is called by one thread of control at a time for a state; Scanner guards its own.
 * Not here   the matcher itself: sre_match_kind.inc. */
#include "modules/_sre/sre.h"
#include "modules/_sre/sre_source.h"

#include <wchar.h>

enum {
    CHOICE_WAY,       /* go on at pc, position a */
    CHOICE_STAR,      /* SRE_STAR at pc: one character fewer than to a, down to b */
    CHOICE_LAZY,      /* SRE_LAZY at pc: one character more than to a, up to b */
    CHOICE_LOOP_EXIT, /* greedy loop at pc: no turn after all; a: position, b: the loop's `last` */
    CHOICE_LOOP_MORE, /* lazy loop at pc: one more turn at position a */
    CHOICE_UNDO_MARK, /* mark pc was a, lastindex was b */
    CHOICE_UNDO_LOOP, /* loop pc was {a, b} */
    CHOICE_UNDO_TURN, /* loop pc: one turn fewer */
    CHOICE_ASSERT,    /* frames: instruction pc, position a, enclosing frame b */
    CHOICE_ASSERT_NOT,
    CHOICE_ATOMIC,
    CHOICE_TURN, /* from here on: frames whose body goes on at the loop's head */
    CHOICE_TURN_NEEDED,
};

typedef struct {
    SreChoice *items;
    size_t cap;
} Stack;

static bool
locale_unit_has(const uint32_t *unit, uint32_t ch)
{
    if (unit[0] == SRE_LOCALE_CHAR) {
        return ou_sre_locale_same(unit[2], ch) != (unit[1] != 0);
    }
    return unit[2] == SRE_FOLD_LOCALE ? ou_sre_set_has_locale(unit + 3, ch)
                                      : ou_sre_set_has(unit + 3, ou_sre_lower((SreFold)unit[2], ch));
}

static void
clear_marks(SreState *state)
{
    for (Py_ssize_t i = 0; i < state->n_marks; i++) {
        state->marks[i] = -1;
    }
    state->lastindex = -1;
    state->marks_dirty = false;
}

SreChoice *
ou_sre_grow(SreState *state, SreChoice *stack, size_t n, size_t *cap)
{
    size_t bytes;
    SreChoice *grown = ou_size_mul(*cap, 2 * sizeof *stack, &bytes) ? NULL : PyMem_Realloc(state->heap, bytes);
    if (grown == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    if (state->heap == NULL) {
        memcpy(grown, stack, n * sizeof *stack);
    }
    state->heap = grown;
    state->heap_cap = *cap *= 2;
    return grown;
}

/* Where `len` bytes stand in chars[pos .. end), or -1.  Looks for the byte at `pivot`, the rarest in most texts, as long as that
 * gets on well. */
static Py_ssize_t
find_bytes(const uint8_t *chars, Py_ssize_t pos, Py_ssize_t end, const uint8_t *bytes, Py_ssize_t len, Py_ssize_t pivot)
{
    for (Py_ssize_t n_vain = 0, from = pos; end - pos >= len; pos++) {
        if (n_vain++ * 16 > pos - from + 128) { /* arbitrary: false hits more often than every 16 bytes */
            const uint8_t *found = memmem(chars + pos, (size_t)(end - pos), bytes, (size_t)len);
            return found == NULL ? -1 : found - chars;
        }
        const uint8_t *hit = memchr(chars + pos + pivot, bytes[pivot], (size_t)(end - pos - len + 1));
        if (hit == NULL) {
            return -1;
        }
        pos = hit - chars - pivot;
        if (memcmp(chars + pos, bytes, (size_t)len) == 0) {
            return pos;
        }
    }
    return -1;
}

#define Char uint8_t
#define NAME(noun) noun##_1
#include "modules/_sre/sre_match_kind.inc"
#define Char uint16_t
#define NAME(noun) noun##_2
#include "modules/_sre/sre_match_kind.inc"
#define Char uint32_t
#define NAME(noun) noun##_4
#include "modules/_sre/sre_match_kind.inc"

int
ou_sre_run(SreState *state, SrePattern *pattern, SreMode mode)
{
    return state->char_size == 1 ? ou_sre_search_1(state, pattern, mode)
         : state->char_size == 2 ? ou_sre_search_2(state, pattern, mode)
                                 : ou_sre_search_4(state, pattern, mode);
}

/* ---- state ------------------------------------------------------------------------------------------------------ */

/* The subject's characters.  Returns their number, or -1 with TypeError or the buffer's error set. */
static Py_ssize_t
open_subject(SreState *state, SrePattern *pattern, PyObject *string)
{
    state->string = string;
    state->buffer.obj = NULL;
    if (PyUnicode_Check(string)) {
        if (pattern->kind == 'b') {
            PyErr_SetString(PyExc_TypeError, "cannot use a bytes pattern on a string-like object");
            return -1;
        }
        state->chars = PyUnicode_DATA(string);
        state->char_size = (int)PyUnicode_KIND(string);
        state->is_bytes = false;
        return PyUnicode_GET_LENGTH(string);
    }
    if (PyObject_GetBuffer(string, &state->buffer, PyBUF_SIMPLE) < 0) {
        PyErr_Format(PyExc_TypeError, "expected string or bytes-like object, got '%.200s'", Py_TYPE(string)->tp_name);
        return -1;
    }
    state->chars = state->buffer.buf != NULL ? state->buffer.buf : "";
    state->char_size = 1;
    state->is_bytes = true;
    if (pattern->kind == 's') {
        PyBuffer_Release(&state->buffer);
        PyErr_SetString(PyExc_TypeError, "cannot use a string pattern on a bytes-like object");
        return -1;
    }
    return state->buffer.len;
}

int
ou_sre_begin(SreState *state, SrePattern *pattern, PyObject *string, Py_ssize_t pos, Py_ssize_t end)
{
    memset(state, 0, offsetof(SreState, few_marks));
    Py_ssize_t len = open_subject(state, pattern, string);
    if (len < 0) {
        return -1;
    }
    state->end = end < 0 ? 0 : end < len ? end : len;
    state->pos = pos < 0 ? 0 : pos < len ? pos : len;
    state->start = state->pos;
    state->lastindex = -1;
    state->n_marks = 2 * pattern->groups;
    state->marks = state->few_marks;
    state->loops = state->few_loops;
    size_t bytes;
    if (state->n_marks > SRE_FEW_MARKS) {
        state->marks = ou_size_mul((size_t)state->n_marks, sizeof *state->marks, &bytes) ? NULL : PyMem_Malloc(bytes);
    }
    if (pattern->n_loops > SRE_FEW_LOOPS) {
        state->loops = PyMem_Malloc(pattern->n_loops * sizeof *state->loops); /* no overflow: 32 bits of them */
    }
    if (state->marks == NULL || state->loops == NULL) {
        ou_sre_end(state);
        PyErr_NoMemory();
        return -1;
    }
    memset(state->loops, 0, pattern->n_loops * sizeof *state->loops);
    clear_marks(state);
    return 0;
}

void
ou_sre_end(SreState *state)
{
    if (state->marks != state->few_marks) {
        PyMem_Free(state->marks);
    }
    if (state->loops != state->few_loops) {
        PyMem_Free(state->loops);
    }
    PyMem_Free(state->heap);
    if (state->buffer.obj != NULL) {
        PyBuffer_Release(&state->buffer);
    }
}

PyObject *
ou_sre_slice(SreState *state, Py_ssize_t start, Py_ssize_t end)
{
    if (!state->is_bytes) {
        return PyUnicode_Substring(state->string, start, end);
    }
    if (PyBytes_CheckExact(state->string) && start == 0 && end == PyBytes_GET_SIZE(state->string)) {
        return Py_NewRef(state->string);
    }
    return PyBytes_FromStringAndSize((const char *)state->chars + start, end - start);
}

PyObject *
ou_sre_group(SreState *state, Py_ssize_t group, PyObject *unset)
{
    Py_ssize_t start = state->marks[2 * group - 2], end = state->marks[2 * group - 1];
    if (start < 0 || end < start) {
        return unset != NULL ? Py_NewRef(unset) : ou_sre_slice(state, 0, 0);
    }
    return ou_sre_slice(state, start, end);
}

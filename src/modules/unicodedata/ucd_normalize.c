/* modules/unicodedata/ucd_normalize.c - the four normalization forms.
 *
 * Owns       a buffer of code points while it works.
 * Invariant  the text is exact and unchanging; no Python code runs.
 * Source     Unicode Standard Annex #15: decompose, order by combining class, compose; Hangul by arithmetic. */
#include "modules/unicodedata/ucd.h"

typedef struct {
    Py_UCS4 *items; /* PyMem block */
    size_t n, cap;
    bool compatible, old;
} Points;

static int
points_push(Points *p, Py_UCS4 code)
{
    if (p->n == p->cap) {
        size_t cap = p->cap * 2 + 16, size;
        Py_UCS4 *items = ou_size_mul(cap, sizeof *items, &size) ? NULL : PyMem_Realloc(p->items, size);
        if (items == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        p->items = items;
        p->cap = cap;
    }
    p->items[p->n++] = code;
    return 0;
}

/* Push what a character decomposes to, all the way down. */
static int
push_decomposed(Points *p, Py_UCS4 code)
{
    Py_UCS4 stack[32]; /* the deepest decomposition of Unicode has 18 parts, and none is ever replaced by a longer one */
    int n = 0;
    stack[n++] = code;
    while (n > 0) {
        code = stack[--n];
        Py_UCS4 syllable = code - HANGUL_S;
        if (syllable < HANGUL_N_S) {
            Py_UCS4 t = syllable % HANGUL_N_T;
            if (points_push(p, HANGUL_L + syllable / (HANGUL_N_V * HANGUL_N_T)) < 0
                || points_push(p, HANGUL_V + syllable % (HANGUL_N_V * HANGUL_N_T) / HANGUL_N_T) < 0
                || (t != 0 && points_push(p, HANGUL_T + t) < 0)) {
                return -1;
            }
            continue;
        }
        const char *prefix;
        const uint32_t *parts;
        int n_parts = ou_ucd_decomposition(code, &prefix, &parts);
        if (n_parts == 0 || (*prefix != 0 && !p->compatible) || (p->old && ou_ucd_is_young(code))) {
            if (points_push(p, code) < 0) {
                return -1;
            }
            continue;
        }
        Py_UCS4 correction = p->old ? ou_ucd_old_correction(code) : 0;
        if (correction != 0) {
            stack[n++] = correction;
            continue;
        }
        OU_ASSERT(n + n_parts <= (int)OU_COUNT_OF(stack));
        for (int i = n_parts - 1; i >= 0; i--) {
            stack[n++] = parts[i];
        }
    }
    return 0;
}

/* Sort each run of combining characters by their class, keeping the order of equals. */
static void
points_order(Points *p)
{
    for (size_t i = 1; i < p->n; i++) {
        Py_UCS4 code = p->items[i];
        int class = ou_ucd_combining(code);
        if (class == 0) {
            continue;
        }
        size_t at = i;
        while (at > 0 && ou_ucd_combining(p->items[at - 1]) > class) {
            p->items[at] = p->items[at - 1];
            at--;
        }
        p->items[at] = code;
    }
}

static Py_UCS4
compose(Py_UCS4 first, Py_UCS4 second)
{
    Py_UCS4 l = first - HANGUL_L, v = second - HANGUL_V, s = first - HANGUL_S, t = second - HANGUL_T;
    if (l < HANGUL_N_L && v < HANGUL_N_V) {
        return HANGUL_S + (l * HANGUL_N_V + v) * HANGUL_N_T;
    }
    if (s < HANGUL_N_S && s % HANGUL_N_T == 0 && t > 0 && t < HANGUL_N_T) {
        return first + t;
    }
    return ou_ucd_compose(first, second);
}

static void
points_compose(Points *p)
{
    size_t out = 0, starter = SIZE_MAX; /* of the last character of class 0 that was written */
    int class_before = 0;               /* of the character written last, if it is not the starter itself */
    for (size_t i = 0; i < p->n; i++) {
        Py_UCS4 code = p->items[i];
        int class = ou_ucd_combining(code);
        bool adjacent = starter != SIZE_MAX && starter + 1 == out;
        bool blocked = starter == SIZE_MAX || (!adjacent && class_before >= class);
        Py_UCS4 whole = blocked ? 0 : compose(p->items[starter], code);
        if (whole != 0) {
            p->items[starter] = whole;
            continue;
        }
        if (class == 0) {
            starter = out;
        }
        class_before = class;
        p->items[out++] = code;
    }
    p->n = out;
}

PyObject *
ou_ucd_normalize(PyObject *text, bool compatible, bool composed, bool old)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    if (PyUnicode_IS_ASCII(text)) { /* no ASCII character decomposes or combines */
        return Py_NewRef(text);
    }
    Points p = {.compatible = compatible, .old = old};
    PyObject *result = NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 code = PyUnicode_READ_CHAR(text, i);
        if ((code < 0x80 ? points_push(&p, code) : push_decomposed(&p, code)) < 0) {
            goto done;
        }
    }
    points_order(&p);
    if (composed) {
        points_compose(&p);
    }
    bool same = (size_t)n == p.n;
    for (Py_ssize_t i = 0; same && i < n; i++) {
        same = PyUnicode_READ_CHAR(text, i) == p.items[i];
    }
    result = same ? Py_NewRef(text) : PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, p.items, (Py_ssize_t)p.n);
done:
    PyMem_Free(p.items);
    return result;
}

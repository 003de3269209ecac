/* types/int_limbs.c - between our digits and GMP's limbs, and memory for GMP.
 *
 * Owns       the scratch of a running operation: one block, allocated before GMP is called and so refused as any
 *            other allocation is.  GMP's own temporary blocks are cut from its tail, last in first out.
 * Invariant  the lock is held from begin to end, so there is one innermost arena; mpn_ functions keep nothing.
 * Not here   the arithmetic (int_arith.c, int_power.c, int_text.c). */
#include "types/int_internal.h"

static OuLimbs *limbs_current;

static bool
arena_holds(const OuLimbs *limbs, const void *block)
{
    const char *at = block;
    return limbs != NULL && at >= (const char *)limbs->heap && at < limbs->arena_end;
}

static void *
gmp_alloc(size_t size)
{
    OuLimbs *limbs = limbs_current;
    size_t rounded = ou_align_up(size, 16);
    if (limbs != NULL && limbs->arena != NULL && (size_t)(limbs->arena_end - limbs->arena) >= rounded) {
        void *block = limbs->arena;
        limbs->arena += rounded;
        return block;
    }
    void *block = malloc(size);
    OU_CHECK(block != NULL, "GMP needs %zu bytes more than its arena has, and the system has none", size);
    return block;
}

static void
gmp_free(void *block, size_t size)
{
    OuLimbs *limbs = limbs_current;
    if (!arena_holds(limbs, block)) {
        free(block);
        return;
    }
    char *start = block;
    if (start + ou_align_up(size, 16) == limbs->arena) {
        limbs->arena = start; /* else it is lost until the operation ends: GMP frees in order as a rule */
    }
}

static void *
gmp_realloc(void *block, size_t old_size, size_t new_size)
{
    void *moved = gmp_alloc(new_size);
    memcpy(moved, block, old_size < new_size ? old_size : new_size);
    gmp_free(block, old_size);
    return moved;
}

int
ou_limbs_begin(OuLimbs *limbs, size_t n_limbs, size_t gmp_limbs)
{
    limbs->heap = NULL;
    limbs->arena = limbs->arena_end = NULL;
    limbs->next = limbs->local;
    if (OU_UNLIKELY(n_limbs > OU_LIMBS_LOCAL || gmp_limbs != 0)) {
        size_t total, size;
        if (ou_size_add(n_limbs, gmp_limbs, &total) || ou_size_mul(total, sizeof(mp_limb_t), &size)
            || size > PY_SSIZE_T_MAX - 64) {
            PyErr_NoMemory();
            return -1;
        }
        limbs->heap = PyMem_RawMalloc(size + 32);
        if (limbs->heap == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        limbs->next = limbs->heap;
        char *arena = (char *)limbs->heap + n_limbs * sizeof(mp_limb_t);
        limbs->arena = (char *)ou_align_up((size_t)(uintptr_t)arena, 16);
        limbs->arena_end = (char *)limbs->heap + size + 16;
        static bool installed;
        if (!installed) {
            installed = true;
            mp_set_memory_functions(gmp_alloc, gmp_realloc, gmp_free);
        }
    }
    limbs->outer = limbs_current;
    limbs_current = limbs;
    return 0;
}

void
ou_limbs_end(OuLimbs *limbs)
{
    OU_ASSERT(limbs_current == limbs);
    limbs_current = limbs->outer;
    if (OU_UNLIKELY(limbs->heap != NULL)) {
        PyMem_RawFree(limbs->heap);
    }
}

size_t
ou_limbs_from_digits(mp_limb_t *out, const digit *digits, Py_ssize_t n)
{
    mp_limb_t *to = out, limb = 0;
    unsigned bits = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        uint64_t d = digits[i];
        limb |= d << bits;
        bits += PyLong_SHIFT;
        if (bits >= 64) {
            *to++ = limb;
            bits -= 64;
            limb = d >> (PyLong_SHIFT - bits); /* bits is at most 29 here */
        }
    }
    if (limb != 0) {
        *to++ = limb;
    }
    while (to > out && to[-1] == 0) {
        to--;
    }
    return (size_t)(to - out);
}

/* Convert n limbs to exactly n_digits digits, which are known to hold them. */
static void
limbs_to_digits(digit *out, Py_ssize_t n_digits, const mp_limb_t *limbs, size_t n)
{
    size_t next = 0;
    uint64_t have = 0;
    unsigned bits = 0; /* of `have` that are not yet given out */
    for (Py_ssize_t i = 0; i < n_digits; i++) {
        if (bits < PyLong_SHIFT) {
            uint64_t limb = next < n ? limbs[next] : 0;
            next++;
            out[i] = (digit)((have | limb << bits) & PyLong_MASK);
            have = limb >> (PyLong_SHIFT - bits);
            bits += 64 - PyLong_SHIFT;
        }
        else {
            out[i] = (digit)(have & PyLong_MASK);
            have >>= PyLong_SHIFT;
            bits -= PyLong_SHIFT;
        }
    }
}

PyObject *
ou_int_from_limbs(const mp_limb_t *limbs, size_t n, bool negative)
{
    while (n > 0 && limbs[n - 1] == 0) {
        n--;
    }
    if (n <= 1) {
        return ou_int_from_sign_u64(negative, n == 0 ? 0 : limbs[0]);
    }
    size_t top_bits = ou_bit_length(limbs[n - 1]);
    size_t rest = n - 1;                         /* whole limbs below the top one */
    size_t odd_bits = rest % 15 * 64 + top_bits; /* 15 limbs are 32 digits */
    Py_ssize_t n_digits = (Py_ssize_t)(rest / 15 * 32 + (odd_bits + PyLong_SHIFT - 1) / PyLong_SHIFT);
    PyLongObject *op = ou_int_alloc(n_digits);
    if (op == NULL) {
        return NULL;
    }
    limbs_to_digits(op->ob_digit, n_digits, limbs, n);
    return ou_int_finish(op, negative);
}

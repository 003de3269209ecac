/* types/int_internal.h - what the files of int share.
 *
 *   digits   the int's own form: 30 bits each, least first, in `ob_digit`
 *   limbs    GMP's form: 64 bits each, least first; large operands are converted, computed on, converted back
 *   arena    memory that GMP takes its scratch from; allocated by us before the call, because GMP itself
 *            would abort where memory is refused */
#ifndef OU_TYPES_INT_INTERNAL_H
#define OU_TYPES_INT_INTERNAL_H

#include <gmp.h>
#include "types/int.h"

/* ---- making -------------------------------------------------------------------------------------------- */

/* New int of n digits, their values undefined; ob_size is n.  To be ended by ou_int_finish(), or given back by
 * ou_int_free() with ob_size as it is.  Errors MemoryError, OverflowError (more digits than memory has bytes). */
OU_MUST_USE PyLongObject *ou_int_alloc(Py_ssize_t n_digits);

/* Drop leading zero digits, set the sign, and return the permanent int or a smaller block where one is due.
 * Refs takes op, returns the result.  Errors MemoryError (op is freed then). */
OU_MUST_USE PyObject *ou_int_finish(PyLongObject *op, bool negative);

/* New int of sign and magnitude. */
OU_MUST_USE PyObject *ou_int_from_sign_u64(bool negative, uint64_t magnitude);
OU_MUST_USE PyObject *ou_int_from_sign_u128(bool negative, unsigned __int128 magnitude);

static inline bool
ou_int_is_negative(PyObject *op)
{
    return Py_SIZE(op) < 0;
}

/* Digits in use. */
static inline Py_ssize_t
ou_int_n_digits(PyObject *op)
{
    Py_ssize_t size = Py_SIZE(op);
    return size < 0 ? -size : size;
}

static inline const digit *
ou_int_digits(PyObject *op)
{
    return ((PyLongObject *)op)->ob_digit;
}

/* ---- limbs --------------------------------------------------------------------------------------------- */

enum {
    OU_LIMBS_LOCAL = 320,       /* limbs of scratch on the C stack before the heap is asked; arbitrary */
    OU_LIMBS_GMP_QUIET = 700,   /* GMP keeps to the C stack for operands of fewer limbs in all (measured: 2,000) */
};

/* Limbs of scratch, all of them allocated at once.  Not to be moved: GMP may know its arena. */
typedef struct OuLimbs {
    mp_limb_t *next;            /* the next to be handed out by take */
    void *heap;                 /* owned, or NULL */
    char *arena, *arena_end;    /* what GMP may still take */
    struct OuLimbs *outer;
    mp_limb_t local[OU_LIMBS_LOCAL];
} OuLimbs;

/* Make room for n_limbs that the caller will take, and gmp_limbs that GMP will.
 * Returns 0, or -1 with MemoryError set: nothing to end then. */
OU_MUST_USE int ou_limbs_begin(OuLimbs *limbs, size_t n_limbs, size_t gmp_limbs);
void ou_limbs_end(OuLimbs *limbs);

static inline mp_limb_t *
ou_limbs_take(OuLimbs *limbs, size_t n)
{
    mp_limb_t *taken = limbs->next;
    limbs->next += n;
    return taken;
}

/* GMP's scratch, in limbs, for operands of n limbs in all.  Measured with GMP 6.2, 10 % added; should it not do,
 * GMP gets plain system memory. */
static inline size_t
ou_limbs_for_multiply(size_t n)
{
    return n < OU_LIMBS_GMP_QUIET ? 0 : n * 4 + n / 4 + 4000;
}

static inline size_t
ou_limbs_for_divide(size_t n)
{
    return n < OU_LIMBS_GMP_QUIET ? 0 : n * 5 + 4000;
}

static inline size_t
ou_limbs_for_text(size_t n)
{
    return n < 20 ? 0 : n * 6 + n / 2 + 400;
}

/* Limbs that n digits need at most, and digits that n limbs need at most. */
static inline size_t
ou_limbs_of_digits(Py_ssize_t n)
{
    return (size_t)(n / 32 * 15 + (n % 32 * 30 + 63) / 64);
}

static inline Py_ssize_t
ou_digits_of_limbs(size_t n)
{
    return (Py_ssize_t)(n / 15 * 32 + (n % 15 * 64 + 29) / 30);
}

/* Convert; returns how many limbs without leading zeros.  `out` has room for ou_limbs_of_digits(n). */
size_t ou_limbs_from_digits(mp_limb_t *out, const digit *digits, Py_ssize_t n);
/* New int of sign and limbs (leading zeros allowed). */
OU_MUST_USE PyObject *ou_int_from_limbs(const mp_limb_t *limbs, size_t n, bool negative);

/* ---- methods that other files implement for int's tables ----------------------------------------------- */

#endif

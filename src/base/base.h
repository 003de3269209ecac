/* base/base.h - what every file of the runtime may lean on: branch hints,
 * checked size arithmetic, and assertions at three levels.
 *
 *   OU_CHECK        always on: what must never be, in any build (a count below
 *                   zero, a foreign pointer).  Cheap conditions only.
 *   OU_ASSERT       debug builds (-DOU_DEBUG): documentation that runs.
 *   OU_ASSERT_SLOW  debug builds: may walk a whole structure.
 *
 * All three print one line through the installed panic printer and abort.
 * Nothing here allocates. */
#ifndef OU_BASE_H
#define OU_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OU_LIKELY(cond)     __builtin_expect(!!(cond), 1)
#define OU_UNLIKELY(cond)   __builtin_expect(!!(cond), 0)
#define OU_ALWAYS_INLINE    inline __attribute__((always_inline))
#define OU_NOINLINE         __attribute__((noinline))
#define OU_COLD             __attribute__((noinline, cold))
#define OU_NORETURN         __attribute__((noreturn))
#define OU_MUST_USE         __attribute__((warn_unused_result))
#define OU_UNUSED           __attribute__((unused))
#define OU_PRINTF(f, a)     __attribute__((format(printf, f, a)))
#define OU_UNREACHABLE()    __builtin_unreachable()

/* Elements of a true array; a pointer here is a compile error in practice. */
#define OU_COUNT_OF(array)  (sizeof(array) / sizeof((array)[0]))

/* The struct that a member lies in. */
#define OU_CONTAINER(pointer, type, member) \
    ((type *)((char *)(pointer) - offsetof(type, member)))

#define OU_STATIC_ASSERT(cond, text)  _Static_assert(cond, text)

/* Address and thread sanitizers watch the C allocator; code that keeps blocks
 * of its own asks this to be kind to them. */
#if defined(__SANITIZE_ADDRESS__)
#  define OU_ASAN 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define OU_ASAN 1
#  endif
#endif
#ifndef OU_ASAN
#  define OU_ASAN 0
#endif

/* ---- panic ------------------------------------------------------------- */

/* What prints the last words.  `message` is one line without a newline.  The
 * printer must not allocate, and returns; the process is aborted after it. */
typedef void (*OuPanicPrinter)(const char *file, int line, const char *function, const char *message);

/* Install a printer (NULL: the plain one, to stderr).  Returns the one before. */
OuPanicPrinter ou_panic_set_printer(OuPanicPrinter printer);

/* Print and abort.  A panic inside the printer aborts at once. */
void ou_panic(const char *file, int line, const char *function, const char *format, ...)
    OU_PRINTF(4, 5) OU_NORETURN __attribute__((cold));

#define OU_PANIC(...)  ou_panic(__FILE__, __LINE__, __func__, __VA_ARGS__)

/* OU_CHECK(cond, "message with %s", ...): the message is a printf format. */
#define OU_CHECK(cond, ...)                     \
    do {                                        \
        if (OU_UNLIKELY(!(cond))) {             \
            OU_PANIC(__VA_ARGS__);              \
        }                                       \
    } while (0)

#ifdef OU_DEBUG
#  define OU_ASSERT(cond)       OU_CHECK(cond, "assertion failed: %s", #cond)
#  define OU_ASSERT_SLOW(cond)  OU_CHECK(cond, "structure is not valid: %s", #cond)
#else
#  define OU_ASSERT(cond)       ((void)0)
#  define OU_ASSERT_SLOW(cond)  ((void)0)
#endif

/* ---- checked sizes ------------------------------------------------------ */

/* *out = a + b.  Returns true on overflow (then *out is not to be used). */
static inline OU_MUST_USE bool
ou_size_add(size_t a, size_t b, size_t *out)
{
    return __builtin_add_overflow(a, b, out);
}

/* *out = a * b.  Returns true on overflow (then *out is not to be used). */
static inline OU_MUST_USE bool
ou_size_mul(size_t a, size_t b, size_t *out)
{
    return __builtin_mul_overflow(a, b, out);
}

/* The next multiple of `align`, a power of two.  The caller knows that it fits. */
static inline size_t
ou_align_up(size_t size, size_t align)
{
    return (size + (align - 1)) & ~(align - 1);
}

static inline size_t
ou_align_down(size_t size, size_t align)
{
    return size & ~(align - 1);
}

static inline bool
ou_is_power_of_two(size_t n)
{
    return n != 0 && (n & (n - 1)) == 0;
}

/* Bits needed to write n: 0 for 0, 1 for 1, 3 for 4. */
static inline unsigned
ou_bit_length(uint64_t n)
{
    return n == 0 ? 0 : 64 - (unsigned)__builtin_clzll(n);
}

#endif /* OU_BASE_H */

/* modules/_sre/sre.h - what the files of module _sre share.
 *
 * Glossary
 *   source     the list of ints that the standard library's re/_compiler.py makes; its opcodes are an interface (sre_source.h)
 *   program    what we run: the source verified and translated, words of 32 bits, at the end of the Pattern object
 *   unit       an instruction that tests one character and does nothing else; what simple repeats repeat
 *   set        a unit with a bitmap for the first 256 characters and a rule for the wider ones
 *   choice     what the matcher pushes to come back to: an untried way, or an old value to be put back
 *   frame      a choice that opens an assertion, an atomic group or a turn of a possessive repeat
 *   first set  the characters with which a match of a piece of program can begin
 *
 * Positions are counts of characters from the start of the subject, never pointers. */
#ifndef OU_MODULES_SRE_H
#define OU_MODULES_SRE_H

#include "object/alloc.h"
#include "object/args.h"
#include "object/hold.h"
#include "object/walk.h"

#include <structmember.h>

/* ---- the program ------------------------------------------------------------------------------------------------ */

/* Instructions, with their words.  `to`, `next`, ...: indexes into the program. */
enum {
    SRE_FAIL,        /* */
    SRE_MATCH,       /* the whole pattern has matched */
    SRE_SUB_END,     /* the innermost frame's body has matched */
    SRE_ANY,         /* unit: all but a newline */
    SRE_ANY_ALL,     /* unit: any character */
    SRE_CHAR,        /* unit: character */
    SRE_NOT_CHAR,    /* unit: character */
    SRE_SET,         /* unit: size of all, 8 words of bitmap, SreWide, items of the source's character set */
    SRE_LOCALE_CHAR, /* unit: negated, character; compared by the locale at run time */
    SRE_LOCALE_SET,  /* unit: size of all, SreFold, items */
    SRE_STRING,      /* n, n characters */
    SRE_AT,          /* code of a place, as in the source */
    SRE_MARK,        /* number of the mark */
    SRE_BACKREF,     /* group from 0, SreFold */
    SRE_IF_GROUP,    /* group from 0, to if it is unset */
    SRE_JUMP,        /* to */
    SRE_SPLIT,       /* preferred, other, SRE_FIRST_*, first set of preferred, first set of other */
    SRE_ASSERT,      /* next, characters back */
    SRE_ASSERT_NOT,  /* next, characters back */
    SRE_ATOMIC,      /* next */
    SRE_STAR,        /* next, min, max, SRE_TAIL_*, first set of what follows, unit: greedy */
    SRE_LAZY,        /* as SRE_STAR: as few as will do */
    SRE_POSSESSIVE,  /* as SRE_STAR: gives nothing back */
    SRE_LOOP_INIT,   /* loop, whether it can be entered again while choices of an earlier entry wait */
    SRE_LOOP_GREEDY, /* loop, min, max, next, 12 words unused; the body follows and jumps back here */
    SRE_LOOP_LAZY,
    SRE_LOOP_POSSESSIVE, /* each turn is a frame: its body ends in SRE_SUB_END */
};

enum { SRE_SET_WORDS = 8, SRE_SPLIT_WORDS = 20, SRE_REPEAT_WORDS = 13, SRE_LOOP_WORDS = 17 };

/* Flags of first sets.  A: preferred, B: other.  KNOWN: the piece can't match at another character, nor at the end. */
enum {
    SRE_FIRST_A_KNOWN = 1,
    SRE_FIRST_A_WIDE = 2, /* characters from 256 on may be in it */
    SRE_FIRST_B_KNOWN = 4,
    SRE_FIRST_B_WIDE = 8,
};
enum {
    SRE_TAIL_KNOWN = 1,
    SRE_TAIL_WIDE = 2,
    SRE_TAIL_APART = 4,      /* no character is both in the unit and in the first set of what follows: giving back is vain */
    SRE_TAIL_APART_WIDE = 8, /* the same for characters from 256 on */
};

typedef enum { SRE_FOLD_NONE, SRE_FOLD_ASCII, SRE_FOLD_UNICODE, SRE_FOLD_LOCALE } SreFold;

/* How a set treats characters from 256 on. */
typedef enum {
    SRE_WIDE_NONE,  /* none is in it */
    SRE_WIDE_ALL,   /* all are */
    SRE_WIDE_ITEMS, /* ask the items */
    SRE_WIDE_FOLD,  /* ask the items about the lower-case form */
} SreWide;

#define SRE_MAX_REPEAT 0xffffffffu  /* "no limit", from CPython 3.11 */
#define SRE_MAX_GROUPS (INT_MAX / 2) /* from CPython 3.11 */

/* ---- Pattern ---------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_VAR_HEAD       /* ob_size: words of the program and its prefix */
    Py_ssize_t groups;      /* number of groups, group 0 not counted */
    PyObject *groupindex;   /* dict: name to number */
    PyObject *indexgroup;   /* tuple: number to name or None */
    PyObject *pattern;      /* str, bytes-like or None */
    PyObject *weakreflist;
    int flags;
    int kind;               /* 's': for str, 'b': for bytes-like objects, 0: for both (the pattern is None) */
    uint32_t n_loops;
    uint32_t min_width;     /* no match is shorter */
    uint32_t n_prefix;      /* every match begins with so many characters ... */
    uint32_t prefix;        /* ... which stand here as words, and then as bytes if all are below 256 */
    uint32_t pivot;         /* index of the one that is probably rarest in a text */
    bool prefix_is_narrow;
    bool prefix_is_all;     /* the pattern is its prefix, without groups */
    bool anchored;          /* matches at the start of the subject alone */
    bool first_known, first_wide;
    uint32_t first[SRE_SET_WORDS];
    uint32_t program[];
} SrePattern;

/* A verified program before it has its object. */
typedef struct {
    uint32_t *words;
    size_t n, cap;
    uint32_t n_loops, min_width, n_prefix, prefix, pivot;
    bool prefix_is_narrow, prefix_is_all, anchored, first_known, first_wide;
    uint32_t first[SRE_SET_WORDS];
} SreProgram;

/* Verify and translate n words of source.
 * Returns 0, or -1 with RuntimeError (invalid code), MemoryError or RecursionError set; out->words is the caller's to free
 * by PyMem_Free in either case. */
OU_MUST_USE int ou_sre_translate(const uint32_t *source, size_t n, Py_ssize_t groups, SreProgram *out);

/* Fill in what speeds a verified program up: first sets, and giving back where it is vain. */
void ou_sre_analyse(SreProgram *program);

/* ---- sets of characters (sre_set.c) ----------------------------------------------------------------------------- */

/* Verify the items of a set at source[0 .. n), its closing SRE_SRC_FAILURE included.  Returns their words, or 0 if invalid. */
size_t ou_sre_set_verify(const uint32_t *source, size_t n);
/* Is ch in a verified set? */
bool ou_sre_set_has(const uint32_t *items, uint32_t ch);
/* The same by the locale: is either case of ch in it? */
bool ou_sre_set_has_locale(const uint32_t *items, uint32_t ch);
bool ou_sre_set_uses_locale(const uint32_t *items);
bool ou_sre_locale_same(uint32_t wanted, uint32_t ch);
uint32_t ou_sre_lower(SreFold fold, uint32_t ch);
bool ou_sre_is_word(uint32_t ch);        /* as re.UNICODE has it */
bool ou_sre_is_word_locale(uint32_t ch);
/* The bitmap of the first 256 characters of a set, and what to do with the others. */
SreWide ou_sre_set_bitmap(const uint32_t *items, SreFold fold, uint32_t bits[SRE_SET_WORDS]);

static inline bool
ou_sre_is_word_ascii(uint32_t ch)
{
    return ch < 128 && (Py_ISALNUM(ch) || ch == '_');
}

static inline bool
ou_sre_bit(const uint32_t *bits, uint32_t ch)
{
    return bits[ch >> 5] >> (ch & 31) & 1;
}

/* A set's answer for a character from 256 on. */
static inline bool
ou_sre_set_wide(const uint32_t *unit, uint32_t ch)
{
    switch (unit[2 + SRE_SET_WORDS]) {
    case SRE_WIDE_NONE:
        return false;
    case SRE_WIDE_ALL:
        return true;
    case SRE_WIDE_FOLD:
        ch = Py_UNICODE_TOLOWER(ch);
    }
    return ou_sre_set_has(unit + 3 + SRE_SET_WORDS, ch);
}

/* ---- matching --------------------------------------------------------------------------------------------------- */

typedef struct {
    uint32_t kind; /* CHOICE_* of sre_match_kind.inc */
    uint32_t pc;   /* instruction, mark or loop it is about */
    Py_ssize_t a, b;
} SreChoice;

typedef struct {
    Py_ssize_t count; /* turns begun */
    Py_ssize_t last;  /* where the last optional turn began, or -1 */
} SreLoop;

enum { SRE_FEW_MARKS = 16, SRE_FEW_LOOPS = 4, SRE_FEW_CHOICES = 48 }; /* arbitrary: what most patterns need, on the C stack */

/* A subject, and how far matching has got.  Lies on the C stack of a method, or in a Scanner. */
typedef struct {
    PyObject *string;   /* borrowed */
    Py_buffer buffer;   /* of a subject that is no str; buffer.obj is NULL without one */
    const void *chars;
    int char_size;      /* 1, 2 or 4 bytes */
    bool is_bytes;
    bool must_advance;  /* the next match must not be empty at `start` */
    Py_ssize_t pos, end; /* the part to look at, clamped */
    Py_ssize_t start;   /* in: where to look from; out: where the match begins */
    Py_ssize_t stop;    /* out: where it ends */
    Py_ssize_t n_marks, lastindex;
    Py_ssize_t *marks;  /* -1: unset */
    bool marks_dirty;
    SreLoop *loops;
    SreChoice *heap;    /* a stack of choices that outgrew the C stack's, kept for the next search */
    size_t heap_cap;
    unsigned ticks;     /* until signals are looked at */
    Py_ssize_t few_marks[SRE_FEW_MARKS];
    SreLoop few_loops[SRE_FEW_LOOPS];
} SreState;

typedef enum { SRE_AT_START, SRE_WHOLE, SRE_SEARCH } SreMode;

/* Ready a state for `string` from pos to end.  Returns 0, or -1 with TypeError, MemoryError or the buffer's error set;
 * then there is nothing to end. */
OU_MUST_USE int ou_sre_begin(SreState *state, SrePattern *pattern, PyObject *string, Py_ssize_t pos, Py_ssize_t end);
void ou_sre_end(SreState *state);

/* Match from state->start on.  The caller owns what the state borrows.
 * Returns  1 with start, stop and marks set; 0: no match; -1 with MemoryError or a signal handler's exception set.
 * RE-ENTRANT (signal handlers). */
OU_MUST_USE int ou_sre_run(SreState *state, SrePattern *pattern, SreMode mode);

/* After a match: where and how the next search begins, so that matches don't overlap. */
static inline void
ou_sre_advance(SreState *state)
{
    state->must_advance = state->stop == state->start;
    state->start = state->stop;
}

/* Double a stack of choices of which the first `n` are in use, off the C stack if need be.  MemoryError: NULL. */
SreChoice *ou_sre_grow(SreState *state, SreChoice *stack, size_t n, size_t *cap);

/* By the width of characters: one template three times. */
int ou_sre_search_1(SreState *state, SrePattern *pattern, SreMode mode);
int ou_sre_search_2(SreState *state, SrePattern *pattern, SreMode mode);
int ou_sre_search_4(SreState *state, SrePattern *pattern, SreMode mode);

/* ---- Match and Scanner ------------------------------------------------------------------------------------------ */

typedef struct {
    PyObject_VAR_HEAD
    PyObject *string;  /* the subject */
    PyObject *regs;    /* tuple of spans, made when asked for */
    SrePattern *pattern;
    Py_ssize_t pos, endpos;
    Py_ssize_t lastindex; /* -1: no group matched */
    Py_ssize_t groups;    /* group 0 included */
    Py_ssize_t mark[];    /* start and end of each; -1: unset */
} SreMatch;

extern PyTypeObject ou_sre_pattern_type, ou_sre_match_type, ou_sre_scanner_type;

/* The Match of a state after ou_sre_run gave `status`; None for 0, NULL for -1. */
PyObject *ou_sre_match_new(SrePattern *pattern, SreState *state, int status);

/* string[start:end] of a state's subject, as str or bytes.  Refs new. */
PyObject *ou_sre_slice(SreState *state, Py_ssize_t start, Py_ssize_t end);
/* The same of a group from 1 on, or `unset` (which may be NULL: then the empty text). */
PyObject *ou_sre_group(SreState *state, Py_ssize_t group, PyObject *unset);

/* The arguments pos and endpos or a count, where given.  -1: TypeError, OverflowError.  RE-ENTRANT (__index__). */
OU_MUST_USE int ou_sre_ssize(PyObject *arg, Py_ssize_t *value);

/* Pattern.scanner() and Pattern.finditer(). */
PyObject *ou_sre_scanner_new(SrePattern *pattern, PyObject *string, Py_ssize_t pos, Py_ssize_t end);

/* Pattern.split(), sub(), subn() (sre_replace.c). */
PyObject *ou_sre_pattern_split(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames);
PyObject *ou_sre_pattern_sub(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames);
PyObject *ou_sre_pattern_subn(PyObject *self, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames);

#endif

/* modules/_sre/sre_translate.c - from the source that re/_compiler.py makes to a program that can be run without a check.
 *
 * Owns       the rules of what source is valid: every skip stays inside its block, every operand in its range, and each
 *            jump of the program is ours.
 * Invariant  a translated program ends in SRE_MATCH; frames and SRE_SUB_END nest; loops are numbered, each used by one piece.
 * Not here   first sets (sre_analyse.c), sets of characters (sre_set.c). */
#include "modules/_sre/sre.h"
#include "modules/_sre/sre_source.h"

typedef struct {
    const uint32_t *source;
    Py_ssize_t groups;
    SreProgram *out;
    int in_frame;  /* depth of frames: SUCCESS ends the innermost, or the match */
    int in_repeat; /* depth of repeats: a loop in one is entered again */
} Translation;

static int
invalid(void)
{
    PyErr_SetString(PyExc_RuntimeError, "invalid SRE code");
    return -1;
}

/* Append n words (zeros if `words` is NULL).  -1: MemoryError. */
static OU_MUST_USE int
emit(Translation *t, const uint32_t *words, size_t n)
{
    SreProgram *out = t->out;
    if (n > out->cap - out->n) {
        size_t cap = out->cap + out->cap / 2 + n + 32, bytes;
        uint32_t *grown =
            cap > UINT32_MAX / 2 || ou_size_mul(cap, sizeof *grown, &bytes) ? NULL : PyMem_Realloc(out->words, bytes);
        if (grown == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        out->words = grown;
        out->cap = cap;
    }
    if (words != NULL) {
        memcpy(out->words + out->n, words, n * sizeof *words);
    }
    else {
        memset(out->words + out->n, 0, n * sizeof *words);
    }
    out->n += n;
    return 0;
}

#define EMIT(...) emit(t, (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))
#define HERE ((uint32_t)t->out->n)
#define PATCH(at, value) (t->out->words[at] = (value))

/* The sum of two widths, which stops at the largest. */
static uint32_t
add_width(uint32_t a, uint64_t b)
{
    return a + b > UINT32_MAX ? UINT32_MAX : (uint32_t)(a + b);
}

/* ---- units ------------------------------------------------------------------------------------------------------ */

static OU_MUST_USE int
emit_set(Translation *t, const uint32_t *items, size_t n_items, SreFold fold)
{
    if (fold == SRE_FOLD_LOCALE || ou_sre_set_uses_locale(items)) {
        return EMIT(SRE_LOCALE_SET, (uint32_t)n_items + 3, fold) < 0 ? -1 : emit(t, items, n_items);
    }
    uint32_t head[3 + SRE_SET_WORDS] = {SRE_SET, (uint32_t)n_items + 3 + SRE_SET_WORDS};
    head[2 + SRE_SET_WORDS] = ou_sre_set_bitmap(items, fold, head + 2);
    return emit(t, head, OU_COUNT_OF(head)) < 0 ? -1 : emit(t, items, n_items);
}

/* A character that matches in either case, as a set of one; the compiler has put it into lower case. */
static OU_MUST_USE int
emit_folded(Translation *t, uint32_t ch, bool negated, SreFold fold)
{
    uint32_t items[] = {SRE_SRC_NEGATE, SRE_SRC_LITERAL, ch, SRE_SRC_FAILURE};
    return emit_set(t, items + !negated, 4 - !negated, fold);
}

/* The unit at source[i], if there is one: its words in *size, 0 if it is something else.  -1 with an error set. */
static OU_MUST_USE int
translate_unit(Translation *t, size_t i, size_t end, size_t *size)
{
    const uint32_t *s = t->source + i;
    uint32_t op = s[0];
    *size = 0;
    switch (op) {
    case SRE_SRC_ANY:
    case SRE_SRC_ANY_ALL: *size = 1; return EMIT(op == SRE_SRC_ANY ? SRE_ANY : SRE_ANY_ALL);
    case SRE_SRC_LITERAL:
    case SRE_SRC_NOT_LITERAL:
    case SRE_SRC_LITERAL_IGNORE:
    case SRE_SRC_NOT_LITERAL_IGNORE:
    case SRE_SRC_LITERAL_LOC_IGNORE:
    case SRE_SRC_NOT_LITERAL_LOC_IGNORE:
    case SRE_SRC_LITERAL_UNI_IGNORE:
    case SRE_SRC_NOT_LITERAL_UNI_IGNORE:
    case SRE_SRC_CATEGORY:
        if (end - i < 2) {
            return invalid();
        }
        *size = 2;
        break;
    case SRE_SRC_IN:
    case SRE_SRC_IN_IGNORE:
    case SRE_SRC_IN_LOC_IGNORE:
    case SRE_SRC_IN_UNI_IGNORE: {
        if (end - i < 3 || s[1] < 2 || s[1] > end - i - 1) {
            return invalid();
        }
        size_t n_items = ou_sre_set_verify(s + 2, s[1] - 1);
        if (n_items != s[1] - 1) {
            return invalid();
        }
        *size = 1 + s[1];
        return emit_set(t, s + 2, n_items,
                        op == SRE_SRC_IN              ? SRE_FOLD_NONE
                        : op == SRE_SRC_IN_IGNORE     ? SRE_FOLD_ASCII
                        : op == SRE_SRC_IN_LOC_IGNORE ? SRE_FOLD_LOCALE
                                                      : SRE_FOLD_UNICODE);
    }
    default: return 0;
    }
    switch (op) {
    case SRE_SRC_LITERAL: return EMIT(SRE_CHAR, s[1]);
    case SRE_SRC_NOT_LITERAL: return EMIT(SRE_NOT_CHAR, s[1]);
    case SRE_SRC_LITERAL_IGNORE:
    case SRE_SRC_NOT_LITERAL_IGNORE: return emit_folded(t, s[1], op == SRE_SRC_NOT_LITERAL_IGNORE, SRE_FOLD_ASCII);
    case SRE_SRC_LITERAL_UNI_IGNORE:
    case SRE_SRC_NOT_LITERAL_UNI_IGNORE: return emit_folded(t, s[1], op == SRE_SRC_NOT_LITERAL_UNI_IGNORE, SRE_FOLD_UNICODE);
    case SRE_SRC_CATEGORY: {
        uint32_t items[] = {SRE_SRC_CATEGORY, s[1], SRE_SRC_FAILURE};
        return s[1] >= SRE_N_CAT ? invalid() : emit_set(t, items, 3, SRE_FOLD_NONE);
    }
    default: return EMIT(SRE_LOCALE_CHAR, op == SRE_SRC_NOT_LITERAL_LOC_IGNORE, s[1]);
    }
}

/* ---- blocks ----------------------------------------------------------------------------------------------------- */

static int translate_block(Translation *t, size_t i, size_t end, bool may_jump, uint32_t *width, size_t *stopped);

/* A block that fills source[i .. end) exactly. */
static OU_MUST_USE int
translate_whole(Translation *t, size_t i, size_t end, uint32_t *width)
{
    size_t stopped;
    return i > end ? invalid() : translate_block(t, i, end, false, width, &stopped);
}

/* A skip at source[i], counted from itself: its target if that is beyond `least` words and within the block, else 0. */
static size_t
skip_target(Translation *t, size_t i, size_t end, uint32_t least)
{
    return i < end && t->source[i] >= least && t->source[i] <= end - i ? i + t->source[i] : 0;
}

/* BRANCH: alternatives, each a skip, a block and a JUMP to the common end; a zero after the last. */
static OU_MUST_USE int
translate_branch(Translation *t, size_t i, size_t end, uint32_t *width, size_t *after)
{
    const uint32_t *s = t->source;
    size_t last = i + 1, n = 0;
    while (last < end && s[last] != 0) {
        size_t next = skip_target(t, last, end, 3);
        if (next == 0 || s[next - 2] != SRE_SRC_JUMP) {
            return invalid();
        }
        last = next;
        n++;
    }
    if (last >= end || n == 0) {
        return invalid();
    }
    *after = last + 1;
    *width = UINT32_MAX;
    uint32_t pending = 0; /* jumps to the end, linked through their targets; 0: none, as no jump's word has index 0 */
    for (size_t at = i + 1; at != last; at += s[at]) {
        size_t stop = at + s[at];
        uint32_t split = HERE, alternative;
        bool more = stop != last;
        if (s[stop - 1] != *after - (stop - 1)) {
            return invalid();
        }
        if (more && (EMIT(SRE_SPLIT) < 0 || emit(t, NULL, SRE_SPLIT_WORDS - 1) < 0)) {
            return -1;
        }
        if (more) {
            PATCH(split + 1, HERE);
        }
        if (translate_whole(t, at + 1, stop - 2, &alternative) < 0) {
            return -1;
        }
        *width = alternative < *width ? alternative : *width;
        if (more) {
            if (EMIT(SRE_JUMP, pending) < 0) {
                return -1;
            }
            pending = HERE - 1;
            PATCH(split + 2, HERE);
        }
    }
    while (pending != 0) {
        uint32_t next = t->out->words[pending];
        PATCH(pending, HERE);
        pending = next;
    }
    return 0;
}

/* GROUPREF_EXISTS group skip yes [JUMP skip no]. */
static OU_MUST_USE int
translate_condition(Translation *t, size_t i, size_t end, uint32_t *width, size_t *after)
{
    const uint32_t *s = t->source;
    size_t yes_end = end - i < 3 ? 0 : skip_target(t, i + 2, end + 1, 2);
    if (yes_end == 0 || s[i + 1] >= (size_t)t->groups) {
        return invalid();
    }
    yes_end--;
    uint32_t condition = HERE, yes_width, no_width = 0;
    size_t stopped;
    if (EMIT(SRE_IF_GROUP, s[i + 1], 0) < 0 || translate_block(t, i + 3, yes_end, true, &yes_width, &stopped) < 0) {
        return -1;
    }
    *after = yes_end;
    if (stopped != yes_end) { /* at a JUMP over the other block */
        size_t no_end = skip_target(t, yes_end - 1, end, 1);
        if (no_end == 0) {
            return invalid();
        }
        uint32_t jump = HERE;
        if (EMIT(SRE_JUMP, 0) < 0) {
            return -1;
        }
        PATCH(condition + 2, HERE);
        if (translate_whole(t, yes_end, no_end, &no_width) < 0) {
            return -1;
        }
        PATCH(jump + 1, HERE);
        *after = no_end;
    }
    else {
        PATCH(condition + 2, HERE);
    }
    *width = yes_width < no_width ? yes_width : no_width;
    return 0;
}

/* ASSERT, ASSERT_NOT, ATOMIC_GROUP: a block in a frame. */
static OU_MUST_USE int
translate_frame(Translation *t, size_t i, size_t end, uint32_t *width, size_t *after)
{
    const uint32_t *s = t->source;
    bool atomic = s[i] == SRE_SRC_ATOMIC_GROUP;
    size_t body = i + 2 + !atomic, next = skip_target(t, i + 1, end, 2 + !atomic);
    if (next == 0 || s[next - 1] != SRE_SRC_SUCCESS || (!atomic && s[i + 2] > INT_MAX)) {
        return invalid();
    }
    uint32_t at = HERE, inner;
    int status = atomic ? EMIT(SRE_ATOMIC, 0) : EMIT(s[i] == SRE_SRC_ASSERT ? SRE_ASSERT : SRE_ASSERT_NOT, 0, s[i + 2]);
    t->in_frame++;
    if (status < 0 || translate_whole(t, body, next - 1, &inner) < 0 || EMIT(SRE_SUB_END) < 0) {
        return -1;
    }
    t->in_frame--;
    PATCH(at + 1, HERE);
    *width = atomic ? inner : 0;
    *after = next;
    return 0;
}

/* REPEAT_ONE and its kin: skip, min, max, a unit, SUCCESS. */
static OU_MUST_USE int
translate_repeat_one(Translation *t, size_t i, size_t end, uint32_t *width, size_t *after)
{
    const uint32_t *s = t->source;
    size_t next = skip_target(t, i + 1, end, 5), size;
    if (next == 0 || s[i + 2] > s[i + 3]) {
        return invalid();
    }
    uint32_t at = HERE;
    uint32_t op = s[i] == SRE_SRC_REPEAT_ONE ? SRE_STAR : s[i] == SRE_SRC_MIN_REPEAT_ONE ? SRE_LAZY : SRE_POSSESSIVE;
    if (EMIT(op, 0, s[i + 2], s[i + 3]) < 0 || emit(t, NULL, SRE_REPEAT_WORDS - 4) < 0
        || translate_unit(t, i + 4, next, &size) < 0) {
        return -1;
    }
    if (size == 0 || i + 4 + size + 1 != next || s[next - 1] != SRE_SRC_SUCCESS) {
        return invalid();
    }
    PATCH(at + 1, HERE);
    *width = s[i + 2];
    *after = next;
    return 0;
}

/* X*, X+, X? of an X that is never empty: nothing to count, and no turn can stand still. */
static int
patch_split(Translation *t, uint32_t split, bool lazy, uint32_t body, uint32_t exit)
{
    PATCH(split, SRE_SPLIT);
    PATCH(split + 1, lazy ? exit : body);
    PATCH(split + 2, lazy ? body : exit);
    return 0;
}

/* REPEAT skip min max body, then MAX_UNTIL or MIN_UNTIL; POSSESSIVE_REPEAT ..., then SUCCESS. */
static OU_MUST_USE int
translate_repeat(Translation *t, size_t i, size_t end, uint32_t *width, size_t *after)
{
    const uint32_t *s = t->source;
    size_t until = skip_target(t, i + 1, end, 3);
    if (until == 0 || until >= end || s[i + 2] > s[i + 3]) {
        return invalid();
    }
    uint32_t min = s[i + 2], max = s[i + 3], inner;
    bool possessive = s[i] == SRE_SRC_POSSESSIVE_REPEAT, lazy = s[until] == SRE_SRC_MIN_UNTIL;
    if (possessive ? s[until] != SRE_SRC_SUCCESS : !lazy && s[until] != SRE_SRC_MAX_UNTIL) {
        return invalid();
    }
    uint32_t start = HERE, head, loop = t->out->n_loops++;
    /* What stands before the body is as long in each form, so that the form can be chosen when the body's width is known. */
    OU_STATIC_ASSERT(SRE_SPLIT_WORDS == 3 + SRE_LOOP_WORDS, "a split is as long as the head of a loop");
    if (EMIT(SRE_LOOP_INIT, loop, t->in_repeat > 0) < 0) {
        return -1;
    }
    head = HERE;
    uint32_t op = possessive ? SRE_LOOP_POSSESSIVE : lazy ? SRE_LOOP_LAZY : SRE_LOOP_GREEDY;
    if (EMIT(op, loop, min, max, 0) < 0 || emit(t, NULL, SRE_LOOP_WORDS - 5) < 0) {
        return -1;
    }
    uint32_t body = HERE;
    t->in_repeat++;
    t->in_frame += possessive;
    if (translate_whole(t, i + 4, until, &inner) < 0) {
        return -1;
    }
    t->in_repeat--;
    t->in_frame -= possessive;
    *after = until + 1;
    uint64_t least = (uint64_t)min * inner;
    *width = least > UINT32_MAX ? UINT32_MAX : (uint32_t)least;
    bool once = !possessive && min == 0 && max == 1;
    bool unbounded = !possessive && inner > 0 && max == SRE_MAX_REPEAT && min <= 1;
    if ((once || unbounded) && t->out->n_loops == loop + 1) {
        t->out->n_loops = loop; /* nothing is counted */
    }
    if (once) {
        return patch_split(t, start, lazy, body, HERE);
    }
    if (unbounded) {
        if (min == 1) { /* the first turn is not asked for: the split stands behind the body */
            memset(&t->out->words[start], 0, SRE_SPLIT_WORDS * sizeof(uint32_t)); /* SRE_FAIL */
            PATCH(start, SRE_JUMP);
            PATCH(start + 1, body);
            uint32_t split = HERE;
            if (emit(t, NULL, SRE_SPLIT_WORDS) < 0) {
                return -1;
            }
            return patch_split(t, split, lazy, body, HERE);
        }
        return EMIT(SRE_JUMP, start) < 0 ? -1 : patch_split(t, start, lazy, body, HERE);
    }
    if (possessive ? EMIT(SRE_SUB_END) < 0 : EMIT(SRE_JUMP, head) < 0) {
        return -1;
    }
    PATCH(head + 4, HERE);
    return 0;
}

static SreFold
reference_fold(uint32_t op)
{
    return op == SRE_SRC_GROUPREF            ? SRE_FOLD_NONE
         : op == SRE_SRC_GROUPREF_IGNORE     ? SRE_FOLD_ASCII
         : op == SRE_SRC_GROUPREF_LOC_IGNORE ? SRE_FOLD_LOCALE
                                             : SRE_FOLD_UNICODE;
}

/* Translate source[i .. end).  *width: no match of it is shorter.  With may_jump, a JUMP that fills the last two words ends the
 * block, and *stopped is where it stands; else it is `end`. */
static OU_MUST_USE int
translate_block_inner(Translation *t, size_t i, size_t end, bool may_jump, uint32_t *width, size_t *stopped)
{
    const uint32_t *s = t->source;
    *width = 0;
    while (i < end) {
        uint32_t op = s[i], piece = 0;
        size_t after = i + 1, size;
        int status = 0;
        switch (op) {
        case SRE_SRC_FAILURE: status = EMIT(SRE_FAIL); break;
        case SRE_SRC_SUCCESS: status = EMIT(t->in_frame > 0 ? SRE_SUB_END : SRE_MATCH); break;
        case SRE_SRC_LITERAL: {
            uint32_t n = 1;
            while (end - i >= 2 * ((size_t)n + 1) && s[i + 2 * n] == SRE_SRC_LITERAL) {
                n++;
            }
            if (n == 1) {
                goto unit;
            }
            status = EMIT(SRE_STRING, n);
            for (uint32_t k = 0; status == 0 && k < n; k++) {
                status = emit(t, &s[i + 2 * k + 1], 1);
            }
            after = i + 2 * n;
            piece = n;
            break;
        }
        case SRE_SRC_AT:
        case SRE_SRC_MARK:
        case SRE_SRC_GROUPREF:
        case SRE_SRC_GROUPREF_IGNORE:
        case SRE_SRC_GROUPREF_LOC_IGNORE:
        case SRE_SRC_GROUPREF_UNI_IGNORE:
            after = i + 2;
            if (end - i < 2
                || s[i + 1] >= (op == SRE_SRC_AT     ? SRE_N_AT
                                : op == SRE_SRC_MARK ? 2 * (size_t)t->groups
                                                     : (size_t)t->groups)) {
                return invalid();
            }
            status = op == SRE_SRC_AT   ? EMIT(SRE_AT, s[i + 1])
                   : op == SRE_SRC_MARK ? EMIT(SRE_MARK, s[i + 1])
                                        : EMIT(SRE_BACKREF, s[i + 1], reference_fold(op));
            break;
        case SRE_SRC_BRANCH: status = translate_branch(t, i, end, &piece, &after); break;
        case SRE_SRC_GROUPREF_EXISTS: status = translate_condition(t, i, end, &piece, &after); break;
        case SRE_SRC_ASSERT:
        case SRE_SRC_ASSERT_NOT:
        case SRE_SRC_ATOMIC_GROUP: status = translate_frame(t, i, end, &piece, &after); break;
        case SRE_SRC_REPEAT_ONE:
        case SRE_SRC_MIN_REPEAT_ONE:
        case SRE_SRC_POSSESSIVE_REPEAT_ONE: status = translate_repeat_one(t, i, end, &piece, &after); break;
        case SRE_SRC_REPEAT:
        case SRE_SRC_POSSESSIVE_REPEAT: status = translate_repeat(t, i, end, &piece, &after); break;
        case SRE_SRC_JUMP:
            if (may_jump && end - i == 2) {
                *stopped = i;
                return 0;
            }
            return invalid();
        default:
unit:
            status = translate_unit(t, i, end, &size);
            if (status == 0 && size == 0) {
                return invalid();
            }
            after = i + size;
            piece = 1;
        }
        if (status < 0) {
            return -1;
        }
        *width = add_width(*width, piece);
        i = after;
    }
    *stopped = end;
    return 0;
}

static OU_MUST_USE int
translate_block(Translation *t, size_t i, size_t end, bool may_jump, uint32_t *width, size_t *stopped)
{
    if (ou_recursion_enter(" in compile()") < 0) {
        return -1;
    }
    int status = translate_block_inner(t, i, end, may_jump, width, stopped);
    ou_recursion_leave();
    return status;
}

/* How common a byte is in texts, roughly: letters by their frequency in English, the rest rare. */
static int
commonness(uint8_t byte)
{
    static const char letters[] = "zqjxkvbpgwyfmculdhrsnioate ";
    const char *place = byte != 0 ? strchr(letters, byte) : NULL;
    return place == NULL ? 4 : (int)(place - letters);
}

/* The literal prefix of an INFO block at the source's start, behind the program's end. */
static OU_MUST_USE int
translate_info(Translation *t, const uint32_t *info, size_t n)
{
    SreProgram *out = t->out;
    if (n < 5 || !(info[2] & SRE_INFO_PREFIX)) {
        return 0;
    }
    if (n < 7 || info[5] == 0 || info[5] > (n - 7) / 2) {
        return invalid();
    }
    out->n_prefix = info[5];
    out->prefix = HERE;
    out->prefix_is_all = (info[2] & SRE_INFO_LITERAL) != 0;
    out->prefix_is_narrow = true;
    for (uint32_t k = 0; k < out->n_prefix; k++) {
        out->prefix_is_narrow = out->prefix_is_narrow && info[7 + k] < 256;
    }
    if (emit(t, info + 7, out->n_prefix) < 0 || emit(t, NULL, out->n_prefix / 4 + 1) < 0) {
        return -1;
    }
    uint8_t *bytes = (uint8_t *)(out->words + out->prefix + out->n_prefix);
    for (uint32_t k = 0; k < out->n_prefix; k++) {
        bytes[k] = (uint8_t)info[7 + k];
        if (commonness(bytes[k]) < commonness(bytes[out->pivot])) {
            out->pivot = k;
        }
    }
    return 0;
}

int
ou_sre_translate(const uint32_t *source, size_t n, Py_ssize_t groups, SreProgram *out)
{
    Translation t = {.source = source, .groups = groups, .out = out};
    memset(out, 0, sizeof *out);
    if (groups < 0 || groups > SRE_MAX_GROUPS || n == 0 || source[n - 1] != SRE_SRC_SUCCESS) {
        return invalid();
    }
    const uint32_t match = SRE_MATCH;
    size_t start = 0;
    if (source[0] == SRE_SRC_INFO) {
        start = skip_target(&t, 1, n, 4);
        if (start == 0) {
            return invalid();
        }
    }
    if (start == n) {
        return invalid();
    }
    if (translate_whole(&t, start, n - 1, &out->min_width) < 0 || emit(&t, &match, 1) < 0) {
        return -1;
    }
    /* A width that is known only as "very long" would say that nothing can match. */
    out->min_width = out->min_width > INT_MAX ? INT_MAX : out->min_width;
    ou_sre_analyse(out);
    return start == 0 ? 0 : translate_info(&t, source, start);
}

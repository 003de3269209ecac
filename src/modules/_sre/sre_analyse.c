/* modules/_sre/sre_analyse.c - what a program can begin with: less to try, less to remember.
 *
 * A first set lets the matcher pass over an alternative that must fail at its first character, and push no choice that could
 * only fail.  Neither can be seen from outside: a way that fails leaves nothing behind.
 *
 * Invariant  a first set may be too large, never too small.
 * Not here   the literal prefix, which the source brings along (sre_translate.c). */
#include "modules/_sre/sre.h"
#include "modules/_sre/sre_source.h"

enum { FUEL = 48 }; /* instructions looked at for one set; arbitrary */

typedef struct {
    uint32_t bits[SRE_SET_WORDS];
    bool wide; /* characters from 256 on may be in it */
    bool any;  /* nothing is known: it may match the empty string, or was too long to look at */
    int fuel;
} First;

static void
first_add(First *first, uint32_t ch)
{
    if (ch < 256) {
        first->bits[ch >> 5] |= 1u << (ch & 31);
    }
    else {
        first->wide = true;
    }
}

/* Add what a unit matches. */
static void
first_add_unit(First *first, const uint32_t *unit)
{
    switch (unit[0]) {
    case SRE_CHAR: first_add(first, unit[1]); break;
    case SRE_SET:
        for (int i = 0; i < SRE_SET_WORDS; i++) {
            first->bits[i] |= unit[2 + i];
        }
        first->wide |= unit[2 + SRE_SET_WORDS] != SRE_WIDE_NONE;
        break;
    case SRE_ANY:
    case SRE_NOT_CHAR: {
        uint32_t but = unit[0] == SRE_ANY ? '\n' : unit[1];
        for (uint32_t i = 0; i < SRE_SET_WORDS; i++) {
            first->bits[i] |= but >> 5 == i ? ~(1u << (but & 31)) : UINT32_MAX;
        }
        first->wide = true;
        break;
    }
    default: memset(first->bits, 0xff, sizeof first->bits); first->wide = true;
    }
}

static size_t
words_of(const uint32_t *pc)
{
    switch (pc[0]) {
    case SRE_FAIL:
    case SRE_MATCH:
    case SRE_SUB_END:
    case SRE_ANY:
    case SRE_ANY_ALL: return 1;
    case SRE_CHAR:
    case SRE_NOT_CHAR:
    case SRE_AT:
    case SRE_MARK:
    case SRE_JUMP:
    case SRE_ATOMIC: return 2;
    case SRE_SET:
    case SRE_LOCALE_SET: return pc[1];
    case SRE_STRING: return 2 + pc[1];
    case SRE_SPLIT: return SRE_SPLIT_WORDS;
    case SRE_STAR:
    case SRE_LAZY:
    case SRE_POSSESSIVE: return SRE_REPEAT_WORDS + words_of(pc + SRE_REPEAT_WORDS); /* a unit, so no deeper */
    case SRE_LOOP_GREEDY:
    case SRE_LOOP_LAZY:
    case SRE_LOOP_POSSESSIVE: return SRE_LOOP_WORDS;
    default: return 3;
    }
}

/* Add what the program can begin with at `at`.  Recursion is as deep as the fuel at most. */
static void
first_of(const uint32_t *program, uint32_t at, First *first)
{
    for (;;) {
        const uint32_t *pc = program + at;
        if (first->any || first->fuel-- <= 0) {
            first->any = true;
            return;
        }
        switch (pc[0]) {
        case SRE_FAIL: return;
        case SRE_MATCH:
        case SRE_SUB_END:
        case SRE_BACKREF: first->any = true; return;
        case SRE_STRING: first_add(first, pc[2]); return;
        case SRE_AT:
        case SRE_MARK:
        case SRE_LOOP_INIT:
        case SRE_ATOMIC: at += (uint32_t)words_of(pc); break;
        case SRE_ASSERT:
        case SRE_ASSERT_NOT:
        case SRE_JUMP: at = pc[1]; break;
        case SRE_IF_GROUP:
            first_of(program, at + 3, first);
            at = pc[2];
            break;
        case SRE_SPLIT:
            first_of(program, pc[1], first);
            at = pc[2];
            break;
        case SRE_STAR:
        case SRE_LAZY:
        case SRE_POSSESSIVE:
            if (pc[3] > 0) {
                first_add_unit(first, pc + SRE_REPEAT_WORDS);
            }
            if (pc[2] > 0) {
                return;
            }
            at = pc[1];
            break;
        case SRE_LOOP_GREEDY:
        case SRE_LOOP_LAZY:
        case SRE_LOOP_POSSESSIVE:
            first_of(program, at + SRE_LOOP_WORDS, first);
            at = pc[4];
            break;
        default: first_add_unit(first, pc); return;
        }
    }
}

static First
first_at(const uint32_t *program, uint32_t at)
{
    First first = {.fuel = FUEL};
    first_of(program, at, &first);
    return first;
}

static void
analyse_split(uint32_t *program, uint32_t at)
{
    First a = first_at(program, program[at + 1]), b = first_at(program, program[at + 2]);
    program[at + 3] = (a.any ? 0 : SRE_FIRST_A_KNOWN) | (a.wide ? SRE_FIRST_A_WIDE : 0) | (b.any ? 0 : SRE_FIRST_B_KNOWN)
                    | (b.wide ? SRE_FIRST_B_WIDE : 0);
    memcpy(&program[at + 4], a.bits, sizeof a.bits);
    memcpy(&program[at + 4 + SRE_SET_WORDS], b.bits, sizeof b.bits);
}

static void
analyse_repeat(uint32_t *program, uint32_t at)
{
    First tail = first_at(program, program[at + 1]), unit = {0};
    first_add_unit(&unit, program + at + SRE_REPEAT_WORDS);
    bool locale = program[at + SRE_REPEAT_WORDS] >= SRE_LOCALE_CHAR;
    uint32_t common = 0;
    for (int i = 0; i < SRE_SET_WORDS; i++) {
        common |= unit.bits[i] & tail.bits[i];
    }
    bool apart = !tail.any && !locale && common == 0;
    uint32_t next = program[program[at + 1]];
    if (program[at] == SRE_STAR && (next == SRE_MATCH || next == SRE_SUB_END)) {
        apart = true; /* a shorter run can't end the match where a longer one may not; a frame ends with the first that does */
        unit.wide = false;
    }
    program[at + 4] = (tail.any ? 0 : SRE_TAIL_KNOWN) | (tail.wide ? SRE_TAIL_WIDE : 0) | (apart ? SRE_TAIL_APART : 0)
                    | (apart && !(unit.wide && tail.wide) ? SRE_TAIL_APART_WIDE : 0);
    memcpy(&program[at + 5], tail.bits, sizeof tail.bits);
}

void
ou_sre_analyse(SreProgram *p)
{
    for (uint32_t at = 0; at < p->n; at += (uint32_t)words_of(p->words + at)) {
        if (p->words[at] == SRE_SPLIT) {
            analyse_split(p->words, at);
        }
        else if (p->words[at] >= SRE_STAR && p->words[at] <= SRE_POSSESSIVE) {
            analyse_repeat(p->words, at);
        }
    }
    First first = first_at(p->words, 0);
    p->first_known = !first.any;
    p->first_wide = first.wide;
    memcpy(p->first, first.bits, sizeof p->first);
    p->anchored = p->words[0] == SRE_AT && (p->words[1] == SRE_AT_BEGINNING || p->words[1] == SRE_AT_BEGINNING_STRING);
}

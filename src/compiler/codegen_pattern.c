/* compiler/codegen_pattern.c - match statements.
 *
 * A pattern is tested against a register that stays as it is.  What a pattern takes apart lies in temporaries above the
 * case's base; names are bound only when the whole pattern has matched, from where their values lie.  When a test fails
 * with k temporaries in use, control goes to fail[k], which drops the k-th and falls into fail[k - 1].
 *
 * Owns       the lists of captures and of fail labels while a case is generated.
 * Not here   what the tests do (MATCH_* in the virtual machine). */
#include "compiler/codegen.h"

#include "object/state.h"

typedef struct {
    PyObject *name; /* borrowed */
    int reg;        /* where its value lies */
} Capture;

typedef struct {
    Capture *captures; /* PyMem block */
    int n_captures, captures_cap;
    Label *fail; /* PyMem block; NO_LABEL where not needed yet */
    int n_fail, fail_cap;
    int base;         /* first temporary of the pattern */
    bool irrefutable; /* a pattern that always matches is allowed here */
} Match;

static int gen_pattern(Compiler *c, Match *m, Pattern *p, int subject);

static void
match_clear(Match *m)
{
    PyMem_Free(m->captures);
    PyMem_Free(m->fail);
}

/* The label for a test that fails now. */
static Label
fail_label(Compiler *c, Match *m)
{
    int k = c->unit->sp - m->base;
    OU_ASSERT(k >= 0);
    if (k >= m->fail_cap) {
        int cap = k + 8;
        Label *fail = PyMem_Realloc(m->fail, (size_t)cap * sizeof *fail);
        if (fail == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        m->fail = fail;
        m->fail_cap = cap;
    }
    while (m->n_fail <= k) {
        m->fail[m->n_fail++] = NO_LABEL;
    }
    if (m->fail[k] == NO_LABEL) {
        m->fail[k] = ou_label_new(c);
    }
    return m->fail[k];
}

static int
fail_if(Compiler *c, Match *m, OuOp op, int a, int b)
{
    Label label = fail_label(c, m);
    TRY(label);
    return ou_emit_jump(c, op, a, b, label);
}

/* Place all fail labels here; control falls through with no temporary left. */
static int
emit_fails(Compiler *c, Match *m)
{
    for (int k = m->n_fail - 1; k >= 0; k--) {
        if (m->fail[k] != NO_LABEL) {
            TRY(ou_label_here(c, m->fail[k]));
        }
        if (k > 0) {
            TRY(ou_emit(c, OU_OP_CLEAR, m->base + k - 1, 0, 0));
        }
    }
    m->n_fail = 0;
    return 0;
}

static int
capture(Compiler *c, Match *m, PyObject *name, int reg)
{
    TRY(ou_gen_check_name(c, name, CTX_STORE));
    for (int i = 0; i < m->n_captures; i++) {
        if (m->captures[i].name == name) {
            return ou_gen_error(c, "multiple assignments to name %R in pattern", name);
        }
    }
    if (m->n_captures == m->captures_cap) {
        int cap = m->captures_cap * 2 + 8;
        Capture *captures = PyMem_Realloc(m->captures, (size_t)cap * sizeof *captures);
        if (captures == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        m->captures = captures;
        m->captures_cap = cap;
    }
    m->captures[m->n_captures++] = (Capture){name, reg};
    return 0;
}

static bool
is_wildcard(const Pattern *p)
{
    return p->kind == PATTERN_MATCHAS && p->MatchAs.name == NULL && p->MatchAs.pattern == NULL;
}

static bool
is_star_wildcard(const Pattern *p)
{
    return p->kind == PATTERN_MATCHSTAR && p->MatchStar.name == NULL;
}

/* A pattern inside another may always match. */
static int
gen_subpattern(Compiler *c, Match *m, Pattern *p, int subject)
{
    bool outer = m->irrefutable;
    m->irrefutable = true;
    int result = gen_pattern(c, m, p, subject);
    m->irrefutable = outer;
    return result;
}

/* ---- values ----------------------------------------------------------------------------------------- */

static int
check_value(Compiler *c, Expr *value)
{
    if (value->kind != EXPR_CONSTANT && value->kind != EXPR_ATTRIBUTE) {
        return ou_gen_error(c, "patterns may only match literals and attribute lookups");
    }
    return 0;
}

/* Jump to `target` if the subject is (or is not) the value of a MatchValue or MatchSingleton. */
static int
jump_on_value(Compiler *c, Pattern *p, int subject, Label target, bool equal)
{
    int mark = c->unit->sp;
    if (p->kind == PATTERN_MATCHSINGLETON) {
        PyObject *value = p->MatchSingleton.value;
        AT(c, p);
        if (value == Py_None) {
            return ou_emit_jump(c, equal ? OU_OP_JUMP_IF_NONE : OU_OP_JUMP_IF_NOT_NONE, subject, 0, target);
        }
        int x = ou_const_operand(c, value);
        TRY(x);
        TRY(ou_emit_jump(c, equal ? OU_OP_JUMP_IF_IS : OU_OP_JUMP_IF_IS_NOT, subject, x, target));
        c->unit->sp = mark;
        return 0;
    }
    AT(c, p);
    TRY(check_value(c, p->MatchValue.value));
    int x = ou_gen_expr(c, p->MatchValue.value, ANY);
    TRY(x);
    AT(c, p);
    TRY(ou_emit_jump(c, equal ? OU_OP_JUMP_IF_EQ : OU_OP_JUMP_IF_NOT_EQ, subject, x, target));
    c->unit->sp = mark;
    return 0;
}

/* ---- sequences -------------------------------------------------------------------------------------- */

/* Items of a sequence with `*_` by index: the starred middle is never made. */
static int
gen_items(Compiler *c, Match *m, Pattern *p, int subject, Py_ssize_t star)
{
    Unit *u = c->unit;
    PatternSeq items = p->MatchSequence.patterns;
    for (Py_ssize_t i = 0; i < items.n; i++) {
        if (i == star || is_wildcard(items.items[i])) {
            continue;
        }
        int item = ou_temp_reserve(c, 1), mark = u->sp, key;
        TRY(item);
        PyObject *number = PyLong_FromSsize_t(i < star ? i : items.n - i);
        if (number == NULL) {
            return -1;
        }
        key = ou_const_operand(c, number);
        Py_DECREF(number);
        TRY(key);
        AT(c, p);
        if (i > star) { /* from the end: len - (n - i) */
            int len = ou_temp_reserve(c, 2);
            TRY(len);
            TRY(ou_emit(c, OU_OP_GET_LEN, TEMP(len), subject, 0));
            TRY(ou_emit(c, OU_OP_SUBTRACT, TEMP(len + 1), TEMP(len), key));
            key = TEMP(len + 1);
        }
        TRY(ou_emit(c, OU_OP_LOAD_ITEM, TEMP(item), subject, key));
        u->sp = mark;
        TRY(gen_subpattern(c, m, items.items[i], item));
    }
    return 0;
}

static int
gen_sequence(Compiler *c, Match *m, Pattern *p, int subject)
{
    Unit *u = c->unit;
    PatternSeq items = p->MatchSequence.patterns;
    Py_ssize_t star = -1;
    bool only_wildcards = true, star_wildcard = false;
    AT(c, p);
    for (Py_ssize_t i = 0; i < items.n; i++) {
        if (items.items[i]->kind == PATTERN_MATCHSTAR) {
            if (star >= 0) {
                return ou_gen_error(c, "multiple starred names in sequence pattern");
            }
            star_wildcard = is_star_wildcard(items.items[i]);
            only_wildcards &= star_wildcard;
            star = i;
            continue;
        }
        only_wildcards &= is_wildcard(items.items[i]);
    }
    int mark = u->sp, t = ou_temp_reserve(c, 1);
    TRY(t);
    u->sp = mark;
    TRY(ou_emit(c, OU_OP_MATCH_SEQUENCE, TEMP(t), subject, 0));
    TRY(fail_if(c, m, OU_OP_JUMP_IF_FALSE, TEMP(t), 0));
    if (star < 0 || items.n > 1) {
        TRY(ou_emit(c, OU_OP_GET_LEN, TEMP(t), subject, 0));
        u->sp = t + 1;
        PyObject *number = PyLong_FromSsize_t(star < 0 ? items.n : items.n - 1);
        int n = number == NULL ? -1 : ou_const_operand(c, number);
        Py_XDECREF(number);
        TRY(n);
        u->sp = mark;
        TRY(fail_if(c, m, star < 0 ? OU_OP_JUMP_IF_NOT_EQ : OU_OP_JUMP_IF_NOT_GE, TEMP(t), n));
    }
    if (only_wildcards) {
        return 0;
    }
    if (star_wildcard) {
        return gen_items(c, m, p, subject, star);
    }
    if (items.n > OU_MAX_REGISTERS) {
        return ou_gen_error(c, "too many sub-patterns in sequence pattern");
    }
    if (star >= 256 || (star >= 0 && items.n - star - 1 >= 256)) {
        return ou_gen_error(c, "too many expressions in star-unpacking sequence pattern");
    }
    int w = ou_temp_reserve(c, (int)items.n);
    TRY(w);
    AT(c, p);
    if (star < 0) {
        TRY(ou_emit(c, OU_OP_UNPACK_SEQUENCE, w, subject, (int)items.n));
    }
    else {
        TRY(ou_emit(c, OU_OP_UNPACK_EX, w, subject, (int)star | (int)(items.n - star - 1) << 8));
    }
    for (Py_ssize_t i = 0; i < items.n; i++) {
        TRY(gen_subpattern(c, m, items.items[i], w + (int)i));
    }
    return 0;
}

/* ---- mappings and classes --------------------------------------------------------------------------- */

/* The keys of a mapping pattern as a tuple: an operand that is kept.  A temporary if not all are constant. */
static int
gen_keys(Compiler *c, Pattern *p)
{
    Unit *u = c->unit;
    ExprSeq keys = p->MatchMapping.keys;
    PyObject *seen = PySet_New(NULL), *tuple = PyTuple_New(keys.n);
    bool constant = true;
    int result = -1;
    if (seen == NULL || tuple == NULL) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < keys.n; i++) {
        Expr *key = keys.items[i];
        if (key == NULL) {
            AT(c, p->MatchMapping.patterns.items[i]);
            ou_gen_error(c, "can't use NULL keys in MatchMapping (set 'rest' parameter instead)");
            goto done;
        }
        if (key->kind == EXPR_CONSTANT) {
            int known = PySet_Contains(seen, key->Constant.value);
            if (known > 0) {
                AT(c, p);
                ou_gen_error(c, "mapping pattern checks duplicate key (%R)", key->Constant.value);
            }
            if (known != 0 || PySet_Add(seen, key->Constant.value) < 0) {
                goto done;
            }
            PyTuple_SET_ITEM(tuple, i, Py_NewRef(key->Constant.value));
        }
        else if (key->kind == EXPR_ATTRIBUTE) {
            constant = false;
        }
        else {
            AT(c, key);
            ou_gen_error(c, "mapping pattern keys may only match literals and attribute lookups");
            goto done;
        }
    }
    if (constant) {
        AT(c, p);
        result = ou_const_operand(c, tuple);
        goto done;
    }
    int t = ou_temp_reserve(c, 1);
    if (t < 0) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < keys.n; i++) {
        if (ou_gen_push(c, keys.items[i]) < 0) {
            goto done;
        }
    }
    AT(c, p);
    if (ou_emit(c, OU_OP_BUILD_TUPLE, TEMP(t), t + 1, (int)keys.n) == 0) {
        result = TEMP(t);
    }
    u->sp = t + 1;
done:
    Py_XDECREF(seen);
    Py_XDECREF(tuple);
    return result;
}

static int
gen_mapping(Compiler *c, Match *m, Pattern *p, int subject)
{
    Unit *u = c->unit;
    ExprSeq keys = p->MatchMapping.keys;
    PatternSeq patterns = p->MatchMapping.patterns;
    PyObject *rest = p->MatchMapping.rest;
    AT(c, p);
    if (keys.n != patterns.n) {
        return ou_gen_error(c, "keys (%zd) / patterns (%zd) length mismatch in mapping pattern", keys.n, patterns.n);
    }
    int mark = u->sp, t = ou_temp_reserve(c, 1);
    TRY(t);
    u->sp = mark;
    TRY(ou_emit(c, OU_OP_MATCH_MAPPING, TEMP(t), subject, 0));
    TRY(fail_if(c, m, OU_OP_JUMP_IF_FALSE, TEMP(t), 0));
    if (keys.n == 0 && rest == NULL) {
        return 0;
    }
    if (keys.n > OU_MAX_REGISTERS) {
        return ou_gen_error(c, "too many sub-patterns in mapping pattern");
    }
    if (keys.n > 0) {
        TRY(ou_emit(c, OU_OP_GET_LEN, TEMP(t), subject, 0));
        u->sp = t + 1;
        PyObject *number = PyLong_FromSsize_t(keys.n);
        int n = number == NULL ? -1 : ou_const_operand(c, number);
        Py_XDECREF(number);
        TRY(n);
        u->sp = mark;
        TRY(fail_if(c, m, OU_OP_JUMP_IF_NOT_GE, TEMP(t), n));
    }
    int tuple = gen_keys(c, p);
    TRY(tuple);
    int kept = IS_TEMP(tuple) ? REG(tuple) : tuple;
    if (keys.n > 0) {
        int values = ou_temp_reserve(c, 1);
        TRY(values);
        AT(c, p);
        TRY(ou_emit(c, OU_OP_MATCH_KEYS, TEMP(values), subject, kept));
        TRY(fail_if(c, m, OU_OP_JUMP_IF_NONE, values, 0));
        TRY(ou_temp_reserve(c, (int)keys.n - 1));
        TRY(ou_emit(c, OU_OP_UNPACK_SEQUENCE, values, TEMP(values), (int)keys.n));
        for (Py_ssize_t i = 0; i < keys.n; i++) {
            TRY(gen_subpattern(c, m, patterns.items[i], values + (int)i));
        }
    }
    if (rest != NULL) {
        int dict = ou_temp_reserve(c, 1);
        TRY(dict);
        AT(c, p);
        TRY(ou_emit(c, OU_OP_MATCH_REST, TEMP(dict), subject, kept));
        TRY(capture(c, m, rest, dict));
    }
    return 0;
}

static int
gen_class(Compiler *c, Match *m, Pattern *p, int subject)
{
    Unit *u = c->unit;
    PatternSeq patterns = p->MatchClass.patterns, kwd_patterns = p->MatchClass.kwd_patterns;
    IdentifierSeq attrs = p->MatchClass.kwd_attrs;
    AT(c, p);
    if (attrs.n != kwd_patterns.n) {
        return ou_gen_error(c, "kwd_attrs (%zd) / kwd_patterns (%zd) length mismatch in class pattern", attrs.n,
                            kwd_patterns.n);
    }
    Py_ssize_t n = patterns.n + attrs.n;
    if (n > OU_MAX_REGISTERS) {
        return ou_gen_error(c, "too many sub-patterns in class pattern");
    }
    PyObject *names = PyTuple_New(attrs.n);
    if (names == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < attrs.n; i++) {
        PyTuple_SET_ITEM(names, i, Py_NewRef(attrs.items[i]));
        if (ou_gen_check_name(c, attrs.items[i], CTX_STORE) < 0) {
            Py_DECREF(names);
            return -1;
        }
        for (Py_ssize_t k = i + 1; k < attrs.n; k++) {
            if (attrs.items[k] == attrs.items[i]) {
                AT(c, kwd_patterns.items[k]);
                ou_gen_error(c, "attribute name repeated in class pattern: %U", attrs.items[i]);
                Py_DECREF(names);
                return -1;
            }
        }
    }
    int values = ou_temp_reserve(c, 1), w = ou_temp_reserve(c, 1);
    if (values < 0 || w < 0 || ou_emit(c, OU_OP_MOVE, TEMP(w), subject, 0) < 0 || ou_gen_push(c, p->MatchClass.cls) < 0
        || (AT(c, p), ou_gen_push_const(c, names)) < 0) {
        Py_DECREF(names);
        return -1;
    }
    Py_DECREF(names);
    AT(c, p);
    TRY(ou_emit(c, OU_OP_MATCH_CLASS, TEMP(values), w, (int)patterns.n));
    u->sp = values + 1;
    TRY(fail_if(c, m, OU_OP_JUMP_IF_NONE, values, 0));
    if (n == 0) {
        TRY(ou_emit(c, OU_OP_CLEAR, values, 0, 0));
        u->sp = values;
        return 0;
    }
    TRY(ou_temp_reserve(c, (int)n - 1));
    TRY(ou_emit(c, OU_OP_UNPACK_SEQUENCE, values, TEMP(values), (int)n));
    for (Py_ssize_t i = 0; i < n; i++) {
        Pattern *item = i < patterns.n ? patterns.items[i] : kwd_patterns.items[i - patterns.n];
        TRY(gen_subpattern(c, m, item, values + (int)i));
    }
    return 0;
}

/* ---- names and alternatives ------------------------------------------------------------------------- */

static int
gen_as(Compiler *c, Match *m, Pattern *p, int subject)
{
    AT(c, p);
    if (p->MatchAs.pattern == NULL) {
        if (!m->irrefutable) {
            return p->MatchAs.name != NULL
                     ? ou_gen_error(c, "name capture %R makes remaining patterns unreachable", p->MatchAs.name)
                     : ou_gen_error(c, "wildcard makes remaining patterns unreachable");
        }
        return p->MatchAs.name == NULL ? 0 : capture(c, m, p->MatchAs.name, subject);
    }
    TRY(gen_pattern(c, m, p->MatchAs.pattern, subject));
    return capture(c, m, p->MatchAs.name, subject);
}

/* How many names a pattern binds (an upper bound where it is wrong in itself). */
static int
count_captures(const Pattern *p)
{
    int n = 0;
    switch (p->kind) {
    case PATTERN_MATCHVALUE:
    case PATTERN_MATCHSINGLETON: return 0;
    case PATTERN_MATCHSTAR: return p->MatchStar.name != NULL;
    case PATTERN_MATCHAS:
        return (p->MatchAs.name != NULL) + (p->MatchAs.pattern == NULL ? 0 : count_captures(p->MatchAs.pattern));
    case PATTERN_MATCHOR: return count_captures(p->MatchOr.patterns.items[0]);
    case PATTERN_MATCHSEQUENCE:
        for (Py_ssize_t i = 0; i < p->MatchSequence.patterns.n; i++) {
            n += count_captures(p->MatchSequence.patterns.items[i]);
        }
        return n;
    case PATTERN_MATCHMAPPING:
        for (Py_ssize_t i = 0; i < p->MatchMapping.patterns.n; i++) {
            n += count_captures(p->MatchMapping.patterns.items[i]);
        }
        return n + (p->MatchMapping.rest != NULL);
    case PATTERN_MATCHCLASS:
        for (Py_ssize_t i = 0; i < p->MatchClass.patterns.n; i++) {
            n += count_captures(p->MatchClass.patterns.items[i]);
        }
        for (Py_ssize_t i = 0; i < p->MatchClass.kwd_patterns.n; i++) {
            n += count_captures(p->MatchClass.kwd_patterns.items[i]);
        }
        return n;
    }
    return n;
}

/* Move what a matched pattern captured to where `to(i)` says, and drop its other temporaries.  `store`: to the
 * names themselves; else to registers first, first + 1, ... in the order of `order`. */
static int
settle(Compiler *c, Match *m, bool store, int first, const Capture *order)
{
    Unit *u = c->unit;
    int top = u->sp;
    for (int i = 0; i < m->n_captures; i++) {
        Capture *cap = &m->captures[i];
        bool last = cap->reg >= m->base;
        for (int k = i + 1; k < m->n_captures && last; k++) {
            last = m->captures[k].reg != cap->reg;
        }
        int x = last ? TEMP(cap->reg) : cap->reg;
        if (store) {
            TRY(ou_name_store(c, cap->name, x));
            continue;
        }
        int k = 0;
        while (order[k].name != cap->name) {
            k++;
        }
        TRY(ou_emit(c, OU_OP_MOVE, TEMP(first + k), x, 0));
    }
    for (int reg = m->base; reg < top; reg++) {
        bool moved = false;
        for (int i = 0; i < m->n_captures && !moved; i++) {
            moved = m->captures[i].reg == reg;
        }
        if (!moved) {
            TRY(ou_emit(c, OU_OP_CLEAR, reg, 0, 0));
        }
    }
    u->sp = m->base;
    return 0;
}

static int
gen_alternative(Compiler *c, Match *alt, Pattern *p, int subject, int first, int n, Capture *names, bool is_first)
{
    TRY(gen_pattern(c, alt, p, subject));
    if (is_first) {
        for (int i = 0; i < alt->n_captures; i++) {
            names[i] = (Capture){alt->captures[i].name, first + i};
        }
    }
    bool same = alt->n_captures == n;
    for (int i = 0; i < alt->n_captures && same; i++) {
        int k = 0;
        while (k < n && names[k].name != alt->captures[i].name) {
            k++;
        }
        same = k < n;
    }
    if (!same) {
        return ou_gen_error(c, "alternative patterns bind different names");
    }
    AT(c, p);
    return settle(c, alt, false, first, names);
}

static int
gen_or(Compiler *c, Match *m, Pattern *p, int subject)
{
    Unit *u = c->unit;
    PatternSeq alternatives = p->MatchOr.patterns;
    Label end = ou_label_new(c);
    TRY(end);
    int n = count_captures(p), first = u->sp, mark = u->sp;
    TRY(ou_temp_reserve(c, n));
    Capture *names = PyMem_Calloc((size_t)n + 1, sizeof *names);
    if (names == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int result = 0;
    for (Py_ssize_t i = 0; i < alternatives.n && result == 0; i++) {
        Pattern *alternative = alternatives.items[i];
        bool last = i == alternatives.n - 1;
        bool simple = alternative->kind == PATTERN_MATCHVALUE || alternative->kind == PATTERN_MATCHSINGLETON;
        if (simple && !last && n == 0) {
            result = jump_on_value(c, alternative, subject, end, true);
            continue;
        }
        Match alt = {.base = u->sp, .irrefutable = last && m->irrefutable};
        result = gen_alternative(c, &alt, alternative, subject, first, n, names, i == 0);
        if (result == 0 && !last) {
            result = ou_emit_jump(c, OU_OP_JUMP, 0, 0, end) < 0 || emit_fails(c, &alt) < 0 ? -1 : 0;
        }
        else if (result == 0 && alt.n_fail > 0) { /* no alternative matched */
            int sp = u->sp;
            result = ou_emit_jump(c, OU_OP_JUMP, 0, 0, end) < 0 || emit_fails(c, &alt) < 0 ? -1 : 0;
            u->sp = mark;
            if (result == 0) {
                result = fail_if(c, m, OU_OP_JUMP, 0, 0);
            }
            u->sp = sp;
        }
        match_clear(&alt);
    }
    if (result == 0) {
        result = ou_label_here(c, end);
    }
    AT(c, p);
    for (int i = 0; i < n && result == 0; i++) {
        result = capture(c, m, names[i].name, first + i);
    }
    PyMem_Free(names);
    return result;
}

static int
gen_pattern(Compiler *c, Match *m, Pattern *p, int subject)
{
    if (ou_compile_stack_is_low()) {
        return ou_compile_too_deep();
    }
    switch (p->kind) {
    case PATTERN_MATCHVALUE:
    case PATTERN_MATCHSINGLETON: {
        Label label = fail_label(c, m);
        TRY(label);
        return jump_on_value(c, p, subject, label, false);
    }
    case PATTERN_MATCHSEQUENCE: return gen_sequence(c, m, p, subject);
    case PATTERN_MATCHMAPPING: return gen_mapping(c, m, p, subject);
    case PATTERN_MATCHCLASS: return gen_class(c, m, p, subject);
    case PATTERN_MATCHSTAR: AT(c, p); return p->MatchStar.name == NULL ? 0 : capture(c, m, p->MatchStar.name, subject);
    case PATTERN_MATCHAS: return gen_as(c, m, p, subject);
    case PATTERN_MATCHOR: return gen_or(c, m, p, subject);
    }
    return 0;
}

/* ---- the statement ---------------------------------------------------------------------------------- */

static bool
pattern_binds(Compiler *c, const Pattern *p, int reg)
{
    switch (p->kind) {
    case PATTERN_MATCHVALUE:
    case PATTERN_MATCHSINGLETON: return false;
    case PATTERN_MATCHSTAR: return p->MatchStar.name != NULL && ou_name_fast(c, p->MatchStar.name) == reg;
    case PATTERN_MATCHAS:
        return (p->MatchAs.name != NULL && ou_name_fast(c, p->MatchAs.name) == reg)
            || (p->MatchAs.pattern != NULL && pattern_binds(c, p->MatchAs.pattern, reg));
    case PATTERN_MATCHSEQUENCE:
    case PATTERN_MATCHOR:
        for (Py_ssize_t i = 0; i < p->MatchSequence.patterns.n; i++) {
            if (pattern_binds(c, p->MatchSequence.patterns.items[i], reg)) {
                return true;
            }
        }
        return false;
    case PATTERN_MATCHMAPPING:
        for (Py_ssize_t i = 0; i < p->MatchMapping.patterns.n; i++) {
            if (pattern_binds(c, p->MatchMapping.patterns.items[i], reg)) {
                return true;
            }
        }
        return p->MatchMapping.rest != NULL && ou_name_fast(c, p->MatchMapping.rest) == reg;
    case PATTERN_MATCHCLASS:
        for (Py_ssize_t i = 0; i < p->MatchClass.patterns.n; i++) {
            if (pattern_binds(c, p->MatchClass.patterns.items[i], reg)) {
                return true;
            }
        }
        for (Py_ssize_t i = 0; i < p->MatchClass.kwd_patterns.n; i++) {
            if (pattern_binds(c, p->MatchClass.kwd_patterns.items[i], reg)) {
                return true;
            }
        }
        return false;
    }
    return true;
}

/* Can a local be matched where it lies?  Not if a pattern or a guard binds it before a later case looks again. */
static bool
subject_may_stay(Compiler *c, Stmt *s, int reg)
{
    for (Py_ssize_t i = 0; i < s->Match.cases.n; i++) {
        MatchCase *match_case = s->Match.cases.items[i];
        if (pattern_binds(c, match_case->pattern, reg) || ou_gen_rebinds(c, match_case->guard, reg)) {
            return false;
        }
    }
    return true;
}

static int
gen_case(Compiler *c, MatchCase *match_case, Match *m, int subject, bool owned, Label end)
{
    TRY(gen_pattern(c, m, match_case->pattern, subject));
    AT(c, match_case->pattern);
    TRY(settle(c, m, true, 0, NULL));
    if (match_case->guard != NULL) {
        Label label = fail_label(c, m);
        TRY(label);
        TRY(ou_gen_jump_if(c, match_case->guard, label, false, false));
    }
    if (owned) {
        AT(c, match_case->pattern);
        TRY(ou_emit(c, OU_OP_CLEAR, subject, 0, 0));
    }
    int sp = c->unit->sp;
    if (owned) {
        c->unit->sp = subject;
    }
    TRY(ou_gen_body(c, match_case->body));
    c->unit->sp = sp;
    TRY(ou_emit_jump(c, OU_OP_JUMP, 0, 0, end));
    AT(c, match_case->pattern);
    return emit_fails(c, m);
}

int
ou_gen_match(Compiler *c, Stmt *s)
{
    Unit *u = c->unit;
    Label end = ou_label_new(c);
    TRY(end);
    int mark = u->sp;
    int x = ou_gen_expr(c, s->Match.subject, ANY);
    TRY(x);
    if (!IS_TEMP(x) && !(IS_REGISTER(x) && subject_may_stay(c, s, x))) {
        int t = ou_temp_reserve(c, 1);
        TRY(t);
        TRY(ou_emit(c, OU_OP_MOVE, TEMP(t), x, 0));
        x = TEMP(t);
    }
    bool owned = IS_TEMP(x);
    int subject = REG(x);
    Py_ssize_t n = s->Match.cases.n;
    bool has_default = n > 1 && is_wildcard(s->Match.cases.items[n - 1]->pattern);
    for (Py_ssize_t i = 0; i < n - has_default; i++) {
        MatchCase *match_case = s->Match.cases.items[i];
        AT(c, match_case->pattern);
        Match m = {.base = u->sp, .irrefutable = match_case->guard != NULL || i == n - 1};
        int failed = gen_case(c, match_case, &m, subject, owned, end);
        match_clear(&m);
        TRY(failed);
    }
    if (owned) {
        TRY(ou_emit(c, OU_OP_CLEAR, subject, 0, 0));
    }
    u->sp = mark;
    if (has_default) {
        MatchCase *match_case = s->Match.cases.items[n - 1];
        AT(c, match_case->pattern);
        TRY(ou_emit(c, OU_OP_NOP, 0, 0, 0));
        if (match_case->guard != NULL) {
            TRY(ou_gen_jump_if(c, match_case->guard, end, false, false));
        }
        TRY(ou_gen_body(c, match_case->body));
    }
    return ou_label_here(c, end);
}

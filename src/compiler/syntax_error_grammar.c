/* compiler/syntax_error_grammar.c - a backtracking reader driven by the rules of syntax_error_rules.def.
 *
 * Owns       the compiled patterns (static, made on first use, permanent) and an explainer's memory of
 *            results.
 * Invariant  every rule's result at a place is computed once, so reading takes time linear in the text; depth
 *            is counted. Once `stopped`, nothing matches any more and the exception that is set stays.
 * Not here   what is raised: syntax_error_find.c. */
#include <Python.h>
#include <string.h>

#include "base/base.h"
#include "compiler/syntax_error_grammar.h"

/* Levels of recursion, by the C stack they take: a rule counts four, an operator level one.  Arbitrary, about
 * 1.5 MB. */
#define MAX_DEPTH 14000
#define RULE_DEPTH 4

/* ---- the table ---- */

enum { RULE_PLAIN, RULE_KEPT, RULE_TWIN };
enum { FOR_BOTH, FOR_DEF, FOR_LAMBDA };

typedef struct {
    const char *rule; /* the name, in a row that begins a rule; else NULL */
    uint8_t kind;     /* of that rule */
    uint8_t version;  /* of that alternative */
    uint8_t action;
    const char *pattern;
    const char *message;
} Row;

#define RULE(name) {#name, RULE_PLAIN, 0, 0, NULL, NULL},
#define KEPT(name) {#name, RULE_KEPT, 0, 0, NULL, NULL},
#define TWIN(name) {#name, RULE_TWIN, 0, 0, NULL, NULL},
#define ALT(pattern) {NULL, 0, FOR_BOTH, 0, pattern, NULL},
#define ALT_DEF(pattern) {NULL, 0, FOR_DEF, 0, pattern, NULL},
#define ALT_LAMBDA(pattern) {NULL, 0, FOR_LAMBDA, 0, pattern, NULL},
#define ERR(pattern, action, message) {NULL, 0, FOR_BOTH, ACTION_##action, pattern, message},
#define ERR_DEF(pattern, action, message) {NULL, 0, FOR_DEF, ACTION_##action, pattern, message},
#define ERR_LAMBDA(pattern, action, message) {NULL, 0, FOR_LAMBDA, ACTION_##action, pattern, message},
static const Row rows[] = {
#include "compiler/syntax_error_rules.def"
};
#undef RULE
#undef KEPT
#undef TWIN
#undef ALT
#undef ALT_DEF
#undef ALT_LAMBDA
#undef ERR
#undef ERR_DEF
#undef ERR_LAMBDA

#define N_ROWS ((int)OU_COUNT_OF(rows))

/* A rule is known by the number of its row; the lambda version of a twin by that plus LAMBDA.  Rules written
 * in code have numbers behind all rows. */
#define LAMBDA 1024
enum {
    CODE_FIRST = 2048,
    CODE_DISJUNCTION = CODE_FIRST,
    CODE_OPERAND,
    CODE_T_PRIMARY,
    CODE_STRINGS,
    CODE_UNSUSPECTING,
    CODE_LEVEL = 2064 /* plus the level: only as a key of the memory */
};

static const struct {
    const char *name;
    int rule;
} code_rules[] = {
    {"disjunction", CODE_DISJUNCTION}, {"operand", CODE_OPERAND},           {"t_primary", CODE_T_PRIMARY},
    {"strings", CODE_STRINGS},         {"unsuspecting", CODE_UNSUSPECTING},
};

static int
rule_named(const char *name, size_t len)
{
    for (size_t i = 0; i < OU_COUNT_OF(code_rules); i++) {
        if (strlen(code_rules[i].name) == len && memcmp(code_rules[i].name, name, len) == 0) {
            return code_rules[i].rule;
        }
    }
    for (int i = 0; i < N_ROWS; i++) {
        if (rows[i].rule != NULL && strlen(rows[i].rule) == len && memcmp(rows[i].rule, name, len) == 0) {
            return i;
        }
    }
    OU_PANIC("no rule is called %.*s", (int)len, name);
}

/* ---- patterns ---- */

typedef enum {
    NODE_TOKEN,
    NODE_WORD,
    NODE_SOFT,
    NODE_AHEAD,
    NODE_AUGMENTED,
    NODE_RULE,
    NODE_GROUP,
    NODE_OPTIONAL,
    NODE_REPEAT,
    NODE_REPEAT_1,
    NODE_AND,
    NODE_NOT,
    NODE_LIST,
    NODE_FORCE,
    NODE_CUT,
    NODE_ALTERNATIVE
} NodeKind;

typedef struct {
    uint8_t kind;
    char piece;           /* 'a', 'b', or 0 */
    uint16_t value;       /* token kind, rule, or first letter of a word */
    uint16_t child, next; /* node numbers; 0 is none */
} Node;

#define MAX_NODES 4000
static Node nodes[MAX_NODES];
static int n_nodes = 1;
/* first node of a row's pattern, for def and for lambda; 0: not made */
static uint16_t row_nodes[2][OU_COUNT_OF(rows)];

typedef struct {
    const char *p;
    bool lambda;
} PatternText;

static uint16_t pattern_sequence(PatternText *text);

static uint16_t
new_node(NodeKind kind, int value)
{
    OU_CHECK(n_nodes < MAX_NODES, "the error grammar needs more than %d nodes", MAX_NODES);
    nodes[n_nodes] = (Node){.kind = (uint8_t)kind, .value = (uint16_t)value};
    return (uint16_t)n_nodes++;
}

static void
pattern_blanks(PatternText *text)
{
    while (*text->p == ' ') {
        text->p++;
    }
}

/* Text between quotes. */
static size_t
pattern_quoted(PatternText *text, const char **start)
{
    char quote = *text->p++;
    *start = text->p;
    while (*text->p != quote) {
        text->p++;
    }
    return (size_t)(text->p++ - *start);
}

static uint16_t
pattern_word(PatternText *text)
{
    char version = 0;
    if (*text->p == '%' || *text->p == '@') {
        version = *text->p++;
    }
    const char *start = text->p;
    while ((*text->p >= 'a' && *text->p <= 'z') || (*text->p >= 'A' && *text->p <= 'Z') || *text->p == '_') {
        text->p++;
    }
    size_t len = (size_t)(text->p - start);
    if (*start >= 'A' && *start <= 'Z') {
        if (version) {
            return new_node(NODE_TOKEN, text->lambda ? TOK_COLON : TOK_RPAR);
        }
        if (len == 4 && memcmp(start, "SOFT", 4) == 0) {
            return new_node(NODE_SOFT, 0);
        }
        if (len == 5 && memcmp(start, "AHEAD", 5) == 0) {
            return new_node(NODE_AHEAD, 0);
        }
        if (len == 9 && memcmp(start, "AUGMENTED", 9) == 0) {
            return new_node(NODE_AUGMENTED, 0);
        }
        return new_node(NODE_TOKEN, ou_token_kind_named(start, len));
    }
    bool lambda = version == '@' || (version == '%' && text->lambda);
    return new_node(NODE_RULE, rule_named(start, len) + (lambda ? LAMBDA : 0));
}

/* (x | y): the group, with an alternative for each. */
static uint16_t
pattern_group(PatternText *text)
{
    uint16_t group = new_node(NODE_GROUP, 0), last = 0;
    do {
        text->p++; /* the parenthesis or the bar */
        uint16_t alternative = new_node(NODE_ALTERNATIVE, 0);
        nodes[alternative].child = pattern_sequence(text);
        if (last == 0) {
            nodes[group].child = alternative;
        }
        else {
            nodes[last].next = alternative;
        }
        last = alternative;
        pattern_blanks(text);
    } while (*text->p == '|');
    text->p++;
    return group;
}

static uint16_t
pattern_item(PatternText *text)
{
    const char *start;
    char piece = 0;
    if (text->p[1] == ':' && text->p[0] >= 'a' && text->p[0] <= 'b') {
        piece = *text->p;
        text->p += 2;
    }
    uint16_t node;
    char c = *text->p;
    if (c == '&' || c == '!' || c == '^') {
        text->p++;
        uint16_t child = pattern_item(text);
        node = new_node(c == '&' ? NODE_AND : c == '!' ? NODE_NOT : NODE_FORCE, nodes[child].value);
        nodes[node].child = child;
        return node;
    }
    if (c == '~') {
        text->p++;
        return new_node(NODE_CUT, 0);
    }
    if (c == '\'') {
        size_t len = pattern_quoted(text, &start);
        node = new_node(NODE_TOKEN, ou_token_kind_named(start, len));
    }
    else if (c == '`') {
        pattern_quoted(text, &start);
        node = new_node(NODE_WORD, *start);
    }
    else if (c == '(') {
        node = pattern_group(text);
    }
    else if (c == '<') {
        text->p++;
        uint16_t child = pattern_item(text);
        pattern_blanks(text);
        size_t len = pattern_quoted(text, &start);
        node = new_node(NODE_LIST, ou_token_kind_named(start, len));
        nodes[node].child = child;
        text->p++; /* > */
    }
    else {
        node = pattern_word(text);
    }
    c = *text->p;
    if (c == '?' || c == '*' || c == '+') {
        text->p++;
        uint16_t outer = new_node(c == '?' ? NODE_OPTIONAL : c == '*' ? NODE_REPEAT : NODE_REPEAT_1, 0);
        nodes[outer].child = node;
        node = outer;
    }
    nodes[node].piece = piece;
    return node;
}

static uint16_t
pattern_sequence(PatternText *text)
{
    uint16_t first = 0, last = 0;
    for (;;) {
        pattern_blanks(text);
        if (*text->p == 0 || *text->p == '|' || *text->p == ')') {
            return first;
        }
        uint16_t node = pattern_item(text);
        if (last == 0) {
            first = node;
        }
        else {
            nodes[last].next = node;
        }
        last = node;
    }
}

static uint16_t
row_pattern(int row, bool lambda)
{
    uint16_t *made = &row_nodes[lambda][row];
    if (*made == 0) {
        PatternText text = {rows[row].pattern, lambda};
        *made = pattern_sequence(&text);
    }
    return *made;
}

/* ---- memory ---- */

static uint32_t
memory_slot(const Explainer *ex, uint64_t key)
{
    uint32_t mask = ex->memory_size - 1, at = (uint32_t)((key * 0x9E3779B97F4A7C15u) >> 40) & mask;
    while (ex->memory[at].key != 0 && ex->memory[at].key != key) {
        at = (at + 1) & mask;
    }
    return at;
}

static uint64_t
memory_key(int at, int rule, bool mode)
{
    return ((uint64_t)at << 14 | (uint64_t)rule << 1 | mode) + 1;
}

static void
memory_put(Explainer *ex, uint64_t key, int end)
{
    if ((ex->n_memory + 1) * 2 > ex->memory_size) {
        uint32_t size = ex->memory_size == 0 ? 1024 : ex->memory_size * 2, old_size = ex->memory_size;
        Remembered *old = ex->memory, *grown = PyMem_Calloc(size, sizeof *grown);
        if (grown == NULL) {
            PyErr_NoMemory();
            ex->stopped = true;
            return;
        }
        ex->memory = grown;
        ex->memory_size = size;
        for (uint32_t i = 0; i < old_size; i++) {
            if (old[i].key != 0) {
                grown[memory_slot(ex, old[i].key)] = old[i];
            }
        }
        PyMem_Free(old);
    }
    uint32_t slot = memory_slot(ex, key);
    ex->n_memory += ex->memory[slot].key == 0;
    ex->memory[slot] = (Remembered){key, end};
}

static bool
memory_get(const Explainer *ex, uint64_t key, int *end)
{
    if (ex->memory_size == 0) {
        return false;
    }
    const Remembered *found = &ex->memory[memory_slot(ex, key)];
    *end = found->end;
    return found->key == key;
}

void
ou_explainer_forget(Explainer *ex)
{
    PyMem_Free(ex->memory);
    ex->memory = NULL;
    ex->n_memory = ex->memory_size = 0;
}

/* ---- tokens ---- */

const Token *
ou_explainer_token(Explainer *ex, int at)
{
    TokenStream *tokens = &ex->tokens;
    if (OU_UNLIKELY(at >= tokens->n)) {
        if (ex->stopped) {
            return &tokens->end;
        }
        int failed = ou_token_stream_fetch(tokens, at);
        if (failed || tokens->items[tokens->n - 1].kind == TOK_ERROR) {
            ex->stopped = true;
            if (!failed) {
                ou_explainer_lexical(ex);
            }
            return &tokens->end;
        }
        if (at >= tokens->n) {
            return &tokens->end;
        }
    }
    return &tokens->items[at];
}

static inline int
kind_at(Explainer *ex, int at)
{
    return ou_explainer_token(ex, at)->kind;
}

static inline int
match_token(Explainer *ex, int kind, int at)
{
    return kind_at(ex, at) == kind && !ex->stopped ? at + 1 : -1;
}

static const char *const soft_words[] = {"match", "case", "_"};

/* Is it the soft keyword that begins with `first`? */
static bool
is_soft_word(Explainer *ex, const Token *token, char first)
{
    for (size_t i = 0; i < OU_COUNT_OF(soft_words); i++) {
        if (*soft_words[i] == first && ou_token_is(&ex->tokens, token, soft_words[i])) {
            return true;
        }
    }
    return false;
}

/* Could it be a soft keyword, or the beginning of one?  (CPython 3.11 takes `m` and `cas` for soft keywords
 * here.) */
static bool
is_soft_prefix(Explainer *ex, const Token *token)
{
    for (size_t i = 0; i < OU_COUNT_OF(soft_words); i++) {
        if (strncmp(soft_words[i], ou_token_text(&ex->tokens, token), token->len) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- operators ---- */

static int match_rule(Explainer *ex, int rule, int at);

/* Levels of binding, loosest first.  Those up to BIND_UNARY are the parser's. */
enum { LEVEL_POWER = BIND_UNARY + 1, LEVEL_AWAIT, LEVEL_PRIMARY };

static int match_level(Explainer *ex, int level, int at);

static bool
level_has(int level, int kind)
{
    switch (kind) {
    case TOK_VBAR: return level == BIND_BITOR;
    case TOK_CIRCUMFLEX: return level == BIND_BITXOR;
    case TOK_AMPER: return level == BIND_BITAND;
    case TOK_LEFTSHIFT:
    case TOK_RIGHTSHIFT: return level == BIND_SHIFT;
    case TOK_PLUS:
    case TOK_MINUS: return level == BIND_SUM;
    case TOK_STAR:
    case TOK_SLASH:
    case TOK_DOUBLESLASH:
    case TOK_PERCENT:
    case TOK_AT: return level == BIND_TERM;
    default: return false;
    }
}

/* The comparison operator at `at`: the token after it, or -1. */
static int
match_comparison(Explainer *ex, int at)
{
    bool barry = ex->parser.build->flags & OU_PARSE_BARRY_AS_BDFL;
    switch (kind_at(ex, at)) {
    case TOK_EQEQUAL:
    case TOK_LESS:
    case TOK_LESSEQUAL:
    case TOK_GREATER:
    case TOK_GREATEREQUAL:
    case TOK_IN: return at + 1;
    case TOK_NOTEQUAL:
        if (barry) {
            ou_syntax_error_last(&ex->parser, PyExc_SyntaxError, "with Barry as BDFL, use '<>' instead of '!='");
            ex->stopped = true;
            return -1;
        }
        return at + 1;
    case TOK_LESSGREATER: return barry ? at + 1 : -1;
    case TOK_NOT: return match_token(ex, TOK_IN, at + 1);
    case TOK_IS: return kind_at(ex, at + 1) == TOK_NOT ? at + 2 : at + 1;
    default: return -1;
    }
}

/* Numbers of rules that are called from code, found once. */
static struct {
    int atom, genexp, arguments, slices;
} called;

static void
find_called(void)
{
    if (called.atom == 0) {
        called.genexp = rule_named("genexp", 6);
        called.arguments = rule_named("arguments", 9);
        called.slices = rule_named("slices", 6);
        called.atom = rule_named("atom", 4);
    }
}

/* (arguments) or [slices] at `at`: the token after it, or -1. */
static int
match_brackets(Explainer *ex, int at)
{
    bool call = kind_at(ex, at) == TOK_LPAR;
    int end = match_rule(ex, call ? called.arguments : called.slices, at + 1);
    if (end < 0) {
        if (!call || ex->stopped) {
            return -1;
        }
        end = at + 1;
    }
    return match_token(ex, call ? TOK_RPAR : TOK_RSQB, end);
}

/* a.b, a(...), a[...] from `at`, which is behind the `a`: the token after one of them, or -1.  A generator is
 * looked for before other arguments; and so its mistakes are at any kind of bracket, even one that cannot
 * follow. */
static int
match_trailer(Explainer *ex, int at)
{
    int kind = kind_at(ex, at), end;
    if (kind == TOK_DOT) {
        return match_token(ex, TOK_NAME, at + 1);
    }
    if (kind != TOK_LPAR && kind != TOK_LSQB && kind != TOK_LBRACE) {
        return -1;
    }
    end = match_rule(ex, called.genexp, at);
    return end >= 0 || ex->stopped || kind == TOK_LBRACE ? end : match_brackets(ex, at);
}

static int
match_primary(Explainer *ex, int at)
{
    find_called();
    int end = match_rule(ex, called.atom, at), next = end;
    while (next >= 0) {
        end = next;
        next = match_trailer(ex, end);
    }
    return ex->stopped ? -1 : end;
}

static int
then_trailer(Explainer *ex, int end)
{
    if (end < 0 || ex->stopped) {
        return -1;
    }
    int kind = kind_at(ex, end);
    return kind == TOK_LPAR || kind == TOK_LSQB || kind == TOK_DOT ? end : -1;
}

/* One more trailer of a target's primary; another must follow it. */
static int
match_t_trailer(Explainer *ex, int at)
{
    int kind = kind_at(ex, at), end;
    if (kind == TOK_DOT) {
        return then_trailer(ex, match_token(ex, TOK_NAME, at + 1));
    }
    if (kind == TOK_LSQB) {
        end = then_trailer(ex, match_brackets(ex, at));
        return end >= 0 || ex->stopped ? end : then_trailer(ex, match_rule(ex, called.genexp, at));
    }
    end = then_trailer(ex, match_rule(ex, called.genexp, at));
    return end >= 0 || ex->stopped ? end : then_trailer(ex, match_brackets(ex, at));
}

/* A primary of which a trailer is left over: what a target is a part of. */
static int
match_t_primary(Explainer *ex, int at)
{
    find_called();
    int end = then_trailer(ex, match_rule(ex, called.atom, at)), next = end;
    while (next >= 0) {
        end = next;
        next = match_t_trailer(ex, end);
    }
    return ex->stopped ? -1 : end;
}

static int
compute_level(Explainer *ex, int level, int at)
{
    int end, next;
    switch (level) {
    case BIND_OR:
    case BIND_AND:
        end = match_level(ex, level + 1, at);
        while (end >= 0 && kind_at(ex, end) == (level == BIND_OR ? TOK_OR : TOK_AND)
               && (next = match_level(ex, level + 1, end + 1)) >= 0) {
            end = next;
        }
        return end;
    case BIND_NOT:
        if (kind_at(ex, at) == TOK_NOT) {
            return match_level(ex, level, at + 1);
        }
        return match_level(ex, level + 1, at);
    case BIND_COMPARE:
        end = match_level(ex, level + 1, at);
        while (end >= 0 && (next = match_comparison(ex, end)) >= 0 && (next = match_level(ex, level + 1, next)) >= 0) {
            end = next;
        }
        return end;
    case BIND_UNARY: {
        int kind = kind_at(ex, at);
        if (kind == TOK_PLUS || kind == TOK_MINUS || kind == TOK_TILDE) {
            return match_level(ex, level, at + 1);
        }
        return match_level(ex, level + 1, at);
    }
    case LEVEL_POWER:
        end = match_level(ex, LEVEL_AWAIT, at);
        if (end >= 0 && kind_at(ex, end) == TOK_DOUBLESTAR && (next = match_level(ex, BIND_UNARY, end + 1)) >= 0) {
            end = next;
        }
        return end;
    case LEVEL_AWAIT: return match_level(ex, LEVEL_PRIMARY, kind_at(ex, at) == TOK_AWAIT ? at + 1 : at);
    case LEVEL_PRIMARY: return match_primary(ex, at);
    default:
        end = match_level(ex, level + 1, at);
        while (end >= 0 && level_has(level, kind_at(ex, end)) && (next = match_level(ex, level + 1, end + 1)) >= 0) {
            end = next;
        }
        return end;
    }
}

/* Go `levels` down.  Returns true if that is too deep: then MemoryError is set, and there is nothing to undo. */
static bool
explainer_too_deep(Explainer *ex, int levels)
{
    ex->depth += levels;
    if (OU_LIKELY(ex->depth <= MAX_DEPTH && (char *)__builtin_frame_address(0) >= ex->parser.build->c_stack_limit)) {
        return false;
    }
    ex->depth -= levels;
    PyErr_NoMemory();
    ex->stopped = true;
    return true;
}

static int
match_level(Explainer *ex, int level, int at)
{
    int end;
    if (ex->stopped) {
        return -1;
    }
    bool shared = level != BIND_COMPARE && level != LEVEL_POWER;
    uint64_t key = memory_key(at, CODE_LEVEL + level, !shared && ex->mistakes);
    if (memory_get(ex, key, &end)) {
        return end;
    }
    if (explainer_too_deep(ex, 1)) {
        return -1;
    }
    end = compute_level(ex, level, at);
    ex->depth--;
    if (ex->stopped) {
        return -1;
    }
    memory_put(ex, key, end);
    return end;
}

/* ---- matching ---- */

#define CUT_FAILED (-2) /* failed behind a ~: no other alternative */

static int match_item(Explainer *ex, const Node *node, int at, Pieces *pieces);

static int
match_sequence(Explainer *ex, uint16_t first, int at, Pieces *pieces)
{
    bool cut = false;
    for (uint16_t i = first; i != 0; i = nodes[i].next) {
        const Node *node = &nodes[i];
        if (node->kind == NODE_CUT) {
            cut = true;
            continue;
        }
        int end = match_item(ex, node, at, pieces);
        if (end < 0 || ex->stopped) {
            return cut ? CUT_FAILED : -1;
        }
        if (node->piece != 0) {
            *(node->piece == 'a' ? &pieces->a : &pieces->b) = (Span){at, end};
        }
        at = end;
    }
    return at;
}

static int
match_item(Explainer *ex, const Node *node, int at, Pieces *pieces)
{
    const Node *child = &nodes[node->child];
    int end;
    switch ((NodeKind)node->kind) {
    case NODE_TOKEN: {
        const Token *token = ou_explainer_token(ex, at);
        if (ex->stopped || token->kind != node->value) {
            return -1;
        }
        if (token->kind == TOK_NUMBER) {
            ou_explainer_number(ex, at);
        }
        return at + 1;
    }
    case NODE_WORD: {
        const Token *token = ou_explainer_token(ex, at);
        return token->kind == TOK_NAME && is_soft_word(ex, token, (char)node->value) ? at + 1 : -1;
    }
    case NODE_SOFT: {
        const Token *token = ou_explainer_token(ex, at);
        return token->kind == TOK_NAME && is_soft_prefix(ex, token) ? at + 1 : -1;
    }
    case NODE_AHEAD: ou_explainer_token(ex, at); return ex->stopped ? -1 : at;
    case NODE_AUGMENTED: {
        int kind = kind_at(ex, at);
        return kind >= TOK_PLUSEQUAL && kind <= TOK_DOUBLESLASHEQUAL ? at + 1 : -1;
    }
    case NODE_RULE: return match_rule(ex, node->value, at);
    case NODE_GROUP:
        for (uint16_t i = node->child; i != 0; i = nodes[i].next) {
            end = match_sequence(ex, nodes[i].child, at, pieces);
            if (end >= 0 || end == CUT_FAILED || ex->stopped) {
                return end;
            }
        }
        return -1;
    case NODE_OPTIONAL: end = match_item(ex, child, at, pieces); return end < 0 ? at : end;
    case NODE_REPEAT:
    case NODE_REPEAT_1:
        for (int first = at;;) {
            end = match_item(ex, child, at, pieces);
            if (end <= at) {
                return node->kind == NODE_REPEAT_1 && at == first ? -1 : at;
            }
            at = end;
        }
    case NODE_AND: return match_item(ex, child, at, pieces) >= 0 ? at : -1;
    case NODE_NOT: return match_item(ex, child, at, pieces) < 0 && !ex->stopped ? at : -1;
    case NODE_LIST:
        end = match_item(ex, child, at, pieces);
        while (end >= 0 && kind_at(ex, end) == node->value && (at = match_item(ex, child, end + 1, pieces)) >= 0) {
            end = at;
        }
        return end;
    case NODE_FORCE: {
        const Token *token = ou_explainer_token(ex, at);
        if (token->kind == node->value || ex->stopped) {
            return ex->stopped ? -1 : at + 1;
        }
        ou_syntax_error_at(&ex->parser, PyExc_SyntaxError, token->lineno, token->col, token->end_lineno, token->end_col,
                           "expected '%s'", node->value == TOK_COLON ? ":" : "(");
        ex->stopped = true;
        return -1;
    }
    default: return -1;
    }
}

static int
compute_rows(Explainer *ex, int rule, int at)
{
    bool lambda = rule >= LAMBDA;
    for (int row = (lambda ? rule - LAMBDA : rule) + 1; row < N_ROWS && rows[row].rule == NULL; row++) {
        if (rows[row].version != FOR_BOTH && (rows[row].version == FOR_LAMBDA) != lambda) {
            continue;
        }
        Pieces pieces = {{-1, -1}, {-1, -1}};
        int end = match_sequence(ex, row_pattern(row, lambda), at, &pieces);
        if (ex->stopped || end == CUT_FAILED) {
            return -1;
        }
        if (end < 0) {
            continue;
        }
        if (rows[row].action == ACTION_NONE) {
            return end;
        }
        return ou_explainer_act(ex, rows[row].action, rows[row].message, pieces, end) ? end : -1;
    }
    return -1;
}

static int
compute_rule(Explainer *ex, int rule, int at)
{
    int end;
    switch (rule) {
    case CODE_T_PRIMARY: return match_t_primary(ex, at);
    case CODE_STRINGS: return kind_at(ex, at) == TOK_STRING ? ou_explainer_strings(ex, at) : -1;
    case CODE_UNSUSPECTING: {
        bool before = ex->mistakes;
        ex->mistakes = false;
        end = match_rule(ex, rule_named("plain_expression", 16), at);
        ex->mistakes = before;
        return end;
    }
    default: return compute_rows(ex, rule, at);
    }
}

static int
match_rule(Explainer *ex, int rule, int at)
{
    int end;
    if (ex->stopped) {
        return -1;
    }
    if (rule == CODE_DISJUNCTION || rule == CODE_OPERAND) {
        return match_level(ex, rule == CODE_DISJUNCTION ? BIND_OR : BIND_BITOR, at);
    }
    bool shared = rule >= CODE_FIRST || rows[rule % LAMBDA].kind == RULE_KEPT;
    if (rule < CODE_FIRST && !ex->mistakes && strncmp(rows[rule % LAMBDA].rule, "bad_", 4) == 0) {
        return -1;
    }
    uint64_t key = memory_key(at, rule, !shared && ex->mistakes);
    if (memory_get(ex, key, &end)) {
        return end;
    }
    if (explainer_too_deep(ex, RULE_DEPTH)) {
        return -1;
    }
    end = compute_rule(ex, rule, at);
    ex->depth -= RULE_DEPTH;
    if (ex->stopped) {
        return -1;
    }
    memory_put(ex, key, end);
    return end;
}

int
ou_explainer_match(Explainer *ex, const char *name, int at)
{
    return match_rule(ex, rule_named(name, strlen(name)), at);
}

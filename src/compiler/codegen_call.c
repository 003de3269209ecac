/* compiler/codegen_call.c - calls: callable and arguments into a window.
 *
 * A window begins at a register W: the callable in W, seven words that become the callee's frame header, the arguments from
 * W + OU_WINDOW on.  A method call has the receiver there (or nothing, if the attribute was no method).
 *
 * Invariant  all of a window but what was evaluated into it is NULL when the call runs.
 * Not here   class statements and decorators, which use ou_gen_call_rest(). */
#include "compiler/codegen.h"

#include "object/state.h"

/* Arbitrary: more arguments than this travel in a list, not in registers. */
enum { MAX_WINDOW_ARGS = 200 };

static int
warn_callee(Compiler *c, Expr *func)
{
    const char *type;
    switch (func->kind) {
    case EXPR_CONSTANT: type = Py_TYPE(func->Constant.value)->tp_name; break;
    case EXPR_TUPLE: type = "tuple"; break;
    case EXPR_LIST:
    case EXPR_LISTCOMP: type = "list"; break;
    case EXPR_DICT:
    case EXPR_DICTCOMP: type = "dict"; break;
    case EXPR_SET:
    case EXPR_SETCOMP: type = "set"; break;
    case EXPR_GENERATOREXP: type = "generator"; break;
    case EXPR_JOINEDSTR:
    case EXPR_FORMATTEDVALUE: type = "str"; break;
    default: return 0;
    }
    AT(c, func);
    return ou_gen_warn(c, "'%.200s' object is not callable; perhaps you missed a comma?", type);
}

int
ou_gen_check_keywords(Compiler *c, KeywordSeq keywords)
{
    for (Py_ssize_t i = 0; i < keywords.n; i++) {
        Keyword *keyword = keywords.items[i];
        if (keyword->arg == NULL) {
            continue;
        }
        if (keyword->arg == OU_STR(__debug__)) {
            return ou_gen_check_name(c, keyword->arg, CTX_STORE);
        }
        for (Py_ssize_t j = i + 1; j < keywords.n; j++) {
            if (keywords.items[j]->arg == keyword->arg) {
                AT(c, keywords.items[j]);
                return ou_gen_error(c, "keyword argument repeated: %U", keyword->arg);
            }
        }
    }
    return 0;
}

/* No stars, and few enough for a window. */
static bool
is_plain(ExprSeq args, KeywordSeq keywords)
{
    if (args.n + keywords.n > MAX_WINDOW_ARGS) {
        return false;
    }
    for (Py_ssize_t i = 0; i < args.n; i++) {
        if (args.items[i]->kind == EXPR_STARRED) {
            return false;
        }
    }
    for (Py_ssize_t i = 0; i < keywords.n; i++) {
        if (keywords.items[i]->arg == NULL) {
            return false;
        }
    }
    return true;
}

/* Constant tuple of keywords' names: its index, or -1. */
static int
keyword_names(Compiler *c, KeywordSeq keywords, Py_ssize_t from, Py_ssize_t to)
{
    PyObject *names = PyTuple_New(to - from);
    if (names == NULL) {
        return -1;
    }
    for (Py_ssize_t i = from; i < to; i++) {
        PyTuple_SET_ITEM(names, i - from, Py_NewRef(keywords.items[i]->arg));
    }
    int index = ou_const_index(c, names);
    Py_DECREF(names);
    if (index > 0xFFFF) {
        return ou_gen_error(c, "too many constants");
    }
    return index;
}

static int
push_arguments(Compiler *c, ExprSeq args, KeywordSeq keywords)
{
    for (Py_ssize_t i = 0; i < args.n; i++) {
        TRY(ou_gen_push(c, args.items[i]));
    }
    for (Py_ssize_t i = 0; i < keywords.n; i++) {
        TRY(ou_gen_push(c, keywords.items[i]->value));
    }
    return 0;
}

/* ---- calls with stars ------------------------------------------------------------------------------- */

/* The positional arguments as one object into register w + OU_WINDOW, where the first n_filled already begin. */
static int
gather_positional(Compiler *c, int w, int n_filled, ExprSeq args, OuPlace place)
{
    Unit *u = c->unit;
    int first = w + OU_WINDOW;
    if (n_filled == 0 && args.n == 1 && args.items[0]->kind == EXPR_STARRED) {
        TRY(ou_gen_push(c, args.items[0]->Starred.value));
        return 0;
    }
    if (n_filled == 0 && args.n == 0) {
        PyObject *empty = PyTuple_New(0);
        int reg = empty == NULL ? -1 : ou_gen_push_const(c, empty);
        Py_XDECREF(empty);
        return reg < 0 ? -1 : 0;
    }
    Py_ssize_t i = 0;
    for (; i < args.n && n_filled + i < MAX_WINDOW_ARGS && args.items[i]->kind != EXPR_STARRED; i++) {
        TRY(ou_gen_push(c, args.items[i]));
    }
    u->at = place;
    int t = ou_temp_reserve(c, 1);
    TRY(t);
    TRY(ou_emit(c, OU_OP_BUILD_LIST, TEMP(t), first, n_filled + (int)i));
    if (t != first) {
        TRY(ou_emit(c, OU_OP_MOVE, TEMP(first), TEMP(t), 0));
    }
    u->sp = first + 1;
    for (; i < args.n; i++) {
        bool starred = args.items[i]->kind == EXPR_STARRED;
        int x = ou_gen_expr(c, starred ? args.items[i]->Starred.value : args.items[i], ANY);
        TRY(x);
        u->at = place;
        TRY(ou_emit(c, starred ? OU_OP_LIST_EXTEND : OU_OP_LIST_APPEND, first, x, 0));
        u->sp = first + 1;
    }
    return ou_emit(c, OU_OP_LIST_TO_TUPLE, first, 0, 0);
}

/* Keywords from..to, all with names, as a dict into D field d. */
static int
build_keywords(Compiler *c, KeywordSeq keywords, Py_ssize_t from, Py_ssize_t to, int d, OuPlace place)
{
    int w = c->unit->sp, names = keyword_names(c, keywords, from, to);
    TRY(names);
    for (Py_ssize_t i = from; i < to; i++) {
        TRY(ou_gen_push(c, keywords.items[i]->value));
    }
    c->unit->at = place;
    TRY(ou_emit(c, OU_OP_BUILD_CONST_KEY_MAP, d, w, names));
    c->unit->sp = w;
    return 0;
}

/* All keyword arguments as one dict into the next register. */
static int
gather_keywords(Compiler *c, int w, KeywordSeq keywords, OuPlace place)
{
    Unit *u = c->unit;
    int dict = ou_temp_reserve(c, 1);
    TRY(dict);
    bool begun = false;
    for (Py_ssize_t i = 0; i < keywords.n;) {
        Py_ssize_t to = i;
        while (to < keywords.n && keywords.items[to]->arg != NULL && to - i < MAX_WINDOW_ARGS) {
            to++;
        }
        int mark = u->sp, x;
        if (to > i && !begun) {
            TRY(build_keywords(c, keywords, i, to, TEMP(dict), place));
            begun = true;
            i = to;
            continue;
        }
        if (!begun) {
            u->at = place;
            TRY(ou_emit(c, OU_OP_BUILD_MAP, TEMP(dict), mark, 0));
            begun = true;
        }
        if (to > i) {
            x = ou_temp_reserve(c, 1);
            TRY(x);
            x = TEMP(x);
            TRY(build_keywords(c, keywords, i, to, x, place));
            i = to;
        }
        else {
            x = ou_gen_expr(c, keywords.items[i++]->value, ANY);
            TRY(x);
        }
        u->at = place;
        TRY(ou_emit(c, OU_OP_DICT_MERGE, dict, x, w));
        u->sp = mark;
    }
    return 0;
}

/* ---- the call --------------------------------------------------------------------------------------- */

int
ou_gen_call_rest(Compiler *c, int w, int n_filled, ExprSeq args, KeywordSeq keywords, int want, OuPlace place)
{
    Unit *u = c->unit;
    if (is_plain(args, keywords)) {
        TRY(push_arguments(c, args, keywords));
        int n = n_filled + (int)(args.n + keywords.n);
        if (keywords.n == 0) {
            u->at = place;
            return ou_emit(c, OU_OP_CALL, want, w, n);
        }
        int names = keyword_names(c, keywords, 0, keywords.n);
        TRY(names);
        u->at = place;
        return ou_emit_ext(c, OU_OP_CALL_KW, want, w, n, names);
    }
    TRY(gather_positional(c, w, n_filled, args, place));
    if (keywords.n > 0) {
        TRY(gather_keywords(c, w, keywords, place));
    }
    u->at = place;
    return ou_emit(c, OU_OP_CALL_EX, want, w, keywords.n > 0);
}

/* In a chain of calls over several lines: from the name of the method on. */
static OuPlace
method_place(Expr *e, Expr *attribute)
{
    OuPlace place = PLACE(e);
    if (attribute->lineno != attribute->end_lineno) {
        Py_ssize_t len = PyUnicode_GET_LENGTH(attribute->Attribute.attr);
        place.line = attribute->end_lineno;
        place.col = len <= attribute->end_col_offset ? attribute->end_col_offset - (int)len : -1;
        if (place.col < 0) {
            place.end_col = -1;
        }
    }
    return place;
}

static int
gen_method_call(Compiler *c, Expr *e, int mark, int want)
{
    Unit *u = c->unit;
    Expr *func = e->Call.func;
    /* The receiver is consumed before the result is written, so it may wait in the result's register. */
    int x;
    Expr *value = func->Attribute.value;
    if (value->kind == EXPR_NAME) {
        x = ou_gen_expr(c, value, ANY);
    }
    else {
        x = ou_gen_expr(c, value, want != ANY && IS_TEMP(want) ? want : ANY);
    }
    TRY(x);
    int d = want == ANY ? TEMP(mark) : want;
    if (want == ANY && u->sp == mark) {
        TRY(ou_temp_reserve(c, 1));
    }
    int name = ou_name_index(c, func->Attribute.attr);
    TRY(name);
    int w = ou_temp_reserve(c, OU_WINDOW + 1);
    TRY(w);
    u->at = method_place(func, func);
    TRY(ou_emit(c, OU_OP_LOAD_METHOD, w, x, name));
    TRY(push_arguments(c, e->Call.args, e->Call.keywords));
    int n = (int)(e->Call.args.n + e->Call.keywords.n);
    OuPlace place = method_place(e, func);
    if (e->Call.keywords.n == 0) {
        u->at = place;
        TRY(ou_emit(c, OU_OP_CALL_METHOD, d, w, n));
    }
    else {
        int names = keyword_names(c, e->Call.keywords, 0, e->Call.keywords.n);
        TRY(names);
        u->at = place;
        TRY(ou_emit_ext(c, OU_OP_CALL_METHOD_KW, d, w, n, names));
    }
    u->sp = want == ANY ? mark + 1 : mark;
    return d;
}

int
ou_gen_call(Compiler *c, Expr *e, int want)
{
    Unit *u = c->unit;
    Expr *func = e->Call.func;
    AT(c, e);
    TRY(ou_gen_check_keywords(c, e->Call.keywords));
    TRY(warn_callee(c, func));
    int mark = u->sp;
    if (func->kind == EXPR_ATTRIBUTE && is_plain(e->Call.args, e->Call.keywords)) {
        return gen_method_call(c, e, mark, want);
    }
    int d = want;
    if (want == ANY) {
        TRY(ou_temp_reserve(c, 1));
        d = TEMP(mark);
    }
    int w = ou_gen_push(c, func);
    TRY(w);
    TRY(ou_temp_reserve(c, OU_WINDOW - 1));
    TRY(ou_gen_call_rest(c, w, 0, e->Call.args, e->Call.keywords, d, PLACE(e)));
    u->sp = want == ANY ? mark + 1 : mark;
    return d;
}

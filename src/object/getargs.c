/* object/getargs.c - PyArg_Parse and its family: arguments by format strings, for extension modules.
 *
 * Owns       nothing; results are borrowed from the arguments.
 * Invariant  a parse that fails leaves nothing to release.
 * Not here   the units of a format (getargs_convert.c); parsing by tables, which the runtime's own functions use (args.c);
 *            checks and unpacking without formats (getargs_unpack.c). */
#include "object/getargs.h"

/* ---- what a format says of the whole --------------------------------------------------------------------------- */

typedef struct {
    int min, max;        /* units before '|'; units */
    const char *name;    /* behind ':', up to the end, or NULL */
    const char *message; /* behind ';', or NULL */
} FormatInfo;

/* Returns 0, or -1 with SystemError set. */
static int
format_info(const char *format, FormatInfo *info)
{
    int level = 0;
    *info = (FormatInfo){.min = -1};
    for (;; format++) {
        char c = *format;
        if (c == '(') {
            info->max += level == 0;
            if (++level >= OU_GETARGS_LEVELS - 2) {
                PyErr_SetString(PyExc_SystemError, "too many tuple nesting levels in argument format string");
                return -1;
            }
        }
        else if (c == ')') {
            if (level == 0) {
                PyErr_SetString(PyExc_SystemError, "excess ')' in getargs format");
                return -1;
            }
            level--;
        }
        else if (c == '\0' || c == ':' || c == ';') {
            info->name = c == ':' ? format + 1 : NULL;
            info->message = c == ';' ? format + 1 : NULL;
            break;
        }
        else if (level == 0) {
            if (c == '|') {
                info->min = info->max;
            }
            else if (Py_ISALPHA(c)) {
                info->max++;
                format += c == 'e' && format[1] != '\0';
            }
        }
    }
    if (level != 0) {
        PyErr_SetString(PyExc_SystemError, "missing ')' in getargs format");
        return -1;
    }
    if (info->min < 0) {
        info->min = info->max;
    }
    return 0;
}

/* Raise for argument `number` (from 1; 0: the only one) what a unit has said. */
static void
raise_message(OuGetargs *state, Py_ssize_t number, const char *text, const char *name, const char *message)
{
    char where[OU_GETARGS_TEXT];
    int at = 0;
    if (PyErr_Occurred()) {
        return;
    }
    if (message == NULL) {
        where[0] = '\0';
        if (name != NULL) {
            at += snprintf(where, sizeof where, "%.200s() ", name);
        }
        if (number != 0) {
            at += snprintf(where + at, sizeof where - (size_t)at, "argument %zd", number);
            for (int i = 0; i < OU_GETARGS_LEVELS && state->levels[i] > 0 && at < 220; i++) {
                at += snprintf(where + at, sizeof where - (size_t)at, ", item %d", state->levels[i] - 1);
            }
        }
        else {
            at += snprintf(where + at, sizeof where - (size_t)at, "argument");
        }
        if (text[0] == '(') {
            PyErr_Format(PyExc_SystemError, "%s %.256s", where, text);
            return;
        }
        PyErr_Format(PyExc_TypeError, "%s %.256s", where, text);
        return;
    }
    PyErr_SetString(text[0] == '(' ? PyExc_SystemError : PyExc_TypeError, message);
}

/* ---- positional arguments -------------------------------------------------------------------------------------- */

static int
parse_positional(PyObject *const *args, Py_ssize_t n_args, const char *format, va_list list, bool size_t_clean)
{
    const char *start = format;
    FormatInfo info;
    if (format_info(format, &info) < 0) {
        return 0;
    }
    if (n_args < info.min || info.max < n_args) {
        if (info.message != NULL) {
            PyErr_SetString(PyExc_TypeError, info.message);
            return 0;
        }
        bool few = n_args < info.min;
        int limit = few ? info.min : info.max;
        PyErr_Format(PyExc_TypeError, "%.150s%s takes %s %d argument%s (%zd given)", info.name != NULL ? info.name : "function",
                     info.name != NULL ? "()" : "",
                     info.min == info.max ? "exactly"
                     : few                ? "at least"
                                          : "at most",
                     limit, limit == 1 ? "" : "s", n_args);
        return 0;
    }
    OuGetargs state;
    ou_getargs_init(&state, list, size_t_clean);
    for (Py_ssize_t i = 0; i < n_args; i++) {
        format += *format == '|';
        const char *text = ou_getargs_convert(&state, args[i], &format);
        if (text != NULL) {
            raise_message(&state, i + 1, text, info.name, info.message);
            return ou_getargs_finish(&state, 0);
        }
    }
    if (*format != '\0' && !Py_ISALPHA(*format) && strchr("(|:;", *format) == NULL) {
        PyErr_Format(PyExc_SystemError, "bad format string: %.200s", start);
        return ou_getargs_finish(&state, 0);
    }
    return ou_getargs_finish(&state, 1);
}

/* PyArg_Parse: the one argument, or with several units a tuple... of old. */
static int
parse_one(PyObject *arg, const char *format, va_list list, bool size_t_clean)
{
    FormatInfo info;
    if (format_info(format, &info) < 0) {
        return 0;
    }
    const char *name = info.name != NULL ? info.name : "function", *parens = info.name != NULL ? "()" : "";
    if (info.max == 0) {
        if (arg == NULL) {
            return 1;
        }
        PyErr_Format(PyExc_TypeError, "%.200s%s takes no arguments", name, parens);
        return 0;
    }
    if (info.min != 1 || info.max != 1) {
        PyErr_SetString(PyExc_SystemError, "old style getargs format uses new features");
        return 0;
    }
    if (arg == NULL) {
        PyErr_Format(PyExc_TypeError, "%.200s%s takes at least one argument", name, parens);
        return 0;
    }
    OuGetargs state;
    ou_getargs_init(&state, list, size_t_clean);
    const char *text = ou_getargs_convert(&state, arg, &format);
    if (text != NULL) {
        raise_message(&state, 0, text, info.name, info.message);
    }
    return ou_getargs_finish(&state, text == NULL);
}

static int
parse_tuple(PyObject *args, const char *format, va_list list, bool size_t_clean)
{
    if (!PyTuple_Check(args)) {
        PyErr_SetString(PyExc_SystemError, "new style getargs format but argument is not a tuple");
        return 0;
    }
    return parse_positional(((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args), format, list, size_t_clean);
}

/* ---- with keywords --------------------------------------------------------------------------------------------- */

/* Keyword arguments: a dict, or names with an array of values. */
typedef struct {
    PyObject *dict, *names; /* one of them, or neither */
    PyObject *const *values;
} Keywords;

static Py_ssize_t
keywords_count(const Keywords *keywords)
{
    return keywords->dict != NULL  ? PyDict_GET_SIZE(keywords->dict)
         : keywords->names != NULL ? PyTuple_GET_SIZE(keywords->names)
                                   : 0;
}

/* The i-th (a dict's position is kept in *pos).  Borrowed. */
static bool
keywords_next(const Keywords *keywords, Py_ssize_t *pos, PyObject **key, PyObject **value)
{
    if (keywords->dict != NULL) {
        return PyDict_Next(keywords->dict, pos, key, value);
    }
    if (keywords->names == NULL || *pos >= PyTuple_GET_SIZE(keywords->names)) {
        return false;
    }
    *key = PyTuple_GET_ITEM(keywords->names, *pos);
    *value = keywords->values[(*pos)++];
    return true;
}

static bool
name_is(PyObject *key, const char *name)
{
    if (!PyUnicode_Check(key)) {
        return false;
    }
    if (PyUnicode_IS_COMPACT_ASCII(key)) {
        size_t n = (size_t)PyUnicode_GET_LENGTH(key);
        return strlen(name) == n && memcmp(PyUnicode_1BYTE_DATA(key), name, n) == 0;
    }
    PyObject *text = PyUnicode_FromString(name);
    bool same = text != NULL && _PyUnicode_Equal(text, key) > 0;
    Py_XDECREF(text);
    PyErr_Clear();
    return same;
}

static PyObject *
keywords_find(const Keywords *keywords, const char *name)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    while (keywords_next(keywords, &pos, &key, &value)) {
        if (name_is(key, name)) {
            return value;
        }
    }
    return NULL;
}

/* Some keyword has no parameter, or its parameter was given by position too: say which. */
static OU_COLD int
raise_bad_keyword(const Keywords *keywords, const char *const *names, int n_posonly, int len, Py_ssize_t n_args,
                  const char *name)
{
    PyObject *key, *value;
    const char *parens = name != NULL ? "()" : "";
    for (int i = n_posonly; i < n_args && i < len; i++) {
        if (keywords_find(keywords, names[i]) != NULL) {
            PyErr_Format(PyExc_TypeError, "argument for %.200s%s given by name ('%s') and position (%d)",
                         name != NULL ? name : "function", parens, names[i], i + 1);
            return 0;
        }
    }
    for (Py_ssize_t pos = 0; keywords_next(keywords, &pos, &key, &value);) {
        if (!PyUnicode_Check(key)) {
            PyErr_SetString(PyExc_TypeError, "keywords must be strings");
            return 0;
        }
        int i = n_posonly;
        while (i < len && !name_is(key, names[i])) {
            i++;
        }
        if (i == len) {
            PyErr_Format(PyExc_TypeError, "'%S' is an invalid keyword argument for %.200s%s", key,
                         name != NULL ? name : "this function", parens);
            return 0;
        }
    }
    PyErr_SetString(PyExc_SystemError, "more argument specifiers than keyword list entries");
    return 0;
}

/* The names' number, and how many at the start are empty: positional-only.  Returns -1 with SystemError set. */
static int
count_names(const char *const *names, int *n_posonly)
{
    int len = 0;
    *n_posonly = 0;
    while (names[*n_posonly] != NULL && names[*n_posonly][0] == '\0') {
        (*n_posonly)++;
    }
    for (len = *n_posonly; names[len] != NULL; len++) {
        if (names[len][0] == '\0') {
            PyErr_SetString(PyExc_SystemError, "Empty keyword parameter name");
            return -1;
        }
    }
    return len;
}

static int
parse_keywords(PyObject *const *args, Py_ssize_t n_args, const Keywords *keywords, const char *format, const char *const *names,
               const char *name, const char *message, va_list list, bool size_t_clean)
{
    int n_posonly, len = count_names(names, &n_posonly);
    int min = INT_MAX, max = INT_MAX; /* where '|' and '$' stand */
    bool missing = false, keyword_required = false;
    Py_ssize_t n_left = keywords_count(keywords);
    const char *shown = name != NULL ? name : "function", *parens = name != NULL ? "()" : "";
    if (len < 0) {
        return 0;
    }
    if (n_args + n_left > len) {
        PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d %sargument%s (%zd given)", shown, parens, "at most", len,
                     n_args == 0 ? "keyword " : "", len == 1 ? "" : "s", n_args + n_left);
        return 0;
    }
    OuGetargs state;
    ou_getargs_init(&state, list, size_t_clean);
    for (int i = 0; i < len; i++) {
        if (*format == '|') {
            min = i;
            format++;
            if (max == INT_MAX) {
                keyword_required = false;
            }
        }
        if (*format == '$') {
            max = i;
            format++;
            if (max < n_posonly) {
                PyErr_SetString(PyExc_SystemError, "Empty parameter name after $");
                return ou_getargs_finish(&state, 0);
            }
            if (min == INT_MAX) {
                keyword_required = true;
            }
            if (max < n_args) {
                if (max == 0) {
                    PyErr_Format(PyExc_TypeError, "%.200s%s takes no positional arguments", shown, parens);
                }
                else {
                    PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", shown, parens,
                                 min != INT_MAX ? "at most" : "exactly", max, max == 1 ? "" : "s", n_args);
                }
                return ou_getargs_finish(&state, 0);
            }
        }
        if (*format == '\0' || *format == ':' || *format == ';') {
            PyErr_Format(PyExc_SystemError, "More keyword list entries (%d) than format specifiers (%d)", len, i);
            return ou_getargs_finish(&state, 0);
        }
        if (!missing) {
            PyObject *current = NULL;
            if (i < n_args) {
                current = args[i];
            }
            else if (n_left > 0 && i >= n_posonly) {
                current = keywords_find(keywords, names[i]);
                n_left -= current != NULL;
            }
            if (current != NULL) {
                const char *text = ou_getargs_convert(&state, current, &format);
                if (text != NULL) {
                    raise_message(&state, i + 1, text, name, message);
                    return ou_getargs_finish(&state, 0);
                }
                continue;
            }
            if (i < min && i >= n_posonly) {
                PyErr_Format(PyExc_TypeError, "%.200s%s missing required argument '%s' (pos %d)", shown, parens, names[i],
                             i + 1);
                return ou_getargs_finish(&state, 0);
            }
            if (i < min) {
                missing = true; /* how many there must be is known when '|' is reached: go on to the end */
            }
            else if (n_left == 0 && !keyword_required && (min != INT_MAX || i >= len)) {
                return ou_getargs_finish(&state, 1); /* nothing more is given, nothing more is needed */
            }
        }
        const char *text = ou_getargs_skip(&state, &format);
        if (text != NULL) {
            if (!PyErr_Occurred()) {
                PyErr_Format(PyExc_SystemError, "%s: '%s'", text, format);
            }
            return ou_getargs_finish(&state, 0);
        }
    }
    if (missing) {
        int least = Py_MIN(n_posonly, min);
        PyErr_Format(PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", shown, parens,
                     least < Py_MIN(max, len) ? "at least" : "exactly", least, least == 1 ? "" : "s", n_args);
        return ou_getargs_finish(&state, 0);
    }
    if (*format != '\0' && *format != ';' && *format != ':' && *format != '|' && *format != '$') {
        PyErr_Format(PyExc_SystemError, "more argument specifiers than keyword list entries (remaining format:'%s')", format);
        return ou_getargs_finish(&state, 0);
    }
    if (n_left > 0) {
        return ou_getargs_finish(&state, raise_bad_keyword(keywords, names, n_posonly, len, n_args, name));
    }
    return ou_getargs_finish(&state, 1);
}

/* The name and message at a format's end. */
static void
format_ends(const char *format, const char **name, const char **message)
{
    const char *colon = strchr(format, ':'), *semicolon = strchr(format, ';');
    *name = colon != NULL ? colon + 1 : NULL;
    *message = semicolon != NULL && colon == NULL ? semicolon + 1 : NULL;
}

static int
parse_tuple_and_keywords(PyObject *args, PyObject *kwargs, const char *format, char **names, va_list list, bool size_t_clean)
{
    if (args == NULL || !PyTuple_Check(args) || (kwargs != NULL && !PyDict_Check(kwargs)) || format == NULL || names == NULL) {
        PyErr_BadInternalCall();
        return 0;
    }
    const char *name, *message;
    format_ends(format, &name, &message);
    Keywords keywords = {.dict = kwargs};
    return parse_keywords(((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args), &keywords, format,
                          (const char *const *)names, name, message, list, size_t_clean);
}

/* By a parser structure, whose format may name the function. */
static int
parse_fast(PyObject *const *args, Py_ssize_t n_args, const Keywords *keywords, struct _PyArg_Parser *parser, va_list list,
           bool size_t_clean)
{
    const char *name, *message;
    if (parser == NULL || parser->format == NULL) {
        PyErr_BadInternalCall();
        return 0;
    }
    format_ends(parser->format, &name, &message);
    if (parser->fname != NULL) {
        name = parser->fname;
    }
    return parse_keywords(args, n_args, keywords, parser->format, parser->keywords, name, message, list, size_t_clean);
}

/* ---- the names of the API: each returns 1, or 0 with an error set ---------------------------------------------- */

#undef PyArg_Parse
#undef PyArg_ParseTuple
#undef PyArg_ParseTupleAndKeywords
#undef PyArg_VaParse
#undef PyArg_VaParseTupleAndKeywords

int _PyArg_Parse_SizeT(PyObject *, const char *, ...);
int _PyArg_ParseTuple_SizeT(PyObject *, const char *, ...);
int _PyArg_ParseTupleAndKeywords_SizeT(PyObject *, PyObject *, const char *, char **, ...);
int _PyArg_VaParse_SizeT(PyObject *, const char *, va_list);
int _PyArg_VaParseTupleAndKeywords_SizeT(PyObject *, PyObject *, const char *, char **, va_list);
int _PyArg_ParseStack_SizeT(PyObject *const *, Py_ssize_t, const char *, ...);
int _PyArg_ParseStackAndKeywords_SizeT(PyObject *const *, Py_ssize_t, PyObject *, struct _PyArg_Parser *, ...);
int _PyArg_ParseTupleAndKeywordsFast_SizeT(PyObject *, PyObject *, struct _PyArg_Parser *, ...);
int _PyArg_VaParseTupleAndKeywordsFast_SizeT(PyObject *, PyObject *, struct _PyArg_Parser *, va_list);

#define WITH_LIST(last, call) \
    va_list list;             \
    va_start(list, last);     \
    int ok = call;            \
    va_end(list);             \
    return ok

Py_EXPORTED_SYMBOL int
PyArg_Parse(PyObject *arg, const char *format, ...)
{
    WITH_LIST(format, parse_one(arg, format, list, false));
}

Py_EXPORTED_SYMBOL int
_PyArg_Parse_SizeT(PyObject *arg, const char *format, ...)
{
    WITH_LIST(format, parse_one(arg, format, list, true));
}

Py_EXPORTED_SYMBOL int
PyArg_ParseTuple(PyObject *args, const char *format, ...)
{
    WITH_LIST(format, parse_tuple(args, format, list, false));
}

Py_EXPORTED_SYMBOL int
_PyArg_ParseTuple_SizeT(PyObject *args, const char *format, ...)
{
    WITH_LIST(format, parse_tuple(args, format, list, true));
}

Py_EXPORTED_SYMBOL int
PyArg_VaParse(PyObject *args, const char *format, va_list list)
{
    return parse_tuple(args, format, list, false);
}

Py_EXPORTED_SYMBOL int
_PyArg_VaParse_SizeT(PyObject *args, const char *format, va_list list)
{
    return parse_tuple(args, format, list, true);
}

Py_EXPORTED_SYMBOL int
_PyArg_ParseStack(PyObject *const *args, Py_ssize_t n_args, const char *format, ...)
{
    WITH_LIST(format, parse_positional(args, n_args, format, list, false));
}

Py_EXPORTED_SYMBOL int
_PyArg_ParseStack_SizeT(PyObject *const *args, Py_ssize_t n_args, const char *format, ...)
{
    WITH_LIST(format, parse_positional(args, n_args, format, list, true));
}

Py_EXPORTED_SYMBOL int
PyArg_ParseTupleAndKeywords(PyObject *args, PyObject *kwargs, const char *format, char **names, ...)
{
    WITH_LIST(names, parse_tuple_and_keywords(args, kwargs, format, names, list, false));
}

Py_EXPORTED_SYMBOL int
_PyArg_ParseTupleAndKeywords_SizeT(PyObject *args, PyObject *kwargs, const char *format, char **names, ...)
{
    WITH_LIST(names, parse_tuple_and_keywords(args, kwargs, format, names, list, true));
}

Py_EXPORTED_SYMBOL int
PyArg_VaParseTupleAndKeywords(PyObject *args, PyObject *kwargs, const char *format, char **names, va_list list)
{
    return parse_tuple_and_keywords(args, kwargs, format, names, list, false);
}

Py_EXPORTED_SYMBOL int
_PyArg_VaParseTupleAndKeywords_SizeT(PyObject *args, PyObject *kwargs, const char *format, char **names, va_list list)
{
    return parse_tuple_and_keywords(args, kwargs, format, names, list, true);
}

static int
parse_fast_tuple(PyObject *args, PyObject *kwargs, struct _PyArg_Parser *parser, va_list list, bool size_t_clean)
{
    Keywords keywords = {.dict = kwargs};
    if (args == NULL || !PyTuple_Check(args) || (kwargs != NULL && !PyDict_Check(kwargs))) {
        PyErr_BadInternalCall();
        return 0;
    }
    return parse_fast(((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args), &keywords, parser, list, size_t_clean);
}

static int
parse_fast_stack(PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, struct _PyArg_Parser *parser, va_list list,
                 bool size_t_clean)
{
    Keywords keywords = {.names = kwnames, .values = args + n_args};
    return parse_fast(args, n_args, &keywords, parser, list, size_t_clean);
}

Py_EXPORTED_SYMBOL int
_PyArg_ParseTupleAndKeywordsFast(PyObject *args, PyObject *kwargs, struct _PyArg_Parser *parser, ...)
{
    WITH_LIST(parser, parse_fast_tuple(args, kwargs, parser, list, false));
}

Py_EXPORTED_SYMBOL int
_PyArg_ParseTupleAndKeywordsFast_SizeT(PyObject *args, PyObject *kwargs, struct _PyArg_Parser *parser, ...)
{
    WITH_LIST(parser, parse_fast_tuple(args, kwargs, parser, list, true));
}

Py_EXPORTED_SYMBOL int
_PyArg_VaParseTupleAndKeywordsFast(PyObject *args, PyObject *kwargs, struct _PyArg_Parser *parser, va_list list)
{
    return parse_fast_tuple(args, kwargs, parser, list, false);
}

Py_EXPORTED_SYMBOL int
_PyArg_VaParseTupleAndKeywordsFast_SizeT(PyObject *args, PyObject *kwargs, struct _PyArg_Parser *parser, va_list list)
{
    return parse_fast_tuple(args, kwargs, parser, list, true);
}

Py_EXPORTED_SYMBOL int
_PyArg_ParseStackAndKeywords(PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, struct _PyArg_Parser *parser, ...)
{
    WITH_LIST(parser, parse_fast_stack(args, n_args, kwnames, parser, list, false));
}

Py_EXPORTED_SYMBOL int
_PyArg_ParseStackAndKeywords_SizeT(PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames, struct _PyArg_Parser *parser,
                                   ...)
{
    WITH_LIST(parser, parse_fast_stack(args, n_args, kwnames, parser, list, true));
}

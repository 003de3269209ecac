/* modules/_locale.c - module _locale: the C library's locale, for the library's module locale.
 *
 * Owns       the class Error, in the module's state.
 * Invariant  a text of the C library is copied before anything else asks it.
 * Source     Library Reference, locale; POSIX.1-2017. */
#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "object/hold.h"
#include "runtime/config.h"
#include "types/int.h"

typedef struct {
    PyObject *error; /* owned: locale.Error */
} LocaleState;

static PyObject *
locale_error(PyObject *module, const char *text)
{
    PyErr_SetString(((LocaleState *)PyModule_GetState(module))->error, text);
    return NULL;
}

static PyObject *
locale_setlocale(PyObject *module, PyObject *args)
{
    int category;
    const char *name = NULL;
    if (!PyArg_ParseTuple(args, "i|z:setlocale", &category, &name)) {
        return NULL;
    }
    const char *result = setlocale(category, name);
    if (result == NULL) {
        return locale_error(module, name != NULL ? "unsupported locale setting" : "locale query failed");
    }
    return PyUnicode_DecodeLocale(result, NULL);
}

/* "\3\3" as [3, 3, 0]: sizes of groups, and what goes for the rest. */
static PyObject *
grouping_new(const char *text)
{
    PyObject *list = PyList_New(0);
    bool more = *text != 0;
    for (const char *at = text; list != NULL && more; at++) {
        PyObject *size = PyLong_FromLong(*at);
        if (size == NULL || PyList_Append(list, size) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(size);
        more = *at != 0 && *at != CHAR_MAX;
    }
    return list;
}

static PyObject *
locale_localeconv(PyObject *module, PyObject *unused)
{
    const struct lconv *conv = localeconv();
    const struct {
        const char *name, *text; /* text NULL: the number */
        int number;
        bool grouping;
    } rows[] = {
        {"int_curr_symbol", conv->int_curr_symbol, 0, false},
        {"currency_symbol", conv->currency_symbol, 0, false},
        {"mon_decimal_point", conv->mon_decimal_point, 0, false},
        {"mon_thousands_sep", conv->mon_thousands_sep, 0, false},
        {"mon_grouping", conv->mon_grouping, 0, true},
        {"positive_sign", conv->positive_sign, 0, false},
        {"negative_sign", conv->negative_sign, 0, false},
        {"int_frac_digits", NULL, conv->int_frac_digits, false},
        {"frac_digits", NULL, conv->frac_digits, false},
        {"p_cs_precedes", NULL, conv->p_cs_precedes, false},
        {"p_sep_by_space", NULL, conv->p_sep_by_space, false},
        {"n_cs_precedes", NULL, conv->n_cs_precedes, false},
        {"n_sep_by_space", NULL, conv->n_sep_by_space, false},
        {"p_sign_posn", NULL, conv->p_sign_posn, false},
        {"n_sign_posn", NULL, conv->n_sign_posn, false},
        {"decimal_point", conv->decimal_point, 0, false},
        {"thousands_sep", conv->thousands_sep, 0, false},
        {"grouping", conv->grouping, 0, true},
    };
    PyObject *result = PyDict_New();
    for (size_t i = 0; result != NULL && i < OU_COUNT_OF(rows); i++) {
        PyObject *value;
        if (rows[i].grouping) {
            value = grouping_new(rows[i].text);
        }
        else {
            value = rows[i].text != NULL ? PyUnicode_DecodeLocale(rows[i].text, NULL) : PyLong_FromLong(rows[i].number);
        }
        if (value == NULL || PyDict_SetItemString(result, rows[i].name, value) < 0) {
            Py_CLEAR(result);
        }
        Py_XDECREF(value);
    }
    return result;
}

static PyObject *
locale_strcoll(PyObject *module, PyObject *args)
{
    PyObject *a, *b, *result = NULL;
    if (!PyArg_ParseTuple(args, "UU:strcoll", &a, &b)) {
        return NULL;
    }
    wchar_t *left = PyUnicode_AsWideCharString(a, NULL), *right = left == NULL ? NULL : PyUnicode_AsWideCharString(b, NULL);
    if (right != NULL) {
        result = PyLong_FromLong(wcscoll(left, right));
    }
    PyMem_Free(left);
    PyMem_Free(right);
    return result;
}

static PyObject *
locale_strxfrm(PyObject *module, PyObject *arg)
{
    Py_ssize_t len;
    if (!PyUnicode_Check(arg)) {
        PyErr_Format(PyExc_TypeError, "strxfrm() argument must be str, not %.50s", Py_TYPE(arg)->tp_name);
        return NULL;
    }
    wchar_t *text = PyUnicode_AsWideCharString(arg, &len), *out = NULL;
    PyObject *result = NULL;
    if (text == NULL) {
        return NULL;
    }
    if (wcslen(text) != (size_t)len) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        goto done;
    }
    errno = 0;
    size_t n = wcsxfrm(NULL, text, 0), bytes;
    if (errno != 0 && errno != ERANGE) {
        PyErr_SetFromErrno(PyExc_OSError);
        goto done;
    }
    if (ou_size_mul(n + 1, sizeof *out, &bytes) || (out = PyMem_Malloc(bytes)) == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    n = wcsxfrm(out, text, n + 1);
    result = PyUnicode_FromWideChar(out, (Py_ssize_t)n);
done:
    PyMem_Free(out);
    PyMem_Free(text);
    return result;
}

/* ---- nl_langinfo --------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int item;
} langinfo[] = {
#define ITEM(name) {#name, name},
    ITEM(DAY_1) ITEM(DAY_2) ITEM(DAY_3) ITEM(DAY_4) ITEM(DAY_5) ITEM(DAY_6) ITEM(DAY_7) ITEM(ABDAY_1) ITEM(ABDAY_2)
        ITEM(ABDAY_3) ITEM(ABDAY_4) ITEM(ABDAY_5) ITEM(ABDAY_6) ITEM(ABDAY_7) ITEM(MON_1) ITEM(MON_2) ITEM(MON_3) ITEM(MON_4)
            ITEM(MON_5) ITEM(MON_6) ITEM(MON_7) ITEM(MON_8) ITEM(MON_9) ITEM(MON_10) ITEM(MON_11) ITEM(MON_12) ITEM(ABMON_1)
                ITEM(ABMON_2) ITEM(ABMON_3) ITEM(ABMON_4) ITEM(ABMON_5) ITEM(ABMON_6) ITEM(ABMON_7) ITEM(ABMON_8) ITEM(ABMON_9)
                    ITEM(ABMON_10) ITEM(ABMON_11) ITEM(ABMON_12) ITEM(RADIXCHAR) ITEM(THOUSEP) ITEM(CRNCYSTR) ITEM(D_FMT)
                        ITEM(D_T_FMT) ITEM(T_FMT) ITEM(AM_STR) ITEM(PM_STR) ITEM(CODESET) ITEM(T_FMT_AMPM) ITEM(ERA)
                            ITEM(ERA_D_FMT) ITEM(ERA_D_T_FMT) ITEM(ERA_T_FMT) ITEM(ALT_DIGITS) ITEM(YESEXPR) ITEM(NOEXPR)
                                ITEM(_DATE_FMT)
#undef ITEM
};

static PyObject *
locale_nl_langinfo(PyObject *module, PyObject *arg)
{
    int item = _PyLong_AsInt(arg);
    if (item == -1 && PyErr_Occurred()) {
        return NULL;
    }
    for (size_t i = 0; i < OU_COUNT_OF(langinfo); i++) {
        if (langinfo[i].item == item) {
            const char *text = nl_langinfo(item);
            return PyUnicode_DecodeLocale(text != NULL ? text : "", NULL);
        }
    }
    PyErr_SetString(PyExc_ValueError, "unsupported langinfo constant");
    return NULL;
}

static PyObject *
locale_getencoding(PyObject *module, PyObject *unused)
{
    const char *encoding = nl_langinfo(CODESET);
    return PyUnicode_DecodeLocale(encoding == NULL || *encoding == 0 ? "UTF-8" : encoding, "surrogateescape");
}

/* ---- messages ------------------------------------------------------------------------------------------------------ */

static PyObject *
locale_gettext(PyObject *module, PyObject *args)
{
    const char *message;
    return PyArg_ParseTuple(args, "s:gettext", &message) ? PyUnicode_DecodeLocale(gettext(message), NULL) : NULL;
}

static PyObject *
locale_dgettext(PyObject *module, PyObject *args)
{
    const char *domain, *message;
    if (!PyArg_ParseTuple(args, "zs:dgettext", &domain, &message)) {
        return NULL;
    }
    return PyUnicode_DecodeLocale(dgettext(domain, message), NULL);
}

static PyObject *
locale_dcgettext(PyObject *module, PyObject *args)
{
    const char *domain, *message;
    int category;
    if (!PyArg_ParseTuple(args, "zsi:dcgettext", &domain, &message, &category)) {
        return NULL;
    }
    return PyUnicode_DecodeLocale(dcgettext(domain, message, category), NULL);
}

static PyObject *
locale_textdomain(PyObject *module, PyObject *args)
{
    const char *domain;
    if (!PyArg_ParseTuple(args, "z:textdomain", &domain)) {
        return NULL;
    }
    domain = textdomain(domain);
    return domain == NULL ? PyErr_SetFromErrno(PyExc_OSError) : PyUnicode_DecodeLocale(domain, NULL);
}

static PyObject *
locale_bindtextdomain(PyObject *module, PyObject *args)
{
    const char *domain;
    PyObject *folder, *bytes = NULL;
    if (!PyArg_ParseTuple(args, "sO:bindtextdomain", &domain, &folder)) {
        return NULL;
    }
    if (*domain == 0) {
        return locale_error(module, "domain must be a non-empty string");
    }
    if (folder != Py_None && !PyUnicode_FSConverter(folder, &bytes)) {
        return NULL;
    }
    const char *bound = bindtextdomain(domain, bytes == NULL ? NULL : PyBytes_AS_STRING(bytes));
    Py_XDECREF(bytes);
    return bound == NULL ? PyErr_SetFromErrno(PyExc_OSError) : PyUnicode_DecodeLocale(bound, NULL);
}

static PyObject *
locale_bind_textdomain_codeset(PyObject *module, PyObject *args)
{
    const char *domain, *codeset;
    if (!PyArg_ParseTuple(args, "sz:bind_textdomain_codeset", &domain, &codeset)) {
        return NULL;
    }
    codeset = bind_textdomain_codeset(domain, codeset);
    return codeset != NULL ? PyUnicode_DecodeLocale(codeset, NULL) : Py_NewRef(Py_None);
}

/* ---- the module ---------------------------------------------------------------------------------------------------- */

static PyMethodDef locale_methods[] = {
    {"setlocale", locale_setlocale, METH_VARARGS,
     "setlocale($module, category, locale=<unrepresentable>, /)\n--\n\nChoose the locale, or ask which it is."},
    {"localeconv", locale_localeconv, METH_NOARGS, "localeconv($module, /)\n--\n\nHow numbers and money are written."},
    {"strcoll", locale_strcoll, METH_VARARGS, "strcoll($module, os1, os2, /)\n--\n\nCompare two strings by the locale."},
    {"strxfrm", locale_strxfrm, METH_O, "strxfrm($module, string, /)\n--\n\nA key that sorts as strcoll compares."},
    {"nl_langinfo", locale_nl_langinfo, METH_O, "nl_langinfo($module, key, /)\n--\n\nA text of the locale."},
    {"getencoding", locale_getencoding, METH_NOARGS, "getencoding($module, /)\n--\n\nThe locale's encoding."},
    {"gettext", locale_gettext, METH_VARARGS, "gettext($module, msg, /)\n--\n\nThe translation of a message."},
    {"dgettext", locale_dgettext, METH_VARARGS, "dgettext($module, domain, msg, /)\n--\n\nThe same of a domain."},
    {"dcgettext", locale_dcgettext, METH_VARARGS,
     "dcgettext($module, domain, msg, category, /)\n--\n\nThe same of a domain and a category."},
    {"textdomain", locale_textdomain, METH_VARARGS, "textdomain($module, domain, /)\n--\n\nChoose the domain of messages."},
    {"bindtextdomain", locale_bindtextdomain, METH_VARARGS,
     "bindtextdomain($module, domain, dir, /)\n--\n\nSay where a domain's messages are."},
    {"bind_textdomain_codeset", locale_bind_textdomain_codeset, METH_VARARGS,
     "bind_textdomain_codeset($module, domain, codeset, /)\n--\n\nSay in which encoding they are to be."},
    {NULL},
};

static int
locale_exec(PyObject *module)
{
    ou_locale_settle();
    static const struct {
        const char *name;
        int value;
    } categories[] = {
        {"LC_CTYPE", LC_CTYPE},       {"LC_TIME", LC_TIME},       {"LC_COLLATE", LC_COLLATE}, {"LC_MONETARY", LC_MONETARY},
        {"LC_MESSAGES", LC_MESSAGES}, {"LC_NUMERIC", LC_NUMERIC}, {"LC_ALL", LC_ALL},         {"CHAR_MAX", CHAR_MAX},
    };
    for (size_t i = 0; i < OU_COUNT_OF(categories); i++) {
        if (PyModule_AddIntConstant(module, categories[i].name, categories[i].value) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < OU_COUNT_OF(langinfo); i++) {
        if (PyModule_AddIntConstant(module, langinfo[i].name, langinfo[i].item) < 0) {
            return -1;
        }
    }
    LocaleState *state = PyModule_GetState(module);
    state->error = PyErr_NewException("locale.Error", NULL, NULL);
    return state->error == NULL ? -1 : PyModule_AddObjectRef(module, "Error", state->error);
}

static int
locale_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(((LocaleState *)PyModule_GetState(module))->error);
    return 0;
}

static int
locale_clear(PyObject *module)
{
    Py_CLEAR(((LocaleState *)PyModule_GetState(module))->error);
    return 0;
}

static void
locale_free(void *module)
{
    locale_clear(module);
}

static PyModuleDef_Slot locale_slots[] = {{Py_mod_exec, locale_exec}, {0, NULL}};

static PyModuleDef locale_module = {
    PyModuleDef_HEAD_INIT,         .m_name = "_locale",         .m_doc = "Support for POSIX locales.",
    .m_size = sizeof(LocaleState), .m_methods = locale_methods, .m_slots = locale_slots,
    .m_traverse = locale_traverse, .m_clear = locale_clear,     .m_free = locale_free,
};

PyMODINIT_FUNC
PyInit__locale(void)
{
    return PyModuleDef_Init(&locale_module);
}

/* modules/unicodedata/unicodedata.c - the module unicodedata.
 *
 * Owns       nothing.
 * Invariant  the functions are also the methods of ucd_3_2_0: whoever is called through an object that is no module answers
 *            as Unicode 3.2.0 did.
 * Not here   the tables (ucd_*.c). */
#include "modules/unicodedata/ucd.h"

#include <strings.h>
#include <structmember.h>

#include "types/codec.h"

typedef struct {
    PyObject_HEAD
    const char *version;
} Ucd;

/* What \N{...} in literals and codecs goes by. */
static OuUnicodeNames names_api = {ou_ucd_name, ou_ucd_code};

static bool
is_old(PyObject *self)
{
    return !PyModule_Check(self);
}

/* The only character of an argument.  Returns 0, or -1 with TypeError set. */
static int
character(const char *function, const char *which, PyObject *arg, Py_UCS4 *code)
{
    if (!PyUnicode_Check(arg) || PyUnicode_GET_LENGTH(arg) != 1) {
        _PyArg_BadArgument(function, which, "a unicode character", arg);
        return -1;
    }
    *code = PyUnicode_READ_CHAR(arg, 0);
    return 0;
}

/* ---- numbers ----------------------------------------------------------------------------------------- */

/* The arguments of decimal(), digit(), numeric() and name(): a character, and what to return if it has no such thing. */
static int
character_and_default(const char *function, PyObject *const *args, Py_ssize_t n_args, Py_UCS4 *code)
{
    if (!_PyArg_CheckPositional(function, n_args, 1, 2)) {
        return -1;
    }
    return character(function, "argument 1", args[0], code);
}

static PyObject *
nothing(PyObject *const *args, Py_ssize_t n_args, const char *message)
{
    if (n_args > 1) {
        return Py_NewRef(args[1]);
    }
    PyErr_SetString(PyExc_ValueError, message);
    return NULL;
}

static PyObject *
unicodedata_decimal(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_UCS4 code;
    if (character_and_default("decimal", args, n_args, &code) < 0) {
        return NULL;
    }
    int value = -1;
    if (!is_old(self)) {
        value = _PyUnicode_ToDecimalDigit(code);
    }
    else if (!ou_ucd_is_young(code) && (value = ou_ucd_old_decimal(code)) < 0) {
        value = _PyUnicode_ToDecimalDigit(code);
    }
    return value < 0 ? nothing(args, n_args, "not a decimal") : PyLong_FromLong(value);
}

static PyObject *
unicodedata_digit(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_UCS4 code;
    if (character_and_default("digit", args, n_args, &code) < 0) {
        return NULL;
    }
    int value = _PyUnicode_ToDigit(code); /* of 3.2.0 too: that is how CPython answers */
    return value < 0 ? nothing(args, n_args, "not a digit") : PyLong_FromLong(value);
}

static PyObject *
unicodedata_numeric(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_UCS4 code;
    if (character_and_default("numeric", args, n_args, &code) < 0) {
        return NULL;
    }
    double value = is_old(self) && ou_ucd_is_young(code) ? -1.0 : _PyUnicode_ToNumeric(code);
    return value == -1.0 ? nothing(args, n_args, "not a numeric character") : PyFloat_FromDouble(value);
}

/* ---- properties -------------------------------------------------------------------------------------- */

#define PROPERTY(function, make, field)                                    \
    static PyObject *unicodedata_##function(PyObject *self, PyObject *arg) \
    {                                                                      \
        Py_UCS4 code;                                                      \
        if (character(#function, "argument", arg, &code) < 0) {            \
            return NULL;                                                   \
        }                                                                  \
        return make(ou_ucd_record(code, is_old(self)).field);              \
    }

PROPERTY(category, PyUnicode_FromString, category)
PROPERTY(bidirectional, PyUnicode_FromString, bidi)
PROPERTY(east_asian_width, PyUnicode_FromString, width)
PROPERTY(combining, PyLong_FromLong, combining)
PROPERTY(mirrored, PyLong_FromLong, mirrored)

static PyObject *
unicodedata_decomposition(PyObject *self, PyObject *arg)
{
    Py_UCS4 code;
    if (character("decomposition", "argument", arg, &code) < 0) {
        return NULL;
    }
    char text[200]; /* the longest has 18 parts of up to six digits */
    const char *prefix;
    const uint32_t *parts;
    int n = is_old(self) && ou_ucd_is_young(code) ? 0 : ou_ucd_decomposition(code, &prefix, &parts);
    size_t at = 0;
    if (n > 0) {
        at = (size_t)snprintf(text, sizeof text, "%s", prefix);
    }
    for (int i = 0; i < n; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%04X", at > 0 ? " " : "", (unsigned)parts[i]);
    }
    return PyUnicode_FromStringAndSize(text, (Py_ssize_t)at);
}

/* ---- normalization ----------------------------------------------------------------------------------- */

/* The arguments of normalize() and is_normalized().
 * Returns the normalized text, new, with *text the exact original (owned), or NULL with an error set. */
static PyObject *
normalize(PyObject *self, const char *function, PyObject *const *args, Py_ssize_t n_args, bool *is_normal)
{
    if (!_PyArg_CheckPositional(function, n_args, 2, 2)) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        if (!PyUnicode_Check(args[i])) {
            _PyArg_BadArgument(function, i == 0 ? "argument 1" : "argument 2", "str", args[i]);
            return NULL;
        }
    }
    bool is_empty = PyUnicode_GET_LENGTH(args[1]) == 0;
    static const char *const forms[] = {"NFD", "NFC", "NFKD", "NFKC"};
    for (int i = 0; i < 4; i++) {
        if (is_empty || _PyUnicode_EqualToASCIIString(args[0], forms[i])) {
            PyObject *text = PyUnicode_FromObject(args[1]);
            PyObject *normal = text == NULL ? NULL : ou_ucd_normalize(text, i & 2, i & 1, is_old(self));
            *is_normal = normal == text;
            Py_XDECREF(text);
            return normal;
        }
    }
    PyErr_SetString(PyExc_ValueError, "invalid normalization form");
    return NULL;
}

static PyObject *
unicodedata_normalize(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    bool is_normal;
    return normalize(self, "normalize", args, n_args, &is_normal);
}

static PyObject *
unicodedata_is_normalized(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    bool is_normal;
    PyObject *normal = normalize(self, "is_normalized", args, n_args, &is_normal);
    if (normal == NULL) {
        return NULL;
    }
    Py_DECREF(normal);
    return PyBool_FromLong(is_normal);
}

/* ---- names ------------------------------------------------------------------------------------------- */

static PyObject *
unicodedata_name(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_UCS4 code;
    char name[UCD_NAME_MAX + 1];
    if (character_and_default("name", args, n_args, &code) < 0) {
        return NULL;
    }
    if ((is_old(self) && ou_ucd_is_young(code)) || !ou_ucd_name(code, name, sizeof name, 0)) {
        return nothing(args, n_args, "no such name");
    }
    return PyUnicode_FromString(name);
}

/* Is it a name of Unicode 3.2.0?  As in CPython, aliases and sequences are none, and ideographs all are. */
static bool
is_old_name(const char *name, Py_UCS4 code)
{
    char own[UCD_NAME_MAX + 1];
    return ou_ucd_name(code, own, sizeof own, 0)
        && (strncmp(own, "CJK UNIFIED ", 12) == 0 || (!ou_ucd_is_young(code) && strcasecmp(own, name) == 0));
}

static PyObject *
unicodedata_lookup(PyObject *self, PyObject *arg)
{
    Py_buffer bytes = {.obj = NULL};
    const char *name;
    Py_ssize_t size;
    Py_UCS4 code;
    Py_UCS2 sequence[4];
    PyObject *result = NULL;
    if (PyUnicode_Check(arg)) {
        name = PyUnicode_AsUTF8AndSize(arg, &size);
        if (name == NULL) {
            return NULL;
        }
    }
    else {
        if (PyObject_GetBuffer(arg, &bytes, PyBUF_SIMPLE) < 0) {
            return NULL;
        }
        name = bytes.buf;
        size = bytes.len;
    }
    char text[UCD_NAME_MAX + 1]; /* bytes need not end with a NUL */
    if (size <= UCD_NAME_MAX) {
        memcpy(text, name, (size_t)size);
        text[size] = 0;
    }
    if (size > UCD_NAME_MAX) {
        PyErr_SetString(PyExc_KeyError, "name too long");
    }
    else if (!ou_ucd_code(name, (int)size, &code, 1) || (is_old(self) && !is_old_name(text, code))) {
        PyErr_Format(PyExc_KeyError, "undefined character name '%s'", text);
    }
    else {
        int n = ou_ucd_sequence(code, sequence);
        result = n > 0 ? PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, sequence, n) : PyUnicode_FromOrdinal((int)code);
    }
    PyBuffer_Release(&bytes);
    return result;
}

/* ---- the module -------------------------------------------------------------------------------------- */

#define FAST(function, signature, doc)                                                 \
    {                                                                                  \
#function, (PyCFunction)(void (*)(void))unicodedata_##function, METH_FASTCALL, \
            #function "($self, " signature ", /)\n--\n\n" doc                          \
    }
#define ONE(function, argument, doc)                                                                \
    {                                                                                               \
#function, unicodedata_##function, METH_O, #function "($self, " argument ", /)\n--\n\n" doc \
    }

static PyMethodDef functions[] = {
    FAST(decimal, "chr, default=<unrepresentable>", "The value of a decimal digit, as an int."),
    FAST(digit, "chr, default=<unrepresentable>", "The value of a digit, superscripts and the like included, as an int."),
    FAST(numeric, "chr, default=<unrepresentable>", "The numeric value of a character, as a float."),
    ONE(category, "chr", "The general category: two letters."),
    ONE(bidirectional, "chr", "The class that the bidirectional algorithm knows the character by, or ''."),
    ONE(combining, "chr", "The canonical combining class: 0 if the character doesn't combine."),
    ONE(mirrored, "chr", "1 if the character is mirrored in text from right to left, else 0."),
    ONE(east_asian_width, "chr", "The width in East Asian text: one or two letters."),
    ONE(decomposition, "chr", "What the character decomposes to: hexadecimal numbers, perhaps after a <tag>; or ''."),
    FAST(name, "chr, default=<unrepresentable>", "The name of a character."),
    ONE(lookup, "name", "The character, or sequence of characters, that is called so."),
    FAST(is_normalized, "form, unistr", "Is the text in the form NFC, NFD, NFKC or NFKD already?"),
    FAST(normalize, "form, unistr", "The text in the form NFC, NFD, NFKC or NFKD."),
    {NULL},
};

static PyMemberDef ucd_members[] = {
    {"unidata_version", T_STRING, offsetof(Ucd, version), READONLY, ""},
    {NULL},
};

/* The collector must see the way from here to the type, and from there to the module that holds us. */
static int
ucd_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void
ucd_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyType_Slot ucd_slots[] = {
    {Py_tp_dealloc, ucd_dealloc}, {Py_tp_traverse, ucd_traverse}, {Py_tp_getattro, PyObject_GenericGetAttr},
    {Py_tp_methods, functions},   {Py_tp_members, ucd_members},   {0, NULL},
};

static PyType_Spec ucd_spec = {
    .name = "unicodedata.UCD",
    .basicsize = sizeof(Ucd),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = ucd_slots,
};

static int
module_exec(PyObject *module)
{
    PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &ucd_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    Ucd *old = (Ucd *)PyType_GenericAlloc(type, 0);
    int status = old == NULL ? -1 : 0;
    if (old != NULL) {
        old->version = "3.2.0";
        status = PyModule_AddObjectRef(module, "ucd_3_2_0", (PyObject *)old);
        Py_DECREF(old);
    }
    status = status < 0 ? -1 : PyModule_AddType(module, type);
    Py_DECREF(type);
    if (status < 0 || PyModule_AddStringConstant(module, "unidata_version", "14.0.0") < 0) {
        return -1;
    }
    PyObject *capsule = PyCapsule_New(&names_api, "unicodedata._ucnhash_CAPI", NULL);
    status = capsule == NULL ? -1 : PyModule_AddObjectRef(module, "_ucnhash_CAPI", capsule);
    Py_XDECREF(capsule);
    return status;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)module_exec},
    {0, NULL},
};

static PyModuleDef unicodedata_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "unicodedata",
    .m_doc = "What the Unicode Character Database, version 14.0.0, says of each character.",
    .m_methods = functions,
    .m_slots = module_slots,
};

PyMODINIT_FUNC
PyInit_unicodedata(void)
{
    return PyModuleDef_Init(&unicodedata_module);
}

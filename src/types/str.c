/* types/str.c - the type str: its object's life, subscripts, and the table of its methods.
 *
 * Owns       a string owns its block, its cached UTF-8 (unless it is ASCII: then the text itself serves)
 *            and its wchar_t copy; an instance of a subclass also the block of its code points.  No
 *            references.
 * Invariant  everything but the hash, the cached encodings and the interned bits is fixed once a string is
 *            seen by others.
 * Not here   making strings (str_build.c), methods (the files named in str.h). */
#include "types/str.h"

#include "object/alloc.h"
#include "object/args.h"

/* ---- life ---------------------------------------------------------------------------------------------- */

static void
str_dealloc(PyObject *self)
{
    PyASCIIObject *str = (PyASCIIObject *)self;
    if (str->state.interned) {
        ou_intern_forget(self); /* first: nobody may find a dying string */
    }
    PyMem_Free(str->wstr);
    size_t size;
    if (str->state.compact) {
        if (str->state.ascii) {
            size = sizeof(PyASCIIObject) + (size_t)str->length + 1;
        }
        else {
            PyMem_Free(((PyCompactUnicodeObject *)str)->utf8);
            size = sizeof(PyCompactUnicodeObject) + ((size_t)str->length + 1) * str->state.kind;
        }
    }
    else {
        PyUnicodeObject *far = (PyUnicodeObject *)str;
        if (far->_base.utf8 != far->data.any) {
            PyMem_Free(far->_base.utf8);
        }
        PyMem_Free(far->data.any);
        size = sizeof(PyUnicodeObject);
    }
    if (OU_LIKELY(PyUnicode_CheckExact(self))) {
        ou_object_free_fast(self, size);
    }
    else {
        Py_TYPE(self)->tp_free(self);
    }
}

/* An instance of a subclass with the text of an exact str. */
static PyObject *
subclass_new(PyTypeObject *type, PyObject *text)
{
    if (PyUnicode_READY(text) < 0) {
        return NULL;
    }
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    int kind = PyUnicode_KIND(text);
    size_t size;
    void *data = ou_size_mul((size_t)n + 1, (size_t)kind, &size) ? NULL : PyMem_Malloc(size);
    if (data == NULL) {
        return PyErr_NoMemory();
    }
    PyUnicodeObject *self = (PyUnicodeObject *)type->tp_alloc(type, 0);
    if (self == NULL) {
        PyMem_Free(data);
        return NULL;
    }
    memcpy(data, PyUnicode_DATA(text), size);
    PyASCIIObject *head = &self->_base._base;
    head->length = n;
    head->hash = ((PyASCIIObject *)text)->hash;
    memset(&head->state, 0, sizeof head->state);
    head->state.kind = (unsigned)kind & 7;
    head->state.ascii = PyUnicode_IS_ASCII(text) & 1;
    head->state.ready = 1;
    head->wstr = NULL;
    self->_base.wstr_length = 0;
    self->_base.utf8 = head->state.ascii ? data : NULL;
    self->_base.utf8_length = head->state.ascii ? n : 0;
    self->data.any = data;
    return (PyObject *)self;
}

/* RE-ENTRANT: the argument's __str__. */
static PyObject *
str_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *obj = NULL;
    const char *encoding = NULL, *errors = NULL;
    if (kwargs == NULL && PyTuple_GET_SIZE(args) <= 1) {
        obj = PyTuple_GET_SIZE(args) == 1 ? PyTuple_GET_ITEM(args, 0) : NULL;
    }
    else {
        static const OuParams params = {"str", {"object", "encoding", "errors"}, .n_positional = 3, .n_all = 3};
        PyObject *v[3];
        if (ou_args_parse_tuple(&params, args, kwargs, v) < 0
            || (v[1] != NULL && (encoding = ou_args_text("str", "argument 'encoding'", v[1])) == NULL)
            || (v[2] != NULL && (errors = ou_args_text("str", "argument 'errors'", v[2])) == NULL)) {
            return NULL;
        }
        obj = v[0];
    }
    PyObject *text = obj == NULL                        ? Py_NewRef(OU_EMPTY_STR)
                   : encoding == NULL && errors == NULL ? PyObject_Str(obj)
                                                        : PyUnicode_FromEncodedObject(obj, encoding, errors);
    if (text == NULL || type == &PyUnicode_Type) {
        return text;
    }
    PyObject *self = subclass_new(type, text);
    Py_DECREF(text);
    return self;
}

/* str(object) as the type's vectorcall. RE-ENTRANT. */
static PyObject *
str_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *kwnames)
{
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (OU_LIKELY(kwnames == NULL && nargs == 1)) {
        return PyObject_Str(args[0]);
    }
    PyObject *tuple = PyTuple_New(nargs);
    if (tuple == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < nargs; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    }
    PyObject *kwargs = NULL, *result = NULL;
    if (kwnames == NULL || (kwargs = _PyStack_AsDict(args + nargs, kwnames)) != NULL) {
        result = str_new((PyTypeObject *)type, tuple, kwargs);
    }
    Py_XDECREF(kwargs);
    Py_DECREF(tuple);
    return result;
}

/* ---- slots --------------------------------------------------------------------------------------------- */

static PyObject *
str_str(PyObject *self)
{
    return ou_str_unchanged(self);
}

static Py_hash_t
str_hash(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? -1 : ou_str_hash(self);
}

static Py_ssize_t
str_length(PyObject *self)
{
    return PyUnicode_READY(self) < 0 ? -1 : PyUnicode_GET_LENGTH(self);
}

static PyObject *
str_item(PyObject *self, Py_ssize_t index)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    if (index < 0 || index >= PyUnicode_GET_LENGTH(self)) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return NULL;
    }
    return ou_str_item(self, index);
}

static PyObject *
str_repeat(PyObject *self, Py_ssize_t n)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(self);
    if (n < 1 || length == 0) {
        return Py_NewRef(OU_EMPTY_STR);
    }
    if (n == 1) {
        return ou_str_unchanged(self);
    }
    if (length > PY_SSIZE_T_MAX / n) {
        PyErr_SetString(PyExc_OverflowError, "repeated string is too long");
        return NULL;
    }
    PyObject *result = PyUnicode_New(length * n, PyUnicode_MAX_CHAR_VALUE(self));
    if (result == NULL) {
        return NULL;
    }
    int kind = PyUnicode_KIND(result);
    char *data = PyUnicode_DATA(result);
    if (length == 1) {
        ou_ucs_fill(kind, data, 0, n, PyUnicode_READ_CHAR(self, 0));
        return result;
    }
    size_t unit = (size_t)length * (size_t)kind, total = unit * (size_t)n, done = unit;
    memcpy(data, PyUnicode_DATA(self), unit);
    while (done < total) { /* doubling */
        size_t more = Py_MIN(done, total - done);
        memcpy(data + done, data, more);
        done += more;
    }
    return result;
}

/* str[start], str[start + step], ...: n code points. */
static PyObject *
stepped_slice(PyObject *self, Py_ssize_t start, Py_ssize_t step, Py_ssize_t n)
{
    int kind = PyUnicode_KIND(self);
    const void *data = PyUnicode_DATA(self);
    Py_UCS4 bits = 0;
    if (PyUnicode_IS_ASCII(self)) {
        PyObject *ascii = PyUnicode_New(n, 127);
        if (ascii != NULL) {
            const Py_UCS1 *from = (const Py_UCS1 *)data + start;
            Py_UCS1 *to = PyUnicode_1BYTE_DATA(ascii);
            for (Py_ssize_t i = 0; i < n; i++, from += step) {
                to[i] = *from;
            }
        }
        return ou_str_settle(ascii);
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        bits |= PyUnicode_READ(kind, data, start + i * step);
    }
    PyObject *result = PyUnicode_New(n, ou_class_of(bits));
    if (result == NULL) {
        return NULL;
    }
    int to_kind = PyUnicode_KIND(result);
    void *to = PyUnicode_DATA(result);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyUnicode_WRITE(to_kind, to, i, PyUnicode_READ(kind, data, start + i * step));
    }
    return ou_str_settle(result);
}

/* RE-ENTRANT: __index__ of the subscript; a string's text does not change. */
static PyObject *
str_subscript(PyObject *self, PyObject *key)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    if (PyIndex_Check(key)) {
        Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (index == -1 && PyErr_Occurred()) {
            return NULL;
        }
        return str_item(self, index < 0 ? index + PyUnicode_GET_LENGTH(self) : index);
    }
    if (PySlice_Check(key)) {
        Py_ssize_t start, stop, step;
        if (PySlice_Unpack(key, &start, &stop, &step) < 0) {
            return NULL;
        }
        Py_ssize_t n = PySlice_AdjustIndices(PyUnicode_GET_LENGTH(self), &start, &stop, step);
        if (n <= 0) {
            return Py_NewRef(OU_EMPTY_STR);
        }
        return step == 1 ? PyUnicode_Substring(self, start, start + n) : stepped_slice(self, start, step, n);
    }
    PyErr_Format(PyExc_TypeError, "string indices must be integers, not '%.200s'", Py_TYPE(key)->tp_name);
    return NULL;
}

static PyObject *
str_remainder(PyObject *left, PyObject *right)
{
    if (!PyUnicode_Check(left)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyUnicode_Format(left, right);
}

/* ---- methods ------------------------------------------------------------------------------------------- */

static PyObject *
str_join(PyObject *self, PyObject *iterable)
{
    return PyUnicode_Join(self, iterable);
}

static PyObject *
str_sizeof(PyObject *self, PyObject *unused)
{
    PyASCIIObject *str = (PyASCIIObject *)self;
    size_t size;
    if (PyUnicode_IS_COMPACT_ASCII(self)) {
        size = sizeof(PyASCIIObject) + (size_t)str->length + 1;
    }
    else if (PyUnicode_IS_COMPACT(self)) {
        size = sizeof(PyCompactUnicodeObject) + ((size_t)str->length + 1) * str->state.kind;
    }
    else { /* an instance of a subclass: its fixed part is the type's affair */
        size = sizeof(PyUnicodeObject);
        if (((PyUnicodeObject *)str)->data.any != NULL) {
            size += ((size_t)str->length + 1) * str->state.kind;
        }
    }
    if (str->wstr != NULL) {
        size_t n =
            PyUnicode_IS_COMPACT_ASCII(self) ? (size_t)str->length : (size_t)((PyCompactUnicodeObject *)str)->wstr_length;
        size += (n + 1) * sizeof(wchar_t);
    }
    if (!str->state.ascii && ((PyCompactUnicodeObject *)str)->utf8 != NULL) {
        size += (size_t)((PyCompactUnicodeObject *)str)->utf8_length + 1;
    }
    return PyLong_FromSize_t(size);
}

static PyObject *
str_getnewargs(PyObject *self, PyObject *unused)
{
    PyObject *copy = ou_str_unchanged(self);
    return copy == NULL ? NULL : Py_BuildValue("(N)", copy);
}

#define FAST(name) (PyCFunction)(void (*)(void)) ou_str_##name, METH_FASTCALL
#define KEYWORDS(name) (PyCFunction)(void (*)(void)) ou_str_##name, METH_FASTCALL | METH_KEYWORDS

static PyMethodDef str_methods[] = {
    {"encode", KEYWORDS(encode),
     "encode($self, /, encoding='utf-8', errors='strict')\n--\n\nThe text as bytes in an encoding.\n\n"
     "errors names what to do with a character that has none there: 'strict' raises UnicodeEncodeError;\n"
     "'ignore', 'replace', 'xmlcharrefreplace', 'backslashreplace' and whatever\n"
     "codecs.register_error has registered are other choices."},
    {"replace", FAST(replace),
     "replace($self, old, new, count=-1, /)\n--\n\nA copy with old replaced by new, count times at most "
     "(-1: everywhere)."},
    {"split", KEYWORDS(split),
     "split($self, /, sep=None, maxsplit=-1)\n--\n\nThe list of parts between separators (None: between "
     "runs of whitespace).\n\n"
     "At most maxsplit cuts are made, from the left; -1 means no bound."},
    {"rsplit", KEYWORDS(rsplit),
     "rsplit($self, /, sep=None, maxsplit=-1)\n--\n\nThe list of parts between separators (None: "
     "between runs of whitespace).\n\n"
     "At most maxsplit cuts are made, from the right; -1 means no bound."},
    {"join", str_join, METH_O,
     "join($self, iterable, /)\n--\n\nThe iterable's strings, one after another, with this one between "
     "them."},
    {"capitalize", ou_str_capitalize, METH_NOARGS,
     "capitalize($self, /)\n--\n\nA copy with the first character in title case and the rest in lower case."},
    {"casefold", ou_str_casefold, METH_NOARGS, "casefold($self, /)\n--\n\nA copy for comparing without regard to case."},
    {"title", ou_str_title, METH_NOARGS,
     "title($self, /)\n--\n\nA copy in which each word starts in title case and goes on in lower case."},
    {"center", FAST(center),
     "center($self, width, fillchar=' ', /)\n--\n\nA copy in the middle of a field of width characters."},
    {"count", FAST(count) | OU_METH_LIKE_VARARGS,
     "S.count(sub[, start[, end]]) -> int\n\nHow often sub occurs in S[start:end] without overlaps."},
    {"expandtabs", KEYWORDS(expandtabs),
     "expandtabs($self, /, tabsize=8)\n--\n\nA copy with tabs replaced by spaces up to the next column "
     "of tabsize."},
    {"find", FAST(find) | OU_METH_LIKE_VARARGS,
     "S.find(sub[, start[, end]]) -> int\n\nThe lowest index of sub in S[start:end], or -1."},
    {"partition", ou_str_partition, METH_O,
     "partition($self, sep, /)\n--\n\n(before, sep, after) for the first sep; (self, '', '') if there "
     "is none."},
    {"index", FAST(index) | OU_METH_LIKE_VARARGS,
     "S.index(sub[, start[, end]]) -> int\n\nAs find, but raises ValueError where there is no sub."},
    {"ljust", FAST(ljust), "ljust($self, width, fillchar=' ', /)\n--\n\nA copy at the left of a field of width characters."},
    {"lower", ou_str_lower, METH_NOARGS, "lower($self, /)\n--\n\nA copy in lower case."},
    {"lstrip", FAST(lstrip),
     "lstrip($self, chars=None, /)\n--\n\nA copy without the leading characters of chars (None: "
     "whitespace)."},
    {"rfind", FAST(rfind) | OU_METH_LIKE_VARARGS,
     "S.rfind(sub[, start[, end]]) -> int\n\nThe highest index of sub in S[start:end], or -1."},
    {"rindex", FAST(rindex) | OU_METH_LIKE_VARARGS,
     "S.rindex(sub[, start[, end]]) -> int\n\nAs rfind, but raises ValueError where there is no sub."},
    {"rjust", FAST(rjust), "rjust($self, width, fillchar=' ', /)\n--\n\nA copy at the right of a field of width characters."},
    {"rstrip", FAST(rstrip),
     "rstrip($self, chars=None, /)\n--\n\nA copy without the trailing characters of chars (None: "
     "whitespace)."},
    {"rpartition", ou_str_rpartition, METH_O,
     "rpartition($self, sep, /)\n--\n\n(before, sep, after) for the last sep; ('', '', self) if there "
     "is none."},
    {"splitlines", KEYWORDS(splitlines),
     "splitlines($self, /, keepends=False)\n--\n\nThe list of lines, with their ends if keepends."},
    {"strip", FAST(strip),
     "strip($self, chars=None, /)\n--\n\nA copy without the leading and trailing characters of chars "
     "(None: whitespace)."},
    {"swapcase", ou_str_swapcase, METH_NOARGS,
     "swapcase($self, /)\n--\n\nA copy with upper case made lower and lower case made upper."},
    {"translate", ou_str_translate, METH_O,
     "translate($self, table, /)\n--\n\nA copy in which table[ordinal] stands for each character: an "
     "ordinal, a string or None.\n\n"
     "Where the lookup raises LookupError the character stays.  See str.maketrans."},
    {"upper", ou_str_upper, METH_NOARGS, "upper($self, /)\n--\n\nA copy in upper case."},
    {"startswith", FAST(startswith) | OU_METH_LIKE_VARARGS,
     "S.startswith(prefix[, start[, end]]) -> bool\n\nDoes S[start:end] start with the prefix, or one "
     "of a tuple of them?"},
    {"endswith", FAST(endswith) | OU_METH_LIKE_VARARGS,
     "S.endswith(suffix[, start[, end]]) -> bool\n\nDoes S[start:end] end with the suffix, or one of a "
     "tuple of them?"},
    {"removeprefix", ou_str_removeprefix, METH_O,
     "removeprefix($self, prefix, /)\n--\n\nA copy without the prefix, if it is there."},
    {"removesuffix", ou_str_removesuffix, METH_O,
     "removesuffix($self, suffix, /)\n--\n\nA copy without the suffix, if it is there."},
    {"isascii", ou_str_isascii, METH_NOARGS, "isascii($self, /)\n--\n\nIs every character ASCII?"},
    {"islower", ou_str_islower, METH_NOARGS,
     "islower($self, /)\n--\n\nIs there a cased character, and is every one in lower case?"},
    {"isupper", ou_str_isupper, METH_NOARGS,
     "isupper($self, /)\n--\n\nIs there a cased character, and is every one in upper case?"},
    {"istitle", ou_str_istitle, METH_NOARGS,
     "istitle($self, /)\n--\n\nIs there a cased character, and does each word start in title case and "
     "go on in lower case?"},
    {"isspace", ou_str_isspace, METH_NOARGS, "isspace($self, /)\n--\n\nIs it whitespace alone, and not empty?"},
    {"isdecimal", ou_str_isdecimal, METH_NOARGS, "isdecimal($self, /)\n--\n\nIs it decimal digits alone, and not empty?"},
    {"isdigit", ou_str_isdigit, METH_NOARGS, "isdigit($self, /)\n--\n\nIs it digits alone, and not empty?"},
    {"isnumeric", ou_str_isnumeric, METH_NOARGS, "isnumeric($self, /)\n--\n\nIs it numeric characters alone, and not empty?"},
    {"isalpha", ou_str_isalpha, METH_NOARGS, "isalpha($self, /)\n--\n\nIs it letters alone, and not empty?"},
    {"isalnum", ou_str_isalnum, METH_NOARGS, "isalnum($self, /)\n--\n\nIs it letters and numbers alone, and not empty?"},
    {"isidentifier", ou_str_isidentifier, METH_NOARGS,
     "isidentifier($self, /)\n--\n\nIs it a valid identifier?  (keyword.iskeyword tells the reserved ones.)"},
    {"isprintable", ou_str_isprintable, METH_NOARGS,
     "isprintable($self, /)\n--\n\nWould repr() show every character as it is?"},
    {"zfill", ou_str_zfill, METH_O,
     "zfill($self, width, /)\n--\n\nA copy with zeros at the left, behind a sign, up to width characters."},
    {"format", (PyCFunction)(void (*)(void))ou_str_format, METH_VARARGS | METH_KEYWORDS,
     "S.format(*args, **kwargs) -> str\n\nA copy with the fields in braces ('{' and '}') replaced by "
     "the arguments, formatted."},
    {"format_map", ou_str_format_map, METH_O,
     "S.format_map(mapping) -> str\n\nAs format(**mapping), but the mapping itself is asked for each name."},
    {"__format__", ou_str_dunder_format, METH_O,
     "__format__($self, format_spec, /)\n--\n\nThe text as a format specification asks."},
    {"maketrans", (PyCFunction)(void (*)(void))ou_str_maketrans, METH_FASTCALL | METH_STATIC,
     "maketrans(x, y=<unrepresentable>, z=<unrepresentable>, /)\n--\n\nA table for str.translate.\n\n"
     "One argument: a dict from characters or ordinals to ordinals, strings or None.  Two: strings of equal\n"
     "length, each character of x standing for the one of y.  Three: the characters of z are dropped."},
    {"__sizeof__", str_sizeof, METH_NOARGS, "__sizeof__($self, /)\n--\n\nBytes of memory that the string takes."},
    {"__getnewargs__", str_getnewargs, METH_NOARGS, "State for pickling."},
    {NULL},
};

static PySequenceMethods str_as_sequence = {
    .sq_length = str_length,
    .sq_concat = PyUnicode_Concat,
    .sq_repeat = str_repeat,
    .sq_item = str_item,
    .sq_contains = PyUnicode_Contains,
};

static PyMappingMethods str_as_mapping = {
    .mp_length = str_length,
    .mp_subscript = str_subscript,
};

static PyNumberMethods str_as_number = {
    .nb_remainder = str_remainder,
};

PyTypeObject PyUnicode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "str",
    .tp_basicsize = sizeof(PyUnicodeObject),
    .tp_dealloc = str_dealloc,
    .tp_repr = ou_str_repr,
    .tp_as_number = &str_as_number,
    .tp_as_sequence = &str_as_sequence,
    .tp_as_mapping = &str_as_mapping,
    .tp_hash = str_hash,
    .tp_str = str_str,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_UNICODE_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc = "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
              "Text.  Of any object, what its __str__ gives (else its repr); with encoding or errors, bytes "
              "decoded.\n"
              "encoding defaults to sys.getdefaultencoding(), errors to 'strict'.",
    .tp_richcompare = PyUnicode_RichCompare,
    .tp_iter = ou_str_iter,
    .tp_methods = str_methods,
    .tp_new = str_new,
    .tp_free = PyObject_Free,
    .tp_vectorcall = str_vectorcall,
};

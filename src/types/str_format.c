/* types/str_format.c - str.format and format_map: literal text and replacement fields in braces.
 *
 * Owns       an iterator over markup owns the string it reads.
 * Invariant  fields nest once (a field inside a format specification).  Everything owned is held while a
 *            field's value is looked up, converted and formatted.
 * Not here   format specifications (format_spec.c), f-strings (the compiler splits them itself). */
#include "types/str.h"

#include "object/alloc.h"
#include "object/hold.h"
#include "object/walk.h"

/* A part of a string, borrowed. */
typedef struct {
    PyObject *str;
    Py_ssize_t start, end;
} Part;

static PyObject *
part_object(Part part)
{
    return PyUnicode_Substring(part.str, part.start, part.end);
}

static Py_UCS4
part_next(Part *part)
{
    return PyUnicode_READ_CHAR(part->str, part->start++);
}

/* The value of a part that is decimal digits alone; -1 if it is something else; -2 with ValueError set. */
static Py_ssize_t
part_index(Part part)
{
    if (part.start >= part.end) {
        return -1;
    }
    Py_ssize_t value = 0;
    while (part.start < part.end) {
        int digit = Py_UNICODE_TODECIMAL(part_next(&part));
        if (digit < 0) {
            return -1;
        }
        if (value > (PY_SSIZE_T_MAX - digit) / 10) {
            PyErr_SetString(PyExc_ValueError, "Too many decimal digits in format string");
            return -2;
        }
        value = value * 10 + digit;
    }
    return value;
}

/* ---- markup -------------------------------------------------------------------------------------------- */

/* One step of markup: literal text, and the field that follows it, if one does. */
typedef struct {
    Part literal;
    bool has_field;
    Part name, spec;
    bool spec_has_fields;
    Py_UCS4 conversion; /* 0: none */
} Markup;

static int
wrong(const char *text)
{
    PyErr_SetString(PyExc_ValueError, text);
    return -1;
}

/* A field; *rest is behind its '{', and moves past its '}'.  Returns 0, or -1 with ValueError set. */
static int
parse_field(Part *rest, Markup *out)
{
    out->name = (Part){rest->str, rest->start, rest->start};
    Py_UCS4 ch = 0;
    bool in_name = true;
    while (in_name && rest->start < rest->end) {
        ch = part_next(rest);
        if (ch == '{') {
            return wrong("unexpected '{' in field name");
        }
        if (ch == '[') { /* anything may be in brackets */
            while (rest->start < rest->end && PyUnicode_READ_CHAR(rest->str, rest->start) != ']') {
                rest->start++;
            }
            continue;
        }
        in_name = ch != '}' && ch != ':' && ch != '!';
    }
    if (in_name) {
        return wrong("expected '}' before end of string");
    }
    out->name.end = rest->start - 1;
    out->spec = (Part){rest->str, rest->start, rest->start};
    if (ch == '}') {
        return 0;
    }
    if (ch == '!') {
        if (rest->start >= rest->end) {
            return wrong("end of string while looking for conversion specifier");
        }
        out->conversion = part_next(rest);
        if (rest->start < rest->end) {
            ch = part_next(rest);
            if (ch == '}') {
                return 0;
            }
            if (ch != ':') {
                return wrong("expected ':' after conversion specifier");
            }
        }
    }
    out->spec.start = rest->start;
    for (int depth = 1; rest->start < rest->end;) {
        ch = part_next(rest);
        if (ch == '{') {
            out->spec_has_fields = true;
            depth++;
        }
        else if (ch == '}' && --depth == 0) {
            out->spec.end = rest->start - 1;
            return 0;
        }
    }
    return wrong("unmatched '{' in format spec");
}

/* The next step.  Returns 1, 0 at the end, or -1 with ValueError set. */
static int
markup_next(Part *rest, Markup *out)
{
    *out = (Markup){.literal = *rest};
    if (rest->start >= rest->end) {
        return 0;
    }
    Py_UCS4 ch = 0;
    bool brace = false;
    while (!brace && rest->start < rest->end) {
        ch = part_next(rest);
        brace = ch == '{' || ch == '}';
    }
    out->literal.end = rest->start;
    if (!brace) {
        return 1;
    }
    bool at_end = rest->start >= rest->end;
    bool doubled = !at_end && PyUnicode_READ_CHAR(rest->str, rest->start) == ch;
    if (doubled) { /* one of the two is part of the literal */
        rest->start++;
        return 1;
    }
    if (ch == '}') {
        return wrong("Single '}' encountered in format string");
    }
    if (at_end) {
        return wrong("Single '{' encountered in format string");
    }
    out->literal.end--;
    out->has_field = true;
    return parse_field(rest, out) < 0 ? -1 : 1;
}

/* The next part of a field's name: an attribute or an index.  Returns 1, 0 at the end, or -1 with
 * ValueError set. */
static int
name_next(Part *rest, bool *is_attribute, Part *name)
{
    if (rest->start >= rest->end) {
        return 0;
    }
    Py_UCS4 ch = part_next(rest);
    *name = (Part){rest->str, rest->start, rest->start};
    *is_attribute = ch == '.';
    if (ch == '.') {
        while (rest->start < rest->end) {
            ch = PyUnicode_READ_CHAR(rest->str, rest->start);
            if (ch == '.' || ch == '[') {
                break;
            }
            rest->start++;
        }
        name->end = rest->start;
    }
    else if (ch == '[') {
        bool closed = false;
        while (!closed && rest->start < rest->end) {
            closed = part_next(rest) == ']';
        }
        if (!closed) {
            return wrong("Missing ']' in format string");
        }
        name->end = rest->start - 1;
    }
    else {
        return wrong("Only '.' or '[' may follow ']' in format field specifier");
    }
    if (name->start == name->end) {
        return wrong("Empty attribute in format string");
    }
    return 1;
}

/* Split a field's name: the first part, and the rest from its first '.' or '['. */
static Part
name_first(Part name, Part *rest)
{
    Part first = {name.str, name.start, name.start};
    while (first.end < name.end) {
        Py_UCS4 ch = PyUnicode_READ_CHAR(name.str, first.end);
        if (ch == '.' || ch == '[') {
            break;
        }
        first.end++;
    }
    *rest = (Part){name.str, first.end, name.end};
    return first;
}

/* ---- formatting ---------------------------------------------------------------------------------------- */

/* What the fields of one call share. */
typedef struct {
    PyObject *args;   /* tuple, or NULL for format_map */
    PyObject *kwargs; /* mapping or NULL */
    enum { UNNUMBERED, AUTOMATIC, MANUAL } numbering;
    Py_ssize_t n_automatic;
} Fields;

/* Which positional argument the first part of a name means: an index, -1 for a name, -2 with ValueError
 * set. */
static Py_ssize_t
field_index(Fields *fields, Part first)
{
    bool empty = first.start >= first.end;
    Py_ssize_t index = part_index(first);
    if (index < 0 && !empty) {
        return index;
    }
    if (fields->numbering == UNNUMBERED) {
        fields->numbering = empty ? AUTOMATIC : MANUAL;
    }
    else if (empty && fields->numbering == MANUAL) {
        wrong("cannot switch from manual field specification to automatic field numbering");
        return -2;
    }
    else if (!empty && fields->numbering == AUTOMATIC) {
        wrong("cannot switch from automatic field numbering to manual field specification");
        return -2;
    }
    return empty ? fields->n_automatic++ : index;
}

static PyObject *
first_object(Fields *fields, Part first)
{
    Py_ssize_t index = field_index(fields, first);
    if (index == -2) {
        return NULL;
    }
    if (index == -1) {
        PyObject *key = part_object(first), *obj = NULL;
        if (key == NULL) {
            return NULL;
        }
        OU_HOLD(hold, &key);
        if (fields->kwargs == NULL) {
            PyErr_SetObject(PyExc_KeyError, key);
        }
        else {
            obj = PyObject_GetItem(fields->kwargs, key);
        }
        OU_HOLD_END(hold);
        Py_DECREF(key);
        return obj;
    }
    if (fields->args == NULL) {
        wrong("Format string contains positional fields");
        return NULL;
    }
    if (index >= PyTuple_GET_SIZE(fields->args)) {
        PyErr_Format(PyExc_IndexError, "Replacement index %zd out of range for positional args tuple", index);
        return NULL;
    }
    return Py_NewRef(PyTuple_GET_ITEM(fields->args, index));
}

/* obj[index] for digits in brackets. */
static PyObject *
index_object(PyObject *obj, Py_ssize_t index)
{
    if (PySequence_Check(obj)) {
        return PySequence_GetItem(obj, index);
    }
    PyObject *key = PyLong_FromSsize_t(index);
    if (key == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &key);
    PyObject *item = PyObject_GetItem(obj, key);
    OU_HOLD_END(hold);
    Py_DECREF(key);
    return item;
}

/* The object that a field's name means.  Refs new.  RE-ENTRANT. */
static PyObject *
field_object(Fields *fields, Part name)
{
    Part rest, each;
    PyObject *obj = first_object(fields, name_first(name, &rest)), *key = NULL;
    if (obj == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &obj, &key);
    bool is_attribute;
    int more;
    while (obj != NULL && (more = name_next(&rest, &is_attribute, &each)) != 0) {
        PyObject *next = NULL;
        Py_ssize_t index = more < 0 ? -2 : is_attribute ? -1 : part_index(each);
        if (index >= 0) {
            next = index_object(obj, index);
        }
        else if (index == -1 && (key = part_object(each)) != NULL) {
            next = is_attribute ? PyObject_GetAttr(obj, key) : PyObject_GetItem(obj, key);
            Py_CLEAR(key);
        }
        Py_SETREF(obj, next);
    }
    OU_HOLD_END(hold);
    return obj;
}

/* Convert *obj by !r, !s or !a.  RE-ENTRANT. */
static int
convert(PyObject **obj, Py_UCS4 conversion)
{
    PyObject *text;
    switch (conversion) {
    case 'r': text = PyObject_Repr(*obj); break;
    case 's': text = PyObject_Str(*obj); break;
    case 'a': text = PyObject_ASCII(*obj); break;
    default:
        if (conversion > 32 && conversion < 127) {
            PyErr_Format(PyExc_ValueError, "Unknown conversion specifier %c", (int)conversion);
        }
        else {
            PyErr_Format(PyExc_ValueError, "Unknown conversion specifier \\x%x", (unsigned)conversion);
        }
        return -1;
    }
    if (text == NULL) {
        return -1;
    }
    Py_SETREF(*obj, text);
    return 0;
}

/* Write an object as a specification asks.  RE-ENTRANT. */
static int
render(_PyUnicodeWriter *writer, PyObject *obj, Part spec)
{
    if (PyUnicode_CheckExact(obj)) {
        return _PyUnicode_FormatAdvancedWriter(writer, obj, spec.str, spec.start, spec.end);
    }
    if (PyLong_CheckExact(obj)) {
        return _PyLong_FormatAdvancedWriter(writer, obj, spec.str, spec.start, spec.end);
    }
    if (PyFloat_CheckExact(obj)) {
        return _PyFloat_FormatAdvancedWriter(writer, obj, spec.str, spec.start, spec.end);
    }
    if (PyComplex_CheckExact(obj)) {
        return _PyComplex_FormatAdvancedWriter(writer, obj, spec.str, spec.start, spec.end);
    }
    PyObject *text = NULL, *result = NULL;
    OU_HOLD(hold, &text);
    if (spec.start == spec.end || (text = part_object(spec)) != NULL) {
        result = PyObject_Format(obj, text);
    }
    OU_HOLD_END(hold);
    Py_XDECREF(text);
    if (result == NULL) {
        return -1;
    }
    int failed = _PyUnicodeWriter_WriteStr(writer, result);
    Py_DECREF(result);
    return failed;
}

static PyObject *build(Part text, Fields *fields, int depth);

/* RE-ENTRANT. */
static int
write_field(_PyUnicodeWriter *writer, const Markup *markup, Fields *fields, int depth)
{
    PyObject *obj = NULL, *expanded = NULL;
    OU_HOLD(hold, &writer->buffer, &obj, &expanded);
    int result = -1;
    Part spec = markup->spec;
    obj = field_object(fields, markup->name);
    if (obj != NULL && (markup->conversion == 0 || convert(&obj, markup->conversion) == 0)) {
        result = 0;
        if (markup->spec_has_fields) {
            expanded = build(spec, fields, depth - 1);
            result = expanded == NULL ? -1 : 0;
            spec = (Part){expanded, 0, expanded == NULL ? 0 : PyUnicode_GET_LENGTH(expanded)};
        }
        if (result == 0) {
            result = render(writer, obj, spec);
        }
    }
    OU_HOLD_END(hold);
    Py_XDECREF(obj);
    Py_XDECREF(expanded);
    return result;
}

/* The text with its fields replaced; at most `depth` levels of fields.  Refs new.  RE-ENTRANT. */
static PyObject *
build(Part text, Fields *fields, int depth)
{
    if (depth <= 0) {
        wrong("Max string recursion exceeded");
        return NULL;
    }
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    writer.overallocate = 1;
    writer.min_length = text.end - text.start + 100; /* room for some fields: arbitrary */
    Markup markup;
    int more;
    while ((more = markup_next(&text, &markup)) > 0) {
        if (!markup.has_field && text.start >= text.end) {
            writer.overallocate = 0; /* the last piece */
        }
        if (_PyUnicodeWriter_WriteSubstring(&writer, markup.literal.str, markup.literal.start, markup.literal.end) < 0) {
            more = -1;
            break;
        }
        if (markup.has_field) {
            if (text.start >= text.end) {
                writer.overallocate = 0;
            }
            if (write_field(&writer, &markup, fields, depth) < 0) {
                more = -1;
                break;
            }
        }
    }
    if (more < 0) {
        _PyUnicodeWriter_Dealloc(&writer);
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

PyObject *
ou_str_format(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    Fields fields = {args, kwargs, UNNUMBERED, 0};
    return build((Part){self, 0, PyUnicode_GET_LENGTH(self)}, &fields, 2);
}

OU_STR_METHOD_O(format_map)
{
    if (PyUnicode_READY(self) < 0) {
        return NULL;
    }
    Fields fields = {NULL, arg, UNNUMBERED, 0};
    return build((Part){self, 0, PyUnicode_GET_LENGTH(self)}, &fields, 2);
}

/* ---- iterators for string.Formatter -------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *str; /* owned */
    Part rest;     /* of it */
} PartIter;

OU_WALKER(part_iter)
{
    OU_EDGE_OF((PartIter *)self, str);
    OU_BORROWED((PartIter *)self, rest.str);
    return 0;
}

static void
part_iter_dealloc(PyObject *self)
{
    Py_CLEAR(((PartIter *)self)->str);
    ou_object_free_fast(self, sizeof(PartIter));
}

static PyObject *
part_iter_new(PyTypeObject *type, PyObject *str, Part rest)
{
    PartIter *it = (PartIter *)ou_object_new_fast(type, sizeof(PartIter));
    if (it == NULL) {
        return NULL;
    }
    it->str = Py_NewRef(str);
    it->rest = rest;
    return (PyObject *)it;
}

/* (literal, field name, specification, conversion) */
static PyObject *
formatter_next(PyObject *self)
{
    Markup markup;
    if (markup_next(&((PartIter *)self)->rest, &markup) <= 0) {
        return NULL;
    }
    PyObject *literal = part_object(markup.literal);
    PyObject *name = markup.has_field ? part_object(markup.name) : Py_NewRef(Py_None);
    PyObject *spec = markup.has_field ? part_object(markup.spec) : Py_NewRef(Py_None);
    PyObject *conversion = markup.conversion != 0 ? ou_str_from_char(markup.conversion) : Py_NewRef(Py_None);
    PyObject *tuple = NULL;
    if (literal != NULL && name != NULL && spec != NULL && conversion != NULL) {
        tuple = PyTuple_Pack(4, literal, name, spec, conversion);
    }
    Py_XDECREF(literal);
    Py_XDECREF(name);
    Py_XDECREF(spec);
    Py_XDECREF(conversion);
    return tuple;
}

/* An index as int, a name as str. */
static PyObject *
index_or_name(Part part)
{
    Py_ssize_t index = part_index(part);
    return index == -2 ? NULL : index >= 0 ? PyLong_FromSsize_t(index) : part_object(part);
}

/* (is an attribute, its name or the index) */
static PyObject *
field_name_next(PyObject *self)
{
    bool is_attribute;
    Part name;
    if (name_next(&((PartIter *)self)->rest, &is_attribute, &name) <= 0) {
        return NULL;
    }
    PyObject *obj = is_attribute ? part_object(name) : index_or_name(name);
    if (obj == NULL) {
        return NULL;
    }
    PyObject *tuple = PyTuple_Pack(2, is_attribute ? Py_True : Py_False, obj);
    Py_DECREF(obj);
    return tuple;
}

PyTypeObject ou_formatter_iterator_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "formatteriterator",
    .tp_basicsize = sizeof(PartIter),
    .tp_dealloc = part_iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = formatter_next,
};

PyTypeObject ou_field_name_iterator_type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "fieldnameiterator",
    .tp_basicsize = sizeof(PartIter),
    .tp_dealloc = part_iter_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = field_name_next,
};

static int
require_str(PyObject *obj)
{
    if (!PyUnicode_Check(obj)) {
        PyErr_Format(PyExc_TypeError, "expected str, got %s", Py_TYPE(obj)->tp_name);
        return -1;
    }
    return PyUnicode_READY(obj);
}

/* _string.formatter_parser: an iterator over a format string's steps.  Refs new.  Errors TypeError. */
PyObject *
ou_str_formatter_parser(PyObject *markup)
{
    if (require_str(markup) < 0) {
        return NULL;
    }
    return part_iter_new(&ou_formatter_iterator_type, markup, (Part){markup, 0, PyUnicode_GET_LENGTH(markup)});
}

/* _string.formatter_field_name_split: (first part, iterator over the rest).  Refs new.  Errors TypeError,
 * ValueError. */
PyObject *
ou_str_formatter_field_name_split(PyObject *field_name)
{
    if (require_str(field_name) < 0) {
        return NULL;
    }
    Part rest, first = name_first((Part){field_name, 0, PyUnicode_GET_LENGTH(field_name)}, &rest);
    PyObject *first_obj = index_or_name(first);
    if (first_obj == NULL) {
        return NULL;
    }
    PyObject *it = part_iter_new(&ou_field_name_iterator_type, field_name, rest), *tuple = NULL;
    if (it != NULL) {
        tuple = PyTuple_Pack(2, first_obj, it);
        Py_DECREF(it);
    }
    Py_DECREF(first_obj);
    return tuple;
}

/* runtime/error_suggest.c - "Did you mean: 'x'?" for NameError and AttributeError.
 *
 * The known name that is nearest to the wrong one is offered, if it is near enough: an edit distance in which a change of
 * case costs half as much as any other change.
 *
 * Owns       nothing.
 * Invariant  no error but MemoryError is set afterwards.
 * Not here   where it is shown (error_print.c).
 * Source     the distance of Levenshtein, V. I. (1966); bounds and costs from CPython 3.11. */
#include "runtime/error_print.h"
#include "runtime/importlib.h"

enum {
    MAX_CANDIDATES = 750, /* with more names we don't guess */
    MAX_NAME = 40,        /* bytes of a name that is compared */
    MOVE_COST = 2,
    CASE_COST = 1,
};

static int
change_cost(char a, char b)
{
    if (a == b) {
        return 0;
    }
    return Py_TOLOWER(a) == Py_TOLOWER(b) ? CASE_COST : MOVE_COST;
}

/* The cost of turning a into b. */
static int
distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    int row[MAX_NAME + 1]; /* costs of turning the prefix of a so far into each prefix of b */
    for (size_t j = 0; j <= b_size; j++) {
        row[j] = (int)j * MOVE_COST;
    }
    for (size_t i = 1; i <= a_size; i++) {
        int diagonal = row[0];
        row[0] = (int)i * MOVE_COST;
        for (size_t j = 1; j <= b_size; j++) {
            int change = diagonal + change_cost(a[i - 1], b[j - 1]);
            int insert_or_delete = Py_MIN(row[j], row[j - 1]) + MOVE_COST;
            diagonal = row[j];
            row[j] = Py_MIN(change, insert_or_delete);
        }
    }
    return row[b_size];
}

/* The str in the list or tuple that is nearest to `name`.  Returns borrowed, or NULL. */
static PyObject *
nearest(PyObject *candidates, PyObject *name)
{
    Py_ssize_t n = PySequence_Fast_GET_SIZE(candidates), size;
    const char *text = PyUnicode_AsUTF8AndSize(name, &size);
    PyObject *best = NULL;
    int best_cost = INT_MAX;
    if (text == NULL || n >= MAX_CANDIDATES || size > MAX_NAME) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *candidate = PySequence_Fast_GET_ITEM(candidates, i);
        Py_ssize_t other_size;
        if (!PyUnicode_Check(candidate)) {
            continue;
        }
        const char *other = PyUnicode_AsUTF8AndSize(candidate, &other_size);
        if (other == NULL) {
            if (ou_error_overlook() < 0) {
                return NULL;
            }
            continue;
        }
        if (other_size > MAX_NAME || (other_size == size && memcmp(other, text, (size_t)size) == 0)) {
            continue;
        }
        int limit = (int)(size + other_size + 3) * MOVE_COST / 6; /* a third of both may differ */
        limit = Py_MIN(limit, best_cost - 1);
        int cost = distance(text, (size_t)size, other, (size_t)other_size);
        if (cost <= limit) {
            best = candidate;
            best_cost = cost;
        }
    }
    return best;
}

/* The nearest key of a dict.  Returns new, or NULL. */
static PyObject *
nearest_key(PyObject *dict, PyObject *name)
{
    PyObject *keys = dict != NULL && PyDict_Check(dict) ? PyDict_Keys(dict) : NULL;
    PyObject *best = keys != NULL ? Py_XNewRef(nearest(keys, name)) : NULL;
    Py_XDECREF(keys);
    return best;
}

static PyObject *
attribute_suggestion(PyAttributeErrorObject *exc)
{
    if (exc->name == NULL || exc->obj == NULL || !PyUnicode_CheckExact(exc->name)) {
        return NULL;
    }
    PyObject *name = Py_NewRef(exc->name), *obj = Py_NewRef(exc->obj);
    OU_HOLD(h, &name, &obj);
    PyObject *names = PyObject_Dir(obj);
    PyObject *best = names != NULL ? Py_XNewRef(nearest(names, name)) : NULL;
    OU_HOLD_END(h);
    Py_XDECREF(names);
    Py_DECREF(name);
    Py_DECREF(obj);
    return best;
}

/* Of the frame where it happened: locals, then globals, then builtins. */
static PyObject *
name_suggestion(PyNameErrorObject *exc)
{
    PyObject *name = exc->name, *traceback = ((PyBaseExceptionObject *)exc)->traceback;
    if (name == NULL || !PyUnicode_CheckExact(name) || traceback == NULL) {
        return NULL;
    }
    PyTracebackObject *tb = (PyTracebackObject *)traceback;
    while (tb->tb_next != NULL) {
        tb = tb->tb_next;
    }
    PyFrameObject *frame = tb->tb_frame;
    PyCodeObject *code = PyFrame_GetCode(frame);
    PyObject *best = Py_XNewRef(nearest(code->co_localsplusnames, name));
    Py_DECREF(code);
    if (best == NULL && !PyErr_Occurred()) {
        PyObject *globals = PyFrame_GetGlobals(frame);
        best = nearest_key(globals, name);
        Py_XDECREF(globals);
    }
    if (best == NULL && !PyErr_Occurred()) {
        PyObject *builtins = PyFrame_GetBuiltins(frame);
        if (ou_site_complete(NULL) < 0) { /* exit, help and the like may be meant */
            PyErr_Clear();
        }
        best = nearest_key(builtins, name);
        Py_XDECREF(builtins);
    }
    return best;
}

PyObject *
ou_error_suggestion(PyObject *exc)
{
    PyObject *best = NULL, *text = NULL;
    if (Py_IS_TYPE(exc, (PyTypeObject *)PyExc_AttributeError)) {
        best = attribute_suggestion((PyAttributeErrorObject *)exc);
    }
    else if (Py_IS_TYPE(exc, (PyTypeObject *)PyExc_NameError)) {
        best = name_suggestion((PyNameErrorObject *)exc);
    }
    if (best != NULL) {
        text = PyUnicode_FromFormat(". Did you mean: '%U'?", best);
        Py_DECREF(best);
    }
    if (text == NULL) {
        (void)ou_error_overlook();
    }
    return text;
}

/* ouroscope/module.c - module ouroscope: the glass box for Python programs.
 *
 *   audit()     texts of the findings; an empty list: every count is explained
 *   why(obj)    texts of the holders of an object
 *   refcount(obj)  its count, without a reference of the asking
 *
 * Invariant  why() takes the room for its texts before the heap is walked and makes its list after. */
#include "object/state.h"
#include "ouroscope/ouroscope.h"

/* Append a line, which is taken, to a list; both may be NULL.  On failure the list is dropped. */
static void
append_line(PyObject **list, PyObject *line)
{
    if (*list != NULL && (line == NULL || PyList_Append(*list, line) < 0)) {
        Py_CLEAR(*list);
    }
    Py_XDECREF(line);
}

static PyObject *
ouroscope_audit(PyObject *module, PyObject *ignored)
{
    OuAudit audit;
    ou_audit_run(&audit, false);
    if (audit.refused) {
        return PyErr_NoMemory();
    }
    PyObject *result = PyList_New(0);
    for (Py_ssize_t i = 0; i < audit.n_findings && i < (Py_ssize_t)OU_COUNT_OF(audit.findings); i++) {
        char text[160];
        ou_describe(audit.findings[i].object, text, sizeof text);
        append_line(&result, PyUnicode_FromFormat("%s: count %zd, explained %zd", text, audit.findings[i].count,
                                                  audit.findings[i].in_degree));
    }
    for (Py_ssize_t i = 0; i < audit.n_hidden && i < (Py_ssize_t)OU_COUNT_OF(audit.hidden); i++) {
        char text[200];
        ou_describe_hidden(&audit.hidden[i], text, sizeof text);
        append_line(&result, PyUnicode_FromString(text));
    }
    return result;
}

enum { MAX_HOLDERS = 256 };

typedef struct {
    int n;
    char texts[MAX_HOLDERS][300];
} Holders;

static void
note_holder(const OuHolder *holder, void *arg)
{
    Holders *holders = arg;
    if (holders->n < MAX_HOLDERS) {
        ou_describe_holder(holder, holders->texts[holders->n++], sizeof holders->texts[0]);
    }
}

static PyObject *
ouroscope_why(PyObject *module, PyObject *op)
{
    Holders *holders = PyMem_RawMalloc(sizeof *holders); /* first: no allocation while the heap is walked */
    if (holders == NULL) {
        return PyErr_NoMemory();
    }
    holders->n = 0;
    ou_why_walk(op, note_holder, holders);
    PyObject *result = PyList_New(0);
    for (int i = 0; result != NULL && i < holders->n; i++) {
        PyObject *line = PyUnicode_DecodeUTF8(holders->texts[i], (Py_ssize_t)strlen(holders->texts[i]), "replace");
        append_line(&result, line);
    }
    PyMem_RawFree(holders);
    return result;
}

static PyMethodDef ouroscope_methods[] = {
    {"audit", ouroscope_audit, METH_NOARGS,
     "audit($module, /)\n--\n\nRecompute every reference count; the list of those that are not explained."},
    {"why", ouroscope_why, METH_O, "why($module, obj, /)\n--\n\nEvery holder of an object, one line a reference."},
    {NULL},
};

static PyModuleDef_Slot ouroscope_slots[] = {{0, NULL}};

static struct PyModuleDef ouroscope_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "ouroscope",
    .m_doc = "The glass box: what is in memory, who holds it, and whether the counts are right.",
    .m_methods = ouroscope_methods,
    .m_slots = ouroscope_slots,
};

PyMODINIT_FUNC
PyInit_ouroscope(void)
{
    return PyModuleDef_Init(&ouroscope_module);
}

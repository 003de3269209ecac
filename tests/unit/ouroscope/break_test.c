/* tests/unit/ouroscope/break_test.c - ouroscope/audit.c: each kind of edge broken once in both directions.
 *
 * samples.py makes an object of every type and shape and then calls look() from inside frames, a generator, a handler and
 * an operation in progress.  look() walks the heap and the roots.  For each label that a walker of a type reports it
 * raises a target's count behind the holder's back, and lowers it: the audit must name that object, no other, by exactly
 * one, and its holder with the label.  Rows of roots.def that are not set at that moment are set for it.
 *
 * With OU_AUDIT_LABELS in the environment the labels are printed, for labels.py beside this file. */
#include <Python.h>

#include "object/hold.h"
#include "object/state.h"
#include "ouroscope/ouroscope.h"
#include "runtime/import.h"
#include "runtime/roots.h"
#include "vm/vm.h"

static void
start(void)
{
    PyConfig config;
    ou_ouroscope_install();
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0; /* a small heap: it is audited some thousand times */
    Py_InitializeFromConfig(&config);
}
#define UNIT_SETUP start
#include "unit.h"

#define OU_ROOT_THREAD(field)
#define OU_ROOT_OUR_THREAD(field)
#define OU_ROOT_INTERP(field)
#define OU_ROOT_GC(field)
#define OU_ROOT_STATIC(type, symbol) extern type symbol;
#include "runtime/roots.def"
#undef OU_ROOT_THREAD
#undef OU_ROOT_OUR_THREAD
#undef OU_ROOT_INTERP
#undef OU_ROOT_GC
#undef OU_ROOT_STATIC

#define OU_TYPE(symbol, noun) extern PyTypeObject symbol;
#include "types/types.def"
#undef OU_TYPE

typedef struct {
    PyObject *target;
    OuEdgeKind kind;
    const char *name;
    Py_ssize_t index;
} Edge;

enum { MAX_OBJECTS = 200000, MAX_EDGES = 64, MAX_LABELS = 8192, ENOUGH = 2 /* breaks of one label */ };

static PyObject *objects[MAX_OBJECTS];
static int n_objects;
static Edge edges[MAX_LABELS]; /* of one object; of the roots */
static int n_edges, max_edges;
static int n_looks, n_breaks;

/* A label of a type (NULL: of the roots). */
static struct {
    PyTypeObject *type;
    OuEdgeKind kind;
    const char *name;
    int n_broken;
} labels[MAX_LABELS];
static int n_labels;

/* A failure in words: each is worth its line, unit_fail() says no more than five. */
static void
complain(const char *text)
{
    unit_n_failed_checks++;
    printf("    %s\n", text);
}

static int
label_of(PyTypeObject *type, const Edge *edge)
{
    for (int i = 0; i < n_labels; i++) {
        if (labels[i].type == type && labels[i].kind == edge->kind
            && (labels[i].name == edge->name || (labels[i].name && edge->name && strcmp(labels[i].name, edge->name) == 0))) {
            return i;
        }
    }
    if (n_labels < MAX_LABELS) {
        labels[n_labels].type = type;
        labels[n_labels].kind = edge->kind;
        labels[n_labels].name = edge->name;
        n_labels++;
    }
    return n_labels - 1;
}

static int
note_object(const OuAddress *block, void *arg)
{
    PyObject *op = block->is_object ? (PyObject *)((char *)block->block + block->object_offset) : NULL;
    if (op != NULL && op->ob_type != NULL && n_objects < MAX_OBJECTS) {
        objects[n_objects++] = op;
    }
    return 0;
}

static int
note_edge(PyObject *ref, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg)
{
    if (n_edges < max_edges && kind != OU_EDGE_BORROWED) {
        edges[n_edges++] = (Edge){ref, kind, name, index};
    }
    return 0;
}

/* Counted loosely: the audit leaves it out. */
static bool
is_loose(PyObject *op)
{
    return Py_REFCNT(op) > OU_LOOSE_COUNT / 2;
}

/* ---- breaking ------------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject *holder;
    const Edge *edge;
    bool found;
} Search;

static void
is_it(const OuHolder *holder, void *arg)
{
    Search *search = arg;
    const char *name = holder->name;
    search->found |= holder->object == search->holder && holder->kind == search->edge->kind
                  && holder->index == search->edge->index
                  && (name == search->edge->name || (name && search->edge->name && strcmp(name, search->edge->name) == 0));
}

static void
fail_edge(PyObject *holder, const Edge *edge, const char *what, const OuAudit *audit)
{
    char who[160] = "a root", label[80], text[400];
    if (holder != NULL) {
        ou_describe(holder, who, sizeof who);
    }
    ou_describe_holder(&(OuHolder){NULL, NULL, edge->kind, edge->name, edge->index}, label, sizeof label);
    snprintf(text, sizeof text, "%s of %s: %s (%zd findings)", label, who, what, audit == NULL ? 0 : audit->n_findings);
    complain(text);
}

static void
break_by(PyObject *holder, const Edge *edge, int by)
{
    OuAudit audit;
    Py_ssize_t count = Py_REFCNT(edge->target);
    Py_SET_REFCNT(edge->target, count + by);
    ou_audit_run(&audit, false);
    Py_SET_REFCNT(edge->target, count);
    if (audit.n_findings != 1 || audit.findings[0].object != edge->target || audit.findings[0].count != count + by
        || audit.findings[0].in_degree != count) {
        fail_edge(holder, edge, by > 0 ? "a count too many is not found" : "a count too few is not found", &audit);
    }
}

static void
break_edge(PyObject *holder, const Edge *edge)
{
    Search search = {holder, edge, false};
    ou_why_walk(edge->target, is_it, &search);
    if (!search.found) {
        fail_edge(holder, edge, "not among the holders", NULL);
    }
    break_by(holder, edge, 1);
    break_by(holder, edge, -1);
    n_breaks++;
}

static void
break_object(PyObject *op)
{
    n_edges = 0;
    max_edges = MAX_EDGES;
    (void)ou_object_walk(op, note_edge, NULL);
    for (int i = 0; i < n_edges; i++) {
        int label = label_of(Py_TYPE(op), &edges[i]);
        if (labels[label].n_broken < ENOUGH && !is_loose(edges[i].target)) {
            labels[label].n_broken++;
            break_edge(op, &edges[i]);
        }
    }
}

static void
break_roots(void)
{
    n_edges = 0;
    max_edges = MAX_LABELS;
    (void)ou_roots_walk(note_edge, NULL);
    for (int i = 0; i < n_edges; i++) {
        int label = label_of(NULL, &edges[i]);
        int enough = edges[i].kind == OU_EDGE_LOCAL || edges[i].kind == OU_EDGE_TEMPORARY ? 100 : ENOUGH;
        if (labels[label].n_broken < enough && !is_loose(edges[i].target)) {
            labels[label].n_broken++;
            break_edge(NULL, &edges[i]);
        }
    }
}

/* A row of roots.def: where it holds nothing with an exact count, give it a list for the moment. */
static void
break_row(PyObject **slot, const char *name)
{
    PyObject *old = *slot, *fresh = NULL;
    if (old == NULL || is_loose(old)) {
        *slot = fresh = PyList_New(0);
    }
    Edge edge = {*slot, OU_EDGE_ROOT, name, -1};
    break_edge(NULL, &edge);
    labels[label_of(NULL, &edge)].n_broken++;
    *slot = old;
    Py_XDECREF(fresh);
}

static void
break_rows(void)
{
    OuThread *thread = ou_thread();
    PyInterpreterState *interp = ou_interp();
    OuGc *gc = &_PyRuntime.gc;
#define OU_ROOT_THREAD(field) break_row((PyObject **)&thread->ts.field, "thread." #field);
#define OU_ROOT_OUR_THREAD(field) break_row((PyObject **)&thread->field, "thread." #field);
#define OU_ROOT_INTERP(field) break_row((PyObject **)&interp->field, "interpreter." #field);
#define OU_ROOT_GC(field) break_row((PyObject **)&gc->field, "gc." #field);
#define OU_ROOT_STATIC(type, symbol) break_row((PyObject **)&symbol, #symbol);
#include "runtime/roots.def"
}

/* ---- completeness ------------------------------------------------------------------------------------------------------ */

static bool
is_sampled(PyTypeObject *type)
{
    static PyTypeObject *const only_static[] = {&_PyNone_Type, &_PyNotImplemented_Type, &PyEllipsis_Type,
                                                &PyBool_Type,  &PyModuleDef_Type,       &ou_context_token_missing_type};
    for (size_t i = 0; i < sizeof only_static / sizeof only_static[0]; i++) {
        if (type == only_static[i]) {
            return true;
        }
    }
    for (int i = 0; i < n_objects; i++) {
        if (Py_TYPE(objects[i]) == type) {
            return true;
        }
    }
    return false;
}

/* The walker of a type: that of its nearest base in the table; "roots", or "foreign". */
static const char *
noun_of(PyTypeObject *type)
{
    static const struct {
        PyTypeObject *type;
        const char *noun;
    } rows[] = {
#define OU_TYPE(symbol, noun) {&symbol, #noun},
#include "types/types.def"
#undef OU_TYPE
    };
    for (; type != NULL && type != &PyBaseObject_Type; type = type->tp_base) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            if (type == rows[i].type) {
                return rows[i].noun;
            }
        }
    }
    return type == NULL ? "roots" : "object";
}

/* Was the label broken, of this type or another with the same walker? */
static bool
is_broken(int label)
{
    for (int i = 0; i < n_labels; i++) {
        if (labels[i].n_broken > 0 && labels[i].kind == labels[label].kind
            && strcmp(noun_of(labels[i].type), noun_of(labels[label].type)) == 0
            && strcmp(labels[i].name ? labels[i].name : "", labels[label].name ? labels[label].name : "") == 0) {
            return true;
        }
    }
    return false;
}

static void
check_complete(void)
{
    char text[300], label[80];
#define OU_TYPE(symbol, noun)                                    \
    if (!is_sampled(&symbol)) {                                  \
        complain("samples.py makes no object of type " #symbol); \
    }
#include "types/types.def"
#undef OU_TYPE
    for (int i = 0; i < n_labels; i++) {
        if (!is_broken(i)) {
            ou_describe_holder(&(OuHolder){NULL, NULL, labels[i].kind, labels[i].name, -1}, label, sizeof label);
            snprintf(text, sizeof text, "no sample with an exact count: %s of %s", label,
                     labels[i].type == NULL ? "the roots" : labels[i].type->tp_name);
            complain(text);
        }
    }
}

static void
print_labels(void)
{
    for (int i = 0; i < n_labels; i++) {
        char label[80];
        ou_describe_holder(&(OuHolder){NULL, NULL, labels[i].kind, NULL, -1}, label, sizeof label);
        printf("label: %s, %s, %s\n", noun_of(labels[i].type), label, labels[i].name == NULL ? "" : labels[i].name);
    }
}

static PyObject *
look(PyObject *module, PyObject *ignored)
{
    OuAudit audit;
    if (n_looks++ > 0) {
        Py_RETURN_NONE;
    }
    ou_audit_run(&audit, false);
    if (audit.n_findings + audit.n_hidden != 0) {
        ou_audit_print(&audit, stdout);
        complain("the audit is not clean before anything is broken");
        Py_RETURN_NONE;
    }
    ou_memory_walk(1u << OU_FAMILY_COLLECTED | 1u << OU_FAMILY_PLAIN | 1u << OU_FAMILY_BUFFER, note_object, NULL);
    for (int i = 0; i < n_objects; i++) {
        break_object(objects[i]);
    }
    break_roots();
    break_rows();
    check_complete();
    Py_RETURN_NONE;
}

/* ---- types and modules of extensions --------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    PyObject *held;
} Foreign;

static int
foreign_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((Foreign *)self)->held);
    if (Py_TYPE(self)->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        Py_VISIT(Py_TYPE(self));
    }
    return 0;
}

static int
foreign_clear(PyObject *self)
{
    Py_CLEAR(((Foreign *)self)->held);
    return 0;
}

static void
foreign_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    foreign_clear(self);
    PyObject_GC_Del(self);
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) {
        Py_DECREF(type);
    }
}

static PyObject *
foreign_nothing(PyObject *type, PyObject *ignored)
{
    Py_RETURN_NONE;
}

static PyMethodDef foreign_methods[] = {{"a_class_method", foreign_nothing, METH_NOARGS | METH_CLASS, NULL},
                                        {"a_method", foreign_nothing, METH_NOARGS, NULL},
                                        {NULL}};
static PyType_Slot foreign_slots[] = {{Py_tp_methods, foreign_methods},
                                      {Py_tp_traverse, foreign_traverse},
                                      {Py_tp_clear, foreign_clear},
                                      {Py_tp_dealloc, foreign_dealloc},
                                      {0, NULL}};
static PyType_Spec foreign_spec = {"foreign.Heap", sizeof(Foreign), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, foreign_slots};
static PyTypeObject foreign_static = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "foreign.Static",
    .tp_basicsize = sizeof(Foreign),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = foreign_traverse,
    .tp_clear = foreign_clear,
    .tp_dealloc = foreign_dealloc,
};

static int
state_traverse(PyObject *module, visitproc visit, void *arg)
{
    Py_VISIT(*(PyObject **)PyModule_GetState(module));
    return 0;
}

static int
state_clear(PyObject *module)
{
    Py_CLEAR(*(PyObject **)PyModule_GetState(module));
    return 0;
}

static int
state_exec(PyObject *module)
{
    *(PyObject **)PyModule_GetState(module) = PyList_New(0);
    return 0;
}

static PyModuleDef_Slot state_slots[] = {{Py_mod_exec, state_exec}, {0, NULL}};
static PyModuleDef state_def = {PyModuleDef_HEAD_INIT,  .m_name = "with_state",       .m_size = sizeof(PyObject *),
                                .m_slots = state_slots, .m_traverse = state_traverse, .m_clear = state_clear};

static PyObject *
a_function_of_a_class(PyObject *self, PyTypeObject *class, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    Py_RETURN_NONE;
}

static PyObject *
foreign_new(PyTypeObject *type)
{
    Foreign *foreign = PyObject_GC_New(Foreign, type);
    foreign->held = PyList_New(0);
    PyObject_GC_Track(foreign);
    return (PyObject *)foreign;
}

/* What only C code can make, entered as names of __main__. */
static void
enter_samples_of_c(PyObject *names)
{
    static PyMethodDef method = {"a_method", (PyCFunction)(void *)a_function_of_a_class,
                                 METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL};
    static int anything;
    PyObject *heap, *held = PyList_New(0), *module, *spec, *name;
    PyObject *bytes = PyByteArray_FromStringAndSize("x", 1);
    CHECK_EQ(PyType_Ready(&foreign_static), 0);
    name = PyUnicode_FromString("with_state");
    spec = PyRun_String("type(__import__('sys').implementation)(name='with_state')", Py_eval_input, names, names);
    module = PyModule_FromDefAndSpec(&state_def, spec);
    CHECK_EQ(PyModule_ExecDef(module, &state_def), 0);
    heap = PyType_FromModuleAndSpec(module, &foreign_spec, NULL);
    PyDict_SetItemString(names, "foreign_heap_type", heap);
    for (int i = 0; i < 2; i++) { /* never left: the thread's context, and the one before it */
        PyObject *context = PyContext_New();
        CHECK_EQ(PyContext_Enter(context), 0);
        Py_DECREF(context);
    }
    PyObject *variable = PyContextVar_New("variable", held), *path = PyUnicode_FromString("a path");
    PyObject *samples[] = {
        heap,
        foreign_new((PyTypeObject *)heap),
        foreign_new(&foreign_static),
        module,
        PyCapsule_New(&anything, "capsule", NULL),
        PyInstanceMethod_New(held),
        PyPickleBuffer_FromObject(bytes),
        PyCMethod_New(&method, held, name, (PyTypeObject *)heap),
        PyFile_NewStdPrinter(1),
        variable,
        PyContextVar_Set(variable, held),
        PyContextVar_Set(variable, held),
        PyContext_CopyCurrent(),
        ou_async_gen_wrap(Py_NewRef(held)),
        ou_import_loader_new(OU_FILE_SOURCE, name, path, false),
        ou_import_loader_new(OU_FILE_BYTECODE, name, path, false),
        ou_import_loader_new(OU_FILE_EXTENSION, name, path, false),
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        char text[20];
        CHECK(samples[i] != NULL);
        snprintf(text, sizeof text, "of_c_%zu", i);
        PyDict_SetItemString(names, text, samples[i]);
        Py_XDECREF(samples[i]);
    }
    Py_DECREF(held);
    Py_DECREF(bytes);
    Py_DECREF(path);
    Py_DECREF(spec);
    Py_DECREF(name);
}

TEST(audit, names_each_edge_that_is_broken)
{
    static PyMethodDef method = {"look", look, METH_NOARGS, NULL};
    static char source[65536];
    FILE *file = fopen("tests/unit/ouroscope/samples.py", "r"); /* tests run in the project's folder */
    REQUIRE(file != NULL);
    source[fread(source, 1, sizeof source - 1, file)] = '\0';
    fclose(file);
    PyObject *names = PyModule_GetDict(PyImport_AddModule("__main__"));
    PyObject *function = PyCFunction_New(&method, NULL);
    PyDict_SetItemString(names, "look", function);
    Py_DECREF(function);
    enter_samples_of_c(names);
    PyObject *code = Py_CompileString(source, "samples.py", Py_file_input);
    OU_HOLD(hold, &code);
    PyObject *result = code == NULL ? NULL : PyEval_EvalCode(code, names, names);
    OU_HOLD_END(hold);
    if (result == NULL) {
        PyErr_Print();
    }
    REQUIRE(result != NULL);
    Py_DECREF(result);
    Py_DECREF(code);
    CHECK(n_looks > 0);
    CHECK(n_breaks > 500);
    if (getenv("OU_AUDIT_LABELS") != NULL) {
        print_labels();
    }
}

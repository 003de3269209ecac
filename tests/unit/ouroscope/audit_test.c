/* tests/unit/ouroscope/audit_test.c - ouroscope/audit.c, words.c: what they find, what they print, and the exit status. */
#include <Python.h>

#include "object/hold.h"
#include "ouroscope/ouroscope.h"
#include "runtime/lifecycle.h"

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

/* A type whose instances point at an object without saying so. */
typedef struct {
    PyObject_HEAD
    PyObject *secret;
} Sly;

static PyTypeObject sly_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "test.Sly",
    .tp_basicsize = sizeof(Sly),
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

static Sly *
sly_new(PyObject *secret)
{
    CHECK_EQ(PyType_Ready(&sly_type), 0);
    Sly *sly = PyObject_New(Sly, &sly_type);
    sly->secret = secret;
    return sly;
}

static void
printed(const OuAudit *audit, char *text, size_t size)
{
    FILE *file = tmpfile();
    ou_audit_print(audit, file);
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

TEST(audit, explains_a_fresh_runtime)
{
    OuAudit audit;
    char text[4000];
    ou_audit_run(&audit, false);
    CHECK_EQ(audit.n_findings, 0);
    CHECK_EQ(audit.n_hidden, 0);
    CHECK(audit.n_objects > 1000 && audit.n_edges > audit.n_objects);
    printed(&audit, text, sizeof text);
    CHECK(strncmp(text, "audit: every count explained: ", 30) == 0);
}

TEST(audit, finds_a_reference_of_undeclared_c_code_by_name)
{
    OuAudit audit;
    char text[4000];
    PyObject *leaked = PyList_New(3);
    ou_audit_run(&audit, false);
    CHECK_EQ(audit.n_findings, 1);
    CHECK(audit.findings[0].object == leaked);
    CHECK_EQ(audit.findings[0].count, 1);
    CHECK_EQ(audit.findings[0].in_degree, 0);
    printed(&audit, text, sizeof text);
    CHECK(strstr(text, "list at 0x") != NULL && strstr(text, "(3 items): count 1, explained 0") != NULL);
    CHECK(strstr(text, "audit: FAILED: 1 of ") != NULL);
    OU_HOLD(hold, &leaked);
    ou_audit_run(&audit, false);
    CHECK_EQ(audit.n_findings, 0);
    OU_HOLD_END(hold);
    Py_DECREF(leaked);
}

TEST(audit, names_the_holders_of_what_is_held_too_often)
{
    OuAudit audit;
    char text[4000];
    PyObject *names = PyModule_GetDict(PyImport_AddModule("__main__")), *item = PyList_New(0),
             *list = Py_BuildValue("[OO]", item, item);
    PyDict_SetItemString(names, "the_list", list);
    Py_DECREF(list);
    Py_SET_REFCNT(item, 1); /* two items, and this function's own reference, which nobody knows */
    ou_audit_run(&audit, false);
    Py_SET_REFCNT(item, 3);
    CHECK_EQ(audit.n_findings, 1);
    CHECK(audit.findings[0].object == item);
    CHECK_EQ(audit.findings[0].in_degree, 2);
    printed(&audit, text, sizeof text);
    CHECK(strstr(text, "held by item 0 of list at 0x") != NULL && strstr(text, "held by item 1 of list at 0x") != NULL);
    Py_DECREF(item);
    PyDict_DelItemString(names, "the_list");
}

TEST(words, find_a_hidden_pointer)
{
    OuAudit audit;
    char text[4000];
    PyObject *names = PyModule_GetDict(PyImport_AddModule("__main__")), *secret = PyList_New(0);
    Sly *sly = sly_new(secret);
    PyDict_SetItemString(names, "secret", secret);
    PyDict_SetItemString(names, "sly", (PyObject *)sly);
    Py_DECREF(secret);
    Py_DECREF(sly);
    ou_audit_run(&audit, false);
    CHECK_EQ(audit.n_findings, 0); /* the counts are right: only the words tell */
    CHECK_EQ(audit.n_hidden, 1);
    CHECK(audit.hidden[0].holder == (PyObject *)sly && audit.hidden[0].object == secret);
    CHECK_EQ(audit.hidden[0].offset, offsetof(Sly, secret));
    printed(&audit, text, sizeof text);
    CHECK(strstr(text, "test.Sly at 0x") != NULL && strstr(text, "byte 16 points at list at 0x") != NULL);
    CHECK(strstr(text, "audit: FAILED: 1 pointers are neither counted nor declared") != NULL);
    PyDict_DelItemString(names, "sly");
    PyDict_DelItemString(names, "secret");
}

TEST(words, know_a_reported_pointer_from_a_second_one)
{
    OuAudit audit;
    PyObject *names = PyModule_GetDict(PyImport_AddModule("__main__")), *item = PyList_New(0),
             *tuple = PyTuple_Pack(2, item, Py_None);
    PyDict_SetItemString(names, "tuple", tuple);
    Py_DECREF(item);
    Py_DECREF(tuple);
    ou_audit_run(&audit, false);
    CHECK_EQ(audit.n_findings + audit.n_hidden, 0);
    ((PyTupleObject *)tuple)->ob_item[1] = item; /* reported twice, counted once: a matter for the counts, not the words */
    ou_audit_run(&audit, false);
    ((PyTupleObject *)tuple)->ob_item[1] = Py_None;
    CHECK_EQ(audit.n_findings, 1);
    CHECK_EQ(audit.n_hidden, 0);
    PyDict_DelItemString(names, "tuple");
}

/* ---- the end of a program: in a process of its own ------------------------------------------------------------------- */

static void
end_with_a_leak(void)
{
    ou_switches.audit = true;
    (void)PyList_New(7);
    Py_Exit(0);
}

static void
end_with_nothing(void)
{
    ou_switches.audit = true;
    Py_Exit(3);
}

TEST(audit, sets_the_exit_status_at_the_end)
{
    char text[4000];
    CHECK_EQ(unit_fork(end_with_a_leak, text, sizeof text), 0);
    CHECK(strstr(text, "(7 items): count 1, explained 0") != NULL);
    CHECK(strstr(text, "audit: FAILED: 1 of ") != NULL); /* with modules alive, and after teardown */
    CHECK(strstr(strstr(text, "audit: FAILED: 1 of ") + 1, "audit: FAILED: 1 of ") != NULL);
    CHECK_EQ(unit_fork_status, 99);
    CHECK_EQ(unit_fork(end_with_nothing, text, sizeof text), 0);
    CHECK(strstr(text, "audit: every count explained: ") != NULL && strstr(text, "audit: nothing left after teardown") != NULL);
    CHECK_EQ(unit_fork_status, 3);
}

/* tests/unit/vm/breaker_test.c - what interrupts the loop: the breaker, the tracing table, and the thread state that
 * compiled modules read by offset. */
#include <Python.h>
#include <frameobject.h>

static void
start(void)
{
    Py_InitializeEx(0);
}
#define UNIT_SETUP start
#include "unit.h"

#include "object/state.h"

static int n_pending;

static int
pending(void *arg)
{
    n_pending += *(int *)arg;
    return 0;
}

static int
pending_raises(void *arg)
{
    PyErr_SetString(PyExc_KeyError, arg);
    return -1;
}

/* Run a text in a namespace of its own; returns the value of `x`, or -1 with the error set. */
static long
run(const char *text)
{
    PyObject *names = PyDict_New(), *result;
    long x = -1;
    CHECK(names != NULL && PyDict_SetItemString(names, "__builtins__", PyEval_GetBuiltins()) == 0);
    result = PyRun_String(text, Py_file_input, names, names);
    if (result != NULL) {
        x = PyLong_AsLong(PyDict_GetItemString(names, "x"));
    }
    Py_XDECREF(result);
    Py_DECREF(names);
    return x;
}

TEST(breaker, pending_calls_run_at_a_safe_point)
{
    int one = 1;
    n_pending = 0;
    CHECK(Py_AddPendingCall(pending, &one) == 0 && n_pending == 0);
    CHECK(_PyRuntime.eval_breaker & OU_BREAK_PENDING);
    CHECK(run("x = 0\nfor i in range(3): x += i") == 3);
    CHECK(n_pending == 1 && !(_PyRuntime.eval_breaker & OU_BREAK_PENDING));
}

TEST(breaker, a_pending_call_may_raise)
{
    CHECK(Py_AddPendingCall(pending_raises, "from outside") == 0);
    CHECK(run("x = 0\nwhile True: x += 1") == -1);
    CHECK(PyErr_ExceptionMatches(PyExc_KeyError));
    PyErr_Clear();
    CHECK(run("x = 7") == 7);
}

/* ---- tracing ------------------------------------------------------------------------------------------ */

static int n_lines, n_calls;

static int
count(PyObject *self, PyFrameObject *frame, int what, PyObject *arg)
{
    n_lines += what == PyTrace_LINE;
    n_calls += what == PyTrace_CALL;
    return 0;
}

TEST(tracing, switches_the_dispatch_table_on_and_off)
{
    static const char text[] = "def f(a):\n    b = a + 1\n    return b\nx = 0\nfor i in range(3):\n    x += f(i)\n";
    n_lines = n_calls = 0;
    CHECK(run(text) == 6 && n_lines == 0);
    PyEval_SetTrace(count, NULL);
    CHECK(run(text) == 6);
    PyEval_SetTrace(NULL, NULL);
    CHECK(n_calls == 4);                 /* the module and three calls */
    CHECK(n_lines == 2 + 4 + 3 + 3 * 2); /* def and x; the loop's line and body; f's lines */
    n_lines = n_calls = 0;
    CHECK(run(text) == 6 && n_lines == 0 && n_calls == 0);
}

TEST(tracing, begins_in_the_middle_of_a_loop)
{
    n_lines = 0;
    CHECK(run("import sys\nseen = []\ndef g(frame, what, arg):\n    seen.append(what)\n    return g\n"
              "def f():\n    return 1\nfor i in range(100):\n    if i == 50: sys.settrace(g)\n    if i == 60: "
              "sys.settrace(None)\n"
              "    f()\nx = seen.count('call')")
          == 10);
}

/* ---- thread states ------------------------------------------------------------------------------------ */

TEST(thread_state, stands_where_compiled_modules_read_it)
{
    PyThreadState *ts = PyThreadState_Get();
    CHECK(*(PyThreadState **)((char *)&_PyRuntime + 576) == ts);
    CHECK(((PyLongObject *)((char *)&_PyRuntime + 680 + 5 * 32))->ob_base.ob_size == 0);
    CHECK(PyLong_AsLong((PyObject *)((char *)&_PyRuntime + 872)) == 1);
    PyErr_SetString(PyExc_ValueError, "x");
    CHECK(ts->curexc_type == PyExc_ValueError && ts->curexc_value != NULL);
    PyErr_Clear();
    CHECK(ts->curexc_type == NULL);
    CHECK(ts->interp == PyInterpreterState_Get() && ts->recursion_limit >= ts->recursion_remaining);
}

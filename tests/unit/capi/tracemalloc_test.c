/* tests/unit/capi/tracemalloc_test.c - capi/tracemalloc.c: foreign memory, and threads without the lock. */
#include <Python.h>

#include <pthread.h>

static void
start(void)
{
    Py_InitializeEx(0);
}
#define UNIT_SETUP start
#include "unit.h"

#include "capi/tracemalloc.h"

static size_t
traced(void)
{
    size_t now, peak, own;
    ou_tracemalloc_sizes(&now, &peak, &own);
    return now;
}

TEST(tracemalloc, foreign_memory_is_known_by_domain)
{
    CHECK(PyTraceMalloc_Track(7, 0x1000, 50) == -2 && PyTraceMalloc_Untrack(7, 0x1000) == -2);
    CHECK(ou_tracemalloc_start(1) == 0);
    size_t before = traced();
    CHECK(PyTraceMalloc_Track(7, 0x1000, 50) == 0 && PyTraceMalloc_Track(8, 0x1000, 5) == 0);
    CHECK(traced() == before + 55);
    CHECK(PyTraceMalloc_Track(7, 0x1000, 70) == 0 && traced() == before + 75);
    PyObject *frames = _PyTraceMalloc_GetTraceback(7, 0x1000);
    CHECK(frames != NULL && PyTuple_CheckExact(frames) && PyTuple_GET_SIZE(frames) == 1);
    Py_XDECREF(frames);
    frames = _PyTraceMalloc_GetTraceback(9, 0x1000);
    CHECK(frames == Py_None);
    Py_XDECREF(frames);
    CHECK(PyTraceMalloc_Untrack(8, 0x1000) == 0 && PyTraceMalloc_Untrack(8, 0x1000) == 0 && traced() == before + 70);
    ou_tracemalloc_stop();
    CHECK(traced() == 0 && PyTraceMalloc_Untrack(7, 0x1000) == -2);
}

TEST(tracemalloc, many_come_and_go)
{
    CHECK(ou_tracemalloc_start(1) == 0);
    size_t before = traced();
    for (uintptr_t i = 0; i < 20000; i++) {
        CHECK(PyTraceMalloc_Track(3, i << (i & 7), i) == 0);
    }
    for (uintptr_t i = 0; i < 20000; i++) {
        CHECK(PyTraceMalloc_Untrack(3, i << (i & 7)) == 0);
    }
    CHECK(traced() == before);
    ou_tracemalloc_stop();
}

static void *
allocate_raw(void *ignored)
{
    for (int i = 0; i < 2000; i++) {
        void *block = PyMem_RawRealloc(PyMem_RawMalloc(100), 200);
        PyMem_RawFree(block);
    }
    return NULL;
}

TEST(tracemalloc, raw_memory_of_threads_without_the_lock)
{
    pthread_t threads[3];
    CHECK(ou_tracemalloc_start(2) == 0);
    size_t before = traced();
    for (int i = 0; i < 3; i++) {
        CHECK(pthread_create(&threads[i], NULL, allocate_raw, NULL) == 0);
    }
    for (int i = 0; i < 3; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    CHECK(traced() == before);
    void *block = PyMem_RawMalloc(1000);
    CHECK(traced() == before + 1000);
    PyMem_RawFree(block);
    ou_tracemalloc_stop();
}

FAULT_TEST(tracemalloc, refused_memory_leaves_blocks_untraced)
{
    if (ou_tracemalloc_start(1) < 0) {
        PyErr_Clear();
        return;
    }
    PyTraceMalloc_Track(7, 0x1000, 50);
    PyObject *traces = ou_tracemalloc_traces();
    PyErr_Clear();
    Py_XDECREF(traces);
    ou_tracemalloc_stop();
}

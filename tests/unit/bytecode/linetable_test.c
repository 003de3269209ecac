/* tests/unit/bytecode/linetable_test.c - the table of places is read back as it was written, and any bytes are survived.
 *
 * Owns       nothing beyond a test. */
#include <Python.h>

#include "bytecode/linetable.h"

static void
start(void)
{
    Py_Initialize();
}

#define UNIT_SETUP start
#include "unit.h"

static const OuPlace places[] = {
    {1, 1, 0, 5},     {1, 1, 6, 255}, {1, 2, 0, 3},          {-1, -1, -1, -1}, {3, 3, -1, -1}, {200, 200, 7, 9},
    {2, 2, 300, 301}, {2, 2, 0, 255}, {2, 90000, 12, 70000}, {5, 5, 4, 4},     {5, 5, 4, 4},   {4, 4, 0, 0},
};
enum { N_PLACES = sizeof places / sizeof *places };

static PyObject *
table_of(uint32_t words_each)
{
    OuLineWriter writer;
    ou_linetable_writer_init(&writer, 1);
    for (int i = 0; i < N_PLACES; i++) {
        if (ou_linetable_add(&writer, places[i], words_each) < 0) {
            return NULL;
        }
    }
    PyObject *table = ou_linetable_finish(&writer);
    ou_linetable_writer_clear(&writer);
    return table;
}

TEST(linetable, reads_back_what_was_written)
{
    for (uint32_t each = 1; each <= 100; each += 33) {
        PyObject *table = table_of(each);
        CHECK(table != NULL);
        for (uint32_t i = 0; i < N_PLACES * each; i++) {
            OuPlace found = ou_linetable_find(PyBytes_AS_STRING(table), (size_t)PyBytes_GET_SIZE(table), 1, i);
            CHECK(memcmp(&found, &places[i / each], sizeof found) == 0);
        }
        OuPlace beyond = ou_linetable_find(PyBytes_AS_STRING(table), (size_t)PyBytes_GET_SIZE(table), 1, N_PLACES * each);
        CHECK(beyond.line == -1);
        Py_DECREF(table);
    }
}

TEST(linetable, merges_runs_of_a_line)
{
    PyObject *table = table_of(2);
    OuLineCursor cursor;
    ou_linetable_start(&cursor, PyBytes_AS_STRING(table), (size_t)PyBytes_GET_SIZE(table), 1);
    int lines[N_PLACES], n = 0;
    uint32_t at = 0;
    while (ou_linetable_next_line(&cursor)) {
        CHECK(cursor.start == at && cursor.end > at && n < N_PLACES);
        at = cursor.end;
        lines[n++] = cursor.place.line;
    }
    CHECK(at == N_PLACES * 2);
    static const int expected[] = {1, -1, 3, 200, 2, 5, 4};
    CHECK(n == 7 && memcmp(lines, expected, sizeof expected) == 0);
    Py_DECREF(table);
}

TEST(linetable, survives_any_bytes)
{
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[24];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = (uint8_t)(seed >> 24);
        }
        size_t size = seed % (sizeof bytes + 1);
        OuLineCursor cursor;
        ou_linetable_start(&cursor, bytes, size, (int)seed);
        uint32_t end = 0;
        while (ou_linetable_next(&cursor)) {
            CHECK(cursor.start == end && cursor.end > end && cursor.at <= bytes + size);
            end = cursor.end;
        }
        ou_linetable_start(&cursor, bytes, size, (int)seed);
        while (ou_linetable_next_line(&cursor)) {
        }
    }
}

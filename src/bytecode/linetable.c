/* bytecode/linetable.c - writing and reading the table of places (the format is in linetable.h).
 *
 * Owns       the writer's buffer.
 * Invariant  what the writer makes the reader reads back exactly; what it did not make the reader survives.
 * Not here   the caller who knows a code object: bytecode/code.c. */
#include "bytecode/linetable.h"

#include <string.h>

#include "base/base.h"

enum { FORM_NONE, FORM_LINE, FORM_SAME, FORM_NEAR, FORM_FULL };
enum { RUN_MAX = 32, ENTRY_MAX = 1 + 4 * 5 };

void
ou_linetable_writer_init(OuLineWriter *writer, int first_line)
{
    memset(writer, 0, sizeof *writer);
    writer->line = first_line;
}

void
ou_linetable_writer_clear(OuLineWriter *writer)
{
    PyMem_Free(writer->bytes);
    writer->bytes = NULL;
}

static uint8_t *
write_varint(uint8_t *at, uint32_t value)
{
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

static uint8_t *
write_svarint(uint8_t *at, int value)
{
    return write_varint(at, (uint32_t)value << 1 ^ (uint32_t)(value >> 31));
}

/* Write the run that grew. */
static int
writer_flush(OuLineWriter *writer)
{
    OuPlace place = writer->place;
    uint32_t left = writer->n_words;
    while (left > 0) {
        uint32_t n = left < RUN_MAX ? left : RUN_MAX;
        if (writer->cap - writer->size < ENTRY_MAX) {
            size_t cap = writer->cap * 2 + 64;
            uint8_t *bytes = PyMem_Realloc(writer->bytes, cap);
            if (bytes == NULL) {
                PyErr_NoMemory();
                return -1;
            }
            writer->bytes = bytes;
            writer->cap = cap;
        }
        uint8_t *head = writer->bytes + writer->size, *at = head + 1;
        int delta = (int)((uint32_t)place.line - (uint32_t)writer->line), form;
        bool small = place.end_line == place.line && place.col >= 0 && place.col <= 255 && place.end_col >= place.col
                  && place.end_col - place.col <= 255;
        if (place.line < 0) {
            form = FORM_NONE;
        }
        else if (small && delta == 0) {
            form = FORM_SAME;
        }
        else if (small && delta >= -128 && delta <= 127) {
            form = FORM_NEAR;
            *at++ = (uint8_t)delta;
        }
        else if (place.end_line == place.line && place.col < 0 && place.end_col < 0) {
            form = FORM_LINE;
            at = write_svarint(at, delta);
        }
        else {
            form = FORM_FULL;
            at = write_svarint(at, delta);
            at = write_varint(at, place.end_line < place.line ? 0 : (uint32_t)(place.end_line - place.line) + 1);
            at = write_varint(at, place.col < 0 ? 0 : (uint32_t)place.col + 1);
            at = write_varint(at, place.end_col < 0 ? 0 : (uint32_t)place.end_col + 1);
        }
        if (form == FORM_SAME || form == FORM_NEAR) {
            *at++ = (uint8_t)place.col;
            *at++ = (uint8_t)(place.end_col - place.col);
        }
        if (form != FORM_NONE) {
            writer->line = place.line;
        }
        *head = (uint8_t)(form << 5 | (n - 1));
        writer->size = (size_t)(at - writer->bytes);
        left -= n;
    }
    writer->n_words = 0;
    return 0;
}

int
ou_linetable_add(OuLineWriter *writer, OuPlace place, uint32_t n_words)
{
    if (writer->n_words > 0 && memcmp(&writer->place, &place, sizeof place) != 0 && writer_flush(writer) < 0) {
        return -1;
    }
    writer->place = place;
    writer->n_words += n_words;
    return 0;
}

PyObject *
ou_linetable_finish(OuLineWriter *writer)
{
    if (writer_flush(writer) < 0) {
        return NULL;
    }
    return PyBytes_FromStringAndSize((const char *)writer->bytes, (Py_ssize_t)writer->size);
}

/* ---- read ---- */

void
ou_linetable_start(OuLineCursor *cursor, const void *table, size_t size, int first_line)
{
    memset(cursor, 0, sizeof *cursor);
    cursor->at = table;
    cursor->limit = cursor->at + size;
    cursor->base_line = first_line;
    cursor->place = OU_NO_PLACE;
}

/* 0 at the end of the table: the caller then finds `at == limit` at its next entry. */
static uint32_t
read_varint(OuLineCursor *cursor)
{
    uint32_t value = 0;
    for (int shift = 0; cursor->at < cursor->limit; shift += 7) {
        uint8_t byte = *cursor->at++;
        if (shift < 32) {
            value |= (uint32_t)(byte & 0x7F) << shift;
        }
        if (byte < 0x80) {
            break;
        }
    }
    return value;
}

static int
read_svarint(OuLineCursor *cursor)
{
    uint32_t value = read_varint(cursor);
    return (int)(value >> 1 ^ (0 - (value & 1)));
}

static int
read_byte(OuLineCursor *cursor)
{
    return cursor->at < cursor->limit ? *cursor->at++ : 0;
}

bool
ou_linetable_next(OuLineCursor *cursor)
{
    cursor->start = cursor->end;
    cursor->place = OU_NO_PLACE;
    if (cursor->at >= cursor->limit || *cursor->at >> 5 > FORM_FULL) {
        cursor->at = cursor->limit;
        return false;
    }
    int head = *cursor->at++, form = head >> 5, delta = 0;
    cursor->end += (uint32_t)(head & (RUN_MAX - 1)) + 1;
    if (form == FORM_NONE) {
        return true;
    }
    if (form == FORM_LINE || form == FORM_FULL) {
        delta = read_svarint(cursor);
    }
    else if (form == FORM_NEAR) {
        delta = (int8_t)read_byte(cursor);
    }
    int line = (int)((uint32_t)cursor->base_line + (uint32_t)delta);
    cursor->base_line = line;
    if (line < 0) {
        return true; /* no table of ours says so; the columns are read as an entry of their own */
    }
    OuPlace place = {line, line, -1, -1};
    if (form == FORM_SAME || form == FORM_NEAR) {
        place.col = read_byte(cursor);
        place.end_col = place.col + read_byte(cursor);
    }
    else if (form == FORM_FULL) {
        uint32_t lines = read_varint(cursor), col = read_varint(cursor), end_col = read_varint(cursor);
        place.end_line = lines == 0 ? -1 : (int)((uint32_t)line + lines - 1);
        place.col = (int)(col - 1) < 0 ? -1 : (int)(col - 1);
        place.end_col = (int)(end_col - 1) < 0 ? -1 : (int)(end_col - 1);
    }
    cursor->place = place;
    return true;
}

bool
ou_linetable_next_line(OuLineCursor *cursor)
{
    if (!ou_linetable_next(cursor)) {
        return false;
    }
    OuLineCursor run = *cursor, ahead = *cursor;
    while (ou_linetable_next(&ahead) && ahead.place.line == run.place.line) {
        uint32_t start = run.start;
        run = ahead;
        run.start = start;
    }
    *cursor = run;
    return true;
}

OuPlace
ou_linetable_find(const void *table, size_t size, int first_line, uint32_t word)
{
    OuLineCursor cursor;
    ou_linetable_start(&cursor, table, size, first_line);
    while (ou_linetable_next(&cursor)) {
        if (word < cursor.end) {
            return cursor.place;
        }
    }
    return OU_NO_PLACE;
}

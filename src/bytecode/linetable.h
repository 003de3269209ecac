/* bytecode/linetable.h - the place in the source of every word of a code object (co_linetable).
 *
 * Glossary
 *   OuPlace   first line, last line, first column, end column; -1 where unknown.  Columns are UTF-8 bytes from 0.
 *   run       consecutive words that share a place: one entry of the table
 *   cursor    a reader standing on a run
 *
 * Format: a sequence of entries.  The head byte holds the form in its top 3 bits and the run's words less one in
 * the low 5 (a longer run is several entries).  Lines are relative to the line of the last entry that had one,
 * the first to co_firstlineno.  varint: 7 bits a byte, low bits first, 0x80 means more; svarint: zigzag of it.
 *
 *   form 0 NONE    -                                   no place
 *   form 1 LINE    svarint line                        a line (end line the same), no columns
 *   form 2 SAME    col, width                          the same line again, columns of a byte each
 *   form 3 NEAR    line (signed byte), col, width      another line
 *   form 4 FULL    svarint line, varint end line - line + 1, varint col + 1, varint end col + 1   (0: unknown)
 *   5 to 7         not used: read as the end of the table
 *
 * A table may be any bytes at all (code.replace): readers never go beyond `size`, and a word past the last
 * entry has no place. */
#ifndef OU_BYTECODE_LINETABLE_H
#define OU_BYTECODE_LINETABLE_H

#include <Python.h>
#include <stdbool.h>

typedef struct {
    int line, end_line, col, end_col;
} OuPlace;

#define OU_NO_PLACE ((OuPlace){-1, -1, -1, -1})

/* ---- write ---- */

typedef struct {
    uint8_t *bytes;
    size_t size, cap;
    int line;          /* of the last entry that had one */
    OuPlace place;     /* of the run that grows */
    uint32_t n_words;  /* of the run that grows; 0: none yet */
} OuLineWriter;

void ou_linetable_writer_init(OuLineWriter *writer, int first_line);

/* The next `n_words` words stand at `place`.  Returns 0, or -1 with MemoryError set. */
int ou_linetable_add(OuLineWriter *writer, OuPlace place, uint32_t n_words);

/* The finished table.  Returns a new bytes object, or NULL with MemoryError set.  The writer is to be cleared
 * still. */
PyObject *ou_linetable_finish(OuLineWriter *writer);

void ou_linetable_writer_clear(OuLineWriter *writer);

/* ---- read ---- */

typedef struct {
    const uint8_t *at, *limit;
    int base_line;        /* the line that the next entry counts from */
    uint32_t start, end;  /* words of the current run; start == end before the first and after the last */
    OuPlace place;        /* of the current run */
} OuLineCursor;

/* Stand before the first run. */
void ou_linetable_start(OuLineCursor *cursor, const void *table, size_t size, int first_line);

/* Go to the next entry.  Returns false at the end: start and end are then both the words covered. */
bool ou_linetable_next(OuLineCursor *cursor);

/* Go to the next run of words of one *line* (entries merged), as co_lines() yields them; only place.line is
 * meaningful then.  To be used alone on a cursor, not mixed with ou_linetable_next().  Returns false at the end. */
bool ou_linetable_next_line(OuLineCursor *cursor);

/* The place of one word; OU_NO_PLACE if the table does not reach it.  Cost: linear in the table up to there. */
OuPlace ou_linetable_find(const void *table, size_t size, int first_line, uint32_t word);

#endif

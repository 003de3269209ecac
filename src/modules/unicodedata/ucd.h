/* modules/unicodedata/ucd.h - what the files of the module unicodedata share.
 *
 * Glossary
 *   old       the answers of Unicode 3.2.0 are wanted (ucd_3_2_0, for internet names), not those of 14.0
 *   alias     a second name of a character; it can be looked up, and in CPython's private numbering is a character
 *   sequence  a name of several characters */
#ifndef OU_MODULES_UCD_H
#define OU_MODULES_UCD_H

#include <Python.h>
#include <stdbool.h>

#include "base/base.h"

/* ---- properties (ucd_properties.c) ---- */

typedef struct {
    const char *category, *bidi, *width;
    int combining, mirrored;
} UcdRecord;

/* What the tables say of a code point; `old`: in Unicode 3.2.0. */
UcdRecord ou_ucd_record(Py_UCS4 code, bool old);

/* Is the code point without a character in Unicode 3.2.0, though it may have one now? */
bool ou_ucd_is_young(Py_UCS4 code);

/* The canonical combining class, as it is now. */
int ou_ucd_combining(Py_UCS4 code);

/* The value of a digit that was decimal in 3.2.0 and is not now, or -1. */
int ou_ucd_old_decimal(Py_UCS4 code);

/* The decomposition by one step, Hangul excepted: the number of code points at *parts, 0 if there is none;
 * *prefix is "" where it is a canonical one. */
int ou_ucd_decomposition(Py_UCS4 code, const char **prefix, const uint32_t **parts);

/* What 3.2.0 decomposed five ideographs to, by mistake; else 0. */
Py_UCS4 ou_ucd_old_correction(Py_UCS4 code);

/* The character that two compose to, Hangul excepted, or 0. */
Py_UCS4 ou_ucd_compose(Py_UCS4 first, Py_UCS4 second);

/* ---- normalization (ucd_normalize.c) ---- */

/* NFC and its kin: `compatible` for the K, `composed` for the C.
 * Returns a new reference (the text itself where it is normal already), or NULL with MemoryError set. */
PyObject *ou_ucd_normalize(PyObject *text, bool compatible, bool composed, bool old);

/* ---- names (ucd_names.c) ---- */

enum {
    UCD_NAME_MAX = 256, /* characters, as in CPython 3.11; none is longer */
    HANGUL_S = 0xAC00, HANGUL_L = 0x1100, HANGUL_V = 0x1161, HANGUL_T = 0x11A7, HANGUL_N_L = 19, HANGUL_N_V = 21, HANGUL_N_T = 28,
    HANGUL_N_S = HANGUL_N_L * HANGUL_N_V * HANGUL_N_T,
};

/* Write the name of a character, NUL-terminated.  `private`: aliases and sequences too, by their private numbers.
 * Returns 1, or 0 if it has none or `size` bytes are too few.  Never sets an error. */
int ou_ucd_name(Py_UCS4 code, char *buffer, int size, int private);

/* Find the character that is called so; an alias counts.  `private`: sequences too, by their private numbers.
 * Returns 1, or 0 if there is none.  Never sets an error. */
int ou_ucd_code(const char *name, int length, Py_UCS4 *code, int private);

/* The characters of a sequence's private number.  Returns how many (at most 4), or 0 if it is no such number. */
int ou_ucd_sequence(Py_UCS4 code, Py_UCS2 *out);

#endif

/* capi/ctype.c - _Py_ctype_*: what kind of character a byte is, in ASCII whatever the locale; for compiled modules' macros.
 *
 * Owns       constant tables. */
#include <Python.h>

enum { LOWER = 1, UPPER = 2, DIGIT = 4, SPACE = 8, HEXADECIMAL = 16 }; /* bits that the macros test */

const unsigned int _Py_ctype_table[256] = {
    ['\t' ... '\r'] = SPACE,
    [' '] = SPACE,
    ['0' ... '9'] = DIGIT | HEXADECIMAL,
    ['A' ... 'F'] = UPPER | HEXADECIMAL,
    ['G' ... 'Z'] = UPPER,
    ['a' ... 'f'] = LOWER | HEXADECIMAL,
    ['g' ... 'z'] = LOWER,
};

#define FOUR(of, c) of(c), of(c + 1), of(c + 2), of(c + 3)
#define SIXTEEN(of, c) FOUR(of, c), FOUR(of, c + 4), FOUR(of, c + 8), FOUR(of, c + 12)
#define SIXTY_FOUR(of, c) SIXTEEN(of, c), SIXTEEN(of, c + 16), SIXTEEN(of, c + 32), SIXTEEN(of, c + 48)
#define ALL(of) SIXTY_FOUR(of, 0), SIXTY_FOUR(of, 64), SIXTY_FOUR(of, 128), SIXTY_FOUR(of, 192)
#define LOWERED(c) ((c) >= 'A' && (c) <= 'Z' ? (c) | 32 : (c))
#define RAISED(c) ((c) >= 'a' && (c) <= 'z' ? (c) & ~32 : (c))

const unsigned char _Py_ctype_tolower[256] = {ALL(LOWERED)};
const unsigned char _Py_ctype_toupper[256] = {ALL(RAISED)};

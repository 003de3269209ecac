/* bytecode/marshal_format.h - what marshal's reader and writer agree on. */
#ifndef OU_BYTECODE_MARSHAL_FORMAT_H
#define OU_BYTECODE_MARSHAL_FORMAT_H

#include "base/hash.h"
#include "bytecode/code.h"

enum {
    TYPE_NULL = '0', TYPE_NONE = 'N', TYPE_FALSE = 'F', TYPE_TRUE = 'T', TYPE_STOPITER = 'S', TYPE_ELLIPSIS = '.',
    TYPE_INT = 'i', TYPE_INT64 = 'I', TYPE_FLOAT = 'f', TYPE_BINARY_FLOAT = 'g', TYPE_COMPLEX = 'x',
    TYPE_BINARY_COMPLEX = 'y', TYPE_LONG = 'l', TYPE_STRING = 's', TYPE_INTERNED = 't', TYPE_REF = 'r',
    TYPE_TUPLE = '(', TYPE_SMALL_TUPLE = ')', TYPE_LIST = '[', TYPE_DICT = '{', TYPE_CODE = 'c', TYPE_UNICODE = 'u',
    TYPE_UNKNOWN = '?', TYPE_SET = '<', TYPE_FROZENSET = '>', TYPE_ASCII = 'a', TYPE_ASCII_INTERNED = 'A',
    TYPE_SHORT_ASCII = 'z', TYPE_SHORT_ASCII_INTERNED = 'Z',

    FLAG_REF = 0x80,
    MARSHAL_DEPTH = 2000, /* levels of nesting, as CPython 3.11 */

    /* A code object: this word, the numbers, then the objects.  Change the word with opcodes.def or the order. */
    CODE_LAYOUT = 0x3152756F,
    CODE_N_NUMBERS = 7,  /* arguments, positional-only, keyword-only, temporaries, flags, first line, library */
    CODE_N_OBJECTS = 10, /* instructions, constants, names, registers' names and kinds, file, name, qualified name,
                          * line table, exception table */
};

#endif

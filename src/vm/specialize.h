/* vm/specialize.h - inline caches, and how instructions change into faster ones.
 *
 *   cache      the words behind an instruction, zero in new code
 *   counter    runs of the general instruction; at OU_WARM it tries to specialize
 *   form       a specialized instruction (bytecode/specialized.def) */
#ifndef OU_VM_SPECIALIZE_H
#define OU_VM_SPECIALIZE_H

#include "vm/vm.h"

typedef struct {
    uint16_t counter;
    uint16_t index;   /* of an entry, an inline value, a parameter count; or an offset in words */
    uint32_t version; /* of a type, of keys, of a function; never reused, so nothing is owned */
} OuCache;

/* The second and third word, where there are: */
typedef struct {
    uint16_t counter;
    uint16_t index;
    uint32_t version;
    union {
        struct {
            uint16_t counter2;
            uint16_t index2;
            uint32_t version2;
        };
        PyObject *object; /* borrowed: good as long as `version` is */
    };
    union {               /* only where there are three words: */
        struct {
            uint16_t counter3;
            uint16_t index3;
            uint32_t version3;
        };
        PyObject *value;  /* borrowed: good as long as `version` is */
    };
} OuWideCache;

/* OuCache.index of the forms that enter a Python function; the keyword forms have none. */
enum { OU_CALL_SKIP = 1, OU_CALL_DROP = 2 };

/* LOAD_ATTR keeps in counter2 what its words tell, so that the next try can add to it instead of replacing it. */
enum { OU_ATTR_OTHER = 0, OU_ATTR_INLINE = 1, OU_ATTR_SLOT = 2, OU_ATTR_SEVERAL = 3 };
/* LOAD_ATTR_SEVERAL: an index is of an inline value; else an offset in words. */
#define OU_INDEX_INLINE 0x8000

enum {
    OU_WARM = 4,                   /* arbitrary: module bodies run once */
    OU_COOL = OU_WARM - 60,        /* the counter after a form failed: tries again after so many runs */
    OU_COLD_COUNTER = OU_WARM - 4000, /* after no form was found */
};

/* Choose a form for the instruction at frame->pc, whose operands are in their registers.  Runs no Python code, fails
 * never; it leaves the instruction as it is, or rewrites it and fills its cache. */
OU_COLD void ou_specialize(Frame *frame);

/* The form of an UNPACK_SEQUENCE by what follows it. */
uint16_t ou_specialize_unpack(const OuInstr *pc);

/* The form of a MOVE by its operands' kinds. */
uint16_t ou_specialize_move(OuInstr instr);

#endif

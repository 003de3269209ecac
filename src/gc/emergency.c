/* gc/emergency.c - what the collector offers when memory is refused.
 *
 * An allocation must not run Python code, and freeing a group may: so nothing is freed here.  A collection is asked for, to
 * run at the next safe point; the allocation at hand is refused, and the program that catches the MemoryError finds room.
 *
 * Invariant  the hook itself frees nothing: it asks for a collection at the next safe point and returns false.
 * Not here   the decision to refuse (memory/). */
#include "gc/gc.h"

/* Memory is short: ask for a collection at the next safe point.  The allocation at hand is refused all the same, and the
 * MemoryError reaches a program that can go on. */
static bool
pressure(size_t wanted)
{
    OuGc *gc = &_PyRuntime.gc;
    if (gc->enabled && !gc->collecting) {
        gc->generations[OU_N_GENERATIONS - 1].count = gc->generations[OU_N_GENERATIONS - 1].threshold + 1;
        gc->long_lived_pending = gc->long_lived_total;
        ou_break_request(OU_BREAK_GC);
    }
    return false;
}

void
ou_gc_init(void)
{
    ou_memory_pressure_hook = pressure;
}

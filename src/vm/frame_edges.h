/* vm/frame_edges.h - what a frame holds, for walkers: of its object, its generator, its thread. */
#ifndef OU_VM_FRAME_EDGES_H
#define OU_VM_FRAME_EDGES_H

#include "vm/vm.h"

/* Edges of a frame with `n` registers in use.  A frame on its way in or out may lack its code. */
static OU_ALWAYS_INLINE int
frame_edges(Frame *frame, int n, OuSink sink)
{
    OU_EDGE(frame->function, OU_EDGE_FIELD, "function", -1);
    OU_EDGE(frame->code, OU_EDGE_FIELD, "code", -1);
    OU_EDGE(frame->locals, OU_EDGE_FIELD, "locals", -1);
    OU_EDGE(frame->object, OU_EDGE_FIELD, "object", -1);
    OU_EDGE(frame->scratch, OU_EDGE_FIELD, "result", -1);
    if (frame->code == NULL) {
        return 0;
    }
    int n_locals = frame->code->co_nlocalsplus;
    for (int i = 0; i < n; i++) {
        OU_EDGE(frame->registers[i], i < n_locals ? OU_EDGE_LOCAL : OU_EDGE_TEMPORARY, NULL, i);
    }
    return 0;
}

#endif

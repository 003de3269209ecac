/* vm/frame_walk.c - frames for the audit: who is held by which name in which frame.
 *
 * Invariant  each reference is reported once: a caller's registers end where its callee's frame begins.
 * Owns       the note which frame is being walked, for those who name holders.
 * Not here   frames of generators (the generator reports them) and of frame objects (they do). */

#include "vm/frame_edges.h"

static Frame *walked;

/* The frame on a thread's stack whose registers a walk reports at the moment, or NULL. */
Frame *
ou_frame_walked(void)
{
    return walked;
}

/* Report what the frames on a thread's stack hold, innermost first.  A caller's registers end where its callee's frame,
 * made in its window, begins. */
int
ou_thread_walk_frames(OuThread *thread, OuVisit visit, void *arg)
{
    PyObject **above = NULL;
    for (Frame *frame = thread->frame; frame != NULL; frame = frame->back) {
        if (frame->owner != OU_FRAME_STACK) {
            continue;
        }
        int n = frame->code != NULL ? ou_frame_n_registers(frame) : 0;
        if (above >= frame->registers && above < frame->registers + n) {
            n = (int)(above - frame->registers);
        }
        walked = frame;
        int stop = frame_edges(frame, n, (OuSink){NULL, visit, arg});
        walked = NULL;
        if (stop) {
            return stop;
        }
        above = (PyObject **)frame;
    }
    return 0;
}

/* runtime/signals.h - signals below the signal module. */
#ifndef OU_RUNTIME_SIGNALS_H
#define OU_RUNTIME_SIGNALS_H

#include <Python.h>
#include <signal.h>
#include "base/base.h"

enum { OU_N_SIGNALS = 65 };

/* Remember the main thread; `handlers`: SIGINT becomes KeyboardInterrupt, SIGPIPE and SIGXFSZ are ignored. */
void ou_signals_init(bool handlers);

/* Is the running thread the main one? */
bool ou_signals_in_main_thread(void);

/* In the child of a fork: its one thread is the main thread, and signals noted before were the parent's. */
void ou_signals_after_fork(void);

/* A signal handler in C: note the signal for the next safe point.  Async-signal-safe. */
void ou_signal_note(int signum);

/* Installed by module _signal: serve a noted signal in the main thread.  0, or -1 with an error set.  RE-ENTRANT. */
extern int (*ou_signal_hook)(int signum);

#endif

/* runtime/signals.c - signals: noted when they arrive, served at safe points of the main thread.
 *
 * Owns       the notes, one a signal.
 * Invariant  a handler does nothing but note the signal and set OU_BREAK_SIGNAL.
 * Not here   Python handlers: module _signal installs ou_signal_hook.
 * Source     Library Reference, signal. */
#include "object/state.h"
#include "runtime/signals.h"

#include <pthread.h>

int (*ou_signal_hook)(int signum);

static volatile sig_atomic_t noted[OU_N_SIGNALS];
static volatile sig_atomic_t any_noted;
static pthread_t main_thread;

void
ou_signal_note(int signum)
{
    noted[signum] = 1;
    any_noted = 1;
    ou_break_request(OU_BREAK_SIGNAL);
}

static bool
in_main_thread(void)
{
    return pthread_equal(pthread_self(), main_thread);
}

bool
ou_signals_in_main_thread(void)
{
    return in_main_thread();
}

void
ou_signals_after_fork(void)
{
    main_thread = pthread_self();
    any_noted = 0;
    for (int signum = 1; signum < OU_N_SIGNALS; signum++) {
        noted[signum] = 0;
    }
}

/* Serve one signal: by Python's handler, else SIGINT raises KeyboardInterrupt.  0, or -1 with an error set. */
static int
serve(int signum)
{
    if (ou_signal_hook != NULL) {
        return ou_signal_hook(signum);
    }
    if (signum == SIGINT) {
        PyErr_SetNone(PyExc_KeyboardInterrupt);
        return -1;
    }
    return 0;
}

int
_PyErr_CheckSignals(void)
{
    if (!any_noted || !in_main_thread()) {
        return 0;
    }
    any_noted = 0;
    for (int signum = 1; signum < OU_N_SIGNALS; signum++) {
        if (noted[signum]) {
            noted[signum] = 0;
            if (serve(signum) < 0) {
                any_noted = 1; /* the others wait for the next safe point */
                ou_break_request(OU_BREAK_SIGNAL);
                return -1;
            }
        }
    }
    return 0;
}

/* PyErr_CheckSignals: serve the signals that arrived.  Returns 0, or -1 with the error that a handler raised.
 * RE-ENTRANT. */
int
PyErr_CheckSignals(void)
{
    return _PyErr_CheckSignals();
}

/* PyErr_SetInterruptEx: as if a signal had arrived.  Returns 0, or -1 for a number that is none. */
int
PyErr_SetInterruptEx(int signum)
{
    if (signum < 1 || signum >= OU_N_SIGNALS) {
        return -1;
    }
    ou_signal_note(signum);
    return 0;
}

void
PyErr_SetInterrupt(void)
{
    (void)PyErr_SetInterruptEx(SIGINT);
}

int
PyOS_InterruptOccurred(void)
{
    int was = in_main_thread() && noted[SIGINT];
    if (was) {
        noted[SIGINT] = 0;
    }
    return was;
}

PyOS_sighandler_t
PyOS_getsig(int signum)
{
    struct sigaction action;
    return sigaction(signum, NULL, &action) < 0 ? SIG_ERR : action.sa_handler;
}

PyOS_sighandler_t
PyOS_setsig(int signum, PyOS_sighandler_t handler)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK}, old;
    return sigaction(signum, &action, &old) < 0 ? SIG_ERR : old.sa_handler;
}

void
ou_signals_init(bool handlers)
{
    main_thread = pthread_self();
    if (handlers) {
        PyOS_setsig(SIGPIPE, SIG_IGN);
        PyOS_setsig(SIGXFSZ, SIG_IGN);
        if (PyOS_getsig(SIGINT) != SIG_IGN) {
            PyOS_setsig(SIGINT, ou_signal_note);
        }
    }
}

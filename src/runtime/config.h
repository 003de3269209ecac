/* runtime/config.h - the configuration of a start: command line, environment, defaults (PEP 587).
 *
 * PyConfig is both the public structure and the only one: the interpreter keeps it (ou_interp()->config). */
#ifndef OU_RUNTIME_CONFIG_H
#define OU_RUNTIME_CONFIG_H

#include <Python.h>
#include "base/base.h"

#define OURO_VERSION "0.1"

/* What the switches of our own ask for; applied by ou_xoptions_apply(). */
typedef struct {
    bool audit;            /* -X audit */
    bool count_allocations; /* -X fail-at=0: report at exit */
    unsigned gc_stress;    /* -X gc-stress=N; 0: off */
    bool fail_from_start;  /* -X fail-at=start:N...: numbers count from start-up's first allocation */
    uint64_t fail_first, fail_last;
    bool fail_set;
    size_t memory_limit;   /* bytes; 0: none */
    bool memory_debug;
    unsigned memory_pressure; /* -X memory-pressure=N; 0: off */
    int max_str_digits;    /* -X int_max_str_digits; -1: the default */
} OuSwitches;

extern OuSwitches ou_switches;

/* Read a command line into `config`.  `status` says OK, an error, or an exit (help, version). */
PyStatus ou_command_line_parse(PyConfig *config, int argc, wchar_t *const *argv);

/* Environment variables (PYTHON...) and CPython's -X options for what the command line left open. */
PyStatus ou_environment_read(PyConfig *config);

/* Set LC_CTYPE from the environment; C is replaced by C.UTF-8 (PEP 538) unless `coercion`, the value of PYTHONCOERCECLOCALE
 * or NULL, is "0".  Returns whether it was C. */
bool ou_locale_start(const char *coercion);
/* Set by the command: no other code of this process looks at the locale, so that setting it may wait for ou_locale_settle(). */
extern bool ou_locale_may_wait;
/* Before code that asks the C library about LC_CTYPE: compiled modules, `_locale`, wide output. */
void ou_locale_settle(void);
/* With coercion "warn": say on sys.stderr that LC_CTYPE is C all the same. */
void ou_locale_warn(void);
/* Is LC_CTYPE a locale without a language, in which bytes that are no text pass through the standard streams? */
bool ou_locale_is_plain(void);
/* The name of the codec for the standard streams' text.  Good until the locale changes. */
const char *ou_locale_encoding(void);

/* Interpret config->xoptions into ou_switches.  Takes effect for memory at once. */
PyStatus ou_xoptions_apply(PyConfig *config);
/* Start refusing allocations as -X fail-at asks: called when the program's own code is about to run. */
void ou_xoptions_arm(void);

/* Text of the system to wide characters and back: UTF-8 with surrogateescape.
 * Returns a PyMem_RawMalloc'ed string, or NULL when memory is refused. */
wchar_t *ou_wide_from_bytes(const char *bytes);
char *ou_bytes_from_wide(const wchar_t *wide);

/* Set a config string (NULL clears).  Returns 0, or -1 when memory is refused. */
int ou_config_set(wchar_t **place, const wchar_t *value);

#endif

/* cli/main.c - the `ouro` command.
 *
 * Owns       nothing: the runtime reads the command line (runtime/command_line.c), runs the program
 *            (runtime/run_main.c) and stops; here are only the prompt and the glass box put in their places. */
#include <Python.h>
#include "cli/prompt.h"
#include "ouroscope/ouroscope.h"
#include "runtime/config.h"

#include <malloc.h>

/* Blocks between two and 128 KiB are the C library's.  By default it gives its last 128 KiB back at each free and takes
 * them again at the next allocation; a table that grows and goes in a loop pays for that with page faults.  1 MiB, and
 * mappings from 1 MiB on: arbitrary, little beside what a process has anyway. */
static void
tune_c_library(void)
{
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 20);
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
}

int
main(int argc, char **argv)
{
    tune_c_library();
    ou_locale_may_wait = true;
    ou_prompt_install();
    ou_ouroscope_install();
    return Py_BytesMain(argc, argv);
}

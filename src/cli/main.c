/* cli/main.c - the `ouro` command.
 *
 * Owns       nothing: the runtime reads the command line (runtime/command_line.c), runs the program
 *            (runtime/run_main.c) and stops; here are only the prompt and the glass box put in their places. */
#include <Python.h>
#include "cli/prompt.h"
#include "ouroscope/ouroscope.h"

int
main(int argc, char **argv)
{
    ou_prompt_install();
    ou_ouroscope_install();
    return Py_BytesMain(argc, argv);
}

/* cli/prompt.h - line editing at the prompt of a terminal. */
#ifndef OU_CLI_PROMPT_H
#define OU_CLI_PROMPT_H

#include <Python.h>
#include "base/base.h"

/* Let the runtime ask for lines here (ou_prompt_hook). */
void ou_prompt_install(void);

/* A byte of a name: letters, digits, underscores, and all of what is not ASCII. */
bool ou_prompt_is_name_char(char c);

/* What the name before the cursor, text[at], could become.
 * added    what is certain to follow, "" if nothing is
 * listing  the candidates
 * Returns  how many there are.  Takes the lock; RE-ENTRANT. */
int ou_prompt_complete(const char *text, size_t at, char *added, size_t added_size, char *listing, size_t listing_size);

#endif

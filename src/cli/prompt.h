/* cli/prompt.h - line editing at the prompt of a terminal. */
#ifndef OU_CLI_PROMPT_H
#define OU_CLI_PROMPT_H

/* Let the runtime ask for lines here (ou_prompt_hook). */
void ou_prompt_install(void);

#endif

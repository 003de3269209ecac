/* runtime/command_line.c - the options of python3.11, and where the program is.
 *
 * Invariant  nothing here ends the process: help, versions and mistakes return an exit status for the caller.
 * Not here   environment variables (environment.c), -X options of our own (xoptions.c). */
#include "runtime/config.h"

static const char usage_line[] = "usage: %ls [option] ... [-c cmd | -m mod | file | -] [arg] ...\n";

static const char help_text[] = "What to run:\n"
                                "  file           a program, or a folder or zip file with a __main__.py\n"
                                "  -c cmd         the program is the text cmd\n"
                                "  -m mod         the program is module mod, found on sys.path\n"
                                "  -              the program is read from standard input (a prompt on a terminal)\n"
                                "  arg ...        the program's arguments, in sys.argv[1:]\n"
                                "\n"
                                "Options:\n"
                                "  -b             warn when bytes are compared with str (-bb: error)\n"
                                "  -B             write no cached bytecode\n"
                                "  -d             parser debugging (accepted, without effect)\n"
                                "  -E             ignore the PYTHON... environment variables\n"
                                "  -h, -?, --help this text (--help-env, --help-xoptions, --help-all: more)\n"
                                "  -i             go on at a prompt when the program has ended\n"
                                "  -I             isolated: -E, -s and -P together\n"
                                "  -O, -OO        leave assert statements out; and docstrings too\n"
                                "  -P             don't put the program's folder at the head of sys.path\n"
                                "  -q             no version and copyright at the prompt\n"
                                "  -s             leave the user's site folder out of sys.path\n"
                                "  -S             don't import site\n"
                                "  -u             standard output and error are not buffered\n"
                                "  -v             name each module as it is imported (-vv: and each file that was tried)\n"
                                "  -V, --version  the version (-VV: and the build)\n"
                                "  -W arg         control of warnings: action:message:category:module:lineno\n"
                                "  -x             skip the first line of the program\n"
                                "  -X opt         options of the runtime, see below\n"
                                "  --check-hash-based-pycs always|default|never\n"
                                "\n"
                                "-X options:\n";

static const char environment_text[] =
    "\nEnvironment: PYTHONSTARTUP, PYTHONPATH, PYTHONHOME, PYTHONOPTIMIZE, PYTHONVERBOSE, PYTHONINSPECT,\n"
    "PYTHONUNBUFFERED, PYTHONDONTWRITEBYTECODE, PYTHONPYCACHEPREFIX, PYTHONHASHSEED, PYTHONWARNINGS,\n"
    "PYTHONNOUSERSITE, PYTHONSAFEPATH, PYTHONIOENCODING, PYTHONINTMAXSTRDIGITS, PYTHONDEVMODE mean what they\n"
    "mean to python3.11.\n";

static void
print_help(const wchar_t *program, bool all)
{
    ou_locale_settle(); /* for wide output */
    printf(usage_line, program);
    fputs(help_text, stdout);
#define NONE ""
#define OPTIONAL ""
#define REQUIRED ""
#define OU_XOPTION(name, value, effect) printf("  -X %s%s\n", name, effect);
#include "runtime/options.def"
#undef OU_XOPTION
    fputs(environment_text, stdout);
    (void)all;
}

static PyStatus
usage_error(const wchar_t *program)
{
    ou_locale_settle();
    fprintf(stderr, usage_line, program);
    fprintf(stderr, "Try `python -h' for more information.\n");
    return PyStatus_Exit(2);
}

static PyStatus
long_option(PyConfig *config, const wchar_t *program, const wchar_t *option, const wchar_t *next, bool *took_next)
{
    *took_next = false;
    if (wcscmp(option, L"--help") == 0 || wcscmp(option, L"--help-all") == 0 || wcscmp(option, L"--help-env") == 0
        || wcscmp(option, L"--help-xoptions") == 0) {
        print_help(program, true);
        return PyStatus_Exit(0);
    }
    if (wcscmp(option, L"--version") == 0) {
        printf("Python %s (Ouroboros %s)\n", PY_VERSION, OURO_VERSION);
        return PyStatus_Exit(0);
    }
    if (wcscmp(option, L"--check-hash-based-pycs") == 0) {
        if (next == NULL) {
            fprintf(stderr, "Argument expected for the --check-hash-based-pycs options\n");
            return usage_error(program);
        }
        *took_next = true;
        if (wcscmp(next, L"always") != 0 && wcscmp(next, L"default") != 0 && wcscmp(next, L"never") != 0) {
            fprintf(stderr, "--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n");
            return usage_error(program);
        }
        return ou_config_set(&config->check_hash_pycs_mode, next) < 0 ? PyStatus_NoMemory() : PyStatus_Ok();
    }
    ou_locale_settle();
    fprintf(stderr, "unknown option %ls\n", option);
    return usage_error(program);
}

/* One letter without an argument.  Returns false if there is none such. */
static bool
flag_option(PyConfig *config, wchar_t letter)
{
    switch (letter) {
    case L'b': config->bytes_warning++; return true;
    case L'B': config->write_bytecode = 0; return true;
    case L'd': config->parser_debug++; return true;
    case L'E': config->use_environment = 0; return true;
    case L'i':
        config->inspect++;
        config->interactive++;
        return true;
    case L'I':
        config->isolated++;
        config->use_environment = 0;
        config->user_site_directory = 0;
        config->safe_path = 1;
        return true;
    case L'O': config->optimization_level++; return true;
    case L'P': config->safe_path = 1; return true;
    case L'q': config->quiet++; return true;
    case L'R': config->use_hash_seed = 0; return true;
    case L's': config->user_site_directory = 0; return true;
    case L'S': config->site_import = 0; return true;
    case L't': return true;
    case L'u': config->buffered_stdio = 0; return true;
    case L'v': config->verbose++; return true;
    case L'x': config->skip_source_first_line = 1; return true;
    default: return false;
    }
}

PyStatus
ou_command_line_parse(PyConfig *config, int argc, wchar_t *const *argv)
{
    const wchar_t *program = argc > 0 ? argv[0] : L"ouro";
    int version = 0, at = 1;
    bool command = false;
    if (config->program_name == NULL && ou_config_set(&config->program_name, program) < 0) {
        return PyStatus_NoMemory();
    }
    while (at < argc && !command && argv[at][0] == L'-' && argv[at][1] != 0) {
        const wchar_t *word = argv[at++];
        if (word[1] == L'-') {
            if (word[2] == 0) {
                break;
            }
            bool took_next;
            PyStatus status = long_option(config, program, word, at < argc ? argv[at] : NULL, &took_next);
            if (PyStatus_Exception(status)) {
                return status;
            }
            at += took_next;
            continue;
        }
        for (const wchar_t *letter = word + 1; *letter != 0; letter++) {
            if (flag_option(config, *letter)) {
                continue;
            }
            if (*letter == L'h' || *letter == L'?') {
                print_help(program, false);
                return PyStatus_Exit(0);
            }
            if (*letter == L'V') {
                version++;
                continue;
            }
            if (wcschr(L"cmWX", *letter) == NULL) {
                if (*letter == L'J') {
                    fprintf(stderr, "-J is reserved for Jython\n");
                }
                else {
                    ou_locale_settle();
                    fprintf(stderr, "Unknown option: -%lc\n", (wint_t)*letter);
                }
                return usage_error(program);
            }
            const wchar_t *value = letter[1] != 0 ? letter + 1 : at < argc ? argv[at++] : NULL;
            if (value == NULL) {
                fprintf(stderr, "Argument expected for the -%lc option\n", (wint_t)*letter);
                return usage_error(program);
            }
            PyStatus status = PyStatus_Ok();
            if (*letter == L'c') {
                wchar_t *text = PyMem_RawMalloc((wcslen(value) + 2) * sizeof(wchar_t));
                if (text == NULL) {
                    return PyStatus_NoMemory();
                }
                wcscat(wcscpy(text, value), L"\n");
                PyMem_RawFree(config->run_command);
                config->run_command = text;
                command = true;
            }
            else if (*letter == L'm') {
                status = PyConfig_SetString(config, &config->run_module, value);
                command = true;
            }
            else {
                status = PyWideStringList_Append(*letter == L'W' ? &config->warnoptions : &config->xoptions, value);
            }
            if (PyStatus_Exception(status)) {
                return status;
            }
            break; /* the value took the rest of the word */
        }
    }
    if (version > 0) {
        printf("Python %s (Ouroboros %s)%s\n", PY_VERSION, OURO_VERSION, version > 1 ? " [GCC " __VERSION__ "]" : "");
        return PyStatus_Exit(0);
    }
    if (!command && at < argc && wcscmp(argv[at], L"-") != 0 && ou_config_set(&config->run_filename, argv[at]) < 0) {
        return PyStatus_NoMemory();
    }
    /* sys.argv: what ran, then its arguments. */
    PyStatus status = PyWideStringList_Append(&config->argv, config->run_command  ? L"-c"
                                                             : config->run_module ? L"-m"
                                                             : at < argc          ? argv[at]
                                                                                  : L"");
    for (int i = command ? at : at + 1; i < argc && !PyStatus_Exception(status); i++) {
        status = PyWideStringList_Append(&config->argv, argv[i]);
    }
    return status;
}

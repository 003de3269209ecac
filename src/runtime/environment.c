/* runtime/environment.c - what the environment (PYTHON...) and CPython's own -X options say about the configuration.
 *
 * Invariant  the command line has the first word, then the -X option, then the variable.
 *
 * Not here   the command line (command_line.c), -X options of our own (xoptions.c). */
#include "runtime/config.h"

/* The variable's value; NULL if it is not set, empty, or -E says not to look. */
static const char *
variable(const PyConfig *config, const char *name)
{
    const char *text = config->use_environment ? getenv(name) : NULL;
    return text != NULL && *text != 0 ? text : NULL;
}

/* The last -X NAME or NAME=VALUE.  Returns the value, L"" without one, NULL if the option isn't there. */
static const wchar_t *
xoption(const PyConfig *config, const wchar_t *name)
{
    size_t n = wcslen(name);
    for (Py_ssize_t i = config->xoptions.length; i-- > 0;) {
        const wchar_t *option = config->xoptions.items[i];
        if (wcsncmp(option, name, n) == 0 && (option[n] == 0 || option[n] == L'=')) {
            return option[n] == 0 ? L"" : option + n + 1;
        }
    }
    return NULL;
}

/* An error of the start: CPython's name for the step that failed, and the message. */
static PyStatus
status_error(const char *function, const char *message)
{
    PyStatus status = PyStatus_Error(message);
    status.func = function;
    return status;
}

/* A numeric variable raises a level: any text that is not a number counts as 1. */
static void
raise_level(const PyConfig *config, int *level, const char *name)
{
    const char *text = variable(config, name);
    if (text != NULL) {
        char *end;
        long value = strtol(text, &end, 10);
        int n = *end != 0 || value < 0 || value > INT_MAX ? 1 : (int)value;
        *level = Py_MAX(*level, n);
    }
}

/* A whole number, from wide or plain text.  Returns false if it is none or not in the range of int. */
static bool
parse_int(const wchar_t *wide, const char *text, int *number)
{
    char *end = "x", narrow[32];
    if (wide != NULL) {
        snprintf(narrow, sizeof narrow, "%.30ls", wide);
        text = narrow;
    }
    errno = 0;
    long value = strtol(text, &end, 10);
    *number = (int)value;
    return end != text && *end == 0 && errno == 0 && value >= INT_MIN && value <= INT_MAX;
}

/* -X int_max_str_digits and PYTHONINTMAXSTRDIGITS. */
static PyStatus
read_digits(const PyConfig *config)
{
    static const char *const wrong[] = {"-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.",
                                        "PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited."};
    const wchar_t *option = xoption(config, L"int_max_str_digits");
    const char *text = variable(config, "PYTHONINTMAXSTRDIGITS");
    ou_switches.max_str_digits = -1;
    if (text != NULL
        && (!parse_int(NULL, text, &ou_switches.max_str_digits)
            || (ou_switches.max_str_digits != 0 && ou_switches.max_str_digits < 640))) {
        return status_error("config_init_int_max_str_digits", wrong[1]);
    }
    if (option != NULL
        && (!parse_int(option, NULL, &ou_switches.max_str_digits)
            || (ou_switches.max_str_digits != 0 && ou_switches.max_str_digits < 640))) {
        return status_error("config_init_int_max_str_digits", wrong[0]);
    }
    return PyStatus_Ok();
}

/* -X tracemalloc=N and PYTHONTRACEMALLOC. */
static PyStatus
read_tracemalloc(PyConfig *config)
{
    const wchar_t *option = xoption(config, L"tracemalloc");
    const char *text = variable(config, "PYTHONTRACEMALLOC");
    int n = 0;
    if (text != NULL && (!parse_int(NULL, text, &n) || n < 0)) {
        return status_error("config_init_tracemalloc", "PYTHONTRACEMALLOC: invalid number of frames");
    }
    if (option != NULL && *option == 0) {
        n = 1;
    }
    else if (option != NULL && (!parse_int(option, NULL, &n) || n < 0)) {
        return status_error("config_init_tracemalloc", "-X tracemalloc=NFRAME: invalid number of frames");
    }
    config->tracemalloc = n;
    return PyStatus_Ok();
}

/* The locale, -X utf8, PYTHONUTF8, and PEP 540: the C locale means UTF-8 mode. */
static PyStatus
read_utf8_mode(const PyConfig *config)
{
    const wchar_t *option = xoption(config, L"utf8");
    const char *text = variable(config, "PYTHONUTF8");
    bool embedded = config->_config_init == 3; /* PyConfig_InitIsolatedConfig: the program's locale is its own affair */
    bool is_c = !embedded && ou_locale_start(variable(config, "PYTHONCOERCECLOCALE"));
    if (option != NULL) {
        if (*option != 0 && wcscmp(option, L"0") != 0 && wcscmp(option, L"1") != 0) {
            return status_error("preconfig_init_utf8_mode", "invalid -X utf8 option value");
        }
        Py_UTF8Mode = wcscmp(option, L"0") != 0;
    }
    else if (text != NULL) {
        if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0) {
            return status_error("preconfig_init_utf8_mode", "invalid PYTHONUTF8 environment variable value");
        }
        Py_UTF8Mode = *text == '1';
    }
    else {
        Py_UTF8Mode = is_c;
    }
    return PyStatus_Ok();
}

static PyStatus
read_hash_seed(PyConfig *config)
{
    const char *seed = variable(config, "PYTHONHASHSEED");
    if (seed != NULL && config->use_hash_seed < 0) {
        char *end;
        errno = 0;
        unsigned long value = strtoul(seed, &end, 10);
        config->use_hash_seed = strcmp(seed, "random") != 0;
        if (config->use_hash_seed && (*end != 0 || value > 4294967295UL || errno == ERANGE)) {
            return status_error("config_init_hash_seed",
                                "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
        }
        config->hash_seed = config->use_hash_seed ? value : 0;
    }
    return PyStatus_Ok();
}

/* The warning options in the order of their weight: development mode, PYTHONWARNINGS, the command line, -b. */
static PyStatus
read_warnings(PyConfig *config)
{
    Py_ssize_t index = 0;
    PyStatus status = PyStatus_Ok();
    if (config->dev_mode) {
        status = PyWideStringList_Insert(&config->warnoptions, index++, L"default");
    }
    for (const char *text = variable(config, "PYTHONWARNINGS"); text != NULL && !PyStatus_Exception(status);) {
        size_t length = strcspn(text, ",");
        char *item = PyMem_RawMalloc(length + 1);
        if (item == NULL) {
            return PyStatus_NoMemory();
        }
        memcpy(item, text, length);
        item[length] = 0;
        wchar_t *wide = ou_wide_from_bytes(item);
        status = wide == NULL ? PyStatus_NoMemory() : PyWideStringList_Insert(&config->warnoptions, index++, wide);
        PyMem_RawFree(wide);
        PyMem_RawFree(item);
        text = text[length] == ',' && text[length + 1] != 0 ? text + length + 1 : NULL;
    }
    if (config->bytes_warning && !PyStatus_Exception(status)) {
        status = PyWideStringList_Append(&config->warnoptions,
                                         config->bytes_warning > 1 ? L"error::BytesWarning" : L"default::BytesWarning");
    }
    return status;
}

/* Variables that are text. */
static PyStatus
read_strings(PyConfig *config)
{
    struct {
        const char *name;
        wchar_t **place;
    } strings[] = {
        {"PYTHONPATH", &config->pythonpath_env},
        {"PYTHONHOME", &config->home},
        {"PYTHONPYCACHEPREFIX", &config->pycache_prefix},
        {"PYTHONIOENCODING", &config->stdio_encoding},
    };
    const wchar_t *prefix = xoption(config, L"pycache_prefix");
    if (prefix != NULL && *prefix != 0 && ou_config_set(&config->pycache_prefix, prefix) < 0) {
        return PyStatus_NoMemory();
    }
    for (size_t i = 0; i < OU_COUNT_OF(strings); i++) {
        const char *text = variable(config, strings[i].name);
        if (*strings[i].place == NULL && text != NULL) {
            PyStatus status = PyConfig_SetBytesString(config, strings[i].place, text);
            if (PyStatus_Exception(status)) {
                return status;
            }
        }
    }
    wchar_t *errors = config->stdio_encoding ? wcschr(config->stdio_encoding, L':') : NULL;
    if (errors != NULL) {
        if (errors[1] != 0 && ou_config_set(&config->stdio_errors, errors + 1) < 0) {
            return PyStatus_NoMemory();
        }
        *errors = 0;
    }
    return PyStatus_Ok();
}

/* PYTHONMALLOC: the allocators are always ours; a name that CPython has is accepted. */
static PyStatus
read_allocator(const PyConfig *config)
{
    static const char *const known[] = {"default", "debug", "malloc", "malloc_debug", "pymalloc", "pymalloc_debug"};
    const char *text = variable(config, "PYTHONMALLOC");
    for (size_t i = 0; text != NULL && i < OU_COUNT_OF(known); i++) {
        if (strcmp(text, known[i]) == 0) {
            return PyStatus_Ok();
        }
    }
    return text == NULL ? PyStatus_Ok() : status_error("preconfig_init_allocator", "PYTHONMALLOC: unknown allocator");
}

PyStatus
ou_environment_read(PyConfig *config)
{
    raise_level(config, &config->optimization_level, "PYTHONOPTIMIZE");
    raise_level(config, &config->verbose, "PYTHONVERBOSE");
    raise_level(config, &config->inspect, "PYTHONINSPECT");
    raise_level(config, &config->parser_debug, "PYTHONDEBUG");
    config->write_bytecode &= variable(config, "PYTHONDONTWRITEBYTECODE") == NULL;
    config->user_site_directory &= variable(config, "PYTHONNOUSERSITE") == NULL;
    config->buffered_stdio &= variable(config, "PYTHONUNBUFFERED") == NULL;
    config->code_debug_ranges &= variable(config, "PYTHONNODEBUGRANGES") == NULL && xoption(config, L"no_debug_ranges") == NULL;
    config->safe_path |= variable(config, "PYTHONSAFEPATH") != NULL;
    config->dev_mode |= xoption(config, L"dev") != NULL || variable(config, "PYTHONDEVMODE") != NULL;
    config->import_time |= xoption(config, L"importtime") != NULL || variable(config, "PYTHONPROFILEIMPORTTIME") != NULL;
    config->faulthandler |=
        config->dev_mode || xoption(config, L"faulthandler") != NULL || variable(config, "PYTHONFAULTHANDLER") != NULL;
    config->warn_default_encoding |=
        xoption(config, L"warn_default_encoding") != NULL || variable(config, "PYTHONWARNDEFAULTENCODING") != NULL;
    PyStatus (*const steps[])(PyConfig *) = {read_strings, read_hash_seed, read_tracemalloc, read_warnings};
    PyStatus status = read_utf8_mode(config);
    if (!PyStatus_Exception(status)) {
        status = read_allocator(config);
    }
    for (size_t i = 0; i < OU_COUNT_OF(steps) && !PyStatus_Exception(status); i++) {
        status = steps[i](config);
    }
    return PyStatus_Exception(status) ? status : read_digits(config);
}

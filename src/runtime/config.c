/* runtime/config.c - PyConfig and PyStatus as values: initial settings, copying in strings, clearing.
 *
 * Owns       the strings and lists of a PyConfig, in the raw domain, until PyConfig_Clear().
 * Not here   the command line (command_line.c), -X options (xoptions.c). */
#include "runtime/config.h"

PyStatus
PyStatus_Ok(void)
{
    return (PyStatus){._type = _PyStatus_TYPE_OK};
}

PyStatus
PyStatus_Error(const char *message)
{
    return (PyStatus){._type = _PyStatus_TYPE_ERROR, .err_msg = message};
}

PyStatus
PyStatus_NoMemory(void)
{
    return PyStatus_Error("memory allocation failed");
}

PyStatus
PyStatus_Exit(int exitcode)
{
    return (PyStatus){._type = _PyStatus_TYPE_EXIT, .exitcode = exitcode};
}

int
PyStatus_IsError(PyStatus status)
{
    return status._type == _PyStatus_TYPE_ERROR;
}

int
PyStatus_IsExit(PyStatus status)
{
    return status._type == _PyStatus_TYPE_EXIT;
}

int
PyStatus_Exception(PyStatus status)
{
    return status._type != _PyStatus_TYPE_OK;
}

int
ou_config_set(wchar_t **place, const wchar_t *value)
{
    wchar_t *copy = NULL;
    if (value != NULL) {
        size_t size = (wcslen(value) + 1) * sizeof(wchar_t);
        copy = PyMem_RawMalloc(size);
        if (copy == NULL) {
            return -1;
        }
        memcpy(copy, value, size);
    }
    PyMem_RawFree(*place);
    *place = copy;
    return 0;
}

PyStatus
PyWideStringList_Insert(PyWideStringList *list, Py_ssize_t index, const wchar_t *item)
{
    if (index < 0) {
        return PyStatus_Error("PyWideStringList_Insert index must be >= 0");
    }
    wchar_t *copy = NULL;
    wchar_t **items = PyMem_RawRealloc(list->items, ((size_t)list->length + 1) * sizeof *items);
    if (items == NULL) {
        return PyStatus_NoMemory();
    }
    list->items = items;
    if (ou_config_set(&copy, item) < 0) {
        return PyStatus_NoMemory();
    }
    index = index > list->length ? list->length : index;
    memmove(&items[index + 1], &items[index], (size_t)(list->length - index) * sizeof *items);
    items[index] = copy;
    list->length++;
    return PyStatus_Ok();
}

PyStatus
PyWideStringList_Append(PyWideStringList *list, const wchar_t *item)
{
    return PyWideStringList_Insert(list, list->length, item);
}

static void
list_clear(PyWideStringList *list)
{
    for (Py_ssize_t i = 0; i < list->length; i++) {
        PyMem_RawFree(list->items[i]);
    }
    PyMem_RawFree(list->items);
    *list = (PyWideStringList){0};
}

void
PyPreConfig_InitPythonConfig(PyPreConfig *config)
{
    *config = (PyPreConfig){._config_init = 2, .parse_argv = 1, .use_environment = 1, .utf8_mode = -1, .dev_mode = -1};
}

void
PyPreConfig_InitIsolatedConfig(PyPreConfig *config)
{
    *config = (PyPreConfig){._config_init = 3, .isolated = 1};
}

void
PyConfig_InitPythonConfig(PyConfig *config)
{
    *config = (PyConfig){
        ._config_init = 2,
        .use_environment = 1,
        .install_signal_handlers = 1,
        .use_hash_seed = -1,
        .code_debug_ranges = 1,
        .parse_argv = 1,
        .site_import = 1,
        .write_bytecode = 1,
        .user_site_directory = 1,
        .configure_c_stdio = 1,
        .buffered_stdio = 1,
        .pathconfig_warnings = 1,
        .use_frozen_modules = 1,
        ._install_importlib = 1,
        ._init_main = 1,
    };
}

void
PyConfig_InitIsolatedConfig(PyConfig *config)
{
    PyConfig_InitPythonConfig(config);
    config->_config_init = 3;
    config->isolated = 1;
    config->use_environment = 0;
    config->user_site_directory = 0;
    config->safe_path = 1;
    config->parse_argv = 0;
    config->install_signal_handlers = 0;
    config->pathconfig_warnings = 0;
    config->configure_c_stdio = 0;
}

void
PyConfig_Clear(PyConfig *config)
{
    wchar_t **strings[] = {
        &config->dump_refs_file,
        &config->filesystem_encoding,
        &config->filesystem_errors,
        &config->pycache_prefix,
        &config->stdio_encoding,
        &config->stdio_errors,
        &config->check_hash_pycs_mode,
        &config->program_name,
        &config->pythonpath_env,
        &config->home,
        &config->platlibdir,
        &config->stdlib_dir,
        &config->executable,
        &config->base_executable,
        &config->prefix,
        &config->base_prefix,
        &config->exec_prefix,
        &config->base_exec_prefix,
        &config->run_command,
        &config->run_module,
        &config->run_filename,
    };
    for (size_t i = 0; i < OU_COUNT_OF(strings); i++) {
        PyMem_RawFree(*strings[i]);
        *strings[i] = NULL;
    }
    list_clear(&config->orig_argv);
    list_clear(&config->argv);
    list_clear(&config->xoptions);
    list_clear(&config->warnoptions);
    list_clear(&config->module_search_paths);
}

PyStatus
PyConfig_SetString(PyConfig *config, wchar_t **config_str, const wchar_t *str)
{
    return ou_config_set(config_str, str) < 0 ? PyStatus_NoMemory() : PyStatus_Ok();
}

PyStatus
PyConfig_SetBytesString(PyConfig *config, wchar_t **config_str, const char *str)
{
    wchar_t *wide = str == NULL ? NULL : ou_wide_from_bytes(str);
    if (str != NULL && wide == NULL) {
        return PyStatus_NoMemory();
    }
    PyMem_RawFree(*config_str);
    *config_str = wide;
    return PyStatus_Ok();
}

PyStatus
PyConfig_SetWideStringList(PyConfig *config, PyWideStringList *list, Py_ssize_t length, wchar_t **items)
{
    PyWideStringList copy = {0};
    for (Py_ssize_t i = 0; i < length; i++) {
        PyStatus status = PyWideStringList_Append(&copy, items[i]);
        if (PyStatus_Exception(status)) {
            list_clear(&copy);
            return status;
        }
    }
    list_clear(list);
    *list = copy;
    return PyStatus_Ok();
}

PyStatus
PyConfig_SetArgv(PyConfig *config, Py_ssize_t argc, wchar_t *const *argv)
{
    return PyConfig_SetWideStringList(config, &config->orig_argv, argc, (wchar_t **)argv);
}

PyStatus
PyConfig_SetBytesArgv(PyConfig *config, Py_ssize_t argc, char *const *argv)
{
    PyWideStringList list = {0};
    for (Py_ssize_t i = 0; i < argc; i++) {
        wchar_t *wide = ou_wide_from_bytes(argv[i]);
        PyStatus status = wide == NULL ? PyStatus_NoMemory() : PyWideStringList_Append(&list, wide);
        PyMem_RawFree(wide);
        if (PyStatus_Exception(status)) {
            list_clear(&list);
            return status;
        }
    }
    list_clear(&config->orig_argv);
    config->orig_argv = list;
    return PyStatus_Ok();
}

/* Complete the configuration: command line, environment, -X options. */
PyStatus
PyConfig_Read(PyConfig *config)
{
    PyStatus status = PyStatus_Ok();
    if (config->parse_argv == 1) {
        status = ou_command_line_parse(config, (int)config->orig_argv.length, config->orig_argv.items);
        config->parse_argv = 2; /* done */
    }
    if (!PyStatus_Exception(status)) {
        status = ou_environment_read(config);
    }
    if (!PyStatus_Exception(status)) {
        status = ou_xoptions_apply(config);
    }
    return status;
}

/* modules/sys/sys_info.c - what sys says of the runtime: version, flags, number formats, paths.
 *
 * The identity is CPython's where packages choose compiled modules by it (implementation.name, SOABI); what is ours
 * stands in implementation.ouroboros and in the version text.
 *
 * Invariant  every value is released once: by sys_enter(), or dropped after an entry failed. */
#include "modules/sys/sys.h"
#include "runtime/config.h"
#include "runtime/import.h"
#include "runtime/lifecycle.h"

#include <float.h>

#ifndef OU_VERSION
#define OU_VERSION "0.1"
#endif
#ifndef OU_MULTIARCH
#define OU_MULTIARCH "x86_64-linux-gnu"
#endif

/* "3.11.2 (Ouroboros 0.1, Jan  1 2026) [GCC 12.2.0]": platform.py parses that form. */
#if defined(__clang__)
#define COMPILER "[Clang " __clang_version__ "]"
#else
#define COMPILER "[GCC " __VERSION__ "]"
#endif

const char *
Py_GetVersion(void)
{
    return PY_VERSION " (Ouroboros " OU_VERSION ", " __DATE__ ") " COMPILER;
}

const char *
Py_GetPlatform(void)
{
    return "linux";
}

const char *
Py_GetCompiler(void)
{
    return COMPILER;
}

const char *
Py_GetBuildInfo(void)
{
    return "Ouroboros " OU_VERSION ", " __DATE__;
}

const char *
Py_GetCopyright(void)
{
    return "Copyright (c) The Ouroboros authors.  The language and its library: Copyright (c) Python Software Foundation.";
}

const char *
_Py_gitversion(void)
{
    return "";
}

const char *
_Py_gitidentifier(void)
{
    return "";
}

static PyObject *
wide(const wchar_t *text)
{
    return text == NULL ? Py_NewRef(Py_None) : PyUnicode_FromWideChar(text, -1);
}

static PyObject *
wide_or(const wchar_t *text, const char *otherwise)
{
    return text == NULL ? PyUnicode_FromString(otherwise) : PyUnicode_FromWideChar(text, -1);
}

static PyObject *
wide_list(const PyWideStringList *list)
{
    PyObject *result = PyList_New(0);
    for (Py_ssize_t i = 0; result != NULL && i < list->length; i++) {
        PyObject *item = PyUnicode_FromWideChar(list->items[i], -1);
        if (item == NULL || PyList_Append(result, item) < 0) {
            Py_CLEAR(result);
        }
        Py_XDECREF(item);
    }
    return result;
}

/* ---- structure sequences -------------------------------------------------------------------------------- */

/* New instance of a new structure sequence type, which it alone holds.  `values` are owned, NULL with an error set, and
 * taken. */
static PyObject *
sequence_new(PyStructSequence_Desc *desc, PyObject **values, int n)
{
    PyTypeObject *type = PyStructSequence_NewType(desc);
    PyObject *sequence = type == NULL ? NULL : PyStructSequence_New(type);
    bool good = sequence != NULL;
    for (int i = 0; i < n; i++) {
        good = good && values[i] != NULL;
        if (good) {
            PyStructSequence_SET_ITEM(sequence, i, values[i]);
        }
        else {
            Py_XDECREF(values[i]);
        }
    }
    if (!good) {
        Py_CLEAR(sequence);
    }
    if (type != NULL) { /* there is one instance for all time */
        type->tp_new = NULL;
        type->tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
        if (PyDict_DelItem(type->tp_dict, OU_STR(__new__)) < 0) {
            Py_CLEAR(sequence);
        }
    }
    Py_XDECREF(type);
    return sequence;
}

static PyObject *
flags(const PyConfig *config)
{
    static PyStructSequence_Field fields[] = {{"debug", "-d"},
                                              {"inspect", "-i"},
                                              {"interactive", "-i"},
                                              {"optimize", "-O or -OO"},
                                              {"dont_write_bytecode", "-B"},
                                              {"no_user_site", "-s"},
                                              {"no_site", "-S"},
                                              {"ignore_environment", "-E"},
                                              {"verbose", "-v"},
                                              {"bytes_warning", "-b"},
                                              {"quiet", "-q"},
                                              {"hash_randomization", "-R"},
                                              {"isolated", "-I"},
                                              {"dev_mode", "-X dev"},
                                              {"utf8_mode", "-X utf8"},
                                              {"warn_default_encoding", "-X warn_default_encoding"},
                                              {"safe_path", "-P"},
                                              {"int_max_str_digits", "-X int_max_str_digits"},
                                              {0}};
    static PyStructSequence_Desc desc = {"sys.flags", "Flags of the command line.", fields, 18};
    PyObject *values[] = {PyLong_FromLong(config->parser_debug),
                          PyLong_FromLong(config->inspect),
                          PyLong_FromLong(config->interactive),
                          PyLong_FromLong(config->optimization_level),
                          PyLong_FromLong(!config->write_bytecode),
                          PyLong_FromLong(!config->user_site_directory),
                          PyLong_FromLong(!config->site_import),
                          PyLong_FromLong(!config->use_environment),
                          PyLong_FromLong(config->verbose),
                          PyLong_FromLong(config->bytes_warning),
                          PyLong_FromLong(config->quiet),
                          PyLong_FromLong(config->use_hash_seed != 1 || config->hash_seed != 0),
                          PyLong_FromLong(config->isolated),
                          PyBool_FromLong(config->dev_mode),
                          PyLong_FromLong(Py_UTF8Mode),
                          PyLong_FromLong(config->warn_default_encoding),
                          PyBool_FromLong(config->safe_path),
                          PyLong_FromLong(ou_switches.max_str_digits)};
    return sequence_new(&desc, values, 18);
}

static PyObject *
version_info(void)
{
    static PyStructSequence_Field fields[] = {
        {"major", "Major release number"},   {"minor", "Minor release number"},
        {"micro", "Patch release number"},   {"releaselevel", "'alpha', 'beta', 'candidate', or 'final'"},
        {"serial", "Serial release number"}, {0}};
    static PyStructSequence_Desc desc = {"sys.version_info", "The version of the language.", fields, 5};
    PyObject *values[] = {PyLong_FromLong(PY_MAJOR_VERSION), PyLong_FromLong(PY_MINOR_VERSION),
                          PyLong_FromLong(PY_MICRO_VERSION), PyUnicode_FromString("final"), PyLong_FromLong(PY_RELEASE_SERIAL)};
    return sequence_new(&desc, values, 5);
}

static PyObject *
hash_info(void)
{
    static PyStructSequence_Field fields[] = {{"width", "bits of a hash"},
                                              {"modulus", "prime of numeric hashes"},
                                              {"inf", "hash of infinity"},
                                              {"nan", "0"},
                                              {"imag", "multiplier of the imaginary part"},
                                              {"algorithm", "hash of str and bytes"},
                                              {"hash_bits", "bits of that algorithm"},
                                              {"seed_bits", "bits of its key"},
                                              {"cutoff", "small string optimization"},
                                              {0}};
    static PyStructSequence_Desc desc = {"sys.hash_info", "Parameters of hashing.", fields, 9};
    PyObject *values[] = {PyLong_FromLong(64),
                          PyLong_FromSize_t(_PyHASH_MODULUS),
                          PyLong_FromLong(_PyHASH_INF),
                          PyLong_FromLong(0),
                          PyLong_FromLong(_PyHASH_IMAG),
                          PyUnicode_FromString("siphash13"),
                          PyLong_FromLong(64),
                          PyLong_FromLong(128),
                          PyLong_FromLong(0)};
    return sequence_new(&desc, values, 9);
}

static PyObject *
thread_info(void)
{
    static PyStructSequence_Field fields[] = {
        {"name", "implementation of threads"}, {"lock", "implementation of locks"}, {"version", "of the thread library"}, {0}};
    static PyStructSequence_Desc desc = {"sys.thread_info", "How threads are made.", fields, 3};
    char version[64];
    size_t n = confstr(_CS_GNU_LIBPTHREAD_VERSION, version, sizeof version);
    PyObject *values[] = {PyUnicode_FromString("pthread"), PyUnicode_FromString("semaphore"),
                          n > 0 && n < sizeof version ? PyUnicode_FromString(version) : Py_NewRef(Py_None)};
    return sequence_new(&desc, values, 3);
}

/* sys.implementation: a SimpleNamespace. */
static PyObject *
implementation(PyObject *version)
{
    PyObject *names = Py_BuildValue("{ssssssss}", "name", "cpython", "cache_tag", "ouroboros-311", "_multiarch", OU_MULTIARCH,
                                    "ouroboros", OU_VERSION);
    PyObject *hexversion = names == NULL ? NULL : PyLong_FromLong(PY_VERSION_HEX), *result = NULL;
    if (hexversion != NULL && PyDict_SetItemString(names, "version", version) == 0
        && PyDict_SetItemString(names, "hexversion", hexversion) == 0) {
        result = _PyNamespace_New(names);
    }
    Py_XDECREF(hexversion);
    Py_XDECREF(names);
    return result;
}

static PyObject *
xoptions(const PyConfig *config)
{
    PyObject *result = PyDict_New();
    for (Py_ssize_t i = 0; result != NULL && i < config->xoptions.length; i++) {
        const wchar_t *option = config->xoptions.items[i], *equals = wcschr(option, L'=');
        PyObject *name = PyUnicode_FromWideChar(option, equals ? equals - option : -1);
        PyObject *value = equals ? PyUnicode_FromWideChar(equals + 1, -1) : Py_NewRef(Py_True);
        if (name == NULL || value == NULL || PyDict_SetItem(result, name, value) < 0) {
            Py_CLEAR(result);
        }
        Py_XDECREF(name);
        Py_XDECREF(value);
    }
    return result;
}

/* names[name] = value; takes the reference, which may be NULL with an error set. */
static int
sys_enter(PyObject *names, const char *name, PyObject *value)
{
    PyObject *key = value == NULL ? NULL : PyUnicode_InternFromString(name);
    int status = key == NULL ? -1 : PyDict_SetItem(names, key, value);
    Py_XDECREF(key);
    Py_XDECREF(value);
    return status;
}

int
ou_sys_info_enter(PyObject *names)
{
    const PyConfig *config = ou_interp()->config;
    const char *prefix = "/usr"; /* of the standard library this runtime uses */
    PyObject *program = ou_program_path();
    struct {
        const char *name;
        PyObject *value;
    } entries[] = {
        {"version", PyUnicode_FromString(Py_GetVersion())},
        {"hexversion", PyLong_FromLong(PY_VERSION_HEX)},
        {"api_version", PyLong_FromLong(PYTHON_API_VERSION)},
        {"abiflags", Py_NewRef(OU_EMPTY_STR)},
        {"copyright", PyUnicode_FromString(Py_GetCopyright())},
        {"platform", PyUnicode_FromString(Py_GetPlatform())},
        {"maxsize", PyLong_FromSsize_t(PY_SSIZE_T_MAX)},
        {"maxunicode", PyLong_FromLong(0x10FFFF)},
        {"byteorder", PyUnicode_FromString("little")},
        {"float_repr_style", PyUnicode_FromString("short")},
        {"float_info", PyFloat_GetInfo()},
        {"int_info", PyLong_GetInfo()},
        {"hash_info", hash_info()},
        {"thread_info", thread_info()},
        {"version_info", version_info()},
        {"flags", flags(config)},
        {"_git", Py_BuildValue("(sss)", "Ouroboros", "", "")},
        {"_framework", Py_NewRef(OU_EMPTY_STR)},
        {"platlibdir", PyUnicode_FromString("lib")},
        {"_stdlib_dir", ou_stdlib_folder() != NULL ? PyUnicode_DecodeFSDefault(ou_stdlib_folder()) : Py_NewRef(Py_None)},
        {"prefix", wide_or(config->prefix, prefix)},
        {"exec_prefix", wide_or(config->exec_prefix, prefix)},
        {"base_prefix", wide_or(config->base_prefix, prefix)},
        {"base_exec_prefix", wide_or(config->base_exec_prefix, prefix)},
        {"executable", program},
        {"_base_executable", program == NULL ? NULL : ou_base_program_path(program)},
        {"argv", wide_list(&config->argv)},
        {"orig_argv", wide_list(&config->orig_argv)},
        {"warnoptions", wide_list(&config->warnoptions)},
        {"_xoptions", xoptions(config)},
        {"dont_write_bytecode", PyBool_FromLong(!config->write_bytecode)},
        {"pycache_prefix", wide(config->pycache_prefix)},
        {"path", PyList_New(0)},
    };
    int status = 0;
    for (size_t i = 0; i < OU_COUNT_OF(entries); i++) {
        if (status < 0) {
            Py_XDECREF(entries[i].value);
        }
        else {
            status = sys_enter(names, entries[i].name, entries[i].value);
        }
    }
    if (status == 0) {
        PyObject *version = _PyDict_GetItemStringWithError(names, "version_info");
        status = version == NULL ? -1 : sys_enter(names, "implementation", implementation(version));
    }
    return status;
}

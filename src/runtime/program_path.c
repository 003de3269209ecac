/* runtime/program_path.c - where the program that runs lies: sys.executable, and what a virtual environment is made of.
 *
 * Invariant  symbolic links are not followed: the bin folder of a virtual environment holds links, and its pyvenv.cfg is found
 *            from the link's place.
 * Source     Library Reference, sys.executable; PEP 405. */
#include "object/state.h"
#include "runtime/lifecycle.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_program(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

/* name     as the shell was told it: with a slash a path, else one of PATH's programs.
 * Returns  false if it isn't found, or is too long: then `path` holds "". */
static bool
find_program(const char *name, char path[PATH_MAX])
{
    int n = -1;
    if (name[0] == '/') {
        n = snprintf(path, PATH_MAX, "%s", name);
    }
    else if (strchr(name, '/') != NULL) {
        char folder[PATH_MAX];
        name += name[0] == '.' && name[1] == '/' ? 2 : 0;
        n = getcwd(folder, sizeof folder) == NULL ? -1 : snprintf(path, PATH_MAX, "%s/%s", folder, name);
    }
    else {
        for (const char *folder = getenv("PATH"); folder != NULL && *folder; folder += *folder == ':') {
            size_t length = strcspn(folder, ":");
            n = snprintf(path, PATH_MAX, "%.*s/%s", (int)length, folder, name);
            if (length > 0 && n < PATH_MAX && is_program(path)) {
                return true;
            }
            folder += length;
        }
        n = -1;
    }
    if (n < 0 || n >= PATH_MAX) {
        path[0] = 0;
        return false;
    }
    return true;
}

PyObject *
ou_program_path(void)
{
    const PyConfig *config = ou_interp()->config;
    const char *asked = getenv("PYTHONEXECUTABLE"); /* -E leaves this one */
    char path[PATH_MAX];
    if (config->executable != NULL) {
        return PyUnicode_FromWideChar(config->executable, -1);
    }
    if (asked != NULL && *asked) {
        return PyUnicode_DecodeFSDefault(asked);
    }
    char *name = config->program_name == NULL ? NULL : Py_EncodeLocale(config->program_name, NULL);
    (void)find_program(name != NULL ? name : "", path);
    PyMem_Free(name);
    return PyUnicode_DecodeFSDefault(path);
}

/* The value of `home` in folder/pyvenv.cfg.  Returns whether there is such a file; `home` is "" if it doesn't say. */
static bool
read_home(const char *folder, char home[PATH_MAX])
{
    char line[PATH_MAX];
    int n = snprintf(line, sizeof line, "%s/pyvenv.cfg", folder);
    FILE *file = n < (int)sizeof line ? fopen(line, "re") : NULL;
    home[0] = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *value = strchr(line, '=');
        char *key = line + strspn(line, " \t");
        if (value != NULL && strncasecmp(key, "home", 4) == 0 && key + 4 + strspn(key + 4, " \t") == value) {
            value += 1 + strspn(value + 1, " \t");
            value[strcspn(value, "\r\n")] = 0;
            snprintf(home, PATH_MAX, "%s", value);
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return file != NULL;
}

bool
ou_program_environment(const char *program, char home[PATH_MAX])
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", program);
    for (int level = 0; level < 2; level++) { /* its folder, and the one above */
        char *slash = strrchr(folder, '/');
        if (slash == NULL) {
            return false;
        }
        *slash = 0;
        if (read_home(folder, home)) {
            return true;
        }
    }
    return false;
}

PyObject *
ou_base_program_path(PyObject *program)
{
    const PyConfig *config = ou_interp()->config;
    if (config->base_executable != NULL) {
        return PyUnicode_FromWideChar(config->base_executable, -1);
    }
    PyObject *bytes = PyUnicode_EncodeFSDefault(program);
    if (bytes == NULL) {
        return NULL;
    }
    char home[PATH_MAX], real[PATH_MAX], path[2 * PATH_MAX];
    const char *given = PyBytes_AS_STRING(bytes);
    if (!ou_program_environment(given, home) || home[0] == 0) {
        Py_DECREF(bytes);
        return Py_NewRef(program);
    }
    snprintf(path, sizeof path, "%s%s", home, strrchr(given, '/'));
    if (!is_program(path) && realpath(given, real) != NULL) {
        snprintf(path, sizeof path, "%s%s", home, strrchr(real, '/'));
    }
    Py_DECREF(bytes);
    return PyUnicode_DecodeFSDefault(path);
}

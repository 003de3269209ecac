/* runtime/site.c - what the library's module site does at a start.
 *
 * On a plain machine that is: two folders at the end of sys.path, and six names in builtins.  The folders are added
 * here; the names come with the real site when one of them is asked for.  Whenever there is more to do (a .pth file, a
 * folder of the user's own, a customization, a virtual environment, PYTHONPATH) the real site is imported at once.
 *
 * Owns       pending: site has not been imported and would have been.
 * Not here   where importing goes (importlib.c); sys.path before site (import_finders.c). */
#include "object/hold.h"
#include "runtime/config.h"
#include "runtime/importlib.h"
#include "runtime/lifecycle.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static bool pending;

static bool
exists(const char *format, const char *folder, const char *name)
{
    char path[4300];
    struct stat st;
    snprintf(path, sizeof path, format, folder, name);
    return stat(path, &st) == 0;
}

/* Does a folder hold a .pth file? */
static bool
has_pth(const char *folder)
{
    DIR *dir = opendir(folder);
    bool found = false;
    for (struct dirent *entry; !found && dir != NULL && (entry = readdir(dir)) != NULL;) {
        size_t n = strlen(entry->d_name);
        found = n >= 4 && strcmp(entry->d_name + n - 4, ".pth") == 0;
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return found;
}

/* Could `name` be imported from a folder? */
static bool
has_module(const char *folder, const char *name)
{
    bool found = exists("%s/%s.py", folder, name) || exists("%s/%s", folder, name) || exists("%s/%s.pyc", folder, name);
    for (int i = 0; !found && ou_extension_suffixes[i] != NULL; i++) {
        char file[128];
        snprintf(file, sizeof file, "%s%s", name, ou_extension_suffixes[i]);
        found = exists("%s/%s", folder, file);
    }
    return found;
}

/* Is the library's sitecustomize the one of Debian's package, which only looks for apport's hook? */
static bool
is_debian_sitecustomize(const char *library)
{
    static const char *const lines[] = {"try:",  "import apport_python_hook",   "except ImportError:", "pass",
                                        "else:", "apport_python_hook.install()"};
    char path[4300], line[256];
    snprintf(path, sizeof path, "%s/sitecustomize.py", library);
    FILE *file = fopen(path, "re");
    size_t n = 0;
    bool same = file != NULL;
    while (same && fgets(line, sizeof line, file) != NULL) {
        char *text = line + strspn(line, " \t");
        text[strcspn(text, "\r\n")] = 0;
        if (*text != 0 && *text != '#') {
            same = n < OU_COUNT_OF(lines) && strcmp(text, lines[n]) == 0;
            n++;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return same && n == OU_COUNT_OF(lines);
}

static bool
is_virtual_environment(void)
{
    char home[PATH_MAX];
    PyObject *program = PySys_GetObject("executable");
    const char *path = program != NULL && PyUnicode_Check(program) ? PyUnicode_AsUTF8(program) : NULL;
    if (path == NULL) {
        PyErr_Clear();
        return false;
    }
    return ou_program_environment(path, home);
}

/* The folders that site adds on a plain machine, those that exist.  Returns their number, or -1 if it isn't plain. */
static int
plain_folders(const char *library, const char *folders[2])
{
    static const char *const usual[] = {"/usr/local/lib/python3.11/dist-packages", "/usr/lib/python3/dist-packages"};
    const PyConfig *config = ou_interp()->config;
    const char *home = getenv("HOME");
    int n = 0;
    if (strcmp(library, "/usr/lib/python3.11") != 0 || config->home != NULL || config->pythonpath_env != NULL || config->verbose
        || is_virtual_environment() || exists("%s/%s", library, "dist-packages")
        || (config->use_environment && getenv("PYTHONUSERBASE") != NULL)
        || (config->user_site_directory && (home == NULL || exists("%s/%s", home, ".local/lib/python3.11/site-packages")))) {
        return -1;
    }
    for (size_t i = 0; i < OU_COUNT_OF(usual); i++) {
        if (access(usual[i], F_OK) == 0) {
            if (has_pth(usual[i]) || has_module(usual[i], "sitecustomize") || has_module(usual[i], "usercustomize")
                || has_module(usual[i], "apport_python_hook")) {
                return -1;
            }
            folders[n++] = usual[i];
        }
    }
    bool customized =
        has_module(library, "usercustomize") || (has_module(library, "sitecustomize") && !is_debian_sitecustomize(library));
    return customized ? -1 : n;
}

/* Import site; whatever its module raises ends the start, as in CPython. */
static int
import_site(void)
{
    pending = false;
    PyObject *site = PyImport_ImportModule("site");
    Py_XDECREF(site);
    return site == NULL ? -1 : 0;
}

int
ou_site_start(void)
{
    const char *library = ou_stdlib_folder(), *folders[2];
    if (!ou_interp()->config->site_import || library == NULL) {
        return 0;
    }
    int n = plain_folders(library, folders);
    if (n < 0) {
        return import_site();
    }
    PyObject *path = PySys_GetObject("path");
    for (int i = 0; i < n; i++) {
        PyObject *text = PyUnicode_DecodeFSDefault(folders[i]);
        int status = text == NULL || path == NULL ? -1 : PyList_Append(path, text);
        Py_XDECREF(text);
        if (status < 0) {
            return -1;
        }
    }
    pending = true;
    return 0;
}

int
ou_site_complete(PyObject *name)
{
    static const char *const names[] = {"exit", "quit", "copyright", "credits", "license", "help"};
    bool wanted = pending && name == NULL;
    for (size_t i = 0; pending && name != NULL && i < OU_COUNT_OF(names); i++) {
        wanted |= PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, names[i]) == 0;
    }
    if (!wanted) {
        return 0;
    }
    return import_site() < 0 ? -1 : 1;
}

/* runtime/stdlib_path.c - where the standard library is: Debian's, found at run time.
 *
 * Asked in this order: PYTHONHOME, then the folders that Debian's package uses.
 *
 * Owns       `folder`: looked for once, at the first question; empty if there is none. */
#include "runtime/import.h"
#include "runtime/config.h"

#include <sys/stat.h>

static char folder[4096];
static bool searched;

static bool
is_library(const char *path)
{
    char landmark[sizeof folder + 8];
    struct stat st;
    snprintf(landmark, sizeof landmark, "%s/os.py", path);
    return stat(landmark, &st) == 0 && S_ISREG(st.st_mode);
}

const char *
ou_stdlib_folder(void)
{
    static const char *const usual[] = {"/usr/lib/python3.11", "/usr/local/lib/python3.11"};
    if (searched) {
        return *folder ? folder : NULL;
    }
    searched = true;
    const PyConfig *config = ou_interp()->config;
    if (config->home != NULL && *config->home) {
        char *home = ou_bytes_from_wide(config->home);
        if (home != NULL) {
            home[strcspn(home, ":")] = 0;
            snprintf(folder, sizeof folder, "%.4000s/lib/python3.11", home);
            PyMem_RawFree(home);
            if (is_library(folder)) {
                return folder;
            }
        }
    }
    for (size_t i = 0; i < OU_COUNT_OF(usual); i++) {
        if (is_library(usual[i])) {
            snprintf(folder, sizeof folder, "%s", usual[i]);
            return folder;
        }
    }
    *folder = 0;
    return NULL;
}

bool
ou_stdlib_has_file(const char *path)
{
    const char *library = ou_stdlib_folder();
    size_t n = library == NULL ? 0 : strlen(library);
    return n > 0 && strncmp(path, library, n) == 0 && path[n] == '/' && strncmp(path + n, "/dist-packages/", 15) != 0
        && strncmp(path + n, "/site-packages/", 15) != 0;
}

PyObject *
ou_stdlib_frozen_name(const char *path)
{
    static const char *const frozen[] = {"abc",
                                         "codecs",
                                         "io",
                                         "_collections_abc",
                                         "_sitebuiltins",
                                         "genericpath",
                                         "ntpath",
                                         "posixpath",
                                         "os",
                                         "site",
                                         "stat",
                                         "importlib/_bootstrap",
                                         "importlib/_bootstrap_external",
                                         "importlib/util",
                                         "importlib/machinery",
                                         "runpy",
                                         "zipimport"};
    const char *library = ou_stdlib_folder(), *dot = strrchr(path, '.');
    size_t n = library == NULL ? 0 : strlen(library);
    if (n == 0 || strncmp(path, library, n) != 0 || path[n] != '/' || dot == NULL || strcmp(dot, ".py") != 0) {
        return NULL;
    }
    path += n + 1;
    for (size_t i = 0; i < OU_COUNT_OF(frozen); i++) {
        const char *slash = strchr(frozen[i], '/');
        if (strlen(frozen[i]) == (size_t)(dot - path) && strncmp(path, frozen[i], (size_t)(dot - path)) == 0) {
            return slash == NULL ? PyUnicode_FromFormat("<frozen %s>", frozen[i])
                                 : PyUnicode_FromFormat("<frozen importlib.%s>", slash + 1);
        }
    }
    return NULL;
}

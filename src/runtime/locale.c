/* runtime/locale.c - the locale at start: LC_CTYPE as the environment says, C.UTF-8 in place of C, and UTF-8 mode.
 *
 * Owns       the variable LC_CTYPE of the environment, where it stood for C and child processes shall not see that.
 * Invariant  names of files and arguments are UTF-8 whatever the locale says; it rules what open() and sys.stdout take for
 *            the text's encoding, and Py_UTF8Mode rules it out.
 * Source     PEP 538 and PEP 540. */
#include <langinfo.h>
#include <locale.h>
#include <unistd.h>

#include "runtime/config.h"

bool ou_locale_may_wait;
static bool waits; /* LC_CTYPE is to be C.UTF-8, which nothing in the runtime itself needs the C library to know */

/* Making a locale known takes the C library as long as a twentieth of a plain start. */
static bool
is_to_be_c_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *value = NULL;
    for (size_t i = 0; i < OU_COUNT_OF(names) && (value == NULL || *value == 0); i++) {
        value = getenv(names[i]);
    }
    return value != NULL && strcmp(value, "C.UTF-8") == 0 && access("/usr/lib/locale/C.utf8/LC_CTYPE", R_OK) == 0;
}

void
ou_locale_settle(void)
{
    if (waits) {
        waits = false;
        setlocale(LC_CTYPE, "");
    }
}

/* Is LC_CTYPE the locale without a language, of ASCII alone? */
static bool
is_c_locale(void)
{
    if (waits) {
        return false;
    }
    const char *name = setlocale(LC_CTYPE, NULL);
    return name != NULL && strcmp(name, "C") == 0;
}

static bool warns; /* PYTHONCOERCECLOCALE=warn */
static const char *const utf8_locales[] = {"C.UTF-8", "C.utf8", "UTF-8"};

bool
ou_locale_is_plain(void)
{
    if (waits) {
        return true;
    }
    const char *name = setlocale(LC_CTYPE, NULL);
    for (size_t i = 0; name != NULL && i < OU_COUNT_OF(utf8_locales); i++) {
        if (strcmp(name, utf8_locales[i]) == 0) {
            return true;
        }
    }
    return is_c_locale();
}

/* Let C.UTF-8, or what stands for it, be LC_CTYPE here and in child processes.  LC_ALL is a decision of the user's. */
static void
coerce(void)
{
    const char *all = getenv("LC_ALL");
    if (all != NULL && *all != 0) {
        return;
    }
    for (size_t i = 0; i < OU_COUNT_OF(utf8_locales); i++) {
        if (setlocale(LC_CTYPE, utf8_locales[i]) != NULL && *nl_langinfo(CODESET) != 0) {
            setenv("LC_CTYPE", utf8_locales[i], 1);
            if (warns) {
                fprintf(stderr,
                        "Python detected LC_CTYPE=C: LC_CTYPE coerced to %.20s (set another locale or PYTHONCOERCECLOCALE=0 "
                        "to disable this locale coercion behavior).\n",
                        utf8_locales[i]);
            }
            return;
        }
    }
    setlocale(LC_CTYPE, "C");
}

bool
ou_locale_start(const char *coercion)
{
    waits = ou_locale_may_wait && is_to_be_c_utf8();
    if (!waits) {
        setlocale(LC_CTYPE, "");
    }
    bool was_c = is_c_locale();
    warns = coercion != NULL && strcmp(coercion, "warn") == 0;
    if (was_c && (coercion == NULL || strcmp(coercion, "0") != 0)) {
        coerce();
    }
    return was_c;
}

void
ou_locale_warn(void)
{
    if (warns && is_c_locale()) {
        PySys_WriteStderr("Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may cause "
                          "Unicode compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as alternative "
                          "Unicode-compatible locales is recommended.\n");
    }
}

const char *
ou_locale_encoding(void)
{
    const char *codeset = Py_UTF8Mode || waits ? "UTF-8" : nl_langinfo(CODESET);
    return strcmp(codeset, "UTF-8") == 0 || *codeset == 0 ? "utf-8"
         : strcmp(codeset, "ANSI_X3.4-1968") == 0         ? "ascii"
                                                          : codeset;
}

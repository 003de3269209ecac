/* base/panic.c - the last words of a process whose invariants are broken.
 *
 * Owns       the installed printer.
 * Invariant  ou_panic never returns, never allocates, and is not entered twice.
 * Not here   what a Python program can cause: that raises an exception. */
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
panic_print(const char *file, int line, const char *function, const char *message)
{
    char text[1200];
    int length = snprintf(text, sizeof text, "ouroboros: fatal: %s (%s:%d, in %s)\n", message, file, line, function);
    if (length > (int)sizeof text - 1) {
        length = sizeof text - 1;
    }
    ssize_t ignored = write(2, text, length > 0 ? (size_t)length : 0);
    (void)ignored; /* nothing is left to do about it */
}

static OuPanicPrinter panic_printer = panic_print;
static int panicking;

/* printer   NULL for the plain one.
 * Returns   the printer before. */
OuPanicPrinter
ou_panic_set_printer(OuPanicPrinter printer)
{
    OuPanicPrinter old = panic_printer;
    panic_printer = printer != NULL ? printer : panic_print;
    return old;
}

/* Print one line and abort.  Does not return. */
void
ou_panic(const char *file, int line, const char *function, const char *format, ...)
{
    char message[1024];
    va_list arguments;

    if (__atomic_exchange_n(&panicking, 1, __ATOMIC_SEQ_CST)) {
        abort();
    }
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    panic_printer(file, line, function, message);
    abort();
}

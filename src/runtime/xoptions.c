/* runtime/xoptions.c - the -X options of our own: limits, refusals, stress, audit.
 *
 * Owns       ou_switches. */
#include "memory/memory.h"
#include "object/state.h"
#include "runtime/config.h"

OuSwitches ou_switches;

/* Split "name=value"; value is NULL without "=". */
static bool
option_is(const wchar_t *option, const wchar_t *name, const wchar_t **value)
{
    size_t length = wcslen(name);
    if (wcsncmp(option, name, length) != 0 || (option[length] != 0 && option[length] != L'=')) {
        return false;
    }
    *value = option[length] == L'=' ? option + length + 1 : NULL;
    return true;
}

/* "64m" -> bytes.  Returns false if it is no size. */
static bool
parse_size(const wchar_t *text, size_t *size)
{
    wchar_t *end;
    errno = 0;
    unsigned long long value = wcstoull(text, &end, 10);
    int shift = 0;
    switch (*end) {
    case L'k':
    case L'K':
        shift = 10;
        end++;
        break;
    case L'm':
    case L'M':
        shift = 20;
        end++;
        break;
    case L'g':
    case L'G':
        shift = 30;
        end++;
        break;
    }
    *size = (size_t)value << shift;
    return end != text && *end == 0 && errno == 0 && value <= SIZE_MAX >> shift && value > 0;
}

/* "N", "N:", "N:M", each optionally behind "start:". */
static bool
parse_fail_at(const wchar_t *text)
{
    wchar_t *end;
    if (wcsncmp(text, L"start:", 6) == 0) {
        ou_switches.fail_from_start = true;
        text += 6;
    }
    ou_switches.fail_first = ou_switches.fail_last = wcstoull(text, &end, 10);
    if (end == text) {
        return false;
    }
    if (*end == L':') {
        const wchar_t *last = end + 1;
        ou_switches.fail_last = *last == 0 ? UINT64_MAX : wcstoull(last, &end, 10);
        if (*last == 0) {
            end++;
        }
    }
    ou_switches.fail_set = true;
    ou_switches.count_allocations = ou_switches.fail_first == 0;
    return *end == 0;
}

PyStatus
ou_xoptions_apply(PyConfig *config)
{
    const wchar_t *value;
    for (Py_ssize_t i = 0; i < config->xoptions.length; i++) {
        const wchar_t *option = config->xoptions.items[i];
        if (option_is(option, L"memory-limit", &value)) {
            if (value == NULL || !parse_size(value, &ou_switches.memory_limit)) {
                return PyStatus_Error("-X memory-limit: expected a size such as 64m");
            }
        }
        else if (option_is(option, L"fail-at", &value)) {
            if (value == NULL || !parse_fail_at(value)) {
                return PyStatus_Error("-X fail-at: expected N, N:M or N:");
            }
        }
        else if (option_is(option, L"memory-debug", &value)) {
            ou_switches.memory_debug = true;
        }
        else if (option_is(option, L"gc-stress", &value)) {
            ou_switches.gc_stress = value == NULL ? 1 : (unsigned)wcstoul(value, NULL, 10);
        }
        else if (option_is(option, L"memory-pressure", &value)) {
            ou_switches.memory_pressure = value == NULL ? 1 : (unsigned)wcstoul(value, NULL, 10);
        }
        else if (option_is(option, L"audit", &value)) {
            ou_switches.audit = true;
        }
    }
    if (ou_switches.memory_debug) {
        ou_memory_set_debug(true);
    }
    if (ou_switches.memory_limit != 0) {
        ou_memory_set_limit(ou_switches.memory_limit);
    }
    if (ou_switches.fail_set && ou_switches.fail_from_start) {
        ou_memory_set_fail(ou_switches.fail_first, ou_switches.fail_last);
    }
    return PyStatus_Ok();
}

void
ou_xoptions_arm(void)
{
    _PyRuntime.gc.stress = ou_switches.gc_stress;
    if (ou_switches.memory_pressure != 0) {
        ou_memory_set_pressure(ou_switches.memory_pressure);
    }
    if (ou_switches.fail_set && !ou_switches.fail_from_start) {
        ou_memory_set_fail(ou_switches.fail_first, ou_switches.fail_last);
    }
}

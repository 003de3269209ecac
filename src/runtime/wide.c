/* runtime/wide.c - text of the system (command line, environment, paths) as wide characters.
 *
 * UTF-8 in both directions; bytes that are not UTF-8 become lone surrogates U+DC80 to U+DCFF and come back as
 * they were (PEP 383).  Uses the raw domain: it works before the runtime has started.
 *
 * Invariant  bytes made wide and back are the same bytes, whatever they were. */
#include "base/utf8.h"
#include "runtime/config.h"

wchar_t *
ou_wide_from_bytes(const char *bytes)
{
    size_t size = strlen(bytes), n = 0;
    wchar_t *wide = PyMem_RawMalloc((size + 1) * sizeof(wchar_t));
    if (wide == NULL) {
        return NULL;
    }
    const unsigned char *at = (const unsigned char *)bytes, *end = at + size;
    while (at < end) {
        unsigned lead = *at, length = lead < 0x80 ? 1
                                    : lead < 0xC2 ? 0
                                    : lead < 0xE0 ? 2
                                    : lead < 0xF0 ? 3
                                    : lead < 0xF5 ? 4
                                                  : 0;
        uint32_t code = length <= 1 ? lead : lead & (0xFFu >> (length + 1));
        bool good = length != 0 && (size_t)(end - at) >= length;
        for (unsigned i = 1; good && i < length; i++) {
            good = (at[i] & 0xC0) == 0x80;
            code = code << 6 | (at[i] & 0x3Fu);
        }
        good = good && !(length == 3 && (code < 0x800 || (code >= 0xD800 && code <= 0xDFFF)))
            && !(length == 4 && (code < 0x10000 || code > 0x10FFFF));
        wide[n++] = (wchar_t)(good ? code : 0xDC00 + lead);
        at += good ? length : 1;
    }
    wide[n] = 0;
    return wide;
}

char *
ou_bytes_from_wide(const wchar_t *wide)
{
    char *bytes = PyMem_RawMalloc(wcslen(wide) * 4 + 1), *to = bytes;
    if (bytes == NULL) {
        return NULL;
    }
    for (; *wide != 0; wide++) {
        uint32_t code = (uint32_t)*wide;
        if (code >= 0xDC80 && code <= 0xDCFF) {
            *to++ = (char)(code - 0xDC00);
        }
        else if (code < 0x80) {
            *to++ = (char)code;
        }
        else {
            int n_more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
            *to++ = (char)((0xFF80u >> n_more & 0xFF) | code >> (6 * n_more));
            while (n_more-- > 0) {
                *to++ = (char)(0x80 | (code >> (6 * n_more) & 0x3F));
            }
        }
    }
    *to = 0;
    return bytes;
}

/* Py_DecodeLocale: new wide string, to be freed with PyMem_RawFree; *size gets its length.
 * Returns NULL, and *size (size_t)-1, when memory is refused. */
wchar_t *
Py_DecodeLocale(const char *bytes, size_t *size)
{
    wchar_t *wide = ou_wide_from_bytes(bytes);
    if (size != NULL) {
        *size = wide == NULL ? (size_t)-1 : wcslen(wide);
    }
    return wide;
}

/* Py_EncodeLocale: new bytes, to be freed with PyMem_Free. */
char *
Py_EncodeLocale(const wchar_t *wide, size_t *error_pos)
{
    if (error_pos != NULL) {
        *error_pos = (size_t)-1;
    }
    char *raw = ou_bytes_from_wide(wide);
    if (raw == NULL) {
        return NULL;
    }
    size_t size = strlen(raw) + 1;
    char *bytes = PyMem_Malloc(size);
    if (bytes != NULL) {
        memcpy(bytes, raw, size);
    }
    PyMem_RawFree(raw);
    return bytes;
}

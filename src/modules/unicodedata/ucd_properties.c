/* modules/unicodedata/ucd_properties.c - the tables of properties, decompositions and compositions.
 *
 * Owns       nothing; constant tables.
 * Invariant  the answers are CPython 3.11's, for every code point.
 * Not here   numeric values and case (types/unicode_ctype.c). */
#include "modules/unicodedata/ucd.h"

#include "modules/unicodedata/properties_data.h"

/* The entry of a table sorted by `field` that equals `code`, or NULL. */
#define FIND(table, n, field, code_)                                       \
    ({                                                                     \
        size_t low = 0, high = (n);                                        \
        while (low < high) {                                               \
            size_t middle = (low + high) / 2;                              \
            if ((table)[middle].field < (code_)) {                         \
                low = middle + 1;                                          \
            }                                                              \
            else {                                                         \
                high = middle;                                             \
            }                                                              \
        }                                                                  \
        low < (n) && (table)[low].field == (code_) ? &(table)[low] : NULL; \
    })

static unsigned
record_number(Py_UCS4 code)
{
    unsigned block = ud_record_blocks[code >> UD_BLOCK_SHIFT];
    return ud_record_points[(block << UD_BLOCK_SHIFT) + (code & ((1u << UD_BLOCK_SHIFT) - 1))];
}

static unsigned
old_record_number(Py_UCS4 code)
{
    size_t low = 0, high = UD_N_OLD_SPANS; /* the first span that ends at or behind the code point */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ud_old_spans[middle].last < code) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low < UD_N_OLD_SPANS && ud_old_spans[low].first <= code ? ud_old_spans[low].record : record_number(code);
}

UcdRecord
ou_ucd_record(Py_UCS4 code, bool old)
{
    unsigned number = old ? old_record_number(code) : record_number(code);
    return (UcdRecord){
        .category = ud_categories[ud_records[number].category],
        .bidi = ud_bidis[ud_records[number].bidi],
        .width = ud_widths[ud_records[number].width],
        .combining = ud_records[number].combining,
        .mirrored = ud_records[number].mirrored,
    };
}

bool
ou_ucd_is_young(Py_UCS4 code)
{
    return strcmp(ud_categories[ud_records[old_record_number(code)].category], "Cn") == 0;
}

int
ou_ucd_combining(Py_UCS4 code)
{
    return ud_records[record_number(code)].combining;
}

int
ou_ucd_old_decimal(Py_UCS4 code)
{
    const __auto_type found = FIND(ud_old_decimals, UD_N_OLD_DECIMALS, code, code);
    return found == NULL ? -1 : found->value;
}

int
ou_ucd_decomposition(Py_UCS4 code, const char **prefix, const uint32_t **parts)
{
    unsigned block = ud_decomposition_blocks[code >> UD_BLOCK_SHIFT];
    unsigned at = ud_decomposition_points[(block << UD_BLOCK_SHIFT) + (code & ((1u << UD_BLOCK_SHIFT) - 1))];
    uint32_t head = ud_decompositions[at]; /* the prefix's number, and in the low byte how many follow */
    *prefix = ud_prefixes[head >> 8];
    *parts = &ud_decompositions[at + 1];
    return head & 0xFF;
}

Py_UCS4
ou_ucd_old_correction(Py_UCS4 code)
{
    const __auto_type found = FIND(ud_corrected, UD_N_CORRECTED, code, code);
    return found == NULL ? 0 : found->old;
}

Py_UCS4
ou_ucd_compose(Py_UCS4 first, Py_UCS4 second)
{
    size_t low = 0, high = UD_N_PAIRS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ud_pairs[middle].first < first || (ud_pairs[middle].first == first && ud_pairs[middle].second < second)) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    bool found = low < UD_N_PAIRS && ud_pairs[low].first == first && ud_pairs[low].second == second;
    return found ? ud_pairs[low].whole : 0;
}

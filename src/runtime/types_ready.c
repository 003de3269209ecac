/* runtime/types_ready.c - start of the built-in types, from their table.
 *
 * Owns       static_types, made of types/types.def; the types start in its order and end in the reverse one. */
#include "object/type.h"
#include "runtime/lifecycle.h"

#define OU_TYPE(symbol, noun) extern PyTypeObject symbol;
#include "types/types.def"
#undef OU_TYPE

static PyTypeObject *const static_types[] = {
#define OU_TYPE(symbol, noun) &symbol,
#include "types/types.def"
#undef OU_TYPE
};

int
ou_types_ready(void)
{
    for (size_t i = 0; i < OU_COUNT_OF(static_types); i++) {
        ou_type_prepare_static(static_types[i]);
    }
    for (size_t i = 0; i < OU_COUNT_OF(static_types); i++) {
        PyTypeObject *type = static_types[i];
        if (ou_type_ready_static(type) < 0) {
            return -1;
        }
    }
    /* Everything is looked up in these. */
    return ou_type_namespace(&PyBaseObject_Type) == NULL || ou_type_namespace(&PyType_Type) == NULL ? -1 : 0;
}

void
ou_types_clear(void)
{
    for (size_t i = ou_n_static_types; i-- > 0;) {
        ou_type_fini_static(ou_static_types[i]);
    }
}

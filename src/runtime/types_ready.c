/* runtime/types_ready.c - start of the built-in types, from their table.
 *
 * Owns       static_types, made of types/types.def; the types start in its order and end in the reverse one.
 *            module_types: those of modules that a plain start doesn't need. */
#include "object/type.h"
#include "runtime/lifecycle.h"

#define OU_TYPE(symbol, noun) extern PyTypeObject symbol;
#include "types/types.def"
#undef OU_TYPE

static PyTypeObject *const static_types[] = {
#define OU_TYPE(symbol, noun) &symbol,
#define OU_TYPE_OF(module, symbol, noun)
#include "types/types.def"
#undef OU_TYPE
};

static const struct {
    const char *module;
    PyTypeObject *type;
} module_types[] = {
#define OU_TYPE(symbol, noun)
#define OU_TYPE_OF(module, symbol, noun) {#module, &symbol},
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

int
ou_types_ready_of(const char *module)
{
    for (size_t i = 0; i < OU_COUNT_OF(module_types); i++) {
        PyTypeObject *type = module_types[i].type;
        if (strcmp(module_types[i].module, module) == 0 && !(type->tp_flags & Py_TPFLAGS_READY)) {
            ou_type_prepare_static(type);
            if (ou_type_ready_static(type) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

void
ou_types_clear(void)
{
    for (size_t i = ou_n_static_types; i-- > 0;) {
        ou_type_fini_static(ou_static_types[i]);
    }
}

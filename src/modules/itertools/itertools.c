/* modules/itertools/itertools.c - module itertools: its types, and tee() by name.
 *
 * Owns       the definition of the module; the types are static and belong to their files.
 * Source     Library Reference, itertools. */
#include "modules/itertools/itertools.h"

static PyMethodDef itertools_methods[] = {
    {"tee", (PyCFunction)(void *)ou_tee, METH_FASTCALL,
     "tee($module, iterable, n=2, /)\n--\n\nn independent iterators over one iterable."},
    {NULL},
};

static int
itertools_exec(PyObject *module)
{
    PyTypeObject *const types[] = {
        &ou_count_type,        &ou_cycle_type,     &ou_repeat_type,      &ou_chain_type,        &ou_accumulate_type,
        &ou_compress_type,     &ou_dropwhile_type, &ou_takewhile_type,   &ou_filterfalse_type,  &ou_starmap_type,
        &ou_islice_type,       &ou_pairwise_type,  &ou_zip_longest_type, &ou_groupby_type,      &ou_grouper_type,
        &ou_tee_type,          &ou_tee_data_type,  &ou_product_type,     &ou_combinations_type, &ou_combinations_wr_type,
        &ou_permutations_type,
    };
    for (size_t i = 0; i < OU_COUNT_OF(types); i++) {
        if (PyModule_AddType(module, types[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot itertools_slots[] = {{Py_mod_exec, itertools_exec}, {0, NULL}};

static struct PyModuleDef itertools_module = {
    PyModuleDef_HEAD_INIT,          .m_name = "itertools",      .m_doc = "Iterators as building blocks.",
    .m_methods = itertools_methods, .m_slots = itertools_slots,
};

PyMODINIT_FUNC
PyInit_itertools(void)
{
    return PyModuleDef_Init(&itertools_module);
}

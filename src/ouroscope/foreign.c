/* ouroscope/foreign.c - references that compiled modules hold and don't tell of.
 *
 * A module made for CPython may keep references in static variables, in its module state, or in fields of its objects that no
 * tp_traverse visits.  Each word there that equals an object's address may be such a reference, or a pointer that is not
 * counted: so these words never prove a count, but where a count is above what the walkers explain they give the holder's name.
 *
 * Invariant  runs no Python code; allocates nothing.
 * Not here   what foreign objects do report through tp_traverse (walk.c). */
#include "object/state.h"
#include "object/type.h"
#include "ouroscope/ouroscope.h"

#include <link.h>

typedef struct {
    OuForeignVisit visit;
    void *arg;
    OuForeignHolder holder;
} Words;

/* A pointer to an object, for all that can be told without reading through it. */
static bool
may_be_object(const void *word)
{
    return word != NULL && (uintptr_t)word % 8 == 0 && (ou_is_permanent(word) || ou_memory_at(word).state == OU_ADDR_LIVE);
}

/* ---- static data of shared objects ---------------------------------------------------------------------------- */

/* The main program comes first, without a name: its static data are the runtime's own, which roots.def tells of. */
static int
scan_library(struct dl_phdr_info *library, size_t size, void *arg)
{
    Words *words = arg;
    if (library->dlpi_name == NULL || library->dlpi_name[0] == 0) {
        return 0;
    }
    const char *slash = strrchr(library->dlpi_name, '/');
    words->holder = (OuForeignHolder){NULL, "static data of", slash != NULL ? slash + 1 : library->dlpi_name};
    for (int i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &library->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_W)) {
            continue;
        }
        uintptr_t start = ou_align_up(library->dlpi_addr + segment->p_vaddr, sizeof(void *));
        uintptr_t end = library->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        for (PyObject *const *at = (PyObject *const *)start; (uintptr_t)(at + 1) <= end; at++) {
            if (may_be_object(*at)) {
                words->visit(*at, &words->holder, words->arg);
            }
        }
    }
    return 0;
}

/* ---- what a walker of a foreign object leaves out --------------------------------------------------------------- */

typedef struct {
    PyObject *ref;
    Py_ssize_t n, step;
} Tally;

static int
tally_edge(PyObject *ref, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg)
{
    Tally *tally = arg;
    tally->n += ref == tally->ref && kind != OU_EDGE_TYPE ? tally->step : 0;
    return 0;
}

/* The words of [start, end), which belong to the owner, that it doesn't report.  What its base reports, which may be NULL,
 * lies elsewhere. */
static void
scan_words(Words *words, PyObject *owner, PyTypeObject *base, const void *start, const void *end)
{
    PyObject *const *first = start;
    for (PyObject *const *word = first; (const void *)(word + 1) <= end; word++) {
        if (!may_be_object(*word)) {
            continue;
        }
        Tally tally = {*word, 0, 1};
        (void)ou_object_walk(owner, tally_edge, &tally);
        if (base != NULL) {
            tally.step = -1;
            (void)ou_object_walk_as(owner, base, tally_edge, &tally);
        }
        for (PyObject *const *before = first; before < word; before++) {
            tally.n -= *before == *word;
        }
        if (tally.n <= 0) {
            words->visit(*word, &words->holder, words->arg);
        }
    }
}

static int
scan_block(const OuAddress *block, void *arg)
{
    Words *words = arg;
    PyObject *op = block->is_object ? (PyObject *)((char *)block->block + block->object_offset) : NULL;
    if (op == NULL || op->ob_type == NULL) {
        return 0;
    }
    PyTypeObject *base = ou_foreign_base(op);
    if (base != NULL) {
        size_t size = Py_MIN((size_t)Py_TYPE(op)->tp_basicsize, block->size - block->object_offset);
        words->holder = (OuForeignHolder){op, "objects of type", Py_TYPE(op)->tp_name};
        scan_words(words, op, base, (char *)op + base->tp_basicsize, (char *)op + size);
    }
    else if (PyModule_Check(op)) {
        PyModuleDef *def = PyModule_GetDef(op);
        void *state = PyModule_GetState(op);
        if (state != NULL && def != NULL && def->m_size > 0 && !ou_in_main_program(def)) {
            words->holder = (OuForeignHolder){op, "state of module", def->m_name};
            scan_words(words, op, NULL, state, (char *)state + def->m_size);
        }
    }
    return 0;
}

void
ou_foreign_walk(OuForeignVisit visit, void *arg)
{
    if (!_PyRuntime.foreign) {
        return; /* no compiled module was ever loaded */
    }
    Words words = {visit, arg};
    dl_iterate_phdr(scan_library, &words);
    ou_memory_walk(1u << OU_FAMILY_COLLECTED | 1u << OU_FAMILY_PLAIN | 1u << OU_FAMILY_BUFFER, scan_block, &words);
}

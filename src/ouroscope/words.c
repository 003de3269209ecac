/* ouroscope/words.c - the word scan: no object points at another in secret.
 *
 * The counts prove that every counted reference has a holder.  A pointer that is neither counted nor known dangles once
 * its object dies.  So each word of a live object that equals a live object's address must be one that its walker reports:
 * as a reference, or as a borrowed one (OU_BORROWED).
 *
 * Invariant  runs no Python code; allocates and frees no block (the heap is frozen meanwhile).
 * Not here   objects of compiled modules (foreign.c).  Caches of instructions: what they point at is guarded by version
 *            numbers.  Words outside objects: buffers keep stale ones behind their last item, and the counts see who
 *            owns them. */
#include "object/type.h"
#include "ouroscope/ouroscope.h"
#include "vm/vm.h"

typedef struct {
    OuAudit *audit;
    uint32_t *reported; /* by block number; all 0 between objects */
    size_t n_numbers;
} Scan;

/* Bytes of an object that hold its fields: no text, digits or slack of its block. */
static size_t
size_of_fields(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    if (PyUnicode_Check(op)) {
        return Py_IS_TYPE(op, &PyUnicode_Type) ? 0 : (size_t)type->tp_basicsize;
    }
    size_t size = (size_t)type->tp_basicsize;
    if (type->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        size += ou_inline_bytes(ou_instance_inline(op)->cap);
    }
    else if (PyTuple_Check(op) || PyFrame_Check(op)) {
        size += (size_t)Py_SIZE(op) * sizeof(PyObject *);
    }
    else if (PyGen_CheckExact(op) || PyCoro_CheckExact(op) || PyAsyncGen_CheckExact(op)) {
        size += (size_t)ou_code_n_registers(((PyGenObject *)op)->gi_code) * sizeof(PyObject *);
    }
    return size;
}

/* The number of the live object that begins at an address, or -1. */
static Py_ssize_t
object_number(const Scan *scan, void *address)
{
    if (address == NULL || (uintptr_t)address % 8 != 0) {
        return -1;
    }
    OuAddress at = ou_memory_at(address);
    bool is_object = at.state == OU_ADDR_LIVE && at.is_object && (char *)at.block + at.object_offset == (char *)address
                  && at.number < scan->n_numbers && ((PyObject *)address)->ob_type != NULL;
    return is_object ? (Py_ssize_t)at.number : -1;
}

static int
note_report(PyObject *ref, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg)
{
    Scan *scan = arg;
    Py_ssize_t number = object_number(scan, ref);
    if (number >= 0) {
        scan->reported[number]++;
    }
    return 0;
}

static int
forget_report(PyObject *ref, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg)
{
    Scan *scan = arg;
    Py_ssize_t number = object_number(scan, ref);
    if (number >= 0) {
        scan->reported[number] = 0;
    }
    return 0;
}

static void
hidden_add(OuAudit *audit, PyObject *holder, size_t offset, PyObject *object)
{
    if (audit->n_hidden < (Py_ssize_t)OU_COUNT_OF(audit->hidden)) {
        audit->hidden[audit->n_hidden] = (OuHidden){holder, offset, object};
    }
    audit->n_hidden++;
}

static int
scan_block(const OuAddress *block, void *arg)
{
    Scan *scan = arg;
    PyObject *op = block->is_object ? (PyObject *)((char *)block->block + block->object_offset) : NULL;
    if (op == NULL || op->ob_type == NULL || ou_foreign_base(op) != NULL) {
        return 0;
    }
    PyTypeObject *type = Py_TYPE(op);
    size_t end = Py_MIN(size_of_fields(op), block->size - block->object_offset);
    bool walked = false;
    for (size_t offset = sizeof(PyObject); offset + sizeof(void *) <= end; offset += sizeof(void *)) {
        void *word = *(void **)((char *)op + offset);
        Py_ssize_t number = (Py_ssize_t)offset == type->tp_weaklistoffset ? -1 : object_number(scan, word);
        if (number < 0) {
            continue;
        }
        if (!walked) { /* most objects point at none */
            walked = true;
            (void)ou_object_walk(op, note_report, scan);
        }
        if (scan->reported[number] > 0) {
            scan->reported[number]--;
        }
        else {
            hidden_add(scan->audit, op, offset, word);
        }
    }
    if (walked) {
        (void)ou_object_walk(op, forget_report, scan);
    }
    return 0;
}

void
ou_audit_scan_words(OuAudit *audit, uint32_t *counters, size_t n_numbers)
{
    Scan scan = {audit, counters, n_numbers};
    ou_memory_walk(1u << OU_FAMILY_COLLECTED | 1u << OU_FAMILY_PLAIN | 1u << OU_FAMILY_BUFFER, scan_block, &scan);
}

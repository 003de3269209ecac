/* ouroscope/audit.c - every count recomputed: the edges of all live objects and roots, against ob_refcnt.
 *
 * Owns       the counters, a flat array by block number in memory of its own.
 * Invariant  runs no Python code; allocates and frees no block (the heap is frozen meanwhile).
 * Not here   who holds an object (why.c).
 * Left out   None, True, False, Ellipsis, NotImplemented and static types: counted loosely. */
#include "gc/gc.h"
#include "memory/os.h"
#include "object/alloc.h"
#include "ouroscope/ouroscope.h"
#include "runtime/lifecycle.h"
#include "runtime/roots.h"

typedef struct {
    OuAudit *audit;
    uint32_t *in_degree; /* by block number */
    size_t n_numbers;
    uint32_t *permanent; /* by 16-byte unit of _PyRuntime */
    bool left_over;
    PyObject *holder;
    Py_ssize_t n_stray; /* edges to addresses that hold no object */
} Auditor;

/* The permanent objects begin at 8-byte multiples of _PyRuntime. */
#define PERMANENT_UNITS (sizeof(OuRuntime) / 8 + 1)

static PyObject *
object_in(const OuAddress *block)
{
    if (!block->is_object) {
        return NULL;
    }
    PyObject *op = (PyObject *)((char *)block->block + block->object_offset);
    return op->ob_type != NULL ? op : NULL;
}

static void
finding_add(OuAudit *audit, PyObject *op, Py_ssize_t count, Py_ssize_t in_degree)
{
    if (audit->n_findings < (Py_ssize_t)OU_COUNT_OF(audit->findings)) {
        audit->findings[audit->n_findings] = (OuFinding){op, count, in_degree};
    }
    audit->n_findings++;
}

static int
count_edge(PyObject *ref, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg)
{
    Auditor *auditor = arg;
    if (kind == OU_EDGE_BORROWED) {
        return 0;
    }
    auditor->audit->n_edges++;
    if (ou_is_permanent(ref)) {
        auditor->permanent[((char *)ref - (char *)&_PyRuntime) / 8]++;
        return 0;
    }
    OuAddress at = ou_memory_at(ref);
    if (at.state == OU_ADDR_LIVE && at.is_object && (char *)at.block + at.object_offset == (char *)ref
        && at.number < auditor->n_numbers) {
        auditor->in_degree[at.number]++;
    }
    else if (at.state != OU_ADDR_NONE) {
        finding_add(auditor->audit, ref, -1, 1); /* an edge into memory that holds no object */
    }
    return 0;
}

static int
count_block(const OuAddress *block, void *arg)
{
    Auditor *auditor = arg;
    PyObject *op = object_in(block);
    if (op != NULL) {
        auditor->audit->n_objects++;
        auditor->holder = op;
        (void)ou_object_walk(op, count_edge, auditor);
    }
    return 0;
}

static int
compare_block(const OuAddress *block, void *arg)
{
    Auditor *auditor = arg;
    PyObject *op = object_in(block);
    if (op == NULL || block->number >= auditor->n_numbers) {
        return 0;
    }
    Py_ssize_t in_degree = auditor->in_degree[block->number];
    if (auditor->left_over || in_degree != Py_REFCNT(op)) {
        finding_add(auditor->audit, op, Py_REFCNT(op), in_degree);
    }
    return 0;
}

static void
compare_permanent(Auditor *auditor, PyObject *op)
{
    Py_ssize_t in_degree = auditor->permanent[((char *)op - (char *)&_PyRuntime) / 8];
    if (in_degree != Py_REFCNT(op) || (auditor->left_over && in_degree != 0)) {
        finding_add(auditor->audit, op, Py_REFCNT(op), in_degree);
    }
}

static void
compare_permanents(Auditor *auditor)
{
    for (int i = 0; i < OU_N_SMALL_INTS; i++) {
        compare_permanent(auditor, (PyObject *)&_PyRuntime.small_ints[i].value);
    }
    for (int i = 0; i < 256; i++) {
        compare_permanent(auditor, (PyObject *)&_PyRuntime.latin1[i].head);
    }
    compare_permanent(auditor, OU_EMPTY_STR);
#define OU_NAME_AS(ident, text) compare_permanent(auditor, OU_STR(ident));
#include "object/names.def"
#undef OU_NAME_AS
}

void
ou_audit_run(OuAudit *audit, bool left_over)
{
    const unsigned families = 1u << OU_FAMILY_COLLECTED | 1u << OU_FAMILY_PLAIN | 1u << OU_FAMILY_BUFFER;
    Auditor auditor = {.audit = audit, .left_over = left_over, .n_numbers = ou_memory_block_numbers()};
    size_t size = (auditor.n_numbers + PERMANENT_UNITS) * sizeof(uint32_t);
    memset(audit, 0, sizeof *audit);
    size = ou_align_up(size, 4096);
    auditor.in_degree = ou_system_map(size);
    if (auditor.in_degree == NULL) {
        audit->refused = true;
        return;
    }
    auditor.permanent = auditor.in_degree + auditor.n_numbers;
    ou_memory_freeze();
    ou_memory_walk(families, count_block, &auditor);
    ou_roots_walk(count_edge, &auditor);
    ou_memory_walk(families, compare_block, &auditor);
    compare_permanents(&auditor);
    memset(auditor.in_degree, 0, auditor.n_numbers * sizeof(uint32_t));
    ou_audit_scan_words(audit, auditor.in_degree, auditor.n_numbers);
    ou_memory_thaw();
    ou_system_unmap(auditor.in_degree, size);
}

/* ---- the report -------------------------------------------------------------------------------------------- */

typedef struct {
    FILE *out;
    int n;
} Printer;

static void
print_holder(PyObject *holder, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg)
{
    Printer *printer = arg;
    char who[160] = "", label[80];
    if (printer->n++ >= 8) {
        return;
    }
    ou_describe_edge(kind, name, index, label, sizeof label);
    if (holder != NULL) {
        ou_describe(holder, who, sizeof who);
    }
    fprintf(printer->out, "audit:     held by %s%s%s\n", label, holder ? " of " : "", who);
}

void
ou_audit_print(const OuAudit *audit, FILE *out)
{
    if (audit->refused) {
        fprintf(out, "audit: FAILED: no memory for the counters\n");
        return;
    }
    for (Py_ssize_t i = 0; i < audit->n_findings && i < 16; i++) {
        const OuFinding *finding = &audit->findings[i];
        char text[160];
        if (finding->count < 0) {
            fprintf(out, "audit:   a reference leads to %p, which is no live object\n", (void *)finding->object);
            continue;
        }
        ou_describe(finding->object, text, sizeof text);
        fprintf(out, "audit:   %s: count %zd, explained %zd\n", text, finding->count, finding->in_degree);
        Printer printer = {out, 0};
        ou_why_walk(finding->object, print_holder, &printer);
    }
    for (Py_ssize_t i = 0; i < audit->n_hidden && i < (Py_ssize_t)OU_COUNT_OF(audit->hidden); i++) {
        char text[200];
        ou_describe_hidden(&audit->hidden[i], text, sizeof text);
        fprintf(out, "audit:   %s\n", text);
    }
    if (audit->n_hidden > 0) {
        fprintf(out, "audit: FAILED: %zd pointers are neither counted nor declared\n", audit->n_hidden);
    }
    else if (audit->n_findings > 0) {
        fprintf(out, "audit: FAILED: %zd of %zd objects are not explained\n", audit->n_findings, audit->n_objects);
    }
    else {
        fprintf(out, "audit: every count explained: %zd objects, %zd references\n", audit->n_objects, audit->n_edges);
    }
}

static Py_ssize_t
audit_at_exit(int stage, FILE *out)
{
    OuAudit audit;
    ou_audit_run(&audit, stage == 2);
    if (stage == 1 || audit.n_findings + audit.n_hidden > 0) {
        ou_audit_print(&audit, out);
    }
    else {
        fprintf(out, "audit: nothing left after teardown\n");
    }
    return audit.n_findings + audit.n_hidden;
}

/* ---- hooks -------------------------------------------------------------------------------------------------- */

void
ou_ouroscope_install(void)
{
    ou_object_walk_hook = ou_object_walk;
    ou_gc_roots_hook = ou_roots_traverse;
    ou_audit_hook = audit_at_exit;
}

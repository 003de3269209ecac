/* ouroscope/audit.c - every count recomputed: the edges of all live objects and roots, against ob_refcnt.
 *
 * Owns       the counters, a flat array by block number in memory of its own.
 * Invariant  runs no Python code; allocates and frees no block (the heap is frozen meanwhile).
 * Not here   who holds an object (why.c).
 * Not here   what compiled modules hold in secret (foreign.c): it never proves a count, but may explain one that is too high.
 * Left out   None, True, False, Ellipsis, NotImplemented and static types: counted loosely. */
#include "gc/gc.h"
#include "memory/os.h"
#include "object/alloc.h"
#include "ouroscope/ouroscope.h"
#include "runtime/lifecycle.h"
#include "runtime/roots.h"

typedef struct {
    OuAudit *audit;
    uint32_t
        *in_degree;    /* by slot: a block's number; behind those, 8-byte units of _PyRuntime, where permanent objects begin */
    uint32_t *foreign; /* by slot: words of compiled modules that may be a reference, and KEPT, VISITED */
    size_t n_numbers;
    bool left_over;
    bool holder_is_free; /* the edges counted now are those of a free-listed object */
    bool changed;        /* one more object is KEPT */
} Auditor;

enum {
    KEPT = 1 << 30, /* left over for a compiled module holds it, or what holds it */
    VISITED = 1 << 29,
    N_WORDS = VISITED - 1
};

#define N_PERMANENT (sizeof(OuRuntime) / 8 + 1)

static PyObject *
object_in(const OuAddress *block)
{
    if (!block->is_object) {
        return NULL;
    }
    PyObject *op = (PyObject *)((char *)block->block + block->object_offset);
    return op->ob_type != NULL ? op : NULL;
}

/* Dead, and kept by its module for the next of its type: the references of such to one another are links. */
static bool
is_free_listed(PyObject *op)
{
    return Py_REFCNT(op) == 0 && ou_foreign_base(op) != NULL;
}

static void
finding_add(OuAudit *audit, PyObject *op, Py_ssize_t count, Py_ssize_t in_degree)
{
    if (audit->n_findings < (Py_ssize_t)OU_COUNT_OF(audit->findings)) {
        audit->findings[audit->n_findings] = (OuFinding){op, count, in_degree};
    }
    audit->n_findings++;
}

/* The slot of the object at an address, or -1 if there is none. */
static Py_ssize_t
slot_of(const Auditor *auditor, PyObject *ref)
{
    if (ou_is_permanent(ref)) {
        return (Py_ssize_t)auditor->n_numbers + ((char *)ref - (char *)&_PyRuntime) / 8;
    }
    OuAddress at = ou_memory_at(ref);
    bool is_object = at.state == OU_ADDR_LIVE && at.is_object && (char *)at.block + at.object_offset == (char *)ref;
    return is_object && at.number < auditor->n_numbers ? (Py_ssize_t)at.number : -1;
}

static int
count_edge(PyObject *ref, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg)
{
    Auditor *auditor = arg;
    if (kind == OU_EDGE_BORROWED) {
        return 0;
    }
    Py_ssize_t slot = slot_of(auditor, ref);
    if (slot >= 0 && auditor->holder_is_free && Py_REFCNT(ref) == 0) {
        return 0;
    }
    auditor->audit->n_edges++;
    if (slot >= 0) {
        auditor->in_degree[slot]++;
    }
    else if (ou_memory_at(ref).state != OU_ADDR_NONE) {
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
        auditor->holder_is_free = is_free_listed(op);
        (void)ou_object_walk(op, count_edge, auditor);
    }
    return 0;
}

/* ---- compiled modules ------------------------------------------------------------------------------------------ */

static void
count_foreign(PyObject *ref, const OuForeignHolder *holder, void *arg)
{
    Auditor *auditor = arg;
    Py_ssize_t slot = slot_of(auditor, ref);
    if (slot >= 0 && auditor->foreign[slot] < N_WORDS) {
        auditor->foreign[slot]++;
    }
}

/* The references that no walker explains but a compiled module may hold, or 0. */
static Py_ssize_t
foreign_references(const Auditor *auditor, PyObject *op, Py_ssize_t slot)
{
    Py_ssize_t surplus = Py_REFCNT(op) - (Py_ssize_t)auditor->in_degree[slot];
    return surplus > 0 && surplus <= (Py_ssize_t)(auditor->foreign[slot] & N_WORDS) ? surplus : 0;
}

static int
keep_edge(PyObject *ref, OuEdgeKind kind, const char *name, Py_ssize_t index, void *arg)
{
    Auditor *auditor = arg;
    Py_ssize_t slot = slot_of(auditor, ref);
    if (slot >= 0 && !(auditor->foreign[slot] & KEPT)) {
        auditor->foreign[slot] |= KEPT;
        auditor->changed = true;
    }
    return 0;
}

static int
keep_block(const OuAddress *block, void *arg)
{
    Auditor *auditor = arg;
    PyObject *op = object_in(block);
    if (op == NULL || block->number >= auditor->n_numbers || (auditor->foreign[block->number] & VISITED)) {
        return 0;
    }
    uint32_t *foreign = &auditor->foreign[block->number];
    if ((*foreign & KEPT) || is_free_listed(op) || foreign_references(auditor, op, (Py_ssize_t)block->number) > 0) {
        *foreign |= KEPT | VISITED;
        (void)ou_object_walk(op, keep_edge, auditor);
    }
    return 0;
}

/* Each reference that only a compiled module can hold, once, by name. */
static void
share_foreign(PyObject *ref, const OuForeignHolder *holder, void *arg)
{
    Auditor *auditor = arg;
    OuAudit *audit = auditor->audit;
    Py_ssize_t slot = slot_of(auditor, ref);
    if (slot < 0 || auditor->in_degree[slot] == 0) { /* after compare(): the references that are left to name */
        return;
    }
    auditor->in_degree[slot]--;
    int i = 0;
    while (i < audit->n_shares && strcmp(audit->foreign[i].holder.name, holder->name) != 0) {
        i++;
    }
    if (i < (int)OU_COUNT_OF(audit->foreign)) {
        audit->n_shares += i == audit->n_shares;
        audit->foreign[i].holder = *holder;
        audit->foreign[i].n++;
    }
}

/* ---- comparing ------------------------------------------------------------------------------------------------- */

static void
compare(Auditor *auditor, PyObject *op, Py_ssize_t slot, bool is_left_over)
{
    Py_ssize_t in_degree = auditor->in_degree[slot], n_foreign = foreign_references(auditor, op, slot);
    if (in_degree + n_foreign != Py_REFCNT(op) || (is_left_over && !(auditor->foreign[slot] & KEPT))) {
        finding_add(auditor->audit, op, Py_REFCNT(op), in_degree);
        n_foreign = 0;
    }
    auditor->audit->n_foreign += n_foreign;
    auditor->in_degree[slot] = (uint32_t)n_foreign;
}

static int
compare_block(const OuAddress *block, void *arg)
{
    Auditor *auditor = arg;
    PyObject *op = object_in(block);
    if (op != NULL && block->number < auditor->n_numbers) {
        compare(auditor, op, (Py_ssize_t)block->number, auditor->left_over);
    }
    return 0;
}

static void
compare_permanent(Auditor *auditor, PyObject *op)
{
    Py_ssize_t slot = slot_of(auditor, op);
    compare(auditor, op, slot, auditor->left_over && auditor->in_degree[slot] > 0);
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
    size_t n_slots = auditor.n_numbers + N_PERMANENT, size = ou_align_up(2 * n_slots * sizeof(uint32_t), 4096);
    memset(audit, 0, sizeof *audit);
    auditor.in_degree = ou_system_map(size);
    if (auditor.in_degree == NULL) {
        audit->refused = true;
        return;
    }
    auditor.foreign = auditor.in_degree + n_slots;
    ou_memory_freeze();
    ou_audit_scan_words(audit, auditor.in_degree, auditor.n_numbers); /* leaves the counters as they were: zero */
    ou_memory_walk(families, count_block, &auditor);
    auditor.holder_is_free = false;
    ou_roots_walk(count_edge, &auditor);
    ou_foreign_walk(count_foreign, &auditor);
    auditor.changed = left_over && _PyRuntime.foreign;
    while (auditor.changed) {
        auditor.changed = false;
        ou_memory_walk(families, keep_block, &auditor);
    }
    ou_memory_walk(families, compare_block, &auditor);
    compare_permanents(&auditor);
    if (audit->n_foreign > 0) {
        ou_foreign_walk(share_foreign, &auditor);
    }
    ou_memory_thaw();
    ou_system_unmap(auditor.in_degree, size);
}

/* ---- the report -------------------------------------------------------------------------------------------- */

typedef struct {
    FILE *out;
    int n;
} Printer;

static void
print_holder(const OuHolder *holder, void *arg)
{
    Printer *printer = arg;
    char text[300];
    if (printer->n++ < 8) {
        ou_describe_holder(holder, text, sizeof text);
        fprintf(printer->out, "audit:     held by %s\n", text);
    }
}

static void
print_shares(const OuAudit *audit, FILE *out)
{
    for (int i = 0; i < audit->n_shares; i++) {
        const OuForeignShare *share = &audit->foreign[i];
        fprintf(out, "audit:   undeclared references of %s %s: %zd\n", share->holder.place, share->holder.name, share->n);
    }
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
    print_shares(audit, out);
}

/* Stage 1: the modules are alive.  Stage 2: after teardown nothing may be left, unless daemon threads sleep on in their
 * frames; then what they hold, and all that it leads to, must be explained. */
static Py_ssize_t
audit_at_exit(int stage, FILE *out)
{
    OuAudit audit;
    bool alone = ou_tstate()->prev == NULL && ou_tstate()->next == NULL;
    ou_audit_run(&audit, stage == 2 && alone);
    if (stage == 1 || !alone || audit.n_findings + audit.n_hidden > 0) {
        ou_audit_print(&audit, out);
    }
    else if (audit.n_foreign > 0) {
        fprintf(out, "audit: nothing left after teardown but what compiled modules hold: %zd objects\n", audit.n_objects);
        print_shares(&audit, out);
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

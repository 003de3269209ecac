/* compiler/tree.c - the arena that a syntax tree lives in.
 *
 * Owns       the chunks, and one reference to each object that a node names (in the list `objects`).
 * Invariant  memory handed out is zeroed, so a half-filled node has NULL where nothing was stored yet.
 * Not here   what the nodes mean (tree.h), who makes them (parse_*.c). */
#include <Python.h>
#include <string.h>

#include "base/base.h"
#include "compiler/tree.h"

#define CHUNK_FIRST 4096       /* arbitrary: a short module's tree fits */
#define CHUNK_MAX (256 * 1024) /* arbitrary: chunks double up to this */

typedef struct TreeChunk {
    struct TreeChunk *next;
    size_t size; /* bytes of the whole chunk */
} TreeChunk;

Tree *
ou_tree_new(void)
{
    Tree *tree = PyMem_Calloc(1, sizeof *tree);
    if (tree == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    tree->objects = PyList_New(0);
    if (tree->objects == NULL) {
        PyMem_Free(tree);
        return NULL;
    }
    PyObject_GC_UnTrack(tree->objects); /* nobody may find it, and empty it, while nodes point at what it holds */
    return tree;
}

static OU_NOINLINE void *
tree_alloc_slow(Tree *tree, size_t size)
{
    size_t chunk_size = tree->chunks == NULL ? CHUNK_FIRST : tree->chunks->size * 2;
    if (chunk_size > CHUNK_MAX) {
        chunk_size = CHUNK_MAX;
    }
    size_t need;
    if (ou_size_add(size, sizeof(TreeChunk), &need)) {
        PyErr_NoMemory();
        return NULL;
    }
    /* a long sequence gets a chunk of its own, and the current one stays */
    bool special = need > chunk_size / 4;
    TreeChunk *chunk = PyMem_Malloc(special ? need : chunk_size);
    if (chunk == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    char *memory = (char *)(chunk + 1);
    if (special && tree->chunks != NULL) {
        chunk->size = need;
        chunk->next = tree->chunks->next;
        tree->chunks->next = chunk;
    }
    else {
        chunk->size = special ? need : chunk_size;
        chunk->next = tree->chunks;
        tree->chunks = chunk;
        tree->free = memory + size;
        tree->limit = (char *)chunk + chunk->size;
    }
    return memset(memory, 0, size);
}

void *
ou_tree_alloc(Tree *tree, size_t size)
{
    size = ou_align_up(size, 8);
    if (OU_LIKELY(size <= (size_t)(tree->limit - tree->free))) {
        char *memory = tree->free;
        tree->free += size;
        return memset(memory, 0, size);
    }
    return tree_alloc_slow(tree, size);
}

PyObject *
ou_tree_keep(Tree *tree, PyObject *object)
{
    if (object == NULL) {
        return NULL;
    }
    int failed = PyList_Append(tree->objects, object);
    Py_DECREF(object);
    return failed ? NULL : object;
}

void
ou_tree_free(Tree *tree)
{
    if (tree == NULL) {
        return;
    }
    TreeChunk *chunk = tree->chunks;
    while (chunk != NULL) {
        TreeChunk *next = chunk->next;
        PyMem_Free(chunk);
        chunk = next;
    }
    PyObject *objects = tree->objects;
    PyMem_Free(tree);
    Py_XDECREF(objects); /* last: may run code */
}

/* modules/hash/blake2.c - module _blake2: BLAKE2b and BLAKE2s, with keys, salts and trees.
 *
 * Invariant  a full buffer waits until more comes, because the last block is mixed otherwise than the rest.
 * Source     RFC 7693; "BLAKE2: simpler, smaller, fast as MD5" (2013) for the parameter block. */
#include "modules/hash/hash.h"

#include <structmember.h>

#include "object/alloc.h"

typedef struct {
    const char *name;
    uint8_t block_size, max_size; /* max_size: of digest and key */
    uint8_t salt_size, n_offset_bytes;
} Blake;

static const Blake blakes[2] = {{"blake2b", 128, 64, 16, 8}, {"blake2s", 64, 32, 8, 6}};

typedef struct {
    PyObject_HEAD
    uint8_t is_small; /* index into blakes */
    uint8_t digest_size, last_node, n_waiting;
    uint64_t words[8]; /* of BLAKE2s: 32 bits each */
    uint64_t n_bytes;  /* mixed in so far */
    unsigned char waiting[128];
} Blake2;

static const uint8_t order[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

/* One text for both word sizes: columns, then diagonals, as often as the algorithm says. */
#define MIX(name, type, n_rounds, rotate, R1, R2, R3, R4, start)                                                \
    static void name(Blake2 *b, const unsigned char *block, uint64_t count_low, uint64_t count_high, bool last) \
    {                                                                                                           \
        type m[16], v[16];                                                                                      \
        memcpy(m, block, sizeof m);                                                                             \
        for (int i = 0; i < 8; i++) {                                                                           \
            v[i] = (type)b->words[i];                                                                           \
            v[i + 8] = (type)(start);                                                                           \
        }                                                                                                       \
        v[12] ^= (type)count_low;                                                                               \
        v[13] ^= (type)count_high;                                                                              \
        v[14] ^= last ? (type)-1 : 0;                                                                           \
        v[15] ^= last && b->last_node ? (type)-1 : 0;                                                           \
        for (int round = 0; round < n_rounds; round++) {                                                        \
            const uint8_t *at = order[round % 10];                                                              \
            for (int i = 0; i < 8; i++) {                                                                       \
                int shift = i >> 2;                                                                             \
                type *a = &v[i & 3], *c = &v[4 + ((i + shift) & 3)], *d = &v[8 + ((i + 2 * shift) & 3)],        \
                     *e = &v[12 + ((i + 3 * shift) & 3)];                                                       \
                *a += *c + m[at[2 * i]];                                                                        \
                *e = rotate(*e ^ *a, R1);                                                                       \
                *d += *e;                                                                                       \
                *c = rotate(*c ^ *d, R2);                                                                       \
                *a += *c + m[at[2 * i + 1]];                                                                    \
                *e = rotate(*e ^ *a, R3);                                                                       \
                *d += *e;                                                                                       \
                *c = rotate(*c ^ *d, R4);                                                                       \
            }                                                                                                   \
        }                                                                                                       \
        for (int i = 0; i < 8; i++) {                                                                           \
            b->words[i] ^= v[i] ^ v[i + 8];                                                                     \
        }                                                                                                       \
    }
MIX(mix_big, uint64_t, 12, ou_rotate_right64, 32, 24, 16, 63, ou_hash_roots[i])
MIX(mix_small, uint32_t, 10, ou_rotate_right32, 16, 12, 8, 7, ou_hash_roots[i] >> 32)

static void
blake2_mix(Blake2 *b, const unsigned char *block, size_t n_new, bool last)
{
    b->n_bytes += n_new;
    if (b->is_small) {
        mix_small(b, block, b->n_bytes, b->n_bytes >> 32, last);
    }
    else {
        mix_big(b, block, b->n_bytes, 0, last);
    }
}

static void
blake2_feed(Blake2 *b, const unsigned char *data, size_t size)
{
    size_t block = blakes[b->is_small].block_size;
    while (size > 0) {
        if (b->n_waiting == block) {
            blake2_mix(b, b->waiting, block, false);
            b->n_waiting = 0;
        }
        size_t part = Py_MIN(size, block - b->n_waiting);
        memcpy(b->waiting + b->n_waiting, data, part);
        b->n_waiting += (uint8_t)part;
        data += part;
        size -= part;
    }
}

static int
blake2_feed_object(Blake2 *b, PyObject *arg)
{
    Py_buffer view;
    if (ou_hash_buffer(arg, &view) < 0) {
        return -1;
    }
    blake2_feed(b, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    return 0;
}

static void
blake2_finish(const Blake2 *b, unsigned char *out)
{
    Blake2 last = *b;
    memset(last.waiting + last.n_waiting, 0, sizeof last.waiting - last.n_waiting);
    blake2_mix(&last, last.waiting, last.n_waiting, true);
    int word = b->is_small ? 4 : 8;
    for (int i = 0; i < b->digest_size; i++) {
        out[i] = (unsigned char)(last.words[i / word] >> 8 * (i % word));
    }
}

/* ---- the parameters ------------------------------------------------------------------------------------------------------ */

enum {
    DATA,
    DIGEST_SIZE,
    KEY,
    SALT,
    PERSON,
    FANOUT,
    DEPTH,
    LEAF_SIZE,
    NODE_OFFSET,
    NODE_DEPTH,
    INNER_SIZE,
    LAST_NODE,
    SECURITY,
    N
};

/* An int argument, or what it is if left out.  Returns 0, or -1 with an error set. */
static int
number_of(PyObject *arg, int missing, int least, int most, const char *message, int *out)
{
    *out = arg == NULL ? missing : _PyLong_AsInt(arg);
    if (*out == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (*out < least || *out > most) {
        PyErr_SetString(PyExc_ValueError, message);
        return -1;
    }
    return 0;
}

/* A non-negative int below 2**bits, little-endian. */
static int
large_of(PyObject *arg, int bits, const char *message, unsigned char *out)
{
    if (arg == NULL) {
        return 0;
    }
    if (PyLong_Check(arg) && _PyLong_Sign(arg) < 0) {
        PyErr_SetString(PyExc_ValueError, "value must be positive");
        return -1;
    }
    unsigned long long value = PyLong_AsUnsignedLongLong(arg);
    if (value == (unsigned long long)-1 && PyErr_Occurred()) {
        return -1;
    }
    if (bits < 64 && value >> bits != 0) {
        PyErr_SetString(PyExc_OverflowError, message);
        return -1;
    }
    memcpy(out, &value, (size_t)bits / 8);
    return 0;
}

/* Bytes of at most `most`.  Returns their number, or -1 with an error set. */
static int
bytes_of(PyObject *arg, int most, const char *noun, unsigned char *out)
{
    Py_buffer view;
    if (arg == NULL) {
        return 0;
    }
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    int size = view.len <= most ? (int)view.len : -1;
    if (size < 0) {
        PyErr_Format(PyExc_ValueError, "maximum %s length is %d bytes", noun, most);
    }
    else {
        memcpy(out, view.buf, (size_t)size);
    }
    PyBuffer_Release(&view);
    return size;
}

static PyObject *
blake2_create(PyTypeObject *type, bool is_small, PyObject *args, PyObject *kwargs)
{
    static const OuParams both[2] = {
#define PARAMS(name)                                                                                                         \
    {name,                                                                                                                   \
     {"", "digest_size", "key", "salt", "person", "fanout", "depth", "leaf_size", "node_offset", "node_depth", "inner_size", \
      "last_node", "usedforsecurity"},                                                                                       \
     .n_posonly = 1,                                                                                                         \
     .n_positional = 1,                                                                                                      \
     .n_all = N}
        PARAMS("blake2b"),
        PARAMS("blake2s"),
#undef PARAMS
    };
    const Blake *kind = &blakes[is_small];
    PyObject *v[N];
    unsigned char p[64] = {0}, key[128] = {0}; /* the parameter block; the key as the first block */
    int digest_size, fanout, depth, node_depth, inner_size, max = kind->max_size;
    if (ou_args_parse_tuple(&both[is_small], args, kwargs, v) < 0
        || number_of(v[DIGEST_SIZE], max, 1, max,
                     is_small ? "digest_size must be between 1 and 32 bytes" : "digest_size must be between 1 and 64 bytes",
                     &digest_size)
               < 0) {
        return NULL;
    }
    int at_salt = is_small ? 16 : 32;
    int key_size = -1;
    if (bytes_of(v[SALT], kind->salt_size, "salt", p + at_salt) < 0
        || bytes_of(v[PERSON], kind->salt_size, "person", p + at_salt + kind->salt_size) < 0
        || number_of(v[FANOUT], 1, 0, 255, "fanout must be between 0 and 255", &fanout) < 0
        || number_of(v[DEPTH], 1, 1, 255, "depth must be between 1 and 255", &depth) < 0
        || large_of(v[LEAF_SIZE], 32, "leaf_size is too large", p + 4) < 0
        || large_of(v[NODE_OFFSET], 8 * kind->n_offset_bytes, "node_offset is too large", p + 8) < 0
        || number_of(v[NODE_DEPTH], 0, 0, 255, "node_depth must be between 0 and 255", &node_depth) < 0
        || number_of(v[INNER_SIZE], 0, 0, max,
                     is_small ? "inner_size must be between 0 and is 32" : "inner_size must be between 0 and is 64",
                     &inner_size)
               < 0
        || (key_size = bytes_of(v[KEY], max, "key", key)) < 0) {
        return NULL;
    }
    int last_node = v[LAST_NODE] == NULL ? 0 : PyObject_IsTrue(v[LAST_NODE]);
    Blake2 *b = last_node < 0 ? NULL : (Blake2 *)ou_object_new(type);
    if (b == NULL) {
        return NULL;
    }
    p[0] = (unsigned char)digest_size;
    p[1] = (unsigned char)key_size;
    p[2] = (unsigned char)fanout;
    p[3] = (unsigned char)depth;
    p[8 + kind->n_offset_bytes] = (unsigned char)node_depth;
    p[9 + kind->n_offset_bytes] = (unsigned char)inner_size;
    b->is_small = is_small;
    b->digest_size = (uint8_t)digest_size;
    b->last_node = (uint8_t)last_node;
    for (int i = 0; i < 8; i++) {
        uint64_t word = 0;
        memcpy(&word, p + i * (is_small ? 4 : 8), is_small ? 4 : 8);
        b->words[i] = (is_small ? ou_hash_roots[i] >> 32 : ou_hash_roots[i]) ^ word;
    }
    if (key_size > 0) {
        blake2_feed(b, key, kind->block_size);
    }
    if (v[DATA] != NULL && blake2_feed_object(b, v[DATA]) < 0) {
        Py_CLEAR(b);
    }
    return (PyObject *)b;
}

static PyObject *
blake2b_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return blake2_create(type, false, args, kwargs);
}

static PyObject *
blake2s_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    return blake2_create(type, true, args, kwargs);
}

/* ---- methods --------------------------------------------------------------------------------------------------------------- */

static PyObject *
blake2_update(PyObject *self, PyObject *arg)
{
    return blake2_feed_object((Blake2 *)self, arg) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
blake2_digest(PyObject *self, PyObject *unused)
{
    unsigned char digest[OU_HASH_MAX_DIGEST];
    blake2_finish((Blake2 *)self, digest);
    return PyBytes_FromStringAndSize((char *)digest, ((Blake2 *)self)->digest_size);
}

static PyObject *
blake2_hexdigest(PyObject *self, PyObject *unused)
{
    unsigned char digest[OU_HASH_MAX_DIGEST];
    blake2_finish((Blake2 *)self, digest);
    return _Py_strhex((char *)digest, ((Blake2 *)self)->digest_size);
}

static PyObject *
blake2_copy(PyObject *self, PyObject *unused)
{
    PyObject *copy = ou_object_new(Py_TYPE(self));
    if (copy != NULL) {
        memcpy(copy + 1, self + 1, sizeof(Blake2) - sizeof(PyObject));
    }
    return copy;
}

static PyObject *
blake2_get_name(PyObject *self, void *unused)
{
    return PyUnicode_FromString(blakes[((Blake2 *)self)->is_small].name);
}

static PyObject *
blake2_get_block_size(PyObject *self, void *unused)
{
    return PyLong_FromLong(blakes[((Blake2 *)self)->is_small].block_size);
}

static void
blake2_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    memset(self + 1, 0, sizeof(Blake2) - sizeof(PyObject)); /* what remains of the key */
    ou_object_free(self);
    Py_DECREF(type);
}

static PyMethodDef blake2_methods[] = {
    {"update", blake2_update, METH_O, "update($self, data, /)\n--\n\nHash these bytes too."},
    {"digest", blake2_digest, METH_NOARGS, "digest($self, /)\n--\n\nThe digest so far, as bytes."},
    {"hexdigest", blake2_hexdigest, METH_NOARGS, "hexdigest($self, /)\n--\n\nThe digest so far, in hexadecimal."},
    {"copy", blake2_copy, METH_NOARGS, "copy($self, /)\n--\n\nAnother that starts from what this one has."},
    {NULL},
};

static PyMemberDef blake2_members[] = {{"digest_size", T_UBYTE, offsetof(Blake2, digest_size), READONLY, NULL}, {NULL}};

static PyGetSetDef blake2_getset[] = {
    {"name", blake2_get_name, NULL, NULL, NULL},
    {"block_size", blake2_get_block_size, NULL, NULL, NULL},
    {NULL},
};

/* ---- the module ------------------------------------------------------------------------------------------------------------ */

static int
add_constant(PyObject *module, PyObject *type, const char *prefix, const char *name, long value)
{
    char full[48];
    snprintf(full, sizeof full, "%s_%s", prefix, name);
    PyObject *number = PyLong_FromLong(value);
    int status = number == NULL || PyDict_SetItemString(((PyTypeObject *)type)->tp_dict, name, number) < 0
                   ? -1
                   : PyModule_AddIntConstant(module, full, value);
    Py_XDECREF(number);
    return status;
}

static int
add_type(PyObject *module, bool is_small, const char *name, newfunc new, const char *prefix, const char *doc)
{
    PyType_Slot slots[] = {
        {Py_tp_new, new},
        {Py_tp_dealloc, blake2_dealloc},
        {Py_tp_methods, blake2_methods},
        {Py_tp_members, blake2_members},
        {Py_tp_getset, blake2_getset},
        {Py_tp_doc, (void *)doc},
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = name,
        .basicsize = sizeof(Blake2),
        .slots = slots,
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    };
    const Blake *kind = &blakes[is_small];
    PyObject *type = PyType_FromModuleAndSpec(module, &spec, NULL);
    int status = type == NULL || PyModule_AddObjectRef(module, kind->name, type) < 0
                      || add_constant(module, type, prefix, "SALT_SIZE", kind->salt_size) < 0
                      || add_constant(module, type, prefix, "PERSON_SIZE", kind->salt_size) < 0
                      || add_constant(module, type, prefix, "MAX_KEY_SIZE", kind->max_size) < 0
                      || add_constant(module, type, prefix, "MAX_DIGEST_SIZE", kind->max_size) < 0
                   ? -1
                   : 0;
    Py_XDECREF(type);
    return status;
}

#define SIGNATURE(name)                                                                                                   \
    name "(data=b'', /, *, digest_size=_blake2." name ".MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', "        \
         "fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        " \
         "usedforsecurity=True)\n--\n\nA new digest."

static int
blake2_exec(PyObject *module)
{
    return add_type(module, false, "_blake2.blake2b", blake2b_new, "BLAKE2B", SIGNATURE("blake2b")) < 0
                || add_type(module, true, "_blake2.blake2s", blake2s_new, "BLAKE2S", SIGNATURE("blake2s")) < 0
             ? -1
             : 0;
}

static PyModuleDef_Slot blake2_slots[] = {{Py_mod_exec, blake2_exec}, {0, NULL}};

static PyModuleDef blake2_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_blake2",
    .m_doc = "BLAKE2b and BLAKE2s digests.",
    .m_slots = blake2_slots,
};

PyMODINIT_FUNC
PyInit__blake2(void)
{
    return PyModuleDef_Init(&blake2_module);
}

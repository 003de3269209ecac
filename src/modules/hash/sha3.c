/* modules/hash/sha3.c - the module _sha3: the SHA-3 digests and the SHAKE functions, which give as many bytes as one asks for.
 *
 * Owns       a digest's state, inside its object.
 * Invariant  n_absorbed is below rate: a full block has been permuted.
 * Source     FIPS 202. */
#include "modules/hash/hash.h"
#include "object/alloc.h"

enum { N_ROUNDS = 24, N_LANES = 25, STATE_SIZE = 8 * N_LANES };

typedef struct {
    const char *name, *full_name;
    uint8_t rate;        /* bytes absorbed at a time */
    uint8_t digest_size; /* bytes; 0: as many as asked for */
    uint8_t suffix;      /* behind the data: what tells the functions apart, and the first bit of the padding */
} Sponge;

static const Sponge sponges[] = {
    {"sha3_224", "_sha3.sha3_224", 144, 28, 0x06},  {"sha3_256", "_sha3.sha3_256", 136, 32, 0x06},
    {"sha3_384", "_sha3.sha3_384", 104, 48, 0x06},  {"sha3_512", "_sha3.sha3_512", 72, 64, 0x06},
    {"shake_128", "_sha3.shake_128", 168, 0, 0x1f}, {"shake_256", "_sha3.shake_256", 136, 0, 0x1f},
};

typedef struct {
    PyObject_HEAD
    const Sponge *sponge;
    unsigned n_absorbed; /* bytes of the block that is being absorbed */
    uint64_t lanes[N_LANES];
} Sha3;

OU_STATIC_ASSERT(!PY_BIG_ENDIAN, "bytes are mixed into lanes where they lie");

/* ---- the permutation ------------------------------------------------------------------------------------------------ */

static uint64_t
rotate_left64(uint64_t x, unsigned n)
{
    return n == 0 ? x : x << n | x >> (64 - n);
}

static uint64_t round_constants[N_ROUNDS];

/* FIPS 202, 3.2.5: the bits of a linear feedback shift register, at places 2**j - 1. */
static void
make_round_constants(void)
{
    unsigned lfsr = 1;
    for (int round = 0; round < N_ROUNDS; round++) {
        round_constants[round] = 0;
        for (int j = 0; j < 7; j++) {
            if (lfsr & 1) {
                round_constants[round] |= (uint64_t)1 << ((1 << j) - 1);
            }
            lfsr = lfsr << 1 ^ (lfsr & 0x80 ? 0x171 : 0);
        }
    }
}

static void
permute(uint64_t a[N_LANES])
{
    for (int round = 0; round < N_ROUNDS; round++) {
        uint64_t columns[5];
        for (int x = 0; x < 5; x++) {
            columns[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        }
        for (int x = 0; x < 5; x++) { /* theta */
            uint64_t mixed = columns[(x + 4) % 5] ^ rotate_left64(columns[(x + 1) % 5], 1);
            for (int y = 0; y < N_LANES; y += 5) {
                a[x + y] ^= mixed;
            }
        }
        uint64_t moved = a[1];
        for (unsigned t = 0, x = 1, y = 0; t < 24; t++) { /* rho and pi: along one path through all lanes but the first */
            unsigned next = (2 * x + 3 * y) % 5;
            x = y;
            y = next;
            uint64_t kept = a[x + 5 * y];
            a[x + 5 * y] = rotate_left64(moved, (t + 1) * (t + 2) / 2 % 64);
            moved = kept;
        }
        for (int y = 0; y < N_LANES; y += 5) { /* chi */
            uint64_t row[5];
            memcpy(row, &a[y], sizeof row);
            for (int x = 0; x < 5; x++) {
                a[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
            }
        }
        a[0] ^= round_constants[round]; /* iota */
    }
}

/* ---- the sponge ----------------------------------------------------------------------------------------------------- */

static void
absorb(Sha3 *self, const unsigned char *data, size_t size)
{
    unsigned char *bytes = (unsigned char *)self->lanes;
    for (size_t i = 0; i < size; i++) {
        bytes[self->n_absorbed++] ^= data[i];
        if (self->n_absorbed == self->sponge->rate) {
            permute(self->lanes);
            self->n_absorbed = 0;
        }
    }
}

/* The first `size` bytes of the output; the state stays as it is. */
static void
squeeze(const Sha3 *self, unsigned char *out, size_t size)
{
    uint64_t lanes[N_LANES];
    unsigned char *bytes = (unsigned char *)lanes;
    unsigned rate = self->sponge->rate;
    memcpy(lanes, self->lanes, sizeof lanes);
    bytes[self->n_absorbed] ^= self->sponge->suffix;
    bytes[rate - 1] ^= 0x80;
    for (size_t done = 0; done < size; done += rate) {
        permute(lanes);
        memcpy(out + done, bytes, size - done < rate ? size - done : rate);
    }
}

/* ---- objects -------------------------------------------------------------------------------------------------------- */

static int
absorb_object(Sha3 *self, PyObject *data)
{
    Py_buffer view;
    if (ou_hash_buffer(data, &view) < 0) {
        return -1;
    }
    absorb(self, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    return 0;
}

static const Sponge *
sponge_of(PyTypeObject *type)
{
    for (size_t i = 0; i < OU_COUNT_OF(sponges); i++) {
        if (strcmp(type->tp_name, sponges[i].full_name) == 0) {
            return &sponges[i];
        }
    }
    OU_PANIC("%s is no type of _sha3", type->tp_name);
}

static PyObject *
sha3_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    /* CPython names the first of the types whichever is called. */
    static const OuParams params = {"sha3_224", {"", "usedforsecurity"}, .n_posonly = 1, .n_positional = 1, .n_all = 2};
    PyObject *v[2];
    if (ou_args_parse_tuple(&params, args, kwargs, v) < 0 || (v[1] != NULL && PyObject_IsTrue(v[1]) < 0)) {
        return NULL;
    }
    Sha3 *self = (Sha3 *)ou_object_new(type);
    if (self != NULL) {
        self->sponge = sponge_of(type);
        self->n_absorbed = 0;
        memset(self->lanes, 0, sizeof self->lanes);
        if (v[0] != NULL && absorb_object(self, v[0]) < 0) {
            Py_CLEAR(self);
        }
    }
    return (PyObject *)self;
}

static PyObject *
sha3_update(PyObject *self, PyObject *data)
{
    return absorb_object((Sha3 *)self, data) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
sha3_copy(PyObject *self, PyObject *ignored)
{
    PyObject *copy = ou_object_new(Py_TYPE(self));
    if (copy != NULL) {
        memcpy(copy + 1, self + 1, sizeof(Sha3) - sizeof(PyObject));
    }
    return copy;
}

/* The output as bytes or hexadecimal digits; new. */
static PyObject *
output(const Sha3 *self, size_t size, bool in_hex)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (bytes != NULL) {
        squeeze(self, (unsigned char *)PyBytes_AS_STRING(bytes), size);
        if (in_hex) {
            Py_SETREF(bytes, _Py_strhex(PyBytes_AS_STRING(bytes), (Py_ssize_t)size));
        }
    }
    return bytes;
}

static PyObject *
sha3_digest(PyObject *self, PyObject *ignored)
{
    return output((Sha3 *)self, ((Sha3 *)self)->sponge->digest_size, false);
}

static PyObject *
sha3_hexdigest(PyObject *self, PyObject *ignored)
{
    return output((Sha3 *)self, ((Sha3 *)self)->sponge->digest_size, true);
}

static PyObject *
shake_output(PyObject *self, PyObject *length, bool in_hex)
{
    unsigned long n;
    if (!_PyLong_UnsignedLong_Converter(length, &n)) {
        return NULL;
    }
    if (n >= 1ul << 29) { /* from CPython 3.11 */
        PyErr_SetString(PyExc_ValueError, "length is too large");
        return NULL;
    }
    return output((Sha3 *)self, n, in_hex);
}

static PyObject *
shake_digest(PyObject *self, PyObject *length)
{
    return shake_output(self, length, false);
}

static PyObject *
shake_hexdigest(PyObject *self, PyObject *length)
{
    return shake_output(self, length, true);
}

typedef enum { BLOCK_SIZE, DIGEST_SIZE, CAPACITY_BITS, RATE_BITS } Number;

static PyObject *
sha3_get_number(PyObject *self, void *which)
{
    const Sponge *sponge = ((Sha3 *)self)->sponge;
    const long numbers[] = {sponge->rate, sponge->digest_size, 8 * (STATE_SIZE - sponge->rate), 8 * sponge->rate};
    return PyLong_FromLong(numbers[(Number)(uintptr_t)which]);
}

static PyObject *
sha3_get_name(PyObject *self, void *closure)
{
    return PyUnicode_FromString(((Sha3 *)self)->sponge->name);
}

static PyObject *
sha3_get_suffix(PyObject *self, void *closure)
{
    return PyBytes_FromStringAndSize((const char *)&((Sha3 *)self)->sponge->suffix, 1);
}

static void
sha3_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    memset(self + 1, 0, sizeof(Sha3) - sizeof(PyObject)); /* what remains of the data */
    ou_object_free(self);
    Py_DECREF(type);
}

static PyMethodDef sha3_methods[] = {
    {"copy", sha3_copy, METH_NOARGS, "copy($self, /)\n--\n\nAnother that starts from what this one has."},
    {"digest", sha3_digest, METH_NOARGS, "digest($self, /)\n--\n\nThe digest so far, as bytes."},
    {"hexdigest", sha3_hexdigest, METH_NOARGS, "hexdigest($self, /)\n--\n\nThe digest so far, in hexadecimal."},
    {"update", sha3_update, METH_O, "update($self, data, /)\n--\n\nHash these bytes too."},
    {NULL},
};

static PyMethodDef shake_methods[] = {
    {"copy", sha3_copy, METH_NOARGS, "copy($self, /)\n--\n\nAnother that starts from what this one has."},
    {"digest", shake_digest, METH_O, "digest($self, length, /)\n--\n\nSo many bytes of output."},
    {"hexdigest", shake_hexdigest, METH_O, "hexdigest($self, length, /)\n--\n\nSo many bytes of output, in hexadecimal."},
    {"update", sha3_update, METH_O, "update($self, data, /)\n--\n\nHash these bytes too."},
    {NULL},
};

static PyGetSetDef sha3_getset[] = {
    {"block_size", sha3_get_number, NULL, NULL, (void *)BLOCK_SIZE},
    {"name", sha3_get_name, NULL, NULL, NULL},
    {"digest_size", sha3_get_number, NULL, NULL, (void *)DIGEST_SIZE},
    {"_capacity_bits", sha3_get_number, NULL, NULL, (void *)CAPACITY_BITS},
    {"_rate_bits", sha3_get_number, NULL, NULL, (void *)RATE_BITS},
    {"_suffix", sha3_get_suffix, NULL, NULL, NULL},
    {NULL},
};

/* ---- the module ----------------------------------------------------------------------------------------------------- */

static int
add_type(PyObject *module, const Sponge *sponge)
{
    PyType_Slot slots[] = {
        {Py_tp_new, sha3_new},
        {Py_tp_dealloc, sha3_dealloc},
        {Py_tp_methods, sponge->digest_size == 0 ? shake_methods : sha3_methods},
        {Py_tp_getset, sha3_getset},
        {Py_tp_doc, "The data, if any, is hashed at once; more follows by update()."},
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = sponge->full_name,
        .basicsize = sizeof(Sha3),
        .slots = slots,
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    };
    PyObject *type = PyType_FromModuleAndSpec(module, &spec, NULL);
    int status = type == NULL ? -1 : PyModule_AddObjectRef(module, sponge->name, type);
    Py_XDECREF(type);
    return status;
}

static int
sha3_exec(PyObject *module)
{
    make_round_constants();
    for (size_t i = 0; i < OU_COUNT_OF(sponges); i++) {
        if (add_type(module, &sponges[i]) < 0) {
            return -1;
        }
    }
    return PyModule_AddIntConstant(module, "keccakopt", 0) < 0
             ? -1
             : PyModule_AddStringConstant(module, "implementation", "ouroboros");
}

static PyModuleDef_Slot sha3_slots[] = {{Py_mod_exec, sha3_exec}, {0, NULL}};

static PyModuleDef sha3_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_sha3",
    .m_doc = "SHA-3 digests and SHAKE functions.",
    .m_slots = sha3_slots,
};

PyMODINIT_FUNC
PyInit__sha3(void)
{
    return PyModuleDef_Init(&sha3_module);
}

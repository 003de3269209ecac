/* modules/_random.c - the module _random: the Mersenne Twister behind random.Random.
 *
 * Owns       a generator's state, inside its object.
 * Invariant  index is from 0 to 624; the sequence for a seed is CPython's.
 * Not here   distributions (the standard library's random.py).
 * Source     Makoto Matsumoto and Takuji Nishimura, "Mersenne Twister", 1998: MT19937, with their seeding of 2002. */
#include <sys/random.h>
#include "object/alloc.h"
#include "object/hold.h"
#include "types/int.h"

enum { N = 624, M = 397 };

typedef struct {
    PyObject_HEAD
    int index; /* of the next word; N: the state must be stirred first */
    uint32_t state[N];
} Random;

static uint32_t
random_next(Random *self)
{
    uint32_t *state = self->state;
    if (self->index >= N) {
        for (int i = 0; i < N; i++) {
            uint32_t y = (state[i] & 0x80000000u) | (state[(i + 1) % N] & 0x7fffffffu);
            state[i] = state[(i + M) % N] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
        }
        self->index = 0;
    }
    uint32_t y = state[self->index++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
}

static void
seed_with_word(Random *self, uint32_t seed)
{
    self->state[0] = seed;
    for (uint32_t i = 1; i < N; i++) {
        uint32_t before = self->state[i - 1];
        self->state[i] = 1812433253u * (before ^ before >> 30) + i;
    }
    self->index = N;
}

static void
seed_with_words(Random *self, const uint32_t *key, size_t n)
{
    uint32_t *state = self->state;
    seed_with_word(self, 19650218u);
    size_t i = 1, j = 0;
    for (size_t k = n > N ? n : N; k > 0; k--) {
        state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * 1664525u) + key[j] + (uint32_t)j;
        if (++i >= N) {
            state[0] = state[N - 1];
            i = 1;
        }
        j = j + 1 >= n ? 0 : j + 1;
    }
    for (size_t k = N - 1; k > 0; k--) {
        state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * 1566083941u) - (uint32_t)i;
        if (++i >= N) {
            state[0] = state[N - 1];
            i = 1;
        }
    }
    state[0] = 0x80000000u; /* the state is not all zeros */
}

/* Seed from the system's entropy, or from the clock where it gives none at once. */
static void
seed_with_entropy(Random *self)
{
    uint32_t key[N];
    char *bytes = (char *)key;
    size_t have = 0;
    while (have < sizeof key) {
        ssize_t got = getrandom(bytes + have, sizeof key - have, GRND_NONBLOCK);
        if (got < 0 && errno != EINTR) {
            break;
        }
        have += got > 0 ? (size_t)got : 0;
    }
    if (have < sizeof key) {
        struct timespec wall, steady;
        clock_gettime(CLOCK_REALTIME, &wall);
        clock_gettime(CLOCK_MONOTONIC, &steady);
        key[0] = (uint32_t)wall.tv_nsec;
        key[1] = (uint32_t)wall.tv_sec;
        key[2] = (uint32_t)getpid();
        key[3] = (uint32_t)steady.tv_nsec;
        key[4] = (uint32_t)steady.tv_sec;
        seed_with_words(self, key, 5);
        return;
    }
    seed_with_words(self, key, N);
}

static int
seed_with_int(Random *self, PyObject *number)
{
    size_t bits = _PyLong_NumBits(number);
    if (bits == (size_t)-1 && PyErr_Occurred()) {
        return -1;
    }
    size_t n_words = bits == 0 ? 1 : (bits - 1) / 32 + 1;
    uint32_t *key = PyMem_Malloc(n_words * sizeof(uint32_t)); /* no overflow: the int is as long */
    if (key == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int status = _PyLong_AsByteArray((PyLongObject *)number, (unsigned char *)key, n_words * 4, 1, 0);
    if (status == 0) {
        seed_with_words(self, key, n_words); /* the machine is little-endian, as the bytes are */
    }
    PyMem_Free(key);
    return status;
}

/* Seed from any hashable object; NULL or None: from the system.  RE-ENTRANT (__hash__, __abs__). */
static int
random_reseed(Random *self, PyObject *arg)
{
    if (arg == NULL || arg == Py_None) {
        seed_with_entropy(self);
        return 0;
    }
    PyObject *number;
    if (PyLong_CheckExact(arg)) {
        number = PyNumber_Absolute(arg);
    }
    else if (PyLong_Check(arg)) {
        number = PyLong_Type.tp_as_number->nb_absolute(arg); /* a subclass's own __abs__ doesn't matter */
    }
    else {
        Py_hash_t hash = PyObject_Hash(arg);
        if (hash == -1) {
            return -1;
        }
        number = PyLong_FromSize_t((size_t)hash);
    }
    if (number == NULL) {
        return -1;
    }
    int status = seed_with_int(self, number);
    Py_DECREF(number);
    return status;
}

/* ---- methods ------------------------------------------------------------------------------------------- */

static PyObject *
random_seed(PyObject *self, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("seed", n_args, 0, 1)) {
        return NULL;
    }
    if (random_reseed((Random *)self, n_args == 0 ? NULL : args[0]) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
random_random(PyObject *self, PyObject *unused)
{
    uint32_t high = random_next((Random *)self) >> 5, low = random_next((Random *)self) >> 6; /* 27 and 26 bits */
    return ou_float_new((high * 67108864.0 + low) * (1.0 / 9007199254740992.0));
}

static PyObject *
random_getrandbits(PyObject *self, PyObject *arg)
{
    int n_bits = _PyLong_AsInt(arg);
    if (n_bits == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (n_bits < 0) {
        PyErr_SetString(PyExc_ValueError, "number of bits must be non-negative");
        return NULL;
    }
    if (n_bits == 0) {
        return Py_NewRef(OU_SMALL_INT(0));
    }
    if (n_bits <= 32) {
        return PyLong_FromUnsignedLong(random_next((Random *)self) >> (32 - n_bits));
    }
    size_t n_words = (size_t)(n_bits - 1) / 32 + 1;
    uint32_t *words = PyMem_Malloc(n_words * sizeof(uint32_t));
    if (words == NULL) {
        return PyErr_NoMemory();
    }
    for (size_t i = 0; i < n_words; i++) {
        words[i] = random_next((Random *)self);
    }
    if (n_bits % 32 != 0) {
        words[n_words - 1] >>= 32 - n_bits % 32;
    }
    PyObject *result = _PyLong_FromByteArray((unsigned char *)words, n_words * 4, 1, 0);
    PyMem_Free(words);
    return result;
}

static PyObject *
random_getstate(PyObject *self, PyObject *unused)
{
    Random *random = (Random *)self;
    PyObject *state = PyTuple_New(N + 1);
    for (int i = 0; state != NULL && i <= N; i++) {
        PyObject *word = PyLong_FromUnsignedLong(i < N ? random->state[i] : (unsigned)random->index);
        if (word == NULL) {
            Py_CLEAR(state);
            break;
        }
        PyTuple_SET_ITEM(state, i, word);
    }
    return state;
}

static PyObject *
random_setstate(PyObject *self, PyObject *state)
{
    Random *random = (Random *)self;
    uint32_t words[N];
    if (!PyTuple_Check(state)) {
        PyErr_SetString(PyExc_TypeError, "state vector must be a tuple");
        return NULL;
    }
    if (PyTuple_GET_SIZE(state) != N + 1) {
        PyErr_SetString(PyExc_ValueError, "state vector is the wrong size");
        return NULL;
    }
    for (int i = 0; i < N; i++) {
        unsigned long word = PyLong_AsUnsignedLong(PyTuple_GET_ITEM(state, i));
        if (word == (unsigned long)-1 && PyErr_Occurred()) {
            return NULL;
        }
        words[i] = (uint32_t)word;
    }
    long index = PyLong_AsLong(PyTuple_GET_ITEM(state, N));
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (index < 0 || index > N) {
        PyErr_SetString(PyExc_ValueError, "invalid state");
        return NULL;
    }
    random->index = (int)index;
    memcpy(random->state, words, sizeof words);
    Py_RETURN_NONE;
}

static int
random_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (Py_TYPE(self)->tp_init == random_init && !_PyArg_NoKeywords("Random", kwargs)) {
        return -1;
    }
    if (PyTuple_GET_SIZE(args) > 1) {
        PyErr_SetString(PyExc_TypeError, "Random() requires 0 or 1 argument");
        return -1;
    }
    return random_reseed((Random *)self, PyTuple_GET_SIZE(args) == 0 ? NULL : PyTuple_GET_ITEM(args, 0));
}

/* An instance whose __init__ has not run is seeded by nothing: its index is 0 and its state zeros, which is safe. */
static void
random_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef random_methods[] = {
    {"random", random_random, METH_NOARGS, "random($self, /)\n--\n\nA float from 0 up to but not including 1."},
    {"seed", (PyCFunction)(void (*)(void))random_seed, METH_FASTCALL,
     "seed($self, n=None, /)\n--\n\nBegin the sequence that belongs to n; None: one that nobody knows."},
    {"getstate", random_getstate, METH_NOARGS, "getstate($self, /)\n--\n\nThe state, for setstate()."},
    {"setstate", random_setstate, METH_O, "setstate($self, state, /)\n--\n\nGo on from a state that getstate() gave."},
    {"getrandbits", random_getrandbits, METH_O, "getrandbits($self, k, /)\n--\n\nAn int of k random bits."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot random_slots[] = {
    {Py_tp_doc, (void *)"Random() -> create a random number generator with its own internal state."},
    {Py_tp_methods, random_methods},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_init, random_init},
    {Py_tp_dealloc, random_dealloc},
    {Py_tp_free, PyObject_Free},
    {0, NULL},
};

static PyType_Spec random_spec = {
    .name = "_random.Random",
    .basicsize = sizeof(Random),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = random_slots,
};

static int
random_exec(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &random_spec, NULL);
    int status = type == NULL ? -1 : PyModule_AddType(module, (PyTypeObject *)type);
    Py_XDECREF(type);
    return status;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, (void *)random_exec},
    {0, NULL},
};

static PyModuleDef random_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_random",
    .m_doc = "The Mersenne Twister, a generator of random numbers.",
    .m_slots = module_slots,
};

PyMODINIT_FUNC
PyInit__random(void)
{
    return PyModuleDef_Init(&random_module);
}

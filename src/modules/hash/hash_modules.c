/* modules/hash/hash_modules.c - modules _md5, _sha1, _sha256, _sha512: digests as objects.
 *
 * Owns       each module's state its classes.
 * Invariant  an object's state is whole between calls; digest() works on a copy.
 * Not here   the arithmetic (hash_algorithms.c); _blake2 (blake2.c).
 * Source     Library Reference, hashlib. */
#include "modules/hash/hash.h"

#include "object/alloc.h"

enum { MAX_TYPES = 2 };

typedef struct {
    PyTypeObject *types[MAX_TYPES]; /* owned; NULL beyond the last */
} HashModule;

typedef struct {
    PyObject_HEAD
    const OuHashAlgorithm *algorithm;
    OuHashState state;
} Hash;

int
ou_hash_buffer(PyObject *arg, Py_buffer *view)
{
    if (PyUnicode_Check(arg)) {
        PyErr_SetString(PyExc_TypeError, "Strings must be encoded before hashing");
        return -1;
    }
    if (!PyObject_CheckBuffer(arg)) {
        PyErr_SetString(PyExc_TypeError, "object supporting the buffer API required");
        return -1;
    }
    if (PyObject_GetBuffer(arg, view, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    if (view->ndim > 1) {
        PyErr_SetString(PyExc_BufferError, "Buffer must be single dimension");
        PyBuffer_Release(view);
        return -1;
    }
    return 0;
}

static int
hash_feed(Hash *h, PyObject *arg)
{
    Py_buffer view;
    if (ou_hash_buffer(arg, &view) < 0) {
        return -1;
    }
    ou_hash_update(h->algorithm, &h->state, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    return 0;
}

static PyObject *
hash_update(PyObject *self, PyObject *arg)
{
    return hash_feed((Hash *)self, arg) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
hash_digest(PyObject *self, PyObject *unused)
{
    unsigned char digest[OU_HASH_MAX_DIGEST];
    ou_hash_digest(((Hash *)self)->algorithm, &((Hash *)self)->state, digest);
    return PyBytes_FromStringAndSize((char *)digest, ((Hash *)self)->algorithm->digest_size);
}

static PyObject *
hash_hexdigest(PyObject *self, PyObject *unused)
{
    unsigned char digest[OU_HASH_MAX_DIGEST];
    ou_hash_digest(((Hash *)self)->algorithm, &((Hash *)self)->state, digest);
    return _Py_strhex((char *)digest, ((Hash *)self)->algorithm->digest_size);
}

static PyObject *
hash_copy(PyObject *self, PyObject *unused)
{
    Hash *copy = (Hash *)ou_object_new(Py_TYPE(self));
    if (copy != NULL) {
        copy->algorithm = ((Hash *)self)->algorithm;
        copy->state = ((Hash *)self)->state;
    }
    return (PyObject *)copy;
}

static PyObject *
hash_get_name(PyObject *self, void *unused)
{
    return PyUnicode_FromString(((Hash *)self)->algorithm->name);
}

static PyObject *
hash_get_block_size(PyObject *self, void *unused)
{
    return PyLong_FromLong(((Hash *)self)->algorithm->block_size);
}

static PyObject *
hash_get_digest_size(PyObject *self, void *unused)
{
    return PyLong_FromLong(((Hash *)self)->algorithm->digest_size);
}

static void
hash_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    ou_object_free(self);
    Py_DECREF(type);
}

static PyMethodDef hash_methods[] = {
    {"update", hash_update, METH_O, "update($self, obj, /)\n--\n\nHash these bytes too."},
    {"digest", hash_digest, METH_NOARGS, "digest($self, /)\n--\n\nThe digest so far, as bytes."},
    {"hexdigest", hash_hexdigest, METH_NOARGS, "hexdigest($self, /)\n--\n\nThe digest so far, in hexadecimal."},
    {"copy", hash_copy, METH_NOARGS, "copy($self, /)\n--\n\nAnother that starts from what this one has."},
    {NULL},
};

static PyGetSetDef hash_getset[] = {
    {"name", hash_get_name, NULL, NULL, NULL},
    {"block_size", hash_get_block_size, NULL, NULL, NULL},
    {"digest_size", hash_get_digest_size, NULL, NULL, NULL},
    {NULL},
};

static PyType_Slot hash_slots[] = {
    {Py_tp_dealloc, hash_dealloc},
    {Py_tp_methods, hash_methods},
    {Py_tp_getset, hash_getset},
    {0, NULL},
};

/* ---- modules ------------------------------------------------------------------------------------------------------------ */

static HashModule *
module_state(PyObject *module)
{
    return PyModule_GetState(module);
}

static PyObject *
hash_new(PyObject *module, int which, const OuHashAlgorithm *algorithm, const OuParams *params, PyObject *const *args,
         Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *v[2];
    if (ou_args_parse(params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    Hash *h = (Hash *)ou_object_new(module_state(module)->types[which]);
    if (h != NULL) {
        h->algorithm = algorithm;
        ou_hash_start(algorithm, &h->state);
        if (v[0] != NULL && hash_feed(h, v[0]) < 0) {
            Py_CLEAR(h);
        }
    }
    return (PyObject *)h;
}

static int
add_type(PyObject *module, int which, const char *name, const char *alias)
{
    PyType_Spec spec = {
        .name = name,
        .basicsize = sizeof(Hash),
        .slots = hash_slots,
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    };
    PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &spec, NULL);
    module_state(module)->types[which] = type;
    return type == NULL || (alias != NULL && PyModule_AddObjectRef(module, alias, (PyObject *)type) < 0) ? -1 : 0;
}

static int
hash_module_traverse(PyObject *module, visitproc visit, void *arg)
{
    for (int i = 0; i < MAX_TYPES; i++) {
        Py_VISIT(module_state(module)->types[i]);
    }
    return 0;
}

static int
hash_module_clear(PyObject *module)
{
    for (int i = 0; i < MAX_TYPES; i++) {
        Py_CLEAR(module_state(module)->types[i]);
    }
    return 0;
}

static void
hash_module_free(void *module)
{
    hash_module_clear(module);
}

#define CONSTRUCTOR(name, which)                                                                              \
    static PyObject *name(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)      \
    {                                                                                                         \
        static const OuParams params = {#name, {"string", "usedforsecurity"}, .n_positional = 1, .n_all = 2}; \
        return hash_new(module, which, &ou_hash_##name, &params, args, n_args, kwnames);                      \
    }
#define METHOD(name, about)                                                         \
    {                                                                               \
#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL | METH_KEYWORDS,    \
            #name "($module, /, string=b'', *, usedforsecurity=True)\n--\n\n" about \
    }
#define MODULE(noun, about)                                                           \
    static PyModuleDef_Slot noun##_slots[] = {{Py_mod_exec, noun##_exec}, {0, NULL}}; \
    static PyModuleDef noun##_module = {                                              \
        PyModuleDef_HEAD_INIT,                                                        \
        .m_name = "_" #noun,                                                          \
        .m_doc = about,                                                               \
        .m_size = sizeof(HashModule),                                                 \
        .m_methods = noun##_methods,                                                  \
        .m_slots = noun##_slots,                                                      \
        .m_traverse = hash_module_traverse,                                           \
        .m_clear = hash_module_clear,                                                 \
        .m_free = hash_module_free,                                                   \
    };                                                                                \
    PyMODINIT_FUNC PyInit__##noun(void)                                               \
    {                                                                                 \
        return PyModuleDef_Init(&noun##_module);                                      \
    }

CONSTRUCTOR(md5, 0)
CONSTRUCTOR(sha1, 0)
CONSTRUCTOR(sha256, 0)
CONSTRUCTOR(sha224, 1)
CONSTRUCTOR(sha512, 0)
CONSTRUCTOR(sha384, 1)

static PyMethodDef md5_methods[] = {METHOD(md5, "A new MD5 digest."), {NULL}};
static PyMethodDef sha1_methods[] = {METHOD(sha1, "A new SHA-1 digest."), {NULL}};
static PyMethodDef sha256_methods[] = {
    METHOD(sha256, "A new SHA-256 digest."), METHOD(sha224, "A new SHA-224 digest."), {NULL}};
static PyMethodDef sha512_methods[] = {
    METHOD(sha512, "A new SHA-512 digest."), METHOD(sha384, "A new SHA-384 digest."), {NULL}};

static int
md5_exec(PyObject *module)
{
    return add_type(module, 0, "_md5.md5", "MD5Type");
}

static int
sha1_exec(PyObject *module)
{
    return add_type(module, 0, "_sha1.sha1", "SHA1Type");
}

static int
sha256_exec(PyObject *module)
{
    int status = add_type(module, 0, "_sha256.sha256", "SHA256Type");
    return status < 0 ? status : add_type(module, 1, "_sha256.sha224", "SHA224Type");
}

static int
sha512_exec(PyObject *module)
{
    /* In CPython 3.11 this name means SHA-512. */
    int status = add_type(module, 0, "_sha512.sha512", "SHA384Type");
    return status < 0 ? status : add_type(module, 1, "_sha512.sha384", NULL);
}

MODULE(md5, "MD5 digests.")
MODULE(sha1, "SHA-1 digests.")
MODULE(sha256, "SHA-256 and SHA-224 digests.")
MODULE(sha512, "SHA-512 and SHA-384 digests.")

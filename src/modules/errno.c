/* modules/errno.c - module errno: the numbers of the system's errors by name, and back.
 *
 * Invariant  errorcode has a number once, under its main name: an ALIAS is a name of the module only.
 * Source     Library Reference, errno. */
#include <errno.h>

#include "object/state.h"
#include "types/int.h"

/* An ALIAS is a second name of a number: errorcode has the first. */
static const struct {
    const char *name;
    int number;
    bool alias;
} codes[] = {
#define CODE(name) {#name, name, false},
#define ALIAS(name) {#name, name, true},
    CODE(EPERM) CODE(ENOENT) CODE(ESRCH) CODE(EINTR) CODE(EIO) CODE(ENXIO) CODE(E2BIG) CODE(ENOEXEC) CODE(EBADF) CODE(ECHILD)
        CODE(EAGAIN) ALIAS(EWOULDBLOCK) CODE(ENOMEM) CODE(EACCES) CODE(EFAULT) CODE(ENOTBLK) CODE(EBUSY) CODE(EEXIST) CODE(
            EXDEV) CODE(ENODEV) CODE(ENOTDIR) CODE(EISDIR) CODE(EINVAL) CODE(ENFILE) CODE(EMFILE) CODE(ENOTTY) CODE(ETXTBSY)
            CODE(EFBIG) CODE(ENOSPC) CODE(ESPIPE) CODE(EROFS) CODE(EMLINK) CODE(EPIPE) CODE(EDOM) CODE(ERANGE) CODE(EDEADLOCK)
                ALIAS(EDEADLK) CODE(ENAMETOOLONG) CODE(ENOLCK) CODE(ENOSYS) CODE(ENOTEMPTY) CODE(ELOOP) CODE(ENOMSG) CODE(EIDRM)
                    CODE(ECHRNG) CODE(EL2NSYNC) CODE(EL3HLT) CODE(EL3RST) CODE(ELNRNG) CODE(EUNATCH) CODE(ENOCSI) CODE(EL2HLT)
                        CODE(EBADE) CODE(EBADR) CODE(EXFULL) CODE(ENOANO) CODE(EBADRQC) CODE(EBADSLT) CODE(EBFONT) CODE(ENOSTR)
                            CODE(ENODATA) CODE(ETIME) CODE(ENOSR) CODE(ENONET) CODE(ENOPKG) CODE(EREMOTE) CODE(ENOLINK)
                                CODE(EADV) CODE(ESRMNT) CODE(ECOMM) CODE(EPROTO) CODE(EMULTIHOP) CODE(EDOTDOT) CODE(EBADMSG)
                                    CODE(EOVERFLOW) CODE(ENOTUNIQ) CODE(EBADFD) CODE(EREMCHG) CODE(ELIBACC) CODE(ELIBBAD)
                                        CODE(ELIBSCN) CODE(ELIBMAX) CODE(ELIBEXEC) CODE(EILSEQ) CODE(ERESTART) CODE(ESTRPIPE)
                                            CODE(EUSERS) CODE(ENOTSOCK) CODE(EDESTADDRREQ) CODE(EMSGSIZE) CODE(EPROTOTYPE) CODE(
                                                ENOPROTOOPT) CODE(EPROTONOSUPPORT) CODE(ESOCKTNOSUPPORT) CODE(ENOTSUP)
                                                ALIAS(EOPNOTSUPP) CODE(EPFNOSUPPORT) CODE(EAFNOSUPPORT) CODE(EADDRINUSE)
                                                    CODE(EADDRNOTAVAIL) CODE(ENETDOWN) CODE(ENETUNREACH) CODE(ENETRESET)
                                                        CODE(ECONNABORTED) CODE(ECONNRESET) CODE(ENOBUFS) CODE(EISCONN)
                                                            CODE(ENOTCONN) CODE(ESHUTDOWN) CODE(ETOOMANYREFS) CODE(ETIMEDOUT)
                                                                CODE(ECONNREFUSED) CODE(EHOSTDOWN) CODE(EHOSTUNREACH)
                                                                    CODE(EALREADY) CODE(EINPROGRESS) CODE(ESTALE) CODE(EUCLEAN)
                                                                        CODE(ENOTNAM) CODE(ENAVAIL) CODE(EISNAM) CODE(EREMOTEIO)
                                                                            CODE(EDQUOT) CODE(ENOMEDIUM) CODE(EMEDIUMTYPE)
                                                                                CODE(ECANCELED) CODE(ENOKEY) CODE(EKEYEXPIRED)
                                                                                    CODE(EKEYREVOKED) CODE(EKEYREJECTED)
                                                                                        CODE(EOWNERDEAD) CODE(ENOTRECOVERABLE)
                                                                                            CODE(ERFKILL)
#undef CODE
#undef ALIAS
};

static int
errno_exec(PyObject *module)
{
    PyObject *errorcode = PyDict_New();
    if (errorcode == NULL || PyModule_AddObjectRef(module, "errorcode", errorcode) < 0) {
        Py_XDECREF(errorcode);
        return -1;
    }
    int status = 0;
    for (size_t i = 0; i < OU_COUNT_OF(codes) && status == 0; i++) {
        PyObject *name = PyUnicode_InternFromString(codes[i].name), *number = ou_int_new_private(codes[i].number);
        status = name == NULL || number == NULL || PyDict_SetItem(PyModule_GetDict(module), name, number) < 0
                      || (!codes[i].alias && PyDict_SetItem(errorcode, number, name) < 0)
                   ? -1
                   : 0;
        Py_XDECREF(name);
        Py_XDECREF(number);
    }
    Py_DECREF(errorcode);
    return status;
}

static PyModuleDef_Slot errno_slots[] = {{Py_mod_exec, errno_exec}, {0, NULL}};

static struct PyModuleDef errno_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "errno",
    .m_doc = "The system's error numbers.",
    .m_slots = errno_slots,
};

PyMODINIT_FUNC
PyInit_errno(void)
{
    return PyModuleDef_Init(&errno_module);
}

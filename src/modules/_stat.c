/* modules/_stat.c - module _stat: the bits of a file's mode, tested and spelled.
 *
 * Invariant  keeps nothing.
 * Source     Library Reference, stat; the numbers without a name in Linux's headers are those of stat.py. */
#include <sys/stat.h>

#include "types/int.h"

static const struct {
    const char *name;
    long value;
} constants[] = {
#define ROW(name) {#name, name},
    ROW(S_IFDIR) ROW(S_IFCHR) ROW(S_IFBLK) ROW(S_IFREG) ROW(S_IFIFO) ROW(S_IFLNK) ROW(S_IFSOCK) ROW(S_ISUID) ROW(S_ISGID)
        ROW(S_ISVTX) ROW(S_IREAD) ROW(S_IWRITE) ROW(S_IEXEC) ROW(S_IRWXU) ROW(S_IRUSR) ROW(S_IWUSR) ROW(S_IXUSR) ROW(S_IRWXG)
            ROW(S_IRGRP) ROW(S_IWGRP) ROW(S_IXGRP) ROW(S_IRWXO) ROW(S_IROTH) ROW(S_IWOTH) ROW(S_IXOTH)
#undef ROW
                {"S_IFDOOR", 0},
    {"S_IFPORT", 0},
    {"S_IFWHT", 0},
    {"S_ENFMT", S_ISGID},
    {"UF_NODUMP", 0x1},
    {"UF_IMMUTABLE", 0x2},
    {"UF_APPEND", 0x4},
    {"UF_OPAQUE", 0x8},
    {"UF_NOUNLINK", 0x10},
    {"UF_COMPRESSED", 0x20},
    {"UF_HIDDEN", 0x8000},
    {"SF_ARCHIVED", 0x10000},
    {"SF_IMMUTABLE", 0x20000},
    {"SF_APPEND", 0x40000},
    {"SF_NOUNLINK", 0x100000},
    {"SF_SNAPSHOT", 0x200000},
    {"ST_MODE", 0},
    {"ST_INO", 1},
    {"ST_DEV", 2},
    {"ST_NLINK", 3},
    {"ST_UID", 4},
    {"ST_GID", 5},
    {"ST_SIZE", 6},
    {"ST_ATIME", 7},
    {"ST_MTIME", 8},
    {"ST_CTIME", 9},
};

/* Returns 0 with the mode in *mode, or -1 with an error set. */
static int
mode_of(PyObject *arg, mode_t *mode)
{
    unsigned long value = PyLong_AsUnsignedLong(arg);
    if (value == (unsigned long)-1 && PyErr_Occurred()) {
        return -1;
    }
    *mode = (mode_t)value;
    if (*mode != value) {
        PyErr_SetString(PyExc_OverflowError, "mode out of range");
        return -1;
    }
    return 0;
}

#define TEST(name, condition)                                               \
    static PyObject *stat_##name(PyObject *module, PyObject *arg)           \
    {                                                                       \
        mode_t mode = 0;                                                    \
        return mode_of(arg, &mode) < 0 ? NULL : PyBool_FromLong(condition); \
    }
#define PART(name, part)                                                       \
    static PyObject *stat_##name(PyObject *module, PyObject *arg)              \
    {                                                                          \
        mode_t mode = 0;                                                       \
        return mode_of(arg, &mode) < 0 ? NULL : PyLong_FromUnsignedLong(part); \
    }
TEST(S_ISDIR, S_ISDIR(mode))
TEST(S_ISCHR, S_ISCHR(mode))
TEST(S_ISBLK, S_ISBLK(mode))
TEST(S_ISREG, S_ISREG(mode))
TEST(S_ISFIFO, S_ISFIFO(mode))
TEST(S_ISLNK, S_ISLNK(mode))
TEST(S_ISSOCK, S_ISSOCK(mode))
TEST(S_ISDOOR, ((void)mode, 0))
TEST(S_ISPORT, ((void)mode, 0))
TEST(S_ISWHT, ((void)mode, 0))
PART(S_IMODE, mode & 07777)
PART(S_IFMT, mode &S_IFMT)

static char
kind_letter(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG: return '-';
    case S_IFDIR: return 'd';
    case S_IFLNK: return 'l';
    case S_IFBLK: return 'b';
    case S_IFCHR: return 'c';
    case S_IFIFO: return 'p';
    case S_IFSOCK: return 's';
    default: return '?';
    }
}

/* "-rwxr-xr-x", as ls -l shows it. */
static PyObject *
stat_filemode(PyObject *module, PyObject *arg)
{
    static const struct {
        mode_t bit;
        char both, alone; /* the letter if executable too, and if not */
    } special[] = {{S_ISUID, 's', 'S'}, {S_ISGID, 's', 'S'}, {S_ISVTX, 't', 'T'}};
    mode_t mode = 0;
    char text[11] = {0};
    if (mode_of(arg, &mode) < 0) {
        return NULL;
    }
    text[0] = kind_letter(mode);
    for (int who = 0; who < 3; who++) {
        mode_t bits = mode >> (3 * (2 - who));
        text[1 + 3 * who] = bits & 4 ? 'r' : '-';
        text[2 + 3 * who] = bits & 2 ? 'w' : '-';
        text[3 + 3 * who] = bits & 1 ? 'x' : '-';
        if (mode & special[who].bit) {
            text[3 + 3 * who] = bits & 1 ? special[who].both : special[who].alone;
        }
    }
    return PyUnicode_FromString(text);
}

#define METHOD(name, about)                                  \
    {                                                        \
#name, stat_##name, METH_O, #name "(mode) -> " about \
    }
static PyMethodDef stat_methods[] = {
    METHOD(S_ISDIR, "bool\n\nIs it a folder?"),
    METHOD(S_ISCHR, "bool\n\nIs it a character device?"),
    METHOD(S_ISBLK, "bool\n\nIs it a block device?"),
    METHOD(S_ISREG, "bool\n\nIs it a regular file?"),
    METHOD(S_ISFIFO, "bool\n\nIs it a named pipe?"),
    METHOD(S_ISLNK, "bool\n\nIs it a symbolic link?"),
    METHOD(S_ISSOCK, "bool\n\nIs it a socket?"),
    METHOD(S_ISDOOR, "bool\n\nIs it a door?"),
    METHOD(S_ISPORT, "bool\n\nIs it an event port?"),
    METHOD(S_ISWHT, "bool\n\nIs it a whiteout?"),
    METHOD(S_IMODE, "int\n\nThe part that os.chmod() can set."),
    METHOD(S_IFMT, "int\n\nThe part that says what kind of file it is."),
    METHOD(filemode, "str\n\nThe mode as ls -l shows it."),
    {NULL},
};

static int
stat_exec(PyObject *module)
{
    for (size_t i = 0; i < OU_COUNT_OF(constants); i++) {
        if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot stat_slots[] = {{Py_mod_exec, stat_exec}, {0, NULL}};

static PyModuleDef stat_module = {
    PyModuleDef_HEAD_INIT,     .m_name = "_stat",     .m_doc = "The bits of a file's mode.",
    .m_methods = stat_methods, .m_slots = stat_slots,
};

PyMODINIT_FUNC
PyInit__stat(void)
{
    return PyModuleDef_Init(&stat_module);
}

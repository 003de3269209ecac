/* object/object.c - what can be done with any object: text, comparison, hash, truth, dir().
 *
 * Owns       per thread the list of containers whose repr() runs.
 * Invariant  every function that can come back to itself counts its depth.
 * Not here   attributes (attribute.c), the type `object` (object_type.c), isinstance (isinstance.c). */
#include "object/abstract.h"
#include "object/attribute.h"
#include "object/hold.h"

/* ---- text ---------------------------------------------------------------------------------------------- */

/* A str, as __repr__ or __str__ must return it.  Refs: takes and returns. */
static PyObject *
check_text(PyObject *text, const char *method)
{
    if (text != NULL && !PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "%s returned non-string (type %.200s)", method, Py_TYPE(text)->tp_name);
        Py_CLEAR(text);
    }
    return text;
}

/* repr(obj).  Refs new.  RE-ENTRANT.  Source: Object Protocol. */
PyObject *
PyObject_Repr(PyObject *obj)
{
    if (obj == NULL) {
        return PyUnicode_FromString("<NULL>");
    }
    reprfunc repr = Py_TYPE(obj)->tp_repr;
    if (repr == NULL) {
        return PyUnicode_FromFormat("<%s object at %p>", Py_TYPE(obj)->tp_name, obj);
    }
    if (ou_recursion_enter(" while getting the repr of an object")) {
        return NULL;
    }
    PyObject *text = repr(obj);
    ou_recursion_leave();
    return check_text(text, "__repr__");
}

PyObject *
PyObject_Str(PyObject *obj)
{
    if (obj == NULL) {
        return PyUnicode_FromString("<NULL>");
    }
    if (PyUnicode_CheckExact(obj)) {
        return Py_NewRef(obj);
    }
    reprfunc str = Py_TYPE(obj)->tp_str;
    if (str == NULL) {
        return PyObject_Repr(obj);
    }
    if (ou_recursion_enter(" while getting the str of an object")) {
        return NULL;
    }
    PyObject *text = str(obj);
    ou_recursion_leave();
    return check_text(text, "__str__");
}

/* repr(obj) with every character beyond ASCII escaped. */
PyObject *
PyObject_ASCII(PyObject *obj)
{
    PyObject *text = PyObject_Repr(obj);
    if (text == NULL || PyUnicode_IS_ASCII(text)) {
        return text;
    }
    PyObject *bytes = PyUnicode_AsEncodedString(text, "ascii", "backslashreplace");
    Py_DECREF(text);
    if (bytes == NULL) {
        return NULL;
    }
    text = PyUnicode_DecodeASCII(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), NULL);
    Py_DECREF(bytes);
    return text;
}

/* bytes(obj), but that an int gives no zeros. */
PyObject *
PyObject_Bytes(PyObject *obj)
{
    if (obj == NULL) {
        return PyBytes_FromString("<NULL>");
    }
    if (PyBytes_CheckExact(obj)) {
        return Py_NewRef(obj);
    }
    bool missing;
    PyObject *bytes = ou_special_call(OU_STR(__bytes__), &obj, 1, &missing);
    if (missing) {
        return PyBytes_FromObject(obj);
    }
    if (bytes != NULL && !PyBytes_Check(bytes)) {
        PyErr_Format(PyExc_TypeError, "__bytes__ returned non-bytes (type %.200s)", Py_TYPE(bytes)->tp_name);
        Py_CLEAR(bytes);
    }
    return bytes;
}

/* "module.qualname()" of a function, for a message; its str() if it has no such name.  Refs new. */
PyObject *
_PyObject_FunctionStr(PyObject *function)
{
    PyObject *qualname, *module, *result = NULL;
    int has = _PyObject_LookupAttr(function, OU_STR(__qualname__), &qualname);
    if (has <= 0) {
        return has < 0 ? NULL : PyObject_Str(function);
    }
    OU_HOLD(h, &qualname);
    has = _PyObject_LookupAttr(function, OU_STR(__module__), &module);
    if (has > 0 && module != Py_None && PyUnicode_Check(module) && PyUnicode_Compare(module, OU_STR(builtins)) != 0) {
        result = PyUnicode_FromFormat("%S.%S()", module, qualname);
    }
    else if (has >= 0) {
        result = PyUnicode_FromFormat("%S()", qualname);
    }
    OU_HOLD_END(h);
    Py_XDECREF(module);
    Py_DECREF(qualname);
    return result;
}

/* Write str(obj) (with Py_PRINT_RAW) or repr(obj) to a C stream.  Returns 0 or -1.  RE-ENTRANT. */
int
PyObject_Print(PyObject *obj, FILE *file, int flags)
{
    clearerr(file);
    if (obj == NULL) {
        fputs("<nil>", file);
    }
    else if (Py_REFCNT(obj) <= 0) {
        fprintf(file, "<refcnt %zd at %p>", Py_REFCNT(obj), (void *)obj);
    }
    else {
        PyObject *text = flags & Py_PRINT_RAW ? PyObject_Str(obj) : PyObject_Repr(obj);
        PyObject *bytes = text == NULL ? NULL : PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
        Py_XDECREF(text);
        if (bytes == NULL) {
            return -1;
        }
        fwrite(PyBytes_AS_STRING(bytes), 1, (size_t)PyBytes_GET_SIZE(bytes), file);
        Py_DECREF(bytes);
    }
    if (ferror(file)) {
        PyErr_SetFromErrno(PyExc_OSError);
        clearerr(file);
        return -1;
    }
    return 0;
}

/* Is this container's repr() under way in this thread?  Returns 1 if so; 0, and it is noted: leave with
 * Py_ReprLeave(); -1 with MemoryError set. */
int
Py_ReprEnter(PyObject *obj)
{
    OuThread *thread = ou_thread();
    if (thread->repr_running == NULL && (thread->repr_running = PyList_New(0)) == NULL) {
        return -1;
    }
    PyObject *list = thread->repr_running;
    for (Py_ssize_t i = PyList_GET_SIZE(list) - 1; i >= 0; i--) {
        if (PyList_GET_ITEM(list, i) == obj) {
            return 1;
        }
    }
    return PyList_Append(list, obj);
}

void
Py_ReprLeave(PyObject *obj)
{
    PyObject *list = ou_thread()->repr_running;
    if (list == NULL) {
        return;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    for (Py_ssize_t i = PyList_GET_SIZE(list) - 1; i >= 0; i--) {
        if (PyList_GET_ITEM(list, i) == obj) {
            if (PyList_SetSlice(list, i, i + 1, NULL) < 0) {
                PyErr_Clear();
            }
            break;
        }
    }
    PyErr_Restore(type, value, traceback);
}

/* ---- comparison ---------------------------------------------------------------------------------------- */

/* The same comparison seen from the other side: a < b is b > a. */
int _Py_SwappedOp[] = {Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE};

static const char *const op_text[] = {"<", "<=", "==", "!=", ">", ">="};

/* One side's answer: NULL if it has none to give, and then no error is set. */
static OU_ALWAYS_INLINE PyObject *
ask(PyObject *self, PyObject *other, int op, bool *failed)
{
    richcmpfunc compare = Py_TYPE(self)->tp_richcompare;
    if (compare == NULL) {
        return NULL;
    }
    PyObject *answer = compare(self, other, op);
    if (answer == Py_NotImplemented) {
        Py_DECREF(answer);
        return NULL;
    }
    *failed = answer == NULL;
    return answer;
}

static PyObject *
nobody_knows(PyObject *a, PyObject *b, int op)
{
    if (op == Py_EQ || op == Py_NE) { /* nobody knows better: identity */
        return Py_NewRef((a == b) == (op == Py_EQ) ? Py_True : Py_False);
    }
    return PyErr_Format(PyExc_TypeError, "'%s' not supported between instances of '%.100s' and '%.100s'", op_text[op],
                        Py_TYPE(a)->tp_name, Py_TYPE(b)->tp_name);
}

PyObject *
ou_compare_unanswered(PyObject *a, PyObject *b, int op)
{
    bool failed = false;
    PyObject *answer = ask(b, a, _Py_SwappedOp[op], &failed);
    return answer != NULL || failed ? answer : nobody_knows(a, b, op);
}

static PyObject *
compare(PyObject *a, PyObject *b, int op)
{
    bool failed = false, asked_b = false;
    PyObject *answer;
    if (Py_TYPE(a) != Py_TYPE(b) && PyType_IsSubtype(Py_TYPE(b), Py_TYPE(a))) {
        asked_b = true;
        answer = ask(b, a, _Py_SwappedOp[op], &failed);
        if (answer != NULL || failed) {
            return answer;
        }
    }
    answer = ask(a, b, op, &failed);
    if (answer != NULL || failed) {
        return answer;
    }
    return asked_b ? nobody_knows(a, b, op) : ou_compare_unanswered(a, b, op);
}

/* a < b and so on, by op.  Refs new, of any type.  RE-ENTRANT.  Source: Object Protocol. */
PyObject *
PyObject_RichCompare(PyObject *a, PyObject *b, int op)
{
    if (a == NULL || b == NULL) {
        if (!ou_error_occurred()) {
            PyErr_BadInternalCall();
        }
        return NULL;
    }
    if (ou_recursion_enter(" in comparison")) {
        return NULL;
    }
    PyObject *answer = compare(a, b, op);
    ou_recursion_leave();
    return answer;
}

/* The truth of a comparison; an object is equal to itself without being asked.  Returns 1, 0, -1.
 * RE-ENTRANT. */
int
PyObject_RichCompareBool(PyObject *a, PyObject *b, int op)
{
    if (a == b) {
        if (op == Py_EQ) {
            return 1;
        }
        if (op == Py_NE) {
            return 0;
        }
    }
    PyObject *answer = PyObject_RichCompare(a, b, op);
    if (answer == NULL) {
        return -1;
    }
    int truth;
    if (PyBool_Check(answer)) {
        truth = answer == Py_True;
    }
    else {
        OU_HOLD(h, &answer);
        truth = PyObject_IsTrue(answer);
        OU_HOLD_END(h);
    }
    Py_DECREF(answer);
    return truth;
}

/* ---- hash, truth --------------------------------------------------------------------------------------- */

Py_hash_t
PyObject_HashNotImplemented(PyObject *obj)
{
    PyErr_Format(PyExc_TypeError, "unhashable type: '%.200s'", Py_TYPE(obj)->tp_name);
    return -1;
}

/* hash(obj); -1 is an error.  RE-ENTRANT. */
Py_hash_t
PyObject_Hash(PyObject *obj)
{
    PyTypeObject *type = Py_TYPE(obj);
    if (OU_LIKELY(type->tp_hash != NULL)) {
        return type->tp_hash(obj);
    }
    if (type->tp_dict == NULL) { /* a foreign type that nobody has readied: what it inherits may do */
        if (PyType_Ready(type) < 0) {
            return -1;
        }
        if (type->tp_hash != NULL) {
            return type->tp_hash(obj);
        }
    }
    return PyObject_HashNotImplemented(obj);
}

/* The truth of an object: __bool__, or a length other than 0, or true.  Returns 1, 0, -1.  RE-ENTRANT. */
int
PyObject_IsTrue(PyObject *obj)
{
    if (obj == Py_True) {
        return 1;
    }
    if (obj == Py_False || obj == Py_None) {
        return 0;
    }
    PyTypeObject *type = Py_TYPE(obj);
    Py_ssize_t result;
    if (type->tp_as_number != NULL && type->tp_as_number->nb_bool != NULL) {
        result = type->tp_as_number->nb_bool(obj);
    }
    else if (type->tp_as_mapping != NULL && type->tp_as_mapping->mp_length != NULL) {
        result = type->tp_as_mapping->mp_length(obj);
    }
    else if (type->tp_as_sequence != NULL && type->tp_as_sequence->sq_length != NULL) {
        result = type->tp_as_sequence->sq_length(obj);
    }
    else {
        return 1;
    }
    return result > 0 ? 1 : result < 0 ? -1 : 0;
}

int
PyObject_Not(PyObject *obj)
{
    int truth = PyObject_IsTrue(obj);
    return truth < 0 ? -1 : !truth;
}

int
PyCallable_Check(PyObject *obj)
{
    return obj != NULL && Py_TYPE(obj)->tp_call != NULL;
}

/* tp_iter of iterators. */
PyObject *
PyObject_SelfIter(PyObject *obj)
{
    return Py_NewRef(obj);
}

/* Is a method abstract: has it __isabstractmethod__?  Returns 1, 0, -1.  RE-ENTRANT. */
int
_PyObject_IsAbstract(PyObject *obj)
{
    PyObject *flag;
    if (obj == NULL) {
        return 0;
    }
    if (ou_recursion_enter(" while asking for __isabstractmethod__")) { /* wrappers ask what they wrap */
        return -1;
    }
    int result = _PyObject_LookupAttr(obj, OU_STR(__isabstractmethod__), &flag);
    ou_recursion_leave();
    if (result > 0) {
        OU_HOLD(h, &flag);
        result = PyObject_IsTrue(flag);
        OU_HOLD_END(h);
        Py_DECREF(flag);
    }
    return result;
}

/* ---- dir ----------------------------------------------------------------------------------------------- */

static PyObject *
dir_locals(void)
{
    PyObject *locals = PyEval_GetLocals();
    if (locals == NULL) {
        return NULL;
    }
    PyObject *names = PyMapping_Keys(locals);
    if (names != NULL && !PyList_Check(names)) {
        PyErr_Format(PyExc_TypeError, "dir(): expected keys() of locals to be a list, not '%.200s'", Py_TYPE(names)->tp_name);
        Py_CLEAR(names);
    }
    return names;
}

/* The names that __dir__ gives, sorted; without an object those of the running frame.  Refs: a new list.
 * RE-ENTRANT. */
PyObject *
PyObject_Dir(PyObject *obj)
{
    PyObject *names;
    if (obj == NULL) {
        names = dir_locals();
    }
    else {
        bool missing;
        PyObject *given = ou_special_call(OU_STR(__dir__), &obj, 1, &missing);
        if (missing) {
            PyErr_SetString(PyExc_TypeError, "object does not provide __dir__");
        }
        if (given == NULL) {
            return NULL;
        }
        OU_HOLD(h, &given);
        names = PySequence_List(given);
        OU_HOLD_END(h);
        Py_DECREF(given);
    }
    if (names != NULL) {
        OU_HOLD(h, &names);
        int result = PyList_Sort(names);
        OU_HOLD_END(h);
        if (result < 0) {
            Py_CLEAR(names);
        }
    }
    return names;
}

/* ---- functions behind macros, and what the API keeps for debugging ------------------------------------- */

/* type(obj).  Refs new. */
PyObject *
PyObject_Type(PyObject *obj)
{
    if (obj == NULL) {
        return ou_null_argument();
    }
    return Py_NewRef(Py_TYPE(obj));
}

#undef PyType_SUPPORTS_WEAKREFS
#undef PyObject_GET_WEAKREFS_LISTPTR
int
PyType_SUPPORTS_WEAKREFS(PyTypeObject *type)
{
    return type->tp_weaklistoffset > 0;
}

PyObject **
PyObject_GET_WEAKREFS_LISTPTR(PyObject *obj)
{
    return (PyObject **)((char *)obj + Py_TYPE(obj)->tp_weaklistoffset);
}

#undef Py_Is
#undef Py_IsNone
int
Py_Is(PyObject *a, PyObject *b)
{
    return a == b;
}

int
Py_IsNone(PyObject *obj)
{
    return obj == Py_None;
}

void
_Py_IncRef(PyObject *obj)
{
    Py_INCREF(obj);
}

void
_Py_DecRef(PyObject *obj)
{
    Py_DECREF(obj);
}

/* An object's first reference. */
void
_Py_NewReference(PyObject *obj)
{
    Py_SET_REFCNT(obj, 1);
}

int
_PyObject_IsFreed(PyObject *obj)
{
    return obj == NULL || Py_REFCNT(obj) <= 0 || Py_TYPE(obj) == NULL;
}

int
_PyObject_CheckConsistency(PyObject *obj, int Py_UNUSED(check_content))
{
    OU_CHECK(!_PyObject_IsFreed(obj), "object at %p is no live object", (void *)obj);
    return 1;
}

/* Print what is known of an object, even a broken one, to stderr. */
void
_PyObject_Dump(PyObject *obj)
{
    if (_PyObject_IsFreed(obj)) {
        fprintf(stderr, "<object at %p is freed>\n", (void *)obj);
        return;
    }
    fprintf(stderr, "object address  : %p\nobject refcount : %zd\nobject type     : %p\nobject type name: %s\n", (void *)obj,
            Py_REFCNT(obj), (void *)Py_TYPE(obj), Py_TYPE(obj)->tp_name);
    fprintf(stderr, "object repr     : ");
    fflush(stderr);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (PyObject_Print(obj, stderr, 0) < 0) {
        PyErr_Clear();
    }
    PyErr_Restore(type, value, traceback);
    fprintf(stderr, "\n");
}

void
_PyObject_AssertFailed(PyObject *obj, const char *expression, const char *message, const char *file, int line,
                       const char *function)
{
    fprintf(stderr, "%s:%d: %s: Assertion \"%s\" failed%s%s\n", file, line, function == NULL ? "?" : function,
            expression == NULL ? "" : expression, message == NULL ? "" : ": ", message == NULL ? "" : message);
    _PyObject_Dump(obj);
    OU_PANIC("_PyObject_AssertFailed");
}

void
_Py_BreakPoint(void)
{
}

/* Deep deallocation is bounded by _Py_Dealloc: there is nothing to do here. */
int
_PyTrash_begin(PyThreadState *Py_UNUSED(tstate), PyObject *Py_UNUSED(obj))
{
    return 0;
}

void
_PyTrash_end(PyThreadState *Py_UNUSED(tstate))
{
}

int
_PyTrash_cond(PyObject *Py_UNUSED(obj), destructor Py_UNUSED(dealloc))
{
    return 0;
}

/* Free lists of types there are none: nothing to say. */
void
_PyObject_DebugTypeStats(FILE *Py_UNUSED(out))
{
}

void
_PyDebugAllocatorStats(FILE *out, const char *block_name, int n_blocks, size_t block_size)
{
    fprintf(out, "%d %ss * %zu bytes each = %zu\n", n_blocks, block_name, block_size, (size_t)n_blocks * block_size);
}

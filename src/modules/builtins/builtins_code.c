/* modules/builtins/builtins_code.c - functions on code and namespaces: compile, eval, exec, classes.
 *
 * Invariant  what eval() and exec() run finds __builtins__ in its globals: namespaces() enters it before.
 * Not here   __import__ (runtime/import.c). */
#include "compiler/compile.h"
#include "modules/_ast/ast.h"
#include "modules/builtins/builtins.h"
#include "runtime/import.h"

/* ---- source ------------------------------------------------------------------------------------------------ */

const char *
ou_source_text(PyObject *source, const char *function, const char *what, PyObject **owner, Py_ssize_t *size, bool *is_text)
{
    const char *text;
    *owner = NULL;
    *is_text = PyUnicode_Check(source);
    if (*is_text) {
        text = PyUnicode_AsUTF8AndSize(source, size);
    }
    else if (PyBytes_Check(source)) {
        text = PyBytes_AS_STRING(source);
        *size = PyBytes_GET_SIZE(source);
    }
    else if (PyByteArray_Check(source)) {
        text = PyByteArray_AS_STRING(source);
        *size = PyByteArray_GET_SIZE(source);
    }
    else if (PyObject_CheckBuffer(source)) {
        *owner = PyBytes_FromObject(source);
        text = *owner == NULL ? NULL : PyBytes_AS_STRING(*owner);
        *size = *owner == NULL ? 0 : PyBytes_GET_SIZE(*owner);
    }
    else {
        PyErr_Format(PyExc_TypeError, "%s() arg 1 must be a %s object", function, what);
        return NULL;
    }
    if (text != NULL && strlen(text) != (size_t)*size) {
        PyErr_SetString(PyExc_ValueError, "source code string cannot contain null bytes");
        Py_CLEAR(*owner);
        return NULL;
    }
    return text;
}

/* The tree of a source as Python objects. */
static PyObject *
parse_to_objects(const char *text, size_t size, PyObject *filename, int mode, int flags)
{
    Tree *tree = ou_parse_bytes(text, size, filename, (OuParseMode)mode, flags, false);
    if (tree == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &tree->objects);
    PyObject *root = ou_ast_from_tree(tree);
    OU_HOLD_END(hold);
    ou_tree_free(tree);
    return root;
}

/* Compile what is a syntax tree already.  RE-ENTRANT. */
static PyObject *
compile_objects(PyObject *root, PyObject *filename, int mode, int flags, int optimize)
{
    if (flags & PyCF_ONLY_AST) {
        return Py_NewRef(root);
    }
    Tree *tree = ou_ast_to_tree(root, (OuParseMode)mode);
    if (tree == NULL) {
        return NULL;
    }
    PyObject *code = ou_compile_tree(tree, filename, flags, optimize);
    ou_tree_free(tree);
    return code;
}

static PyObject *
compile_source(PyObject *source, const char *function, const char *what, PyObject *filename, int mode, int flags, int optimize)
{
    PyObject *owner;
    Py_ssize_t size;
    bool is_text;
    const char *text = ou_source_text(source, function, what, &owner, &size, &is_text);
    if (text == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &owner);
    flags |= is_text ? PyCF_IGNORE_COOKIE : 0;
    PyObject *result = (flags & PyCF_ONLY_AST)
                         ? parse_to_objects(text, (size_t)size, filename, mode, flags)
                         : ou_compile_source(text, (size_t)size, filename, (OuParseMode)mode, flags, optimize);
    OU_HOLD_END(hold);
    Py_XDECREF(owner);
    return result;
}

/* The future flags of the code that called us. */
static int
inherited_flags(void)
{
    PyCompilerFlags flags = _PyCompilerFlags_INIT;
    PyEval_MergeCompilerFlags(&flags);
    return flags.cf_flags;
}

static PyObject *
builtin_compile(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"compile",
                                    {"source", "filename", "mode", "flags", "dont_inherit", "optimize", "_feature_version"},
                                    .n_positional = 6,
                                    .n_required = 3,
                                    .n_all = 7};
    PyObject *v[7], *filename;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0 || !PyUnicode_FSDecoder(v[1], &filename)) {
        return NULL;
    }
    PyObject *code = NULL;
    const char *mode = PyUnicode_Check(v[2]) ? PyUnicode_AsUTF8(v[2]) : NULL;
    int flags = 0, inherit = 1, optimize = -1, version = -1, start;
    if (mode == NULL) {
        if (!PyErr_Occurred()) {
            _PyArg_BadArgument("compile", "argument 'mode'", "str", v[2]);
        }
        goto done;
    }
    if ((v[3] && (flags = _PyLong_AsInt(v[3])) == -1 && PyErr_Occurred())
        || (v[4] && (inherit = !PyObject_IsTrue(v[4])) && PyErr_Occurred())
        || (v[5] && (optimize = _PyLong_AsInt(v[5])) == -1 && PyErr_Occurred())
        || (v[6] && (version = _PyLong_AsInt(v[6])) == -1 && PyErr_Occurred())) {
        goto done;
    }
    if (flags & ~(PyCF_MASK | PyCF_MASK_OBSOLETE | PyCF_COMPILE_MASK)) {
        PyErr_SetString(PyExc_ValueError, "compile(): unrecognised flags");
        goto done;
    }
    if (optimize < -1 || optimize > 2) {
        PyErr_SetString(PyExc_ValueError, "compile(): invalid optimize value");
        goto done;
    }
    if (strcmp(mode, "exec") == 0) {
        start = Py_file_input;
    }
    else if (strcmp(mode, "eval") == 0) {
        start = Py_eval_input;
    }
    else if (strcmp(mode, "single") == 0) {
        start = Py_single_input;
    }
    else if (strcmp(mode, "func_type") == 0 && (flags & PyCF_ONLY_AST)) {
        start = OU_PARSE_FUNC_TYPE;
    }
    else {
        PyErr_SetString(PyExc_ValueError,
                        strcmp(mode, "func_type") == 0 ? "compile() mode 'func_type' requires flag PyCF_ONLY_AST"
                        : (flags & PyCF_ONLY_AST)      ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                                                       : "compile() mode must be 'exec', 'eval' or 'single'");
        goto done;
    }
    flags |= inherit ? inherited_flags() : 0;
    if (version >= 0 && flags & PyCF_ONLY_AST) {
        flags |= (Py_MIN(version, PY_MINOR_VERSION) + 1) << OU_PARSE_VERSION_SHIFT;
    }
    int is_node = ou_ast_check(v[0]);
    if (is_node >= 0) {
        code = is_node ? compile_objects(v[0], filename, start, flags, optimize)
                       : compile_source(v[0], "compile", "string, bytes or AST", filename, start, flags, optimize);
    }
done:
    Py_DECREF(filename);
    return code;
}

/* ---- eval and exec ----------------------------------------------------------------------------------------------- */

/* Complete the namespaces of eval() or exec(); borrowed.  Returns -1 with an error set. */
static int
namespaces(const char *function, PyObject **globals, PyObject **locals)
{
    *globals = *globals == Py_None ? NULL : *globals;
    *locals = *locals == Py_None ? NULL : *locals;
    if (*globals != NULL && !PyDict_Check(*globals)) {
        if (strcmp(function, "eval") == 0) {
            PyErr_SetString(PyExc_TypeError, PyMapping_Check(*globals)
                                                 ? "globals must be a real dict; try eval(code, {}, mapping)"
                                                 : "globals must be a dict");
        }
        else {
            PyErr_Format(PyExc_TypeError, "exec() globals must be a dict, not %.100s", Py_TYPE(*globals)->tp_name);
        }
        return -1;
    }
    if (*locals != NULL && !PyMapping_Check(*locals)) {
        if (strcmp(function, "eval") == 0) {
            PyErr_SetString(PyExc_TypeError, "locals must be a mapping");
        }
        else {
            PyErr_Format(PyExc_TypeError, "locals must be a mapping or None, not %.100s", Py_TYPE(*locals)->tp_name);
        }
        return -1;
    }
    if (*globals == NULL) {
        *globals = PyEval_GetGlobals();
        if (*globals == NULL) {
            PyErr_Format(PyExc_SystemError, "globals and locals cannot be NULL");
            return -1;
        }
        if (*locals == NULL && (*locals = PyEval_GetLocals()) == NULL) {
            return -1;
        }
    }
    else if (*locals == NULL) {
        *locals = *globals;
    }
    int known = PyDict_Contains(*globals, OU_STR(__builtins__));
    return known < 0 ? -1 : known ? 0 : PyDict_SetItem(*globals, OU_STR(__builtins__), PyEval_GetBuiltins());
}

static PyObject *
builtin_eval(PyObject *module, PyObject *const *args, Py_ssize_t n_args)
{
    if (!_PyArg_CheckPositional("eval", n_args, 1, 3)) {
        return NULL;
    }
    PyObject *globals = n_args > 1 ? args[1] : Py_None, *locals = n_args > 2 ? args[2] : Py_None;
    if (namespaces("eval", &globals, &locals) < 0) {
        return NULL;
    }
    PyObject *code, *result;
    if (PyCode_Check(args[0])) {
        if (((PyCodeObject *)args[0])->co_nfreevars > 0) {
            PyErr_SetString(PyExc_TypeError, "code object passed to eval() may not contain free variables");
            return NULL;
        }
        code = Py_NewRef(args[0]);
    }
    else {
        PyObject *source = Py_NewRef(args[0]);
        if (PyUnicode_Check(source)) { /* leading blanks are no indentation here */
            Py_ssize_t n = PyUnicode_GET_LENGTH(source), at = 0;
            while (at < n && (PyUnicode_READ_CHAR(source, at) == ' ' || PyUnicode_READ_CHAR(source, at) == '\t')) {
                at++;
            }
            if (at > 0) {
                Py_SETREF(source, PyUnicode_Substring(source, at, n));
                if (source == NULL) {
                    return NULL;
                }
            }
        }
        code =
            compile_source(source, "eval", "string, bytes or code", OU_STR(anon_string), Py_eval_input, inherited_flags(), -1);
        Py_DECREF(source);
    }
    if (code == NULL) {
        return NULL;
    }
    Py_INCREF(globals);
    Py_INCREF(locals);
    OU_HOLD(hold, &code, &globals, &locals);
    result = PySys_Audit("exec", "O", code) < 0 ? NULL : PyEval_EvalCode(code, globals, locals);
    OU_HOLD_END(hold);
    Py_DECREF(globals);
    Py_DECREF(locals);
    Py_DECREF(code);
    return result;
}

static int
check_closure(PyObject *code, PyObject *closure)
{
    Py_ssize_t n_free = PyCode_Check(code) ? ((PyCodeObject *)code)->co_nfreevars : 0;
    if (closure == NULL) {
        if (n_free > 0) {
            PyErr_Format(PyExc_TypeError, "code object requires a closure of exactly length %zd", n_free);
            return -1;
        }
        return 0;
    }
    if (!PyCode_Check(code)) {
        PyErr_SetString(PyExc_TypeError, "closure can only be used when source is a code object");
        return -1;
    }
    if (n_free == 0) {
        PyErr_SetString(PyExc_TypeError, "cannot use a closure with this code object");
        return -1;
    }
    bool good = PyTuple_CheckExact(closure) && PyTuple_GET_SIZE(closure) == n_free;
    for (Py_ssize_t i = 0; good && i < n_free; i++) {
        good = PyCell_Check(PyTuple_GET_ITEM(closure, i));
    }
    if (!good) {
        PyErr_Format(PyExc_TypeError, "code object requires a closure of exactly length %zd", n_free);
        return -1;
    }
    return 0;
}

static PyObject *
builtin_exec(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {"exec",    {"", "", "", "closure"}, .n_posonly = 3, .n_positional = 3, .n_required = 1,
                                    .n_all = 4};
    PyObject *v[4];
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    PyObject *globals = v[1] ? v[1] : Py_None, *locals = v[2] ? v[2] : Py_None, *code, *result;
    PyObject *closure = v[3] == Py_None ? NULL : v[3];
    if (namespaces("exec", &globals, &locals) < 0 || check_closure(v[0], closure) < 0) {
        return NULL;
    }
    code = PyCode_Check(v[0])
             ? Py_NewRef(v[0])
             : compile_source(v[0], "exec", "string, bytes or code", OU_STR(anon_string), Py_file_input, inherited_flags(), -1);
    if (code == NULL) {
        return NULL;
    }
    Py_INCREF(globals);
    Py_INCREF(locals);
    OU_HOLD(hold, &code, &globals, &locals);
    result = PySys_Audit("exec", "O", code) < 0   ? NULL
           : closure == NULL && locals == globals ? ou_import_exec(code, globals) /* importlib runs modules so */
           : closure == NULL                      ? PyEval_EvalCode(code, globals, locals)
                             : PyEval_EvalCodeEx(code, globals, locals, NULL, 0, NULL, 0, NULL, 0, NULL, closure);
    OU_HOLD_END(hold);
    Py_DECREF(globals);
    Py_DECREF(locals);
    Py_DECREF(code);
    if (result == NULL) {
        return NULL;
    }
    Py_DECREF(result);
    Py_RETURN_NONE;
}

/* ---- namespaces ------------------------------------------------------------------------------------------------------ */

static PyObject *
builtin_globals(PyObject *module, PyObject *ignored)
{
    return Py_XNewRef(PyEval_GetGlobals());
}

static PyObject *
builtin_locals(PyObject *module, PyObject *ignored)
{
    return Py_XNewRef(PyEval_GetLocals());
}

static PyObject *
builtin_import(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    static const OuParams params = {
        "__import__", {"name", "globals", "locals", "fromlist", "level"}, .n_positional = 5, .n_required = 1, .n_all = 5};
    PyObject *v[5];
    int level = 0;
    if (ou_args_parse(&params, args, (size_t)n_args, kwnames, v) < 0) {
        return NULL;
    }
    if (v[4] != NULL && (level = _PyLong_AsInt(v[4])) == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyImport_ImportModuleLevelObject(v[0], v[1], v[2], v[3], level);
}

static PyObject *
builtin_breakpoint(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *hook = PySys_GetObject("breakpointhook");
    if (hook == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "lost sys.breakpointhook");
        return NULL;
    }
    Py_INCREF(hook);
    OU_HOLD(hold, &hook);
    PyObject *result =
        PySys_Audit("builtins.breakpoint", "O", hook) < 0 ? NULL : PyObject_Vectorcall(hook, args, (size_t)n_args, kwnames);
    OU_HOLD_END(hold);
    Py_DECREF(hook);
    return result;
}

/* ---- classes ----------------------------------------------------------------------------------------------------------- */

/* Replace the bases that have __mro_entries__ (PEP 560).  Returns the bases, new, or NULL with an error set. */
static PyObject *
resolve_bases(PyObject *const *args, Py_ssize_t n_args)
{
    PyObject *original = PyTuple_New(n_args), *bases = NULL, *entries = NULL, *method = NULL;
    if (original == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n_args; i++) {
        PyTuple_SET_ITEM(original, i, Py_NewRef(args[i]));
    }
    OU_HOLD(hold, &original, &bases, &entries, &method);
    for (Py_ssize_t i = 0; i < n_args; i++) {
        PyObject *base = args[i];
        if (PyType_Check(base)) {
            if (bases != NULL && PyList_Append(bases, base) < 0) {
                goto failed;
            }
            continue;
        }
        if (_PyObject_LookupAttr(base, OU_STR(__mro_entries__), &method) < 0) {
            goto failed;
        }
        if (method == NULL) {
            if (bases != NULL && PyList_Append(bases, base) < 0) {
                goto failed;
            }
            continue;
        }
        entries = PyObject_CallOneArg(method, original);
        Py_CLEAR(method);
        if (entries == NULL) {
            goto failed;
        }
        if (!PyTuple_Check(entries)) {
            PyErr_SetString(PyExc_TypeError, "__mro_entries__ must return a tuple");
            goto failed;
        }
        if (bases == NULL && (bases = PyList_New(0)) != NULL) {
            for (Py_ssize_t j = 0; j < i; j++) {
                if (PyList_Append(bases, args[j]) < 0) {
                    goto failed;
                }
            }
        }
        if (bases == NULL || PyList_SetSlice(bases, PyList_GET_SIZE(bases), PyList_GET_SIZE(bases), entries) < 0) {
            goto failed;
        }
        Py_CLEAR(entries);
    }
    OU_HOLD_END(hold);
    if (bases == NULL) {
        return original;
    }
    Py_SETREF(bases, PyList_AsTuple(bases));
    Py_DECREF(original);
    return bases;
failed:
    OU_HOLD_END(hold);
    Py_DECREF(original);
    Py_XDECREF(bases);
    Py_XDECREF(entries);
    Py_XDECREF(method);
    return NULL;
}

/* __class__ in methods must be the class by now. */
static int
check_class_cell(PyObject *cell, PyObject *cls, PyObject *name)
{
    if (!PyCell_Check(cell) || !PyType_Check(cls)) {
        return 0;
    }
    PyObject *in_cell = PyCell_GET(cell);
    if (in_cell == cls) {
        return 0;
    }
    if (in_cell == NULL) {
        PyErr_Format(PyExc_RuntimeError,
                     "__class__ not set defining %.200R as %.200R. Was __classcell__ propagated to "
                     "type.__new__?",
                     name, cls);
    }
    else {
        PyErr_Format(PyExc_TypeError, "__class__ set to %.200R defining %.200R as %.200R", in_cell, name, cls);
    }
    return -1;
}

/* __build_class__(function, name, *bases, metaclass=None, **keywords).  RE-ENTRANT. */
static PyObject *
builtin_build_class(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames)
{
    PyObject *meta = NULL, *bases = NULL, *keywords = NULL, *prepare = NULL, *names = NULL, *cell = NULL, *cls = NULL;
    if (n_args < 2) {
        PyErr_SetString(PyExc_TypeError, "__build_class__: not enough arguments");
        return NULL;
    }
    PyObject *function = args[0], *name = args[1];
    if (!PyFunction_Check(function)) {
        PyErr_SetString(PyExc_TypeError, "__build_class__: func must be a function");
        return NULL;
    }
    if (!PyUnicode_Check(name)) {
        PyErr_SetString(PyExc_TypeError, "__build_class__: name is not a string");
        return NULL;
    }
    bases = resolve_bases(args + 2, n_args - 2);
    if (bases == NULL) {
        return NULL;
    }
    OU_HOLD(hold, &meta, &bases, &keywords, &prepare, &names, &cell, &cls);
    for (Py_ssize_t i = 0; kwnames != NULL && i < PyTuple_GET_SIZE(kwnames); i++) {
        PyObject *keyword = PyTuple_GET_ITEM(kwnames, i), *value = args[n_args + i];
        if (PyUnicode_CompareWithASCIIString(keyword, "metaclass") == 0) {
            meta = Py_NewRef(value);
        }
        else if ((keywords == NULL && (keywords = PyDict_New()) == NULL) || PyDict_SetItem(keywords, keyword, value) < 0) {
            goto done;
        }
    }
    bool is_class = meta == NULL || PyType_Check(meta);
    if (meta == NULL) {
        meta = Py_NewRef(PyTuple_GET_SIZE(bases) == 0 ? (PyObject *)&PyType_Type
                                                      : (PyObject *)Py_TYPE(PyTuple_GET_ITEM(bases, 0)));
    }
    if (is_class) {
        PyTypeObject *winner = _PyType_CalculateMetaclass((PyTypeObject *)meta, bases);
        if (winner == NULL) {
            goto done;
        }
        Py_SETREF(meta, _Py_NewRef((PyObject *)winner));
    }
    if (_PyObject_LookupAttr(meta, OU_STR(__prepare__), &prepare) < 0) {
        goto done;
    }
    if (prepare == NULL) {
        names = PyDict_New();
    }
    else {
        PyObject *prepare_args[2] = {name, bases};
        names = PyObject_VectorcallDict(prepare, prepare_args, 2, keywords);
    }
    if (names == NULL) {
        goto done;
    }
    if (!PyMapping_Check(names)) {
        PyErr_Format(PyExc_TypeError, "%.200s.__prepare__() must return a mapping, not %.200s",
                     is_class ? ((PyTypeObject *)meta)->tp_name : "<metaclass>", Py_TYPE(names)->tp_name);
        goto done;
    }
    cell = PyEval_EvalCodeEx(PyFunction_GET_CODE(function), PyFunction_GET_GLOBALS(function), names, NULL, 0, NULL, 0, NULL, 0,
                             NULL, PyFunction_GET_CLOSURE(function));
    if (cell == NULL) {
        goto done;
    }
    if (bases != NULL && PyTuple_GET_SIZE(bases) != n_args - 2) {
        goto original;
    }
    for (Py_ssize_t i = 0; i < n_args - 2; i++) {
        if (PyTuple_GET_ITEM(bases, i) != args[i + 2]) {
            goto original;
        }
    }
    goto make;
original:; /* the bases as they were written: __orig_bases__ */
    PyObject *written = PyTuple_New(n_args - 2);
    if (written == NULL) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < n_args - 2; i++) {
        PyTuple_SET_ITEM(written, i, Py_NewRef(args[i + 2]));
    }
    int status = PyObject_SetItem(names, OU_STR(__orig_bases__), written);
    Py_DECREF(written);
    if (status < 0) {
        goto done;
    }
make:;
    PyObject *class_args[3] = {name, bases, names};
    cls = PyObject_VectorcallDict(meta, class_args, 3, keywords);
    if (cls != NULL && check_class_cell(cell, cls, name) < 0) {
        Py_CLEAR(cls);
    }
done:
    OU_HOLD_END(hold);
    Py_XDECREF(cell);
    Py_XDECREF(names);
    Py_XDECREF(prepare);
    Py_XDECREF(meta);
    Py_XDECREF(keywords);
    Py_XDECREF(bases);
    return cls;
}

PyMethodDef ou_builtins_code_methods[] = {
    {"__build_class__", FASTCALL_KEYWORDS(builtin_build_class),
     "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nWhat a class statement calls."},
    {"__import__", FASTCALL_KEYWORDS(builtin_import),
     "__import__($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)\n--\n\n"
     "What an import statement calls."},
    {"breakpoint", FASTCALL_KEYWORDS(builtin_breakpoint), "breakpoint(*args, **kws)\n\nCall sys.breakpointhook()."},
    {"compile", FASTCALL_KEYWORDS(builtin_compile),
     "compile($module, /, source, filename, mode, flags=0,\n"
     "        dont_inherit=False, optimize=-1, *, _feature_version=-1)\n--\n\n"
     "Compile source to a code object."},
    {"eval", FASTCALL(builtin_eval), "eval($module, source, globals=None, locals=None, /)\n--\n\nThe value of an expression."},
    {"exec", FASTCALL_KEYWORDS(builtin_exec),
     "exec($module, source, globals=None, locals=None, /, *, closure=None)\n--\n\nRun statements."},
    {"globals", builtin_globals, METH_NOARGS, "globals($module, /)\n--\n\nThe names of the module."},
    {"locals", builtin_locals, METH_NOARGS, "locals($module, /)\n--\n\nThe local names."},
    {NULL},
};

/* runtime/warnings.c - warnings: filters, registries, and showing them; PyErr_Warn*.
 *
 * The state is the interpreter's, and once module `warnings` is loaded, that module's attributes: programs replace them.
 *
 * Owns       warnings_filters (list), warnings_once_registry (dict), warnings_default_action (str) of the interpreter.
 * Invariant  what is read from module `warnings` may be anything, and is checked each time.
 * Not here   module _warnings (modules/_warnings.c); Python's `warnings`, which is the standard library's. */
#include "runtime/warnings.h"
#include "object/error.h"
#include "object/hold.h"
#include "runtime/error_print.h"

/* ---- state ----------------------------------------------------------------------------------------------------- */

/* Append (action, None, category, module, 0).  Refs: `module` may be NULL. */
static int
add_filter(PyObject *filters, const char *action, PyObject *category, const char *module)
{
    PyObject *filter = Py_BuildValue("(sOOzi)", action, Py_None, category, module, 0);
    int status = filter != NULL ? PyList_Append(filters, filter) : -1;
    Py_XDECREF(filter);
    return status;
}

/* Append the filters of -W and PYTHONWARNINGS, the last one first, as it outranks the others: action, or action::category with a
 * built-in category.  Module `warnings` reads the other forms, and complains about wrong ones, when it is imported. */
static int
add_options(PyObject *filters, const PyWideStringList *options)
{
    static const char *const actions[] = {"error", "ignore", "always", "default", "module", "once"};
    for (Py_ssize_t i = options->length; i-- > 0;) {
        const wchar_t *option = options->items[i], *end = wcschr(option, L':');
        size_t length = end != NULL ? (size_t)(end - option) : wcslen(option);
        const char *action = length == 0 ? "default" : NULL;
        for (size_t j = 0; action == NULL && j < Py_ARRAY_LENGTH(actions); j++) {
            size_t same = 0;
            while (same < length && actions[j][same] != 0 && (wchar_t)actions[j][same] == option[same]) {
                same++;
            }
            action = same == length ? actions[j] : NULL; /* an abbreviation will do */
        }
        if (action == NULL || (end != NULL && end[1] != 0 && end[1] != L':')) {
            continue;
        }
        PyObject *category = PyExc_Warning;
        const wchar_t *name = end != NULL && end[1] != 0 ? end + 2 : L"";
        if (*name != 0) {
            PyObject *text = PyUnicode_FromWideChar(name, (Py_ssize_t)wcslen(name));
            category = text != NULL ? PyDict_GetItemWithError(ou_interp()->builtins, text) : NULL;
            Py_XDECREF(text);
            if (category == NULL && PyErr_Occurred()) {
                return -1;
            }
            if (category == NULL || !PyType_Check(category)
                || !PyType_IsSubtype((PyTypeObject *)category, (PyTypeObject *)PyExc_Warning)) {
                continue;
            }
        }
        if (add_filter(filters, action, category, NULL) < 0) {
            return -1;
        }
    }
    return 0;
}

int
ou_warnings_init(void)
{
    PyInterpreterState *interp = ou_interp();
    if (interp->warnings_once_registry == NULL) {
        interp->warnings_once_registry = PyDict_New();
    }
    if (interp->warnings_default_action == NULL) {
        interp->warnings_default_action = Py_NewRef(OU_STR(default));
    }
    if (interp->warnings_once_registry == NULL) {
        return -1;
    }
    if (interp->warnings_filters == NULL) {
        PyObject *filters = PyList_New(0);
        if (filters == NULL || add_options(filters, &((PyConfig *)interp->config)->warnoptions) < 0
            || add_filter(filters, "default", PyExc_DeprecationWarning, "__main__") < 0
            || add_filter(filters, "ignore", PyExc_DeprecationWarning, NULL) < 0
            || add_filter(filters, "ignore", PyExc_PendingDeprecationWarning, NULL) < 0
            || add_filter(filters, "ignore", PyExc_ImportWarning, NULL) < 0
            || add_filter(filters, "ignore", PyExc_ResourceWarning, NULL) < 0) {
            Py_XDECREF(filters);
            return -1;
        }
        interp->warnings_filters = filters;
    }
    return 0;
}

void
ou_warnings_filters_mutated(void)
{
    ou_interp()->warnings_version++;
}

/* An attribute of module `warnings`, if that is loaded (or can be, with `try_import`).  Returns new; NULL without an error if
 * there is none, or with one. */
static PyObject *
module_attr(PyObject *name, bool try_import)
{
    PyObject *module;
    if (try_import && !_PyRuntime.finalizing) {
        module = PyImport_Import(OU_STR(warnings));
        if (module == NULL) {
            if (PyErr_ExceptionMatches(PyExc_ImportError)) {
                PyErr_Clear();
            }
            return NULL;
        }
    }
    else {
        if (ou_interp()->modules == NULL) {
            return NULL;
        }
        module = PyImport_GetModule(OU_STR(warnings));
        if (module == NULL) {
            return NULL;
        }
    }
    PyObject *value;
    OU_HOLD(h, &module);
    (void)_PyObject_LookupAttr(module, name, &value);
    OU_HOLD_END(h);
    Py_DECREF(module);
    return value;
}

/* The module's attribute, or the interpreter's own value.  Returns new, or NULL with an error set. */
static PyObject *
state_value(PyObject *name, PyObject *own)
{
    PyObject *value = module_attr(name, false);
    return value != NULL || PyErr_Occurred() ? value : Py_XNewRef(own);
}

static PyObject *
once_registry(void)
{
    PyObject *registry = state_value(OU_STR(onceregistry), ou_interp()->warnings_once_registry);
    if (registry != NULL && !PyDict_Check(registry)) {
        PyErr_Format(PyExc_TypeError, "_warnings.onceregistry must be a dict, not '%.200s'", Py_TYPE(registry)->tp_name);
        Py_CLEAR(registry);
    }
    return registry;
}

static PyObject *
default_action(void)
{
    PyObject *action = state_value(OU_STR(defaultaction), ou_interp()->warnings_default_action);
    if (action != NULL && !PyUnicode_Check(action)) {
        PyErr_Format(PyExc_TypeError, "_warnings.defaultaction must be a string, not '%.200s'", Py_TYPE(action)->tp_name);
        Py_CLEAR(action);
    }
    return action;
}

/* ---- filters --------------------------------------------------------------------------------------------------- */

/* Does a filter's message or module part (None, a str, or a compiled expression) match?  1, 0, or -1 with an error set. */
static int
part_matches(PyObject *part, PyObject *text)
{
    if (part == Py_None) {
        return 1;
    }
    if (PyUnicode_CheckExact(part)) {
        int order = PyUnicode_Compare(part, text);
        return order == -1 && PyErr_Occurred() ? -1 : order == 0;
    }
    PyObject *result = PyObject_CallMethod(part, "match", "O", text);
    if (result == NULL) {
        return -1;
    }
    int truth = PyObject_IsTrue(result);
    Py_DECREF(result);
    return truth;
}

static int
filter_matches(PyObject *filter, PyObject *category, PyObject *text, Py_ssize_t line, PyObject *module)
{
    int match = part_matches(PyTuple_GET_ITEM(filter, 1), text);
    if (match > 0) {
        match = PyObject_IsSubclass(category, PyTuple_GET_ITEM(filter, 2));
    }
    if (match > 0) {
        match = part_matches(PyTuple_GET_ITEM(filter, 3), module);
    }
    if (match > 0) {
        Py_ssize_t wanted = PyLong_AsSsize_t(PyTuple_GET_ITEM(filter, 4));
        if (wanted == -1 && PyErr_Occurred()) {
            return -1;
        }
        match = wanted == 0 || wanted == line;
    }
    return match;
}

/* The action for a warning, and the filter that says so (NULL: none did).  Both new.  Returns NULL with an error set.
 * RE-ENTRANT: expressions may be anything; the list is read again every turn. */
static PyObject *
find_action(PyObject *category, PyObject *text, Py_ssize_t line, PyObject *module, PyObject **filter_out)
{
    PyObject *filters = state_value(OU_STR(filters), ou_interp()->warnings_filters), *filter = NULL;
    *filter_out = NULL;
    if (filters == NULL) {
        return NULL;
    }
    if (!PyList_Check(filters)) {
        PyErr_SetString(PyExc_ValueError, "_warnings.filters must be a list");
        Py_DECREF(filters);
        return NULL;
    }
    PyObject *action = NULL;
    int match = 0;
    OU_HOLD(h, &filters, &filter);
    for (Py_ssize_t i = 0; match == 0 && i < PyList_GET_SIZE(filters); i++) {
        Py_XSETREF(filter, Py_NewRef(PyList_GET_ITEM(filters, i)));
        if (!PyTuple_Check(filter) || PyTuple_GET_SIZE(filter) != 5) {
            PyErr_Format(PyExc_ValueError, "_warnings.filters item %zd isn't a 5-tuple", i);
            match = -1;
            break;
        }
        PyObject *word = PyTuple_GET_ITEM(filter, 0);
        if (!PyUnicode_Check(word)) {
            PyErr_Format(PyExc_TypeError, "action must be a string, not '%.200s'", Py_TYPE(word)->tp_name);
            match = -1;
            break;
        }
        match = filter_matches(filter, category, text, line, module);
    }
    OU_HOLD_END(h);
    Py_DECREF(filters);
    if (match > 0) {
        action = Py_NewRef(PyTuple_GET_ITEM(filter, 0));
        *filter_out = filter;
        return action;
    }
    Py_XDECREF(filter);
    return match < 0 ? NULL : default_action();
}

/* ---- registries ------------------------------------------------------------------------------------------------ */

/* Has the key been warned about, with the filters as they are?  With `set` it has from now on.
 * 1, 0, or -1 with an error set. */
static int
already_warned(PyObject *registry, PyObject *key, bool set)
{
    long current = ou_interp()->warnings_version;
    PyObject *version = PyDict_GetItemWithError(registry, OU_STR(version));
    if (version == NULL && PyErr_Occurred()) {
        return -1;
    }
    bool fresh = version != NULL && PyLong_CheckExact(version) && PyLong_AsLong(version) == current;
    if (!fresh) {
        PyErr_Clear();
        PyDict_Clear(registry);
        PyObject *number = PyLong_FromLong(current);
        int status = number != NULL ? PyDict_SetItem(registry, OU_STR(version), number) : -1;
        Py_XDECREF(number);
        if (status < 0) {
            return -1;
        }
    }
    else {
        PyObject *warned = PyDict_GetItemWithError(registry, key);
        if (warned != NULL) {
            int truth = PyObject_IsTrue(warned);
            if (truth != 0) {
                return truth;
            }
        }
        else if (PyErr_Occurred()) {
            return -1;
        }
    }
    return set && PyDict_SetItem(registry, key, Py_True) < 0 ? -1 : 0;
}

/* The same with (text, category) or (text, category, 0) as key, which is set. */
static int
registry_update(PyObject *registry, PyObject *text, PyObject *category, bool zero)
{
    PyObject *key = zero ? PyTuple_Pack(3, text, category, OU_SMALL_INT(0)) : PyTuple_Pack(2, text, category);
    if (key == NULL) {
        return -1;
    }
    OU_HOLD(h, &key);
    int status = already_warned(registry, key, true);
    OU_HOLD_END(h);
    Py_DECREF(key);
    return status;
}

/* ---- showing --------------------------------------------------------------------------------------------------- */

/* "file.py:1: DeprecationWarning: text", and the source line under it.  Errors are forgotten. */
static void
show_default(PyObject *filename, int line, PyObject *text, PyObject *category, PyObject *source_line)
{
    PyObject *name = PyObject_GetAttr(category, OU_STR(__name__));
    PyObject *file = Py_XNewRef(ou_error_sys(OU_STR(stderr)));
    OU_HOLD(h, &name, &file);
    if (name != NULL && file != NULL && file != Py_None) {
        OuErrorSink sink = {file, 0, ""};
        int status = ou_error_sink_write_str(&sink, PyUnicode_FromFormat("%S:%d: %S: %S\n", filename, line, name, text));
        if (status == 0 && source_line != NULL) {
            /* Without the blanks at its start. */
            Py_ssize_t n = PyUnicode_GET_LENGTH(source_line), at = 0;
            while (at < n
                   && (PyUnicode_READ_CHAR(source_line, at) == ' ' || PyUnicode_READ_CHAR(source_line, at) == '\t'
                       || PyUnicode_READ_CHAR(source_line, at) == '\f')) {
                at++;
            }
            PyObject *rest = PyUnicode_Substring(source_line, at, n);
            if (rest != NULL) {
                ou_error_sink_write_str(&sink, PyUnicode_FromFormat("  %U\n", rest));
                Py_DECREF(rest);
            }
        }
        else if (status == 0) {
            _Py_DisplaySourceLine(file, filename, line, 2, NULL, NULL);
        }
    }
    PyErr_Clear();
    OU_HOLD_END(h);
    Py_XDECREF(name);
    Py_XDECREF(file);
}

/* By warnings._showwarnmsg(WarningMessage(...)), or ourselves if that module is not loaded.
 * Returns 0, or -1 with an error set. */
static int
show(PyObject *category, PyObject *text, PyObject *message, PyObject *filename, int line, PyObject *source_line,
     PyObject *source)
{
    PyObject *name = PyUnicode_InternFromString("_showwarnmsg");
    PyObject *function = name != NULL ? module_attr(name, source != NULL) : NULL, *class = NULL, *made = NULL;
    Py_XDECREF(name);
    if (function == NULL) {
        if (PyErr_Occurred()) {
            return -1;
        }
        show_default(filename, line, text, category, source_line);
        return 0;
    }
    int status = -1;
    OU_HOLD(h, &function, &class, &made);
    if (!PyCallable_Check(function)) {
        PyErr_SetString(PyExc_TypeError, "warnings._showwarnmsg() must be set to a callable");
        goto done;
    }
    name = PyUnicode_InternFromString("WarningMessage");
    class = name != NULL ? module_attr(name, false) : NULL;
    Py_XDECREF(name);
    if (class == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_RuntimeError, "unable to get warnings.WarningMessage");
        }
        goto done;
    }
    made = PyObject_CallFunction(class, "OOOiOOO", message, category, filename, line, Py_None, Py_None,
                                 source != NULL ? source : Py_None);
    if (made != NULL) {
        PyObject *result = PyObject_CallOneArg(function, made);
        status = result != NULL ? 0 : -1;
        Py_XDECREF(result);
    }
done:
    OU_HOLD_END(h);
    Py_DECREF(function);
    Py_XDECREF(class);
    Py_XDECREF(made);
    return status;
}

/* ---- warning --------------------------------------------------------------------------------------------------- */

/* The module that a file name stands for: without ".py".  Returns new. */
static PyObject *
module_of_file(PyObject *filename)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(filename);
    if (n == 0) {
        return PyUnicode_FromString("<unknown>");
    }
    bool is_py = n >= 3 && PyUnicode_READ_CHAR(filename, n - 3) == '.' && PyUnicode_READ_CHAR(filename, n - 2) == 'p'
              && PyUnicode_READ_CHAR(filename, n - 1) == 'y';
    return is_py ? PyUnicode_Substring(filename, 0, n - 3) : Py_NewRef(filename);
}

/* Note the warning where its action says.  1: it has been shown already; 0; -1 with an error set. */
static int
note_warning(PyObject *action, PyObject *filter, PyObject *registry, PyObject *key, PyObject *text, PyObject *category)
{
    if (_PyUnicode_EqualToASCIIString(action, "always")) {
        return 0;
    }
    if (registry != NULL && PyDict_SetItem(registry, key, Py_True) < 0) {
        return -1;
    }
    if (_PyUnicode_EqualToASCIIString(action, "once")) {
        PyObject *once = registry != NULL ? Py_NewRef(registry) : once_registry();
        if (once == NULL) {
            return -1;
        }
        OU_HOLD(h, &once);
        int status = registry_update(once, text, category, false);
        OU_HOLD_END(h);
        Py_DECREF(once);
        return status;
    }
    if (_PyUnicode_EqualToASCIIString(action, "module")) {
        return registry != NULL ? registry_update(registry, text, category, false) : 0;
    }
    if (!_PyUnicode_EqualToASCIIString(action, "default")) {
        PyErr_Format(PyExc_RuntimeError, "Unrecognized action (%R) in warnings.filters:\n %R", action,
                     filter != NULL ? filter : Py_None);
        return -1;
    }
    return 0;
}

PyObject *
ou_warnings_warn_explicit(PyObject *category, PyObject *message, PyObject *filename, int line, PyObject *module,
                          PyObject *registry, PyObject *source_line, PyObject *source)
{
    if (module == Py_None) {
        Py_RETURN_NONE;
    }
    if (registry == Py_None) {
        registry = NULL;
    }
    if (registry != NULL && !PyDict_Check(registry)) {
        PyErr_Format(PyExc_TypeError, "'registry' must be a dict or None, not '%.200s'", Py_TYPE(registry)->tp_name);
        return NULL;
    }
    if (ou_warnings_init() < 0) {
        return NULL;
    }
    if (source == Py_None) {
        source = NULL;
    }
    PyObject *result = NULL, *text = NULL, *key = NULL, *number = NULL, *action = NULL, *filter = NULL;
    module = module != NULL ? Py_NewRef(module) : module_of_file(filename);
    Py_INCREF(message);
    Py_XINCREF(category);
    Py_XINCREF(registry);
    OU_HOLD(h, &module, &message, &category, &registry, &text, &key, &action, &filter);
    if (module == NULL) {
        goto done;
    }
    int is_warning = PyObject_IsInstance(message, PyExc_Warning);
    if (is_warning < 0) {
        goto done;
    }
    if (is_warning) {
        text = PyObject_Str(message);
        Py_XSETREF(category, Py_NewRef(Py_TYPE(message)));
    }
    else {
        text = Py_NewRef(message);
        PyObject *instance = PyObject_CallOneArg(category, message);
        Py_SETREF(message, instance);
    }
    if (text == NULL || message == NULL) {
        goto done;
    }
    number = PyLong_FromLong(line);
    key = number != NULL ? PyTuple_Pack(3, text, category, number) : NULL;
    if (key == NULL) {
        goto done;
    }
    if (registry != NULL) {
        int warned = already_warned(registry, key, false);
        if (warned != 0) {
            result = warned < 0 ? NULL : Py_NewRef(Py_None);
            goto done;
        }
    }
    action = find_action(category, text, line, module, &filter);
    if (action == NULL) {
        goto done;
    }
    if (_PyUnicode_EqualToASCIIString(action, "error")) {
        PyErr_SetObject(category, message);
        goto done;
    }
    if (_PyUnicode_EqualToASCIIString(action, "ignore")) {
        result = Py_NewRef(Py_None);
        goto done;
    }
    int status = note_warning(action, filter, registry, key, text, category);
    if (status == 0) {
        status = show(category, text, message, filename, line, source_line, source);
    }
    result = status < 0 ? NULL : Py_NewRef(Py_None);
done:
    OU_HOLD_END(h);
    Py_XDECREF(module);
    Py_XDECREF(message);
    Py_XDECREF(category);
    Py_XDECREF(registry);
    Py_XDECREF(text);
    Py_XDECREF(key);
    Py_XDECREF(number);
    Py_XDECREF(action);
    Py_XDECREF(filter);
    return result;
}

/* ---- where it comes from --------------------------------------------------------------------------------------- */

/* Is the frame one of importlib's own?  Those are not what a warning is about. */
static bool
is_internal_frame(PyFrameObject *frame)
{
    PyCodeObject *code = PyFrame_GetCode(frame);
    PyObject *filename = code->co_filename;
    bool internal = false;
    if (filename != NULL && PyUnicode_Check(filename)) {
        const char *text = PyUnicode_AsUTF8(filename);
        internal = text != NULL && strstr(text, "importlib") != NULL && strstr(text, "_bootstrap") != NULL;
        PyErr_Clear();
    }
    Py_DECREF(code);
    return internal;
}

/* The caller's frame.  Refs takes `frame`, returns new or NULL. */
static PyFrameObject *
frame_back(PyFrameObject *frame, bool external)
{
    do {
        PyFrameObject *back = PyFrame_GetBack(frame);
        Py_DECREF(frame);
        frame = back;
    } while (external && frame != NULL && is_internal_frame(frame));
    return frame;
}

typedef struct {
    PyObject *filename, *module, *registry; /* owned */
    int line;
} Origin;

static void
origin_release(Origin *origin)
{
    Py_XDECREF(origin->filename);
    Py_XDECREF(origin->module);
    Py_XDECREF(origin->registry);
}

/* The place `stack_level` frames up (1: where it was called from).  Returns 0, or -1 with an error set and nothing to release. */
static int
origin_find(Py_ssize_t stack_level, Origin *origin)
{
    PyFrameObject *frame = (PyFrameObject *)Py_XNewRef(PyEval_GetFrame());
    *origin = (Origin){NULL};
    bool external = stack_level > 0 && !(frame != NULL && is_internal_frame(frame));
    while (--stack_level > 0 && frame != NULL) {
        frame = frame_back(frame, external);
    }
    PyObject *globals;
    if (frame == NULL) {
        globals = Py_XNewRef(ou_interp()->sysdict);
        origin->filename = Py_NewRef(OU_STR(sys));
        origin->line = 1;
    }
    else {
        PyCodeObject *code = PyFrame_GetCode(frame);
        globals = PyFrame_GetGlobals(frame);
        origin->filename = Py_NewRef(code->co_filename);
        origin->line = PyFrame_GetLineNumber(frame);
        Py_DECREF(code);
        Py_DECREF(frame);
    }
    if (globals == NULL || !PyDict_Check(globals)) {
        Py_XDECREF(globals);
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_SystemError, "a frame without globals");
        }
        goto fail;
    }
    PyObject *registry = PyDict_GetItemWithError(globals, OU_STR(__warningregistry__));
    if (registry != NULL) {
        origin->registry = Py_NewRef(registry);
    }
    else if (!PyErr_Occurred()) {
        origin->registry = PyDict_New();
        if (origin->registry != NULL && PyDict_SetItem(globals, OU_STR(__warningregistry__), origin->registry) < 0) {
            Py_CLEAR(origin->registry);
        }
    }
    if (origin->registry != NULL) {
        PyObject *module = PyDict_GetItemWithError(globals, OU_STR(__name__));
        if (module == Py_None || (module != NULL && PyUnicode_Check(module))) {
            origin->module = Py_NewRef(module);
        }
        else if (!PyErr_Occurred()) {
            origin->module = Py_NewRef(OU_STR(anon_string));
        }
    }
    Py_DECREF(globals);
    if (origin->module != NULL) {
        return 0;
    }
fail:
    origin_release(origin);
    return -1;
}

PyObject *
ou_warnings_category(PyObject *message, PyObject *category)
{
    int is_warning = PyObject_IsInstance(message, PyExc_Warning);
    if (is_warning < 0) {
        return NULL;
    }
    if (is_warning) {
        category = (PyObject *)Py_TYPE(message);
    }
    else if (category == NULL || category == Py_None) {
        category = PyExc_UserWarning;
    }
    int is_subclass = PyType_Check(category) ? PyObject_IsSubclass(category, PyExc_Warning) : 0;
    if (is_subclass < 0) {
        return NULL;
    }
    if (!is_subclass) {
        PyErr_Format(PyExc_TypeError, "category must be a Warning subclass, not '%s'", Py_TYPE(category)->tp_name);
        return NULL;
    }
    return category;
}

PyObject *
ou_warnings_warn(PyObject *message, PyObject *category, Py_ssize_t stack_level, PyObject *source)
{
    Origin origin;
    if (origin_find(stack_level, &origin) < 0) {
        return NULL;
    }
    OU_HOLD(h, &origin.filename, &origin.module, &origin.registry);
    PyObject *result = ou_warnings_warn_explicit(category, message, origin.filename, origin.line, origin.module,
                                                 origin.registry, NULL, source);
    OU_HOLD_END(h);
    origin_release(&origin);
    return result;
}

/* ---- the C API: each returns 0, or -1 with an error set: the warning itself, where a filter says so ------------ */

/* Refs takes `message`, which may be NULL with an error set. */
static int
warn_text(PyObject *source, PyObject *category, PyObject *message, Py_ssize_t stack_level)
{
    if (message == NULL) {
        return -1;
    }
    OU_HOLD(h, &message);
    PyObject *result = ou_warnings_warn(message, category != NULL ? category : PyExc_RuntimeWarning, stack_level, source);
    OU_HOLD_END(h);
    Py_DECREF(message);
    Py_XDECREF(result);
    return result != NULL ? 0 : -1;
}

int
PyErr_WarnEx(PyObject *category, const char *text, Py_ssize_t stack_level)
{
    return warn_text(NULL, category, PyUnicode_FromString(text), stack_level);
}

int
PyErr_WarnFormat(PyObject *category, Py_ssize_t stack_level, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    PyObject *message = PyUnicode_FromFormatV(format, list);
    va_end(list);
    return warn_text(NULL, category, message, stack_level);
}

int
PyErr_ResourceWarning(PyObject *source, Py_ssize_t stack_level, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    PyObject *message = PyUnicode_FromFormatV(format, list);
    va_end(list);
    return warn_text(source, PyExc_ResourceWarning, message, stack_level);
}

int
PyErr_WarnExplicitObject(PyObject *category, PyObject *message, PyObject *filename, int line, PyObject *module,
                         PyObject *registry)
{
    PyObject *result = ou_warnings_warn_explicit(category != NULL ? category : PyExc_RuntimeWarning, message, filename, line,
                                                 module, registry, NULL, NULL);
    Py_XDECREF(result);
    return result != NULL ? 0 : -1;
}

/* Refs takes `message`, which may be NULL with an error set. */
static int
warn_explicit_text(PyObject *category, PyObject *message, const char *filename, int line, const char *module,
                   PyObject *registry)
{
    PyObject *file = message != NULL ? PyUnicode_DecodeFSDefault(filename) : NULL;
    PyObject *name = file != NULL && module != NULL ? PyUnicode_FromString(module) : NULL;
    int status = -1;
    if (file != NULL && (module == NULL || name != NULL)) {
        OU_HOLD(h, &message, &file, &name);
        status = PyErr_WarnExplicitObject(category, message, file, line, name, registry);
        OU_HOLD_END(h);
    }
    Py_XDECREF(message);
    Py_XDECREF(file);
    Py_XDECREF(name);
    return status;
}

int
PyErr_WarnExplicit(PyObject *category, const char *text, const char *filename, int line, const char *module, PyObject *registry)
{
    return warn_explicit_text(category, PyUnicode_FromString(text), filename, line, module, registry);
}

int
PyErr_WarnExplicitFormat(PyObject *category, const char *filename, int line, const char *module, PyObject *registry,
                         const char *format, ...)
{
    va_list list;
    va_start(list, format);
    PyObject *message = PyUnicode_FromFormatV(format, list);
    va_end(list);
    return warn_explicit_text(category, message, filename, line, module, registry);
}

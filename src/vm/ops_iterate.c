/* vm/ops_iterate.c - iterators, and what generators and coroutines delegate to.
 *
 * Invariant  an iterator that has ended is released, and its register empty, before the loop goes on.
 * Not here   generators resumed by the loop itself (eval.c). */

#include "types/pairs.h"
#include "vm/ops.h"

int
ou_op_get_iter(Frame *frame)
{
    return ou_op_unary(frame, PyObject_GetIter);
}

/* FOR_ITER's iterator gave nothing (or is none).  Returns 0, the iterator dropped; or -1 with an error set. */
int
ou_op_for_iter_ended(Frame *frame)
{
    PyObject **place = &frame->registers[frame->pc->b & OU_INDEX_MASK], *iterator = *place;
    if (OU_UNLIKELY(Py_TYPE(iterator)->tp_iternext == NULL)) { /* a comprehension's code called with anything */
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not an iterator", Py_TYPE(iterator)->tp_name);
        return -1;
    }
    OuThread *thread = ou_thread();
    if (thread->ts.curexc_type != NULL) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
            return -1;
        }
        if (ou_is_traced(thread)) {
            ou_trace_exception(thread, frame);
        }
        PyErr_Clear();
    }
    *place = NULL;
    Py_DECREF(iterator);
    return 0;
}

/* 1 with two new references; 0 at the end or with an error set; -1 if the iterator is none that makes pairs.  RE-ENTRANT. */
static OU_ALWAYS_INLINE int
next_pair(PyObject *iterator, PyObject **first, PyObject **second)
{
    PyTypeObject *type = Py_TYPE(iterator);
    if (OU_UNLIKELY(ou_c_stack_is_low())) {
        return -1;
    }
    return type == &PyEnum_Type                                           ? ou_enumerate_next_pair(iterator, first, second)
         : type == &PyDictIterItem_Type                                   ? ou_dict_next_pair(iterator, first, second)
         : type == &PyZip_Type && OU_LIKELY(ou_zip_makes_pairs(iterator)) ? ou_zip_next_pair(iterator, first, second)
                                                                          : -1;
}

int
ou_op_for_iter_pair(Frame *frame)
{
    PyObject **r = frame->registers, *first, *second;
    int got = next_pair(r[frame->pc->b & OU_INDEX_MASK], &first, &second);
    if (OU_UNLIKELY(got <= 0)) {
        return got < 0 ? -2 : ou_op_for_iter_ended(frame);
    }
    frame->pc += 1 + ou_op_info[OU_OP_FOR_ITER].n_cache + (int16_t)frame->pc->c; /* the UNPACK_SEQUENCE; two MOVEs follow */
    PyObject **one = &r[frame->pc[1].a], **two = &r[frame->pc[2].a], **held = &r[frame->pc[2].b & OU_INDEX_MASK], *old = *one;
    *one = first;
    if (old != NULL) {
        *held = second; /* accounted for while the old value falls */
        Py_DECREF(old);
        second = *held;
        *held = NULL;
    }
    old = *two;
    *two = second;
    Py_XDECREF(old);
    return 1;
}

static PyObject *
yield_from_iter(PyObject *iterable, PyCodeObject *code)
{
    if (PyCoro_CheckExact(iterable)) {
        if (!(code->co_flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE))) {
            PyErr_SetString(PyExc_TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
            return NULL;
        }
        return Py_NewRef(iterable);
    }
    return PyGen_CheckExact(iterable) ? Py_NewRef(iterable) : PyObject_GetIter(iterable);
}

int
ou_op_get_yield_from_iter(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    PyObject *result = yield_from_iter(b, frame->code);
    if (result != NULL) {
        ou_op_finish1(frame, i.a, result, i.b);
    }
    OU_OP_RELEASE1(b);
    return result == NULL ? -1 : 0;
}

int
ou_op_send(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **value = &frame->registers[i.a & OU_INDEX_MASK], **iterator = &frame->registers[i.b & OU_INDEX_MASK];
    PyObject *result;
    PySendResult sent = PyIter_Send(*iterator, *value, &result);
    if (sent == PYGEN_ERROR) {
        OuThread *thread = ou_thread();
        if (ou_is_traced(thread) && PyErr_ExceptionMatches(PyExc_StopIteration)) {
            ou_trace_exception(thread, frame);
        }
        return -1;
    }
    Py_SETREF(*value, result);
    if (sent == PYGEN_NEXT) {
        return 0;
    }
    Py_CLEAR(*iterator);
    return 1;
}

int
ou_op_get_awaitable(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    PyObject *result = ou_coroutine_awaitable_iter(b);
    if (result == NULL) {
        PyTypeObject *type = Py_TYPE(b);
        if (i.c != 0 && (type->tp_as_async == NULL || type->tp_as_async->am_await == NULL)
            && PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Format(PyExc_TypeError, "'async with' received an object from %s that does not implement __await__: %.100s",
                         i.c == 1 ? "__aenter__" : "__aexit__", type->tp_name);
        }
    }
    else if (PyCoro_CheckExact(result) && ou_generator_delegate((PyGenObject *)result) != NULL) {
        Py_CLEAR(result);
        PyErr_SetString(PyExc_RuntimeError, "coroutine is being awaited already");
    }
    if (result != NULL) {
        ou_op_finish1(frame, i.a, result, i.b);
    }
    OU_OP_RELEASE1(b);
    return result == NULL ? -1 : 0;
}

static PyObject *
get_aiter(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    unaryfunc getter = type->tp_as_async != NULL ? type->tp_as_async->am_aiter : NULL;
    if (getter == NULL) {
        PyErr_Format(PyExc_TypeError, "'async for' requires an object with __aiter__ method, got %.100s", type->tp_name);
        return NULL;
    }
    PyObject *iterator = getter(op);
    if (iterator != NULL && (Py_TYPE(iterator)->tp_as_async == NULL || Py_TYPE(iterator)->tp_as_async->am_anext == NULL)) {
        PyErr_Format(PyExc_TypeError, "'async for' received an object from __aiter__ that does not implement __anext__: %.100s",
                     Py_TYPE(iterator)->tp_name);
        Py_CLEAR(iterator);
    }
    return iterator;
}

int
ou_op_get_aiter(Frame *frame)
{
    return ou_op_unary(frame, get_aiter);
}

int
ou_op_get_anext(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *iterator = frame->registers[i.b & OU_INDEX_MASK], *result;
    PyTypeObject *type = Py_TYPE(iterator);
    unaryfunc getter = type->tp_as_async != NULL ? type->tp_as_async->am_anext : NULL;
    if (getter == NULL) {
        PyErr_Format(PyExc_TypeError, "'async for' requires an iterator with __anext__ method, got %.100s", type->tp_name);
        return -1;
    }
    PyObject *next = getter(iterator);
    if (next == NULL) {
        return -1;
    }
    if (PyAsyncGen_CheckExact(iterator)) {
        result = next;
    }
    else {
        OU_HOLD(h, &next);
        result = ou_coroutine_awaitable_iter(next);
        if (result == NULL) {
            _PyErr_FormatFromCause(PyExc_TypeError, "'async for' received an invalid object from __anext__: %.100s",
                                   Py_TYPE(next)->tp_name);
        }
        Py_CLEAR(next);
        OU_HOLD_END(h);
        if (result == NULL) {
            return -1;
        }
    }
    ou_op_store(frame, i.a, result);
    return 0;
}

int
ou_op_end_async_for(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject **exception = &frame->registers[i.a & OU_INDEX_MASK], **iterator = &frame->registers[i.b & OU_INDEX_MASK];
    if (PyErr_GivenExceptionMatches(*exception, PyExc_StopAsyncIteration)) {
        Py_CLEAR(*exception);
        Py_CLEAR(*iterator);
        return 0;
    }
    PyObject *value = *exception;
    *exception = NULL;
    PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(value)), value, PyException_GetTraceback(value));
    return -2;
}

int
ou_op_async_gen_wrap(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *value = ou_op_take(frame->registers, ou_frame_consts(frame), i.b);
    PyObject *wrapped = ou_async_gen_wrap(value);
    if (wrapped == NULL) {
        return -1;
    }
    ou_op_store(frame, i.a, wrapped);
    return 0;
}

/* vm/ops_operator.c - operators on any objects: the general halves of arithmetic, comparison and truth.
 *
 * Invariant  operands are held over the call and consumed only when it succeeded (OU_OP_HOLD1 to 3 in ops.h).
 * Not here   ints, floats and strings in the loop (eval.c, specialize.c). */

#include "types/str.h"
#include "vm/ops.h"

int
ou_op_unary(Frame *frame, PyObject *(*function)(PyObject *))
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    PyObject *result = function(b);
    if (result != NULL) {
        ou_op_finish1(frame, i.a, result, i.b);
    }
    OU_OP_RELEASE1(b);
    return result == NULL ? -1 : 0;
}

int
ou_op_binary(Frame *frame, PyObject *(*function)(PyObject *, PyObject *))
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b), *c = ou_op_value(frame, i.c);
    OU_OP_HOLD2(b, i.b, c, i.c);
    PyObject *result = function(b, c);
    if (result != NULL) {
        ou_op_finish2(frame, i.a, result, i.b, i.c);
    }
    OU_OP_RELEASE2(b, c);
    return result == NULL ? -1 : 0;
}

/* str + str where the left one may be nobody else's: `s += t`, `s = s + t`, `a + b + c`.  Returns 1 if done, 0 if it
 * isn't such a case, -1. */
static int
add_strings(Frame *frame, OuInstr i, PyObject *b, PyObject *c)
{
    bool into_itself = ou_op_is_local(i.b) && i.a == i.b;
    if (!into_itself && !ou_op_is_temp(i.b)) {
        return 0;
    }
    PyObject **place = &frame->registers[i.b & OU_INDEX_MASK];
    if (b == c || Py_REFCNT(b) != 1) {
        return 0;
    }
    if (ou_str_concat_in_place(place, c) < 0) {
        return -1;
    }
    if (!into_itself && i.a != i.b) {
        PyObject *sum = *place;
        *place = NULL;
        ou_op_store(frame, i.a, sum);
    }
    ou_op_consume(frame, i.c);
    return 1;
}

int
ou_op_add(Frame *frame, bool in_place)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b), *c = ou_op_value(frame, i.c);
    if (PyUnicode_CheckExact(b) && PyUnicode_CheckExact(c)) {
        int done = add_strings(frame, i, b, c);
        if (done != 0) {
            return done < 0 ? -1 : 0;
        }
    }
    return ou_op_binary(frame, in_place ? PyNumber_InPlaceAdd : PyNumber_Add);
}

static PyObject *
power(PyObject *b, PyObject *c)
{
    return PyNumber_Power(b, c, Py_None);
}

static PyObject *
power_in_place(PyObject *b, PyObject *c)
{
    return PyNumber_InPlacePower(b, c, Py_None);
}

int
ou_op_power(Frame *frame, bool in_place)
{
    return ou_op_binary(frame, in_place ? power_in_place : power);
}

int
ou_op_compare(Frame *frame, int operation)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b), *c = ou_op_value(frame, i.c);
    OU_OP_HOLD2(b, i.b, c, i.c);
    PyObject *result = PyObject_RichCompare(b, c, operation);
    if (result != NULL) {
        ou_op_finish2(frame, i.a, result, i.b, i.c);
    }
    OU_OP_RELEASE2(b, c);
    return result == NULL ? -1 : 0;
}

int
ou_op_compare_test(Frame *frame, int operation)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.a), *c = ou_op_value(frame, i.b), *result;
    OU_OP_HOLD2(b, i.a, c, i.b);
    int truth = -1;
    result = PyObject_RichCompare(b, c, operation);
    if (result != NULL) {
        if (result == Py_True || result == Py_False) {
            truth = result == Py_True;
            Py_DECREF(result);
        }
        else {
            OU_HOLD(h, &result);
            truth = PyObject_IsTrue(result);
            Py_CLEAR(result);
            OU_HOLD_END(h);
        }
    }
    if (truth >= 0) {
        ou_op_consume(frame, i.a);
        ou_op_consume(frame, i.b);
    }
    OU_OP_RELEASE2(b, c);
    return truth;
}

/* Truth of operand x, which is dropped. */
int
ou_op_test(Frame *frame, uint16_t x)
{
    PyObject *b = ou_op_value(frame, x);
    OU_OP_HOLD1(b, x);
    int truth = PyObject_IsTrue(b);
    if (truth >= 0) {
        ou_op_consume(frame, x);
    }
    OU_OP_RELEASE1(b);
    return truth;
}

int
ou_op_not(Frame *frame)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b);
    OU_OP_HOLD1(b, i.b);
    int truth = ou_op_truth(b);
    if (truth >= 0) {
        ou_op_finish1(frame, i.a, Py_NewRef(truth ? Py_False : Py_True), i.b);
    }
    OU_OP_RELEASE1(b);
    return truth < 0 ? -1 : 0;
}

int
ou_op_contains(Frame *frame, bool negated)
{
    OuInstr i = *frame->pc;
    PyObject *b = ou_op_value(frame, i.b), *c = ou_op_value(frame, i.c);
    OU_OP_HOLD2(b, i.b, c, i.c);
    int found = PySequence_Contains(c, b);
    if (found >= 0) {
        ou_op_finish2(frame, i.a, Py_NewRef(found != negated ? Py_True : Py_False), i.b, i.c);
    }
    OU_OP_RELEASE2(b, c);
    return found < 0 ? -1 : 0;
}

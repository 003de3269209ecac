/* tests/unit/object/keys_test.c - object/keys.c: versions, order, room in front, shared keys. */
#include <Python.h>

static void
start(void)
{
    Py_InitializeEx(0);
}
#define UNIT_SETUP start
#include "unit.h"

#include "object/keys.h"
#include "types/dict.h"

static PyObject *
name_of(int i)
{
    return PyUnicode_FromFormat("name%d", i);
}

static PyDictObject *
dict_of(int n)
{
    PyObject *dict = PyDict_New();
    for (int i = 0; i < n; i++) {
        PyObject *name = name_of(i);
        CHECK_EQ(PyDict_SetItem(dict, name, Py_None), 0);
        Py_DECREF(name);
    }
    return (PyDictObject *)dict;
}

TEST(keys, version_stays_while_values_change_alone)
{
    PyDictObject *dict = dict_of(4);
    PyObject *name = name_of(2), *other = name_of(9);
    uint32_t version = ou_keys_version(dict->ma_keys);
    CHECK(version != 0);
    Py_ssize_t entry = ou_keys_lookup_str(dict->ma_keys, name, ou_keys_str_hash(name));
    CHECK_EQ(entry, 2);
    PyDict_SetItem((PyObject *)dict, name, Py_True);
    CHECK_EQ(ou_keys_version(dict->ma_keys), version);
    CHECK(ou_keys_str_entries(dict->ma_keys)[entry].value == Py_True);
    PyDict_SetItem((PyObject *)dict, other, Py_True);
    CHECK_EQ(dict->ma_keys->version, 0);
    uint32_t next = ou_keys_version(dict->ma_keys);
    CHECK(next != 0 && next != version);
    PyDict_DelItem((PyObject *)dict, name);
    CHECK_EQ(dict->ma_keys->version, 0);
    Py_DECREF(name);
    Py_DECREF(other);
    Py_DECREF(dict);
}

TEST(keys, general_and_empty_tables_have_no_version)
{
    PyDictObject *dict = dict_of(0);
    CHECK_EQ(ou_keys_version(dict->ma_keys), 0);
    PyObject *number = PyLong_FromLong(1);
    PyDict_SetItem((PyObject *)dict, number, Py_None);
    CHECK_EQ(dict->ma_keys->kind, OU_KEYS_GENERAL);
    CHECK_EQ(ou_keys_version(dict->ma_keys), 0);
    Py_DECREF(number);
    Py_DECREF(dict);
}

TEST(keys, a_queue_does_not_grow_and_is_not_scanned)
{
    PyDictObject *dict = dict_of(100);
    for (int i = 100; i < 20000; i++) {
        PyObject *first, *value, *name = name_of(i);
        Py_ssize_t position = 0;
        CHECK(PyDict_Next((PyObject *)dict, &position, &first, &value));
        CHECK(position == dict->ma_keys->first + 1);
        Py_INCREF(first);
        PyDict_DelItem((PyObject *)dict, first);
        Py_DECREF(first);
        PyDict_SetItem((PyObject *)dict, name, Py_None);
        Py_DECREF(name);
    }
    CHECK_EQ(dict->ma_used, 100);
    CHECK(dict->ma_keys->log2_size <= 9);
    Py_DECREF(dict);
}

TEST(keys, prepend_uses_the_gap)
{
    PyDictObject *dict = dict_of(3);
    CHECK_EQ(ou_keys_resize_gap(dict, 4, OU_KEYS_STR, 2), 0);
    CHECK_EQ(dict->ma_keys->first, 2);
    PyObject *name = name_of(7), *key, *value;
    ou_keys_prepend(dict->ma_keys, Py_NewRef(name), ou_keys_str_hash(name), Py_NewRef(Py_None));
    dict->ma_used++;
    Py_ssize_t position = 0;
    CHECK(PyDict_Next((PyObject *)dict, &position, &key, &value) && key == name);
    CHECK_EQ(PyDict_Contains((PyObject *)dict, name), 1);
    Py_DECREF(name);
    Py_DECREF(dict);
}

TEST(keys, shared_keys_fill_up_and_then_refuse)
{
    PyDictKeysObject *keys = ou_keys_new_shared();
    for (int i = 0; i < OU_SHARED_MAX; i++) {
        PyObject *name = name_of(i);
        CHECK_EQ(ou_keys_insert_shared(keys, name), i);
        CHECK_EQ(ou_keys_insert_shared(keys, name), i);
        CHECK(ou_keys_shared_key(keys, i) == name);
        Py_DECREF(name);
    }
    PyObject *name = name_of(OU_SHARED_MAX);
    CHECK_EQ(ou_keys_insert_shared(keys, name), -1);
    CHECK_EQ(ou_keys_lookup_str(keys, name, ou_keys_str_hash(name)), OU_KEYS_ABSENT);
    Py_DECREF(name);
    ou_keys_free(keys);
}

TEST(keys, inline_values_move_into_a_dict_in_their_own_order)
{
    PyDictKeysObject *keys = ou_keys_new_shared();
    PyObject *values[3], *list = PyList_New(0);
    for (int i = 0; i < 3; i++) {
        PyObject *name = name_of(i);
        ou_keys_insert_shared(keys, name);
        Py_DECREF(name);
        values[i] = i == 1 ? NULL : Py_NewRef(list);
    }
    uint8_t order[] = {2, 0};
    PyObject *dict = ou_dict_from_inline(keys, values, order, 2);
    CHECK_EQ(PyDict_Size(dict), 2);
    CHECK(values[0] == NULL && values[2] == NULL);
    CHECK_EQ(Py_REFCNT(list), 3);
    CHECK(ou_gc_is_tracked(dict));
    PyObject *key, *value;
    Py_ssize_t position = 0;
    CHECK(PyDict_Next(dict, &position, &key, &value) && key == ou_keys_shared_key(keys, 2) && value == list);
    Py_DECREF(dict);
    CHECK_EQ(Py_REFCNT(list), 1);
    Py_DECREF(list);
    ou_keys_free(keys);
}

TEST(keys, indexes_of_every_width_find_their_keys)
{
    PyObject *dict = PyDict_New();
    for (long i = 0; i < 120000; i++) {
        PyObject *number = PyLong_FromLong(i << 20); /* the low bits say nothing */
        PyDict_SetItem(dict, number, Py_None);
        Py_DECREF(number);
    }
    CHECK(((PyDictObject *)dict)->ma_keys->log2_size >= 16);
    for (long i = 0; i < 120000; i += 7) {
        PyObject *number = PyLong_FromLong(i << 20);
        CHECK_EQ(PyDict_Contains(dict, number), 1);
        Py_DECREF(number);
    }
    Py_DECREF(dict);
}

FAULT_TEST(keys, insert_is_all_or_nothing)
{
    PyDictObject *dict = (PyDictObject *)PyDict_New();
    if (dict == NULL) {
        PyErr_Clear();
        return;
    }
    for (int i = 0; i < 20; i++) {
        PyObject *number = OU_SMALL_INT(i);
        Py_ssize_t used = dict->ma_used;
        if (PyDict_SetItem((PyObject *)dict, number, Py_None) < 0) {
            CHECK_EQ(dict->ma_used, used);
            CHECK_EQ(PyDict_Contains((PyObject *)dict, number), 0);
            PyErr_Clear();
        }
    }
    Py_DECREF(dict);
}

FAULT_TEST(set, add_is_all_or_nothing)
{
    PyObject *set = PySet_New(NULL);
    if (set == NULL) {
        PyErr_Clear();
        return;
    }
    for (int i = 0; i < 40; i++) {
        Py_ssize_t used = PySet_GET_SIZE(set);
        if (PySet_Add(set, OU_SMALL_INT(i)) < 0) {
            CHECK_EQ(PySet_GET_SIZE(set), used);
            PyErr_Clear();
        }
        else {
            CHECK_EQ(PySet_Contains(set, OU_SMALL_INT(i)), 1);
        }
    }
    Py_DECREF(set);
}

FAULT_TEST(list, slice_assignment_is_all_or_nothing)
{
    PyObject *list = PyList_New(5), *more = PyList_New(40);
    for (int i = 0; list != NULL && i < 5; i++) {
        PyList_SET_ITEM(list, i, Py_NewRef(OU_SMALL_INT(i)));
    }
    for (int i = 0; more != NULL && i < 40; i++) {
        PyList_SET_ITEM(more, i, Py_NewRef(Py_None));
    }
    if (list != NULL && more != NULL && PyList_SetSlice(list, 1, 4, more) < 0) {
        CHECK_EQ(PyList_GET_SIZE(list), 5);
        for (int i = 0; i < 5; i++) {
            CHECK(PyList_GET_ITEM(list, i) == OU_SMALL_INT(i));
        }
    }
    PyErr_Clear();
    Py_XDECREF(list);
    Py_XDECREF(more);
}

/* tests/unit/capi/hashtable_test.c - capi/hashtable.c, capi/ctype.c, and searching in bytes. */
#include <Python.h>

static void
start(void)
{
    Py_InitializeEx(0);
}
#define UNIT_SETUP start
#include "unit.h"

#include "hashtable.h"

#define KEY(n) ((void *)(uintptr_t)(n))

static int n_destroyed;

static void
count_destroyed(void *ignored)
{
    n_destroyed++;
}

static int
sum_up(_Py_hashtable_t *table, const void *key, const void *value, void *arg)
{
    *(uintptr_t *)arg += (uintptr_t)key + (uintptr_t)value;
    return 0;
}

TEST(hashtable, keeps_what_is_entered)
{
    uintptr_t sum = 0;
    _Py_hashtable_t *table = _Py_hashtable_new(_Py_hashtable_hash_ptr, _Py_hashtable_compare_direct);
    for (uintptr_t i = 1; i <= 1000; i++) {
        CHECK(_Py_hashtable_set(table, KEY(8 * i), KEY(i)) == 0);
    }
    CHECK(table->nentries == 1000 && table->nbuckets >= 1000);
    CHECK(_Py_hashtable_get(table, KEY(8)) == KEY(1) && _Py_hashtable_get(table, KEY(7)) == NULL);
    CHECK(_Py_hashtable_steal(table, KEY(8)) == KEY(1) && _Py_hashtable_steal(table, KEY(8)) == NULL);
    CHECK(_Py_hashtable_foreach(table, sum_up, &sum) == 0 && sum == 9 * (1000 * 1001 / 2 - 1));
    CHECK(_Py_hashtable_size(table) > sizeof *table);
    _Py_hashtable_destroy(table);
}

TEST(hashtable, destroys_keys_and_values)
{
    _Py_hashtable_t *table =
        _Py_hashtable_new_full(_Py_hashtable_hash_ptr, _Py_hashtable_compare_direct, count_destroyed, count_destroyed, NULL);
    CHECK(_Py_hashtable_set(table, KEY(8), KEY(1)) == 0 && _Py_hashtable_set(table, KEY(16), KEY(2)) == 0);
    _Py_hashtable_clear(table);
    CHECK(n_destroyed == 4 && table->nentries == 0 && _Py_hashtable_get(table, KEY(8)) == NULL);
    _Py_hashtable_destroy(table);
}

FAULT_TEST(hashtable, refused_memory_changes_nothing)
{
    _Py_hashtable_t *table = _Py_hashtable_new(_Py_hashtable_hash_ptr, _Py_hashtable_compare_direct);
    if (table == NULL) {
        return;
    }
    size_t n_entered = 0;
    for (uintptr_t i = 1; i <= 40; i++) {
        n_entered += _Py_hashtable_set(table, KEY(8 * i), KEY(i)) == 0;
    }
    CHECK(table->nentries == n_entered);
    _Py_hashtable_destroy(table);
}

TEST(bytes, find_stays_inside)
{
    CHECK(_PyBytes_Find("abcabc", 6, "bc", 2, 10) == 11 && _PyBytes_ReverseFind("abcabc", 6, "bc", 2, 10) == 14);
    CHECK(_PyBytes_Find("abcabc", 4, "bcx", 3, 0) == -1 && _PyBytes_Find("abc", 2, "bc", 2, 0) == -1);
    CHECK(_PyBytes_Find("abc", 3, "", 0, 5) == 5 && _PyBytes_ReverseFind("abc", 3, "", 0, 5) == 8);
}

TEST(ctype, is_ascii_in_any_locale)
{
    CHECK(_Py_ctype_tolower['A'] == 'a' && _Py_ctype_tolower['['] == '[' && _Py_ctype_tolower[0xC4] == 0xC4);
    CHECK(_Py_ctype_toupper['z'] == 'Z' && _Py_ctype_toupper[0xE4] == 0xE4);
    CHECK(_Py_ctype_table['a'] == 17 && _Py_ctype_table['Z'] == 2 && _Py_ctype_table['7'] == 20 && _Py_ctype_table['\v'] == 8);
    CHECK(_Py_ctype_table[0xE4] == 0 && _Py_ctype_table['_'] == 0);
}

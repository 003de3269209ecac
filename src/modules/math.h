/* modules/math.h - what the files of the modules math and cmath share. */
#ifndef OU_MODULES_MATH_H
#define OU_MODULES_MATH_H

#include "object/args.h"
#include "object/hold.h"

/* Set the error and return NULL. */
PyObject *ou_math_domain_error(void);
PyObject *ou_math_range_error(void);

/* Methods of the module. */
PyObject *ou_math_comb(PyObject *module, PyObject *const *args, Py_ssize_t n_args);     /* math_integer.c */
PyObject *ou_math_perm(PyObject *module, PyObject *const *args, Py_ssize_t n_args);
PyObject *ou_math_factorial(PyObject *module, PyObject *arg);
PyObject *ou_math_gcd(PyObject *module, PyObject *const *args, Py_ssize_t n_args);
PyObject *ou_math_lcm(PyObject *module, PyObject *const *args, Py_ssize_t n_args);
PyObject *ou_math_isqrt(PyObject *module, PyObject *arg);
PyObject *ou_math_dist(PyObject *module, PyObject *const *args, Py_ssize_t n_args);     /* math_sum.c */
PyObject *ou_math_hypot(PyObject *module, PyObject *const *args, Py_ssize_t n_args);
PyObject *ou_math_fsum(PyObject *module, PyObject *arg);
PyObject *ou_math_prod(PyObject *module, PyObject *const *args, Py_ssize_t n_args, PyObject *kwnames);

#endif

/* modules/_statistics.c - module _statistics: the inverse of the normal distribution, for statistics.NormalDist.
 *
 * Invariant  keeps nothing.
 * Source     Michael J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", 1988: PPND16. */
#include <math.h>

#include "object/hold.h"
#include "types/int.h"

/* c[0] + c[1] x + ... + c[7] x**7. */
static double
polynomial(const double *c, double x)
{
    double sum = c[7];
    for (int i = 6; i >= 0; i--) {
        sum = sum * x + c[i];
    }
    return sum;
}

/* The coefficients of numerator and denominator in the middle, in the tails, and far out. */
static const double middle[2][8] = {
    {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
     4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3},
    {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3, 2.1213794301586595867e+4,
     3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3},
};
static const double tail[2][8] = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
     1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9},
};
static const double far_out[2][8] = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
     1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15},
};

static double
normal_inverse(double p)
{
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return polynomial(middle[0], r) * q / polynomial(middle[1], r);
    }
    double r = sqrt(-log(q <= 0 ? p : 1.0 - p)), x;
    if (r <= 5.0) {
        r -= 1.6;
        x = polynomial(tail[0], r) / polynomial(tail[1], r);
    }
    else {
        r -= 5.0;
        x = polynomial(far_out[0], r) / polynomial(far_out[1], r);
    }
    return q < 0 ? -x : x;
}

static PyObject *
statistics_normal_dist_inv_cdf(PyObject *module, PyObject *args)
{
    double p, mu, sigma;
    if (!PyArg_ParseTuple(args, "ddd:_normal_dist_inv_cdf", &p, &mu, &sigma)) {
        return NULL;
    }
    if (!(p > 0.0 && p < 1.0 && sigma > 0.0)) {
        PyErr_SetString(PyExc_ValueError, "inv_cdf undefined for these parameters");
        return NULL;
    }
    return PyFloat_FromDouble(mu + normal_inverse(p) * sigma);
}

static PyMethodDef statistics_methods[] = {
    {"_normal_dist_inv_cdf", statistics_normal_dist_inv_cdf, METH_VARARGS,
     "_normal_dist_inv_cdf($module, p, mu, sigma, /)\n--\n\nWhere the distribution reaches the probability p."},
    {NULL},
};

static PyModuleDef_Slot statistics_slots[] = {{0, NULL}};

static PyModuleDef statistics_module = {
    PyModuleDef_HEAD_INIT,           .m_name = "_statistics",     .m_doc = "For module statistics.",
    .m_methods = statistics_methods, .m_slots = statistics_slots,
};

PyMODINIT_FUNC
PyInit__statistics(void)
{
    return PyModuleDef_Init(&statistics_module);
}

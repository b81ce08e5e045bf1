/* vector.h - a vector held densely with the list of its nonzeros, so that the cost of a solve is that of its nonzeros.
 *
 * Between calls every entry outside index[0..count-1] is exactly zero and none is listed twice; count VECTOR_UNLISTED
 * means that the vector is dense and has no list at the moment; vector_list makes one. */
#ifndef SOLVER_LP_VECTOR_H
#define SOLVER_LP_VECTOR_H
#include <stdbool.h>

#define VECTOR_UNLISTED (-1)
#define VECTOR_TINY     1e-14 /* results of solves below this are rounding errors and dropped */

struct vector {
    int size, count;
    int *index;    /* [size] */
    double *value; /* [size] */
};

struct vector *vector_new(int size);
void vector_free(struct vector *v);
void vector_clear(struct vector *v);
void vector_set(struct vector *v, int i, double value); /* entry i was zero, value is not */
void vector_add(struct vector *v, int i, double value); /* adds; a listed entry that cancels keeps a trace of 1e-50 */
void vector_list(struct vector *v);                     /* drops tiny entries; makes the list if unlisted */
void vector_copy(struct vector *to, const struct vector *from);
double vector_largest(const struct vector *v);
double vector_norm2(const struct vector *v); /* square of the Euclidean norm */
bool vector_check(const struct vector *v);   /* for CHECK: the invariant above */

#endif

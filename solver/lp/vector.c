#include "solver/lp/vector.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"

struct vector *vector_new(int size) {
    assert(size >= 0);
    struct vector *v = MEMORY_NEW(struct vector, 1);
    v->size = size;
    v->index = MEMORY_NEW(int, size);
    v->value = MEMORY_NEW(double, size);
    return v;
}

void vector_free(struct vector *v) {
    if (!v) return;
    free(v->index);
    free(v->value);
    free(v);
}

void vector_clear(struct vector *v) {
    assert(v->count >= VECTOR_UNLISTED && v->count <= v->size);
    if (v->count < 0 || v->count > v->size / 4)
        memory_clear(v->value, (size_t)v->size * sizeof *v->value);
    else
        for (int k = 0; k < v->count; k++) v->value[v->index[k]] = 0;
    v->count = 0;
}

void vector_set(struct vector *v, int i, double value) {
    assert(i >= 0 && i < v->size && v->count >= 0 && v->count < v->size);
    assert(v->value[i] == 0); /* else it would be listed twice */
    v->value[i] = value;
    v->index[v->count++] = i;
}

void vector_add(struct vector *v, int i, double value) {
    assert(i >= 0 && i < v->size);
    if (v->value[i] == 0) {
        if (value != 0) vector_set(v, i, value);
        return;
    }
    double sum = v->value[i] + value;
    v->value[i] = sum == 0 ? 1e-50 : sum;
}

/* Without branches on the values: about half of a dense vector's entries are zero, unpredictably. */
void vector_list(struct vector *v) {
    int kept = 0, count = v->count < 0 ? v->size : v->count;
    double *value = v->value;
    if (v->count < 0) {
        for (int i = 0; i < count; i++) {
            bool is = fabs(value[i]) > VECTOR_TINY;
            v->index[kept] = i;
            value[i] = is ? value[i] : 0;
            kept += is;
        }
    } else {
        for (int k = 0; k < count; k++) {
            int i = v->index[k];
            bool is = fabs(value[i]) > VECTOR_TINY;
            v->index[kept] = i;
            value[i] = is ? value[i] : 0;
            kept += is;
        }
    }
    v->count = kept;
    CHECK(vector_check(v));
}

void vector_copy(struct vector *to, const struct vector *from) {
    assert(to != from && to->size == from->size);
    vector_clear(to);
    if (from->count < 0) {
        memory_copy(to->value, from->value, (size_t)from->size * sizeof *from->value);
        to->count = VECTOR_UNLISTED;
        return;
    }
    for (int k = 0; k < from->count; k++) vector_set(to, from->index[k], from->value[from->index[k]]);
}

double vector_largest(const struct vector *v) {
    assert(v->count >= 0); /* of a listed vector */
    double most = 0;
    for (int k = 0; k < v->count; k++) {
        double size = fabs(v->value[v->index[k]]);
        if (size > most) most = size;
    }
    return most;
}

double vector_norm2(const struct vector *v) {
    assert(v->count >= 0);
    double sum = 0;
    for (int k = 0; k < v->count; k++) sum += v->value[v->index[k]] * v->value[v->index[k]];
    return sum;
}

bool vector_check(const struct vector *v) {
    if (v->count < 0) return v->count == VECTOR_UNLISTED;
    bool *listed = MEMORY_NEW(bool, v->size), good = true;
    for (int k = 0; k < v->count && good; k++) {
        good = v->index[k] >= 0 && v->index[k] < v->size && !listed[v->index[k]];
        if (good) listed[v->index[k]] = true;
    }
    for (int i = 0; i < v->size && good; i++) good = listed[i] || v->value[i] == 0;
    free(listed);
    return good;
}

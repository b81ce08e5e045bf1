/* Cuts of families of products (products.h): of all K the one that the relaxation violates most, the members with a S_k
 * + D_k > 0. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/cuts/cuts.h"
#include "solver/model/products.h"
#include "solver/search/worker.h"

struct product {
    struct cuts *c;
    const struct products *p;
    double *dense; /* [cols] zero between calls */
    int *list;     /* [cols] where dense may be nonzero; count */
    int count;
};

static void product_add(struct product *v, int j, double value) {
    assert(j >= 0 && j < v->c->m->cols);
    if (v->dense[j] == 0) v->list[v->count++] = j;
    v->dense[j] += value;
}

/* a S_k + D_k at the relaxation's solution, or the common part alone. */
static double product_value(const struct product *v, const struct product_family *f, const struct product_member *m,
                            bool common) {
    struct cuts_row r = cuts_row(v->c, m->row);
    double sum = 0;
    for (long e = 0; e < r.count; e++) {
        double a = m->sign * r.value[e];
        if ((products_part(v->p, f->group, r.col[e], a) == PRODUCT_COMMON) == common) sum += a * v->c->x[r.col[e]];
    }
    return sum;
}

static void product_take(struct product *v, const struct product_family *f, const struct product_member *m,
                         bool common) {
    struct cuts_row r = cuts_row(v->c, m->row);
    for (long e = 0; e < r.count; e++) {
        double a = m->sign * r.value[e];
        if ((products_part(v->p, f->group, r.col[e], a) == PRODUCT_COMMON) == common) product_add(v, r.col[e], a);
    }
}

static void product_family(struct product *v, const struct product_family *f) {
    const struct product_member *member = v->p->member + f->first;
    double side = products_side(&v->p->source, member->row, member->sign);
    double excess = product_value(v, f, member, true) - side;
    assert(v->count == 0 && f->count > 0); /* dense is zero between families */
    int taken = 0;
    for (int k = 0; k < f->count; k++) {
        double value = product_value(v, f, &member[k], false);
        if (value < 1e-9) continue;
        excess += value;
        product_take(v, f, &member[k], false);
        taken++;
    }
    assert(taken <= f->count);
    if (taken > 1 && excess > 1e-6) {
        product_take(v, f, member, true);
        cuts_offer(v->c, v->dense, v->list, v->count, side, "product");
    }
    for (int k = 0; k < v->count; k++) v->dense[v->list[k]] = 0;
    v->count = 0;
}

void product_separate(struct cuts *c) {
    struct product v = {.c = c, .p = &c->w->tree->structure.products};
    v.dense = MEMORY_NEW(double, c->m->cols);
    v.list = MEMORY_NEW(int, c->m->cols);
    for (int k = 0; k < v.p->families && !worker_stopped(c->w); k++) product_family(&v, &v.p->family[k]);
    free(v.dense);
    free(v.list);
}

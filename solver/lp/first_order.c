/* Primal-dual hybrid gradients (Chambolle & Pock 2011) with diagonal steps (Pock & Chambolle 2011), the reflected
 * iteration of Halpern (Lu & Yang 2024) and restarts (Applegate et al. 2023).
 *
 * With z = (x, y), rows r, T(z) is
 *
 *     x+ = proj(x - tau (c - A'y)),   y+ = sigma (v - proj_[-r](v)),   v = y / sigma - A(2 x+ - x).
 *
 * It is nonexpansive in |.|, the norm of dx'dx / tau - 2 dy'A dx + dy'dy / sigma, and z <- (k+1)/(k+2) (2 T(z) - z) +
 * 1/(k+2) z_0 converges to a fixed point. A x and A'y are updated along with z, being linear, so that T costs one
 * product with each. */
#include "solver/lp/first_order.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

#define CHECK_EVERY 40
/* Largest error after the probe; programs that do not suit this method have 0.05 to 10^7 (65 of Netlib, 100 passes). */
#define PROMISING   0.02
#define ACCURATE    1e-6 /* from 1e-4 the basis made of it takes ten times as many pivots (qap12) */
#define PASSES_MOST 100000

struct point {
    double *x, *y, *ax, *aty; /* [cols], [rows], [rows], [cols] */
};

struct first_order {
    const struct simplex *s;
    struct point now, next, anchor; /* z, T(z), z_0 */
    double *tau, *sigma;            /* [cols], [rows] before `weight` */
    double weight;                  /* of the primal: tau / weight, sigma * weight */
};

static void point_init(struct point *p, int rows, int cols) {
    *p = (struct point){MEMORY_NEW(double, cols), MEMORY_NEW(double, rows), MEMORY_NEW(double, rows),
                        MEMORY_NEW(double, cols)};
}

static void point_free(struct point *p) {
    free(p->x);
    free(p->y);
    free(p->ax);
    free(p->aty);
}

static void point_copy(struct point *to, const struct point *from, int rows, int cols) {
    memory_copy(to->x, from->x, (size_t)cols * sizeof(double));
    memory_copy(to->y, from->y, (size_t)rows * sizeof(double));
    memory_copy(to->ax, from->ax, (size_t)rows * sizeof(double));
    memory_copy(to->aty, from->aty, (size_t)cols * sizeof(double));
}

static double clamp(double value, double least, double most) {
    assert(least <= most);
    return value < least ? least : value > most ? most : value;
}

static double line_product(const struct matrix *a, int line, const double *v) {
    double sum = 0;
    for (int k = a->start[line], end = a->start[line + 1]; k < end; k++) sum += a->value[k] * v[a->index[k]];
    return sum;
}

static double line_size(const struct matrix *a, int line) {
    double sum = 0;
    for (int k = a->start[line]; k < a->start[line + 1]; k++) sum += fabs(a->value[k]);
    return sum > 0 ? sum : 1;
}

/* next = T(now); returns |next - now| squared. */
static double first_order_step(struct first_order *f) {
    const struct simplex *s = f->s;
    struct point *z = &f->now, *t = &f->next;
    double moved = 0, weight = f->weight;
    assert(!(weight < 0));
    for (int j = 0; j < s->cols; j++) {
        double step = f->tau[j] / weight;
        t->x[j] = clamp(z->x[j] - step * (s->cost[j] - z->aty[j]), s->lower[j], s->upper[j]);
        moved += (t->x[j] - z->x[j]) * (t->x[j] - z->x[j]) / step;
    }
    for (int i = 0; i < s->rows; i++) {
        double step = f->sigma[i] * weight;
        t->ax[i] = line_product(&s->by_row, i, t->x);
        double v = z->y[i] / step - 2 * t->ax[i] + z->ax[i];
        t->y[i] = step * (v - clamp(v, -s->upper[s->cols + i], -s->lower[s->cols + i]));
        double by = t->y[i] - z->y[i];
        moved += by * (by / step - 2 * (t->ax[i] - z->ax[i]));
    }
    for (int j = 0; j < s->cols; j++) t->aty[j] = line_product(&s->columns, j, t->y);
    return moved;
}

static void reflect(double *now, const double *next, const double *anchor, double share, int count) {
    for (int k = 0; k < count; k++) now[k] = share * (2 * next[k] - now[k]) + (1 - share) * anchor[k];
}

static void first_order_advance(struct first_order *f, int k) {
    double share = (k + 1.0) / (k + 2.0);
    assert(k >= 0); /* share in [1/2, 1) */
    int rows = f->s->rows, cols = f->s->cols;
    reflect(f->now.x, f->next.x, f->anchor.x, share, cols);
    reflect(f->now.aty, f->next.aty, f->anchor.aty, share, cols);
    reflect(f->now.y, f->next.y, f->anchor.y, share, rows);
    reflect(f->now.ax, f->next.ax, f->anchor.ax, share, rows);
}

static double distance(const double *a, const double *b, int count) {
    double sum = 0;
    for (int k = 0; k < count; k++) sum += (a[k] - b[k]) * (a[k] - b[k]);
    return sqrt(sum);
}

/* Restarts from T(z); the weight moves halfway (in logarithms) to the value for which both parts have moved equally far
 * since the last restart. */
static void first_order_restart(struct first_order *f) {
    int rows = f->s->rows, cols = f->s->cols;
    double dx = distance(f->next.x, f->anchor.x, cols), dy = distance(f->next.y, f->anchor.y, rows);
    if (dx > 1e-12 && dy > 1e-12 && dy < 1e12 * dx && dx < 1e12 * dy) f->weight = sqrt(f->weight * dy / dx);
    point_copy(&f->now, &f->next, rows, cols);
    point_copy(&f->anchor, &f->next, rows, cols);
}

/* The largest relative error of T(z) in rows, signs of d, and the gap; infinite where a free direction has a cost. */
static double first_order_error(const struct first_order *f) {
    const struct simplex *s = f->s;
    const struct point *t = &f->next;
    double rows_off = 0, signs_off = 0, primal = 0, dual = 0, rows_size = 0, cost_size = 0;
    for (int j = 0; j < s->cols; j++) {
        double d = s->cost[j] - t->aty[j], at = d > 0 ? s->lower[j] : s->upper[j];
        primal += s->cost[j] * t->x[j];
        cost_size += s->cost[j] * s->cost[j];
        if (isinf(at))
            signs_off += d * d;
        else
            dual += d * at;
    }
    for (int i = 0; i < s->rows; i++) {
        double least = s->lower[s->cols + i], most = s->upper[s->cols + i], at = clamp(t->ax[i], least, most);
        rows_off += (t->ax[i] - at) * (t->ax[i] - at);
        double side = t->y[i] > 0 ? least : most;
        if (!isinf(side)) dual += t->y[i] * side, rows_size += side * side;
    }
    double gap = fabs(primal - dual) / (1 + fabs(primal) + fabs(dual));
    return fmax(gap, fmax(sqrt(rows_off) / (1 + sqrt(rows_size)), sqrt(signs_off) / (1 + sqrt(cost_size))));
}

static void first_order_init(struct first_order *f, struct simplex *s) {
    double cost_size = 0, rows_size = 0;
    f->s = s;
    f->tau = MEMORY_NEW(double, s->cols);
    f->sigma = MEMORY_NEW(double, s->rows);
    point_init(&f->now, s->rows, s->cols);
    point_init(&f->next, s->rows, s->cols);
    point_init(&f->anchor, s->rows, s->cols);
    for (int j = 0; j < s->cols; j++) {
        f->tau[j] = 1 / line_size(&s->columns, j);
        f->now.x[j] = clamp(0, s->lower[j], s->upper[j]);
        cost_size += s->cost[j] * s->cost[j];
    }
    for (int i = 0; i < s->rows; i++) {
        f->sigma[i] = 1 / line_size(&s->by_row, i);
        f->now.ax[i] = line_product(&s->by_row, i, f->now.x);
        double at = clamp(0, s->lower[s->cols + i], s->upper[s->cols + i]);
        rows_size += at * at;
    }
    f->weight = cost_size > 0 && rows_size > 0 ? sqrt(cost_size / rows_size) : 1;
    point_copy(&f->anchor, &f->now, s->rows, s->cols);
}

static void first_order_free(struct first_order *f) {
    point_free(&f->now);
    point_free(&f->next);
    point_free(&f->anchor);
    free(f->tau);
    free(f->sigma);
}

/* Applegate et al. 2023, section 4.3, on squared distances: a fifth of that after the last restart; 0.8 of it and
 * growing; or too many passes. */
static bool first_order_stale(double moved, double before, double begun, int since, int pass) {
    assert(since >= 0 && since <= pass);
    if (since == 0) return false;
    return moved <= 0.04 * begun || (moved <= 0.64 * begun && moved > before) || since >= 0.36 * pass;
}

bool first_order_run(struct simplex *s, int probe, double *x, double *y) {
    struct first_order f;
    first_order_init(&f, s);
    double begun = 0, before = INFINITY, error = INFINITY, asked = PROMISING;
    assert(probe > 0 && s->run.control);
    int since = 0, next_look = probe;
    for (int pass = 1; error > ACCURATE; pass++) {
        double moved = first_order_step(&f);
        if (pass % CHECK_EVERY == 0 || pass == next_look) {
            error = first_order_error(&f);
            if (simplex_interrupted(s)) break;
        }
        if (pass == next_look) {
            if (error > asked || pass > PASSES_MOST) break;
            asked = 0.5 * error;
            next_look *= 4;
        }
        if (since == 0) begun = moved;
        if (first_order_stale(moved, before, begun, since, pass)) {
            first_order_restart(&f);
            since = 0;
        } else {
            first_order_advance(&f, since++);
        }
        before = moved;
    }
    memory_copy(x, f.next.x, (size_t)s->cols * sizeof *x);
    memory_copy(y, f.next.y, (size_t)s->rows * sizeof *y);
    first_order_free(&f);
    return error <= ACCURATE;
}

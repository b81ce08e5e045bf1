/* Sifting (Bixby, Gregory, Lustig, Marsten & Shanno 1992). A restricted program has a few of the columns, the others
 * rest on the bound where they are. The dual simplex solves the first one; columns that its duals price out join, and
 * the primal simplex continues from its basis, which stays feasible. */
#include "solver/lp/sift.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"

#define SIFT_WIDE  32   /* columns per row from which it pays: 15 to 17 (d6cube, air05) are too few */
#define SIFT_FIRST 8    /* columns of each row in the first program */
#define SIFT_JOIN  2    /* columns per row that join in a round, and */
#define SIFT_LEAST 200  /* so many more */
#define SIFT_EXACT 1e-9 /* reduced costs beyond it price out: the tolerance of a final answer */
/* Entries that pivots may pass over, per row and entry of the program. The dual simplex needs 5 to 12 (fast0507: 11, and
 * 1 here). */
#define SIFT_WORK 3

struct sift_merit {
    int col;
    double value; /* the larger, the better */
};

struct sift {
    struct simplex *s;
    struct lp_control control; /* of restricted programs: their objective is no bound, so there is no cutoff */
    bool *in;                  /* [cols] in the restricted program */
    int *col, count;           /* [cols] its columns, ascending */
    unsigned char *place;      /* [total] */
    double *price;             /* [rows] */
    struct sift_merit *list;   /* [cols] */
    double work;               /* done so far */
};

bool sift_applies(const struct simplex *s) {
    return s->rows > 0 && s->active.count / SIFT_WIDE >= s->rows;
}

static int sift_compare(const void *a, const void *b) {
    const struct sift_merit *p = a, *q = b;
    if (p->value != q->value) return p->value > q->value ? -1 : 1;
    return p->col - q->col;
}

static double sift_norm2(const struct simplex *s, int j) {
    double sum = 0;
    for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
        sum += s->columns.value[k] * s->columns.value[k];
    return sum > 0 ? sum : 1;
}

/* Of each row the columns that cost least for their size, and all that have no bound to rest on. */
static void sift_begin(struct sift *f) {
    const struct simplex *s = f->s;
    for (int j = 0; j < s->cols; j++) f->in[j] = s->basis.place[j] == PLACE_BASIC || s->basis.place[j] == PLACE_ZERO;
    for (int i = 0; i < s->rows; i++) {
        int count = 0;
        for (int k = s->by_row.start[i]; k < s->by_row.start[i + 1]; k++) {
            int j = s->by_row.index[k];
            if (s->lower[j] < s->upper[j])
                f->list[count++] = (struct sift_merit){j, -s->basis.move[j] * s->cost[j] / sift_norm2(s, j)};
        }
        assert(count <= s->cols);
        memory_sort(f->list, (size_t)count, sizeof *f->list, sift_compare);
        for (int k = 0; k < count && k < SIFT_FIRST; k++) f->in[f->list[k].col] = true;
    }
}

/* The columns of the restricted program; returns its number of entries. */
static int sift_list(struct sift *f) {
    const struct simplex *s = f->s;
    int entries = 0;
    f->count = 0;
    for (int j = 0; j < s->cols; j++) {
        if (!f->in[j]) continue;
        f->col[f->count++] = j;
        entries += s->columns.start[j + 1] - s->columns.start[j];
    }
    return entries;
}

static void sift_copy_variable(const struct sift *f, struct simplex *r, int to, int from) {
    const struct simplex *s = f->s;
    r->lower[to] = s->lower[from];
    r->upper[to] = s->upper[from];
    r->cost[to] = r->costs.work[to] = s->cost[from];
    r->costs.random[to] = s->costs.random[from];
    r->basis.place[to] = f->place[from];
    r->basis.where[to] = -1;
}

static void sift_copy_program(struct sift *f, struct simplex *r) {
    const struct simplex *s = f->s;
    int at = 0;
    for (int t = 0; t < f->count; t++) {
        int j = f->col[t];
        for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++) {
            r->columns.index[at] = s->columns.index[k];
            r->columns.value[at++] = s->columns.value[k];
        }
        r->columns.start[t + 1] = at;
        sift_copy_variable(f, r, t, j);
    }
    for (int i = 0; i < s->rows; i++) {
        sift_copy_variable(f, r, f->count + i, s->cols + i);
        r->basis.head[i] = f->count + i;
    }
    assert(at == r->columns.start[f->count]);
    matrix_transpose(&r->by_row, &r->columns);
}

/* Columns outside are constants in the rows. */
static void sift_shift_rows(const struct sift *f, struct simplex *r) {
    const struct simplex *s = f->s;
    for (int j = 0; j < s->cols; j++) {
        if (f->in[j]) continue;
        double x = f->place[j] == PLACE_UPPER ? s->upper[j] : s->lower[j];
        assert(isfinite(x)); /* it rests on that bound */
        for (int k = s->columns.start[j]; x != 0 && k < s->columns.start[j + 1]; k++) {
            int row = r->cols + s->columns.index[k];
            r->lower[row] -= s->columns.value[k] * x;
            r->upper[row] -= s->columns.value[k] * x;
        }
    }
}

static struct simplex *sift_restricted(struct sift *f) {
    const struct simplex *s = f->s;
    int entries = sift_list(f);
    struct simplex *r = simplex_new(s->options, s->rows, f->count);
    matrix_init(&r->columns, s->rows, f->count, entries);
    sift_copy_program(f, r);
    sift_shift_rows(f, r);
    r->tolerance = s->tolerance;
    r->run = s->run;
    r->run.control = &f->control;
    r->lu->hypersparse = s->lu->hypersparse;
    r->lu->threshold = s->lu->threshold;
    r->lu->pivot_least = s->lu->pivot_least;
    simplex_factor(r);
    for (int j = 0; j < r->total; j++)
        if (r->basis.where[j] < 0) simplex_settle(r, j);
    simplex_activate(r);
    return r;
}

static void sift_take(struct sift *f, const struct simplex *r) {
    struct simplex *s = f->s;
    for (int t = 0; t < f->count; t++) f->place[f->col[t]] = r->basis.place[t];
    for (int i = 0; i < s->rows; i++) f->place[s->cols + i] = r->basis.place[f->count + i];
    f->work += (double)(r->run.iterations - s->run.iterations) * r->columns.start[r->cols];
    s->run.iterations = r->run.iterations;
    s->run.stopped = r->run.stopped;
}

static enum simplex_result sift_solve(struct simplex *r, bool first) {
    if (!first) return primal_run(r);
    if (r->options->perturb) cost_perturb(r);
    enum simplex_result result = dual_run(r);
    cost_restore(r);
    return result == SIMPLEX_OPTIMAL ? primal_run(r) : result;
}

/* Columns outside that price out with the duals of r, the best first; returns how many. */
static int sift_price(struct sift *f, const struct simplex *r) {
    const struct simplex *s = f->s;
    int count = 0;
    for (int i = 0; i < r->rows; i++) f->price[i] = r->d[r->cols + i];
    for (int j = 0; j < s->cols; j++) {
        if (f->in[j] || s->lower[j] == s->upper[j]) continue;
        double d = s->cost[j];
        for (int k = s->columns.start[j]; k < s->columns.start[j + 1]; k++)
            d -= s->columns.value[k] * f->price[s->columns.index[k]];
        double off = f->place[j] == PLACE_UPPER ? d : -d;
        if (off > SIFT_EXACT) f->list[count++] = (struct sift_merit){j, off * off / sift_norm2(s, j)};
    }
    memory_sort(f->list, (size_t)count, sizeof *f->list, sift_compare);
    return count;
}

/* False: none joins, the restricted program is as good as the whole. */
static bool sift_grow(struct sift *f, const struct simplex *r) {
    int count = sift_price(f, r), most = SIFT_JOIN * r->rows + SIFT_LEAST;
    for (int t = 0; t < count && t < most; t++) f->in[f->list[t].col] = true;
    return count > 0;
}

static enum simplex_result sift_rounds(struct sift *f) {
    struct simplex *s = f->s;
    const double most = (double)SIFT_WORK * s->rows * s->columns.start[s->cols];
    sift_begin(f);
    for (bool first = true, more = true;; first = false) {
        struct simplex *r = sift_restricted(f);
        enum simplex_result result = sift_solve(r, first);
        sift_take(f, r);
        if (result == SIMPLEX_OPTIMAL) more = sift_grow(f, r);
        simplex_free(r);
        if (result == SIMPLEX_INFEASIBLE || (result == SIMPLEX_OPTIMAL && more && f->work > most))
            return SIMPLEX_TROUBLE;
        if (result != SIMPLEX_OPTIMAL || !more) return result;
    }
}

/* The basis of the restricted programs becomes that of s. */
static void sift_install(struct sift *f) {
    struct simplex *s = f->s;
    memory_copy(s->basis.place, f->place, (size_t)s->total);
    simplex_factor(s);
    for (int j = 0; j < s->total; j++)
        if (s->basis.where[j] < 0) simplex_settle(s, j);
    s->pricing.exact = false;
}

enum simplex_result sift_run(struct simplex *s) {
    assert(!s->costs.perturbed && !s->costs.shifted && s->run.control);
    struct sift f = {.s = s,
                     .control = *s->run.control,
                     .in = MEMORY_NEW(bool, s->cols),
                     .col = MEMORY_NEW(int, s->cols),
                     .place = memory_duplicate(s->basis.place, (size_t)s->total),
                     .price = MEMORY_NEW(double, s->rows),
                     .list = MEMORY_NEW(struct sift_merit, s->cols)};
    f.control.cutoff = MODEL_INFINITY;
    enum simplex_result result = sift_rounds(&f);
    if (result == SIMPLEX_OPTIMAL || result == SIMPLEX_UNBOUNDED) sift_install(&f);
    free(f.in);
    free(f.col);
    free(f.place);
    free(f.price);
    free(f.list);
    return result;
}

#include "solver/search/symmetry.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/search/partition.h"

enum {
    SYMMETRY_LEVELS = 200,  /* columns singled out at most */
    SYMMETRY_ROOM = 4000000 /* numbers in all permutations, and in all partitions kept */
};

/* Entries that the refinements may read. */
#define SYMMETRY_WORK(entries) (100 * (entries) + 100000)

struct symmetry_finder {
    const struct model *m;
    struct refiner refiner;
    struct partition level[SYMMETRY_LEVELS + 1]; /* the path: each has one more column singled out */
    int chosen[SYMMETRY_LEVELS];                 /* this column */
    int levels;
    int64_t limit;
    int *moved[SYMMETRY_MOST]; /* [cols] permutations */
    int count, most;
    int *orbit;    /* [cols] of columns under them, as a forest */
    int *trial;    /* [size] a permutation of columns and rows that may be a symmetry */
    bool *taken;   /* [size] images of it; false between calls */
    double *dense; /* [rows] 0 between calls */
};

/* --- what a permutation must keep --- */

static bool symmetry_same_columns(struct symmetry_finder *f, int from, int to) {
    const struct model *m = f->m;
    bool same = m->cost[from] == m->cost[to] && m->lower[from] == m->lower[to] && m->upper[from] == m->upper[to] &&
                m->integer[from] == m->integer[to] &&
                m->start[from + 1] - m->start[from] == m->start[to + 1] - m->start[to];
    if (!same) return false;
    for (long e = m->start[to]; e < m->start[to + 1]; e++) f->dense[m->index[e]] = m->value[e];
    for (long e = m->start[from]; e < m->start[from + 1]; e++)
        same &= f->dense[f->trial[m->cols + m->index[e]] - m->cols] == m->value[e];
    for (long e = m->start[to]; e < m->start[to + 1]; e++) f->dense[m->index[e]] = 0;
    return same;
}

static bool symmetry_permutes(struct symmetry_finder *f) {
    int size = f->m->cols + f->m->rows, taken = 0;
    for (int v = 0; v < size; v++) {
        bool kind = (v < f->m->cols) == (f->trial[v] < f->m->cols);
        if (kind && !f->taken[f->trial[v]]) f->taken[f->trial[v]] = true, taken++;
    }
    for (int v = 0; v < size; v++) f->taken[f->trial[v]] = false;
    return taken == size;
}

static bool symmetry_holds(struct symmetry_finder *f) {
    const struct model *m = f->m;
    bool holds = symmetry_permutes(f);
    for (int i = 0; holds && i < m->rows; i++) {
        int to = f->trial[m->cols + i] - m->cols;
        holds = m->row_lower[i] == m->row_lower[to] && m->row_upper[i] == m->row_upper[to];
    }
    for (int j = 0; holds && j < m->cols; j++) holds = symmetry_same_columns(f, j, f->trial[j]);
    f->refiner.work += m->start[m->cols] + m->cols + m->rows;
    return holds;
}

/* --- the permutations known --- */

static int symmetry_orbit(int *orbit, int j) {
    assert(j >= 0 && orbit[j] >= 0);
    while (orbit[j] != j) j = orbit[j] = orbit[orbit[j]];
    return j;
}

static void symmetry_join(int *orbit, const int *moved, int cols) {
    assert(cols > 0);
    for (int j = 0; j < cols; j++) orbit[symmetry_orbit(orbit, moved[j])] = symmetry_orbit(orbit, j);
}

static bool symmetry_known(const struct symmetry_finder *f, const int *moved) {
    bool identity = true;
    for (int j = 0; j < f->m->cols && identity; j++) identity = moved[j] == j;
    for (int k = 0; k < f->count && !identity; k++)
        if (memcmp(f->moved[k], moved, (size_t)f->m->cols * sizeof *moved) == 0) return true;
    return identity;
}

/* Takes `moved` if it is new. */
static void symmetry_take(struct symmetry_finder *f, int *moved) {
    if (f->count < f->most && !symmetry_known(f, moved)) {
        f->moved[f->count++] = moved;
        symmetry_join(f->orbit, moved, f->m->cols);
    } else {
        free(moved);
    }
}

/* Inverses and conjugates, breadth first: b^-1 takes b(j) to j, a b a^-1 takes a(j) to a(b(j)). */
static void symmetry_close(struct symmetry_finder *f) {
    int cols = f->m->cols, generators = f->count;
    for (int k = 0; k < generators && f->count < f->most; k++) {
        int *inverse = MEMORY_NEW(int, cols);
        for (int j = 0; j < cols; j++) inverse[f->moved[k][j]] = j;
        symmetry_take(f, inverse);
    }
    for (int b = 0; b < f->count; b++)
        for (int a = 0; a < generators && f->count < f->most; a++) {
            int *both = MEMORY_NEW(int, cols);
            for (int j = 0; j < cols; j++) both[f->moved[a][j]] = f->moved[a][f->moved[b][j]];
            symmetry_take(f, both);
        }
}

/* --- the search for them --- */

/* The first place of a cell of several columns, of the smallest; -1: there is none. */
static int symmetry_target(const struct partition *p, int cols) {
    int best = -1;
    for (int c = 0; c < p->size && p->element[c] < cols; c += p->length[c])
        if (p->length[c] > 1 && (best < 0 || p->length[c] < p->length[best])) best = c;
    return best;
}

static void symmetry_descend(struct symmetry_finder *f) {
    int cols = f->m->cols;
    partition_init(&f->level[0], &f->refiner);
    for (;;) {
        const struct partition *last = &f->level[f->levels];
        int cell = symmetry_target(last, cols);
        bool room = f->levels < SYMMETRY_LEVELS && (int64_t)last->size * (f->levels + 1) < SYMMETRY_ROOM;
        if (cell < 0 || !room || f->refiner.work > f->limit) return;
        f->chosen[f->levels] = last->element[cell];
        partition_copy(&f->level[f->levels + 1], last);
        partition_single_out(&f->level[++f->levels], &f->refiner, last->element[cell]);
    }
}

static bool symmetry_alike(const struct partition *a, const struct partition *b) {
    return a->trace == b->trace && a->cells == b->cells;
}

/* Whether what is not singled out is the same on both sides, cell by cell: then it may stay where it is. */
static bool symmetry_rest_stays(const struct partition *left, const struct partition *right) {
    for (int c = 0; c < left->size; c += left->length[c]) {
        if (right->length[c] != left->length[c]) return false;
        for (int k = c; k < c + left->length[c] && left->length[c] > 1; k++)
            if (right->cell[left->element[k]] != c) return false;
    }
    return true;
}

static bool symmetry_read(struct symmetry_finder *f, const struct partition *left, const struct partition *right) {
    for (int c = 0; c < left->size; c += left->length[c])
        for (int k = c; k < c + left->length[c]; k++)
            f->trial[left->element[k]] = left->length[c] > 1 ? left->element[k] : right->element[k];
    return symmetry_holds(f);
}

/* A symmetry that keeps the columns chosen before `level` and takes that chosen there to `to`, into f->trial. */
static bool symmetry_try(struct symmetry_finder *f, struct partition *right, int level, int to) {
    assert(level < f->levels && f->level[level].cell[to] == f->level[level].cell[f->chosen[level]]);
    partition_copy(right, &f->level[level]);
    for (int k = level; k < f->levels; k++) {
        partition_single_out(right, &f->refiner, to);
        const struct partition *left = &f->level[k + 1];
        if (!symmetry_alike(left, right) || f->refiner.work > f->limit) return false;
        if (symmetry_rest_stays(left, right)) return symmetry_read(f, left, right);
        if (k + 1 == f->levels) break;
        int cell = left->cell[f->chosen[k + 1]];
        to = right->cell[f->chosen[k + 1]] == cell ? f->chosen[k + 1] : right->element[cell];
    }
    return false;
}

/* All images of the column chosen at `level`, one of each orbit. */
static void symmetry_ascend(struct symmetry_finder *f, struct partition *right, int level) {
    const struct partition *p = &f->level[level];
    int from = f->chosen[level], cell = p->cell[from], cols = f->m->cols;
    bool *failed = MEMORY_NEW(bool, cols); /* by root of the orbit */
    for (int k = cell; k < cell + p->length[cell] && f->count < f->most && f->refiner.work <= f->limit; k++) {
        int to = p->element[k], orbit = symmetry_orbit(f->orbit, to);
        if (orbit == symmetry_orbit(f->orbit, from) || failed[orbit]) continue;
        if (symmetry_try(f, right, level, to))
            symmetry_take(f, memory_duplicate(f->trial, (size_t)cols * sizeof(int)));
        else
            failed[orbit] = true;
    }
    free(failed);
}

static void symmetry_store(struct symmetry *s, struct symmetry_finder *f) {
    assert(f->count <= f->most && f->most <= SYMMETRY_MOST);
    s->count = f->count;
    s->image = MEMORY_NEW(int, (size_t)s->cols *(size_t)s->count);
    for (int k = 0; k < s->count; k++)
        for (int j = 0; j < s->cols; j++) s->image[(size_t)j * (size_t)s->count + (size_t)k] = f->moved[k][j];
}

void symmetry_find(struct symmetry *s, const struct model *m, const struct rows *rows) {
    int size = m->cols + m->rows, most = SYMMETRY_ROOM / (m->cols + 1);
    struct symmetry_finder *f = MEMORY_NEW(struct symmetry_finder, 1);
    struct partition right = {0};
    *s = (struct symmetry){.cols = m->cols};
    f->m = m;
    f->limit = SYMMETRY_WORK((int64_t)m->start[m->cols] + size);
    f->most = most < SYMMETRY_MOST ? most : SYMMETRY_MOST;
    f->orbit = MEMORY_NEW(int, m->cols);
    for (int j = 0; j < m->cols; j++) f->orbit[j] = j;
    f->trial = MEMORY_NEW(int, size);
    f->taken = MEMORY_NEW(bool, size);
    f->dense = MEMORY_NEW(double, m->rows);
    partition_refiner_init(&f->refiner, m, rows);
    symmetry_descend(f);
    for (int level = f->levels - 1; level >= 0; level--) symmetry_ascend(f, &right, level);
    assert(f->count <= f->most);
    s->generators = f->count;
    symmetry_close(f);
    symmetry_store(s, f);
    for (int k = 0; k < f->count; k++) free(f->moved[k]);
    for (int k = 0; k <= f->levels; k++) partition_free(&f->level[k]);
    partition_free(&right);
    partition_refiner_free(&f->refiner);
    free(f->orbit);
    free(f->trial);
    free(f->taken);
    free(f->dense);
    free(f);
}

void symmetry_free(struct symmetry *s) {
    free(s->image);
    free(s->leader);
    *s = (struct symmetry){0};
}

bool symmetry_share_bounds(const struct symmetry *s, double *lower, double *upper) {
    bool any = false, again = true;
    while (again) {
        again = false;
        for (int j = 0; j < s->cols; j++)
            for (int k = 0; k < s->count; k++) {
                int to = symmetry_image(s, j, k);
                double least = fmax(lower[to], lower[j]), most = fmin(upper[to], upper[j]);
                if (least > most || (least == lower[to] && most == upper[to])) continue;
                lower[to] = least;
                upper[to] = most;
                again = true;
            }
        any |= again;
    }
    return any;
}

/* --- leaders --- */

/* Whether permutation k keeps the first `leaders` of them. */
static bool symmetry_keeps(const struct symmetry *s, int k, int leaders) {
    assert(leaders <= s->leaders);
    for (int l = 0; l < leaders; l++)
        if (symmetry_image(s, s->leader[l], k) != s->leader[l]) return false;
    return true;
}

/* How many of the permutations listed move column j; one that moves it to a column which it excludes counts twice if
 * exactly one of some such columns is 1: then x[j] >= x[image] leaves only 0 for the image, and often 1 for j. */
static int symmetry_worth(const struct symmetry *s, const struct symmetry_program *p, int j, const int *list,
                          int count) {
    int worth = 0;
    for (int k = 0; k < count; k++) {
        int image = symmetry_image(s, j, list[k]);
        bool twice = p->one_hot[j] && image != j && clique_table_exclusive(p->cliques, 2 * j, 2 * image);
        worth += twice ? 2 : image != j;
    }
    return worth;
}

static int symmetry_next_leader(const struct symmetry *s, const struct symmetry_program *p, const int *list,
                                int count) {
    int best = -1, most = 0;
    double range = 0;
    for (int j = 0; j < s->cols; j++) {
        if (!p->model->integer[j] || p->lower[j] >= p->upper[j]) continue;
        int worth = symmetry_worth(s, p, j, list, count);
        double reach = p->upper[j] - p->lower[j];
        if (worth < most || (worth == most && reach <= range)) continue;
        best = j;
        most = worth;
        range = reach;
    }
    return most > 0 ? best : -1;
}

void symmetry_lead(struct symmetry *s, const struct symmetry_program *p) {
    int list[SYMMETRY_MOST], count = s->count;
    assert(count > 0 && !s->leader);
    s->leader = MEMORY_NEW(int, SYMMETRY_MOST);
    for (int k = 0; k < count; k++) list[k] = k;
    for (int j; count > 0 && (j = symmetry_next_leader(s, p, list, count)) >= 0;) {
        int kept = 0;
        s->leader[s->leaders++] = j;
        for (int k = 0; k < count; k++)
            if (symmetry_image(s, j, list[k]) == j) list[kept++] = list[k];
        assert(kept < count && s->leaders <= SYMMETRY_MOST);
        count = kept;
    }
}

void symmetry_rows(const struct symmetry *s, void (*row)(void *context, int leader, int other), void *context) {
    for (int l = 0; l < s->leaders; l++)
        for (int k = 0; k < s->count; k++) {
            int other = symmetry_image(s, s->leader[l], k);
            bool known = other == s->leader[l] || !symmetry_keeps(s, k, l);
            for (int before = 0; before < k && !known; before++)
                known = symmetry_image(s, s->leader[l], before) == other && symmetry_keeps(s, before, l);
            if (!known) row(context, s->leader[l], other);
        }
}

/* Whether the image of x under permutation k, which has x[j] at the image of j, is greater at the leaders. */
static bool symmetry_greater(const struct symmetry *s, const double *x, const double *image) {
    for (int l = 0; l < s->leaders; l++) {
        int j = s->leader[l];
        if (image[j] != x[j]) return image[j] > x[j];
    }
    return false;
}

bool symmetry_represent(const struct symmetry *s, double *x) {
    double *image = MEMORY_NEW(double, s->cols);
    bool changed = false, again = s->leaders > 0;
    assert(!again || s->count > 0); /* leaders are moved by permutations */
    while (again) {
        again = false;
        for (int k = 0; k < s->count; k++) {
            for (int j = 0; j < s->cols; j++) image[symmetry_image(s, j, k)] = x[j];
            if (!symmetry_greater(s, x, image)) continue;
            memory_copy(x, image, (size_t)s->cols * sizeof *x);
            again = changed = true;
        }
    }
    free(image);
    return changed;
}

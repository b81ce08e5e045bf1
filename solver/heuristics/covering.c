/* Set covering by local search with weights of rows (Gao, Weise & Li 2015, extended to costs): a cover loses the column
 * that its weights need least; then rows left open take columns, as long as that stays cheaper than the best cover. Rows
 * that stay open gain weight; a column that has left comes back only once something has changed in its rows. Only columns
 * with small reduced costs take part (Caprara, Fischetti & Toth 1999). At the root, and at some nodes, whose bounds and reduced
 * costs leave other columns. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/base/ranked.h"
#include "solver/heuristics/heuristics.h"
#include "solver/search/worker.h"

#define COVERING_NEAR 1e-9 /* relative: costs closer than this are the same */
enum {
    COVERING_COLS = 4,       /* columns that take part: so many times the rows, */
    COVERING_EACH = 3,       /* and of each row */
    COVERING_STEPS = 2100,   /* at the root, for each row, */
    COVERING_MOST = 1000000, /* and at most; */
    COVERING_FEW = 100,      /* with fewer rows columns come back in the next step, */
    COVERING_ANY = 100,      /* and in one of so many steps any column leaves, or the search would go in circles */
    COVERING_NODE = 30,      /* at other nodes: per cent of these, */
    COVERING_NODES = 20,     /* every so many nodes, while that takes a small share of the time: */
    COVERING_SHARE = 5,      /* a pivot is worth rows / that many steps, */
    COVERING_ROWS = 500      /* of so many rows at most */
};

struct covering {
    int rows, cols;           /* rows to cover, columns that take part */
    int *start, *row;         /* columns: their rows */
    int *row_start, *row_col; /* rows: their columns */
    int *model_col;           /* [cols] */
    double *cost;             /* [cols] > 0 */
    bool *in;                 /* [cols] chosen */
    int64_t *score, *since;   /* [cols] weight of the rows that are open, or, of a chosen one, would be, without it */
    int *count, *only;        /* [rows] chosen columns, and the sum of their numbers */
    int64_t *moved;           /* [rows] when one of its columns came or left last */
    int64_t *weight;          /* [rows] */
    int *open, *open_at;      /* [rows] list of open rows, place in it */
    int opens;
    int *chosen, *chosen_at, chosens; /* [cols] likewise */
    int64_t clock, begun;             /* moves; when this step began */
    double total;
};

/* What of the model is a covering problem: all rows that bounds leave open ask for at least one of their columns. */
struct covering_source {
    const struct model *m;
    const struct rows *rows;
    const double *lower, *upper, *reduced;
    int *row_of; /* [rows of the model] number of a row to cover, -1: covered already */
    int count;
    bool *part; /* [cols] takes part */
};

static double covering_cost(const struct model *m, int j) {
    return m->maximize ? -m->cost[j] : m->cost[j];
}

/* Any free column of row i covers it alone; *covered: it needs none. */
static bool covering_row(const struct covering_source *c, int i, bool *covered) {
    const struct model *m = c->m;
    bool below = m->row_lower[i] > -MODEL_INFINITY, above = m->row_upper[i] < MODEL_INFINITY;
    if (below == above) return false;
    double sign = below ? 1 : -1, need = below ? m->row_lower[i] : -m->row_upper[i], least = INFINITY;
    for (long k = c->rows->start[i]; k < c->rows->start[i + 1]; k++) {
        int j = c->rows->col[k];
        need -= sign * c->rows->value[k] * c->lower[j];
        if (c->lower[j] < c->upper[j]) least = fmin(least, sign * c->rows->value[k]);
    }
    *covered = need <= 1e-9;
    return least > 0 && (*covered || (least < INFINITY && least >= need - 1e-9));
}

static bool covering_recognise(struct covering_source *c) {
    const struct model *m = c->m;
    for (int j = 0; j < m->cols; j++) {
        bool fixed = c->lower[j] == c->upper[j];
        if (!fixed && !(m->integer[j] && covering_cost(m, j) > 0 && c->lower[j] > -MODEL_INFINITY)) return false;
    }
    for (int i = 0; i < m->rows; i++) {
        bool covered;
        if (!covering_row(c, i, &covered)) return false;
        c->row_of[i] = covered ? -1 : c->count++;
    }
    return c->count > 0;
}

/* The columns of least reduced cost, of all and of each row. */
static void covering_choose(struct covering_source *c) {
    const struct model *m = c->m;
    struct ranked *key = MEMORY_NEW(struct ranked, m->cols);
    for (int i = -1; i < m->rows; i++) {
        if (i >= 0 && c->row_of[i] < 0) continue;
        long from = i < 0 ? 0 : c->rows->start[i], end = i < 0 ? m->cols : c->rows->start[i + 1];
        int count = 0, most = i < 0 ? COVERING_COLS * c->count : COVERING_EACH;
        for (long k = from; k < end; k++) {
            int j = i < 0 ? (int)k : c->rows->col[k];
            if (c->lower[j] < c->upper[j]) key[count++] = (struct ranked){j, c->reduced[j]};
        }
        ranked_sort(key, count);
        for (int k = 0; k < count && k < most; k++) c->part[key[k].col] = true;
    }
    free(key);
}

static void covering_by_rows(struct covering *c) {
    c->row_start = MEMORY_NEW(int, c->rows + 1);
    c->row_col = MEMORY_NEW(int, c->start[c->cols]);
    for (int k = 0; k < c->start[c->cols]; k++) c->row_start[c->row[k] + 1]++;
    for (int i = 0; i < c->rows; i++) c->row_start[i + 1] += c->row_start[i];
    int *next = memory_duplicate(c->row_start, (size_t)c->rows * sizeof *next);
    for (int j = 0; j < c->cols; j++)
        for (int k = c->start[j]; k < c->start[j + 1]; k++) c->row_col[next[c->row[k]]++] = j;
    free(next);
}

static void covering_init(struct covering *c, const struct covering_source *from) {
    const struct model *m = from->m;
    *c = (struct covering){.rows = from->count};
    long entries = 0;
    for (int j = 0; j < m->cols; j++) {
        c->cols += from->part[j];
        entries += from->part[j] ? m->start[j + 1] - m->start[j] : 0;
    }
    int **by_col[] = {&c->model_col, &c->chosen, &c->chosen_at},
        **by_row[] = {&c->count, &c->only, &c->open, &c->open_at};
    for (size_t k = 0; k < sizeof by_col / sizeof *by_col; k++) *by_col[k] = MEMORY_NEW(int, c->cols);
    for (size_t k = 0; k < sizeof by_row / sizeof *by_row; k++) *by_row[k] = MEMORY_NEW(int, c->rows);
    c->score = MEMORY_NEW(int64_t, c->cols);
    c->since = MEMORY_NEW(int64_t, c->cols);
    c->weight = MEMORY_NEW(int64_t, c->rows);
    c->moved = MEMORY_NEW(int64_t, c->rows);
    c->cost = MEMORY_NEW(double, c->cols);
    c->in = MEMORY_NEW(bool, c->cols);
    c->start = MEMORY_NEW(int, c->cols + 1);
    c->row = MEMORY_NEW(int, entries);
    int at = 0, col = 0;
    for (int j = 0; j < m->cols; j++) {
        if (!from->part[j]) continue;
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            if (from->row_of[m->index[k]] >= 0) c->row[at++] = from->row_of[m->index[k]];
        c->model_col[col] = j;
        c->cost[col] = covering_cost(m, j);
        c->start[++col] = at;
    }
    assert(col == c->cols && at <= entries);
    covering_by_rows(c);
}

static void covering_free(struct covering *c) {
    void *all[] = {c->start, c->row,     c->row_start, c->row_col,   c->model_col, c->cost,
                   c->in,    c->score,   c->since,     c->count,     c->only,      c->weight,
                   c->open,  c->open_at, c->chosen,    c->chosen_at, c->moved};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
}

static void covering_list_add(int *list, int *at, int *count, int what) {
    at[what] = *count;
    list[(*count)++] = what;
}

static void covering_list_remove(int *list, int *at, int *count, int what) {
    assert(list[at[what]] == what);
    int last = list[--*count];
    list[at[what]] = last;
    at[last] = at[what];
}

/* Row i is open: its columns would cover it. sign -1: no longer. */
static void covering_note_open(struct covering *c, int i, int sign) {
    for (int k = c->row_start[i]; k < c->row_start[i + 1]; k++) c->score[c->row_col[k]] += sign * c->weight[i];
}

static void covering_add(struct covering *c, int j) {
    assert(!c->in[j]);
    c->since[j] = ++c->clock;
    for (int k = c->start[j]; k < c->start[j + 1]; k++) {
        int i = c->row[k];
        if (c->count[i] == 0) {
            covering_list_remove(c->open, c->open_at, &c->opens, i);
            covering_note_open(c, i, -1);
            c->score[j] += c->weight[i];
        } else if (c->count[i] == 1) {
            c->score[c->only[i]] -= c->weight[i];
        }
        c->count[i]++;
        c->moved[i] = c->clock;
        c->only[i] += j;
    }
    c->in[j] = true;
    c->total += c->cost[j];
    covering_list_add(c->chosen, c->chosen_at, &c->chosens, j);
}

static void covering_remove(struct covering *c, int j) {
    assert(c->in[j]);
    c->since[j] = ++c->clock;
    for (int k = c->start[j]; k < c->start[j + 1]; k++) {
        int i = c->row[k];
        c->count[i]--;
        c->moved[i] = c->clock;
        c->only[i] -= j;
        if (c->count[i] == 0) {
            c->score[j] -= c->weight[i];
            covering_list_add(c->open, c->open_at, &c->opens, i);
            covering_note_open(c, i, 1);
        } else if (c->count[i] == 1) {
            c->score[c->only[i]] += c->weight[i];
        }
    }
    c->in[j] = false;
    c->total -= c->cost[j];
    covering_list_remove(c->chosen, c->chosen_at, &c->chosens, j);
}

/* Whether column a, of score/cost, goes before b: larger, or longer as it is. */
static bool covering_before(const struct covering *c, int a, int b) {
    double p = (double)c->score[a] * c->cost[b], q = (double)c->score[b] * c->cost[a];
    return p != q ? p > q : c->since[a] < c->since[b];
}

/* The chosen column that its cost needs least; -1: none but `except`. */
static int covering_least(const struct covering *c, int except) {
    int best = -1;
    for (int k = 0; k < c->chosens; k++) {
        int j = c->chosen[k];
        if (j == except) continue;
        double p = best < 0 ? 0 : (double)c->score[j] * c->cost[best],
               q = best < 0 ? 0 : (double)c->score[best] * c->cost[j];
        if (best < 0 || p < q || (p == q && c->since[j] < c->since[best])) best = j;
    }
    return best;
}

static int covering_leaving(const struct covering *c, struct random *random, int kept) {
    bool any = c->rows < COVERING_FEW && c->chosens > 0 && random_int(random, 0, COVERING_ANY - 1) == 0;
    return any ? c->chosen[random_int(random, 0, c->chosens - 1)] : covering_least(c, kept);
}

/* Whether nothing has changed in its rows since column j left: with it back, the search would go round in circles (Cai,
 * Su & Sattar 2011). */
static bool covering_stale(const struct covering *c, int j) {
    if (c->rows < COVERING_FEW) return c->since[j] > c->begun;
    if (c->since[j] == 0) return false; /* it has never been in */
    for (int k = c->start[j]; k < c->start[j + 1]; k++)
        if (c->moved[c->row[k]] > c->since[j]) return false;
    return true;
}

/* The column for row i that costs less than `most`; -1: none. */
static int covering_best(const struct covering *c, int i, double most) {
    int best = -1;
    for (int k = c->row_start[i]; k < c->row_start[i + 1]; k++) {
        int j = c->row_col[k];
        if (c->cost[j] < most && (best < 0 || covering_before(c, j, best)) && !covering_stale(c, j)) best = j;
    }
    return best;
}

/* The first cover, one column after the other. */
static void covering_greedy(struct covering *c) {
    for (int i = 0; i < c->rows; i++) {
        c->weight[i] = 1;
        covering_list_add(c->open, c->open_at, &c->opens, i);
        covering_note_open(c, i, 1);
    }
    while (c->opens > 0) {
        int best = -1;
        for (int j = 0; j < c->cols; j++)
            if (!c->in[j] && (best < 0 || covering_before(c, j, best))) best = j;
        assert(best >= 0 && c->score[best] > 0); /* every row has a column */
        covering_add(c, best);
    }
}

static void covering_take(const struct covering *c, struct worker *w) {
    const struct search *t = w->tree;
    double *x = memory_duplicate(w->domain.lower, (size_t)t->p.model->cols * sizeof *x);
    for (int k = 0; k < c->chosens; k++) x[c->model_col[c->chosen[k]]] += 1;
    worker_offer(w, x, "covering");
    free(x);
}

/* Row i has been left open: a column for it becomes more urgent. */
static void covering_urge(struct covering *c, int i) {
    assert(c->count[i] == 0);
    c->weight[i]++;
    for (int k = c->row_start[i]; k < c->row_start[i + 1]; k++) c->score[c->row_col[k]]++;
}

/* Open rows take columns while the whole costs less than `most`; returns the last one, or `kept`. */
static int covering_repair(struct covering *c, struct random *random, double most, int kept) {
    while (c->opens > 0) {
        int j = covering_best(c, c->open[random_int(random, 0, c->opens - 1)], most - c->total);
        if (j >= 0) covering_add(c, kept = j);
        for (int k = 0; k < c->opens; k++) covering_urge(c, c->open[k]);
        if (j < 0) break;
    }
    return kept;
}

/* Offers covers that cost less than `best`, until one is worth `least`. */
static void covering_search(struct covering *c, struct worker *w, double best, double least, int64_t steps) {
    double near = COVERING_NEAR * fmax(1, fabs(least));
    int kept = -1;
    for (int64_t step = 0; step < steps; step++) {
        if (step % 1024 == 0 && worker_stopped(w)) return;
        c->begun = c->clock;
        while (c->opens == 0 && c->chosens > 0) {
            if (c->total < best - near) covering_take(c, w);
            best = fmin(best, c->total);
            if (best <= least + near) return;
            covering_remove(c, covering_least(c, -1));
        }
        int leaving = covering_leaving(c, &w->random, kept);
        if (leaving >= 0) covering_remove(c, leaving);
        kept = covering_repair(c, &w->random, best - near, kept);
    }
}

static int64_t covering_nodes(const struct worker *w) {
    return w->tree->counts.nodes + w->counts.nodes;
}

static int64_t covering_steps(int rows, bool root) {
    int64_t steps = rows < COVERING_MOST / COVERING_STEPS ? (int64_t)COVERING_STEPS * rows : COVERING_MOST;
    return root ? steps : steps * COVERING_NODE / 100;
}

bool covering_due(const struct worker *w, const struct node *n) {
    const struct search *t = w->tree;
    int rows = t->p.model->rows;
    if (t->p.level > 0 || w->number > 0) return false;
    if (n->depth == 0) return true;
    if (covering_nodes(w) < w->heuristics.covering_nodes + COVERING_NODES) return false;
    int64_t each = (rows < COVERING_ROWS ? rows : COVERING_ROWS) / COVERING_SHARE;
    return w->heuristics.covering_steps + covering_steps(rows, false) <=
           each * (t->counts.iterations + w->counts.iterations);
}

void covering_run(struct worker *w, const double *x) {
    const struct search *t = w->tree;
    const struct model *m = t->p.model;
    struct covering_source from = {.m = m,
                                   .rows = &t->rows,
                                   .lower = w->domain.lower,
                                   .upper = w->domain.upper,
                                   .reduced = lp_reduced_costs(w->lp),
                                   .row_of = MEMORY_NEW(int, m->rows),
                                   .part = MEMORY_NEW(bool, m->cols)};
    bool covers = covering_recognise(&from), root = covering_nodes(w) <= 1;
    (void)x;
    if (!root)
        w->heuristics.covering_nodes = covering_nodes(w);
    else if (!covers)
        w->heuristics.covering_nodes = INT64_MAX / 2; /* never again */
    if (!root) w->heuristics.covering_steps += covering_steps(m->rows, false);
    if (covers) {
        struct covering c;
        double fixed = search_objective(m, w->domain.lower);
        covering_choose(&from);
        covering_init(&c, &from);
        covering_greedy(&c);
        covering_search(&c, w, w->incumbent.objective - fixed, lp_objective(w->lp) - fixed,
                        covering_steps(c.rows, root));
        covering_free(&c);
    }
    free(from.row_of);
    free(from.part);
}

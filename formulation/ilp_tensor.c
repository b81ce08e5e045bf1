/* ilp_tensor.c - equation (5) as rows where conversions are per tensor: how long a tensor and its copies live depends
 * on the choices.
 *
 * For tensor u with readers (edges) 1..k in order, layout l' and the indicators C[i,l'] (reader i reads a converted
 * copy in l') and D[i] (reader i reads the tensor itself), both sums of y:
 *
 *   s[i,l']      a copy in l' was made by reader i or before:    s[i] = max(s[i-1], C[i])  (three rows: exact)
 *   n[i,l']      reader i or a later one needs it:               n[i] >= n[i+1], n[i] >= C[i]
 *   copy[l',j,m] it is live between reader j and reader m:       copy >= s[j] + n[m] - 1
 *   self[m,i]    the tensor itself is live, for readers from m on or conversions from i on:
 *                self >= D[r] for r >= m,   self >= C[r,l'] - s[r-1,l'] for r >= i
 *   self + sum of copies >= 1 while readers remain (implied; tightens the relaxation)
 *   h[i,l,l']    the conversion is executed:                     h >= y[i,l,l'] - s[i-1,l']
 *
 * Larger values only cost memory or time, which are bounded or minimised, so lower bounds suffice; except for s, which
 * is also subtracted and must be exact. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/ilp_segments.h"
#include "formulation/selection.h"
#include "solver/base/memory.h"

struct tensor {
    int readers, *edge;                /* [readers] ascending */
    int (*s)[LAYOUTS], (*n)[LAYOUTS];  /* [readers + 1] columns; s[0] is before the first; -1: never */
    int *direct, *pending;             /* [readers + 1] D from there on; conversions from there on */
    int *self;                         /* [(readers + 1) ^ 2] self[m, i], or -1 */
    int (*copy)[LAYOUTS];              /* [(readers + 1) ^ 2] copy[j, m], or -1 */
    int (*executed)[LAYOUTS][LAYOUTS]; /* [readers] h, or -1 */
};

struct ilp_tensors {
    struct tensor *tensor; /* [nodes] */
};

/* A moment of the run: during a leg of edge's conversion, or while node runs (edge -1). */
struct moment {
    int node, edge, leg;
};

static int column(struct ilp *p) {
    return model_add_column(p->model, NULL, 0, 0, 1, false);
}

static bool converts(const struct ilp *p, int e, int from, int to) {
    return p->core->way[e][from][to] != CORE_NONE && !p->core->g->edge[e].alike[from][to];
}

static bool converts_to(const struct ilp *p, int e, int to) {
    bool any = false;
    for (int from = 0; from < LAYOUTS; from++) any = any || converts(p, e, from, to);
    return any;
}

static int legs_of(const struct ilp *p, int e, int from, int to, enum layout stop[LAYOUTS]) {
    return converts(p, e, from, to) ? selection_legs(stop, &p->core->g->edge[e], (enum layout)from, (enum layout)to)
                                    : 0;
}

/* --- where a moment stands among the readers of a tensor, counted from 0 --- */

static int first_reader(const struct ilp *p, const struct tensor *t, const struct moment *at) {
    int m = 0;
    while (m < t->readers && p->core->g->edge[t->edge[m]].to < at->node) m++;
    return m;
}

static int first_conversion(const struct ilp *p, const struct tensor *t, const struct moment *at) {
    int i = 0;
    if (at->edge < 0)
        while (i < t->readers && p->core->g->edge[t->edge[i]].to <= at->node) i++;
    else
        while (i < t->readers && t->edge[i] < at->edge + (at->leg > 0)) i++;
    return i;
}

/* How many readers may have made a copy. */
static int readers_before(const struct ilp *p, const struct tensor *t, const struct moment *at) {
    int j = 0;
    while (j < t->readers && (at->edge < 0 ? p->core->g->edge[t->edge[j]].to <= at->node : t->edge[j] <= at->edge)) j++;
    return j;
}

static int place(const struct tensor *t, int a, int b) {
    assert(a >= 0 && a <= t->readers && b >= 0 && b <= t->readers);
    return a * (t->readers + 1) + b;
}

/* --- columns --- */

static void fill(int *column_of, size_t count) {
    for (size_t i = 0; i < count; i++) column_of[i] = -1;
}

static void tensor_columns(struct ilp *p, struct tensor *t, int u) {
    const struct instance *g = p->core->g;
    t->edge = MEMORY_NEW(int, g->edges);
    for (int e = 0; e < g->edges; e++)
        if (g->edge[e].from == u) t->edge[t->readers++] = e;
    size_t k = (size_t)t->readers, square = (k + 1) * (k + 1);
    t->s = memory_new(k + 1, sizeof *t->s);
    t->n = memory_new(k + 1, sizeof *t->n);
    t->direct = MEMORY_NEW(int, k + 1);
    t->pending = MEMORY_NEW(int, k + 1);
    t->self = MEMORY_NEW(int, square);
    t->copy = memory_new(square, sizeof *t->copy);
    t->executed = memory_new(k, sizeof *t->executed);
    fill(*t->s, (k + 1) * LAYOUTS);
    fill(*t->n, (k + 1) * LAYOUTS);
    fill(t->self, square);
    fill(*t->copy, square * LAYOUTS);
    fill(**t->executed, k * LAYOUTS * LAYOUTS);
    for (size_t i = 0; i <= k; i++) {
        t->direct[i] = i < k ? column(p) : -1;
        t->pending[i] = i < k ? column(p) : -1;
    }
    for (int to = 0; to < LAYOUTS; to++) {
        for (size_t i = 0; i < k; i++) /* s[i + 1] is reader i's */
            if (t->s[i][to] >= 0 || converts_to(p, t->edge[i], to)) t->s[i + 1][to] = column(p);
        for (size_t i = k; i-- > 0;)
            if (t->n[i + 1][to] >= 0 || converts_to(p, t->edge[i], to)) t->n[i][to] = column(p);
    }
    for (int to = 0; to < LAYOUTS; to++) assert(t->s[0][to] < 0 && t->n[k][to] < 0); /* none made, none needed */
    for (size_t i = 0; i < k; i++)
        for (int l = 0; l < LAYOUTS * LAYOUTS; l++)
            if (converts(p, t->edge[i], l / LAYOUTS, l % LAYOUTS)) t->executed[i][l / LAYOUTS][l % LAYOUTS] = column(p);
}

typedef void (*visitor)(struct ilp *p, const struct moment *at);

static void each_moment(struct ilp *p, visitor visit) {
    const struct instance *g = p->core->g;
    for (int v = 0; v < g->nodes; v++) {
        for (int e = g->node[v].first_in; e < g->node[v].last_in; e++) {
            enum layout stop[LAYOUTS];
            int most = 0;
            for (int l = 0; l < LAYOUTS * LAYOUTS; l++) {
                int legs = legs_of(p, e, l / LAYOUTS, l % LAYOUTS, stop);
                if (legs > most) most = legs;
            }
            for (int leg = 0; leg < most; leg++) visit(p, &(struct moment){v, e, leg});
        }
        visit(p, &(struct moment){v, -1, 0});
    }
}

static void moment_columns(struct ilp *p, const struct moment *at) {
    for (int u = 0; u < at->node; u++) {
        struct tensor *t = &p->tensors->tensor[u];
        int m = first_reader(p, t, at), i = first_conversion(p, t, at), j = readers_before(p, t, at);
        assert(m <= i && i <= j && j <= t->readers); /* conversions come before what reads them */
        if (m == t->readers) continue;
        if (t->self[place(t, m, i)] < 0) t->self[place(t, m, i)] = column(p);
        for (int to = 0; to < LAYOUTS; to++)
            if (t->s[j][to] >= 0 && t->n[m][to] >= 0 && t->copy[place(t, j, m)][to] < 0)
                t->copy[place(t, j, m)][to] = column(p);
    }
}

void ilp_tensor_columns(struct ilp *p) {
    assert(p->core->open && p->core->steps && p->formulation == FORMULATION_FLOW);
    p->tensors = MEMORY_NEW(struct ilp_tensors, 1);
    p->tensors->tensor = MEMORY_NEW(struct tensor, p->core->g->nodes);
    for (int u = 0; u < p->core->g->nodes; u++) tensor_columns(p, &p->tensors->tensor[u], u);
    each_moment(p, moment_columns);
}

void ilp_tensor_free(struct ilp *p) {
    for (int u = 0; p->tensors && u < p->core->g->nodes; u++) {
        struct tensor *t = &p->tensors->tensor[u];
        free(t->edge);
        free(t->s);
        free(t->n);
        free(t->direct);
        free(t->pending);
        free(t->self);
        free(t->copy);
        free(t->executed);
    }
    if (p->tensors) free(p->tensors->tensor);
    free(p->tensors);
}

/* --- rows of the lives --- */

static void add_converted(struct ilp *p, int e, int to, double value) {
    for (int from = 0; from < LAYOUTS; from++)
        if (converts(p, e, from, to)) ilp_add_way(p, e, from, to, value);
}

static void add_direct(struct ilp *p, int e, double value) {
    for (int l = 0; l < LAYOUTS * LAYOUTS; l++)
        if (p->core->g->edge[e].alike[l / LAYOUTS][l % LAYOUTS]) ilp_add_way(p, e, l / LAYOUTS, l % LAYOUTS, value);
}

static void add(struct ilp *p, int col, double value) {
    if (col >= 0) ilp_add(p, col, value);
}

static void at_least(struct ilp *p, double lower) {
    ilp_row(p, NULL, lower, MODEL_INFINITY);
}

static void rows_made(struct ilp *p, const struct tensor *t, int i, int to) {
    assert(i >= 0 && i < t->readers);
    int s = t->s[i + 1][to], before = t->s[i][to], n = t->n[i][to], after = t->n[i + 1][to];
    if (s >= 0) {
        add(p, s, 1), add(p, before, -1);
        at_least(p, 0);
        add(p, s, 1), add_converted(p, t->edge[i], to, -1);
        at_least(p, 0);
        add(p, before, 1), add_converted(p, t->edge[i], to, 1), add(p, s, -1);
        at_least(p, 0);
    }
    if (n < 0) return;
    if (after >= 0) {
        add(p, n, 1), add(p, after, -1);
        at_least(p, 0);
    }
    add(p, n, 1), add_converted(p, t->edge[i], to, -1);
    at_least(p, 0);
}

static void rows_itself(struct ilp *p, const struct tensor *t, int i) {
    add(p, t->direct[i], 1), add_direct(p, t->edge[i], -1);
    at_least(p, 0);
    for (int to = 0; to < LAYOUTS; to++) {
        if (!converts_to(p, t->edge[i], to)) continue;
        add(p, t->pending[i], 1), add_converted(p, t->edge[i], to, -1), add(p, t->s[i][to], 1);
        at_least(p, 0);
    }
    if (i + 1 == t->readers) return;
    add(p, t->direct[i], 1), add(p, t->direct[i + 1], -1);
    at_least(p, 0);
    add(p, t->pending[i], 1), add(p, t->pending[i + 1], -1);
    at_least(p, 0);
}

static void rows_executed(struct ilp *p, const struct tensor *t, int i) {
    for (int l = 0; l < LAYOUTS * LAYOUTS; l++) {
        int h = t->executed[i][l / LAYOUTS][l % LAYOUTS];
        if (h < 0) continue;
        assert(t->s[i + 1][l % LAYOUTS] >= 0); /* a conversion makes a copy in that layout */
        add(p, h, 1), ilp_add_way(p, t->edge[i], l / LAYOUTS, l % LAYOUTS, -1), add(p, t->s[i][l % LAYOUTS], 1);
        at_least(p, 0);
    }
}

static void rows_live(struct ilp *p, const struct tensor *t, int a, int b) {
    int self = t->self[place(t, a, b)];
    assert(self < 0 || (a < t->readers && t->direct[a] >= 0)); /* asked only while readers remain */
    for (int to = 0; to < LAYOUTS; to++) {
        int copy = t->copy[place(t, a, b)][to];
        if (copy < 0) continue;
        add(p, copy, 1), add(p, t->s[a][to], -1), add(p, t->n[b][to], -1);
        at_least(p, -1);
    }
    if (self < 0) return;
    add(p, self, 1), add(p, t->direct[a], -1);
    at_least(p, 0);
    if (t->pending[b] < 0) return;
    add(p, self, 1), add(p, t->pending[b], -1);
    at_least(p, 0);
}

/* --- rows of the moments --- */

static void add_conversion_leg(struct ilp *p, const struct moment *at) {
    const struct edge *edge = &p->core->g->edge[at->edge];
    const struct tensor *t = &p->tensors->tensor[edge->from];
    int reader = 0;
    while (t->edge[reader] != at->edge) reader++;
    assert(reader < t->readers);
    for (int l = 0; l < LAYOUTS * LAYOUTS; l++) {
        int from = l / LAYOUTS, to = l % LAYOUTS;
        enum layout stop[LAYOUTS];
        if (at->leg >= legs_of(p, at->edge, from, to, stop)) continue;
        int64_t bytes = memory_model_step(
            p->core->model, 0, edge->workspace_bytes[at->leg ? (int)stop[at->leg - 1] : from][stop[at->leg]]);
        if (at->leg > 0) bytes += edge->bytes; /* the intermediate copy; the last one is among the copies */
        assert(bytes == 0 || t->executed[reader][from][to] >= 0);
        if (bytes > 0) add(p, t->executed[reader][from][to], ilp_units(p, bytes));
    }
}

static void moment_row(struct ilp *p, const struct moment *at) {
    const struct instance *g = p->core->g;
    int64_t fixed = at->edge < 0 ? g->node[at->node].out_bytes : 0;
    for (int u = 0; u < at->node; u++) {
        const struct tensor *t = &p->tensors->tensor[u];
        int m = first_reader(p, t, at), i = first_conversion(p, t, at), j = readers_before(p, t, at);
        double bytes = ilp_units(p, g->node[u].out_bytes);
        if (t->readers == 0) fixed += g->node[u].out_bytes; /* the network's output */
        if (m == t->readers) continue;
        add(p, t->self[place(t, m, i)], bytes);
        for (int to = 0; to < LAYOUTS; to++) add(p, t->copy[place(t, j, m)][to], bytes);
    }
    if (at->edge >= 0)
        add_conversion_leg(p, at);
    else
        for (int k = 0; k < core_count(p->core, at->node); k++)
            ilp_add(p, p->core->first[at->node] + k,
                    ilp_units(p, core_step_bytes(p->core, core_choice(p->core, at->node, k))));
    ilp_row_step(p, NULL, at->node, fixed);
}

/* While readers remain, the tensor or a copy is alive; in a segment, none counts here. */
static void moment_exists(struct ilp *p, const struct moment *at) {
    for (int u = 0; u < at->node; u++) {
        const struct tensor *t = &p->tensors->tensor[u];
        int m = first_reader(p, t, at), i = first_conversion(p, t, at), j = readers_before(p, t, at);
        if (m == t->readers) continue;
        add(p, t->self[place(t, m, i)], 1);
        for (int to = 0; to < LAYOUTS; to++) add(p, t->copy[place(t, j, m)][to], 1);
        ilp_segments_add_whole(p, at->node, -1);
        at_least(p, 0);
    }
}

void ilp_tensor_rows(struct ilp *p) {
    assert(p->tensors && p->touches == 0);
    for (int u = 0; u < p->core->g->nodes; u++) {
        const struct tensor *t = &p->tensors->tensor[u];
        for (int i = 0; i < t->readers; i++) {
            for (int to = 0; to < LAYOUTS; to++) rows_made(p, t, i, to);
            rows_itself(p, t, i);
            rows_executed(p, t, i);
        }
        for (int a = 0; a <= t->readers; a++)
            for (int b = 0; b <= t->readers; b++) rows_live(p, t, a, b);
    }
    each_moment(p, moment_row);
    each_moment(p, moment_exists);
}

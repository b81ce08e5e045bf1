#include "solver/cuts/flows.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "solver/base/memory.h"

/* The magnitude of the row's entries; 0: it is no node. */
static double flows_magnitude(const struct cuts *c, int i) {
    struct cuts_row row = cuts_row(c, i);
    if (row.count < 2) return 0;
    for (long k = 0; k < row.count; k++)
        if (c->m->integer[row.col[k]] || fabs(row.value[k]) != fabs(row.value[0])) return 0;
    return fabs(row.value[0]);
}

/* Gives the neighbours of a node that have not been seen signs that fit its own; returns how many are in the queue. */
static int flows_orient_around(struct flows *f, int at, bool *seen, int *queue, int count) {
    const struct model *m = f->c->m;
    struct cuts_row row = cuts_row(f->c, f->row[at]);
    for (long k = 0; k < row.count; k++)
        for (long e = m->start[row.col[k]]; e < m->start[row.col[k] + 1]; e++) {
            int i = m->index[e], other = f->node[i];
            if (other < 0 || seen[other]) continue;
            seen[other] = true;
            queue[count++] = other;
            bool same = (row.value[k] * f->factor[at] > 0) == (m->value[e] * f->factor[other] > 0);
            if (same && m->row_lower[i] == m->row_upper[i]) f->factor[other] = -f->factor[other];
        }
    return count;
}

/* An equation is a node either way: its sign is such that columns lead from node to node. */
static void flows_orient(struct flows *f) {
    int count = 0, *queue = MEMORY_NEW(int, f->nodes);
    bool *seen = MEMORY_NEW(bool, f->nodes);
    for (int n = FLOWS_WORLD + 1; n < f->nodes; n++) {
        if (!seen[n]) queue[count++] = n, seen[n] = true;
        while (count > 0) {
            int at = queue[--count];
            count = flows_orient_around(f, at, seen, queue, count);
        }
    }
    assert(count == 0);
    free(queue);
    free(seen);
}

void flows_find(struct flows *f, const struct cuts *c) {
    const struct model *m = c->m;
    *f = (struct flows){.c = c, .nodes = FLOWS_WORLD + 1};
    f->node = MEMORY_NEW(int, m->rows);
    f->row = MEMORY_NEW(int, m->rows + 1);
    f->factor = MEMORY_NEW(double, m->rows + 1);
    for (int i = 0; i < m->rows; i++) {
        double magnitude = flows_magnitude(c, i);
        f->node[i] = magnitude > 0 ? f->nodes : -1;
        if (magnitude == 0) continue;
        f->row[f->nodes] = i;
        f->factor[f->nodes++] = (m->row_lower[i] > -MODEL_INFINITY ? 1 : -1) / magnitude;
    }
    flows_orient(f);
}

void flows_free(struct flows *f) {
    free(f->node);
    free(f->row);
    free(f->factor);
}

void flows_reverse(struct flows *f) {
    for (int n = FLOWS_WORLD + 1; n < f->nodes; n++) f->factor[n] = -f->factor[n];
}

double flows_demand(const struct flows *f, int node) {
    assert(node > FLOWS_WORLD && node < f->nodes);
    const struct model *m = f->c->m;
    int i = f->row[node];
    double side = f->factor[node] > 0 ? m->row_lower[i] : m->row_upper[i];
    return fabs(side) < MODEL_INFINITY ? f->factor[node] * side : 0;
}

bool flows_ends(int end[2], const struct flows *f, int j) {
    const struct model *m = f->c->m;
    int ends = 0;
    end[0] = end[1] = FLOWS_WORLD;
    if (m->integer[j]) return false;
    for (long k = m->start[j]; k < m->start[j + 1]; k++) {
        int n = f->node[m->index[k]];
        if (n < 0) continue;
        bool in = m->value[k] * f->factor[n] > 0;
        if (end[in] != FLOWS_WORLD) return false;
        end[in] = n;
        ends++;
    }
    return ends > 0;
}

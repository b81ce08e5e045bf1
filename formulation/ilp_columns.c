/* ilp_columns.c - the columns of the program and the names of layers in it. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/ilp_segments.h"
#include "solver/base/memory.h"

int ilp_layouts(bool seen[LAYOUTS], const struct core *core, int v, bool out) {
    int count = 0;
    memset(seen, 0, LAYOUTS * sizeof *seen);
    for (int k = 0; k < core_count(core, v); k++) {
        int layout = out ? (int)core_choice(core, v, k)->out : (int)core_choice(core, v, k)->in;
        count += !seen[layout];
        seen[layout] = true;
    }
    for (int l = 0; l < LAYOUTS && out; l++)
        if (core_segments_end(core->segments, v, l) && !seen[l]) {
            seen[l] = true;
            count++;
        }
    assert((count > 0 || core_segments_any(core->segments, v)) && count <= LAYOUTS);
    return count;
}

const char *ilp_layer_name(const struct core *core, int v, char spare[ILP_NAME]) {
    const struct layer *layer = core->g->node[v].layer;
    if (layer) return layer->name;
    snprintf(spare, ILP_NAME, "%d", v);
    return spare;
}

static int ilp_column(struct ilp *p, const char *name, bool integer) {
    return model_add_column(p->model, p->named ? name : NULL, 0, 0, 1, integer);
}

static void ilp_columns_x(struct ilp *p) {
    char name[ILP_NAME], spare[ILP_NAME];
    for (int v = 0; v < p->core->g->nodes; v++)
        for (int k = 0; k < core_count(p->core, v); k++) {
            const struct choice *c = core_choice(p->core, v, k);
            if (p->named)
                snprintf(name, sizeof name, "x:%.200s:%.40s", ilp_layer_name(p->core, v, spare),
                         c->primitive ? c->primitive->name : layout_names[c->in]);
            int column = ilp_column(p, name, true);
            assert(column == p->core->first[v] + k); /* ilp.h promises it */
            (void)column;
        }
}

void ilp_edge_name(char name[ILP_NAME], const struct ilp *p, char kind, int e, int from, int to) {
    char spare[2][ILP_NAME];
    const struct edge *edge = &p->core->g->edge[e];
    if (!p->named) return;
    snprintf(name, ILP_NAME, "%c:%.100s:%.100s.%d:%s:%s", kind, ilp_layer_name(p->core, edge->from, spare[0]),
             ilp_layer_name(p->core, edge->to, spare[1]), edge->slot, from < 0 ? "any" : layout_names[from],
             to < 0 ? "any" : layout_names[to]);
}

static void ilp_columns_flow(struct ilp *p) {
    const struct core *core = p->core;
    bool makes[LAYOUTS], reads[LAYOUTS];
    char name[ILP_NAME];
    p->y = memory_new((size_t)core->g->edges, sizeof *p->y);
    for (int e = 0; e < core->g->edges; e++) {
        bool several = ilp_layouts(makes, core, core->g->edge[e].from, true) > 1;
        several = ilp_layouts(reads, core, core->g->edge[e].to, false) > 1 && several;
        several = several || ilp_segments_meet(p, core->g->edge[e].from);
        for (int l = 0; l < LAYOUTS; l++)
            for (int to = 0; to < LAYOUTS; to++) {
                p->y[e][l][to] = -1;
                if (!several || core->way[e][l][to] == CORE_NONE) continue;
                ilp_edge_name(name, p, 'y', e, l, to);
                p->y[e][l][to] = ilp_column(p, name, false);
                assert(makes[l] && reads[to]); /* a conversion joins layouts that exist */
            }
    }
}

/* Only pairs that convert need a column: the others cost nothing under any model. */
static bool pair_converts(const struct ilp *p, int e, const struct choice *a, const struct choice *b) {
    return p->core->way[e][a->out][b->in] != CORE_NONE && !p->core->g->edge[e].alike[a->out][b->in];
}

static void ilp_columns_product(struct ilp *p) {
    const struct core *core = p->core;
    char name[ILP_NAME];
    p->pair = MEMORY_NEW(int *, core->g->edges);
    for (int e = 0; e < core->g->edges; e++) {
        int u = core->g->edge[e].from, v = core->g->edge[e].to, cols = core_count(core, v);
        assert(cols > 0 && core_count(core, u) > 0);
        p->pair[e] = MEMORY_NEW(int, (size_t)core_count(core, u) * (size_t)cols);
        for (int i = 0; i < core_count(core, u); i++)
            for (int j = 0; j < cols; j++) {
                p->pair[e][i * cols + j] = -1;
                if (!pair_converts(p, e, core_choice(core, u, i), core_choice(core, v, j))) continue;
                if (p->named) {
                    size_t used;
                    ilp_edge_name(name, p, 'y', e, -1, -1);
                    used = strlen(name);
                    snprintf(name + used, sizeof name - used, ":%d:%d", i, j);
                }
                p->pair[e][i * cols + j] = ilp_column(p, name, false);
            }
    }
}

static int first_edge_from(const struct instance *g, int u) {
    int e = 0;
    while (e < g->edges && g->edge[e].from != u) e++;
    return e;
}

/* Per tensor, where more than one edge may need the same conversion. */
static void ilp_columns_tensor(struct ilp *p) {
    const struct instance *g = p->core->g;
    char name[ILP_NAME];
    p->z = memory_new((size_t)g->nodes, sizeof *p->z);
    memset(p->z, -1, (size_t)g->nodes * sizeof *p->z);
    if (p->core->conversions == CONVERSIONS_PER_EDGE) return;
    for (int u = 0; u < g->nodes; u++)
        for (int i = 0; i < LAYOUTS * LAYOUTS; i++) {
            int from = i / LAYOUTS, to = i % LAYOUTS, wanted = 0;
            for (int e = 0; e < g->edges; e++)
                wanted += g->edge[e].from == u && p->core->way[e][from][to] != CORE_NONE && !g->edge[e].alike[from][to];
            if (wanted < 2) continue;
            assert(first_edge_from(g, u) < g->edges && from != to);
            ilp_edge_name(name, p, 'z', first_edge_from(g, u), from, to);
            p->z[u][from][to] = ilp_column(p, name, false);
        }
}

void ilp_columns(struct ilp *p) {
    assert(p->model->cols == 0 && p->core->feasible);
    ilp_columns_x(p);
    if (p->core->segments) ilp_segments_columns(p);
    if (p->formulation == FORMULATION_FLOW)
        ilp_columns_flow(p);
    else
        ilp_columns_product(p);
    ilp_columns_tensor(p);
}

#include "experiments/commands/ram_plan.h"

#include <assert.h>
#include <stdlib.h>

#include "formulation/labels/labels.h"
#include "solver/base/memory.h"

/* What computes layer v, and how many rows at a time. */
static const struct choice *point_choice(const struct instance *g, const struct frontier_point *p, int v, int *rows) {
    *rows = 0;
    for (int s = 0; s < p->streams.count; s++)
        if (p->streams.stream[s].first <= v && v <= p->streams.stream[s].last) *rows = p->streams.stream[s].pace.rows;
    return &(*rows ? g->node[v].strip : g->node[v].choice)[p->choice[v]];
}

static int64_t point_weights(const struct instance *g, const struct frontier_point *p) {
    int64_t sum = 0;
    int rows;
    for (int v = 0; v < g->nodes; v++) sum += point_choice(g, p, v, &rows)->weights_bytes;
    return sum;
}

static void plan_changes(struct ram_plan *out, const struct frontier_point *p, const struct instance *g) {
    out->change = MEMORY_NEW(int, g->nodes);
    for (int v = 0; v < g->nodes; v++) {
        int rows[2];
        const struct choice *a = point_choice(g, &p[0], v, &rows[0]), *b = point_choice(g, &p[1], v, &rows[1]);
        const bool image = v == 0 && selection_image_by_rows(&p[0].streams) != selection_image_by_rows(&p[1].streams);
        if (image || rows[0] != rows[1] || a != b) out->change[out->changes++] = v;
    }
    assert(out->changes > 0); /* else they would be the same point */
}

static void plan_take(struct ram_plan *out, const struct frontier *f, const struct instance *g, int64_t ram_bytes) {
    int at = -1;
    while (at + 1 < f->points && f->point[at + 1].memory_bytes <= ram_bytes) at++;
    out->proven = f->complete;
    out->any = at >= 0;
    out->least_bytes = f->points > 0 ? f->point[0].memory_bytes : -1;
    out->next = at + 1 < f->points;
    if (at < 0) return;
    const struct frontier_point *p = &f->point[at];
    out->ram_bytes = p->memory_bytes;
    out->time_ns = p->time_ns;
    out->weights_bytes = point_weights(g, p);
    out->segments = p->streams.count;
    if (!out->next) return;
    out->next_bytes = p[1].memory_bytes - p->memory_bytes;
    out->next_ns = p->time_ns - p[1].time_ns;
    assert(out->next_bytes > 0 && out->next_ns > 0);
    plan_changes(out, p, g);
}

/* Has the profile times of layers by rows? */
static bool profile_streams(const struct profile *p) {
    bool strips = false, moves = false;
    for (int i = 0; i < p->rows; i++) {
        strips = strips || p->row[i].kind == PROFILE_STRIP;
        moves = moves || p->row[i].kind == PROFILE_MOVE;
    }
    return strips && moves;
}

bool ram_plan_find(struct ram_plan *out, const struct call *call, const char *network, const char *profile,
                   int64_t ram_bytes, bool stream_input, struct error *err) {
    struct profile *p = profile_read(profile, err);
    *out = (struct ram_plan){.asked = true};
    struct selecting s;
    struct frontier f;
    if (!p) return false;
    struct request q = SELECTING_REQUEST;
    q.model = MEMORY_PEAK;
    q.interrupt = call->interrupt;
    q.streaming = profile_streams(p) ? STREAMING_ON : STREAMING_OFF;
    q.stream_input = stream_input && q.streaming == STREAMING_ON;
    bool good = selecting_init(&s, network, p, err);
    if (good) {
        selecting_remark(&s, call);
        good = selecting_stream(&s, q.streaming, err) && labels_frontier(&f, s.g, &q, 0, err);
        if (good) {
            plan_take(out, &f, s.g, ram_bytes);
            frontier_free(&f);
        }
        selecting_free(&s);
    }
    profile_free(p);
    return good;
}

void ram_plan_free(struct ram_plan *p) {
    free(p->change);
}

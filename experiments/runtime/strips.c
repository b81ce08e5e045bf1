#include "experiments/runtime/strips.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/strip.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

void strips_free(struct strips *s) {
    if (!s) return;
    for (int i = 0; i <= s->segment->last - s->segment->first; i++) {
        free(s->layer[i].scenario);
        free(s->layer[i].shape_of);
    }
    segment_free(s->segment);
    free(s->layer);
    free(s->shape);
    free(s);
}

/* All that strips of one operator may differ in (kernels/strip.h). */
static bool strips_alike(const struct operator_shape *a, const struct operator_shape *b) {
    return a->H == b->H && a->OH == b->OH && a->pad.top == b->pad.top && a->pad.bottom == b->pad.bottom;
}

static int strips_convolution(struct strips_layer *of, const struct layer *l, const struct segment_call *c) {
    struct scenario strip;
    int low, high, k = 0;
    const bool cut = strip_of_scenario(&strip, &low, &high, &l->scenario, c->from, c->to);
    assert(cut); /* segment_streams, segment_end */
    (void)cut;
    while (k < of->shapes && !scenario_equal(&of->scenario[k], &strip)) k++;
    if (k < of->shapes) return k;
    of->scenario = memory_resize(of->scenario, (size_t)k + 1, sizeof *of->scenario);
    of->scenario[of->shapes++] = strip;
    return k;
}

static int strips_operator(struct strips_layer *of, const struct layer *l, const struct segment_call *c) {
    struct operator_shape strip;
    int low, high, k = 0;
    const bool cut = strip_of_operator(&strip, &low, &high, &l->shape_of, c->from, c->to);
    assert(cut);
    (void)cut;
    while (k < of->shapes && !strips_alike(&of->shape_of[k], &strip)) k++;
    if (k < of->shapes) return k;
    of->shape_of = memory_resize(of->shape_of, (size_t)k + 1, sizeof *of->shape_of);
    of->shape_of[of->shapes++] = strip;
    return k;
}

static void strips_layer_workspace(struct strips_layer *of, const struct primitive *p, enum layout layout,
                                   int threads) {
    for (int k = 0; k < of->shapes; k++) {
        const size_t bytes = of->scenario ? primitive_workspace(p, &of->scenario[k], threads)
                                          : operator_workspace(&of->shape_of[k], layout, threads);
        if ((int64_t)bytes > of->workspace_bytes) of->workspace_bytes = (int64_t)bytes;
    }
}

struct strips *strips_new(const struct network *n, const struct stream *stream,
                          const struct primitive *const *primitive, int threads) {
    struct strips *s = MEMORY_NEW(struct strips, 1);
    s->segment = selection_segment(n, stream);
    s->layer = MEMORY_NEW(struct strips_layer, stream->last - stream->first + 1);
    s->shape = MEMORY_NEW(int, s->segment->calls);
    for (int i = 0; i < s->segment->calls; i++) {
        const struct segment_call *c = &s->segment->call[i];
        if (c->node < stream->first) continue; /* rows of the image */
        const struct layer *l = &n->layer[c->node];
        struct strips_layer *of = &s->layer[c->node - stream->first];
        of->calls++;
        if (segment_accumulates(n, c->node)) continue;
        s->shape[i] = l->kind == LAYER_CONV ? strips_convolution(of, l, c) : strips_operator(of, l, c);
    }
    for (int v = stream->first; v <= stream->last; v++) {
        assert(!primitive[v - stream->first] == (n->layer[v].kind != LAYER_CONV));
        strips_layer_workspace(&s->layer[v - stream->first], primitive[v - stream->first], stream->layout, threads);
    }
    CHECK(strips_check(s));
    return s;
}

struct strips_image strips_image(const struct strips *s) {
    struct strips_image out = {0, 0};
    for (int i = 0; i < s->segment->calls; i++) {
        const struct segment_call *c = &s->segment->call[i];
        if (c->node >= s->segment->first) continue;
        const int rows = c->to - c->from;
        out.calls++;
        out.most_rows = rows > out.most_rows ? rows : out.most_rows;
    }
    assert((out.calls > 0) == s->segment->image_by_rows);
    return out;
}

int64_t strips_workspace(const struct strips *s) {
    int64_t most = 0;
    for (int i = 0; i <= s->segment->last - s->segment->first; i++)
        if (s->layer[i].workspace_bytes > most) most = s->layer[i].workspace_bytes;
    return most;
}

bool strips_check(const struct strips *s) {
    const struct segment *g = s->segment;
    for (int i = 0; i < g->calls; i++) {
        const struct segment_call *c = &g->call[i];
        if (c->node < g->first) continue;
        const struct strips_layer *of = &s->layer[c->node - g->first];
        int low, high;
        if (segment_accumulates(g->network, c->node)) continue;
        segment_window(&low, &high, g->network, c->node, c->from, c->to);
        if (s->shape[i] < 0 || s->shape[i] >= of->shapes) return false;
        const int in = of->scenario ? of->scenario[s->shape[i]].H : of->shape_of[s->shape[i]].H;
        const int out = of->scenario ? scenario_out_h(&of->scenario[s->shape[i]]) : of->shape_of[s->shape[i]].OH;
        if (in != high - low || out != c->to - c->from) return false;
    }
    return true;
}

#include "experiments/back_to_back.h"

#include <stdlib.h>

#include "experiments/profiler.h"
#include "solver/memory.h"

struct stage { /* a convolution, ready to run */
    const struct scenario *scenario;
    const struct primitive *primitive;
    float *stored;
    size_t stored_bytes;
};

static const struct profile_row *fastest(const struct profile *p, const struct scenario *s) {
    char text[SCENARIO_TEXT];
    int first, last;
    scenario_print(text, s);
    if (!profile_rows(&first, &last, p, PROFILE_CONV, text)) return NULL;
    const struct profile_row *best = NULL;
    for (int i = first; i < last; i++)
        if (!best || p->row[i].median_ns < best->median_ns) best = &p->row[i];
    return best;
}

/* Makes the stage's stored weights and the pool large enough for it. */
static void stage_prepare(struct stage *stage, struct pool *b, const struct scenario *s, const char *name,
                          int threads) {
    const struct primitive *q = primitive_find(name);
    size_t outputs = (size_t)s->M * (size_t)scenario_out_h(s) * (size_t)scenario_out_w(s);
    size_t inputs = (size_t)s->C * (size_t)s->H * (size_t)s->W;
    size_t raw = (size_t)s->M * (size_t)(s->C / s->groups) * (size_t)s->KH * (size_t)s->KW;
    size_t larger = (inputs > outputs ? inputs : outputs) * sizeof(float);
    *stage = (struct stage){.scenario = s, .primitive = q};
    pool_need(&b->input, &b->input_bytes, larger);
    pool_need(&b->output, &b->output_bytes, larger);
    pool_need(&b->raw, &b->raw_bytes, raw * sizeof(float));
    pool_need(&b->bias, &b->bias_bytes, (size_t)s->M * sizeof(float));
    pool_need(&b->workspace, &b->workspace_bytes, primitive_workspace(q, s, threads));
    pool_need(&stage->stored, &stage->stored_bytes, primitive_weights(q, s));
    primitive_prepare(q, s, stage->stored, b->raw);
}

static struct timing run_stages(const struct stage *stage, int stages, const struct pool *b, const struct measure *m) {
    enum { PASSES = 9 };
    int64_t ns[PASSES];
    for (int pass = -1; pass < PASSES; pass++) { /* the first warms up */
        float *from = b->input, *to = b->output;
        int64_t begun = measure_clock_ns(m);
        for (int i = 0; i < stages; i++) {
            const struct stage *s = &stage[i];
            primitive_run(s->primitive, s->scenario, to, from, s->stored, b->bias, true, b->workspace, m->threads);
            float *swap = from;
            from = to, to = swap;
        }
        if (pass >= 0) ns[pass] = measure_clock_ns(m) - begun;
    }
    return measure_summary(ns, PASSES);
}

struct back_to_back back_to_back_run(const struct network *folded, const struct profile *p, const struct measure *m) {
    struct back_to_back out = {0};
    struct pool pool = {0};
    struct stage *stage = MEMORY_NEW(struct stage, folded->layers);
    for (int v = 0; v < folded->layers; v++) {
        if (folded->layer[v].kind != LAYER_CONV) continue;
        const struct profile_row *row = fastest(p, &folded->layer[v].scenario);
        if (!row) {
            out.uncovered++;
            continue;
        }
        stage_prepare(&stage[out.convolutions++], &pool, &folded->layer[v].scenario, row->name, m->threads);
        out.predicted_ns += row->median_ns;
    }
    if (out.convolutions) out.measured = run_stages(stage, out.convolutions, &pool, m);
    for (int i = 0; i < out.convolutions; i++) free(stage[i].stored);
    free(stage);
    pool_free(&pool);
    return out;
}

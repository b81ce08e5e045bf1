#include "experiments/measure/stage.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "experiments/runtime/image.h"
#include "formulation/plan.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"

#define TABLE 8191
static float weights_table[TABLE];

static bool quick_weights(float *raw, float *bias, const struct layer *l, void *context, struct error *err) {
    (void)context, (void)err;
    int64_t count = weights_count(l), biases = weights_biases(l);
    float limit = (float)sqrt(3.0 * (double)l->out.C / (double)count); /* variance 1 / fan-in */
    for (int64_t at = 0; at < count; at += TABLE)
        for (int64_t i = 0; i < TABLE && at + i < count; i++) raw[at + i] = limit * weights_table[i];
    for (int64_t i = 0; i < biases; i++) bias[i] = 0.05f * weights_table[i % TABLE];
    return true;
}

bool stage_init(struct stage *s, const struct network *folded, int threads, struct error *err) {
    struct random random = {TABLE};
    for (int i = 0; i < TABLE; i++) weights_table[i] = (float)(2 * random_unit(&random) - 1);
    *s = (struct stage){.network = folded, .threads = threads};
    if (!weights_init(&s->weights, folded, 1, NULL, err)) return false;
    s->weights.source = quick_weights;
    s->weights.any_order = true;
    s->in = MEMORY_NEW(float, shape_bytes(folded->layer[0].out) / 4);
    image_noise(s->in, folded->layer[0].out, 1);
    return true;
}

void stage_free(struct stage *s) {
    runtime_free(s->runtime);
    plan_free(s->plan);
    weights_free(&s->weights);
    free(s->in);
}

bool stage_run(struct stage *s, const struct stage_runs *of, struct plan *plan, const struct measure *m,
               struct error *err) {
    struct runtime *r = runtime_new_like(plan, s->network, &s->weights, s->threads, s->runtime, err);
    runtime_free(s->runtime);
    plan_free(s->plan);
    s->runtime = r, s->plan = plan;
    if (!r) return false;
    assert(of->runs >= 1 && r->schedule->steps == plan->steps); /* step_ns has a column for each */
    float *out = MEMORY_NEW(float, runtime_outputs(r));
    for (int i = 0; i < of->warm; i++) runtime_run(r, out, s->in, NULL);
    for (int i = 0; i < of->runs; i++) {
        struct runtime_observer watch = {.clock = m};
        if (of->step_ns) {
            watch.step_ns = of->step_ns + (size_t)i * (size_t)plan->steps;
            runtime_run(r, out, s->in, &watch);
        }
        if (!of->whole_ns) continue;
        const int64_t begun = measure_clock_ns(m);
        runtime_run(r, out, s->in, NULL);
        of->whole_ns[i] = measure_since(m, begun);
    }
    free(out);
    return true;
}

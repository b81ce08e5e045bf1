#include "experiments/measure/units.h"

#include <assert.h>
#include <stdlib.h>

#include "experiments/measure/strips.h"
#include "experiments/runtime/launch.h"
#include "kernels/layout/convert.h"
#include "kernels/strip.h"
#include "solver/base/memory.h"

struct task { /* one row: a kernel, ready to run in pooled memory */
    const struct unit *unit;
    struct launch launch;
};

static void task_run(const void *task) {
    launch_run(&((const struct task *)task)->launch);
}

/* Addresses are known only after all memory has been requested, since it may move. */
static void task_memory(struct task *t, const struct pooled *b) {
    t->launch.out = b->output;
    t->launch.stored = b->stored;
    t->launch.workspace = b->workspace;
}

static void task_add(struct profiler *p, const struct task *t, const char *name, struct timing took, size_t workspace,
                     size_t weights) {
    measuring_add(p, t->unit, &(struct measured){name, t->launch.from, t->launch.to, took, workspace, weights});
}

/* --- the order of primitives ------------------------------------------------------------------------------------- */

void units_ranking_init(struct ranking *r) {
    *r = (struct ranking){MEMORY_NEW(double, primitive_count), MEMORY_NEW(int, primitive_count)};
    for (int i = 0; i < primitive_count; i++) r->order[i] = i;
}

void units_ranking_free(struct ranking *r) {
    free(r->rank);
    free(r->order);
    *r = (struct ranking){0};
}

static void ranking_sort(struct ranking *r) { /* insertion: nearly sorted already */
    for (int i = 1; i < primitive_count; i++)
        for (int j = i; j > 0 && r->rank[r->order[j]] < r->rank[r->order[j - 1]]; j--) {
            int swap = r->order[j];
            r->order[j] = r->order[j - 1];
            r->order[j - 1] = swap;
        }
}

/* --- some rows of a layer ---------------------------------------------------------------------------------------- */

#define JUDGE_PIXELS 784 /* of the output: weights are then read and packed for many pixels, as for the whole layer */
#define JUDGE_ROWS   12  /* some tiles of every Winograd transform */
#define JUDGE_FEW    4   /* of a kernel that prepares nothing, where the layer has twice as many */

/* Output rows that are enough to judge from: they take about as long as the runs of a fast kernel; and, for kernels that
 * first rearrange something (they have a workspace), enough to make up for that. Height: it is timed as a whole.
 * best_ns: of the scenario so far. */
static int judge_rows(const struct scenario *s, double rank, int64_t best_ns, size_t workspace,
                      const struct effort *effort) {
    const double whole_ns = rank * (double)best_ns;
    const int height = scenario_out_h(s), width = scenario_out_w(s);
    const int least = (JUDGE_PIXELS + width - 1) / width;
    assert(rank >= 0 && best_ns >= 0 && height >= 1);
    if (rank < UNITS_SLOW || whole_ns < 2 * (double)effort->enough_ns) return height;
    int rows = (int)((double)height * (double)effort->enough_ns / 2 / whole_ns) + 1;
    if (rows < JUDGE_FEW) rows = height / 2 < JUDGE_FEW ? height / 2 : JUDGE_FEW;
    if (workspace > 0 && rows < least) rows = least;
    if (workspace > 0 && rows < JUDGE_ROWS) rows = JUDGE_ROWS;
    return rows;
}

/* false: it is not slow, or has no such strip. The task is left as it was. */
static bool judge(struct timing *took, struct measure *m, struct task *t, float *input, size_t inputs, int rows,
                  int64_t best_ns) {
    const struct scenario *s = t->launch.scenario;
    const int height = scenario_out_h(s), from = (height - rows) / 2;
    struct scenario strip;
    int low, high;
    if (rows < 1 || rows > height / 2 || !strip_of_scenario(&strip, &low, &high, s, from, from + rows)) return false;
    t->launch.scenario = &strip;
    *took = measure_run(m, task_run, t, input, inputs, 1); /* hopeless: a single run ... */
    *took = measure_run(m, task_run, t, input, inputs, 1); /* ... and now it is warm */
    t->launch.scenario = s;
    took->median_ns = took->median_ns * height / rows;
    took->min_ns = took->spread_ns = -1;
    return (double)took->median_ns > UNITS_SLOW * (double)best_ns;
}

int units_judged(const struct profile *p) {
    int count = 0;
    for (int i = 0; i < p->rows; i++) count += p->row[i].kind == PROFILE_CONV && p->row[i].min_ns == PROFILE_MISSING;
    return count;
}

/* --- units ------------------------------------------------------------------------------------------------------- */

/* Sets *best_ns and the primitive's rank, which is made relative when the best is known. */
static void measure_primitive(struct profiler *p, struct pooled *b, struct task *t, size_t inputs,
                              const struct primitive *q, double *rank, int64_t *best_ns) {
    const struct scenario *s = &t->unit->scenario;
    const size_t workspace = primitive_workspace(q, s, p->measure.threads), weights = primitive_weights(q, s);
    struct timing took;
    pooled_need(&b->workspace, &b->workspace_bytes, workspace);
    pooled_need(&b->stored, &b->stored_bytes, weights);
    t->launch.primitive = q, t->launch.from = q->in, t->launch.to = q->out;
    task_memory(t, b);
    const int rows = judge_rows(s, *rank, *best_ns, workspace, p->measure.effort);
    if (!judge(&took, &p->measure, t, b->input, inputs, rows, *best_ns))
        took = measure_run(&p->measure, task_run, t, b->input, inputs, *best_ns);
    if (*best_ns == 0 || took.median_ns < *best_ns) *best_ns = took.median_ns;
    *rank = (double)took.median_ns;
    task_add(p, t, q->name, took, workspace, weights);
}

static bool measure_conv(struct profiler *p, struct pooled *b, struct ranking *r, const struct unit *u) {
    const struct scenario *s = &u->scenario;
    struct task t = {.unit = u,
                     .launch = {.kind = LAUNCH_PRIMITIVE,
                                .scenario = s,
                                .activation = activation_of(ACTIVATION_RELU),
                                .threads = p->measure.threads}};
    size_t inputs = (size_t)s->C * (size_t)s->H * (size_t)s->W;
    size_t outputs = (size_t)s->M * (size_t)scenario_out_h(s) * (size_t)scenario_out_w(s);
    pooled_need(&b->input, &b->input_bytes, inputs * sizeof(float));
    pooled_need(&b->output, &b->output_bytes, outputs * sizeof(float));
    pooled_need(&b->bias, &b->bias_bytes, (size_t)s->M * sizeof(float));
    t.launch.in[0] = b->input, t.launch.bias = b->bias;
    int64_t best_ns = 0;
    ranking_sort(r);
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *q = &primitives[r->order[i]];
        if (!primitive_applies(q, s)) continue;
        if (*p->interrupt) return false;
        measuring_show(p, (enum work)u->kind, p->unit_planned_s * i / primitive_count);
        measure_primitive(p, b, &t, inputs, q, &r->rank[r->order[i]], &best_ns);
    }
    assert(best_ns > 0); /* sum2d applies everywhere */
    for (int i = 0; i < primitive_count; i++)
        if (primitive_applies(&primitives[i], s)) r->rank[i] /= (double)best_ns;
    return true;
}

static bool measure_convert(struct profiler *p, struct pooled *b, const struct unit *u) {
    struct task t = {.unit = u,
                     .launch = {.kind = LAUNCH_CONVERSION, .shape = u->tensor, .threads = p->measure.threads}};
    size_t floats = (size_t)u->tensor.C * (size_t)u->tensor.H * (size_t)u->tensor.W;
    pooled_need(&b->input, &b->input_bytes, floats * sizeof(float));
    pooled_need(&b->output, &b->output_bytes, floats * sizeof(float));
    t.launch.in[0] = b->input;
    task_memory(&t, b);
    for (int from = 0; from < LAYOUTS; from++)
        for (int to = 0; to < LAYOUTS; to++) {
            if (from == to) continue;
            if (*p->interrupt) return false;
            t.launch.from = (enum layout)from, t.launch.to = (enum layout)to;
            struct timing took = measure_run(&p->measure, task_run, &t, b->input, floats, 0);
            task_add(p, &t, "convert", took,
                     convert_workspace(u->tensor.C, u->tensor.H, u->tensor.W, t.launch.from, t.launch.to), 0);
        }
    return true;
}

static bool measure_layer(struct profiler *p, struct pooled *b, const struct unit *u) {
    const struct operator_shape *s = &u->operator;
    struct task t = {.unit = u, .launch = {.kind = LAUNCH_OPERATOR, .operator= s, .threads = p->measure.threads}};
    size_t offset[OPERATOR_INPUTS] = {0}, inputs = 0, outputs = (size_t)s->M * (size_t)s->OH * (size_t)s->OW;
    for (int i = 0; i < s->inputs; i++) {
        offset[i] = inputs;
        /* Each input starts at a cache line. */
        inputs += ((size_t)s->C[i] * (size_t)s->H * (size_t)s->W + 15) / 16 * 16;
    }
    pooled_need(&b->input, &b->input_bytes, inputs * sizeof(float));
    pooled_need(&b->output, &b->output_bytes, outputs * sizeof(float));
    pooled_need(&b->bias, &b->bias_bytes, (size_t)s->M * sizeof(float));
    for (int i = 0; i < s->inputs; i++) t.launch.in[i] = b->input + offset[i];
    if (operators[s->kind]->bias_key) t.launch.bias = b->bias;
    for (int l = 0; l < LAYOUTS; l++) {
        if (*p->interrupt) return false;
        enum layout layout = (enum layout)l;
        size_t workspace = operator_workspace(s, layout, p->measure.threads);
        size_t weights = operator_weights(s, layout);
        pooled_need(&b->workspace, &b->workspace_bytes, workspace);
        pooled_need(&b->stored, &b->stored_bytes, weights);
        t.launch.from = t.launch.to = layout;
        task_memory(&t, b);
        struct timing took = measure_run(&p->measure, task_run, &t, b->input, inputs, 0);
        task_add(p, &t, operator_names[s->kind], took, workspace, weights);
    }
    return true;
}

bool units_measure(struct profiler *p, struct pooled *b, struct ranking *r, const struct unit *u) {
    pooled_need(&b->workspace, &b->workspace_bytes, PRIMITIVE_ALIGNMENT); /* kernels want a pointer, even to no bytes */
    switch (u->kind) {
    case PROFILE_CONV: return measure_conv(p, b, r, u);
    case PROFILE_CONVERT: return measure_convert(p, b, u);
    case PROFILE_LAYER: return measure_layer(p, b, u);
    case PROFILE_STRIP: return strips_measure(p, b, u);
    case PROFILE_MOVE: return strips_measure_move(p, b, u);
    }
    return false;
}

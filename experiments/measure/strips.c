#include "experiments/measure/strips.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/launch.h"
#include "formulation/profile_text.h"
#include "formulation/segment.h"
#include "kernels/strip.h"
#include "solver/base/memory.h"

#define CALLS_TIMED 8    /* of calls that are alike */
#define CALLS_WARM  8    /* among more calls, a cold first one matters little */
#define TOLERANCE   1.15 /* times of whole layers say this well which strips are faster */

/* --- all calls of a layer ---------------------------------------------------------------------------------------- */

struct strip_call {
    struct scenario scenario;       /* a convolution's */
    struct operator_shape operator; /* another layer's */
    int low, high, rows;            /* input rows [low, high), output rows */
};

struct calls {
    const struct unit *unit;
    int count;
    struct strip_call *call;
    size_t input_row, output_row; /* floats of a row, of all inputs; of the output */
    float *window;
    struct launch launch;
};

static void calls_free(struct calls *c) {
    free(c->call);
}

/* What other layers would do to the caches between two calls. */
static void calls_caches(const struct calls *c, struct measure *m, const struct strip_call *call) {
    const size_t floats = (size_t)(call->high - call->low) * c->input_row;
    measure_sweep(m, m->evict_bytes / MEASURE_EVICT_L2);
    for (size_t i = 0; i < floats; i++) c->window[i] = -c->window[i];
}

static int64_t calls_one(const struct calls *c, struct measure *m, int i) {
    struct launch l = c->launch;
    l.scenario = &c->call[i].scenario;
    l.operator= & c->call[i].operator;
    calls_caches(c, m, &c->call[i]);
    const int64_t begun = measure_clock_ns(m);
    launch_run(&l);
    return measure_since(m, begun);
}

static bool calls_alike(const struct calls *c, int i, int k) {
    char one[OPERATOR_TEXT], other[OPERATOR_TEXT];
    if (c->unit->layer.kind == LAYER_CONV) return scenario_equal(&c->call[i].scenario, &c->call[k].scenario);
    operator_print(one, &c->call[i].operator);
    operator_print(other, &c->call[k].operator);
    return strcmp(one, other) == 0;
}

/* The sum over all calls. Of a run of more than CALLS_TIMED that are alike, as they are away from the borders, only so
 * many are timed, which stand for all of it. */
static int64_t calls_once(const struct calls *c, struct measure *m) {
    int64_t sum_ns = 0;
    for (int i = 0, next; i < c->count; i = next) {
        for (next = i + 1; next < c->count && calls_alike(c, i, next);) next++;
        const int alike = next - i, timed = alike < CALLS_TIMED ? alike : CALLS_TIMED;
        int64_t part_ns = 0;
        for (int k = 0; k < timed; k++) part_ns += calls_one(c, m, i + k);
        assert(timed >= 1 && part_ns >= timed);
        sum_ns += part_ns * alike / timed;
    }
    return sum_ns;
}

/* As measure_run, of the sum over all calls. */
static struct timing calls_measure(const struct calls *c, struct measure *m, int64_t best_ns) {
    int64_t ns[MEASURE_MOST_RUNS];
    int runs = 1;
    ns[0] = calls_once(c, m);
    if (c->count <= CALLS_WARM && ns[0] < m->effort->enough_ns / 2 && measure_again(m, ns, 1, best_ns))
        ns[0] = calls_once(c, m); /* the first call was cold, and few others make up for it */
    while (measure_again(m, ns, runs, best_ns)) ns[runs++] = calls_once(c, m);
    return measure_summary(ns, runs);
}

/* The calls of a layer, as formulation/segment.h divides it. */
static void calls_init(struct calls *c, const struct unit *u, int height) {
    *c = (struct calls){.unit = u};
    c->call = MEMORY_NEW(struct strip_call, height);
    for (int from = 0, to; from < height; from = to) {
        struct strip_call *call = &c->call[c->count++];
        to = segment_end_of(&u->layer, height, from, u->rows);
        bool cut = u->layer.kind == LAYER_CONV
                       ? strip_of_scenario(&call->scenario, &call->low, &call->high, &u->layer.scenario, from, to)
                       : strip_of_operator(&call->operator, & call->low, &call->high, &u->layer.shape_of, from, to);
        assert(cut);
        (void)cut;
        call->rows = to - from;
    }
}

/* The largest window, the largest output, in rows. */
static void calls_rows(int *in, int *out, const struct calls *c) {
    *in = *out = 0;
    for (int i = 0; i < c->count; i++) {
        const int window = c->call[i].high - c->call[i].low;
        *in = window > *in ? window : *in;
        *out = c->call[i].rows > *out ? c->call[i].rows : *out;
    }
}

static size_t calls_workspace(const struct calls *c, const struct primitive *q, enum layout layout, int threads) {
    size_t most = 0;
    for (int i = 0; i < c->count; i++) {
        const size_t bytes = q ? primitive_workspace(q, &c->call[i].scenario, threads)
                               : operator_workspace(&c->call[i].operator, layout, threads);
        most = bytes > most ? bytes : most;
    }
    return most;
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

static struct timing timing_of(const struct profile_row *row) {
    return (struct timing){row->median_ns, row->min_ns, row->spread_ns == PROFILE_MISSING ? -1 : row->spread_ns,
                           row->runs};
}

/* The rows of the whole layer in `layout`: copies, since the profile grows meanwhile. */
static struct profile_row *whole_rows(int *count, const struct profiler *p, const struct unit *u, enum layout layout) {
    const enum profile_kind kind = u->layer.kind == LAYER_CONV ? PROFILE_CONV : PROFILE_LAYER;
    struct profile_row *rows = MEMORY_NEW(struct profile_row, p->profile->rows);
    char text[LAYER_TEXT];
    *count = 0;
    profile_text_layer(text, &u->layer, 0);
    for (int i = 0; i < p->profile->rows; i++) {
        const struct profile_row *r = &p->profile->row[i];
        if (r->kind == kind && r->from == layout && r->to == layout && strcmp(r->scenario, text) == 0)
            rows[(*count)++] = *r;
    }
    return rows;
}

static int by_time(const void *a, const void *b) {
    const struct profile_row *x = a, *y = b;
    if (x->median_ns != y->median_ns) return x->median_ns < y->median_ns ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Does an earlier one of the kept rows make row r needless? Those that need the same bytes would take the places of
 * others that need less. */
static bool beaten(const struct profile_row *kept, int count, const struct profile_row *r) {
    for (int i = 0; i < count; i++) {
        const bool alike = kept[i].workspace_bytes == r->workspace_bytes && kept[i].weights_bytes == r->weights_bytes;
        assert(kept[i].median_ns <= r->median_ns);
        if (alike || ((double)kept[i].median_ns * TOLERANCE <= (double)r->median_ns &&
                      kept[i].workspace_bytes <= r->workspace_bytes && kept[i].weights_bytes <= r->weights_bytes))
            return true;
    }
    return false;
}

/* Do calls of the unit's number of rows give the bits of the whole layer? */
static bool same_bits(const char *name, const struct unit *u, int height) {
    const struct primitive *q = primitive_find(name);
    const int step = q ? primitive_row_step(q, &u->layer.scenario) : 1;
    return u->rows >= height || (step > 0 && u->rows % step == 0);
}

/* Keeps those worth timing by rows, at the front; returns how many. The one with the least workspace is always kept. */
static int worth_timing(struct profile_row *rows, int count, const struct unit *u, int height) {
    int kept = 0, least = -1;
    memory_sort(rows, (size_t)count, sizeof *rows, by_time);
    for (int i = 0; i < count; i++) {
        if (!same_bits(rows[i].name, u, height)) continue;
        if (least < 0 || rows[i].workspace_bytes < rows[least].workspace_bytes) least = i;
    }
    if (least < 0) return 0;
    const struct profile_row leanest = rows[least];
    for (int i = 0; i < count && kept < WORKLOAD_STRIPS - 1; i++) {
        if (!same_bits(rows[i].name, u, height)) continue;
        if (strcmp(rows[i].name, leanest.name) != 0 && !beaten(rows, kept, &rows[i])) rows[kept++] = rows[i];
    }
    rows[kept++] = leanest;
    return kept;
}

/* --- timing ------------------------------------------------------------------------------------------------------ */

static void measure_strip(struct profiler *p, struct pooled *b, struct calls *c, const struct profile_row *whole,
                          int64_t *best_ns) {
    const struct unit *u = c->unit;
    const struct layer *l = &u->layer;
    const enum layout layout = whole->from;
    const struct primitive *q = l->kind == LAYER_CONV ? primitive_find(whole->name) : NULL;
    const size_t workspace = calls_workspace(c, q, layout, p->measure.threads);
    const size_t weights = q ? primitive_weights(q, &l->scenario) : operator_weights(&l->shape_of, layout);
    int in, out, inputs = l->kind == LAYER_CONV ? 1 : l->shape_of.inputs;
    calls_rows(&in, &out, c);
    pooled_need(&b->input, &b->input_bytes, (size_t)in * c->input_row * sizeof(float));
    pooled_need(&b->output, &b->output_bytes, (size_t)out * c->output_row * sizeof(float));
    pooled_need(&b->workspace, &b->workspace_bytes, workspace);
    pooled_need(&b->stored, &b->stored_bytes, weights);
    c->window = b->input;
    c->launch = (struct launch){.kind = q ? LAUNCH_PRIMITIVE : LAUNCH_OPERATOR,
                                .shape = {.C = l->out.C, .H = out, .W = l->out.W},
                                .from = layout,
                                .to = layout,
                                .primitive = q,
                                .activation = activation_if(q != NULL, activation_of(ACTIVATION_RELU)),
                                .out = b->output,
                                .stored = b->stored,
                                .bias = q ? b->bias : NULL,
                                .workspace = b->workspace,
                                .threads = p->measure.threads};
    size_t at = 0; /* the inputs' windows lie side by side */
    for (int i = 0; i < inputs; i++) {
        c->launch.in[i] = b->input + at;
        at += q ? 0 : (size_t)in * (size_t)l->shape_of.C[i] * (size_t)l->shape_of.W;
    }
    struct timing took = calls_measure(c, &p->measure, *best_ns);
    if (*best_ns == 0 || took.median_ns < *best_ns) *best_ns = took.median_ns;
    measuring_add(p, u, &(struct measured){whole->name, layout, layout, took, workspace, weights});
}

static void row_sizes(struct calls *c, const struct layer *l) {
    c->output_row = (size_t)l->out.C * (size_t)l->out.W;
    if (l->kind == LAYER_CONV) {
        c->input_row = (size_t)l->scenario.C * (size_t)l->scenario.W;
        return;
    }
    for (int i = 0; i < l->shape_of.inputs; i++) c->input_row += (size_t)l->shape_of.C[i] * (size_t)l->shape_of.W;
}

bool strips_measure(struct profiler *p, struct pooled *b, const struct unit *u) {
    const struct layer *l = &u->layer;
    const bool conv = l->kind == LAYER_CONV, sums = !conv && operator_state(&l->shape_of) > 0;
    const int height = conv ? scenario_out_h(&l->scenario) : sums ? l->shape_of.H : l->shape_of.OH;
    struct calls c = {0};
    int64_t best_ns = 0;
    if (!sums && u->rows < height) calls_init(&c, u, height);
    if (c.call) row_sizes(&c, l);
    if (conv) pooled_need(&b->bias, &b->bias_bytes, (size_t)l->scenario.M * sizeof(float));
    for (int layout = 0; layout < LAYOUTS && !*p->interrupt; layout++) {
        int count;
        if (layout == LAYOUT_CHW) continue;
        struct profile_row *rows = whole_rows(&count, p, u, (enum layout)layout);
        count = worth_timing(rows, count, u, height);
        for (int i = 0; i < count && !*p->interrupt; i++) {
            if (c.call)
                measure_strip(p, b, &c, &rows[i], &best_ns);
            else /* one call, or so little work that calls do not matter */
                measuring_add(p, u,
                              &(struct measured){rows[i].name, rows[i].from, rows[i].to, timing_of(&rows[i]),
                                                 (size_t)rows[i].workspace_bytes, (size_t)rows[i].weights_bytes});
        }
        free(rows);
    }
    calls_free(&c);
    return !*p->interrupt;
}

/* --- moves ------------------------------------------------------------------------------------------------------- */

#define MOVED_PIECE ((size_t)16384) /* some rows */
#define MOVED_ROOM  (8 * MOVED_PIECE)

static void move_run(const void *task) {
    char *const *block = task;
    for (size_t done = 0; done < (size_t)PROFILE_MOVED; done += MOVED_PIECE) {
        char *at = *block + done % (MOVED_ROOM - MOVED_PIECE);
        memmove(at, at + MOVED_PIECE / 4, MOVED_PIECE);
    }
}

bool strips_measure_move(struct profiler *p, struct pooled *b, const struct unit *u) {
    pooled_need(&b->input, &b->input_bytes, MOVED_ROOM + MOVED_PIECE);
    char *block = (char *)b->input;
    struct timing took = measure_run(&p->measure, move_run, &block, b->input, MOVED_ROOM / sizeof(float), 0);
    measuring_add(p, u, &(struct measured){"move", LAYOUT_HWC, LAYOUT_HWC, took, 0, 0});
    return !*p->interrupt;
}

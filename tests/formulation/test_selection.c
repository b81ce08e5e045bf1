/* The judge against a second one that lists every step and every tensor's life, and evaluates each step separately. */
#include "formulation/selection.h"
#include "formulation/steps.h"
#include "tests/support/harness.h"
#include "tests/support/random_instance.h"

#define MOST 512

struct life { /* a tensor or a copy of one */
    int64_t bytes;
    int made, last; /* steps */
};

struct diary {
    int steps, lives;
    int64_t workspace[MOST], reused[MOST]; /* [steps] */
    struct life life[MOST];
    int64_t time_ns, weights;
    int legs;
};

static int diary_life(struct diary *d, int64_t bytes) {
    d->life[d->lives] = (struct life){bytes, d->steps, d->steps};
    return d->lives++;
}

/* The tensor in which edge e's reader finds its input: the original, or a copy that is made for it or was made
 * before. */
static int diary_input(struct diary *d, int (*copy)[LAYOUTS], int original, const struct edge *e, int from, int to,
                       bool per_tensor) {
    if (e->alike[from][to]) return original;
    if (per_tensor && copy[e->from][to] >= 0) return copy[e->from][to];
    d->time_ns += e->time_ns[from][to];
    int source = original;
    for (int at = from; at != to;) {
        int next = (int)e->via[at][to];
        if (!e->alike[at][next]) {
            d->workspace[d->steps] = e->workspace_bytes[at][next];
            d->life[source].last = d->steps;
            source = diary_life(d, e->bytes);
            d->steps++;
            d->legs++;
        }
        at = next;
    }
    return copy[e->from][to] = source;
}

static void diary_write(struct diary *d, const struct instance *g, const int *choice, bool per_tensor) {
    int original[MOST], copy[MOST][LAYOUTS], input[8];
    for (int v = 0; v < g->nodes; v++)
        for (int l = 0; l < LAYOUTS; l++) copy[v][l] = -1;
    for (int v = 0; v < g->nodes; v++) {
        const struct choice *c = &g->node[v].choice[choice[v]];
        int inputs = 0;
        for (int e = g->node[v].first_in; e < g->node[v].last_in; e++) {
            int u = g->edge[e].from;
            input[inputs++] = diary_input(d, copy, original[u], &g->edge[e], (int)g->node[u].choice[choice[u]].out,
                                          (int)c->in, per_tensor);
        }
        for (int i = 0; i < inputs; i++) d->life[input[i]].last = d->steps;
        original[v] = diary_life(d, g->node[v].out_bytes);
        d->reused[d->steps] = c->reused_bytes;
        d->workspace[d->steps++] = c->workspace_bytes;
        d->time_ns += c->time_ns;
        d->weights += c->weights_bytes;
    }
    for (int v = 0; v < g->nodes; v++) { /* a tensor that nothing reads is an output */
        bool read = false;
        for (int e = 0; e < g->edges; e++) read |= g->edge[e].from == v;
        if (!read) d->life[original[v]].last = d->steps;
    }
}

static int64_t diary_memory(const struct diary *d, enum memory_model model) {
    const struct memory_model_row *counts = &memory_models[model];
    int64_t most = 0, sum = counts->weights ? d->weights : 0;
    for (int s = 0; s < d->steps; s++) {
        int64_t bytes = counts->workspaces == MEMORY_WORKSPACES_LARGEST ? d->workspace[s] : 0;
        for (int i = 0; i < d->lives && counts->live; i++)
            if (d->life[i].made <= s && s <= d->life[i].last) bytes += d->life[i].bytes;
        if (counts->live) bytes -= d->reused[s]; /* in two of the tensors alive, and only once in memory */
        if (bytes > most) most = bytes;
        if (counts->workspaces == MEMORY_WORKSPACES_SUM) sum += d->workspace[s];
    }
    return most + sum;
}

static bool has_ways(const struct instance *g, const int *choice) {
    for (int e = 0; e < g->edges; e++) {
        const struct edge *edge = &g->edge[e];
        const struct choice *a = &g->node[edge->from].choice[choice[edge->from]];
        if (edge->time_ns[a->out][g->node[edge->to].choice[choice[edge->to]].in] == INSTANCE_NO_WAY) return false;
    }
    return true;
}

static struct instance *any_instance(struct random *r, double no_way) {
    struct random_spec spec = {(enum random_graph)random_int(r, 0, RANDOM_GRAPHS - 1), random_int(r, 1, 12), 4, no_way};
    return random_instance(r, &spec);
}

START_TEST(the_judge_agrees_with_a_diary_of_every_step) {
    struct random r = {11};
    int impossible = 0, converted = 0, over = 0;
    for (int trial = 0; trial < 3000; trial++) {
        struct instance *g = any_instance(&r, 0.15);
        int choice[16];
        random_selection(choice, &r, g);
        for (int model = 0; model < MEMORY_MODELS; model++)
            for (int per_tensor = 0; per_tensor < 2; per_tensor++) {
                struct evaluation e = selection_evaluate(g, choice, (enum memory_model)model,
                                                         per_tensor ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE);
                ck_assert_int_eq(e.possible, has_ways(g, choice));
                impossible += !e.possible;
                if (!e.possible) continue;
                struct diary d = {0};
                diary_write(&d, g, choice, per_tensor);
                ck_assert_int_eq(e.time_ns, d.time_ns);
                ck_assert_int_eq(e.memory_bytes, diary_memory(&d, (enum memory_model)model));
                ck_assert_int_eq(e.conversions, d.legs);
                converted += d.legs > 0;
                for (int s = 0; s < d.steps; s++) over += memory_models[model].live && d.reused[s] > 0;
            }
        instance_free(g);
    }
    ck_assert_int_ge(impossible, 3240);
    ck_assert_int_ge(converted, 17448);
    ck_assert_int_ge(over, 10000);
}
END_TEST

START_TEST(the_linear_steps_give_the_peak_of_the_judge) {
    struct random r = {12};
    for (int trial = 0; trial < 2000; trial++) {
        struct instance *g = any_instance(&r, 0);
        struct steps *s = steps_new(g, MEMORY_PEAK);
        int choice[16];
        int64_t peak = 0;
        random_selection(choice, &r, g);
        for (int i = 0; i < s->count; i++) {
            const struct step *step = &s->step[i];
            int64_t bytes = step->fixed_bytes;
            const struct node *n = &g->node[step->node];
            if (step->runs) bytes += steps_choice_bytes(MEMORY_PEAK, n, &n->choice[choice[step->node]]);
            for (int t = step->first; t < step->last; t++) {
                const struct edge *e = &g->edge[s->term[t].edge];
                bytes +=
                    s->term[t]
                        .bytes[g->node[e->from].choice[choice[e->from]].out][g->node[e->to].choice[choice[e->to]].in];
            }
            if (bytes > peak) peak = bytes;
        }
        ck_assert_int_eq(peak, selection_evaluate(g, choice, MEMORY_PEAK, CONVERSIONS_PER_EDGE).memory_bytes);
        steps_free(s);
        instance_free(g);
    }
}
END_TEST

START_TEST(once_per_tensor_never_costs_more_than_once_per_edge) {
    struct random r = {13};
    int cheaper = 0;
    for (int trial = 0; trial < 1000; trial++) {
        struct instance *g = any_instance(&r, 0);
        int choice[16];
        random_selection(choice, &r, g);
        struct evaluation edge = selection_evaluate(g, choice, MEMORY_PEAK, CONVERSIONS_PER_EDGE);
        struct evaluation tensor = selection_evaluate(g, choice, MEMORY_PEAK, CONVERSIONS_PER_TENSOR);
        ck_assert_int_le(tensor.time_ns, edge.time_ns);
        ck_assert_int_eq(edge.time_ns - edge.conversion_ns, tensor.time_ns - tensor.conversion_ns);
        cheaper += tensor.time_ns < edge.time_ns;
        instance_free(g);
    }
    ck_assert_int_ge(cheaper, 348);
}
END_TEST

START_TEST(models_have_the_names_of_the_table) {
    enum memory_model model;
    for (int i = 0; i < MEMORY_MODELS; i++) {
        ck_assert(memory_model_parse(&model, memory_model_names[i]));
        ck_assert_int_eq(model, i);
    }
    ck_assert(!memory_model_parse(&model, "none"));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("selection");
    TCase *tests = tcase_create("selection");
    tcase_add_test(tests, the_judge_agrees_with_a_diary_of_every_step);
    tcase_add_test(tests, the_linear_steps_give_the_peak_of_the_judge);
    tcase_add_test(tests, once_per_tensor_never_costs_more_than_once_per_edge);
    tcase_add_test(tests, models_have_the_names_of_the_table);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}

/* What the search over labels costs and finds, label by label: its ways to leave labels out early change no answer, so
 * only these numbers show them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/labels/labels_search.h"
#include "formulation/labels/labels_states.h"
#include "solver/base/memory.h"
#include "tests/support/digits.h"
#include "tests/support/harness.h"
#include "tests/support/random_instance.h"

enum { TRIALS = 60, NODES = 11, CHOICES = 4 };

/* Labels kept and corners of all trials, and a digest of the corners, of what was missed and of the paths. They are those
 * of today: a failure prints what to put here after a deliberate change. */
static const struct {
    const char *name;
    enum memory_model model;
    enum conversions conversions;
    int64_t slack; /* ns */
    int budget;    /* one of that many bytes instead of the frontier; 0: the frontier */
    int labels, corners;
    uint32_t digits;
} works[] = {
    {"workspace", MEMORY_WORKSPACE, CONVERSIONS_PER_EDGE, 0, 0, 2279, 136, 0x06d097b8},
    {"peak", MEMORY_PEAK, CONVERSIONS_PER_EDGE, 0, 0, 1878, 138, 0xc3eea07b},
    {"peak, per tensor", MEMORY_PEAK, CONVERSIONS_PER_TENSOR, 0, 0, 11857, 132, 0xa067a996},
    {"peak, with slack", MEMORY_PEAK, CONVERSIONS_PER_EDGE, 8, 0, 1861, 134, 0xffb00923},
    {"peak, one budget", MEMORY_PEAK, CONVERSIONS_PER_EDGE, 0, 300, 115, 30, 0x3196c4df},
    {"footprint", MEMORY_FOOTPRINT, CONVERSIONS_PER_TENSOR, 0, 0, 8317, 397, 0xfdd877ef},
    {"footprint, one budget", MEMORY_FOOTPRINT, CONVERSIONS_PER_EDGE, 0, 1100, 732, 58, 0xd4ef9ccb},
};
enum { WORKS = sizeof works / sizeof works[0] };

static uint32_t digits_of(uint32_t digits, const struct labels_search *s) {
    char text[128];
    int way[64];
    for (int i = 0; i < s->stairs.corners; i++) {
        const struct labels_corner *c = &s->stairs.corner[i];
        const int ways = labels_search_path(way, s, i);
        snprintf(text, sizeof text, "%lld %lld %d %d", (long long)c->m, (long long)c->t, c->label, c->vertex);
        digits = digits_text(digits, text, "-", DIGITS_ALL);
        for (int k = 0; k < ways; k++) {
            snprintf(text, sizeof text, "%d", way[k]);
            digits = digits_text(digits, text, "-", DIGITS_ALL);
        }
    }
    snprintf(text, sizeof text, "%lld %d", (long long)s->missed, s->labels);
    return digits_text(digits, text, "-", DIGITS_ALL);
}

START_TEST(the_search_keeps_as_many_labels_as_it_did) {
    int labels = 0, corners = 0;
    uint32_t digits = DIGITS_BEGIN;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct random r = {(uint64_t)trial + 1};
        const struct random_spec spec = {(enum random_graph)(trial % RANDOM_GRAPHS), NODES, CHOICES, 0.05};
        struct error err = {""};
        struct instance *g = random_instance(&r, &spec);
        struct labels_graph *graph = labels_states_graph(g, works[_i].model, works[_i].conversions, NULL, &err);
        struct labels_question q = {0, LABELS_MOST, works[_i].slack, limits_none(), (size_t)1 << 26, NULL, 0};
        ck_assert_msg(graph != NULL, "%s", err.text);
        if (works[_i].budget) q.least = q.most = works[_i].budget;
        if (graph->least_peak[0] != LABELS_NONE) { /* there is a path */
            struct labels_search *s = labels_search_new(graph, &q);
            labels += s->labels;
            corners += s->stairs.corners;
            digits = digits_of(digits, s);
            labels_search_free(s);
        }
        labels_graph_free(graph);
        instance_free(g);
    }
    ck_assert_msg(labels == works[_i].labels && corners == works[_i].corners && digits == works[_i].digits,
                  "{\"%s\": %d, %d, 0x%08x}", works[_i].name, labels, corners, (unsigned)digits);
}
END_TEST

/* --- layers that are alike --- */

enum { ALIKE = 60, FINE = 6 };

static void alike_arc(struct labels_graph *g, int from, int to, int64_t later) {
    const int64_t most = g->stage[from] < ALIKE ? 1280 : 80; /* bytes, and ns */
    labels_graph_arc(g, from, to);
    labels_graph_way(g, &(struct labels_cost){0, 0, later + most}, 0);
    labels_graph_way(g, &(struct labels_cost){0, most / 2, later + most / 4}, 1);
    labels_graph_way(g, &(struct labels_cost){0, most, later}, 2);
}

/* Layers of the same ways, the last ones in finer steps. After each there are two states, and no way back from the second:
 * there all is 1500 ns later than it could be, which is more than a layer's step and less than two. */
static struct labels_graph *alike(void) {
    struct labels_graph *g = labels_graph_new(ALIKE + FINE + 1);
    struct error err = {""};
    labels_graph_state(g, 0);
    for (int s = 1; s <= ALIKE + FINE; s++) labels_graph_state(g, s), labels_graph_state(g, s);
    for (int s = 0; s < ALIKE + FINE; s++) {
        const int from = s == 0 ? 0 : 2 * s - 1, to = 2 * s + 1;
        alike_arc(g, from, to, 0);
        alike_arc(g, from, to + 1, 1500);
        if (s > 0) alike_arc(g, from + 1, to + 1, 0);
    }
    ck_assert_msg(labels_graph_finish(g, &err), "%s", err.text);
    return g;
}

/* All slopes of such layers are the same, so the hull has a few vertices: from these alone the search would learn the
 * frontier only in its last layers. It keeps hardly more labels than one that knows the frontier, each point 1 ns later. */
START_TEST(layers_that_are_alike_are_searched_as_if_the_frontier_were_known) {
    struct labels_graph *g = alike();
    struct labels_question q = {0, LABELS_MOST, 0, limits_none(), (size_t)1 << 28, NULL, 0};
    struct labels_search *s = labels_search_new(g, &q);
    struct labels_corner *known = memory_duplicate(s->stairs.corner, (size_t)s->stairs.corners * sizeof *known);
    const int corners = s->stairs.corners, labels = s->labels;
    ck_assert_int_lt(s->hulls->count[0], 8);
    ck_assert_int_gt(corners, 300);
    for (int i = 0; i < corners; i++) known[i] = (struct labels_corner){known[i].m, known[i].t + 1, -1, i};
    q.known = known;
    q.knowns = corners;
    labels_search_free(s);
    s = labels_search_new(g, &q);
    ck_assert_int_eq(s->stairs.corners, corners);
    ck_assert_msg(labels * 20 <= s->labels * 21, "%d labels, and %d if the frontier is known", labels, s->labels);
    labels_search_free(s);
    labels_graph_free(g);
    free(known);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("labels' work");
    TCase *c = tcase_create("labels' work");
    tcase_add_loop_test(c, the_search_keeps_as_many_labels_as_it_did, 0, WORKS);
    tcase_add_test(c, layers_that_are_alike_are_searched_as_if_the_frontier_were_known);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

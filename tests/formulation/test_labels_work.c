/* What the search over labels costs and finds, label by label: its ways to leave labels out early change no answer, so
 * only these numbers show them. */
#include <stdio.h>
#include <string.h>

#include "formulation/labels/labels_search.h"
#include "formulation/labels/labels_states.h"
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
    {"footprint", MEMORY_FOOTPRINT, CONVERSIONS_PER_TENSOR, 0, 0, 7158, 397, 0xaa10e8cb},
    {"footprint, one budget", MEMORY_FOOTPRINT, CONVERSIONS_PER_EDGE, 0, 1100, 58, 58, 0x76867db0},
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

int main(void) {
    Suite *suite = suite_create("labels' work");
    TCase *c = tcase_create("labels' work");
    tcase_add_loop_test(c, the_search_keeps_as_many_labels_as_it_did, 0, WORKS);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

/* Instances: choices, closure of the conversions, layers without a row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/instance.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"
#include "tests/support/harness.h"

START_TEST(layouts_are_alike_exactly_if_every_element_has_the_same_place) {
    for (int C = 1; C <= 3; C++)
        for (int H = 1; H <= 3; H++)
            for (int W = 1; W <= 3; W++)
                for (int a = 0; a < LAYOUTS; a++)
                    for (int b = 0; b < LAYOUTS; b++) {
                        bool same = true;
                        for (int c = 0; c < C; c++)
                            for (int h = 0; h < H; h++)
                                for (int w = 0; w < W; w++)
                                    same = same && layout_index((enum layout)a, C, H, W, c, h, w) ==
                                                       layout_index((enum layout)b, C, H, W, c, h, w);
                        bool says = instance_alike((struct shape){C, H, W}, (enum layout)a, (enum layout)b);
                        ck_assert_msg(says == same, "%d x %d x %d, %s and %s", C, H, W, layout_names[a],
                                      layout_names[b]);
                    }
}
END_TEST

/* Cheapest of all walks of at most three legs: with three layouts no shortest path has more than two. */
static int64_t cheapest_walk(int64_t leg[LAYOUTS][LAYOUTS], int a, int b, int legs) {
    if (a == b) return 0;
    int64_t best = leg[a][b];
    for (int k = 0; k < LAYOUTS && legs > 1; k++) {
        if (k == a || leg[a][k] == INSTANCE_NO_WAY) continue;
        int64_t rest = cheapest_walk(leg, k, b, legs - 1);
        if (rest != INSTANCE_NO_WAY && leg[a][k] + rest < best) best = leg[a][k] + rest;
    }
    return best;
}

START_TEST(closure_is_the_cheapest_walk_and_via_leads_along_it) {
    struct random r = {(uint64_t)_i};
    struct node node[2] = {{.choices = 0}, {.choices = 0}};
    for (int round = 0; round < 500; round++) {
        struct edge e = {.from = 0, .to = 1};
        struct instance g = {.nodes = 2, .edges = 1, .node = node, .edge = &e};
        int64_t leg[LAYOUTS][LAYOUTS];
        for (int a = 0; a < LAYOUTS; a++)
            for (int b = 0; b < LAYOUTS; b++) {
                bool none = random_int(&r, 0, 3) == 0;
                e.alike[a][b] = a != b && random_int(&r, 0, 9) == 0;
                e.time_ns[a][b] = none ? INSTANCE_NO_WAY : random_int(&r, 0, 20);
                e.workspace_bytes[a][b] = random_int(&r, 0, 20);
                leg[a][b] = e.alike[a][b] ? 0 : e.time_ns[a][b];
            }
        instance_close(&g);
        for (int a = 0; a < LAYOUTS; a++)
            for (int b = 0; b < LAYOUTS; b++) {
                ck_assert_int_eq(e.time_ns[a][b], cheapest_walk(leg, a, b, 3));
                if (a == b) ck_assert(e.alike[a][b]);
                if (e.time_ns[a][b] == INSTANCE_NO_WAY || a == b) continue;
                int via = e.via[a][b];
                ck_assert_int_ne(via, a);
                ck_assert_int_eq(leg[a][via] + (via == b ? 0 : leg[via][b]), e.time_ns[a][b]);
                if (leg[a][b] == e.time_ns[a][b]) ck_assert_int_eq(via, b);
            }
        ck_assert(node[1].first_in == 0 && node[1].last_in == 1 && node[0].last_in == 0);
    }
}
END_TEST

/* --- from a network and a profile --- */

static const char small[] = "in input - c=3 h=8 w=8\n"
                            "c1 conv in m=4 k=3 p=1\n"
                            "p1 maxpool c1 k=2 s=2\n"
                            "c2 conv p1 m=4 k=3 p=1 g=2\n"
                            "s add p1,c2\n"
                            "f fc s m=5\n"
                            "prob softmax f\n";

struct world {
    struct network *raw, *net;
    struct profile *profile;
    struct instance *g;
};

static void add(struct profile *p, enum profile_kind kind, const char *scenario, const char *name, enum layout from,
                enum layout to, int64_t ns) {
    struct profile_row row = {
        kind, (char *)(uintptr_t)scenario, (char *)(uintptr_t)name, from, to, ns, ns, -1, 1, -1, -1, 0};
    profile_add(p, &row);
}

/* Every primitive of `scenario`: the i-th of the table takes 100 + i ns. */
static void add_all(struct profile *p, const char *scenario) {
    for (int i = 0; i < primitive_count; i++)
        add(p, PROFILE_CONV, scenario, primitives[i].name, primitives[i].in, primitives[i].out, 100 + i);
}

static struct world world_new(const char *text, struct profile *p, struct error *err) {
    struct world w = {.profile = p};
    const char *path = harness_scratch("world.net", text);
    w.raw = network_open(path, err);
    ck_assert_msg(w.raw != NULL, "%s", err->text);
    w.net = network_fold(w.raw);
    ck_assert(profile_sort(p, err));
    w.g = instance_new(w.net, p, 1, err);
    harness_forget(path);
    return w;
}

static void world_free(struct world *w) {
    instance_free(w->g);
    network_free(w->raw);
    network_free(w->net);
    profile_free(w->profile);
}

START_TEST(choices_are_the_measured_primitives_in_the_order_of_the_table) {
    struct error err = {""};
    struct profile *p = profile_new();
    add_all(p, "3,8,8,4,3,1,1");
    struct world w = world_new(small, p, &err);
    ck_assert_msg(w.g != NULL, "%s", err.text);
    const struct node *n = &w.g->node[1];
    int applying = 0, at = 0;
    for (int i = 0; i < primitive_count; i++) {
        if (!primitive_applies(&primitives[i], &n->layer->scenario)) continue;
        applying++;
        ck_assert_int_lt(at, n->choices);
        const struct choice *c = &n->choice[at++];
        ck_assert_ptr_eq(c->primitive, &primitives[i]);
        ck_assert(c->in == primitives[i].in && c->out == primitives[i].out);
        ck_assert_int_eq(c->time_ns, 100 + i);
        ck_assert_int_eq(c->workspace_bytes, primitive_workspace(&primitives[i], &n->layer->scenario, 1));
        ck_assert_int_eq(c->weights_bytes, primitive_weights(&primitives[i], &n->layer->scenario));
    }
    ck_assert_int_eq(n->choices, applying);
    ck_assert_int_ge(applying, 1);
    ck_assert(n->covered);
    world_free(&w);
}
END_TEST

START_TEST(an_uncovered_convolution_passes_any_one_layout_through) {
    struct error err = {""};
    struct profile *p = profile_new();
    add_all(p, "3,8,8,4,3,1,1");
    struct world w = world_new(small, p, &err);
    ck_assert_int_eq(w.g->uncovered, 1);
    int v = instance_uncovered(w.g, 0);
    ck_assert_str_eq(w.g->node[v].layer->name, "c2");
    ck_assert_int_eq(instance_uncovered(w.g, v + 1), -1);
    const struct node *n = &w.g->node[v];
    ck_assert_int_eq(n->choices, LAYOUTS);
    for (int l = 0; l < LAYOUTS; l++) {
        const struct choice *c = &n->choice[l];
        ck_assert(!c->primitive && (int)c->in == l && (int)c->out == l);
        ck_assert(c->time_ns == 0 && c->workspace_bytes == 0 && c->weights_bytes == 0);
    }
    ck_assert(!w.g->layers_measured);
    world_free(&w);
}
END_TEST

START_TEST(the_image_comes_as_chw_and_operators_take_every_layout) {
    struct error err = {""};
    struct profile *p = profile_new();
    add_all(p, "3,8,8,4,3,1,1");
    add(p, PROFILE_LAYER, "maxpool:c=4,h=8,w=8,k=2,s=2,p=0,ceil=0", "maxpool", LAYOUT_HWC, LAYOUT_HWC, 7);
    add(p, PROFILE_LAYER, "maxpool:c=4,h=8,w=8,k=2,s=2,p=0,ceil=0", "maxpool", LAYOUT_CHW, LAYOUT_CHW, 9);
    struct world w = world_new(small, p, &err);
    const struct instance *g = w.g;
    ck_assert_int_eq(g->nodes, 7);
    ck_assert(g->node[0].choices == 1 && g->node[0].choice[0].out == LAYOUT_CHW && g->node[0].covered);
    ck_assert_int_eq(g->node[0].out_bytes, 3 * 8 * 8 * 4);
    ck_assert_int_eq(g->node[2].choices, 2); /* hcw was not measured, so it is unavailable rather than free */
    ck_assert_int_eq(g->node[2].choice[0].time_ns, 9);
    ck_assert_int_eq(g->node[2].choice[1].time_ns, 7);
    ck_assert(g->node[2].covered && g->layers_measured);
    ck_assert_int_eq(g->node[4].choices, LAYOUTS);
    ck_assert(!g->node[4].covered);
    ck_assert_int_eq(g->node[5].choice[0].weights_bytes,
                     (int64_t)operator_weights(&g->node[5].layer->shape_of, LAYOUT_CHW));
    world_free(&w);
}
END_TEST

START_TEST(edges_are_in_the_order_of_the_inputs_with_their_conversions) {
    struct error err = {""};
    struct profile *p = profile_new();
    add_all(p, "3,8,8,4,3,1,1");
    add(p, PROFILE_CONVERT, "4,4,4", "convert", LAYOUT_CHW, LAYOUT_HWC, 50);
    add(p, PROFILE_CONVERT, "4,4,4", "convert", LAYOUT_HWC, LAYOUT_HCW, 20);
    struct world w = world_new(small, p, &err);
    const struct instance *g = w.g;
    ck_assert_int_eq(g->edges, 7);
    const struct node *sum = &g->node[4];
    ck_assert_int_eq(sum->last_in - sum->first_in, 2);
    for (int i = 0; i < 2; i++) {
        const struct edge *e = &g->edge[sum->first_in + i];
        ck_assert(e->from == 2 + i && e->to == 4 && e->slot == i && e->bytes == 4 * 4 * 4 * 4);
        ck_assert_int_eq(e->time_ns[LAYOUT_CHW][LAYOUT_HCW], 70);
        ck_assert_int_eq(e->via[LAYOUT_CHW][LAYOUT_HCW], LAYOUT_HWC);
        ck_assert_int_eq(e->time_ns[LAYOUT_HCW][LAYOUT_CHW], INSTANCE_NO_WAY);
        ck_assert(!e->alike[LAYOUT_CHW][LAYOUT_HWC]);
    }
    const struct edge *last = &g->edge[g->node[6].first_in]; /* 5 x 1 x 1 */
    ck_assert(last->alike[LAYOUT_HCW][LAYOUT_CHW] && last->time_ns[LAYOUT_HCW][LAYOUT_CHW] == 0);
    world_free(&w);
}
END_TEST

START_TEST(a_profile_for_another_network_is_refused) {
    struct error err = {""};
    struct profile *p = profile_new();
    add_all(p, "3,8,8,5,3,1,1");
    struct world w = world_new(small, p, &err);
    ck_assert_ptr_null(w.g);
    ck_assert_msg(strstr(err.text, "a profile for another network") && strstr(err.text, "world"), "%s", err.text);
    world_free(&w);
}
END_TEST

START_TEST(every_built_in_network_makes_an_instance) {
    struct error err = {""};
    struct network *n = network_open(network_builtin_name(_i), &err), *f = network_fold(n);
    struct profile *p = profile_new();
    char text[SCENARIO_TEXT];
    for (int v = 0; v < f->layers; v++) {
        if (f->layer[v].kind != LAYER_CONV) continue;
        scenario_print(text, &f->layer[v].scenario);
        bool seen = false;
        for (int i = 0; i < p->rows && !seen; i++) seen = strcmp(p->row[i].scenario, text) == 0;
        if (!seen) add_all(p, text);
    }
    ck_assert_msg(profile_sort(p, &err), "%s", err.text);
    struct instance *g = instance_new(f, p, 2, &err);
    ck_assert_msg(g != NULL, "%s", err.text);
    ck_assert_int_eq(g->uncovered, 0);
    int edges = 0;
    for (int v = 0; v < g->nodes; v++) {
        ck_assert_int_ge(g->node[v].choices, 1);
        ck_assert_int_eq(g->node[v].last_in - g->node[v].first_in, f->layer[v].inputs);
        edges += f->layer[v].inputs;
    }
    ck_assert_int_eq(edges, g->edges);
    instance_free(g);
    profile_free(p);
    network_free(n);
    network_free(f);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("instance");
    TCase *c = tcase_create("instance");
    tcase_add_test(c, layouts_are_alike_exactly_if_every_element_has_the_same_place);
    tcase_add_loop_test(c, closure_is_the_cheapest_walk_and_via_leads_along_it, 1, 5);
    tcase_add_test(c, choices_are_the_measured_primitives_in_the_order_of_the_table);
    tcase_add_test(c, an_uncovered_convolution_passes_any_one_layout_through);
    tcase_add_test(c, the_image_comes_as_chw_and_operators_take_every_layout);
    tcase_add_test(c, edges_are_in_the_order_of_the_inputs_with_their_conversions);
    tcase_add_test(c, a_profile_for_another_network_is_refused);
    tcase_add_loop_test(c, every_built_in_network_makes_an_instance, 0, network_builtin_count());
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

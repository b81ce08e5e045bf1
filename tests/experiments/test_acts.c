/* Networks in acts: where they are divided, that nothing is lost or changed, and that an effort which asks for acts of few
 * bytes times the rows of all. */
#include <stdlib.h>
#include <string.h>

#include "experiments/measure/acts.h"
#include "experiments/measure/premieres.h"
#include "experiments/measure/rehearsal.h"
#include "experiments/runtime/weights.h"
#include "formulation/segment.h"
#include "tests/support/invented_profile.h"

static const struct effort apart = {"apart", 2, 2, 1, 2, 0, 0, 0, 1 << 20};
static const atomic_int never = 0;

/* 18 MB of weights in the first fully connected layer, 4 kB in the second. */
static const char heavy[] = "image input   -     c=3 h=24 w=24\n"
                            "conv  conv    image m=32 k=3 p=1\n"
                            "relu  relu    conv\n"
                            "pool  maxpool relu  k=2 s=2\n"
                            "fc1   fc      pool  m=1024\n"
                            "relu1 relu    fc1\n"
                            "fc2   fc      relu1 m=1\n";

static struct network *heavy_folded(const char *path) {
    struct error err = {""};
    struct network *n = network_read(path, &err), *folded = n ? network_fold(n) : NULL;
    ck_assert_msg(folded != NULL, "%s", err.text);
    network_free(n);
    return folded;
}

static int of_kind(const struct network *n, enum layer_kind kind, enum operator_kind which) {
    int count = 0;
    for (int v = 0; v < n->layers; v++)
        count += n->layer[v].kind == kind && (kind == LAYER_CONV || n->layer[v].shape_of.kind == which);
    return count;
}

static int64_t raw_bytes(const struct network *n) {
    int64_t bytes = 0;
    for (int v = 0; v < n->layers; v++) bytes += 4 * weights_count(&n->layer[v]);
    return bytes;
}

/* Layer `v` of the network, as layer `at` of an act. */
static void expect_same_layer(const struct network *act, int at, const struct network *n, int v) {
    const struct layer *a = &act->layer[at], *b = &n->layer[v];
    ck_assert_str_eq(a->name, b->name);
    ck_assert_int_eq(a->kind, b->kind);
    ck_assert(memcmp(&a->scenario, &b->scenario, sizeof a->scenario) == 0);
    ck_assert(memcmp(&a->shape_of, &b->shape_of, sizeof a->shape_of) == 0);
    ck_assert_int_eq(a->inputs, b->inputs);
    for (int i = 0; i < a->inputs; i++) ck_assert_str_eq(act->layer[a->input[i]].name, n->layer[b->input[i]].name);
}

/* All layers, once and in order, each act but the first behind an input like the layer before. */
static void expect_all_layers(const struct acts *acts, const struct network *n) {
    int v = 0;
    for (int i = 0; i < acts->count; i++) {
        const struct network *act = &acts->of[i];
        ck_assert(network_check(act));
        if (i > 0) {
            ck_assert_int_eq(act->layer[0].shape_of.kind, OPERATOR_INPUT);
            ck_assert(memcmp(&act->layer[0].out, &n->layer[v - 1].out, sizeof act->layer[0].out) == 0);
        }
        for (int at = i > 0; at < act->layers; at++) expect_same_layer(act, at, n, v++);
    }
    ck_assert_int_eq(v, n->layers);
}

START_TEST(large_fully_connected_layers_at_the_end_have_an_act_of_their_own) {
    const char *path = harness_scratch("heavy.net", heavy);
    struct network *n = heavy_folded(path);
    struct acts a;
    acts_init(&a, n, ACTS_ANY);
    ck_assert_int_eq(a.count, 2);
    ck_assert_int_eq(a.of[0].layers, 3); /* image, conv with its activation, pool */
    ck_assert_int_eq(of_kind(&a.of[0], LAYER_OPERATOR, OPERATOR_FC), 0);
    ck_assert_int_eq(of_kind(&a.of[1], LAYER_OPERATOR, OPERATOR_FC), 2);
    expect_all_layers(&a, n);
    acts_free(&a);
    network_free(n);
    harness_forget(path);
}
END_TEST

/* Of the built-in networks: those with fully connected layers of 4096, and no other. */
START_TEST(alexnet_and_vgg_have_two_acts_and_others_one) {
    for (int i = 0; i < network_builtin_every(); i++) {
        const char *name = network_builtin_name(i);
        struct error err = {""};
        struct network *n = network_open(name, &err), *folded = network_fold(n);
        struct acts a;
        const bool divided = strncmp(name, "alexnet", 7) == 0 || strncmp(name, "vgg", 3) == 0;
        acts_init(&a, folded, ACTS_ANY);
        ck_assert_msg(a.count == 1 + divided, "%s has %d acts", name, a.count);
        expect_all_layers(&a, folded);
        acts_free(&a);
        network_free(folded);
        network_free(n);
    }
}
END_TEST

/* No act has more bytes than asked for, unless a single layer or block has. */
START_TEST(acts_of_few_bytes_hold_all_layers) {
    static const int64_t most[] = {0, 1 << 20, 48 << 20};
    for (int i = 0; i < network_builtin_every(); i++) {
        struct error err = {""};
        struct network *n = network_open(network_builtin_name(i), &err), *folded = network_fold(n);
        struct acts a;
        acts_init(&a, folded, most[_i]);
        expect_all_layers(&a, folded);
        for (int k = 0; k < a.count; k++) {
            const struct network *act = &a.of[k];
            if (raw_bytes(act) <= most[_i]) continue;
            bool *cut = segment_cuts(act);
            int weighty = 0; /* stretches between cuts that have weights */
            for (int v = k > 0, some = 0; v < act->layers; v++) {
                some |= weights_count(&act->layer[v]) > 0;
                if (cut[v]) weighty += some, some = 0;
            }
            free(cut);
            ck_assert_msg(weighty == 1, "%s: act %d has %d stretches", network_builtin_name(i), k, weighty);
        }
        acts_free(&a);
        network_free(folded);
        network_free(n);
    }
}
END_TEST

START_TEST(in_acts_the_rows_of_all_are_timed_and_all_run_back_to_back) {
    const char *path = harness_scratch("heavy.net", heavy), *table = harness_scratch("acts.tsv", NULL);
    struct error err = {""};
    struct workload workload;
    struct measure measure;
    struct samples samples;
    struct estimate estimate = {.planned_s = {0}};
    ck_assert_msg(workload_init(&workload, path, false, &err), "%s", err.text);
    struct profile *p = invented_profile(table, path, 5);
    measure_init(&measure, &apart, 1, 0);
    samples_init(&samples, p);
    struct rehearsal r = {
        .workload = &workload, .measure = &measure, .samples = &samples, .interrupt = &never, .estimate = &estimate};
    ck_assert_msg(rehearsal_run(&r, &err) == REHEARSAL_DONE, "%s", err.text);
    int layers = 0, convolutions = 0;
    for (int i = 0; i < p->rows; i++) {
        if (samples.series[i].count == 0) continue;
        layers += strcmp(p->row[i].name, "fc") == 0;
        convolutions += p->row[i].kind == PROFILE_CONV;
    }
    ck_assert_int_ge(layers, 2);
    ck_assert_int_ge(convolutions, 1);
    samples_pool(&samples);

    struct premieres one;
    ck_assert_msg(premieres_run(&one, workload.network[0], p, &measure, false, false, &never, &err), "%s", err.text);
    ck_assert_int_eq(one.count, 1);
    ck_assert_int_ge(one.row[0].steps, 4); /* conv, pool, fc1, fc2 */
    ck_assert_int_gt(one.row[0].measured_conv_ns, 0);
    ck_assert_int_gt(one.row[0].measured.median_ns, one.row[0].measured_conv_ns);
    ck_assert_int_ge(one.row[0].measured.median_ns, one.row[0].measured.min_ns);
    premieres_free(&one);
    samples_free(&samples);
    profile_free(p);
    workload_free(&workload);
    measure_free(&measure);
    harness_forget(table);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("acts");
    TCase *c = tcase_create("acts");
    tcase_add_test(c, large_fully_connected_layers_at_the_end_have_an_act_of_their_own);
    tcase_add_test(c, alexnet_and_vgg_have_two_acts_and_others_one);
    tcase_add_loop_test(c, acts_of_few_bytes_hold_all_layers, 0, 3);
    tcase_add_test(c, in_acts_the_rows_of_all_are_timed_and_all_run_back_to_back);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

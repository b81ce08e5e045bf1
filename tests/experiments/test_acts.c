/* Networks that end in large fully connected layers, in two acts: where they are divided, that nothing is lost or
 * changed, and that an effort which keeps the acts apart times the rows of both. */
#include <stdio.h>
#include <string.h>

#include "experiments/measure/acts.h"
#include "experiments/measure/premieres.h"
#include "experiments/measure/rehearsal.h"
#include "formulation/segment.h"
#include "tests/support/invented_profile.h"

static const struct effort apart = {"apart", 2, 2, 1, 2, 0, 0, 0, true};
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

static int fully_connected(const struct network *n) {
    int count = 0;
    for (int v = 0; v < n->layers; v++)
        count += n->layer[v].kind == LAYER_OPERATOR && n->layer[v].shape_of.kind == OPERATOR_FC;
    return count;
}

static void expect_same_layer(const struct layer *a, const struct layer *b, int shift) {
    char text[OPERATOR_TEXT], expected[OPERATOR_TEXT];
    ck_assert_str_eq(a->name, b->name);
    operator_print(text, &a->shape_of);
    operator_print(expected, &b->shape_of);
    ck_assert_str_eq(text, expected);
    ck_assert_int_eq(a->inputs, b->inputs);
    for (int i = 0; i < a->inputs; i++) ck_assert_int_eq(a->input[i] + shift, b->input[i]);
}

START_TEST(the_border_is_before_the_first_heavy_layer_and_both_acts_hold_all_layers) {
    const char *path = harness_scratch("heavy.net", heavy);
    struct network *n = heavy_folded(path);
    struct acts p;
    acts_init(&p, n);
    ck_assert_int_eq(p.count, 2);
    ck_assert_int_eq(p.of[0].layers, 3); /* image, conv with its activation, pool */
    ck_assert_int_eq(p.of[1].layers, 3); /* in place of pool, fc1, fc2 */
    ck_assert_int_eq(fully_connected(&p.of[0]), 0);
    ck_assert_int_eq(fully_connected(&p.of[1]), 2);
    const struct layer *in = &p.of[1].layer[0], *pool = &n->layer[2];
    ck_assert(in->inputs == 0 && in->shape_of.kind == OPERATOR_INPUT);
    ck_assert(memcmp(&in->out, &pool->out, sizeof in->out) == 0);
    for (int v = 1; v < 3; v++) expect_same_layer(&p.of[1].layer[v], &n->layer[2 + v], 2);
    ck_assert(network_check(&p.of[0]) && network_check(&p.of[1]));
    acts_free(&p);
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
        struct acts p;
        const bool divided = strncmp(name, "alexnet", 7) == 0 || strncmp(name, "vgg", 3) == 0;
        acts_init(&p, folded);
        ck_assert_msg(p.count == 1 + divided, "%s has %d acts", name, p.count);
        if (divided) ck_assert_int_eq(p.of[0].layers + p.of[1].layers, folded->layers + 1);
        acts_free(&p);
        network_free(folded);
        network_free(n);
    }
}
END_TEST

START_TEST(kept_apart_the_rows_of_both_acts_are_timed_and_both_run_back_to_back) {
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
    tcase_add_test(c, the_border_is_before_the_first_heavy_layer_and_both_acts_hold_all_layers);
    tcase_add_test(c, alexnet_and_vgg_have_two_acts_and_others_one);
    tcase_add_test(c, kept_apart_the_rows_of_both_acts_are_timed_and_both_run_back_to_back);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

/* Published tables as profiles: small invented ones cell by cell, the real ones if available. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formulation/instance.h"
#include "formulation/profile_import.h"
#include "kernels/isa.h"
#include "tests/support/harness.h"

#define HEAD "c,k,im,f,s,chw-to-chw,chw-to-hcw,hwc-to-chw,direct-sum2d,im2col-scan-ab-ki\n"

static const struct profile_row *must_find(const struct profile *p, enum profile_kind kind, const char *scenario,
                                           const char *name, enum layout from, enum layout to) {
    const struct profile_row *r = profile_find(p, kind, scenario, name, from, to);
    ck_assert_msg(r != NULL, "%s %s", scenario, name);
    return r;
}

static struct profile *must_import(const char *path, const char *transforms) {
    struct error err = {""};
    struct profile *p = profile_import_table(path, transforms, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    return p;
}

/* Not ours: who measured, with which compiler, on which machine. */
START_TEST(an_imported_profile_claims_neither_our_compiler_nor_our_machine) {
    static struct harness_output o;
    const char *table = harness_scratch("claims.csv", HEAD "3,4,9,3,1,70,100,7,5000,0\n");
    const char *path = harness_scratch("claims.tsv", NULL);
    ck_assert_int_eq(harness_taso(&o, "profile-import %s -o %s", table, path), 0);
    char line[1200];
    snprintf(line, sizeof line, "grep -cE '^# (host|compiler|flags): those of the published table$' %s", path);
    harness_shell(&o, line);
    ck_assert_str_eq(o.out, "3\n");
    snprintf(line, sizeof line, "grep -cE '^# (host|compiler|flags):' %s", path);
    harness_shell(&o, line);
    ck_assert_str_eq(o.out, "3\n");
    harness_forget(table);
    harness_forget(path);
}
END_TEST

START_TEST(a_table_of_2021_becomes_rows) {
    const char *path = harness_scratch("a.csv", HEAD "3,4,9,3,1,70,100,7,5000,0\n"
                                                     "3,8,9,5,2,71,300,0,6000,700\n"
                                                     "3,9,9,1,1,72,200,9,6000,800\n");
    struct profile *p = must_import(path, NULL);
    ck_assert_int_eq(p->rows, 5 + 2);
    const struct profile_row *r = must_find(p, PROFILE_CONV, "3,9,9,4,3,1,1", "direct-sum2d", LAYOUT_CHW, LAYOUT_CHW);
    ck_assert_str_eq(r->scenario, "3,9,9,4,3,1,same");
    ck_assert_int_eq(r->median_ns, 5000);
    ck_assert_int_eq(r->min_ns, 5000);
    ck_assert_int_eq(r->spread_ns, PROFILE_MISSING);
    ck_assert_int_eq(r->runs, 1);
    ck_assert_ptr_null(profile_find(p, PROFILE_CONV, "3,9,9,4,3,1,1", "im2col-scan-ab-ki", LAYOUT_CHW, LAYOUT_CHW));
    struct scenario s;
    const struct primitive *q = primitive_find("im2col-scan-ab-ki");
    ck_assert_ptr_null(scenario_parse(&s, "3,9,9,8,5,2,2"));
    r = must_find(p, PROFILE_CONV, "3,9,9,8,5,2,2", q->name, q->in, q->out);
    isa_assume(ISA_PORTABLE); /* the same bytes wherever the table is imported */
    ck_assert_int_eq(r->workspace_bytes, primitive_workspace(q, &s, 1));
    ck_assert_int_eq(r->weights_bytes, primitive_weights(q, &s));
    r = must_find(p, PROFILE_CONVERT, "3,9,9", "convert", LAYOUT_CHW, LAYOUT_HCW);
    ck_assert_int_eq(r->median_ns, 200);
    ck_assert_int_eq(r->min_ns, 100);
    ck_assert_int_eq(r->spread_ns, 100);
    ck_assert_int_eq(r->runs, 3);
    r = must_find(p, PROFILE_CONVERT, "3,9,9", "convert", LAYOUT_HWC, LAYOUT_CHW);
    ck_assert_int_eq(r->median_ns, 8);
    ck_assert_int_eq(r->runs, 2);
    ck_assert(r->workspace_bytes == 0 && r->weights_bytes == 0);
    ck_assert_ptr_null(profile_find(p, PROFILE_CONVERT, "3,9,9", "convert", LAYOUT_CHW, LAYOUT_CHW));
    profile_free(p);
    harness_forget(path);
}
END_TEST

/* A network of two convolutions, of 3 x 9 x 9 and 4 x 9 x 9: their rows and those of its tensors, as in the whole. */
START_TEST(a_profile_of_one_network_has_the_rows_that_it_reads) {
    static struct harness_output o;
    char narrow[1200];
    const char *table = harness_scratch("n.csv", HEAD "3,4,9,3,1,70,100,7,5000,4000\n"
                                                      "4,8,9,5,2,71,300,0,6000,700\n"
                                                      "3,9,8,1,1,72,200,9,6000,800\n");
    const char *net =
        harness_scratch("n.net", "data input - c=3 h=9 w=9\nc1 conv data m=4 k=3 p=1\nc2 conv c1 m=8 k=5 s=2 p=2\n");
    const char *path = harness_scratch("n.tsv", NULL);
    snprintf(narrow, sizeof narrow, "%s --network %s", table, net);
    ck_assert_msg(harness_taso(&o, "profile-import %s -o %s", narrow, path) == 0, "%s", o.err);
    struct error err = {""};
    struct profile *part = profile_read(path, &err), *all = must_import(table, NULL);
    ck_assert_msg(part != NULL, "%s", err.text);
    ck_assert_int_eq(part->rows, 2 + 2 + 2 + 1); /* two convolutions; 3,9,9 both ways; 4,9,9 one way */
    for (int i = 0; i < part->rows; i++) {
        const struct profile_row *r = &part->row[i];
        const struct profile_row *of = must_find(all, r->kind, r->scenario, r->name, r->from, r->to);
        ck_assert(r->median_ns == of->median_ns && r->min_ns == of->min_ns && r->runs == of->runs);
        ck_assert(r->workspace_bytes == of->workspace_bytes && r->weights_bytes == of->weights_bytes);
        ck_assert_ptr_null(strstr(r->scenario, "8,8"));
    }
    ck_assert_int_eq(all->rows, 5 + 6);
    profile_free(part);
    profile_free(all);
    snprintf(narrow, sizeof narrow, "%s --network alexnet", table);
    ck_assert_int_eq(harness_taso(&o, "profile-import %s -o %s", narrow, path), 2);
    ck_assert_ptr_nonnull(strstr(o.err, "no row is of a layer of these networks"));
    harness_forget(table);
    harness_forget(net);
    harness_forget(path);
}
END_TEST

#define HEAD_2018  "KERNELS, 4, 8\nCHANNELS, 3, 3\nSTRIDE, 1, 2\nWIDTH, 9, 9\nHEIGHT, 11, 11\nK, 3, 5\nSPARSITY, 0, 0\n"
#define TRANSFORMS "CHANNELS, 3, 3\nWIDTH, 9, 9\nHEIGHT, 11, 11\nchw-to-hwc, 10.4, 12.6\nhwc-to-hwc, 1, 1\n"

START_TEST(a_table_of_2018_becomes_rows) {
    const char *path = harness_scratch("b.csv", HEAD_2018 "direct-sum2d, 0.25, 6000.5\n");
    const char *second = harness_scratch("b-transforms.csv", TRANSFORMS);
    for (int given = 0; given < 2; given++) {
        struct profile *p = must_import(path, given ? second : NULL);
        ck_assert_int_eq(p->rows, 3);
        ck_assert_int_eq(
            must_find(p, PROFILE_CONV, "3,11,9,4,3,1,same", "direct-sum2d", LAYOUT_CHW, LAYOUT_CHW)->median_ns, 1);
        ck_assert_int_eq(
            must_find(p, PROFILE_CONV, "3,11,9,8,5,2,same", "direct-sum2d", LAYOUT_CHW, LAYOUT_CHW)->median_ns, 6001);
        const struct profile_row *r = must_find(p, PROFILE_CONVERT, "3,11,9", "convert", LAYOUT_CHW, LAYOUT_HWC);
        ck_assert_int_eq(r->median_ns, 12); /* of 10 and 13, the middle rounded up */
        ck_assert_int_eq(r->runs, 2);
        profile_free(p);
    }
    harness_forget(path);
    harness_forget(second);
}
END_TEST

START_TEST(same_padding_is_as_near_as_a_symmetric_one_can_be) {
    for (int kernel = 1; kernel <= 11; kernel += 2)
        for (int stride = 1; stride <= kernel && stride <= 4; stride++)
            for (int size = kernel; size < 230; size++) {
                int out = (size + 2 * profile_import_same_pad(size, kernel, stride) - kernel) / stride + 1;
                ck_assert_int_eq(out, (size + stride - 1) / stride);
            }
}
END_TEST

static const struct {
    const char *text, *second; /* second: transforms, or NULL */
    int line;                  /* of the first file; -n: line n of the second */
    const char *part;
} broken[] = {
    {"", NULL, 0, "is empty"},
    {"a,b\n", NULL, 1, "a triNNity table"},
    {"c,k,im,f\n", NULL, 1, "column 5: `` is wrong (expected s)"},
    {"c,k,im,s,f,direct-sum2d\n", NULL, 1, "column 4: `s` is wrong (expected f)"},
    {"c,k,im,f,s,direct-sum2d,direct-sum2d\n", NULL, 1,
     "column 7: `direct-sum2d` is wrong (expected a name that no earlier"},
    {"c,k,im,f,s,direct-sum3d,chw-to-nhw,direct-sum2d\n", NULL, 1, "unknown primitives: direct-sum3d, chw-to-nhw"},
    {"c,k,im,f,s,,direct-sum2d\n3,4,9,3,1,5,70\n", NULL, 1, "unknown primitives: (none)"},
    {HEAD "3,4,9,3,1,70,100,7,5000\n", NULL, 2, "expected 10, got 9"},
    {HEAD "3,4,9,3,1,70,100,7,5000,0,0\n", NULL, 2, "expected 10, got 11"},
    {HEAD "3,4,9,3,1,70,100,7,5000,0\n3,4,x,3,1,70,100,7,5000,0\n", NULL, 3,
     "column 3: `x` is wrong (expected a whole number"},
    {HEAD "3,4,9,3,0,70,100,7,5000,0\n", NULL, 2, "column 5: `0` is wrong"},
    {HEAD "1048577,4,9,3,1,70,100,7,5000,0\n", NULL, 2,
     "column 1: `1048577` is wrong (expected a whole number from 1 to"},
    {HEAD "3,4,9,3,1,70,100,7,-5000,0\n", NULL, 2, "column 9: `-5000` is wrong (expected nanoseconds"},
    {HEAD "3,4,9,3,1,70,100,7,5000,nan\n", NULL, 2, "column 10: `nan` is wrong"},
    {HEAD "3,4,9,3,1,70,100,7,,0\n", NULL, 2, "column 9: `` is wrong"},
    {HEAD "3,4,9,3,1,70,100,7,1e15,0\n", NULL, 2, "column 9: `1e15` is wrong"},
    {HEAD, NULL, 1, "no times"},
    {HEAD "3,4,9,3,1,70,0,0,0,0\n", NULL, 2, "no times"},
    {HEAD "3,4,9,3,1,70,100,7,5000,0\n", "x\n", 0, "expected no second file"},
    {HEAD_2018 "direct-sum2d, 1, 2\n", NULL, 0, "conversions of this table of 2018 not found"},
    {HEAD_2018 "direct-sum2d, 1\n", TRANSFORMS, 8, "expected a name and 2 layers, got 2"},
    {HEAD_2018 "direct-sum2d, 1, -2\n", TRANSFORMS, 8, "column 3: `-2` is wrong"},
    {HEAD_2018 "direct-sum3d, 1, 2\ndirect-sum4d, 1, 2\n", TRANSFORMS, 0,
     "unknown primitives: direct-sum3d, direct-sum4d"},
    {HEAD_2018 "chw-to-hwc, 1, 2\n", TRANSFORMS, 8, "column 1: `chw-to-hwc` is wrong (expected a primitive"},
    {HEAD_2018 "K, 1, 2\n", TRANSFORMS, 8, "column 1: `K` is wrong (expected a row that was not there before"},
    {"KERNELS, 4\nCHANNELS, 3\ndirect-sum2d, 5\n", TRANSFORMS, 3,
     "column 1: `direct-sum2d` is wrong (expected STRIDE)"},
    {"KERNELS, 4\nCHANNELS, 3\n", TRANSFORMS, 2, "ends before its sizes are known"},
    {"KERNELS, 4, 0\n", TRANSFORMS, 1, "column 3: `0` is wrong"},
    {"KERNELS, 4\nSPARSITY, 50\n", TRANSFORMS, 2, "column 2: `50` is wrong (expected 0 (dense kernels)"},
    {HEAD_2018 "direct-sum2d, 1, 2\n", "", 0, "is empty"},
    {HEAD_2018 "direct-sum2d, 1, 2\n", "CHANNELS\n", -1, "expected a name and 1 layers, got 1"},
    {HEAD_2018 "direct-sum2d, 1, 2\n", "CHANNELS, 3\nchw-to-hwc, 1\n", -2, "expected WIDTH"},
    {HEAD_2018 "direct-sum2d, 1, 2\n", TRANSFORMS "direct-sum2d, 1, 2\n", -6,
     "column 1: `direct-sum2d` is wrong (expected X-to-Y"},
    {HEAD_2018 "direct-sum2d, 1, 2\n", TRANSFORMS "chw-to-xyz, 1, 2\n", -6,
     "column 1: `chw-to-xyz` is wrong (expected X-to-Y"},
};

START_TEST(a_broken_table_is_reported_with_file_line_and_column) {
    const char *path = harness_scratch("c.csv", broken[_i].text), *second = NULL, *blamed = path;
    if (broken[_i].second) second = harness_scratch("second.csv", broken[_i].second);
    int line = broken[_i].line;
    if (line < 0 || (second && broken[_i].second[0] == '\0')) blamed = second;
    struct error err = {""};
    char start[600];
    if (line)
        snprintf(start, sizeof start, "%s:%d: ", blamed, abs(line));
    else
        snprintf(start, sizeof start, "%s: ", blamed);
    ck_assert_ptr_null(profile_import_table(path, second, &err));
    ck_assert_msg(strncmp(err.text, start, strlen(start)) == 0, "`%s` does not begin with `%s`", err.text, start);
    ck_assert_msg(strstr(err.text, broken[_i].part) != NULL, "`%s` lacks `%s`", err.text, broken[_i].part);
    harness_forget(path);
    if (second) harness_forget(second);
}
END_TEST

/* The tables' own README lists these, computed by other code: layers in a chain, pools in any layout. Here by dynamic
 * programming along the chain, over three layouts. */
static const struct {
    const char *table, *network;
    double best_ms, sum2d_ratio, chw_ratio; /* chw_ratio 0: not listed */
} published[] = {
    {"intel", "alexnet-owt", 8.4, 36.6, 1.50},
    {"intel", "vgg11", 63.1, 48.7, 1.98},
    {"intel", "vgg16", 146.0, 44.7, 1.88},
    {"intel", "vgg19", 178.4, 46.5, 1.91},
    {"amd", "vgg16", 471.3, 35.0, 2.49},
    {"arm", "vgg11", 1633.7, 6.5, 2.52},
    {"arm", "vgg16", 3562.4, 6.4, 2.38},
    {"arm", "vgg19", 4347.5, 6.7, 2.47},
    {"i5-2500k-alexnet", "tests/data/alexnet-ungrouped.net", 31.28, 10.9, 0},
};

static double best_chain(const struct instance *g, bool chw_only, const char *only) {
    double cost[LAYOUTS] = {0, 1e30, 1e30};
    for (int v = 1; v < g->nodes; v++) {
        double next[LAYOUTS] = {1e30, 1e30, 1e30};
        const struct node *n = &g->node[v];
        const struct edge *e = &g->edge[n->first_in];
        ck_assert_int_eq(n->last_in - n->first_in, 1);
        ck_assert_int_eq(e->from, v - 1);
        for (int k = 0; k < n->choices; k++) {
            const struct choice *c = &n->choice[k];
            if (chw_only && (c->in != LAYOUT_CHW || c->out != LAYOUT_CHW)) continue;
            if (only && c->primitive && strcmp(c->primitive->name, only) != 0) continue;
            for (int l = 0; l < LAYOUTS; l++) {
                if (e->time_ns[l][c->in] == INSTANCE_NO_WAY) continue;
                double t = cost[l] + (double)(e->time_ns[l][c->in] + c->time_ns);
                if (t < next[c->out]) next[c->out] = t;
            }
        }
        memcpy(cost, next, sizeof cost);
    }
    double best = cost[0];
    for (int l = 1; l < LAYOUTS; l++) best = cost[l] < best ? cost[l] : best;
    return best;
}

START_TEST(published_tables_give_their_published_figures) {
    char relative[128];
    snprintf(relative, sizeof relative, "trinnity/%s.csv.gz", published[_i].table);
    const char *path = harness_data(relative);
    if (!path) return;
    struct error err = {""};
    struct profile *p = must_import(path, NULL);
    struct network *n = network_open(published[_i].network, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    struct network *f = network_fold(n);
    struct instance *g = instance_new(f, p, 1, &err);
    ck_assert_msg(g != NULL, "%s", err.text);
    ck_assert_int_eq(g->uncovered, 0);
    ck_assert(!g->layers_measured);
    double best = best_chain(g, false, NULL);
    ck_assert_double_eq_tol(best * 1e-6, published[_i].best_ms, 0.005 * published[_i].best_ms);
    ck_assert_double_eq_tol(best_chain(g, false, "direct-sum2d") / best, published[_i].sum2d_ratio,
                            0.005 * published[_i].sum2d_ratio + 0.05); /* one decimal was published */
    if (published[_i].chw_ratio > 0)
        ck_assert_double_eq_tol(best_chain(g, true, NULL) / best, published[_i].chw_ratio,
                                0.005 * published[_i].chw_ratio);
    instance_free(g);
    network_free(n);
    network_free(f);
    profile_free(p);
}
END_TEST

START_TEST(a_truncated_published_table_is_reported_with_its_line) {
    const char *path = harness_data("trinnity/intel.csv.gz");
    if (!path) return;
    static char bytes[1 << 18];
    FILE *in = fopen(path, "rb");
    size_t n = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    const char *cut = harness_scratch("cut.csv.gz", "");
    FILE *out = fopen(cut, "wb");
    ck_assert_int_eq(fwrite(bytes, 1, n, out), n);
    fclose(out);
    struct error err = {""};
    ck_assert_ptr_null(profile_import_table(cut, NULL, &err));
    ck_assert_msg(strstr(err.text, "cut off") && strncmp(err.text, cut, strlen(cut)) == 0, "%s", err.text);
    harness_forget(cut);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("import");
    TCase *c = tcase_create("import");
    tcase_add_test(c, an_imported_profile_claims_neither_our_compiler_nor_our_machine);
    tcase_add_test(c, a_table_of_2021_becomes_rows);
    tcase_add_test(c, a_profile_of_one_network_has_the_rows_that_it_reads);
    tcase_add_test(c, a_table_of_2018_becomes_rows);
    tcase_add_test(c, same_padding_is_as_near_as_a_symmetric_one_can_be);
    tcase_add_loop_test(c, a_broken_table_is_reported_with_file_line_and_column, 0,
                        (int)(sizeof broken / sizeof broken[0]));
    tcase_add_loop_test(c, published_tables_give_their_published_figures, 0,
                        (int)(sizeof published / sizeof published[0]));
    tcase_add_test(c, a_truncated_published_table_is_reported_with_its_line);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

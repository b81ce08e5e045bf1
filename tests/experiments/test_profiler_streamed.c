/* `taso profile --streaming`: layers by rows are measured, only where that gives the bits of the whole layer, and
 * nothing of it is lost or measured twice. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "experiments/measure/workload.h"
#include "formulation/instance.h"
#include "formulation/profile_text.h"
#include "formulation/segment.h"
#include "tests/support/profiling.h"

static struct network *tiny(void) {
    struct error err = {""};
    struct network *n = network_open(TINY, &err), *folded = n ? network_fold(n) : NULL;
    ck_assert_msg(folded != NULL, "%s", err.text);
    network_free(n);
    return folded;
}

/* Rows of kind strip of a scenario in a layout. */
static int strips_of(const struct profile *p, const char *scenario, enum layout layout) {
    int count = 0;
    for (int i = 0; i < p->rows; i++)
        count +=
            p->row[i].kind == PROFILE_STRIP && p->row[i].from == layout && strcmp(p->row[i].scenario, scenario) == 0;
    return count;
}

static void layer_has_its_rows(const struct profile *p, const struct network *n, int v) {
    for (int h = 0; h < SEGMENT_ROWS; h++) {
        const int rows = segment_rows[h] < n->layer[v].out.H ? segment_rows[h] : n->layer[v].out.H;
        char text[LAYER_TEXT];
        profile_text_layer(text, &n->layer[v], rows);
        for (int l = LAYOUT_CHW + 1; l < LAYOUTS; l++) {
            const int count = strips_of(p, text, (enum layout)l);
            ck_assert_msg(count >= 1 && count <= WORKLOAD_STRIPS, "%s in %s: %d rows", text, layout_names[l], count);
        }
    }
}

/* The layer of a row's scenario. */
static const struct layer *layer_of(const struct network *n, const char *scenario) {
    char text[LAYER_TEXT];
    for (int v = 1; v < n->layers; v++) {
        profile_text_layer(text, &n->layer[v], 0);
        if (strncmp(text, scenario, strlen(text)) == 0 && scenario[strlen(text)] == '@') return &n->layer[v];
    }
    ck_abort_msg("%s is not in the network", scenario);
    return NULL;
}

/* Stated by the profiler, and counted by the instance: the largest call's. */
static void bytes_are_those_of_the_instance(const struct profile *p, const struct network *n) {
    struct error err = {""};
    struct instance *g = instance_new(n, p, 1, &err);
    ck_assert_msg(g != NULL, "%s", err.text);
    instance_stream(g);
    int strips = 0;
    for (int v = 1; v < g->nodes; v++)
        for (int k = 0; k < g->node[v].strips; k++, strips++) {
            const struct choice *c = &g->node[v].strip[k];
            const struct layer *l = g->node[v].layer;
            char text[LAYER_TEXT];
            profile_text_layer(text, l, c->rows);
            const char *name = c->primitive ? c->primitive->name : operator_names[l->shape_of.kind];
            const struct profile_row *r = profile_find(p, PROFILE_STRIP, text, name, c->in, c->in);
            ck_assert_ptr_nonnull(r);
            ck_assert_int_eq(r->workspace_bytes, c->workspace_bytes);
            ck_assert_int_eq(r->weights_bytes, c->weights_bytes);
        }
    ck_assert_int_gt(strips, 3 * SEGMENT_ROWS);
    instance_free(g);
}

/* Of primitives that need the same bytes for the whole layer, one is timed, and perhaps the leanest. */
static void few_are_alike(const struct profile *p, const struct network *n, const struct profile_row *r) {
    char text[LAYER_TEXT];
    profile_text_layer(text, layer_of(n, r->scenario), 0);
    const struct profile_row *whole = profile_find(p, PROFILE_CONV, text, r->name, r->from, r->to);
    int alike = 0;
    ck_assert_ptr_nonnull(whole);
    for (int i = 0; i < p->rows; i++) {
        const struct profile_row *other = &p->row[i];
        if (other->kind != PROFILE_STRIP || other->from != r->from || strcmp(other->scenario, r->scenario) != 0)
            continue;
        const struct profile_row *w = profile_find(p, PROFILE_CONV, text, other->name, other->from, other->to);
        ck_assert_ptr_nonnull(w);
        alike += w->workspace_bytes == whole->workspace_bytes && w->weights_bytes == whole->weights_bytes;
    }
    ck_assert_msg(alike >= 1 && alike <= 2, "%s %s: %d", r->scenario, r->name, alike);
}

START_TEST(every_layer_that_can_run_by_rows_has_rows_that_give_its_bits) {
    profile("", path, "--streaming");
    ck_assert_msg(o.status == 0, "%s", o.err);
    struct profile *p = read_profile(path);
    struct network *n = tiny();
    char moved[24];
    int exact = 0;
    for (int v = 1; v < n->layers; v++)
        if (segment_streams(n, v)) layer_has_its_rows(p, n, v);
    for (int i = 0; i < p->rows; i++) {
        const struct profile_row *r = &p->row[i];
        if (r->kind != PROFILE_STRIP) continue;
        const struct layer *l = layer_of(n, r->scenario);
        const int rows = atoi(strrchr(r->scenario, '@') + 1);
        ck_assert_int_gt(r->min_ns, 0);
        ck_assert(r->from == r->to && r->from != LAYOUT_CHW);
        if (l->kind != LAYER_CONV || rows == l->out.H) continue;
        few_are_alike(p, n, r);
        const int step = primitive_row_step(primitive_find(r->name), &l->scenario);
        ck_assert_msg(step > 0 && rows % step == 0, "%s %s", r->scenario, r->name);
        exact += step > 1;
    }
    ck_assert_int_gt(exact, 0); /* tiles of several rows, too */
    snprintf(moved, sizeof moved, "%lld", (long long)PROFILE_MOVED);
    const struct profile_row *move = profile_find(p, PROFILE_MOVE, moved, "move", LAYOUT_HWC, LAYOUT_HWC);
    ck_assert(move && move->median_ns > 0);
    bytes_are_those_of_the_instance(p, n);
    network_free(n);
    profile_free(p);
}
END_TEST

/* Which primitives are worth timing depends on times, so scenarios are compared, not names. */
static void covers(const struct profile *p, const struct profile *other) {
    for (int i = 0; i < other->rows; i++) {
        const struct profile_row *r = &other->row[i];
        int first, last;
        if (r->kind == PROFILE_STRIP)
            ck_assert_msg(strips_of(p, r->scenario, r->from) > 0, "%s in %s", r->scenario, layout_names[r->from]);
        else
            ck_assert_msg(profile_rows(&first, &last, p, r->kind, r->scenario), "%s", r->scenario);
    }
}

START_TEST(resume_measures_nothing_twice_and_adds_rows_to_a_profile_without) {
    char whole[600];
    snprintf(whole, sizeof whole, "%s/whole.tsv", folder);
    profile("", whole, "--streaming");
    profile("", path, "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    struct profile *without = read_profile(path), *straight = read_profile(whole);
    for (int i = 0; i < without->rows; i++) ck_assert_int_le(without->row[i].kind, PROFILE_LAYER);
    profile("", path, "--streaming --resume");
    ck_assert_msg(o.status == 0, "%s", o.err);
    struct profile *with = read_profile(path);
    covers(with, straight);
    covers(straight, with);
    profile("", path, "--streaming --resume");
    ck_assert_msg(o.status == 0 && strstr(o.err, " 0 scenarios measured"), "%s", o.err);
    struct profile *again = read_profile(path);
    ck_assert_str_eq(with->digest, again->digest);
    profile_free(without);
    profile_free(straight);
    profile_free(with);
    profile_free(again);
}
END_TEST

/* Until strips are in PATH.part. false: it was done before that could be seen. */
static bool kill_among_strips(void) {
    char program[1024];
    snprintf(program, sizeof program, "%s", harness_program("taso"));
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        execl(program, program, "profile", "--network", TINY, "-o", path, "--quick", "--quiet", "--streaming",
              (char *)NULL);
        _exit(127);
    }
    int status = 0;
    bool strips = false;
    struct error err;
    while (!strips && waitpid(child, &status, WNOHANG) == 0) {
        struct profile *p = profile_read(part, &err);
        strips = p && p->row[p->rows - 1].kind == PROFILE_STRIP;
        profile_free(p);
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return access(part, F_OK) == 0 && strips;
}

START_TEST(killed_among_the_strips_it_resumes_where_it_stopped) {
    char whole[600];
    int tries = 0;
    snprintf(whole, sizeof whole, "%s/whole.tsv", folder);
    profile("", whole, "--streaming");
    while (!kill_among_strips()) {
        ck_assert_int_lt(++tries, 20);
        unlink(path);
        unlink(part);
    }
    struct profile *before = read_profile(part);
    profile("", path, "--streaming");
    ck_assert_msg(o.status == 0, "%s", o.err);
    struct profile *after = read_profile(path), *straight = read_profile(whole);
    for (int i = 0; i < before->rows; i++) {
        const struct profile_row *r = &before->row[i];
        ck_assert_ptr_nonnull(profile_find(after, r->kind, r->scenario, r->name, r->from, r->to));
    }
    covers(after, straight);
    covers(straight, after);
    profile_free(before);
    profile_free(after);
    profile_free(straight);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("profiler_streamed");
    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, enter, leave);
    tcase_add_test(files, every_layer_that_can_run_by_rows_has_rows_that_give_its_bits);
    tcase_add_test(files, resume_measures_nothing_twice_and_adds_rows_to_a_profile_without);
    tcase_add_test(files, killed_among_the_strips_it_resumes_where_it_stopped);
    suite_add_tcase(suite, files);
    return harness_run(suite);
}

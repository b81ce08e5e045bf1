/* The rehearsal: rows that selections rely on have been timed in running networks, lucky times do not last, and settled
 * rows stay. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "experiments/measure/rehearsal.h"
#include "experiments/measure/wanted.h"
#include "formulation/frontier.h"
#include "formulation/labels/labels.h"
#include "formulation/plan.h"
#include "solver/base/memory.h"
#include "tests/support/invented_profile.h"

static const struct effort brief = {"brief", 2, 2, 1, 2, .act_bytes = INT64_MAX};
static const atomic_int never = 0;

struct stage {
    struct workload workload;
    struct profile *profile;
    struct samples samples;
    struct measure measure;
};

static void open_stage(struct stage *s, const char *networks) {
    struct error err = {""};
    const char *path = harness_scratch("rehearsal.tsv", NULL);
    ck_assert_msg(workload_init(&s->workload, networks, false, &err), "%s", err.text);
    s->profile = invented_profile(path, networks, 11);
    harness_forget(path);
    measure_init(&s->measure, &brief, 1, 0);
}

static void close_stage(struct stage *s) {
    samples_free(&s->samples);
    profile_free(s->profile);
    workload_free(&s->workload);
    measure_free(&s->measure);
}

static void rehearse(struct stage *s) {
    struct error err = {""};
    struct estimate estimate = {.planned_s = {0}};
    struct rehearsal r = {.workload = &s->workload,
                          .measure = &s->measure,
                          .samples = &s->samples,
                          .interrupt = &never,
                          .estimate = &estimate};
    ck_assert_msg(rehearsal_run(&r, &err) == REHEARSAL_DONE, "%s", err.text);
    ck_assert_int_gt(r.runs, 0);
    ck_assert_int_gt(r.compute.median_ns, 0);
    ck_assert_int_gt(r.memory.median_ns, 0);
}

static int row_of(const struct profile *p, const struct plan_step *s) {
    const struct profile_row *row = profile_find(p, s->kind, s->scenario, s->name, s->from, s->to);
    return row ? (int)(row - p->row) : -1;
}

/* Does a row of the same scenario take less than half of it, in the first pass? Then one round is enough. */
static bool slow(const struct stage *s, int row) {
    const struct profile_row *r = &s->profile->row[row];
    for (int i = 0; i < s->profile->rows; i++) {
        const struct profile_row *other = &s->profile->row[i];
        if (other->kind == r->kind && strcmp(other->scenario, r->scenario) == 0 &&
            2 * s->samples.series[i].first_ns < s->samples.series[row].first_ns)
            return true;
    }
    return false;
}

/* Steps of a frontier's points whose row has not been seen in the last round, or, if it is slow, in any. */
static int unseen_points(const struct stage *s, const struct instance *g, const struct frontier *f, bool streamed) {
    int count = 0;
    for (int i = 0; i < f->points; i++) {
        const struct frontier_point *at = &f->point[i];
        struct plan *p =
            streamed ? plan_new_streamed(g, at->choice, &at->streams, "n", "test", MEMORY_PEAK, CONVERSIONS_PER_EDGE,
                                         METHOD_NO_BUDGET)
                     : plan_new(g, at->choice, "n", "test", MEMORY_WORKSPACE, CONVERSIONS_PER_EDGE, METHOD_NO_BUDGET);
        for (int k = 0; k < p->steps; k++) {
            const int row = row_of(s->profile, &p->step[k]);
            if (row >= 0) count += s->samples.series[row].round < (slow(s, row) ? 1 : brief.rounds);
        }
        plan_free(p);
    }
    return count;
}

/* Under every memory model, by labels; under the first, by dynamic programming, too. */
static int unseen(const struct stage *s, const struct network *n) {
    struct error err = {""};
    struct request q = methods_request();
    int count = 0;
    struct instance *g = instance_new(n, s->profile, 1, &err);
    ck_assert_msg(g != NULL, "%s", err.text);
    for (int m = -1; m < MEMORY_MODELS; m++) {
        struct frontier f;
        q.model = m < 0 ? MEMORY_WORKSPACE : (enum memory_model)m;
        const bool found = m < 0 ? frontier_sweep(&f, g, &q, methods_find("dynamic", &err), &err)
                                 : labels_frontier(&f, g, &q, 0, &err);
        ck_assert_msg(found && f.complete && f.points > 0, "%s", err.text);
        count += unseen_points(s, g, &f, false);
        frontier_free(&f);
    }
    instance_free(g);
    return count;
}

static const char *const lists[] = {"tests/data/tiny.net", "tests/data/branches.net,tests/data/diamond.net"};
static const char means[] = "tests/data/means.net";

START_TEST(every_row_on_any_frontier_was_seen_in_the_last_round) {
    struct stage s;
    open_stage(&s, lists[_i]);
    samples_init(&s.samples, s.profile);
    int before = 0;
    for (int i = 0; i < s.workload.networks; i++) before += unseen(&s, s.workload.network[i]);
    ck_assert_int_gt(before, 0);
    rehearse(&s);
    for (int i = 0; i < s.workload.networks; i++) ck_assert_int_eq(unseen(&s, s.workload.network[i]), 0);
    close_stage(&s);
}
END_TEST

START_TEST(quick_frontiers_have_fewer_points_and_miss_none_by_more_than_a_share) {
    struct error err = {""};
    struct stage s;
    struct frontier all, few;
    open_stage(&s, "tests/data/branches.net");
    samples_init(&s.samples, s.profile);
    struct instance *g = instance_new(s.workload.network[0], s.profile, 1, &err);
    ck_assert_msg(g && wanted_frontier(&all, g, MEMORY_PEAK, false, 0, &never, &err), "%s", err.text);
    ck_assert_msg(wanted_frontier(&few, g, MEMORY_PEAK, false, 0.5, &never, &err), "%s", err.text);
    const int64_t least_ns = all.point[all.points - 1].time_ns;
    ck_assert(all.complete && all.missed_ns == 0);
    ck_assert(few.points >= 1 && few.points < all.points);
    ck_assert(few.missed_ns <= least_ns / 2 && few.point[few.points - 1].time_ns <= least_ns + least_ns / 2);
    frontier_free(&all);
    frontier_free(&few);
    instance_free(g);
    close_stage(&s);
}
END_TEST

/* Between layouts that hold the same bytes there are rows, but no steps that would time them: the rehearsal ends all the
 * same. Here the fastest way from HCW to CHW, of a tensor one column wide, begins with such a conversion, to HWC. */
START_TEST(conversions_that_no_plan_has_are_not_waited_for) {
    static const enum layout fast[] = {LAYOUT_HCW, LAYOUT_CHW}; /* of the layers before and after that tensor */
    struct profile_row alike = {PROFILE_CONVERT, "8,12,1",        "convert", LAYOUT_HCW, LAYOUT_HWC, 4, 4, 0, 3,
                                PROFILE_MISSING, PROFILE_MISSING, 0};
    const char *path = harness_scratch("rehearsal.tsv", NULL);
    struct error err = {""};
    struct stage s;
    open_stage(&s, means);
    profile_add(s.profile, &alike);
    ck_assert_msg(profile_write(s.profile, path, &err), "%s", err.text);
    profile_free(s.profile);
    s.profile = profile_read(path, &err);
    ck_assert_msg(s.profile != NULL, "%s", err.text);
    harness_forget(path);
    for (int i = 0; i < s.profile->rows; i++) {
        struct profile_row *row = &s.profile->row[i];
        const int layer = strstr(row->scenario, "k=1x17") ? 0 : strstr(row->scenario, "global=1") ? 1 : -1;
        const bool direct = row->kind == PROFILE_CONVERT && row->from == LAYOUT_HCW && row->to == LAYOUT_CHW;
        row->median_ns = direct ? 40000 : layer >= 0 && row->from != fast[layer] ? 4000 : 4;
    }
    samples_init(&s.samples, s.profile);
    rehearse(&s);
    close_stage(&s);
}
END_TEST

/* A row with a time slightly below all others is on the frontier, is timed, and gets its real time. */
START_TEST(luck_does_not_last) {
    struct stage s;
    open_stage(&s, lists[0]);
    int lucky = -1;
    for (int i = 0; i < s.profile->rows; i++) { /* everything takes 4 ns, and one row 3 */
        s.profile->row[i].median_ns = 4;
        if (strcmp(s.profile->row[i].name, "direct-sum2d") == 0) lucky = i;
    }
    ck_assert_int_ge(lucky, 0);
    s.profile->row[lucky].median_ns = 3;
    samples_init(&s.samples, s.profile);
    rehearse(&s);
    ck_assert_int_gt(s.samples.series[lucky].count, 0);
    ck_assert_int_gt(s.profile->row[lucky].median_ns, 100);
    int pooled = samples_pool(&s.samples), seen = 0;
    for (int i = 0; i < s.profile->rows; i++) {
        const struct series *r = &s.samples.series[i];
        const struct profile_row *row = &s.profile->row[i];
        seen += r->count > 0;
        if (r->count == 0) {
            ck_assert_int_eq(row->median_ns, 4); /* the written time contains no optimism */
            continue;
        }
        ck_assert_int_eq(row->runs, r->count);
        ck_assert_int_le(row->min_ns, row->median_ns);
    }
    ck_assert_int_eq(pooled, seen);
    close_stage(&s);
}
END_TEST

START_TEST(settled_rows_keep_their_times) {
    struct stage s;
    open_stage(&s, lists[0]);
    int64_t *was = MEMORY_NEW(int64_t, s.profile->rows);
    samples_init(&s.samples, s.profile);
    for (int i = 0; i < s.profile->rows; i++) {
        was[i] = s.samples.series[i].first_ns;
        if (i % 2) samples_settle(&s.samples, i);
    }
    rehearse(&s);
    samples_pool(&s.samples);
    int changed = 0;
    for (int i = 0; i < s.profile->rows; i++) {
        if (s.samples.series[i].round == SAMPLES_SETTLED) ck_assert_int_eq(s.profile->row[i].median_ns, was[i]);
        changed += s.profile->row[i].median_ns != was[i];
    }
    ck_assert_int_gt(changed, 0);
    free(was);
    close_stage(&s);
}
END_TEST

/* A row that was run once, cold, is thought to be better than its time; one that was run often is not. */
START_TEST(cold_rows_are_priced_lower_until_they_are_timed) {
    struct stage s;
    open_stage(&s, lists[0]);
    for (int i = 0; i < s.profile->rows; i++) {
        s.profile->row[i].median_ns = s.profile->row[i].min_ns = 1000;
        s.profile->row[i].runs = i % 2 ? 1 : 3;
    }
    samples_init(&s.samples, s.profile);
    for (int i = 0; i < s.profile->rows; i++) ck_assert_int_eq(s.profile->row[i].median_ns, i % 2 ? 750 : 970);
    const int64_t ns[] = {2000, 3000, 4000};
    samples_add(&s.samples, 1, ns, 3);
    samples_price(&s.samples, 1);
    ck_assert_int_eq(s.profile->row[1].median_ns, 3000);
    close_stage(&s);
}
END_TEST

/* A row whose times were long in one round, by what else ran, is priced at its least when the next one begins. */
START_TEST(a_round_begins_with_the_least_of_earlier_times) {
    struct stage s;
    open_stage(&s, lists[0]);
    for (int i = 0; i < s.profile->rows; i++) s.profile->row[i].median_ns = 1000, s.profile->row[i].runs = 3;
    samples_init(&s.samples, s.profile);
    const int64_t ns[] = {5000, 1100, 6000, 7000, 4000};
    for (int i = 0; i < 4; i++) samples_add(&s.samples, i, ns, 5), samples_price(&s.samples, i);
    s.samples.series[0].round = 1;
    s.samples.series[1].round = 2;
    s.samples.series[2].round = 1, s.samples.series[2].slow = true; /* measured in one round only */
    samples_settle(&s.samples, 3);
    for (int i = 0; i < 3; i++) ck_assert_int_eq(s.profile->row[i].median_ns, 5000);
    samples_reopen(&s.samples, 2);
    const int64_t expected[] = {1100, 5000, 5000, 1000, 970}; /* the last has no times yet */
    for (int i = 0; i < 5; i++) ck_assert_int_eq(s.profile->row[i].median_ns, expected[i]);
    samples_pool(&s.samples);
    ck_assert_int_eq(s.profile->row[0].median_ns, 5000);
    close_stage(&s);
}
END_TEST

START_TEST(samples_come_back_from_their_file) {
    struct stage s, t;
    struct error err = {""};
    open_stage(&s, lists[0]);
    open_stage(&t, lists[0]);
    const char *path = harness_scratch("samples.tsv", NULL);
    samples_init(&s.samples, s.profile);
    samples_init(&t.samples, t.profile);
    rehearse(&s);
    ck_assert_msg(samples_write(&s.samples, path, &err), "%s", err.text);
    ck_assert_msg(samples_read(&t.samples, path, &err), "%s", err.text);
    for (int i = 0; i < s.profile->rows; i++) {
        const struct series *a = &s.samples.series[i], *b = &t.samples.series[i];
        ck_assert_int_eq(a->count, b->count);
        ck_assert_int_eq(a->round, b->round);
        if (a->count) ck_assert_int_eq(memcmp(a->ns, b->ns, (size_t)a->count * sizeof *a->ns), 0);
        if (a->count) samples_price(&s.samples, i); /* it may be that of the last round's beginning */
        ck_assert_int_eq(s.profile->row[i].median_ns, t.profile->row[i].median_ns);
    }
    harness_forget(path);
    close_stage(&s);
    close_stage(&t);
}
END_TEST

static const struct {
    const char *line, *says;
} broken[] = {
    {"conv\t8,12,12,8,3,1,1\tdirect-sum2d\tchw\tchw\t1", "too few fields (expected 7)"},
    {"conv\t8,12,12,8,3,1,1\tno-such\tchw\tchw\t1\t5", "is not in the profile (expected one of its rows)"},
    {"sum\t8,12,12,8,3,1,1\tdirect-sum2d\tchw\tchw\t1\t5", "is not in the profile (expected one of its rows)"},
    {"conv\t8,12,12,8,3,1,1\tdirect-sum2d\tchw\tchw\t0\t5", "round `0` (expected a number of at least 1)"},
    {"conv\t8,12,12,8,3,1,1\tdirect-sum2d\tchw\tchw\t1\t5,-3", "time `-3` (expected nanoseconds)"},
    {"# rows: 1", "(expected 1, got 0)"}};

/* Truncated anywhere: at a line's end, in a line, in the head. */
START_TEST(samples_truncated_anywhere_are_refused) {
    struct stage s;
    char text[512];
    static const char whole[] = "# format: taso-samples 2\nkind\tscenario\tname\tfrom\tto\tround\tns\n"
                                "conv\t8,12,12,8,3,1,1\tdirect-sum2d\tchw\tchw\t1\t5,6\n# rows: 1\n";
    open_stage(&s, lists[0]);
    samples_init(&s.samples, s.profile);
    for (size_t length = 0; length < sizeof whole; length++) {
        struct error err = {""};
        snprintf(text, length + 1, "%s", whole);
        const char *path = harness_scratch("cut.tsv", text);
        bool read = samples_read(&s.samples, path, &err);
        ck_assert_msg(read == (length + 2 >= sizeof whole), "%zu bytes: %s", length, err.text);
        harness_forget(path);
    }
    close_stage(&s);
}
END_TEST

START_TEST(broken_samples_are_refused_with_their_line) {
    struct stage s;
    char text[512];
    open_stage(&s, lists[0]);
    samples_init(&s.samples, s.profile);
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct error err = {""};
        snprintf(text, sizeof text, "# format: taso-samples 2\nkind\tscenario\tname\tfrom\tto\tround\tns\n%s\n",
                 broken[i].line);
        const char *path = harness_scratch("broken.tsv", text);
        ck_assert(!samples_read(&s.samples, path, &err));
        ck_assert_msg(strstr(err.text, ":3: ") && strstr(err.text, broken[i].says), "%s", err.text);
        harness_forget(path);
    }
    close_stage(&s);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rehearsal");
    TCase *c = tcase_create("rehearsal");
    tcase_add_loop_test(c, every_row_on_any_frontier_was_seen_in_the_last_round, 0, 2);
    tcase_add_test(c, quick_frontiers_have_fewer_points_and_miss_none_by_more_than_a_share);
    tcase_add_test(c, conversions_that_no_plan_has_are_not_waited_for);
    tcase_add_test(c, luck_does_not_last);
    tcase_add_test(c, settled_rows_keep_their_times);
    tcase_add_test(c, cold_rows_are_priced_lower_until_they_are_timed);
    tcase_add_test(c, a_round_begins_with_the_least_of_earlier_times);
    tcase_add_test(c, samples_come_back_from_their_file);
    tcase_add_test(c, samples_truncated_anywhere_are_refused);
    tcase_add_test(c, broken_samples_are_refused_with_their_line);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

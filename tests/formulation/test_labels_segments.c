/* Frontiers with streamed segments against everything that could be selected: every division of a small network into
 * layers as a whole and segments, every number of rows, layout and choice, each graded by the judge. */
#include "baselines/methods.h"
#include "formulation/labels/labels.h"
#include "formulation/labels/labels_beyond.h"
#include "tests/support/everything.h"

#define NETWORKS 24

/* --- the frontier --- */

struct seen {
    int points, streamed, by_rows, below, infeasible;
};

static void points_are(const struct frontier *f, const struct pair *want, int count, const char *what) {
    ck_assert(f->complete && !f->stopped);
    ck_assert_msg(f->points == count, "%s: %d points (expected %d)", what, f->points, count);
    for (int i = 0; i < count; i++) {
        ck_assert_msg(f->point[i].memory_bytes == want[i].m && f->point[i].time_ns == want[i].t,
                      "%s: point %d is %lld bytes, %lld ns (expected %lld, %lld)", what, i,
                      (long long)f->point[i].memory_bytes, (long long)f->point[i].time_ns, (long long)want[i].m,
                      (long long)want[i].t);
    }
}

static void points_are_judged_so(struct seen *seen, const struct frontier *f, const struct instance *g,
                                 const struct request *q) {
    for (int i = 0; i < f->points; i++) {
        const struct frontier_point *p = &f->point[i];
        const struct evaluation e = selection_evaluate_streamed(g, p->choice, &p->streams, q->model, q->conversions);
        ck_assert(e.possible && e.memory_bytes == p->memory_bytes && e.time_ns == p->time_ns);
        seen->points++;
        seen->streamed += p->streams.count > 0;
        seen->by_rows += selection_image_by_rows(&p->streams);
    }
}

/* (8) with the budget of a point, or just below it. */
static void budget_is_met(struct seen *seen, const struct pair *want, int count, const struct instance *g,
                          struct request q, struct random *r) {
    struct error err = {""};
    struct answer a;
    const int at = random_int(r, 0, count - 1), less = want[at].m > 0 && random_int(r, 0, 1);
    q.budget_bytes = want[at].m - less;
    ck_assert_msg(methods_run(&a, methods_find("labels", &err), g, &q, &err), "%s", err.text);
    if (at - less < 0) {
        ck_assert_int_eq(a.outcome, OUTCOME_INFEASIBLE);
        ck_assert_int_eq(a.least_bytes, want[0].m);
        seen->infeasible++;
    } else {
        const struct evaluation e = selection_evaluate_streamed(g, a.choice, &a.streams, q.model, q.conversions);
        ck_assert_int_eq(a.outcome, OUTCOME_OPTIMAL);
        ck_assert_int_eq(e.time_ns, want[at - less].t);
        ck_assert_int_eq(a.bound_ns, want[at - less].t);
        ck_assert_int_le(e.memory_bytes, q.budget_bytes);
    }
    free(a.choice);
    selection_streams_free(&a.streams);
}

/* No point of the frontier without segments is better than those with them. */
static void streaming_is_never_worse(struct seen *seen, const struct pair *with, int count, const struct instance *g,
                                     struct request q) {
    struct error err = {""};
    struct frontier f;
    q.streaming = STREAMING_OFF;
    q.stream_input = false;
    ck_assert_msg(labels_frontier(&f, g, &q, 0, &err), "%s", err.text);
    for (int i = 0; i < f.points; i++) {
        bool reached = false;
        for (int k = 0; k < count; k++)
            reached = reached || (with[k].m <= f.point[i].memory_bytes && with[k].t <= f.point[i].time_ns);
        ck_assert(reached);
    }
    seen->below += f.points > 0 && with[0].m < f.point[0].memory_bytes;
    frontier_free(&f);
}

static void frontier_is_everything(struct seen *seen, struct trial *t, int model, int conversions, struct random *r,
                                   int seed) {
    struct request q = methods_request();
    struct error err = {""};
    struct frontier f;
    char what[128];
    int count;
    const struct pair *want = everything_unbeaten(&count, t, model, conversions);
    q.model = (enum memory_model)model;
    q.conversions = (enum conversions)conversions;
    q.streaming = STREAMING_ON;
    q.stream_input = t->image_by_rows;
    snprintf(what, sizeof what, "seed %d, %s, %s", seed, memory_model_names[model], conversion_names[conversions]);
    ck_assert_msg(labels_frontier(&f, t->g, &q, 0, &err), "%s: %s", what, err.text);
    points_are(&f, want, count, what);
    points_are_judged_so(seen, &f, t->g, &q);
    if (count > 0) budget_is_met(seen, want, count, t->g, q, r);
    if (count > 0) streaming_is_never_worse(seen, want, count, t->g, q);
    frontier_free(&f);
}

START_TEST(the_frontier_with_segments_is_that_of_everything_that_can_be_selected) {
    const char *const many = getenv("TASO_RANDOM"), *const start = getenv("TASO_SEED");
    const int networks = many ? atoi(many) : NETWORKS, first = start ? atoi(start) * 10000 : 1;
    struct trial t = everything_new();
    struct seen seen = {0};
    int done = 0, seed = first;
    for (; done < networks; done++) {
        struct random r;
        struct problem b;
        seed = everything_next(&b, &t, &r, seed, done % 2 == 0);
        for (int k = 0; k < MEMORY_MODELS * CONVERSIONS; k++)
            frontier_is_everything(&seen, &t, k / CONVERSIONS, k % CONVERSIONS, &r, seed - 1);
        everything_problem_free(&b);
    }
    printf("%d networks of seeds %d to %d: %d points, %d with segments, %d with the image by rows, %d frontiers begin "
           "lower, %d infeasible\n",
           done, first, seed - 1, seen.points, seen.streamed, seen.by_rows, seen.below, seen.infeasible);
    ck_assert_int_gt(seen.streamed, networks);
    ck_assert_int_gt(seen.by_rows, networks / 4);
    ck_assert_int_gt(seen.below, networks / 4);
    ck_assert_int_gt(seen.infeasible, networks / 4);
    everything_free(&t);
}
END_TEST

/* A segment of the frontier's plans; rows 0: none has any. */
static struct stream any_segment(const struct instance *g, const struct request *q, struct random *r) {
    struct stream out = {0};
    struct error err = {""};
    struct frontier f;
    int seen = 0;
    ck_assert_msg(labels_frontier(&f, g, q, 0, &err), "%s", err.text);
    for (int i = 0; i < f.points; i++)
        for (int k = 0; k < f.point[i].streams.count; k++)
            if (random_int(r, 0, seen++) == 0) out = f.point[i].streams.stream[k];
    frontier_free(&f);
    return out;
}

START_TEST(without_a_segment_the_frontier_is_that_of_everything_else) {
    struct trial t = everything_new();
    int compared = 0, changed = 0;
    for (int seed = 1; compared < NETWORKS / 2; seed++) {
        struct random r = {(uint64_t)seed};
        struct problem b = everything_problem_new(&r);
        struct request q = methods_request();
        struct error err = {""};
        struct frontier with, f, program;
        int count;
        q.model = MEMORY_PEAK;
        q.streaming = STREAMING_ON;
        t.barred = (struct stream){0};
        if (b.net->layers >= 4 && b.net->layers <= 8) t.barred = any_segment(b.g, &q, &r);
        if (t.barred.pace.rows > 0 && everything_run(&t, b.g, true, false)) {
            const struct pair *want = everything_unbeaten(&count, &t, MEMORY_PEAK, CONVERSIONS_PER_EDGE);
            ck_assert_msg(labels_frontier(&with, b.g, &q, 0, &err), "%s", err.text);
            q.barred = t.barred;
            ck_assert_msg(labels_frontier(&f, b.g, &q, 0, &err), "%s", err.text);
            points_are(&f, want, count, "barred");
            ck_assert_msg(labels_beyond_frontier(&program, b.g, &q, &err), "%s", err.text);
            points_are(&program, want, count, "barred, by programs");
            frontier_free(&program);
            changed += f.points != with.points || f.point[0].memory_bytes != with.point[0].memory_bytes ||
                       f.point[0].time_ns != with.point[0].time_ns;
            frontier_free(&with);
            frontier_free(&f);
            compared++;
        }
        everything_problem_free(&b);
    }
    ck_assert_int_ge(changed, NETWORKS / 4);
    everything_free(&t);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("labels_segments");
    TCase *c = tcase_create("labels_segments");
    tcase_set_timeout(c, 0);
    tcase_add_test(c, the_frontier_with_segments_is_that_of_everything_that_can_be_selected);
    tcase_add_test(c, without_a_segment_the_frontier_is_that_of_everything_else);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

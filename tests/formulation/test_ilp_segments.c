/* The integer program with streamed segments against everything that could be selected, and against labels: at every
 * point of a frontier, with its bytes as the budget, and with one byte less. */
#include <math.h>

#include "baselines/methods.h"
#include "formulation/frontier.h"
#include "tests/support/everything.h"

#define NETWORKS 8
#define FLASHES  4 /* pairs of budgets of a network */

struct seen {
    int points, streamed, infeasible, flash, refused;
};

static const char *what(const struct request *q, int seed) {
    static char text[128];
    snprintf(text, sizeof text, "seed %d, %s, %s, %lld bytes, flash %lld", seed, memory_model_names[q->model],
             conversion_names[q->conversions], (long long)q->budget_bytes, (long long)q->flash_bytes);
    return text;
}

static struct answer answer_of(const char *name, const struct instance *g, const struct request *q, int seed) {
    struct error err = {""};
    struct answer a;
    ck_assert_msg(methods_run(&a, methods_find(name, &err), g, q, &err), "%s: %s", what(q, seed), err.text);
    return a;
}

static void answer_done(struct answer *a) {
    free(a->choice);
    selection_streams_free(&a->streams);
}

/* The answer is optimal at `time`, or with time < 0 infeasible below `least`. */
static void answer_is(struct seen *seen, const struct answer *a, const struct instance *g, const struct request *q,
                      int64_t time, int64_t least, int seed) {
    if (time < 0) {
        ck_assert_msg(a->outcome == OUTCOME_INFEASIBLE && a->least_bytes == least, "%s: %s, least %lld (expected %lld)",
                      what(q, seed), outcome_names[a->outcome], (long long)a->least_bytes, (long long)least);
        seen->infeasible++;
        return;
    }
    ck_assert_msg(a->outcome == OUTCOME_OPTIMAL, "%s: %s", what(q, seed), outcome_names[a->outcome]);
    const struct evaluation e = selection_evaluate_streamed(g, a->choice, &a->streams, q->model, q->conversions);
    ck_assert_msg(e.possible && e.time_ns == time && a->bound_ns == time, "%s: %lld ns, bound %lld (expected %lld)",
                  what(q, seed), (long long)e.time_ns, (long long)a->bound_ns, (long long)time);
    ck_assert(e.memory_bytes <= q->budget_bytes && e.weights_bytes <= q->flash_bytes);
    seen->streamed += a->streams.count > 0;
}

static struct request request_of(int model, int conversions) {
    struct request q = methods_request();
    q.model = (enum memory_model)model;
    q.conversions = (enum conversions)conversions;
    q.streaming = STREAMING_ON;
    return q;
}

/* (8) at every point and one byte below it, by the program and by labels. */
static void every_budget_is_met(struct seen *seen, const struct pair *want, int count, const struct instance *g,
                                struct request q, int seed) {
    static const char *const methods[] = {"taso", "labels"};
    for (int k = 0; k < 2 * count; k++) {
        const int at = k / 2, below = k % 2;
        q.budget_bytes = want[at].m - below;
        if (q.budget_bytes < 0) continue;
        for (int m = 0; m < 2; m++) {
            struct answer a = answer_of(methods[m], g, &q, seed);
            answer_is(seen, &a, g, &q, at < below ? -1 : want[at - below].t, want[0].m, seed);
            answer_done(&a);
        }
        seen->points++;
    }
}

/* (12), one program after the other. */
static void the_frontier_is_walked(const struct pair *want, int count, const struct instance *g,
                                   const struct request *q, int seed) {
    struct error err = {""};
    struct frontier f;
    ck_assert_msg(frontier_walk(&f, g, q, methods_find("taso", &err), &err), "%s: %s", what(q, seed), err.text);
    ck_assert_msg(f.complete && f.points == count, "%s: %d points (expected %d)", what(q, seed), f.points, count);
    for (int i = 0; i < count; i++) {
        const struct frontier_point *p = &f.point[i];
        const struct evaluation e = selection_evaluate_streamed(g, p->choice, &p->streams, q->model, q->conversions);
        ck_assert(e.possible && p->memory_bytes == want[i].m && p->time_ns == want[i].t);
        ck_assert(e.memory_bytes == p->memory_bytes && e.time_ns == p->time_ns);
    }
    frontier_free(&f);
}

/* (9): the least memory whose time is within the slack, at its least time. */
static void least_memory_is_found(const struct pair *want, int count, const struct instance *g, struct request q,
                                  struct random *r, int seed) {
    q.slack = 0.05 * random_int(r, 0, 20);
    const double most = (1 + q.slack) * (double)want[count - 1].t;
    int at = 0;
    while ((double)want[at].t > most) at++;
    struct answer a = answer_of("taso-memory", g, &q, seed);
    ck_assert_msg(a.outcome == OUTCOME_OPTIMAL, "%s: %s", what(&q, seed), outcome_names[a.outcome]);
    const struct evaluation e = selection_evaluate_streamed(g, a.choice, &a.streams, q.model, q.conversions);
    ck_assert_msg(e.memory_bytes == want[at].m && e.time_ns == want[at].t, "%s: %lld bytes, %lld ns", what(&q, seed),
                  (long long)e.memory_bytes, (long long)e.time_ns);
    answer_done(&a);
}

/* (10): no point of the frontier weighs less. */
static void least_weight_is_found(const struct pair *want, int count, const struct instance *g, struct request q,
                                  struct random *r, int seed) {
    q.weight = 0.1 * random_int(r, 0, 10);
    const double time = (double)want[count - 1].t, memory = want[count - 1].m > 0 ? (double)want[count - 1].m : 1;
    struct answer a = answer_of("taso-weighted", g, &q, seed);
    ck_assert_msg(a.outcome == OUTCOME_OPTIMAL, "%s: %s", what(&q, seed), outcome_names[a.outcome]);
    const struct evaluation e = selection_evaluate_streamed(g, a.choice, &a.streams, q.model, q.conversions);
    const double found = (1 - q.weight) * (double)e.time_ns / time + q.weight * (double)e.memory_bytes / memory;
    for (int i = 0; i < count; i++)
        ck_assert_msg(found <= (1 - q.weight) * (double)want[i].t / time + q.weight * (double)want[i].m / memory + 1e-6,
                      "%s: weight %g, point %d", what(&q, seed), q.weight, i);
    answer_done(&a);
}

/* (21): of everything, the fastest within RAM and flash; none may be. */
static void both_budgets_are_met(struct seen *seen, const struct trial *t, const struct request *q, int seed) {
    const struct pair *all = t->all + (MEMORY_PEAK * CONVERSIONS + (int)q->conversions) * EVERYTHING_MOST;
    int64_t time = -1, least = -1;
    for (int i = 0; i < t->alls[MEMORY_PEAK][q->conversions]; i++) {
        if (all[i].weights > q->flash_bytes) continue;
        if (least < 0 || all[i].m < least) least = all[i].m;
        if (all[i].m <= q->budget_bytes && (time < 0 || all[i].t < time)) time = all[i].t;
    }
    for (int m = 0; m < 2; m++) {
        struct answer a = answer_of(m ? "labels" : "taso", t->g, q, seed);
        answer_is(seen, &a, t->g, q, time, least, seed);
        answer_done(&a);
    }
    seen->flash++;
}

/* Flash as some selection needs it, and the least that any needs within the RAM; or a byte less. */
static void flash_is_kept(struct seen *seen, const struct trial *t, int conversions, struct random *r, int seed) {
    const struct pair *all = t->all + (MEMORY_PEAK * CONVERSIONS + conversions) * EVERYTHING_MOST;
    const int count = t->alls[MEMORY_PEAK][conversions];
    struct request q = request_of(MEMORY_PEAK, conversions);
    for (int k = 0; k < FLASHES && count > 0; k++) {
        q.budget_bytes = all[random_int(r, 0, count - 1)].m;
        q.flash_bytes = all[random_int(r, 0, count - 1)].weights;
        for (int i = 0; i < count && k % 2; i++)
            if (all[i].m <= q.budget_bytes && all[i].weights < q.flash_bytes) q.flash_bytes = all[i].weights;
        if (q.flash_bytes > 0 && random_int(r, 0, 3) == 0) q.flash_bytes--;
        both_budgets_are_met(seen, t, &q, seed);
    }
}

START_TEST(the_program_with_segments_finds_the_best_of_everything) {
    const char *const many = getenv("TASO_RANDOM"), *const start = getenv("TASO_SEED");
    const int networks = many ? atoi(many) : NETWORKS, first = start ? atoi(start) * 10000 : 1;
    struct trial t = everything_new();
    struct seen seen = {0};
    int seed = first;
    for (int done = 0; done < networks; done++) {
        struct random r;
        struct problem b;
        seed = everything_next(&b, &t, &r, seed, false);
        for (int c = 0; c < CONVERSIONS; c++) flash_is_kept(&seen, &t, c, &r, seed - 1);
        for (int k = 0; k < MEMORY_MODELS * CONVERSIONS; k++) {
            const struct request q = request_of(k / CONVERSIONS, k % CONVERSIONS);
            int count;
            const struct pair *want = everything_unbeaten(&count, &t, k / CONVERSIONS, k % CONVERSIONS);
            if (count == 0) continue;
            every_budget_is_met(&seen, want, count, b.g, q, seed - 1);
            if (k % CONVERSIONS == CONVERSIONS_PER_EDGE) the_frontier_is_walked(want, count, b.g, &q, seed - 1);
            least_memory_is_found(want, count, b.g, q, &r, seed - 1);
            least_weight_is_found(want, count, b.g, q, &r, seed - 1);
        }
        everything_problem_free(&b);
    }
    printf("%d networks of seeds %d to %d: %d budgets, %d answers with segments, %d infeasible, %d with flash\n",
           networks, first, seed - 1, seen.points, seen.streamed, seen.infeasible, seen.flash);
    ck_assert_int_gt(seen.streamed, 8 * networks);
    ck_assert_int_gt(seen.infeasible, 4 * networks);
    ck_assert_int_gt(seen.flash, CONVERSIONS * networks);
    everything_free(&t);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("ilp_segments");
    TCase *c = tcase_create("ilp_segments");
    tcase_set_timeout(c, 0);
    tcase_add_test(c, the_program_with_segments_finds_the_best_of_everything);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

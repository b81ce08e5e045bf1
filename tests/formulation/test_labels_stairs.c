/* What a label could still improve, label after label as a search asks, and many at once, against every number of bytes
 * that there is. */
#include "formulation/labels/labels_crowd.h"
#include "solver/base/random.h"
#include "tests/support/harness.h"

enum { MOST = 120, VERTICES = 8 };

/* A convex hull: K ascends, T falls, each step flatter than the one before. */
static int any_hull(struct labels_item hull[VERTICES], struct random *r) {
    int vertices = random_int(r, 1, VERTICES), k = random_int(r, 0, 5), t = 200, slope = random_int(r, 12, 20);
    for (int i = 0; i < vertices; i++) {
        hull[i] = (struct labels_item){{0, k, t}, 0, -1};
        const int step = random_int(r, 1, 6);
        k += step;
        t -= step * slope;
        slope = slope > 3 ? slope - random_int(r, 1, 3) : 1;
        if (t < slope * 6) return i + 1;
    }
    return vertices;
}

static void any_stairs(struct labels_stairs *s, struct random *r) {
    labels_stairs_init(s, random_int(r, 0, 10), random_int(r, 60, MOST), 0);
    for (int m = random_int(r, 0, 20), t = random_int(r, 300, 500); m <= MOST && t > 0; m += random_int(r, 1, 8)) {
        labels_stairs_offer(s, &(struct labels_corner){m, t, 0, 0});
        t -= random_int(r, 1, 400 / (m + 5) + 2);
    }
    labels_stairs_settle(s);
}

/* The largest S(x) - L(x), rounded down, over every x. LABELS_GAP_UNKNOWN: some x has no S. -1: no x. */
static int64_t plain_gap(const struct labels_stairs *s, const struct labels_cost *c, const struct labels_item *hull,
                         int vertices) {
    int64_t gap = INT64_MIN;
    for (int64_t x = s->least; x <= s->most; x++) {
        const int64_t left = x - c->p - c->k;
        int at = -1, corner = -1;
        for (int i = 0; i < vertices && hull[i].cost.k <= left; i++) at = i;
        for (int i = 0; i < s->corners && s->corner[i].m <= x; i++) corner = i;
        if (at < 0) continue;
        if (corner < 0) return LABELS_GAP_UNKNOWN;
        int64_t bound = hull[at].cost.t;
        if (at + 1 < vertices) { /* rounded up: gaps are rounded down */
            const struct labels_cost *v = &hull[at].cost, *next = &hull[at + 1].cost;
            bound -= (v->t - next->t) * (left - v->k) / (next->k - v->k);
        }
        const int64_t here = s->corner[corner].t - c->t - bound;
        if (here > gap) gap = here;
    }
    return gap == INT64_MIN ? -1 : gap;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* Each label of a state has a hint from those before it. A gap that is too large is recognised, and of the others the
 * largest so far is right. Labels come by time, as in a search, mostly with fewer bytes than the one before. */
START_TEST(gaps_are_right_label_after_label) {
    struct random r = {171};
    int kept = 0, dropped = 0, nearly = 0;
    for (int trial = 0; trial < 4000; trial++) {
        struct labels_item hull[VERTICES];
        struct labels_stairs s;
        struct labels_hint hint = {0};
        const int vertices = any_hull(hull, &r), enough = trial % 3 == 0 ? 0 : random_int(&r, 0, 40);
        int64_t largest = 0, plain_largest = 0;
        any_stairs(&s, &r);
        int k = random_int(&r, 5, 90), t = random_int(&r, 0, 200);
        for (int label = 0; label < 20; label++) {
            const struct labels_cost c = {random_int(&r, 0, 3), k, t};
            const int64_t plain = plain_gap(&s, &c, hull, vertices);
            const int64_t gap = labels_stairs_gap(&s, &c, hull, vertices, enough, &hint);
            ck_assert_int_eq(gap > enough, plain > enough);
            ck_assert_int_eq(gap == LABELS_GAP_UNKNOWN, plain == LABELS_GAP_UNKNOWN);
            kept += plain > enough;
            dropped += plain <= enough;
            nearly += plain > 0 && plain <= enough;
            if (gap <= enough) {
                largest = larger(largest, gap);
                plain_largest = larger(plain_largest, plain);
                ck_assert_int_eq(largest, plain_largest);
            }
            k = k > 8 ? k - random_int(&r, -1, 8) : k;
            t += random_int(&r, 0, 12);
            if (random_int(&r, 0, 9) == 0) { /* a search makes the staircase better meanwhile */
                labels_stairs_offer(&s,
                                    &(struct labels_corner){random_int(&r, 10, 60), random_int(&r, 100, 300), 0, 0});
                labels_stairs_settle(&s);
            }
        }
        labels_stairs_free(&s);
    }
    ck_assert_int_gt(kept, 5000);
    ck_assert_int_gt(dropped, 5000);
    ck_assert_int_gt(nearly, 500);
}
END_TEST

enum { CROWD = 12 };

/* By time, mostly with fewer bytes than the one before. Returns how many. */
static int any_crowd(struct labels_item label[CROWD], struct random *r) {
    const int labels = random_int(r, 0, 3) == 0 ? 1 : random_int(r, 2, CROWD);
    int k = random_int(r, 5, 70), t = random_int(r, 0, 200);
    for (int i = 0; i < labels; i++) {
        label[i].cost = (struct labels_cost){random_int(r, 0, 6), k, t};
        k = k > 8 ? k - random_int(r, -1, 8) : k;
        t += random_int(r, 0, 12);
    }
    return labels;
}

/* The largest gap of all labels, each moved along the way. */
static int64_t plain_crowd(const struct labels_stairs *s, const struct labels_item *label, int labels,
                           const struct labels_cost *along, const struct labels_item *hull, int vertices,
                           int64_t least_peak) {
    int64_t gap = INT64_MIN;
    for (int i = 0; i < labels; i++) {
        const struct labels_cost *c = &label[i].cost;
        const struct labels_cost moved = {larger(larger(c->p, along->p), least_peak), c->k + along->k, c->t + along->t};
        gap = larger(gap, plain_gap(s, &moved, hull, vertices));
    }
    return gap;
}

/* A crowd is never dropped with a label in it that is needed; most that could be are, and one label is as by itself. */
START_TEST(a_crowd_is_dropped_only_if_each_of_it_is) {
    struct random r = {172};
    struct labels_crowd crowd = {0};
    int needed = 0, useless = 0, dropped = 0;
    for (int trial = 0; trial < 20000; trial++) {
        struct labels_item hull[VERTICES], label[CROWD];
        int first = 0, vertices = any_hull(hull, &r);
        const struct labels_hulls h = {.first = &first, .count = &vertices, .vertex = hull, .vertices = vertices};
        const int labels = any_crowd(label, &r), enough = trial % 2 == 0 ? 0 : random_int(&r, 0, 60);
        struct labels_stairs s;
        any_stairs(&s, &r);
        labels_crowd_begin(&crowd, label, labels);
        for (int way = 0; way < 3; way++) { /* the labels are the same for each */
            const struct labels_cost along = {random_int(&r, 0, 9), random_int(&r, 0, 9), random_int(&r, 0, 99)};
            const int64_t least_peak = random_int(&r, 0, 9);
            const int64_t plain = plain_crowd(&s, label, labels, &along, hull, vertices, least_peak);
            const int64_t gap = labels_crowd_gap(&crowd, &along, &s, &h, 0, least_peak, enough);
            if (plain > enough || labels == 1) ck_assert_int_eq(gap > enough, plain > enough);
            if (gap <= enough) ck_assert_int_ge(larger(gap, 0), plain);
            needed += labels > 1 && plain > enough;
            useless += labels > 1 && plain <= enough;
            dropped += labels > 1 && gap <= enough;
        }
        labels_stairs_free(&s);
    }
    labels_crowd_free(&crowd);
    ck_assert_int_gt(needed, 5000);
    ck_assert_int_gt(useless, 5000);
    ck_assert_int_gt(10 * dropped, 9 * useless);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("labels_stairs");
    TCase *tests = tcase_create("labels_stairs");
    tcase_add_test(tests, gaps_are_right_label_after_label);
    tcase_add_test(tests, a_crowd_is_dropped_only_if_each_of_it_is);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}

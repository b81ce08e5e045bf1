/* Integers without bounds: programs that branching does not settle, against divisors of minors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/random.h"
#include "solver/milp.h"
#include "tests/support/harness.h"

enum { ROWS = 3, COLS = 5, NODES = 3000 /* a limit for the test: searches that reach it would not end */ };

/* --- the oracle --- */

/* A x = b has an integer solution if and only if A and (A b) have the same rank r, and their minors of order r the same
 * greatest common divisor (Heger 1858; Schrijver 1986, corollary 4.1a and section 4.4). */

struct integer_system {
    int rows, cols;
    long long a[ROWS][COLS + 1]; /* the sides are column `cols` */
};

static long long gcd_of(long long a, long long b) {
    return b ? gcd_of(b, a % b) : llabs(a);
}

/* The minor of the rows in the set, by expansion along the first one; col has as many columns. */
static long long minor_of(const struct integer_system *s, unsigned rows, const int *col, int order) {
    if (order == 0) return 1;
    int first = 0, sign = 1;
    long long sum = 0;
    while (!(rows >> first & 1)) first++;
    for (int k = 0; k < order; k++, sign = -sign) {
        int rest[ROWS] = {0}, count = 0;
        for (int i = 0; i < order; i++)
            if (i != k) rest[count++] = col[i];
        sum += sign * s->a[first][col[k]] * minor_of(s, rows & ~(1u << first), rest, order - 1);
    }
    return sum;
}

/* Greatest common divisor of the minors of this order in the first `cols` columns; 0 where all are 0. */
static long long divisor_of(const struct integer_system *s, int cols, int order) {
    long long divisor = 0;
    for (unsigned rows = 0; rows < 1u << s->rows; rows++)
        for (unsigned set = 0; set < 1u << cols; set++) {
            int col[COLS + 1], count = 0, height = 0;
            for (int i = 0; i < s->rows; i++) height += rows >> i & 1;
            for (int j = 0; j < cols; j++)
                if (set >> j & 1) col[count++] = j;
            if (height == order && count == order) divisor = gcd_of(divisor, minor_of(s, rows, col, order));
        }
    return divisor;
}

static bool has_integers(const struct integer_system *s) {
    int order = s->rows;
    while (order > 0 && divisor_of(s, s->cols + 1, order) == 0) order--;
    return divisor_of(s, s->cols, order) == divisor_of(s, s->cols + 1, order);
}

/* The same with the last `boxed` columns from 0 to `range`: each value is tried. */
static bool has_integers_boxed(struct integer_system s, int boxed, int range) {
    if (boxed == 0) return has_integers(&s);
    bool any = false;
    for (int v = 0; v <= range && !any; v++) {
        struct integer_system less = s;
        for (int i = 0; i < s.rows; i++) less.a[i][s.cols - 1] = s.a[i][s.cols] - v * s.a[i][s.cols - 1];
        less.cols--;
        any = has_integers_boxed(less, boxed - 1, range);
    }
    return any;
}

/* --- programs --- */

static struct integer_system random_system(struct random *r) {
    static const int sizes[] = {3, 9, 30};
    struct integer_system s = {random_int(r, 1, ROWS), 0, {{0}}};
    int size = sizes[random_int(r, 0, 2)], common = random_int(r, 0, 1) ? 1 : random_int(r, 2, 4);
    s.cols = random_int(r, s.rows, COLS);
    for (int i = 0; i < s.rows; i++)
        for (int j = 0; j <= s.cols; j++)
            s.a[i][j] = random_int(r, 0, 3) ? random_int(r, -size, size) * (j < s.cols ? common : 1) : 0;
    return s;
}

static struct model *model_of(const struct integer_system *s, struct random *r, int boxed, int range) {
    static const double factors[] = {1, 0.5, 0.1, 3, 0.01};
    struct model *m = model_new();
    struct error err;
    for (int j = 0; j < s->cols; j++) {
        bool box = j >= s->cols - boxed;
        model_add_column(m, NULL, 0, box ? 0 : -MODEL_INFINITY, box ? range : MODEL_INFINITY, true);
    }
    for (int i = 0; i < s->rows; i++) {
        double factor = factors[random_int(r, 0, 4)], side = factor * (double)s->a[i][s->cols];
        model_add_row(m, NULL, side, side);
        for (int j = 0; j < s->cols; j++)
            if (s->a[i][j]) model_add_entry(m, i, j, factor * (double)s->a[i][j]);
    }
    ck_assert_msg(model_finish(m, &err), "%s", err.text);
    return m;
}

static void print_system(const struct integer_system *s) {
    for (int i = 0; i < s->rows; i++) {
        for (int j = 0; j < s->cols; j++) printf(" %+lld x%d", s->a[i][j], j);
        printf(" = %lld\n", s->a[i][s->cols]);
    }
}

static long from_environment(const char *name, long otherwise) {
    const char *text = getenv(name);
    return text ? atol(text) : otherwise;
}

static void compare(int boxed, int range) {
    long count = from_environment("TASO_RANDOM", 300), seen[2] = {0}, faults = 0;
    for (long seed = 1; seed <= count; seed++) {
        struct random r = {(uint64_t)seed * 1000003 + (uint64_t)boxed};
        struct integer_system s = random_system(&r);
        int boxes = boxed < s.cols ? boxed : s.cols - 1;
        struct model *m = model_of(&s, &r, boxes, range);
        bool truth = has_integers_boxed(s, boxes, range);
        for (int presolve = 0; presolve < 2; presolve++) {
            struct options o = options_default();
            o.presolve = presolve;
            o.node_limit = NODES;
            struct milp_result *found = milp_solve(m, &o, NULL);
            bool right =
                found->status == (truth ? MILP_OPTIMAL : MILP_INFEASIBLE) && (!truth || found->violation <= 1e-6);
            if (!right) {
                printf("FAULT: seed %ld, presolve %d, %d boxed: %s, but it is %s\n", seed, presolve, boxes,
                       milp_status_names[found->status], truth ? "feasible" : "infeasible");
                print_system(&s);
            }
            faults += !right;
            milp_result_free(found);
        }
        seen[truth]++;
        model_free(m);
    }
    printf("%d boxed: %ld feasible, %ld infeasible, %ld wrong\n", boxed, seen[1], seen[0], faults);
    fflush(stdout);
    ck_assert_int_eq(faults, 0);
    ck_assert_int_gt(seen[0], count / 5);
    ck_assert_int_gt(seen[1], count / 20);
}

START_TEST(equations_over_all_integers_are_settled) {
    compare(0, 0);
}
END_TEST

START_TEST(equations_with_some_integers_of_small_range_are_settled_too) {
    compare(_i, 3);
}
END_TEST

/* --- rows that are no equations --- */

struct entry {
    int row, col;
    double value;
};
static const struct {
    const char *what;
    double lower[4], upper[4]; /* of the columns; the last one is continuous */
    double low[2], high[2];    /* of the rows */
    struct entry entry[8];
    enum milp_status status;
} settled[] = {
#define OPEN MODEL_INFINITY
    {"4y - z = 0, 8x + z = -19",
     {-OPEN, -OPEN, -OPEN, 0},
     {OPEN, OPEN, OPEN, 0},
     {0, -19},
     {0, -19},
     {{0, 1, 4}, {0, 2, -1}, {1, 0, 8}, {1, 2, 1}},
     MILP_INFEASIBLE},
    {"the same within a million",
     {-1e6, -1e6, -1e6, 0},
     {1e6, 1e6, 1e6, 0},
     {0, -19},
     {0, -19},
     {{0, 1, 4}, {0, 2, -1}, {1, 0, 8}, {1, 2, 1}},
     MILP_INFEASIBLE},
    {"x + 3.5y - 7z = 1.2, x <= 0.4",
     {-OPEN, -OPEN, -OPEN, 0},
     {0.4, OPEN, OPEN, 0},
     {1.2, -OPEN},
     {1.2, OPEN},
     {{0, 0, 1}, {0, 1, 3.5}, {0, 2, -7}},
     MILP_INFEASIBLE},
    {"1 <= 3x - 6y <= 2",
     {-OPEN, -OPEN, 0, 0},
     {OPEN, OPEN, 0, 0},
     {1, -OPEN},
     {2, OPEN},
     {{0, 0, 3}, {0, 1, -6}},
     MILP_INFEASIBLE},
    {"3x - 6y >= 1, -x + 2y >= -2/3",
     {-OPEN, -OPEN, 0, 0},
     {OPEN, OPEN, 0, 0},
     {1, -0.66},
     {OPEN, OPEN},
     {{0, 0, 3}, {0, 1, -6}, {1, 0, -1}, {1, 1, 2}},
     MILP_INFEASIBLE},
    {"3x - 6y + w = 1.5, 0 <= w <= 1",
     {-OPEN, -OPEN, 0, 0},
     {OPEN, OPEN, 0, 1},
     {1.5, -OPEN},
     {1.5, OPEN},
     {{0, 0, 3}, {0, 1, -6}, {0, 3, 1}},
     MILP_INFEASIBLE},
    {"3x - 6y + w = 1.5, 0 <= w <= 2",
     {-OPEN, -OPEN, 0, 0},
     {OPEN, OPEN, 0, 2},
     {1.5, -OPEN},
     {1.5, OPEN},
     {{0, 0, 3}, {0, 1, -6}, {0, 3, 1}},
     MILP_OPTIMAL},
    {"x + 7y - 14z = 3, 4 <= x <= 6",
     {4, -OPEN, -OPEN, 0},
     {6, OPEN, OPEN, 0},
     {3, -OPEN},
     {3, OPEN},
     {{0, 0, 1}, {0, 1, 7}, {0, 2, -14}},
     MILP_INFEASIBLE},
    {"1 <= x + 7y - 14z <= 3, 4 <= x <= 6",
     {4, -OPEN, -OPEN, 0},
     {6, OPEN, OPEN, 0},
     {1, -OPEN},
     {3, OPEN},
     {{0, 0, 1}, {0, 1, 7}, {0, 2, -14}},
     MILP_INFEASIBLE},
    {"0.1x + 0.2y = 0.3",
     {-OPEN, -OPEN, 0, 0},
     {OPEN, OPEN, 0, 0},
     {0.3, -OPEN},
     {0.3, OPEN},
     {{0, 0, 0.1}, {0, 1, 0.2}},
     MILP_OPTIMAL},
    {"0.2x + 0.4y = 0.3",
     {-OPEN, -OPEN, 0, 0},
     {OPEN, OPEN, 0, 0},
     {0.3, -OPEN},
     {0.3, OPEN},
     {{0, 0, 0.2}, {0, 1, 0.4}},
     MILP_INFEASIBLE},
#undef OPEN
};

START_TEST(divisors_and_bounds_settle_rows) {
    struct model *m = model_new();
    struct error err;
    for (int j = 0; j < 4; j++) model_add_column(m, NULL, j == 1, settled[_i].lower[j], settled[_i].upper[j], j < 3);
    for (int i = 0; i < 2; i++) model_add_row(m, NULL, settled[_i].low[i], settled[_i].high[i]);
    for (const struct entry *e = settled[_i].entry; e < settled[_i].entry + 8 && e->value != 0; e++)
        model_add_entry(m, e->row, e->col, e->value);
    ck_assert(model_finish(m, &err));
    if (settled[_i].status == MILP_OPTIMAL) m->cost[1] = 0;
    for (int presolve = 0; presolve < 2; presolve++) {
        struct options o = options_default();
        o.presolve = presolve;
        o.node_limit = NODES;
        struct milp_result *r = milp_solve(m, &o, NULL);
        ck_assert_msg(r->status == settled[_i].status, "%s, presolve %d: %s", settled[_i].what, presolve,
                      milp_status_names[r->status]);
        milp_result_free(r);
    }
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("lattice");
    TCase *t = tcase_create("lattice");
    if (getenv("TASO_RANDOM")) tcase_set_timeout(t, 0);
    tcase_add_test(t, equations_over_all_integers_are_settled);
    tcase_add_loop_test(t, equations_with_some_integers_of_small_range_are_settled_too, 1, 3);
    tcase_add_loop_test(t, divisors_and_bounds_settle_rows, 0, sizeof settled / sizeof settled[0]);
    suite_add_tcase(s, t);
    return harness_run(s);
}

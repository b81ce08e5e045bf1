/* Ranges of costs, sides and bounds: within a range the exact oracle, solving again, finds the objective on the line
 * that the range promises; just beyond, the basis is no longer optimal, by a dense computation. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/sensitivity.h"
#include "tests/support/exact_lp.h"
#include "tests/support/json.h"
#include "tests/support/small_lp.h"

#define BEYOND 1e-3 /* of a number's size and 1 */
#define HAIR   1e-9 /* by which ends are rounded at most */
#define ZERO   1e-7

/* Whether the basis is optimal for m: x_B within bounds and d with its signs, by elimination. */
static bool basis_is_optimal(const struct model *m, const unsigned char *place) {
    static struct oracle o;
    int basic[ORACLE_SIZE], count = 0;
    double a[ORACLE_SIZE][ORACLE_SIZE + 1] = {{0}};
    oracle_read(&o, m, 1);
    for (int v = 0; v < o.all; v++) {
        o.place[v] = place[v];
        if (place[v] == PLACE_BASIC) basic[count++] = v;
        if (place[v] != PLACE_BASIC && o.lower[v] > o.upper[v]) return false;
    }
    ck_assert_int_eq(count, o.rows);
    if (!oracle_primal_fits(&o, basic)) return false;
    for (int k = 0; k < o.rows; k++) {
        for (int i = 0; i < o.rows; i++) a[k][i] = o.column[basic[k]][i];
        a[k][o.rows] = o.cost[basic[k]];
    }
    ck_assert(oracle_solve(a, o.rows, o.y));
    for (int v = 0; v < o.all; v++) {
        double d = o.cost[v];
        for (int i = 0; i < o.rows; i++) d -= o.y[i] * o.column[v][i];
        if (place[v] == PLACE_BASIC || o.lower[v] == o.upper[v]) continue;
        if ((place[v] != PLACE_UPPER && d < -ZERO) || (place[v] != PLACE_LOWER && d > ZERO)) return false;
    }
    return true;
}

/* The numbers that one range is of: one, or the two sides of an equation. */
struct moved {
    double *number[2];
};

static void moved_set(const struct moved *n, double value) {
    *n->number[0] = value;
    if (n->number[1]) *n->number[1] = value;
}

/* One range of m, whose number is `now` and moves the objective by `slope`. */
static void check_range(struct model *m, const struct sensitivity *s, const struct moved *n,
                        const struct sensitivity_range *range, double slope, const char *about) {
    double now = *n->number[0], end[2] = {range->from, range->to};
    for (int e = 0; e < 2; e++) {
        bool open = !isfinite(end[e]);
        double side = e ? 1 : -1, hair = fmin(fabs(end[e] - now), HAIR * (1 + fabs(end[e])));
        double at[2] = {open ? now + side * 7 : end[e] - side * hair, open ? now + side * 1000 : (now + end[e]) / 2};
        ck_assert_msg(open == ((e ? range->to_by : range->from_by) < 0), "%s: what limits %g?", about, end[e]);
        for (int k = 0; k < 2; k++) {
            moved_set(n, at[k]);
            struct exact_answer again = exact_solve(m, 0);
            double promised = s->objective + slope * (at[k] - now);
            double objective = (m->maximize ? -again.objective : again.objective) + m->offset;
            ck_assert_msg(again.status == EXACT_OPTIMAL, "%s at %.17g: %s", about, at[k],
                          exact_status_names[again.status]);
            ck_assert_msg(fabs(objective - promised) <= 1e-6 * (1 + fabs(promised)), "%s at %g: %g, not %g", about,
                          at[k], objective, promised);
        }
        if (!open) {
            moved_set(n, end[e] + side * BEYOND * (1 + fabs(end[e])));
            ck_assert_msg(!basis_is_optimal(m, s->place), "%s: optimal beyond %.12g", about, end[e]);
        }
        moved_set(n, now);
    }
    ck_assert_msg(range->from <= now && now <= range->to, "%s: %g is not in %g to %g", about, now, range->from,
                  range->to);
}

static struct moved side_of(struct model *m, int v, bool lower, bool both) {
    double *low = v < m->cols ? &m->lower[v] : &m->row_lower[v - m->cols];
    double *high = v < m->cols ? &m->upper[v] : &m->row_upper[v - m->cols];
    return both ? (struct moved){{low, high}} : (struct moved){{lower ? low : high, NULL}};
}

static int check_ranges(struct model *m, const struct sensitivity *s, long seed) {
    char about[96];
    int checked = 0;
    for (int j = 0; j < m->cols; j++) {
        struct moved n = {{&m->cost[j], NULL}};
        snprintf(about, sizeof about, "seed %ld, cost %d", seed, j);
        check_range(m, s, &n, &s->cost[j], s->x[j], about);
    }
    for (int v = 0; v < m->cols + m->rows; v++) {
        if (s->place[v] == PLACE_BASIC || s->place[v] == PLACE_ZERO) continue;
        double lower = v < m->cols ? m->lower[v] : m->row_lower[v - m->cols];
        double upper = v < m->cols ? m->upper[v] : m->row_upper[v - m->cols];
        struct moved n = side_of(m, v, s->place[v] == PLACE_LOWER, lower == upper);
        snprintf(about, sizeof about, "seed %ld, side %d of %d + %d", seed, v, m->cols, m->rows);
        check_range(m, s, &n, &s->side[v], s->dual[v], about);
        checked++;
    }
    return checked;
}

static bool sensitivity_of(struct sensitivity *s, struct milp_result **r, const struct model *m) {
    struct options o = options_default();
    struct limits limits = limits_none();
    struct error err = {""};
    *r = milp_solve(m, &o, NULL);
    if ((*r)->status != MILP_OPTIMAL) return false;
    ck_assert_msg(sensitivity_init(s, m, *r, &o, &limits, &err), "%s", err.text);
    return true;
}

START_TEST(at_the_ends_of_every_range_the_oracle_agrees_and_beyond_the_basis_does_not) {
    int models = 0, checked = 0;
    for (long seed = 1; seed <= fuzz(500); seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = random_model(&r, 0, 5, 6);
        struct milp_result *result;
        struct sensitivity s;
        if (sensitivity_of(&s, &result, m)) {
            ck_assert_msg(basis_is_optimal(m, s.place), "seed %ld", seed);
            checked += check_ranges(m, &s, seed);
            sensitivity_free(&s);
            models++;
        }
        milp_result_free(result);
        model_free(m);
    }
    ck_assert_int_gt(models, (int)fuzz(500) / 12);
    ck_assert_int_gt(checked, 3 * models);
}
END_TEST

/* max 3 x + 5 y: x <= 4, 2 y <= 12, 3 x + 2 y <= 18 (Hillier and Lieberman, Wyndor Glass): optimum 36 at (2, 6); the
 * book's ranges: costs 0 to 7.5 and 2 to infinity; sides 2 to infinity, 6 to 18, 12 to 24. */
static const char wyndor[] = "max\n 3 x + 5 y\nst\n p: x <= 4\n q: 2 y <= 12\n r: 3 x + 2 y <= 18\nend\n";

static struct harness_output ran;

static bool has_row(const char *text) {
    return strstr(ran.out, text) != NULL;
}

START_TEST(the_command_prints_the_ranges_of_a_textbook) {
    char arguments[512];
    const char *path = harness_scratch("wyndor.lp", wyndor);
    snprintf(arguments, sizeof arguments, "%s --sensitivity", path);
    harness_command(&ran, "milp", arguments);
    ck_assert_int_eq(ran.status, 0);
    ck_assert_msg(has_row("\nx\tbasic\t2\t3\t0\t0\t7.5\t30\t45\tq\tq\n") ||
                      has_row("\nx\tbasic\t2\t3\t0\t0\t7.5\t30\t45\tr\tq\n"),
                  "%s", ran.out);
    ck_assert_msg(has_row("\ny\tbasic\t6\t5\t0\t2\tinf\t18\tinf\tq\t-\n"), "%s", ran.out);
    ck_assert_msg(has_row("\np\tupper\t2\t4\t0\t2\tinf\t36\t36\tp\t-\n"), "%s", ran.out);
    ck_assert_msg(has_row("\nq\tupper\t12\t12\t1.5\t6\t18\t27\t45\tp\tx\n"), "%s", ran.out);
    ck_assert_msg(has_row("\nr\tupper\t18\t18\t1\t12\t24\t30\t42\tx\tp\n"), "%s", ran.out);
    snprintf(arguments, sizeof arguments, "%s --sensitivity --json", path);
    harness_command(&ran, "milp", arguments);
    struct json j = {.at = ran.out};
    ck_assert_msg(json_read(&j), "not JSON at: %.60s", j.at);
    ck_assert_msg(has_row("\"cost\": 3, \"reduced_cost\": 0, \"from\": 0, \"to\": 7.5"), "%s", ran.out);
    harness_forget(path);
}
END_TEST

START_TEST(programs_with_integers_and_answers_without_an_optimum) {
    char arguments[512];
    const char *path = harness_scratch("i.lp", "max\n x\nst\n r: 2 x <= 7\ngeneral\n x\nend\n");
    snprintf(arguments, sizeof arguments, "%s --sensitivity", path);
    harness_command(&ran, "milp", arguments);
    ck_assert_int_eq(ran.status, 2);
    ck_assert_msg(strstr(ran.err, "--sensitivity: the program has integers, whose optimum has no basis") != NULL, "%s",
                  ran.err);
    ck_assert_str_eq(ran.out, "");
    snprintf(arguments, sizeof arguments, "%s --sensitivity --relax", path);
    harness_command(&ran, "milp", arguments);
    ck_assert(ran.status == 0 && has_row("\nr\tupper\t7\t7\t0.5\t0\tinf\t0\tinf\tx\t-\n"));
    harness_forget(path);
    path = harness_scratch("e.lp", "min\n x\nst\n r: x >= 3\n s: x <= 2\nend\n");
    snprintf(arguments, sizeof arguments, "%s --sensitivity", path);
    harness_command(&ran, "milp", arguments);
    ck_assert(ran.status == 3 && !strchr(ran.out, '\t'));
    harness_forget(path);
}
END_TEST

START_TEST(a_limit_ends_it_with_an_error) {
    struct random r = {3};
    struct options o = options_default();
    struct limits limits = limits_none();
    struct error err = {""};
    struct model *m = random_model(&r, 0, 5, 6);
    struct milp_result *result = milp_solve(m, &o, NULL);
    struct sensitivity s;
    while (result->status != MILP_OPTIMAL) {
        milp_result_free(result);
        model_free(m);
        m = random_model(&r, 0, 5, 6);
        result = milp_solve(m, &o, NULL);
    }
    limits.deadline = 0;
    ck_assert(!sensitivity_init(&s, m, result, &o, &limits, &err));
    ck_assert_msg(strstr(err.text, "stopped at a limit") != NULL, "%s", err.text);
    sensitivity_free(&s);
    milp_result_free(result);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("sensitivity");
    TCase *t = tcase_create("sensitivity");
    tcase_add_test(t, at_the_ends_of_every_range_the_oracle_agrees_and_beyond_the_basis_does_not);
    tcase_add_test(t, the_command_prints_the_ranges_of_a_textbook);
    tcase_add_test(t, programs_with_integers_and_answers_without_an_optimum);
    tcase_add_test(t, a_limit_ends_it_with_an_error);
    suite_add_tcase(s, t);
    return harness_run(s);
}

/* Small random programs of every difficult kind against exact fractions: not one wrong status or value.
 *
 * A fixed sample here. More: TASO_RANDOM=7000 TASO_SEED=1 build/tests/test_random runs that many per class from that
 * seed. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/milp.h"
#include "tests/support/exact_lp.h"
#include "tests/support/random_programs.h"
#include "tests/support/structured_programs.h"

#define VIOLATION 1e-6 /* absolute, of rows, bounds and integrality as read: what milp promises */
#define CLOSE     1e-6 /* relative, of objectives */

enum { SAMPLE = 80, STRUCTURED_SAMPLE = 200 }; /* programs per class, per family */

static const char *const settings[] = {"",
                                       "presolve=off",
                                       "method=primal",
                                       "presolve=off cut_rounds=0",
                                       "perturb=off bound_flipping=off",
                                       "branching=first rins=off diving=off",
                                       "presolve=off pricing=devex scaling=off",
                                       "threads=2"};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static struct options options_of(const char *assignments) {
    struct options o = options_default();
    struct error err;
    char copy[128];
    snprintf(copy, sizeof copy, "%s", assignments);
    for (char *at = strtok(copy, " "); at; at = strtok(NULL, " "))
        ck_assert_msg(options_set(&o, at, &err), "%s", err.text);
    o.node_limit = 100000;
    return o;
}

static void print_program(const struct model *m) {
    printf("%s offset %g\n", m->maximize ? "max" : "min", m->offset);
    for (int j = 0; j < m->cols; j++) {
        printf("  x%d%s cost %.17g [%.17g, %.17g]:", j, m->integer[j] ? " integer" : "", m->cost[j], m->lower[j],
               m->upper[j]);
        for (long k = m->start[j]; k < m->start[j + 1]; k++) printf(" r%d %.17g", m->index[k], m->value[k]);
        printf("\n");
    }
    for (int i = 0; i < m->rows; i++) printf("  r%d [%.17g, %.17g]\n", i, m->row_lower[i], m->row_upper[i]);
}

static bool close_to(double a, double b) {
    return fabs(a - b) <= CLOSE * fmax(1, fabs(b));
}

/* The effect of rounding x to doubles on a row: negligible except for terms of 1e9. */
static double noise_of(const struct model *m, const double *x) {
    double largest = 0;
    for (int i = 0; i < m->rows; i++) {
        double size = 0;
        for (int j = 0; j < m->cols; j++)
            for (long k = m->start[j]; k < m->start[j + 1]; k++)
                if (m->index[k] == i) size += fabs(m->value[k] * x[j]);
        largest = fmax(largest, size);
    }
    return 16 * DBL_EPSILON * largest;
}

typedef struct exact_answer exact_oracle(const struct model *m, double slack);

/* An optimum is claimed if the gap is within its limits. */
static bool gap_is_closed(const struct milp_result *r, const struct options *o) {
    double gap = fabs(r->objective - r->bound);
    return gap <= fmax(o->gap_abs, o->gap_rel * fabs(r->objective)) * (1 + 1e-6);
}

/* NULL if the answer is the exact one; *tolerated if it is only that of a program whose sides are wider by VIOLATION: a
 * point that violates a row of coefficients 1e-4 by less than that is a solution by the solver's promise. */
static const char *fault_of(const struct model *m, const struct milp_result *r, const struct options *o,
                            exact_oracle *oracle, const struct exact_answer *truth, bool *tolerated) {
    double sign = m->maximize ? -1 : 1, found = sign * (r->objective - m->offset);
    *tolerated = false;
    if (r->x && model_violation(m, r->x) > VIOLATION + noise_of(m, r->x)) return "the solution does not hold";
    if (r->x && !close_to(model_objective(m, r->x), r->objective)) return "the objective is not the solution's";
    switch (r->status) {
    case MILP_INFEASIBLE: return truth->status == EXACT_INFEASIBLE ? NULL : "called infeasible, which it is not";
    case MILP_UNBOUNDED: return truth->status == EXACT_UNBOUNDED ? NULL : "called unbounded, which it is not";
    case MILP_OPTIMAL: break;
    case MILP_TIME_LIMIT:
    case MILP_NODE_LIMIT:
    case MILP_ITERATION_LIMIT:
    case MILP_INTERRUPTED:
    case MILP_NUMERICAL: return "no answer";
    }
    if (!r->x) return "an optimum without a solution";
    if (!gap_is_closed(r, o)) return "an optimum with a gap";
    if (truth->status == EXACT_OPTIMAL && close_to(found, truth->objective)) return NULL;
    if (truth->status == EXACT_OPTIMAL && found > truth->objective) return "not the optimum";
    struct exact_answer wide = oracle(m, VIOLATION);
    *tolerated = true;
    if (truth->status == EXACT_UNBOUNDED || wide.status == EXACT_INFEASIBLE) return "an optimum where there is none";
    if (wide.status == EXACT_OPTIMAL && found < wide.objective && !close_to(found, wide.objective))
        return "better than can be";
    return NULL;
}

static long from_environment(const char *name, long otherwise) {
    const char *text = getenv(name);
    return text ? atol(text) : otherwise;
}

/* Half of the programs with default options. */
static const char *setting_of(long seed) {
    return settings[seed % 2 ? 0 : seed / 2 % SETTINGS];
}

struct tally {
    long truth[3], tolerated, faults;
};

static void one_program(struct tally *tally, const char *kind, struct model *m, exact_oracle *oracle, long seed) {
    const char *set = setting_of(seed);
    struct options o = options_of(set);
    struct exact_answer truth = oracle(m, 0);
    struct milp_result *r = milp_solve(m, &o, NULL);
    bool tolerated;
    const char *fault = fault_of(m, r, &o, oracle, &truth, &tolerated);
    if (fault) {
        printf("FAULT: %s, seed %ld, options '%s': %s\n", kind, seed, set, fault);
        print_program(m);
        printf("found %s %.17g, bound %.17g, truth %s %.17g\n", milp_status_names[r->status], r->objective, r->bound,
               exact_status_names[truth.status], (m->maximize ? -1 : 1) * truth.objective + m->offset);
    }
    tally->truth[truth.status]++;
    tally->tolerated += tolerated;
    tally->faults += fault != NULL;
    milp_result_free(r);
    model_free(m);
}

static void tally_report(const struct tally *t, const char *kind, long first, long count) {
    printf("%s, seeds %ld to %ld: %ld optimal, %ld infeasible, %ld unbounded; %ld right only within the tolerance, %ld "
           "wrong\n",
           kind, first, first + count - 1, t->truth[EXACT_OPTIMAL], t->truth[EXACT_INFEASIBLE],
           t->truth[EXACT_UNBOUNDED], t->tolerated, t->faults);
    fflush(stdout);
    ck_assert_int_eq(t->faults, 0);
}

START_TEST(answers_are_exact) {
    const struct program_class *c = &program_classes[_i];
    long count = from_environment("TASO_RANDOM", SAMPLE), first = from_environment("TASO_SEED", 1);
    struct tally t = {{0}, 0, 0};
    for (long seed = first; seed < first + count; seed++) {
        struct model *m = program_random((uint64_t)seed * 1000003 + (uint64_t)(c - program_classes), c);
        one_program(&t, c->name, m, exact_solve, seed);
    }
    tally_report(&t, c->name, first, count);
    if (count < SAMPLE) return;
    ck_assert_int_gt(t.truth[EXACT_OPTIMAL], 0);
    ck_assert_int_gt(t.truth[EXACT_INFEASIBLE], 0);
}
END_TEST

START_TEST(answers_of_structured_programs_are_exact) {
    const struct structured_family *f = &structured_families[_i];
    long count = from_environment("TASO_RANDOM", STRUCTURED_SAMPLE), first = from_environment("TASO_SEED", 1);
    struct tally t = {{0}, 0, 0};
    for (long seed = first; seed < first + count; seed++) {
        struct random r = {(uint64_t)seed * 1000003 + (uint64_t)_i};
        one_program(&t, f->name, f->make(&r), f->truth, seed);
    }
    tally_report(&t, f->name, first, count);
    if (count >= STRUCTURED_SAMPLE) ck_assert_int_gt(t.truth[EXACT_OPTIMAL], count / 3);
}
END_TEST

/* Polishing may leave a gap between the limits and the accuracy of the bound: it is no larger than what is claimed. */
START_TEST(a_gap_that_polishing_leaves_is_within_its_limits) {
    const long mixed_seed = 31001981, structured_seed = 31001772;
    const struct program_class *c = &program_classes[11];
    const struct structured_family *f = &structured_families[2];
    struct tally t = {{0}, 0, 0};
    struct random r = {(uint64_t)structured_seed * 1000003 + 2};
    one_program(&t, c->name, program_random((uint64_t)mixed_seed * 1000003 + 11, c), exact_solve, mixed_seed);
    one_program(&t, f->name, f->make(&r), f->truth, structured_seed);
    ck_assert_int_eq(t.faults, 0);
    ck_assert_int_eq(t.truth[EXACT_OPTIMAL], 2);
}
END_TEST

/* Rows that are violated by far less than the tolerance, but have high prices: the objective gains more than the gap
 * allows, in a pure search as well as in one after presolve. */
START_TEST(no_gap_is_left_where_slight_violations_have_high_prices) {
    static const long seeds[] = {31000070, 31002079};
    const struct program_class *c = &program_classes[12];
    struct tally t = {{0}, 0, 0};
    for (int k = 0; k < 2; k++)
        one_program(&t, c->name, program_random((uint64_t)seeds[k] * 1000003 + 12, c), exact_solve, seeds[k]);
    ck_assert_int_eq(t.faults, 0);
    ck_assert_int_eq(t.truth[EXACT_OPTIMAL], 2);
}
END_TEST

/* Classes in other units. Terms of 1e9 cancel in the sides of a row: what is left is rounding, and contradicts nothing.
 * Refinement in long double diverges from one basis, and begins again from another. A dual within the tolerance has the
 * wrong sign in a row whose activity has the size 1e9. */
static const struct {
    const char *what;
    int class, row_scale, col_scale;
    long seed;
} in_other_units[] = {
    {"terms of 1e9 cancel", 13, 100000000, 1, 62001069},
    {"refinement diverges", 11, 100000000, 2000000000, 91008978},
    {"a long way to go", 7, 100000000, 2000000000, 95006332},
    {"a long way to go, mixed", 12, 2000000000, 2000000000, 91007452},
};
enum { IN_OTHER_UNITS = sizeof in_other_units / sizeof in_other_units[0] };

START_TEST(optima_in_other_units_are_found) {
    int class = in_other_units[_i].class;
    struct program_class c = program_classes[class];
    long seed = in_other_units[_i].seed;
    struct tally t = {{0}, 0, 0};
    c.row_scale = in_other_units[_i].row_scale;
    c.col_scale = in_other_units[_i].col_scale;
    struct model *m = program_random((uint64_t)seed * 1000003 + (uint64_t) class, &c);
    one_program(&t, in_other_units[_i].what, m, exact_solve, seed);
    ck_assert_int_eq(t.faults, 0);
    ck_assert_int_eq(t.truth[EXACT_OPTIMAL], 1);
}
END_TEST

int main(void) {
    Suite *s = suite_create("random");
    TCase *t = tcase_create("random");
    if (getenv("TASO_RANDOM")) tcase_set_timeout(t, 0);
    tcase_add_loop_test(t, answers_are_exact, 0, PROGRAM_CLASSES);
    tcase_add_loop_test(t, answers_of_structured_programs_are_exact, 0, STRUCTURED_FAMILIES);
    tcase_add_test(t, a_gap_that_polishing_leaves_is_within_its_limits);
    tcase_add_test(t, no_gap_is_left_where_slight_violations_have_high_prices);
    tcase_add_loop_test(t, optima_in_other_units_are_found, 0, IN_OTHER_UNITS);
    suite_add_tcase(s, t);
    return harness_run(s);
}

/* Row activities, duals and reduced costs as `--solution` files state them, read here by another parser: signs,
 * complementary slackness and the dual objective, which has to be the optimum of an exact oracle. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/io/mps.h"
#include "solver/solution.h"
#include "tests/support/exact_lp.h"
#include "tests/support/small_lp.h"

/* The numbers of a file, which lists rows and columns in the model's order. */
struct stated {
    char of[32];
    double *x, *activity, *y, *d;
    int values, rows, reduced;
    bool dashes; /* a row without a dual */
};

static double last_number(char *line) {
    char *blank = strrchr(line, ' '), *end;
    ck_assert_ptr_nonnull(blank);
    double value = strtod(blank + 1, &end);
    ck_assert_msg(*end == '\0' && end > blank + 1, "%s", line);
    *blank = '\0';
    return value;
}

static void stated_read(struct stated *s, const char *path, const struct model *m) {
    char line[1024];
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    *s = (struct stated){.x = MEMORY_NEW(double, m->cols), .activity = MEMORY_NEW(double, m->rows)};
    s->y = MEMORY_NEW(double, m->rows);
    s->d = MEMORY_NEW(double, m->cols);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        size_t length = strlen(line);
        if (strncmp(line, "# row: ", 7) == 0) {
            bool dash = strcmp(line + length - 2, " -") == 0;
            if (dash)
                line[length - 2] = '\0', s->dashes = true;
            else
                s->y[s->rows] = last_number(line);
            s->activity[s->rows++] = last_number(line);
        } else if (strncmp(line, "# reduced-cost: ", 16) == 0) {
            s->d[s->reduced++] = last_number(line);
        } else if (line[0] != '#') {
            s->x[s->values++] = last_number(line);
        }
        if (strncmp(line, "# duals: ", 9) == 0) snprintf(s->of, sizeof s->of, "%.30s", line + 9);
    }
    fclose(file);
}

static void stated_free(struct stated *s) {
    free(s->x);
    free(s->activity);
    free(s->y);
    free(s->d);
}

/* The side of a variable that its multiplier is about, and how far `at` is from it: slackness. */
static double side_of(double multiplier, double lower, double upper, double at, double *off) {
    double side = multiplier > 0 ? lower : upper;
    *off = fabs(side) >= MODEL_INFINITY ? INFINITY : fabs(at - side);
    return side;
}

/* Signs and slackness hold to `tolerance`, and the dual objective is `optimum`. */
static void check_duals(const struct stated *s, const struct model *m, const char *about, double optimum,
                        double tolerance) {
    double sign = m->maximize ? -1 : 1, off;
    long double sum = m->offset, size = 1 + fabs(optimum);
    ck_assert_int_eq(s->rows, m->rows);
    ck_assert_int_eq(s->reduced, m->cols);
    long double *activity = MEMORY_NEW(long double, m->rows);
    for (int j = 0; j < m->cols; j++) {
        long double d = m->cost[j], terms = 1 + fabs(m->cost[j]);
        for (long k = m->start[j]; k < m->start[j + 1]; k++) {
            d -= (long double)m->value[k] * s->y[m->index[k]];
            terms += fabsl((long double)m->value[k] * s->y[m->index[k]]);
            activity[m->index[k]] += (long double)m->value[k] * s->x[j];
        }
        ck_assert_msg(fabsl(d - s->d[j]) <= 1e-12 * terms, "%s: d%d is %g, not %Lg", about, j, s->d[j], d);
        if (fabs(s->d[j]) <= tolerance * (double)terms) {
            sum += (long double)s->d[j] * s->x[j];
            continue;
        }
        double whole = nearbyint(s->x[j]);
        double side =
            m->integer[j] ? (off = 0, whole) : side_of(sign * s->d[j], m->lower[j], m->upper[j], s->x[j], &off);
        ck_assert_msg(off <= tolerance * (1 + fabs(side)), "%s: d%d %g, but x is %g off", about, j, s->d[j], off);
        sum += (long double)s->d[j] * side;
        size += fabsl((long double)s->d[j] * side);
    }
    for (int i = 0; i < m->rows; i++) {
        double near = tolerance * (1 + fabs(s->activity[i]));
        ck_assert_msg(fabsl(activity[i] - s->activity[i]) <= 1e-9 * (1 + fabsl(activity[i])), "%s: row %d", about, i);
        if (fabs(s->y[i]) <= tolerance) {
            sum += (long double)s->y[i] * s->activity[i];
            continue;
        }
        double side = side_of(sign * s->y[i], m->row_lower[i], m->row_upper[i], s->activity[i], &off);
        ck_assert_msg(off <= near, "%s: y%d is %g, but the row is %g from that side", about, i, s->y[i], off);
        sum += (long double)s->y[i] * side;
        size += fabsl((long double)s->y[i] * side);
    }
    free(activity);
    ck_assert_msg(fabsl(sum - optimum) <= 1e-7 * size, "%s: dual objective %.12Lg, not %.12g", about, sum, optimum);
}

static double *values_of(const double *from, int count) {
    double *copy = MEMORY_NEW(double, count);
    for (int k = 0; from && k < count; k++) copy[k] = from[k];
    return copy;
}

static void stated_copy(struct stated *s, const struct model *m, const double *x, const struct duals *d) {
    *s = (struct stated){.x = values_of(x, m->cols), .activity = values_of(d->activity, m->rows)};
    s->y = values_of(d->row, m->rows);
    s->d = values_of(d->reduced, m->cols);
    s->rows = x ? m->rows : 0;
    s->values = x ? m->cols : 0;
    s->reduced = d->reduced ? m->cols : 0;
    s->dashes = x && !d->row;
    snprintf(s->of, sizeof s->of, "%s", x ? duals_names[d->of] : "");
}

/* Solves m; by way of a file, or not, as files are synced and cost time. */
static struct milp_result *stated_of(struct stated *s, const struct model *m, const struct options *o, bool file) {
    struct limits limits = limits_none();
    struct error err;
    struct duals d;
    struct milp_result *r = milp_solve(m, o, NULL);
    duals_init(&d, m, r, o, &limits);
    if (!file) {
        stated_copy(s, m, r->x, &d);
        duals_free(&d);
        return r;
    }
    const char *path = harness_scratch("duals.sol", NULL);
    ck_assert_msg(solution_write(path, m, r, &d, &err), "%s", err.text);
    duals_free(&d);
    stated_read(s, path, m);
    if (r->x) {
        double *back = MEMORY_NEW(double, m->cols);
        ck_assert_msg(solution_read(back, path, m, &err), "%s", err.text); /* the old reader */
        ck_assert(memcmp(back, r->x, (size_t)m->cols * sizeof *back) == 0);
        free(back);
    }
    harness_forget(path);
    return r;
}

static const int sizes[][2] = {{2, 3}, {5, 5}, {8, 6}};

START_TEST(duals_of_random_programs_prove_the_optimum_of_the_exact_oracle) {
    struct options o = options_default();
    int solved = 0, unbounded = 0, infeasible = 0;
    for (long seed = 1; seed <= fuzz(1500); seed++) {
        char about[64];
        struct random r = {(uint64_t)(seed * 3 + _i)};
        struct model *m = random_model(&r, 0, sizes[_i][0], sizes[_i][1]);
        struct exact_answer exact = exact_solve(m, 0);
        struct stated s;
        snprintf(about, sizeof about, "seed %ld of size %d", seed, _i);
        o.presolve = seed % 2 == 0;
        struct milp_result *result = stated_of(&s, m, &o, seed % 20 == 0);
        double optimum = (m->maximize ? -exact.objective : exact.objective) + m->offset;
        switch (exact.status) {
        case EXACT_OPTIMAL:
            ck_assert_msg(strcmp(s.of, "program") == 0, "%s: duals of '%s'", about, s.of);
            check_duals(&s, m, about, optimum, 1e-9);
            solved++;
            break;
        case EXACT_UNBOUNDED:
            ck_assert_msg(strcmp(s.of, "none") == 0 && s.reduced == 0 && (s.dashes || m->rows == 0), "%s", about);
            unbounded++;
            break;
        case EXACT_INFEASIBLE:
            ck_assert_msg(s.of[0] == '\0' && s.rows == 0 && s.values == 0, "%s", about);
            infeasible++;
            break;
        }
        stated_free(&s);
        milp_result_free(result);
        model_free(m);
    }
    ck_assert_int_gt(solved, (int)fuzz(1500) / 10);
    ck_assert_int_gt(unbounded, 0);
    ck_assert_int_gt(infeasible, 0);
}
END_TEST

START_TEST(with_integers_they_are_of_the_program_in_which_those_are_fixed) {
    struct options o = options_default();
    int solved = 0;
    for (long seed = 1; seed <= fuzz(800); seed++) {
        char about[64];
        struct random r = {(uint64_t)(seed + 70000)};
        struct model *m = random_model(&r, 1 + (int)(seed % 3), 6, 6);
        struct exact_answer exact = exact_solve(m, 0);
        bool whole = false;
        struct stated s;
        snprintf(about, sizeof about, "seed %ld", seed);
        for (int j = 0; j < m->cols; j++) whole |= m->integer[j];
        struct milp_result *result = stated_of(&s, m, &o, seed % 20 == 0);
        if (exact.status == EXACT_OPTIMAL && whole) {
            ck_assert_msg(strcmp(s.of, "integers-fixed") == 0, "%s: duals of '%s'", about, s.of);
            check_duals(&s, m, about, (m->maximize ? -exact.objective : exact.objective) + m->offset, 1e-7);
            solved++;
        }
        stated_free(&s);
        milp_result_free(result);
        model_free(m);
    }
    ck_assert_int_gt(solved, (int)fuzz(800) / 10);
}
END_TEST

/* A solution that a limit ended is worse than the best one with other continuous columns: activities, and the reason. */
START_TEST(a_solution_that_is_not_the_best_with_its_integers_has_no_duals) {
    struct model *m = model_new();
    struct error err;
    struct options o = options_default();
    struct limits limits = limits_none();
    double x[] = {1, 2};
    struct milp_result r = {.status = MILP_TIME_LIMIT, .x = x, .objective = 3, .bound = 1};
    struct duals d;
    int row = model_add_row(m, NULL, 1, 9);
    for (int j = 0; j < 2; j++) model_add_entry(m, row, model_add_column(m, NULL, 1, 0, 5, j == 0), 1);
    ck_assert(model_finish(m, &err));
    duals_init(&d, m, &r, &o, &limits);
    ck_assert(d.of == DUALS_NONE && d.activity[0] == 3 && !d.row && !d.reduced);
    duals_free(&d);
    x[1] = 0, r.objective = 1; /* with x[0] = 1 the best */
    duals_init(&d, m, &r, &o, &limits);
    ck_assert(d.of == DUALS_FIXED && d.activity[0] == 1 && d.row && d.reduced);
    duals_free(&d);
    limits.deadline = 0;
    duals_init(&d, m, &r, &o, &limits);
    ck_assert(d.of == DUALS_NONE && d.activity[0] == 1);
    duals_free(&d);
    model_free(m);
}
END_TEST

static const char *const netlib[] = {"afiro",  "adlittle", "blend",  "boeing1",  "brandy",  "degen2", "e226",
                                     "finnis", "forplan",  "grow22", "lotfi",    "pilot4",  "recipe", "scfxm2",
                                     "seba",   "ship08l",  "stair",  "standmps", "vtpbase", "wood1p"};

static double optimum_of(const char *name) {
    char line[1024], found[64];
    double optimum;
    const char *path = harness_data("lp/netlib/optima.tsv");
    FILE *table = path ? fopen(path, "r") : NULL;
    ck_assert_ptr_nonnull(table);
    while (fgets(line, sizeof line, table))
        if (sscanf(line, "%63s %lf", found, &optimum) == 2 && strcmp(found, name) == 0) break;
    ck_assert_str_eq(found, name);
    fclose(table);
    return optimum;
}

START_TEST(duals_of_netlib_prove_the_published_optimum) {
    char relative[128];
    struct error err;
    struct options o = options_default();
    struct stated s;
    snprintf(relative, sizeof relative, "lp/netlib/%s.mps.gz", netlib[_i]);
    const char *path = harness_data(relative);
    if (!path) return;
    struct model *m = mps_read(path, false, NULL, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    struct milp_result *r = stated_of(&s, m, &o, true);
    ck_assert_int_eq(r->status, MILP_OPTIMAL);
    check_duals(&s, m, netlib[_i], optimum_of(netlib[_i]), 1e-6);
    stated_free(&s);
    milp_result_free(r);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("duals");
    TCase *t = tcase_create("duals");
    tcase_add_loop_test(t, duals_of_random_programs_prove_the_optimum_of_the_exact_oracle, 0,
                        sizeof sizes / sizeof sizes[0]);
    tcase_add_test(t, with_integers_they_are_of_the_program_in_which_those_are_fixed);
    tcase_add_test(t, a_solution_that_is_not_the_best_with_its_integers_has_no_duals);
    tcase_add_loop_test(t, duals_of_netlib_prove_the_published_optimum, 0, sizeof netlib / sizeof netlib[0]);
    suite_add_tcase(s, t);
    return harness_run(s);
}

/* Semi-continuous columns, special ordered sets and conditional rows, as files have them, against an oracle that tries
 * every choice in exact fractions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/io/lpfile.h"
#include "solver/io/mps.h"
#include "solver/milp.h"
#include "solver/model/logic.h"
#include "solver/solution.h"
#include "tests/support/exact_lp.h"
#include "tests/support/harness.h"
#include "tests/support/model_files.h"

static struct error failure;
static char warnings[2048];

static struct model *read_text(const char *text) {
    bool mps = strncmp(text, "NAME", 4) == 0;
    return mps ? read_model(mps_read, "model.mps", text, false, warnings, sizeof warnings, &failure)
               : read_model(lpfile_read, "model.lp", text, false, warnings, sizeof warnings, &failure);
}

/* --- what files say --- */

#define ROWS_XYZ "NAME t\nROWS\n N obj\n G c1\n L c2\nCOLUMNS\n x obj 1 c1 1\n x c2 1\n y obj 3 c1 1\n z obj -1 c2 1\n"

static const struct {
    const char *text;
    double objective; /* NAN: infeasible */
} files[] = {
    /* x = 0 or 3 <= x <= 5 */
    {"min\n x + 4 y\nst\n x + y >= 1\nbounds\n 3 <= x <= 5\n y <= 9\nsemi-continuous\n x\nend\n", 3},
    {"min\n x + 2 y\nst\n x + y >= 1\nbounds\n 3 <= x <= 5\n y <= 9\nsemis\n x\nend\n", 2},
    {"max\n x\nst\n c: x + y <= 2\nbounds\n 3 <= x <= 5\nsemi\n x\nend\n", 0},
    {"max\n x\nst\n c: x + y <= 2.5\nbounds\n 2 <= x <= 5\nsemi\n x\nend\n", 2.5},
    {"max\n x\nst\n c: x + y <= 2.5\nbounds\n 2 <= x <= 5\ngeneral\n x\nsemi\n x\nend\n", 2},
    /* the upper bound follows from a row */
    {"min\n 5 y - x\nst\n c: x - y <= 2\nbounds\n x >= 3\n y <= 9\nsemi\n x\nend\n", 0},
    {"max\n x + y + z\nst\n c: x + y + z <= 9\nbounds\n x <= 4\n y <= 4\n z <= 4\nsos\n s: S1:: x:1 y:2 z:3\nend\n", 4},
    {"max\n x + y + z\nst\n c: x + y + z <= 9\nbounds\n x <= 4\n y <= 4\n z <= 4\nsos\n s: S2:: x:1 y:2 z:3\nend\n", 8},
    {"max\n x + z\nst\n c: x + y + z <= 9\nbounds\n x <= 4\n y <= 4\n z <= 4\nsos2\n s: S2:: x:1 y:2 z:3\nend\n", 4},
    {"max\n x + z\nst\n c: x + y + z <= 9\nbounds\n x <= 4\n y <= 4\n z <= 4\nsos\n s: S2:: x:2 y:9 z:3\nend\n", 8},
    {"max\n x + z\nst\n c: x + y + z <= 9\nbounds\n x <= 4\n z <= 4\nsos\n s1: s1::x : 1 y:2\n s2: S1:: y:1 z:2\nend\n",
     8},
    {"min\n x + y\nst\n c: x + y >= -9\nbounds\n -4 <= x <= 4\n -3 <= y <= 4\nsos\n S1:: x:1 y:2\nend\n", -4},
    {"max\n a + b + c\nst\n r: a + b + c <= 9\nbinary\n a b c\nsos\n S1:: a:1 b:2 c:3\nend\n", 1},
    {"max\n a + b + c\nst\n r: a + b + c <= 9\nbinary\n a b c\nsos\n S2:: a:1 b:2 c:3\nend\n", 2},
    {"min\n x\nst\n c: x + y <= 9\nbounds\n 1 <= x <= 2\n 1 <= y <= 2\nsos\n s: S1:: x:1 y:2\nend\n", NAN},
    {"min\n x + 5 b\nst\n c: b = 0 -> x >= 4\nbounds\n x <= 9\nbinary\n b\nend\n", 4},
    {"min\n x + 3 b\nst\n c: b = 0 -> x >= 4\nbounds\n x <= 9\nbinary\n b\nend\n", 3},
    {"min\n x - 5 b\nst\n c: b = 1 -> x >= 4\nbounds\n x <= 9\nbinary\n b\nend\n", -1},
    {"max\n x + b\nst\n c: b = 1 -> 2 <= x + y <= 4\n d: x >= 0\nbounds\n x <= 9\n y <= 1\nbinary\n b\nend\n", 9},
    {"max\n x + 6 b\nst\n c: b = 1 -> x + y = 4\n d: y >= 0\nbounds\n x <= 9\n y <= 1\nbinary\n b\nend\n", 10},
    {"max\n x + 6 b\nst\n c: b = 1 -> x + 2 b <= 4\nbounds\n x <= 9\nbinary\n b\nend\n", 9},
    {ROWS_XYZ "RHS\n R c1 2 c2 7\nBOUNDS\n LO B x 3\n SC B x 8\n UP B y 9\n UP B z 5\nENDATA\n", -1},
    {ROWS_XYZ "RHS\n R c1 2 c2 7\nBOUNDS\n LO B x 3\n SC B x 0\n UP B y 9\n UP B z 5\nENDATA\n", -1},
    {ROWS_XYZ "RHS\n R c1 2.5 c2 7\nBOUNDS\n LO B x 1\n SI B x 8\n UP B y 9\n UP B z 5\nENDATA\n", -1.5},
    {ROWS_XYZ "RHS\n R c1 2 c2 7\nBOUNDS\n UP B x 8\n UP B y 9\n UP B z 5\nSOS\n S1 one\n  x 1\n  z 2\nENDATA\n", 1},
    {ROWS_XYZ "RHS\n R c1 2 c2 7\nBOUNDS\n UP B x 8\n UP B y 9\n UP B z 5\nSOS\n S1 SOS one 5\n  SOS x 1\n  SOS z 2\n"
              "ENDATA\n",
     1},
    {ROWS_XYZ "RHS\n R c1 2 c2 7\nBOUNDS\n UP B x 8\n UP B y 9\n UP B z 5\nSOS1\n SOS one 5\n  SOS x 1\n  SOS z 2\n"
              "ENDATA\n",
     1},
    {ROWS_XYZ "RHS\n R c1 2 c2 7\nBOUNDS\n UP B x 8\n UP B y 9\n UP B z 5\nSOS2\n S2 two\n  y\n  x\n  z\nENDATA\n", -3},
    {"NAME          T\nROWS\n N  OBJ\n G  C 1\nCOLUMNS\n    X 1       OBJ       1.0            C 1       1.0\n"
     "    Y 1       OBJ       2.0            C 1       1.0\nRHS\n    R         C 1       4.0\nBOUNDS\n UP B         X 1"
     "       3.0\n UP B         Y 1       9.0\nSOS\n S1 SET\n    X 1                 1.0\n    Y 1                 2.0\n"
     "ENDATA\n",
     8},
    {ROWS_XYZ "RHS\n R c1 2 c2 3\nBOUNDS\n UP B x 8\n UP B y 9\n BV B z\nINDICATORS\n IF c1 z 1\nENDATA\n", 0},
    {ROWS_XYZ "RHS\n R c1 2 c2 3\nBOUNDS\n UP B x 8\n UP B y 9\n BV B z\nINDICATORS\n IF c1 z 0\nENDATA\n", -1},
};

START_TEST(files_mean_what_they_say) {
    struct options o = options_default();
    struct model *m = read_text(files[_i].text);
    ck_assert_msg(m != NULL, "%s: %s", failure.text, files[_i].text);
    struct milp_result *r = milp_solve(m, &o, NULL);
    bool feasible = !isnan(files[_i].objective);
    ck_assert_msg(r->status == (feasible ? MILP_OPTIMAL : MILP_INFEASIBLE), "status %d: %s", r->status, files[_i].text);
    if (feasible)
        ck_assert_msg(fabs(r->objective - files[_i].objective) < 1e-7 && r->violation <= 1e-6, "%g, expected %g: %s",
                      r->objective, files[_i].objective, files[_i].text);
    milp_result_free(r);
    model_free(m);
}
END_TEST

/* --- every choice, in fractions --- */

enum { COLS = 4, ROWS = 3, CHOICES = 6, SAMPLE = 300 };

struct condition { /* of one column, set or row; at most two ways to satisfy a window of a set, and so on */
    enum { SEMI, SET, INDICATOR } kind;
    int col, row, type, count, member[COLS];
    bool value;
};

struct puzzle {
    struct model *m; /* without the conditions */
    struct condition condition[CHOICES];
    int conditions;
};

static double least; /* of the choices tried so far; INFINITY: none is feasible */

static void try_plain(const struct model *m) {
    for (int j = 0; j < m->cols; j++)
        if (m->lower[j] > m->upper[j]) return;
    struct exact_answer a = exact_solve(m, 0);
    ck_assert(a.status != EXACT_UNBOUNDED);
    if (a.status == EXACT_OPTIMAL && a.objective < least) least = a.objective;
}

static void try_from(struct puzzle *p, int k);

static void try_zero(struct puzzle *p, int k, int col) { /* column = 0 in what follows */
    double lower = p->m->lower[col], upper = p->m->upper[col];
    p->m->lower[col] = fmax(lower, 0);
    p->m->upper[col] = fmin(upper, 0);
    try_from(p, k);
    p->m->lower[col] = lower;
    p->m->upper[col] = upper;
}

static void try_window(struct puzzle *p, int k, int first) {
    const struct condition *c = &p->condition[k];
    double lower[COLS], upper[COLS];
    memcpy(lower, p->m->lower, sizeof lower);
    memcpy(upper, p->m->upper, sizeof upper);
    for (int e = 0; e < c->count; e++) {
        if (e >= first && e < first + c->type) continue;
        p->m->lower[c->member[e]] = fmax(lower[c->member[e]], 0);
        p->m->upper[c->member[e]] = fmin(upper[c->member[e]], 0);
    }
    try_from(p, k + 1);
    memcpy(p->m->lower, lower, sizeof lower);
    memcpy(p->m->upper, upper, sizeof upper);
}

static void try_indicator(struct puzzle *p, int k, bool on) {
    const struct condition *c = &p->condition[k];
    struct model *m = p->m;
    double lower = m->lower[c->col], upper = m->upper[c->col], low = m->row_lower[c->row], up = m->row_upper[c->row];
    bool value = on ? c->value : !c->value;
    m->lower[c->col] = fmax(lower, value);
    m->upper[c->col] = fmin(upper, value);
    if (!on) m->row_lower[c->row] = -MODEL_INFINITY, m->row_upper[c->row] = MODEL_INFINITY;
    try_from(p, k + 1);
    m->lower[c->col] = lower, m->upper[c->col] = upper, m->row_lower[c->row] = low, m->row_upper[c->row] = up;
}

static void try_from(struct puzzle *p, int k) {
    if (k == p->conditions) {
        try_plain(p->m);
        return;
    }
    const struct condition *c = &p->condition[k];
    switch (c->kind) {
    case SEMI: /* its range is that of the model: 0 comes on top */
        try_from(p, k + 1);
        {
            double lower = p->m->lower[c->col];
            p->m->lower[c->col] = 0;
            try_zero(p, k + 1, c->col);
            p->m->lower[c->col] = lower;
        }
        return;
    case SET:
        for (int first = 0; first < c->count; first++) try_window(p, k, first);
        return;
    case INDICATOR:
        for (int on = 0; on < 2; on++) try_indicator(p, k, on);
    }
}

/* Columns 0 and 1 may be semi-continuous, 2 is binary, 3 anything with bounds; conditions of every kind. */
static struct puzzle random_puzzle(struct random *r) {
    struct puzzle p = {.m = model_new()};
    for (int j = 0; j < COLS; j++) {
        bool binary = j == 2;
        double lower = binary ? 0 : j < 2 ? random_int(r, 0, 3) : random_int(r, -4, 2);
        model_add_column(p.m, NULL, random_int(r, -5, 5), lower, binary ? 1 : lower + random_int(r, 0, 5),
                         binary || random_int(r, 0, 2) == 0);
    }
    for (int i = 0; i < ROWS; i++) {
        double side = random_int(r, -4, 8);
        int kind = random_int(r, 0, 9) < 8 ? random_int(r, 0, 1) : random_int(r, 2, 3);
        model_add_row(p.m, NULL, kind == 0 ? -MODEL_INFINITY : side,
                      kind == 1 ? MODEL_INFINITY : side + 2 * (kind == 2));
        for (int j = 0; j < COLS; j++) {
            int value = random_int(r, -4, 4);
            if (value) model_add_entry(p.m, i, j, value);
        }
    }
    ck_assert(model_finish(p.m, &failure));
    for (int j = 0; j < 2; j++)
        if (random_int(r, 0, 1)) p.condition[p.conditions++] = (struct condition){.kind = SEMI, .col = j};
    for (int i = 0; i < ROWS - 1; i++)
        if (random_int(r, 0, 2) == 0)
            p.condition[p.conditions++] =
                (struct condition){.kind = INDICATOR, .row = i, .col = 2, .value = random_int(r, 0, 1)};
    for (int k = 0; k < 2; k++) {
        struct condition c = {.kind = SET, .type = random_int(r, 1, 2)};
        for (int j = COLS; j-- > 0;)
            if (random_int(r, 0, 2)) c.member[c.count++] = j;
        if (c.count > 1) p.condition[p.conditions++] = c;
    }
    ck_assert_int_le(p.conditions, CHOICES);
    return p;
}

/* The puzzle as the readers build it. */
static struct model *expanded(const struct puzzle *p) {
    struct logic *l = logic_new();
    for (int k = 0; k < p->conditions; k++) {
        const struct condition *c = &p->condition[k];
        if (c->kind == SEMI) logic_add_semi(l, c->col);
        if (c->kind == INDICATOR) logic_add_indicator(l, c->row, c->col, c->value);
        if (c->kind == SET) logic_add_set(l, NULL, c->type);
        for (int e = 0; c->kind == SET && e < c->count; e++) logic_add_member(l, c->member[e], e);
    }
    struct model *m = logic_expand(model_copy(p->m), l, &failure);
    ck_assert_msg(m != NULL, "%s", failure.text);
    return m;
}

START_TEST(random_programs_have_the_optimum_of_the_best_choice) {
    const char *more = getenv("TASO_RANDOM"), *from = getenv("TASO_SEED");
    int sample = more ? atoi(more) : SAMPLE, first = from ? atoi(from) : 1, feasible = 0;
    struct options o = options_default();
    for (int seed = first; seed < first + sample; seed++) {
        struct random r = {(uint64_t)seed};
        struct puzzle p = random_puzzle(&r);
        struct model *m = expanded(&p);
        least = INFINITY;
        try_from(&p, 0);
        struct milp_result *answer = milp_solve(m, &o, NULL);
        bool optimal = answer->status == MILP_OPTIMAL;
        ck_assert_msg(optimal == isfinite(least) && (optimal || answer->status == MILP_INFEASIBLE),
                      "seed %d: status %d, the best choice has %g", seed, answer->status, least);
        if (optimal) {
            ck_assert_msg(fabs(answer->objective - least) < 1e-6, "seed %d: %g, the best choice has %g", seed,
                          answer->objective, least);
            ck_assert_msg(answer->violation <= 1e-6, "seed %d: violation %g", seed, answer->violation);
            double *x = malloc((size_t)m->cols * sizeof *x);
            memcpy(x, answer->x, (size_t)m->cols * sizeof *x);
            logic_complete(m, x); /* from the columns of the file */
            ck_assert_msg(model_violation(m, x) <= 1e-6, "seed %d: completed, %g", seed, model_violation(m, x));
            free(x);
        }
        feasible += optimal;
        milp_result_free(answer);
        model_free(m);
        model_free(p.m);
    }
    printf("logic: %d programs from seed %d, %d feasible\n", sample, first, feasible);
    ck_assert_int_gt(feasible, sample / 10);
}
END_TEST

/* --- points --- */

START_TEST(the_violation_is_that_of_the_condition) {
    static const struct {
        const char *text;
        double x[3], violation;
    } points[] = {
        {"min\n x\nst\n c: x + y + z >= 0\nbounds\n 3 <= x <= 5\nsemi\n x\nend\n", {0, 0, 0}, 0},
        {"min\n x\nst\n c: x + y + z >= 0\nbounds\n 3 <= x <= 5\nsemi\n x\nend\n", {4, 0, 0}, 0},
        {"min\n x\nst\n c: x + y + z >= 0\nbounds\n 3 <= x <= 5\nsemi\n x\nend\n", {0.25, 0, 0}, 0.25},
        {"min\n x\nst\n c: x + y + z >= 0\nbounds\n 3 <= x <= 5\nsemi\n x\nend\n", {2.5, 0, 0}, 0.5},
        {"min\n x\nst\n c: x + y + z <= 9\nsos\n s: S1:: x:1 y:2 z:3\nend\n", {2, 1, 0.5}, 1},
        {"min\n x\nst\n c: x + y + z <= 9\nsos\n s: S2:: x:1 y:2 z:3\nend\n", {2, 1, 0.5}, 0.5},
        {"min\n x\nst\n c: x + y + z <= 9\nsos\n s: S2:: x:1 y:2 z:3\nend\n", {2, 1, 0}, 0},
        {"min\n x\nst\n c: z = 1 -> x + y <= 2\nbounds\n x <= 9\n y <= 9\nbinary\n z\nend\n", {4, 1, 0}, 0},
        {"min\n x\nst\n c: z = 1 -> x + y <= 2\nbounds\n x <= 9\n y <= 9\nbinary\n z\nend\n", {4, 1, 1}, 3},
        {"min\n x\nst\n c: z = 0 -> x + y >= 6\nbounds\n x <= 9\n y <= 9\nbinary\n z\nend\n", {4, 1, 0}, 1},
    };
    for (size_t k = 0; k < sizeof points / sizeof points[0]; k++) {
        struct model *m = read_text(points[k].text);
        ck_assert_msg(m != NULL, "%s", failure.text);
        double *x = calloc((size_t)m->cols, sizeof *x);
        long double *activity = calloc((size_t)m->rows, sizeof *activity);
        const char *names[] = {"x", "y", "z"};
        for (int j = 0; j < m->cols; j++)
            for (int n = 0; n < 3; n++)
                if (strcmp(m->col_name[j], names[n]) == 0) x[j] = points[k].x[n];
        for (int j = 0; j < m->cols; j++)
            for (long e = m->start[j]; e < m->start[j + 1]; e++)
                activity[m->index[e]] += (long double)(m->value[e] * x[j]);
        double found = logic_violation(m, x, activity);
        ck_assert_msg(fabs(found - points[k].violation) < 1e-12, "%g, expected %g: %s", found, points[k].violation,
                      points[k].text);
        free(x);
        free(activity);
        model_free(m);
    }
}
END_TEST

START_TEST(solutions_name_the_columns_of_the_file_only_and_serve_as_a_start) {
    struct harness_output o;
    char model[256], solution[256], line[800];
    snprintf(
        model, sizeof model, "%s",
        harness_scratch(
            "m.lp",
            "max\n 3 x + y + z\nst\n c: x + y + z <= 9\n d: b = 0 -> x <= 1\nbounds\n 2 <= x <= 4\n y <= 4\n z <= 4\nbinary\n b\n"
            "semi\n x\nsos\n s: S2:: y:1 b:2 z:3\nend\n"));
    snprintf(solution, sizeof solution, "%s", harness_scratch("m.sol", NULL));
    snprintf(line, sizeof line, "%s --solution %s", model, solution);
    harness_command(&o, "milp", line);
    ck_assert_msg(o.status == 0 && strstr(o.out, "objective: 16\n"), "%s%s", o.out, o.err);
    snprintf(line, sizeof line, "grep -v '#' %s | cut -d' ' -f1 | sort | tr '\\n' ' '", solution);
    harness_shell(&o, line);
    ck_assert_str_eq(o.out, "b x y z ");
    snprintf(line, sizeof line, "%s --start %s --strict", model, solution);
    harness_command(&o, "milp", line);
    ck_assert_msg(o.status == 0 && strstr(o.out, "objective: 16\n") && !strstr(o.err, "start"), "%s%s", o.out, o.err);
    snprintf(line, sizeof line, "%s --relax", model);
    harness_command(&o, "milp", line);
    ck_assert_msg(o.status == 0 && strstr(o.out, "max-violation: 0.0e+00"), "%s%s", o.out, o.err);
    harness_forget(model);
    harness_forget(solution);
}
END_TEST

START_TEST(standard_input_has_the_format_that_is_named) {
    struct harness_output o;
    char line[600];
    static const char *const text = "max\\n x\\nst\\n c: 2 x <= 7\\nend\\n";
    snprintf(line, sizeof line, "printf '%s' | %s - --format lp", text, harness_program("milp"));
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0 && strstr(o.out, "objective: 3.5\n"), "%s%s", o.out, o.err);
    snprintf(line, sizeof line, "printf '%s' | %s -", text, harness_program("milp"));
    harness_shell(&o, line);
    ck_assert_msg(o.status == 2 && strstr(o.err, "<stdin>:1: not an MPS file"), "%s", o.err);
    snprintf(line, sizeof line, "printf '%s' | %s - --format gms", text, harness_program("milp"));
    harness_shell(&o, line);
    ck_assert_msg(o.status == 2 && strstr(o.err, "--format"), "%s", o.err);
}
END_TEST

/* --- refused --- */

#define MIN_X "min\n x\nst\n c: x + y <= 9\n"

static const struct {
    const char *text, *says;
} refused[] = {
    {"min\n x\nst\n c: x + y >= 1\nbounds\n x >= 3\nsemi\n x\nend\n", "semi-continuous column 'x' has no upper bound"},
    {"min\n x\nst\n c: x + y >= 1\nbounds\n x >= -3\n x <= 4\nsemi\n x\nend\n", "lower bound -3 (expected at least 0)"},
    {MIN_X "semi\n x x\nend\n", "model.lp:6: column 'x' is declared semi-continuous twice"},
    {"min\n x\nst\n c: x + y >= 1\nsos\n s: S1:: x:1 y:2\nend\n", "column of a set 'x' has no upper bound"},
    {"min\n x\nst\n c: x + y <= 1\nbounds\n y free\nsos\n s: S1:: x:1 y:2\nend\n", "bound, and the rows imply none"},
    {MIN_X "sos\n s: S1:: x:1 x:2\nend\n", "set 's' has column 'x' twice"},
    {MIN_X "sos\n s: S2:: x:1 y:1\nend\n", "'x' and 'y' have the same weight"},
    {MIN_X "sos\n s: S3:: x:1\nend\n", "model.lp:6: expected S1:: or S2::, got 'S3'"},
    {MIN_X "sos\n s: S1: x:1\nend\n", "model.lp:6: expected S1:: or S2::, got 'S1'"},
    {MIN_X "sos\n s: S1:: x y:1\nend\n", "model.lp:6: expected ':' and a weight, got 'y'"},
    {MIN_X "sos\n x\nend\n", "expected ':' and S1:: or S2::"},
    {"min\n x\nst\n c: b = 1 -> x - y <= 9\nbinary\n b\nend\n", "column of a conditional row 'x' has no upper bound"},
    {"min\n x\nst\n c: y = 1 -> x <= 9\nbounds\n x <= 20\nend\n", "depends on column 'y', which is not binary"},
    {"min\n x\nst\n c: b >= 1 -> x <= 9\nbinary\n b\nend\n", "model.lp:4: expected a binary column = 0 or 1"},
    {"min\n x\nst\n c: b = 2 -> x <= 9\nbinary\n b\nend\n", "model.lp:4: expected a binary column = 0 or 1"},
    {"min\n x\nst\n c: b = 1 -> a = 1 -> x <= 9\nbinary\n a b\nend\n", "model.lp:4: "},
    {ROWS_XYZ "RHS\n R c1 2\nBOUNDS\n SC B x -1\nENDATA\n",
     "model.mps:14: semi-continuous column with the upper bound -1"},
    {ROWS_XYZ "RHS\n R c1 2\nBOUNDS\n SC B x 3\n SC B x 4\nENDATA\n", "model.mps:15: column 'x' is declared"},
    {ROWS_XYZ "RHS\n R c1 2\nSOS\n x 3\nENDATA\n", "model.mps:14: 'x' before the first set (expected S1 or S2)"},
    {ROWS_XYZ "RHS\n R c1 2\nSOS\n S1 s\n q 3\nENDATA\n", "model.mps:15: expected the name of a column, got 'q'"},
    {ROWS_XYZ "RHS\n R c1 2\nSOS\n S1 s\n x three\nENDATA\n", "model.mps:15: expected a number, got 'three'"},
    {ROWS_XYZ "RHS\n R c1 2\nINDICATORS\n IF c1 z 2\nENDATA\n", "model.mps:14: expected 0 or 1, got '2'"},
    {ROWS_XYZ "RHS\n R c1 2\nINDICATORS\n IF c9 z 1\nENDATA\n", "model.mps:14: expected the name of a row, got 'c9'"},
    {ROWS_XYZ "RHS\n R c1 2\nINDICATORS\n IF obj z 1\nENDATA\n", "model.mps:14: row 'obj' is an N row"},
    {ROWS_XYZ "RHS\n R c1 2\nBOUNDS\n BV B z\nINDICATORS\n IF c1 z 1\n IF c1 z 0\nENDATA\n", "depends on two binaries"},
    {ROWS_XYZ "RHS\n R c1 2\nINDICATORS\n IF c1 z\nENDATA\n", "model.mps:14: 3 fields (expected IF, row, column"},
};

START_TEST(conditions_that_cannot_be_written_are_refused_by_name) {
    struct model *m = read_text(refused[_i].text);
    ck_assert_msg(m == NULL, "read: %s", refused[_i].text);
    ck_assert_msg(strstr(failure.text, refused[_i].says), "expected '%s' in '%s'", refused[_i].says, failure.text);
}
END_TEST

int main(void) {
    Suite *s = suite_create("logic");
    TCase *c = tcase_create("files");
    tcase_add_loop_test(c, files_mean_what_they_say, 0, (int)(sizeof files / sizeof files[0]));
    tcase_add_loop_test(c, conditions_that_cannot_be_written_are_refused_by_name, 0,
                        (int)(sizeof refused / sizeof refused[0]));
    tcase_add_test(c, solutions_name_the_columns_of_the_file_only_and_serve_as_a_start);
    tcase_add_test(c, standard_input_has_the_format_that_is_named);
    suite_add_tcase(s, c);
    TCase *programs = tcase_create("programs");
    tcase_set_timeout(programs, 600);
    tcase_add_test(programs, random_programs_have_the_optimum_of_the_best_choice);
    tcase_add_test(programs, the_violation_is_that_of_the_condition);
    suite_add_tcase(s, programs);
    return harness_run(s);
}

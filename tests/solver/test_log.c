/* The log of a run: its sizes, magnitudes, phases, separators, solutions and seconds, in its three forms, against the
 * model and against each other. */
#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/cuts/cuts.h"
#include "solver/facts.h"
#include "solver/io/mps.h"
#include "solver/log.h"
#include "tests/support/harness.h"
#include "tests/support/json.h"
#include "tests/support/small_milp.h"

/* Knapsacks whose coefficients look random: cuts, heuristics and some nodes. */
static struct model *knapsacks(int cols) {
    struct model *m = model_new();
    struct error err;
    m->maximize = true;
    for (int i = 0; i < 3; i++) model_add_row(m, NULL, -MODEL_INFINITY, 11.0 * cols / 3 + i);
    for (int j = 0; j < cols; j++) {
        model_add_column(m, NULL, 20 + j * 7 % 13, 0, j % 5 ? 1 : 2, j % 4 > 0);
        for (int i = 0; i < 3; i++) model_add_entry(m, i, j, 11 + j * (5 + 2 * i) % 17);
    }
    ck_assert(model_finish(m, &err));
    return m;
}

/* The log and the statistics of a run. */
struct texts {
    char *log, *lines;
    struct milp_result *r;
};

static struct texts texts_of(const struct model *m, const struct options *o) {
    struct texts t;
    size_t length[2];
    FILE *out[2] = {open_memstream(&t.log, &length[0]), open_memstream(&t.lines, &length[1])};
    struct milp_control control = {.log = out[0], .statistics = out[1]};
    t.r = milp_solve(m, o, &control);
    fclose(out[0]);
    fclose(out[1]);
    return t;
}

static void texts_free(struct texts *t) {
    milp_result_free(t->r);
    free(t->log);
    free(t->lines);
}

static long long statistic(const struct texts *t, const char *format, const char *name) {
    char key[64];
    snprintf(key, sizeof key, format, name);
    const char *at = strstr(t->lines, key);
    ck_assert_msg(at != NULL, "no '%s' in:\n%s", key, t->lines);
    return atoll(at + strlen(key));
}

static bool logged(const struct texts *t, const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return strstr(t->log, text) != NULL;
}

START_TEST(sizes_before_and_after_presolve_are_those_of_the_programs) {
    struct options o = options_default();
    struct model *m = knapsacks(20);
    struct texts t = texts_of(m, &o);
    const struct facts *f = t.r->facts;
    ck_assert_msg(logged(&t, "Given        3 rows, 20 columns, 60 entries; 15 integers, 12 of them binary\n"), "%s",
                  t.log);
    ck_assert_int_eq(f->given.entries, 60);
    ck_assert_int_le(f->presolved.cols, 20);
    ck_assert(logged(&t, "Presolved    %d rows, %d columns, %ld entries; %d integers, %d of them binary\n",
                     f->presolved.rows, f->presolved.cols, f->presolved.entries, f->presolved.integers,
                     f->presolved.binaries));
    ck_assert_int_eq(statistic(&t, "\n%s\t", "searched_cols"), f->presolved.cols);
    texts_free(&t);
    o.presolve = false;
    t = texts_of(m, &o);
    ck_assert(logged(&t, "Presolved    3 rows, 20 columns, 60 entries; 15 integers, 12 of them binary\n"));
    texts_free(&t);
    model_free(m);
}
END_TEST

static const struct {
    double matrix, cost, lower, upper, side;
    const char *warns; /* of what; NULL: of nothing */
} magnitudes[] = {
    {1, 1, 0, 10, 5, NULL},          {1e9, 1, 0, 10, 5, NULL},           {1.1e9, 1, 0, 10, 5, "matrix"},
    {1e-9, 1, 0, 10, 5, NULL},       {0.9e-9, 1, 0, 10, 5, "matrix"},    {1, 2e9, 0, 10, 5, "cost"},
    {1, 1, -2e9, 10, 5, "bounds"},   {1, 1, 0, 2e10, 5, "bounds"},       {1, 1, 0, 10, 5e9, "sides"},
    {1, 1, -1e20, 1e20, 1e20, NULL}, {1, 0, 0, MODEL_INFINITY, 5, NULL},
};

START_TEST(wild_magnitudes_get_a_warning_that_names_them) {
    struct options o = options_default();
    struct model *m = model_new();
    struct error err;
    model_add_row(m, NULL, 0, magnitudes[_i].side);
    model_add_column(m, NULL, magnitudes[_i].cost, magnitudes[_i].lower, magnitudes[_i].upper, false);
    model_add_column(m, NULL, 1, 0, 10, false);
    model_add_entry(m, 0, 0, magnitudes[_i].matrix);
    model_add_entry(m, 0, 1, 1);
    ck_assert(model_finish(m, &err));
    struct texts t = texts_of(m, &o);
    const char *warning = strstr(t.log, "Warning: ");
    ck_assert_msg(!warning == !magnitudes[_i].warns, "%s", t.log);
    if (warning)
        ck_assert_msg(strncmp(warning + 9, magnitudes[_i].warns, strlen(magnitudes[_i].warns)) == 0, "%s", warning);
    ck_assert(!warning || !strstr(warning + 9, "Warning: "));
    texts_free(&t);
    model_free(m);
}
END_TEST

START_TEST(phases_of_an_lp_add_up_to_its_pivots) {
    struct options o = options_default();
    int phases[LP_PHASES] = {0};
    for (int seed = 1; seed <= 400; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = random_model(&r, 0, 10, 10);
        o.method = seed % 3 == 0;
        struct milp_result *result = milp_solve(m, &o, NULL);
        int64_t sum = 0;
        for (int k = 0; k < LP_PHASES; k++) {
            const struct lp_spent *spent = &result->facts->watch.spent[k];
            ck_assert(spent->iterations >= 0 && spent->seconds >= 0);
            sum += spent->iterations;
            phases[k] += spent->iterations > 0;
        }
        /* Proofs of infeasibility and corrections in long double take pivots of other programs. */
        if (result->status == MILP_OPTIMAL)
            ck_assert_msg(sum == result->iterations, "seed %d: %lld of %lld", seed, (long long)sum,
                          (long long)result->iterations);
        milp_result_free(result);
        model_free(m);
    }
    ck_assert(phases[LP_DUAL_ONE] > 0 && phases[LP_DUAL] > 0 && phases[LP_PRIMAL] > 0);
}
END_TEST

struct heard {
    int reports;
    int64_t iterations;
};

static void hear(void *context, const struct lp_progress *p) {
    struct heard *h = context;
    h->reports++;
    ck_assert(p->phase < LP_PHASES && p->infeasible >= 0 && p->infeasibility >= 0);
    ck_assert_int_ge(p->iterations, h->iterations);
    ck_assert((p->infeasible == 0) == (p->infeasibility == 0));
    h->iterations = p->iterations;
}

START_TEST(an_lp_reports_its_progress_and_takes_the_same_pivots) {
    struct options o = options_default();
    struct model *m = model_new();
    struct error err;
    struct random r = {7};
    for (int i = 0; i < 120; i++) model_add_row(m, NULL, -MODEL_INFINITY, random_int(&r, 50, 90));
    for (int j = 0; j < 150; j++) {
        model_add_column(m, NULL, -random_int(&r, 1, 50), 0, random_int(&r, 3, 9), false);
        for (int i = 0; i < 120; i++)
            if (random_int(&r, 0, 3) == 0) model_add_entry(m, i, j, random_int(&r, 1, 9));
    }
    ck_assert(model_finish(m, &err));
    struct heard heard = {0, 0};
    struct lp_watch watch;
    int64_t pivots[2];
    lp_watch_init(&watch, 0, hear, &heard);
    for (int k = 0; k < 2; k++) {
        struct lp *lp = lp_new(m, &o);
        struct lp_control control = proof_no_limits;
        control.watch = k ? &watch : NULL;
        ck_assert_int_eq(lp_solve(lp, &control), LP_OPTIMAL);
        pivots[k] = lp_iterations(lp);
        lp_free(lp);
    }
    ck_assert_int_eq(pivots[0], pivots[1]);
    ck_assert_int_gt(heard.reports, 3);
    model_free(m);
}
END_TEST

static void one_step(void *context, const struct search_progress *p) {
    ck_assert(p->nodes == 0 && p->open_nodes == 0 && p->objective >= MODEL_INFINITY && p->found_by[0] == '\0');
    ck_assert(p->iterations >= 0 && p->seconds >= 0); /* 0: a busy machine had no time for a pivot yet */
    atomic_store((atomic_int *)context, 1);
}

START_TEST(callbacks_of_an_lp_have_no_solution) {
    struct options o = options_default();
    struct error err;
    atomic_int called = 0; /* and stops it */
    const char *path = harness_data("lp/netlib/dfl001.mps.gz");
    struct model *m = path ? mps_read(path, false, NULL, &err) : NULL;
    if (!m) return;
    struct milp_control control = {.progress = one_step, .context = &called, .interrupt = &called};
    struct milp_result *result = milp_solve(m, &o, &control);
    ck_assert_msg(called || result->status == MILP_OPTIMAL, "%s", milp_status_names[result->status]);
    milp_result_free(result);
    model_free(m);
}
END_TEST

START_TEST(solutions_improve_and_have_their_finder) {
    struct options o = options_default();
    struct model *m = knapsacks(30);
    struct texts t = texts_of(m, &o);
    const struct facts *f = t.r->facts;
    ck_assert_int_gt((int)f->solutions, 0);
    for (size_t k = 0; k < f->solutions; k++) {
        const struct facts_solution *s = &f->solution[k];
        ck_assert(s->found_by[0] && s->seconds >= 0 && s->seconds <= t.r->seconds);
        ck_assert(k == 0 || (s->objective > s[-1].objective && s->seconds >= s[-1].seconds));
        ck_assert_msg(logged(&t, "%-18.12g", s->objective) && logged(&t, "  %s\n", s->found_by), "%s", t.log);
    }
    ck_assert_double_eq_tol(f->solution[f->solutions - 1].objective, t.r->objective, 1e-6);
    ck_assert(logged(&t, "Result       optimal, objective %.12g, bound", t.r->objective));
    texts_free(&t);
    model_free(m);
}
END_TEST

/* What the rounds say that separator `name` found, added up. */
static long long found_in_rounds(const char *log, const char *name, int *rounds) {
    char word[64];
    long long found = 0;
    snprintf(word, sizeof word, " %s ", name);
    *rounds = 0;
    for (const char *line = log; (line = strstr(line, "\nCuts ")); line++) {
        const char *end = strchr(line + 1, '\n'), *at = strstr(line, word);
        ck_assert_int_eq(atoi(line + 6), ++*rounds);
        if (at && at < end) found += atoll(at + strlen(word));
    }
    return found;
}

/* Without cuts below the root, all are of rounds, but for those of a last round that the log leaves out: none was kept
 * or the relaxation was not solved again. */
START_TEST(a_gap_to_no_bound_is_not_a_number) {
    static const struct {
        double objective, bound;
        const char *says;
    } lines[] = {
        {15, 12, "gap 2.00e-01  dive\n"},
        {15, -MODEL_INFINITY, "gap -         dive\n"},
        {MODEL_INFINITY, 12, "best -\n"},
    };
    for (size_t k = 0; k < sizeof lines / sizeof lines[0]; k++) {
        struct search_progress p = {.objective = lines[k].objective, .bound = lines[k].bound, .found_by = "dive"};
        char *text = NULL;
        size_t length;
        FILE *out = open_memstream(&text, &length);
        log_search(out, &p, true);
        fclose(out);
        size_t end = strlen(lines[k].says);
        ck_assert_msg(length > end && strcmp(text + length - end, lines[k].says) == 0, "%s", text);
        free(text);
    }
}
END_TEST

START_TEST(rounds_are_numbered_and_their_cuts_are_those_of_the_separators) {
    struct options o = options_default();
    struct model *m = knapsacks(40);
    long long all = 0, counted = 0;
    int rounds = 0;
    o.tree_cuts = false;
    o.presolve = false;
    struct texts t = texts_of(m, &o);
    for (int k = 0; k < CUTS_SEPARATORS; k++) {
        const char *name = cuts_name(k);
        char key[64];
        snprintf(key, sizeof key, "\nseparator_%s_cuts\t", name);
        long long found = found_in_rounds(t.log, name, &rounds), cuts = statistic(&t, "%s", key);
        ck_assert_msg(found <= cuts, "%s: %lld in rounds, %lld in all", name, found, cuts);
        all += cuts;
        counted += found;
    }
    ck_assert_int_gt(rounds, 1);
    ck_assert_msg(2 * counted > all, "%lld of %lld", counted, all);
    texts_free(&t);
    model_free(m);
}
END_TEST

START_TEST(seconds_by_part_add_up) {
    struct options o = options_default();
    struct model *m = knapsacks(35);
    struct milp_result *r = milp_solve(m, &o, NULL);
    double sum = 0, seconds;
    for (int p = 0; facts_seconds(&seconds, r->facts, p); p++) {
        ck_assert(seconds >= 0);
        sum += seconds;
    }
    ck_assert_double_eq_tol(sum, r->seconds, 1e-3 + 0.05 * r->seconds);
    milp_result_free(r);
    model_free(m);
}
END_TEST

static void count_value(void *context, const char *key, bool string, const char *value) {
    (void)string, (void)value;
    *(int *)context += strcmp(key, "entries") == 0 || strcmp(key, "found-by") == 0 || strcmp(key, "wild") == 0;
}

START_TEST(the_command_logs_for_people_for_scripts_or_in_json) {
    static struct harness_output ran;
    char arguments[512];
    int values = 0;
    const char *path = harness_scratch("log.lp", "max\n 5 a + 4 b + 3 c\nst\n r: 2 a + 3 b + c <= 5\n s: 4 a + b + 2 c "
                                                 "<= 11\nbounds\n a <= 9\ngeneral\n a b c\nend\n");
    snprintf(arguments, sizeof arguments, "%s --log", path);
    harness_command(&ran, "milp", arguments);
    ck_assert(ran.status == 0 && strstr(ran.err, "Read ") && strstr(ran.err, "Given ") && strstr(ran.err, "Seconds "));
    ck_assert(!strchr(ran.err, '\t'));
    snprintf(arguments, sizeof arguments, "%s --log --quiet", path);
    harness_command(&ran, "milp", arguments);
    for (char *line = ran.err; *line; line = strchr(line, '\n') + 1)
        ck_assert_msg(strcspn(line, "\t") < strcspn(line, "\n"), "%s", line);
    ck_assert_ptr_nonnull(strstr(ran.err, "\nsearched_rows\t"));
    snprintf(arguments, sizeof arguments, "%s --log --json", path);
    harness_command(&ran, "milp", arguments);
    struct json j = {.at = ran.out, .value = count_value, .context = &values};
    ck_assert_msg(json_read(&j), "not JSON at: %.60s", j.at);
    ck_assert_int_ge(values, 2 + 1 + FACTS_KINDS);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *s = suite_create("log");
    TCase *t = tcase_create("log");
    tcase_add_test(t, sizes_before_and_after_presolve_are_those_of_the_programs);
    tcase_add_loop_test(t, wild_magnitudes_get_a_warning_that_names_them, 0, sizeof magnitudes / sizeof magnitudes[0]);
    tcase_add_test(t, phases_of_an_lp_add_up_to_its_pivots);
    tcase_add_test(t, an_lp_reports_its_progress_and_takes_the_same_pivots);
    tcase_add_test(t, callbacks_of_an_lp_have_no_solution);
    tcase_add_test(t, solutions_improve_and_have_their_finder);
    tcase_add_test(t, a_gap_to_no_bound_is_not_a_number);
    tcase_add_test(t, rounds_are_numbered_and_their_cuts_are_those_of_the_separators);
    tcase_add_test(t, seconds_by_part_add_up);
    tcase_add_test(t, the_command_logs_for_people_for_scripts_or_in_json);
    suite_add_tcase(s, t);
    return harness_run(s);
}

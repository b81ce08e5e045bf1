/* A program from its file to its answer, its certificates and their checks: no block and no file is left, nothing is
 * read or written beyond the end of a block (tests/support/failing.h), and the numbers written are held. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/exact/vipr.h"
#include "solver/io/bas.h"
#include "solver/io/lpfile.h"
#include "solver/io/mps.h"
#include "solver/proof.h"
#include "solver/sensitivity.h"
#include "solver/solution.h"
#include "solver/verify.h"
#include "tests/support/digits.h"
#include "tests/support/failing.h"
#include "tests/support/random_programs.h"
#include "tests/support/structured_programs.h"

static char folder[512];

static const char *in_folder(const char *name) {
    static char path[4][640];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void prepare(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
}

static void clear_away(void) {
    harness_remove_folder(folder);
}

static struct model *of_any_class(uint64_t seed) {
    return program_random(seed, &program_classes[seed % PROGRAM_CLASSES]);
}

static struct model *relaxation(uint64_t seed) {
    struct model *m = of_any_class(seed);
    memset(m->integer, 0, (size_t)m->cols * sizeof *m->integer);
    return m;
}

static struct model *structured(uint64_t seed) {
    struct random r = {seed * 31 + 5};
    return structured_families[seed % STRUCTURED_FAMILIES].make(&r);
}

/* The digits of everything that is written of programs 1..programs. They are those of today: a failure prints what to put
 * here after a deliberate change. */
static const struct {
    const char *name;
    struct model *(*make)(uint64_t seed);
    int programs;
    bool basis; /* no integers: an optimum has a basis and ranges */
    const char *settings;
    uint32_t digits;
} runs[] = {
    {"of any class", of_any_class, 6 * PROGRAM_CLASSES, false, "", 0x59909510},
    {"of any class, unpresolved", of_any_class, 3 * PROGRAM_CLASSES, false, "presolve=off restarts=0", 0x1847b48f},
    {"relaxations", relaxation, 6 * PROGRAM_CLASSES, true, "", 0x674ebc8f},
    {"relaxations by the primal simplex", relaxation, 3 * PROGRAM_CLASSES, true, "presolve=off method=primal",
     0x01bc7154},
    {"structured", structured, 3 * STRUCTURED_FAMILIES, false, "", 0x9da9b72c},
    {"structured, with all cuts and heuristics", structured, 3 * STRUCTURED_FAMILIES, false,
     "presolve=off cut_worth=0 reliability=1 dive_period=1 plunge_gap=1 set_branching=on", 0x7dbd5481},
};
enum { FENCED_STEP = 4, RUNS = sizeof runs / sizeof runs[0] };

static struct options options_of(const char *settings) {
    struct options o = options_default();
    struct error err;
    char copy[512];
    o.node_limit = 200;
    snprintf(copy, sizeof copy, "%s", settings);
    for (char *at = strtok(copy, " "); at; at = strtok(NULL, " "))
        ck_assert_msg(options_set(&o, at, &err), "%s", err.text);
    return o;
}

/* Written in one form, read, written in the other, and read again. */
static struct model *through_files(const struct model *made) {
    struct error err = {""};
    ck_assert_msg(mps_write(in_folder("m.mps"), made, &err), "%s", err.text);
    struct model *first = mps_read(in_folder("m.mps"), false, NULL, &err);
    ck_assert_msg(first && lpfile_write(in_folder("m.lp"), first, &err), "%s", err.text);
    struct model *second = lpfile_read(in_folder("m.lp"), false, NULL, &err);
    ck_assert_msg(second != NULL, "%s", err.text);
    model_free(first);
    return second;
}

static void write_answer(const struct model *m, const struct milp_result *r, const struct options *o, bool basis) {
    const struct limits limits = limits_none();
    struct error err = {""};
    struct duals d;
    duals_init(&d, m, r, o, &limits);
    ck_assert_msg(solution_write(in_folder("m.sol"), m, r, &d, &err), "%s", err.text);
    duals_free(&d);
    if (!basis || r->status != MILP_OPTIMAL) return;
    struct sensitivity s;
    struct keys k;
    unsigned char *place = malloc((size_t)(m->cols + m->rows));
    ck_assert_msg(bas_write(in_folder("m.bas"), m, r->place, &err), "%s", err.text);
    ck_assert_msg(bas_read(place, in_folder("m.bas"), m, &err), "%s", err.text);
    free(place);
    ck_assert_msg(freopen(in_folder("m.range"), "w", stdout) != NULL, "no file");
    keys_begin(&k, false);
    ck_assert_msg(sensitivity_init(&s, m, r, o, &limits, &err), "%s", err.text);
    sensitivity_print(&k, &s);
    sensitivity_free(&s);
    keys_end(&k);
    ck_assert_int_eq(fflush(stdout), 0);
}

/* Both kinds, where there is one, and checked. Returns what was proven, as a digit each. */
static void certify(char proven[3], const struct model *m, const struct milp_result *r, const struct options *o) {
    const struct limits limits = limits_none();
    struct error err = {""};
    struct certificate c;
    struct verify_verdict v;
    struct vipr_verdict w;
    memcpy(proven, "--", 3);
    if (solution_write_certificate(in_folder("m.cert"), m, r, false, &err)) {
        ck_assert_msg(solution_certificate(&c, in_folder("m.cert"), m, &err), "%s", err.text);
        verify_certificate(&v, m, &c, &limits);
        proven[0] = (char)('0' + (int)v.proven);
        solution_certificate_clear(&c);
    }
    err = (struct error){""};
    if (proof_write(in_folder("m.vipr"), m, r, o, &limits, &err)) {
        ck_assert_msg(vipr_check(&w, in_folder("m.vipr"), m, &limits, &err), "%s", err.text);
        proven[1] = w.proven ? '1' : '0';
    }
}

static uint32_t digits_of(uint32_t digits, const char *proven) {
    static const char *const names[] = {"m.mps", "m.lp", "m.sol", "m.bas", "m.range", "m.cert", "m.vipr"};
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        FILE *in = fopen(in_folder(names[k]), "r");
        if (!in) continue;
        fclose(in);
        digits = digits_file(digits, in_folder(names[k]), folder, DIGITS_ALL);
        remove(in_folder(names[k]));
    }
    digits = digits_file(digits, in_folder("m.facts"), folder, DIGITS_WHOLE); /* others are seconds */
    return digits_text(digits, proven, folder, DIGITS_ALL);
}

START_TEST(a_run_keeps_to_its_memory_and_its_numbers_are_held) {
    uint32_t digits = DIGITS_BEGIN;
    const struct options o = options_of(runs[_i].settings);
    for (int seed = 1; seed <= runs[_i].programs; seed++) {
        char proven[3];
        struct model *made = runs[_i].make((uint64_t)seed);
        struct failing_seen seen;
        failing_arm(seed % FENCED_STEP ? FAILING_NOTHING : FAILING_FENCED, 0); /* fences are slow */
        struct model *m = through_files(made);
        struct milp_control control = {.statistics = fopen(in_folder("m.facts"), "w")};
        struct milp_result *r = milp_solve(m, &o, &control);
        ck_assert_int_eq(fclose(control.statistics), 0);
        write_answer(m, r, &o, runs[_i].basis);
        certify(proven, m, r, &o);
        milp_result_free(r);
        model_free(m);
        failing_disarm(&seen);
        ck_assert_msg(seen.blocks_left == 0 && seen.files_left == 0, "%s, seed %d: %ld blocks, %ld files were left",
                      runs[_i].name, seed, seen.blocks_left, seen.files_left);
        model_free(made);
        digits = digits_of(digits, proven);
    }
    ck_assert_msg(digits == runs[_i].digits, "%s: 0x%08x", runs[_i].name, (unsigned)digits);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("whole runs");
    TCase *c = tcase_create("whole runs");
    tcase_add_unchecked_fixture(c, prepare, clear_away);
    tcase_add_loop_test(c, a_run_keeps_to_its_memory_and_its_numbers_are_held, 0, RUNS);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

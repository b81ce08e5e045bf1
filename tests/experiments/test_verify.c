/* taso verify: proofs that milp writes about exported programs hold, changed ones do not, and the checker links without
 * the simplex, presolve and the search. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/support/invented_profile.h"

#define TINY "tests/data/tiny.net"

static struct harness_output ran;
static char folder[256];

static void enter(void) {
    char path[320];
    struct error err;
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(path, sizeof path, "%s/p.tsv", folder);
    struct profile *p = invented_rows(path, TINY, true, 5);
    ck_assert_msg(profile_write(p, path, &err), "%s", err.text);
    profile_free(p);
}

static void leave(void) {
    harness_remove_folder(folder);
}

static const char *const programs[] = {
    "--budget 64K -o %s/m.mps",
    "--budget 3K --formulation product -o %s/m.lp",
    "--memory-model peak --budget 40K -o %s/m.mps.gz",
    "--memory-model footprint --conversions per-tensor -o %s/m.lp.gz",
    "--method taso-memory -o %s/m.mps",
};

/* Exports program `i` and proves its optimum; the name of its file. */
static const char *prove(int i) {
    static char model[320];
    char arguments[512], line[2048];
    snprintf(arguments, sizeof arguments, "%.*s%s%s", (int)(strstr(programs[i], "%s") - programs[i]), programs[i],
             folder, strstr(programs[i], "%s") + 2);
    snprintf(model, sizeof model, "%s", strstr(arguments, "-o ") + 3);
    ck_assert_msg(harness_taso(&ran, "export --network " TINY " --profile %s/p.tsv %s", folder, arguments) == 0, "%s",
                  ran.err);
    snprintf(line, sizeof line, "%s --quiet --certificate %s/proof.vipr", model, folder);
    harness_command(&ran, "milp", line);
    ck_assert_msg(ran.status == 0, "%s", ran.err);
    return model;
}

static double number(const char *key) {
    char line[64];
    snprintf(line, sizeof line, "\n%s: ", key);
    const char *at = strstr(ran.out, line);
    ck_assert_msg(at != NULL, "no %s in: %s", key, ran.out);
    return strtod(at + strlen(line), NULL);
}

START_TEST(a_proof_of_an_exported_program_holds) {
    const char *model = prove(_i);
    double objective = number("objective");
    ck_assert_msg(harness_taso(&ran, "verify %s %s/proof.vipr", model, folder) == 0, "%s%s", ran.out, ran.err);
    ck_assert_msg(strncmp(ran.out, "claim: optimal\nproven: yes\n", 27) == 0, "%s", ran.out);
    ck_assert_double_eq_tol(number("least"), objective, 1e-9 * objective);
    ck_assert_double_eq_tol(number("most"), objective, 1e-9 * objective);
    ck_assert(number("derivations") > 0);
}
END_TEST

/* sed on the proof, or on the program; status. */
static const struct {
    const char *program, *proof;
    int status;
} changes[] = {
    {"", "s/^RTP range \\([0-9]*\\).*/RTP range 1\\1 1\\1/", 1}, /* another optimum */
    {"", "s/^DER .*/DER 0/", 1},                                 /* no derivations: too many lines or none */
    {"", "s/^OBJ min/OBJ max/", 2},                              /* another program */
    {"", "s/^INT \\([0-9]*\\)/INT 0/", 2},
    {"", "s/^VAR \\([0-9]*\\)/VAR 1\\1/", 2},
    {"", "$ s/.*//", 1},                              /* the last derivation is missing */
    {"/^RHS/,/^BOUNDS/ s/\\([0-9]\\)$/\\17/", "", 2}, /* another budget */
};

START_TEST(a_changed_proof_or_program_is_refused) {
    const char *model = prove(0);
    char line[2048];
    snprintf(line, sizeof line, "sed -i '%s' '%s/m.mps' && sed -i '%s' '%s/proof.vipr'", changes[_i].program, folder,
             changes[_i].proof, folder);
    harness_shell(&ran, line);
    ck_assert_msg(ran.status == 0, "%s", ran.err);
    harness_taso(&ran, "verify %s %s/proof.vipr", model, folder);
    bool refused = changes[_i].status == 1 ? ran.status == 1 || ran.status == 2 : ran.status == changes[_i].status;
    ck_assert_msg(refused, "%s%s: status %d", ran.out, ran.err, ran.status);
    ck_assert((strstr(ran.out, "proven: yes") != NULL) == (ran.status == 0));
    ck_assert_msg(ran.status != 2 || strchr(ran.err, '\n') == ran.err + strlen(ran.err) - 1, "%s", ran.err);
}
END_TEST

START_TEST(a_limit_proves_nothing) {
    const char *model = prove(0);
    int status = harness_taso(&ran, "verify %s %s/proof.vipr --time-limit 0", model, folder);
    ck_assert_msg(status == 1 && strstr(ran.out, "proven: no\n"), "%d: %s%s", status, ran.out, ran.err);
}
END_TEST

/* Everything that the check calls is in base, model, io and exact: the linker says so. */
START_TEST(the_checker_links_without_the_solver) {
    const char *bin = getenv("TASO_BIN");
    char line[4096], build[256] = "build";
    if (bin && strrchr(bin, '/')) snprintf(build, sizeof build, "%.*s", (int)(strrchr(bin, '/') - bin), bin);
    harness_put(folder, "caller.c",
                "#include \"solver/io/lpfile.h\"\n#include \"solver/io/mps.h\"\n#include \"solver/report_vipr.h\"\n"
                "int main(int argc, char **argv) {\n    struct error err;\n    struct limits limits = limits_none();\n"
                "    bool proven = false;\n    struct model *m = mps_read(argv[argc - 2], true, 0, &err);\n"
                "    if (!m) m = lpfile_read(argv[argc - 2], true, 0, &err);\n"
                "    if (!m || !report_vipr(&proven, argv[argc - 1], false, m, &limits, &err)) return 2;\n"
                "    model_free(m);\n    return !proven;\n}\n");
    const char *model = prove(0);
#ifdef __SANITIZE_ADDRESS__
    const char *flags = "-fsanitize=address,undefined";
#else
    const char *flags = "";
#endif
    snprintf(
        line, sizeof line,
        "${CC:-cc} -std=c17 %s -I. '%s/caller.c' %s/solver/report_vipr.o %s/solver/base/*.o %s/solver/model/*.o "
        "%s/solver/io/*.o %s/solver/exact/*.o %s/build_info.o -lz -lm -o '%s/caller' && '%s/caller' '%s' '%s/proof.vipr'",
        flags, folder, build, build, build, build, build, build, folder, folder, model, folder);
    harness_shell(&ran, line);
    ck_assert_msg(ran.status == 0 && strstr(ran.out, "proven: yes"), "%s%s", ran.out, ran.err);
}
END_TEST

int main(void) {
    Suite *s = suite_create("verify");
    TCase *t = tcase_create("verify");
    tcase_set_timeout(t, 60);
    tcase_add_unchecked_fixture(t, enter, leave);
    tcase_add_loop_test(t, a_proof_of_an_exported_program_holds, 0, sizeof programs / sizeof programs[0]);
    tcase_add_loop_test(t, a_changed_proof_or_program_is_refused, 0, sizeof changes / sizeof changes[0]);
    tcase_add_test(t, a_limit_proves_nothing);
    tcase_add_test(t, the_checker_links_without_the_solver);
    suite_add_tcase(s, t);
    return harness_run(s);
}

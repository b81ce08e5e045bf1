/* Files that we write mean the same program to every installed solver: each solver's optimum of the file is compared
 * with an optimum known by hand. glpsol, cbc, clp and lp_solve are looked for in PATH; HiGHS is npm's package highs,
 * found by node (NODE_PATH). */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

#define LONG_A "a23456789b123456789c123456789d123456789e123456789f123456789g123456789h123456789i123456789j123456789"
#define LONG   LONG_A LONG_A

/* In LP or MPS format, whichever can express it. NAN: infeasible. */
static const struct {
    const char *what, *model;
    double optimum;
    bool integer; /* clp does not solve these */
} models[] = {
    {"a free column and ranges",
     "min\n x + 2 y\nst\n r: -4 <= x - y <= -1.5\n s: 2 <= x + y <= 9\nbounds\n x free\nend\n", 3.75, false},
    {"a range whose upper side holds", "max\n x + y\nst\n r: 1.5 <= x + y <= 4\nend\n", 4, false},
    {"a range whose lower side holds", "min\n x + y\nst\n r: 1.5 <= x + y <= 4\nend\n", 1.5, false},
    {"ranges of negative sides", "min\n x + y\nst\n r: -4 <= x + y <= -1.5\nbounds\n x free\n y >= -1\nend\n", -4,
     false},
    {"names that ranges clash with",
     "max\n x + 2 y\nst\n r: 1 <= x + y <= 4\n r_upper: x <= 3\n r_upper_2: y <= 2\nend\n", 6, false},
    {"negative lower bounds", "min\n x + y\nst\n r: x + y <= 9\nbounds\n x >= -5\n -3.5 <= y <= -1\nend\n", -8.5,
     false},
    {"negative upper bounds", "max\n x + y\nst\n r: x - y <= 9\nbounds\n -inf <= x <= -4\n -7 <= y <= -6\nend\n", -10,
     false},
    {"no lower bound", "min\n x\nst\n r: x + y >= -7\nbounds\n -inf <= x <= 5\n y <= 2\nend\n", -9, false},
    {"equations and a fixed column", "min\n 3 x + y\nst\n e: x + y + z = 7\nbounds\n z = 2.5\n y <= 4\nend\n", 5.5,
     false},
    {"a column fixed at 0 and one at a negative value",
     "min\n x + y + z\nst\n e: x + y + z >= -1\nbounds\n y = 0\n z = "
     "-3\nend\n",
     -1, false},
    {"integers with bounds",
     "max\n 5 x + 4 y\nst\n r: 6 x + 4 y <= 25\nbounds\n -2 <= x <= 3\n y >= -3\ngeneral\n x y\nend\n", 26, true},
    {"binaries", "max\n 5 x + 4 y + 3 z\nst\n r: 2 x + 3 y + z <= 5\n s: 4 x + y + 2 z <= 6\nbinary\n x y z\nend\n", 9,
     true},
    {"integers without an upper bound",
     "max\n x - y\nst\n r: x - 2 y <= 3.5\n s: x <= 9.5\nbounds\n x >= -4\ngeneral\n x y\nend\n", 6, true},
    {"free integers", "min\n x\nst\n r: 2 x >= -7\nbounds\n x free\ngeneral\n x\nend\n", -3, true},
    {"integers at most negative", "max\n x\nst\n r: 2 x + y <= 7\nbounds\n -inf <= x <= -2\ngeneral\n x\nend\n", -2,
     true},
    {"fixed integers", "min\n x + y\nst\n r: x + y >= 2.5\nbounds\n x = 1\ngeneral\n x\nend\n", 2.5, true},
    {"a binary bounded to 0", "min\n - x\nst\n r: x + y <= 9\nbounds\n x = 0\nbinary\n x\nend\n", 0, true},
    {"an empty row", "min\n x\nst\n r: x >= 2\n e: 0 x <= 3\n f: -1 <= 0 x <= 3\nend\n", 2, false},
    {"a row without sides", "min\n x\nst\n r: x >= 2\n n: x + y >= -inf\nend\n", 2, false},
    {"a column in no row", "min\n x + z\nst\n r: x >= 2\nbounds\n 3 <= z <= 4\n w <= 5\nend\n", 5, false},
    {"a column in nothing but General", "min\n x\nst\n r: x >= 1.5\ngeneral\n q\nend\n", 1.5, true},
    {"a constant", "min\n x + 4.25\nst\n r: x >= 2\nend\n", 6.25, false},
    {"a negative constant, maximised", "max\n x - 4.25\nst\n r: x <= 2\nend\n", -2.25, false},
    {"a constant and integers", "max\n 2 x + 10\nst\n r: 2 x <= 5\ngeneral\n x\nend\n", 14, true},
    {"an objective of nothing but a constant", "min\n 7\nst\n r: x >= 2\nend\n", 7, false},
    {"no objective", "min\n obj:\nst\n r: x >= 2\nend\n", 0, false},
    {"names of the format and of numbers",
     "NAME t\nROWS\n N o\n G st\n G free\n G e5\n G end\nCOLUMNS\n    inf o 1 st 1\n    e5 o 1 "
     "free 1\n    2x o 1 e5 1\n    bounds o 1 end 1\nRHS\n    R st 1 free 2\n    R e5 "
     "3 end 4\nENDATA\n",
     10, false},
    {"names of operators",
     "NAME t\nROWS\n N a+b\n G c*d\n G x^2\nCOLUMNS\n    p-q a+b 1 c*d 1\n    [z] a+b 1 x^2 1\n    "
     "<= a+b 1 c*d 1\nRHS\n    R c*d 2 x^2 3\nENDATA\n",
     5, false},
    {"names that differ once changed",
     "NAME t\nROWS\n N o\n G a+b\n G a-b\n G a_b\nCOLUMNS\n    x+ o 1 a+b 1\n    x- o "
     "1 a-b 1\n    x_ o 1 a_b 1\nRHS\n    R a+b 1 a-b 2\n    R a_b 4\nENDATA\n",
     7, false},
    {"odd characters", "min\n x_1.a + y#2 + z!{3} + w'~&\nst\n r(1,2): x_1.a + y#2 + z!{3} >= 2\n s$: w'~& >= 1\nend\n",
     3, false},
    {"long names", "min\n " LONG "x + " LONG "y\nst\n " LONG "r: 1 <= " LONG "x + " LONG "y <= 2\nend\n", 1, false},
    {"small and large numbers",
     "min\n 0.000001 x + y\nst\n r: x + y >= 1234567.125\n s: 0.0001 x + 10000 y >= 100\nbounds\n "
     "x <= 10000000\nend\n",
     1.234567125, false},
    {"an infeasible program", "min\n x\nst\n r: x + y <= 1\n s: x + y >= 2\nend\n", NAN, false},
};

/* HiGHS as WebAssembly: reads LP only. Loading it takes longer than solving, so one process solves all files. */
#define HIGHS                                                                                                          \
    "node -e 'require(\"highs\")().then(h=>{for(const f of process.argv.slice(1)){"                                    \
    "const a=h.solve(require(\"fs\").readFileSync(f,\"utf8\"),{output_flag:false,mip_rel_gap:1e-9});"                  \
    "console.log(a.Status==\"Optimal\"?\"optimum \"+a.ObjectiveValue:\"none \"+a.Status)}})' "

/* Commands that print "optimum VALUE" or "none"; %s is the file. together: all files, one line of output each. */
#define GLPSOL "-o /dev/stdout | awk '/^Status:.*OPTIMAL/{g=1} /^Objective:.*=/{print g ? \"optimum \" $4 : \"none\"}'"
#define CBC                                                                                                            \
    "cbc %s -solve | awk '/nfeasible/{v=\"none\"} /^Optimal objective/{v=\"optimum \" $3} /^Objective "                \
    "value:/{v=\"optimum \" $3} "                                                                                      \
    "END{print v}'"
static const struct peer {
    const char *name, *present, *lp, *mps;
    bool integers, gzip, together;
} peers[] = {
    {"glpsol", "command -v glpsol", "glpsol --lp %s " GLPSOL, "glpsol --freemps %s " GLPSOL, true, true, false},
    {"cbc", "command -v cbc", CBC, CBC, true, true, false},
    {"clp", "command -v clp", NULL,
     "clp %s -solve | awk '/nfeasible/{v=\"none\"} /^Optimal objective/{v=\"optimum \" $3} END{print v}'", false, true,
     false},
    {"lp_solve", "command -v lp_solve", NULL,
     "lp_solve -S3 -fmps %s | awk '/^Value of objective/{print \"optimum \" $5} /infeasible/{print \"none\"}'", true,
     false, false},
    {"highs", "node -e 'require(\"highs\")'", HIGHS "%s", NULL, true, false, true},
};

static struct harness_output ran;

static bool peer_present(const struct peer *p) {
    char line[256];
    snprintf(line, sizeof line, "{ %s; } >/dev/null 2>&1", p->present);
    harness_shell(&ran, line);
    if (ran.status != 0) printf("SKIPPED: %s is not installed\n", p->name);
    fflush(stdout);
    return ran.status == 0;
}

/* A file that we wrote: model k with an ending. */
struct written {
    int model;
    const char *ending;
    char path[512];
};
enum { MODELS = sizeof models / sizeof models[0], MOST_WRITTEN = 4 * MODELS };

static void write_model(struct written *w, int k, const char *ending) {
    bool mps = strncmp(models[k].model, "NAME", 4) == 0;
    const char *given = harness_scratch(mps ? "given.mps" : "given.lp", models[k].model);
    char name[32], arguments[2048];
    snprintf(name, sizeof name, "written-%d.%s", k, ending);
    w->model = k;
    w->ending = ending;
    snprintf(w->path, sizeof w->path, "%s", harness_scratch(name, NULL));
    snprintf(arguments, sizeof arguments, "%s --quiet --write %s", given, w->path);
    harness_command(&ran, "milp", arguments);
    ck_assert_msg(ran.status == 0, "%s: %s", models[k].what, ran.err);
    harness_forget(given);
}

/* Each model in each format that the peer reads; compressed, too, for every sixth. Returns how many files. */
static int write_models(struct written *w, const struct peer *p) {
    static const char *const endings[] = {"lp", "mps", "lp.gz", "mps.gz"};
    int count = 0;
    for (int k = 0; k < MODELS; k++) {
        if (models[k].integer && !p->integers) continue;
        for (int e = 0; e < (p->gzip && k % 6 == 0 ? 4 : 2); e++)
            if (endings[e][0] == 'l' ? p->lp : p->mps) write_model(&w[count++], k, endings[e]);
    }
    return count;
}

/* An MPS file of a maximised objective has its negative, to be minimised. */
static void compare_optimum(const struct peer *p, const struct written *w, const char *line) {
    bool negated = strncmp(models[w->model].model, "max", 3) == 0 && w->ending[0] == 'm';
    double value = NAN, wanted = negated ? -models[w->model].optimum : models[w->model].optimum;
    const char *what = models[w->model].what, *expected = isnan(wanted) ? "none" : "optimum";
    char word[16] = "";
    sscanf(line, "%15s %lf", word, &value);
    ck_assert_msg(strcmp(word, expected) == 0, "%s, %s, %s: expected %s, got %s%s", what, p->name, w->path, expected,
                  line, ran.err);
    if (isnan(wanted)) return;
    ck_assert_msg(fabs(value - wanted) <= 1e-6 * fmax(1, fabs(wanted)), "%s, %s, %s: %g (expected %g)", what, p->name,
                  w->path, value, wanted);
}

static void solve_together(const struct peer *p, const struct written *w, int count) {
    char files[6000] = "", line[8000];
    for (int i = 0; i < count; i++) snprintf(files + strlen(files), sizeof files - strlen(files), "%s ", w[i].path);
    snprintf(line, sizeof line, p->lp, files);
    harness_shell(&ran, line);
    char *rest = ran.out;
    for (int i = 0; i < count; i++) {
        const char *answer = strtok_r(rest, "\n", &rest);
        compare_optimum(p, &w[i], answer ? answer : "");
    }
}

START_TEST(every_peer_finds_the_optimum_of_what_is_written) {
    static struct written written[MOST_WRITTEN];
    const struct peer *p = &peers[_i];
    if (!peer_present(p)) return;
    int count = write_models(written, p);
    if (p->together) solve_together(p, written, count);
    for (int i = 0; i < count && !p->together; i++) {
        char line[2048];
        snprintf(line, sizeof line, written[i].ending[0] == 'l' ? p->lp : p->mps, written[i].path);
        harness_shell(&ran, line);
        compare_optimum(p, &written[i], ran.out);
    }
    for (int i = 0; i < count; i++) harness_forget(written[i].path);
}
END_TEST

/* Our own solver, on the model as given and on every file written from it. */
START_TEST(milp_finds_the_same_optimum_in_every_file) {
    static const char *const endings[] = {"lp", "mps", "lp.gz", "mps.gz"};
    bool mps = strncmp(models[_i].model, "NAME", 4) == 0;
    char given[512], written[512], name[32], arguments[2048];
    snprintf(given, sizeof given, "%s", harness_scratch(mps ? "given.mps" : "given.lp", models[_i].model));
    for (int e = -1; e < 4; e++) {
        snprintf(name, sizeof name, "written.%s", e < 0 ? "" : endings[e]);
        snprintf(written, sizeof written, "%s", e < 0 ? given : harness_scratch(name, NULL));
        snprintf(arguments, sizeof arguments, "%s --quiet --write %s", given, written);
        if (e >= 0) harness_command(&ran, "milp", arguments);
        snprintf(arguments, sizeof arguments, "%s --strict", written);
        harness_command(&ran, "milp", arguments);
        const char *at = strstr(ran.out, "objective: ");
        ck_assert_msg(ran.status == (isnan(models[_i].optimum) ? 3 : 0), "%s: %d %s", models[_i].what, ran.status,
                      ran.err);
        if (!isnan(models[_i].optimum))
            ck_assert_double_eq_tol(atof(at + strlen("objective: ")), models[_i].optimum, 1e-6);
        if (e >= 0) harness_forget(written);
    }
    harness_forget(given);
}
END_TEST

int main(void) {
    Suite *s = suite_create("peers");
    TCase *t = tcase_create("peers");
    tcase_set_timeout(t, 300);
    tcase_add_loop_test(t, milp_finds_the_same_optimum_in_every_file, 0, sizeof models / sizeof models[0]);
    tcase_add_loop_test(t, every_peer_finds_the_optimum_of_what_is_written, 0, sizeof peers / sizeof peers[0]);
    suite_add_tcase(s, t);
    return harness_run(s);
}

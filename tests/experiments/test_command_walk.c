/* A whole walk on a tiny network: measure, select, and everything that may be wrong with the files between. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"

static struct harness_output o;

static void taso(const char *arguments) {
    harness_command(&o, "taso", arguments);
}

#define TINY "tests/data/tiny.net"
static char folder[512];
#define SELECTED "select --network " TINY " --profile @/p.tsv --method "
#define OWN      "own.plan" /* of this machine */

static void enter(void) {
    char line[2048];
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(line, sizeof line, "profile --network " TINY " --quick --quiet -o %s/p.tsv", folder);
    taso(line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    snprintf(line, sizeof line, "select --network " TINY " --profile %s/p.tsv --method taso -o %s/" OWN, folder,
             folder);
    taso(line);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static void leave(void) {
    harness_remove_folder(folder);
}

/* Runs `edit` in the folder, where p.tsv is the profile, then taso with the arguments; %s in them is the folder. */
static void edit_and_run(const char *edit, const char *arguments) {
    char line[4096], filled[2048];
    snprintf(line, sizeof line, "cd %s && %s", folder, edit);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s: %s", edit, o.err);
    ck_assert_uint_lt(harness_fill(filled, sizeof filled, arguments, '@', folder), sizeof filled);
    taso(filled);
}

static const struct {
    const char *edit, *arguments;
    int status;
    const char *out, *err; /* what is said, or NULL */
} walks[] = {
    {"true", "select --network " TINY " --profile @/p.tsv --method taso", 0, "\nstatus: optimal\n", NULL},
    {"true", "select --network " TINY " --profile @/p.tsv --method sum2d", 0, "\nmethod: sum2d\n", NULL},
    {"true", "select --network " TINY " --profile @/p.tsv --method taso --memory-model peak --budget 10", 3,
     "\nstatus: infeasible\n", "the minimum is "},
    {"true", "select --network " TINY " --profile @/p.tsv --method taso --budget 12X", 2, NULL,
     "--budget: '12X' is not a size (expected a size in bytes"},
    {"true", "select --network " TINY " --profile @/p.tsv --method magic", 2, NULL, "'magic'"},
    {"true", "select --network " TINY " --profile @/p.tsv --method taso --memory-model heap", 2, NULL, "'heap'"},
    {"true", "select --network " TINY " --method taso", 2, NULL, "--profile PROFILE is missing"},
    {"true", "select --network alexnet --profile @/p.tsv --method taso", 2, NULL, "a profile for another network"},
    {"true", "select --network " TINY " --profile @/none.tsv --method taso", 2, NULL, "/none.tsv: No such file"},
    {"true", "select --network " TINY " --profile @ --method taso", 2, NULL, "is a directory"},
    {"gzip -c p.tsv | head -c 400 >p.tsv.gz", "select --network " TINY " --profile @/p.tsv.gz --method taso", 2, NULL,
     "the gzip stream ends too early, the file is cut off"},
    {"awk -F '\t' -v OFS='\t' '/^conv/ && !n++ {$6 = -5} {print}' p.tsv >b.tsv",
     "select --network " TINY " --profile @/b.tsv --method taso", 2, NULL, "-5"},
    {"sed 's/direct-sum2d\t/direct-sum3d\t/' p.tsv >b.tsv", "select --network " TINY " --profile @/b.tsv --method taso",
     2, NULL, "direct-sum3d"},
    {"sed 's/\t[0-9]*$//' p.tsv >b.tsv", "select --network " TINY " --profile @/b.tsv --method taso", 2, NULL,
     "b.tsv:"},
    {"printf 'data input - c=3 h=8 w=8\\na conv b m=4 k=1\\nb conv a m=3 k=1\\nc add data,b\\n' >cycle.net",
     "networks @/cycle.net", 2, NULL, "cycle.net:"},
    {"true", "sweep --network " TINY " --profile @/p.tsv --methods taso,dynamic --budgets 1K,none -o @/s.tsv", 0, NULL,
     NULL},
    {"true", "sweep --network " TINY " --profile @/p.tsv --methods taso --budgets 1K,many -o @/s.tsv", 2, NULL,
     "'many'"},
    {"true", SELECTED "taso-memory --slack 15", 2, NULL,
     "--slack: 15 is out of range (expected 0 to 1; did you mean 15%?)"},
    {"true", SELECTED "taso-memory --slack 1.5", 2, NULL, "--slack: 1.5 is out of range"},
    {"true", SELECTED "taso-memory --slack 150%", 2, NULL, "--slack: 150% is out of range"},
    {"true", SELECTED "taso-memory --slack %", 2, NULL, "--slack: '%' is not a number"},
    {"true", SELECTED "taso-memory --slack nan", 2, NULL, "--slack: 'nan' is not a number"},
    {"true", SELECTED "taso-memory --slack 15%", 0, "\nstatus: optimal\n", NULL},
    {"true", SELECTED "taso-memory --slack 0.15 --budget none", 0, "\nbudget-bytes: none\n", NULL},
    {"true", SELECTED "taso-weighted --weight 2", 2, NULL, "--weight: 2 is out of range (expected 0 to 1"},
    {"true", SELECTED "taso --weight 0.5", 2, NULL, "--weight: not used by taso (only by taso-weighted)"},
    {"true", SELECTED "taso --slack 0.5", 2, NULL, "--slack: not used by taso (only by taso-memory)"},
    {"true", SELECTED "dynamic --time-limit 5", 2, NULL, "--time-limit: not used by dynamic (only by taso, "},
    {"true", SELECTED "pbqp --formulation flow", 2, NULL, "--formulation: not used by pbqp"},
    {"true", SELECTED "taso --time-limit -1", 2, NULL, "--time-limit: -1 is out of range (expected at least 0)"},
    {"true", SELECTED "taso --time-limit 5s", 2, NULL,
     "--time-limit: '5s' is not a number (expected S: stop after S seconds"},
    {"true", SELECTED "taso --time-limit none", 0, "\nstatus: optimal\n", NULL},
    {"true", SELECTED "taso-memory --slack 0x1", 2, NULL, "--slack: '0x1' is not a number"},
    {"true", "sweep --network " TINY " --profile @/p.tsv --methods taso,taso", 2, NULL,
     "--methods: 'taso' is given twice"},
    {"true", "sweep --network " TINY "," TINY " --profile @/p.tsv", 2, NULL, "--network: '" TINY "' is given twice"},
    {"true", SELECTED "dynmic", 2, NULL, "(did you mean dynamic?)"},
    {"true", SELECTED "taso --memory-model peek", 2, NULL, "(did you mean peak?)"},
    {"true", "frontier --network " TINY " --profile @/p.tsv --method sweep --formulation flow", 2, NULL, "not used by"},
    {"true", "frontier --network " TINY " --profile @/p.tsv --method ilp --epsilon 1%", 2, NULL,
     "--epsilon: not used by --method ilp (only by labels)"},
    {"true", "frontier --network " TINY " --profile @/p.tsv --method sweep --time-limit 5", 2, NULL,
     "--time-limit: not used by dynamic (only by taso, "},
    {"true", "frontier --network " TINY " --profile @/p.tsv --formulation flow", 2, NULL, "not used by labels"},
    {"true", "frontier --network " TINY " --profile @/p.tsv --epsilon 2", 2, NULL, "--epsilon: "},
    {"true", "frontier --network " TINY " --profile @/p.tsv --epsilon 1%", 0, "\ncomplete: ", NULL},
    {"true", "frontier --network " TINY " --profile @/p.tsv --memory-model footprint", 0, "\ncomplete: yes\n", NULL},
    {"true", "frontier --network " TINY " --profile @/p.tsv --time-limit 0", 1, "\ncomplete: no\n", NULL},
    {"true", "frontier --network " TINY " --profile @/p.tsv --method ilp --time-limit 0", 1, "\ncomplete: no\n", NULL},
    {"true", SELECTED "labels --time-limit none", 0, "\nstatus: optimal\n", NULL},
    {"true", SELECTED "labels --memory-model unshared --conversions per-tensor", 0, "\nstatus: optimal\n", NULL},
    {"true", "sweep --network " TINY " --profile @/p.tsv --methods taso,dynamic --weight 0.5", 2, NULL,
     "--weight: not used"},
    {"true", "sweep --network " TINY " --profile @/p.tsv --methods taso-weighted,dynamic --weight 0.5 --budgets none",
     0, NULL, NULL},
    {"true", "export --network " TINY " --profile @/p.tsv --weight 0.5 -o @/m.mps", 2, NULL, "--weight: not used"},
    {"true", "mix --network " TINY " --profile @/p.tsv --budgets auto", 2, NULL, "--budgets: 'auto' is not a size"},
    {"true", "mix --network " TINY " --profile @/p.tsv --budgets none", 0, "\tnone\tlayout\t", NULL},
    {"true", "mix --network " TINY " --profile @/p.tsv --method exhaustiv --budgets none", 2, NULL,
     "(did you mean exh"},
    {"true", "mix --network " TINY " --profile @/p.tsv --method dynamic --memory-model footprint --budgets 1G,4K", 2,
     NULL, "taso and exhaustive can"},
    {"printf 'd input - c=3 h=8 w=8\\n' >i.net", "profile --network @/i.net -o @/i.tsv", 2, NULL,
     "i.net has nothing to measure"},
    {"sed '3s/^/\\xff/' p.tsv >b.tsv", "select --network " TINY " --profile @/b.tsv --method taso", 2, NULL,
     "b.tsv:3: byte 1, 0xff, is not UTF-8"},
    {"printf 'd input - c=3 h=8 w=8\\0' >n.net", "networks @/n.net", 2, NULL, "n.net:1: a NUL byte"},
    {"printf 'd input - c=3 h=8 w=8\\na\\355\\240\\200 conv d m=2 k=3\\n' >n.net", "networks @/n.net", 2, NULL,
     "n.net:2: byte 2, 0xed, is not UTF-8"},
    {"printf 'd input - c=3 h=8 w=8\\na conv d m=2 kernel=3\\n' >n.net", "networks @/n.net", 2, NULL,
     "no key `kernel`"},
    {"printf 'd input - c=3 h=8 w=8\\na cnov d m=2 k=3\\n' >n.net", "networks @/n.net", 2, NULL,
     "(did you mean conv?)"},
    {"cp " OWN " plan", "run @/plan --repeat 1 --weights @", 2, NULL, ": is a directory (expected a file)"},
    {"cp " OWN " plan", "run @/plan --repeat 1 --input @", 2, NULL, ": is a directory (expected a file)"},
    {"cp " OWN " plan", "run @/plan --repeat 1 --check --reference @", 2, NULL, ": is a directory (expected a file"},
    {"true", "mix --network " TINY " --profile @/p.tsv --budgets 1G", 0, "\tlayout\t", NULL},
    {"true", "mix --network " TINY " --profile @/p.tsv --budgets 1G,x", 2, NULL, "--budgets: 'x'"},
    {"true", "frontier --network " TINY " --profile @/p.tsv -o /dev/full", 2, NULL, "/dev/full: cannot be written"},
};

START_TEST(every_step_says_what_is_wrong_in_one_line_and_exits_as_promised) {
    edit_and_run(walks[_i].edit, walks[_i].arguments);
    ck_assert_msg(o.status == walks[_i].status, "%s: status %d, %s%s", walks[_i].arguments, o.status, o.out, o.err);
    if (walks[_i].out) ck_assert_msg(strstr(o.out, walks[_i].out), "%s: %s", walks[_i].arguments, o.out);
    if (walks[_i].err) ck_assert_msg(strstr(o.err, walks[_i].err), "%s: %s", walks[_i].arguments, o.err);
    bool late =
        strstr(walks[_i].arguments, "/dev/full") != NULL; /* what was found is printed, whatever the disk says */
    if (walks[_i].status == 2 && !late) ck_assert_msg(o.out[0] == '\0', "printed before the error: %s", o.out);
    if (walks[_i].status >= 2) {
        ck_assert_msg(strstr(o.err, "taso: ") == o.err, "%s", o.err);
        ck_assert_msg(strchr(o.err, '\n') == o.err + strlen(o.err) - 1, "%s", o.err);
    }
}
END_TEST

/* The folder exists, and takes no files. */
static const char *const makers[] = {
    "select --network " TINY " --profile @/p.tsv --method taso -o /proc/none",
    "sweep --network " TINY " --profile @/p.tsv --methods sum2d --budgets none -o /proc/none",
    "frontier --network " TINY " --profile @/p.tsv --quiet -o /proc/none",
    "export --network " TINY " --profile @/p.tsv -o /proc/none.mps",
    "import @/a.prototxt -o /proc/none",
};

START_TEST(an_output_that_cannot_be_created_is_one_line) {
    edit_and_run("printf 'input: \"x\"\\ninput_dim: 1\\ninput_dim: 3\\ninput_dim: 8\\ninput_dim: 8\\n' >a.prototxt",
                 makers[_i]);
    ck_assert_msg(o.status == 2, "%s: status %d, %s", makers[_i], o.status, o.err);
    ck_assert_msg(strstr(o.err, "taso: /proc/none") == o.err && strstr(o.err, "cannot be written: No such file"), "%s",
                  o.err);
    ck_assert_msg(strchr(o.err, '\n') == o.err + strlen(o.err) - 1, "%s", o.err);
}
END_TEST

START_TEST(a_plan_of_another_machine_is_remarked_on_and_named) {
    edit_and_run("sed 's/^# host: .*/# host: A Machine Elsewhere/' p.tsv >e.tsv",
                 "select --network " TINY " --profile @/e.tsv --method taso -o @/e.plan");
    ck_assert_msg(o.status == 0, "%s", o.err);
    edit_and_run("true", "run @/e.plan --repeat 1");
    ck_assert_msg(o.status == 0 && strstr(o.err, "another machine (A Machine Elsewhere; this is "), "%s", o.err);
    edit_and_run("true", "run @/e.plan --repeat 1 --quiet");
    ck_assert_str_eq(o.err, "");
    edit_and_run("true", "run @/" OWN " --repeat 1");
    ck_assert_str_eq(o.err, "");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("command_walk");
    TCase *walk = tcase_create("walk");
    tcase_add_unchecked_fixture(walk, enter, leave);
    tcase_add_loop_test(walk, every_step_says_what_is_wrong_in_one_line_and_exits_as_promised, 0,
                        (int)(sizeof walks / sizeof walks[0]));
    tcase_add_loop_test(walk, an_output_that_cannot_be_created_is_one_line, 0, (int)(sizeof makers / sizeof makers[0]));
    tcase_add_test(walk, a_plan_of_another_machine_is_remarked_on_and_named);
    suite_add_tcase(suite, walk);
    return harness_run(suite);
}

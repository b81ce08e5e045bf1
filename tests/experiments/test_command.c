#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "experiments/measure/progress.h"
#include "tests/support/harness.h"

static struct harness_output o;

static void taso(const char *arguments) {
    harness_command(&o, "taso", arguments);
}

START_TEST(help_names_every_command_and_each_has_help_of_its_own) {
    static const char *const names[] = {
#define COMMAND(name) #name,
#include "experiments/commands/commands.def"
#undef COMMAND
    };
    taso("--help");
    ck_assert_int_eq(o.status, 0);
    ck_assert_str_eq(o.err, "");
    char all[sizeof o.out];
    strcpy(all, o.out);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[64], arguments[80];
        snprintf(name, sizeof name, "%s", names[i]);
        for (char *c = name; *c; c++) *c = *c == '_' ? '-' : *c;
        ck_assert_msg(strstr(all, name), "%s is not in taso --help", name);
        snprintf(arguments, sizeof arguments, "%s --help", name);
        taso(arguments);
        ck_assert_int_eq(o.status, 0);
        ck_assert_msg(strstr(o.out, "Usage: taso ") && strstr(o.out, "Options:") && strlen(o.out) > 300, "%s: %s", name,
                      o.out);
    }
}
END_TEST

START_TEST(threads_spin_briefly_unless_the_user_has_chosen) {
    unsetenv("OMP_WAIT_POLICY"); /* as `make check` has it */
    unsetenv("GOMP_SPINCOUNT");
    setenv("OMP_DISPLAY_ENV", "verbose", 1); /* libgomp prints its settings, each time that it is loaded */
    taso("primitives");
    if (!strstr(o.err, "GOMP_SPINCOUNT")) { /* another OpenMP */
        unsetenv("OMP_DISPLAY_ENV");
        return;
    }
    ck_assert_msg(!strstr(o.err, "GOMP_SPINCOUNT = '2000'"), "%s", o.err);
    taso("primitives --threads 2");
    ck_assert_msg(strstr(o.err, "GOMP_SPINCOUNT = '2000'"), "%s", o.err);
    ck_assert_int_eq(o.status, 2); /* --threads does nothing without --scenario: argv has arrived */
    setenv("GOMP_SPINCOUNT", "77", 1);
    taso("primitives --threads=2");
    ck_assert_msg(strstr(o.err, "GOMP_SPINCOUNT = '77'") && !strstr(o.err, "'2000'"), "%s", o.err);
    unsetenv("GOMP_SPINCOUNT");
    setenv("OMP_WAIT_POLICY", "passive", 1);
    taso("primitives --threads 2");
    ck_assert_msg(!strstr(o.err, "'2000'"), "%s", o.err);
    unsetenv("OMP_DISPLAY_ENV");
}
END_TEST

START_TEST(version_is_one_line) {
    taso("--version");
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_eq(strstr(o.out, "taso "), o.out);
    ck_assert_ptr_eq(strchr(o.out, '\n'), o.out + strlen(o.out) - 1);
}
END_TEST

static const struct {
    const char *arguments, *says; /* in its one line */
} wrong[] = {
    {"", "a command is missing"},
    {"selekt", "unknown command 'selekt'"},
    {"networks --frobnicate", "unknown option --frobnicate"},
    {"networks -x", "unknown option -x"},
    {"networks alexnet vgg16", "unexpected argument 'vgg16'"},
    {"networks nosuchnet", "nosuchnet"},
    {"networks /nonexistent/a.net", "/nonexistent/a.net"},
    {"networks --folded=yes alexnet", "--folded takes no value"},
    {"netwroks", "(did you mean networks?)"},
    {"networks alexnt", "(did you mean alexnet?)"},
    {"networks --fold alexnet", "(did you mean --folded?)"},
    {"networks --folded", "--folded does nothing without [NAME]"},
    {"networks --folded --folded alexnet", "--folded is given twice"},
    {"networks --quiet --quiet", "--quiet is given twice"},
    {"networks README.md", "for the file of that name write ./README.md"},
    {"networks ./README.md", "README.md:3: not a .net file: unknown op `convolution` in `A convolution can be ...`"},
    {"networks tests", "for the file of that name write ./tests"},
    {"networks ./tests", "./tests: is a directory"},
    {"primitives --threads 2", "--threads does nothing without --scenario"},
    {"select --network alexnet --network vgg16", "--network is given twice"},
    {"run x --reference y", "--reference does nothing without --check"},
    {"run x --weights /tmp", "x: No such file"},
    {"emit x -o y --weights z --seed 2", "--seed does nothing with --weights"},
    {"emit x -o -", "cannot write several files to standard output"},
    {"weights --network alexnet --from x --seed 2 -o y", "--seed does nothing with --from"},
    {"weights --network alexnet -o", "FILE is missing"},
    {"weights --network alexnet -o ''", "--output is empty"},
    {"weights --network alexnet -o /", "/: is a directory"},
    {"export --network alexnet --profile x -o y.txt", "y.txt: unknown format"},
    {"export --network alexnet -o y.lp", "--profile is missing (expected --profile and --output, or --prototxt)"},
    {"export --network alexnet --profile x", "--output is missing (expected --profile and --output, or --prototxt)"},
    {"export --network alexnet --prototxt x --profile y", "--prototxt writes the network alone (expected neither"},
    {"export --network shufflenet2-0.5 --prototxt x", "layer `stage2/1/shuffle`: Caffe has no shuffle"},
    {"verify", "MODEL.mps[.gz]|.lp[.gz] PROOF.vipr[.gz] is missing"},
    {"verify x.mps", "PROOF.vipr[.gz] is missing"},
    {"verify x.mps y.vipr z", "unexpected argument 'z'"},
    {"verify /nonexistent.mps y.vipr", "/nonexistent.mps: No such file"},
    {"verify README.md y.vipr", "README.md:1: "},
    {"verify x.mps y.vipr --time-limit -1", "--time-limit: -1 is out of range"},
    {"devices nrf52804", "unknown device `nrf52804` (did you mean nrf52840?) (expected one of `taso devices`)"},
    {"devices esp32 --ram 1K", "--ram does nothing with NAME"},
    {"devices esp32 rp2040", "unexpected argument 'rp2040'"},
    {"arena", "BUFFERS.csv is missing"},
    {"arena /nonexistent.csv", "/nonexistent.csv: No such file"},
    {"arena README.md", "README.md:1: unknown column"},
    {"arena README.md --time-limit -1", "--time-limit: -1 is out of range"},
    {"arena README.md --capacity 1T", "--capacity: '1T'"},
    {"arena README.md -o -", "--output"},
    {"arena README.md -o README.md", "README.md"},
    {"primitives --scenario", "C,H,W,M,K,S,P[,G[,D]] is missing"},
    {"primitives --scenario 1,2,3", "1,2,3"},
    {"primitives --scenario 0,224,224,64,3,1,1", "at least 1"},
    {"primitives --threads 0", "--threads: 0 is out of range (expected 1 to 256)"},
    {"primitives --threads two", "--threads: 'two' is not a whole number"},
    {"primitives --threads 99999999999", "not a whole number"},
};

START_TEST(bad_usage_is_one_line_and_status_2) {
    taso(wrong[_i].arguments);
    ck_assert_int_eq(o.status, 2);
    ck_assert_str_eq(o.out, "");
    ck_assert_msg(strstr(o.err, "taso: ") == o.err, "%s", o.err);
    ck_assert_msg(strstr(o.err, wrong[_i].says), "no '%s' in: %s", wrong[_i].says, o.err);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
}
END_TEST

START_TEST(results_that_cannot_be_written_are_a_failure) {
    taso("networks >/dev/full");
    ck_assert_int_eq(o.status, 2);
    ck_assert_str_eq(o.err, "taso: standard output cannot be written\n");
}
END_TEST

static const struct {
    const char *text;
    int64_t bytes; /* -1: refused */
} sizes[] = {
    {"0", 0},
    {"1", 1},
    {"4096", 4096},
    {"1K", 1024},
    {"12M", 12582912},
    {"1.5M", 1572864},
    {"2G", 2147483648},
    {"9223372036854775807", INT64_MAX},
    {"9223372036854775808", -1},
    {"12X", -1},
    {"", -1},
    {"K", -1},
    {"-1", -1},
    {"-1K", -1},
    {"1.5", -1},
    {"1e3", -1},
    {" 1K", -1},
    {"1K ", -1},
    {"1KB", -1},
    {"0x10K", -1},
    {"nanK", -1},
    {"infG", -1},
    {"99999999999G", -1},
};

START_TEST(sizes_in_bytes_are_read_strictly) {
    int64_t bytes = -1;
    const char *expected = flags_bytes(&bytes, sizes[_i].text, false);
    if (sizes[_i].bytes < 0)
        ck_assert_msg(expected, "'%s' was accepted as %" PRId64, sizes[_i].text, bytes);
    else
        ck_assert_msg(!expected && bytes == sizes[_i].bytes, "'%s': %s, %" PRId64, sizes[_i].text,
                      expected ? expected : "", bytes);
}
END_TEST

START_TEST(time_left_is_what_has_passed_times_what_remains) {
    char text[32];
    progress_left(text, 10, 1, 4);
    ck_assert_str_eq(text, "30 s");
    progress_left(text, 100, 1, 3);
    ck_assert_str_eq(text, "3 min 20 s");
    progress_left(text, 3600, 1, 4);
    ck_assert_str_eq(text, "3 h 00 min");
    progress_left(text, 10, 0, 4);
    ck_assert_str_eq(text, "unknown");
}
END_TEST

/* --- a whole walk on a tiny network: measure, select, and everything that may be wrong with the files between --- */

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
    size_t used = 0;
    for (const char *c = arguments; *c; c++)
        used +=
            (size_t)snprintf(filled + used, sizeof filled - used, *c == '@' ? "%s" : "%.1s", *c == '@' ? folder : c);
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

START_TEST(help_names_no_default_of_required_flags_and_no_number_for_none) {
    static const char *const lines[] = {"taso select --help", "taso mix --help", "taso sweep --help", "taso run --help",
                                        "milp --help"};
    for (int i = 0; i < 5; i++) {
        char line[256];
        snprintf(line, sizeof line, "%s%s", harness_program(""), lines[i]);
        harness_shell(&o, line);
        ck_assert_msg(!strstr(o.out, ") (required)") && !strstr(o.out, "e+20"), "%s", lines[i]);
        ck_assert_msg(strstr(o.out, "default: none)") || i == 1, "%s", lines[i]);
    }
}
END_TEST

/* --- the table of commands --- */

static const char scratch_command[] =
    "#include <stdio.h>\n#include \"experiments/commands/command.h\"\n"
    "struct given { int number; };\nstatic const struct given preset = {7};\n"
    "static const struct flag flags[] = {{\"number\", FLAG_INT, offsetof(struct given, number), \"N\", \"a number\"}, "
    "{0}};\n"
    "static enum status run(const struct call *call, struct error *err) {\n"
    "    (void)err;\n    printf(\"%d\\n\", ((const struct given *)call->given)->number);\n    return STATUS_DONE;\n}\n"
    "const struct command command_scratch_row = {.flags = {.program = \"taso scratch-row\", .operands = \"\",\n"
    "    .summary = \"prints its number\", .help = \"Prints N.\", .flag = flags, .preset = &preset,\n"
    "    .size = sizeof preset}, .run = run};\n";

/* One row and one file: main is compiled with the longer table and linked with what has been built. */
START_TEST(a_row_of_commands_def_arrives_in_help_and_parser) {
    char line[2048], scratch[512];
    const char *built = getenv("TASO_BIN");
    if (built && strcmp(built, "bin") != 0) {
        printf("SKIPPED: a row of commands.def: not the plain build\n");
        return;
    }
    snprintf(scratch, sizeof scratch, "%s", harness_folder());
    harness_put(scratch, "cmd_scratch_row.c", scratch_command);
    snprintf(
        line, sizeof line,
        "set -e; d=%s; mkdir -p $d/experiments/commands; "
        "{ cat experiments/commands/commands.def; echo 'COMMAND(scratch_row)'; } "
        ">$d/experiments/commands/commands.def; "
        "${CC:-cc} -std=gnu17 -DTASO_VERSION='\"0\"' -I$d -I. experiments/taso_main.c $d/cmd_scratch_row.c -o $d/taso "
        "-Wl,--start-group build/lib*.a -Wl,--end-group -fopenmp -lz -lm -lpthread",
        scratch);
    harness_shell(&o, line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    static const struct {
        const char *arguments, *says;
    } asked[] = {{"--help", "  scratch-row      prints its number\n"},
                 {"scratch-row --help", "--number N               a number (default: 7)"},
                 {"scratch-row --number=12", "12\n"},
                 {"scratch-row --numbr 12 2>&1", "(did you mean --number?); see taso scratch-row --help"},
                 {"scratchrow 2>&1", "(did you mean scratch-row?)"}};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        snprintf(line, sizeof line, "%s/taso %s", scratch, asked[i].arguments);
        harness_shell(&o, line);
        ck_assert_msg(strstr(o.out, asked[i].says), "%s: %s", asked[i].arguments, o.out);
    }
    harness_remove_folder(scratch);
}
END_TEST

START_TEST(every_command_is_in_the_readme_of_its_folder) {
    static const char *const names[] = {
#define COMMAND(name) "cmd_" #name ".c",
#include "experiments/commands/commands.def"
#undef COMMAND
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char line[256];
        snprintf(line, sizeof line, "grep -c '%s' experiments/commands/README.md", names[i]);
        harness_shell(&o, line);
        ck_assert_msg(o.status == 0, "experiments/commands/README.md does not name %s", names[i]);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("command");
    TCase *t = tcase_create("command");
    tcase_add_test(t, help_names_every_command_and_each_has_help_of_its_own);
    tcase_add_test(t, version_is_one_line);
    tcase_add_test(t, threads_spin_briefly_unless_the_user_has_chosen);
    tcase_add_test(t, a_row_of_commands_def_arrives_in_help_and_parser);
    tcase_add_test(t, every_command_is_in_the_readme_of_its_folder);
    tcase_add_loop_test(t, bad_usage_is_one_line_and_status_2, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(t, results_that_cannot_be_written_are_a_failure);
    tcase_add_loop_test(t, sizes_in_bytes_are_read_strictly, 0, (int)(sizeof sizes / sizeof sizes[0]));
    tcase_add_test(t, time_left_is_what_has_passed_times_what_remains);
    TCase *walk = tcase_create("walk");
    tcase_add_unchecked_fixture(walk, enter, leave);
    tcase_add_loop_test(walk, every_step_says_what_is_wrong_in_one_line_and_exits_as_promised, 0,
                        (int)(sizeof walks / sizeof walks[0]));
    tcase_add_loop_test(walk, an_output_that_cannot_be_created_is_one_line, 0, (int)(sizeof makers / sizeof makers[0]));
    suite_add_tcase(suite, t);
    tcase_add_test(walk, a_plan_of_another_machine_is_remarked_on_and_named);
    tcase_add_test(t, help_names_no_default_of_required_flags_and_no_number_for_none);
    suite_add_tcase(suite, walk);
    return harness_run(suite);
}

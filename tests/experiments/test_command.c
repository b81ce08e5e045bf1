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

/* What is before the options fits into a terminal of 120 columns. */
static void help_is_narrow(const char *name) {
    const char *const end = strstr(o.out, "\nOptions:");
    for (const char *line = o.out, *next; line < end; line = next + 1) {
        next = strchr(line, '\n');
        ck_assert_msg(next - line <= 120, "%s --help: %.*s", name, (int)(next - line), line);
    }
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
        help_is_narrow(name);
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
    tcase_add_test(t, help_names_no_default_of_required_flags_and_no_number_for_none);
    suite_add_tcase(suite, t);
    return harness_run(suite);
}

/* The programs' output files: complete or not at all; links, FIFOs and devices stay what they are. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "solver/base/output.h"
#include "solver/base/text.h"
#include "tests/support/harness.h"

#define TINY     "tests/data/tiny.net"
#define SELECTED "--network " TINY " --profile @/p.tsv "
#define MINE     "--network @/mine.net --profile @/p.tsv "

static struct harness_output o;
static char folder[512];

/* The line with the folder for each @, the program for each first word. */
static void shell(const char *text, const char *argument) {
    char placed[6000], line[6000];
    ck_assert_uint_lt(harness_fill(placed, sizeof placed, text, '@', folder), sizeof placed);
    ck_assert_uint_lt(harness_fill(line, sizeof line, placed, '^', argument), sizeof line);
    harness_shell(&o, line);
}

static void program(const char *command, const char *output) {
    char line[5000];
    snprintf(line, sizeof line, "%s%s", harness_program(""), command);
    shell(line, output);
}

static void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
    shell("printf 'Max\\n a\\nSubject To\\n r: a <= 3\\nEnd\\n' >@/m.lp", "");
    program("taso profile --network " TINY " --quick --quiet -o @/p.tsv", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    shell("cp " TINY " @/mine.net", "");
    program("taso select " SELECTED "--method taso -o @/plan", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static void leave(void) {
    harness_remove_folder(folder);
}

/* Every command that writes a file; ^ is its name. */
static const char *const writers[] = {
    "taso weights --network " TINY " -o ^",
    "taso run @/plan --check --quiet --repeat 1 --reference ^",
    "taso run @/plan --quiet --repeat 1 --steps ^",
    "taso run @/plan --quiet --repeat 1 --trace ^",
    "taso select " SELECTED "--method dynamic -o ^",
    "taso frontier " SELECTED "-o ^",
    "taso sweep --quiet " SELECTED "--methods dynamic --budgets none -o ^",
    "taso export " SELECTED "-o ^",
    "milp @/m.lp --solution ^",
    "milp @/m.lp --certificate ^",
    "milp @/m.lp --write ^",
};
#define WRITERS ((int)(sizeof writers / sizeof writers[0]))

static const char *in_folder(const char *name) {
    static char path[2][1000];
    static int next;
    next = !next;
    snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
    return path[next];
}

static mode_t kind(const char *name) {
    struct stat info;
    return lstat(in_folder(name), &info) == 0 ? info.st_mode & S_IFMT : 0;
}

static void expect(int status, const char *says, int writer) {
    ck_assert_msg(o.status == status, "%s: status %d, %s%s", writers[writer], o.status, o.out, o.err);
    ck_assert_msg(!says || strstr(o.err, says), "%s: '%s' is missing in: %s", writers[writer], says, o.err);
    if (status == 2) ck_assert_msg(strchr(o.err, '\n') == o.err + strlen(o.err) - 1, "%s", o.err);
    shell("ls @ | grep tmp", "");
    ck_assert_msg(o.out[0] == '\0', "%s left %s", writers[writer], o.out);
}

START_TEST(every_command_writes_the_same_way) {
    shell("cd @ && rm -rf ./*.mps got && mkfifo fifo.mps && ln -s /dev/full full.mps && ln -s target.mps link.mps && "
          "ln -s link.mps twice.mps "
          "&& mkdir folder.mps && ln -s circle.mps circle.mps",
          "");
    ck_assert_int_eq(o.status, 0);
    program(writers[_i], in_folder("full.mps"));
    expect(2, "full.mps: cannot be written: No space left on device", _i);
    ck_assert_int_eq(kind("full.mps"), S_IFLNK);
    program(writers[_i], in_folder("twice.mps")); /* does not exist yet */
    expect(0, NULL, _i);
    ck_assert(kind("twice.mps") == S_IFLNK && kind("link.mps") == S_IFLNK && kind("target.mps") == S_IFREG);
    if (!strstr(writers[_i], "reference")) { /* which would now be read */
        char line[2000];
        ck_assert_int_eq(chmod(in_folder("target.mps"), 0640), 0);
        snprintf(line, sizeof line, "cat @/fifo.mps >@/got & %s%s; s=$?; wait; exit $s", harness_program(""),
                 writers[_i]);
        shell(line, in_folder("fifo.mps"));
        expect(0, NULL, _i);
        shell("test -p @/fifo.mps && test -s @/got", "");
        ck_assert_int_eq(o.status, 0);
        program(writers[_i], in_folder("target.mps"));
        expect(0, NULL, _i);
        shell("test \"$(stat -c %a ^)\" = 640", in_folder("target.mps"));
        ck_assert_int_eq(o.status, 0);
    }
    program(writers[_i], in_folder("folder.mps"));
    expect(2, "folder.mps: is a directory (expected a file", _i);
    program(writers[_i], in_folder("none/x.mps"));
    expect(2, "none': No such file or directory", _i);
    program(writers[_i], in_folder("circle.mps"));
    expect(2, "circle.mps: cannot be written: Too many levels of symbolic links", _i);
}
END_TEST

/* --- standard output --- */

static const struct {
    const char *line, *says; /* NULL: the file goes to standard output */
} dashes[] = {
    {"taso weights --network " TINY " -o -", NULL},
    {"taso frontier " SELECTED "-o -", NULL},
    {"taso sweep --quiet " SELECTED "--methods dynamic -o -", NULL},
    {"milp @/m.lp --solution -", NULL},
    {"milp @/m.lp --write -", NULL},
    {"taso select " SELECTED "--method taso -o -", "the results of taso select go to standard output"},
    {"taso run @/plan --steps -", "the results of taso run go to standard output"},
    {"taso run @/plan --trace -", "the results of taso run go to standard output"},
    {"taso run @/plan --check --reference -", "the results of taso run go to standard output"},
    {"taso emit @/plan -o -", "cannot write several files to standard output (expected a folder)"},
    {"milp @/m.lp --solution - --certificate -", "--solution and --certificate name the same file"},
    {"taso run @/plan --steps @/s --trace @/s", "--steps and --trace name the same file"},
    {"taso select " SELECTED "--method taso -o @/p.tsv", "--output and --profile name the same file"},
    {"taso run @/plan --steps @/../$(basename @)/plan", "plan is read (expected another file)"},
};

START_TEST(a_dash_is_standard_output_or_is_refused) {
    program(dashes[_i].line, "");
    ck_assert_msg(o.status == (dashes[_i].says ? 2 : 0), "%s: status %d, %s", dashes[_i].line, o.status, o.err);
    if (dashes[_i].says) ck_assert_msg(strstr(o.err, dashes[_i].says) && o.out[0] == '\0', "%s: %s", o.out, o.err);
    ck_assert(dashes[_i].says || o.out[0] != '\0');
    ck_assert_int_ne(access("-", F_OK), 0);
}
END_TEST

/* What a line reads under another flag, within a list, or because its plan names it. */
static const char *const over_inputs[] = {
    "taso select " MINE "--method taso -o ^",
    "taso select " MINE "--method taso --steps ^",
    "taso frontier " MINE "-o ^",
    "taso sweep --network " TINY ",@/mine.net --profile @/p.tsv --methods dynamic -o ^",
    "taso export " MINE "-o ^",
    "taso export " MINE "--prototxt ^",
    "taso weights --network @/mine.net -o ^",
    "taso profile --quick --network " TINY ",@/mine.net -o ^",
    "taso profile --quick --force --network @/mine.net -o @/none.tsv --plans ^",
    "taso profile-part @/p.tsv --network @/mine.net --force -o ^",
    "taso report @/p.tsv --network @/mine.net -o ^",
    "taso run @/mine.plan -o ^",
    "taso run @/mine.plan --steps ^",
};

START_TEST(what_is_read_is_never_written_over) {
    program("taso select " MINE "--method taso -o @/mine.plan", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    program(over_inputs[_i], in_folder("mine.net"));
    ck_assert_msg(o.status == 2, "%s: status %d, %s", over_inputs[_i], o.status, o.out);
    ck_assert_msg(strstr(o.err, "/mine.net is read (expected another file)"), "%s: %s", over_inputs[_i], o.err);
    program("taso run @/mine.plan --quiet --repeat 1 -o @/p.tsv", "");
    ck_assert_int_eq(o.status, 2);
    shell("cmp @/mine.net " TINY " && grep -c '^conv' @/p.tsv", "");
    ck_assert_int_eq(o.status, 0);
}
END_TEST

START_TEST(a_program_is_not_written_over_what_it_is_made_of) {
    program("taso select " MINE "--method taso -o @/mine.plan && mkdir -p @/made", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    program("taso weights --network @/mine.net -o @/made/weights.bin", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    shell("cp @/made/weights.bin @/before && cp @/mine.plan @/made/net.c", "");
    program("taso emit @/mine.plan -o @/made --weights @/made/weights.bin", "");
    ck_assert_msg(o.status == 2 && strstr(o.err, "/made/weights.bin is read, and would be written"), "%s", o.err);
    program("taso emit @/made/net.c -o @/made", "");
    ck_assert_msg(o.status == 2 && strstr(o.err, "/made/net.c is read, and would be written"), "%s", o.err);
    shell("cmp @/made/weights.bin @/before && cmp @/made/net.c @/mine.plan && test ! -e @/made/net.h", "");
    ck_assert_int_eq(o.status, 0);
    program("taso emit @/mine.plan -o @/other --weights @/made/weights.bin", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
}
END_TEST

START_TEST(names_of_open_descriptors_stay_names) {
    const char *const names[] = {in_folder("stdout"), "/dev/fd/1", "/proc/self/fd/1"};
    shell("ln -s /proc/self/fd/1 @/stdout", ""); /* as /dev/stdout is one */
    for (int i = 0; i < 3; i++) {
        program("milp @/m.lp --write ^ >@/to; cat @/to", names[i]);
        ck_assert_msg(strstr(o.out, "ROWS") && strstr(o.out, "ENDATA"), "%s: %s%s", names[i], o.out, o.err);
        program("milp @/m.lp --solution ^ | cat", names[i]);
        ck_assert_msg(strstr(o.out, "status: optimal") && strstr(o.out, "\na 3\n"), "%s: %s%s", names[i], o.out, o.err);
    }
}
END_TEST

/* --- what is left --- */

START_TEST(a_signal_leaves_no_temporary_file) {
    char line[2048];
    int end[2];
    struct error err = {""};
    ck_assert_int_eq(pipe(end), 0);
    pid_t child = fork();
    if (child == 0) {
        struct output out;
        signal(SIGTERM, SIG_DFL);
        if (!output_open(&out, in_folder("x"), &err)) _exit(1);
        output_remove_all();
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    ck_assert_int_eq(status, 0);
    shell("ls @ | grep tmp", "");
    ck_assert_str_eq(o.out, "");
    /* the program while writing */
    snprintf(line, sizeof line, "exec %s weights --network vgg16 -o %s/written", harness_program("taso"), folder);
    harness_signalled(&o, line, SIGTERM, 0.2);
    ck_assert_int_ne(o.status, 0);
    shell("ls @ | grep -e tmp -e written", "");
    ck_assert_str_eq(o.out, "");
}
END_TEST

START_TEST(a_file_that_may_not_grow_is_an_error_and_leaves_nothing) {
    char line[1000];
    snprintf(line, sizeof line, "echo old >@/limited; ulimit -f 1; %s --network " TINY " -o @/limited",
             harness_program("taso weights"));
    shell(line, "");
    ck_assert_msg(o.status == 2 && strstr(o.err, "limited: cannot be written: File too large"), "%d %s", o.status,
                  o.err);
    shell("cat @/limited; ls @ | grep tmp", "");
    ck_assert_str_eq(o.out, "old\n");
}
END_TEST

START_TEST(what_may_not_be_written_is_not_replaced) {
    shell("chmod 755 @ && echo kept >@/readonly && chmod 444 @/readonly && mkdir -m 555 @/closed", "");
    static const char *const names[] = {"readonly", "closed/x"}, *const says[] = {"readonly: cannot be written: Perm",
                                                                                  "closed': Permission denied"};
    for (int i = 0; i < 2; i++) {
        pid_t child = fork(); /* as another user, since root may do anything */
        if (child == 0) {
            struct error err = {""};
            struct output out;
            if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
            _exit(output_open(&out, in_folder(names[i]), &err) || !strstr(err.text, says[i]));
        }
        int status;
        waitpid(child, &status, 0);
        ck_assert_msg(status == 0, "%s", names[i]);
    }
}
END_TEST

START_TEST(long_names_and_gzip_follow_the_same_rule) {
    char name[300], *line;
    struct error err = {""};
    struct text_writer out;
    struct text_reader in;
    memset(name, 'n', 255);
    strcpy(name + 252, ".gz");
    ck_assert_msg(text_create(&out, in_folder(name), &err), "%s", err.text);
    text_write(&out, "inside\n");
    ck_assert_msg(text_close(&out, &err), "%s", err.text);
    ck_assert(text_open(&in, in_folder(name), &err) && text_next(&in, &line, &err));
    ck_assert_str_eq(line, "inside");
    text_free(&in);
    shell("ln -s /dev/full @/full.gz; mkfifo @/fifo.gz", "");
    ck_assert(text_create(&out, in_folder("full.gz"), &err));
    text_write(&out, "inside\n");
    ck_assert(!text_close(&out, &err) && strstr(err.text, "No space left"));
    program("milp @/m.lp --solution @/fifo.gz & zcat <@/fifo.gz; wait", "");
    ck_assert_msg(strstr(o.out, "a 3"), "%s%s", o.out, o.err);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("output");
    TCase *c = tcase_create("output");
    tcase_add_unchecked_fixture(c, enter, leave);
    tcase_add_loop_test(c, every_command_writes_the_same_way, 0, WRITERS);
    tcase_add_loop_test(c, a_dash_is_standard_output_or_is_refused, 0, (int)(sizeof dashes / sizeof dashes[0]));
    tcase_add_loop_test(c, what_is_read_is_never_written_over, 0, sizeof over_inputs / sizeof over_inputs[0]);
    tcase_add_test(c, a_program_is_not_written_over_what_it_is_made_of);
    tcase_add_test(c, names_of_open_descriptors_stay_names);
    tcase_add_test(c, a_signal_leaves_no_temporary_file);
    tcase_add_test(c, a_file_that_may_not_grow_is_an_error_and_leaves_nothing);
    tcase_add_test(c, what_may_not_be_written_is_not_replaced);
    tcase_add_test(c, long_names_and_gzip_follow_the_same_rule);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

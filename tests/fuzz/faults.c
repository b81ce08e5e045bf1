/* faults - the programs on a machine that fails them: make check-faults
 *
 *     faults SECONDS      from the environment TASO_BIN, TASO_FAULTS (faults_memory.so), TASO_READERS (fuzz_readers)
 *
 * For each command line of a table: every allocation fails once in turn (later ones in steps); the disk is full after
 * every byte in turn (in steps); standard output is full, or a pipe whose reader has left; and SIGINT, SIGTERM or SIGKILL
 * arrives at a random moment. Each time the program ends as it should: status 2 and one line, or the same output as
 * without a fault; an output that exists is a whole one; after anything but SIGKILL no unfinished file is left; and the next
 * run without a fault succeeds. Each kind takes a share of SECONDS. Exit status 1 if there was a complaint. */
#define _DEFAULT_SOURCE /* usleep */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"

enum { WORDS = 24, HANG_SECONDS = 60 };

/* %: the folder of inputs, READER/seed.ENDING for each reader of tests/fuzz/fuzz_seeds.h; out/...: what is written. */
static const struct subject {
    const char *command, *output; /* output: NULL for standard output only */
    bool resumes;                 /* an interrupted run is continued by the next one, with --resume */
} subjects[] = {
    {"milp %/mps/seed.mps --quiet --write out/m.lp", "out/m.lp", false},
    {"milp %/lp/seed.lp --quiet --write out/m.mps.gz", "out/m.mps.gz", false},
    {"milp %/lp/seed.lp --quiet --solution out/m.sol", "out/m.sol", false},
    {"taso import %/prototxt/seed.prototxt --quiet -o out/n.net", "out/n.net", false},
    {"taso import %/onnx/seed.onnx --quiet -o out/n.net --weights out/n.f32", "out/n.net", false},
    {"taso import %/tflite/seed.tflite --quiet -o out/n.net --weights out/n.f32", "out/n.net", false},
    {"taso profile-import %/table/seed.csv --quiet -o out/p.tsv", "out/p.tsv", false},
    {"taso select --network %/net/seed.net --profile %/profile/seed.tsv --method taso --quiet -o out/n.plan",
     "out/n.plan", false},
    {"taso frontier --network %/net/seed.net --profile %/profile/seed.tsv --quiet -o out/f.tsv", "out/f.tsv", false},
    {"taso sweep --network %/net/seed.net --profile %/profile/seed.tsv --quiet --budgets none -o out/s.tsv",
     "out/s.tsv", false},
    {"taso arena %/buffers/seed.csv --quiet --time-limit 1 -o out/b.csv", "out/b.csv", false},
    {"taso profile --network %/net/seed.net --quick --quiet -o out/p.tsv", "out/p.tsv", true},
};
enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

static char folder[128];
static int complaints;

/* --- one run ------------------------------------------------------------------------------------------------------- */

enum fault { FAULT_NONE, FAULT_MEMORY, FAULT_DISK, FAULT_FULL, FAULT_PIPE, FAULT_SIGNAL };
static const char *const fault_names[] = {"no fault",       "allocation",       "disk full after byte",
                                          "/dev/full, run", "closed pipe, run", "signal after microseconds"};

struct run {
    const struct subject *subject;
    enum fault fault;
    long at;
    int signal, status; /* status: of waitpid */
    bool reached;       /* the fault happened, as far as is known */
    char said[512];     /* on standard error */
};

static char *in_folder(const char *name) {
    static char path[4][512];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void complain(const struct run *r, const char *what) {
    fprintf(stderr, "faults: %s\n    %s %ld: %s (status %#x, said `%s`)\n", r->subject->command, fault_names[r->fault],
            r->at, what, (unsigned)r->status, r->said);
    complaints++;
}

/* The words of the command, with paths; they live as long as the child. */
static void split(char *argv[WORDS], const char *command, bool resume) {
    char text[1024], *rest = text;
    int count = 0;
    snprintf(text, sizeof text, "%s%s", command, resume ? " --resume" : "");
    for (char *word; (word = strtok_r(rest, " ", &rest)) && count < WORDS - 1;) {
        char path[512];
        if (count == 0)
            snprintf(path, sizeof path, "%s/%s", getenv("TASO_BIN"), word);
        else if (*word == '%')
            snprintf(path, sizeof path, "%s/in%s", folder, word + 1);
        else if (strncmp(word, "out/", 4) == 0)
            snprintf(path, sizeof path, "%s/%s", folder, word);
        else
            snprintf(path, sizeof path, "%s", word);
        argv[count++] = memory_string(path);
    }
    argv[count] = NULL;
}

/* `said`: where standard error goes, a pipe: it is not on the disk that is full. */
static void child(const struct run *r, bool resume, int said) {
    char *argv[WORDS], number[32];
    int ends[2], out = open(r->fault == FAULT_FULL ? "/dev/full" : "/dev/null", O_WRONLY);
    if (r->fault == FAULT_PIPE && pipe(ends) == 0) {
        close(ends[0]);
        out = ends[1];
    }
    if (out < 0 || dup2(out, 1) < 0 || dup2(said, 2) < 0) _exit(9);
    snprintf(number, sizeof number, "%ld", r->at);
    split(argv, r->subject->command, resume);
    if (r->fault == FAULT_MEMORY) {
        setenv("TASO_FAIL_AT", number, 1);
        setenv("TASO_FAIL_FLAG", in_folder("flag"), 1);
        setenv("LD_PRELOAD", getenv("TASO_FAULTS"), 1);
    }
    if (r->fault == FAULT_DISK) setrlimit(RLIMIT_FSIZE, &(struct rlimit){(rlim_t)r->at, (rlim_t)r->at});
    alarm(HANG_SECONDS);
    execv(argv[0], argv);
    _exit(9);
}

static void run(struct run *r, bool resume) {
    int ends[2];
    size_t length = 0;
    unlink(in_folder("flag"));
    fflush(NULL);
    if (pipe(ends) != 0) exit(2);
    const pid_t pid = fork();
    if (pid == 0) child(r, resume, ends[1]);
    close(ends[1]);
    if (r->fault == FAULT_SIGNAL) {
        usleep((useconds_t)r->at);
        kill(pid, r->signal);
    }
    for (ssize_t got; (got = read(ends[0], r->said + length, sizeof r->said - 1 - length)) > 0;) length += (size_t)got;
    r->said[length] = '\0';
    close(ends[0]);
    if (pid < 0 || waitpid(pid, &r->status, 0) != pid) exit(2);
    r->reached = r->fault != FAULT_MEMORY || access(in_folder("flag"), F_OK) == 0;
}

/* --- what is left -------------------------------------------------------------------------------------------------- */

static char *contents(const char *path, size_t *length) {
    struct stat info;
    FILE *in = fopen(path, "rb");
    *length = 0;
    if (!in || fstat(fileno(in), &info) != 0) return NULL;
    char *bytes = memory_new((size_t)info.st_size + 1, 1);
    *length = fread(bytes, 1, (size_t)info.st_size, in);
    fclose(in);
    return bytes;
}

static bool same(const char *path, const char *good) {
    size_t length, wanted;
    char *have = contents(path, &length), *want = contents(good, &wanted);
    const bool equal = have && want && length == wanted && memcmp(have, want, length) == 0;
    free(have);
    free(want);
    return equal;
}

/* How many there are, or only those that are not finished. */
static int files(const char *path, bool removed, bool temporary) {
    DIR *all = opendir(path);
    int count = 0;
    for (struct dirent *e; all && (e = readdir(all));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        count += !temporary || strstr(e->d_name, ".tmp") != NULL;
        if (removed) unlinkat(dirfd(all), e->d_name, 0);
    }
    if (all) closedir(all);
    return count;
}

/* A whole table ends in its number of rows; of other files only the provenance, a date or a time, may differ. */
static bool whole(const char *path, const char *good) {
    size_t length, wanted;
    char *have = contents(path, &length), *want = contents(good, &wanted);
    const char *end = "\n# rows: ";
    const bool both = have && want && length > 0;
    const bool is = both && (strstr(want, end) ? strstr(have, end) != NULL : length + 64 > wanted);
    free(have);
    free(want);
    return is;
}

static void check_left(const struct run *r) {
    const char *out = in_folder(r->subject->output), *good = in_folder("good");
    const bool exists = access(out, F_OK) == 0, done = WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0;
    const int left = files(in_folder("out"), false, true);
    const bool stopped = WIFEXITED(r->status) && WEXITSTATUS(r->status) == 1; /* with what was found so far */
    if (exists && !stopped && !same(out, good) && !whole(out, good)) complain(r, "the output is not whole");
    if (done && !exists) complain(r, "success without an output");
    /* Where only standard output failed, the file was written before. */
    if (!done && (r->fault == FAULT_MEMORY || r->fault == FAULT_DISK) && exists)
        complain(r, "an output in spite of a failure");
    if (r->signal == SIGKILL || r->subject->resumes) return;
    if (left > 0) complain(r, "a file that is not finished was left");
}

/* Status 2 and one line; or success, where the fault was survived or came too late. */
static void check_end(const struct run *r) {
    const bool exited = WIFEXITED(r->status);
    const int code = exited ? WEXITSTATUS(r->status) : -1;
    const char *newline = strchr(r->said, '\n');
    if (r->fault == FAULT_SIGNAL) {
        if (!exited && WTERMSIG(r->status) != r->signal) complain(r, "ended by another signal");
        return;
    }
    if (!exited && (r->fault != FAULT_PIPE || WTERMSIG(r->status) != SIGPIPE)) complain(r, "ended by a signal");
    if (exited && code != 0 && code != 2) complain(r, "unexpected status (expected 0 or 2)");
    if (code == 2 && (!newline || newline[1])) complain(r, "not one line");
}

/* --- faults, one after the other ------------------------------------------------------------------------------------- */

static void one(struct run *r) {
    files(in_folder("out"), true, false);
    run(r, false);
    check_end(r);
    check_left(r);
}

/* Places 1, 2, 3, ... while they are few, then in steps that grow; until the fault is not reached, or time is up. */
static long sweep(const struct subject *s, enum fault fault, long most, double until) {
    long runs = 0;
    for (long at = fault == FAULT_DISK ? 0 : 1; at <= most && clock_wall() < until; at += 1 + at / 16, runs++) {
        struct run r = {.subject = s, .fault = fault, .at = at};
        one(&r);
        if (!r.reached) break;
    }
    return runs;
}

static long signals(const struct subject *s, double usual_us, struct random *random, double until) {
    static const int kinds[] = {SIGINT, SIGTERM, SIGKILL};
    long runs = 0;
    for (; runs < 60 && clock_wall() < until; runs++) {
        const long most = (long)(1.1 * usual_us) + 1;
        struct run r = {.subject = s, .fault = FAULT_SIGNAL, .signal = kinds[runs % 3]};
        r.at = random_int(random, 0, most > 1000000 ? 1000000 : (int)most);
        one(&r);
        if (!s->resumes || runs % 6 != 2) continue;
        struct run next = {.subject = s}; /* what was measured is taken up */
        run(&next, true);
        if (next.status != 0) complain(&next, "the next run fails");
    }
    return runs;
}

static void subject_run(const struct subject *s, double seconds, struct random *random) {
    struct run good = {.subject = s};
    struct stat info;
    files(in_folder("out"), true, false);
    const double start = clock_wall();
    run(&good, false);
    const double usual = clock_wall() - start;
    if (good.status != 0 || stat(in_folder(s->output), &info) != 0) {
        complain(&good, "fails without a fault");
        return;
    }
    if (rename(in_folder(s->output), in_folder("good")) != 0) exit(2);
    const double share = seconds / 3;
    double now = clock_wall();
    long memory = 0, disk = 0;
    if (!s->resumes) memory = sweep(s, FAULT_MEMORY, 1l << 40, now + share);
    now = clock_wall();
    if (!s->resumes) disk = sweep(s, FAULT_DISK, (long)info.st_size - 1, now + share);
    sweep(s, FAULT_FULL, s->resumes ? 0 : 1, now + 2 * share);
    sweep(s, FAULT_PIPE, s->resumes ? 0 : 1, now + 2 * share);
    const long killed = signals(s, 1e6 * usual, random, clock_wall() + (s->resumes ? seconds : share));
    struct run last = {.subject = s};
    files(in_folder("out"), true, false);
    run(&last, false);
    if (last.status != 0 || !whole(in_folder(s->output), in_folder("good"))) complain(&last, "the next run fails");
    printf("faults: %-84.84s %4ld allocations, %4ld places on the disk, %3ld signals\n", s->command, memory, disk,
           killed);
}

int main(int argc, char **argv) {
    const double seconds = argc > 1 ? atof(argv[1]) : 120;
    struct random random = {argc > 2 ? (uint64_t)atol(argv[2]) : 1};
    char line[512];
    if (!getenv("TASO_BIN") || !getenv("TASO_FAULTS") || !getenv("TASO_READERS")) return 2;
    snprintf(folder, sizeof folder, "%s/faults.XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder)) return 2;
    snprintf(line, sizeof line, "mkdir %s/in %s/out && %s --seeds %s/in", folder, folder, getenv("TASO_READERS"),
             folder);
    if (system(line) != 0) return 2;
    for (int i = 0; i < SUBJECTS; i++) subject_run(&subjects[i], seconds / SUBJECTS, &random);
    snprintf(line, sizeof line, "rm -rf '%s'", folder);
    if (system(line) != 0) return 2;
    printf("faults: %d complaints\n", complaints);
    return complaints > 0;
}

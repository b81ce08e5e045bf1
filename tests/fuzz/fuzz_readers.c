/* fuzz_readers - feeds corrupted files to every reader: small valid inputs, mutated by a seeded generator.
 *
 *     fuzz_readers SECONDS [SEED [READER]]      `make fuzz` builds and runs it under the sanitizers
 *     fuzz_readers --list                       the readers: names, and the sources that the corpus should cover
 *     fuzz_readers --seeds FOLDER               writes FOLDER/READER/seed.ENDING for each, and models as seed.N.ENDING
 *     fuzz_readers --read READER FILE...        reads these once, one after the other
 *
 * A reader accepts the file or refuses it with one line, within ten seconds and without a crash. Sometimes the programs
 * themselves read the file: exit status 0, or 2 with one line on standard error, and no half-written output. Inputs are
 * read by child processes, so that a crash ends only one of them; its input is kept in build/fuzz/. Exit status 1 if
 * there was a fault. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "solver/base/clock.h"
#include "tests/fuzz/fuzz_mutate.h"

enum { HANG_SECONDS = 10, CHILD_INPUTS = 400, COMMAND_EVERY = 100 };

/* --- one input --- */

static struct shared { /* with child processes */
    long seed, taken, refused, commands;
    int reader;
    char path[320];
} * shared;

static void complain(const char *what) {
    fprintf(stderr, "fuzz: %s, seed %ld: %s\n", readers[shared->reader].name, shared->seed, what);
    _exit(1);
}

static int lines_of(const char *path, char *first, int room) {
    FILE *in = fopen(path, "r");
    int count = 0;
    for (int c; in && (c = getc(in)) != EOF;) count += c == '\n';
    if (in) rewind(in);
    if (!in || !fgets(first, room, in)) first[0] = '\0';
    if (in) fclose(in);
    return count;
}

static void run_command(const struct reader *reader) {
    const char *bin = getenv("TASO_BIN");
    char line[1024], with_network[512], out[320], err[320], left[320], first[256];
    snprintf(out, sizeof out, "%s/out.%s", folder, strcmp(reader->name, "lp") == 0 ? "mps" : "tsv");
    if (reader->read == read_mps) snprintf(out, sizeof out, "%s/out.lp", folder);
    snprintf(err, sizeof err, "%s/err", folder);
    snprintf(left, sizeof left, "%s/out.*", folder); /* with what is written before it is renamed */
    unlink(out);
    snprintf(with_network, sizeof with_network, reader->command, shared->path, out);
    snprintf(line, sizeof line, with_network, network_path);
    char whole[1400];
    snprintf(whole, sizeof whole, "%s/%s >/dev/null 2>'%s'", bin ? bin : "bin", line, err);
    int status = system(whole);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    int lines = lines_of(err, first, sizeof first);
    shared->commands++;
    if (code != 0 && code != 2) {
        fprintf(stderr, "exit status %d of: %s\n%s", code, whole, first);
        complain("unexpected exit status (expected 0 or 2)");
    }
    if (code == 2 && lines != 1) complain("the message of a refusal is not one line");
    if (code == 2 && access(out, F_OK) == 0) complain("an output file exists despite a refusal");
    snprintf(whole, sizeof whole, "test $(ls %s 2>/dev/null | wc -l) -eq %d", left, code == 0);
    if (system(whole) != 0) complain("files were left behind");
    unlink(out);
}

static void one_input(long seed, int only) {
    struct random r = {(uint64_t)seed * 2654435761u + 17};
    shared->reader = only >= 0 ? only : random_int(&r, 0, READERS - 1);
    shared->seed = seed;
    const struct reader *reader = &readers[shared->reader];
    struct input in = {MEMORY_NEW(char, FUZZ_LONGEST), reader->length ? reader->length : strlen(reader->seed)};
    memcpy(in.bytes, reader->seed, in.length);
    mutate(&r, &in);
    bool packed = random_int(&r, 0, 7) == 0;
    if (packed) pack(&r, &in);
    snprintf(shared->path, sizeof shared->path, "%s/input.%s%s", folder, reader->ending, packed ? ".gz" : "");
    store(shared->path, in.bytes, in.length);
    struct error err = {""};
    alarm(HANG_SECONDS);
    bool taken = reader->read(shared->path, &err);
    alarm(0);
    if (!taken && err.text[0] == '\0') complain("refused without a message");
    if (!taken && strchr(err.text, '\n')) complain("refused with more than one line");
    if (taken) shared->taken++;
    if (!taken) shared->refused++;
    if (reader->command && seed % COMMAND_EVERY == 0) {
        alarm(60);
        run_command(reader);
        alarm(0);
    }
    unlink(shared->path);
    free(in.bytes);
}

static void keep_input(void) {
    char to[256], *bytes;
    size_t length;
    mkdir("build/fuzz", 0777);
    snprintf(to, sizeof to, "build/fuzz/%s-%ld%s", readers[shared->reader].name, shared->seed,
             strstr(shared->path, ".gz") ? ".gz" : "");
    bytes = load(shared->path, &length);
    store(to, bytes, length);
    free(bytes);
    fprintf(stderr, "fuzz: kept as %s\n", to);
}

/* --- other uses --- */

static void begin(void) {
    snprintf(folder, sizeof folder, "%s/fuzz.XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(folder)) exit(2);
}

static void end(void) {
    char remove[320];
    snprintf(remove, sizeof remove, "rm -rf '%s'", folder);
    if (system(remove) != 0) exit(2);
}

static int list(void) {
    for (int k = 0; k < READERS; k++) printf("%s %s\n", readers[k].name, readers[k].sources ? readers[k].sources : "");
    return 0;
}

/* seed.ENDING, and for readers of models seed.N.ENDING. */
static void write_reader(const char *to, const struct reader *r) {
    char path[512], scratch[320], *more;
    size_t length = r->length ? r->length : strlen(r->seed);
    snprintf(path, sizeof path, "%s/%s", to, r->name);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/seed.%s", to, r->name, r->ending);
    store(path, r->seed, length);
    snprintf(scratch, sizeof scratch, "%s/more", folder);
    for (int i = 0; (more = models_next(&length, scratch, r->name, i)); i++) {
        snprintf(path, sizeof path, "%s/%s/seed.%d.%s", to, r->name, i, r->ending);
        store(path, more, length);
        free(more);
    }
}

static int write_seeds(const char *to) {
    begin();
    make_seeds();
    for (int k = 0; k < READERS; k++) write_reader(to, &readers[k]);
    end();
    return 0;
}

static int read_files(const char *name, char **files, int count) {
    int taken = 0;
    char path[320];
    begin();
    make_seeds();
    const struct reader *reader = reader_named(name);
    snprintf(path, sizeof path, "%s/input.%s", folder, reader->ending);
    for (int i = 0; i < count; i++) {
        struct error err = {""};
        size_t length;
        char *bytes = load(files[i], &length);
        store(path, bytes, length);
        free(bytes);
        taken += reader->read(path, &err);
    }
    end();
    printf("%s: %d files, %d accepted\n", name, count, taken);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--list") == 0) return list();
    if (argc == 3 && strcmp(argv[1], "--seeds") == 0) return write_seeds(argv[2]);
    if (argc >= 3 && strcmp(argv[1], "--read") == 0) return read_files(argv[2], argv + 3, argc - 3);
    double seconds = argc > 1 ? atof(argv[1]) : 60;
    long seed = argc > 2 ? atol(argv[2]) : 1, first = seed;
    int only = -1, faults = 0;
    for (int k = 0; k < READERS; k++)
        if (argc > 3 && strcmp(argv[3], readers[k].name) == 0) only = k;
    begin();
    char shared_path[320];
    snprintf(shared_path, sizeof shared_path, "%s/shared", folder);
    int file = open(shared_path, O_RDWR | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, sizeof *shared) != 0) return 2;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED) return 2;
    make_seeds();
    const double last = clock_wall() + seconds;
    while (clock_wall() < last && faults < 20) {
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            for (long k = 0; k < CHILD_INPUTS && clock_wall() < last; k++) one_input(seed + k, only);
            _exit(0);
        }
        int status;
        waitpid(child, &status, 0);
        if (status != 0) {
            fprintf(stderr, "fuzz: %s, seed %ld: %s\n", readers[shared->reader].name, shared->seed,
                    WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "stopped");
            keep_input();
            faults++;
            seed = shared->seed + 1;
        } else {
            seed += CHILD_INPUTS;
        }
    }
    printf("fuzz: seeds %ld to %ld: %ld inputs accepted, %ld refused, %ld read by programs; %d faults\n", first,
           shared->seed, shared->taken, shared->refused, shared->commands, faults);
    end();
    return faults > 0;
}

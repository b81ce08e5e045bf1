/* Commands of taso, from their flags to their files, in a process of their own: no block and no file is left, nothing
 * is read or written beyond the end of a block (tests/support/failing.h), and the numbers that are printed and written
 * are held. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/digits.h" /* before the seeds, which redefine Check's assertions */

#include "experiments/commands/command.h"
#include "kernels/isa.h"
#include "tests/fuzz/fail_each.h"

#define COMMAND(name) extern const struct command command_##name;
#include "experiments/commands/commands.def"
#undef COMMAND

static const struct {
    const char *name;
    const struct command *command;
} commands[] = {
#define COMMAND(name) {#name, &command_##name},
#include "experiments/commands/commands.def"
#undef COMMAND
};

#define SEED    "--network @seed.net --profile @seed.tsv "
#define ROWS    "--network @seed.net --profile @streamed.tsv --memory-model peak --streaming on "
#define DIAMOND "--network @diamond.net --profile @diamond.tsv "

/* @: the folder of inputs; @out/: where files are written, of which `files` are looked at; !: instead of what is
 * printed and remarked. TIMED: the output has measured times, so its numbers are not held. The others are those of
 * today: a failure prints what to put here after a deliberate change. Words may change freely. */
enum { TIMED = 0 };
static const struct row {
    const char *line, *files;
    enum status status;
    uint32_t digits;
} rows[] = {
    {"networks", "", STATUS_DONE, 0xa85452a9},
    {"networks --ops", "", STATUS_DONE, 0xb16bc23f},
    {"networks @branches.net --folded", "", STATUS_DONE, 0xf640e3bc},
    {"networks @branches.net --json", "", STATUS_DONE, 0x6373da2e},
    {"primitives", "", STATUS_DONE, 0x91f114c7},
    {"primitives --scenario 4,9,9,3,3,1,1 --threads 3", "", STATUS_DONE, 0xfd7a4c01},
    {"primitives --scenario 8,9,9,4,5,2,2", "", STATUS_DONE, 0x68bd6512},
    {"primitives --scenario 8,20,20,8,3,1,1,8 --json", "", STATUS_DONE, 0x0d973c77},
    {"primitives --scenario 16,20,20,32,1,1,0,2", "", STATUS_DONE, 0x1e79e39c},
    {"primitives --scenario 4,30,30,4,3,1,2,1,2", "", STATUS_DONE, 0xf00c713f},
    {"primitives --scenario 4,30,30,4,7,3,3", "", STATUS_DONE, 0xd5fc2493},
    {"primitives --scenario 5,3,3,6,7,1,3", "", STATUS_DONE, 0x17a4cc64},
    {"primitives --scenario 4,6,7,5,2,1,1", "", STATUS_DONE, 0xc044c6da},
    {"primitives --scenario 3,17,19,8,3,4,1", "", STATUS_DONE, 0xbeb8c462},
    {"primitives --scenario 6,10,12,7,1x3,1,0", "", STATUS_DONE, 0x75f49578},
    {"primitives --scenario 20,13,11,1,3,1,1", "", STATUS_DONE, 0x2576a7a4},
    {"primitives --scenario 4,15,15,4,3,2,3,2,3", "", STATUS_DONE, 0xfe2a1ee6},
    {"primitives --scenario 64,8,16,48,3,1,1", "", STATUS_DONE, 0xa0ed859e},
    {"primitives --scenario 9,30,29,15,5,1,2", "", STATUS_DONE, 0x4cbc66f0},
    {"primitives --scenario 3,31,31,16,11,4,2", "", STATUS_DONE, 0x879f6e9d},
    {"primitives --scenario 2,9,9,3,1,1,1", "", STATUS_DONE, 0xd62ee7a3},
    {"primitives --scenario 3,17,19,8,3,2,1", "", STATUS_DONE, 0x94411eb9},
    {"devices", "", STATUS_DONE, 0xa59d9a5b},
    {"devices --ram 512K --json", "", STATUS_DONE, 0x0321bd76},
    {"analyze @seed.net", "", STATUS_DONE, 0x53f7048c},
    {"analyze @seed.net --ram 3K --flash 2K --profile @seed.tsv", "", STATUS_INFEASIBLE, 0x1534bb84},
    {"analyze @branches.net --ram 9K --element-bytes 1 --stream-input --json", "", STATUS_DONE, 0xd896a956},
    {"analyze @seed.net --ram 10 --profile @streamed.tsv --json", "", STATUS_INFEASIBLE, 0xca11a02d},
    {"analyze @seed.onnx", "", STATUS_DONE, 0xfbe1d176},
    {"analyze @seed.tflite --ram 4K", "", STATUS_DONE, 0x899ca5d0},
    {"import @seed.onnx -o @out/n.net --weights @out/n.bin", "n.net n.bin", STATUS_DONE, 0x27661b86},
    {"import @seed.tflite -o @out/n.net --weights @out/n.bin", "n.net n.bin", STATUS_DONE, 0x81a5a2fa},
    {"import @seed.prototxt -o @out/n.net --caffemodel @seed.caffemodel --weights @out/n.bin", "n.net n.bin",
     STATUS_DONE, 0x34bb66cc},
    {"select " SEED "--method taso --budget 2K -o @out/a.plan --steps @out/s.tsv", "a.plan s.tsv", STATUS_DONE,
     0xd7540b73},
    {"select " SEED "--method taso --budget 3K --memory-model peak --conversions per-tensor", "", STATUS_DONE,
     0x846071ea},
    {"select " SEED "--method taso --budget 1 --formulation product --json", "", STATUS_DONE, 0x4138fdc6},
    {"select " SEED "--method taso-memory --slack 0.3 --memory-model footprint", "", STATUS_DONE, 0xde2d1b71},
    {"select " SEED "--method taso-weighted --weight 0.9 -o @out/a.plan", "a.plan", STATUS_DONE, 0x3b4a7628},
    {"select " SEED "--method labels --budget 1 --memory-model peak", "", STATUS_INFEASIBLE, 0x52d13958},
    {"select " SEED "--ram 6K --flash 4K", "", STATUS_DONE, 0x29fee587},
    {"select " ROWS "--method labels --budget 1500 -o @out/a.plan --steps @out/s.tsv", "a.plan s.tsv", STATUS_DONE,
     0x2c568270},
    {"select " ROWS "--method greedy-stream --budget 1300", "", STATUS_DONE, 0x605a6ae8},
    {"frontier " SEED, "", STATUS_DONE, 0x35eeefde},
    {"frontier " SEED "--method sweep", "", STATUS_DONE, 0x35eeefde},
    {"frontier " SEED "--method ilp --memory-model peak --json", "", STATUS_DONE, 0xf021bf95},
    {"frontier " SEED "--ram none --flash none -o @out/f.tsv", "f.tsv", STATUS_DONE, 0x935aaacb},
    {"frontier " ROWS "-o @out/f.tsv", "f.tsv", STATUS_DONE, 0xe86ace6f},
    {"frontier " ROWS "--stream-input --epsilon 0.1 --in-place off", "", STATUS_DONE, 0x73aa6591},
    {"frontier " DIAMOND "--memory-model footprint", "", STATUS_DONE, 0x8013ff0c},
    {"sweep " SEED "--methods taso,taso-layerwise,pbqp,pbqp-budget,labels,dynamic,sum2d --budgets 0,200,2K,none", "",
     STATUS_DONE, 0x98a8c74d},
    {"sweep " SEED "--methods heuristics --budgets auto:4 --memory-model peak -o @out/s.tsv", "s.tsv", STATUS_DONE,
     0x0170808e},
    {"sweep " SEED "--methods labels --ram 3K,none --flash 3K,4K", "", STATUS_DONE, 0x60870e66},
    {"sweep " SEED "--methods taso,labels --budgets 0,none --shard 2/2 -o @out/s.tsv", "s.tsv", STATUS_DONE,
     0x840695f7},
    {"sweep " ROWS "--methods labels,greedy-stream,greedy-head --budgets auto:3 --json", "", STATUS_DONE, 0xe5a529ed},
    {"mix " SEED "--budgets 0,2K,none", "", STATUS_DONE, 0xcb55a9d0},
    {"mix " DIAMOND "--budgets 100,none --method labels --json", "", STATUS_DONE, 0xa913946d},
    {"export " SEED "--budget 2K -o @out/m.mps", "m.mps", STATUS_DONE, 0xb74c8bc6},
    {"export " SEED "--budget 2K --memory-model peak --formulation product -o @out/m.lp", "m.lp", STATUS_DONE,
     0x7a75b9ad},
    {"export " DIAMOND "--budget 90K --memory-model footprint --conversions per-tensor -o @out/m.lp", "m.lp",
     STATUS_DONE, 0xdd1a9390},
    {"export " SEED "--method taso-memory --slack 0.2 -o @out/m.lp", "m.lp", STATUS_DONE, 0x793090ba},
    {"export --network @seed.net --prototxt @out/n.prototxt", "n.prototxt", STATUS_DONE, 0xb877a744},
    {"explain @seed.plan", "", STATUS_DONE, 0xb12830d2},
    {"explain @seed-streamed.plan --json", "", STATUS_DONE, 0x5219ebd0},
    {"run @seed.plan --check --repeat 1 --steps @out/s.tsv --trace @out/t.json -o @out/o.bin", "", STATUS_DONE, TIMED},
    {"run @seed-streamed.plan --check --repeat 1 --steps @out/s.tsv --reference @out/r --json", "", STATUS_DONE, TIMED},
    {"emit @seed.plan -o @out/p", "p/net.h p/net.c p/main.c p/Makefile p/weights.bin", STATUS_DONE, 0xcb9d58ee},
    {"emit @seed-streamed.plan -o @out/p --prefix small --seed 3", "p/small.h p/small.c p/main.c", STATUS_DONE,
     0x6915c6ab},
    {"weights --network @seed.net -o @out/w.bin", "w.bin", STATUS_DONE, 0x42e87069},
    {"report @seed.tsv --network @seed.net -o @out/r.html", "r.html", STATUS_DONE, 0xfca1456c},
    {"report @streamed.tsv --network @seed.net -o @out/r.html --maps 2", "r.html", STATUS_DONE, 0x22e094d3},
    {"report @seed.tsv --network @seed.net -o @out/r.html --results @tables", "r.html", STATUS_DONE, 0xdcdadd41},
    {"arena @buffers.csv -o @out/o.csv", "o.csv", STATUS_DONE, 0x2aa2e48a},
    {"arena @buffers.csv --capacity 50 --json", "", STATUS_INFEASIBLE, 0xe77b6ed4},
    {"profile-import @table.csv -o @out/p.tsv", "p.tsv", STATUS_DONE, 0x5009fadf},
    {"profile-import @seed-2018.csv --transforms @seed-transforms.csv -o @out/p.tsv", "p.tsv", STATUS_DONE, 0x35a709bd},
    {"profile-merge @profile-shard.tsv -o @out/p.tsv", "p.tsv", STATUS_DONE, 0x2663b46c},
    {"profile-merge @sweep-shard.tsv -o @out/s.tsv", "s.tsv", STATUS_DONE, 0x28f1e9ad},
    {"profile-part @streamed.tsv --network @seed.net -o @out/p.tsv", "p.tsv", STATUS_DONE, 0x3713c1e8},
    {"verify @two.lp @proof.vipr", "", STATUS_DONE, 0xe04cd665},
    {"verify @two.lp @proof.vipr --json", "", STATUS_DONE, 0xd929a4c5},
    {"weights --network @fc.net --from @. -o @out/w.bin", "w.bin", STATUS_DONE, 0x69a07578},
    {"import @seed.onnx -o - --allow-opaque", "", STATUS_DONE, 0x0bc812a8},
    {"networks @families.net --folded", "", STATUS_DONE, 0x8e1702cd},
    {"networks @kinds.net --folded", "", STATUS_DONE, 0xd82761d4},
    {"networks squeezenet1.1", "", STATUS_DONE, 0x13f79fda},
    {"analyze @kinds.net", "", STATUS_DONE, 0xa1e8ecae},
    {"analyze @families.net --ram 20K --json", "", STATUS_DONE, 0xa066f16e},
    {"analyze mobilenet2-0.35 --ram 300K --element-bytes 1", "", STATUS_DONE, 0x0be8e536},
    {"profile --network @seed.net --quick -o @out/timed.tsv", "!timed.tsv", STATUS_DONE, 0xc249459c},
};
enum { ROWS_ALL = sizeof rows / sizeof rows[0] };

/* --- in the child -------------------------------------------------------------------------------------------------- */

static const struct command *command_named(const char *name) {
    for (size_t k = 0; k < sizeof commands / sizeof commands[0]; k++) {
        const char *c = commands[k].name;
        size_t at = 0;
        while (c[at] && (c[at] == name[at] || (c[at] == '_' && name[at] == '-'))) at++;
        if (!c[at] && !name[at]) return commands[k].command;
    }
    return NULL;
}

/* The words of a row, with paths, in static memory: blocks are counted. */
static int words_of(char **argv, const char *line) {
    static char text[4096];
    char in[512];
    int count = 0;
    snprintf(in, sizeof in, "%s/", folder);
    fail_each_expect(harness_fill(text, sizeof text, line, '@', in) < sizeof text, "too long: %s", line);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) argv[count++] = word;
    argv[count] = NULL;
    return count;
}

static bool run_row(const char *line, struct error *err) {
    char *argv[64], path[512];
    const int argc = words_of(argv, line);
    const struct command *c = command_named(argv[0]);
    snprintf(path, sizeof path, "%s/printed", folder);
    if (!c || !freopen(path, "w", stdout)) return error_set(err, "no command `%s`, or no output", argv[0]);
    static atomic_int interrupt;
    void *given = memory_new(1, c->flags.size);
    struct call call = {.given = given, .interrupt = &interrupt};
    enum status status = STATUS_BAD;
    if (flags_parse(given, &call.line, &c->flags, argc - 1, argv + 1, err)) status = c->run(&call, err);
    free(given);
    fflush(stdout);
    fflush(stderr); /* buffered, as it was opened anew */
    int k = 0;
    while (rows[k].line != line) k++;
    if (status != rows[k].status && !err->text[0]) error_set(err, "exit status %d", (int)status);
    return status == rows[k].status;
}

static bool ends_with(const char *path, const char *ending) {
    return strlen(path) >= strlen(ending) && strcmp(path + strlen(path) - strlen(ending), ending) == 0;
}

/* Numbers that are not text: all bytes. */
static uint32_t digest_bytes(uint32_t digest, const char *path) {
    size_t length;
    char *bytes = load(path, &length);
    fail_each_expect(length > 0, "%s is empty", path);
    for (size_t k = 0; k < length; k++) digest = digits_add(digest, bytes[k]);
    free(bytes);
    return digest;
}

/* Of a measured profile: which rows there are, and their bytes. */
static uint32_t digest_timed(uint32_t digest, char *text) {
    enum { TIMED_FIRST = 5, TIMED_LAST = 8 }; /* median_ns min_ns spread_ns runs */
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        int column = 0;
        for (const char *c = line; *c && *line != '#'; c++) {
            column += *c == '\t';
            if (column < TIMED_FIRST || column > TIMED_LAST) digest = digits_add(digest, *c);
        }
    }
    return digest;
}

/* Of a program only what belongs to its plan: the sources of the kernels come before that. A page has no seconds. */
static uint32_t digest_file(uint32_t digest, const char *path) {
    static char text[1 << 20];
    if (ends_with(path, ".bin")) return digest_bytes(digest, path);
    harness_read(text, sizeof text, path);
    if (ends_with(path, "/timed.tsv")) return digest_timed(digest, text);
    const char *plan = strstr(text, "/* ---- the plan ---- */");
    return digits_text(digest, plan ? plan : text, folder, ends_with(path, ".html") ? DIGITS_ALL : DIGITS_WHOLE);
}

static uint32_t digest_outputs(const struct row *r) {
    char path[512], names[256], *rest;
    snprintf(path, sizeof path, "%s/printed", folder);
    snprintf(names, sizeof names, "%s", r->files);
    uint32_t digest = names[0] == '!' ? DIGITS_BEGIN : digest_file(DIGITS_BEGIN, path);
    for (char *name = strtok_r(names, " !", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        snprintf(path, sizeof path, "%s/out/%s", folder, name);
        digest = digest_file(digest, path);
    }
    const char *remarks = r->files[0] == '!' ? "" : fail_each_result->told;
    return digits_text(digest, remarks, folder, DIGITS_WHOLE);
}

/* --- the tests ----------------------------------------------------------------------------------------------------- */

/* The program of the proof among the seeds. */
#define TWO_TEXT                                                                                                       \
    "Minimize\n obj: x + y\nSubject To\n r: 1 <= x <= 3\nBounds\n 0 <= x <= 4\n 0 <= y <= 4\nGeneral\n x\nEnd\n"

/* A table for each figure of a page. */
static const char *const tables[][2] = {
    {"tables/along.tsv",
     "# format: taso-table 1\nnetwork\texecution\tstep\tactivations_bytes\tconversions_bytes\tblock_bytes\t"
     "workspace_bytes\tweights_bytes\na\twhole\t0\t100\t0\t0\t0\t7\na\twhole\t1\t300\t30\t0\t50\t0\n"
     "a\twhole\t2\t200\t0\t0\t150\t9\na\tstreamed\t0\t40\t0\t90\t55\t7\na\tstreamed\t1\t40\t0\t0\t0\t7\n"
     "b\twhole\t0\t1000\t0\t0\t1000\t1\nb\tstreamed\t0\t1\t0\t0\t0\t1\n"},
    {"tables/layers.tsv", "network\tslack\tconvolution\tworkspace_bytes\na\t0\t1\t0\na\t0\t2\t1024\n"
                          "a\t0.1\t1\t0\na\t0.1\t2\t500\nb\t0\t1\t70000\nb\t0.1\t1\t64\n"},
    {"tables/effort.tsv", "network\tmemory_model\tformulation\tcolumns\troot_gap_percent\toutcome\tnodes\tpivots\n"
                          "a\tpeak\tflow\t100\t0.0000\toptimal\t1\t20\nb\tpeak\tflow\t1000\t0.5\toptimal\t1\t200\n"
                          "c\tpeak\tflow\t300\tnan\tlimit\t9\t9000\nd\tpeak\tflow\t10000\t5\toptimal\t7\t2000\n"
                          "a\tfootprint\tproduct\t100\t0\toptimal\t1\t20\n"},
};

static void store_seed(const char *reader, const char *name) {
    const struct reader *r = reader_named(reader);
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    store(path, r->seed, r->length ? r->length : strlen(r->seed));
}

static void prepare(void) {
    static const char *const seeds[][2] = {{"tflite", "seed.tflite"},
                                           {"caffemodel", "seed.caffemodel"},
                                           {"buffers", "buffers.csv"},
                                           {"table", "table.csv"},
                                           {"vipr", "proof.vipr"},
                                           {"npy", "fc.npy"},
                                           {"profile-shard", "profile-shard.tsv"},
                                           {"sweep-shard", "sweep-shard.tsv"}};
    snprintf(folder, sizeof folder, "%s", harness_folder());
    isa_assume(ISA_AVX2); /* the same bytes on every machine */
    make_seeds();
    for (size_t k = 0; k < sizeof seeds / sizeof seeds[0]; k++) store_seed(seeds[k][0], seeds[k][1]);
    char line[2048], path[512], network[640];
    harness_put(folder, "two.lp", TWO_TEXT);
    for (size_t k = 0; k < sizeof tables / sizeof tables[0]; k++) harness_put(folder, tables[k][0], tables[k][1]);
    harness_put(folder, "fc.net", "data input - c=3 h=1 w=1\nfc fc data m=2 bias=0\n");
    snprintf(line, sizeof line, "cp tests/data/*.net '%s' && mkdir '%s/out'", folder, folder);
    fail_each_expect(system(line) == 0, "the networks cannot be copied");
    snprintf(path, sizeof path, "%s/diamond.tsv", folder);
    snprintf(network, sizeof network, "%s/diamond.net", folder);
    profile_free(invented_profile(path, network, 7));
}

static void clear_away(void) {
    harness_remove_folder(folder);
}

START_TEST(a_command_keeps_to_its_memory_and_its_numbers_are_held) {
    const struct row *r = &rows[_i];
    const struct fail_each_subject subject = {r->line, NULL, run_row, NULL};
    char line[2048];
    snprintf(line, sizeof line, "rm -rf '%s/out' && mkdir '%s/out'", folder, folder);
    fail_each_expect(system(line) == 0, "%s/out cannot be emptied", folder);
    fail_each_once(&subject, r->line, FAILING_FENCED, 0);
    fail_each_expect(WIFEXITED(fail_each_result->status), "taso %s: ended by signal %d: %s", r->line,
                     WTERMSIG(fail_each_result->status), fail_each_result->told);
    fail_each_success(r->line);
    const uint32_t digits = r->digits == TIMED ? TIMED : digest_outputs(r);
    fail_each_expect(digits == r->digits, "%s: 0x%08x", r->line, (unsigned)digits);
}
END_TEST

/* Under the sanitizers: blocks are counted here already. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0";
}

int main(void) {
    fail_each_init();
    Suite *suite = suite_create("whole commands");
    TCase *c = tcase_create("whole commands");
    tcase_add_unchecked_fixture(c, prepare, clear_away);
    tcase_add_loop_test(c, a_command_keeps_to_its_memory_and_its_numbers_are_held, 0, ROWS_ALL);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

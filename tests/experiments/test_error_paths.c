/* Every call that can fail, made to fail in turn, in every reader and writer: what comes out is one clear line and
 * nothing else, no file, no leak. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "tests/support/streamed.h" /* before the seeds, which redefine Check's assertions */

#include "experiments/commands/command.h"
#include "experiments/emit/emit.h"
#include "experiments/emit/emit_names.h"
#include "experiments/report/report.h"
#include "experiments/runtime/along.h"
#include "experiments/runtime/reference.h"
#include "experiments/runtime/runtime.h"
#include "formulation/ilp.h"
#include "formulation/prototxt.h"
#include "solver/base/text.h"
#include "solver/milp.h"
#include "solver/proof.h"
#include "tests/fuzz/fail_each.h"

extern const struct command command_explain;

#define LINEAR_TEXT "Minimize\n obj: x + y\nSubject To\n c: x + 2 y >= 3\nEnd\n"

#define LAYERS_TEXT "network\tslack\tconvolution\tworkspace_bytes\na\t0\t1\t0\na\t0\t2\t1024\n"

/* --- what there is to read and to write --- */

static struct {
    struct model *model, *linear;
    struct milp_result *answer;
    struct network *network;
    struct profile *profile;
    struct plan *plan;
    struct weights weights;
    struct reference *reference;
    struct runtime *runtime, *streamed;
    char plan_path[512], streamed_path[512], weights_path[512], reference_path[512], layers_path[512];
} have;

static bool write_mps(const char *path, struct error *err) {
    return mps_write(path, have.model, err);
}

static bool write_lp(const char *path, struct error *err) {
    return lpfile_write(path, have.model, err);
}

/* Writing gives a profile its path and digest, so each run needs its own profile. */
static bool write_profile(const char *path, struct error *err) {
    struct profile *p = profile_read(have.profile->path, err);
    bool good = p && profile_write(p, path, err);
    profile_free(p);
    return good;
}

static bool write_prototxt(const char *path, struct error *err) {
    struct network *n = network_open("tests/data/tiny.net", err);
    const bool good = n && prototxt_write(path, n, err);
    network_free(n);
    return good;
}

static bool write_plan(const char *path, struct error *err) {
    return plan_write(have.plan, path, err);
}

static bool write_solution(const char *path, struct error *err) {
    struct options o = options_default();
    struct limits limits = limits_none();
    struct duals d;
    duals_init(&d, have.linear, have.answer, &o, &limits);
    bool good = solution_write(path, have.linear, have.answer, &d, err);
    duals_free(&d);
    return good;
}

static bool write_basis(const char *path, struct error *err) {
    return bas_write(path, have.linear, have.answer->place, err);
}

static bool write_certificate(const char *path, struct error *err) {
    return solution_write_certificate(path, have.linear, have.answer, false, err);
}

static bool write_proof(const char *path, struct error *err) {
    struct options o = options_default();
    struct limits limits = {LIMITS_NO_DEADLINE, 100, 1000, NULL};
    return proof_write(path, have.linear, have.answer, &o, &limits, err);
}

static bool write_weights(const char *path, struct error *err) {
    return weights_write(&have.weights, path, err);
}

static bool write_reference(const char *path, struct error *err) {
    return reference_write(have.reference, "a test", path, err);
}

static bool write_program(const char *path, struct error *err) {
    return emit_write(have.runtime, path, EMIT_PREFIX, true, err);
}

static bool write_streamed_program(const char *path, struct error *err) {
    return emit_write(have.streamed, path, EMIT_PREFIX, true, err);
}

static bool write_along(const char *path, struct error *err) {
    return along_write(have.streamed->schedule, path, err);
}

static bool write_text(const char *path, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    for (int i = 0; i < 4; i++) text_write(&out, "line %d\n", i);
    return text_close(&out, err);
}

static bool write_offsets(const char *path, struct error *err) {
    struct arena_buffer b = {12, 0, 1, 4, 8};
    struct arena_file_row row = {"one", 3, 7};
    return arena_file_write(path, &(struct arena_file){1, true, &row, &b}, err);
}

static bool write_page(const char *path, const struct report_results *more, struct error *err) {
    struct report r;
    report_init(&r, 0);
    report_profile(&r, have.profile);
    const bool good = report_write(&r, path, more, err);
    report_free(&r);
    return good;
}

static bool write_report(const char *path, struct error *err) {
    return write_page(path, &(struct report_results){0}, err);
}

static bool read_claims(const char *path, struct error *err) {
    char page[512];
    snprintf(page, sizeof page, "%s/page.html", folder);
    const bool good = write_page(page, &(struct report_results){.claims = path}, err);
    unlink(page);
    return good;
}

/* `path`: the table of a figure. */
static bool read_figures(const char *path, struct error *err) {
    char page[512], in[512];
    snprintf(page, sizeof page, "%s/page.html", folder);
    snprintf(in, sizeof in, "%s", path);
    *strrchr(in, '/') = '\0';
    const bool good = write_page(page, &(struct report_results){.folder = in, .quiet = true}, err);
    unlink(page);
    return good;
}

static bool read_weights(const char *path, struct error *err) {
    struct weights w;
    bool good = weights_init(&w, have.network, 0, path, err);
    for (int v = 0; v < have.network->layers && good; v++) {
        const struct layer *l = &have.network->layer[v];
        size_t count = (size_t)weights_count(l);
        float *raw = MEMORY_NEW(float, count + (size_t)weights_biases(l));
        if (count > 0) good = weights_layer(raw, raw + count, &w, v, err);
        free(raw);
    }
    weights_free(&w);
    return good;
}

static bool read_reference(const char *path, struct error *err) {
    struct reference *f = reference_read(have.network, "a test", path, err);
    reference_free(f);
    return f != NULL;
}

static bool explain(const char *path, struct error *err) {
    char operand[256], *operands[] = {operand};
    snprintf(operand, sizeof operand, "%s", path);
    struct call call = {.given = command_explain.flags.preset,
                        .line = {.operands = 1, .operand = operands, .quiet = true}};
    return command_explain.run(&call, err) == STATUS_DONE;
}

static const struct fail_each_subject subjects[] = {
    {"write mps", "mps", write_mps},
    {"write mps, packed", "mps.gz", write_mps},
    {"write lp", "lp", write_lp},
    {"write lp, packed", "lp.gz", write_lp},
    {"write a prototxt", "prototxt", write_prototxt},
    {"write a profile", "tsv", write_profile},
    {"write a profile, packed", "tsv.gz", write_profile},
    {"write a plan", "plan", write_plan},
    {"write a solution", "sol", write_solution},
    {"write a certificate", "cert", write_certificate},
    {"write a basis", "bas", write_basis},
    {"write a proof", "vipr", write_proof},
    {"write weights", "bin", write_weights},
    {"write a reference", "ref", write_reference},
    {"write the steps of a plan", "tsv", write_along},
    {"write offsets", "csv", write_offsets},
    {"write text", "txt", write_text},
    {"write text, packed", "txt.gz", write_text},
    {"write a report", "html", write_report},
    {"read claims", NULL, read_claims, have.plan_path},
    {"read the table of a figure", NULL, read_figures, have.layers_path},
    {"read weights", NULL, read_weights, have.weights_path},
    {"read a reference", NULL, read_reference, have.reference_path},
    {"explain a plan", NULL, explain, have.plan_path},
    {"explain a plan with segments", NULL, explain, have.streamed_path},
};
enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

static struct fail_each_subject subject_of(int i) { /* the readers that are fuzzed come after the table */
    static char path[512];
    if (i < SUBJECTS) return subjects[i];
    const struct reader *r = &readers[i - SUBJECTS];
    snprintf(path, sizeof path, "%s/%s.%s", folder, r->name, r->ending);
    store(path, r->seed, r->length ? r->length : strlen(r->seed));
    return (struct fail_each_subject){r->name, NULL, r->read, path};
}

static struct model *model_of(const char *text) {
    struct error err = {""};
    char path[512];
    snprintf(path, sizeof path, "%s/seed.lp", folder);
    store(path, text, strlen(text));
    struct model *m = lpfile_read(path, false, NULL, &err);
    fail_each_expect(m != NULL, "%s", err.text);
    return m;
}

/* The same network with a segment, its plan and profile in files, too; the world lives as long as the program. */
static struct runtime *streamed_runtime(struct error *err) {
    static struct world w;
    struct random r = {3};
    char profile_path[512];
    snprintf(profile_path, sizeof profile_path, "%s/rows.tsv", folder);
    snprintf(have.streamed_path, sizeof have.streamed_path, "%s/rows.plan", folder);
    w = world_new(network_path);
    world_stream(&w);
    fail_each_expect(profile_write(w.profile, profile_path, err), "%s", err->text);
    for (int i = 0; i < 100 && w.streams.count == 0; i++)
        world_plan_streamed(&w, network_path, NULL, &r, CONVERSIONS_PER_EDGE);
    ck_assert_int_gt(w.streams.count, 0);
    fail_each_expect(plan_write(w.plan, have.streamed_path, err), "%s", err->text);
    return runtime_new(w.plan, w.net, &w.weights, 1, err);
}

static void prepare(void) {
    struct error err = {""};
    struct options o = options_default();
    snprintf(folder, sizeof folder, "%s", harness_folder());
    make_seeds();
    char profile_path[512];
    snprintf(have.plan_path, sizeof have.plan_path, "%s/seed.plan", folder);
    snprintf(profile_path, sizeof profile_path, "%s/seed.tsv", folder);
    snprintf(have.weights_path, sizeof have.weights_path, "%s/seed.weights", folder);
    snprintf(have.reference_path, sizeof have.reference_path, "%s/seed.reference", folder);
    snprintf(have.layers_path, sizeof have.layers_path, "%s/layers.tsv", folder);
    store(have.layers_path, LAYERS_TEXT, strlen(LAYERS_TEXT));
    have.model = model_of(LP_TEXT);
    have.linear = model_of(LINEAR_TEXT);
    have.answer = milp_solve(have.linear, &o, NULL);
    struct network *raw = network_read(network_path, &err);
    have.network = network_fold(raw);
    network_free(raw);
    have.profile = profile_read(profile_path, &err);
    have.plan = plan_read(have.plan_path, &err);
    bool good = weights_init(&have.weights, have.network, 1, NULL, &err);
    float in[3 * 8 * 8];
    image_noise(in, (struct shape){3, 8, 8}, 5);
    have.reference = reference_new(have.network, &have.weights, in, 1, &err);
    have.runtime = runtime_new(have.plan, have.network, &have.weights, 1, &err);
    have.streamed = streamed_runtime(&err);
    good = good && have.reference && have.runtime && have.streamed && write_weights(have.weights_path, &err) &&
           write_reference(have.reference_path, &err);
    fail_each_expect(good, "%s", err.text);
}

static void clear_away(void) {
    harness_remove_folder(folder);
}

/* --- the tests --- */

START_TEST(a_failing_file_is_one_line_and_leaves_nothing) {
    struct fail_each_subject s = subject_of(_i);
    fail_each_expect(fail_each(&s, FAILING_FILES, false) > 0, "%s: no call could be made to fail", s.name);
    if (s.ending) fail_each(&s, FAILING_FILES, true);
}
END_TEST

START_TEST(memory_that_runs_out_is_one_line_and_leaves_nothing) {
    struct fail_each_subject s = subject_of(_i);
    fail_each_expect(fail_each(&s, FAILING_MEMORY, s.ending != NULL) > 0, "%s: no call could be made to fail", s.name);
}
END_TEST

/* A program is several files, each of which is complete or absent. */
START_TEST(a_program_that_cannot_be_emitted_leaves_no_half_of_a_file) {
    static const struct fail_each_subject programs[] = {{"emit", NULL, write_program, NULL},
                                                        {"emit segments", NULL, write_streamed_program, NULL}};
    const struct fail_each_subject s = programs[_i];
    char path[512], line[2048];
    snprintf(path, sizeof path, "%s/program", folder);
    snprintf(line, sizeof line, "rm -rf '%s'", path);
    fail_each_expect(system(line) == 0, "%s cannot be removed", path); /* the program before */
    for (long nth = 1;; nth += 1 + nth / 4) {
        char about[64];
        snprintf(about, sizeof about, "%s, call %ld fails", s.name, nth);
        fail_each_once(&s, path, FAILING_FILES, nth);
        if (fail_each_result->done && !fail_each_result->seen.failed) break;
        fail_each_failure(about, FAILING_FILES);
        char find[1024];
        snprintf(find, sizeof find, "test -z \"$(find '%s' -name '*tmp*' 2>/dev/null)\"", path);
        fail_each_expect(system(find) == 0, "%s: a temporary file was left", about);
        fail_each_expect(system(line) == 0, "%s cannot be removed", path);
    }
    fail_each_success(s.name);
}
END_TEST

START_TEST(a_method_that_fails_fails_the_command) {
    const char *const paths[] = {have.plan_path, have.streamed_path};
    const char *path = paths[_i];
    struct fail_each_subject s = {"explain a plan", NULL, explain, path};
    fail_each_once(&s, path, FAILING_NOTHING, 1);
    fail_each_success(s.name);
    long failed = 0;
    /* If dynamic programming declines, the integer program is used instead: only both together are a failure. */
    for (long nth = 1;; nth++) {
        fail_each_once(&s, path, FAILING_METHODS, nth);
        fail_each_expect(fail_each_result->done, "%s: exit status %d: %s", s.name,
                         WEXITSTATUS(fail_each_result->status), fail_each_result->told);
        if (!fail_each_result->seen.failed) break;
        fail_each_expect(fail_each_result->good == (fail_each_result->err.text[0] == '\0'),
                         "%s, method %ld fails: %s, error '%s'", s.name, nth,
                         fail_each_result->good ? "success" : "failure", fail_each_result->err.text);
        failed += !fail_each_result->good;
    }
    fail_each_expect(failed > 0, "%s: no method's failure was one of the command", s.name);
}
END_TEST

/* Finds what a sanitizer would, in the plain build too: every block ends at an inaccessible page. */
START_TEST(programs_are_written_down_within_their_arrays) {
    static const struct {
        enum formulation formulation;
        enum conversions conversions;
        enum memory_model model;
        bool weigh;
    } kinds[] = {{FORMULATION_FLOW, CONVERSIONS_PER_EDGE, MEMORY_WORKSPACE, false},
                 {FORMULATION_FLOW, CONVERSIONS_PER_TENSOR, MEMORY_PEAK, true},
                 {FORMULATION_FLOW, CONVERSIONS_PER_TENSOR, MEMORY_FOOTPRINT, true},
                 {FORMULATION_PRODUCT, CONVERSIONS_PER_EDGE, MEMORY_WORKSPACE, true}};
    struct error err = {""};
    struct request q = methods_request();
    struct failing_seen seen;
    q.formulation = kinds[_i].formulation;
    q.conversions = kinds[_i].conversions;
    q.model = kinds[_i].model;
    failing_arm(FAILING_FENCED, 0);
    struct instance *g = instance_new(have.network, have.profile, 1, &err);
    struct core *core = core_new(g, &q, kinds[_i].weigh);
    struct ilp_goal goal = {.aim = kinds[_i].weigh ? ILP_MEMORY : ILP_TIME, .most_ns = INT64_MAX};
    struct ilp *p = ilp_new(core, &goal, q.formulation, true, &err);
    ilp_free(p);
    core_free(core);
    instance_free(g);
    failing_disarm(&seen);
    fail_each_expect(p != NULL, "%s", err.text);
    fail_each_expect(seen.blocks_left == 0, "%ld blocks were left", seen.blocks_left);
}
END_TEST

/* Under the sanitizers: blocks are counted here already, and a program that runs out of memory need not free any. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_leaks=0";
}

int main(void) {
    fail_each_init();
    Suite *suite = suite_create("error paths");
    TCase *c = tcase_create("error paths");
    tcase_add_unchecked_fixture(c, prepare, clear_away);
    tcase_add_loop_test(c, a_failing_file_is_one_line_and_leaves_nothing, 0, SUBJECTS + READERS);
    tcase_add_loop_test(c, memory_that_runs_out_is_one_line_and_leaves_nothing, 0, SUBJECTS + READERS);
    tcase_add_loop_test(c, a_program_that_cannot_be_emitted_leaves_no_half_of_a_file, 0, 2);
    tcase_add_loop_test(c, a_method_that_fails_fails_the_command, 0, 2);
    tcase_add_loop_test(c, programs_are_written_down_within_their_arrays, 0, 4);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

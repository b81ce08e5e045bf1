/* Plans with streamed segments as C: the runtime's answer, no warnings, the stack that is stated, and an input that the
 * arena has room for where net.h says so. */
#include "tests/support/emitted.h"
#include "tests/support/streamed.h"

static const struct compiler *const compilers[] = {&gcc, &clang};

/* As emitted_new, of a random network and random segments. family: of the strips, or NULL. */
static struct emitted streamed_new(const char *network, const char *family, struct random *r) {
    struct error err = {""};
    struct emitted e = {.w = world_new(network)};
    world_stream(&e.w);
    do world_plan_streamed(&e.w, network, family, r, CONVERSIONS_PER_EDGE);
    while (e.w.streams.count == 0);
    e.r = runtime_new(e.w.plan, e.w.net, &e.w.weights, 1, &err);
    ck_assert_msg(e.r != NULL, "%s", err.text);
    e.out = MEMORY_NEW(float, runtime_outputs(e.r));
    runtime_run(e.r, e.out, e.w.in, NULL);
    snprintf(e.folder, sizeof e.folder, "%s", harness_scratch("emitted", NULL));
    ck_assert_msg(emit_write(e.r, e.folder, true, &err), "%s", err.text);
    write_floats(e.folder, "in.f32", e.w.in, runtime_inputs(e.r));
    return e;
}

#define PROGRAMS 6

START_TEST(random_streamed_plans_give_the_runtimes_answer) {
    struct random r = {(uint64_t)_i + 1};
    const struct compiler *c = compilers[_i % 2];
    char path[512];
    if (!compiler_is_here(c)) return;
    ck_assert(isa_force(ISA_PORTABLE));
    snprintf(path, sizeof path, "%s", streamed_network("emitted.net", &r));
    struct emitted e = streamed_new(path, _i == 0 ? NULL : "direct", &r);
    program_is_strict_and_right(&e, c, _i == 1 ? NULL : "-O0");
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("emit_streamed");
    TCase *c = tcase_create("emit_streamed");
    tcase_set_timeout(c, 0);
    tcase_add_loop_test(c, random_streamed_plans_give_the_runtimes_answer, 0, PROGRAMS);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

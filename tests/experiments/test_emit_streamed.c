/* Plans with streamed segments as C: the runtime's answer, no warnings, the stack that is stated, and an input that the
 * arena has room for where net.h says so. */
#include "tests/support/emitted.h"

static const struct compiler *const compilers[] = {&gcc, &clang};

#define PROGRAMS 6

START_TEST(random_streamed_plans_give_the_runtimes_answer) {
    struct random r = {(uint64_t)_i + 1};
    const struct compiler *c = compilers[_i % 2];
    char path[512];
    if (!compiler_is_here(c)) return;
    snprintf(path, sizeof path, "%s", streamed_network("emitted.net", &r));
    struct emitted e = emitted_streamed(path, _i == 0 ? NULL : "direct", &r, ISA_PORTABLE);
    program_is_strict_and_right(&e, c, "-O0");
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

/* An image that the plan takes in HWC is converted into the arena: there may be room for the caller's too, or not. */
static const struct {
    const char *text;
    bool room;
} images[] = {
    {"a input - c=3 h=12 w=12\nb conv a m=16 k=3 p=1\nc conv b m=2 k=3 p=1\n", true},
    {"a input - c=3 h=12 w=12\nb conv a m=4 k=3 s=2 p=1\nc conv b m=2 k=3 p=1\n", false},
};

/* The image in HWC, and everything after it in one segment, one row per call, or as a whole. */
static void plan_from_hwc(struct world *w, const char *network, bool streamed) {
    selection_streams_free(&w->streams);
    struct random r = {1};
    for (int v = 0; v < w->g->nodes; v++) w->choice[v] = choice_before(&w->g->node[v], LAYOUT_HWC, &r);
    const struct stream all = {1, w->g->nodes - 1, {1, SEGMENT_SLOW_NONE}, LAYOUT_HWC, false};
    if (streamed) ck_assert(world_segment(w, all, "direct", &r));
    for (int v = 1; v < w->g->nodes && !streamed; v++)
        for (int k = 0; k < w->g->node[v].choices; k++)
            if (strcmp(w->g->node[v].choice[k].primitive->name, "direct-hwc") == 0) w->choice[v] = k;
    world_streamed_plan(w, network, "hwc", CONVERSIONS_PER_EDGE);
}

START_TEST(a_converted_image_is_given_in_the_arena_if_there_is_room) {
    char path[512];
    snprintf(path, sizeof path, "%s", harness_scratch("image.net", images[_i].text));
    struct emitted e = {.r = NULL};
    ck_assert(isa_force(ISA_PORTABLE));
    e.w = world_new(path);
    world_stream(&e.w);
    plan_from_hwc(&e.w, path, !images[_i].room);
    ck_assert_int_eq(e.w.choice[0] > 0, 1);
    emitted_write(&e);
    const bool room = shell("grep -q 'define NET_INPUT_OFFSET' '%s/net.h'", e.folder) == 0;
    ck_assert_int_eq(room, images[_i].room);
    ck_assert_int_eq(room, e.r->schedule->arena_bytes >= 2 * e.r->schedule->step[0].out_bytes);
    program_is_strict_and_right(&e, &gcc, "-O0");
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

/* --- an image by rows --- */

/* C++ hands over a function with C's linkage. Each row is asked for once, from top to bottom, in pieces no larger than
 * stated, the last one too; a function that gives up ends the run. */
static const char by_rows_cc[] =
    "#include \"net.h\"\n"
    "#include <cstdio>\n"
    "#include <cstring>\n"
    "struct image { const float *row; int next, most, calls, left; };\n"
    "alignas(NET_ALIGNMENT) static unsigned char arena[NET_ARENA_BYTES], weights[NET_WEIGHTS_BYTES];\n"
    "static float in[NET_INPUTS], out[NET_OUTPUTS];\n"
    "extern \"C\" int next_rows(void *context, int first, int count, float *to) {\n"
    "    image *from = static_cast<image *>(context);\n"
    "    if (from->left-- == 0 || first != from->next) return 1;\n"
    "    from->next += count;\n"
    "    from->calls++;\n"
    "    if (count > from->most) from->most = count;\n"
    "    std::memcpy(to, from->row + first * NET_INPUT_ROW, sizeof *to * count * NET_INPUT_ROW);\n"
    "    return 0;\n"
    "}\n"
    "int main() {\n"
    "    std::FILE *f = std::fopen(\"weights.bin\", \"rb\"), *g = std::fopen(\"in.f32\", \"rb\");\n"
    "    if (!f || !g || std::fread(weights, 1, sizeof weights, f) != sizeof weights) return 1;\n"
    "    if (std::fread(in, 1, sizeof in, g) != sizeof in || net_weights(weights, sizeof weights)) return 2;\n"
    "    image all = {in, 0, 0, 0, -1};\n"
    "    if (net_run(next_rows, &all, out, arena, sizeof arena)) return 3;\n"
    "    if (all.next != NET_INPUT_HEIGHT || all.most != NET_INPUT_MOST || all.calls < 2) return 4;\n"
    "    for (float x : out) std::printf(\"%.9g\\n\", static_cast<double>(x));\n"
    "    for (int k = 0; k < all.calls; k++) {\n"
    "        image some = {in, 0, 0, 0, k};\n"
    "        const char *wrong = net_run(next_rows, &some, out, arena, sizeof arena);\n"
    "        if (!wrong || !std::strstr(wrong, \"ended\") || some.calls != k) return 5;\n"
    "    }\n"
    "    return net_run(nullptr, &all, out, arena, sizeof arena) ? 0 : 6;\n"
    "}\n";

/* A network whose every row of the image is read, in one segment. */
static struct emitted emitted_by_rows(const char *path, int rows) {
    struct emitted e = {.r = NULL};
    ck_assert(isa_force(ISA_PORTABLE));
    e.w = world_new(path);
    world_stream(&e.w);
    e.w.image_by_rows = true;
    world_least_path(&e.w, rows);
    ck_assert(selection_image_by_rows(&e.w.streams));
    world_streamed_plan(&e.w, path, "rows", CONVERSIONS_PER_EDGE);
    emitted_write(&e);
    return e;
}

static const char *const read_whole = "a input - c=3 h=14 w=6\nb conv a m=4 k=3 p=1\nc maxpool b k=2 s=2\n"
                                      "d conv c m=5 k=3 p=1\ne avgpool d global=1\n";

START_TEST(rows_of_the_image_come_in_the_order_that_is_stated_also_from_cpp) {
    static const char *const compiler[] = {"g++", "clang++"};
    char path[512];
    if (shell("command -v %s >/dev/null", compiler[_i]) != 0) {
        printf("SKIPPED: %s is not installed\n", compiler[_i]);
        return;
    }
    snprintf(path, sizeof path, "%s", harness_scratch("rows.net", read_whole));
    struct emitted e = emitted_by_rows(path, 1 + _i);
    write_text(e.folder, "rows.cc", by_rows_cc);
    program_is_strict_and_right(&e, &gcc, "-O0");
    ck_assert_int_eq(shell("cd '%s' && %s -std=c++17 -Wall -Wextra -Wpedantic -Werror -O0 rows.cc net.o -lm -o rows && "
                           "./rows >rows_answer",
                           e.folder, compiler[_i]),
                     0);
    answer_is_the_runtimes(&e, "rows_answer");
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

/* Too short and too long files: one line, status 2. */
START_TEST(a_file_of_rows_has_to_have_all_of_them) {
    char path[512];
    snprintf(path, sizeof path, "%s",
             harness_scratch("short.net", "a input - c=2 h=9 w=5\nb conv a m=4 k=1 s=4\nc conv b m=3 k=3 p=1\n"));
    struct emitted e = emitted_by_rows(path, 1); /* rows 1 to 3, 5 to 7 are read by nothing */
    double error;
    ck_assert_int_eq(painted_bytes(&error, &e, &gcc, "-O0"), e.r->schedule->arena_bytes);
    program_is_strict_and_right(&e, &gcc, "-O0");
    static const int bytes[] = {0, 4, 39, 40, 200, 320, 356, 364};
    for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++)
        ck_assert_int_eq(
            shell("cd '%s' && cat in.f32 in.f32 | head -c %d >cut && { ./net cut 2>said; test $? = 2; } && "
                  "grep -q '^cut: %s than the 360 bytes expected$' said && test $(wc -l <said) = 1",
                  e.folder, bytes[i], bytes[i] > 360 ? "more" : "fewer"),
            0);
    ck_assert_int_eq(shell("cd '%s' && ./net <in.f32 >answer", e.folder), 0);
    answer_is_the_runtimes(&e, "answer");
    emitted_free(&e);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("emit_streamed");
    TCase *c = tcase_create("emit_streamed");
    tcase_set_timeout(c, 0);
    tcase_add_loop_test(c, random_streamed_plans_give_the_runtimes_answer, 0, PROGRAMS);
    tcase_add_loop_test(c, a_converted_image_is_given_in_the_arena_if_there_is_room, 0,
                        (int)(sizeof images / sizeof images[0]));
    tcase_add_loop_test(c, rows_of_the_image_come_in_the_order_that_is_stated_also_from_cpp, 0, 2);
    tcase_add_test(c, a_file_of_rows_has_to_have_all_of_them);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

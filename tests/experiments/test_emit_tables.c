/* The constants of net.c, read back without a compiler: each step of a plan has the table of its kind, and every field
 * in it is the step's. */
#include "tests/support/harness.h"

#include <string.h>

#include "experiments/emit/emit_instances.h"
#include "experiments/emit/emit_tables.h"
#include "tests/support/world.h"

static const struct schedule *schedule;
static char *text;

static void check_line(int step, const char *type, const char *expected) {
    char line[1024];
    snprintf(line, sizeof line, "static const struct %s %s_%d = {%s};\n", type,
             strcmp(type, "operator_shape") ? type : "shape", step, expected);
    ck_assert_msg(strstr(text, line) != NULL, "no line: %s in:\n%s", line, text);
}

static void check_primitive(int step) {
    const struct primitive *p = schedule->step[step].primitive;
    const struct scenario *s = &schedule->network->layer[schedule->step[step].node].scenario;
    static const char *const layouts[] = {"CHW", "HWC", "HCW"};
    char expected[512], across[2][32] = {"", ""};
    if (s->stride_w) snprintf(across[0], sizeof across[0], ", .stride_w = %d", s->stride_w);
    if (s->dilation_w) snprintf(across[1], sizeof across[1], ", .dilation_w = %d", s->dilation_w);
    int used = snprintf(expected, sizeof expected, "\"%s\", &%s, LAYOUT_%s, LAYOUT_%s, {", p->name,
                        emit_tables_algorithm(p), layouts[p->in], layouts[p->out]);
    for (int k = 0; k < PRIMITIVE_VARIANTS; k++)
        used += snprintf(expected + used, sizeof expected - (size_t)used, k ? ", %d" : "%d", p->variant[k]);
    strcat(expected, "}");
    check_line(step, "primitive", expected);
    snprintf(expected, sizeof expected,
             ".C = %d, .H = %d, .W = %d, .M = %d, .KH = %d, .KW = %d, .stride = %d, .dilation = %d, .groups = %d, "
             ".pad = {%d, %d, %d, %d}%s%s",
             s->C, s->H, s->W, s->M, s->KH, s->KW, s->stride, s->dilation, s->groups, s->pad.top, s->pad.left,
             s->pad.bottom, s->pad.right, across[0], across[1]);
    check_line(step, "scenario", expected);
}

/* A field that is not zero is there, and reads back equal; one that is zero is not there. */
static void check_field(const char *line, const char *name, double value) {
    char key[64];
    snprintf(key, sizeof key, ", .%s = ", name);
    const char *at = strstr(line, key);
    ck_assert_msg((at != NULL) == (value != 0), "%s in %s", name, line);
    if (at) ck_assert_msg(strtof(at + strlen(key), NULL) == (float)value, "%s in %s", name, line);
}

static void check_padding(const char *line, const char *name, const struct padding *pad) {
    char key[128];
    snprintf(key, sizeof key, ", .%s = {%d, %d, %d, %d}", name, pad->top, pad->left, pad->bottom, pad->right);
    ck_assert_msg((strstr(line, key) != NULL) == (pad->top || pad->left || pad->bottom || pad->right), "%s in %s", name,
                  line);
}

static void check_activation(const char *line, const char *name, struct activation f) {
    static const char *const kinds[] = {
        "NONE",
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) #symbol,
#include "kernels/activations.def"
    };
    char key[128];
    snprintf(key, sizeof key, ", .%s = {ACTIVATION_%s, ", name, kinds[f.kind]);
    const char *at = strstr(line, key);
    ck_assert_msg((at != NULL) == (f.kind != ACTIVATION_NONE), "%s in %s", name, line);
    if (!at) return;
    char *comma;
    ck_assert_msg(strtof(at + strlen(key), &comma) == f.a && strncmp(comma, "f, ", 3) == 0 &&
                      strtof(comma + 3, NULL) == f.b,
                  "%s in %s", name, line);
}

static void check_shape(int step) {
    const struct operator_shape *s = &schedule->network->layer[schedule->step[step].node].shape_of;
    static const char *const kinds[] = {
#define OPERATOR(symbol, name) "OPERATOR_" #symbol,
#include "kernels/operators.def"
#undef OPERATOR
    };
    char head[512], line[1024];
    int used =
        snprintf(head, sizeof head, "static const struct operator_shape shape_%d = {.kind = %s, .inputs = %d, .C = {",
                 step, kinds[s->kind], s->inputs);
    for (int k = 0; k < s->inputs; k++)
        used += snprintf(head + used, sizeof head - (size_t)used, k ? ", %d" : "%d", s->C[k]);
    snprintf(head + used, sizeof head - (size_t)used, "}, .H = %d, .W = %d, .M = %d, .OH = %d, .OW = %d", s->H, s->W,
             s->M, s->OH, s->OW);
    const char *at = strstr(text, head);
    ck_assert_msg(at != NULL, "no line: %s in:\n%s", head, text);
    snprintf(line, sizeof line, "%.*s", (int)(strstr(at, "};\n") + 3 - at), at);
#define INTEGER(name)  check_field(line, #name, s->name);
#define FLAG(name)     check_field(line, #name, s->name);
#define REAL(name)     check_field(line, #name, (double)s->name);
#define PADDING(name)  check_padding(line, #name, &s->name);
#define EPILOGUE(name) check_activation(line, #name, s->name);
#include "kernels/operator_fields.def"
#undef INTEGER
#undef FLAG
#undef REAL
#undef PADDING
#undef EPILOGUE
}

static int lines_of(const char *type) {
    int count = 0;
    char head[64];
    snprintf(head, sizeof head, "static const struct %s ", type);
    for (const char *at = text; (at = strstr(at, head)); at++) count++;
    return count;
}

static void write_text(void (*write)(struct text_writer *out, const struct schedule *s)) {
    struct error err = {""};
    struct text_writer out;
    char path[256];
    snprintf(path, sizeof path, "%s", harness_scratch("tables.c", NULL));
    ck_assert_msg(text_create(&out, path, &err), "%s", err.text);
    write(&out, schedule);
    ck_assert_msg(text_close(&out, &err), "%s", err.text);
    const size_t room = 1 << 18;
    text = MEMORY_NEW(char, room);
    harness_read(text, room, path);
    harness_forget(path);
}

static const char *const networks[] = {"tests/data/kinds.net", "tests/data/branches.net", "tests/data/families.net",
                                       "tests/data/diamond.net", "tests/data/axes.net"};

/* Of the network's next random plan; also the one that `write_text` writes. */
static struct schedule *scheduled(struct world *w, const char *network, struct random *r) {
    struct error err = {""};
    world_plan(w, network, r, CONVERSIONS_PER_EDGE);
    struct schedule *s = schedule_new(w->plan, w->net, 1, &err);
    ck_assert_msg(s != NULL, "%s", err.text);
    schedule = s;
    return s;
}

START_TEST(each_step_has_the_table_of_its_kind_and_its_own_fields) {
    struct world w = world_new(networks[_i]);
    struct random r = {9};
    for (int trial = 0; trial < 5; trial++) {
        struct schedule *s = scheduled(&w, networks[_i], &r);
        write_text(emit_tables_write);
        int convolutions = 0, layers = 0;
        for (int i = 0; i < s->steps; i++) {
            const struct layer *l = &w.net->layer[s->step[i].node];
            bool input = s->step[i].row->kind == PROFILE_LAYER && s->step[i].node == 0;
            ck_assert_int_eq(emit_tables_is_input(s, i), input);
            if (s->step[i].row->kind == PROFILE_CONV) convolutions++, check_primitive(i);
            if (s->step[i].row->kind == PROFILE_LAYER && !input) layers++, check_shape(i);
            ck_assert(s->step[i].row->kind != PROFILE_CONV || l->kind == LAYER_CONV);
        }
        ck_assert_int_eq(lines_of("primitive"), convolutions);
        ck_assert_int_eq(lines_of("scenario"), convolutions);
        ck_assert_int_eq(lines_of("operator_shape"), layers);
        free(text);
        schedule_free(s);
    }
    world_free(&w);
}
END_TEST

/* The macro that a convolution's instances hang on and its constants, from the primitive's name; false: it has none. */
static bool instance_of(const char **macro, int constant[3], const struct schedule *s, int step) {
    const struct primitive *p = s->step[step].primitive;
    const struct scenario *of = &s->network->layer[s->step[step].node].scenario;
    int again;
    if (!p) return false;
    if (sscanf(p->name, "winograd-%dx%d-%dx%d", &constant[1], &again, &constant[2], &again) == 4)
        return *macro = "WINOGRAD_USED", constant[0] = strstr(p->name, "-slab") ? 3 : 2, true;
    if (sscanf(p->name, "winograd-%d-%d", &constant[1], &constant[2]) == 2)
        return *macro = "WINOGRAD_USED", constant[0] = 1, true;
    constant[0] = of->KW, constant[1] = of->stride;
    if (strncmp(p->name, "columns", 7) == 0) return *macro = "COLUMNS_USED", constant[2] = of->groups > 1, true;
    if (strncmp(p->name, "depthwise", 9) == 0)
        return *macro = "DEPTHWISE_USED", constant[2] = p->in == LAYOUT_HWC, true;
    return false;
}

/* Cuts the row of these constants out of the macro; 0: it is not there. */
static int take_row(const char *macro, const int constant[3]) {
    char head[64], row[128];
    snprintf(head, sizeof head, "#define %s(x, y, z) (0", macro);
    snprintf(row, sizeof row, " \\\n    || ((x) == %d && (y) == %d && (z) == %d)", constant[0], constant[1],
             constant[2]);
    char *define = strstr(text, head), *at = define ? strstr(define, row) : NULL;
    const char *next = define ? strstr(define + 1, "#define ") : NULL;
    if (!at || (next && at > next)) return 0;
    memmove(at, at + strlen(row), strlen(at + strlen(row)) + 1);
    return 1;
}

START_TEST(a_program_compiles_each_instance_of_its_plan_once_and_no_other) {
    struct random r = {9};
    struct world w = world_new(networks[_i]);
    for (int trial = 0; trial < 5; trial++) {
        struct schedule *s = scheduled(&w, networks[_i], &r);
        write_text(emit_instances_write);
        for (int i = 0; i < s->steps; i++) {
            const char *macro;
            int constant[3], before[3], seen = 0;
            if (!instance_of(&macro, constant, s, i)) continue;
            for (int k = 0; k < i; k++) {
                const char *other;
                if (instance_of(&other, before, s, k) && strcmp(other, macro) == 0)
                    seen += memcmp(before, constant, sizeof before) == 0;
            }
            ck_assert_int_eq(take_row(macro, constant), seen == 0);
        }
        ck_assert_msg(strcmp(text, "#define COLUMNS_USED(x, y, z) (0)\n#define DEPTHWISE_USED(x, y, z) (0)\n"
                                   "#define WINOGRAD_USED(x, y, z) (0)\n") == 0,
                      "left over: %s", text);
        free(text);
        schedule_free(s);
    }
    world_free(&w);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("emit_tables");
    TCase *tests = tcase_create("emit_tables");
    tcase_add_loop_test(tests, each_step_has_the_table_of_its_kind_and_its_own_fields, 0,
                        sizeof networks / sizeof networks[0]);
    tcase_add_loop_test(tests, a_program_compiles_each_instance_of_its_plan_once_and_no_other, 0,
                        sizeof networks / sizeof networks[0]);
    suite_add_tcase(suite, tests);
    return harness_run(suite);
}

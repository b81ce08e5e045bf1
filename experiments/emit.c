#include "experiments/emit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiments/amalgam.h"
#include "formulation/profile_text.h"
#include "kernels/isa.h"

#define ALGORITHM(symbol) extern const struct algorithm algorithm_##symbol;
#include "kernels/primitives.def"

#define EMIT_HEADER 64 /* bytes of weights.bin before the weights */

struct emitter {
    const struct runtime *r;
    const struct schedule *s;
    struct amalgam code;
    char id[EMIT_HEADER]; /* what weights.bin begins with */
    int64_t stored_bytes; /* of weights.bin: header, stored weights, biases */
    int64_t biases_at;    /* offset of the biases */
    const char *isa;
    bool has_isa; /* some kernel asks for the instruction set */
};

static const char *const emit_layouts[LAYOUTS] = {"LAYOUT_CHW", "LAYOUT_HWC", "LAYOUT_HCW"};
static const char *const emit_isas[ISAS] = {"ISA_PORTABLE", "ISA_SSE2", "ISA_AVX2", "ISA_AVX512"};
static const char *const emit_kinds[OPERATORS] = {
#define OPERATOR(symbol, name, help) "OPERATOR_" #symbol,
#include "kernels/operators.def"
#undef OPERATOR
};

/* --- what each kind of step calls ------------------------------------------------------------------------------------------ */

static const struct {
    enum operator_kind kind;
    const char *symbol, *format; /* arguments after the operator's shape */
} emit_calls[] = {
    {OPERATOR_MAXPOOL, "pool_run", "LAYOUT, OUT, IN(0), 1"},
    {OPERATOR_AVGPOOL, "pool_run", "LAYOUT, OUT, IN(0), 1"},
    {OPERATOR_RELU, "elementwise_relu", "OUT, IN(0), 1"},
    {OPERATOR_LRN, "lrn_run", "LAYOUT, OUT, IN(0), 1"},
    {OPERATOR_CONCAT, "channels_concat", "LAYOUT, OUT, INS, 1"},
    {OPERATOR_ADD, "elementwise_add", "OUT, INS, 1"},
    {OPERATOR_FC, "fc_run", "OUT, IN(0), STORED, BIAS, 1"},
    {OPERATOR_SOFTMAX, "channels_softmax", "LAYOUT, OUT, IN(0), 1"},
};

static int emit_call(enum operator_kind kind) {
    for (int i = 0; i < (int)(sizeof emit_calls / sizeof emit_calls[0]); i++)
        if (emit_calls[i].kind == kind) return i;
    return -1; /* the input */
}

/* The symbol algorithm_X of a primitive: the table has its address, the objects its name. */
static const char *emit_algorithm(const struct primitive *p) {
    static const struct {
        const struct algorithm *algorithm;
        const char *symbol;
    } table[] = {
#define ALGORITHM(symbol) {&algorithm_##symbol, "algorithm_" #symbol},
#include "kernels/primitives.def"
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].algorithm == p->algorithm) return table[i].symbol;
    return NULL;
}

static bool emit_needs(struct emitter *e, struct error *err) {
    for (int i = 0; i < e->s->steps; i++) {
        const struct schedule_step *t = &e->s->step[i];
        const struct layer *l = &e->s->network->layer[t->node];
        const char *symbol = "convert_run";
        if (t->primitive) {
            symbol = emit_algorithm(t->primitive);
        } else if (t->row->kind == PROFILE_LAYER) {
            int call = emit_call(l->shape_of.kind);
            if (call < 0) continue;
            symbol = emit_calls[call].symbol;
        }
        if (!symbol || !amalgam_need(&e->code, symbol))
            return error_set(err, "no source defines what step %d, %s, runs", i, t->row->name);
    }
    amalgam_need(&e->code, "scenario_out_h");
    e->has_isa = amalgam_has(&e->code, "kernels/isa.c");
    if (!e->has_isa) e->isa = "any";
    return true;
}

/* A name as it may stand in a comment, which `* /` would end. Valid until the next call but one. */
static const char *emit_name(const char *name) {
    static char texts[2][256];
    static int next;
    char *text = texts[next++ % 2];
    snprintf(text, sizeof texts[0], "%s", name);
    for (char *c = text; *c; c++)
        if (*c == '*') *c = '.';
    return text;
}

/* --- net.h ---------------------------------------------------------------------------------------------------------------- */

static bool emit_header(const struct emitter *e, const char *path, struct error *err) {
    struct text_writer out;
    const struct plan *p = e->s->plan;
    const struct shape in = e->s->step[0].shape, answer = e->s->step[e->s->steps - 1].shape;
    if (!text_create(&out, path, err)) return false;
    text_write(
        &out,
        "/* net.h - %s as selected by %s (predicted %" PRId64
        " ns), a stand-alone program in C11. Made by `taso emit`.\n"
        " *\n"
        " * Input: %d x %d x %d (channels x height x width) float32 in that order; output: %d x %d x %d likewise.\n"
        " * Memory: an arena of NET_ARENA_BYTES, contents of no matter, and the weights file; nothing else, no "
        "allocation.\n"
        " * Instruction set: %s. Functions that can fail return NULL, or one line that says what is wrong. */\n",
        emit_name(e->s->network->name), emit_name(p->method), p->time_ns, in.C, in.H, in.W, answer.C, answer.H,
        answer.W, e->isa);
    text_write(&out, "#ifndef NET_H\n#define NET_H\n#include <stddef.h>\n#include <stdint.h>\n\n");
    text_write(&out, "#define NET_ARENA_BYTES   %" PRId64 "\n", e->s->arena_bytes > 0 ? e->s->arena_bytes : 1);
    text_write(&out, "#define NET_WEIGHTS_BYTES %" PRId64 " /* the whole of weights.bin */\n", e->stored_bytes);
    text_write(&out, "#define NET_INPUTS        %" PRId64 " /* floats */\n", runtime_inputs(e->r));
    text_write(&out, "#define NET_OUTPUTS       %" PRId64 "\n", runtime_outputs(e->r));
    text_write(&out, "#define NET_ALIGNMENT     %d /* of arena and weights */\n\n", PRIMITIVE_ALIGNMENT);
    text_write(&out, "#if NET_WEIGHTS_BYTES > PTRDIFF_MAX || NET_ARENA_BYTES > PTRDIFF_MAX\n"
                     "#error \"weights or arena do not fit into this machine's address space\"\n#endif\n\n");
    text_write(&out, "size_t net_arena_bytes(void);\n"
                     "/* Once, before net_run: the content of weights.bin, which must stay where it is. */\n"
                     "const char *net_weights(const void *weights, size_t bytes);\n"
                     "const char *net_run(const float *in, float *out, void *arena, size_t arena_bytes);\n\n#endif\n");
    return text_close(&out, err);
}

/* --- net.c ---------------------------------------------------------------------------------------------------------------- */

static void emit_primitive(struct text_writer *out, int i, const struct primitive *p) {
    text_write(out, "static const struct primitive primitive_%d = {\"%s\", &%s, %s, %s, {", i, p->name,
               emit_algorithm(p), emit_layouts[p->in], emit_layouts[p->out]);
    for (int k = 0; k < PRIMITIVE_VARIANTS; k++) text_write(out, "%s%d", k ? ", " : "", p->variant[k]);
    text_write(out, "}};\n");
}

static void emit_scenario(struct text_writer *out, int i, const struct scenario *s) {
    text_write(out,
               "static const struct scenario scenario_%d = {.C = %d, .H = %d, .W = %d, .M = %d, .KH = %d, .KW = %d, "
               ".stride = %d, "
               ".pad = %d, .dilation = %d, .groups = %d};\n",
               i, s->C, s->H, s->W, s->M, s->KH, s->KW, s->stride, s->pad, s->dilation, s->groups);
}

static void emit_operator(struct text_writer *out, int i, const struct operator_shape *s) {
    text_write(out, "static const struct operator_shape shape_%d = {.kind = %s, .inputs = %d, .C = {", i,
               emit_kinds[s->kind], s->inputs);
    for (int k = 0; k < s->inputs; k++) text_write(out, "%s%d", k ? ", " : "", s->C[k]);
    text_write(out, "}, .H = %d, .W = %d, .M = %d, .OH = %d, .OW = %d", s->H, s->W, s->M, s->OH, s->OW);
    if (s->kind == OPERATOR_MAXPOOL || s->kind == OPERATOR_AVGPOOL)
        text_write(out, ", .kernel = %d, .stride = %d, .pad = %d, .ceil = %d, .count_pad = %d", s->kernel, s->stride,
                   s->pad, s->ceil, s->count_pad);
    if (s->kind == OPERATOR_LRN)
        text_write(out, ", .size = %d, .alpha = %.9gf, .beta = %.9gf, .bias = %#.9gf", s->size, (double)s->alpha,
                   (double)s->beta, (double)s->bias);
    text_write(out, ", .relu = %s};\n", s->relu ? "true" : "false");
}

static void emit_tables(const struct emitter *e, struct text_writer *out) {
    for (int i = 0; i < e->s->steps; i++) {
        const struct schedule_step *t = &e->s->step[i];
        const struct layer *l = &e->s->network->layer[t->node];
        if (t->primitive) {
            emit_primitive(out, i, t->primitive);
            emit_scenario(out, i, &l->scenario);
        } else if (t->row->kind == PROFILE_LAYER && l->inputs > 0) {
            emit_operator(out, i, &l->shape_of);
        }
    }
}

static void emit_comment(const struct emitter *e, struct text_writer *out, int i) {
    const struct schedule_step *t = &e->s->step[i];
    text_write(out, "\n    /* step %d, %s: %s %s, %s to %s; output %" PRId64 " bytes at %" PRId64, i,
               emit_name(t->row->layer), t->row->name, t->row->scenario, layout_names[t->row->from],
               layout_names[t->row->to], t->out_bytes, t->out_offset);
    if (t->workspace_bytes)
        text_write(out, ", workspace %" PRId64 " at %" PRId64, t->workspace_bytes, t->workspace_offset);
    if (schedule_stored_bytes(e->s, i)) text_write(out, ", weights %" PRId64, schedule_stored_bytes(e->s, i));
    text_write(out, " */\n");
}

static void emit_layer(const struct emitter *e, struct text_writer *out, int i, const char *bias,
                       const char *workspace) {
    const struct schedule_step *t = &e->s->step[i];
    const struct layer *l = &e->s->network->layer[t->node];
    const char *layout = emit_layouts[t->row->from];
    int call = emit_call(l->shape_of.kind);
    if (call < 0) {
        text_write(out, "    memcpy(AT(%" PRId64 "), in, %" PRId64 ");\n", t->out_offset, t->out_bytes);
        return;
    }
    text_write(out, "    %s(&shape_%d, ", emit_calls[call].symbol, i);
    for (const char *c = emit_calls[call].format; *c;) {
        size_t word = strcspn(c, ", ");
        if (strncmp(c, "LAYOUT", word) == 0)
            text_write(out, "%s", layout);
        else if (strncmp(c, "OUT", word) == 0)
            text_write(out, "AT(%" PRId64 ")", t->out_offset);
        else if (strncmp(c, "IN(0)", word) == 0)
            text_write(out, "AT(%" PRId64 ")", e->s->step[t->input[0]].out_offset);
        else if (strncmp(c, "INS", word) == 0) {
            text_write(out, "(const float *const[]){");
            for (int k = 0; k < t->inputs; k++)
                text_write(out, "%sAT(%" PRId64 ")", k ? ", " : "", e->s->step[t->input[k]].out_offset);
            text_write(out, "}");
        } else if (strncmp(c, "STORED", word) == 0)
            text_write(out, "net_stored + %" PRId64, EMIT_HEADER + e->r->stored_offset[i]);
        else if (strncmp(c, "BIAS", word) == 0)
            text_write(out, "%s", bias);
        else if (strncmp(c, "WORKSPACE", word) == 0)
            text_write(out, "%s", workspace);
        else
            text_write(out, "%.*s", (int)word, c);
        c += word;
        size_t gap = strspn(c, ", ");
        if (gap) text_write(out, ", ");
        c += gap;
    }
    text_write(out, ");\n");
}

static void emit_step(const struct emitter *e, struct text_writer *out, int i) {
    const struct schedule_step *t = &e->s->step[i];
    const struct layer *l = &e->s->network->layer[t->node];
    char bias[64] = "NULL", workspace[64] = "NULL";
    if (e->r->bias_offset[i] >= 0)
        snprintf(bias, sizeof bias, "BIAS(%" PRId64 ")", e->biases_at + 4 * e->r->bias_offset[i]);
    if (t->workspace_bytes) snprintf(workspace, sizeof workspace, "AT(%" PRId64 ")", t->workspace_offset);
    emit_comment(e, out, i);
    if (t->row->kind == PROFILE_CONVERT) {
        text_write(out, "    convert_run(AT(%" PRId64 "), AT(%" PRId64 "), %d, %d, %d, %s, %s, 1);\n", t->out_offset,
                   e->s->step[t->input[0]].out_offset, t->shape.C, t->shape.H, t->shape.W, emit_layouts[t->row->from],
                   emit_layouts[t->row->to]);
    } else if (t->primitive) {
        text_write(out,
                   "    %s.run(&primitive_%d, &scenario_%d, AT(%" PRId64 "), AT(%" PRId64 "), net_stored + %" PRId64
                   ", %s, %s, %s, 1);\n",
                   emit_algorithm(t->primitive), i, i, t->out_offset, e->s->step[t->input[0]].out_offset,
                   EMIT_HEADER + e->r->stored_offset[i], bias, l->relu ? "true" : "false", workspace);
    } else {
        emit_layer(e, out, i, bias, workspace);
    }
}

static void emit_answer(const struct emitter *e, struct text_writer *out) {
    const struct schedule_step *last = &e->s->step[e->s->steps - 1];
    const struct shape t = last->shape;
    if (instance_alike(t, last->row->to, LAYOUT_CHW)) {
        text_write(out, "\n    memcpy(out, AT(%" PRId64 "), %" PRId64 ");\n", last->out_offset, last->out_bytes);
        return;
    }
    text_write(out,
               "\n    for (int c = 0; c < %d; c++)\n        for (int h = 0; h < %d; h++)\n            for (int w = 0; "
               "w < %d; w++)\n"
               "                *out++ = AT(%" PRId64 ")[layout_index(%s, %d, %d, %d, c, h, w)];\n",
               t.C, t.H, t.W, last->out_offset, emit_layouts[last->row->to], t.C, t.H, t.W);
}

static void emit_functions(const struct emitter *e, struct text_writer *out) {
    const int64_t bytes = e->s->arena_bytes;
    text_write(out, "\nstatic const unsigned char *net_stored; /* weights.bin */\n\n"
                    "size_t net_arena_bytes(void) {\n    return NET_ARENA_BYTES;\n}\n\n"
                    "const char *net_weights(const void *weights, size_t bytes) {\n"
                    "    if (bytes != NET_WEIGHTS_BYTES) return \"the weights are not of the size expected\";\n");
    text_write(
        out,
        "    if (memcmp(weights, \"%s\", %zu) != 0) return \"the weights are not those of this network and plan\";\n",
        e->id, strlen(e->id));
    text_write(out, "    if ((uintptr_t)weights %% NET_ALIGNMENT != 0) return \"the weights are not aligned\";\n");
    if (e->has_isa)
        text_write(out, "    if (!isa_force(%s)) return \"this CPU does not have %s\";\n", emit_isas[isa_current()],
                   e->isa);
    text_write(out, "    net_stored = weights;\n    return NULL;\n}\n\n"
                    "#define AT(offset)   ((float *)(void *)((unsigned char *)arena + (offset)))\n"
                    "#define BIAS(offset) ((const float *)(const void *)(net_stored + (offset)))\n\n");
    text_write(out,
               "/* The steps of the plan; each output stays until its last reader has run. %" PRId64
               " bytes in all. */\n",
               bytes);
    text_write(out, "const char *net_run(const float *in, float *out, void *arena, size_t arena_bytes) {\n"
                    "    if (!net_stored) return \"net_weights has not been called\";\n"
                    "    if (arena_bytes < NET_ARENA_BYTES) return \"the arena is too small\";\n"
                    "    if ((uintptr_t)arena %% NET_ALIGNMENT != 0) return \"the arena is not aligned\";\n");
    for (int i = 0; i < e->s->steps; i++) emit_step(e, out, i);
    emit_answer(e, out);
    text_write(out, "    return NULL;\n}\n");
}

static bool emit_source(struct emitter *e, const char *path, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    text_write(&out, "/* net.c - the kernels that the plan uses, then the plan (net_run, at the end). Made by `taso "
                     "emit`; see net.h. */\n"
                     "#include \"net.h\"\n\n#include <stdint.h>\n#include <string.h>\n\n"
                     "/* Helpers of the kernels' headers that this plan has no use for. */\n"
                     "#pragma GCC diagnostic ignored \"-Wunused-function\"\n\n");
    amalgam_header_write(&e->code, &out, "kernels/primitive.h");
    amalgam_header_write(&e->code, &out, "kernels/operator.h");
    amalgam_header_write(&e->code, &out, "kernels/convert.h");
    amalgam_sources_write(&e->code, &out);
    text_write(&out, "\n/* ---- the plan ---- */\n");
    emit_tables(e, &out);
    emit_functions(e, &out);
    return text_close(&out, err);
}

/* --- weights.bin ---------------------------------------------------------------------------------------------------------- */

static bool emit_weights(const struct emitter *e, const char *path, struct error *err) {
    char header[EMIT_HEADER] = "";
    memcpy(header, e->id, strlen(e->id));
    struct output file;
    if (!output_open(&file, path, err)) return false;
    size_t biases = (size_t)(e->stored_bytes - e->biases_at);
    bool good = fwrite(header, 1, EMIT_HEADER, file.file) == EMIT_HEADER && runtime_write_stored(e->r, file.file) &&
                fwrite(e->r->bias, 1, biases, file.file) == biases;
    return output_close(&file, good, err);
}

/* Names plan and instruction set, so that weights of another are refused. */
static void emit_identify(struct emitter *e) {
    uint64_t digest = profile_text_hash(DIGEST_START, e->isa);
    for (int i = 0; i < e->s->steps; i++) {
        const struct plan_step *row = e->s->step[i].row;
        const char *const text[] = {row->layer, row->name, row->scenario, layout_names[row->from],
                                    layout_names[row->to]};
        for (int k = 0; k < 5; k++) digest = profile_text_hash(digest, text[k]);
    }
    snprintf(e->id, sizeof e->id, "taso-weights 1 %016" PRIx64, digest);
}

static const char *const emit_files[] = {"net.h", "net.c", "main.c", "Makefile", "weights.S", "weights.bin"};

static void emit_path(char path[4096], const char *folder, const char *file) {
    snprintf(path, 4096, "%s/%s", folder, file);
}

/* A folder that was made for a program that did not get there. */
static void emit_unmake(const char *folder) {
    char path[4096];
    for (size_t i = 0; i < sizeof emit_files / sizeof emit_files[0]; i++) {
        emit_path(path, folder, emit_files[i]);
        unlink(path);
    }
    rmdir(folder);
}

static bool emit_folder(bool *made, const char *folder, struct error *err) {
    struct stat info;
    *made = false;
    if (strcmp(folder, "-") == 0)
        return error_set(err, "--output: several files do not go to standard output (expected a folder, or ./-)");
    if (mkdir(folder, 0777) == 0) return *made = true;
    int cause = errno;
    if (stat(folder, &info) != 0) return error_at(err, folder, 0, "cannot be made: %s", strerror(cause));
    return S_ISDIR(info.st_mode) || error_at(err, folder, 0, "is not a directory (expected a folder to write into)");
}

static bool emit_copy(const char *from, const char *path, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    if (amalgam_copy(&out, from)) return text_close(&out, err);
    text_abandon(&out);
    return error_set(err, "%s is not in this program", from);
}

bool emit_write(const struct runtime *r, const char *folder, struct error *err) {
    struct emitter e = {.r = r, .s = r->schedule, .isa = isa_names[isa_current()]};
    char path[4096];
    bool made;
    if (strlen(folder) > sizeof path - 16) return error_set(err, "--output: the folder's name is too long");
    amalgam_init(&e.code);
    e.biases_at = EMIT_HEADER + r->stored_bytes;
    e.stored_bytes = e.biases_at + 4 * r->biases;
    bool good = emit_folder(&made, folder, err) && emit_needs(&e, err);
    if (good) emit_identify(&e);
    emit_path(path, folder, "net.h");
    good = good && emit_header(&e, path, err);
    emit_path(path, folder, "net.c");
    good = good && emit_source(&e, path, err);
    for (int i = 2; i < 5 && good; i++) {
        char from[64];
        snprintf(from, sizeof from, "experiments/emitted/%s", emit_files[i]);
        emit_path(path, folder, emit_files[i]);
        good = emit_copy(from, path, err);
    }
    emit_path(path, folder, "weights.bin");
    good = good && emit_weights(&e, path, err);
    if (!good && made) emit_unmake(folder);
    amalgam_free(&e.code);
    return good;
}

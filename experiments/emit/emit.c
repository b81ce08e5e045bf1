#include "experiments/emit/emit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiments/emit/emit_input.h"
#include "experiments/emit/emit_segments.h"
#include "experiments/emit/emit_steps.h"
#include "experiments/emit/emit_tables.h"
#include "formulation/profile_text.h"
#include "kernels/isa.h"

#define EMIT_STACK 1024 /* bytes of net_run's own frame, and of what libm and libc use below a kernel */

static const char *const emit_isas[ISAS] = {"ISA_PORTABLE", "ISA_SSE2", "ISA_AVX2", "ISA_AVX512"};

/* --- net.h --- */

static void emit_contract(const struct emitter *e, struct text_writer *out) {
    const struct plan *p = e->s->plan;
    text_write(out,
               "/* net.h - %s as selected by %s (predicted %" PRId64
               " ns), a stand-alone program in C11. Made by `taso emit`.\n *\n",
               emit_steps_name(e->s->network->name), emit_steps_name(p->method), p->time_ns);
    emit_input_contract(e, out);
    text_write(
        out,
        " * Instruction set: %s. Functions that can fail return NULL, or one line that says what is wrong. net_run may "
        "be\n"
        " * called from several threads at once, each with an arena of its own.\n"
        " *\n"
        " * Memory, all of it; nothing is allocated:\n",
        e->isa);
    emit_input_memory(e, out);
    text_write(
        out,
        " *   weights   NET_WEIGHTS_BYTES, read only, at a multiple of NET_ALIGNMENT.\n"
        " *   stack     at most NET_STACK_BYTES in net_run, compiled with the flags of the Makefile (measured with\n"
        " *             gcc and clang on x86-64). Not counted: what a dynamic linker uses when it binds a function at\n"
        " *             its first call%s.\n"
        " *   static    a pointer and an integer, and the program's constants. */\n",
        p->stream_input ? "; what `rows` uses" : "");
}

static void emit_definitions(const struct emitter *e, struct text_writer *out) {
    const int64_t arena = e->s->arena_bytes > 0 ? e->s->arena_bytes : 1;
    text_write(out, "#ifndef NET_H\n#define NET_H\n#include <stddef.h>\n#include <stdint.h>\n\n");
    text_write(out, "#define NET_ARENA_BYTES   %" PRId64 "\n", arena);
    text_write(out, "#define NET_STACK_BYTES   %" PRId64 "\n", EMIT_STACK + emit_steps_stack(e));
    text_write(out, "#define NET_WEIGHTS_BYTES %" PRId64 " /* the whole of weights.bin */\n", e->stored_bytes);
    emit_input_definitions(e, out);
    text_write(out, "#define NET_OUTPUTS       %" PRId64 "\n", runtime_outputs(e->r));
    text_write(out, "#define NET_ALIGNMENT     %d /* of arena and weights */\n\n", PRIMITIVE_ALIGNMENT);
    text_write(out, "#if NET_WEIGHTS_BYTES > PTRDIFF_MAX || NET_ARENA_BYTES > PTRDIFF_MAX\n"
                    "#error \"weights or arena do not fit into this machine's address space\"\n#endif\n\n");
}

static bool emit_header(const struct emitter *e, const char *path, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    emit_contract(e, &out);
    emit_definitions(e, &out);
    text_write(&out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
                     "size_t net_arena_bytes(void);\n"
                     "/* Once, before net_run: the content of weights.bin, which must stay where it is. */\n"
                     "const char *net_weights(const void *weights, size_t bytes);\n");
    emit_input_type(e, &out);
    text_write(&out,
               "const char *net_run(%s, float *out, void *arena, size_t arena_bytes);\n"
               "#ifdef __cplusplus\n}\n#endif\n\n#endif\n",
               emit_input_arguments(e->s));
    return text_close(&out, err);
}

/* --- net.c --- */

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
                    "#define BIAS(offset) ((const float *)(const void *)(net_stored + (offset)))\n\n"
                    "static int net_overlap(const void *arena, const float *x, uintptr_t bytes) {\n"
                    "    const uintptr_t first = (uintptr_t)arena, at = (uintptr_t)x;\n"
                    "    return at < first + NET_ARENA_BYTES && first < at + bytes;\n}\n\n");
    text_write(out,
               "/* The steps of the plan; each output stays until its last reader has run. %" PRId64
               " bytes in all. */\n",
               bytes);
    text_write(out,
               "const char *net_run(%s, float *out, void *arena, size_t arena_bytes) {\n"
               "    if (!net_stored) return \"net_weights has not been called\";\n"
               "    if (arena_bytes < NET_ARENA_BYTES) return \"the arena is too small\";\n"
               "    if ((uintptr_t)arena %% NET_ALIGNMENT != 0) return \"the arena is not aligned\";\n",
               emit_input_arguments(e->s));
    emit_input_checks(e, out);
    text_write(
        out,
        "    if (net_overlap(arena, out, 4 * (uintptr_t)NET_OUTPUTS)) return \"the output overlaps the arena\";\n");
    emit_steps_calls(e, out);
    text_write(out, "    return NULL;\n}\n");
}

/* Bits by kind of the activations that the plan has (kernels/activation.h). */
static unsigned emit_activations(const struct schedule *s) {
    unsigned used = 0;
    _Static_assert(ACTIVATIONS <= 32, "a bit for each activation");
    for (int i = 0; i < s->steps; i++) {
        const struct layer *l = &s->network->layer[s->step[i].node];
        used |= 1u << (l->kind == LAYER_CONV ? l->activation.kind : l->shape_of.activation.kind);
    }
    return used;
}

static bool emit_source(struct emitter *e, const char *path, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    text_write(&out, "/* net.c - the kernels that the plan uses, then the plan (net_run, at the end). Made by `taso "
                     "emit`; see net.h. */\n"
                     "/* taso checks the plan and tests the kernels; what they assert is left out here. */\n"
                     "#ifndef NDEBUG\n#define NDEBUG\n#endif\n"
                     "#include \"net.h\"\n\n#include <math.h>\n#include <stdint.h>\n#include <string.h>\n\n"
                     "/* Helpers of the kernels' headers that this plan has no use for. */\n"
                     "#pragma GCC diagnostic ignored \"-Wunused-function\"\n\n");
    text_write(&out, "#define ACTIVATION_USED 0x%xu\n", emit_activations(e->s));
    amalgam_header_write(&e->code, &out, "kernels/primitive.h");
    amalgam_header_write(&e->code, &out, "kernels/operator.h");
    amalgam_header_write(&e->code, &out, "kernels/layout/convert.h");
    amalgam_sources_write(&e->code, &out);
    text_write(&out, "\n/* ---- the plan ---- */\n");
    emit_tables_write(&out, e->s);
    emit_segments_tables(e, &out);
    emit_functions(e, &out);
    return text_close(&out, err);
}

/* --- weights.bin --- */

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

/* Identifies plan and instruction set, so that weights of others are refused. */
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

/* Removes a folder that was made for a program that failed. */
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

bool emit_write(const struct runtime *r, const char *folder, bool weights, struct error *err) {
    struct emitter e = {.r = r, .s = r->schedule, .isa = isa_names[isa_current()]};
    char path[4096];
    bool made;
    if (strlen(folder) > sizeof path - 16) return error_set(err, "--output: the folder's name is too long");
    amalgam_init(&e.code);
    e.biases_at = EMIT_HEADER + r->stored_bytes;
    e.stored_bytes = e.biases_at + 4 * r->biases;
    bool good = emit_folder(&made, folder, err) && emit_steps_need(&e, err);
    if (good) emit_identify(&e);
    emit_path(path, folder, "net.h");
    good = good && emit_header(&e, path, err);
    emit_path(path, folder, "net.c");
    good = good && emit_source(&e, path, err);
    for (int i = 2; i < 5 && good; i++) {
        char from[64];
        snprintf(from, sizeof from, "experiments/emit/emitted/%s", emit_files[i]);
        emit_path(path, folder, emit_files[i]);
        good = emit_copy(from, path, err);
    }
    emit_path(path, folder, "weights.bin");
    good = good && (!weights || emit_weights(&e, path, err));
    if (!good && made) emit_unmake(folder);
    amalgam_free(&e.code);
    return good;
}

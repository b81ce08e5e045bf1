#include "experiments/emit/emit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "experiments/emit/emit_input.h"
#include "experiments/emit/emit_instances.h"
#include "experiments/emit/emit_names.h"
#include "experiments/emit/emit_segments.h"
#include "experiments/emit/emit_steps.h"
#include "experiments/emit/emit_tables.h"
#include "formulation/profile_text.h"
#include "kernels/isa.h"
#include "solver/base/output.h"

#define EMIT_STACK 1024 /* bytes of net_run's own frame, and of what libm and libc use below a kernel */

/* --- net.h --- */

static void emit_contract(const struct emitter *e, struct text_writer *out) {
    const struct plan *p = e->s->plan;
    emit_names_write(e, out, "/* net.h - ");
    text_write(out,
               "%s as selected by %s (predicted %" PRId64
               " ns), a stand-alone program in C11. Made by `taso emit`.\n *\n",
               emit_steps_name(e->s->network->name), emit_steps_name(p->method), p->time_ns);
    emit_input_contract(e, out);
    emit_names_write(
        e, out,
        " * Weights and workspaces are laid out for %s; the instructions are those of the compiler's target, and on\n"
        " * x86-64 the best that the CPU has, up to these. Functions that can fail return NULL, or one line that says what\n"
        " * is wrong. net_run may be called from several threads at once, each with an arena of its own.\n"
        " *\n"
        " * Memory, all of it; nothing is allocated:\n",
        e->has_isa ? e->isa : "any instruction set");
    emit_input_memory(e, out);
    emit_names_write(
        e, out,
        " *   weights   NET_WEIGHTS_BYTES, read only, at a multiple of NET_ALIGNMENT.\n"
        " *   stack     at most NET_STACK_BYTES in net_run, compiled with the flags of the Makefile (measured with\n"
        " *             gcc and clang on x86-64). Not counted: what a dynamic linker uses when it binds a function at\n"
        " *             its first call%s.\n"
        " *   static    a pointer, and the program's constants. */\n",
        p->stream_input ? "; what `rows` uses" : "");
}

static void emit_definitions(const struct emitter *e, struct text_writer *out) {
    const int64_t arena = e->s->arena_bytes > 0 ? e->s->arena_bytes : 1;
    emit_names_write(e, out, "#ifndef NET_H\n#define NET_H\n#include <stddef.h>\n#include <stdint.h>\n\n");
    emit_names_write(e, out, "#define NET_ARENA_BYTES   %" PRId64 "\n", arena);
    emit_names_write(e, out, "#define NET_STACK_BYTES   %" PRId64 "\n", EMIT_STACK + emit_steps_stack(e));
    emit_names_write(e, out, "#define NET_WEIGHTS_BYTES %" PRId64 " /* the whole of weights.bin */\n", e->stored_bytes);
    emit_input_definitions(e, out);
    emit_names_write(e, out, "#define NET_OUTPUTS       %" PRId64 "\n", runtime_outputs(e->r));
    emit_names_write(e, out, "#define NET_ALIGNMENT     %d /* of arena and weights */\n\n", PRIMITIVE_ALIGNMENT);
    emit_names_write(e, out,
                     "#if NET_WEIGHTS_BYTES > PTRDIFF_MAX || NET_ARENA_BYTES > PTRDIFF_MAX\n"
                     "#error \"weights or arena do not fit into this machine's address space\"\n#endif\n\n");
}

static bool emit_header(const struct emitter *e, const char *path, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    emit_contract(e, &out);
    emit_definitions(e, &out);
    emit_names_write(e, &out,
                     "#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
                     "size_t net_arena_bytes(void);\n"
                     "/* Once, before net_run: the content of weights.bin, which must stay where it is. */\n"
                     "const char *net_weights(const void *weights, size_t bytes);\n");
    emit_input_type(e, &out);
    emit_input_signature(e, &out);
    text_write(&out, ";\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    return text_close(&out, err);
}

/* --- net.c --- */

static void emit_functions(const struct emitter *e, struct text_writer *out) {
    const int64_t bytes = e->s->arena_bytes;
    emit_names_write(e, out,
                     "\nstatic const unsigned char *net_stored; /* weights.bin */\n\n"
                     "size_t net_arena_bytes(void) {\n    return NET_ARENA_BYTES;\n}\n\n"
                     "const char *net_weights(const void *weights, size_t bytes) {\n"
                     "    if (bytes != NET_WEIGHTS_BYTES) return \"the weights are not of the size expected\";\n");
    text_write(
        out,
        "    if (memcmp(weights, \"%s\", %zu) != 0) return \"the weights are not those of this network and plan\";\n",
        e->id, strlen(e->id));
    emit_names_write(e, out,
                     "    if ((uintptr_t)weights %% NET_ALIGNMENT != 0) return \"the weights are not aligned\";\n");
    if (e->has_isa)
        text_write(out, "    if (!isa_available((enum isa)ISA_BASE))\n"
                        "        return \"this CPU lacks instructions that the program is compiled for\";\n");
    emit_names_write(e, out,
                     "    net_stored = weights;\n    return NULL;\n}\n\n"
                     "#define AT(offset)   ((float *)(void *)((unsigned char *)arena + (offset)))\n"
                     "#define BIAS(offset) ((const float *)(const void *)(net_stored + (offset)))\n\n"
                     "static int net_overlap(const void *arena, const float *x, uintptr_t bytes) {\n"
                     "    const uintptr_t first = (uintptr_t)arena, at = (uintptr_t)x;\n"
                     "    return at < first + NET_ARENA_BYTES && first < at + bytes;\n}\n\n");
    text_write(out,
               "/* The steps of the plan; each output stays until its last reader has run. %" PRId64
               " bytes in all. */\n",
               bytes);
    emit_input_signature(e, out);
    emit_names_write(e, out,
                     " {\n    if (!net_stored) return \"net_weights has not been called\";\n"
                     "    if (arena_bytes < NET_ARENA_BYTES) return \"the arena is too small\";\n"
                     "    if ((uintptr_t)arena %% NET_ALIGNMENT != 0) return \"the arena is not aligned\";\n");
    emit_input_checks(e, out);
    emit_names_write(
        e, out,
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
    emit_names_write(e, &out,
                     "/* net.c - the kernels that the plan uses, then the plan (net_run, at the end). Made by `taso "
                     "emit`; see net.h. */\n"
                     "/* taso checks the plan and tests the kernels; what they assert is left out here. */\n"
                     "#ifndef NDEBUG\n#define NDEBUG\n#endif\n"
                     "#include \"net.h\"\n\n#include <math.h>\n#include <stdint.h>\n#include <string.h>\n\n"
                     "/* Parts of the kernels that this plan does not use. */\n"
                     "#pragma GCC diagnostic ignored \"-Wunused-function\"\n"
                     "#pragma GCC diagnostic ignored \"-Wunused-const-variable\"\n\n");
    text_write(&out, "#define ISA_ONLY        %d /* %s */\n#define ACTIVATION_USED 0x%xu\n", (int)isa_current(), e->isa,
               emit_activations(e->s));
    emit_instances_write(&out, e->s);
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

static const char *const emit_files[] = {"net.h",     "net.c",   "weights.bin", /* then copies */
                                         "weights.S", "pages.h", "main.c",      "Makefile"};
#define EMIT_FILES ((int)(sizeof emit_files / sizeof emit_files[0]))

static void emit_path(char path[4096], const struct emitter *e, const char *folder, const char *file) {
    snprintf(path, 4096, "%s/%s", folder, emit_names_of(e, file));
}

bool emit_spares(const char *folder, const char *prefix, const char *read, struct error *err) {
    const struct emitter e = {.prefix = prefix};
    char path[4096];
    for (int i = 0; i < EMIT_FILES; i++) {
        emit_path(path, &e, folder, emit_files[i]);
        if (output_same(path, read))
            return error_set(err, "--output: %s is read, and would be written (expected another folder)", path);
    }
    return true;
}

/* Removes a folder that was made for a program that failed. */
static void emit_unmake(const struct emitter *e, const char *folder) {
    char path[4096];
    for (int i = 0; i < EMIT_FILES; i++) {
        emit_path(path, e, folder, emit_files[i]);
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

static bool emit_copy(const struct emitter *e, const char *file, const char *path, struct error *err) {
    struct text_writer out;
    char from[64];
    snprintf(from, sizeof from, "experiments/emit/emitted/%s", file);
    const char *const *lines = amalgam_lines_of(from);
    if (!lines) return error_set(err, "%s is not in this program", from);
    if (!text_create(&out, path, err)) return false;
    for (; *lines; lines++) text_write(&out, "%s\n", emit_names_of(e, *lines));
    return text_close(&out, err);
}

bool emit_write(const struct runtime *r, const char *folder, const char *prefix, bool weights, struct error *err) {
    struct emitter e = {.r = r, .s = r->schedule, .prefix = prefix, .isa = isa_names[isa_current()]};
    char path[4096];
    bool made;
    if (!emit_names_check(prefix, err)) return false;
    if (strlen(folder) > sizeof path - EMIT_PREFIX_MOST - 16)
        return error_set(err, "--output: the folder's name is too long");
    amalgam_init(&e.code);
    e.biases_at = EMIT_HEADER + r->stored_bytes;
    e.stored_bytes = e.biases_at + 4 * r->biases;
    bool good = emit_folder(&made, folder, err) && emit_steps_need(&e, err);
    if (good) emit_identify(&e);
    for (int i = 0; i < EMIT_FILES && good; i++) {
        emit_path(path, &e, folder, emit_files[i]);
        if (i == 0)
            good = emit_header(&e, path, err);
        else if (i == 1)
            good = emit_source(&e, path, err);
        else if (i == 2)
            good = !weights || emit_weights(&e, path, err);
        else
            good = emit_copy(&e, emit_files[i], path, err);
    }
    if (!good && made) emit_unmake(&e, folder);
    amalgam_free(&e.code);
    return good;
}

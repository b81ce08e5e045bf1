/* emit_names.h - the names of an emitted program. The emitter and the files in emitted/ say `net`, `net_run`,
 * `NET_ARENA_BYTES`, `net.h`; a program has the user's prefix instead: `face`, `face_run`, `FACE_ARENA_BYTES`, `face.h`.
 * So several networks fit into one program: everything else in face.c is static (experiments/emit/amalgam.h). */
#ifndef EXPERIMENTS_EMIT_EMIT_NAMES_H
#define EXPERIMENTS_EMIT_EMIT_NAMES_H
#include "experiments/emit/emit_steps.h"

#define EMIT_PREFIX      "net"
#define EMIT_PREFIX_MOST 32 /* characters */

/* Checks that it is a C identifier that begins with a letter, differs from the program's other names, and yields no name
 * that kernels use. */
bool emit_names_check(const char *prefix, struct error *err);
/* text with the prefix for `net`, in a buffer that is valid until the next call. */
const char *emit_names_of(const struct emitter *e, const char *text);
/* As text_write, then emit_names_of. */
void emit_names_write(const struct emitter *e, struct text_writer *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

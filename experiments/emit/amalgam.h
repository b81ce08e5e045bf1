/* amalgam.h - kernels as one piece of C: the files that some functions need, in order, headers once.
 *
 * The program contains the kernels' sources (build/kernel_sources.c) and their symbols: which file defines and which
 * needs a symbol (build/kernel_symbols.c, from nm). Files are included by following the needs of the requested symbols.
 * Headers are put in where they are first included, .inc and .def files wherever they are; macros of a .c file end with
 * it, and static names that two files share are distinguished by the file's name. Everything is made static, so that
 * programs can hold several amalgams, and compilers leave out what nothing uses. */
#ifndef EXPERIMENTS_EMIT_AMALGAM_H
#define EXPERIMENTS_EMIT_AMALGAM_H
#include "solver/base/text.h"

struct amalgam_source {
    const char *path;         /* "kernels/layers/pool.c" */
    const char *const *lines; /* ends at NULL */
};
extern const struct amalgam_source amalgam_sources[];
extern const int amalgam_source_count;

struct amalgam_symbol {
    const char *path, *name;
    bool defined; /* here; else needed */
};
extern const struct amalgam_symbol amalgam_symbols[];
extern const int amalgam_symbol_count;

struct amalgam {
    bool *taken;   /* [amalgam_source_count] wanted (.c) */
    bool *written; /* [amalgam_source_count] headers already included */
};

void amalgam_init(struct amalgam *a);
void amalgam_free(struct amalgam *a);
/* false: no kernel defines it. */
bool amalgam_need(struct amalgam *a, const char *symbol);
bool amalgam_has(const struct amalgam *a, const char *path);
/* Writes a header unless it is included already; then amalgam_sources_write writes all files taken. */
void amalgam_header_write(struct amalgam *a, struct text_writer *out, const char *path);
void amalgam_sources_write(struct amalgam *a, struct text_writer *out);
/* The lines of an embedded file, up to NULL; NULL: no such file. */
const char *const *amalgam_lines_of(const char *path);

#endif

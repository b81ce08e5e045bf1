/* arena_file.h - buffers in a file, and their offsets (formulation/FORMATS.md, Buffers): comma-separated, a header line
 * with the names of the columns, then a line per buffer.
 *
 *     id,lower,upper,size[,alignment]           alive from step lower to step upper - 1; bytes
 *     id,lower,upper,size[,alignment],offset    as written; an offset that is read is ignored
 *
 * Errors: FILE:LINE with the value expected; a file is refused as a whole. */
#ifndef EXPERIMENTS_RUNTIME_ARENA_FILE_H
#define EXPERIMENTS_RUNTIME_ARENA_FILE_H
#include "experiments/runtime/arena_buffer.h"
#include "solver/base/error.h"

#define ARENA_FILE_BUFFERS 8192               /* at most in one file */
#define ARENA_FILE_BYTES   ((int64_t)1 << 40) /* of one buffer, at most */
#define ARENA_FILE_STEP    ((int64_t)1 << 53) /* the last step, at most */
#define ARENA_FILE_ALIGNED ((int64_t)1 << 20) /* alignment, at most; a power of 2 */

struct arena_file {
    int buffers;
    bool aligned; /* has a column `alignment` */
    struct arena_file_row {
        char *id;
        int64_t lower, upper;
    } * row;                     /* [buffers] */
    struct arena_buffer *buffer; /* [buffers] in the same order; steps are ranks of lower and upper */
};

struct arena_file *arena_file_read(const char *path, struct error *err); /* NULL: failed */
bool arena_file_write(const char *path, const struct arena_file *f, struct error *err);
void arena_file_free(struct arena_file *f);

#endif

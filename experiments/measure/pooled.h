/* pooled.h - the memory that the kernels of a unit share: each part as large as the largest need so far, aligned to
 * PRIMITIVE_ALIGNMENT, its pages touched. Stored weights are random numbers instead of prepared ones, which would take
 * longer to make than to use: times do not depend on values (kernels/primitive.h). Invariant: a part is NULL exactly if its size is 0. */
#ifndef EXPERIMENTS_MEASURE_POOLED_H
#define EXPERIMENTS_MEASURE_POOLED_H
#include <stddef.h>

struct pooled {
    float *input, *output, *stored, *workspace, *bias;
    size_t input_bytes, output_bytes, stored_bytes, workspace_bytes, bias_bytes;
};
void pooled_need(float **part, size_t *have, size_t bytes); /* fills new memory with small random numbers */
void pooled_free(struct pooled *b);

#endif

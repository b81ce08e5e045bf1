#include "experiments/measure/pooled.h"

#include <assert.h>
#include <stdlib.h>

#include "kernels/primitive.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"

#define AMPLE ((size_t)32 << 20)

/* Half as much again as needed, so that growing scenarios do not reallocate each time; large ones are rare. */
void pooled_need(float **part, size_t *have, size_t bytes) {
    assert(!*part == (*have == 0));
    if (bytes <= *have) return;
    bytes = (bytes + (bytes < AMPLE ? bytes / 2 : 0) + 63) / 64 * 64;
    free(*part);
    *part = memory_aligned(bytes, PRIMITIVE_ALIGNMENT);
    *have = bytes;
    struct random random = {bytes};
    uint64_t bits = 0;
    for (size_t i = 0; i < bytes / sizeof(float); i++) {
        bits = i % 4 ? bits >> 16 : random_bits(&random);
        (*part)[i] = ((float)(bits & 0xffff) - 32767.5f) * 0x1p-20f;
    }
}

void pooled_free(struct pooled *b) {
    free(b->input);
    free(b->output);
    free(b->stored);
    free(b->workspace);
    free(b->bias);
    *b = (struct pooled){0};
}

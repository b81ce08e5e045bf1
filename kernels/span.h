/* span.h - the outputs of a row that meet the input at a kernel tap. */
#ifndef KERNELS_SPAN_H
#define KERNELS_SPAN_H
#include <stdint.h>

struct span {
    int from, to; /* outputs o in [from, to) have 0 <= o * stride + offset < size; from <= to */
};

/* offset: tap * dilation - the padding before. */
static inline struct span span_of(int outputs, int stride, int64_t offset, int size) {
    const int64_t from = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
    const int64_t to = offset >= size ? 0 : (size - offset + stride - 1) / stride;
    return (struct span){(int)(from < outputs ? from : outputs), (int)(to < outputs ? to : outputs)};
}

#endif

/* tensor.h - activations: float32, batch 1, C x H x W logical, in one of the layouts. No padding, no strides: C*H*W
 * floats. */
#ifndef KERNELS_TENSOR_H
#define KERNELS_TENSOR_H
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum layout { LAYOUT_CHW, LAYOUT_HWC, LAYOUT_HCW };
#define LAYOUTS 3
static const char *const layout_names[LAYOUTS] = {"chw", "hwc", "hcw"};

static inline bool layout_parse(enum layout *layout, const char *text) {
    for (int i = 0; i < LAYOUTS; i++)
        if (strcmp(text, layout_names[i]) == 0) return *layout = (enum layout)i, true;
    return false;
}

/* Index of element (c, h, w) in a C x H x W tensor. */
static inline size_t layout_index(enum layout layout, int C, int H, int W, int c, int h, int w) {
    switch (layout) {
    case LAYOUT_CHW: return ((size_t)c * (size_t)H + (size_t)h) * (size_t)W + (size_t)w;
    case LAYOUT_HWC: return ((size_t)h * (size_t)W + (size_t)w) * (size_t)C + (size_t)c;
    case LAYOUT_HCW: return ((size_t)h * (size_t)C + (size_t)c) * (size_t)W + (size_t)w;
    }
    return 0;
}

#endif

/* window.h - the window of a convolution or a pool, as importers read it and a .net writes it: down and across, [0] and
 * [1]; padding at the top, left, bottom, right. */
#ifndef FORMULATION_IMPORT_WINDOW_H
#define FORMULATION_IMPORT_WINDOW_H
#include <stdbool.h>
#include <stdint.h>

struct window {
    int64_t kernel[2], stride[2], dilation[2], pad[4];
    bool ceil; /* sizes are rounded up, where the last window begins within the image and the padding before it */
};
#define WINDOW_TEXT 256

/* "k=3 s=1 p=0", or kh and kw, sh and sw, pt to pr where they differ. */
const char *window_keys(char text[WINDOW_TEXT], const struct window *w);
/* "d=1", or dh and dw. */
const char *window_dilation(char text[WINDOW_TEXT], const struct window *w);
/* So that the output has ceil(size / stride) pixels; an odd pixel goes below and to the right (upper) or the other way. */
void window_same(struct window *w, const int64_t size[2], bool upper);
/* Pixels of the output in direction i of an input of that size; less than 1: the window does not fit. */
int64_t window_out(const struct window *w, int64_t size, int i);

#endif

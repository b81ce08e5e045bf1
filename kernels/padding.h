/* padding.h - pixels of zeros around an image, on each side. Text form: one number if all four sides are alike, else
 * top:left:bottom:right. */
#ifndef KERNELS_PADDING_H
#define KERNELS_PADDING_H
#include <stdbool.h>

struct padding {
    int top, left, bottom, right;
};
#define PADDING_TEXT 48

static inline struct padding padding_all(int n) {
    return (struct padding){n, n, n, n};
}

static inline bool padding_equal(const struct padding *a, const struct padding *b) {
    return a->top == b->top && a->left == b->left && a->bottom == b->bottom && a->right == b->right;
}

static inline bool padding_is_all(const struct padding *p, int n) {
    return p->top == n && p->left == n && p->bottom == n && p->right == n;
}

/* Windows that begin at o * stride - padding, down and across, are taken in order, and output o is written over the input, from its first
 * pixel on. Does no output touch what a later window reads? The next window begins max(0, (o + 1) stride - padding)
 * pixels into its row, which has to be more than o, and likewise for rows: so from the second one on, stride - padding
 * has to be at least 1. That holds for any number of channels and in every layout, since both sides grow alike. */
static inline bool padding_leads(const struct padding *p, int stride, int stride_w, int H, int W, int OH, int OW) {
    const bool rows = OH == 1 || p->top < stride, columns = OW == 1 || p->left < stride_w;
    return OH <= H && OW <= W && rows && columns;
}

void padding_print(char text[PADDING_TEXT], const struct padding *p);

#endif

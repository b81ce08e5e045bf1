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

void padding_print(char text[PADDING_TEXT], const struct padding *p);

#endif

#include "kernels/padding.h"

#include <stdio.h>

void padding_print(char text[PADDING_TEXT], const struct padding *p) {
    if (padding_is_all(p, p->top))
        snprintf(text, PADDING_TEXT, "%d", p->top);
    else
        snprintf(text, PADDING_TEXT, "%d:%d:%d:%d", p->top, p->left, p->bottom, p->right);
}

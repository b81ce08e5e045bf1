/* sketches.h - random small networks as segments meet them, folded: chains, residual and inception blocks, strides and
 * paddings (1x1 kernels with padding too), pools that round up, a global mean at the end. */
#ifndef TESTS_SUPPORT_SKETCHES_H
#define TESTS_SUPPORT_SKETCHES_H
#include "tests/support/streamed.h"

static inline struct network *sketches_folded(const char *name) {
    struct error err = {""};
    struct network *n = network_open(name, &err), *folded = n ? network_fold(n) : NULL;
    ck_assert_msg(folded != NULL, "%s", err.text);
    network_free(n);
    return folded;
}

static inline struct network *sketches_parse(const char *text) {
    const char *path = harness_scratch("sketch.net", text);
    struct network *n = sketches_folded(path);
    harness_forget(path);
    return n;
}

/* Its outer rows are made of padding alone. */
static inline void sketches_padded_point(struct segment_sketch *s) {
    const int m = random_int(s->r, 1, 5), stride = random_int(s->r, 1, 2);
    sketch_line(s, "a%d conv a%d m=%d k=1 s=%d p=1\n", s->layers + 1, s->layers, m, stride);
    s->layers++;
    s->C = m, s->H = sketch_size(s->H, 1, stride, 1), s->W = sketch_size(s->W, 1, stride, 1);
}

static inline void sketches_ceil_pool(struct segment_sketch *s) {
    if (s->H < 2 || s->W < 2) return;
    sketch_line(s, "a%d maxpool a%d k=2 s=2 ceil=1\n", s->layers + 1, s->layers);
    s->layers++;
    s->H = (s->H + 1) / 2, s->W = (s->W + 1) / 2;
}

static inline struct network *sketches_network(struct random *r) {
    static void (*const block[])(struct segment_sketch *) = {sketch_conv,           sketch_conv,       sketch_pool,
                                                             sketch_pointwise,      sketch_residual,   sketch_inception,
                                                             sketches_padded_point, sketches_ceil_pool};
    struct segment_sketch s = {.r = r, .C = random_int(r, 1, 3), .H = random_int(r, 1, 12), .W = random_int(r, 1, 4)};
    sketch_line(&s, "a0 input - c=%d h=%d w=%d\na1 conv a0 m=3 k=3 p=1\n", s.C, s.H, s.W);
    s.layers = 1, s.C = 3;
    for (int blocks = random_int(r, 1, 4); blocks > 0; blocks--) block[random_int(r, 0, 7)](&s);
    sketch_end(&s);
    return sketches_parse(s.text);
}

#endif

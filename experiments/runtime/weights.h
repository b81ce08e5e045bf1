/* weights.h - raw weights, layer by layer: seeded He initialisation, or a file.
 *
 * Seeded: uniform with variance 2 / fan-in where an activation follows and 1 / fan-in elsewhere (He et al. 2015), biases small.
 * Inputs of additions are halved, as the batch-norm scales of trained residual networks are small: otherwise
 * activations would double in each of 50 blocks. Batch norm is folded: its scale is in the weights, its shift is the
 * bias.
 *
 * File: float32, little-endian, nothing else: for each layer with weights of the folded network in order, the weights M
 * x C/G x KH x KW (fc: M x C x H x W; others: formulation/FORMATS.md), then M biases where the layer has a bias or a
 * batch norm. The size must match exactly. */
#ifndef EXPERIMENTS_RUNTIME_WEIGHTS_H
#define EXPERIMENTS_RUNTIME_WEIGHTS_H
#include <stdio.h>

#include "formulation/network.h"

/* Any other source of a layer's weights (npy files: cmd_weights.c). */
typedef bool weights_source(float *raw, float *bias, const struct layer *l, void *context, struct error *err);

struct weights {
    const struct network *network; /* folded */
    uint64_t seed;
    char *path; /* of the file; NULL: seeded */
    FILE *file;
    int64_t *offset;        /* [layers] in floats: of the layer in the file */
    bool *before_add;       /* [layers] read by an addition */
    weights_source *source; /* NULL: the file, or seeded */
    void *context;
    bool any_order; /* random and only for timing */
};

bool weights_init(struct weights *w, const struct network *folded, uint64_t seed, const char *path, struct error *err);
void weights_free(struct weights *w);
int64_t weights_count(const struct layer *l); /* floats, without biases; 0: the layer has none */
int64_t weights_biases(const struct layer *l);
/* Fills raw [weights_count] and bias [weights_biases]. */
bool weights_layer(float *raw, float *bias, const struct weights *w, int layer, struct error *err);
bool weights_write(const struct weights *w, const char *path, struct error *err); /* the file form */

#endif

/* network.h - a CNN as a DAG of layers (formulation/README.md): the .net text form, shape inference, facts. Models of
 * other tools become lines of .net first (formulation/import/import.h).
 *
 * .net: UTF-8, one layer per line, `name op inputs key=value...`, fields separated by blanks, # starts a comment.
 * `inputs` is a comma-separated list of layer names or - for none. Layers may stand in any order; names are unique; a
 * cycle, an unknown name, op or key, a missing or useless layer and sizes that do not fit are errors with file and
 * line.
 *
 *   op         keys (defaults)                          computes
 *   input      c h w                                    the network's input, CHW; several: formulation/network_join.h
 *   conv       m k s=1 p=0 d=1 g=1 bias=1               kernels/scenario.h; k: or kh kw, s and d likewise; p: or pt pl pb
 *                                                       pr, padding per side
 *   maxpool    k s=1 p=0 ceil=0 | global=1              kernels/operator.h
 *   avgpool    k s=1 p=0 ceil=0 pad=1 | global=1
 *   dropout, softmax
 *   relu, clip, ...                                     kernels/activations.def
 *   batchnorm                                           scale and shift by channel; 2 parameters per channel
 *   lrn        size=5 alpha=1e-4 beta=0.75 bias=1
 *   lrn_within size=5 alpha=1 beta=0.75
 *   concat, add                                         2 to 8 inputs
 *   mul                                                 2 inputs; the second may have one pixel
 *   scale      bias=1                                   a factor and a shift for each channel
 *   slice      from=0 m                                 m channels
 *   shuffle    groups                                   of channels
 *   upsample   k bilinear=0
 *   deconv     as conv                                  transposed convolution
 *   pad        p=0 value=0
 *   prelu
 *   reshape    c h=1 w=1 last=0                         last: in the order of HWC
 *   fc         m bias=1
 *   opaque                                              not known; takes no time and cannot be run
 *   output                                              2 to 8 inputs, the network's outputs (formulation/network_join.h)
 *
 * network_fold makes the network that is executed: batch norm goes into the convolution before it or becomes a `scale`,
 * an activation goes into the convolution, fc, add or scale before it (where that is read by nothing else), dropout
 * disappears. Selections, profiles and plans speak of the folded one. */
#ifndef FORMULATION_NETWORK_H
#define FORMULATION_NETWORK_H
#include <stdint.h>

#include "kernels/operator.h"
#include "kernels/scenario.h"
#include "solver/base/error.h"

enum layer_kind { LAYER_CONV, LAYER_OPERATOR, LAYER_BATCHNORM, LAYER_DROPOUT };

struct shape {
    int C, H, W;
};

struct layer {
    char *name;
    enum layer_kind kind;
    struct scenario scenario;       /* LAYER_CONV */
    struct operator_shape shape_of; /* LAYER_OPERATOR */
    bool bias;                      /* conv, fc */
    struct activation activation;   /* folded in: conv, fc, add */
    bool batchnorm;                 /* folded in: conv */
    int inputs;
    int *input; /* [inputs] indices of layers; always smaller than this layer's own: the order is topological */
    struct shape out;
    long line; /* in the file */
};

struct network {
    char *name;   /* built-in name, or the file's without folder and ending */
    char *source; /* path, or "built-in" */
    int layers;
    struct layer *layer; /* [layers], topological: the execution order */
};

/* A built-in name or the path of a .net file or a model (anything with a '/' or with the ending of one is a path). NULL
 * and a line on failure. */
struct network *network_open(const char *name_or_path, struct error *err);
struct network *network_read(const char *path, struct error *err);
/* The network of an importer's lines (formulation/import/sketch.h); path: the model's, for messages. */
struct sketch;
struct network *network_sketched(const struct sketch *sketch, const char *path, struct error *err);
struct network *network_fold(const struct network *n);
void network_free(struct network *n);

/* The built-in networks: first the paper's, which are the default wherever all are taken, then those of today. */
int network_builtin_count(void);         /* of the paper */
int network_builtin_every(void);         /* of both sets */
const char *network_builtin_name(int i); /* of network_builtin_every() */
const char *network_builtin_set(int i);  /* "paper" or "today" */
/* A word for several networks: `all` (the paper's), `today` or `every` is [from, to); false: it is another. */
bool network_builtin_several(int *from, int *to, const char *word);

/* Topological order, shapes positive and below the bounds of network_shape.c, scenarios as their inputs: for CHECK. */
bool network_check(const struct network *n);

struct network_facts {
    int convolutions;
    int64_t macs;       /* multiply-adds of the convolutions */
    int64_t parameters; /* weights and biases of all layers, 2 per channel of batch norm */
};
struct network_facts network_facts(const struct network *n);
static inline int64_t shape_bytes(struct shape s) {
    return (int64_t)s.C * s.H * s.W * 4;
}

#endif

/* reference.h - the correct outputs of a network: layer by layer in CHW, by plain loops in double
 * (experiments/runtime/reference_layers.h) that share nothing with the kernels. Slow and simple; the outputs of the
 * runtime's steps, conversions included, are compared with it.
 *
 * File, so that many plans of one network can be compared with one reference: a line that identifies it (network,
 * floats, weights, input), padded with blanks to REFERENCE_HEAD bytes, then the layers' outputs as float32 in order. */
#ifndef EXPERIMENTS_RUNTIME_REFERENCE_H
#define EXPERIMENTS_RUNTIME_REFERENCE_H
#include "experiments/runtime/schedule.h"
#include "experiments/runtime/weights.h"

struct reference {
    const struct network *network;
    float **out;     /* [layers] C x H x W, CHW */
    double *largest; /* [layers] max |ref| */
    double *error;   /* [layers] max |e| / max |ref| of the last comparison, in any layout; NAN: an output is NaN */
};

#define REFERENCE_HEAD 1024
/* `about`: where weights and input come from; a file made from anything else is refused. */
bool reference_write(const struct reference *f, const char *about, const char *path, struct error *err);
struct reference *reference_read(const struct network *folded, const char *about, const char *path, struct error *err);

struct reference *reference_new(const struct network *folded, const struct weights *w, const float *in, int threads,
                                struct error *err);
void reference_free(struct reference *f);
/* A runtime_observer.step: compares rows of a step's output; context is the reference. */
void reference_compare(void *context, const struct schedule *s, int step, int from, int to, const float *out);
/* Largest error; *worst: its layer. */
double reference_worst(int *worst, const struct reference *f);

#endif

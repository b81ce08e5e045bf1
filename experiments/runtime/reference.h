/* reference.h - what a network should compute: layer by layer in CHW, by loops of its own in double
 * (experiments/runtime/reference_layers.h), nothing shared, nothing reused. Slow and simple; what the runtime's steps
 * put out, conversions too, is compared with it.
 *
 * File, so that many plans of one network are held to one reference: a line that says of what (network, weights, input,
 * floats), filled with blanks to REFERENCE_HEAD bytes, then the layers' outputs as float32 in order. */
#ifndef EXPERIMENTS_RUNTIME_REFERENCE_H
#define EXPERIMENTS_RUNTIME_REFERENCE_H
#include "experiments/runtime/schedule.h"
#include "experiments/runtime/weights.h"

struct reference {
    const struct network *network;
    float **out;     /* [layers] C x H x W, CHW */
    double *largest; /* [layers] max |ref| */
    double
        *error; /* [layers] max |e| / max |ref| of what was compared last, in any layout; NAN: not a number came out */
};

#define REFERENCE_HEAD 1024
/* `about`: where weights and input come from; files of anything else are refused. */
bool reference_write(const struct reference *f, const char *about, const char *path, struct error *err);
struct reference *reference_read(const struct network *folded, const char *about, const char *path, struct error *err);

struct reference *reference_new(const struct network *folded, const struct weights *w, const float *in, int threads,
                                struct error *err);
void reference_free(struct reference *f);
/* A runtime_observer.step: compares a step's output; context is the reference. */
void reference_compare(void *context, const struct schedule *s, int step, const float *out);
/* Largest error; *worst: its layer. */
double reference_worst(int *worst, const struct reference *f);

#endif

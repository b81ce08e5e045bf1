/* premieres.h - do the times add up? Selections run as a whole, against the sums of their rows' times.
 *
 * For each network the fastest selection; if wanted, also, along the frontier of workspaces, two between and the one of
 * least memory; under every other memory model the one of least memory; with layers by rows, the one of least peak memory
 * and one between.
 * Each of them is a row of the table; nothing is corrected by it. The fastest alone, with an effort that asks for acts of
 * few bytes, is the sum of its acts' fastest (acts.h). */
#ifndef EXPERIMENTS_MEASURE_PREMIERES_H
#define EXPERIMENTS_MEASURE_PREMIERES_H
#include "experiments/runtime/measure.h"
#include "formulation/frontier.h"

enum premiere_which { PREMIERE_FASTEST, PREMIERE_BETWEEN, PREMIERE_LEAST };
extern const char *const premiere_words[]; /* "fastest", "between", "least" */

struct premiere {
    enum memory_model model;
    bool streamed;
    enum premiere_which which;
    int steps;
    int64_t memory_bytes, predicted_ns, predicted_conv_ns;
    struct timing measured;   /* whole runs */
    int64_t measured_conv_ns; /* sum of the convolutions' medians; 0: only of the fastest */
};

struct premieres {
    int count; /* 0: no convolution, nothing to select */
    struct premiere *row;
    size_t capacity;
};
/* Runs them, or, unless `all`, the fastest; that is row 0. Interrupted: those until then. false: an error. */
bool premieres_run(struct premieres *out, const struct network *folded, const struct profile *p,
                   const struct measure *m, bool all, bool strips, const atomic_int *interrupt, struct error *err);
/* Planned seconds (experiments/measure/estimate.h). */
double premieres_seconds(const struct network *n, const struct effort *e, bool all, bool strips);
void premieres_free(struct premieres *p);
/* Measured over predicted. */
double premiere_ratio(const struct premiere *p);

#endif

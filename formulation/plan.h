/* plan.h - a selection written down so that it can be run, explained and emitted: the PLAN file.
 *
 * TSV; provenance `# format: taso-plan 1`, network, profile (path and digest), method and its options, predicted time and bytes; then a row a step, in
 * execution order:  step kind layer name from to scenario time_ns workspace_bytes weights_bytes
 *   kind conv | convert | layer;  layer: the network's layer it belongs to (convert: the reader, as READER:SLOT);
 *   name: primitive, `convert` or operator. */
#ifndef FORMULATION_PLAN_H
#define FORMULATION_PLAN_H
#include "formulation/selection.h"

struct plan_step {
    enum profile_kind kind;
    char *layer; /* name in the folded network */
    int slot;    /* convert: which input of `layer`; else -1 */
    char *name, *scenario;
    enum layout from, to;
    int64_t time_ns, workspace_bytes, weights_bytes;
    long line;
};

struct plan {
    char *path;
    char *network; /* built-in name or path, as given */
    char *profile, *digest, *method;
    enum memory_model model;
    enum conversions conversions;
    int64_t budget_bytes, time_ns, memory_bytes;
    int steps;
    struct plan_step *step;
};

struct plan *plan_new(const struct instance *g, const int *choice, const char *network, const char *method,
                      enum memory_model model, enum conversions conversions, int64_t budget_bytes);
bool plan_write(const struct plan *p, const char *path, struct error *err);
struct plan *plan_read(const char *path, struct error *err);
void plan_free(struct plan *p);

#endif

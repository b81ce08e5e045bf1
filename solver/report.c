#include "solver/report.h"

#include <assert.h>
#include <math.h>

#include "solver/facts.h"

void report_result(struct keys *k, const struct milp_result *r, bool log) {
    keys_text(k, "status", milp_status_names[r->status]);
    if (r->x && r->status != MILP_UNBOUNDED) keys_real(k, "objective", r->objective, 'g', 12);
    if (fabs(r->bound) < MODEL_INFINITY) keys_real(k, "bound", r->bound, 'g', 12);
    if (r->x && fabs(r->bound) < MODEL_INFINITY) keys_real(k, "gap", r->gap, 'e', 3);
    keys_number(k, "nodes", r->nodes);
    keys_number(k, "iterations", r->iterations);
    keys_real(k, "seconds", r->seconds, 'f', 3);
    if (r->x) keys_real(k, "max-violation", r->violation, 'e', 1);
    assert(r->facts);
    if (k->json && log) facts_keys(k, r->facts);
}

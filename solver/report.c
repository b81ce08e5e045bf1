#include "solver/report.h"

#include <assert.h>
#include <math.h>

#include "solver/exact/vipr.h"
#include "solver/facts.h"
#include "solver/verify.h"

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

bool report_vipr(bool *proven, const char *path, bool json, const struct model *m, const struct limits *limits,
                 struct error *err) {
    struct vipr_verdict v;
    struct keys k;
    if (!vipr_check(&v, path, m, limits, err)) return false;
    assert(v.proven || v.why.text[0]); /* what is not proven has a reason */
    keys_begin(&k, json);
    keys_text(&k, "claim", vipr_claims[v.claim]);
    keys_text(&k, "proven", verify_names[v.proven ? VERIFY_YES : VERIFY_NO]);
    if (v.has_lower) keys_real(&k, "least", v.lower, 'g', 17);
    if (v.has_upper) keys_real(&k, "most", v.upper, 'g', 17);
    keys_number(&k, "derivations", v.derivations);
    if (v.why.text[0]) keys_text(&k, "reason", v.why.text);
    keys_end(&k);
    *proven = v.proven;
    return true;
}

#include "solver/report_vipr.h"

#include <assert.h>

#include "solver/base/keys.h"
#include "solver/exact/vipr.h"

bool report_vipr(bool *proven, const char *path, bool json, const struct model *m, const struct limits *limits,
                 struct error *err) {
    struct vipr_verdict v;
    struct keys k;
    if (!vipr_check(&v, path, m, limits, err)) return false;
    assert(v.proven || v.why.text[0]); /* what is not proven has a reason */
    keys_begin(&k, json);
    keys_text(&k, "claim", vipr_claims[v.claim]);
    keys_text(&k, "proven", v.proven ? "yes" : "no");
    if (v.has_lower) keys_real(&k, "least", v.lower, 'g', 17);
    if (v.has_upper) keys_real(&k, "most", v.upper, 'g', 17);
    keys_number(&k, "derivations", v.derivations);
    if (v.why.text[0]) keys_text(&k, "reason", v.why.text);
    keys_end(&k);
    *proven = v.proven;
    return true;
}

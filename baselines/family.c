/* family.c - one family of primitives by itself: its members that fit the budget, else the six loops, else anything;
 * layouts are then chosen optimally, so that no family pays for bad conversions. If a conversion that its members need
 * does not exist, the six loops may replace any of them. */
#include <string.h>

#include "baselines/methods.h"
#include "baselines/restrict.h"

struct family {
    const char *name;
    int64_t budget_bytes;
    bool loops_too;
};

static bool family_member(const struct node *n, int i, const char *name, int64_t budget_bytes) {
    const struct choice *c = &n->choice[i];
    return c->primitive && strcmp(c->primitive->algorithm->name, name) == 0 && c->workspace_bytes <= budget_bytes;
}

static bool family_any(const struct node *n, const struct family *f) {
    for (int i = 0; i < n->choices; i++)
        if (family_member(n, i, f->name, f->budget_bytes)) return true;
    return false;
}

static bool family_rule(const void *context, const struct node *n, int v, int i) {
    const struct family *f = context;
    (void)v;
    if (family_member(n, i, f->name, f->budget_bytes)) return true;
    return (f->loops_too || !family_any(n, f)) && family_member(n, i, "sum2d", f->budget_bytes);
}

bool family_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err) {
    struct family f = {variant, q->budget_bytes, false};
    if (!restrict_fastest(out, g, q, family_rule, &f, err)) return false;
    if (out->choice) return true;
    f.loops_too = true;
    return restrict_fastest(out, g, q, family_rule, &f, err);
}

/* family.c - one family of primitives by itself: its members that fit the budget, else the six loops, else anything;
 * layouts are then chosen optimally, so that no family pays for bad conversions. If a conversion that its members need
 * does not exist, the six loops may replace any of them. */
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "baselines/restrict.h"
#include "solver/base/memory.h"

struct family {
    const char *name;
    int64_t budget_bytes;
    bool loops_too;
    bool *any; /* [nodes] a member fits */
};

static bool family_member(const struct node *n, int i, const char *name, int64_t budget_bytes) {
    const struct choice *c = &n->choice[i];
    return c->primitive && strcmp(c->primitive->algorithm->name, name) == 0 && c->workspace_bytes <= budget_bytes;
}

static void family_look(struct family *f, const struct instance *g) {
    f->any = MEMORY_NEW(bool, g->nodes);
    for (int v = 0; v < g->nodes; v++)
        for (int i = 0; i < g->node[v].choices && !f->any[v]; i++)
            f->any[v] = family_member(&g->node[v], i, f->name, f->budget_bytes);
}

static bool family_rule(const void *context, const struct node *n, int v, int i) {
    const struct family *f = context;
    if (family_member(n, i, f->name, f->budget_bytes)) return true;
    return (f->loops_too || !f->any[v]) && family_member(n, i, "sum2d", f->budget_bytes);
}

bool family_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err) {
    struct family f = {variant, q->budget_bytes, false, NULL};
    family_look(&f, g);
    bool good = restrict_fastest(out, g, q, family_rule, &f, err);
    if (good && !out->choice) {
        f.loops_too = true;
        good = restrict_fastest(out, g, q, family_rule, &f, err);
    }
    free(f.any);
    return good;
}

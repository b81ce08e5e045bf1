/* family.c - what one family of primitives can do by itself: its members that fit the budget, else the six loops, else whatever there
 * is; layouts then chosen best by graph reduction, so that no family is blamed for bad conversions. */
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "solver/memory.h"

static bool family_fits(const struct choice *c, const char *family, int64_t budget_bytes) {
    return c->primitive && strcmp(c->primitive->algorithm->name, family) == 0 && c->workspace_bytes <= budget_bytes;
}

/* Which choices node n may take: index[] of them. */
static int family_choices(int *index, const struct node *n, const char *family, int64_t budget_bytes) {
    const char *const wanted[] = {family, "sum2d"};
    int count = 0;
    for (int w = 0; w < 2 && count == 0; w++)
        for (int i = 0; i < n->choices; i++)
            if (family_fits(&n->choice[i], wanted[w], budget_bytes)) index[count++] = i;
    for (int i = 0; i < n->choices && count == 0; i++) index[i] = i;
    return count > 0 ? count : n->choices;
}

bool family_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err) {
    struct instance part = *g;
    struct request per_edge = *q; /* what a PBQP can say; the judge counts as the request says */
    int **index = MEMORY_NEW(int *, g->nodes);
    part.node = MEMORY_NEW(struct node, g->nodes);
    for (int v = 0; v < g->nodes; v++) {
        struct node *n = &part.node[v];
        *n = g->node[v];
        index[v] = MEMORY_NEW(int, n->choices);
        n->choices = family_choices(index[v], &g->node[v], variant, q->budget_bytes);
        n->choice = MEMORY_NEW(struct choice, n->choices);
        for (int i = 0; i < n->choices; i++) n->choice[i] = g->node[v].choice[index[v][i]];
    }
    per_edge.conversions = CONVERSIONS_PER_EDGE;
    bool ok = pbqp_run(out, &part, &per_edge, NULL, err);
    for (int v = 0; v < g->nodes; v++) {
        if (out->choice) out->choice[v] = index[v][out->choice[v]];
        free(part.node[v].choice);
        free(index[v]);
    }
    free(part.node);
    free(index);
    out->bound_ns = -1; /* a bound for the part is none for the whole */
    out->outcome = out->choice ? OUTCOME_FEASIBLE : OUTCOME_STUCK;
    return ok;
}

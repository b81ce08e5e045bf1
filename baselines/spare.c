#include "baselines/spare.h"

#include <assert.h>

int64_t spare_least(const struct node *n) {
    int64_t least = n->choice[0].weights_bytes;
    for (int i = 1; i < n->choices; i++)
        if (n->choice[i].weights_bytes < least) least = n->choice[i].weights_bytes;
    return least;
}

int64_t spare_flash(const struct instance *g, const struct request *q) {
    int64_t spare = q->flash_bytes;
    for (int v = 0; v < g->nodes; v++) spare -= spare_least(&g->node[v]);
    return spare;
}

int64_t spare_taken(const struct node *n, const struct choice *c) {
    const int64_t least = spare_least(n);
    assert(c->weights_bytes >= least);
    return c->weights_bytes - least;
}

/* greedy.c - one convolution after another, without looking ahead. The budget filters by workspace; the layouts of the
 * other layers are then those with the cheapest conversions (baselines/restrict.h), and the result is judged as it
 * is. A flash budget filters, too: the stored weights of a choice have to fit into what the layers before it leave, if
 * all layers after it take their smallest. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "baselines/restrict.h"
#include "baselines/spare.h"
#include "solver/base/memory.h"

struct greedy {
    const char *name;
    bool (*allowed)(const struct choice *c);
    bool (*better)(const struct choice *a, const struct choice *b);
    bool needed; /* a layer without an allowed choice leaves the method stuck; else all of its choices are allowed */
};

static bool allow_all(const struct choice *c) {
    return c != NULL;
}

static bool allow_chw(const struct choice *c) {
    return c->in == LAYOUT_CHW && c->out == LAYOUT_CHW;
}

static bool allow_sum2d(const struct choice *c) {
    return allow_chw(c) && (!c->primitive || strcmp(c->primitive->name, "direct-sum2d") == 0);
}

static bool less_time(const struct choice *a, const struct choice *b) {
    return a->time_ns < b->time_ns || (a->time_ns == b->time_ns && a->workspace_bytes < b->workspace_bytes);
}

static bool less_memory(const struct choice *a, const struct choice *b) {
    return a->workspace_bytes < b->workspace_bytes ||
           (a->workspace_bytes == b->workspace_bytes && a->time_ns < b->time_ns);
}

static const struct greedy rules[] = {
    {"time", allow_all, less_time, false},
    {"memory", allow_all, less_memory, false},
    {"layout", allow_chw, less_time, false},
    {"sum2d", allow_sum2d, less_time, true},
};

struct picked {
    const struct greedy *rule;
    const struct instance *g;
    int64_t budget_bytes, spare; /* spare: spare_flash, less what the choices so far take */
    int *choice;                 /* [nodes] of a convolution; -1: left open */
    int decided;                 /* last node whose choice counts */
    bool careful;                /* some conversions do not exist: take only choices that can be continued */
};

/* The best of the allowed choices that fit and are not barred; else the smallest of the allowed ones, so that there is
 * something to judge. -1: none. */
static int greedy_pick(const struct picked *p, int v, const bool *barred) {
    const struct node *n = &p->g->node[v];
    const int64_t least_weights = spare_least(n);
    int best = -1, least = -1, allowed = 0;
    for (int i = 0; i < n->choices; i++) allowed += p->rule->allowed(&n->choice[i]);
    if (allowed == 0 && p->rule->needed) return -1;
    for (int i = 0; i < n->choices; i++) {
        const struct choice *c = &n->choice[i];
        if (barred[i] || (allowed > 0 && !p->rule->allowed(c))) continue;
        if (least < 0 || less_memory(c, &n->choice[least])) least = i;
        if (c->workspace_bytes > p->budget_bytes || c->weights_bytes - least_weights > p->spare) continue;
        if (best < 0 || p->rule->better(c, &n->choice[best])) best = i;
    }
    assert(best < 0 || !barred[best]);
    return best >= 0 ? best : least;
}

/* Decided convolutions are fixed, later ones free; other layers as the rule and the budget allow. */
static bool greedy_rule(const void *context, const struct node *n, int v, int i) {
    const struct picked *p = context;
    const struct choice *c = &n->choice[i];
    if (c->primitive) return v > p->decided || p->choice[v] == i;
    if (p->careful) return p->rule->allowed(c);
    if (!p->rule->allowed(c) || c->workspace_bytes > p->budget_bytes) return false;
    for (int j = 0; j < n->choices; j++)
        if (p->rule->better == less_memory && n->choice[j].workspace_bytes < c->workspace_bytes) return false;
    return true;
}

/* Picks for all convolutions; the layouts of the rest follow. When careful, a pick counts only if it can be continued.
 * OUTCOME_STUCK: none can. */
static bool greedy_pass(struct answer *out, struct picked *p, const struct request *q, struct error *err) {
    bool ok = true, stuck = false;
    p->spare = spare_flash(p->g, q);
    for (int v = 0; v < p->g->nodes && ok && !stuck; v++) {
        if (!p->g->node[v].choice[0].primitive) continue;
        bool *barred = MEMORY_NEW(bool, p->g->node[v].choices), leads = !p->careful;
        do {
            struct answer rest = {0};
            p->choice[v] = greedy_pick(p, v, barred);
            stuck = p->choice[v] < 0;
            if (stuck || leads) break;
            barred[p->choice[v]] = true;
            p->decided = v;
            ok = restrict_fastest(&rest, p->g, q, greedy_rule, p, err);
            leads = ok && rest.choice;
            free(rest.choice);
        } while (ok && !leads);
        free(barred);
        if (!stuck) p->spare -= spare_taken(&p->g->node[v], &p->g->node[v].choice[p->choice[v]]);
    }
    p->decided = p->g->nodes;
    out->outcome = OUTCOME_STUCK;
    return ok && (stuck || restrict_fastest(out, p->g, q, greedy_rule, p, err));
}

bool greedy_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                struct error *err) {
    struct picked p = {.rule = rules, .g = g, .budget_bytes = q->budget_bytes, .choice = MEMORY_NEW(int, g->nodes)};
    while (strcmp(p.rule->name, variant) != 0) p.rule++;
    assert(p.rule < rules + sizeof rules / sizeof rules[0]); /* variants of methods.def are rows of `rules` */
    bool ok = greedy_pass(out, &p, q, err);
    p.careful = true;
    if (ok && !out->choice && !p.rule->needed) ok = greedy_pass(out, &p, q, err);
    free(p.choice);
    return ok;
}

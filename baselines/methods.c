#include "baselines/methods.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/similar.h"

const char *const outcome_names[] = {"optimal",    "feasible",    "over-budget",  "infeasible",
                                     "time-limit", "interrupted", "memory-limit", "stuck"};

static const struct method fixed[] = {
#define METHOD(name, function, variant, uses, proof, help) {name, help, function, variant, uses, proof},
#include "baselines/methods.def"
};
#define FIXED    ((int)(sizeof fixed / sizeof fixed[0]))
#define FAMILIES 64

/* The families, in the order of the primitive table. Made at the first call. */
static struct method family[FAMILIES];
static char family_name[FAMILIES][48];
static int families = -1;

static void families_make(void) {
    if (families >= 0) return;
    families = 0;
    for (int i = 0; i < primitive_count; i++) {
        const char *name = primitives[i].algorithm->name;
        int known = 0;
        while (known < families && strcmp(family[known].variant, name) != 0) known++;
        if (known < families) continue;
        snprintf(family_name[families], sizeof family_name[0], "family-%s", name);
        assert(families < FAMILIES); /* else raise it */
        family[families++] = (struct method){family_name[known],  METHODS_FAMILY_HELP, family_run, name,
                                             METHOD_USES_NOTHING, METHOD_NO_PROOF};
    }
}

int methods_count(void) {
    families_make();
    return FIXED + families;
}

const struct method *methods_get(int i) {
    families_make();
    assert(i >= 0 && i < FIXED + families);
    return i < FIXED ? &fixed[i] : &family[i - FIXED];
}

const char *methods_names(char text[METHODS_NAMES], unsigned uses) {
    text[0] = '\0';
    for (int i = 0; i < methods_count(); i++) {
        const struct method *m = methods_get(i);
        const size_t used = strlen(text);
        if (uses != METHOD_USES_NOTHING && !(m->uses & uses)) continue;
        snprintf(text + used, METHODS_NAMES - used, "%s%s", used ? ", " : "", m->name);
    }
    assert(strlen(text) < METHODS_NAMES - 1); /* else raise it */
    return text;
}

const struct method *methods_find(const char *name, struct error *err) {
    char list[METHODS_NAMES], hint[SIMILAR_HINT];
    struct similar near;
    similar_init(&near, name);
    for (int i = 0; i < methods_count(); i++) {
        const struct method *m = methods_get(i);
        if (strcmp(m->name, name) == 0) return m;
        similar_try(&near, m->name);
    }
    error_set(err, "unknown method '%s'%s (expected one of %s)", name, similar_hint(hint, &near, ""),
              methods_names(list, METHOD_USES_NOTHING));
    return NULL;
}

struct request methods_request(void) {
    return (struct request){.budget_bytes = METHOD_NO_BUDGET,
                            .flash_bytes = METHOD_NO_BUDGET,
                            .slack = 0.15,
                            .weight = 0.5,
                            .time_limit_s = 1e20,
                            .threads = 1};
}

bool methods_run(struct answer *out, const struct method *m, const struct instance *g, const struct request *q,
                 struct error *err) {
    char list[METHODS_NAMES];
    *out = (struct answer){.outcome = OUTCOME_FEASIBLE, .bound_ns = -1, .least_bytes = -1};
    if (q->flash_bytes != METHOD_NO_BUDGET && !(m->uses & METHOD_USES_FLASH))
        return error_set(err, "%s: takes no flash budget (expected one of %s)", m->name,
                         methods_names(list, METHOD_USES_FLASH));
    if (!m->run(out, g, q, m->variant, err)) {
        free(out->choice);
        out->choice = NULL;
        return error_prefix(err, "%s", m->name);
    }
    assert(out->outcome != OUTCOME_OPTIMAL || (out->choice && m->proof != METHOD_NO_PROOF));
    assert(out->outcome != OUTCOME_INFEASIBLE || !out->choice);
    if (!out->choice || out->outcome != OUTCOME_FEASIBLE) return true;
    struct evaluation e = selection_evaluate_streamed(g, out->choice, &out->streams, q->model, q->conversions);
    if (!e.possible) {
        free(out->choice);
        out->choice = NULL;
        out->outcome = OUTCOME_STUCK;
    } else if (e.memory_bytes > q->budget_bytes || e.weights_bytes > q->flash_bytes) {
        out->outcome = OUTCOME_OVER_BUDGET;
    }
    return true;
}

#include "solver/presolve/stages.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/clock.h"
#include "solver/base/memory.h"

void stages_init(struct stages *s, const struct model *given, const struct options *o) {
    *s = (struct stages){.given = given, .options = o, .limits = limits_none()};
}

void stages_free(struct stages *s) {
    while (s->count > 0) {
        s->count--;
        presolve_free(s->presolve[s->count]);
        model_free(s->tighter[s->count]);
    }
}

const struct model *stages_model(const struct stages *s) {
    return s->count == 0 ? s->given : presolve_model(s->presolve[s->count - 1]);
}

enum presolve_status stages_add(struct stages *s, struct model *tighter) {
    assert(s->count < STAGES_MOST && (!tighter || tighter->cols == stages_model(s)->cols));
    struct presolve *p = presolve_new(tighter ? tighter : stages_model(s), s->options);
    presolve_limit(p, &s->limits);
    double begun = clock_wall();
    enum presolve_status status = presolve_run(p);
    if (s->seconds) *s->seconds += clock_wall() - begun;
    if (s->log) presolve_log(p, s->log);
    if (status == PRESOLVE_REDUCED || status == PRESOLVE_SOLVED) {
        s->presolve[s->count] = p;
        s->tighter[s->count++] = tighter;
    } else {
        presolve_free(p);
        model_free(tighter);
    }
    return status;
}

void stages_restore(const struct stages *s, double *x, const double *reduced_x) {
    assert(s->count >= 0 && s->count <= STAGES_MOST);
    int last = s->count - 1;
    if (last < 0) {
        memory_copy(x, reduced_x, (size_t)s->given->cols * sizeof *x);
        return;
    }
    double *from = NULL;
    for (int k = last; k > 0; k--) {
        double *to = MEMORY_NEW(double, presolve_model(s->presolve[k - 1])->cols);
        presolve_restore(s->presolve[k], to, NULL, NULL, from ? from : reduced_x, NULL, NULL);
        free(from);
        from = to;
    }
    presolve_restore(s->presolve[0], x, NULL, NULL, from ? from : reduced_x, NULL, NULL);
    free(from);
}

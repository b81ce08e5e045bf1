#include "solver/exact/vipr.h"

#include "solver/exact/vipr_internal.h"

const char *const vipr_claims[] = {"infeasible", "optimal", "range"};

static void vipr_init(struct vipr *s, const struct model *m, const struct limits *limits) {
    static char nothing[1];
    *s = (struct vipr){.m = m, .limits = limits, .rest = nothing, .reading = {true, true}};
    s->integer = MEMORY_NEW(bool, m->cols);
    s->sum.value = MEMORY_NEW(struct rational, m->cols);
    s->sum.touched = MEMORY_NEW(bool, m->cols);
    s->sum.list = MEMORY_NEW(int, m->cols);
}

static void vipr_free(struct vipr *s) {
    for (int k = 0; k < s->rows; k++) vipr_row_free(s, s->row[k]);
    for (int j = 0; j < s->m->cols; j++) rational_clear(&s->sum.value[j]);
    vipr_terms_clear(&s->objective.terms);
    rational_clear(&s->range.lower);
    rational_clear(&s->range.upper);
    rational_clear(&s->range.best);
    text_free(&s->in);
    free(s->row);
    free(s->integer);
    free(s->sum.value);
    free(s->sum.touched);
    free(s->sum.list);
    free(s->used.item);
    free(s->assumed.item);
}

bool vipr_check(struct vipr_verdict *v, const char *path, const struct model *m, const struct limits *limits,
                struct error *err) {
    struct vipr s;
    assert(!m->builder);
    *v = (struct vipr_verdict){.claim = VIPR_RANGE};
    vipr_init(&s, m, limits);
    s.v = v;
    s.err = err;
    bool good = text_open(&s.in, path, err);
    if (good) {
        good = vipr_model_read(&s) && vipr_claim_read(&s) && vipr_derive_all(&s) && vipr_claim_reached(&s);
        v->proven = good;
    }
    bool refuted = v->why.text[0] != '\0';
    assert(!(v->proven && refuted));
    vipr_free(&s);
    return good || refuted;
}

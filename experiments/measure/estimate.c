#include "experiments/measure/estimate.h"

#include <assert.h>

const char *const work_words[WORKS] = {
#define WORK(symbol, words) words,
#include "experiments/measure/works.def"
};

void estimate_plan(struct estimate *e, enum work k, double seconds) {
    assert(seconds >= 0);
    e->planned_s[k] += seconds;
}

void estimate_replan(struct estimate *e, enum work k, double rest_s) {
    assert(rest_s >= 0);
    e->planned_s[k] = e->done_s[k] + rest_s;
}

void estimate_did(struct estimate *e, enum work k, double planned_s, double took_s) {
    assert(planned_s >= 0 && took_s >= 0);
    e->done_s[k] += planned_s;
    e->spent_s[k] += took_s;
    if (e->done_s[k] > e->planned_s[k]) e->planned_s[k] = e->done_s[k];
}

double estimate_spent(const struct estimate *e) {
    double sum = 0;
    for (int k = 0; k < WORKS; k++) sum += e->spent_s[k];
    return sum;
}

double estimate_left(const struct estimate *e, enum work k, double within_s) {
    double done = 0, left = 0;
    for (int i = 0; i < WORKS; i++) done += e->done_s[i];
    const double all = (estimate_spent(e) + ESTIMATE_PRIOR_S) / (done + ESTIMATE_PRIOR_S);
    for (int i = 0; i < WORKS; i++) {
        double rest = e->planned_s[i] - e->done_s[i] - ((int)k == i ? within_s : 0);
        const double factor = (e->spent_s[i] + ESTIMATE_PRIOR_S * all) / (e->done_s[i] + ESTIMATE_PRIOR_S);
        assert(factor > 0);
        if (rest > 0) left += rest * factor;
    }
    return left;
}

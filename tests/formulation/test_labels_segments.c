/* Frontiers with streamed segments against everything that could be selected: every division of a small network into
 * layers as a whole and segments, every number of rows, layout and choice, each graded by the judge. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "formulation/labels/labels.h"
#include "tests/support/sketches.h"

#define NETWORKS 24
#define MOST     10000 /* selections that are tried of one network; larger networks are left out */

struct pair {
    int64_t m, t;
};

/* One network with costs. */
struct problem {
    struct network *net;
    struct profile *profile;
    struct instance *g;
};

/* --- costs: few choices, so that all can be tried, and times that favour none for long --- */

static void cost(struct profile *p, struct random *r, enum profile_kind kind, const char *scenario, const char *name,
                 enum layout from, enum layout to, int most) {
    const int64_t ns = random_int(r, 1, most);
    struct profile_row row = {
        kind, (char *)(uintptr_t)scenario, (char *)(uintptr_t)name, from, to, ns, ns, -1, 1, -1, -1, 0};
    for (int i = 0; i < p->rows; i++)
        if (p->row[i].kind == kind && p->row[i].from == from && p->row[i].to == to &&
            strcmp(p->row[i].scenario, scenario) == 0 && strcmp(p->row[i].name, name) == 0)
            return;
    profile_add(p, &row);
}

static void cost_conv(struct profile *p, struct random *r, const struct layer *l) {
    char text[LAYER_TEXT];
    profile_text_layer(text, l, 0);
    cost(p, r, PROFILE_CONV, text, "direct-sum2d", LAYOUT_CHW, LAYOUT_CHW, 60);
    for (int n = random_int(r, 1, 2); n > 0; n--) {
        const struct primitive *q = &primitives[random_int(r, 0, primitive_count - 1)];
        if (primitive_applies(q, &l->scenario)) cost(p, r, PROFILE_CONV, text, q->name, q->in, q->out, 60);
    }
}

static void cost_strips(struct profile *p, struct random *r, const struct network *n, int v, int rows) {
    const struct layer *l = &n->layer[v];
    char text[LAYER_TEXT];
    profile_text_layer(text, l, rows);
    if (l->kind == LAYER_CONV) {
        cost(p, r, PROFILE_STRIP, text, "direct-hwc", LAYOUT_HWC, LAYOUT_HWC, 60);
        const struct primitive *q = &primitives[random_int(r, 0, primitive_count - 1)];
        if (q->in == q->out && q->in != LAYOUT_CHW && primitive_applies(q, &l->scenario))
            cost(p, r, PROFILE_STRIP, text, q->name, q->in, q->in, 60);
        return;
    }
    cost(p, r, PROFILE_STRIP, text, operator_names[l->shape_of.kind], LAYOUT_HWC, LAYOUT_HWC, 9);
    if (random_int(r, 0, 1))
        cost(p, r, PROFILE_STRIP, text, operator_names[l->shape_of.kind], LAYOUT_HCW, LAYOUT_HCW, 9);
}

static struct problem problem_new(struct random *r) {
    struct problem b = {sketches_network(r), profile_new(), NULL};
    const int h[] = {segment_rows[random_int(r, 0, 1)], segment_rows[random_int(r, 2, SEGMENT_ROWS - 1)]};
    struct error err = {""};
    char text[LAYER_TEXT];
    for (int v = 0; v < b.net->layers; v++) {
        const struct layer *l = &b.net->layer[v];
        if (l->kind == LAYER_CONV) cost_conv(b.profile, r, l);
        snprintf(text, sizeof text, "%d,%d,%d", l->out.C, l->out.H, l->out.W);
        for (int k = 0; k < LAYOUTS * LAYOUTS; k++)
            if (k / LAYOUTS != k % LAYOUTS && random_int(r, 0, 9))
                cost(b.profile, r, PROFILE_CONVERT, text, "convert", (enum layout)(k / LAYOUTS),
                     (enum layout)(k % LAYOUTS), 30);
        for (int i = 0; i < 2 && v > 0 && segment_streams(b.net, v); i++)
            if (random_int(r, 0, 7)) cost_strips(b.profile, r, b.net, v, segment_batch(b.net, v, h[i]));
    }
    snprintf(text, sizeof text, "%lld", (long long)PROFILE_MOVED);
    cost(b.profile, r, PROFILE_MOVE, text, "move", LAYOUT_HWC, LAYOUT_HWC, random_int(r, 0, 1) ? 100000 : 10);
    ck_assert_msg(profile_sort(b.profile, &err), "%s", err.text);
    b.g = instance_new(b.net, b.profile, 1, &err);
    ck_assert_msg(b.g != NULL, "%s", err.text);
    instance_stream(b.g);
    return b;
}

static void problem_free(struct problem *b) {
    instance_free(b->g);
    profile_free(b->profile);
    network_free(b->net);
}

/* --- everything --- */

struct trial {
    const struct instance *g;
    int *choice;
    struct streams streams;
    int tried; /* selections so far; beyond MOST nothing more is tried */
    bool segments, image_by_rows;
    struct stream barred; /* a segment that is not tried; rows 0: none */
    struct pair *all;     /* [alls] under each model and kind of conversions */
    int alls[MEMORY_MODELS][CONVERSIONS];
};

static void trial_grade(struct trial *t) {
    if (t->tried++ >= MOST) return;
    for (int m = 0; m < MEMORY_MODELS; m++)
        for (int c = 0; c < CONVERSIONS; c++) {
            const struct evaluation e =
                selection_evaluate_streamed(t->g, t->choice, &t->streams, (enum memory_model)m, (enum conversions)c);
            if (!e.possible || (t->streams.count > 0 && !memory_models[m].live)) continue;
            t->all[(m * CONVERSIONS + c) * MOST + t->alls[m][c]++] = (struct pair){e.memory_bytes, e.time_ns};
        }
}

static void trial_from(struct trial *t, int v);

static void trial_strips(struct trial *t, const struct stream *s, int v) {
    if (v > s->last) {
        trial_from(t, v);
        return;
    }
    for (int k = 0; k < t->g->node[v].strips; k++) {
        const struct choice *c = &t->g->node[v].strip[k];
        if (c->in != s->layout || c->rows != segment_batch(t->g->network, v, s->rows)) continue;
        t->choice[v] = k;
        trial_strips(t, s, v + 1);
    }
}

/* The same layers in the same calls. */
static bool trial_bars(const struct trial *t, const struct stream *s) {
    const struct stream *b = &t->barred;
    bool same = b->rows > 0 && b->first == s->first && b->last == s->last;
    for (int v = s->first; v <= s->last && same; v++) {
        const int height = segment_height(t->g->network, v);
        same = (b->rows < height ? b->rows : height) == (s->rows < height ? s->rows : height);
    }
    return same;
}

/* All ways to go on from layer v. */
static void trial_from(struct trial *t, int v) {
    if (t->tried > MOST) return;
    if (v == t->g->nodes) {
        trial_grade(t);
        return;
    }
    for (int k = 0; k < t->g->node[v].choices; k++) {
        t->choice[v] = k;
        trial_from(t, v + 1);
    }
    for (int last = v; last < t->g->nodes && t->segments; last++)
        for (int h = 0; h < SEGMENT_ROWS && segment_possible(t->g->network, v, last); h++)
            for (int l = LAYOUT_CHW + 1; l < LAYOUTS; l++)
                for (int image = 0; image <= (v == 1 && t->image_by_rows); image++) {
                    const struct stream s = {v, last, segment_rows[h], (enum layout)l, image};
                    if (trial_bars(t, &s)) continue;
                    t->streams.stream[t->streams.count++] = s;
                    trial_strips(t, &s, v);
                    t->streams.count--;
                }
}

static int pair_order(const void *a, const void *b) {
    const struct pair *x = a, *y = b;
    if (x->m != y->m) return x->m < y->m ? -1 : 1;
    return (x->t > y->t) - (x->t < y->t);
}

/* Those that none beats. */
static const struct pair *trial_unbeaten(int *count, struct trial *t, int model, int conversions) {
    struct pair *all = t->all + (model * CONVERSIONS + conversions) * MOST;
    int n = 0;
    qsort(all, (size_t)t->alls[model][conversions], sizeof *all, pair_order);
    for (int i = 0; i < t->alls[model][conversions]; i++)
        if (n == 0 || all[i].t < all[n - 1].t) all[n++] = all[i];
    *count = n;
    return all;
}

/* false: too many. */
static bool trial_run(struct trial *t, const struct instance *g, bool segments, bool image_by_rows) {
    t->g = g;
    t->image_by_rows = image_by_rows;
    t->tried = 0;
    t->segments = segments;
    memset(t->alls, 0, sizeof t->alls);
    t->choice = memory_resize(t->choice, (size_t)g->nodes, sizeof *t->choice);
    t->streams.stream = memory_resize(t->streams.stream, (size_t)g->nodes, sizeof *t->streams.stream);
    trial_from(t, 0);
    return t->tried <= MOST;
}

/* --- the frontier --- */

struct seen {
    int points, streamed, by_rows, below, infeasible;
};

static void points_are(const struct frontier *f, const struct pair *want, int count, const char *what) {
    ck_assert(f->complete && !f->stopped);
    ck_assert_msg(f->points == count, "%s: %d points (expected %d)", what, f->points, count);
    for (int i = 0; i < count; i++) {
        ck_assert_msg(f->point[i].memory_bytes == want[i].m && f->point[i].time_ns == want[i].t,
                      "%s: point %d is %lld bytes, %lld ns (expected %lld, %lld)", what, i,
                      (long long)f->point[i].memory_bytes, (long long)f->point[i].time_ns, (long long)want[i].m,
                      (long long)want[i].t);
    }
}

static void points_are_judged_so(struct seen *seen, const struct frontier *f, const struct instance *g,
                                 const struct request *q) {
    for (int i = 0; i < f->points; i++) {
        const struct frontier_point *p = &f->point[i];
        const struct evaluation e = selection_evaluate_streamed(g, p->choice, &p->streams, q->model, q->conversions);
        ck_assert(e.possible && e.memory_bytes == p->memory_bytes && e.time_ns == p->time_ns);
        seen->points++;
        seen->streamed += p->streams.count > 0;
        seen->by_rows += selection_image_by_rows(&p->streams);
    }
}

/* (8) with the budget of a point, or just below it. */
static void budget_is_met(struct seen *seen, const struct pair *want, int count, const struct instance *g,
                          struct request q, struct random *r) {
    struct error err = {""};
    struct answer a;
    const int at = random_int(r, 0, count - 1), less = want[at].m > 0 && random_int(r, 0, 1);
    q.budget_bytes = want[at].m - less;
    ck_assert_msg(methods_run(&a, methods_find("labels", &err), g, &q, &err), "%s", err.text);
    if (at - less < 0) {
        ck_assert_int_eq(a.outcome, OUTCOME_INFEASIBLE);
        ck_assert_int_eq(a.least_bytes, want[0].m);
        seen->infeasible++;
    } else {
        const struct evaluation e = selection_evaluate_streamed(g, a.choice, &a.streams, q.model, q.conversions);
        ck_assert_int_eq(a.outcome, OUTCOME_OPTIMAL);
        ck_assert_int_eq(e.time_ns, want[at - less].t);
        ck_assert_int_eq(a.bound_ns, want[at - less].t);
        ck_assert_int_le(e.memory_bytes, q.budget_bytes);
    }
    free(a.choice);
    selection_streams_free(&a.streams);
}

/* No point of the frontier without segments is better than those with them. */
static void streaming_is_never_worse(struct seen *seen, const struct pair *with, int count, const struct instance *g,
                                     struct request q) {
    struct error err = {""};
    struct frontier f;
    q.streaming = STREAMING_OFF;
    q.stream_input = false;
    ck_assert_msg(labels_frontier(&f, g, &q, 0, &err), "%s", err.text);
    for (int i = 0; i < f.points; i++) {
        bool reached = false;
        for (int k = 0; k < count; k++)
            reached = reached || (with[k].m <= f.point[i].memory_bytes && with[k].t <= f.point[i].time_ns);
        ck_assert(reached);
    }
    seen->below += f.points > 0 && with[0].m < f.point[0].memory_bytes;
    frontier_free(&f);
}

static void frontier_is_everything(struct seen *seen, struct trial *t, int model, int conversions, struct random *r,
                                   int seed) {
    struct request q = methods_request();
    struct error err = {""};
    struct frontier f;
    char what[128];
    int count;
    const struct pair *want = trial_unbeaten(&count, t, model, conversions);
    q.model = (enum memory_model)model;
    q.conversions = (enum conversions)conversions;
    q.streaming = STREAMING_ON;
    q.stream_input = t->image_by_rows;
    snprintf(what, sizeof what, "seed %d, %s, %s", seed, memory_model_names[model], conversion_names[conversions]);
    ck_assert_msg(labels_frontier(&f, t->g, &q, 0, &err), "%s: %s", what, err.text);
    points_are(&f, want, count, what);
    points_are_judged_so(seen, &f, t->g, &q);
    if (count > 0) budget_is_met(seen, want, count, t->g, q, r);
    if (count > 0) streaming_is_never_worse(seen, want, count, t->g, q);
    frontier_free(&f);
}

START_TEST(the_frontier_with_segments_is_that_of_everything_that_can_be_selected) {
    const char *const many = getenv("TASO_RANDOM"), *const start = getenv("TASO_SEED");
    const int networks = many ? atoi(many) : NETWORKS, first = start ? atoi(start) * 10000 : 1;
    struct trial t = {.all = MEMORY_NEW(struct pair, (size_t)MOST * MEMORY_MODELS * CONVERSIONS)};
    struct seen seen = {0};
    int done = 0, seed = first;
    for (; done < networks; seed++) {
        struct random r = {(uint64_t)seed};
        struct problem b = problem_new(&r);
        if (b.net->layers >= 4 && b.net->layers <= 8 && trial_run(&t, b.g, true, seed % 2 == 0)) {
            for (int k = 0; k < MEMORY_MODELS * CONVERSIONS; k++)
                frontier_is_everything(&seen, &t, k / CONVERSIONS, k % CONVERSIONS, &r, seed);
            done++;
        }
        problem_free(&b);
    }
    printf(
        "%d networks of seeds %d to %d: %d points, %d with segments, %d with the image by rows, %d frontiers begin lower, %d infeasible\n",
        done, first, seed - 1, seen.points, seen.streamed, seen.by_rows, seen.below, seen.infeasible);
    ck_assert_int_gt(seen.streamed, networks);
    ck_assert_int_gt(seen.by_rows, networks / 4);
    ck_assert_int_gt(seen.below, networks / 4);
    ck_assert_int_gt(seen.infeasible, networks / 4);
    free(t.all);
    free(t.choice);
    selection_streams_free(&t.streams);
}
END_TEST

/* A segment of the frontier's plans; rows 0: none has any. */
static struct stream any_segment(const struct instance *g, const struct request *q, struct random *r) {
    struct stream out = {0};
    struct error err = {""};
    struct frontier f;
    int seen = 0;
    ck_assert_msg(labels_frontier(&f, g, q, 0, &err), "%s", err.text);
    for (int i = 0; i < f.points; i++)
        for (int k = 0; k < f.point[i].streams.count; k++)
            if (random_int(r, 0, seen++) == 0) out = f.point[i].streams.stream[k];
    frontier_free(&f);
    return out;
}

START_TEST(without_a_segment_the_frontier_is_that_of_everything_else) {
    struct trial t = {.all = MEMORY_NEW(struct pair, (size_t)MOST * MEMORY_MODELS * CONVERSIONS)};
    int compared = 0, changed = 0;
    for (int seed = 1; compared < NETWORKS / 2; seed++) {
        struct random r = {(uint64_t)seed};
        struct problem b = problem_new(&r);
        struct request q = methods_request();
        struct error err = {""};
        struct frontier with, f;
        int count;
        q.model = MEMORY_PEAK;
        q.streaming = STREAMING_ON;
        t.barred = (struct stream){0};
        if (b.net->layers >= 4 && b.net->layers <= 8) t.barred = any_segment(b.g, &q, &r);
        if (t.barred.rows > 0 && trial_run(&t, b.g, true)) {
            const struct pair *want = trial_unbeaten(&count, &t, MEMORY_PEAK, CONVERSIONS_PER_EDGE);
            ck_assert_msg(labels_frontier(&with, b.g, &q, 0, &err), "%s", err.text);
            q.barred = t.barred;
            ck_assert_msg(labels_frontier(&f, b.g, &q, 0, &err), "%s", err.text);
            points_are(&f, want, count, "barred");
            changed += f.points != with.points || f.point[0].memory_bytes != with.point[0].memory_bytes ||
                       f.point[0].time_ns != with.point[0].time_ns;
            frontier_free(&with);
            frontier_free(&f);
            compared++;
        }
        problem_free(&b);
    }
    ck_assert_int_gt(changed, NETWORKS / 4);
    free(t.all);
    free(t.choice);
    selection_streams_free(&t.streams);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("labels_segments");
    TCase *c = tcase_create("labels_segments");
    tcase_set_timeout(c, 0);
    tcase_add_test(c, the_frontier_with_segments_is_that_of_everything_that_can_be_selected);
    tcase_add_test(c, without_a_segment_the_frontier_is_that_of_everything_else);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

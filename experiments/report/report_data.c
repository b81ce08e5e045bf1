#include "experiments/report/report_data.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/report/report_page.h"
#include "experiments/runtime/schedule.h"
#include "formulation/plan.h"
#include "formulation/profile_text.h"
#include "solver/base/memory.h"

struct data {
    struct report_text *to;
    const struct report_network *n;
    struct report_set strings, groups, places;
    int *group, *place; /* [layers] of the point before; -1: none yet */
    int layers;
};

/* One point's plan: for each layer its steps, plan->step[first[v] .. first[v + 1]). */
struct point {
    struct plan *plan;
    int *first;
};

static void point_init(struct point *p, const struct report_view *v, const struct frontier_point *at) {
    const struct network *n = v->g->network;
    p->plan = plan_new_streamed(v->g, at->choice, &at->streams, n->name, "labels", v->model, CONVERSIONS_PER_EDGE,
                                METHOD_NO_BUDGET);
    p->first = MEMORY_NEW(int, n->layers + 1);
    assert(p->plan->time_ns == at->time_ns && p->plan->memory_bytes == at->memory_bytes);
    int s = 0;
    for (int l = 0; l < n->layers; l++) {
        p->first[l] = s;
        while (p->plan->step[s].kind == PROFILE_CONVERT) s++;
        s++;
        if (s < p->plan->steps && p->plan->step[s].kind == PROFILE_MOVE) s++;
        assert(s - p->first[l] <= REPORT_STEPS);
    }
    p->first[n->layers] = s;
    assert(s == p->plan->steps); /* a row for each layer, and what belongs to it */
}

static void point_free(struct point *p) {
    plan_free(p->plan);
    free(p->first);
}

/* --- groups --- */

/* Rows of a call, if the layer runs by rows. */
static int step_rows(const struct report_view *v, const struct frontier_point *at, int layer,
                     const struct plan_step *s) {
    return s->kind == PROFILE_STRIP ? v->g->node[layer].strip[at->choice[layer]].rows : 0;
}

static int data_group(struct data *d, const struct report_view *v, const struct frontier_point *at,
                      const struct point *p, int layer) {
    struct report_text t;
    report_text_init(&t);
    for (int i = p->first[layer]; i < p->first[layer + 1]; i++) {
        const struct plan_step *s = &p->plan->step[i];
        report_text_add(&t, "%s%d,%d,%d,%d,%d,%" PRId64 ",%" PRId64 ",%" PRId64, t.length ? "," : "",
                        report_set_add(&d->strings, profile_kind_names[s->kind]), report_set_add(&d->strings, s->name),
                        report_set_add(&d->strings, layout_names[s->from]),
                        report_set_add(&d->strings, layout_names[s->to]), step_rows(v, at, layer, s), s->time_ns,
                        s->workspace_bytes, s->weights_bytes);
    }
    const int group = report_set_add(&d->groups, t.text);
    report_text_free(&t);
    return group;
}

/* The layers for which now[] differs from before[], which then is now[]. */
static void data_changes(struct data *d, int *before, const int *now, const char *separator) {
    for (int l = 0; l < d->layers; l++) {
        if (before[l] == now[l]) continue;
        report_text_add(d->to, "%s%d,%d", separator, l, now[l]);
        before[l] = now[l];
        separator = ",";
    }
}

/* --- places --- */

static int step_code(const struct point *p, int step) {
    int l = 0;
    while (p->first[l + 1] <= step) l++;
    return l * REPORT_STEPS + step - p->first[l];
}

static void place_add(struct report_text *t, const struct point *p, int kind, int first, int last, int64_t offset,
                      int64_t bytes) {
    assert(bytes > 0 && first <= last && last < p->plan->steps);
    report_text_add(t, "%s%d,%d,%d,%" PRId64 ",%" PRId64, t->length ? "," : "", kind, step_code(p, first),
                    step_code(p, last), offset, bytes);
}

static int data_place(struct data *d, const struct schedule *s, const struct point *p, int layer) {
    struct report_text t;
    report_text_init(&t);
    for (int i = p->first[layer]; i < p->first[layer + 1]; i++) {
        const struct schedule_step *step = &s->step[i];
        int first, last;
        if (schedule_life(&first, &last, s, i) && step->out_bytes > 0)
            place_add(&t, p, REPORT_TENSOR, first, last, step->out_offset, step->out_bytes);
        if (step->workspace_bytes > 0)
            place_add(&t, p, REPORT_WORKSPACE, i, i, step->workspace_offset, step->workspace_bytes);
        if (step->segment < 0 || s->segment[step->segment].first != i) continue;
        const struct schedule_segment *g = &s->segment[step->segment];
        place_add(&t, p, REPORT_BLOCK, i, g->move, g->block_offset, g->strips->segment->block_bytes);
    }
    const int place = report_set_add(&d->places, t.text);
    report_text_free(&t);
    return place;
}

static bool data_map(struct data *d, const struct report_view *v, const struct frontier_point *at, int number,
                     struct error *err) {
    struct point p;
    int *now = MEMORY_NEW(int, d->layers);
    point_init(&p, v, at);
    struct schedule *s = schedule_new(p.plan, v->g->network, v->g->threads, err);
    if (s) {
        for (int l = 0; l < d->layers; l++) now[l] = data_place(d, s, &p, l);
        report_text_add(d->to, "%s[%d,%" PRId64, number > 0 ? ",\n" : "", (int)(at - v->frontier.point),
                        s->arena_bytes);
        data_changes(d, d->place, now, ",");
        report_text_add(d->to, "]");
    }
    schedule_free(s);
    point_free(&p);
    free(now);
    return s != NULL;
}

/* --- a frontier --- */

static void data_points(const struct data *d, const struct frontier *f) {
    for (int i = 0; i < f->points; i++)
        report_text_add(d->to, "%s%" PRId64 ",%" PRId64, i ? "," : "",
                        f->point[i].memory_bytes - (i ? f->point[i - 1].memory_bytes : 0),
                        f->point[i].time_ns - (i ? f->point[i - 1].time_ns : 0));
}

static void data_plans(struct data *d, const struct report_view *v) {
    int *now = MEMORY_NEW(int, d->layers);
    for (int i = 0; i < v->frontier.points; i++) {
        struct point p;
        point_init(&p, v, &v->frontier.point[i]);
        for (int l = 0; l < d->layers; l++) now[l] = data_group(d, v, &v->frontier.point[i], &p, l);
        report_text_add(d->to, "%s[", i ? ",\n" : "");
        data_changes(d, d->group, now, "");
        report_text_add(d->to, "]");
        point_free(&p);
    }
    free(now);
}

static bool data_maps(struct data *d, const struct report_view *v, int maps, struct error *err) {
    const int points = v->frontier.points, shown = points < maps ? points : maps;
    bool good = true;
    if (v->g->uncovered) return true;
    for (int i = 0; good && i < shown; i++) {
        const int at = shown > 1 ? (int)((int64_t)i * (points - 1) / (shown - 1)) : 0;
        good = data_map(d, v, &v->frontier.point[at], i, err);
    }
    return good;
}

static bool data_view(struct data *d, const struct report_view *v, int maps, struct error *err) {
    for (int l = 0; l < d->layers; l++) d->group[l] = d->place[l] = -1;
    report_text_add(d->to, "{\"name\":");
    report_page_quote(d->to, v->name, strlen(v->name));
    report_text_add(d->to, ",\"complete\":%s,\"points\":[", v->frontier.complete ? "true" : "false");
    data_points(d, &v->frontier);
    report_text_add(d->to, "],\n\"plans\":[");
    data_plans(d, v);
    report_text_add(d->to, "],\n\"maps\":[");
    const bool good = data_maps(d, v, maps, err);
    report_text_add(d->to, "]}");
    return good;
}

/* --- the whole --- */

static void data_list(const struct data *d, const char *name, const struct report_set *s, bool text) {
    report_text_add(d->to, ",\n\"%s\":[", name);
    for (int i = 0; i < s->count; i++) {
        if (i) report_text_put(d->to, ",");
        if (text)
            report_page_quote(d->to, s->text[i], strlen(s->text[i]));
        else
            report_text_add(d->to, "[%s]", s->text[i]);
    }
    report_text_add(d->to, "]");
}

static void data_head(const struct data *d) {
    const struct network *n = d->n->whole->network;
    const char *path = d->n->whole->profile->path;
    report_text_add(d->to, "{\"profile\":");
    report_page_quote(d->to, path, strlen(path));
    report_text_add(d->to, ",\"network\":");
    report_page_quote(d->to, n->name, strlen(n->name));
    report_text_add(d->to, ",\n\"layers\":[");
    for (int l = 0; l < d->layers; l++) {
        if (l) report_text_put(d->to, ",");
        report_page_quote(d->to, n->layer[l].name, strlen(n->layer[l].name));
    }
    report_text_add(d->to, "],\n\"views\":[");
}

bool report_data(struct report_text *to, const struct report_network *n, int maps, struct error *err) {
    struct data d = {.to = to, .n = n, .layers = n->whole->nodes};
    d.group = MEMORY_NEW(int, d.layers);
    d.place = MEMORY_NEW(int, d.layers);
    bool good = true;
    data_head(&d);
    for (int i = 0; good && i < n->views; i++) {
        if (i) report_text_add(to, ",\n");
        good = data_view(&d, &n->view[i], maps, err);
    }
    report_text_add(to, "]");
    data_list(&d, "strings", &d.strings, true);
    data_list(&d, "groups", &d.groups, false);
    data_list(&d, "places", &d.places, false);
    report_text_add(to, "}\n");
    report_set_free(&d.strings);
    report_set_free(&d.groups);
    report_set_free(&d.places);
    free(d.group);
    free(d.place);
    return good;
}

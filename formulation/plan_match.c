/* Does a plan fit a network? Walks layers and rows together. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/plan_text.h"
#include "formulation/profile_text.h"
#include "solver/base/memory.h"

struct match {
    const struct plan *p;
    const struct network *n;
    int at;           /* next row */
    enum layout *out; /* [layers] layout of each layer's output so far */
    bool *copied;     /* [layers x LAYOUTS] per tensor: a copy in that layout was made */
    int first;        /* layer of the segment that is under way; 0: none */
};

static bool match_wrong(const struct match *m, const char *what, const char *have, const char *expected,
                        struct error *err) {
    return error_at(err, m->p->path, m->at < m->p->steps ? m->p->step[m->at].line : 0,
                    "the plan does not match network %s: wrong %s (expected `%s`, got `%s`)", m->n->name, what,
                    expected, have);
}

/* The conversions of one input: rows of (reader, slot), each beginning in the layout in which the previous one
 * ended. */
static bool match_input(struct match *m, int v, int slot, enum layout *have, struct error *err) {
    const struct layer *reader = &m->n->layer[v];
    int u = reader->input[slot], rows = 0;
    assert(u < v && slot < reader->inputs); /* topological: the layout of u is known */
    struct shape tensor = m->n->layer[u].out;
    char text[TENSOR_TEXT];
    *have = m->out[u];
    profile_text_tensor(text, tensor.C, tensor.H, tensor.W);
    for (; m->at < m->p->steps; m->at++, rows++) {
        const struct plan_step *s = &m->p->step[m->at];
        if (s->kind != PROFILE_CONVERT || s->slot != slot || strcmp(s->layer, reader->name) != 0) break;
        if (rows == LAYOUTS)
            return error_at(err, m->p->path, m->p->step[m->at].line,
                            "too many conversions of an input of `%s` (expected at most two)", reader->name);
        if (strcmp(s->scenario, text) != 0) return match_wrong(m, "scenario", s->scenario, text, err);
        if (strcmp(s->name, "convert") != 0) return match_wrong(m, "name", s->name, "convert", err);
        if (!instance_alike(tensor, *have, s->from))
            return match_wrong(m, "layout", layout_names[s->from], layout_names[*have], err);
        *have = s->to;
    }
    for (int l = 0; l < LAYOUTS && rows > 0; l++)
        if (instance_alike(tensor, *have, (enum layout)l)) m->copied[u * LAYOUTS + l] = true;
    return true;
}

static bool match_conv(const struct match *m, const struct plan_step *s, const struct layer *l, struct error *err) {
    if (strcmp(s->name, PLAN_UNCOVERED) == 0)
        return s->from == s->to || match_wrong(m, "layout", layout_names[s->to], layout_names[s->from], err);
    const struct primitive *p = primitive_find(s->name);
    if (!p) return match_wrong(m, "primitive", s->name, "one of `taso primitives`", err);
    if (!primitive_applies(p, &l->scenario))
        return match_wrong(m, "primitive for this scenario", s->name, "one that computes it", err);
    if (s->from != p->in) return match_wrong(m, "layout", layout_names[s->from], layout_names[p->in], err);
    if (s->to != p->out) return match_wrong(m, "layout", layout_names[s->to], layout_names[p->out], err);
    return true;
}

/* The row's kind and scenario are the layer's, as a whole or by rows; *rows: of a call, 0 for the whole. */
static bool match_scenario(const struct match *m, const struct plan_step *s, int v, int *rows, struct error *err) {
    const struct layer *l = &m->n->layer[v];
    const enum profile_kind kind = l->kind == LAYER_CONV ? PROFILE_CONV : PROFILE_LAYER;
    char text[LAYER_TEXT];
    *rows = 0;
    if (s->kind == PROFILE_STRIP) {
        *rows = plan_text_rows(s);
        if (v == 0 || !segment_streams(m->n, v)) return match_wrong(m, "kind", "strip", profile_kind_names[kind], err);
        if (*rows < 1 || *rows > segment_height(m->n, v)) *rows = segment_height(m->n, v);
    } else if (s->kind != kind) {
        return match_wrong(m, "kind", profile_kind_names[s->kind], profile_kind_names[kind], err);
    }
    profile_text_layer(text, l, *rows);
    return strcmp(s->scenario, text) == 0 || match_wrong(m, "scenario", s->scenario, text, err);
}

static bool match_layer(const struct match *m, const struct plan_step *s, int v, struct error *err) {
    const struct layer *l = &m->n->layer[v];
    int rows;
    if (strcmp(s->layer, l->name) != 0) return match_wrong(m, "layer", s->layer, l->name, err);
    if (!match_scenario(m, s, v, &rows, err)) return false;
    if (rows > 0 && s->from == LAYOUT_CHW) return match_wrong(m, "layout of strips", "chw", "hwc or hcw", err);
    if (rows > 0 && strcmp(s->name, PLAN_UNCOVERED) == 0)
        return match_wrong(m, "primitive of a strip", s->name, "one of `taso primitives`", err);
    if (rows > 0 && s->from != s->to) return match_wrong(m, "layout", layout_names[s->to], layout_names[s->from], err);
    if (l->kind == LAYER_CONV) return match_conv(m, s, l, err);
    const char *name = operator_names[l->shape_of.kind];
    if (strcmp(s->name, name) != 0) return match_wrong(m, "operator", s->name, name, err);
    return s->from == s->to || match_wrong(m, "layout", layout_names[s->to], layout_names[s->from], err);
}

/* Every strip of the segment that ends with layer v, whose row is `s`, has the rows of a call that the segment has. */
static bool match_batches(const struct match *m, const struct plan_step *s, int v, struct segment_pace pace,
                          struct error *err) {
    for (int u = m->first; u <= v; u++) {
        const struct plan_step *strip = s - (v - u);
        const int batch = segment_call_rows(m->n, u, pace);
        if (plan_text_rows(strip) != batch)
            return error_at(err, m->p->path, strip->line, "`%s`: wrong rows of a call (expected %d, got %d)",
                            strip->layer, batch, plan_text_rows(strip));
    }
    return true;
}

/* The row after the segment's last strip `s`. */
static bool match_move(const struct match *m, const struct plan_step *s, int v, struct segment_pace pace,
                       struct error *err) {
    const struct plan_step *move = s + 1;
    const struct stream stream = {m->first, v, pace, s->to, m->first == 1 && m->p->stream_input};
    struct segment *segment = selection_segment(m->n, &stream);
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, selection_moved_bytes(segment));
    segment_free(segment);
    if (strcmp(move->layer, s->layer) != 0) return match_wrong(m, "layer", move->layer, s->layer, err);
    if (strcmp(move->name, "move") != 0) return match_wrong(m, "name", move->name, "move", err);
    if (strcmp(move->scenario, text) != 0) return match_wrong(m, "scenario", move->scenario, text, err);
    return (move->from == s->to && move->to == s->to) ||
           match_wrong(m, "layout", layout_names[move->from], layout_names[s->to], err);
}

/* After a strip: the segment goes on with the same layout, or its move follows. */
static bool match_segment(struct match *m, int v, struct error *err) {
    const struct plan_step *s = &m->p->step[m->at], *next = s + 1;
    assert(s->kind == PROFILE_STRIP);
    if (m->first == 0) m->first = v;
    const bool ends = m->at + 1 == m->p->steps || next->kind == PROFILE_MOVE;
    m->at++;
    if (!ends && next->kind != PROFILE_STRIP)
        return match_wrong(m, "kind", profile_kind_names[next->kind], "strip, or move at the end of a segment", err);
    if (!ends) return next->to == s->to || match_wrong(m, "layout", layout_names[next->to], layout_names[s->to], err);
    if (m->at == m->p->steps)
        return error_at(err, m->p->path, s->line, "the segment that ends with `%s` has no row `move` (expected one)",
                        s->layer);
    if (!segment_possible(m->n, m->first, v))
        return error_at(
            err, m->p->path, next->line,
            "layers `%s` to `%s` are no segment (expected cuts before and after: layers after which one tensor is live)",
            m->n->layer[m->first].name, s->layer);
    const struct segment_pace pace = plan_pace(m->n, s - (v - m->first), m->first, v);
    const bool good = match_batches(m, s, v, pace, err) && match_move(m, s, v, pace, err);
    m->first = 0;
    m->at++;
    return good;
}

static bool match_node(struct match *m, int v, struct error *err) {
    const struct layer *l = &m->n->layer[v];
    enum layout have[OPERATOR_INPUTS];
    const int begun = m->at;
    assert(l->inputs <= OPERATOR_INPUTS && m->at <= m->p->steps);
    for (int i = 0; i < l->inputs; i++)
        if (!match_input(m, v, i, &have[i], err)) return false;
    if (m->at == m->p->steps)
        return error_at(err, m->p->path, 0,
                        "the plan does not match network %s: it ends before layer `%s` (expected one row per layer)",
                        m->n->name, l->name);
    const struct plan_step *s = &m->p->step[m->at];
    if (!match_layer(m, s, v, err)) return false;
    if (s->kind == PROFILE_STRIP && m->at > begun) { /* segments convert nothing */
        m->at = begun;
        return match_wrong(m, "kind", "convert", "strip", err);
    }
    for (int i = 0; i < l->inputs; i++) {
        int u = l->input[i];
        bool copy = m->p->conversions == CONVERSIONS_PER_TENSOR && s->kind != PROFILE_STRIP &&
                    m->copied[u * LAYOUTS + (int)s->from];
        if (!copy && !instance_alike(m->n->layer[u].out, have[i], s->from))
            return match_wrong(m, "layout of an input", layout_names[have[i]], layout_names[s->from], err);
    }
    m->out[v] = s->to;
    if (s->kind == PROFILE_STRIP) return match_segment(m, v, err);
    m->at++;
    return true;
}

bool plan_match(const struct plan *p, const struct network *folded, struct error *err) {
    struct match m = {.p = p, .n = folded};
    m.out = MEMORY_NEW(enum layout, folded->layers);
    m.copied = MEMORY_NEW(bool, (size_t)folded->layers *LAYOUTS);
    bool good = true;
    for (int v = 0; v < folded->layers && good; v++) good = match_node(&m, v, err);
    if (good && p->stream_input && !(p->steps > 1 && p->step[1].kind == PROFILE_STRIP))
        good = error_at(err, p->path, p->stream_line,
                        "stream-input: no segment begins with the image (expected one, or no such line)");
    if (good && m.at < p->steps) good = match_wrong(&m, "layer", p->step[m.at].layer, "the end of the plan", err);
    free(m.out);
    free(m.copied);
    return good;
}

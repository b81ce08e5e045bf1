#include "formulation/network_join.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/names.h"

#define JOIN_CHANNELS (1 << 20)

struct joining {
    struct layer *layer; /* [layers] of the result */
    int layers;
    struct names names; /* of n's layers and those added */
    int *place;         /* [n's layers] in the result */
};

static int64_t join_divisor(int64_t a, int64_t b) {
    while (b) {
        const int64_t rest = a % b;
        a = b, b = rest;
    }
    return a;
}

static int64_t join_size(const struct layer *l) {
    return shape_bytes(l->out) / 4;
}

/* A name that no layer has: `name` and what it is, with as many `_` as it takes. */
static char *join_name(struct joining *j, const char *name, const char *what) {
    const size_t room = strlen(name) + strlen(what) + j->names.count + 1; /* each name costs one at most */
    char *text = memory_new(room, 1);
    snprintf(text, room, "%s%s", name, what);
    while (names_find(&j->names, text) >= 0) strcat(text, "_");
    return text;
}

/* A layer of `kind` that reads input[0 .. inputs), all keys given. Takes the name; returns its place. */
static int join_add(struct joining *j, char *name, long line, enum operator_kind kind, const int *input, int inputs,
                    const double *value) {
    static const bool given[OPERATOR_KEYS] = {true, true, true, true};
    struct operator_layer l = {.inputs = inputs, .value = value, .given = given};
    struct layer *to = &j->layer[j->layers];
    char wrong[OPERATOR_WRONG];
    for (int i = 0; i < inputs; i++) {
        const struct layer *u = &j->layer[input[i]];
        l.in[i].name = u->name, l.in[i].C = u->out.C, l.in[i].H = u->out.H, l.in[i].W = u->out.W;
    }
    *to = (struct layer){.name = name, .kind = LAYER_OPERATOR, .inputs = inputs, .line = line};
    to->input = memory_duplicate(input, (size_t)inputs * sizeof *input);
    const bool good = operator_infer(&to->shape_of, kind, &l, wrong);
    assert(good); /* the sizes are those of the parts */
    (void)good;
    to->out = (struct shape){to->shape_of.M, to->shape_of.OH, to->shape_of.OW};
    names_add(&j->names, name, j->layers);
    return j->layers++;
}

/* A part of a joint tensor: `unit` elements make a channel of it. */
static int join_reshape(struct joining *j, char *name, long line, int input, struct shape to) {
    return join_add(j, name, line, OPERATOR_RESHAPE, &input, 1, (const double[]){to.C, to.H, to.W, 0});
}

static bool join_shape(struct shape *s, int64_t all, int64_t unit, const char *what, const char *path, long line,
                       struct error *err) {
    assert(unit > 0 && all % unit == 0); /* a common divisor */
    if (all / unit > JOIN_CHANNELS || unit > JOIN_CHANNELS)
        return error_at(err, path, line,
                        "%s of %" PRId64 " elements in all with the common divisor %" PRId64
                        " (expected a divisor of at most "
                        "2^20, and at most 2^20 times as many elements)",
                        what, all, unit);
    *s = (struct shape){(int)(all / unit), 1, (int)unit};
    return true;
}

/* The joint input, at place 0. */
static bool join_inputs(struct joining *j, const struct network *n, int64_t *unit, const char *path,
                        struct error *err) {
    struct layer *joint = &j->layer[0];
    int64_t all = 0;
    *unit = 0;
    for (int v = 0; v < n->layers; v++)
        if (n->layer[v].inputs == 0) {
            all += join_size(&n->layer[v]), *unit = join_divisor(*unit, join_size(&n->layer[v]));
            if (!joint->name) *joint = n->layer[v], joint->name = join_name(j, "inputs", "");
        }
    joint->input = NULL;
    j->layers = 1;
    names_add(&j->names, joint->name, 0);
    if (!join_shape(&joint->out, all, *unit, "inputs", path, joint->line, err)) return false;
    struct operator_shape *s = &joint->shape_of;
    s->C[0] = s->M = joint->out.C, s->H = s->OH = joint->out.H, s->W = s->OW = joint->out.W;
    return true;
}

/* Input v out of the joint one, whose channels up to *from are taken already. */
static int join_part(struct joining *j, const struct layer *l, int *from, int64_t unit) {
    const int channels = (int)(join_size(l) / unit), joint = 0;
    char *name = memory_string(l->name);
    const double value[] = {*from, channels};
    const bool whole = l->out.H == 1 && l->out.W == unit;
    const int part = join_add(j, whole ? name : join_name(j, name, "/part"), l->line, OPERATOR_SLICE, &joint, 1, value);
    *from += channels;
    return whole ? part : join_reshape(j, name, l->line, part, l->out);
}

/* What the layer `output` reads, one after the other. */
static bool join_outputs(struct joining *j, const struct network *n, const struct layer *l, const char *path,
                         struct error *err) {
    int64_t all = 0, unit = 0;
    int input[OPERATOR_INPUTS];
    struct shape joint;
    for (int i = 0; i < l->inputs; i++) {
        const int64_t size = join_size(&n->layer[l->input[i]]);
        all += size, unit = join_divisor(unit, size);
    }
    if (!join_shape(&joint, all, unit, "outputs", path, l->line, err)) return false;
    for (int i = 0; i < l->inputs; i++) {
        const struct layer *u = &n->layer[l->input[i]];
        const struct shape part = {(int)(join_size(u) / unit), 1, (int)unit};
        const bool fits = u->out.H == 1 && u->out.W == part.W;
        input[i] = j->place[l->input[i]];
        if (!fits) input[i] = join_reshape(j, join_name(j, u->name, "/flat"), l->line, input[i], part);
    }
    join_add(j, memory_string(l->name), l->line, OPERATOR_CONCAT, input, l->inputs, NULL);
    return true;
}

static void join_move(struct joining *j, const struct layer *l) {
    struct layer *to = &j->layer[j->layers++];
    *to = *l;
    to->name = memory_string(l->name);
    to->input = MEMORY_NEW(int, l->inputs);
    for (int i = 0; i < l->inputs; i++) to->input[i] = j->place[l->input[i]];
}

static bool join_all(struct joining *j, const struct network *n, const bool *output, bool several, const char *path,
                     struct error *err) {
    int64_t unit = 1;
    int from = 0;
    if (several && !join_inputs(j, n, &unit, path, err)) return false;
    for (int v = 0; v < n->layers; v++) {
        const struct layer *l = &n->layer[v];
        if (output[v]) {
            if (!join_outputs(j, n, l, path, err)) return false;
        } else if (several && l->inputs == 0) {
            j->place[v] = join_part(j, l, &from, unit);
        } else {
            j->place[v] = j->layers;
            join_move(j, l);
        }
    }
    return true;
}

bool network_join(struct network *n, const bool *output, const char *path, struct error *err) {
    int inputs = 0, outputs = 0, room = 1;
    for (int v = 0; v < n->layers; v++) {
        inputs += n->layer[v].inputs == 0, outputs += output[v];
        room += output[v] ? 1 + n->layer[v].inputs : 2;
    }
    assert(outputs <= 1 && inputs >= 1); /* read_ends */
    if (inputs == 1 && outputs == 0) return true;
    struct joining j = {.layer = MEMORY_NEW(struct layer, room), .place = MEMORY_NEW(int, n->layers)};
    for (int v = 0; v < n->layers; v++) names_add(&j.names, n->layer[v].name, v);
    const bool good = join_all(&j, n, output, inputs > 1, path, err);
    assert(j.layers <= room);
    names_free(&j.names);
    free(j.place);
    for (int v = 0; v < n->layers; v++) free(n->layer[v].name), free(n->layer[v].input);
    free(n->layer);
    n->layer = j.layer, n->layers = j.layers;
    return good;
}

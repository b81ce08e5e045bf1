#include "experiments/runtime/reference.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/reference_layers.h"
#include "solver/base/input.h"
#include "solver/base/memory.h"
#include "solver/base/output.h"

void reference_free(struct reference *f) {
    if (!f) return;
    for (int v = 0; v < f->network->layers; v++) free(f->out[v]);
    free(f->out);
    free(f->largest);
    free(f->error);
    free(f);
}

static void reference_measure(struct reference *f, int v) {
    int64_t floats = shape_bytes(f->network->layer[v].out) / 4;
    for (int64_t i = 0; i < floats; i++) f->largest[v] = fmax(f->largest[v], fabs((double)f->out[v][i]));
}

static bool reference_layer(struct reference *f, int v, const struct weights *w, const float *image, int threads,
                            struct error *err) {
    const struct layer *l = &f->network->layer[v];
    const float *in[OPERATOR_INPUTS] = {NULL};
    size_t floats = (size_t)(shape_bytes(l->out) / 4);
    float *raw = MEMORY_NEW(float, weights_count(l)), *bias = MEMORY_NEW(float, weights_biases(l));
    bool good = weights_count(l) == 0 || weights_layer(raw, bias, w, v, err);
    const float *given = weights_biases(l) ? bias : NULL;
    f->out[v] = memory_new(floats, sizeof(float));
    for (int i = 0; i < l->inputs; i++) {
        assert(l->input[i] < v && f->out[l->input[i]]); /* layers are in topological order */
        in[i] = f->out[l->input[i]];
    }
    if (good && l->kind == LAYER_CONV)
        reference_layers_conv(f->out[v], in[0], &l->scenario, raw, given, l->activation, threads);
    else if (good && l->shape_of.kind == OPERATOR_INPUT)
        memory_copy(f->out[v], image, floats * sizeof(float));
    else if (good)
        reference_layers_operator(f->out[v], in, &l->shape_of, raw, given, threads);
    if (good) reference_measure(f, v);
    free(raw);
    free(bias);
    return good;
}

static struct reference *reference_empty(const struct network *folded) {
    struct reference *f = MEMORY_NEW(struct reference, 1);
    f->network = folded;
    f->out = MEMORY_NEW(float *, folded->layers);
    f->largest = MEMORY_NEW(double, folded->layers);
    f->error = MEMORY_NEW(double, folded->layers);
    return f;
}

struct reference *reference_new(const struct network *folded, const struct weights *w, const float *in, int threads,
                                struct error *err) {
    struct reference *f = reference_empty(folded);
    for (int v = 0; v < folded->layers; v++)
        if (!reference_layer(f, v, w, in, threads, err)) {
            reference_free(f);
            return NULL;
        }
    return f;
}

static void reference_head(char head[REFERENCE_HEAD], const struct network *n, const char *about) {
    int64_t floats = 0;
    for (int v = 0; v < n->layers; v++) floats += shape_bytes(n->layer[v].out) / 4;
    memset(head, ' ', REFERENCE_HEAD);
    int used = snprintf(head, REFERENCE_HEAD, "taso-reference 1: %.200s, %d layers, %" PRId64 " floats, %.700s",
                        n->name, n->layers, floats, about);
    assert(used > 0 && used < REFERENCE_HEAD);
    head[used] = ' '; /* not NUL: the head is a line of text */
    head[REFERENCE_HEAD - 1] = '\n';
}

bool reference_write(const struct reference *f, const char *about, const char *path, struct error *err) {
    char head[REFERENCE_HEAD];
    struct output file;
    if (!output_open(&file, path, err)) return false;
    reference_head(head, f->network, about);
    bool good = fwrite(head, 1, sizeof head, file.file) == sizeof head;
    for (int v = 0; v < f->network->layers && good; v++) {
        size_t bytes = (size_t)shape_bytes(f->network->layer[v].out);
        good = fwrite(f->out[v], 1, bytes, file.file) == bytes;
    }
    return output_close(&file, good, err);
}

struct reference *reference_read(const struct network *folded, const char *about, const char *path, struct error *err) {
    char head[REFERENCE_HEAD], want[REFERENCE_HEAD];
    FILE *in = input_open(path, false, err);
    if (!in) return NULL;
    struct reference *f = reference_empty(folded);
    reference_head(want, folded, about);
    bool good = fread(head, 1, sizeof head, in) == sizeof head && memcmp(head, want, sizeof head) == 0;
    if (!good) error_at(err, path, 1, "another reference (expected %s with %s)", folded->name, about);
    for (int v = 0; v < folded->layers && good; v++) {
        size_t bytes = (size_t)shape_bytes(folded->layer[v].out);
        f->out[v] = memory_new(bytes, 1);
        good = fread(f->out[v], 1, bytes, in) == bytes;
        if (good) reference_measure(f, v);
    }
    if (good && fgetc(in) == EOF) return fclose(in), f;
    if (!err->text[0]) error_at(err, path, 0, "wrong length (expected that of the outputs of %s)", folded->name);
    fclose(in);
    reference_free(f);
    return NULL;
}

/* Largest error of rows [from, to) of a tensor, given in `layout`; NAN if an element is NaN. */
static double reference_error(const float *want, const float *out, struct shape t, int from, int to,
                              enum layout layout) {
    double error = 0;
    for (int c = 0; c < t.C; c++)
        for (int h = from; h < to; h++)
            for (int w = 0; w < t.W; w++) {
                const size_t at = reference_layers_index(layout, t.C, to - from, t.W, c, h - from, w),
                             is = reference_layers_index(LAYOUT_CHW, t.C, t.H, t.W, c, h, w);
                const double e = fabs((double)out[at] - (double)want[is]);
                if (isnan(e) || e > error) error = e;
            }
    return error;
}

/* The node of a conversion is its reader; the error of a copy counts for the layer that made the tensor. A segment's
 * layers come row by row, in one call after the other; the first begins anew. */
void reference_compare(void *context, const struct schedule *s, int at, int from, int to, const float *out) {
    struct reference *f = context;
    assert(s->network == f->network && at >= 0 && at < s->steps);
    const struct schedule_step *step = &s->step[at];
    const bool copy = step->row->kind == PROFILE_CONVERT;
    const int v = copy ? f->network->layer[step->node].input[step->row->slot] : step->node;
    assert(0 <= from && from < to && to <= step->shape.H);
    double error = reference_error(f->out[v], out, step->shape, from, to, step->row->to);
    error = error == 0 ? 0 : error / f->largest[v];
    if ((!copy && from == 0) || isnan(error) || error > f->error[v]) f->error[v] = error;
}

double reference_worst(int *worst, const struct reference *f) {
    *worst = 0;
    for (int v = 0; v < f->network->layers; v++) {
        if (isnan(f->error[v])) return *worst = v, f->error[v];
        if (f->error[v] > f->error[*worst]) *worst = v;
    }
    return f->error[*worst];
}

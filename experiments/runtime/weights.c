#include "experiments/runtime/weights.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/input.h"
#include "solver/base/memory.h"
#include "solver/base/output.h"
#include "solver/base/random.h"

static int64_t weights_fan_in(const struct layer *l) {
    const struct scenario *s = &l->scenario;
    const struct operator_shape *o = &l->shape_of;
    if (l->kind == LAYER_CONV) return (int64_t)(s->C / s->groups) * s->KH * s->KW;
    return l->kind == LAYER_OPERATOR ? (int64_t)operator_raw(o) / o->M : 0;
}

int64_t weights_count(const struct layer *l) {
    return weights_fan_in(l) * l->out.C;
}

int64_t weights_biases(const struct layer *l) {
    return weights_count(l) > 0 && (l->bias || l->batchnorm) ? l->out.C : 0;
}

void weights_free(struct weights *w) {
    if (w->file) fclose(w->file);
    free(w->path);
    free(w->offset);
    free(w->before_add);
    *w = (struct weights){0};
}

static bool weights_init_file(struct weights *w, const char *path, int64_t floats, struct error *err) {
    w->path = memory_string(path);
    w->file = input_open(path, true, err);
    if (!w->file) return false;
    if (fseek(w->file, 0, SEEK_END) != 0) return error_at(err, path, 0, "%s", strerror(errno));
    long size = ftell(w->file);
    if (size == floats * (int64_t)sizeof(float)) return true;
    return error_at(err, path, 0, "wrong length (expected %" PRId64 " bytes, the weights of %s, got %ld)",
                    floats * (int64_t)sizeof(float), w->network->name, size);
}

bool weights_init(struct weights *w, const struct network *folded, uint64_t seed, const char *path, struct error *err) {
    *w = (struct weights){.network = folded, .seed = seed};
    w->offset = MEMORY_NEW(int64_t, folded->layers);
    w->before_add = MEMORY_NEW(bool, folded->layers);
    int64_t floats = 0;
    for (int v = 0; v < folded->layers; v++) {
        assert(folded->layer[v].kind == LAYER_CONV || folded->layer[v].kind == LAYER_OPERATOR); /* it is folded */
        const struct layer *l = &folded->layer[v];
        w->offset[v] = floats;
        floats += weights_count(l) + weights_biases(l);
        if (l->kind == LAYER_OPERATOR && l->shape_of.kind == OPERATOR_ADD)
            for (int i = 0; i < l->inputs; i++) w->before_add[l->input[i]] = true;
    }
    if (!path || weights_init_file(w, path, floats, err)) return true;
    weights_free(w);
    return false;
}

static void weights_seeded(float *raw, float *bias, const struct weights *w, int layer) {
    const struct layer *l = &w->network->layer[layer];
    struct random r = {w->seed * 1000003u + (uint64_t)layer};
    double gain = (l->activation.kind != ACTIVATION_NONE ? 2 : 1) * (w->before_add[layer] ? 0.25 : 1);
    double limit = sqrt(3 * gain / (double)weights_fan_in(l)); /* uniform on +-limit has variance limit^2 / 3 */
    int64_t count = weights_count(l), biases = weights_biases(l);
    assert(count > 0); /* so the fan-in is not 0 */
    for (int64_t i = 0; i < count; i++) raw[i] = (float)((2 * random_unit(&r) - 1) * limit);
    for (int64_t i = 0; i < biases; i++) bias[i] = (float)((2 * random_unit(&r) - 1) * 0.05);
}

bool weights_layer(float *raw, float *bias, const struct weights *w, int layer, struct error *err) {
    const struct layer *l = &w->network->layer[layer];
    assert(layer >= 0 && layer < w->network->layers);
    size_t count = (size_t)weights_count(l), biases = (size_t)weights_biases(l);
    if (w->source) return w->source(raw, bias, l, w->context, err);
    if (!w->file) return weights_seeded(raw, bias, w, layer), true;
    if (fseek(w->file, (long)(w->offset[layer] * (int64_t)sizeof(float)), SEEK_SET) != 0 ||
        fread(raw, sizeof(float), count, w->file) != count || fread(bias, sizeof(float), biases, w->file) != biases)
        return error_at(err, w->path, 0, "cannot read the weights of layer `%s`", l->name);
    for (size_t i = 0; i < count + biases; i++)
        if (!isfinite(i < count ? raw[i] : bias[i - count]))
            return error_at(err, w->path, 0, "weight %zu of layer `%s` is not finite (expected finite values)", i,
                            l->name);
    return true;
}

bool weights_write(const struct weights *w, const char *path, struct error *err) {
    struct output file;
    if (!output_open(&file, path, err)) return false;
    bool good = true;
    for (int v = 0; v < w->network->layers && good; v++) {
        const struct layer *l = &w->network->layer[v];
        size_t count = (size_t)weights_count(l), biases = (size_t)weights_biases(l);
        float *raw = memory_new(count + biases, sizeof *raw);
        if (count > 0 && !weights_layer(raw, raw + count, w, v, err)) {
            free(raw);
            output_abandon(&file);
            return false;
        }
        good = fwrite(raw, sizeof *raw, count + biases, file.file) == count + biases;
        free(raw);
    }
    return output_close(&file, good, err);
}

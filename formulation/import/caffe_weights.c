/* Weights of a Caffe network: a .caffemodel, protocol buffers in binary form, in which layers are found by name. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/caffe.h"
#include "formulation/import/wire.h"
#include "solver/base/memory.h"

/* Numbers of fields, from the published caffe.proto; of a layer in today's form and in the one before. */
enum { NET_OLD_LAYER = 2, NET_LAYER = 100, LAYER_NAME = 1, LAYER_BLOBS = 7, OLD_NAME = 4, OLD_BLOBS = 6 };
enum { BLOB_DATA = 5, BLOB_DOUBLES = 8 };

/* The layers of a model by their names, each once. */
struct model {
    const char *path;
    struct wire_file file;
    struct names names;
    struct model_layer {
        char *name;
        struct wire message;
        int field; /* of a blob in it */
    } * layer;
    int layers;
    size_t capacity;
};

struct blobs { /* of one layer */
    struct caffe *in;
    const char *path;
    struct model_layer layer;
};

static bool blobs_error(const struct blobs *b, const char *problem) {
    return error_at(b->in->err, b->path, 0, "layer `%.80s`: %s", b->layer.name, problem);
}

static void model_add(struct model *m, const struct wire_field *f) {
    const bool old = f->number == NET_OLD_LAYER;
    struct wire_field name;
    if (f->type != WIRE_BYTES || (!old && f->number != NET_LAYER)) return;
    if (!wire_find(f->bytes, old ? OLD_NAME : LAYER_NAME, WIRE_BYTES, &name)) return;
    const size_t length = wire_length(&name.bytes);
    char *text = memory_new(length + 1, 1);
    memory_copy(text, name.bytes.at, length);
    if (names_add(&m->names, text, m->layers) >= 0) {
        free(text);
        return;
    }
    m->layer = memory_grow(m->layer, &m->capacity, (size_t)m->layers + 1, sizeof *m->layer);
    m->layer[m->layers++] = (struct model_layer){text, f->bytes, old ? OLD_BLOBS : LAYER_BLOBS};
}

static bool model_read(struct model *m, const char *path, struct error *err) {
    struct wire_field f;
    *m = (struct model){.path = path};
    if (!wire_load(&m->file, path, err)) return false;
    struct wire rest = {m->file.bytes, m->file.bytes + m->file.length, false};
    while (wire_next(&rest, &f)) model_add(m, &f);
    return !rest.bad || error_at(err, path, 0, "not a .caffemodel, or it is cut off");
}

static void model_free(struct model *m) {
    for (int i = 0; i < m->layers; i++) free(m->layer[i].name);
    free(m->layer);
    names_free(&m->names);
    free(m->file.bytes);
}

/* false and an error: the model has no such layer, or others have taken it too often. */
static bool blobs_find(struct blobs *b, struct caffe *c, const struct model *m, const char *layer) {
    const int at = names_find(&m->names, layer);
    *b = (struct blobs){.in = c, .path = m->path};
    if (at >= 0) b->layer = m->layer[at];
    if (at >= 0 && !sketch_afford(c->sketch, (int64_t)(wire_length(&b->layer.message) / sizeof(float))))
        return blobs_error(b, SKETCH_OFTEN);
    return at >= 0 || error_at(c->err, m->path, 0,
                               "layer `%.80s`: not in this model (expected the weights of the .prototxt)", layer);
}

/* Blob i of the layer; its floats. false: there are fewer blobs. */
static bool blobs_take(float **out, int64_t *count, const struct blobs *b, int i) {
    struct wire rest = b->layer.message;
    struct wire_field f, data;
    for (int k = 0; wire_next(&rest, &f);) {
        if (f.number != b->layer.field || f.type != WIRE_BYTES || k++ < i) continue;
        const bool wide = !wire_find(f.bytes, BLOB_DATA, WIRE_BYTES, &data);
        if (wide && !wire_find(f.bytes, BLOB_DOUBLES, WIRE_BYTES, &data)) return false;
        const size_t size = wide ? 8 : 4;
        *count = (int64_t)(wire_length(&data.bytes) / size);
        *out = MEMORY_NEW(float, *count);
        for (int64_t e = 0; e < *count; e++) {
            const uint64_t bits = wire_little(data.bytes.at + (size_t)e * size, (int)size);
            (*out)[e] = wide ? (float)wire_double(bits) : wire_float(bits);
        }
        return true;
    }
    return false;
}

/* A convolution's or product's. */
static bool take_plain(struct sketch_layer *l, const struct blobs *b) {
    if (!blobs_take(&l->weights, &l->weights_count, b, 0)) return blobs_error(b, "it has no weights");
    blobs_take(&l->bias, &l->bias_count, b, 1);
    return (sketch_finite(l->weights, l->weights_count) && sketch_finite(l->bias, l->bias_count)) ||
           blobs_error(b, "a weight is not finite");
}

/* Factor and shift from mean, variance and the number that both were multiplied by. */
static bool take_norm(struct sketch_layer *l, const struct blobs *b, double epsilon) {
    float *mean = NULL, *variance = NULL, *times = NULL;
    int64_t means = 0, variances = 0, one = 0;
    bool good = blobs_take(&mean, &means, b, 0) && blobs_take(&variance, &variances, b, 1) && means == variances;
    const bool scaled = good && blobs_take(&times, &one, b, 2) && one == 1 && times[0] != 0;
    if (!good) blobs_error(b, "it has no mean and variance of one length");
    if (good) l->weights = MEMORY_NEW(float, means), l->bias = MEMORY_NEW(float, means);
    l->weights_count = l->bias_count = good ? means : 0;
    for (int64_t c = 0; c < means && good; c++) {
        const double by = scaled ? 1 / (double)times[0] : 1;
        const double factor = 1 / sqrt((double)variance[c] * by + epsilon);
        l->weights[c] = (float)factor;
        l->bias[c] = (float)(-(double)mean[c] * by * factor);
        if (!isfinite(l->weights[c]) || !isfinite(l->bias[c])) good = blobs_error(b, "its variance is not positive");
    }
    free(mean);
    free(variance);
    free(times);
    return good;
}

/* A Scale after what there is, or alone. */
static bool take_scale(struct sketch_layer *l, const struct blobs *b) {
    float *gamma = NULL, *beta = NULL;
    int64_t gammas = 0, betas = 0;
    bool good = blobs_take(&gamma, &gammas, b, 0);
    if (good) blobs_take(&beta, &betas, b, 1);
    if (!good || (beta && betas != gammas) || (l->weights && l->weights_count != gammas))
        good = blobs_error(b, "its factors and shifts are not as many as the channels before it");
    if (good && !l->weights) {
        l->weights = MEMORY_NEW(float, gammas), l->bias = MEMORY_NEW(float, gammas);
        l->weights_count = l->bias_count = gammas;
        for (int64_t c = 0; c < gammas; c++) l->weights[c] = 1;
    }
    for (int64_t c = 0; c < gammas && good; c++) {
        l->weights[c] *= gamma[c];
        l->bias[c] = l->bias[c] * gamma[c] + (beta ? beta[c] : 0);
    }
    free(gamma);
    free(beta);
    return good;
}

static bool take_layer(struct caffe *c, int layer, const struct model *m) {
    struct sketch_layer *l = &c->sketch->layer[layer];
    const struct caffe_origin o = (size_t)layer < c->origins ? c->origin[layer] : (struct caffe_origin){0};
    struct blobs b;
    const bool norm = strncmp(l->text + strlen(l->name) + 1, "batchnorm ", 10) == 0;
    if (o.name && !(blobs_find(&b, c, m, o.name) && (norm ? take_norm(l, &b, o.epsilon) : take_plain(l, &b))))
        return false;
    return !o.scale || (blobs_find(&b, c, m, o.scale) && take_scale(l, &b));
}

bool caffe_weights(struct caffe *c, const char *path) {
    struct model m;
    assert(path);
    bool good = model_read(&m, path, c->err);
    if (good) sketch_allow(c->sketch, m.file.length);
    for (int i = 0; i < c->sketch->layers && good; i++) good = take_layer(c, i, &m);
    model_free(&m);
    return good;
}

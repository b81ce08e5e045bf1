#include "formulation/import/caffe.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/import.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"

/* --- parameters -------------------------------------------------------------------------------------------------- */

bool caffe_error(const struct caffe_layer *l, const char *format, ...) {
    char text[512];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    return error_at(l->in->err, l->in->model.path, l->line, "layer `%.60s`: %s", l->name, text);
}

uint32_t caffe_message(const struct caffe_layer *l, const char *name) {
    const uint32_t f = textproto_first(&l->in->model, l->field, name);
    return f && !textproto_value(&l->in->model, f) ? f : TEXTPROTO_EMPTY;
}

/* The one value of a field: NULL if it is absent; false if it is a message, or there are several. */
static bool caffe_value(const char **value, const struct caffe_layer *l, uint32_t of, const char *name) {
    const struct textproto *t = &l->in->model;
    const uint32_t f = textproto_first(t, of, name);
    *value = f ? textproto_value(t, f) : NULL;
    if (!f || (*value && !textproto_after(t, f))) return true;
    return caffe_error(l, "`%s` is %s (expected one value)", name, *value ? "given twice" : "a message");
}

bool caffe_whole(int *number, const struct caffe_layer *l, const char *name, const char *value) {
    long long whole;
    if (!value) return caffe_error(l, "`%s` is a message (expected a number)", name);
    if (!text_int64(&whole, value) || whole < 0 || whole > 1 << 30)
        return caffe_error(l, "`%s: %.40s` is out of range (expected a whole number from 0 to 2^30)", name, value);
    *number = (int)whole;
    return true;
}

bool caffe_int(int *number, const struct caffe_layer *l, uint32_t of, const char *name, int preset) {
    const char *value;
    *number = preset;
    if (!caffe_value(&value, l, of, name)) return false;
    if (value) return caffe_whole(number, l, name, value);
    return preset >= 0 || caffe_error(l, "`%s` is missing (a %s needs it)", name, l->type);
}

bool caffe_real(double *number, const struct caffe_layer *l, uint32_t of, const char *name, double preset) {
    const char *value;
    char text[64];
    *number = preset;
    if (!caffe_value(&value, l, of, name)) return false;
    if (!value) return true;
    size_t length = strlen(value);
    length -= length > 1 && (value[length - 1] == 'f' || value[length - 1] == 'F'); /* 0.1f */
    snprintf(text, sizeof text, "%.*s", (int)(length < sizeof text ? length : 0), value);
    return text_double(number, text) || caffe_error(l, "`%s: %.40s` (expected a number)", name, value);
}

bool caffe_flag(bool *flag, const struct caffe_layer *l, uint32_t of, const char *name, bool preset) {
    static const char *const words[] = {"false", "true", "False", "True", "0", "1", "f", "t"};
    const char *value;
    *flag = preset;
    if (!caffe_value(&value, l, of, name)) return false;
    if (!value) return true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], value) == 0) {
            *flag = i % 2 == 1;
            return true;
        }
    return caffe_error(l, "`%s: %.40s` (expected true or false)", name, value);
}

const char *caffe_word(const struct caffe_layer *l, uint32_t of, const char *name, const char *preset) {
    const uint32_t f = textproto_first(&l->in->model, of, name);
    const char *value = f ? textproto_value(&l->in->model, f) : NULL;
    return value ? value : preset;
}

bool caffe_pair(int value[2], const struct caffe_layer *l, uint32_t of, const char *const name[3], int preset) {
    const struct textproto *t = &l->in->model;
    const uint32_t both = textproto_first(t, of, name[0]);
    const uint32_t h = name[1] ? textproto_first(t, of, name[1]) : 0, w = name[2] ? textproto_first(t, of, name[2]) : 0;
    int count = 0;
    if (both && (h || w)) return caffe_error(l, "both `%s` and `%s` (expected one of them)", name[0], name[h ? 1 : 2]);
    if (h || w) return caffe_int(&value[0], l, of, name[1], preset) && caffe_int(&value[1], l, of, name[2], preset);
    for (uint32_t f = both; f; f = textproto_after(t, f), count++) {
        const char *text = textproto_value(t, f);
        if (count == 2 || !text) return caffe_error(l, "`%s` (expected one or two numbers)", name[0]);
        if (!caffe_whole(&value[count], l, name[0], text)) return false;
    }
    if (count == 0 && preset < 0) return caffe_error(l, "`%s` is missing (a %s needs it)", name[0], l->type);
    if (count == 0) value[0] = preset;
    if (count < 2) value[1] = value[0];
    return true;
}

struct caffe_origin *caffe_origin(const struct caffe_layer *l, int layer) {
    struct caffe *c = l->in;
    const size_t need = (size_t)layer + 1, had = c->origins;
    c->origin = memory_grow(c->origin, &c->origins, need, sizeof *c->origin);
    memory_clear(c->origin + had, (c->origins - had) * sizeof *c->origin);
    return &c->origin[layer];
}

/* --- which layers: phases and stages ------------------------------------------------------------------------------ */

/* Does a rule hold at inference: phase TEST, level 0, no stages? */
static bool rule_holds(const struct textproto *t, uint32_t rule) {
    const uint32_t phase = textproto_first(t, rule, "phase"), least = textproto_first(t, rule, "min_level"),
                   most = textproto_first(t, rule, "max_level");
    const char *word = phase ? textproto_value(t, phase) : NULL;
    const char *low = least ? textproto_value(t, least) : NULL, *high = most ? textproto_value(t, most) : NULL;
    if (word && (strcmp(word, "TRAIN") == 0 || strcmp(word, "0") == 0)) return false;
    if ((low && atoi(low) > 0) || (high && atoi(high) < 0)) return false;
    return !textproto_first(t, rule, "stage");
}

static bool layer_runs(const struct textproto *t, uint32_t layer) {
    uint32_t rule = textproto_first(t, layer, "include");
    if (rule) {
        for (; rule; rule = textproto_after(t, rule))
            if (rule_holds(t, rule)) return true;
        return false;
    }
    for (rule = textproto_first(t, layer, "exclude"); rule; rule = textproto_after(t, rule))
        if (rule_holds(t, rule)) return false;
    return true;
}

/* --- blobs -------------------------------------------------------------------------------------------------------- */

/* From here on layers that read `name` read this. */
static void blob_set(struct caffe *c, const char *name, struct caffe_blob blob) {
    int at = names_find(&c->names, name);
    if (at < 0) {
        c->blob = memory_grow(c->blob, &c->blob_capacity, (size_t)c->blobs + 1, sizeof *c->blob);
        at = c->blobs++;
        names_add(&c->names, name, at);
    }
    c->blob[at] = blob;
}

static bool layer_bottoms(struct caffe_layer *l, const struct caffe_kind *kind) {
    const struct textproto *t = &l->in->model;
    for (uint32_t f = textproto_first(t, l->field, "bottom"); f; f = textproto_after(t, f)) {
        const char *name = textproto_value(t, f);
        const int at = name ? names_find(&l->in->names, name) : -1;
        if (!name) return caffe_error(l, "`bottom` is a message (expected a name)");
        if (at < 0) return caffe_error(l, "it reads `%.60s`, which no earlier layer makes", name);
        if (l->bottoms == CAFFE_BOTTOMS) return caffe_error(l, "more than %d bottoms (expected fewer)", CAFFE_BOTTOMS);
        l->bottom[l->bottoms] = l->in->blob[at];
        l->input[l->bottoms++] = l->in->blob[at].layer;
    }
    if (l->bottoms < kind->least || l->bottoms > kind->most) {
        char range[32] = "";
        if (kind->most > kind->least) snprintf(range, sizeof range, " to %d", kind->most);
        return caffe_error(l, "it reads %d blob%s (expected %d%s for type %s)", l->bottoms, l->bottoms == 1 ? "" : "s",
                           kind->least, range, l->type);
    }
    for (int i = 0; i < (kind->label ? kind->least : l->bottoms); i++) {
        if (l->bottom[i].layer < 0) return caffe_error(l, "it reads a label, which a deployed network does not have");
        if (l->bottom[i].flat && !kind->flat)
            return caffe_error(l, "it reads a vector made by Flatten or Reshape (expected an image)");
    }
    return true;
}

/* --- the walk ----------------------------------------------------------------------------------------------------- */

static const char *text_of(const struct textproto *t, uint32_t of, const char *name, const char *preset) {
    const uint32_t f = textproto_first(t, of, name);
    const char *value = f ? textproto_value(t, f) : NULL;
    return value ? value : preset;
}

/* The first top, or the layer's own name where a loss has none; further ones (labels, masks) are nothing. */
static void layer_tops(const struct caffe_layer *l, struct caffe_blob made) {
    const struct textproto *t = &l->in->model;
    const bool copies = strcmp(l->type, "Split") == 0 || strcmp(l->type, "SPLIT") == 0;
    int top = 0;
    for (uint32_t f = textproto_first(t, l->field, "top"); f; f = textproto_after(t, f), top++) {
        const char *name = textproto_value(t, f);
        const struct caffe_blob further = top < CAFFE_TOPS ? l->top[top] : (struct caffe_blob){.layer = -1};
        if (name) blob_set(l->in, name, top == 0 || copies ? made : further);
    }
}

/* Most layers keep the number of channels of what they read; the others say how many they make. */
static void note_channels(struct caffe_blob *made, const struct caffe_layer *l) {
    if (made->layer >= 0 && !made->flat && made->channels == 0 && l->bottoms > 0)
        made->channels = l->bottom[0].flat ? 0 : l->bottom[0].channels;
}

static bool caffe_layer_read(struct caffe *c, uint32_t field) {
    struct caffe_blob made = {.layer = -1}, top[CAFFE_TOPS];
    struct caffe_layer l = {.in = c, .field = field, .line = textproto_line(&c->model, field), .top = top};
    for (int i = 0; i < CAFFE_TOPS; i++) top[i] = made;
    if (textproto_value(&c->model, field))
        return error_at(c->err, c->model.path, l.line, "`layer` is a value (expected a message)");
    if (textproto_first(&c->model, field, "layer"))
        return error_at(c->err, c->model.path, l.line,
                        "a layer within `layers`: the oldest form of Caffe (expected `layer { type: \"...\" }`; its "
                        "upgrade_net_proto_text converts it)");
    if (!layer_runs(&c->model, field)) return true;
    l.name = text_of(&c->model, field, "name", "");
    l.type = text_of(&c->model, field, "type", "");
    static const struct caffe_kind any = {.least = 1, .most = CAFFE_BOTTOMS, .flat = true};
    const struct caffe_kind *kind = caffe_kind_find(l.type);
    enum caffe_result result = CAFFE_UNSUPPORTED;
    if (!*l.type) return caffe_error(&l, "it has no `type`");
    if (kind && !layer_bottoms(&l, kind)) return false;
    if (kind) result = kind->make(&made, &l);
    if (result == CAFFE_FAILED) return false;
    if (result == CAFFE_UNSUPPORTED && c->sketch->opaque) {
        if (!kind && !layer_bottoms(&l, &any)) return false;
        made = l.bottom[0];
        made.layer = sketch_opaque(c->sketch, l.name, l.type, l.line, l.input[0]);
        result = CAFFE_MADE;
    }
    if (result == CAFFE_UNSUPPORTED) {
        sketch_unsupported(c->sketch, l.type, l.name, l.line);
        made.layer = c->sketch->layers > 0 ? 0 : -1; /* any, so that the rest is looked at too */
    }
    note_channels(&made, &l);
    layer_tops(&l, made);
    return c->sketch->layers <= SKETCH_LAYERS || caffe_error(&l, "more than %d layers (expected fewer)", SKETCH_LAYERS);
}

/* Inputs of the network by themselves: `input: "data"` with four `input_dim` or an `input_shape` each. */
static bool caffe_inputs(struct caffe *c) {
    const struct textproto *t = &c->model;
    uint32_t dim = textproto_first(t, 0, "input_dim"), shape = textproto_first(t, 0, "input_shape");
    for (uint32_t f = textproto_first(t, 0, "input"); f; f = textproto_after(t, f)) {
        const char *name = textproto_value(t, f);
        struct caffe_layer l = {.in = c, .line = textproto_line(t, f), .name = name, .type = "Input"};
        struct caffe_blob made;
        int dims[4], count = 0;
        if (!name) return error_at(c->err, t->path, l.line, "`input` is a message (expected a name)");
        if (shape) {
            for (uint32_t d = textproto_first(t, shape, "dim"); d && count < 4; d = textproto_after(t, d))
                if (!caffe_whole(&dims[count++], &l, "dim", textproto_value(t, d))) return false;
            shape = textproto_after(t, shape);
        }
        for (; !shape && dim && count < 4; dim = textproto_after(t, dim))
            if (!caffe_whole(&dims[count++], &l, "input_dim", textproto_value(t, dim))) return false;
        if (!caffe_input(&made, &l, dims, count)) return false;
        blob_set(c, name, made);
    }
    return true;
}

static bool caffe_walk(struct caffe *c) {
    const struct textproto *t = &c->model;
    if (!caffe_inputs(c)) return false;
    for (uint32_t f = t->field[0].first; f; f = t->field[f].next) {
        const char *name = textproto_name(t, f);
        if ((strcmp(name, "layer") == 0 || strcmp(name, "layers") == 0) && !caffe_layer_read(c, f)) return false;
    }
    if (c->sketch->unsupported[0])
        return error_at(c->err, t->path, 0, "these types of layers are not supported: %s" SKETCH_HELP,
                        c->sketch->unsupported);
    return c->sketch->layers > 0 || error_at(c->err, t->path, 0, "no layers (expected a Caffe network)");
}

static bool caffe_read(struct sketch *out, const char *path, struct error *err) {
    struct caffe c = {.sketch = out, .err = err};
    if (!textproto_read(&c.model, path, err)) return false;
    const bool good = caffe_walk(&c) && (!out->weights || caffe_weights(&c, out->weights_file));
    free(c.blob);
    free(c.origin);
    names_free(&c.names);
    textproto_free(&c.model);
    return good;
}

const struct import_format import_prototxt = {
    .ending = ".prototxt", .framework = "Caffe", .weights_apart = true, .read = caffe_read};

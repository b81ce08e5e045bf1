#include "experiments/emit/emit_tables.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const emit_tables_layouts[LAYOUTS] = {"LAYOUT_CHW", "LAYOUT_HWC", "LAYOUT_HCW"};

static const char *const emit_tables_kinds[OPERATORS] = {
#define OPERATOR(symbol, name) "OPERATOR_" #symbol,
#include "kernels/operators.def"
#undef OPERATOR
};

static const char *const emit_tables_activations[ACTIVATIONS] = {
    "ACTIVATION_NONE",
#define ACTIVATION(symbol, name, form, key_a, a, key_b, b, y, help) "ACTIVATION_" #symbol,
#include "kernels/activations.def"
};

const char *const emit_tables_operators[OPERATORS] = {
#define OPERATOR(symbol, name) "operator_" #name,
#include "kernels/operators.def"
#undef OPERATOR
};

#define ALGORITHM(symbol, stack, row_step) extern const struct algorithm algorithm_##symbol;
#include "kernels/primitives.def"

const char *emit_tables_algorithm(const struct primitive *p) {
    static const struct {
        const struct algorithm *algorithm;
        const char *symbol;
    } table[] = {
#define ALGORITHM(symbol, stack, row_step) {&algorithm_##symbol, "algorithm_" #symbol},
#include "kernels/primitives.def"
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].algorithm == p->algorithm) return table[i].symbol;
    return NULL;
}

bool emit_tables_is_input(const struct schedule *s, int i) {
    const struct schedule_step *t = &s->step[i];
    return t->row->kind == PROFILE_LAYER && s->network->layer[t->node].shape_of.kind == OPERATOR_INPUT &&
           t->inputs == 0;
}

bool emit_tables_in_place(const struct schedule *s, int i) {
    return emit_tables_is_input(s, i) && instance_alike(s->step[i].shape, LAYOUT_CHW, s->step[i].row->to);
}

/* Nine digits name every float (C11 5.2.4.2.2, FLT_DECIMAL_DIG); without a point or an exponent they would be an
 * integer. */
void emit_tables_float(char text[EMIT_TABLES_FLOAT], float x) {
    assert(!isnan(x));
    if (isinf(x)) {
        snprintf(text, EMIT_TABLES_FLOAT, "%sINFINITY", x < 0 ? "-" : "");
        return;
    }
    snprintf(text, EMIT_TABLES_FLOAT, "%.9g", (double)x);
    const char *point = strpbrk(text, ".e") ? "" : ".0";
    const size_t used = strlen(text);
    snprintf(text + used, EMIT_TABLES_FLOAT - used, "%sf", point);
}

static void emit_tables_primitive(struct text_writer *out, int i, const struct primitive *p) {
    text_write(out, "static const struct primitive primitive_%d = {\"%s\", &%s, %s, %s, {", i, p->name,
               emit_tables_algorithm(p), emit_tables_layouts[p->in], emit_tables_layouts[p->out]);
    for (int k = 0; k < PRIMITIVE_VARIANTS; k++) text_write(out, "%s%d", k ? ", " : "", p->variant[k]);
    text_write(out, "}};\n");
}

static void emit_tables_integer(struct text_writer *out, const char *name, int value) {
    if (value != 0) text_write(out, ", .%s = %d", name, value);
}

static void emit_tables_scenario(struct text_writer *out, const struct scenario *s) {
    text_write(out,
               "{.C = %d, .H = %d, .W = %d, .M = %d, .KH = %d, .KW = %d, .stride = %d, .dilation = %d, .groups = %d, "
               ".pad = {%d, %d, %d, %d}",
               s->C, s->H, s->W, s->M, s->KH, s->KW, s->stride, s->dilation, s->groups, s->pad.top, s->pad.left,
               s->pad.bottom, s->pad.right);
    emit_tables_integer(out, "stride_w", s->stride_w);
    emit_tables_integer(out, "dilation_w", s->dilation_w);
    text_write(out, "}");
}

static void emit_tables_padding(struct text_writer *out, const char *name, const struct padding *p) {
    if (!padding_is_all(p, 0)) text_write(out, ", .%s = {%d, %d, %d, %d}", name, p->top, p->left, p->bottom, p->right);
}

static void emit_tables_real(struct text_writer *out, const char *name, float value) {
    char text[EMIT_TABLES_FLOAT];
    if (value == 0.0f && !signbit(value)) return;
    emit_tables_float(text, value);
    text_write(out, ", .%s = %s", name, text);
}

void emit_tables_activation(struct text_writer *out, struct activation f) {
    char a[EMIT_TABLES_FLOAT], b[EMIT_TABLES_FLOAT];
    emit_tables_float(a, f.a);
    emit_tables_float(b, f.b);
    text_write(out, "{%s, %s, %s}", emit_tables_activations[f.kind], a, b);
}

static void emit_tables_epilogue(struct text_writer *out, const char *name, struct activation f) {
    if (f.kind == ACTIVATION_NONE) return;
    text_write(out, ", .%s = ", name);
    emit_tables_activation(out, f);
}

/* Every field that is not zero, whatever the operator. */
static void emit_tables_shape(struct text_writer *out, const struct operator_shape *s) {
    text_write(out, "{.kind = %s, .inputs = %d, .C = {", emit_tables_kinds[s->kind], s->inputs);
    for (int k = 0; k < s->inputs; k++) text_write(out, "%s%d", k ? ", " : "", s->C[k]);
    text_write(out, "}, .H = %d, .W = %d, .M = %d, .OH = %d, .OW = %d", s->H, s->W, s->M, s->OH, s->OW);
#define INTEGER(name)  emit_tables_integer(out, #name, s->name);
#define FLAG(name)     emit_tables_integer(out, #name, s->name);
#define REAL(name)     emit_tables_real(out, #name, s->name);
#define PADDING(name)  emit_tables_padding(out, #name, &s->name);
#define EPILOGUE(name) emit_tables_epilogue(out, #name, s->name);
#include "kernels/operator_fields.def"
#undef INTEGER
#undef FLAG
#undef REAL
#undef PADDING
#undef EPILOGUE
    text_write(out, "}");
}

static void emit_tables_layer(struct text_writer *out, const struct schedule *s, int i) {
    const struct layer *l = &s->network->layer[s->step[i].node];
    if (s->step[i].primitive) {
        text_write(out, "static const struct scenario scenario_%d = ", i);
        emit_tables_scenario(out, &l->scenario);
    } else {
        text_write(out, "static const struct operator_shape shape_%d = ", i);
        emit_tables_shape(out, &l->shape_of);
    }
    text_write(out, ";\n");
}

static void emit_tables_strips(struct text_writer *out, const struct schedule *s, int i) {
    const struct schedule_segment *g = &s->segment[s->step[i].segment];
    const struct strips_layer *of = &g->strips->layer[i - g->first];
    if (of->scenario)
        text_write(out, "static const struct scenario scenario_%d[%d] = {", i, of->shapes);
    else
        text_write(out, "static const struct operator_shape shape_%d[%d] = {", i, of->shapes);
    for (int k = 0; k < of->shapes; k++) {
        text_write(out, "%s\n    ", k ? "," : "");
        if (of->scenario)
            emit_tables_scenario(out, &of->scenario[k]);
        else
            emit_tables_shape(out, &of->shape_of[k]);
    }
    text_write(out, "};\n");
}

void emit_tables_write(struct text_writer *out, const struct schedule *s) {
    for (int i = 0; i < s->steps; i++) {
        const struct schedule_step *t = &s->step[i];
        if (t->primitive) emit_tables_primitive(out, i, t->primitive);
        switch (schedule_kind(s, i)) {
        case LAUNCH_PRIMITIVE:
        case LAUNCH_OPERATOR: (t->segment < 0 ? emit_tables_layer : emit_tables_strips)(out, s, i); break;
        case LAUNCH_ACCUMULATE: emit_tables_layer(out, s, i); break;
        case LAUNCH_IMAGE:
        case LAUNCH_CONVERSION:
        case LAUNCH_MOVE: break;
        }
    }
}

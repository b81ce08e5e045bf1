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

static void emit_tables_scenario(struct text_writer *out, int i, const struct scenario *s) {
    text_write(out,
               "static const struct scenario scenario_%d = {.C = %d, .H = %d, .W = %d, .M = %d, .KH = %d, .KW = %d, "
               ".stride = %d, "
               ".dilation = %d, .groups = %d, .pad = {%d, %d, %d, %d}};\n",
               i, s->C, s->H, s->W, s->M, s->KH, s->KW, s->stride, s->dilation, s->groups, s->pad.top, s->pad.left,
               s->pad.bottom, s->pad.right);
}

static void emit_tables_integer(struct text_writer *out, const char *name, int value) {
    if (value != 0) text_write(out, ", .%s = %d", name, value);
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

/* Every field that is not zero, whatever the operator. */
static void emit_tables_shape(struct text_writer *out, int i, const struct operator_shape *s) {
    text_write(out, "static const struct operator_shape shape_%d = {.kind = %s, .inputs = %d, .C = {", i,
               emit_tables_kinds[s->kind], s->inputs);
    for (int k = 0; k < s->inputs; k++) text_write(out, "%s%d", k ? ", " : "", s->C[k]);
    text_write(out, "}, .H = %d, .W = %d, .M = %d, .OH = %d, .OW = %d", s->H, s->W, s->M, s->OH, s->OW);
#define INTEGER(name) emit_tables_integer(out, #name, s->name);
#define FLAG(name)    emit_tables_integer(out, #name, s->name);
#define REAL(name)    emit_tables_real(out, #name, s->name);
#define PADDING(name) emit_tables_padding(out, #name, &s->name);
#include "kernels/operator_fields.def"
#undef INTEGER
#undef FLAG
#undef REAL
#undef PADDING
    text_write(out, "};\n");
}

void emit_tables_write(struct text_writer *out, const struct schedule *s) {
    for (int i = 0; i < s->steps; i++) {
        const struct schedule_step *t = &s->step[i];
        const struct layer *l = &s->network->layer[t->node];
        if (t->primitive) {
            emit_tables_primitive(out, i, t->primitive);
            emit_tables_scenario(out, i, &l->scenario);
        } else if (t->row->kind == PROFILE_LAYER && !emit_tables_is_input(s, i)) {
            emit_tables_shape(out, i, &l->shape_of);
        }
    }
}

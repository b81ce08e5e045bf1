#include "experiments/emit/emit_steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "experiments/emit/emit_segments.h"
#include "experiments/emit/emit_tables.h"
#include "kernels/layout/convert.h"

static const struct layer *emit_steps_layer(const struct emitter *e, int i) {
    return &e->s->network->layer[e->s->step[i].node];
}

/* --- what each step needs --- */

/* The input has no call where it is read in place, or comes by rows. */
static bool emit_steps_absent(const struct schedule *s, int i) {
    return emit_tables_in_place(s, i) || (emit_tables_is_input(s, i) && s->plan->stream_input);
}

static bool emit_steps_need_operator(struct emitter *e, int i, struct error *err) {
    const struct layer *l = emit_steps_layer(e, i);
    const int kind = (int)l->shape_of.kind;
    if (kind < 0 || kind >= OPERATORS)
        return error_set(err, "layer `%s`: operator %d is not in the table of operators (expected 0 to %d)", l->name,
                         kind, OPERATORS - 1);
    if (!operators[kind]->run)
        return error_set(err, "layer `%s`: operator `%s` cannot be emitted: it computes nothing", l->name,
                         operator_names[kind]);
    if (!amalgam_need(&e->code, emit_tables_operators[kind]))
        return error_set(err, "layer `%s`: operator `%s` cannot be emitted: no source defines `%s`", l->name,
                         operator_names[kind], emit_tables_operators[kind]);
    return true;
}

bool emit_steps_need(struct emitter *e, struct error *err) {
    for (int i = 0; i < e->s->steps; i++) {
        const struct schedule_step *t = &e->s->step[i];
        const struct plan_step *row = t->row;
        if (emit_steps_absent(e->s, i) || row->kind == PROFILE_MOVE) continue; /* memmove is libc's */
        if (!t->primitive && row->kind != PROFILE_CONVERT && !emit_tables_is_input(e->s, i)) {
            if (!emit_steps_need_operator(e, i, err)) return false;
            continue;
        }
        const char *symbol = t->primitive ? emit_tables_algorithm(t->primitive) : "convert_run";
        if (!symbol || !amalgam_need(&e->code, symbol))
            return error_set(err, "layer `%s`: no source defines what computes it, `%s`", row->layer, row->name);
    }
    amalgam_need(&e->code, "scenario_out_h");
    e->has_isa = amalgam_has(&e->code, "kernels/isa.c");
    if (!e->has_isa) e->isa = "any";
    return true;
}

static int64_t emit_steps_stack_of(const struct emitter *e, int i) {
    switch (schedule_kind(e->s, i)) {
    case LAUNCH_IMAGE:
    case LAUNCH_CONVERSION: return CONVERT_STACK;
    case LAUNCH_PRIMITIVE: return (int64_t)primitive_stack(e->s->step[i].primitive);
    case LAUNCH_OPERATOR:
    case LAUNCH_ACCUMULATE: return operators[emit_steps_layer(e, i)->shape_of.kind]->stack;
    case LAUNCH_MOVE: return 0; /* of libc: EMIT_STACK */
    }
    return 0;
}

int64_t emit_steps_stack(const struct emitter *e) {
    int64_t most = 0;
    for (int i = 0; i < e->s->steps; i++) {
        const int64_t stack = emit_steps_absent(e->s, i) ? 0 : emit_steps_stack_of(e, i);
        if (stack > most) most = stack;
    }
    return most;
}

/* --- names --- */

/* `* /` would end the comment. */
const char *emit_steps_name(const char *name) {
    static char texts[2][256];
    static int next;
    char *text = texts[next++ % 2];
    snprintf(text, sizeof texts[0], "%s", name);
    for (char *c = text; *c; c++)
        if (*c == '*') *c = '.';
    return text;
}

/* --- steps --- */

/* Over or around which outputs it is written. */
static void emit_steps_lies(const struct emitter *e, struct text_writer *out, int i) {
    const struct schedule_step *t = &e->s->step[i];
    const char *how = schedule_over(e->s, i) >= 0 ? ", over that of step" : ", around those of step";
    for (int k = 0; k < t->inputs; k++) {
        if (e->s->step[t->input[k]].into != i) continue;
        text_write(out, "%s %d", how, t->input[k]);
        how = " and";
    }
}

static void emit_steps_comment(const struct emitter *e, struct text_writer *out, int i) {
    const struct schedule_step *t = &e->s->step[i];
    text_write(out, "\n    /* step %d, %s: %s %s, %s to %s; ", i, emit_steps_name(t->row->layer), t->row->name,
               t->row->scenario, layout_names[t->row->from], layout_names[t->row->to]);
    if (emit_tables_in_place(e->s, i)) {
        text_write(out, "read in place, %" PRId64 " bytes */\n", t->out_bytes);
        return;
    }
    text_write(out, "output %" PRId64 " bytes at %" PRId64, t->out_bytes, t->out_offset);
    emit_steps_lies(e, out, i);
    if (t->workspace_bytes)
        text_write(out, ", workspace %" PRId64 " at %" PRId64, t->workspace_bytes, t->workspace_offset);
    if (schedule_stored_bytes(e->s, i)) text_write(out, ", weights %" PRId64, schedule_stored_bytes(e->s, i));
    text_write(out, " */\n");
}

void emit_steps_tensor(const struct emitter *e, struct text_writer *out, int i) {
    if (emit_tables_in_place(e->s, i))
        text_write(out, "in");
    else
        text_write(out, "AT(%" PRId64 ")", e->s->step[i].out_offset);
}

static void emit_steps_out(const struct emitter *e, struct text_writer *out, int i) {
    text_write(out, "AT(%" PRId64 ")", e->s->step[i].out_offset);
}
static void emit_steps_in(const struct emitter *e, struct text_writer *out, int i) {
    emit_steps_tensor(e, out, e->s->step[i].input[0]);
}
static void emit_steps_ins(const struct emitter *e, struct text_writer *out, int i) {
    text_write(out, "(const float *const[]){");
    for (int k = 0; k < e->s->step[i].inputs; k++) {
        if (k) text_write(out, ", ");
        emit_steps_tensor(e, out, e->s->step[i].input[k]);
    }
    text_write(out, "}");
}
void emit_steps_stored(const struct emitter *e, struct text_writer *out, int i) {
    if (schedule_stored_bytes(e->s, i) > 0 || e->s->step[i].primitive)
        text_write(out, "%s_stored + %" PRId64, e->prefix, EMIT_HEADER + e->r->stored_offset[i]);
    else
        text_write(out, "NULL");
}
void emit_steps_bias(const struct emitter *e, struct text_writer *out, int i) {
    if (e->r->bias_offset[i] < 0)
        text_write(out, "NULL");
    else
        text_write(out, "BIAS(%" PRId64 ")", e->biases_at + 4 * e->r->bias_offset[i]);
}
/* The workspace is never NULL: kernels may hand one of 0 bytes to memset and memcpy, which require a pointer even then. */
void emit_steps_rest(const struct emitter *e, struct text_writer *out, int i) {
    emit_steps_stored(e, out, i);
    text_write(out, ", ");
    emit_steps_bias(e, out, i);
    if (e->s->step[i].primitive) {
        text_write(out, ", (struct activation)");
        emit_tables_activation(out, emit_steps_layer(e, i)->activation);
    }
    text_write(out, ", AT(%" PRId64 "), 1", e->s->step[i].workspace_offset);
}
static void emit_steps_operator(const struct emitter *e, struct text_writer *out, int i) {
    const struct layer *l = emit_steps_layer(e, i);
    text_write(out, "    %s.run(&shape_%d, %s, ", emit_tables_operators[l->shape_of.kind], i,
               emit_tables_layouts[e->s->step[i].row->from]);
    emit_steps_out(e, out, i);
    text_write(out, ", ");
    emit_steps_ins(e, out, i);
    text_write(out, ", ");
    emit_steps_rest(e, out, i);
    text_write(out, ");\n");
}

static void emit_steps_convert(const struct emitter *e, struct text_writer *out, int i) {
    const struct schedule_step *t = &e->s->step[i];
    text_write(out, "    convert_run(");
    emit_steps_out(e, out, i);
    text_write(out, ", ");
    if (emit_tables_is_input(e->s, i))
        text_write(out, "in");
    else
        emit_steps_in(e, out, i);
    text_write(out, ", %d, %d, %d, %s, %s, 1);\n", t->shape.C, t->shape.H, t->shape.W,
               emit_tables_layouts[emit_tables_is_input(e->s, i) ? LAYOUT_CHW : t->row->from],
               emit_tables_layouts[t->row->to]);
}

static void emit_steps_convolution(const struct emitter *e, struct text_writer *out, int i) {
    text_write(out, "    %s.run(&primitive_%d, &scenario_%d, ", emit_tables_algorithm(e->s->step[i].primitive), i, i);
    emit_steps_out(e, out, i);
    text_write(out, ", ");
    emit_steps_in(e, out, i);
    text_write(out, ", ");
    emit_steps_rest(e, out, i);
    text_write(out, ");\n");
}

static void emit_steps_answer(const struct emitter *e, struct text_writer *out) {
    const int at = e->s->steps - 1;
    const struct schedule_step *last = &e->s->step[at];
    const struct shape t = last->shape;
    const bool alike = instance_alike(t, last->row->to, LAYOUT_CHW);
    if (alike)
        text_write(out, "\n    memcpy(out, ");
    else
        text_write(out,
                   "\n    for (int c = 0; c < %d; c++)\n        for (int h = 0; h < %d; h++)\n"
                   "            for (int w = 0; w < %d; w++)\n                *out++ = ",
                   t.C, t.H, t.W);
    emit_steps_tensor(e, out, at);
    if (alike)
        text_write(out, ", %" PRId64 ");\n", last->out_bytes);
    else
        text_write(out, "[layout_index(%s, %d, %d, %d, c, h, w)];\n", emit_tables_layouts[last->row->to], t.C, t.H,
                   t.W);
}

static void emit_steps_call(const struct emitter *e, struct text_writer *out, int i) {
    switch (schedule_kind(e->s, i)) {
    case LAUNCH_IMAGE:
        if (!emit_tables_in_place(e->s, i)) emit_steps_convert(e, out, i);
        break;
    case LAUNCH_CONVERSION: emit_steps_convert(e, out, i); break;
    case LAUNCH_PRIMITIVE: emit_steps_convolution(e, out, i); break;
    case LAUNCH_OPERATOR: emit_steps_operator(e, out, i); break;
    case LAUNCH_ACCUMULATE:
    case LAUNCH_MOVE: break; /* of segments */
    }
}

void emit_steps_calls(const struct emitter *e, struct text_writer *out) {
    for (int i = e->s->plan->stream_input ? 1 : 0; i < e->s->steps; i++) {
        const int k = e->s->step[i].segment;
        if (k < 0) {
            emit_steps_comment(e, out, i);
            emit_steps_call(e, out, i);
        } else {
            emit_segments_loop(e, out, k);
            i = e->s->segment[k].move;
        }
    }
    emit_steps_answer(e, out);
}

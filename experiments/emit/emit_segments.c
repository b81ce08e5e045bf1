#include "experiments/emit/emit_segments.h"

#include <assert.h>
#include <inttypes.h>

#include "experiments/emit/emit_tables.h"

static const struct layer *emit_segments_layer(const struct emitter *e, int i) {
    return &e->s->network->layer[e->s->step[i].node];
}

/* --- tables --- */

static const char *emit_segments_type(int64_t most) {
    return most <= UINT8_MAX ? "uint8_t" : most <= UINT16_MAX ? "uint16_t" : most <= INT32_MAX ? "int32_t" : "int64_t";
}

/* The largest values of a segment's calls. */
struct widths {
    int layers, shapes, moves, inputs;
};

static int emit_segments_shape(const struct strips *s, int call) {
    const struct segment_call *c = &s->segment->call[call];
    if (c->node < s->segment->first) return c->from;
    if (!segment_accumulates(s->segment->network, c->node)) return s->shape[call];
    assert(c->from % s->segment->pace.rows == 0); /* its windows are single rows: no call is longer than that */
    return c->from / s->segment->pace.rows;
}

static int emit_segments_number(const struct segment *g, const struct segment_call *c) {
    return c->node < g->first ? g->last - g->first + 1 : c->node - g->first;
}

static struct widths emit_segments_widths(const struct strips *s) {
    const struct segment *g = s->segment;
    struct widths w = {g->last - g->first + (g->image_by_rows ? 1 : 0), 0, 0, 0};
    for (int i = 0; i < g->calls; i++) {
        const struct segment_call *c = &g->call[i];
        const int shape = emit_segments_shape(s, i), moves = c->last_move - c->first_move;
        const int inputs = g->network->layer[c->node].inputs;
        w.shapes = shape > w.shapes ? shape : w.shapes;
        w.moves = moves > w.moves ? moves : w.moves;
        w.inputs = inputs > w.inputs ? inputs : w.inputs;
    }
    return w;
}

static void emit_segments_moves(struct text_writer *out, const struct segment *g, int k) {
    if (g->moves == 0) return;
    text_write(out, "static const struct {\n    %s from, to, bytes;\n} moves_%d[%d] = {",
               emit_segments_type(g->block_bytes), k, g->moves);
    for (int m = 0; m < g->moves; m++)
        text_write(out, "%s{%" PRId64 ", %" PRId64 ", %" PRId64 "},", m % 4 ? " " : "\n    ", g->move[m].from,
                   g->move[m].to, g->move[m].bytes);
    text_write(out, "\n};\n");
}

static void emit_segments_calls(struct text_writer *out, const struct strips *s, int k) {
    const struct segment *g = s->segment;
    const struct widths w = emit_segments_widths(s);
    text_write(out, "static const struct {\n    %s out, in[%d];\n    %s layer;\n    %s shape;\n",
               emit_segments_type(g->block_bytes), w.inputs, emit_segments_type(w.layers),
               emit_segments_type(w.shapes));
    if (g->moves > 0) text_write(out, "    %s moves;\n", emit_segments_type(w.moves));
    text_write(out, "} calls_%d[%d] = {", k, g->calls);
    for (int i = 0; i < g->calls; i++) {
        const struct segment_call *c = &g->call[i];
        text_write(out, "%s{%" PRId64 ", {", i % 4 ? " " : "\n    ", c->out_offset);
        if (c->node < g->first) text_write(out, "%d", c->to - c->from);
        for (int j = 0; j < g->network->layer[c->node].inputs; j++)
            text_write(out, "%s%" PRId64, j ? ", " : "", c->in_offset[j]);
        text_write(out, "}, %d, %d", emit_segments_number(g, c), emit_segments_shape(s, i));
        if (g->moves > 0) text_write(out, ", %d", c->last_move - c->first_move);
        text_write(out, "},");
    }
    text_write(out, "\n};\n");
}

void emit_segments_tables(const struct emitter *e, struct text_writer *out) {
    for (int k = 0; k < e->s->segments; k++) {
        emit_segments_moves(out, e->s->segment[k].strips->segment, k);
        emit_segments_calls(out, e->s->segment[k].strips, k);
    }
}

/* --- the loop --- */

/* A part of a call as a place in the block: "out", or "in[0]". */
static void emit_segments_place(const struct emitter *e, struct text_writer *out, int k, const char *part) {
    text_write(out, "AT(%" PRId64 " + calls_%d[c].%s)", e->s->segment[k].block_offset, k, part);
}

static void emit_segments_input(const struct emitter *e, struct text_writer *out, int k, int input) {
    char part[16];
    snprintf(part, sizeof part, "in[%d]", input);
    emit_segments_place(e, out, k, part);
}

static void emit_segments_convolution(const struct emitter *e, struct text_writer *out, int k, int i) {
    text_write(out, "%s.run(&primitive_%d, &scenario_%d[calls_%d[c].shape], ",
               emit_tables_algorithm(e->s->step[i].primitive), i, i, k);
    emit_segments_place(e, out, k, "out");
    text_write(out, ", ");
    emit_segments_input(e, out, k, 0);
    text_write(out, ", ");
    emit_steps_rest(e, out, i);
}

static void emit_segments_operator(const struct emitter *e, struct text_writer *out, int k, int i) {
    const struct layer *l = emit_segments_layer(e, i);
    text_write(out, "%s.run(&shape_%d[calls_%d[c].shape], %s, ", emit_tables_operators[l->shape_of.kind], i, k,
               emit_tables_layouts[e->s->step[i].row->from]);
    emit_segments_place(e, out, k, "out");
    text_write(out, ", (const float *const[]){");
    for (int j = 0; j < l->inputs; j++) {
        if (j) text_write(out, ", ");
        emit_segments_input(e, out, k, j);
    }
    text_write(out, "}, ");
    emit_steps_rest(e, out, i);
}

static void emit_segments_accumulate(const struct emitter *e, struct text_writer *out, int k, int i) {
    const struct layer *l = emit_segments_layer(e, i);
    const int rows = e->s->segment[k].strips->segment->pace.rows, H = l->shape_of.H;
    text_write(out, "%s.accumulate(&shape_%d, %s, ", emit_tables_operators[l->shape_of.kind], i,
               emit_tables_layouts[e->s->step[i].row->from]);
    emit_segments_place(e, out, k, "out");
    text_write(out, ", ");
    emit_segments_input(e, out, k, 0);
    text_write(
        out, ", AT(%" PRId64 "), calls_%d[c].shape * %d, calls_%d[c].shape < %d ? (calls_%d[c].shape + 1) * %d : %d, 1",
        e->s->segment[k].block_offset, k, rows, k, H / rows, k, rows, H);
}

static void emit_segments_case(const struct emitter *e, struct text_writer *out, int k, int i) {
    const struct plan_step *row = e->s->step[i].row;
    text_write(out, "        /* step %d, %s: %s %s", i, emit_steps_name(row->layer), row->name, row->scenario);
    if (schedule_stored_bytes(e->s, i)) text_write(out, "; weights %" PRId64, schedule_stored_bytes(e->s, i));
    text_write(out, " */\n        case %d: ", i - e->s->segment[k].first);
    switch (schedule_kind(e->s, i)) {
    case LAUNCH_PRIMITIVE: emit_segments_convolution(e, out, k, i); break;
    case LAUNCH_OPERATOR: emit_segments_operator(e, out, k, i); break;
    case LAUNCH_ACCUMULATE: emit_segments_accumulate(e, out, k, i); break;
    case LAUNCH_IMAGE:
    case LAUNCH_CONVERSION:
    case LAUNCH_MOVE: assert(false); /* no layer of a segment */
    }
    text_write(out, "); break;\n");
}

static void emit_segments_image(const struct emitter *e, struct text_writer *out, int k) {
    const struct segment *g = e->s->segment[k].strips->segment;
    text_write(out,
               "        /* rows of the input */\n        case %d:\n            if (rows(context, calls_%d[c].shape, ",
               g->last - g->first + 1, k);
    text_write(out, "(int)calls_%d[c].in[0], ", k);
    emit_segments_place(e, out, k, "out");
    text_write(out, ") != 0) return \"the input ended before its last row\";\n            break;\n");
}

/* The tensor at the first cut to the block, unless it is there; the image may be where the caller has it. */
static void emit_segments_enter(const struct emitter *e, struct text_writer *out, int k) {
    const struct schedule_passage in = schedule_way_in(e->s, k);
    const int made = e->s->segment[k].first - 1;
    if (in.bytes == 0) return; /* the image comes by rows */
    if (in.from == in.to && !emit_tables_in_place(e->s, made)) return;
    text_write(out, "    memmove(AT(%" PRId64 "), ", in.to);
    emit_steps_tensor(e, out, made);
    text_write(out, ", %" PRId64 ");\n", in.bytes);
}

static void emit_segments_leave(const struct emitter *e, struct text_writer *out, int k) {
    const struct schedule_passage way = schedule_way_out(e->s, k);
    if (way.from != way.to)
        text_write(out, "    memmove(AT(%" PRId64 "), AT(%" PRId64 "), %" PRId64 ");\n", way.to, way.from, way.bytes);
}

static void emit_segments_comment(const struct emitter *e, struct text_writer *out, int k) {
    const struct schedule_segment *g = &e->s->segment[k];
    const struct segment *of = g->strips->segment;
    char pace[SEGMENT_PACE_TEXT];
    segment_pace_text(pace, of->pace);
    text_write(out, "\n    /* steps %d to %d, a segment: %s rows per call, %s; block %" PRId64 " bytes at %" PRId64,
               g->first, g->move, pace, layout_names[e->s->step[g->move].row->to], of->block_bytes, g->block_offset);
    if (strips_workspace(g->strips) > 0)
        text_write(out, ", workspace %" PRId64 " at %" PRId64, strips_workspace(g->strips),
                   e->s->step[g->first].workspace_offset);
    text_write(out, " */\n");
}

void emit_segments_loop(const struct emitter *e, struct text_writer *out, int k) {
    const struct schedule_segment *g = &e->s->segment[k];
    const struct segment *of = g->strips->segment;
    emit_segments_comment(e, out, k);
    emit_segments_enter(e, out, k);
    text_write(out, "    for (int c = 0%s; c < %d; c++) {\n", of->moves ? ", m = 0" : "", of->calls);
    if (of->moves > 0)
        text_write(out,
                   "        for (const int end = m + calls_%d[c].moves; m < end; m++)\n"
                   "            memmove(AT(%" PRId64 " + moves_%d[m].to), AT(%" PRId64
                   " + moves_%d[m].from), (size_t)moves_%d[m].bytes);\n",
                   k, g->block_offset, k, g->block_offset, k, k);
    text_write(out, "        switch (calls_%d[c].layer) {\n", k);
    if (of->image_by_rows) emit_segments_image(e, out, k);
    for (int i = g->first; i < g->move; i++) emit_segments_case(e, out, k, i);
    text_write(out, "        }\n    }\n");
    emit_segments_leave(e, out, k);
}

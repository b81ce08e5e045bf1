#include "experiments/emit/emit_input.h"

#include <assert.h>
#include <inttypes.h>

#include "experiments/emit/emit_names.h"
#include "experiments/emit/emit_tables.h"

static bool input_by_rows(const struct schedule *s) {
    assert(!s->plan->stream_input || s->segment[0].strips->segment->image_by_rows);
    return s->plan->stream_input;
}

/* What is read in place is there already; what is converted needs a place apart from its copy, the only other thing that
 * is alive then. */
int64_t emit_input_offset(const struct schedule *s) {
    const struct schedule_step *t = &s->step[0];
    if (input_by_rows(s)) return -1;
    if (emit_tables_in_place(s, 0)) return t->out_offset;
    if (t->out_offset >= t->out_bytes) return 0;
    const int64_t after = t->out_offset + t->out_bytes;
    return after + t->out_bytes <= s->arena_bytes ? after : -1;
}

void emit_input_contract(const struct emitter *e, struct text_writer *out) {
    const struct shape in = e->s->step[0].shape, answer = e->s->step[e->s->steps - 1].shape;
    if (input_by_rows(e->s))
        emit_names_write(
            e, out,
            " * Input: %d x %d x %d (channels x height x width) float32, by rows (net_rows); output: %d x %d x %d "
            "in that order.\n",
            in.C, in.H, in.W, answer.C, answer.H, answer.W);
    else
        text_write(
            out,
            " * Input: %d x %d x %d (channels x height x width) float32 in that order; output: %d x %d x %d likewise.\n",
            in.C, in.H, in.W, answer.C, answer.H, answer.W);
}

/* Of the arena, then of the tensors. */
void emit_input_memory(const struct emitter *e, struct text_writer *out) {
    const int64_t offset = emit_input_offset(e->s);
    emit_names_write(e, out,
                     " *   arena     NET_ARENA_BYTES at a multiple of NET_ALIGNMENT; its contents before a run are "
                     "irrelevant.%s\n",
                     input_by_rows(e->s) ? " Rows\n *             of the input lie in it while they are needed."
                     : offset >= 0       ? " It has room for\n"
                                           " *             the input: `in` may be arena + NET_INPUT_OFFSET, where a run may "
                                           "overwrite it once it has been read."
                                         : "");
    if (input_by_rows(e->s)) {
        emit_names_write(e, out, " *   out       NET_OUTPUTS floats, which may not overlap the arena.\n");
        return;
    }
    emit_names_write(e, out, " *   in, out   NET_INPUTS and NET_OUTPUTS floats. %s\n",
                     offset < 0 ? "Neither may overlap the arena, nor each other."
                     : emit_tables_in_place(e->s, 0)
                         ? "The input is read where it is. Neither may overlap the\n"
                           " *             arena (but for `in` at NET_INPUT_OFFSET), nor each other."
                         : "The input is converted into the arena first. Neither may overlap\n"
                           " *             the arena (but for `in` at NET_INPUT_OFFSET), nor each other.");
}

void emit_input_definitions(const struct emitter *e, struct text_writer *out) {
    const struct shape in = e->s->step[0].shape;
    emit_names_write(e, out, "#define NET_INPUTS        %" PRId64 " /* floats */\n", runtime_inputs(e->r));
    if (input_by_rows(e->s))
        emit_names_write(e, out,
                         "#define NET_INPUT_ROW     %d /* floats of a row */\n"
                         "#define NET_INPUT_HEIGHT  %d /* rows */\n"
                         "#define NET_INPUT_MOST    %d /* rows that are asked for at once, at most */\n",
                         in.C * in.W, in.H, strips_image(e->s->segment[0].strips).most_rows);
    if (emit_input_offset(e->s) >= 0)
        emit_names_write(e, out, "#define NET_INPUT_OFFSET  %" PRId64 " /* bytes from the arena's beginning */\n",
                         emit_input_offset(e->s));
}

void emit_input_type(const struct emitter *e, struct text_writer *out) {
    const struct shape in = e->s->step[0].shape;
    const bool pixels = e->s->step[0].row->to == LAYOUT_HWC;
    if (!input_by_rows(e->s)) return;
    emit_names_write(
        e, out,
        "/* Writes rows [first, first + count) of the input, 0 being the uppermost, one after the other to `to`, a\n"
        " * place in the arena; 1 <= count <= NET_INPUT_MOST. A row is [%d][%d]: %s.\n"
        " * Rows are asked for from top to bottom, when a layer needs them, each at most once: `first` is never\n"
        " * less than first + count of the call before. Rows that no layer reads are left out. Returns 0; anything\n"
        " * else ends the run, and net_run returns a line. */\n"
        "typedef int net_rows(void *context, int first, int count, float *to);\n",
        pixels ? in.W : in.C, pixels ? in.C : in.W,
        pixels ? "pixel by pixel, their channels together" : "channel by channel");
}

void emit_input_signature(const struct emitter *e, struct text_writer *out) {
    emit_names_write(e, out, "const char *net_run(%s, float *out, void *arena, size_t arena_bytes)",
                     input_by_rows(e->s) ? "net_rows *rows, void *context" : "const float *in");
}

void emit_input_checks(const struct emitter *e, struct text_writer *out) {
    if (input_by_rows(e->s))
        text_write(out, "    if (!rows) return \"there is no function for the rows of the input\";\n");
    else if (emit_input_offset(e->s) < 0)
        emit_names_write(
            e, out,
            "    if (net_overlap(arena, in, 4 * (uintptr_t)NET_INPUTS)) return \"the input overlaps the arena\";\n");
    else
        emit_names_write(e, out,
                         "    if (net_overlap(arena, in, 4 * (uintptr_t)NET_INPUTS) &&\n"
                         "        (uintptr_t)in != (uintptr_t)arena + NET_INPUT_OFFSET)\n"
                         "        return \"the input overlaps the arena, and is not at NET_INPUT_OFFSET\";\n");
}

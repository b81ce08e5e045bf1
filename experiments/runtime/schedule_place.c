/* Where buffers and blocks lie in the arena. While a segment runs, only its block and workspaces are alive: so tensors
 * and other workspaces are placed first, then each block by itself, where it saves the most moves. */
#include <assert.h>
#include <stdlib.h>

#include "experiments/runtime/arena.h"
#include "experiments/runtime/schedule.h"
#include "solver/base/memory.h"

#define PLACE_FLOAT ((int64_t)sizeof(float)) /* alignment of tensors and blocks, whose states need no more */

bool schedule_life(int *first, int *last, const struct schedule *s, int at) {
    const struct schedule_step *t = &s->step[at];
    *first = t->segment < 0 ? at : at + 1;
    *last = t->last;
    return t->row->kind != PROFILE_STRIP && *first <= *last;
}

struct schedule_passage schedule_way_in(const struct schedule *s, int k) {
    const struct schedule_segment *g = &s->segment[k];
    const struct schedule_step *made = &s->step[g->first - 1];
    if (g->strips->segment->image_by_rows) return (struct schedule_passage){0, 0, 0};
    return (struct schedule_passage){
        made->out_offset, g->block_offset + g->strips->segment->block_bytes - made->out_bytes, made->out_bytes};
}

struct schedule_passage schedule_way_out(const struct schedule *s, int k) {
    const struct schedule_segment *g = &s->segment[k];
    const struct schedule_step *made = &s->step[g->move];
    return (struct schedule_passage){g->block_offset + g->strips->segment->state_bytes, made->out_offset,
                                     made->out_bytes};
}

static int64_t place_up(int64_t offset, int64_t alignment) {
    return (offset + alignment - 1) / alignment * alignment;
}

/* --- tensors and workspaces outside segments --- */

/* Buffer 2 i is the output of step i, 2 i + 1 its workspace. Tensors are aligned to a float, workspaces to a cache
 * line: the contract of kernels/primitive.h. */
static struct arena_buffer *place_buffers(const struct schedule *s) {
    struct arena_buffer *b = MEMORY_NEW(struct arena_buffer, 2 * s->steps);
    for (int i = 0; i < s->steps; i++) {
        const struct schedule_step *t = &s->step[i];
        int first, last;
        const bool has = schedule_life(&first, &last, s, i);
        b[2 * i] = (struct arena_buffer){has ? t->out_bytes : 0, has ? first : i, has ? last : i, PLACE_FLOAT, 0};
        b[2 * i + 1] = (struct arena_buffer){t->segment < 0 ? t->workspace_bytes : 0, i, i, PRIMITIVE_ALIGNMENT, 0};
    }
    return b;
}

static bool place_is_free(const struct arena_buffer *b, int buffers, int moved, int64_t offset, int64_t arena_bytes) {
    const struct arena_buffer *m = &b[moved];
    if (offset < 0 || offset + m->bytes > arena_bytes || offset % m->alignment != 0) return false;
    for (int i = 0; i < buffers; i++)
        if (i != moved && b[i].bytes > 0 && b[i].first <= m->last && m->first <= b[i].last &&
            b[i].offset < offset + m->bytes && offset < b[i].offset + b[i].bytes)
            return false;
    return true;
}

/* --- blocks --- */

struct placing {
    struct schedule *s;
    struct arena_buffer *buffer; /* as place_buffers made them, with offsets */
};

/* The workspaces of a segment's strips: before its block, or, if there is no room, after it; but not at the arena's
 * end, which is written to the last byte by tensors, and by few workspaces (kernels/primitive.h). */
static bool place_workspace(int64_t *offset, const struct schedule *s, int k) {
    const struct schedule_segment *g = &s->segment[k];
    const int64_t bytes = strips_workspace(g->strips);
    const int64_t end = g->block_offset + g->strips->segment->block_bytes;
    *offset = g->block_offset >= bytes ? 0 : place_up(end, PRIMITIVE_ALIGNMENT);
    return g->block_offset >= 0 && g->block_offset % PLACE_FLOAT == 0 && end <= s->arena_bytes &&
           (*offset == 0 || *offset + bytes < s->arena_bytes);
}

/* Can a tensor be made where the block wants it? step: that makes it. */
static bool place_agrees(const struct placing *p, int step, int64_t have, int64_t want) {
    if (have == want) return true;
    return p->buffer[2 * step].bytes > 0 &&
           place_is_free(p->buffer, 2 * p->s->steps, 2 * step, want, p->s->arena_bytes);
}

/* Bytes that are moved into and out of the block where it is now. */
static int64_t place_moves(const struct placing *p, int k) {
    const struct schedule *s = p->s;
    const struct schedule_segment *g = &s->segment[k];
    const struct schedule_passage in = schedule_way_in(s, k), out = schedule_way_out(s, k);
    const bool leaves = p->buffer[2 * g->move].bytes > 0;
    return (place_agrees(p, g->first - 1, in.from, in.to) ? 0 : in.bytes) +
           (!leaves || place_agrees(p, g->move, out.to, out.from) ? 0 : out.bytes);
}

/* Makes a tensor where the block has it, if that is free. */
static void place_tensor(const struct placing *p, int step, int64_t have, int64_t want) {
    if (!place_agrees(p, step, have, want)) return;
    p->s->step[step].out_offset = want;
    p->buffer[2 * step].offset = want;
}

static void place_segment(const struct placing *p, int k) {
    struct schedule *s = p->s;
    struct schedule_segment *g = &s->segment[k];
    const struct segment *of = g->strips->segment;
    const struct schedule_step *made = &s->step[g->first - 1], *move = &s->step[g->move];
    const int64_t try[] = {place_up(strips_workspace(g->strips), PLACE_FLOAT), 0, s->arena_bytes - of->block_bytes,
                           made->out_offset + made->out_bytes - of->block_bytes, move->out_offset - of->state_bytes};
    int64_t best = -1, least = 0, workspace;
    for (int i = 0; i < (int)(sizeof try / sizeof try[0]); i++) {
        g->block_offset = try[i];
        if (!place_workspace(&workspace, s, k)) continue;
        const int64_t moves = place_moves(p, k);
        if (best >= 0 && moves >= least) continue;
        best = try[i];
        least = moves;
    }
    assert(best >= 0); /* the first one: the arena has room for both */
    g->block_offset = best;
    place_workspace(&workspace, s, k);
    const struct schedule_passage in = schedule_way_in(s, k), out = schedule_way_out(s, k);
    place_tensor(p, g->first - 1, in.from, in.to);
    if (p->buffer[2 * g->move].bytes > 0)
        place_tensor(p, g->move, out.to, out.from);
    else
        s->step[g->move].out_offset = out.from; /* it stays in the block */
    for (int i = g->first; i < g->move; i++) {
        s->step[i].out_offset = g->block_offset;
        s->step[i].workspace_offset = workspace;
    }
}

/* Tensors that have gone elsewhere may have been the highest. */
static int64_t place_end(const struct placing *p) {
    const struct schedule *s = p->s;
    int64_t end = 0;
    for (int i = 0; i < 2 * s->steps; i++)
        if (p->buffer[i].bytes > 0 && p->buffer[i].offset + p->buffer[i].bytes > end)
            end = p->buffer[i].offset + p->buffer[i].bytes;
    for (int k = 0; k < s->segments; k++) {
        const struct schedule_step *first = &s->step[s->segment[k].first];
        const int64_t block = s->segment[k].block_offset + s->segment[k].strips->segment->block_bytes;
        const int64_t work = first->workspace_offset + strips_workspace(s->segment[k].strips);
        if (block > end) end = block;
        if (strips_workspace(s->segment[k].strips) > 0 && work > end) end = work;
    }
    return end;
}

void schedule_place(struct schedule *s) {
    struct placing p = {s, place_buffers(s)};
    s->live_bytes = arena_bound(p.buffer, 2 * s->steps);
    s->arena_bytes = arena_plan(p.buffer, 2 * s->steps);
    for (int k = 0; k < s->segments; k++) {
        const struct strips *strips = s->segment[k].strips;
        const int64_t live = strips->segment->block_bytes + strips_workspace(strips);
        const int64_t room = strips->segment->block_bytes + place_up(strips_workspace(strips), PLACE_FLOAT);
        if (live > s->live_bytes) s->live_bytes = live;
        if (room > s->arena_bytes) s->arena_bytes = room;
    }
    for (int i = 0; i < s->steps; i++) {
        s->step[i].out_offset = p.buffer[2 * i].offset;
        s->step[i].workspace_offset = p.buffer[2 * i + 1].offset;
    }
    for (int k = 0; k < s->segments; k++) place_segment(&p, k);
    s->arena_bytes = place_end(&p);
    free(p.buffer);
    assert(s->arena_bytes >= s->live_bytes);
}

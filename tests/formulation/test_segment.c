/* Segments: of random networks, every list of calls against slow oracles. The size of the block by counting what later calls read, and the offsets by moving tagged floats. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/segment.h"
#include "tests/support/paces.h"
#include "tests/support/sketches.h"

#define NETWORKS 150
static const int rows_of_a_call[] = {1, 2, 3, 4, 6, 8, 100};
#define ROWS 7

/* --- what a call reads, and what is held: from the layers' numbers and the list of calls alone --- */

/* How many rows layer v makes; a global pool takes those of its input. */
static bool pools_all(const struct network *n, int v) {
    const struct layer *l = &n->layer[v];
    return l->kind == LAYER_OPERATOR && l->out.H == 1 && l->shape_of.kernel == 0 && l->shape_of.H > 0 &&
           operator_state(&l->shape_of) > 0;
}

/* Is row `in` of the inputs in the dense window of a call (kernels/strip.h)? It begins where that of the first row
 * begins, and ends where that of the last one ends, holes of strides and dilations included. */
static bool call_reads(const struct network *n, const struct segment_call *c, int in) {
    const struct layer *l = &n->layer[c->node];
    int stride = 1, extent = 1, top = 0;
    if (l->kind == LAYER_CONV) {
        stride = l->scenario.stride;
        extent = l->scenario.dilation * (l->scenario.KH - 1) + 1;
        top = l->scenario.pad.top;
    } else if (l->shape_of.kernel > 0) {
        stride = l->shape_of.stride, extent = l->shape_of.kernel, top = l->shape_of.pad.top;
    }
    return in >= c->from * stride - top && in < (c->to - 1) * stride - top + extent;
}

static int slot_of(const struct network *n, int reader, int v) {
    for (int i = 0; i < n->layer[reader].inputs; i++)
        if (n->layer[reader].input[i] == v) return i;
    return -1;
}

static int row_bytes(const struct network *n, int v) {
    return n->layer[v].out.C * n->layer[v].out.W * 4;
}

/* First row of tensor v that call `at` or a later one reads; INT32_MAX: none. */
static int first_read(const struct segment *s, int v, int at) {
    for (int row = 0; row < s->network->layer[v].out.H; row++)
        for (int t = at; t < s->calls; t++)
            if (slot_of(s->network, s->call[t].node, v) >= 0 && call_reads(s->network, &s->call[t], row)) return row;
    return INT32_MAX;
}

/* The first call that reads a row of the image. */
static int first_read_of(const struct segment *s, int row) {
    int t = 0;
    while (t < s->calls && (slot_of(s->network, s->call[t].node, 0) < 0 || !call_reads(s->network, &s->call[t], row)))
        t++;
    return t;
}

/* Rows of tensor v that are there after call `at`. */
static int made(const struct segment *s, int v, int at) {
    int rows = v < s->first && !s->image_by_rows ? s->network->layer[v].out.H : 0;
    for (int t = 0; t <= at; t++)
        if (s->call[t].node == v) rows = pools_all(s->network, v) ? 1 : s->call[t].to;
    return rows;
}

/* Does layer v write over the rows of its input u? */
static bool replaces(const struct segment *s, int v, int u) {
    const struct network *n = s->network;
    const struct layer *l = &n->layer[v];
    int readers = 0;
    if (l->kind != LAYER_OPERATOR || u < s->first) return false;
    for (int r = s->first; r <= s->last; r++)
        for (int i = 0; i < n->layer[r].inputs; i++) readers += n->layer[r].input[i] == u;
    for (int i = 0; i < operators[l->shape_of.kind]->in_place && i < l->inputs; i++) {
        int same = 0;
        for (int r = s->first; r <= s->last; r++)
            for (int k = 0; k < n->layer[r].inputs; k++) same += n->layer[r].input[k] == l->input[i];
        if (l->input[i] >= s->first && same == 1) return l->input[i] == u && readers == 1;
    }
    return false;
}

/* (18), counted. */
static int64_t counted_block(const struct segment *s) {
    const int state = pools_all(s->network, s->last) ? (int)operator_state(&s->network->layer[s->last].shape_of) : 0;
    int64_t most = 0;
    for (int at = 0; at < s->calls; at++) {
        int64_t held = state;
        for (int v = s->first - 1; v <= s->last; v++) {
            int low = v == s->last ? 0 : first_read(s, v, at);
            if (replaces(s, s->call[at].node, v)) low = first_read(s, v, at + 1);
            if (s->call[at].node == v && s->call[at].from < low) low = pools_all(s->network, v) ? 0 : s->call[at].from;
            const int rows = made(s, v, at) - low;
            held += rows > 0 ? (int64_t)rows * row_bytes(s->network, v) : 0;
        }
        most = held > most ? held : most;
    }
    return most;
}

/* Whole tensors: each layer runs once, in the order of the calls. */
static int64_t whole_peak(const struct segment *s) {
    const struct network *n = s->network;
    const int state = pools_all(n, s->last) ? (int)operator_state(&n->layer[s->last].shape_of) : 0;
    int64_t most = 0;
    for (int at = 0; at < s->calls; at++) {
        int64_t live = state;
        for (int v = s->first - 1; v <= s->last; v++) {
            bool there = v < s->first && !s->image_by_rows, read = v == s->last;
            for (int t = 0; t <= at; t++) there = there || s->call[t].node == v;
            for (int t = at; t < s->calls; t++) read = read || slot_of(n, s->call[t].node, v) >= 0;
            if (there && read && !replaces(s, s->call[at].node, v)) live += shape_bytes(n->layer[v].out);
        }
        most = live > most ? live : most;
    }
    return most;
}

/* --- the list, executed on tagged floats --- */

struct tags {
    const struct segment *s;
    int64_t floats;
    int *tag, *spare; /* [floats] of the block: 0, or the number of the float among all of all tensors, from 1 */
    int *first;       /* [layers + 1] number of a tensor's first float */
};

static int tag_of(const struct tags *t, int v, int row) {
    return 1 + t->first[v] + row * row_bytes(t->s->network, v) / 4;
}

static bool tags_within(const struct tags *t, int64_t offset, int64_t bytes) {
    return offset >= 0 && bytes >= 0 && offset % 4 == 0 && bytes % 4 == 0 && offset + bytes <= 4 * t->floats;
}

static bool tags_put(struct tags *t, int v, int row, int64_t offset) {
    if (!tags_within(t, offset, row_bytes(t->s->network, v))) return false;
    for (int i = 0; i < row_bytes(t->s->network, v) / 4; i++) t->tag[offset / 4 + i] = tag_of(t, v, row) + i;
    return true;
}

static bool tags_are(const struct tags *t, int v, int row, int64_t offset) {
    if (!tags_within(t, offset, row_bytes(t->s->network, v))) return false;
    for (int i = 0; i < row_bytes(t->s->network, v) / 4; i++)
        if (t->tag[offset / 4 + i] != tag_of(t, v, row) + i) return false;
    return true;
}

static bool tags_call(struct tags *t, const struct segment_call *c) {
    const struct network *n = t->s->network;
    const bool pools = pools_all(n, c->node);
    for (int i = 0; i < n->layer[c->node].inputs; i++) {
        const int u = n->layer[c->node].input[i];
        int low = -1;
        for (int row = 0; row < n->layer[u].out.H; row++) {
            if (pools ? row < c->from || row >= c->to : !call_reads(n, c, row)) continue;
            if (low < 0) low = row;
            if (!tags_are(t, u, row, c->in_offset[i] + (int64_t)(row - low) * row_bytes(n, u))) return false;
        }
    }
    if (pools && c->from > 0) return tags_are(t, c->node, 0, c->out_offset);
    for (int row = pools ? 0 : c->from; row < (pools ? 1 : c->to); row++)
        if (!tags_put(t, c->node, row, c->out_offset + (int64_t)(row - (pools ? 0 : c->from)) * row_bytes(n, c->node)))
            return false;
    return true;
}

static bool tags_move(struct tags *t, const struct segment_move *m) {
    if (!tags_within(t, m->from, m->bytes) || !tags_within(t, m->to, m->bytes)) return false;
    memmove(t->tag + m->to / 4, t->tag + m->from / 4, (size_t)m->bytes);
    return true;
}

/* Every call reads the rows that it should, and in the end the output is there. */
static bool tagged_run_is_right(const struct segment *s) {
    const struct network *n = s->network;
    const int in = s->first - 1;
    struct tags t = {.s = s, .floats = s->block_bytes / 4};
    t.tag = MEMORY_NEW(int, t.floats);
    t.first = MEMORY_NEW(int, n->layers + 1);
    for (int v = 0; v < n->layers; v++) t.first[v + 1] = t.first[v] + (int)shape_bytes(n->layer[v].out) / 4;
    bool good = true;
    int *done = MEMORY_NEW(int, n->layers), move = 0;
    for (int row = 0; row < n->layer[in].out.H && !s->image_by_rows; row++)
        tags_put(&t, in, row, s->block_bytes - (int64_t)(n->layer[in].out.H - row) * row_bytes(n, in));
    for (int k = 0; k < s->calls && good; k++) {
        const struct segment_call *c = &s->call[k];
        good = (c->from == done[c->node] || c->node < s->first) && c->first_move == move && c->last_move <= s->moves;
        for (; good && move < c->last_move; move++) good = tags_move(&t, &s->move[move]);
        good = good && tags_call(&t, c);
        done[c->node] = c->to;
    }
    for (int row = 0; row < n->layer[s->last].out.H && good; row++)
        good = tags_are(&t, s->last, row, s->state_bytes + (int64_t)row * row_bytes(n, s->last));
    free(t.tag), free(t.first), free(done);
    return good && move == s->moves;
}

/* --- random networks --- */

struct seen {
    int images, smaller, segments, moved, in_place, pooled, branched, slow[SEGMENT_SLOWS], tampered, noticed;
};

/* Calls of a layer follow each other; rows that are left out are read by none. */
static void rows_are_made_once(const struct segment *s) {
    const struct network *n = s->network;
    for (int v = s->first; v <= s->last; v++) {
        const bool pools = pools_all(n, v);
        const int height = pools ? n->layer[n->layer[v].input[0]].out.H : n->layer[v].out.H;
        int done = 0;
        for (int t = 0; t < s->calls; t++) {
            const struct segment_call *c = &s->call[t];
            if (c->node != v) continue;
            ck_assert_int_eq(c->from, done);
            ck_assert(c->to > c->from && c->to <= height);
            ck_assert(c->to - c->from >= paces_rows(n, v, s->pace) || c->to == height);
            done = c->to;
        }
        if (v == s->last) ck_assert_int_eq(done, height);
        for (int row = done; row < height; row++)
            for (int t = 0; t < s->calls; t++)
                ck_assert(slot_of(n, s->call[t].node, v) < 0 || !call_reads(n, &s->call[t], row));
    }
}

static void block_is_as_small_as_what_is_held(struct seen *seen, const struct segment *s) {
    const struct network *n = s->network;
    int64_t tensors = s->state_bytes;
    int highest = 0;
    for (int v = s->first - 1; v <= s->last; v++) {
        tensors += shape_bytes(n->layer[v].out);
        highest = n->layer[v].out.H > highest ? n->layer[v].out.H : highest;
        for (int u = s->first; u < v; u++) seen->in_place += replaces(s, v, u);
        seen->branched += v >= s->first && n->layer[v].inputs > 1;
    }
    if (!s->image_by_rows) ck_assert_int_ge(s->block_bytes, shape_bytes(n->layer[s->first - 1].out));
    ck_assert_int_ge(s->block_bytes, s->state_bytes + shape_bytes(n->layer[s->last].out));
    ck_assert_int_le(s->block_bytes, tensors);
    ck_assert_msg(s->block_bytes == counted_block(s), "layers %d to %d at %d rows: %lld bytes (expected %lld)",
                  s->first, s->last, s->pace.rows, (long long)s->block_bytes, (long long)counted_block(s));
    if (s->pace.rows >= highest && s->pace.slow == SEGMENT_SLOW_NONE) ck_assert_int_eq(s->block_bytes, whole_peak(s));
    int64_t moved = 0;
    for (int i = 0; i < s->moves; i++) moved += s->move[i].bytes;
    ck_assert_int_eq(moved, s->moved_bytes);
    seen->segments++;
    seen->moved += moved > 0;
    seen->pooled += s->state_bytes > 0;
}

/* Every row of the image that a call reads is taken, once, in ascending order, and no other one; as late as can be:
 * right before the call that needs the last of them. */
static void image_rows_are_taken_when_needed(const struct segment *s) {
    const struct network *n = s->network;
    int next = 0;
    for (int t = 0; t < s->calls; t++) {
        const struct segment_call *c = &s->call[t];
        if (c->node > 0) continue;
        ck_assert_int_ge(c->from, next);
        ck_assert_int_gt(c->to, c->from);
        for (int row = next; row < c->from; row++) ck_assert(first_read_of(s, row) == s->calls);
        ck_assert_int_lt(t + 1, s->calls);
        ck_assert(slot_of(n, s->call[t + 1].node, 0) >= 0 && call_reads(n, &s->call[t + 1], c->to - 1));
        next = c->to;
    }
    for (int row = next; row < n->layer[0].out.H; row++) ck_assert(first_read_of(s, row) == s->calls);
}

/* One number of the list is changed. What segment_check then lets pass must be right all the same (a row that no call
 * reads may lie anywhere). */
static void tampering_is_noticed(struct seen *seen, struct segment *s, struct random *r) {
    struct segment_call *c = &s->call[random_int(r, 0, s->calls - 1)];
    struct segment_move *m = s->moves ? &s->move[random_int(r, 0, s->moves - 1)] : NULL;
    const int row = row_bytes(s->network, c->node), sign = random_int(r, 0, 1) ? 1 : -1;
    int64_t *const offset[] = {&c->out_offset,
                               &c->in_offset[0],
                               &s->block_bytes,
                               m ? &m->from : &c->out_offset,
                               m ? &m->to : &c->out_offset,
                               m ? &m->bytes : &c->out_offset};
    int *const number[] = {&c->from, &c->to};
    for (int k = 0; k < 6; k++) {
        const int64_t was = *offset[k];
        *offset[k] += k == 2 ? -4 : sign * (random_int(r, 0, 1) ? 4 : row);
        const bool passes = segment_check(s);
        ck_assert_msg(!passes || tagged_run_is_right(s), "number %d from %lld to %lld", k, (long long)was,
                      (long long)*offset[k]);
        if ((k == 1 && c->node > 0) || k == 2) ck_assert(!passes);
        seen->tampered++;
        seen->noticed += !passes;
        *offset[k] = was;
    }
    for (int k = 0; k < 2; k++) {
        *number[k] += sign;
        const bool passes = segment_check(s);
        ck_assert(!passes || (k == 1 && tagged_run_is_right(s))); /* a layer's last call may make a row more */
        *number[k] -= sign;
    }
    ck_assert(segment_check(s));
}

static void segment_is_right(struct seen *seen, struct segment *s, int seed, struct random *r) {
    const bool checked = segment_check(s), right = tagged_run_is_right(s);
    ck_assert_msg(checked && right, "seed %d, layers %d to %d, %d rows: %s", seed, s->first, s->last, s->pace.rows,
                  checked ? "tagged floats differ" : "segment_check");
    rows_are_made_once(s);
    if (s->image_by_rows) image_rows_are_taken_when_needed(s);
    block_is_as_small_as_what_is_held(seen, s);
    if (random_int(r, 0, 9) == 0) tampering_is_noticed(seen, s, r);
}

/* The image by rows needs as much memory as whole, or less. */
static void image_by_rows_is_right(struct seen *seen, const struct segment *whole, int seed, struct random *r) {
    struct segment *s = segment_new_image_by_rows(whole->network, whole->last, whole->pace);
    ck_assert(s->image_by_rows && s->first == 1);
    ck_assert_int_le(s->block_bytes, whole->block_bytes);
    seen->images++;
    seen->smaller += s->block_bytes < whole->block_bytes;
    segment_is_right(seen, s, seed, r);
    segment_free(s);
}

START_TEST(every_segment_of_random_networks_is_right_and_as_small_as_what_is_held) {
    const char *const many = getenv("TASO_RANDOM"), *const seed = getenv("TASO_SEED");
    const int networks = many ? atoi(many) : NETWORKS;
    const uint64_t start = seed ? (uint64_t)atoi(seed) * 1000 : 1;
    struct seen seen = {0};
    for (int i = 0; i < networks; i++) {
        struct random r = {start + (uint64_t)i};
        struct network *n = sketches_network(&r);
        for (int first = 1; first < n->layers; first++)
            for (int last = first; last < n->layers; last++)
                for (int h = 0; h < SEGMENT_SLOWS * ROWS && segment_possible(n, first, last); h++) {
                    const struct segment_pace pace = {rows_of_a_call[h / SEGMENT_SLOWS],
                                                      (enum segment_slow)(h % SEGMENT_SLOWS)};
                    const struct segment_pace pools = {pace.rows, SEGMENT_SLOW_POOLS};
                    if (pace.slow && paces_alike(n, first, last, pace, segment_pace_even(pace.rows))) continue;
                    if (pace.slow == SEGMENT_SLOW_STRIDES && paces_alike(n, first, last, pace, pools)) continue;
                    struct segment *s = segment_new(n, first, last, pace);
                    seen.slow[pace.slow]++;
                    segment_is_right(&seen, s, (int)start + i, &r);
                    if (first == 1) image_by_rows_is_right(&seen, s, (int)start + i, &r);
                    segment_free(s);
                }
        network_free(n);
    }
    printf("%d of %d segments need less with the image by rows\n", seen.smaller, seen.images);
    printf("%d networks from seed %d: %d segments, %d with moves, %d layers in place, %d that join, %d global pools, "
           "%d and %d segments with slow pools and strides; %d of %d changes noticed\n",
           networks, (int)start, seen.segments, seen.moved, seen.in_place, seen.branched, seen.pooled,
           seen.slow[SEGMENT_SLOW_POOLS], seen.slow[SEGMENT_SLOW_STRIDES], seen.noticed, seen.tampered);
    ck_assert_int_gt(seen.moved, networks);
    ck_assert_int_gt(seen.in_place, networks);
    ck_assert_int_gt(seen.branched, networks);
    ck_assert_int_gt(seen.pooled, networks / 4);
    ck_assert_int_gt(seen.smaller, networks);
    for (int slow = 0; slow < SEGMENT_SLOWS; slow++) ck_assert_int_gt(seen.slow[slow], networks);
    ck_assert_int_gt(2 * seen.noticed, seen.tampered);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("segment");
    TCase *c = tcase_create("segment");
    tcase_set_timeout(c, 0);
    tcase_add_test(c, every_segment_of_random_networks_is_right_and_as_small_as_what_is_held);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

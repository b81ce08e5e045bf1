/* Heuristics that run segments by rows, as one would by hand. Both begin with the fastest selection in whole tensors
 * whose own steps fit the budget where they can, and stop as soon as all of it fits.
 *
 *   stream   again and again, the segment around the largest step: of all that make it smaller, the one that costs the
 *            least time per byte saved there
 *   head     as MCUNetV2 does by hand: one segment from the image on, up to the cut at which the memory is least,
 *            everything after it in whole tensors
 *
 * With a flash budget the selection in whole tensors is first made to fit it by swaps (baselines/greedy_weights.h), and
 * segments keep within it, too: a layer by rows takes no more weights than before, if that is possible. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/greedy_weights.h"
#include "baselines/methods.h"
#include "baselines/restrict.h"
#include "baselines/streamer.h"

#define REACH 6 /* cuts on either side of a step that a segment around it may take in */

/* --- offers ------------------------------------------------------------------------------------------------------ */

struct offer {
    struct streamer_state state;
    int64_t saved; /* bytes of the step */
};

/* Time of the whole network beyond `time_ns`. */
static double offer_lost(const struct offer *o, int64_t time_ns) {
    const int64_t time = o->state.graded.time_ns;
    return time > time_ns ? (double)(time - time_ns) : 0;
}

/* Less time per byte saved; among those that cost none, the more bytes. */
static bool offer_better(const struct offer *a, const struct offer *b, int64_t time_ns) {
    const double la = offer_lost(a, time_ns);
    const double lb = offer_lost(b, time_ns);
    assert(a->saved > 0 && b->saved > 0);
    if (la == 0 && lb == 0) return a->saved > b->saved;
    return la * (double)b->saved < lb * (double)a->saved;
}

static void offers_try(struct offer *best, const struct streamer *s, const struct stream *stream, int64_t step) {
    struct offer o = {.saved = 0};
    const int64_t block = streamer_block_bytes(s, stream);
    if (block >= step || !streamer_with(&o.state, s, stream, s->q->budget_bytes - block)) return;
    o.saved = step - streamer_step(s, &o.state, stream);
    if (o.saved <= 0 || (best->saved > 0 && !offer_better(&o, best, s->now.graded.time_ns))) {
        streamer_state_free(&o.state);
        return;
    }
    if (best->saved > 0) streamer_state_free(&best->state);
    *best = o;
}

/* All segments around layers [first, last]. */
static void offers_around(struct offer *best, const struct streamer *s, int first, int last, int64_t step) {
    int before = 0, after = 0;
    while (before + 1 < s->cuts && s->cut[before + 1] < first) before++;
    while (after < s->cuts - 1 && s->cut[after] < last) after++;
    for (int i = before; i >= 0 && i > before - REACH; i--)
        for (int j = after; j < s->cuts && j < after + REACH; j++) {
            struct stream stream = {s->cut[i] + 1, s->cut[j], segment_pace(0), LAYOUT_HWC, false};
            if (!segment_possible(s->g->network, stream.first, stream.last)) break;
            for (int h = 0; h < SEGMENT_PACES; h++)
                for (int l = 0; l < LAYOUTS; l++) {
                    if (l == LAYOUT_CHW) continue;
                    stream.pace = segment_pace(h);
                    stream.layout = (enum layout)l;
                    offers_try(best, s, &stream, step);
                }
        }
}

static void stream_all(struct streamer *s) {
    while (s->now.graded.memory_bytes > s->q->budget_bytes) {
        struct offer best = {.saved = 0};
        int first = 0, last = 0;
        const int64_t step = streamer_largest(&first, &last, s);
        offers_around(&best, s, first, last, step);
        if (best.saved == 0) return; /* it stays over the budget */
        streamer_take(s, &best.state);
    }
}

static void stream_head(struct streamer *s) {
    struct streamer_state least = {.graded = s->now.graded};
    if (s->now.graded.memory_bytes <= s->q->budget_bytes) return;
    for (int j = 1; j < s->cuts && segment_possible(s->g->network, 1, s->cut[j]); j++)
        for (int h = 0; h < SEGMENT_PACES; h++)
            for (int l = LAYOUT_CHW + 1; l < LAYOUTS; l++) {
                const struct stream stream = {1, s->cut[j], segment_pace(h), (enum layout)l, false};
                struct streamer_state state;
                if (!streamer_with(&state, s, &stream, s->q->budget_bytes)) continue;
                const struct evaluation *e = &state.graded, *f = &least.graded;
                if (e->memory_bytes < f->memory_bytes ||
                    (e->memory_bytes == f->memory_bytes && e->time_ns < f->time_ns)) {
                    if (least.choice) streamer_state_free(&least);
                    least = state;
                } else {
                    streamer_state_free(&state);
                }
            }
    if (least.choice) streamer_take(s, &least);
}

/* --- methods ----------------------------------------------------------------------------------------------------- */

static bool start_rule(const void *context, const struct node *n, int v, int i) {
    const struct streamer *s = context;
    return memory_model_step(s->q->model, streamer_fixed(s, v), 0) +
               steps_choice_bytes(s->q->model, n, &n->choice[i]) <=
           s->q->budget_bytes;
}

bool greedy_stream_run(struct answer *out, const struct instance *g, const struct request *q, const char *variant,
                       struct error *err) {
    struct streamer s;
    streamer_init(&s, g, q);
    const bool good = restrict_fastest(out, g, q, start_rule, &s, err);
    if (good && out->choice) {
        greedy_weights_flash(out->choice, g, q);
        streamer_start(&s, out->choice);
        if (s.steps && q->streaming == STREAMING_ON) {
            if (strcmp(variant, "head") == 0)
                stream_head(&s);
            else
                stream_all(&s);
        }
        out->choice = s.now.choice;
        out->streams = s.now.streams;
    }
    streamer_free(&s);
    return good;
}

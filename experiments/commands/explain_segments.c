#include "experiments/commands/explain_segments.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/runner_up.h"
#include "experiments/measure/progress.h"
#include "solver/base/memory.h"

static const char *layer_name(const struct instance *g, int v) {
    return g->node[v].layer->name;
}

/* FIRST..LAST@ROWS/LAYOUT of every segment that shares a layer with `where`, joined by +; `whole`: there is none. */
static void print_segments(struct keys *k, const struct instance *g, const struct streams *streams,
                           const struct stream *where) {
    size_t room = sizeof "whole", used = 0;
    for (int i = 0; i < streams->count; i++)
        room += strlen(layer_name(g, streams->stream[i].first)) + strlen(layer_name(g, streams->stream[i].last)) + 64;
    char *text = memory_new(1, room), pace[SEGMENT_PACE_TEXT];
    snprintf(text, room, "whole");
    for (int i = 0; i < streams->count; i++) {
        const struct stream *s = &streams->stream[i];
        if (s->last < where->first || s->first > where->last) continue;
        segment_pace_text(pace, s->pace);
        used += (size_t)snprintf(text + used, room - used, "%s%s..%s@%s/%s", used ? "+" : "", layer_name(g, s->first),
                                 layer_name(g, s->last), pace, layout_names[s->layout]);
        assert(used < room);
    }
    keys_text(k, NULL, text);
    free(text);
}

static void print_stream(struct keys *k, const struct instance *g, const int *choice, const struct stream *s) {
    struct segment *segment = segment_new(g->network, s->first, s->last, s->pace);
    int64_t time = instance_move_ns(g, selection_moved_bytes(segment)), workspace = 0;
    for (int v = s->first; v <= s->last; v++) {
        const struct choice *c = &g->node[v].strip[choice[v]];
        time += c->time_ns;
        workspace = c->workspace_bytes > workspace ? c->workspace_bytes : workspace;
    }
    keys_text(k, NULL, layer_name(g, s->first));
    keys_text(k, NULL, layer_name(g, s->last));
    keys_number(k, NULL, s->pace.rows);
    keys_text(k, NULL, segment_slow_names[s->pace.slow]);
    keys_text(k, NULL, layout_names[s->layout]);
    keys_number(k, NULL, segment->calls);
    keys_number(k, NULL, segment->block_bytes);
    keys_number(k, NULL, workspace);
    keys_number(k, NULL, segment->moves);
    keys_number(k, NULL, selection_moved_bytes(segment));
    keys_number(k, NULL, time);
    segment_free(segment);
}

static bool print_runner_up(struct keys *k, const struct instance *g, const struct stream *s,
                            const struct evaluation *planned, const struct request *asked, struct error *err) {
    struct request q = *asked;
    struct answer a;
    q.barred = *s;
    assert(q.streaming == STREAMING_ON);
    if (!runner_up_fastest(&a, g, &q, err)) return false;
    if (a.choice) {
        const struct evaluation e = selection_evaluate_streamed(g, a.choice, &a.streams, q.model, q.conversions);
        print_segments(k, g, &a.streams, s);
        keys_number(k, NULL, e.time_ns - planned->time_ns);
        keys_number(k, NULL, e.memory_bytes - planned->memory_bytes);
    } else {
        keys_text(k, NULL, "none");
        keys_missing(k, NULL, "nan");
        keys_missing(k, NULL, "nan");
    }
    free(a.choice);
    selection_streams_free(&a.streams);
    return true;
}

bool explain_segments(struct keys *k, const struct instance *g, const int *choice, const struct streams *streams,
                      const struct evaluation *planned, const struct request *q, struct error *err) {
    bool ok = true;
    keys_table(
        k, "segments",
        "first\tlast\trows\tslow\tlayout\tcalls\tblock_bytes\tworkspace_bytes\tmoves\tmoved_bytes\ttime_ns\trunner_up\t"
        "runner_up_costs_ns\trunner_up_costs_bytes");
    progress_begin();
    for (int i = 0; ok && i < streams->count; i++) {
        const struct stream *s = &streams->stream[i];
        progress_show(i, streams->count, layer_name(g, s->first));
        keys_row(k);
        print_stream(k, g, choice, s);
        ok = print_runner_up(k, g, s, planned, q, err);
        if (ok) keys_row_end(k);
    }
    if (ok) keys_table_end(k);
    return ok;
}

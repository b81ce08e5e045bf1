#include "experiments/commands/explain_segments.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "baselines/methods.h"
#include "experiments/measure/progress.h"

static const char *layer_name(const struct instance *g, int v) {
    return g->node[v].layer->name;
}

/* FIRST..LAST@ROWS/LAYOUT of every segment that shares a layer with `where`, joined by +; `whole`: there is none. */
static void print_segments(const struct instance *g, const struct streams *streams, const struct stream *where) {
    bool any = false;
    for (int i = 0; i < streams->count; i++) {
        const struct stream *s = &streams->stream[i];
        if (s->last < where->first || s->first > where->last) continue;
        printf("%s%s..%s@%d/%s", any ? "+" : "", layer_name(g, s->first), layer_name(g, s->last), s->rows,
               layout_names[s->layout]);
        any = true;
    }
    if (!any) printf("whole");
}

static void print_stream(const struct instance *g, const int *choice, const struct stream *s) {
    struct segment *segment = segment_new(g->network, s->first, s->last, s->rows);
    int64_t time = instance_move_ns(g, selection_moved_bytes(segment)), workspace = 0;
    for (int v = s->first; v <= s->last; v++) {
        const struct choice *c = &g->node[v].strip[choice[v]];
        time += c->time_ns;
        workspace = c->workspace_bytes > workspace ? c->workspace_bytes : workspace;
    }
    printf("%s\t%s\t%d\t%s\t%d\t%" PRId64 "\t%" PRId64 "\t%d\t%" PRId64 "\t%" PRId64 "\t", layer_name(g, s->first),
           layer_name(g, s->last), s->rows, layout_names[s->layout], segment->calls, segment->block_bytes, workspace,
           segment->moves, selection_moved_bytes(segment), time);
    segment_free(segment);
}

static bool print_runner_up(const struct instance *g, const struct stream *s, const struct evaluation *planned,
                            const struct request *asked, struct error *err) {
    const struct method *labels = methods_find("labels", err);
    struct request q = *asked;
    struct answer a;
    q.barred = *s;
    assert(labels && q.streaming == STREAMING_ON);
    if (!methods_run(&a, labels, g, &q, err)) return false;
    if (a.choice) {
        const struct evaluation e = selection_evaluate_streamed(g, a.choice, &a.streams, q.model, q.conversions);
        print_segments(g, &a.streams, s);
        printf("\t%" PRId64 "\t%" PRId64 "\n", e.time_ns - planned->time_ns, e.memory_bytes - planned->memory_bytes);
    } else {
        printf("none\tnan\tnan\n");
    }
    free(a.choice);
    selection_streams_free(&a.streams);
    return true;
}

bool explain_segments(const struct instance *g, const int *choice, const struct streams *streams,
                      const struct evaluation *planned, const struct request *q, struct error *err) {
    bool ok = true;
    printf("first\tlast\trows\tlayout\tcalls\tblock_bytes\tworkspace_bytes\tmoves\tmoved_bytes\ttime_ns\trunner_up\t"
           "runner_up_costs_ns\trunner_up_costs_bytes\n");
    progress_begin();
    for (int i = 0; ok && i < streams->count; i++) {
        const struct stream *s = &streams->stream[i];
        progress_show(i, streams->count, layer_name(g, s->first));
        print_stream(g, choice, s);
        ok = print_runner_up(g, s, planned, q, err);
    }
    return ok;
}

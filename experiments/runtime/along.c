#include "experiments/runtime/along.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "formulation/profile_text.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"

int64_t along_bytes(const struct along *a) {
    return a->activations_bytes + a->conversions_bytes + a->workspace_bytes + a->block_bytes;
}

/* The output of step `at`, in every step in which it takes memory. */
static void along_tensor(struct along *a, const struct schedule *s, int at) {
    const struct schedule_step *t = &s->step[at];
    int first, last;
    if (!schedule_life(&first, &last, s, at)) return;
    assert(t->out_bytes >= 0 && last < s->steps);
    for (int i = first; i <= last; i++)
        *(t->row->kind == PROFILE_CONVERT ? &a[i].conversions_bytes : &a[i].activations_bytes) += t->out_bytes;
}

static void along_segment(struct along *a, const struct schedule_segment *g) {
    for (int i = g->first; i <= g->move; i++) {
        assert(along_bytes(&a[i]) == 0); /* nothing else is alive then */
        a[i].block_bytes = g->strips->segment->block_bytes;
        a[i].workspace_bytes = strips_workspace(g->strips);
    }
}

static int64_t along_most(const struct along *a, int steps) {
    int64_t most = 0;
    for (int i = 0; i < steps; i++)
        if (along_bytes(&a[i]) > most) most = along_bytes(&a[i]);
    return most;
}

struct along *along_new(const struct schedule *s) {
    struct along *a = MEMORY_NEW(struct along, s->steps);
    for (int i = 0; i < s->steps; i++) {
        along_tensor(a, s, i);
        a[i].stored_bytes = schedule_stored_bytes(s, i);
        if (s->step[i].segment < 0) a[i].workspace_bytes = s->step[i].workspace_bytes;
    }
    for (int k = 0; k < s->segments; k++) along_segment(a, &s->segment[k]);
    assert(along_most(a, s->steps) == s->live_bytes);
    return a;
}

bool along_write(const struct schedule *s, const char *path, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, path, err)) return false;
    struct along *a = along_new(s);
    text_write(&out, "step\tkind\tlayer\tname\ttime_ns\tactivations_bytes\tconversions_bytes\tworkspace_bytes\t"
                     "block_bytes\tweights_bytes\n");
    for (int i = 0; i < s->steps; i++) {
        const struct plan_step *row = s->step[i].row;
        text_write(&out, "%d\t%s\t%s\t%s\t%" PRId64, i, profile_kind_names[row->kind], row->layer, row->name,
                   row->time_ns);
        text_write(&out, "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", a[i].activations_bytes,
                   a[i].conversions_bytes, a[i].workspace_bytes, a[i].block_bytes, a[i].stored_bytes);
    }
    free(a);
    return text_close(&out, err);
}

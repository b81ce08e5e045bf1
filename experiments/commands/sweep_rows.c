#include "experiments/commands/sweep_rows.h"

#include <inttypes.h>

bool sweep_rows_open(struct sweep_table *t, const char *path, bool wide, const struct profile *p, struct error *err) {
    t->wide = wide;
    selecting_profile_name(t->profile_name, p);
    if (!text_create(&t->out, path ? path : "-", err)) return false;
    if (path) selecting_provenance(&t->out, wide ? "taso-sweep-device 1" : "taso-sweep 1", p);
    if (path && t->shard) text_write(&t->out, "# shard: %s\n# sweep: %s\n", t->shard, t->asked);
    text_write(&t->out,
               "network\tprofile\tmethod\tmemory_model\tbudget_bytes\toutcome\ttime_ns\tmemory_bytes\tconversions\t"
               "conversion_ns\t%suncovered_layers\tused_rn\tnodes\titerations\tseconds\n",
               wide ? "segments\tflash_budget_bytes\tflash_bytes\t" : "");
    return true;
}

static void write_number(struct sweep_table *t, int64_t value, bool known) {
    if (known)
        text_write(&t->out, "\t%" PRId64, value);
    else
        text_write(&t->out, "\tnan");
}

/* Columns that only some sweeps have. */
static void write_wide(struct sweep_table *t, const struct sweep_row *row, const struct answer *a,
                       const struct evaluation *e) {
    char flash[32];
    const bool any = a && a->choice;
    selecting_budget(flash, row->q.flash_bytes);
    write_number(t, any ? a->streams.count : 0, any);
    text_write(&t->out, "\t%s", flash);
    write_number(t, e->weights_bytes, any);
}

void sweep_rows_write(struct sweep_table *t, const struct sweep_row *row, const struct answer *a, double seconds) {
    const struct instance *g = row->at->g;
    struct evaluation e = {0};
    char budget[32];
    bool any = a && a->choice;
    if (any) e = selection_evaluate_streamed(g, a->choice, &a->streams, row->q.model, row->q.conversions);
    selecting_budget(budget, row->q.budget_bytes);
    text_write(&t->out, "%s\t%s\t%s\t%s\t%s\t%s", row->at->network->name, t->profile_name, row->method->name,
               memory_model_names[row->q.model], budget, a ? outcome_names[a->outcome] : "declined");
    write_number(t, e.time_ns, any);
    write_number(t, e.memory_bytes, any);
    write_number(t, e.conversions, any);
    write_number(t, e.conversion_ns, any);
    if (t->wide) write_wide(t, row, a, &e);
    text_write(&t->out, "\t%d\t%s", g->uncovered, a && a->used_rn ? "yes" : "no");
    write_number(t, a ? a->nodes : 0, a != NULL);
    write_number(t, a ? a->iterations : 0, a != NULL);
    text_write(&t->out, "\t%.6f\n", seconds);
    t->rows++;
}

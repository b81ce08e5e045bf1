#include "experiments/commands/sweep_rows.h"

bool sweep_rows_open(struct sweep_table *t, const char *path, bool json, bool wide, const struct profile *p,
                     struct error *err) {
    t->wide = wide;
    selecting_profile_name(t->profile_name, p);
    snprintf(t->columns, sizeof t->columns,
             "network\tprofile\tmethod\tmemory_model\tbudget_bytes\toutcome\ttime_ns\tmemory_bytes\tconversions\t"
             "conversion_ns\t%suncovered_layers\tused_rn\tnodes\titerations\tseconds",
             wide ? "segments\tflash_budget_bytes\tflash_bytes\t" : "");
    if (path) {
        if (!text_create(&t->out, path, err)) return false;
        selecting_provenance(&t->out, wide ? "taso-sweep-device 1" : "taso-sweep 1", p);
        if (t->shard) text_write(&t->out, "# shard: %s\n# sweep: %s\n", t->shard, t->asked);
        keys_begin_file(&t->keys, &t->out);
    } else {
        keys_begin(&t->keys, json);
    }
    keys_table(&t->keys, "rows", t->columns);
    return true;
}

bool sweep_rows_close(struct sweep_table *t, bool keep, struct error *err) {
    const bool file = t->keys.to != NULL;
    if (keep || !file) {
        keys_table_end(&t->keys);
        keys_end(&t->keys);
    }
    if (!file) return true;
    if (keep && t->shard) text_write_end(&t->out, t->rows);
    if (keep) return text_close(&t->out, err);
    text_abandon(&t->out);
    return true;
}

/* Columns that only some sweeps have. */
static void write_wide(struct keys *k, const struct sweep_row *row, const struct answer *a,
                       const struct evaluation *e) {
    const bool any = a && a->choice;
    selecting_print_known(k, NULL, any ? a->streams.count : 0, any);
    selecting_print_budget(k, NULL, row->q.flash_bytes);
    selecting_print_known(k, NULL, e->weights_bytes, any);
}

static void write_costs(struct keys *k, const struct evaluation *e, bool any) {
    selecting_print_known(k, NULL, e->time_ns, any);
    selecting_print_known(k, NULL, e->memory_bytes, any);
    selecting_print_known(k, NULL, e->conversions, any);
    selecting_print_known(k, NULL, e->conversion_ns, any);
}

void sweep_rows_write(struct sweep_table *t, const struct sweep_row *row, const struct answer *a, double seconds) {
    const struct instance *g = row->at->g;
    struct keys *k = &t->keys;
    struct evaluation e = {0};
    const bool any = a && a->choice;
    if (any) e = selection_evaluate_streamed(g, a->choice, &a->streams, row->q.model, row->q.conversions);
    keys_row(k);
    keys_text(k, NULL, row->at->network->name);
    keys_text(k, NULL, t->profile_name);
    keys_text(k, NULL, row->method->name);
    keys_text(k, NULL, memory_model_names[row->q.model]);
    selecting_print_budget(k, NULL, row->q.budget_bytes);
    keys_text(k, NULL, a ? outcome_names[a->outcome] : "declined");
    write_costs(k, &e, any);
    if (t->wide) write_wide(k, row, a, &e);
    keys_number(k, NULL, g->uncovered);
    keys_yes(k, NULL, a && a->used_rn);
    selecting_print_known(k, NULL, a ? a->nodes : 0, a != NULL);
    selecting_print_known(k, NULL, a ? a->iterations : 0, a != NULL);
    keys_real(k, NULL, seconds, 'f', 6);
    keys_row_end(k);
    t->rows++;
}

/* sweep_rows.h - the table of `taso sweep`: its columns, and a row for each network, method and budget. */
#ifndef EXPERIMENTS_COMMANDS_SWEEP_ROWS_H
#define EXPERIMENTS_COMMANDS_SWEEP_ROWS_H
#include "experiments/commands/selecting.h"

struct sweep_table {
    struct text_writer out; /* to a file */
    struct keys keys;
    char profile_name[64], columns[320];
    bool wide; /* with the columns of segments and flash */
    const char *shard,
        *asked; /* I/N, and the request of the whole sweep, so that shards of another are not mixed in; NULL: no shard */
    long rows;
};

/* What one method is asked. */
struct sweep_row {
    const struct selecting *at; /* with strips if the method may use them */
    const struct method *method;
    struct request q; /* with its budgets */
};

/* The shard is given. Writes the head, to standard output if path is NULL, there as JSON if that is asked for. */
bool sweep_rows_open(struct sweep_table *t, const char *path, bool json, bool wide, const struct profile *p,
                     struct error *err);
/* Ends the table; its file is kept only with `keep`. */
bool sweep_rows_close(struct sweep_table *t, bool keep, struct error *err);
/* a == NULL: the method declined. */
void sweep_rows_write(struct sweep_table *t, const struct sweep_row *row, const struct answer *a, double seconds);

#endif

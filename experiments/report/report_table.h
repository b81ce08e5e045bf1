/* report_table.h - a table of results (TSV) in memory: lines that begin with # are left out, the first other one names
 * the columns. Errors name the file and its line. */
#ifndef EXPERIMENTS_REPORT_REPORT_TABLE_H
#define EXPERIMENTS_REPORT_REPORT_TABLE_H
#include "experiments/report/report_set.h"
#include "solver/base/error.h"

struct report_table {
    char *path;
    int columns, rows;
    char **name;         /* [columns] */
    char **cell;         /* [rows * columns] */
    long *line;          /* [rows] in the file */
    size_t room, longer; /* of cell, of line */
};

bool report_table_read(struct report_table *t, const char *path, struct error *err);
void report_table_free(struct report_table *t);
/* false: no column has this name. */
bool report_table_column(int *column, const struct report_table *t, const char *name, struct error *err);
const char *report_table_cell(const struct report_table *t, int row, int column);
/* false: the cell is not a finite number. */
bool report_table_number(double *value, const struct report_table *t, int row, int column, struct error *err);
void report_table_put(struct report_text *to, const struct report_table *t); /* as HTML, scrolled; words to the left */

#endif

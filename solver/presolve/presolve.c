/* The driver: three tables of reductions, applied until nothing changes or the work limit (entries looked at) is
 * reached. */
#include "solver/presolve/presolve.h"

#include <stddef.h>
#include <stdlib.h>

#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

struct presolve_reduction {
    size_t option; /* offset of its switch in struct options */
    bool (*apply)(struct presolve *p, int which);
};
struct presolve_sweep {
    size_t option;
    bool (*apply)(struct presolve *p);
};
#define SWITCH(name) offsetof(struct options, presolve_##name)

/* In this order on each row and column that changed: the cheap and the final ones first. */
static const struct presolve_reduction presolve_row_table[] = {
    {SWITCH(empty), presolve_row_empty},
    {SWITCH(singleton), presolve_row_singleton},
    {SWITCH(activity), presolve_row_activity},
    {SWITCH(doubleton), presolve_row_doubleton},
    {SWITCH(bounds), presolve_row_bounds},
    {SWITCH(divisor), presolve_row_divisor},
    {SWITCH(coefficients), presolve_row_coefficients},
};
static const struct presolve_reduction presolve_col_table[] = {
    {SWITCH(fixed), presolve_column_fixed},
    {SWITCH(dual), presolve_column_dual},
    {SWITCH(free), presolve_column_free},
    {SWITCH(substitute), presolve_column_substitute},
};
/* On the whole program, once the others find nothing more. */
static const struct presolve_sweep presolve_sweeps[] = {
    {SWITCH(dominated), presolve_all_dominated},
    {SWITCH(choices), presolve_all_choices},
    {SWITCH(products), presolve_all_products},
    {SWITCH(pairs), presolve_all_pairs},
    {SWITCH(duplicate_rows), presolve_all_duplicate_rows},
    {SWITCH(duplicate_columns), presolve_all_duplicate_columns},
};
#undef SWITCH
#define PRESOLVE_COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool presolve_switched_on(const struct presolve *p, size_t option) {
    return *(const bool *)((const char *)&p->options + option);
}

/* Each reduction in turn until one removes the row or column; one that only changed it is followed by the others. */
static void presolve_one(struct presolve *p, const struct presolve_reduction *table, size_t count, const bool *gone,
                         int which) {
    for (size_t k = 0; k < count && !gone[which] && p->status == PRESOLVE_REDUCED; k++)
        if (presolve_switched_on(p, table[k].option)) table[k].apply(p, which);
    p->work += 4;
}

/* All rows, then all columns, and again: every column that goes would bring its rows, which may be long, back one by
 * one. */
static void presolve_queues(struct presolve *p) {
    for (bool found = true; found && shrink_going(p);) {
        found = false;
        for (int row; shrink_going(p) && (row = shrink_next(&p->row_queue)) >= 0; found = true)
            presolve_one(p, presolve_row_table, PRESOLVE_COUNT(presolve_row_table), p->row_gone, row);
        for (int col; shrink_going(p) && (col = shrink_next(&p->col_queue)) >= 0; found = true)
            presolve_one(p, presolve_col_table, PRESOLVE_COUNT(presolve_col_table), p->col_gone, col);
    }
}

static double presolve_output_bound(double value) {
    if (value >= MODEL_INFINITY) return MODEL_INFINITY;
    return value <= -MODEL_INFINITY ? -MODEL_INFINITY : value;
}

/* Rows and columns that are left, in their old order. */
static struct model *presolve_build(struct presolve *p) {
    struct model *m = MEMORY_NEW(struct model, 1);
    int *new_row = MEMORY_NEW(int, p->rows);
    m->offset = p->offset;
    m->rows = p->rows_left;
    m->cols = p->cols_left;
    p->reduced_row = MEMORY_NEW(int, m->rows);
    p->reduced_col = MEMORY_NEW(int, m->cols);
    m->row_lower = MEMORY_NEW(double, m->rows);
    m->row_upper = MEMORY_NEW(double, m->rows);
    m->row_name = MEMORY_NEW(char *, m->rows);
    m->col_name = MEMORY_NEW(char *, m->cols);
    m->cost = MEMORY_NEW(double, m->cols);
    m->lower = MEMORY_NEW(double, m->cols);
    m->upper = MEMORY_NEW(double, m->cols);
    m->integer = MEMORY_NEW(bool, m->cols);
    m->start = MEMORY_NEW(long, m->cols + 1);
    for (int i = 0, k = 0; i < p->rows; i++) {
        if (p->row_gone[i]) continue;
        m->row_lower[k] = presolve_output_bound(p->row_lower[i]);
        m->row_upper[k] = presolve_output_bound(p->row_upper[i]);
        p->reduced_row[k] = i;
        new_row[i] = k++;
        m->entries += p->row_count[i];
    }
    m->index = MEMORY_NEW(int, m->entries);
    m->value = MEMORY_NEW(double, m->entries);
    for (int j = 0, k = 0; j < p->cols; j++) {
        if (p->col_gone[j]) continue;
        m->cost[k] = p->cost[j];
        m->lower[k] = presolve_output_bound(p->lower[j]);
        m->upper[k] = presolve_output_bound(p->upper[j]);
        m->integer[k] = p->integer[j];
        long at = m->start[k];
        SHRINK_COLUMN(p, e, j) {
            m->index[at] = new_row[p->entry[e].row];
            m->value[at++] = p->entry[e].value;
        }
        p->reduced_col[k++] = j;
        m->start[k] = at;
    }
    free(new_row);
    return m;
}

struct presolve *presolve_new(const struct model *m, const struct options *o) {
    return shrink_new(m, o);
}

void presolve_limit(struct presolve *p, const struct limits *limits) {
    p->limits = *limits;
}

enum presolve_status presolve_run(struct presolve *p) {
    bool crossed = false;
    for (int j = 0; j < p->cols; j++) crossed = crossed || !shrink_tighten(p, j, p->lower[j], p->upper[j]);
    for (int i = 0; i < p->rows; i++)
        crossed = crossed || p->row_lower[i] > p->row_upper[i] + shrink_slack(p, fabs(p->row_upper[i]));
    if (crossed) p->status = PRESOLVE_INFEASIBLE;
    bool changed = p->options.presolve;
    int before = 0;
    for (int round = 0; round < 8 && changed && shrink_going(p); round++) {
        changed = false;
        presolve_queues(p);
        int left = p->rows_left + p->cols_left;
        if (round > 0 && before - left <= (p->rows + p->cols) / 500) break; /* large programs: not for crumbs */
        before = left;
        for (size_t k = 0; k < PRESOLVE_COUNT(presolve_sweeps) && shrink_going(p); k++)
            if (presolve_switched_on(p, presolve_sweeps[k].option)) changed |= presolve_sweeps[k].apply(p);
    }
    if (p->status != PRESOLVE_REDUCED) return p->status;
    p->reduced = presolve_build(p);
    if (p->rows_left == 0 && p->cols_left == 0) p->status = PRESOLVE_SOLVED;
    return p->status;
}

const struct model *presolve_model(const struct presolve *p) {
    return p->reduced;
}
const int *presolve_columns(const struct presolve *p) {
    return p->reduced_col;
}
void presolve_free(struct presolve *p) {
    shrink_free(p);
}

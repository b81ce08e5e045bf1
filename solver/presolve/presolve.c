/* The driver: the table of reductions, applied until nothing changes or the work limit (entries looked at) is
 * reached. */
#include "solver/presolve/presolve.h"

#include <stddef.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/presolve/shrink.h"

enum presolve_scope { REDUCTION_row, REDUCTION_column, REDUCTION_all };

static const struct presolve_reduction {
    const char *name;
    enum presolve_scope kind;
    size_t option; /* offset of its switch in struct options */
    union {
        bool (*row)(struct presolve *p, int row);
        bool (*column)(struct presolve *p, int col);
        bool (*all)(struct presolve *p);
    } apply;
} presolve_table[PRESOLVE_REDUCTIONS] = {
#define REDUCTION(scope, name, help)                                                                                   \
    {#name, REDUCTION_##scope, offsetof(struct options, presolve_##name), {.scope = presolve_##scope##_##name}},
#include "solver/presolve/reductions.def"
#undef REDUCTION
};

/* Reduction k, if it is switched on; `which` is a row or a column, as its scope says. */
static bool presolve_apply_one(struct presolve *p, int k, int which) {
    const struct presolve_reduction *r = &presolve_table[k];
    assert(p->status == PRESOLVE_REDUCED);
    if (!*(const bool *)((const char *)&p->options + r->option)) return false;
    bool changed = false;
    switch (r->kind) {
    case REDUCTION_row: changed = r->apply.row(p, which); break;
    case REDUCTION_column: changed = r->apply.column(p, which); break;
    case REDUCTION_all: changed = r->apply.all(p); break;
    }
    assert(changed || p->status != PRESOLVE_INFEASIBLE); /* proving infeasibility counts as a change */
    p->applied[k] += changed;
    return changed;
}

/* Each reduction in turn until one removes the row or column; after one that only changed it the others follow. */
static void presolve_line(struct presolve *p, enum presolve_scope kind, const bool *gone, int which) {
    for (int k = 0; k < PRESOLVE_REDUCTIONS && !gone[which] && p->status == PRESOLVE_REDUCED; k++)
        if (presolve_table[k].kind == kind) presolve_apply_one(p, k, which);
    p->work.done += 4;
}

/* All rows, then all columns, and so on: one by one, every removed column would queue its rows, which may be long. */
static void presolve_queues(struct presolve *p) {
    for (bool found = true; found && shrink_going(p);) {
        found = false;
        for (int row; shrink_going(p) && (row = shrink_next(&p->row.queue)) >= 0; found = true)
            presolve_line(p, REDUCTION_row, p->row.gone, row);
        for (int col; shrink_going(p) && (col = shrink_next(&p->col.queue)) >= 0; found = true)
            presolve_line(p, REDUCTION_column, p->col.gone, col);
    }
    CHECK(p->status != PRESOLVE_REDUCED || shrink_check(p));
}

/* The reductions of the whole program; returns whether anything changed. */
static bool presolve_sweeps(struct presolve *p) {
    bool changed = false;
    for (int k = 0; k < PRESOLVE_REDUCTIONS && shrink_going(p); k++)
        if (presolve_table[k].kind == REDUCTION_all) changed |= presolve_apply_one(p, k, -1);
    CHECK(p->status != PRESOLVE_REDUCED || shrink_check(p));
    return changed;
}

/* An empty reduced program, with room for the remaining rows and columns. */
static struct model *presolve_empty(struct presolve *p) {
    struct model *m = MEMORY_NEW(struct model, 1);
    m->offset = p->offset;
    m->rows = p->row.left;
    m->cols = p->col.left;
    p->reduced.row = MEMORY_NEW(int, m->rows);
    p->reduced.col = MEMORY_NEW(int, m->cols);
    m->row_lower = MEMORY_NEW(double, m->rows);
    m->row_upper = MEMORY_NEW(double, m->rows);
    m->row_name = MEMORY_NEW(char *, m->rows);
    m->col_name = MEMORY_NEW(char *, m->cols);
    m->cost = MEMORY_NEW(double, m->cols);
    m->lower = MEMORY_NEW(double, m->cols);
    m->upper = MEMORY_NEW(double, m->cols);
    m->integer = MEMORY_NEW(bool, m->cols);
    m->start = MEMORY_NEW(long, m->cols + 1);
    return m;
}

/* The remaining rows and columns, in their old order. */
static struct model *presolve_build(struct presolve *p) {
    struct model *m = presolve_empty(p);
    int *new_row = MEMORY_NEW(int, p->row.count), rows = 0, cols = 0;
    for (int i = 0; i < p->row.count; i++) {
        if (p->row.gone[i]) continue;
        m->row_lower[rows] = model_bound(p->row.lower[i]);
        m->row_upper[rows] = model_bound(p->row.upper[i]);
        p->reduced.row[rows] = i;
        new_row[i] = rows++;
        m->entries += p->row.length[i];
    }
    m->index = MEMORY_NEW(int, m->entries);
    m->value = MEMORY_NEW(double, m->entries);
    for (int j = 0; j < p->col.count; j++) {
        if (p->col.gone[j]) continue;
        m->cost[cols] = p->cost[j];
        m->lower[cols] = model_bound(p->col.lower[j]);
        m->upper[cols] = model_bound(p->col.upper[j]);
        m->integer[cols] = p->integer[j];
        long at = m->start[cols];
        SHRINK_COLUMN(p, e, j) {
            assert(!p->row.gone[p->entry[e].row]);
            m->index[at] = new_row[p->entry[e].row];
            m->value[at++] = p->entry[e].value;
        }
        p->reduced.col[cols++] = j;
        m->start[cols] = at;
    }
    assert(rows == m->rows && cols == m->cols && m->start[cols] == m->entries);
    free(new_row);
    CHECK(model_check(m));
    return m;
}

struct presolve *presolve_new(const struct model *m, const struct options *o) {
    return shrink_new(m, o);
}

void presolve_limit(struct presolve *p, const struct limits *limits) {
    p->limits = *limits;
}

/* Rounds bounds of integer columns; crossing bounds or sides make the program infeasible. */
static void presolve_bounds(struct presolve *p) {
    bool crossed = false;
    for (int j = 0; j < p->col.count; j++)
        crossed = crossed || !shrink_tighten(p, j, p->col.lower[j], p->col.upper[j], 0);
    for (int i = 0; i < p->row.count; i++)
        crossed = crossed || p->row.lower[i] > p->row.upper[i] + shrink_slack(p, fabs(p->row.upper[i]));
    if (crossed) p->status = PRESOLVE_INFEASIBLE;
}

enum presolve_status presolve_run(struct presolve *p) {
    assert(p->status == PRESOLVE_REDUCED && !p->reduced.model && p->stack.count == 0); /* once */
    presolve_bounds(p);
    bool changed = p->options.presolve;
    int before = 0;
    for (int round = 0; round < 8 && changed && shrink_going(p); round++) {
        presolve_queues(p);
        int left = p->row.left + p->col.left;
        assert(round == 0 || left <= before);
        if (round > 0 && before - left <= (p->row.count + p->col.count) / 500) break; /* too little for another round */
        before = left;
        changed = presolve_sweeps(p);
    }
    if (p->status != PRESOLVE_REDUCED) return p->status;
    p->reduced.model = presolve_build(p);
    CHECK(shrink_check(p));
    if (p->row.left == 0 && p->col.left == 0) p->status = PRESOLVE_SOLVED;
    return p->status;
}

void presolve_log(const struct presolve *p, FILE *out) {
    fprintf(out, "Presolve     %d of %d rows and %d of %d columns left", p->row.left, p->row.count, p->col.left,
            p->col.count);
    for (int k = 0, shown = 0; k < PRESOLVE_REDUCTIONS; k++)
        if (p->applied[k] > 0)
            fprintf(out, "%s%s %lld", shown++ ? ", " : "; ", presolve_table[k].name, (long long)p->applied[k]);
    fprintf(out, "\n");
}

const struct model *presolve_model(const struct presolve *p) {
    return p->reduced.model;
}

void presolve_free(struct presolve *p) {
    shrink_free(p);
}

/* shrink.h - the program while presolve works on it, shared by presolve's files only.
 *
 *     minimise offset + c'x,  row_lower <= A x <= row_upper,  lower <= x <= upper          (infinite bounds are
 * +-INFINITY)
 *
 * Indices are those of the original program throughout; what was removed is marked in row_gone and col_gone. A is a
 * list of entries threaded through its row and its column. Each reduction takes program P to P' and pushes one record,
 * from which postsolve.c makes an optimal basic solution of P out of one of P'. A reduction that leaves every optimal
 * basis optimal pushes nothing. */
#ifndef SOLVER_PRESOLVE_SHRINK_H
#define SOLVER_PRESOLVE_SHRINK_H
#include <math.h>
#include <stdint.h>

#include "solver/model/basis.h"
#include "solver/presolve/presolve.h"

struct shrink_entry {
    int row, col;
    double value;
    int row_next, row_prev, col_next, col_prev; /* -1 ends */
};

struct shrink_queue { /* first in, first out, nobody twice */
    int *item, head, count, size;
    bool *queued;
};

/* Activity a'x of a row over the box: least and most without the infinite terms, which are counted. */
struct shrink_activity {
    double least, most;
    int least_infinite, most_infinite;
    double size; /* sum of |a| |bound| over finite bounds: what rounding errors are relative to */
    int age;     /* changes since it was added up; 0: it must be */
};

enum shrink_kind {
    SHRINK_FIX,        /* col = value[0], nonbasic at `side`; value[1] its cost; entries: its column */
    SHRINK_DROP,       /* row is redundant */
    SHRINK_SINGLETON,  /* row held only col: value[0] its coefficient, value[1..2] the new bounds, flag: which of them
                          are the row's */
    SHRINK_FORCING,    /* row is at `side` only with all its columns at bounds; entries: the row */
    SHRINK_SUBSTITUTE, /* col = (value[1] - the rest of row) / value[0]; value[2] its cost; entries: first the rest of
                        * the row (split of them), then the rest of the column; other >= 0: a doubleton, and value[3..4]
                        * are the new bounds of `other`, flag: which of them are col's */
    SHRINK_SLIDE, /* col goes to infinity for nothing: value[0..1] its bounds, side: where to; entries: its rows, each
                   * as (row, coefficient), (number of others, finite side's bound), others */
    SHRINK_MERGE_ROWS, /* row = value[0] times other and went into it; flag: which bounds of other are row's */
    SHRINK_MERGE_COLS, /* col' = col + value[0] other; value[1..4]: bounds of col and other */
    SHRINK_PRODUCT     /* col stands at what its row asks for, as in SHRINK_SLIDE; it went into `other` */
};
enum { SHRINK_LOWER = 1, SHRINK_UPPER = 2 }; /* bits of flag */

struct shrink_record {
    enum shrink_kind kind;
    unsigned char side, flag; /* enum place; SHRINK_LOWER | SHRINK_UPPER */
    int row, col, other;
    int first, count, split; /* in the arena */
    double value[5];
};

struct presolve {
    const struct model *original;
    struct options options;
    enum presolve_status status;
    bool integers; /* some column is integer: only x comes back, and reductions need not keep duals */
    int rows, cols, rows_left, cols_left;
    double offset, *cost, *lower, *upper, *row_lower, *row_upper;
    bool *integer, *row_gone, *col_gone;
    int *row_count, *col_count, *row_head, *col_head;

    struct shrink_entry *entry;
    size_t entries, entry_room;
    int entry_free; /* head of the list of removed entries, by row_next */

    struct shrink_activity *activity; /* [rows] kept up to date; shrink_activity renews old ones */
    struct shrink_queue row_queue, col_queue;
    int64_t work, work_limit; /* entries looked at */
    struct limits limits;
    int64_t look; /* work at which the limits are looked at next */

    struct shrink_record *stack;
    size_t records, record_room;
    int *arena_index;
    double *arena_value;
    size_t arena_used, arena_room, arena_value_room;

    int *row_work; /* [cols or rows, the larger] */
    int *row_mark; /* [cols or rows, the larger] all -1 between uses */

    struct model *reduced;
    int *reduced_col, *reduced_row; /* original index of each */
};

#define SHRINK_TOLERANCE 1e-9 /* relative: differences below it are rounding */

struct presolve *shrink_new(const struct model *m, const struct options *o);
bool shrink_going(struct presolve *p); /* nothing is decided, and neither work nor time is used up */
void shrink_free(struct presolve *p);

void shrink_touch_row(struct presolve *p, int row); /* to be looked at again */
void shrink_touch_column(struct presolve *p, int col);
void shrink_touch_rows_of(struct presolve *p, int col);
void shrink_touch_columns_of(struct presolve *p, int row);
int shrink_next(struct shrink_queue *q); /* -1: none */

struct shrink_activity shrink_activity(struct presolve *p, int row);
void shrink_rebound(struct presolve *p, int col, double lower, double upper); /* sets bounds, keeps activities right */
void shrink_forget_activity(struct presolve *p, int row);                     /* after a change of a coefficient */
/* Least and most of the row without the entry `e`; -INFINITY and INFINITY where there is none. */
void shrink_rest(double *least, double *most, const struct presolve *p, const struct shrink_activity *a, int e);
/* Bounds that the row of entry `e` and the other columns' bounds imply for its column. */
void shrink_implied(double *lower, double *upper, const struct presolve *p, const struct shrink_activity *a, int e);
/* Whether each bound of the column that stands is implied by the row of `e` (SHRINK_LOWER | SHRINK_UPPER; no bound is
 * implied). */
int shrink_implied_bounds(const struct presolve *p, const struct shrink_activity *a, int e);

int shrink_find(struct presolve *p, int row, int col);                /* entry or -1 */
void shrink_change(struct presolve *p, int row, int col, double add); /* a rounding error of a sum counts as 0 */
void shrink_add(struct presolve *p, int row, int col, double value);  /* where there is no entry yet */
/* Puts the entries of a column into row_mark, and takes them out. */
void shrink_mark_column(struct presolve *p, int col);
void shrink_unmark_column(struct presolve *p, int col);
void shrink_remove_entry(struct presolve *p, int e);

/* New bounds, no looser than before; false (and status) if they cross. */
bool shrink_tighten(struct presolve *p, int col, double lower, double upper);
bool shrink_infeasible(struct presolve *p); /* sets the status, returns true as every reduction that did something */
double shrink_slack(const struct presolve *p,
                    double size); /* violation from which on a row of that size is infeasible */

struct shrink_record *shrink_push(struct presolve *p, enum shrink_kind kind, int row, int col);
void shrink_keep(struct presolve *p, int index, double value); /* appends to the arena of the last record */
/* Appends the row of entry `e` for postsolve, which moves e's column towards `side` as far as that row lets it. */
void shrink_keep_row(struct presolve *p, int e, enum place side);
/* Takes out a column at `value`, nonbasic at `side` (PLACE_BASIC: whichever its reduced cost asks for). */
void shrink_fix(struct presolve *p, int col, double value, enum place side);
void shrink_drop_row(struct presolve *p, int row);  /* as redundant */
void shrink_erase_row(struct presolve *p, int row); /* without a record */
void shrink_erase_column(struct presolve *p, int col);

#define SHRINK_ROW(p, e, r)    for (int e = (p)->row_head[r]; e >= 0; e = (p)->entry[e].row_next)
#define SHRINK_COLUMN(p, e, c) for (int e = (p)->col_head[c]; e >= 0; e = (p)->entry[e].col_next)

/* The reductions; each returns whether it changed anything. presolve.c holds the table. */
bool presolve_row_empty(struct presolve *p, int row);
bool presolve_row_singleton(struct presolve *p, int row);
bool presolve_row_activity(struct presolve *p, int row);
bool presolve_row_doubleton(struct presolve *p, int row);
bool presolve_row_bounds(struct presolve *p, int row);
bool presolve_row_divisor(struct presolve *p, int row);
bool presolve_row_coefficients(struct presolve *p, int row);
bool presolve_column_fixed(struct presolve *p, int col);
bool presolve_column_dual(struct presolve *p, int col);
bool presolve_column_free(struct presolve *p, int col);
bool presolve_column_substitute(struct presolve *p, int col);
bool presolve_all_dominated(struct presolve *p);
bool presolve_all_choices(struct presolve *p);
bool presolve_all_products(struct presolve *p);
bool presolve_all_pairs(struct presolve *p);
bool presolve_all_duplicate_rows(struct presolve *p);
bool presolve_all_duplicate_columns(struct presolve *p);

#endif

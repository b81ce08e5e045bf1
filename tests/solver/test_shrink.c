/* The program while presolve works on it: threaded entries, activities and queues against a dense copy, after every
 * edit. */
#include "tests/support/harness.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/presolve/shrink.h"
#include "tests/support/hold.h"
#include "tests/support/program.h"

enum { COLS = 7, ROWS = 5, EDITS = 60 };

struct dense {
    double a[ROWS][COLS], lower[COLS], upper[COLS], row_lower[ROWS], row_upper[ROWS], cost[COLS], offset;
    bool row_gone[ROWS], col_gone[COLS];
};

static struct model *program(struct random *r, bool integer) {
    struct model *m = model_new();
    for (int j = 0; j < COLS; j++) {
        double lower = random_int(r, 0, 3) ? random_int(r, -4, 2) : -MODEL_INFINITY;
        double upper =
            random_int(r, 0, 3) ? (lower > -MODEL_INFINITY ? lower : 0) + random_int(r, 0, 6) : MODEL_INFINITY;
        model_add_column(m, NULL, random_int(r, -5, 5), lower, upper, integer);
    }
    m->offset = 3;
    m->maximize = random_int(r, 0, 1);
    program_random_rows(m, r, ROWS, 50, 6);
    return program_finish(m);
}

static void dense_read(struct dense *d, const struct model *m) {
    *d = (struct dense){.offset = m->maximize ? -3 : 3};
    for (int j = 0; j < COLS; j++) {
        d->cost[j] = m->maximize ? -m->cost[j] : m->cost[j];
        d->lower[j] = m->lower[j] <= -MODEL_INFINITY ? -INFINITY : m->lower[j];
        d->upper[j] = m->upper[j] >= MODEL_INFINITY ? INFINITY : m->upper[j];
        for (int i = 0; i < ROWS; i++) d->a[i][j] = program_entry(m, i, j);
    }
    for (int i = 0; i < ROWS; i++) {
        d->row_lower[i] = m->row_lower[i] <= -MODEL_INFINITY ? -INFINITY : m->row_lower[i];
        d->row_upper[i] = m->row_upper[i] >= MODEL_INFINITY ? INFINITY : m->row_upper[i];
    }
}

/* Entries by rows, and the links both ways. */
static void check_rows(struct presolve *p, const struct dense *d) {
    for (int i = 0; i < ROWS; i++) {
        double row[COLS] = {0};
        int count = 0, before = -1;
        SHRINK_ROW(p, e, i) {
            const struct shrink_entry *x = &p->entry[e];
            HOLDS(x->row == i && x->row_prev == before && row[x->col] == 0 && x->value != 0);
            row[x->col] = x->value;
            count++;
            before = e;
        }
        HOLDS(memcmp(row, d->a[i], sizeof row) == 0);
        HOLDS(count == p->row.length[i]);
    }
}

static void check_columns(struct presolve *p, const struct dense *d) {
    for (int j = 0; j < COLS; j++) {
        int count = 0, before = -1, expected = 0;
        SHRINK_COLUMN(p, e, j) {
            const struct shrink_entry *x = &p->entry[e];
            HOLDS(x->col == j && x->col_prev == before && x->value == d->a[x->row][j]);
            count++;
            before = e;
        }
        for (int i = 0; i < ROWS; i++) {
            int e = shrink_find(p, i, j);
            HOLDS(d->a[i][j] == 0 ? e < 0 : p->entry[e].row == i && p->entry[e].col == j);
            expected += d->a[i][j] != 0;
        }
        HOLDS(count == expected && count == p->col.length[j]);
        HOLDS(p->col.lower[j] == d->lower[j] && p->col.upper[j] == d->upper[j] && p->col.gone[j] == d->col_gone[j]);
    }
}

/* Least of sign * row without column `skip`: its finite part, and how many of its terms are infinite. */
static double dense_least(const struct dense *d, int i, double sign, int skip, int *infinite) {
    double sum = 0;
    *infinite = 0;
    for (int j = 0; j < COLS; j++) {
        double a = sign * d->a[i][j], bound = a > 0 ? d->lower[j] : d->upper[j];
        if (a == 0 || j == skip) continue;
        if (isinf(bound))
            ++*infinite;
        else
            sum += a * bound;
    }
    return sum;
}

static void check_activities(struct presolve *p, const struct dense *d) {
    for (int i = 0; i < ROWS; i++) {
        int low, high;
        if (d->row_gone[i]) continue;
        double least = dense_least(d, i, 1, -1, &low), most = -dense_least(d, i, -1, -1, &high);
        struct shrink_activity a = shrink_activity(p, i);
        HOLDS(a.least_infinite == low && a.most_infinite == high);
        HOLDS(fabs(a.least - least) < 1e-9 && fabs(a.most - most) < 1e-9);
        SHRINK_ROW(p, e, i) {
            int j = p->entry[e].col;
            double value = d->a[i][j], rest_least, rest_most, lower, upper;
            least = dense_least(d, i, 1, j, &low);
            most = -dense_least(d, i, -1, j, &high);
            shrink_rest(&rest_least, &rest_most, p, &a, e);
            HOLDS(low ? rest_least == -INFINITY : fabs(rest_least - least) < 1e-9);
            HOLDS(high ? rest_most == INFINITY : fabs(rest_most - most) < 1e-9);
            shrink_implied(&lower, &upper, p, &a, e);
            double up = low ? INFINITY : (d->row_upper[i] - least) / value; /* from the upper side, for value > 0 */
            double down = high ? -INFINITY : (d->row_lower[i] - most) / value;
            if (value < 0) up = high ? INFINITY : (d->row_lower[i] - most) / value;
            if (value < 0) down = low ? -INFINITY : (d->row_upper[i] - least) / value;
            HOLDS(upper == up || fabs(upper - up) < 1e-9);
            HOLDS(lower == down || fabs(lower - down) < 1e-9);
            int implied = shrink_implied_bounds(p, &a, e);
            if (fabs(down - d->lower[j]) > 1e-6 || isinf(d->lower[j]))
                HOLDS(!(implied & SHRINK_LOWER) == (d->lower[j] != -INFINITY && down < d->lower[j]));
            if (fabs(up - d->upper[j]) > 1e-6 || isinf(d->upper[j]))
                HOLDS(!(implied & SHRINK_UPPER) == (d->upper[j] != INFINITY && up > d->upper[j]));
        }
    }
}

static void check(struct presolve *p, const struct dense *d) {
    int rows = 0, cols = 0;
    check_rows(p, d);
    check_columns(p, d);
    check_activities(p, d);
    for (int i = 0; i < ROWS; i++) {
        rows += !d->row_gone[i];
        HOLDS(p->row.gone[i] == d->row_gone[i]);
        HOLDS(d->row_gone[i] || (p->row.lower[i] == d->row_lower[i] && p->row.upper[i] == d->row_upper[i]));
    }
    for (int j = 0; j < COLS; j++) cols += !d->col_gone[j];
    HOLDS(p->row.left == rows && p->col.left == cols);
    ck_assert_double_eq_tol(p->offset, d->offset, 1e-9);
}

/* --- edits: of the program and of the copy --- */

static void edit_coefficient(struct presolve *p, struct dense *d, struct random *r, int i, int j) {
    double add = random_int(r, 0, 2) || d->a[i][j] == 0 ? random_int(r, 1, 3) : -d->a[i][j];
    shrink_change(p, i, j, add);
    d->a[i][j] += add;
}

static void edit_bounds(struct presolve *p, struct dense *d, struct random *r, int j) {
    double lower = random_int(r, 0, 2) ? random_int(r, -6, 0) : -INFINITY,
           upper = random_int(r, 0, 2) ? random_int(r, 0, 6) : INFINITY;
    shrink_rebound(p, j, lower, upper);
    d->lower[j] = lower;
    d->upper[j] = upper;
}

static void edit_tighten(struct presolve *p, struct dense *d, struct random *r, int j) {
    double lower = random_int(r, -6, 1), upper = lower + random_int(r, 0, 7);
    if (fmax(lower, d->lower[j]) > fmin(upper, d->upper[j])) return; /* crossing is another test */
    ck_assert(shrink_tighten(p, j, lower, upper, 0));
    d->lower[j] = fmax(lower, d->lower[j]);
    d->upper[j] = fmin(upper, d->upper[j]);
}

static void edit_fix(struct presolve *p, struct dense *d, struct random *r, int j) {
    double value = random_int(r, -3, 3);
    shrink_fix(p, j, value, PLACE_LOWER);
    d->offset += d->cost[j] * value;
    for (int i = 0; i < ROWS; i++) {
        d->row_lower[i] -= d->a[i][j] * value;
        d->row_upper[i] -= d->a[i][j] * value;
        d->a[i][j] = 0;
    }
    d->col_gone[j] = true;
}

static void edit_row(struct presolve *p, struct dense *d, int i, bool record) {
    if (record)
        shrink_drop_row(p, i);
    else
        shrink_erase_row(p, i);
    memset(d->a[i], 0, sizeof d->a[i]);
    d->row_gone[i] = true;
}

START_TEST(entries_counts_and_activities_follow_every_edit) {
    struct options o = options_default();
    int gone = 0;
    for (int seed = 1; seed <= 300; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = program(&r, false);
        struct presolve *p = shrink_new(m, &o);
        struct dense d;
        dense_read(&d, m);
        check(p, &d);
        for (int edit = 0; edit < EDITS; edit++) {
            int i = random_int(&r, 0, ROWS - 1), j = random_int(&r, 0, COLS - 1), kind = random_int(&r, 0, 40);
            if (d.row_gone[i] || d.col_gone[j]) continue;
            if (kind < 14) edit_coefficient(p, &d, &r, i, j);
            if (kind >= 14 && kind < 26) edit_bounds(p, &d, &r, j);
            if (kind >= 26 && kind < 38) edit_tighten(p, &d, &r, j);
            if (kind == 38) edit_fix(p, &d, &r, j), gone++;
            if (kind == 39 || kind == 40) edit_row(p, &d, i, kind == 39), gone++;
            check(p, &d);
        }
        shrink_free(p);
        model_free(m);
    }
    shrink_free(NULL);
    ck_assert_int_ge(gone, 926);
}
END_TEST

/* Every row and column is queued at first; touched ones come once, in the order of the touches. */
START_TEST(queues_hand_out_what_was_touched_once_and_in_order) {
    struct options o = options_default();
    for (int seed = 1; seed <= 200; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = program(&r, false);
        struct presolve *p = shrink_new(m, &o);
        int waiting[COLS], count = COLS;
        for (int j = 0; j < COLS; j++) waiting[j] = j;
        for (int step = 0; step < 200; step++) {
            if (random_int(&r, 0, 1)) {
                int expected = count ? waiting[0] : -1;
                ck_assert_int_eq(shrink_next(&p->col.queue), expected);
                if (count) memmove(waiting, waiting + 1, (size_t)--count * sizeof(int));
            } else {
                int j = random_int(&r, 0, COLS - 1);
                bool there = false;
                for (int k = 0; k < count; k++) there |= waiting[k] == j;
                if (!there) waiting[count++] = j;
                shrink_touch_column(p, j);
            }
        }
        while (shrink_next(&p->col.queue) >= 0) continue;
        shrink_fix(p, 3, 0, PLACE_LOWER);
        shrink_touch_column(p, 3); /* removed: not queued */
        ck_assert_int_eq(shrink_next(&p->col.queue), -1);
        shrink_free(p);
        model_free(m);
    }
}
END_TEST

START_TEST(what_shares_an_entry_is_touched) {
    struct options o = options_default();
    for (int seed = 1; seed <= 100; seed++) {
        struct random r = {(uint64_t)seed};
        struct model *m = program(&r, false);
        struct presolve *p = shrink_new(m, &o);
        bool seen[ROWS] = {false};
        int j = random_int(&r, 0, COLS - 1), i = random_int(&r, 0, ROWS - 1);
        while (shrink_next(&p->row.queue) >= 0) continue;
        while (shrink_next(&p->col.queue) >= 0) continue;
        shrink_touch_rows_of(p, j);
        for (int row; (row = shrink_next(&p->row.queue)) >= 0;) seen[row] = true;
        for (int row = 0; row < ROWS; row++) ck_assert(seen[row] == (program_entry(m, row, j) != 0));
        shrink_touch_columns_of(p, i);
        for (int col = 0; col < COLS; col++) {
            if (program_entry(m, i, col) != 0) ck_assert_int_ge(shrink_next(&p->col.queue), 0);
        }
        ck_assert_int_eq(shrink_next(&p->col.queue), -1);
        shrink_mark_column(p, j);
        for (int row = 0; row < ROWS; row++) ck_assert_int_eq(p->scratch.mark[row], shrink_find(p, row, j));
        shrink_unmark_column(p, j);
        for (int row = 0; row < ROWS; row++) ck_assert_int_eq(p->scratch.mark[row], -1);
        shrink_free(p);
        model_free(m);
    }
}
END_TEST

START_TEST(integer_bounds_are_rounded_inwards_and_crossing_ones_are_infeasible) {
    struct options o = options_default();
    struct model *m = program_finish(program_of(2, 1, 0, 5, true));
    struct presolve *p = shrink_new(m, &o);
    ck_assert(shrink_tighten(p, 0, 0.5, 3.5, 0));
    ck_assert(p->col.lower[0] == 1 && p->col.upper[0] == 3);
    ck_assert(shrink_tighten(p, 0, -9, 9, 0)); /* no looser than before */
    ck_assert(p->col.lower[0] == 1 && p->col.upper[0] == 3);
    ck_assert(shrink_tighten(p, 0, 2 + 1e-9, 9, 0)); /* rounding of a 2 */
    ck_assert(p->col.lower[0] == 2 && p->status == PRESOLVE_REDUCED);
    ck_assert(!shrink_tighten(p, 0, 2.1, 2.9, 0));
    ck_assert_int_eq(p->status, PRESOLVE_INFEASIBLE);
    ck_assert(!shrink_going(p));
    shrink_free(p);
    model_free(m);
    m = program_finish(program_of(1, 1, 0, 5, false));
    p = shrink_new(m, &o);
    ck_assert(shrink_tighten(p, 0, 5 + 1e-9, 9, 0)); /* within the tolerance: a point */
    ck_assert(p->col.lower[0] == p->col.upper[0]);
    ck_assert(shrink_tighten(p, 0, 5.1, 9, 0.2)); /* within what the caller doubts: likewise */
    ck_assert(p->col.lower[0] == p->col.upper[0] && p->status == PRESOLVE_REDUCED);
    ck_assert(!shrink_tighten(p, 0, 5.1, 9, 0));
    shrink_free(p);
    model_free(m);
}
END_TEST

START_TEST(large_terms_that_cancel_in_the_sides_are_remembered) {
    struct options o = options_default();
    struct model *m = program_finish(program_of(1, 1, 0, 5, true));
    struct presolve *p = shrink_new(m, &o);
    double lower = p->row.lower[0], upper = p->row.upper[0];
    ck_assert(shrink_doubt(p, 0) == 0);
    shrink_shift(p, 0, 1e9);
    shrink_shift(p, 0, -1e9);
    ck_assert(p->row.lower[0] == lower && p->row.upper[0] == upper);
    ck_assert_msg(shrink_doubt(p, 0) >= 2e9 * DBL_EPSILON && shrink_doubt(p, 0) < 0.1, "%g", shrink_doubt(p, 0));
    shrink_free(p);
    model_free(m);
}
END_TEST

START_TEST(a_coefficient_that_cancels_up_to_rounding_goes) {
    struct options o = options_default();
    struct model *m = program_of(2, 0, 0, 1, false);
    program_row(m, 0, (double[]){0.3, 1}, 1);
    program_finish(m);
    struct presolve *p = shrink_new(m, &o);
    shrink_change(p, 0, 0, -(0.1 + 0.2)); /* 0.30000000000000004 */
    ck_assert_int_lt(shrink_find(p, 0, 0), 0);
    ck_assert_int_eq(p->row.length[0], 1);
    shrink_change(p, 0, 1, 1e-9);
    ck_assert(p->entry[shrink_find(p, 0, 1)].value == 1 + 1e-9);
    shrink_add(p, 0, 0, 7);
    ck_assert(p->entry[shrink_find(p, 0, 0)].value == 7);
    ck_assert_uint_eq(p->entries.used, 2); /* the removed entry's place is reused */
    shrink_free(p);
    model_free(m);
}
END_TEST

START_TEST(records_hold_what_postsolve_needs) {
    struct options o = options_default();
    struct model *m = program_of(3, 2, 0, 5, false);
    program_row(m, 1, (double[]){3, -1, 4}, 9);
    program_row(m, 0, (double[]){0, 2, 0}, 6);
    program_finish(m);
    struct presolve *p = shrink_new(m, &o);
    struct shrink_record *r = shrink_push(p, SHRINK_SLIDE, -1, 0);
    ck_assert(r->kind == SHRINK_SLIDE && r->col == 0 && r->count == 0 && r->other == -1);
    int e = shrink_find(p, 0, 0);
    shrink_keep_row(p, e, PLACE_LOWER); /* 3 x0 moves down to nothing, as far as... */
    shrink_keep_row(p, e, PLACE_UPPER);
    r = &p->stack.record[0];
    ck_assert_int_eq(r->count, 8);
    const int *index = p->arena.index + r->first;
    const double *value = p->arena.value + r->first;
    ck_assert(index[0] == 0 && value[0] == 3 && index[1] == 2 && value[1] == 9);
    ck_assert(index[4] == 0 && value[4] == 3 && index[5] == 2 && value[5] == 1);
    for (int k = 2; k < 4; k++) ck_assert(value[k] == (index[k] == 1 ? -1 : 4) && (index[k] == 1 || index[k] == 2));
    shrink_fix(p, 1, 2, PLACE_UPPER);
    ck_assert_uint_eq(p->stack.count, 2);
    r = &p->stack.record[1];
    ck_assert(r->kind == SHRINK_FIX && r->col == 1 && r->side == PLACE_UPPER && r->value[0] == 2 && r->value[1] == 2);
    ck_assert(r->first == 8 && r->count == 2); /* its column */
    shrink_drop_row(p, 1);
    ck_assert(p->stack.record[2].kind == SHRINK_DROP && p->stack.record[2].row == 1);
    shrink_free(p);
    model_free(m);
}
END_TEST

START_TEST(work_time_and_interrupts_end_presolve) {
    struct options o = options_default();
    struct model *m = program_finish(program_of(1, 1, 0, 5, false));
    atomic_int interrupt = 0;
    for (int kind = 0; kind < 3; kind++) {
        struct presolve *p = shrink_new(m, &o);
        p->limits.interrupt = &interrupt;
        ck_assert(shrink_going(p));
        p->work.look = 0; /* the clock is not read each time */
        interrupt = kind == 0;
        if (kind == 1) p->limits.deadline = 0;
        if (kind == 2) p->work.done = p->work.limit;
        ck_assert(!shrink_going(p));
        ck_assert_int_eq(p->status, kind == 2 ? PRESOLVE_REDUCED : PRESOLVE_STOPPED);
        interrupt = 0;
        shrink_free(p);
    }
    model_free(m);
}
END_TEST

int main(void) {
    Suite *s = suite_create("shrink");
    TCase *t = tcase_create("shrink");
    tcase_add_test(t, entries_counts_and_activities_follow_every_edit);
    tcase_add_test(t, queues_hand_out_what_was_touched_once_and_in_order);
    tcase_add_test(t, what_shares_an_entry_is_touched);
    tcase_add_test(t, integer_bounds_are_rounded_inwards_and_crossing_ones_are_infeasible);
    tcase_add_test(t, large_terms_that_cancel_in_the_sides_are_remembered);
    tcase_add_test(t, a_coefficient_that_cancels_up_to_rounding_goes);
    tcase_add_test(t, records_hold_what_postsolve_needs);
    tcase_add_test(t, work_time_and_interrupts_end_presolve);
    suite_add_tcase(s, t);
    return harness_run(s);
}

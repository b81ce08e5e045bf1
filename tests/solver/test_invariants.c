/* The functions behind CHECK(...): an invariant that cannot fail guards nothing, so each of its parts is broken in turn
 * in a structure that is otherwise sound. Without this, only a mistake elsewhere could show a mistake in them. */
#include "tests/support/harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/exact/rational.h"
#include "solver/lp/lp_internal.h"
#include "solver/presolve/shrink.h"
#include "tests/support/program.h"

/* The check holds, does not while `place` is `wrong`, and holds again. */
#define NOTICED(check, place, wrong)                                                                                   \
    do {                                                                                                               \
        __typeof__(place) kept = (place);                                                                              \
        ck_assert_msg(check, "before: %s", #check);                                                                    \
        (place) = (wrong);                                                                                             \
        ck_assert_msg(!(check), "%s does not see that %s is %s", #check, #place, #wrong);                              \
        (place) = kept;                                                                                                \
        ck_assert_msg(check, "after: %s", #check);                                                                     \
    } while (0)

/* --- programs and matrices --- */

/* Three columns of one entry and one of two, in three rows. */
static struct model *staircase(void) {
    static const double rows[3][4] = {{1, 0, 0, 4}, {0, 2, 0, 5}, {0, 0, 3, 0}};
    struct model *m = program_of(4, 1, 0, 9, false);
    for (int i = 0; i < 3; i++) program_row(m, 1, rows[i], 8);
    return program_finish(m);
}

START_TEST(a_program_with_anything_wrong_is_seen) {
    struct model *m = staircase();
    NOTICED(model_check(m), m->builder, (struct model_builder *)(void *)m);
    NOTICED(model_check(m), m->start[0], 1);
    NOTICED(model_check(m), m->start[4], 4);
    NOTICED(model_check(m), m->start[1], 3); /* more than start[2] */
    NOTICED(model_check(m), m->offset, NAN);
    NOTICED(model_check(m), m->cost[0], INFINITY);
    NOTICED(model_check(m), m->cost[3], NAN);
    NOTICED(model_check(m), m->lower[0], NAN);
    NOTICED(model_check(m), m->lower[3], -1e30);
    NOTICED(model_check(m), m->upper[0], 1e30);
    NOTICED(model_check(m), m->row_lower[2], -INFINITY);
    NOTICED(model_check(m), m->row_upper[0], NAN);
    NOTICED(model_check(m), m->index[0], -1);
    NOTICED(model_check(m), m->index[4], 3); /* as many as there are rows */
    NOTICED(model_check(m), m->index[4], 0); /* a second time in the last column */
    NOTICED(model_check(m), m->value[0], 0);
    NOTICED(model_check(m), m->value[4], INFINITY);
    model_free(m);
}
END_TEST

START_TEST(a_matrix_with_anything_wrong_is_seen) {
    struct matrix a;
    matrix_init(&a, 3, 3, 3);
    for (int j = 0; j < 3; j++) a.index[j] = j, a.value[j] = 1, a.start[j + 1] = j + 1;
    NOTICED(matrix_check(&a), a.start[0], 1);
    NOTICED(matrix_check(&a), a.start[1], 3);
    NOTICED(matrix_check(&a), a.start[3], 1);
    NOTICED(matrix_check(&a), a.index[0], -1);
    NOTICED(matrix_check(&a), a.index[2], 3);
    matrix_free(&a);
}
END_TEST

START_TEST(a_vector_whose_list_is_wrong_is_seen) {
    struct vector *v = vector_new(5);
    vector_set(v, 1, 7);
    vector_set(v, 3, -2);
    NOTICED(vector_check(v), v->value[0], 1e-300); /* not listed */
    NOTICED(vector_check(v), v->value[4], 1);
    NOTICED(vector_check(v), v->index[0], -1);
    NOTICED(vector_check(v), v->index[1], 5);
    NOTICED(vector_check(v), v->count, 1);
    NOTICED(vector_check(v), v->count, -2);
    v->index[2] = 3; /* a second time */
    NOTICED(vector_check(v), v->count, 3);
    NOTICED(vector_check(v), v->index[0], 3); /* and 1 not at all */
    v->count = VECTOR_UNLISTED;
    ck_assert(vector_check(v));
    vector_free(v);
}
END_TEST

START_TEST(a_fraction_that_contradicts_itself_is_seen) {
    struct rational a = {0};
    ck_assert(rational_check(&a));
    NOTICED(rational_check(&a), a.sign, 1); /* of nothing */
    rational_set(&a, -0.375);
    NOTICED(rational_check(&a), a.sign, 0);
    NOTICED(rational_check(&a), a.sign, 2);
    NOTICED(rational_check(&a), a.sign, -2);
    NOTICED(rational_check(&a), a.n.limb[a.n.length - 1], 0); /* a leading zero */
    NOTICED(rational_check(&a), a.d.limb[a.d.length - 1], 0);
    NOTICED(rational_check(&a), a.d.length, -1);
    rational_clear(&a);
}
END_TEST

/* --- the factors of a basis --- */

enum { SIZE = 6 };

/* Columns with an entry in every row, so that L and U have entries. */
static struct lu *factors(struct matrix *a) {
    struct lu *lu = lu_new(SIZE);
    struct random r = {5};
    int variable[SIZE], head[SIZE];
    matrix_init(a, SIZE, SIZE, SIZE * SIZE);
    for (int j = 0, at = 0; j < SIZE; j++) {
        variable[j] = j;
        for (int i = 0; i < SIZE; i++, at++) a->index[at] = i, a->value[at] = random_int(&r, 1, 9) + (i == j ? 20 : 0);
        a->start[j + 1] = at;
    }
    ck_assert_int_eq(lu_factor(lu, a, variable, SIZE, head), 0);
    return lu;
}

static int nonempty(const struct lu_part *p) {
    for (int j = 0; j < SIZE; j++)
        if (p->length[j] > 0) return j;
    ck_abort_msg("no entry at all");
}

START_TEST(factors_with_anything_wrong_are_seen) {
    struct matrix a;
    struct lu *lu = factors(&a);
    const int first = lu->u.order[0], second = lu->u.order[1], last = lu->u.order[lu->u.count - 1];
    NOTICED(lu_check(lu), lu->u.pivot[first], 0);
    NOTICED(lu_check(lu), lu->u.pivot[last], 0);
    NOTICED(lu_check(lu), lu->u.order[0], -1);
    NOTICED(lu_check(lu), lu->u.order[0], second);
    NOTICED(lu_check(lu), lu->u.place[first], 1);
    NOTICED(lu_check(lu), lu->u.count, SIZE - 1);
    NOTICED(lu_check(lu), lu->updates, -1);
    NOTICED(lu_check(lu), lu->updates, LU_UPDATES + 1);
    NOTICED(lu_check(lu), lu->search.mark[SIZE - 1], 1);
    struct lu_part *const parts[] = {&lu->l.cols, &lu->l.rows, &lu->u.cols, &lu->u.rows};
    for (int k = 0; k < 4; k++) {
        struct lu_part *p = parts[k];
        const int j = nonempty(p), at = p->start[j];
        NOTICED(lu_check(lu), p->value[at], p->value[at] + 1); /* not what the other half has */
        NOTICED(lu_check(lu), p->length[j], p->length[j] - 1);
        NOTICED(lu_check(lu), p->used, (int)p->index_capacity + 1);
        NOTICED(lu_check(lu), p->index_capacity, (size_t)p->used - 1);
        NOTICED(lu_check(lu), p->value_capacity, (size_t)p->used - 1);
        if (p->room) NOTICED(lu_check(lu), p->room[j], p->length[j] - 1);
    }
    const int j = nonempty(&lu->l.cols), at = lu->l.cols.start[j];
    NOTICED(lu_check(lu), lu->l.cols.length[j], -1);
    NOTICED(lu_check(lu), lu->l.cols.index[at], -1);
    NOTICED(lu_check(lu), lu->l.cols.index[at], SIZE);
    NOTICED(lu_check(lu), lu->l.cols.index[at], j);
    matrix_free(&a);
    lu_free(lu);
}
END_TEST

START_TEST(an_entry_of_u_below_the_diagonal_is_seen) {
    struct matrix a;
    struct lu *lu = factors(&a);
    const int last = lu->u.order[lu->u.count - 1];
    ck_assert_int_gt(lu->u.cols.length[last], 0);
    const int other = lu->u.cols.index[lu->u.cols.start[last]], behind = lu->u.place[other];
    ck_assert(lu_check(lu)); /* the two change places */
    lu->u.order[behind] = last, lu->u.place[last] = behind;
    lu->u.order[lu->u.count - 1] = other, lu->u.place[other] = lu->u.count - 1;
    ck_assert(!lu_check(lu));
    matrix_free(&a);
    lu_free(lu);
}
END_TEST

/* --- the simplex --- */

struct solved {
    struct model *m;
    struct options options;
    struct lp *lp;
};

static struct simplex *solve(struct solved *c) {
    static const double rows[3][4] = {{3, 1, 2, 4}, {1, 2, 0, 5}, {2, 0, 3, 1}};
    const struct lp_control control = {MODEL_INFINITY, limits_none()};
    c->m = program_of(4, -1, 0, 9, false);
    for (int i = 0; i < 3; i++) program_row(c->m, -MODEL_INFINITY, rows[i], 8 + i);
    model_add_column(c->m, "free", 0, -MODEL_INFINITY, MODEL_INFINITY, false);
    program_finish(c->m);
    c->options = options_default();
    c->lp = lp_new(c->m, &c->options);
    ck_assert_int_eq(lp_solve(c->lp, &control), LP_OPTIMAL);
    return c->lp->s;
}

static void solved_free(struct solved *c) {
    lp_free(c->lp);
    model_free(c->m);
}

/* The first variable at that place after variable `from`. */
static int at_place(const struct simplex *s, enum place place, int from) {
    for (int j = from; j < s->total; j++)
        if (s->basis.place[j] == place) return j;
    ck_abort_msg("no variable is at place %d", (int)place);
}

START_TEST(a_basis_with_anything_wrong_is_seen) {
    struct solved c;
    struct simplex *s = solve(&c);
    const int basic = s->basis.head[0], lower = at_place(s, PLACE_LOWER, 0), upper = at_place(s, PLACE_UPPER, 0),
              zero = at_place(s, PLACE_ZERO, 0);
    NOTICED(simplex_check_basis(s), s->basis.where[basic], 1);
    NOTICED(simplex_check_basis(s), s->basis.where[basic], -1);
    NOTICED(simplex_check_basis(s), s->basis.where[basic], s->rows);
    NOTICED(simplex_check_basis(s), s->basis.where[lower], 0);
    NOTICED(simplex_check_basis(s), s->basis.head[s->rows - 1], basic);
    NOTICED(simplex_check_basis(s), s->basis.place[basic], PLACE_LOWER);
    NOTICED(simplex_check_basis(s), s->basis.place[lower], PLACE_BASIC);
    NOTICED(simplex_check_basis(s), s->basis.place[lower], PLACE_ZERO);
    NOTICED(simplex_check_basis(s), s->basis.place[lower], 17);
    NOTICED(simplex_check_basis(s), s->x[lower], s->x[lower] + 1e-12);
    NOTICED(simplex_check_basis(s), s->x[upper], s->x[upper] - 1e-12);
    NOTICED(simplex_check_basis(s), s->x[zero], 1e-12);
    NOTICED(simplex_check_basis(s), s->lower[zero], 0);
    NOTICED(simplex_check_basis(s), s->upper[zero], 0);
    NOTICED(simplex_check_basis(s), s->lower[lower], -INFINITY);
    NOTICED(simplex_check_basis(s), s->upper[upper], INFINITY);
    NOTICED(simplex_check_basis(s), s->rows, s->rows - 1);
    solved_free(&c);
}
END_TEST

START_TEST(solves_and_values_that_are_off_are_seen) {
    struct solved c;
    struct simplex *s = solve(&c);
    const int entering = at_place(s, PLACE_UPPER, 0);
    ck_assert_int_eq(simplex_factor(s), 0);
    vector_clear(s->work.column);
    simplex_load(s, s->work.column, entering, 1);
    lu_ftran(s->lu, s->work.column, LU_COLUMN);
    for (int r = 0; r < s->rows; r++) {
        simplex_unit_row(s, r);
        NOTICED(simplex_check_inverse(s, r), s->work.row->value[r], s->work.row->value[r] + 1);
        ck_assert(!simplex_check_inverse(s, (r + 1) % s->rows));
        NOTICED(simplex_check_column(s, entering), s->work.column->value[r], s->work.column->value[r] + 1);
    }
    ck_assert(!simplex_check_column(s, at_place(s, PLACE_UPPER, entering + 1)));
    simplex_primal(s);
    simplex_dual(s);
    ck_assert(s->fresh.primal && s->fresh.dual);
    NOTICED(simplex_check_values(s), s->d[s->basis.head[0]], 1e-300);
    NOTICED(simplex_check_values(s), s->x[s->basis.head[s->rows - 1]], 1e3);
    s->fresh.primal = s->fresh.dual = false; /* then nothing is claimed */
    s->d[s->basis.head[0]] = s->x[s->basis.head[0]] = 1e3;
    ck_assert(simplex_check_values(s));
    solved_free(&c);
}
END_TEST

/* Ones on the diagonal, -1 above it, and a row of ones whose logical is basic: B^-1 has entries of up to 2^48, and 0 in
 * that row. An error of 0.1 there is rounding; one of 1e-6 of the largest entry is not. */
START_TEST(a_nearly_singular_basis_is_right_up_to_its_rounding) {
    enum { WIDE = 50 };
    struct solved c = {.m = program_of(WIDE, -1, 0, 9, false), .options = options_default()};
    for (int i = 0; i <= WIDE; i++) {
        double row[WIDE];
        for (int j = 0; j < WIDE; j++) row[j] = i == WIDE || j == i ? 1 : j > i ? -1 : 0;
        program_row(c.m, -MODEL_INFINITY, row, 8);
    }
    program_finish(c.m);
    c.lp = lp_new(c.m, &c.options);
    struct simplex *s = c.lp->s;
    const int alone = s->total - 1, enters = alone - 1; /* logicals: of the row of ones, of the last of the others */
    for (int j = 0; j < s->total; j++) s->basis.place[j] = j < WIDE || j == alone ? PLACE_BASIC : PLACE_UPPER;
    ck_assert_int_eq(simplex_factor(s), 0);
    const int r = s->basis.where[0];
    simplex_unit_row(s, r);
    vector_clear(s->work.column);
    simplex_load(s, s->work.column, enters, 1);
    lu_ftran(s->lu, s->work.column, LU_COLUMN);
    double *off[] = {&s->work.row->value[WIDE], &s->work.column->value[s->basis.where[alone]]};
    ck_assert_double_ge(fabs(s->work.column->value[r]), ldexp(1, 48));
    for (int k = 0; k < 2; k++) *off[k] += 0.1;
    NOTICED(simplex_check_inverse(s, r), *off[0], 1e-6 * ldexp(1, 48));
    NOTICED(simplex_check_column(s, enters), *off[1], 1e-6 * ldexp(1, 48));
    solved_free(&c);
}
END_TEST

START_TEST(an_infeasible_row_that_is_not_listed_is_seen) {
    struct solved c;
    struct simplex *s = solve(&c);
    struct simplex_pricing *p = &s->pricing;
    for (int i = 0; i < s->rows; i++) p->infeasible[i] = p->suspected[i] = 0;
    p->suspect_count = 0;
    NOTICED(simplex_check_suspects(s), p->infeasible[s->rows - 1], 0.5);
    NOTICED(simplex_check_suspects(s), p->suspected[1], 1);
    p->suspects[0] = 2, p->suspected[2] = 1, p->suspect_count = 1, p->infeasible[2] = 4;
    p->suspects[1] = 2;
    NOTICED(simplex_check_suspects(s), p->suspect_count, 2);
    NOTICED(simplex_check_suspects(s), p->suspects[0], 1);
    NOTICED(simplex_check_suspects(s), p->suspected[2], 0);
    solved_free(&c);
}
END_TEST

/* --- presolve --- */

static struct presolve *shrunk(struct model **m, struct options *o) {
    static const double rows[3][4] = {{1, 0, 2, 4}, {0, 2, 1, -5}, {1, 0, 3, 0}};
    *m = program_of(4, 1, 0, 9, false);
    for (int i = 0; i < 3; i++) program_row(*m, 1, rows[i], 8);
    model_add_column(*m, "alone", 1, -MODEL_INFINITY, MODEL_INFINITY, false);
    model_add_entry(*m, 2, 4, 1);
    program_finish(*m);
    *o = options_default();
    struct presolve *p = shrink_new(*m, o);
    ck_assert_int_eq(p->status, PRESOLVE_REDUCED);
    return p;
}

START_TEST(lists_that_are_wrong_are_seen) {
    struct model *m;
    struct options o;
    struct presolve *p = shrunk(&m, &o);
    const int e = p->entry[p->row.head[0]].row_next;
    NOTICED(shrink_check(p), p->entry[e].row, 1);
    NOTICED(shrink_check(p), p->entry[e].col, 1);
    NOTICED(shrink_check(p), p->entry[e].value, 0);
    NOTICED(shrink_check(p), p->entry[e].row_prev, e);
    NOTICED(shrink_check(p), p->entry[e].row_next, -1);
    NOTICED(shrink_check(p), p->entry[shrink_find(p, 2, 2)].col_prev, -1);
    NOTICED(shrink_check(p), p->row.length[0], 2);
    NOTICED(shrink_check(p), p->col.length[3], 3);
    NOTICED(shrink_check(p), p->row.left, 2);
    NOTICED(shrink_check(p), p->col.left, 6);
    NOTICED(shrink_check(p), p->row.gone[1], true);
    NOTICED(shrink_check(p), p->col.gone[1], true);
    NOTICED(shrink_check(p), p->row.lower[0], NAN);
    NOTICED(shrink_check(p), p->row.upper[2], NAN);
    NOTICED(shrink_check(p), p->col.lower[4], NAN);
    NOTICED(shrink_check(p), p->col.upper[0], NAN);
    NOTICED(shrink_check(p), p->col.lower[3], 10); /* above the upper one */
    NOTICED(shrink_check(p), p->row.queue.count, p->row.queue.count - 1);
    NOTICED(shrink_check(p), p->col.queue.queued[4], false);
    for (int k = 0; k < 5; k++) NOTICED(shrink_check(p), p->scratch.mark[k], 0);
    shrink_free(p);
    model_free(m);
}
END_TEST

START_TEST(activities_that_are_off_are_seen) {
    struct model *m;
    struct options o;
    struct presolve *p = shrunk(&m, &o);
    for (int i = 0; i < 3; i++) {
        shrink_activity(p, i);
        NOTICED(shrink_check(p), p->activity[i].least, p->activity[i].least + 0.01);
        NOTICED(shrink_check(p), p->activity[i].most, p->activity[i].most - 0.01);
        NOTICED(shrink_check(p), p->activity[i].least_infinite, p->activity[i].least_infinite + 1);
        NOTICED(shrink_check(p), p->activity[i].most_infinite, p->activity[i].most_infinite - 1);
    }
    NOTICED(shrink_check(p), p->col.lower[0], 0.5);
    NOTICED(shrink_check(p), p->col.upper[3], INFINITY);
    NOTICED(shrink_check(p), p->col.lower[4], 0);
    p->activity[0].age = 0; /* then it is out of date, and may be anything */
    p->activity[0].least = 77;
    ck_assert(shrink_check(p));
    shrink_free(p);
    model_free(m);
}
END_TEST

START_TEST(records_that_do_not_fill_the_arena_are_seen) {
    struct model *m;
    struct options o;
    struct presolve *p = shrunk(&m, &o);
    shrink_fix(p, 0, 0, PLACE_LOWER);
    shrink_fix(p, 2, 0, PLACE_LOWER);
    ck_assert_int_ge((int)p->stack.count, 2);
    struct shrink_record *last = &p->stack.record[p->stack.count - 1];
    NOTICED(shrink_check(p), last->kind, SHRINK_KINDS);
    NOTICED(shrink_check(p), last->first, last->first + 1);
    NOTICED(shrink_check(p), last->count, last->count + 1);
    NOTICED(shrink_check(p), last->split, last->count + 1);
    NOTICED(shrink_check(p), p->arena.used, p->arena.used + 1);
    NOTICED(shrink_check(p), p->col.gone[0], false);
    NOTICED(shrink_check(p), p->col.length[0], 1);
    shrink_free(p);
    model_free(m);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("invariants");
    TCase *data = tcase_create("data"), *lp = tcase_create("lp"), *presolve = tcase_create("presolve");
    tcase_add_test(data, a_program_with_anything_wrong_is_seen);
    tcase_add_test(data, a_matrix_with_anything_wrong_is_seen);
    tcase_add_test(data, a_vector_whose_list_is_wrong_is_seen);
    tcase_add_test(data, a_fraction_that_contradicts_itself_is_seen);
    tcase_add_test(lp, factors_with_anything_wrong_are_seen);
    tcase_add_test(lp, an_entry_of_u_below_the_diagonal_is_seen);
    tcase_add_test(lp, a_basis_with_anything_wrong_is_seen);
    tcase_add_test(lp, solves_and_values_that_are_off_are_seen);
    tcase_add_test(lp, a_nearly_singular_basis_is_right_up_to_its_rounding);
    tcase_add_test(lp, an_infeasible_row_that_is_not_listed_is_seen);
    tcase_add_test(presolve, lists_that_are_wrong_are_seen);
    tcase_add_test(presolve, activities_that_are_off_are_seen);
    tcase_add_test(presolve, records_that_do_not_fill_the_arena_are_seen);
    suite_add_tcase(suite, data), suite_add_tcase(suite, lp), suite_add_tcase(suite, presolve);
    return harness_run(suite);
}

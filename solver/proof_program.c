/* proof_program.c - the program in fractions, and the numbers of its rows in the file. */
#include <math.h>

#include "solver/base/check.h"
#include "solver/proof_cut.h"

struct rational *proof_vector_new(long count) {
    return MEMORY_NEW(struct rational, count);
}

void proof_vector_free(struct rational *v, long count) {
    for (long k = 0; v && k < count; k++) rational_clear(&v[k]);
    free(v);
}

static void proof_program_power(struct rational *r, int digits) {
    double power = 1;
    while (digits-- > 0) power *= 10;
    rational_set(r, power);
}

int proof_digits(const struct rational *r) {
    struct rational power = {0}, scaled = {0};
    int digits = rational_is_whole(r) ? 0 : -1;
    for (int k = 1; k <= PROOF_DIGITS && digits < 0; k++) {
        proof_program_power(&power, k);
        rational_multiply(&scaled, r, &power);
        if (rational_is_whole(&scaled)) digits = k;
    }
    rational_clear(&power);
    rational_clear(&scaled);
    return digits;
}

bool proof_whole(double *whole, const struct rational *r, int digits) {
    struct rational scaled = {0};
    assert(digits >= 0 && digits <= PROOF_DIGITS);
    proof_program_power(&scaled, digits);
    rational_multiply(&scaled, &scaled, r);
    assert(rational_is_whole(&scaled));
    *whole = rational_double(&scaled);
    rational_clear(&scaled);
    return fabs(*whole) < 0x1p53;
}

static void proof_program_side(struct proof_side *side, double value, int *number) {
    side->row = side->given = -1;
    if (fabs(value) >= MODEL_INFINITY) return;
    side->row = side->given = (*number)++;
    rational_text_decimal(&side->value, value);
}

static void proof_program_round(struct proof_program *p, struct proof_side *side,
                                void (*round)(struct rational *r, const struct rational *a)) {
    if (rational_is_whole(&side->value)) return;
    assert(side->row >= 0 && side->row == side->given);
    round(&side->value, &side->value);
    side->row = p->given + p->derived++;
}

static void proof_program_sides(struct proof_program *p) {
    const struct model *m = p->m;
    int number = 0;
    for (int j = 0; j < m->cols; j++) {
        proof_program_side(&p->lower[j], m->lower[j], &number);
        proof_program_side(&p->upper[j], m->upper[j], &number);
    }
    p->bounds = number;
    for (int i = 0; i < m->rows; i++) {
        bool equation = m->row_lower[i] == m->row_upper[i];
        proof_program_side(&p->row_lower[i], m->row_lower[i], &number);
        if (equation) number--;
        proof_program_side(&p->row_upper[i], m->row_upper[i], &number);
    }
    p->given = number;
}

/* r = the greatest number of which both are multiples; either may be 0 */
static void proof_program_divisor(struct rational *r, const struct rational *a, const struct rational *b) {
    struct rational left = {0}, right = {0}, quotient = {0};
    rational_copy(&left, a);
    rational_copy(&right, b);
    left.sign = left.sign != 0;
    right.sign = right.sign != 0;
    while (right.sign) {
        rational_divide(&quotient, &left, &right);
        rational_floor(&quotient, &quotient);
        rational_multiply(&quotient, &quotient, &right);
        rational_subtract(&quotient, &left, &quotient);
        rational_copy(&left, &right);
        rational_copy(&right, &quotient);
    }
    rational_copy(r, &left);
    rational_clear(&left);
    rational_clear(&right);
    rational_clear(&quotient);
}

static void proof_program_step(struct proof_program *p) {
    const struct model *m = p->m;
    for (int j = 0; j < m->cols; j++) {
        if (p->cost[j].sign == 0) continue;
        if (!m->integer[j]) {
            rational_set(&p->step, 0);
            return;
        }
        proof_program_divisor(&p->step, &p->step, &p->cost[j]);
    }
}

/* Rows made sparser have numbers of their own, in the order of rows. */
static void proof_program_number_sparser(struct proof_program *p) {
    for (int k = 0, last = -1; k < p->takes; k++) {
        const int row = p->taken[k].row;
        struct proof_side *sides[] = {&p->row_lower[row], &p->row_upper[row]};
        assert(row >= last && (sides[0]->row < 0 || sides[0]->row != sides[1]->row)); /* no equation */
        for (int side = 0; side < 2 && row != last; side++)
            if (sides[side]->given >= 0) sides[side]->row = p->given + p->derived++;
        last = row;
    }
}

struct model *proof_program_replace(const struct model *m, const bool *changed, const struct rows *by,
                                    const double *row_lower, const double *row_upper) {
    struct model *out = model_copy(m);
    const long entries = m->entries + by->start[m->rows]; /* at most */
    int *index = MEMORY_NEW(int, entries);
    double *value = MEMORY_NEW(double, entries);
    long *next = MEMORY_NEW(long, m->cols + 1), count = 0;
    for (long k = 0; k < by->start[m->rows]; k++) next[by->col[k]]++;
    for (int j = 0; j < m->cols; j++) {
        const long more = next[j];
        out->start[j] = count;
        for (long k = m->start[j]; k < m->start[j + 1]; k++)
            if (!changed[m->index[k]]) index[count] = m->index[k], value[count++] = m->value[k];
        next[j] = count;
        count += more;
    }
    out->start[m->cols] = out->entries = count;
    for (int i = 0; i < m->rows; i++) {
        assert(changed[i] || by->start[i] == by->start[i + 1]);
        out->row_lower[i] = row_lower[i], out->row_upper[i] = row_upper[i];
        for (long k = by->start[i]; k < by->start[i + 1]; k++) {
            const long at = next[by->col[k]]++;
            index[at] = i, value[at] = by->value[k];
        }
    }
    free(out->index), free(out->value), free(next);
    out->index = index, out->value = value;
    CHECK(model_check(out));
    return out;
}

void proof_program_entries(struct proof_program *p) {
    const struct model *m = p->m;
    proof_vector_free(p->value, p->entries);
    p->value = proof_vector_new(m->entries);
    p->entries = m->entries;
    for (int i = 0; i < m->rows; i++) p->size[i] = 0;
    for (long k = 0; k < m->entries; k++) {
        rational_text_decimal(&p->value[k], m->value[k]);
        p->size[m->index[k]] = fmax(p->size[m->index[k]], fabs(m->value[k]));
    }
    for (int i = 0; i < m->rows; i++) p->size[i] = p->size[i] > 0 ? p->size[i] : 1;
}

void proof_program_init(struct proof_program *p, const struct model *read) {
    *p = (struct proof_program){.read = read};
    p->sparser = proof_sparse(p, read);
    const struct model *m = p->m = p->sparser ? p->sparser : read;
    p->cost = proof_vector_new(m->cols);
    p->lower = MEMORY_NEW(struct proof_side, m->cols);
    p->upper = MEMORY_NEW(struct proof_side, m->cols);
    p->row_lower = MEMORY_NEW(struct proof_side, m->rows);
    p->row_upper = MEMORY_NEW(struct proof_side, m->rows);
    p->size = MEMORY_NEW(double, m->rows);
    proof_program_entries(p);
    for (int j = 0; j < m->cols; j++) rational_text_decimal(&p->cost[j], m->maximize ? -m->cost[j] : m->cost[j]);
    proof_program_sides(p);
    for (int j = 0; j < m->cols; j++) {
        if (!m->integer[j]) continue;
        proof_program_round(p, &p->lower[j], rational_ceiling);
        proof_program_round(p, &p->upper[j], rational_floor);
    }
    proof_program_number_sparser(p);
    proof_program_step(p);
}

static void proof_program_free_sides(struct proof_side *side, int count) {
    for (int k = 0; k < count; k++) rational_clear(&side[k].value);
    free(side);
}

void proof_program_free(struct proof_program *p) {
    proof_vector_free(p->cost, p->m->cols);
    proof_vector_free(p->value, p->entries);
    proof_program_free_sides(p->lower, p->m->cols);
    proof_program_free_sides(p->upper, p->m->cols);
    proof_program_free_sides(p->row_lower, p->m->rows);
    proof_program_free_sides(p->row_upper, p->m->rows);
    rational_clear(&p->step);
    free(p->size);
    free(p->taken);
    for (int k = 0; k < p->merges; k++) proof_cut_free(&p->merge[k]);
    free(p->merge);
    model_free(p->sparser);
    model_free(p->merged);
}

#include "solver/model/products.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "solver/base/hash.h"
#include "solver/base/memory.h"

enum { PRODUCT_LONGEST = 1000 /* most entries of a row considered */ };

struct product_key { /* a member before families are made */
    uint64_t hash;   /* of C, a, b and the group */
    double factor;   /* a */
    int row, sign, group;
    int rank; /* how many groups of the row have a larger number */
};

struct product_finder {
    struct products *p;
    struct product_key *key;
    size_t keys, key_room;
    double *most; /* [rows] largest coefficient in the row in hand, of a group; 0 between rows */
    int *groups;  /* [PRODUCT_LONGEST] of the row in hand, descending */
    int group_count;
    int *mark; /* [cols] entry of a row that is compared, or -1 */
};

static bool products_binary(const struct product_source *s, int j) {
    return s->integer[j] && s->lower[j] >= 0 && s->upper[j] <= 1;
}

double products_side(const struct product_source *s, int row, int sign) {
    return sign > 0 ? s->row_upper[row] : -s->row_lower[row];
}

enum product_part products_part(const struct products *p, int group, int col, double signed_value) {
    if (signed_value < 0 && p->source.lower[col] >= 0) return PRODUCT_SWITCHED;
    return p->group[col] == group && signed_value > 0 ? PRODUCT_CHOICE : PRODUCT_COMMON;
}

/* --- groups --- */

/* sum of a x <= a over binaries */
static bool products_is_group(const struct product_source *s, int i) {
    long first = s->rows->start[i], end = s->rows->start[i + 1];
    if (end - first < 2) return false;
    double a = s->rows->value[first];
    double side = a > 0 ? s->row_upper[i] : s->row_lower[i];
    if (side != a) return false;
    for (long e = first; e < end; e++)
        if (s->rows->value[e] != a || !products_binary(s, s->rows->col[e])) return false;
    return true;
}

static void products_find_groups(struct products *p) {
    const struct product_source *s = &p->source;
    const long *start = s->rows->start;
    for (int j = 0; j < s->cols; j++) p->group[j] = -1;
    for (int i = 0; i < s->row_count; i++) {
        if (!products_is_group(s, i)) continue;
        for (long e = start[i]; e < start[i + 1]; e++) {
            int *group = &p->group[s->rows->col[e]];
            if (*group < 0 || start[*group + 1] - start[*group] < start[i + 1] - start[i]) *group = i;
        }
    }
}

/* --- members --- */

static int products_descending(const void *a, const void *b) {
    int one = *(const int *)a, two = *(const int *)b;
    return (one < two) - (one > two);
}

/* The groups of sign * row, and the largest sum of its terms without the D; false if that is unbounded. */
static bool products_scan(struct product_finder *f, int i, int sign, double *most) {
    const struct product_source *s = &f->p->source;
    bool ends = true;
    *most = 0;
    f->group_count = 0;
    for (long e = s->rows->start[i]; e < s->rows->start[i + 1]; e++) {
        int j = s->rows->col[e], group = f->p->group[j];
        double v = sign * s->rows->value[e], far = v > 0 ? s->upper[j] : s->lower[j];
        if (products_part(f->p, group, j, v) == PRODUCT_SWITCHED) continue;
        if (group >= 0 && v > 0) {
            if (f->most[group] == 0) f->groups[f->group_count++] = group;
            f->most[group] = fmax(f->most[group], v);
        } else {
            ends = ends && fabs(far) < MODEL_INFINITY;
            *most += v * far;
        }
    }
    for (int k = 0; k < f->group_count; k++) *most += f->most[f->groups[k]];
    qsort(f->groups, (size_t)f->group_count, sizeof *f->groups, products_descending);
    return ends;
}

/* The row as a member of the family whose choices are of `group`: all with one coefficient, the rest never above the
 * side. */
static void products_add_member(struct product_finder *f, int i, int sign, double side, double most, int rank) {
    const struct product_source *s = &f->p->source;
    int group = f->groups[rank];
    double a = f->most[group];
    if (most - a > side + 1e-9 * fmax(1, fabs(side))) return;
    struct product_key key = {hash_entry(group, a) + hash_entry(-2, side), a, i, sign, group, rank};
    for (long e = s->rows->start[i]; e < s->rows->start[i + 1]; e++) {
        int j = s->rows->col[e];
        double v = sign * s->rows->value[e];
        enum product_part part = products_part(f->p, group, j, v);
        if (part == PRODUCT_COMMON) key.hash += hash_entry(j, v);
        if (part == PRODUCT_CHOICE && v != a) return;
    }
    f->key = memory_grow(f->key, &f->key_room, f->keys + 1, sizeof *f->key);
    f->key[f->keys++] = key;
}

static void products_find_members(struct product_finder *f) {
    const struct product_source *s = &f->p->source;
    for (int i = 0; i < s->row_count; i++)
        for (int sign = 1; sign >= -1; sign -= 2) {
            double side = products_side(s, i, sign), most;
            if (side >= MODEL_INFINITY || s->rows->start[i + 1] - s->rows->start[i] > PRODUCT_LONGEST) continue;
            bool ends = products_scan(f, i, sign, &most);
            for (int rank = 0; ends && rank < f->group_count; rank++) products_add_member(f, i, sign, side, most, rank);
            for (int k = 0; k < f->group_count; k++) f->most[f->groups[k]] = 0;
        }
}

/* --- families --- */

static int products_order(const void *one, const void *two) {
    const struct product_key *a = one, *b = two;
    if (a->rank != b->rank) return a->rank - b->rank;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return a->row != b->row ? a->row - b->row : b->sign - a->sign;
}

/* Sets (`set`) or clears the marks of the entries of the common part. */
static int products_mark_common(struct product_finder *f, const struct product_key *k, bool set) {
    const struct rows *r = f->p->source.rows;
    int count = 0;
    for (long e = r->start[k->row]; e < r->start[k->row + 1]; e++) {
        if (products_part(f->p, k->group, r->col[e], k->sign * r->value[e]) != PRODUCT_COMMON) continue;
        f->mark[r->col[e]] = set ? (int)(e - r->start[k->row]) : -1;
        count++;
    }
    return count;
}

/* Whether the common part of k is the marked one, of `first`, which has `count` entries. */
static bool products_same_common(const struct product_finder *f, const struct product_key *first,
                                 const struct product_key *k, int count) {
    const struct product_source *s = &f->p->source;
    const struct rows *r = s->rows;
    bool same_side = products_side(s, first->row, first->sign) == products_side(s, k->row, k->sign);
    if (!same_side || k->group != first->group || k->factor != first->factor) return false;
    for (long e = r->start[k->row]; e < r->start[k->row + 1]; e++) {
        double v = k->sign * r->value[e];
        if (products_part(f->p, k->group, r->col[e], v) != PRODUCT_COMMON) continue;
        int at = f->mark[r->col[e]];
        if (at < 0 || first->sign * r->value[r->start[first->row] + at] != v) return false;
        count--;
    }
    return count == 0;
}

/* Marks the choices of k with `stamp`; false if one of them has it already. */
static bool products_disjoint(const struct product_finder *f, const struct product_key *k, int *stamped, int stamp) {
    const struct rows *r = f->p->source.rows;
    for (int turn = 0; turn < 2; turn++)
        for (long e = r->start[k->row]; e < r->start[k->row + 1]; e++) {
            int j = r->col[e];
            if (products_part(f->p, k->group, j, k->sign * r->value[e]) != PRODUCT_CHOICE) continue;
            if (turn == 0 && stamped[j] == stamp) return false;
            stamped[j] = stamp;
        }
    return true;
}

static bool products_alike(const struct product_key *a, const struct product_key *b) {
    return a->rank == b->rank && a->hash == b->hash;
}

static void products_find_families(struct product_finder *f) {
    struct products *p = f->p;
    size_t family_room = 0, member_room = 0;
    int *stamped = MEMORY_NEW(int, p->source.cols), run = 0;
    if (f->keys > 0) qsort(f->key, f->keys, sizeof *f->key, products_order);
    for (size_t k = 0, next; k < f->keys; k = next) {
        struct product_family family = {p->members, 0, f->key[k].group};
        int common = products_mark_common(f, &f->key[k], true);
        run++;
        for (next = k; next < f->keys && products_alike(&f->key[k], &f->key[next]); next++) {
            const struct product_key *other = &f->key[next];
            if (!products_same_common(f, &f->key[k], other, common)) continue;
            if (!products_disjoint(f, other, stamped, run)) continue;
            p->member = memory_grow(p->member, &member_room, (size_t)p->members + 1, sizeof *p->member);
            p->member[p->members++] = (struct product_member){other->row, other->sign};
            family.count++;
        }
        products_mark_common(f, &f->key[k], false);
        if (family.count < 2) {
            p->members = family.first;
            continue;
        }
        p->family = memory_grow(p->family, &family_room, (size_t)p->families + 1, sizeof *p->family);
        p->family[p->families++] = family;
    }
    free(stamped);
}

/* --- the whole --- */

void products_make(struct products *p, const struct product_source *source) {
    struct product_finder f = {.p = p};
    *p = (struct products){.group = MEMORY_NEW(int, source->cols), .source = *source};
    products_find_groups(p);
    f.most = MEMORY_NEW(double, source->row_count);
    f.groups = MEMORY_NEW(int, PRODUCT_LONGEST);
    f.mark = MEMORY_NEW(int, source->cols);
    for (int j = 0; j < source->cols; j++) f.mark[j] = -1;
    products_find_members(&f);
    products_find_families(&f);
    free(f.key);
    free(f.most);
    free(f.groups);
    free(f.mark);
}

void products_free(struct products *p) {
    free(p->group);
    free(p->family);
    free(p->member);
    *p = (struct products){0};
}

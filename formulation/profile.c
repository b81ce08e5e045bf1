#include "formulation/profile.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/profile_text.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"

/* Texts live in chunks until the profile is freed: half a million rows with few distinct texts, without an allocation
 * for each. */
#define STRINGS_CHUNK 65536

struct profile_strings {
    struct profile_strings *before;
    size_t used, room;
    char text[];
};

static char *profile_intern(struct profile *p, const char *text, char *last) {
    if (last && strcmp(last, text) == 0) return last;
    size_t n = strlen(text) + 1;
    struct profile_strings *s = p->strings;
    if (!s || s->room - s->used < n) {
        size_t room = n > STRINGS_CHUNK ? n : STRINGS_CHUNK;
        s = memory_new(sizeof *s + room, 1);
        s->before = p->strings;
        s->room = room;
        p->strings = s;
    }
    char *copy = memcpy(s->text + s->used, text, n);
    s->used += n;
    assert(s->used <= s->room);
    return copy;
}

struct profile *profile_new(void) {
    struct profile *p = MEMORY_NEW(struct profile, 1);
    p->path = memory_string("memory");
    notes_set(&p->notes, "format", PROFILE_FORMAT);
    return p;
}

void profile_free(struct profile *p) {
    if (!p) return;
    for (struct profile_strings *s = p->strings, *before; s; s = before) {
        before = s->before;
        free(s);
    }
    notes_free(&p->notes);
    free(p->row);
    free(p->path);
    free(p->digest);
    free(p);
}

void profile_add(struct profile *p, const struct profile_row *row) {
    assert((int)row->kind < PROFILE_KINDS && (int)row->from < LAYOUTS && (int)row->to < LAYOUTS);
    assert(row->scenario && row->name);
    p->row = memory_grow(p->row, &p->capacity, (size_t)p->rows + 1, sizeof *p->row);
    struct profile_row *last = p->rows ? &p->row[p->rows - 1] : NULL, *r = &p->row[p->rows++];
    *r = *row;
    r->scenario = profile_intern(p, row->scenario, last ? last->scenario : NULL);
    r->name = profile_intern(p, row->name, last ? last->name : NULL);
}

static int profile_compare(const void *a, const void *b) {
    const struct profile_row *x = a, *y = b;
    int order = (x->kind > y->kind) - (x->kind < y->kind);
    if (!order && x->scenario != y->scenario) order = strcmp(x->scenario, y->scenario);
    if (!order && x->name != y->name) order = strcmp(x->name, y->name);
    if (!order && x->from != y->from) order = strcmp(layout_names[x->from], layout_names[y->from]);
    if (!order && x->to != y->to) order = strcmp(layout_names[x->to], layout_names[y->to]);
    return order;
}

static bool check_sorted(const struct profile *p) {
    for (int i = 1; i < p->rows; i++) assert(profile_compare(&p->row[i - 1], &p->row[i]) < 0);
    return true;
}

bool profile_sort(struct profile *p, struct error *err) {
    bool sorted = true;
    for (int i = 1; i < p->rows && sorted; i++) sorted = profile_compare(&p->row[i - 1], &p->row[i]) < 0;
    if (!sorted) memory_sort(p->row, (size_t)p->rows, sizeof *p->row, profile_compare);
    for (int i = 1; i < p->rows && !sorted; i++) {
        const struct profile_row *x = &p->row[i - 1], *y = &p->row[i];
        if (profile_compare(x, y) != 0) continue;
        long first = x->line < y->line ? x->line : y->line, second = x->line < y->line ? y->line : x->line;
        return error_at(err, p->path, second, "%s %s %s %s %s is given twice, first in line %ld (expected once)",
                        profile_kind_names[x->kind], x->scenario, x->name, layout_names[x->from], layout_names[x->to],
                        first);
    }
    CHECK(check_sorted(p));
    free(p->digest);
    p->digest = profile_text_digest(p);
    return true;
}

/* First row at or after (kind, scenario). */
static int profile_lower(const struct profile *p, enum profile_kind kind, const char *scenario) {
    int low = 0, high = p->rows;
    while (low < high) {
        int middle = low + (high - low) / 2;
        const struct profile_row *r = &p->row[middle];
        if (r->kind < kind || (r->kind == kind && strcmp(r->scenario, scenario) < 0))
            low = middle + 1;
        else
            high = middle;
    }
    assert(low == high && low <= p->rows);
    return low;
}

static bool profile_rows_of(int *first, int *last, const struct profile *p, enum profile_kind kind,
                            const char *scenario) {
    assert(p->digest || p->rows == 0); /* profile_sort has been called */
    *first = *last = profile_lower(p, kind, scenario);
    while (*last < p->rows && p->row[*last].kind == kind && strcmp(p->row[*last].scenario, scenario) == 0) ++*last;
    return *last > *first;
}

bool profile_rows(int *first, int *last, const struct profile *p, enum profile_kind kind, const char *scenario) {
    if (profile_rows_of(first, last, p, kind, scenario)) return true;
    struct scenario s;
    char text[SCENARIO_TEXT];
    if (kind != PROFILE_CONV || scenario_parse(&s, scenario) || s.same || s.groups != 1 || s.dilation != 1)
        return false;
    s.same = true;
    scenario_print(text, &s);
    return profile_rows_of(first, last, p, kind, text);
}

const struct profile_row *profile_find(const struct profile *p, enum profile_kind kind, const char *scenario,
                                       const char *name, enum layout from, enum layout to) {
    int first, last;
    if (!profile_rows(&first, &last, p, kind, scenario)) return NULL;
    for (int i = first; i < last; i++) {
        const struct profile_row *r = &p->row[i];
        if (r->from == from && r->to == to && strcmp(r->name, name) == 0) return r;
    }
    return NULL;
}

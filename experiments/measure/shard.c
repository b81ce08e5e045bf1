#include "experiments/measure/shard.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/text.h"

bool shard_parse(struct shard *s, const char *flag, const char *text, struct error *err) {
    char copy[SHARD_TEXT], *rest = copy;
    long long index = 0, count = 0;
    snprintf(copy, sizeof copy, "%s", text);
    char *first = text_field(&rest, '/');
    const bool good = strlen(text) < sizeof copy && first && rest && text_int64(&index, first) &&
                      text_int64(&count, rest) && count >= 1 && count <= SHARD_MOST && index >= 1 && index <= count;
    if (!good)
        return error_set(err, "--%s: '%s' is not a shard (expected I/N, 1 <= I <= N <= %d)", flag, text, SHARD_MOST);
    *s = (struct shard){(int)index, (int)count};
    return true;
}

void shard_print(char text[SHARD_TEXT], const struct shard *s) {
    snprintf(text, SHARD_TEXT, "%d/%d", s->index, s->count);
}

bool shard_has(const struct shard *s, int k) {
    assert(k >= 0);
    return s->count == 0 || k % s->count == s->index - 1;
}

/* A layer with its strips. */
struct group {
    const char *text; /* of the layer: of a strip, up to the @ */
    size_t length;
    bool converts; /* conversions and moves have a name space of their own */
    double seconds;
    int shard;
};

static struct group group_of(const struct unit *u) {
    const char *at = u->kind == PROFILE_STRIP ? strrchr(u->text, '@') : NULL;
    return (struct group){.text = u->text,
                          .length = at ? (size_t)(at - u->text) : strlen(u->text),
                          .converts = u->kind == PROFILE_CONVERT || u->kind == PROFILE_MOVE};
}

static int by_text(const void *a, const void *b) {
    const struct group *x = a, *y = b;
    if (x->converts != y->converts) return x->converts ? 1 : -1;
    const int order = strncmp(x->text, y->text, x->length < y->length ? x->length : y->length);
    return order ? order : (x->length > y->length) - (x->length < y->length);
}

static int by_seconds(const void *a, const void *b) {
    const struct group *x = a, *y = b;
    if (x->seconds != y->seconds) return x->seconds > y->seconds ? -1 : 1;
    return by_text(a, b);
}

/* group[] sorted by text; returns how many. */
static int groups_of(struct group *group, const struct workload *w, const struct effort *e) {
    int groups = 0;
    for (int i = 0; i < w->units; i++) {
        group[i] = group_of(&w->unit[i]);
        group[i].seconds = workload_seconds(&w->unit[i], e);
    }
    memory_sort(group, (size_t)w->units, sizeof *group, by_text);
    for (int i = 0; i < w->units; i++) {
        if (groups > 0 && by_text(&group[groups - 1], &group[i]) == 0)
            group[groups - 1].seconds += group[i].seconds;
        else
            group[groups++] = group[i];
    }
    return groups;
}

static void deal(struct group *group, int groups, const struct shard *s) {
    double *has_s = MEMORY_NEW(double, s->count);
    memory_sort(group, (size_t)groups, sizeof *group, by_seconds);
    for (int i = 0; i < groups; i++) {
        int least = 0;
        for (int k = 1; k < s->count; k++)
            if (has_s[k] < has_s[least]) least = k;
        group[i].shard = least + 1;
        has_s[least] += group[i].seconds;
    }
    memory_sort(group, (size_t)groups, sizeof *group, by_text);
    free(has_s);
}

void shard_workload(struct workload *w, const struct shard *s, const struct effort *e) {
    if (s->count == 0) return;
    struct group *group = MEMORY_NEW(struct group, w->units);
    const int groups = groups_of(group, w, e);
    int kept = 0;
    deal(group, groups, s);
    bool *mine = MEMORY_NEW(bool, w->units);
    for (int i = 0; i < w->units; i++) {
        const struct group key = group_of(&w->unit[i]);
        const struct group *of = bsearch(&key, group, (size_t)groups, sizeof *group, by_text);
        assert(of && of->shard >= 1 && of->shard <= s->count);
        mine[i] = of->shard == s->index;
    }
    free(group); /* its texts are the units' */
    for (int i = 0; i < w->units; i++) {
        if (mine[i])
            w->unit[kept++] = w->unit[i];
        else
            free(w->unit[i].text);
    }
    w->units = kept;
    free(mine);
}

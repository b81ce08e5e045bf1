#include "experiments/measure/samples.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/measure.h"
#include "formulation/profile_text.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"

#define SAMPLES_HEADER "kind\tscenario\tname\tfrom\tto\tround\tns"

/* Rows [first, last) are one scenario's. */
static void samples_scenario(struct samples *s, int first, int last) {
    const struct profile_row *row = s->profile->row;
    int64_t best = row[first].median_ns;
    assert(first < last && last <= s->profile->rows);
    for (int i = first; i < last; i++) {
        s->series[i].first_ns = row[i].median_ns;
        if (row[i].median_ns < best) best = row[i].median_ns;
    }
    for (int i = first; i < last; i++) {
        s->series[i].cold = row[i].runs == 1;
        s->series[i].slow = row[i].median_ns > SAMPLES_SLOW * best;
        samples_price(s, i);
    }
}

void samples_init(struct samples *s, struct profile *sorted) {
    const struct profile_row *row = sorted->row;
    *s = (struct samples){sorted, MEMORY_NEW(struct series, sorted->rows)};
    for (int first = 0, last; first < sorted->rows; first = last) {
        for (last = first + 1; last < sorted->rows && row[last].kind == row[first].kind &&
                               strcmp(row[last].scenario, row[first].scenario) == 0;)
            last++;
        samples_scenario(s, first, last);
    }
}

void samples_free(struct samples *s) {
    for (int i = 0; s->series && i < s->profile->rows; i++) free(s->series[i].ns);
    free(s->series);
    *s = (struct samples){0};
}

static struct timing samples_summary(const struct series *r) {
    assert(r->count >= 1 && (size_t)r->count <= r->capacity);
    int64_t *copy = MEMORY_NEW(int64_t, r->count);
    memory_copy(copy, r->ns, (size_t)r->count * sizeof *copy);
    struct timing t = measure_summary(copy, r->count);
    free(copy);
    return t;
}

void samples_add(struct samples *s, int row, const int64_t *ns, int count) {
    struct series *r = &s->series[row];
    assert(row >= 0 && row < s->profile->rows && count > 0);
    r->ns = memory_grow(r->ns, &r->capacity, (size_t)r->count + (size_t)count, sizeof *r->ns);
    memory_copy(r->ns + r->count, ns, (size_t)count * sizeof *ns);
    r->count += count;
}

void samples_price(struct samples *s, int row) {
    const struct series *r = &s->series[row];
    assert(r->first_ns > 0 && r->round >= 0); /* samples_init has seen the row */
    int64_t price = r->count ? samples_summary(r).median_ns
                             : (int64_t)((1 - (r->cold ? SAMPLES_COLD : SAMPLES_OPTIMISM)) * (double)r->first_ns);
    if (r->round != SAMPLES_SETTLED) s->profile->row[row].median_ns = price > 0 ? price : 1;
}

void samples_reopen(struct samples *s, int round) {
    for (int i = 0; i < s->profile->rows; i++) {
        const struct series *r = &s->series[i];
        if (r->count && samples_lacks(s, i, round)) s->profile->row[i].median_ns = samples_summary(r).min_ns;
    }
}

bool samples_lacks(const struct samples *s, int row, int round) {
    const struct series *r = &s->series[row];
    assert(round >= 1 && round < SAMPLES_SETTLED);
    return r->round < (r->slow ? 1 : round);
}

void samples_settle(struct samples *s, int row) {
    s->series[row].round = SAMPLES_SETTLED;
    s->profile->row[row].median_ns = s->series[row].first_ns;
}

int samples_pool(struct samples *s) {
    int pooled = 0;
    for (int i = 0; i < s->profile->rows; i++) {
        struct profile_row *row = &s->profile->row[i];
        row->median_ns = s->series[i].first_ns;
        if (s->series[i].count == 0) continue;
        struct timing t = samples_summary(&s->series[i]);
        assert(t.min_ns >= 1 && t.min_ns <= t.median_ns && t.runs == s->series[i].count);
        row->median_ns = t.median_ns, row->min_ns = t.min_ns, row->runs = t.runs;
        row->spread_ns = t.spread_ns < 0 ? PROFILE_MISSING : t.spread_ns;
        pooled++;
    }
    return pooled;
}

/* --- the file --- */

bool samples_write(const struct samples *s, const char *path, struct error *err) {
    struct text_writer out;
    long rows = 0;
    if (!text_create(&out, path, err)) return false;
    text_write(&out, "# format: " SAMPLES_FORMAT "\n" SAMPLES_HEADER "\n");
    for (int i = 0; i < s->profile->rows; i++) {
        const struct profile_row *row = &s->profile->row[i];
        const struct series *r = &s->series[i];
        if (r->count == 0) continue;
        assert(r->round >= 1); /* times come from a round */
        text_write(&out, "%s\t%s\t%s\t%s\t%s\t%d\t", profile_kind_names[row->kind], row->scenario, row->name,
                   layout_names[row->from], layout_names[row->to], r->round);
        for (int k = 0; k < r->count; k++) text_write(&out, "%s%" PRId64, k ? "," : "", r->ns[k]);
        text_write(&out, "\n");
        rows++;
    }
    text_write_end(&out, rows);
    return text_close(&out, err);
}

static int samples_find(const struct samples *s, char *field[5]) {
    int kind = 0, layout[2] = {0};
    while (kind < PROFILE_KINDS && strcmp(profile_kind_names[kind], field[0]) != 0) kind++;
    for (int i = 0; i < 2; i++)
        while (layout[i] < LAYOUTS && strcmp(layout_names[layout[i]], field[3 + i]) != 0) layout[i]++;
    if (kind == PROFILE_KINDS || layout[0] == LAYOUTS || layout[1] == LAYOUTS) return -1;
    const struct profile_row *row = profile_find(s->profile, (enum profile_kind)kind, field[1], field[2],
                                                 (enum layout)layout[0], (enum layout)layout[1]);
    return row ? (int)(row - s->profile->row) : -1;
}

static bool samples_line(struct samples *s, char *line, const struct text_reader *in, struct error *err) {
    char *field[7], *rest = line, *one;
    for (int i = 0; i < 7; i++)
        if (!(field[i] = text_field(&rest, '\t')))
            return error_at(err, in->path, in->line, "too few fields (expected 7)");
    long long round, value;
    int row = samples_find(s, field);
    if (row < 0)
        return error_at(err, in->path, in->line, "`%s` is not in the profile (expected one of its rows)", field[1]);
    if (!text_int64(&round, field[5]) || round < 1 || round >= SAMPLES_SETTLED)
        return error_at(err, in->path, in->line, "round `%s` (expected a number of at least 1)", field[5]);
    for (char *list = field[6]; (one = text_field(&list, ','));) {
        if (!text_int64(&value, one) || value < 1 || value > PROFILE_NS_MOST)
            return error_at(err, in->path, in->line, "time `%s` (expected nanoseconds)", one);
        int64_t ns = value;
        samples_add(s, row, &ns, 1);
    }
    s->series[row].round = (int)round;
    samples_price(s, row);
    return true;
}

static bool samples_head(struct text_reader *in, struct error *err) {
    static const char *const head[] = {"# format: " SAMPLES_FORMAT, SAMPLES_HEADER};
    char *line;
    for (int i = 0; i < 2; i++) {
        if (!text_next(in, &line, err)) return false;
        if (!line || strcmp(line, head[i]) != 0)
            return error_at(err, in->path, i + 1, "not a file of samples (expected `%s`, got `%s`)", head[i],
                            line ? line : "");
    }
    return true;
}

bool samples_read(struct samples *s, const char *path, struct error *err) {
    struct text_reader in;
    char *line;
    if (!text_open(&in, path, err)) return false;
    bool good = samples_head(&in, err), end = false;
    for (long rows = 0; good && !end; rows++) {
        good = text_next(&in, &line, err);
        end = good && (!line || line[0] == '#');
        if (good) good = end ? text_end(&in, line, rows, err) : samples_line(s, line, &in, err);
    }
    text_free(&in);
    return good;
}

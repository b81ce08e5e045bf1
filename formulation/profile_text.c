#include "formulation/profile_text.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/similar.h"
#include "solver/base/text.h"

const char *const profile_kind_names[PROFILE_KINDS] = {"conv", "convert", "layer", "move", "strip"};

#define PROFILE_COLUMNS 11
#define PROFILE_LINE    1024 /* the longest row: two texts and nine short fields */

uint64_t profile_text_hash(uint64_t digest, const char *text) {
    for (; *text; text++) digest = (digest ^ (unsigned char)*text) * 0x100000001b3u;
    return digest;
}

void profile_text_tensor(char text[TENSOR_TEXT], int C, int H, int W) {
    assert(C > 0 && H > 0 && W > 0);
    snprintf(text, TENSOR_TEXT, "%d,%d,%d", C, H, W);
}

void profile_text_layer(char text[LAYER_TEXT], const struct layer *l, int rows) {
    assert(l->kind == LAYER_CONV || l->kind == LAYER_OPERATOR);
    if (l->kind == LAYER_CONV)
        scenario_print(text, &l->scenario);
    else
        operator_print(text, &l->shape_of);
    const size_t used = strlen(text);
    if (rows > 0) snprintf(text + used, LAYER_TEXT - used, "@%d", rows);
}

/* Text, and numbers, put at the end of a line: printf would take most of the time that reading a profile takes. */
static char *profile_text_put(char *end, const char *text) {
    while (*text) *end++ = *text++;
    return end;
}

static char *profile_text_number(char *end, int64_t value) {
    char digit[24] = ""; /* the last one first */
    int n = 0;
    if (value == PROFILE_MISSING) return profile_text_put(end, "nan");
    assert(value >= 0);
    do digit[n++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    while (n > 0) *end++ = digit[--n];
    return end;
}

static void profile_text_row(char line[PROFILE_LINE], const struct profile_row *r) {
    const char *const text[] = {profile_kind_names[r->kind], r->scenario, r->name, layout_names[r->from],
                                layout_names[r->to]};
    const int64_t number[] = {r->median_ns, r->min_ns, r->spread_ns, r->runs, r->workspace_bytes, r->weights_bytes};
    assert(strlen(r->scenario) + strlen(r->name) < PROFILE_LINE - 256); /* the short fields take less than 256 */
    char *end = line;
    for (int i = 0; i < 5; i++) {
        end = profile_text_put(end, text[i]);
        *end++ = '\t';
    }
    for (int i = 0; i < 6; i++) {
        end = profile_text_number(end, number[i]);
        *end++ = i < 5 ? '\t' : '\n';
    }
    *end = '\0';
    assert(end - line < PROFILE_LINE);
}

/* Passes the whole text, piece by piece, to the digest and, if there is one, to the file. */
static uint64_t profile_text_all(const struct profile *p, struct text_writer *out) {
    uint64_t digest = DIGEST_START;
    char line[PROFILE_LINE];
    for (int i = 0; i < p->notes.count; i++) {
        const char *piece[] = {"# ", p->notes.key[i], ": ", p->notes.value[i], "\n"};
        for (int k = 0; k < 5; k++) {
            digest = profile_text_hash(digest, piece[k]);
            if (out && piece[k][0]) text_write(out, "%s", piece[k]);
        }
    }
    digest = profile_text_hash(digest, PROFILE_HEADER "\n");
    if (out) text_write(out, "%s\n", PROFILE_HEADER);
    for (int i = 0; i < p->rows; i++) {
        profile_text_row(line, &p->row[i]);
        digest = profile_text_hash(digest, line);
        if (out) text_write(out, "%s", line);
    }
    if (out) text_write_end(out, p->rows);
    return digest;
}

static char *profile_text_hex(uint64_t digest) {
    char *text = memory_new(17, 1);
    snprintf(text, 17, "%016" PRIx64, digest);
    return text;
}

char *profile_text_digest(const struct profile *p) {
    return profile_text_hex(profile_text_all(p, NULL));
}

bool profile_write(struct profile *p, const char *path, struct error *err) {
    struct text_writer out;
    if (!profile_sort(p, err) || !text_create(&out, path, err)) return false;
    profile_text_all(p, &out);
    if (!text_close(&out, err)) return false;
    char *old = p->path;
    p->path = memory_string(path);
    free(old);
    return true;
}

/* --- reading --- */

struct reading {
    struct text_reader in;
    struct profile *p;
    const struct primitive **by_name; /* all primitives, sorted by name */
    char checked[SCENARIO_TEXT];      /* the convolution scenario that was parsed last */
};

static int reading_compare(const void *a, const void *b) {
    const struct primitive *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static const struct primitive *reading_primitive(const struct reading *r, const char *name) {
    struct primitive wanted = {.name = name};
    const struct primitive *key = &wanted, *const *found = bsearch(&key, r->by_name, (size_t)primitive_count,
                                                                   sizeof *r->by_name, reading_compare);
    return found ? *found : NULL;
}

static bool reading_wrong(struct reading *r, int column, const char *text, const char *expected, struct error *err) {
    static const char *const names[PROFILE_COLUMNS] = {"kind", "scenario",        "name",         "from",
                                                       "to",   "median_ns",       "min_ns",       "spread_ns",
                                                       "runs", "workspace_bytes", "weights_bytes"};
    assert(column >= 0 && column < PROFILE_COLUMNS);
    return error_at(err, r->in.path, r->in.line, "column %d, %s: `%s` is wrong (expected %s)", column + 1,
                    names[column], text, expected);
}

static bool reading_unknown(struct reading *r, const char *name, struct error *err) {
    char hint[SIMILAR_HINT];
    struct similar near;
    similar_init(&near, name);
    for (int i = 0; i < primitive_count; i++) similar_try(&near, primitives[i].name);
    return error_at(err, r->in.path, r->in.line,
                    "column 3, name: `%.60s` is not a primitive%s (`taso primitives` lists them)", name,
                    similar_hint(hint, &near, ""));
}

static bool reading_conv(struct reading *r, const struct profile_row *row, struct error *err) {
    if (strcmp(r->checked, row->scenario) != 0 || row->scenario[0] == '\0') {
        struct scenario s;
        char again[SCENARIO_TEXT];
        const char *wrong = scenario_parse(&s, row->scenario);
        if (wrong) return reading_wrong(r, 1, row->scenario, wrong, err);
        scenario_print(again, &s);
        if (strcmp(again, row->scenario) != 0) return reading_wrong(r, 1, row->scenario, again, err);
        strcpy(r->checked, again);
    }
    const struct primitive *p = reading_primitive(r, row->name);
    if (!p) return reading_unknown(r, row->name, err);
    if (row->from != p->in) return reading_wrong(r, 3, layout_names[row->from], layout_names[p->in], err);
    if (row->to != p->out) return reading_wrong(r, 4, layout_names[row->to], layout_names[p->out], err);
    return true;
}

static bool reading_convert(struct reading *r, const struct profile_row *row, struct error *err) {
    char copy[64], again[TENSOR_TEXT], *rest = copy;
    long long size[3] = {0, 0, 0};
    snprintf(copy, sizeof copy, "%s", row->scenario);
    for (int i = 0; i < 3; i++) {
        char *field = text_field(&rest, ',');
        if (!field || !text_int64(&size[i], field) || size[i] < 1 || size[i] > 1 << 23)
            return reading_wrong(r, 1, row->scenario, "C,H,W", err);
    }
    profile_text_tensor(again, (int)size[0], (int)size[1], (int)size[2]);
    if (strcmp(again, row->scenario) != 0) return reading_wrong(r, 1, row->scenario, "C,H,W", err);
    if (strcmp(row->name, "convert") != 0) return reading_wrong(r, 2, row->name, "`convert`", err);
    if (row->from == row->to) return reading_wrong(r, 4, layout_names[row->to], "another layout than `from`", err);
    return true;
}

static bool reading_layer(struct reading *r, const struct profile_row *row, struct error *err) {
    enum operator_kind kind;
    size_t n = strlen(row->name);
    if (!operator_parse_kind(&kind, row->name)) return reading_wrong(r, 2, row->name, "an operator", err);
    if (strncmp(row->scenario, row->name, n) != 0 || row->scenario[n] != ':' || strlen(row->scenario) >= OPERATOR_TEXT)
        return reading_wrong(r, 1, row->scenario, "name:key=value,... of the row's operator", err);
    if (row->from != row->to) return reading_wrong(r, 4, layout_names[row->to], "the same layout as `from`", err);
    return true;
}

/* A convolution's or a layer's row but for the rows of a call at the end of its scenario. */
static bool reading_strip(struct reading *r, const struct profile_row *row, struct error *err) {
    char whole[LAYER_TEXT];
    const char *at = strrchr(row->scenario, '@');
    long long rows;
    if (!at || !text_int64(&rows, at + 1) || rows < 1 || rows > 1 << 20 || at[1] == '0' || at[1] == '+' ||
        at - row->scenario >= LAYER_TEXT)
        return reading_wrong(r, 1, row->scenario, "the scenario of a convolution or layer, @ and the rows of a call",
                             err);
    snprintf(whole, sizeof whole, "%.*s", (int)(at - row->scenario), row->scenario);
    struct profile_row of = *row;
    of.scenario = whole;
    if (row->from != row->to) return reading_wrong(r, 4, layout_names[row->to], "the same layout as `from`", err);
    if (row->from == LAYOUT_CHW) return reading_wrong(r, 3, "chw", "hwc or hcw, whose rows are contiguous", err);
    enum operator_kind kind;
    if (!isalpha((unsigned char)whole[0])) return reading_conv(r, &of, err); /* a layer's begins with its name */
    if (operator_parse_kind(&kind, row->name) && !operators[kind]->by_rows && !operators[kind]->state)
        return reading_wrong(r, 2, row->name, "an operator that works by rows", err);
    return reading_layer(r, &of, err);
}

static bool reading_move(struct reading *r, const struct profile_row *row, struct error *err) {
    long long bytes;
    char again[24];
    if (!text_int64(&bytes, row->scenario) || bytes < 0 || bytes > PROFILE_BYTES_MOST)
        return reading_wrong(r, 1, row->scenario, "bytes from 0 to 2^50", err);
    snprintf(again, sizeof again, "%lld", bytes);
    if (strcmp(again, row->scenario) != 0) return reading_wrong(r, 1, row->scenario, again, err);
    if (strcmp(row->name, "move") != 0) return reading_wrong(r, 2, row->name, "`move`", err);
    if (row->from != row->to) return reading_wrong(r, 4, layout_names[row->to], "the same layout as `from`", err);
    return true;
}

static bool reading_numbers(struct reading *r, struct profile_row *row, char **cell, struct error *err) {
    static const struct {
        int64_t most;
        bool may_miss;
        const char *expected;
    } rule[] = {
        {PROFILE_NS_MOST, false, "whole nanoseconds from 0 to 1e14"},
        {PROFILE_NS_MOST, true, "whole nanoseconds from 0 to 1e14, or nan"},
        {PROFILE_NS_MOST, true, "whole nanoseconds from 0 to 1e14, or nan"},
        {INT32_MAX, false, "a number of runs from 1 up"},
        {PROFILE_BYTES_MOST, true, "bytes from 0 to 2^50, or nan"},
        {PROFILE_BYTES_MOST, true, "bytes from 0 to 2^50, or nan"},
    };
    int64_t *const value[] = {&row->median_ns, &row->min_ns,          &row->spread_ns,
                              &row->runs,      &row->workspace_bytes, &row->weights_bytes};
    for (int i = 0; i < 6; i++) {
        long long number;
        *value[i] = PROFILE_MISSING;
        if (rule[i].may_miss && strcmp(cell[i], "nan") == 0) continue;
        if (!text_int64(&number, cell[i]) || number < 0 || number > rule[i].most)
            return reading_wrong(r, 5 + i, cell[i], rule[i].expected, err);
        *value[i] = number;
    }
    if (row->runs < 1) return reading_wrong(r, 8, cell[3], rule[3].expected, err);
    if (row->min_ns > row->median_ns) return reading_wrong(r, 6, cell[1], "at most the median", err);
    if (row->kind == PROFILE_CONV && row->median_ns < 1)
        return reading_wrong(r, 5, cell[0], "a time of at least 1 ns", err);
    return true;
}

static bool reading_row(struct reading *r, char *line, struct error *err) {
    char *cell[PROFILE_COLUMNS], *rest = line;
    struct profile_row row = {.line = r->in.line};
    for (int i = 0; i < PROFILE_COLUMNS; i++)
        if (!(cell[i] = text_field(&rest, '\t')))
            return error_at(err, r->in.path, r->in.line, "too few columns (expected %d, got %d)", PROFILE_COLUMNS, i);
    if (rest) return error_at(err, r->in.path, r->in.line, "too many columns (expected %d)", PROFILE_COLUMNS);
    int kind = 0;
    while (kind < PROFILE_KINDS && strcmp(cell[0], profile_kind_names[kind]) != 0) kind++;
    if (kind == PROFILE_KINDS) return reading_wrong(r, 0, cell[0], "conv, convert, layer, move or strip", err);
    row.kind = (enum profile_kind)kind;
    row.scenario = cell[1];
    row.name = cell[2];
    if (!layout_parse(&row.from, cell[3])) return reading_wrong(r, 3, cell[3], "chw, hwc or hcw", err);
    if (!layout_parse(&row.to, cell[4])) return reading_wrong(r, 4, cell[4], "chw, hwc or hcw", err);
    static bool (*const reading[PROFILE_KINDS])(struct reading *, const struct profile_row *, struct error *) = {
        reading_conv, reading_convert, reading_layer, reading_move, reading_strip};
    bool good = reading[kind](r, &row, err);
    if (!good || !reading_numbers(r, &row, cell + 5, err)) return false;
    profile_add(r->p, &row);
    return true;
}

static bool reading_note(struct reading *r, const char *line, struct error *err) {
    char *copy = memory_string(line), *colon = strstr(copy, ": ");
    bool first = r->in.line == 1;
    bool good = strncmp(copy, "# ", 2) == 0 && colon && colon > copy + 2;
    if (good) *colon = '\0';
    if (first && (!good || strcmp(copy + 2, "format") != 0 || strcmp(colon + 2, PROFILE_FORMAT) != 0))
        good = error_at(err, r->in.path, 1,
                        "not a profile of this version (expected `# format: %s` in the first line, got `%s`)",
                        PROFILE_FORMAT, line);
    else if (!good)
        error_at(err, r->in.path, r->in.line, "`%s` is not a provenance line (expected `# key: value`)", line);
    if (good) notes_set(&r->p->notes, copy + 2, colon + 2);
    free(copy);
    return good;
}

static bool reading_all(struct reading *r, struct error *err) {
    char *line;
    bool header = false;
    for (;;) {
        if (!text_next(&r->in, &line, err)) return false;
        if (header && (!line || line[0] == '#'))
            return text_end(&r->in, line, r->p->rows, err) && profile_sort(r->p, err);
        if (!line) break;
        if (header) {
            if (!reading_row(r, line, err)) return false;
        } else if (line[0] == '#' || r->in.line == 1) {
            if (!reading_note(r, line, err)) return false;
        } else {
            header = strcmp(line, PROFILE_HEADER) == 0;
            if (!header)
                return error_at(err, r->in.path, r->in.line, "not the header (expected `%s`, separated by tabs)",
                                PROFILE_HEADER);
        }
    }
    return error_at(err, r->in.path, r->in.line, "the file ends before its header (expected a profile)");
}

struct profile *profile_read(const char *path, struct error *err) {
    struct reading r = {.p = NULL};
    if (!text_open(&r.in, path, err)) return NULL;
    r.p = profile_new();
    free(r.p->path);
    r.p->path = memory_string(path);
    r.by_name = MEMORY_NEW(const struct primitive *, primitive_count);
    for (int i = 0; i < primitive_count; i++) r.by_name[i] = &primitives[i];
    memory_sort(r.by_name, (size_t)primitive_count, sizeof *r.by_name, reading_compare);
    bool good = reading_all(&r, err);
    free(r.by_name);
    text_free(&r.in);
    if (good) return r.p;
    profile_free(r.p);
    return NULL;
}

#include "formulation/profile_import.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formulation/profile_text.h"
#include "kernels/isa.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"

struct column {
    bool convert;
    enum layout from, to;
    const struct primitive *primitive; /* of a convolution */
};

struct import {
    struct text_reader in;
    struct profile *samples; /* one row per cell, in the order of the table */
    char unknown[512];       /* primitives that our table lacks, separated by ", " */
};

int profile_import_same_pad(int size, int kernel, int stride) {
    assert(size > 0 && kernel > 0 && stride > 0);
    int total = ((size + stride - 1) / stride - 1) * stride + kernel - size;
    return total <= 0 ? 0 : (stride == 1 ? total : total + 1) / 2;
}

/* --- cells --- */

static char *profile_import_trim(char *cell) {
    cell += strspn(cell, " \t");
    size_t n = strlen(cell);
    while (n > 0 && (cell[n - 1] == ' ' || cell[n - 1] == '\t')) cell[--n] = '\0';
    return cell;
}

/* The cells of a line; the caller frees the array, not the cells. */
static char **profile_import_cells(int *cells, char *line) {
    size_t capacity = 0;
    char **cell = NULL, *rest = line, *field;
    *cells = 0;
    while ((field = text_field(&rest, ','))) {
        cell = memory_grow(cell, &capacity, (size_t)*cells + 1, sizeof *cell);
        cell[(*cells)++] = profile_import_trim(field);
    }
    return cell;
}

static bool profile_import_wrong(const struct text_reader *in, int column, const char *cell, const char *expected,
                                 struct error *err) {
    return error_at(err, in->path, in->line, "column %d: `%s` is wrong (expected %s)", column + 1, cell, expected);
}

static bool profile_import_size(int *size, const struct text_reader *in, int column, const char *cell,
                                struct error *err) {
    long long value;
    if (!text_int64(&value, cell) || value < 1 || value > 1 << 20)
        return profile_import_wrong(in, column, cell, "a whole number from 1 to 1048576", err);
    *size = (int)value;
    return true;
}

/* Whole nanoseconds in 2021, decimal ones in 2018. */
static bool profile_import_time(int64_t *ns, const struct text_reader *in, int column, const char *cell,
                                struct error *err) {
    double value;
    if (!text_double(&value, cell) || value < 0 || value > (double)PROFILE_NS_MOST)
        return profile_import_wrong(in, column, cell, "nanoseconds from 0 (does not apply) to 1e14", err);
    *ns = value > 0 && value < 1 ? 1 : llround(value);
    return true;
}

/* X-to-Y, or a primitive. false: neither. */
static bool profile_import_column(struct column *c, const char *name) {
    char from[4] = "", rest[32] = "";
    *c = (struct column){.convert = false};
    if (sscanf(name, "%3[a-z]-to-%31s", from, rest) == 2 && layout_parse(&c->from, from) && layout_parse(&c->to, rest))
        return c->convert = true;
    c->primitive = primitive_find(name);
    if (!c->primitive) return false;
    c->from = c->primitive->in;
    c->to = c->primitive->out;
    return true;
}

static void profile_import_unknown(struct import *m, const char *name) {
    size_t used = strlen(m->unknown);
    snprintf(m->unknown + used, sizeof m->unknown - used, "%s%s", used ? ", " : "", *name ? name : "(none)");
}

/* --- samples --- */

static void profile_import_bytes(struct profile_row *row, const struct primitive *p, struct scenario s) {
    s.pad = padding_all(profile_import_same_pad(s.H, s.KH, s.stride));
    s.same = false;
    const bool known = !scenario_check(&s) && primitive_applies(p, &s);
    const enum isa here = isa_current();
    isa_assume(ISA_PORTABLE); /* the table is another machine's: its bytes must not depend on this one */
    row->workspace_bytes = known ? (int64_t)primitive_workspace(p, &s, 1) : PROFILE_MISSING;
    row->weights_bytes = known ? (int64_t)primitive_weights(p, &s) : PROFILE_MISSING;
    isa_assume(here);
    assert(isa_current() == here);
}

static bool profile_import_sample(struct import *m, const struct column *c, const struct scenario *s, int column,
                                  const char *cell, struct error *err) {
    int64_t ns = 0;
    char text[SCENARIO_TEXT];
    if (!profile_import_time(&ns, &m->in, column, cell, err)) return false;
    if (ns == 0 || (c->convert && c->from == c->to)) return true;
    struct profile_row row = {.kind = c->convert ? PROFILE_CONVERT : PROFILE_CONV,
                              .scenario = text,
                              .name = c->convert ? "convert" : (char *)(uintptr_t)c->primitive->name,
                              .from = c->from,
                              .to = c->to,
                              .median_ns = ns,
                              .min_ns = ns,
                              .spread_ns = PROFILE_MISSING,
                              .runs = 1,
                              .workspace_bytes = 0,
                              .weights_bytes = 0,
                              .line = m->in.line};
    if (c->convert) {
        profile_text_tensor(text, s->C, s->H, s->W);
    } else {
        scenario_print(text, s);
        profile_import_bytes(&row, c->primitive, *s);
    }
    profile_add(m->samples, &row);
    return true;
}

static int profile_import_by_key(const void *a, const void *b) {
    const struct profile_row *x = a, *y = b;
    int order = (x->kind > y->kind) - (x->kind < y->kind);
    if (!order) order = strcmp(x->scenario, y->scenario);
    if (!order) order = strcmp(x->name, y->name);
    if (!order) order = (x->from > y->from) - (x->from < y->from);
    if (!order) order = (x->to > y->to) - (x->to < y->to);
    return order;
}

static int profile_import_by_key_and_time(const void *a, const void *b) {
    const struct profile_row *x = a, *y = b;
    int order = profile_import_by_key(a, b);
    return order ? order : (x->median_ns > y->median_ns) - (x->median_ns < y->median_ns);
}

static int64_t profile_import_quantile(const struct profile_row *row, int rows, double q) {
    assert(rows > 0 && q >= 0 && q <= 1);
    double at = q * (rows - 1);
    int low = (int)at, high = low + 1 < rows ? low + 1 : low;
    assert(row[low].median_ns <= row[high].median_ns); /* sorted by time */
    return row[low].median_ns + llround((at - low) * (double)(row[high].median_ns - row[low].median_ns));
}

/* One row for each key: the median of its samples. */
static struct profile *profile_import_reduce(struct profile *samples) {
    struct profile *p = profile_new();
    memory_sort(samples->row, (size_t)samples->rows, sizeof *samples->row, profile_import_by_key_and_time);
    for (int i = 0, next; i < samples->rows; i = next) {
        const struct profile_row *first = &samples->row[i];
        for (next = i + 1; next < samples->rows && profile_import_by_key(first, &samples->row[next]) == 0;) next++;
        struct profile_row row = *first;
        assert(next > i && row.median_ns > 0);
        row.runs = next - i;
        row.median_ns = profile_import_quantile(first, next - i, 0.5);
        if (row.runs > 1)
            row.spread_ns =
                profile_import_quantile(first, next - i, 0.75) - profile_import_quantile(first, next - i, 0.25);
        profile_add(p, &row);
    }
    return p;
}

/* --- 2021 --- */

#define IMPORT_SIZES 5

static bool profile_import_2021_header(struct import *m, struct column *c, char *const *cell, int cells,
                                       struct error *err) {
    static const char *const sizes[IMPORT_SIZES] = {"c", "k", "im", "f", "s"};
    for (int i = 0; i < IMPORT_SIZES; i++)
        if (i >= cells || strcmp(cell[i], sizes[i]) != 0)
            return profile_import_wrong(&m->in, i, i < cells ? cell[i] : "", sizes[i], err);
    for (int i = IMPORT_SIZES; i < cells; i++) {
        for (int k = 0; k < i; k++)
            if (strcmp(cell[i], cell[k]) == 0)
                return profile_import_wrong(&m->in, i, cell[i], "a name that no earlier column has", err);
        if (!profile_import_column(&c[i], cell[i])) profile_import_unknown(m, cell[i]);
    }
    return true;
}

static bool profile_import_2021_row(struct import *m, const struct column *c, char *const *cell, int cells,
                                    struct error *err) {
    struct scenario s = {.dilation = 1, .groups = 1, .same = true};
    assert(cells >= IMPORT_SIZES); /* as the header */
    int *const size[IMPORT_SIZES] = {&s.C, &s.M, &s.H, &s.KH, &s.stride};
    for (int i = 0; i < IMPORT_SIZES; i++)
        if (!profile_import_size(size[i], &m->in, i, cell[i], err)) return false;
    s.W = s.H;
    s.KW = s.KH;
    const char *wrong = scenario_check(&s);
    if (wrong) return error_at(err, m->in.path, m->in.line, "not a convolution: %s", wrong);
    for (int i = IMPORT_SIZES; i < cells; i++)
        if (!profile_import_sample(m, &c[i], &s, i, cell[i], err)) return false;
    return true;
}

static bool profile_import_2021(struct import *m, char *line, struct error *err) {
    int columns, cells;
    char *header = memory_string(line), **cell = profile_import_cells(&columns, header);
    struct column *c = MEMORY_NEW(struct column, columns);
    bool good = profile_import_2021_header(m, c, cell, columns, err);
    free(cell);
    free(header);
    if (good && m->unknown[0])
        good = error_at(err, m->in.path, m->in.line, "unknown primitives: %s (`taso primitives` lists the known ones)",
                        m->unknown);
    while (good && (good = text_next(&m->in, &line, err)) && line) {
        cell = profile_import_cells(&cells, line);
        if (cells != columns)
            good = error_at(err, m->in.path, m->in.line, "wrong number of cells (expected %d, got %d)", columns, cells);
        else
            good = profile_import_2021_row(m, c, cell, cells, err);
        free(cell);
    }
    free(c);
    return good;
}

/* --- 2018 --- */

enum { ROW_KERNELS, ROW_CHANNELS, ROW_STRIDE, ROW_WIDTH, ROW_HEIGHT, ROW_K, ROW_SPARSITY, ROWS };
static const char *const profile_import_row_names[ROWS] = {"KERNELS", "CHANNELS", "STRIDE",  "WIDTH",
                                                           "HEIGHT",  "K",        "SPARSITY"};

struct layers {
    int count; /* 0: unknown */
    struct scenario *s;
    unsigned seen; /* bit i: row profile_import_row_names[i] was there */
};

static bool profile_import_2018_size(struct import *m, struct layers *l, int row, char *const *cell,
                                     struct error *err) {
    if (l->seen & 1u << row) return profile_import_wrong(&m->in, 0, cell[0], "a row that was not there before", err);
    assert(row < ROWS && ROWS < 32 && l->count > 0); /* bits of `seen` */
    l->seen |= 1u << row;
    for (int i = 0; i < l->count; i++) {
        struct scenario *s = &l->s[i];
        int *const size[ROWS] = {&s->M, &s->C, &s->stride, &s->W, &s->H, &s->KH, NULL};
        if (row == ROW_SPARSITY) {
            double sparsity;
            if (!text_double(&sparsity, cell[i + 1]) || sparsity != 0)
                return profile_import_wrong(&m->in, i + 1, cell[i + 1], "0 (dense kernels)", err);
        } else if (!profile_import_size(size[row], &m->in, i + 1, cell[i + 1], err)) {
            return false;
        }
    }
    return true;
}

static bool profile_import_2018_costs(struct import *m, struct layers *l, unsigned needed, bool convert,
                                      char *const *cell, struct error *err) {
    struct column c;
    if ((l->seen & needed) != needed)
        for (int i = 0; i < ROWS; i++)
            if (needed & ~l->seen & 1u << i)
                return profile_import_wrong(&m->in, 0, cell[0], profile_import_row_names[i], err);
    if (!profile_import_column(&c, cell[0])) {
        if (convert) return profile_import_wrong(&m->in, 0, cell[0], "X-to-Y with chw, hwc or hcw", err);
        profile_import_unknown(m, cell[0]);
        return true;
    }
    if (c.convert != convert) return profile_import_wrong(&m->in, 0, cell[0], convert ? "X-to-Y" : "a primitive", err);
    for (int i = 0; i < l->count; i++) {
        struct scenario *s = &l->s[i];
        s->KW = s->KH;
        s->dilation = s->groups = 1;
        s->same = true;
        const char *wrong = convert ? NULL : scenario_check(s);
        if (wrong) return error_at(err, m->in.path, m->in.line, "column %d: not a convolution: %s", i + 2, wrong);
        if (!profile_import_sample(m, &c, s, i + 1, cell[i + 1], err)) return false;
    }
    return true;
}

/* Reads one file of that form; line: its first. */
static bool profile_import_2018_file(struct import *m, char *line, unsigned needed, bool convert, struct error *err) {
    struct layers l = {.count = 0};
    bool good = true;
    while (good && line) {
        int cells, row = 0;
        char **cell = profile_import_cells(&cells, line);
        if (!l.s) {
            l.count = cells - 1;
            l.s = MEMORY_NEW(struct scenario, cells);
        }
        while (row < ROWS && strcmp(cell[0], profile_import_row_names[row]) != 0) row++;
        if (cells != l.count + 1 || cells < 2)
            good =
                error_at(err, m->in.path, m->in.line, "wrong number of cells (expected a name and %d layers, got %d)",
                         l.count < 1 ? 1 : l.count, cells);
        else if (row < ROWS)
            good = profile_import_2018_size(m, &l, row, cell, err);
        else
            good = profile_import_2018_costs(m, &l, needed, convert, cell, err);
        free(cell);
        good = good && text_next(&m->in, &line, err);
    }
    free(l.s);
    if (good && (l.seen & needed) != needed)
        good = error_at(err, m->in.path, m->in.line, "the file ends before its sizes are known");
    if (good && m->unknown[0])
        good =
            error_at(err, m->in.path, 0, "unknown primitives: %s (`taso primitives` lists the known ones)", m->unknown);
    return good;
}

/* NAME.csv[.gz] -> NAME-transforms.csv[.gz], whichever exists; the caller frees. */
static char *profile_import_sibling(const char *path, struct error *err) {
    static const char *const tails[] = {".csv.gz", ".csv"};
    size_t n = strlen(path), stem = n;
    for (int i = 1; i >= 0; i--) {
        size_t tail = strlen(tails[i]);
        if (n > tail && strcmp(path + n - tail, tails[i]) == 0) stem = n - tail;
    }
    char *sibling = memory_new(n + 32, 1);
    for (int i = 0; i < 2; i++) {
        snprintf(sibling, n + 32, "%.*s-transforms%s", (int)stem, path, tails[i]);
        if (access(sibling, R_OK) == 0) return sibling;
    }
    error_at(err, path, 0, "conversions of this table of 2018 not found (expected %s, or --transforms FILE)", sibling);
    free(sibling);
    return NULL;
}

static bool profile_import_2018(struct import *m, char *line, const char *path, const char *transforms,
                                struct error *err) {
    const unsigned tensor = 1u << ROW_CHANNELS | 1u << ROW_WIDTH | 1u << ROW_HEIGHT;
    const unsigned layer = tensor | 1u << ROW_KERNELS | 1u << ROW_STRIDE | 1u << ROW_K | 1u << ROW_SPARSITY;
    if (!profile_import_2018_file(m, line, layer, false, err)) return false;
    char *second = transforms ? memory_string(transforms) : profile_import_sibling(path, err);
    if (!second) return false;
    text_free(&m->in);
    bool good = text_open(&m->in, second, err) && text_next(&m->in, &line, err);
    if (good && !line) good = error_at(err, second, 0, "the file is empty (expected conversions)");
    good = good && profile_import_2018_file(m, line, tensor, true, err);
    if (good) notes_set(&m->samples->notes, "transforms", second);
    free(second);
    return good;
}

/* --- both --- */

static bool profile_import_all(struct import *m, const char *path, const char *transforms, struct error *err) {
    char *line;
    if (!text_next(&m->in, &line, err)) return false;
    if (!line) return error_at(err, path, 0, "the file is empty (expected a triNNity table)");
    bool is_2018 = strncmp(line, "KERNELS,", 8) == 0;
    if (!is_2018 && strncmp(line, "c,", 2) != 0)
        return error_at(err, path, 1, "not a triNNity table (expected `c,k,im,f,s,...` or `KERNELS, ...`, got `%.40s`)",
                        line);
    if (!is_2018 && transforms)
        return error_at(err, path, 0, "a table of 2021 contains its conversions (expected no second file)");
    return is_2018 ? profile_import_2018(m, line, path, transforms, err) : profile_import_2021(m, line, err);
}

struct profile *profile_import_table(const char *path, const char *transforms, struct error *err) {
    struct import m = {.samples = NULL};
    if (!text_open(&m.in, path, err)) return NULL;
    m.samples = profile_new();
    struct profile *p = NULL;
    bool good = profile_import_all(&m, path, transforms, err);
    if (good && m.samples->rows == 0) good = error_at(err, path, m.in.line, "the table contains no times");
    if (good) {
        p = profile_import_reduce(m.samples);
        notes_set(&p->notes, "source", path);
        notes_set(&p->notes, "isa", isa_names[ISA_PORTABLE]);
        for (int i = 0; i < m.samples->notes.count; i++)
            notes_set(&p->notes, m.samples->notes.key[i], m.samples->notes.value[i]);
        free(p->path);
        p->path = memory_string(path);
        good = profile_sort(p, err);
    }
    profile_free(m.samples);
    text_free(&m.in);
    if (good) return p;
    profile_free(p);
    return NULL;
}

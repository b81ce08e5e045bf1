/* The PLAN file's text: writer and reader. plan_match.c checks that a plan fits a network. */
#include "formulation/plan_text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/profile_text.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"

#define PLAN_FORMAT       "taso-plan 2"
#define PLAN_HEADER       "step\tkind\tlayer\tname\tfrom\tto\tscenario\ttime_ns\tworkspace_bytes\tweights_bytes"
#define PLAN_THREADS_MOST 256

const char *const plan_columns[PLAN_COLUMNS] = {"step",     "kind",    "layer",           "name",         "from", "to",
                                                "scenario", "time_ns", "workspace_bytes", "weights_bytes"};

enum {
    KEY_FORMAT,
    KEY_NETWORK,
    KEY_PROFILE,
    KEY_DIGEST,
    KEY_METHOD,
    KEY_MODEL,
    KEY_CONVERSIONS,
    KEY_THREADS,
    KEY_ISA,
    KEY_BUDGET,
    KEY_TIME,
    KEY_MEMORY,
    KEY_FLASH_BUDGET, /* from here on: of plans for a device only, both or none */
    KEY_FLASH,
    KEY_STREAM_INPUT, /* of plans that take the image by rows only */
    KEY_IN_PLACE,     /* of plans in which it is off only */
    KEYS
};
static const char *const plan_keys[KEYS] = {
    "format",       "network", "profile",      "digest",  "method",       "memory-model",       "conversions",
    "threads",      "isa",     "budget-bytes", "time-ns", "memory-bytes", "flash-budget-bytes", "flash-bytes",
    "stream-input", "in-place"};

int plan_text_rows(const struct plan_step *step) {
    const char *at = strrchr(step->scenario, '@');
    long long rows;
    return at && text_int64(&rows, at + 1) && rows > 0 && rows <= 1 << 20 ? (int)rows : 0;
}

static void writing_budget(char text[24], int64_t budget_bytes) {
    assert(budget_bytes >= 0);
    if (budget_bytes == INT64_MAX)
        snprintf(text, 24, "none");
    else
        snprintf(text, 24, "%" PRId64, budget_bytes);
}

bool plan_write(const struct plan *p, const char *path, struct error *err) {
    struct text_writer out;
    char budget[24], flash[24], threads[16];
    writing_budget(budget, p->budget_bytes);
    snprintf(threads, sizeof threads, "%d", p->threads);
    assert(p->steps > 0 && (int)p->model < MEMORY_MODELS && (int)p->conversions < CONVERSIONS);
    if (!text_create(&out, path, err)) return false;
    const char *const value[] = {PLAN_FORMAT,
                                 p->network,
                                 p->profile,
                                 p->digest,
                                 p->method,
                                 memory_model_names[p->model],
                                 conversion_names[p->conversions],
                                 threads,
                                 isa_names[p->isa],
                                 budget};
    for (int k = 0; k < KEY_TIME; k++) text_write(&out, "# %s: %s\n", plan_keys[k], value[k]);
    text_write(&out, "# %s: %" PRId64 "\n# %s: %" PRId64 "\n", plan_keys[KEY_TIME], p->time_ns, plan_keys[KEY_MEMORY],
               p->memory_bytes);
    if (p->flash.stated) {
        writing_budget(flash, p->flash.budget_bytes);
        text_write(&out, "# %s: %s\n# %s: %" PRId64 "\n", plan_keys[KEY_FLASH_BUDGET], flash, plan_keys[KEY_FLASH],
                   p->flash.bytes);
    }
    if (p->stream_input) text_write(&out, "# %s: yes\n", plan_keys[KEY_STREAM_INPUT]);
    if (p->apart) text_write(&out, "# %s: off\n", plan_keys[KEY_IN_PLACE]);
    for (int i = 0; i < p->notes.count; i++) text_write(&out, "# %s: %s\n", p->notes.key[i], p->notes.value[i]);
    text_write(&out, "%s\n", PLAN_HEADER);
    for (int i = 0; i < p->steps; i++) {
        const struct plan_step *s = &p->step[i];
        char slot[16] = "";
        if (s->slot >= 0) snprintf(slot, sizeof slot, ":%d", s->slot);
        text_write(&out, "%d\t%s\t%s%s\t%s\t%s\t%s\t%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", i,
                   profile_kind_names[s->kind], s->layer, slot, s->name, layout_names[s->from], layout_names[s->to],
                   s->scenario, s->time_ns, s->workspace_bytes, s->weights_bytes);
    }
    text_write_end(&out, p->steps);
    return text_close(&out, err);
}

/* --- reading --- */

struct reading {
    struct text_reader in;
    struct plan *p;
    unsigned seen; /* bit k: plan_keys[k] was there */
    char models[MEMORY_MODEL_LIST];
};

static bool reading_number(int64_t *value, const char *text, int64_t most) {
    long long number;
    if (!text_int64(&number, text) || number < 0 || number > most) return false;
    *value = number;
    return true;
}

static const char *reading_budget(int64_t *budget_bytes, const char *value) {
    *budget_bytes = INT64_MAX;
    if (strcmp(value, "none") == 0) return NULL;
    return reading_number(budget_bytes, value, INT64_MAX - 1) ? NULL : "bytes, or none";
}

/* NULL, or what is expected instead. */
static const char *reading_key(struct reading *r, int key, const char *value) {
    struct plan *p = r->p;
    const long line = r->in.line;
    int64_t number;
    char **const text[] = {NULL, &p->network, &p->profile, &p->digest, &p->method};
    if (value[0] == '\0') return "a value";
    switch (key) {
    case KEY_FORMAT: return strcmp(value, PLAN_FORMAT) == 0 ? NULL : PLAN_FORMAT;
    case KEY_NETWORK:
    case KEY_PROFILE:
    case KEY_DIGEST:
    case KEY_METHOD: *text[key] = memory_string(value); return NULL;
    case KEY_MODEL: return memory_model_parse(&p->model, value) ? NULL : memory_model_list(r->models);
    case KEY_CONVERSIONS:
        for (int i = 0; i < CONVERSIONS; i++)
            if (strcmp(value, conversion_names[i]) == 0) return p->conversions = (enum conversions)i, NULL;
        return "per-edge or per-tensor";
    case KEY_THREADS:
        if (!reading_number(&number, value, PLAN_THREADS_MOST) || number < 1) return "a number from 1 to 256";
        p->threads_line = line;
        return p->threads = (int)number, NULL;
    case KEY_ISA: p->isa_line = line; return isa_parse(&p->isa, value) ? NULL : "portable, sse2, avx2 or avx512";
    case KEY_BUDGET: p->budget_line = line; return reading_budget(&p->budget_bytes, value);
    case KEY_TIME:
        p->time_line = line;
        return reading_number(&p->time_ns, value, INT64_MAX) ? NULL : "whole nanoseconds";
    case KEY_MEMORY: p->memory_line = line; return reading_number(&p->memory_bytes, value, INT64_MAX) ? NULL : "bytes";
    case KEY_FLASH_BUDGET: p->flash.budget_line = line; return reading_budget(&p->flash.budget_bytes, value);
    case KEY_FLASH: p->flash.line = line; return reading_number(&p->flash.bytes, value, INT64_MAX) ? NULL : "bytes";
    case KEY_STREAM_INPUT:
        p->stream_line = line;
        return (p->stream_input = strcmp(value, "yes") == 0) ? NULL : "yes, or no such line";
    case KEY_IN_PLACE: return (p->apart = strcmp(value, "off") == 0) ? NULL : "off, or no such line";
    }
    return NULL;
}

static bool reading_note(struct reading *r, char *line, struct error *err) {
    char *colon = strstr(line, ": ");
    int key = 0;
    if (strncmp(line, "# ", 2) != 0 || !colon || colon == line + 2)
        return error_at(err, r->in.path, r->in.line, "`%s` is not a provenance line (expected `# key: value`)", line);
    *colon = '\0';
    while (key < KEYS && strcmp(line + 2, plan_keys[key]) != 0) key++;
    if (r->in.line == 1 && key != KEY_FORMAT)
        return error_at(err, r->in.path, 1,
                        "not a plan of this version (expected `# format: %s` in the first line, got `%s`)", PLAN_FORMAT,
                        line);
    if (key == KEYS) return notes_set(&r->p->notes, line + 2, colon + 2), true;
    if (r->seen & 1u << key)
        return error_at(err, r->in.path, r->in.line, "`%s` is given twice (expected once)", plan_keys[key]);
    assert(key < KEYS && KEYS < 32); /* bits of `seen` */
    r->seen |= 1u << key;
    const char *wrong = reading_key(r, key, colon + 2);
    if (!wrong) return true;
    return error_at(err, r->in.path, r->in.line, "%s: `%s` is wrong (expected %s)", plan_keys[key], colon + 2, wrong);
}

static bool reading_wrong(const struct reading *r, int column, const char *text, const char *expected,
                          struct error *err) {
    return error_at(err, r->in.path, r->in.line, "column %d, %s: `%s` is wrong (expected %s)", column + 1,
                    plan_columns[column], text, expected);
}

/* READER:SLOT of a conversion; cuts the cell at the colon. */
static bool reading_slot(struct reading *r, struct plan_step *s, struct error *err) {
    s->slot = -1;
    if (s->kind != PROFILE_CONVERT) return true;
    char *colon = strrchr(s->layer, ':');
    int64_t slot;
    if (!colon || !reading_number(&slot, colon + 1, OPERATOR_INPUTS - 1))
        return reading_wrong(r, 2, s->layer, "READER:SLOT", err);
    *colon = '\0';
    s->slot = (int)slot;
    return true;
}

static bool reading_row(struct reading *r, char *line, struct error *err) {
    char *cell[PLAN_COLUMNS], *rest = line;
    int64_t step;
    for (int i = 0; i < PLAN_COLUMNS; i++)
        if (!(cell[i] = text_field(&rest, '\t')))
            return error_at(err, r->in.path, r->in.line, "too few columns (expected %d, got %d)", PLAN_COLUMNS, i);
    if (rest) return error_at(err, r->in.path, r->in.line, "too many columns (expected %d)", PLAN_COLUMNS);
    struct plan_step s = {.layer = cell[2], .name = cell[3], .scenario = cell[6], .line = r->in.line};
    int kind = 0;
    while (kind < PROFILE_KINDS && strcmp(cell[1], profile_kind_names[kind]) != 0) kind++;
    if (!reading_number(&step, cell[0], INT32_MAX) || step != r->p->steps)
        return reading_wrong(r, 0, cell[0], "the number of the row, from 0", err);
    if (kind == PROFILE_KINDS) return reading_wrong(r, 1, cell[1], "conv, convert, layer, move or strip", err);
    s.kind = (enum profile_kind)kind;
    if (!reading_slot(r, &s, err)) return false;
    if (!layout_parse(&s.from, cell[4])) return reading_wrong(r, 4, cell[4], "chw, hwc or hcw", err);
    if (!layout_parse(&s.to, cell[5])) return reading_wrong(r, 5, cell[5], "chw, hwc or hcw", err);
    if (!reading_number(&s.time_ns, cell[7], PROFILE_NS_MOST))
        return reading_wrong(r, 7, cell[7], "whole nanoseconds from 0 to 1e14", err);
    if (!reading_number(&s.workspace_bytes, cell[8], PROFILE_BYTES_MOST))
        return reading_wrong(r, 8, cell[8], "bytes from 0 to 2^50", err);
    if (!reading_number(&s.weights_bytes, cell[9], PROFILE_BYTES_MOST))
        return reading_wrong(r, 9, cell[9], "bytes from 0 to 2^50", err);
    assert((s.slot >= 0) == (s.kind == PROFILE_CONVERT) && r->p->steps < INT32_MAX);
    plan_text_add(r->p, &s);
    return true;
}

static bool reading_header(struct reading *r, const char *line, struct error *err) {
    const unsigned flash = r->seen >> KEY_FLASH_BUDGET & 3u;
    const int keys = flash ? KEY_STREAM_INPUT : KEY_FLASH_BUDGET;
    r->p->flash.stated = flash != 0;
    for (int k = 0; k < keys; k++)
        if (!(r->seen & 1u << k))
            return error_at(err, r->in.path, r->in.line,
                            "missing provenance (expected a line `# %s: ...` above this one)", plan_keys[k]);
    if (strcmp(line, PLAN_HEADER) == 0) return true;
    return error_at(err, r->in.path, r->in.line, "not the header (expected `%s`, separated by tabs)", PLAN_HEADER);
}

static bool reading_all(struct reading *r, struct error *err) {
    char *line;
    bool header = false, end = false;
    int64_t sum = 0;
    while (!end) {
        if (!text_next(&r->in, &line, err)) return false;
        if (!line && !header) break;
        if (!header && (line[0] == '#' || r->in.line == 1)) {
            if (!reading_note(r, line, err)) return false;
        } else if (!header) {
            if (!(header = reading_header(r, line, err))) return false;
        } else if (!line || line[0] == '#') {
            if (!text_end(&r->in, line, r->p->steps, err)) return false;
            end = true;
        } else if (!reading_row(r, line, err)) {
            return false;
        }
    }
    if (r->p->steps == 0)
        return error_at(err, r->in.path, r->in.line, "the file ends before its first step (expected a plan)");
    if (r->p->steps > 80000) return error_at(err, r->in.path, r->in.line, "more than 80000 steps");
    for (int i = 0; i < r->p->steps; i++) sum += r->p->step[i].time_ns; /* at most 8e4 x 1e14 */
    if (sum == r->p->time_ns) return true;
    return error_at(err, r->in.path, r->p->time_line,
                    "time-ns: not the sum of the steps' times (expected %" PRId64 ", got %" PRId64 ")", sum,
                    r->p->time_ns);
}

struct plan *plan_read(const char *path, struct error *err) {
    struct reading r = {.seen = 0};
    if (!text_open(&r.in, path, err)) return NULL;
    r.p = MEMORY_NEW(struct plan, 1);
    r.p->path = memory_string(path);
    bool good = reading_all(&r, err);
    text_free(&r.in);
    if (good) return r.p;
    plan_free(r.p);
    return NULL;
}

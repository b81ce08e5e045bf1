#include "solver/facts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/cuts/cuts.h"
#include "solver/heuristics/heuristics.h"
#include "solver/tree/root_stages.h"

#define FACTS_WILD_RATIO 1e9
#define FACTS_WILD_MOST  1e9

const char *const facts_kind_names[] = {"matrix", "cost", "bounds", "sides"};
_Static_assert(sizeof facts_kind_names / sizeof facts_kind_names[0] == FACTS_KINDS, "a kind has no name");

static const char *const facts_part_titles[] = {
#define FACTS_PART(name, title) title,
#include "solver/facts.def"
#undef FACTS_PART
};

struct facts_size facts_size(const struct model *m) {
    struct facts_size size = {.rows = m->rows, .cols = m->cols, .entries = m->entries};
    for (int j = 0; j < m->cols; j++) {
        size.integers += m->integer[j];
        size.binaries += m->integer[j] && m->lower[j] == 0 && m->upper[j] == 1;
    }
    assert(size.binaries <= size.integers && size.integers <= size.cols);
    return size;
}

static void facts_widen(struct facts_range *r, double value) {
    value = fabs(value);
    if (value == 0 || value >= MODEL_INFINITY) return;
    r->least = r->most == 0 ? value : fmin(r->least, value);
    r->most = fmax(r->most, value);
}

static void facts_ranges(struct facts_range *range, const struct model *m) {
    for (long k = 0; k < m->entries; k++) facts_widen(&range[FACTS_MATRIX], m->value[k]);
    for (int j = 0; j < m->cols; j++) {
        facts_widen(&range[FACTS_COST], m->cost[j]);
        facts_widen(&range[FACTS_BOUNDS], m->lower[j]);
        facts_widen(&range[FACTS_BOUNDS], m->upper[j]);
    }
    for (int i = 0; i < m->rows; i++) {
        facts_widen(&range[FACTS_SIDES], m->row_lower[i]);
        facts_widen(&range[FACTS_SIDES], m->row_upper[i]);
    }
}

struct facts *facts_new(const struct model *m) {
    struct facts *f = MEMORY_NEW(struct facts, 1);
    f->given = f->presolved = facts_size(m);
    facts_ranges(f->range, m);
    f->root_first = f->root_last = -MODEL_INFINITY;
    return f;
}

void facts_free(struct facts *f) {
    if (!f) return;
    free(f->solution);
    free(f);
}

void facts_add_solution(struct facts *f, double seconds, double objective, const char *found_by) {
    f->solution = memory_resize(f->solution, f->solutions + 1, sizeof *f->solution);
    struct facts_solution *s = &f->solution[f->solutions++];
    *s = (struct facts_solution){.seconds = seconds, .objective = objective};
    snprintf(s->found_by, sizeof s->found_by, "%s", found_by);
    assert(seconds >= 0);
}

bool facts_wild(const struct facts_range *r) {
    return r->most > FACTS_WILD_MOST || r->most > FACTS_WILD_RATIO * r->least;
}

const char *facts_seconds(double *seconds, const struct facts *f, int part) {
    double heuristics = 0, known = 0;
    for (int k = 0; k < HEURISTICS; k++) heuristics += f->tallies.heuristic[k].seconds;
    assert(part >= 0 && f->answer.seconds >= 0);
    if (part < FACTS_PARTS) return *seconds = f->seconds[part], facts_part_titles[part];
    part -= FACTS_PARTS;
    if (part < ROOT_STAGES) return *seconds = f->tallies.stage[part].seconds, root_stages_name(part);
    if (part == ROOT_STAGES) return *seconds = heuristics, "heuristics";
    for (int k = 0; k < FACTS_PARTS; k++) known += f->seconds[k];
    for (int k = 0; k < ROOT_STAGES; k++) known += f->tallies.stage[k].seconds;
    *seconds = fmax(0, f->answer.seconds - known - heuristics);
    return part == ROOT_STAGES + 1 ? "the rest" : NULL;
}

/* --- statistics, by the tables --- */

static void facts_tallies(FILE *out, const struct search_tallies *t) {
    for (int k = 0; k < CUTS_SEPARATORS; k++) {
        const struct search_tally *s = &t->separator[k];
        fprintf(out, "separator_%s_calls\t%lld\nseparator_%s_cuts\t%lld\nseparator_%s_seconds\t%.3f\n", cuts_name(k),
                (long long)s->calls, cuts_name(k), (long long)s->found, cuts_name(k), s->seconds);
    }
    for (int k = 0; k < HEURISTICS; k++) {
        const struct search_tally *s = &t->heuristic[k];
        fprintf(out, "heuristic_%s_calls\t%lld\nheuristic_%s_solutions\t%lld\n", heuristics_name(k),
                (long long)s->calls, heuristics_name(k), (long long)s->found);
        fprintf(out, "heuristic_%s_iterations\t%lld\nheuristic_%s_seconds\t%.3f\n", heuristics_name(k),
                (long long)s->iterations, heuristics_name(k), s->seconds);
    }
}

void facts_lines(FILE *out, const struct facts *f) {
    const struct facts_answer *a = &f->answer;
    assert(out && a->status);
    fprintf(out, "status\t%s\nfound_by\t%s\n", a->status, a->found_by);
    fprintf(out, "rows\t%d\ncols\t%d\nintegers\t%d\n", f->given.rows, f->given.cols, f->given.integers);
    fprintf(out, "searched_rows\t%d\nsearched_cols\t%d\n", f->searched_rows, f->searched_cols);
    fprintf(out, "nodes\t%lld\niterations\t%lld\n", (long long)a->nodes, (long long)a->iterations);
    fprintf(out, "strong_iterations\t%lld\nheuristic_iterations\t%lld\nsolutions\t%lld\n", (long long)f->counts.strong,
            (long long)f->counts.heuristic, (long long)f->counts.solutions);
    fprintf(out, "root_relaxation\t%.12g\nroot_bound\t%.12g\ncuts\t%d\n", f->root_first, f->root_last, f->cuts);
    facts_tallies(out, &f->tallies);
    fprintf(out, "seconds\t%.3f\n", a->seconds);
}

/* --- JSON --- */

static void facts_key_size(struct keys *k, const char *key, const struct facts_size *size) {
    keys_open(k, key, '{');
    keys_number(k, "rows", size->rows);
    keys_number(k, "columns", size->cols);
    keys_number(k, "entries", size->entries);
    keys_number(k, "integers", size->integers);
    keys_number(k, "binaries", size->binaries);
    keys_close(k);
}

static void facts_key_ranges(struct keys *k, const struct facts *f) {
    keys_table(k, "ranges", "kind\tleast\tmost\twild");
    for (int kind = 0; kind < FACTS_KINDS; kind++) {
        keys_row(k);
        keys_text(k, NULL, facts_kind_names[kind]);
        keys_real(k, NULL, f->range[kind].least, 'g', 6);
        keys_real(k, NULL, f->range[kind].most, 'g', 6);
        keys_yes(k, NULL, facts_wild(&f->range[kind]));
        keys_row_end(k);
    }
    keys_table_end(k);
}

static void facts_key_root(struct keys *k, const struct facts *f) {
    keys_table(k, "relaxation", "phase\titerations\tseconds");
    for (int phase = 0; phase < LP_PHASES; phase++) {
        keys_row(k);
        keys_text(k, NULL, lp_phase_names[phase]);
        keys_number(k, NULL, f->watch.spent[phase].iterations);
        keys_real(k, NULL, f->watch.spent[phase].seconds, 'f', 3);
        keys_row_end(k);
    }
    keys_table_end(k);
    if (fabs(f->root_first) < MODEL_INFINITY) keys_real(k, "root-relaxation", f->root_first, 'g', 12);
    if (fabs(f->root_last) < MODEL_INFINITY) keys_real(k, "root-bound", f->root_last, 'g', 12);
    keys_number(k, "cuts", f->cuts);
}

static void facts_key_tallies(struct keys *k, const char *key, const char *columns, const struct search_tally *tally,
                              int count, const char *(*name)(int row)) {
    keys_table(k, key, columns);
    for (int row = 0; row < count; row++) {
        keys_row(k);
        keys_text(k, NULL, name(row));
        keys_number(k, NULL, tally[row].calls);
        keys_number(k, NULL, tally[row].found);
        keys_number(k, NULL, tally[row].iterations);
        keys_real(k, NULL, tally[row].seconds, 'f', 3);
        keys_row_end(k);
    }
    keys_table_end(k);
}

static void facts_key_solutions(struct keys *k, const struct facts *f) {
    keys_table(k, "solutions", "seconds\tobjective\tfound-by");
    for (size_t s = 0; s < f->solutions; s++) {
        keys_row(k);
        keys_real(k, NULL, f->solution[s].seconds, 'f', 3);
        keys_real(k, NULL, f->solution[s].objective, 'g', 12);
        keys_text(k, NULL, f->solution[s].found_by);
        keys_row_end(k);
    }
    keys_table_end(k);
}

void facts_keys(struct keys *k, const struct facts *f) {
    const char *part;
    double seconds;
    assert(k->json && k->depth == 1);
    facts_key_size(k, "given", &f->given);
    facts_key_size(k, "presolved", &f->presolved);
    facts_key_ranges(k, f);
    facts_key_root(k, f);
    facts_key_tallies(k, "separators", "name\tcalls\tcuts\titerations\tseconds", f->tallies.separator, CUTS_SEPARATORS,
                      cuts_name);
    facts_key_tallies(k, "heuristics", "name\tcalls\tsolutions\titerations\tseconds", f->tallies.heuristic, HEURISTICS,
                      heuristics_name);
    facts_key_solutions(k, f);
    keys_table(k, "parts", "part\tseconds");
    for (int p = 0; (part = facts_seconds(&seconds, f, p)); p++) {
        keys_row(k);
        keys_text(k, NULL, part);
        keys_real(k, NULL, seconds, 'f', 3);
        keys_row_end(k);
    }
    keys_table_end(k);
}

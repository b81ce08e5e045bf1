#include "solver/log.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/cuts/cuts.h"
#include "solver/heuristics/heuristics.h"

#define LOG_SHOWN 0.0005 /* s: parts that took less are left out */

static void log_size(FILE *out, const char *what, const struct facts_size *s) {
    fprintf(out, "%-13s%d rows, %d columns, %ld entries", what, s->rows, s->cols, s->entries);
    if (s->integers > 0) fprintf(out, "; %d integers, %d of them binary", s->integers, s->binaries);
    fprintf(out, "\n");
}

void log_given(FILE *out, const struct model *m, const struct facts *f) {
    assert(f->given.rows == m->rows);
    fprintf(out, "milp %s, %s %s\n", TASO_VERSION, m->maximize ? "maximises" : "minimises",
            m->name && m->name[0] ? m->name : "a program without a name");
    log_size(out, "Given", &f->given);
    for (int k = 0; k < FACTS_KINDS; k++)
        if (f->range[k].most > 0)
            fprintf(out, "%-13s%-8s %.2g to %.2g\n", k ? "" : "Magnitudes", facts_kind_names[k], f->range[k].least,
                    f->range[k].most);
    for (int k = 0; k < FACTS_KINDS; k++)
        if (facts_wild(&f->range[k]))
            fprintf(out, "Warning: %s values from %.2g to %.2g: other units would be more accurate\n",
                    facts_kind_names[k], f->range[k].least, f->range[k].most);
}

void log_relaxation_step(FILE *out, const struct lp_progress *p, double seconds) {
    fprintf(out, "  LP %7.1f s %10lld pivots  objective %-18.10g infeasible %d (sum %.3g)  %s\n", seconds,
            (long long)p->iterations, p->objective, p->infeasible, p->infeasibility, lp_phase_names[p->phase]);
}

void log_relaxation(FILE *out, const struct facts *f) {
    const char *title = "Relaxation";
    log_size(out, "Presolved", &f->presolved);
    for (int k = 0; k < LP_PHASES; k++) {
        const struct lp_spent *spent = &f->watch.spent[k];
        if (spent->iterations == 0 && spent->seconds < LOG_SHOWN) continue;
        fprintf(out, "%-13s%-14s %8lld pivots %8.2f s\n", title, lp_phase_names[k], (long long)spent->iterations,
                spent->seconds);
        title = "";
    }
}

void log_round(FILE *out, const struct search_round *r, double objective) {
    fprintf(out, "Cuts %-8dbound %-18.10g %lld kept of", r->number, objective, (long long)r->kept);
    for (int k = 0; k < CUTS_SEPARATORS; k++)
        if (r->found[k] > 0) fprintf(out, " %s %lld", cuts_name(k), (long long)r->found[k]);
    fprintf(out, "\n");
}

void log_search(FILE *out, const struct search_progress *p, bool new_solution) {
    fprintf(out, "%9.1f s %9lld nodes %8lld open %10lld pivots  bound ", p->seconds, (long long)p->nodes,
            (long long)p->open_nodes, (long long)p->iterations);
    if (fabs(p->bound) < MODEL_INFINITY)
        fprintf(out, "%-16.10g ", p->bound);
    else
        fprintf(out, "%-16s ", "-");
    if (fabs(p->objective) >= MODEL_INFINITY) {
        fprintf(out, "best -\n");
        return;
    }
    fprintf(out, "best %-16.10g gap ", p->objective);
    if (fabs(p->bound) < MODEL_INFINITY)
        fprintf(out, "%.2e", fabs(p->objective - p->bound) / fmax(fabs(p->objective), 1e-10));
    else
        fprintf(out, "%-8s", "-");
    fprintf(out, "  %s\n", new_solution ? p->found_by : "");
}

static void log_tallies(FILE *out, const char *title, const char *found, const struct search_tally *tally, int count,
                        const char *(*name)(int row)) {
    for (int k = 0; k < count; k++) {
        const struct search_tally *t = &tally[k];
        if (t->calls == 0) continue;
        fprintf(out, "%-13s%-12s %8lld calls %8lld %-9s %8.2f s\n", title, name(k), (long long)t->calls,
                (long long)t->found, found, t->seconds);
        title = "";
    }
}

static void log_solutions(FILE *out, const struct facts *f) {
    for (size_t k = 0; k < f->solutions; k++)
        fprintf(out, "%-13s%-18.12g %8.2f s  %s\n", k ? "" : "Solutions", f->solution[k].objective,
                f->solution[k].seconds, f->solution[k].found_by);
}

static void log_seconds(FILE *out, const struct facts *f) {
    const char *part;
    double seconds;
    fprintf(out, "%-13s%.2f:", "Seconds", f->answer.seconds);
    for (int p = 0; (part = facts_seconds(&seconds, f, p)); p++)
        if (seconds >= LOG_SHOWN) fprintf(out, " %s %.3f", part, seconds);
    fprintf(out, "\n");
}

void log_end(FILE *out, const struct facts *f) {
    const struct facts_answer *a = &f->answer;
    assert(a->status);
    log_tallies(out, "Separators", "cuts", f->tallies.separator, CUTS_SEPARATORS, cuts_name);
    log_tallies(out, "Heuristics", "solutions", f->tallies.heuristic, HEURISTICS, heuristics_name);
    log_solutions(out, f);
    fprintf(out, "%-13s%s", "Result", a->status);
    if (a->has) fprintf(out, ", objective %.12g", a->objective);
    if (fabs(a->bound) < MODEL_INFINITY) fprintf(out, ", bound %.12g", a->bound);
    if (a->gap < MODEL_INFINITY) fprintf(out, ", gap %.2e", a->gap);
    fprintf(out, "; %lld nodes, %lld pivots\n", (long long)a->nodes, (long long)a->iterations);
    log_seconds(out, f);
}

#include "experiments/commands/profile_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "experiments/measure/premieres.h"
#include "experiments/measure/progress.h"
#include "experiments/measure/units.h"
#include "solver/base/clock.h"
#include "solver/base/keys.h"
#include "solver/base/memory.h"
#include "solver/base/provenance.h"
#include "solver/base/text.h"

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double profile_report_spread(const struct profile *p) {
    double *share = MEMORY_NEW(double, p->rows);
    int count = 0;
    for (int i = 0; i < p->rows; i++)
        if (p->row[i].spread_ns != PROFILE_MISSING && p->row[i].median_ns > 0)
            share[count++] = (double)p->row[i].spread_ns / (double)p->row[i].median_ns;
    memory_sort(share, (size_t)count, sizeof *share, by_value);
    const double median = count > 0 ? share[count / 2] : 0;
    free(share);
    return median;
}

/* --- tables ------------------------------------------------------------------------------------------------------ */

static void print_fastest(struct keys *k, const struct network *n, const struct premiere *b) {
    keys_row(k);
    keys_text(k, NULL, n->name);
    keys_number(k, NULL, b->steps);
    keys_number(k, NULL, b->predicted_ns);
    keys_number(k, NULL, b->measured.median_ns);
    keys_number(k, NULL, b->measured.spread_ns);
    keys_real(k, NULL, premiere_ratio(b), 'f', 3);
    keys_number(k, NULL, b->predicted_conv_ns);
    keys_number(k, NULL, b->measured_conv_ns);
    keys_real(k, NULL, (double)b->measured_conv_ns / (double)b->predicted_conv_ns, 'f', 3);
    keys_row_end(k);
    fflush(stdout);
}

static void write_note(void *to, const char *key, const char *value) {
    text_write(to, "# %s: %s\n", key, value);
}

static bool plans_begin(struct text_writer *out, const char *path, const struct profiler *p, struct error *err) {
    if (!path) return true;
    if (!text_create(out, path, err)) return false;
    text_write(out, "# format: taso-plans 1\n");
    provenance_each(write_note, out, p->measure.threads);
    text_write(out, "# digest: %s\n", p->profile->digest);
    text_write(out, "network\tmemory_model\tstreaming\twhich\tsteps\tmemory_bytes\tpredicted_ns\tmeasured_ns\t"
                    "measured_min_ns\tmeasured_spread_ns\truns\tmeasured_over_predicted\n");
    return true;
}

static void plans_row(struct text_writer *out, const struct network *n, const struct premiere *b) {
    text_write(
        out, "%s\t%s\t%s\t%s\t%d\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%.3f\n",
        n->name, memory_models[b->model].name, b->streamed ? "on" : "off", premiere_words[b->which], b->steps,
        b->memory_bytes, b->predicted_ns, b->measured.median_ns, b->measured.min_ns, b->measured.spread_ns,
        b->measured.runs, premiere_ratio(b));
}

/* --- what to make of it ------------------------------------------------------------------------------------------ */

struct verdict {         /* over all networks */
    int plans, off;      /* fastest selections that are off by more than REPORT_OFF */
    double low, high;    /* of all plans: measured over predicted */
    double worst;        /* of the fastest: the ratio furthest from 1 */
    const char *network; /* that has it */
};

static void verdict_take(struct verdict *v, const struct network *n, const struct premiere *b) {
    const double ratio = premiere_ratio(b), away = ratio > 1 ? ratio - 1 : 1 - ratio;
    if (v->plans == 0 || ratio < v->low) v->low = ratio;
    if (v->plans == 0 || ratio > v->high) v->high = ratio;
    v->plans++;
    if (b->which != PREMIERE_FASTEST) return;
    v->off += away > REPORT_OFF;
    const double furthest = v->worst > 1 ? v->worst - 1 : 1 - v->worst;
    if (!v->network || away > furthest) v->worst = ratio, v->network = n->name;
}

static void verdict_say(const struct verdict *v, const struct profiler *p) {
    const double spread = profile_report_spread(p->profile);
    const int judged = units_judged(p->profile);
    if (v->plans > 0)
        progress_say("%d plans run as a whole took %.2f to %.2f times their predictions", v->plans, v->low, v->high);
    if (judged > 0) progress_say("%d slow rows are judged from a part of their work (min_ns nan)", judged);
    if (p->share > 0 && p->share < HOST_BUSY)
        progress_say(
            "noisy: this process had a processor for %.0f %% of the time. Stop other work or use --cpu auto, and "
            "measure again with --force",
            100 * p->share);
    if (spread > REPORT_SPREAD)
        progress_say(
            "noisy: half of the rows spread by more than %.0f %%. Measure on an idle machine, pinned (--cpu auto), "
            "with a fixed clock frequency, or with more runs (--thorough)",
            100 * spread);
    if (v->off > 0)
        progress_say(
            "the fastest plans of %d network%s are off by more than %.0f %% (%s: %.2f): smaller differences mean nothing. "
            "Measure again on an idle machine, or with --thorough",
            v->off, v->off > 1 ? "s" : "", 100 * REPORT_OFF, v->network, v->worst);
}

static bool report_network(struct profiler *p, int i, struct verdict *v, struct keys *keys, struct text_writer *plans,
                           struct error *err) {
    const struct network *n = p->workload->network[i];
    struct premieres of;
    const double begun = clock_wall();
    snprintf(p->what, sizeof p->what, "plans back to back, %d of %d networks: %.40s", i + 1, p->workload->networks,
             n->name);
    measuring_show(p, WORK_PLANS, 0);
    if (!premieres_run(&of, n, p->profile, &p->measure, p->plans, p->workload->strips, p->interrupt, err)) return false;
    if (of.count > 0) print_fastest(keys, n, &of.row[0]);
    for (int k = 0; k < of.count; k++) {
        verdict_take(v, n, &of.row[k]);
        if (plans) plans_row(plans, n, &of.row[k]);
    }
    estimate_did(&p->estimate, WORK_PLANS, premieres_seconds(n, p->measure.effort, p->plans, p->workload->strips),
                 clock_wall() - begun);
    premieres_free(&of);
    return true;
}

bool profile_report(struct profiler *p, const char *plans, bool json, struct error *err) {
    struct keys keys;
    struct text_writer out;
    struct verdict verdict = {.worst = 1};
    long rows = 0;
    if (!plans_begin(&out, plans, p, err)) return false;
    keys_begin(&keys, json);
    keys_table(&keys, "back-to-back",
               "network\tsteps\tpredicted_ns\tmeasured_ns\tmeasured_spread_ns\tmeasured_over_predicted\t"
               "conv_predicted_ns\tconv_measured_ns\tconv_over_predicted");
    bool good = true;
    for (int i = 0; good && i < p->workload->networks && !*p->interrupt; i++)
        good = report_network(p, i, &verdict, &keys, plans ? &out : NULL, err);
    keys_table_end(&keys);
    keys_end(&keys);
    rows = verdict.plans;
    progress_end();
    if (good) verdict_say(&verdict, p);
    if (!plans) return good;
    if (!good || *p->interrupt) {
        text_abandon(&out);
        return good;
    }
    text_write_end(&out, rows);
    return text_close(&out, err);
}

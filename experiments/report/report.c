#include "experiments/report/report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "baselines/methods.h"
#include "experiments/report/report_data.h"
#include "experiments/report/report_figures.h"
#include "experiments/report/report_page.h"
#include "experiments/report/report_svg.h"
#include "experiments/report/report_table.h"
#include "formulation/labels/labels.h"
#include "solver/base/provenance.h"
#include "solver/base/text.h"

#define PAGE         "experiments/report/page/"
#define REPORT_SLACK 0.15 /* the paper's question: the least memory for this much more time */

static struct report_text *report_part(struct report *r, int i) {
    struct report_text *const all[] = {&r->about, &r->networks, &r->memory, &r->figures, &r->data};
    return i < (int)(sizeof all / sizeof all[0]) ? all[i] : NULL;
}

void report_init(struct report *r, int maps) {
    *r = (struct report){.maps = maps};
    for (int i = 0; report_part(r, i); i++) report_text_init(report_part(r, i));
}

void report_free(struct report *r) {
    for (int i = 0; report_part(r, i); i++) report_text_free(report_part(r, i));
}

/* --- profiles --- */

static void about_line(struct report_text *to, const char *key, const char *value) {
    report_text_put(to, "<tr><th scope=\"row\">");
    report_page_text(to, key);
    report_text_put(to, "</th>");
    report_page_cell(to, value);
    report_text_put(to, "</tr>\n");
}

void report_profile(struct report *r, const struct profile *p) {
    struct report_text *to = &r->about;
    r->profile = p;
    r->profiles++;
    report_text_put(to, "<h3>");
    report_page_text(to, p->path);
    report_text_put(to, "</h3>\n<div class=\"wide\"><table>\n");
    for (int i = 0; i < p->notes.count; i++) about_line(to, p->notes.key[i], p->notes.value[i]);
    about_line(to, "digest", p->digest);
    report_text_add(to, "<tr><th scope=\"row\">rows</th><td>%d</td></tr>\n</table></div>\n", p->rows);
}

/* --- a network --- */

static bool find_view(struct report_network *n, const struct instance *g, enum memory_model model, bool streamed,
                      const atomic_int *interrupt, struct error *err) {
    struct report_view *v = &n->view[n->views];
    struct request q = methods_request();
    q.model = model;
    q.interrupt = interrupt;
    q.streaming = streamed ? STREAMING_ON : STREAMING_OFF;
    *v = (struct report_view){
        .name = streamed ? "streamed" : memory_models[model].name, .g = g, .model = model, .streamed = streamed};
    if (!labels_frontier(&v->frontier, g, &q, 0, err)) return false;
    n->views++;
    return true;
}

bool report_find(struct report_network *n, const atomic_int *interrupt, struct error *err) {
    n->views = 0;
    for (int m = 0; m < MEMORY_MODELS; m++)
        if (!find_view(n, n->whole, (enum memory_model)m, false, interrupt, err)) return false;
    return !n->strips || find_view(n, n->strips, MEMORY_PEAK, true, interrupt, err);
}

void report_network_free(struct report_network *n) {
    for (int i = 0; i < n->views; i++) frontier_free(&n->view[i].frontier);
    n->views = 0;
}

static void network_row(struct report *r, const struct report_network *n) {
    const struct network_facts facts = network_facts(n->raw);
    struct report_text *to = &r->networks;
    report_text_put(to, "<tr>");
    report_page_cell(to, n->raw->name);
    report_page_cell(to, r->profile->path);
    report_text_add(to, "<td>%d</td><td>%d</td><td>%.1f</td><td>%.2f</td><td>%d</td></tr>\n", n->raw->layers,
                    facts.convolutions, (double)facts.macs * 1e-6, (double)facts.parameters * 1e-6,
                    n->whole->uncovered);
}

/* The least memory within REPORT_SLACK of the fastest: the first such point. */
static void memory_row(struct report *r, const struct report_network *n, const struct report_view *v) {
    const struct frontier *f = &v->frontier;
    struct report_text *to = &r->memory;
    char fast[32], near[32], least[32];
    if (f->points == 0) return;
    const struct frontier_point *fastest = &f->point[f->points - 1], *within = f->point;
    while ((double)within->time_ns > (1 + REPORT_SLACK) * (double)fastest->time_ns) within++;
    report_text_put(to, "<tr>");
    report_page_cell(to, n->raw->name);
    report_page_cell(to, v->name);
    report_text_add(to, "<td>%d%s</td><td>%.2f</td><td>%s</td><td>%s</td><td>%.1f %%</td>", f->points,
                    f->complete ? "" : ", not all", (double)fastest->time_ns * 1e-6,
                    report_page_bytes(fast, fastest->memory_bytes), report_page_bytes(near, within->memory_bytes),
                    100 * ((double)within->time_ns / (double)fastest->time_ns - 1));
    if (within->memory_bytes > 0)
        report_text_add(to, "<td>%.2f×</td>", (double)fastest->memory_bytes / (double)within->memory_bytes);
    else
        report_text_add(to, "<td>%s</td>", fastest->memory_bytes > 0 ? "all of it" : "1.00×");
    report_text_add(to, "<td>%s</td><td>%.2f</td></tr>\n", report_page_bytes(least, f->point->memory_bytes),
                    (double)f->point->time_ns * 1e-6);
}

bool report_network(struct report *r, const struct report_network *n, struct error *err) {
    assert(r->profile && n->whole->profile == r->profile);
    network_row(r, n);
    for (int i = 0; i < n->views; i++) memory_row(r, n, &n->view[i]);
    report_svg_frontiers(&r->figures, n);
    report_text_add(&r->data, "<script type=\"application/json\">\n");
    const bool good = report_data(&r->data, n, r->maps, err);
    report_text_add(&r->data, "</script>\n");
    r->shown++;
    return good;
}

/* --- the page --- */

/* In pieces: compression takes no longer ones (solver/base/text.h). */
static void put(struct text_writer *out, const struct report_text *s) {
    for (size_t at = 0; at < s->length; at += 65536)
        text_write(out, "%.*s", (int)(s->length - at < 65536 ? s->length - at : 65536), s->text + at);
}

static void provenance_row(void *to, const char *key, const char *value) {
    about_line(to, key, value);
}

static void page_head(struct report_text *to) {
    report_text_put(to, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                        "<title>taso: time and memory of convolutional networks</title>\n<style>\n");
    report_page_file(to, PAGE "page.css");
    report_text_put(to, "</style>\n</head>\n<body>\n");
    report_page_file(to, PAGE "page_head.html");
}

static bool page_claims(struct report_text *to, const char *claims, struct error *err) {
    struct report_table t;
    if (!claims) return true;
    if (!report_table_read(&t, claims, err)) return false;
    report_text_put(to, "<section id=\"claims\">\n<h2>The paper's claims</h2>\n<p>From <code>");
    report_page_text(to, claims);
    report_text_put(to, "</code>.</p>\n");
    report_table_put(to, &t);
    report_text_put(to, "</section>\n");
    report_table_free(&t);
    return true;
}

static void page_results(struct report_text *to, const struct report *r) {
    report_text_put(to, "<section id=\"networks\">\n<h2>Networks</h2>\n<div class=\"wide\"><table>\n<tr>"
                        "<th>network</th><th>profile</th><th>layers</th><th>convolutions</th>"
                        "<th>million multiply-adds</th><th>million parameters</th>"
                        "<th>convolutions without a measurement</th></tr>\n");
    report_text_put(to, r->networks.text);
    report_text_put(
        to, "</table></div>\n</section>\n<section id=\"memory\">\n<h2>Time against memory</h2>\n"
            "<p>Every figure is taken from an exact frontier: no selection with as little memory is faster.</p>\n"
            "<div class=\"wide\"><table>\n<tr><th>network</th><th>memory model</th><th>points</th>"
            "<th>fastest, ms</th><th>its memory</th><th>least memory for 15 % more time</th><th>slower by</th>"
            "<th>less memory</th><th>least memory</th><th>its time, ms</th></tr>\n");
    report_text_put(to, r->memory.text);
    report_text_put(to, "</table></div>\n<div class=\"figures\">\n");
    report_text_put(to, r->figures.text);
    report_text_put(to, "</div>\n</section>\n");
}

static void page_machine(struct report_text *to, const struct report *r) {
    report_text_put(to, "<section id=\"machine\">\n<h2>Measurements</h2>\n");
    report_text_put(to, r->about.text);
    report_text_put(to, "</section>\n");
}

static void page_tail(struct report_text *to) {
    report_text_put(to, "<section id=\"made\">\n<h2>How this page was made</h2>\n<div class=\"wide\"><table>\n");
    provenance_each(provenance_row, to, 1);
    report_text_put(to, "</table></div>\n</section>\n<script>\n");
    report_page_file(to, PAGE "explorer.js");
    report_text_put(to, "</script>\n</body>\n</html>\n");
}

bool report_write(const struct report *r, const char *path, const struct report_results *more, struct error *err) {
    struct report_text head, tail;
    struct text_writer out;
    report_text_init(&head);
    report_text_init(&tail);
    page_head(&head);
    page_results(&tail, r);
    bool good = page_claims(&head, more->claims, err) &&
                (!more->folder || report_figures_put(&tail, more->folder, more->quiet, err)) &&
                text_create(&out, path, err);
    page_machine(&tail, r);
    report_text_put(&tail, r->data.text);
    page_tail(&tail);
    if (good) {
        put(&out, &head);
        put(&out, &tail);
        good = text_close(&out, err);
    }
    report_text_free(&head);
    report_text_free(&tail);
    return good;
}

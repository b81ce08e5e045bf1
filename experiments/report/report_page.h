/* report_page.h - pieces of the page: text that HTML keeps apart from its tags, quantities, and the files that make
 * up the page's look and its explorer (compiled in). */
#ifndef EXPERIMENTS_REPORT_REPORT_PAGE_H
#define EXPERIMENTS_REPORT_REPORT_PAGE_H
#include <stdbool.h>
#include <stdint.h>

#include "experiments/report/report_set.h"
#include "solver/base/error.h"

struct report_page_file {
    const char *name;        /* path from the root */
    const char *const *line; /* NULL ends them */
};
extern const struct report_page_file report_page_files[]; /* all of experiments/report/page/ */
extern const int report_page_file_count;

void report_page_file(struct report_text *to, const char *name); /* one of ours: it exists */
void report_page_text(struct report_text *to, const char *text); /* escaped; bytes that are not UTF-8 are U+FFFD */
void report_page_quote(struct report_text *to, const char *text, size_t length); /* a string of JSON */
void report_page_cell(struct report_text *to, const char *text);                 /* <td>, escaped */
/* "960 B", "64 KiB", "1.25 MiB": three digits or so. */
const char *report_page_bytes(char text[32], int64_t bytes);

#endif

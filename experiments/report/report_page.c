#include "experiments/report/report_page.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/keys.h"
#include "solver/base/utf8.h"

void report_page_file(struct report_text *to, const char *name) {
    int at = 0;
    while (strcmp(report_page_files[at].name, name) != 0) at++, assert(at < report_page_file_count);
    for (const char *const *line = report_page_files[at].line; *line; line++) report_text_add(to, "%s\n", *line);
}

static void page_character(struct report_text *to, const char *text, size_t bytes) {
    switch (*text) {
    case '<': report_text_put(to, "&lt;"); break;
    case '>': report_text_put(to, "&gt;"); break;
    case '&': report_text_put(to, "&amp;"); break;
    case '"': report_text_put(to, "&quot;"); break;
    default: report_text_add(to, "%.*s", (int)bytes, text);
    }
}

/* Control characters are not allowed in HTML. */
void report_page_text(struct report_text *to, const char *text) {
    const size_t length = strlen(text);
    for (size_t i = 0, bytes; i < length; i += bytes) {
        bytes = utf8_character(text + i, length - i);
        const bool good = bytes > 0 && ((unsigned char)text[i] >= 0x20 || text[i] == '\n' || text[i] == '\t');
        if (good)
            page_character(to, text + i, bytes);
        else
            report_text_put(to, "&#xfffd;");
        if (bytes == 0) bytes = 1;
    }
}

void report_page_quote(struct report_text *to, const char *text, size_t length) {
    char *quoted = keys_quote(text, length);
    report_text_put(to, quoted);
    free(quoted);
}

void report_page_cell(struct report_text *to, const char *text) {
    report_text_put(to, "<td>");
    report_page_text(to, text);
    report_text_put(to, "</td>");
}

const char *report_page_bytes(char text[32], int64_t bytes) {
    static const char *const units[] = {"KiB", "MiB", "GiB"};
    double value = (double)bytes / 1024;
    int unit = 0;
    assert(bytes >= 0);
    for (; value >= 1000 && unit < 2; unit++) value /= 1024;
    if (bytes < 1000)
        snprintf(text, 32, "%" PRId64 " B", bytes);
    else if (value == floor(value))
        snprintf(text, 32, "%.0f %s", value, units[unit]);
    else
        snprintf(text, 32, "%.*f %s", value < 10 ? 2 : value < 100 ? 1 : 0, value, units[unit]);
    return text;
}

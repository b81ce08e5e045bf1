/* The reader is a scanner with one token in hand and a descent over sections. Section words count only at the beginning
 * of a line. */
#include "solver/io/lpfile.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"
#include "solver/io/lpfile_internal.h"
#include "solver/model/logic.h"

static const char *const
    minimize[] = {"minimize", "minimise", "minimum", "min", NULL},
    *const maximize[] = {"maximize", "maximise", "maximum", "max", NULL}, *const rows[] = {"subject to", "such that",
                                                                                           "st",         "s.t.",
                                                                                           "st.",        NULL},
    *const bounds[] = {"bounds", "bound", NULL}, *const general[] = {"general",  "generals", "gen", "integer",
                                                                     "integers", "int",      NULL},
    *const binary[] = {"binary", "binaries", "bin", NULL}, *const end[] = {"end", NULL},
    *const semi[] = {"semi-continuous", "semis", "semi", NULL}, *const sets[] = {"sos1", "sos2", "sos", NULL},
    *const refused[] = {"general constraints", "lazy constraints", "user cuts", "pwlobj", NULL};

const struct lpfile_part lpfile_parts[LPFILE_SECTIONS] = {
    [LPFILE_REFUSED] = {"an unsupported section", NULL, refused},
    [LPFILE_MINIMIZE] = {"Minimize", NULL, minimize},
    [LPFILE_MAXIMIZE] = {"Maximize", NULL, maximize},
    [LPFILE_ROWS] = {"Subject To", lpfile_rows_one, rows},
    [LPFILE_BOUNDS] = {"Bounds", lpfile_bounds_one, bounds},
    [LPFILE_GENERAL] = {"General", lpfile_bounds_general, general},
    [LPFILE_BINARY] = {"Binary", lpfile_bounds_binary, binary},
    [LPFILE_SEMI] = {"Semi-continuous", lpfile_logic_semi, semi},
    [LPFILE_SOS] = {"SOS", lpfile_logic_set, sets},
    [LPFILE_STOP] = {"End", NULL, end},
};

bool lpfile_fail(struct lpfile_reader *r, const char *format, ...) {
    char text[700];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_at(r->err, r->in.path, r->in.line, "%s", text);
}

bool lpfile_fail_done(struct lpfile_reader *r, const char *format, const char *name) {
    char text[700];
    snprintf(text, sizeof text, format, name);
    return error_at(r->err, r->in.path, r->done, "%s", text);
}

bool lpfile_warn(struct lpfile_reader *r, long line, const char *format, ...) {
    char text[700];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_warn(r->err, r->strict, r->warnings, r->in.path, line, text);
}

bool lpfile_remark(struct lpfile_reader *r, enum lpfile_remark kind, const char *name) {
    assert(kind < LPFILE_REMARKS && name);
    if (r->remarked[kind]) return true;
    r->remarked[kind] = true;
    switch (kind) {
    case LPFILE_CONSTANT:
        return lpfile_warn(r, r->done,
                           "a constant among the terms of a row, which other readers refuse or ignore; it is moved to "
                           "the other side (only the first such row is reported)");
    case LPFILE_REPEATED:
        return lpfile_warn(
            r, r->in.line,
            "column '%.100s' occurs twice in one expression; other readers refuse this or use the last one; the "
            "coefficients are added (only the first such column is reported)",
            name);
    case LPFILE_UNSIGNED:
        return lpfile_warn(r, r->in.line,
                           "a term without + or - in front, which some readers refuse; + is taken (only "
                           "the first such term is reported)");
    case LPFILE_REMARKS: break;
    }
    return true;
}

bool lpfile_unexpected(struct lpfile_reader *r, const char *expected) {
    switch (r->token.kind) {
    case LPFILE_END: return lpfile_fail(r, "the file ends (expected %s)", expected);
    case LPFILE_SECTION:
    case LPFILE_NAME: return lpfile_fail(r, "expected %s, got '%.100s'", expected, r->token.name);
    case LPFILE_NUMBER: return lpfile_fail(r, "expected %s, got the number %g", expected, r->token.number);
    case LPFILE_SIGN: return lpfile_fail(r, "expected %s, got '%c'", expected, r->token.number > 0 ? '+' : '-');
    case LPFILE_SENSE: return lpfile_fail(r, "expected %s, got '%c'", expected, r->token.sense);
    case LPFILE_ARROW: return lpfile_fail(r, "expected %s, got '->'", expected);
    case LPFILE_COLON: return lpfile_fail(r, "expected %s, got ':'", expected);
    }
    return false;
}

/* Sections that are not supported; HiGHS writes an empty one into every file with integers. The scanner may not know
 * the contents, so its error is not the one reported. */
static bool lpfile_refused(struct lpfile_reader *r) {
    char word[32];
    long line = r->in.line;
    snprintf(word, sizeof word, "%.31s", r->token.name);
    bool scanned = lpfile_scan(r);
    if (scanned && r->token.kind == LPFILE_SECTION) return true;
    if (scanned && r->token.kind == LPFILE_END) return lpfile_unexpected(r, lpfile_parts[LPFILE_STOP].title);
    return error_at(r->err, r->in.path, line, "section '%s' is not supported (expected it to be empty)", word);
}

static bool lpfile_section(struct lpfile_reader *r, enum lpfile_section section) {
    const struct lpfile_part *part = &lpfile_parts[section];
    if (section == LPFILE_REFUSED) return lpfile_refused(r);
    if (!lpfile_scan(r)) return false;
    r->model->maximize |= section == LPFILE_MAXIMIZE;
    if (section == LPFILE_MINIMIZE || section == LPFILE_MAXIMIZE) return lpfile_rows_objective(r);
    assert(part->item);
    while (r->token.kind != LPFILE_SECTION) {
        if (r->token.kind == LPFILE_END) return lpfile_unexpected(r, lpfile_parts[LPFILE_STOP].title);
        if (lpfile_scan_misspelt(r) || !part->item(r)) return false;
        assert(r->sum.count == 0 && r->sum.constant == 0); /* each item uses it up */
    }
    return true;
}

/* The objective comes first and once, Subject To at most once and before what refers to its columns. */
static bool lpfile_sections(struct lpfile_reader *r) {
    enum lpfile_section last = LPFILE_MINIMIZE;
    char first_words[64], once[64];
    snprintf(first_words, sizeof first_words, "%s or %s", lpfile_parts[LPFILE_MINIMIZE].title,
             lpfile_parts[LPFILE_MAXIMIZE].title);
    snprintf(once, sizeof once, "%s once, before %s", lpfile_parts[LPFILE_ROWS].title,
             lpfile_parts[LPFILE_BOUNDS].title);
    if (!lpfile_scan(r)) return false;
    for (bool first = true;; first = false) {
        if (r->token.kind != LPFILE_SECTION) return lpfile_unexpected(r, first ? first_words : "a section");
        enum lpfile_section section = r->token.section;
        assert(section < LPFILE_SECTIONS);
        bool objective = section == LPFILE_MINIMIZE || section == LPFILE_MAXIMIZE;
        if (first != objective) return lpfile_unexpected(r, first ? first_words : "another section");
        if (section == LPFILE_STOP) return true;
        if (section == LPFILE_ROWS && last >= LPFILE_ROWS) return lpfile_unexpected(r, once);
        if (section != LPFILE_REFUSED) last = section;
        if (!lpfile_section(r, section)) return false;
    }
}

/* glpsol, cbc and HiGHS take 0 as the lower bound, other readers -infinity. */
static bool lpfile_negative_uppers(struct lpfile_reader *r) {
    for (int j = 0; j < r->model->cols; j++) {
        assert(r->model->upper[j] >= 0 || r->cols.upper_line[j] > 0); /* a negative one was given */
        r->in.line = r->cols.upper_line[j];
        if (r->model->upper[j] < 0 && !(r->cols.given[j] & LPFILE_LOWER))
            return lpfile_fail(r,
                               "column '%.100s' has a negative upper bound and no lower one, on which readers disagree "
                               "(expected both)",
                               r->model->col_name[j]);
    }
    return true;
}

static bool lpfile_parse(struct lpfile_reader *r) {
    if (!lpfile_sections(r) || !lpfile_negative_uppers(r)) return false;
    if (!model_finish(r->model, r->err)) return error_prefix(r->err, "%s", r->in.path);
    if (r->constant_column) model_fold_constant(r->model, r->constant_column);
    if (r->logic->semis + r->logic->sets + r->logic->indicators == 0) return true;
    r->model = logic_expand(r->model, r->logic, r->err);
    r->logic = NULL;
    return r->model || error_prefix(r->err, "%s", r->in.path);
}

bool lpfile_is_named(const char *path) {
    return text_ends_with(path, ".lp") || text_ends_with(path, ".lp.gz");
}

struct model *lpfile_read(const char *path, bool strict, FILE *warnings, struct error *err) {
    struct lpfile_reader r = {.err = err, .strict = strict, .warnings = warnings};
    if (!text_open(&r.in, path, err)) return NULL;
    r.model = model_new();
    r.logic = logic_new();
    bool good = lpfile_parse(&r);
    assert(good || err->text[0]); /* a failure has a reason */
    CHECK(!good || model_check(r.model));
    if (!good) model_free(r.model);
    logic_free(r.logic);
    text_free(&r.in);
    names_free(&r.cols.names);
    names_free(&r.rows);
    free(r.cols.given);
    free(r.cols.upper_line);
    free(r.constant_column);
    free(r.sum.col);
    free(r.sum.place);
    free(r.sum.coefficient);
    return good ? r.model : NULL;
}

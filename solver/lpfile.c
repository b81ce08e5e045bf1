/* The reader is a scanner with one token in hand and a descent over sections. Section words count only at the beginning of a line. */
#include "solver/lpfile.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "solver/memory.h"
#include "solver/names.h"
#include "solver/text.h"

enum lpfile_token {
    LPFILE_END,
    LPFILE_SECTION,
    LPFILE_NAME,
    LPFILE_NUMBER,
    LPFILE_SIGN,  /* number is +1 or -1 */
    LPFILE_SENSE, /* sense is '<', '>' or '=' */
    LPFILE_COLON
};

enum lpfile_section {
    LPFILE_MINIMIZE,
    LPFILE_MAXIMIZE,
    LPFILE_ROWS,
    LPFILE_BOUNDS,
    LPFILE_GENERAL,
    LPFILE_BINARY,
    LPFILE_STOP,
    LPFILE_REFUSED
};

static const struct {
    const char *word;
    enum lpfile_section section;
} lpfile_words[] = {{"minimize", LPFILE_MINIMIZE},
                    {"minimise", LPFILE_MINIMIZE},
                    {"minimum", LPFILE_MINIMIZE},
                    {"min", LPFILE_MINIMIZE},
                    {"maximize", LPFILE_MAXIMIZE},
                    {"maximise", LPFILE_MAXIMIZE},
                    {"maximum", LPFILE_MAXIMIZE},
                    {"max", LPFILE_MAXIMIZE},
                    {"subject to", LPFILE_ROWS},
                    {"such that", LPFILE_ROWS},
                    {"st", LPFILE_ROWS},
                    {"s.t.", LPFILE_ROWS},
                    {"st.", LPFILE_ROWS},
                    {"bounds", LPFILE_BOUNDS},
                    {"bound", LPFILE_BOUNDS},
                    {"general constraints", LPFILE_REFUSED},
                    {"general", LPFILE_GENERAL},
                    {"generals", LPFILE_GENERAL},
                    {"gen", LPFILE_GENERAL},
                    {"integer", LPFILE_GENERAL},
                    {"integers", LPFILE_GENERAL},
                    {"int", LPFILE_GENERAL},
                    {"binary", LPFILE_BINARY},
                    {"binaries", LPFILE_BINARY},
                    {"bin", LPFILE_BINARY},
                    {"end", LPFILE_STOP},
                    {"semi-continuous", LPFILE_REFUSED},
                    {"semis", LPFILE_REFUSED},
                    {"semi", LPFILE_REFUSED},
                    {"sos", LPFILE_REFUSED},
                    {"sos1", LPFILE_REFUSED},
                    {"sos2", LPFILE_REFUSED},
                    {"lazy constraints", LPFILE_REFUSED},
                    {"user cuts", LPFILE_REFUSED},
                    {"pwlobj", LPFILE_REFUSED}};

enum { LPFILE_WORDS = sizeof lpfile_words / sizeof lpfile_words[0] };

enum lpfile_given { LPFILE_LOWER = 1, LPFILE_NEGATIVE_UPPER = 2 };

struct lpfile_reader {
    struct text_reader in;
    struct model *model;
    struct error *err;
    char *at;   /* rest of the line in hand; NULL: at the end of the file */
    bool fresh; /* `at` is the line's beginning */
    long done;  /* line of the token before the one in hand */
    enum lpfile_token token;
    enum lpfile_section section;
    char sense;
    double number;
    char name[512];
    struct names cols, rows;
    unsigned char *given; /* [cols] enum lpfile_given */
    long *negative_line;
    size_t given_room, negative_room;
    /* The expression in hand: its columns, in order of appearance, and their summed coefficients. */
    int *term, *term_of; /* term_of[column]: 1 + its place in `term`, 0 between expressions */
    double *coefficient, constant;
    int terms;
    size_t term_room, term_of_room, coefficient_room;
};

static bool lpfile_fail(struct lpfile_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool lpfile_fail(struct lpfile_reader *r, const char *format, ...) {
    char text[700];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_at(r->err, r->in.path, r->in.line, "%s", text);
}

/* About what has been read, not about the token in hand. */
static bool lpfile_fail_done(struct lpfile_reader *r, const char *format, const char *name)
    __attribute__((format(printf, 2, 0)));
static bool lpfile_fail_done(struct lpfile_reader *r, const char *format, const char *name) {
    char text[700];
    snprintf(text, sizeof text, format, name);
    return error_at(r->err, r->in.path, r->done, "%s", text);
}

static bool lpfile_unexpected(struct lpfile_reader *r, const char *expected) {
    switch (r->token) {
    case LPFILE_END: return lpfile_fail(r, "the file ends, %s was expected", expected);
    case LPFILE_SECTION:
    case LPFILE_NAME: return lpfile_fail(r, "'%.100s', %s was expected", r->name, expected);
    case LPFILE_NUMBER: return lpfile_fail(r, "the number %g, %s was expected", r->number, expected);
    case LPFILE_SIGN: return lpfile_fail(r, "'%c', %s was expected", r->number > 0 ? '+' : '-', expected);
    case LPFILE_SENSE: return lpfile_fail(r, "'%c', %s was expected", r->sense, expected);
    case LPFILE_COLON: return lpfile_fail(r, "':', %s was expected", expected);
    }
    return false;
}

/* --- scanner ---------------------------------------------------------------------------------------------------------- */

static bool lpfile_name_char(char c) {
    return isalnum((unsigned char)c) || (c && strchr("!\"#$%&(),.;?@_`'{}~/|", c));
}

/* A section word at the beginning of a line, if what follows is not ':'. Blanks inside the words may be of any number. */
static bool lpfile_section_word(struct lpfile_reader *r) {
    for (int k = 0; k < LPFILE_WORDS; k++) {
        const char *w = lpfile_words[k].word, *at = r->at;
        for (; *w && tolower((unsigned char)*at) == *w; w++, at++)
            if (*w == ' ') at += strspn(at, " \t") - 1;
        if (*w || lpfile_name_char(*at) || *at == '-') continue;
        at += strspn(at, " \t");
        if (*at == ':' && at[1] != ':') continue;
        r->section = lpfile_words[k].section;
        snprintf(r->name, sizeof r->name, "%s", lpfile_words[k].word);
        r->at += at - r->at;
        r->token = LPFILE_SECTION;
        return true;
    }
    return false;
}

static bool lpfile_scan_number(struct lpfile_reader *r) {
    char *end;
    r->number = strtod(r->at, &end);
    if (r->at[0] == '0' && (r->at[1] == 'x' || r->at[1] == 'X')) { /* C's hexadecimal is here 0 times a name */
        r->number = 0;
        end = r->at + 1;
    }
    r->at = end;
    r->token = LPFILE_NUMBER;
    return true;
}

static bool lpfile_scan_name(struct lpfile_reader *r) {
    size_t length = 0;
    while (lpfile_name_char(r->at[length])) length++;
    if (length == 0) return lpfile_fail(r, "the character '%c' has no meaning in an LP file of linear rows", r->at[0]);
    if (length >= sizeof r->name) return lpfile_fail(r, "a name of more than %zu characters", sizeof r->name - 1);
    memcpy(r->name, r->at, length);
    r->name[length] = '\0';
    r->at += length;
    r->token = LPFILE_NAME;
    return true;
}

static bool lpfile_scan_sense(struct lpfile_reader *r) {
    r->sense = r->at[0];
    r->at++;
    if (*r->at == '<' || *r->at == '>' || *r->at == '=') {
        if (r->sense == '=') r->sense = *r->at;
        r->at++;
    }
    r->token = LPFILE_SENSE;
    return true;
}

static bool lpfile_next(struct lpfile_reader *r) {
    r->done = r->in.line;
    for (;;) {
        if (r->at) r->at += strspn(r->at, " \t");
        if (r->at && *r->at && *r->at != '\\') break;
        if (!text_next(&r->in, &r->at, r->err)) return false;
        r->fresh = true;
        r->token = LPFILE_END;
        if (!r->at) return true;
    }
    bool fresh = r->fresh;
    r->fresh = false;
    if (fresh && lpfile_section_word(r)) return true;
    char c = r->at[0];
    if (isdigit((unsigned char)c) || (c == '.' && isdigit((unsigned char)r->at[1]))) return lpfile_scan_number(r);
    if (c == '<' || c == '>' || c == '=') return lpfile_scan_sense(r);
    if (c == '+' || c == '-' || c == ':') {
        r->token = c == ':' ? LPFILE_COLON : LPFILE_SIGN;
        r->number = c == '-' ? -1 : 1;
        r->at++;
        if (c == ':' && *r->at == '=') r->at++;
        return true;
    }
    return lpfile_scan_name(r);
}

/* Whether the name in hand is a label, that is followed by ':' on its line. */
static bool lpfile_is_label(const struct lpfile_reader *r) {
    return r->token == LPFILE_NAME && r->at && r->at[strspn(r->at, " \t")] == ':';
}

static bool lpfile_is_infinity(const struct lpfile_reader *r) {
    return r->token == LPFILE_NAME && (strcasecmp(r->name, "inf") == 0 || strcasecmp(r->name, "infinity") == 0);
}

/* --- expressions ------------------------------------------------------------------------------------------------------ */

static int lpfile_column(struct lpfile_reader *r) {
    int j = names_find(&r->cols, r->name);
    if (j >= 0) return j;
    j = model_add_column(r->model, r->name, 0, 0, MODEL_INFINITY, false);
    names_add(&r->cols, r->model->col_name[j], j);
    size_t need = (size_t)j + 1;
    r->given = memory_grow(r->given, &r->given_room, need, sizeof *r->given);
    r->negative_line = memory_grow(r->negative_line, &r->negative_room, need, sizeof *r->negative_line);
    r->term_of = memory_grow(r->term_of, &r->term_of_room, need, sizeof *r->term_of);
    r->given[j] = 0;
    r->negative_line[j] = 0;
    r->term_of[j] = 0;
    return j;
}

static void lpfile_add_term(struct lpfile_reader *r, double coefficient) {
    int j = lpfile_column(r);
    if (r->term_of[j] == 0) {
        size_t need = (size_t)r->terms + 1;
        r->term = memory_grow(r->term, &r->term_room, need, sizeof *r->term);
        r->coefficient = memory_grow(r->coefficient, &r->coefficient_room, need, sizeof *r->coefficient);
        r->term[r->terms] = j;
        r->coefficient[r->terms] = 0;
        r->term_of[j] = ++r->terms;
    }
    r->coefficient[r->term_of[j] - 1] += coefficient;
}

static void lpfile_clear_terms(struct lpfile_reader *r) {
    for (int k = 0; k < r->terms; k++) r->term_of[r->term[k]] = 0;
    r->terms = 0;
    r->constant = 0;
}

/* [sign...] [number] [name], repeated as long as a sign, a number or a name that is no label follows. */
static bool lpfile_expression(struct lpfile_reader *r) {
    for (bool first = true;; first = false) {
        double sign = 1, number = 1;
        bool signs = false, numbers = false;
        while (r->token == LPFILE_SIGN) {
            sign *= r->number;
            signs = true;
            if (!lpfile_next(r)) return false;
        }
        if (r->token == LPFILE_NUMBER) {
            number = r->number;
            numbers = true;
            if (!lpfile_next(r)) return false;
        }
        if (r->token == LPFILE_NAME && !lpfile_is_label(r) && !(signs && lpfile_is_infinity(r))) {
            lpfile_add_term(r, sign * number);
            if (!lpfile_next(r)) return false;
        } else if (numbers)
            r->constant += sign * number;
        else if (signs && lpfile_is_infinity(r)) {
            r->constant = sign * MODEL_INFINITY;
            if (!lpfile_next(r)) return false;
        } else if (signs || first)
            return signs ? lpfile_unexpected(r, "a number or a name") : true;
        else
            return true;
    }
}

static bool lpfile_number(struct lpfile_reader *r, double *value) {
    double sign = 1;
    while (r->token == LPFILE_SIGN) {
        sign *= r->number;
        if (!lpfile_next(r)) return false;
    }
    if (lpfile_is_infinity(r))
        *value = sign * MODEL_INFINITY;
    else if (r->token == LPFILE_NUMBER)
        *value = sign * r->number;
    else
        return lpfile_unexpected(r, "a number");
    return lpfile_next(r);
}

/* --- sections --------------------------------------------------------------------------------------------------------- */

static bool lpfile_objective(struct lpfile_reader *r) {
    if (lpfile_is_label(r)) {
        r->model->objective_name = memory_string(r->name);
        if (!lpfile_next(r) || !lpfile_next(r)) return false;
    }
    if (!lpfile_expression(r)) return false;
    for (int k = 0; k < r->terms; k++) r->model->cost[r->term[k]] = r->coefficient[k];
    r->model->offset = r->constant;
    lpfile_clear_terms(r);
    return r->token == LPFILE_SECTION || lpfile_unexpected(r, "Subject To");
}

static void lpfile_narrow(double *lower, double *upper, char sense, double value) {
    if (sense != '<') *lower = value;
    if (sense != '>') *upper = value;
}

/* [label:] [number sense] expression sense number: the expression's constant is taken to the other side. */
static bool lpfile_row(struct lpfile_reader *r) {
    char label[sizeof r->name] = "";
    double lower = -MODEL_INFINITY, upper = MODEL_INFINITY, value;
    if (lpfile_is_label(r)) {
        memcpy(label, r->name, sizeof label);
        if (!lpfile_next(r) || !lpfile_next(r)) return false;
    }
    if (!lpfile_expression(r)) return false;
    if (r->token != LPFILE_SENSE) return lpfile_unexpected(r, "<=, >= or =");
    char sense = r->sense;
    if (!lpfile_next(r)) return false;
    bool range = r->terms == 0 && (r->token == LPFILE_NAME || r->token == LPFILE_SIGN || r->token == LPFILE_NUMBER);
    if (range) { /* what stood before the sense is a side, unless no column follows either */
        double side = r->constant;
        r->constant = 0;
        if (!lpfile_expression(r)) return false;
        bool empty = r->terms == 0 && r->token != LPFILE_SENSE; /* no column at all: the expression was the first */
        char mirrored = (char)(sense == '<' ? '>' : sense == '>' ? '<' : '=');
        if (empty) {
            lpfile_narrow(&lower, &upper, sense, r->constant);
            r->constant = side;
        } else
            lpfile_narrow(&lower, &upper, mirrored, side);
        if (r->token == LPFILE_SENSE) {
            if (sense == '=' || r->sense != sense)
                return lpfile_unexpected(r, "the same sense on both sides of a range");
            if (!lpfile_next(r) || !lpfile_number(r, &value)) return false;
            lpfile_narrow(&lower, &upper, sense, value);
        }
    } else {
        if (!lpfile_number(r, &value)) return false;
        lpfile_narrow(&lower, &upper, sense, value);
    }
    if (lower > -MODEL_INFINITY) lower -= r->constant;
    if (upper < MODEL_INFINITY) upper -= r->constant;
    if (lower >= MODEL_INFINITY || upper <= -MODEL_INFINITY)
        return lpfile_fail_done(r, "row '%.100s': an infinite side on the wrong side", label);
    int i = model_add_row(r->model, label[0] ? label : NULL, lower, upper);
    if (label[0] && names_add(&r->rows, r->model->row_name[i], i) >= 0)
        return lpfile_fail_done(r, "row '%.100s' is there twice", label);
    for (int k = 0; k < r->terms; k++) model_add_entry(r->model, i, r->term[k], r->coefficient[k]);
    lpfile_clear_terms(r);
    return true;
}

static bool lpfile_known_column(struct lpfile_reader *r, int *j) {
    if (r->token != LPFILE_NAME) return lpfile_unexpected(r, "the name of a column");
    *j = names_find(&r->cols, r->name);
    if (*j < 0) return lpfile_unexpected(r, "the name of a column that stands in the objective or a row");
    return lpfile_next(r);
}

static bool lpfile_set_bound(struct lpfile_reader *r, int j, char sense, double v) {
    struct model *m = r->model;
    if ((sense != '<' && v >= MODEL_INFINITY) || (sense != '>' && v <= -MODEL_INFINITY))
        return lpfile_fail_done(r, "column '%.100s': an infinite bound on the wrong side", m->col_name[j]);
    if (sense != '<') {
        m->lower[j] = v <= -MODEL_INFINITY ? -MODEL_INFINITY : v;
        r->given[j] |= LPFILE_LOWER;
    }
    if (sense != '>') {
        m->upper[j] = v >= MODEL_INFINITY ? MODEL_INFINITY : v;
        if (v < 0) r->given[j] |= LPFILE_NEGATIVE_UPPER;
        r->negative_line[j] = r->done;
    }
    return true;
}

/* number sense name [sense number] | name sense number | name free */
static bool lpfile_bound(struct lpfile_reader *r) {
    double value;
    int j;
    if (r->token != LPFILE_NAME || lpfile_is_infinity(r)) {
        if (!lpfile_number(r, &value)) return false;
        if (r->token != LPFILE_SENSE) return lpfile_unexpected(r, "<=, >= or =");
        char sense = r->sense;
        if (!lpfile_next(r) || !lpfile_known_column(r, &j)) return false;
        if (!lpfile_set_bound(r, j, (char)(sense == '<' ? '>' : sense == '>' ? '<' : '='), value)) return false;
        if (r->token != LPFILE_SENSE) return true;
        if (sense == '=' || r->sense != sense) return lpfile_unexpected(r, "the same sense on both sides");
    } else {
        if (!lpfile_known_column(r, &j)) return false;
        if (r->token == LPFILE_NAME && strcasecmp(r->name, "free") == 0) {
            r->model->lower[j] = -MODEL_INFINITY;
            r->model->upper[j] = MODEL_INFINITY;
            r->given[j] |= LPFILE_LOWER;
            return lpfile_next(r);
        }
        if (r->token != LPFILE_SENSE) return lpfile_unexpected(r, "<=, >=, = or free");
    }
    char sense = r->sense;
    return lpfile_next(r) && lpfile_number(r, &value) && lpfile_set_bound(r, j, sense, value);
}

static bool lpfile_integer(struct lpfile_reader *r, bool binary) {
    int j;
    if (!lpfile_known_column(r, &j)) return false;
    r->model->integer[j] = true;
    if (binary) {
        r->model->lower[j] = 0;
        r->model->upper[j] = 1;
    }
    return true;
}

static bool lpfile_section(struct lpfile_reader *r, enum lpfile_section section) {
    r->model->maximize |= section == LPFILE_MAXIMIZE;
    if (section == LPFILE_MINIMIZE || section == LPFILE_MAXIMIZE) return lpfile_objective(r);
    while (r->token != LPFILE_SECTION) {
        if (r->token == LPFILE_END) return lpfile_unexpected(r, "End");
        bool good = section == LPFILE_ROWS     ? lpfile_row(r)
                    : section == LPFILE_BOUNDS ? lpfile_bound(r)
                                               : lpfile_integer(r, section == LPFILE_BINARY);
        if (!good) return false;
    }
    return true;
}

static bool lpfile_parse(struct lpfile_reader *r) {
    enum lpfile_section last = LPFILE_MINIMIZE;
    if (!lpfile_next(r)) return false;
    for (bool first = true;; first = false) {
        if (r->token != LPFILE_SECTION) return lpfile_unexpected(r, first ? "Minimize or Maximize" : "a section");
        enum lpfile_section section = r->section;
        if (section == LPFILE_REFUSED) return lpfile_fail(r, "section '%s' is not supported", r->name);
        bool objective = section == LPFILE_MINIMIZE || section == LPFILE_MAXIMIZE;
        if (first != objective) return lpfile_unexpected(r, first ? "Minimize or Maximize" : "another section");
        if (section == LPFILE_STOP) break;
        if (section == LPFILE_ROWS && last >= LPFILE_ROWS)
            return lpfile_unexpected(r, "Subject To once, before Bounds");
        last = section;
        if (!lpfile_next(r) || !lpfile_section(r, section)) return false;
    }
    for (int j = 0; j < r->model->cols; j++) {
        r->in.line = r->negative_line[j];
        if ((r->given[j] & LPFILE_NEGATIVE_UPPER) && !(r->given[j] & LPFILE_LOWER))
            return lpfile_fail(r,
                               "column '%.100s' has a negative upper bound and no lower one, on which readers "
                               "disagree; both were expected",
                               r->model->col_name[j]);
    }
    if (model_finish(r->model, r->err)) return true;
    error_prefix(r->err, "%s", r->in.path);
    return false;
}

struct model *lpfile_read(const char *path, struct error *err) {
    struct lpfile_reader r = {.err = err};
    if (!text_open(&r.in, path, err)) return NULL;
    r.model = model_new();
    bool good = lpfile_parse(&r);
    if (!good) model_free(r.model);
    text_free(&r.in);
    names_free(&r.cols);
    names_free(&r.rows);
    free(r.given);
    free(r.negative_line);
    free(r.term);
    free(r.term_of);
    free(r.coefficient);
    return good ? r.model : NULL;
}

bool lpfile_is_section_word(const char *name) {
    for (int k = 0; k < LPFILE_WORDS; k++)
        if (strcasecmp(name, lpfile_words[k].word) == 0) return true;
    return false;
}

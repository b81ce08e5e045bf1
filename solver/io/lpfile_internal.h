/* lpfile_internal.h - between lpfile.c, the scanner (lpfile_scan.c) and the sections: the reader of LP files, a token
 * in hand. */
#ifndef SOLVER_IO_LPFILE_INTERNAL_H
#define SOLVER_IO_LPFILE_INTERNAL_H
#include "solver/base/names.h"
#include "solver/base/text.h"
#include "solver/model/model.h"

enum lpfile_kind {
    LPFILE_END,
    LPFILE_SECTION,
    LPFILE_NAME,
    LPFILE_NUMBER,
    LPFILE_SIGN,  /* number is +1 or -1 */
    LPFILE_SENSE, /* sense is '<', '>' or '=' */
    LPFILE_ARROW, /* -> */
    LPFILE_COLON
};

enum lpfile_section {
    LPFILE_REFUSED, /* a feature that is not supported: allowed if empty */
    LPFILE_MINIMIZE,
    LPFILE_MAXIMIZE,
    LPFILE_ROWS,
    LPFILE_BOUNDS,
    LPFILE_GENERAL,
    LPFILE_BINARY,
    LPFILE_SEMI,
    LPFILE_SOS,
    LPFILE_STOP,
    LPFILE_SECTIONS
};

enum lpfile_given { LPFILE_LOWER = 1, LPFILE_UPPER = 2, LPFILE_DECLARED_BINARY = 4, LPFILE_DECLARED_SEMI = 8 };

/* Constructs within rows that readers disagree on: a large file may have thousands, so only the first of each kind is
 * reported. */
enum lpfile_remark { LPFILE_CONSTANT, LPFILE_REPEATED, LPFILE_UNSIGNED, LPFILE_REMARKS };

struct lpfile_token {
    enum lpfile_kind kind;
    enum lpfile_section section;
    char sense;
    double number;
    char name[512];
    bool alone; /* a name that is all of its line, without blanks in front: as section words are written */
};

struct lpfile_reader;
/* A section, by enum lpfile_section: the scanner, the parser and their messages know no other list. */
struct lpfile_part {
    const char *title;
    bool (*item)(struct lpfile_reader *r); /* reads one row, bound or name; NULL: not a list of them */
    const char *const *words;              /* in lower case, ending at NULL; where one begins another, first */
};
extern const struct lpfile_part lpfile_parts[LPFILE_SECTIONS];

/* Columns of the model. Invariant: names maps the name of column j to j; each array has an item for each column. */
struct lpfile_cols {
    struct names names;
    unsigned char *given; /* enum lpfile_given */
    long *upper_line;     /* where the upper bound was last given */
    size_t given_room, upper_room;
};

/* A sum of columns and constants. Invariant: place[col[k]] = k + 1, and 0 for columns that are not in it. */
struct lpfile_sum {
    int *col, *place;    /* col: in order of appearance; place: [cols] */
    double *coefficient; /* of col[k], added up */
    double constant;
    int count;
    size_t room, place_room, coefficient_room;
};

struct logic;

struct lpfile_reader {
    struct text_reader in;
    struct model *model;
    struct logic *logic; /* what rows cannot say */
    struct error *err;
    bool strict; /* a warning is an error */
    FILE *warnings;
    bool remarked[LPFILE_REMARKS];
    char *constant_column; /* column that MODEL_CONSTANT_MARK names, or NULL */
    char *at;              /* rest of the current line; NULL: at the end of the file */
    bool fresh;            /* `at` is the line's beginning */
    long done;             /* line of the token before the current one */
    struct lpfile_token token;
    struct lpfile_cols cols;
    struct names rows;
    struct lpfile_sum sum;
};

/* All return false for an error. */
bool lpfile_fail(struct lpfile_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* About what has been read, not the token in hand. */
bool lpfile_fail_done(struct lpfile_reader *r, const char *format, const char *name)
    __attribute__((format(printf, 2, 0)));
bool lpfile_warn(struct lpfile_reader *r, long line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Once per file and kind; the text ends in what this reader does. */
bool lpfile_remark(struct lpfile_reader *r, enum lpfile_remark kind, const char *name);
bool lpfile_unexpected(struct lpfile_reader *r, const char *expected);

bool lpfile_scan(struct lpfile_reader *r); /* the next token */
bool lpfile_scan_label(const struct lpfile_reader *r);
bool lpfile_scan_infinity(const struct lpfile_reader *r);
/* The token in hand begins a sum on the line on which the last one ended, and no row or bound of its own. */
bool lpfile_scan_runs_on(const struct lpfile_reader *r);
/* Refuses a line that is one unknown word and resembles a section's: it would be read as a column. */
bool lpfile_scan_misspelt(struct lpfile_reader *r);

int lpfile_column(struct lpfile_reader *r);      /* of the name in hand; a new one if it is unknown */
bool lpfile_expression(struct lpfile_reader *r); /* into r->sum */
void lpfile_expression_clear(struct lpfile_reader *r);
bool lpfile_expression_number(struct lpfile_reader *r, double *value);

bool lpfile_rows_objective(struct lpfile_reader *r);
bool lpfile_rows_one(struct lpfile_reader *r);
bool lpfile_bounds_one(struct lpfile_reader *r);
bool lpfile_bounds_general(struct lpfile_reader *r);
bool lpfile_bounds_binary(struct lpfile_reader *r);
bool lpfile_logic_semi(struct lpfile_reader *r);
bool lpfile_logic_set(struct lpfile_reader *r);
/* The sum and side that have been read are a condition, column = 0 or 1: behind the arrow in hand is its row. */
bool lpfile_logic_condition(struct lpfile_reader *r, char sense, double side, int *col);

#endif

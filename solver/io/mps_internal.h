/* mps_internal.h - between mps.c, mps_fields.c and a file for each section of an MPS file: the reader's state. */
#ifndef SOLVER_IO_MPS_INTERNAL_H
#define SOLVER_IO_MPS_INTERNAL_H
#include <stdio.h>

#include "solver/base/names.h"
#include "solver/model/model.h"

enum { MPS_FIELDS = 8 };
#define MPS_NEGATED "the objective is maximised, and negated here to be minimised"
enum { MPS_OBJECTIVE = -1, MPS_FREE_ROW = -2 }; /* what a row's name stands for, if not for a row */
/* Of a column: some bound, a lower one, an upper one was given; it stood between INTORG and INTEND; it is
 * semi-continuous. */
enum mps_given { MPS_ANY = 1, MPS_LOWER = 2, MPS_UPPER = 4, MPS_MARKED = 8, MPS_SEMI = 16 };
/* Sections of which only the first set of values counts. */
enum mps_set { MPS_SET_RHS, MPS_SET_RANGES, MPS_SET_BOUNDS, MPS_SETS };

struct mps_row { /* of any kind, the objective and free rows too */
    char kind;   /* N L G E */
    int number;  /* in the model, or MPS_OBJECTIVE, MPS_FREE_ROW */
    double rhs;
    long double range;
    long rhs_line, range_line, entry_line; /* where given; 0: not */
    int entry_column;                      /* column of the last entry */
};

/* Rows of every kind, in file order. Invariant: row[k] and name[k] belong together, and names maps name[k] to k. */
struct mps_rows {
    struct names names;
    struct mps_row *row;
    char **name;
    size_t count, room, name_room;
};

/* Columns of the model. Invariant: names maps the name of column j to j; each array has an item for each column. */
struct mps_cols {
    struct names names;
    long *line;           /* where the column began */
    unsigned char *given; /* enum mps_given */
    long *upper_line;     /* of the last UP */
    size_t line_room, given_room, upper_room;
    int current;   /* being read; -1 at first */
    bool integers; /* between INTORG and INTEND */
};

struct mps_objective {
    bool found, has_sense, negated; /* its N row; OBJSENSE; MPS_NEGATED */
    char *wanted;                   /* OBJNAME, or NULL */
    char *constant;                 /* column that MODEL_CONSTANT_MARK names, or NULL */
};

struct mps_sets {          /* by enum mps_set */
    char *name[MPS_SETS];  /* the first one's; NULL: the section has no line yet */
    bool warned[MPS_SETS]; /* that there are further ones */
};

struct mps_line { /* being read, cut into fields */
    char *line;
    size_t room;
    char fixed[MPS_FIELDS][1024]; /* fields of fixed form */
};

struct logic;

struct mps_reader {
    struct model *model;
    struct logic *logic; /* what rows cannot say */
    const char *path;
    long line;
    bool fixed, strict, layout_trouble; /* layout_trouble: the error may be due to blanks in names */
    FILE *warnings;                     /* kept in `warned` until it is known which form the file has */
    char *warned;
    struct error *err;
    struct mps_rows rows;
    struct mps_cols cols;
    struct mps_objective objective;
    struct mps_sets sets;
    struct mps_line text;
};

/* Errors and warnings; with `strict` a warning is an error. All return false for an error. */
bool mps_fail(struct mps_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool mps_layout_fail(struct mps_reader *r, const char *what, const char *found); /* may be due to blanks in names */
bool mps_warn(struct mps_reader *r, long line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* mps_fields.c: the number of a line's fields; more than MPS_FIELDS: too many, or text outside its columns. */
/* Whether free MPS can hold the name: no blanks or control characters, no '$' or '*' in front (a comment), not the
 * marker's. */
bool mps_name_usable(const char *name);
int mps_fields_free(char *line, char **field);
int mps_fields_fixed(struct mps_reader *r, const char *line, bool with_type, char **field);
/* The count without a comment, which may begin at fields `first`, `first` + 2, ... */
int mps_fields_comment(const struct mps_reader *r, char **field, int count, int first);
bool mps_fields_number(struct mps_reader *r, double *value, const char *text);

/* A line of each section, and what can be settled only at the end of the file. */
bool mps_rows_line(struct mps_reader *r, char **field, int count);
bool mps_rows_settle(struct mps_reader *r); /* sides from right-hand sides and ranges */
bool mps_columns_line(struct mps_reader *r, char **field, int count);
bool mps_sides_rhs(struct mps_reader *r, char **field, int count);
bool mps_sides_ranges(struct mps_reader *r, char **field, int count);
bool mps_sides_first_set(struct mps_reader *r, enum mps_set set, const char *name, bool *good);
bool mps_bounds_line(struct mps_reader *r, char **field, int count);
bool mps_bounds_settle(struct mps_reader *r); /* negative upper bounds, integers without bounds */
bool mps_logic_sets(struct mps_reader *r, char **field, int count);
bool mps_logic_sets_1(struct mps_reader *r, char **field, int count); /* whose sets need not say that they are S1 */
bool mps_logic_sets_2(struct mps_reader *r, char **field, int count);
bool mps_logic_indicator(struct mps_reader *r, char **field, int count);

#endif

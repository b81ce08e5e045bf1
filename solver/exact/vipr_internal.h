/* vipr_internal.h - the state of vipr.h's checker, for the files behind it: vipr_scan.c has the tokens, vipr_row.c rows
 * and their sums, vipr_model.c the sections that repeat the model, vipr_claim.c what is to be proven and the points,
 * vipr_derive.c the derivations, vipr.c the order of the sections and the verdict. */
#ifndef SOLVER_EXACT_VIPR_INTERNAL_H
#define SOLVER_EXACT_VIPR_INTERNAL_H
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/text.h"
#include "solver/exact/rational_text.h"
#include "solver/exact/vipr.h"

struct vipr_terms { /* sum of value[k] x[index[k]]: indices increase, values are not 0 */
    int count;
    int *index;
    struct rational *value;
};

struct vipr_row { /* left side, then <= (-1), = (0) or >= (1), then right */
    int sense;
    struct vipr_terms *terms; /* owned, or the state's objective */
    struct rational right;
    long last; /* row that uses it last; -1: none is last */
    bool assumption, discharged;
    int assumptions;
    int *assumed; /* [assumptions] rows, ascending */
};

struct vipr_sum {           /* a sum of terms, dense */
    struct rational *value; /* [cols] */
    bool *touched;          /* [cols] is in `list` */
    int *list, count;       /* columns whose value may not be 0 */
};

struct vipr_list { /* of numbers of rows */
    int *item, count;
    size_t room;
};

struct vipr {
    const struct model *m;
    const struct limits *limits;
    struct error *err;
    struct vipr_verdict *v;
    struct text_reader in;
    char *rest;    /* of the current line */
    bool *integer; /* [cols] */
    struct {
        bool decimals, doubles; /* ways to read the model's numbers that fit so far */
    } reading;
    struct {
        struct vipr_terms terms;
        bool whole; /* whole values on integer columns alone: so is every value of it */
    } objective;
    struct vipr_row **row; /* [rows] NULL: dropped */
    int rows, given;       /* given: of CON */
    size_t room;
    struct {
        struct rational lower, upper, best; /* best: of the points */
        bool has_best;
    } range;
    struct vipr_sum sum;
    struct vipr_list used, assumed; /* rows that the derivation at hand uses, and what it assumes */
};

/* --- vipr_scan.c: each is false after an error, which names file and line --- */
bool vipr_malformed(struct vipr *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Not malformed, but it does not hold: the verdict's reason. */
bool vipr_refute(struct vipr *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The next token, valid until the one after it; "" at the end of the file. */
bool vipr_token(struct vipr *s, const char **word);
bool vipr_expect(struct vipr *s, const char *word);
bool vipr_integer(struct vipr *s, int *value, int least, int most, const char *what);
bool vipr_number(struct vipr *s, struct rational *value, const char *what);
/* Comment lines, and the first token behind them. */
bool vipr_first(struct vipr *s, const char **word);

/* --- vipr_row.c --- */
void vipr_list_add(struct vipr_list *list, int row);
/* `p {index value}`; the token p has been read. */
bool vipr_terms_read(struct vipr *s, struct vipr_terms *t, const char *count);
void vipr_terms_clear(struct vipr_terms *t);
bool vipr_terms_equal(const struct vipr_terms *a, const struct vipr_terms *b);
bool vipr_terms_whole(const struct vipr *s, const struct vipr_terms *t); /* whole values, on integer columns alone */
/* The row at the file's place, without a reason; `name` gets its name, cut off. NULL after an error. */
struct vipr_row *vipr_row_read(struct vipr *s, char name[64]);
void vipr_row_free(const struct vipr *s, struct vipr_row *row);
void vipr_row_append(struct vipr *s, struct vipr_row *row);
bool vipr_row_absurd(const struct vipr_row *row); /* no point satisfies it, for it has no terms */
bool vipr_row_dominates(const struct vipr_row *a, const struct vipr_row *b);
/* sum += factor terms */
void vipr_sum_add(struct vipr_sum *sum, const struct vipr_terms *t, const struct rational *factor);
/* Moves the sum into terms, which the caller clears; it is 0 again afterwards. */
void vipr_sum_take(struct vipr_sum *sum, struct vipr_terms *t);

/* --- the sections --- */
bool vipr_model_read(struct vipr *s);    /* VER to CON */
bool vipr_claim_read(struct vipr *s);    /* RTP and SOL */
bool vipr_derive_all(struct vipr *s);    /* DER */
bool vipr_claim_reached(struct vipr *s); /* after them */

#endif

/* rational_text.h - fractions as text: `-3`, `3/7`, and decimals such as `0.25` or `1.5e-3`, which are the fractions
 * that they say (0.1 is 1/10, not the double next to it). */
#ifndef SOLVER_EXACT_RATIONAL_TEXT_H
#define SOLVER_EXACT_RATIONAL_TEXT_H
#include "solver/exact/rational.h"

enum {
    RATIONAL_TEXT_LONGEST = 16384, /* characters that are read; longer ones are refused */
    RATIONAL_TEXT_POWER = 4999     /* of 10, up and down, in an exponent */
};

/* The whole of `text` must be a number; false otherwise, and for a denominator of 0. */
bool rational_text_read(struct rational *r, const char *text);
/* In lowest terms, without a denominator of 1; freed by the caller. */
char *rational_text_new(const struct rational *r);
/* The decimal that names a double (shortest of 15 to 17 digits): the number as its file had it, if that had no more
 * than 15 digits. `value` is finite. */
void rational_text_decimal(struct rational *r, double value);

#endif

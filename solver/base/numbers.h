/* numbers.h - numbers as model files write them. */
#ifndef SOLVER_BASE_NUMBERS_H
#define SOLVER_BASE_NUMBERS_H
#include <stdbool.h>

/* The shortest of %.15g, %.16g, %.17g that reads back as the same double; returns `spare`. */
const char *numbers_print(char spare[40], double value);
/* The whole of `text` must be a number: C's forms, FORTRAN's 1.0D3, and inf or infinity with a sign or without. NaN is
 * refused. */
bool numbers_read(double *value, const char *text);
bool numbers_read_long(long double *value, const char *text);
/* The greatest common divisor of two whole numbers >= 0, of which at most one is 0 (Euclid; exact below 2^53). Values
 * may be whole only up to rounding: a remainder of 0.5 or less counts as 0. */
double numbers_gcd(double a, double b);

#endif

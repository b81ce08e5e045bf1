/* emit_tables.h - the constants of net.c: each step's primitive and scenario, or its operator's shape, and how values
 * are written in C. Of a segment's layers, the scenario or shape is an array: one for each different strip. */
#ifndef EXPERIMENTS_EMIT_EMIT_TABLES_H
#define EXPERIMENTS_EMIT_EMIT_TABLES_H
#include "experiments/runtime/schedule.h"
#include "solver/base/text.h"

extern const char *const emit_tables_layouts[LAYOUTS]; /* "LAYOUT_CHW" ... */
extern const char
    *const emit_tables_operators[OPERATORS]; /* "operator_maxpool" ...: the symbols of kernels/operator.h */

#define EMIT_TABLES_FLOAT 24
/* x as a constant of C that reads back equal, bit for bit; infinities need <math.h>. x is a number. */
void emit_tables_float(char text[EMIT_TABLES_FLOAT], float x);
/* {ACTIVATION_X, a, b}: an initialiser of struct activation. */
void emit_tables_activation(struct text_writer *out, struct activation f);
/* The symbol algorithm_X of a primitive: the table has its address, the objects its name. */
const char *emit_tables_algorithm(const struct primitive *p);
/* Is the step the network's input? It has no table. */
bool emit_tables_is_input(const struct schedule *s, int step);
/* Is it the input in the caller's own layout? It has no call either: it is read where the caller has it. */
bool emit_tables_in_place(const struct schedule *s, int step);
void emit_tables_write(struct text_writer *out, const struct schedule *s);

#endif

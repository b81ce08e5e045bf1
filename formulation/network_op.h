/* network_op.h - the ops of the .net form: one table of names, number of inputs and keys, and the parser made from it.
 * Operators come from kernels/operators.def. */
#ifndef FORMULATION_NETWORK_OP_H
#define FORMULATION_NETWORK_OP_H
#include "formulation/network.h"

#define NETWORK_KEYS OPERATOR_KEYS

struct network_op {
    const char *name;
    enum layer_kind kind;
    enum operator_kind operator; /* LAYER_OPERATOR */
    const struct operator_syntax *syntax;
    const char *help; /* what it computes, one line; NULL: the operator's (network_op_help) */
};

/* A layer as written: what shape inference starts from. */
struct network_draft {
    const struct network_op *op;
    double value[NETWORK_KEYS]; /* in the order of op->syntax->key */
    bool given[NETWORK_KEYS];
};

const char *network_op_name(int i);                         /* NULL after the last */
const struct network_op *network_op_find(const char *name); /* NULL: no such */
const char *network_op_help(const struct network_op *op);
/* All names, separated by ", ", for messages. */
const char *network_op_list(char *text, size_t room);
/* Reads the fields `key=value` (fields[0 .. count)) and fills in the presets. */
bool network_op_keys(struct network_draft *draft, char *const *fields, int count, const char *path, long line,
                     struct error *err);
double network_op_value(const struct network_draft *draft,
                        const char *key); /* NAN: not given; the key must be the op's */
/* The padding of an op with the keys OPERATOR_PADDING. NULL, or what is wrong. */
const char *network_op_padding(struct padding *pad, const struct network_draft *draft);
/* The sizes of an op with the keys OPERATOR_PAIR(key). */
bool network_op_pair(int *down, int *across, const struct network_draft *draft, const char *key,
                     char wrong[OPERATOR_PAIR_WRONG]);
bool network_op_given(const struct network_draft *draft, const char *key);

/* Fills scenario or shape_of, bias and out of l from the shapes of its inputs (network_shape.c). */
bool network_shape(struct layer *l, const struct network_draft *draft, const struct layer *layers, const char *path,
                   struct error *err);

/* The built-in texts (build/networks.c, made by embed.awk): lines end at NULL. */
struct network_text {
    const char *name;
    const char *const *lines;
    const char *set; /* network_builtin_set */
};
extern const struct network_text network_texts[];
extern const int network_text_count;

#endif

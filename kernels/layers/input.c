/* The network's input: nothing to compute; it is read in the caller's memory. */
#include <math.h>

#include "kernels/operator.h"

enum { INPUT_C, INPUT_H, INPUT_W }; /* keys */

static bool input_shape(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]) {
    (void)wrong;
    s->C[0] = s->M = (int)l->value[INPUT_C];
    s->H = s->OH = (int)l->value[INPUT_H];
    s->W = s->OW = (int)l->value[INPUT_W];
    return true;
}

const struct operator_contract operator_input = {
    .help = "the network's input; computes nothing",
    .syntax = {0, 0, {{"c", KEY_SIZE, NAN, false}, {"h", KEY_SIZE, NAN, false}, {"w", KEY_SIZE, NAN, false}}},
    .shape = input_shape,
};

/* An operator of a model that the network language cannot express: a tensor as large as its input, made in no time and
 * with no other memory. It computes nothing, so a network that has one is measured and planned, but neither run nor
 * emitted. */
#include "kernels/operator.h"

const struct operator_contract operator_opaque = {
    .help = "an operator that is not known, as large as its input: takes no time, and cannot be run or emitted",
    .syntax = {1, 1, {{0}}},
};

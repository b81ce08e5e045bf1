/* network_join.h - several inputs and outputs as one of each, so that everything after the reader sees one input and
 * one output.
 *
 * Inputs lie one after the other, in the order of the file, each in the order of CHW, in one input of n / B x 1 x B
 * elements, B the greatest common divisor of their sizes; a slice and a reshape make each of them out of it. The output
 * is the concatenation of the layers that the op `output` names, each as n / B x 1 x B. In CHW every part is a run of
 * bytes of the whole. */
#ifndef FORMULATION_NETWORK_JOIN_H
#define FORMULATION_NETWORK_JOIN_H
#include "formulation/network.h"

#define NETWORK_OUTPUT "output" /* the op: what its layer reads are the network's outputs */

/* n as it was read: inputs anywhere, output[v] whether layer v is an `output`, which nothing reads. False and an error
 * with path and line where a joint tensor would be too large. */
bool network_join(struct network *n, const bool *output, const char *path, struct error *err);

#endif

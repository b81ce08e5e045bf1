/* prototxt.h - a network as a .prototxt of Caffe: layers of the form of BVLC's master, one for each, batch norm as BatchNorm
 * and Scale. formulation/import/caffe.h reads it back as the same network. What Caffe cannot say (padding of one side,
 * activations and layers that it does not have) is an error that names the layer. */
#ifndef FORMULATION_PROTOTXT_H
#define FORMULATION_PROTOTXT_H
#include "formulation/network.h"

/* n as it was read, not folded. */
bool prototxt_write(const char *path, const struct network *n, struct error *err);

#endif

/* image.h - a network's input from a file: raw float32 (C x H x W, little-endian), or a binary PPM (P6) of the
 * network's own height and width, whose bytes become value / 255 in the order red, green, blue. */
#ifndef EXPERIMENTS_RUNTIME_IMAGE_H
#define EXPERIMENTS_RUNTIME_IMAGE_H
#include "formulation/network.h"

bool image_read(float *in, struct shape s, const char *path, struct error *err);
/* Seeded noise, uniform on [-1, 1). */
void image_noise(float *in, struct shape s, uint64_t seed);

#endif

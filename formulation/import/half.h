/* half.h - 16-bit floats (IEEE 754 binary16) as floats, exactly. */
#ifndef FORMULATION_IMPORT_HALF_H
#define FORMULATION_IMPORT_HALF_H
#include <math.h>
#include <stdint.h>

#include "formulation/import/wire.h"

static inline float half_float(uint32_t half) {
    const uint32_t sign = (half & 0x8000) << 16, exponent = half >> 10 & 31, fraction = half & 1023;
    if (exponent == 31) return wire_float(sign | 0x7f800000 | fraction << 13);
    if (exponent > 0) return wire_float(sign | (exponent + 112) << 23 | fraction << 13);
    return (sign ? -1.0f : 1.0f) * ldexpf((float)fraction, -24);
}

#endif

/* bench_onnx.h - a folded network in ONNX's protobuf form, so that onnxruntime can run what we run: bench_networks.
 *
 * Weights are external data of the model, in weights.f32 next to it: the file that weights_write makes. A writer of its
 * own: it shares nothing with the reader of ONNX files. Field numbers are those of onnx.proto3 (ONNX 1.12, opset 17). */
#ifndef TESTS_BENCH_BENCH_ONNX_H
#define TESTS_BENCH_BENCH_ONNX_H
#include <stdbool.h>
#include <stddef.h>

#include "experiments/runtime/weights.h"
#include "formulation/network.h"

struct bench_onnx_bytes {
    unsigned char *at; /* the caller frees it */
    size_t count, room;
};

/* Whether every layer and activation has its ONNX node here; else err names the first that has none. */
bool bench_onnx_can(const struct network *n, struct error *err);

/* The model; w as weights_init filled it. Ends the program if there is no memory for it. */
struct bench_onnx_bytes bench_onnx_model(const struct network *n, const struct weights *w);

#endif

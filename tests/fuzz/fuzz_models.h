/* fuzz_models.h - models of other tools with their weights: readers, and valid files to start from. */
#ifndef TESTS_FUZZ_FUZZ_MODELS_H
#define TESTS_FUZZ_FUZZ_MODELS_H
#include "formulation/import/import.h"
#include "formulation/network.h"
#include "tests/support/onnx_file.h"
#include "tests/support/tflite_file.h"

static char prototxt_path[128]; /* the network of the .caffemodel */

static inline bool read_sketch(const char *model, const char *weights, struct error *err) {
    struct sketch s;
    sketch_init(&s);
    s.weights = true;
    s.weights_file = weights;
    struct network *n = import_find(model)->read(&s, model, err) ? network_sketched(&s, model, err) : NULL;
    sketch_free(&s);
    network_free(n);
    return n != NULL;
}

static inline bool read_weighted(const char *path, struct error *err) {
    return read_sketch(path, NULL, err);
}

static inline bool read_caffemodel(const char *path, struct error *err) {
    return read_sketch(prototxt_path, path, err);
}

#define CAFFE_TEXT                                                                                                      \
    "input: 'x' input_dim: [1, 2, 5, 5]\n"                                                                              \
    "layer { name: 'c' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 3 kernel_size: 1 } }\n" \
    "layer { name: 'b' type: 'BatchNorm' bottom: 'c' top: 'c' batch_norm_param { eps: 0.25 } }\n"                       \
    "layer { name: 's' type: 'Scale' bottom: 'c' top: 'c' scale_param { bias_term: true } }\n"                          \
    "layer { name: 'f' type: 'InnerProduct' bottom: 'c' top: 'f' inner_product_param { num_output: 2 } }\n"
#define ONNX_WORDS                                                                                                     \
    "in x 1 2 5 5; f w 2 2 3 3; g b 2; Conv x,w,b y; h s 2; f v 2; BatchNormalization y,s,s,s,v z; Relu z r;"          \
    "n p 0 0 1 1 0 0 1 1; Pad r,p q; h k 2 1 3 3; Conv q,k c group=2; Split c d,e axis=1; Concat e,d j axis=1;"        \
    "Mul j,j m; g t 18 3; Flatten m u; f i 3; Gemm u,t,i o; Softmax o l"
#define TFLITE_WORDS                                                                                                   \
    "in x 1 4 4 2; f w 2 2 2 2; f b 2; CONV_2D x,w,b y=1,4,4,2 i1=1 i2=1 b3=3; h c 2; DEQUANTIZE c d=2;"               \
    "MUL y,d u=1,4,4,2; # a 3; SPLIT a,u p=1,4,4,1/q=1,4,4,1; CONCATENATION q,p v=1,4,4,2 i0=3; f g 1 3 3 2;"          \
    "r z 4 0 0 1 1 1 1 0 0; PAD v,z h=1,6,6,2; DEPTHWISE_CONV_2D h,g i=1,4,4,2 b0=1 i1=1 i2=1 i3=1;"                   \
    "MAX_POOL_2D i j=1,2,2,2 i1=2 i2=2 i3=2 i4=2; n s 1 8; RESHAPE j,s f=1,8; f e 2 8; FULLY_CONNECTED f,e k=1,2;"     \
    "SOFTMAX k l=1,2 f0=1"

/* A blob of `count` floats; a layer with a name and three of them, as in a file of today. */
static inline void caffe_blob(struct onnx_bytes *layer, int count) {
    static struct onnx_bytes blob, data;
    blob.length = data.length = 0;
    for (int k = 0; k < count; k++) {
        const float value = onnx_element(k);
        onnx_put(&data, &value, sizeof value);
    }
    onnx_put_message(&blob, 5, &data);
    onnx_put_message(layer, 7, &blob);
}

static inline void caffe_layer(struct onnx_bytes *model, const char *name, const int *counts) {
    static struct onnx_bytes layer;
    layer.length = 0;
    onnx_put_text(&layer, 1, name);
    for (int i = 0; counts[i]; i++) caffe_blob(&layer, counts[i]);
    onnx_put_message(model, 100, &layer);
}

/* The caller frees. */
static inline char *caffe_seed(size_t *length) {
    static struct onnx_bytes model;
    model.length = 0;
    caffe_layer(&model, "c", (const int[]){6, 3, 0});
    caffe_layer(&model, "b", (const int[]){3, 3, 1, 0});
    caffe_layer(&model, "s", (const int[]){3, 3, 0});
    caffe_layer(&model, "f", (const int[]){150, 2, 0});
    *length = model.length;
    return memory_duplicate(model.byte, model.length);
}

static inline char *tflite_seed(size_t *length) {
    static struct tflite_net net;
    tflite_parse(&net, TFLITE_WORDS);
    struct flat b = tflite_bytes(&net);
    *length = b.length;
    return (char *)b.byte;
}

#endif

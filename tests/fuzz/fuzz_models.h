/* fuzz_models.h - models of other tools with their weights: readers, and valid files to start from. */
#ifndef TESTS_FUZZ_FUZZ_MODELS_H
#define TESTS_FUZZ_FUZZ_MODELS_H
#include "formulation/import/import.h"
#include "formulation/network.h"
#include "tests/support/caffe_models.h"
#include "tests/support/net_models.h"
#include "tests/support/onnx_file.h"
#include "tests/support/onnx_models.h"
#include "tests/support/tflite_file.h"
#include "tests/support/tflite_models.h"

static char prototxt_path[640]; /* the network of the .caffemodel */

static inline bool read_sketch(const char *model, bool weights, bool opaque, const char *file, struct error *err) {
    struct sketch s;
    sketch_init(&s);
    s.weights = weights, s.opaque = opaque;
    s.weights_file = file;
    struct network *n = import_find(model)->read(&s, model, err) ? network_sketched(&s, model, err) : NULL;
    sketch_free(&s);
    network_free(n);
    return n != NULL;
}

/* In all ways in which a model is read, each with its own code: alone, with what cannot be expressed carried along, and with
 * its weights (unless they are in another file). The first refusal counts; a way that contradicts itself ends it. */
static inline bool read_model(const char *path, struct error *err) {
    const bool apart = import_find(path)->weights_apart;
    bool good = true;
    for (int way = 0; way < (apart ? 2 : 3); way++) {
        struct error e = {""};
        const bool taken = read_sketch(path, way == 2, way == 1, NULL, &e);
        if (!taken && good) *err = e;
        good = good && taken;
        if (taken == (e.text[0] == '\0')) continue;
        *err = e;
        return taken;
    }
    return good;
}

static inline bool read_caffemodel(const char *path, struct error *err) {
    return read_sketch(prototxt_path, true, false, path, err);
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

static inline char *tflite_seed(size_t *length, const char *words) {
    static struct tflite_net net;
    tflite_parse(&net, words);
    struct flat b = tflite_bytes(&net);
    *length = b.length;
    return (char *)b.byte;
}

/* --- a further seed for each model of the tests ---------------------------------------------------------------------- */

#define MODELS(table) ((int)(sizeof(table) / sizeof *(table)))

static inline char *onnx_seed(size_t *length, const char *path, int opset, const char *words) {
    char *bytes = MEMORY_NEW(char, sizeof(struct onnx_bytes));
    onnx_file(path, opset, words);
    FILE *in = fopen(path, "rb");
    *length = in ? fread(bytes, 1, sizeof(struct onnx_bytes), in) : 0;
    if (in) fclose(in);
    return bytes;
}

/* Tensors of which only the sizes are there become tensors with elements. */
static inline const char *with_elements(char words[1024], const char *model) {
    snprintf(words, 1024, "%s", model);
    for (char *w = words; (w = strstr(w, "w ")); w++)
        if (w == words || w[-1] == ';' || (w[-1] == ' ' && w[-2] == ';')) *w = 'f';
    return words;
}

/* Weights in a file next to it that are not as stated. */
static inline char *onnx_misplaced(size_t *length, const char *path, int i) {
    const char *const before[] = {onnx_place[0], onnx_place[1], onnx_place[2]};
    onnx_place[0] = onnx_places[i].location, onnx_place[1] = onnx_places[i].offset;
    onnx_place[2] = onnx_places[i].length;
    char *bytes = onnx_seed(length, path, 11, ONNX_PLACED);
    memcpy(onnx_place, before, sizeof before);
    return bytes;
}

/* With sizes of weights only, then with elements, in every form. NULL: no more. */
static inline char *onnx_model(size_t *length, const char *path, int i) {
    const int nodes = MODELS(onnx_nodes), flat = MODELS(onnx_flattenings), bad = MODELS(onnx_refusals);
    char words[1024];
    if (i < nodes) return onnx_seed(length, path, onnx_nodes[i].opset, onnx_nodes[i].model);
    if ((i -= nodes) < nodes)
        return onnx_seed(length, path, onnx_nodes[i].opset, with_elements(words, onnx_nodes[i].model));
    if ((i -= nodes) < bad) return onnx_seed(length, path, onnx_refusals[i].opset, onnx_refusals[i].model);
    if ((i -= bad) < MODELS(onnx_without)) return onnx_seed(length, path, 11, onnx_without[i].model);
    const bool flattens = (i -= MODELS(onnx_without)) < flat;
    if (flattens) snprintf(words, sizeof words, ONNX_IN "%s", onnx_flattenings[i].model);
    if (flattens) return onnx_seed(length, path, onnx_flattenings[i].opset, words);
    if ((i -= flat) < (int)sizeof onnx_stored - 1) {
        snprintf(words, sizeof words, ONNX_STORED, onnx_stored[i], onnx_stored[i], onnx_stored[i]);
        return onnx_seed(length, path, 11, words);
    }
    return (i -= (int)sizeof onnx_stored - 1) < MODELS(onnx_places) ? onnx_misplaced(length, path, i) : NULL;
}

static inline char *tflite_model(size_t *length, int i) {
    const int cases = MODELS(tflite_cases), nets = MODELS(tflite_networks);
    if (i < cases) return tflite_seed(length, tflite_cases[i].model);
    if ((i -= cases) < nets) return tflite_seed(length, tflite_networks[i]);
    return (i -= nets) < MODELS(tflite_refusals) ? tflite_seed(length, tflite_refusals[i].model) : NULL;
}

static inline char *caffe_model(size_t *length, int i) {
    const int spellings = MODELS(caffe_spellings), all = spellings + MODELS(caffe_refusals);
    const char *text = i >= all ? NULL : i < spellings ? caffe_spellings[i].text : caffe_refusals[i - spellings].text;
    if (text) *length = strlen(text);
    return text ? memory_string(text) : NULL;
}

static inline char *net_model(size_t *length, int i) {
    const int whole = MODELS(net_whole), all = whole + MODELS(net_broken);
    const char *text = i >= all ? NULL : i < whole ? net_whole[i] : net_broken[i - whole].text;
    if (text) *length = strlen(text);
    return text ? memory_string(text) : NULL;
}

/* Model i of a reader, which the caller frees; NULL: no more. `path`: of a file to use. */
static inline char *models_next(size_t *length, const char *path, const char *reader, int i) {
    if (strcmp(reader, "net") == 0) return net_model(length, i);
    if (strcmp(reader, "onnx") == 0) return onnx_model(length, path, i);
    if (strcmp(reader, "tflite") == 0) return tflite_model(length, i);
    return strcmp(reader, "prototxt") == 0 ? caffe_model(length, i) : NULL;
}

#endif

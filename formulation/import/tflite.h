/* tflite.h - what the parts of the TensorFlow Lite importer share: tensors, operators, their options.
 *
 * A model is a list of operators in order of execution over numbered tensors; numbers of slots and codes are those of
 * the published schema (tensorflow/lite/schema/schema.fbs, version 3). Only the first subgraph is read, the batch is 1.
 * A tensor is a constant, or what a layer of the sketch computes: 1 H W C there, C H W here, so that weights are turned
 * where they are read, and a vector that was an image remembers its order until a product takes it. Whatever an operator
 * makes is compared with the shape that the file states. Models with quantised tensors are refused by name. */
#ifndef FORMULATION_IMPORT_TFLITE_H
#define FORMULATION_IMPORT_TFLITE_H
#include "formulation/import/flatbuffer.h"
#include "formulation/import/sketch.h"
#include "formulation/import/wire.h"

#define TFLITE_RANK  6
#define TFLITE_MOST  65536 /* tensors, operators */
#define TFLITE_TIMES 3     /* what parts of the file may take together, in sizes of the file */

enum { TFLITE_FLOAT32 = 0, TFLITE_FLOAT16 = 1, TFLITE_INT32 = 2, TFLITE_INT64 = 4 }; /* enum TensorType */

enum tflite_kind {
    TFLITE_NONE,     /* not made yet */
    TFLITE_WAITING,  /* an input that is not an image: its first reader decides how it is seen */
    TFLITE_LAYER,    /* the output of a layer */
    TFLITE_CONSTANT, /* of the file */
};

struct tflite_value {
    enum tflite_kind kind;
    int64_t type; /* enum TensorType */
    int rank;     /* -1: more dimensions than TFLITE_RANK */
    int64_t dim[TFLITE_RANK];
    int layer;            /* LAYER: of the sketch */
    int64_t was[3];       /* LAYER of rank 2: the H W C of the layer's image, more than a pixel; or 0 */
    int64_t pad[4];       /* LAYER: zeros around it, in dim, that what reads it takes in: top left bottom right */
    int64_t groups;       /* LAYER of rank 5, 1 H W A B: transposed, its channels were groups x C / groups; or 0 */
    bool positive;        /* LAYER: no element is below 0 */
    const uint8_t *bytes; /* CONSTANT */
    size_t length;
};

struct tflite {
    const char *path;
    struct error *err;
    struct sketch *sketch;
    struct wire_file file;
    struct flatbuffer buffer;
    struct flatbuffer_vector codes, buffers, tensors;
    struct tflite_value *value; /* [tensors.count] */
    uint64_t left;              /* bytes that parts of the file may still take (tflite_spend) */
};

struct tflite_node {
    struct tflite *in;
    char name[80], type[64];
    struct flatbuffer_vector input, output; /* numbers of tensors; -1: left out */
    struct flatbuffer_table options;
};

enum tflite_result { TFLITE_MADE, TFLITE_UNSUPPORTED, TFLITE_FAILED };
typedef enum tflite_result tflite_make(struct tflite_value *out, const struct tflite_node *n);
#define OPERATOR(code, name, options, make) tflite_make tflite_##make;
#define OTHER(code, name)
#include "formulation/import/tflite_operators.def"
#undef OPERATOR
#undef OTHER

/* --- values ------------------------------------------------------------------------------------------------------- */

/* A text, a tensor's name, a shape: cut to what fits. */
void tflite_text(char *to, size_t room, const struct flatbuffer_vector *from);
void tflite_name(char *to, size_t room, const struct tflite *x, size_t tensor);
const char *tflite_shape(char text[128], const struct tflite_value *v);
bool tflite_names(const struct tflite_node *n, size_t i, const char *what); /* an error about input i by its name */
bool tflite_error(const struct tflite_node *n, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* So that `return tflite_failed(tflite_error(...))` reads well. */
static inline enum tflite_result tflite_failed(bool nothing) {
    (void)nothing;
    return TFLITE_FAILED;
}
struct tflite_value *tflite_input(const struct tflite_node *n, size_t i); /* NULL: not given */
/* The input that has to be there, as an image (rank 4) or, with `vector`, as a vector too. NULL and an error. */
struct tflite_value *tflite_image(const struct tflite_node *n, size_t i, bool vector);
/* An image or a vector, whose elements are in the file's order: a vector that was an image is turned. */
struct tflite_value *tflite_ordered(const struct tflite_node *n, size_t i);
/* An image with zeros around it, which the operator has to take in. */
struct tflite_value *tflite_padded(const struct tflite_node *n, size_t i);
/* A constant of the file; NULL and an error. */
const struct tflite_value *tflite_constant(const struct tflite_node *n, size_t i);
/* The whole numbers of input i, at most `room`; how many there are, -1: it is not such a constant. */
int tflite_numbers(int64_t *out, int room, const struct tflite_node *n, size_t i);
/* Output i; false and an error: the file states another shape. */
bool tflite_output(const struct tflite_node *n, size_t i, struct tflite_value value);
const struct tflite_value *tflite_stated(const struct tflite_node *n, size_t i); /* output i, as the file states it */
struct tflite_value tflite_image_of(int layer, int64_t H, int64_t W, int64_t C);
int64_t tflite_count(const struct tflite_value *v);    /* elements; -1: too many to count */
int64_t tflite_channels(const struct tflite_value *v); /* of its layer */
/* A waiting input becomes a layer of that size. */
void tflite_decide(const struct tflite_node *n, struct tflite_value *input, int64_t H, int64_t W, int64_t C);
/* Appends a layer with one input and the name of the node; -1 and an error: too many. */
int tflite_layer(const struct tflite_node *n, const char *op, int input, const char *keys, ...)
    __attribute__((format(printf, 4, 5)));
/* The activation of an operator's options, as a layer after `out`. */
enum tflite_result tflite_fused(struct tflite_value *out, const struct tflite_node *n, int slot);
/* Parts of a file may overlap: what they take together is at most a small multiple of its size. false and an error. */
bool tflite_spend(const struct tflite_node *n, uint64_t bytes);

/* --- weights: tflite_weights.c ------------------------------------------------------------------------------------ */

int64_t tflite_floats(const struct tflite_value *v); /* elements of a constant; -1: no floats, or not all are there */
float tflite_element(const struct tflite_value *v, int64_t i);
/* Weights and bias of the layer just sketched: element (a, b, c, d) is number a step[0] + b step[1] + ... of input 1; M are
 * input `bias`, if that is given. Both are checked even where nothing is wanted. */
bool tflite_weights(const struct tflite_node *n, const int64_t size[4], const int64_t step[4], size_t bias, int64_t M);
bool tflite_slopes(const struct tflite_node *n,
                   int64_t C); /* input 1, C floats, as weights of the layer just sketched */

#endif

/* onnx.h - what the parts of the ONNX importer share: values, nodes, their attributes.
 *
 * A model is a graph of nodes in order of execution. A value is a tensor that the network computes (an image, or a vector
 * where it was flattened: a layer of the sketch), or a constant: weights, of which the sizes matter here, or the whole
 * numbers of shape arithmetic, which are computed as the nodes are read. The batch is taken to be 1. Opsets 7 to 21. */
#ifndef FORMULATION_IMPORT_ONNX_H
#define FORMULATION_IMPORT_ONNX_H
#include <stdio.h>

#include "formulation/import/sketch.h"
#include "formulation/import/wire.h"

#define ONNX_RANK    6
#define ONNX_INTS    16     /* numbers of a constant that are known: shapes, axes */
#define ONNX_INPUTS  260    /* of a node */
#define ONNX_OUTPUTS 8      /* of a node, that are looked at */
#define ONNX_VALUES  200000 /* of a graph */

enum onnx_kind { ONNX_NONE, ONNX_LAYER, ONNX_CONSTANT };
struct onnx_value {
    enum onnx_kind kind;
    int rank;
    int64_t dim[ONNX_RANK]; /* of a layer: 1 C H W, or any others of as many elements (onnx_values.c) */
    int layer;              /* ONNX_LAYER: of the sketch */
    int64_t have[3];        /* ONNX_LAYER: the layer's own C H W */
    bool channels_last;     /* ONNX_LAYER: dim is 1 H W C, of a graph that began in TensorFlow */
    int64_t pad[4];     /* ONNX_LAYER: zeros around it that the convolution after it takes in: top left bottom right */
    int count;          /* ONNX_CONSTANT: number[0 .. count) are all its elements, whole; -1: not known */
    int64_t *number;    /* ONNX_CONSTANT: owned by the list of the model's numbers */
    struct wire tensor; /* ONNX_CONSTANT: where its elements are, in their order; empty: computed */
    bool integer;       /* ONNX_CONSTANT: whole numbers by type, whose quotients are cut */
    bool listed;        /* ONNX_CONSTANT: `tensor` is an attribute, one float or a list of them */
    bool turned;        /* ONNX_CONSTANT: dimension i is dimension order[i] of the tensor as stored */
    int8_t order[ONNX_RANK];
};

/* A concatenation of layers: one of these and more begins with it, as DenseNets are written. */
struct onnx_joined {
    int layer, inputs, input[ONNX_INPUTS];
};

struct onnx {
    const char *path;
    struct error *err;
    struct sketch *sketch;
    struct wire_file file;
    int opset;
    char **text; /* [texts] names of values */
    size_t texts, text_capacity;
    struct names names; /* of values */
    struct onnx_value *value;
    int values;
    size_t value_capacity;
    int64_t **number; /* [numbers] arrays that values point to */
    size_t numbers, number_capacity;
    struct names outside; /* files next to the model whose size counts (onnx_files.c) */
    char **outside_name;  /* [outside.count] */
    size_t outside_capacity;
    struct onnx_joined joined; /* the latest */
    const char *advice;        /* with the first type of node that cannot be expressed */
};

struct onnx_node {
    struct onnx *in;
    struct wire message;
    char name[80], type[40];
    int inputs, outputs;
    int input[ONNX_INPUTS]; /* values; -1: left out */
    int output[ONNX_OUTPUTS];
};

/* --- values ------------------------------------------------------------------------------------------------------- */

struct onnx_value *onnx_input(const struct onnx_node *n, int i); /* NULL: not given */
/* Inputs that have to be there, NULL and an error otherwise. An image, channels first; a tensor of any form; one whose
 * elements are in the order of its dimensions; one whose layer is a vector, too. */
struct onnx_value *onnx_image(const struct onnx_node *n, int i);
struct onnx_value *onnx_any(const struct onnx_node *n, int i);
struct onnx_value *onnx_flat(const struct onnx_node *n, int i);
struct onnx_value *onnx_vector(const struct onnx_node *n, int i);
/* An image with padding around it, which the node has to take in. */
struct onnx_value *onnx_padded(const struct onnx_node *n, int i);
int64_t onnx_count(const struct onnx_value *v); /* elements; -1: too many */
/* The numbers of an input or, in older opsets, of an attribute: how many, at most `room`; -1: not known. */
int onnx_setting(int64_t *number, int room, const struct onnx_node *n, int input, const char *name);
/* Output i > 0 of the node; output 0 is what it returns. */
void onnx_output(const struct onnx_node *n, int i, struct onnx_value value);
/* A constant whose sizes are known; NULL and an error. */
struct onnx_value *onnx_constant(const struct onnx_node *n, int i, int rank);
/* All elements of a constant, whole numbers (at most ONNX_INTS); a constant of rank 0 or 1 that has them. */
void onnx_attach(struct onnx_value *v, struct onnx *x, const int64_t *number, int count);
struct onnx_value onnx_numbers(struct onnx *x, const int64_t *number, int count, int rank);
struct onnx_value onnx_image_of(int layer, int64_t C, int64_t H, int64_t W);
bool onnx_error(const struct onnx_node *n, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What Slice takes of `size` elements, as an ascending or, for step < 0, descending range [from, to). */
void onnx_range(int64_t *from, int64_t *to, int64_t step, int64_t size);

/* --- attributes: the value, or `preset` if absent ----------------------------------------------------------------- */

int64_t onnx_int(const struct onnx_node *n, const char *name, int64_t preset);
float onnx_real(const struct onnx_node *n, const char *name, float preset);
int onnx_reals(int64_t *out, int room, const struct onnx_node *n, const char *name); /* floats, as whole numbers */
/* At most `room` numbers; how many there are, -1: absent. */
int onnx_ints(int64_t *out, int room, const struct onnx_node *n, const char *name);
bool onnx_is(const struct onnx_node *n, const char *name, const char *text, bool preset); /* a text attribute */
bool onnx_attribute(struct wire *out, const struct onnx_node *n, const char *name);       /* its message */
bool onnx_message(struct wire *out, const struct onnx_node *n, const char *name);         /* a tensor attribute */

/* --- kinds of nodes ------------------------------------------------------------------------------------------------ */

enum onnx_result { ONNX_MADE, ONNX_UNSUPPORTED, ONNX_FAILED };
struct onnx_op {
    const char *type;
    enum onnx_result (*make)(struct onnx_value *out, const struct onnx_node *n);
};
/* Tables of kinds, ended by a row without a type: the file is the one of that name. */
extern const struct onnx_op onnx_constants[];   /* of constants or shapes alone; tried before the others */
extern const struct onnx_op onnx_layers[];      /* windows, weights, means of an image */
extern const struct onnx_op onnx_activations[]; /* on elements one by one, and what normalises */
extern const struct onnx_op onnx_joints[];      /* of several tensors */
extern const struct onnx_op onnx_shapes[];      /* what rearranges, or adds pixels */
extern const struct onnx_op onnx_parts[];       /* what takes parts or moves blocks of pixels */
/* Transpose of six dimensions, between channels and blocks of pixels; UNSUPPORTED: another order. */
enum onnx_result onnx_blocks(struct onnx_value *out, const struct onnx_node *n, const int64_t *perm);
/* So that `return onnx_failed(onnx_error(...))` reads well. */
static inline enum onnx_result onnx_failed(bool nothing) {
    (void)nothing;
    return ONNX_FAILED;
}
/* A TensorProto as a constant: sizes, and its numbers if they are few and whole. */
bool onnx_tensor(struct onnx_value *out, struct onnx *x, struct wire tensor);

/* --- files next to the model: onnx_files.c ------------------------------------------------------------------------- */

/* Are the elements in such a file? */
bool onnx_outside(struct wire tensor);
/* Counts that file as a part of the model, once, if weights are in demand. */
void onnx_count_file(struct onnx *x, struct wire tensor);
/* The file at the first of `bytes` bytes of elements; NULL and an error: a path that leaves the model's folder, a file that
 * is missing or too short, another length. */
FILE *onnx_outside_open(const struct onnx *x, struct wire tensor, size_t bytes, struct error *err);

/* --- weights: onnx_weights.c --------------------------------------------------------------------------------------- */

/* All elements of input i of the node, a constant, `count` floats, from the model or a file next to it. */
bool onnx_elements(float *out, const struct onnx_node *n, int i, int64_t count);
/* The same, unless weights are not in demand: then nothing happens. */
bool onnx_floats(float *out, const struct onnx_node *n, int i, int64_t count);
/* Room for the weights of the layer just sketched, if they are in demand; false and an error: too many. */
bool onnx_room(const struct onnx_node *n, int64_t weights, int64_t bias);
/* The one number that input i is, if it is given; else `number` stays. */
bool onnx_number(float *number, const struct onnx_node *n, int i);

#endif

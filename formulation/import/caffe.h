/* caffe.h - what the parts of the Caffe importer share: the model that is read, its blobs, a layer and its parameters.
 *
 * Caffe's .prototxt (textproto.h) is a list of layers in order of execution; each reads blobs (`bottom`) and makes blobs
 * (`top`), possibly of the same name: then it works in place, and later layers read what it made. The form of today
 * (`layer`, types as strings) and the one before (`layers`, types as words) may be mixed. Layers of phase TRAIN are left
 * out, as are labels and losses; the batch size is taken to be 1. */
#ifndef FORMULATION_IMPORT_CAFFE_H
#define FORMULATION_IMPORT_CAFFE_H
#include "formulation/import/sketch.h"
#include "formulation/import/textproto.h"

struct caffe_blob {
    int layer;      /* of the sketch; -1: nothing that a network computes (a label) */
    bool flat;      /* the layer's output as one vector */
    bool batchnorm; /* made by a BatchNorm, whose Scale may still follow */
    int channels;   /* at most 0: not known, as after Flatten */
};

/* Where the weights of a sketched layer are: the layers of the model that have its blobs. */
struct caffe_origin {
    const char *name;  /* of a convolution, a product or a BatchNorm; NULL: it has no weights */
    const char *scale; /* of the Scale that followed a BatchNorm, or stands alone; else NULL */
    double epsilon;    /* of a BatchNorm */
};

struct caffe {
    struct textproto model;
    struct sketch *sketch;
    struct error *err;
    struct caffe_blob *blob; /* [blobs] by first use */
    int blobs;
    size_t blob_capacity;
    struct names names;          /* of blobs */
    struct caffe_origin *origin; /* [layers of the sketch] */
    size_t origins;
};

#define CAFFE_BOTTOMS 8 /* a .net's layers read at most so many */
#define CAFFE_TOPS    8

struct caffe_layer {
    struct caffe *in;
    uint32_t field; /* of the model */
    const char *name, *type;
    long line;
    int bottoms;
    struct caffe_blob bottom[CAFFE_BOTTOMS];
    int input[CAFFE_BOTTOMS]; /* the layers that made them */
    struct caffe_blob *top;   /* [CAFFE_TOPS] what a layer makes after its first top */
};

/* --- parameters: in message `of` of the layer (NULL: of its own), false and an error if they are not as expected ---- */

uint32_t caffe_message(const struct caffe_layer *l, const char *name); /* a message with no fields if absent */
bool caffe_error(const struct caffe_layer *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The value of field `name` (NULL: it is a message), a whole number from 0 to 2^30. */
bool caffe_whole(int *number, const struct caffe_layer *l, const char *name, const char *value);
/* The same of a message's field; `preset` if absent, which if negative is an error. */
bool caffe_int(int *value, const struct caffe_layer *l, uint32_t of, const char *name, int preset);
bool caffe_real(double *value, const struct caffe_layer *l, uint32_t of, const char *name, double preset);
bool caffe_flag(bool *value, const struct caffe_layer *l, uint32_t of, const char *name, bool preset);
/* The word of an enumeration; `preset` if absent. */
const char *caffe_word(const struct caffe_layer *l, uint32_t of, const char *name, const char *preset);
/* Height and width: `name` once or twice, or `h` and `w`; NULL where a spelling does not exist. */
bool caffe_pair(int value[2], const struct caffe_layer *l, uint32_t of, const char *const name[3], int preset);

/* Notes where the weights of a layer of the sketch are. */
struct caffe_origin *caffe_origin(const struct caffe_layer *l, int layer);

/* --- weights: caffe_weights.c: of all layers of the sketch, from a .caffemodel -------------------------------------- */

bool caffe_weights(struct caffe *c, const char *path);

/* --- kinds of layers: caffe_layers.c ------------------------------------------------------------------------------ */

enum caffe_result { CAFFE_MADE, CAFFE_NOTHING, CAFFE_UNSUPPORTED, CAFFE_FAILED };
struct caffe_kind {
    const char *type, *old; /* as a string; as a word of the older form (NULL: none) */
    /* Sketches the layer and says what its first top is. */
    enum caffe_result (*make)(struct caffe_blob *top, const struct caffe_layer *l);
    int least, most; /* bottoms */
    bool flat;       /* a vector will do where an image is expected: it works element by element, or on all at once */
    bool label;      /* bottoms after the least may be labels: they are not read */
};
const struct caffe_kind *caffe_kind_find(const char *type);
/* The input of a network: dims[count] as stated, with or without the batch. */
bool caffe_input(struct caffe_blob *top, const struct caffe_layer *l, const int *dims, int count);

#endif

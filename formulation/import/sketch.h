/* sketch.h - a network as an importer puts it together: the lines of a .net (formulation/FORMATS.md), each with the line
 * of the model that it comes from. Names of the model that a .net cannot hold are mended (`_` for what is not allowed)
 * and made unique (`name_2`). */
#ifndef FORMULATION_IMPORT_SKETCH_H
#define FORMULATION_IMPORT_SKETCH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solver/base/names.h"

#define SKETCH_LAYERS 65536 /* of a network */
#define SKETCH_TIMES  3     /* what weights may take, in sizes of the files: a tensor may be used several times */
#define SKETCH_SLACK  ((size_t)16 << 20)

struct sketch_layer {
    char *text;   /* `name op inputs key=value...` */
    char *name;   /* its first word */
    char *origin; /* the name in the model, "" if it has none: weights are found by it */
    long line;    /* in the model; 0: it has no lines */
    int *input;   /* [inputs] layers */
    int inputs;
    int copies; /* of its name: NAME_2 to NAME_(copies + 1) are taken */
    /* If weights were asked for: conv M x C/G x KH x KW, fc M x C x H x W, bias M; batchnorm: factor C, shift C. */
    float *weights, *bias; /* NULL: the layer has none */
    int64_t weights_count, bias_count;
};

struct sketch {
    bool weights;               /* in: wanted too */
    bool opaque;                /* in: operators that cannot be expressed become layers `opaque` */
    const char *weights_file;   /* in: where they are, if they are not in the model */
    struct sketch_layer *layer; /* [layers] */
    int layers;
    size_t capacity;
    size_t left;           /* bytes that weights may still take (sketch_afford) */
    struct names names;    /* of the layers so far */
    char unsupported[512]; /* types of the model's layers that a .net cannot express, with a layer each */
};

void sketch_init(struct sketch *s);
void sketch_free(struct sketch *s);
/* Appends a layer that reads layers input[0 .. inputs); keys: printf, "" for none. Returns its number. */
int sketch_add(struct sketch *s, const char *name, long line, const char *op, const int *input, int inputs,
               const char *keys, ...) __attribute__((format(printf, 7, 8)));

/* Removes the layers that none of layer[0 .. count) needs, and renumbers these. */
void sketch_keep(struct sketch *s, int *layer, int count);
/* The last layer, which nothing reads yet, becomes another op of the same inputs, without keys. */
void sketch_change(struct sketch *s, const char *op);
/* Is layer `layer` an `op` that reads layer `input` alone? Does its line end in these keys? */
bool sketch_reads(const struct sketch *s, int layer, const char *op, int input);
bool sketch_says(const struct sketch *s, int layer, const char *keys);
/* Advice at the end of a message about them. */
#define SKETCH_HELP "; taso import --allow-opaque keeps those that preserve the size, as layers that take no time"
/* Such a layer, named after the operator and its type, in place of one that cannot be expressed. */
int sketch_opaque(struct sketch *s, const char *name, const char *type, long line, int input);
/* Adds a type to the list, if it is not there yet, with a layer of that type; line 0: the model has none. */
void sketch_unsupported(struct sketch *s, const char *type, const char *name, long line);
bool sketch_finite(const float *x, int64_t count); /* are all weights finite? */
/* Room for the weights of the last layer; 0: none. */
void sketch_weights(struct sketch *s, int64_t weights, int64_t bias);
/* A file of that size belongs to the model; takes `count` floats from what the weights of its files may take together,
 * false: they are too many. */
void sketch_allow(struct sketch *s, size_t file);
bool sketch_afford(struct sketch *s, int64_t count);
#define SKETCH_OFTEN "its weights are used so often that together they are more than 3 times as large as the model"

#endif

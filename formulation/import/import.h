/* import.h - models of other tools as networks: the table of file formats.
 *
 * An importer reads a file and sketches the .net that computes the same (formulation/import/sketch.h); from there on it
 * is a network like any other: sizes are checked by the reader of .net, whose messages name the model's own lines. What
 * an importer cannot express is an error that names the layer and its type. */
#ifndef FORMULATION_IMPORT_IMPORT_H
#define FORMULATION_IMPORT_IMPORT_H
#include "formulation/import/sketch.h"
#include "solver/base/error.h"

struct import_format {
    const char *ending;    /* of file names: ".prototxt" */
    const char *framework; /* "Caffe" */
    bool weights_apart;    /* weights are in a file of their own (sketch.weights_file) */
    /* false and an error: not a model of this format, or one that a .net cannot express. */
    bool (*read)(struct sketch *out, const char *path, struct error *err);
};

#define FORMAT(name) extern const struct import_format import_##name;
#include "formulation/import/formats.def"
#undef FORMAT

/* By the ending of the name (.gz may follow); NULL: not a model. */
const struct import_format *import_find(const char *path);
const struct import_format *import_format(int i); /* NULL after the last */

#endif

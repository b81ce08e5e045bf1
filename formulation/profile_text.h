/* profile_text.h - the PROFILE file's text: shared by formulation/profile.c and its reader and writer. */
#ifndef FORMULATION_PROFILE_TEXT_H
#define FORMULATION_PROFILE_TEXT_H
#include "formulation/network.h"
#include "formulation/profile.h"

#define PROFILE_FORMAT "taso-profile 2"
#define PROFILE_HEADER                                                                                                 \
    "kind\tscenario\tname\tfrom\tto\tmedian_ns\tmin_ns\tspread_ns\truns\tworkspace_bytes\tweights_bytes"

extern const char *const profile_kind_names[PROFILE_KINDS];

/* FNV-1a, 64 bit: start with DIGEST_START. */
#define DIGEST_START 0xcbf29ce484222325u
uint64_t profile_text_hash(uint64_t digest, const char *text);
/* 16 hex digits of the text that profile_write would write; the caller frees. */
char *profile_text_digest(const struct profile *p);
/* "C,H,W" of a tensor, as in convert rows. */
#define TENSOR_TEXT 40
void profile_text_tensor(char text[TENSOR_TEXT], int C, int H, int W);
/* The scenario of a layer, by its kind; of its strips of `rows` rows, if rows > 0. */
#define LAYER_TEXT (OPERATOR_TEXT + 12)
void profile_text_layer(char text[LAYER_TEXT], const struct layer *l, int rows);

#endif

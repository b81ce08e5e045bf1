/* primitive_set.h - which primitives may be selected: the table kernels/primitive_sets.def, applied to a profile.
 *
 * A restricted profile has only the rows of kind conv and strip whose primitive is in the set, for layers in which its
 * workspace is no larger than the set allows (the profile's own bytes: those of the measured machine; a row whose bytes
 * are unknown is left out of a set that bounds them). Operators, conversions and moves stay, and so does the digest:
 * it names the file. Every method, frontier and gap of a restricted profile is about these primitives alone. */
#ifndef FORMULATION_PRIMITIVE_SET_H
#define FORMULATION_PRIMITIVE_SET_H
#include <stdbool.h>

#include "formulation/profile.h"

enum primitive_set {
#define PRIMITIVE_SET(id, name, listed, workspace_most, help) PRIMITIVE_SET_##id,
#include "kernels/primitive_sets.def"
    PRIMITIVE_SETS
};

extern const char *const primitive_set_names[PRIMITIVE_SETS];
extern const char *const primitive_set_help[PRIMITIVE_SETS];

/* workspace_bytes: of the primitive for the layer, or PROFILE_MISSING. */
bool primitive_set_holds(enum primitive_set set, const char *primitive, int64_t workspace_bytes);
/* Removes the other rows, and notes the set (`primitives`) in the profile's notes; `all` changes nothing. */
void primitive_set_restrict(struct profile *p, enum primitive_set set);

#endif

/* narrowed.h - the part of a profile that selections for some networks read: whatever they select is the same, and is
 * selected faster, since every command reads its profile anew. */
#ifndef EXPERIMENTS_COMMANDS_NARROWED_H
#define EXPERIMENTS_COMMANDS_NARROWED_H
#include "formulation/profile.h"

/* networks: a comma-separated list, or "all". Provenance is kept, and `networks` added. NULL: no such network, or no row
 * for any of their layers. */
struct profile *narrowed_profile(const struct profile *p, const char *networks, struct error *err);

#endif

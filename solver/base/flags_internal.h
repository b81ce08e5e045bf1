/* flags_internal.h - what the parts of flags share. */
#ifndef SOLVER_BASE_FLAGS_INTERNAL_H
#define SOLVER_BASE_FLAGS_INTERNAL_H
#include "solver/base/flags.h"

/* Converts `text` to the flag's type and stores it in its field of `given`. */
bool flags_store(void *given, const struct flag *f, const char *text, struct error *err);
/* The path that a flag for a file or folder holds; NULL: it has none, or is no such flag. */
const char *flags_path(const void *given, const struct flag *f);
const struct flag *flags_find(const struct flags *flags, const char *name, size_t length);

#endif

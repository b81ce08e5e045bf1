/* unpack.h - a model that was compressed with gzip (any number of members, RFC 1952), in memory.
 *
 * So that memory follows the file, it may expand to UNPACK_TIMES times its size and UNPACK_SLACK: weights of trained
 * networks hardly become smaller, and models without weights are small. */
#ifndef FORMULATION_IMPORT_UNPACK_H
#define FORMULATION_IMPORT_UNPACK_H
#include "formulation/import/wire.h"

#define UNPACK_TIMES 2
#define UNPACK_SLACK ((size_t)32 << 20)

/* Replaces the bytes of a file that begins like gzip; others stay. false and an error, and the bytes stay: it is cut off,
 * damaged, expands too far, or this build is without zlib. */
bool unpack_gzip(struct wire_file *f, const char *path, struct error *err);

#endif

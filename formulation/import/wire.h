/* wire.h - protocol buffers in binary form, read in place: a message is a run of fields, each a number and a value.
 *
 * A message in a message is its bytes: nothing is copied, no schema is needed, and what is not asked for costs nothing.
 * Every length is checked against the end of the bytes at hand. */
#ifndef FORMULATION_IMPORT_WIRE_H
#define FORMULATION_IMPORT_WIRE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solver/base/error.h"

struct wire { /* the rest of a message */
    const uint8_t *at, *end;
    bool bad; /* it is not a message: no field can be read any more */
};

enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };
struct wire_field {
    int number;
    enum wire_type type;
    uint64_t value;    /* VARINT, and the bits of 64 and 32 */
    struct wire bytes; /* BYTES: a message, a text, packed numbers */
};

/* The next field; false at the end, or if the bytes are not a message (bad). */
bool wire_next(struct wire *w, struct wire_field *f);
/* The last field of that number (as protocol buffers have it) in a message; false: none, or not of that type. */
bool wire_find(struct wire message, int number, enum wire_type type, struct wire_field *f);
/* A number from packed bytes. */
bool wire_varint(struct wire *w, uint64_t *value);
static inline size_t wire_length(const struct wire *w) {
    return (size_t)(w->end - w->at);
}
float wire_float(uint64_t bits);                    /* of WIRE_32 */
double wire_double(uint64_t bits);                  /* of WIRE_64 */
uint64_t wire_little(const uint8_t *at, int bytes); /* 1 to 8 bytes, the lowest first */

/* A whole file in memory, unpacked (unpack.h). */
struct wire_file {
    uint8_t *bytes;
    size_t length;
};
bool wire_load(struct wire_file *f, const char *path, struct error *err);

#endif

/* flatbuffer.h - FlatBuffers read in place, without a schema compiler: tables, vectors and texts of a file in memory.
 *
 *   file    uint32 offset of the root table, from 0; four letters of the kind of file
 *   table   int32 v, then fields; its vtable is v bytes before it: uint16 bytes of the vtable, uint16 bytes of the table,
 *           then for each field (`slot`) a uint16 offset in the table, 0 where the field is absent and has its preset
 *   offset  a field of 32 bits: bytes from itself to a table, vector or text, which lie behind it
 *   vector  uint32 count, then the elements; a text is a vector of bytes
 *
 * (https://flatbuffers.dev/internals). Everything is little-endian and may lie at any address. Every place is checked
 * against the end of the file before it is read: what lies outside is absent, and sets `bad`, which a reader looks at
 * after each part. Offsets point forwards and nothing here recurses, so that no cycle can be followed; parts that
 * overlap are harmless by themselves, but can make a small file look large: count what you take. */
#ifndef FORMULATION_IMPORT_FLATBUFFER_H
#define FORMULATION_IMPORT_FLATBUFFER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flatbuffer {
    const uint8_t *at; /* [length] */
    size_t length;
    bool bad; /* something lies outside of the file, or is not a table */
};

struct flatbuffer_table {
    struct flatbuffer *in; /* NULL: absent, all fields have their presets */
    size_t at, vtable;     /* from the start of the file */
    size_t slots, bytes;   /* of the vtable, of the table */
};

struct flatbuffer_vector {
    struct flatbuffer *in; /* NULL: absent */
    size_t at;             /* of element 0 */
    size_t count, size;    /* elements, bytes of each: all of them are in the file */
};

/* false: not a file of that kind (four letters at byte 4), or its root is not a table. */
bool flatbuffer_root(struct flatbuffer_table *out, struct flatbuffer *b, const char *kind);

/* A whole number of 1, 2, 4 or 8 bytes, with or without a sign; a float. */
int64_t flatbuffer_signed(const struct flatbuffer_table *t, int slot, size_t bytes, int64_t preset);
uint64_t flatbuffer_unsigned(const struct flatbuffer_table *t, int slot, size_t bytes, uint64_t preset);
float flatbuffer_real(const struct flatbuffer_table *t, int slot, float preset);

/* Absent ones are empty. `size`: bytes of an element, 4 for tables. */
struct flatbuffer_table flatbuffer_table(const struct flatbuffer_table *t, int slot);
struct flatbuffer_vector flatbuffer_vector(const struct flatbuffer_table *t, int slot, size_t size);

/* Element i < count. */
int64_t flatbuffer_element(const struct flatbuffer_vector *v, size_t i); /* with a sign */
struct flatbuffer_table flatbuffer_member(const struct flatbuffer_vector *v, size_t i);
/* The elements' bytes in the file; NULL where the vector is empty. */
const uint8_t *flatbuffer_bytes(const struct flatbuffer_vector *v);

#endif

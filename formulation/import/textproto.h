/* textproto.h - protocol buffers in text form (as Caffe's .prototxt), read without a schema: a tree of fields.
 *
 *   message = { field [ "," | ";" ] }
 *   field   = name ":" value | name [ ":" ] "{" message "}" | name [ ":" ] "<" message ">"
 *           | name ":" "[" [ value { "," value } ] "]"
 *   value   = { string } | number | word
 *
 * # starts a comment. A list is as many fields of that name. What a value means is the reader's affair: it is kept as
 * text, strings without their quotes and with escapes undone. Depth is at most TEXTPROTO_DEPTH, the file at most
 * TEXTPROTO_BYTES: a network without weights needs a hundredth of it. */
#ifndef FORMULATION_IMPORT_TEXTPROTO_H
#define FORMULATION_IMPORT_TEXTPROTO_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "solver/base/error.h"

#define TEXTPROTO_DEPTH 64
#define TEXTPROTO_EMPTY 1 /* a message without fields, for what is absent */
#define TEXTPROTO_BYTES (8 << 20)

struct textproto_field {
    uint32_t name, value; /* offsets into texts; value 0: a message */
    uint32_t first, next; /* fields: the first one of the message, the next one of the same message; 0: none */
    uint32_t line;
};

struct textproto {
    char *path;
    struct textproto_field *field; /* [fields]; 0 is the file as a message, 1 an empty one */
    size_t fields, field_capacity;
    char *texts; /* names and values, each ended by NUL */
    size_t used, text_capacity;
};

bool textproto_read(struct textproto *t, const char *path, struct error *err);
void textproto_free(struct textproto *t);

/* Fields of message `of` (0: the file) named `name`: the first, and the one after `last`. 0: none. */
uint32_t textproto_first(const struct textproto *t, uint32_t of, const char *name);
uint32_t textproto_after(const struct textproto *t, uint32_t last);
const char *textproto_name(const struct textproto *t, uint32_t field);
const char *textproto_value(const struct textproto *t, uint32_t field); /* NULL: a message */
long textproto_line(const struct textproto *t, uint32_t field);

#endif

#include "formulation/import/flatbuffer.h"

#include <assert.h>
#include <string.h>

enum { OFFSET = 4, VTABLE_HEAD = 4, SLOT = 2 };

/* Are `bytes` bytes at `at` in the file? */
static bool inside(struct flatbuffer *b, size_t at, size_t bytes) {
    assert(b->at || b->length == 0);
    if (at <= b->length && bytes <= b->length - at) return true;
    b->bad = true;
    return false;
}

static uint64_t number(const struct flatbuffer *b, size_t at, size_t bytes) {
    assert(at <= b->length && bytes <= 8 && bytes <= b->length - at);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) value |= (uint64_t)b->at[at + i] << (8 * i);
    return value;
}

static int64_t with_sign(uint64_t value, size_t bytes) {
    const int shift = 64 - 8 * (int)bytes;
    assert(shift >= 0 && shift < 64);
    return (int64_t)(value << shift) >> shift;
}

static struct flatbuffer_table table_at(struct flatbuffer *b, size_t at) {
    const struct flatbuffer_table none = {0};
    if (!inside(b, at, OFFSET)) return none;
    const int64_t vtable = (int64_t)at - with_sign(number(b, at, OFFSET), OFFSET);
    if (vtable < 0) b->bad = true;
    if (vtable < 0 || !inside(b, (size_t)vtable, VTABLE_HEAD)) return none;
    struct flatbuffer_table t = {.in = b, .at = at, .vtable = (size_t)vtable};
    const size_t length = number(b, t.vtable, SLOT);
    t.bytes = number(b, t.vtable + SLOT, SLOT);
    if (length < VTABLE_HEAD || t.bytes < OFFSET) b->bad = true;
    if (b->bad || !inside(b, t.vtable, length) || !inside(b, at, t.bytes)) return none;
    t.slots = (length - VTABLE_HEAD) / SLOT;
    return t;
}

bool flatbuffer_root(struct flatbuffer_table *out, struct flatbuffer *b, const char *kind) {
    assert(strlen(kind) == 4);
    *out = (struct flatbuffer_table){0};
    if (!inside(b, 0, 8) || memcmp(b->at + OFFSET, kind, 4) != 0) return false;
    *out = table_at(b, number(b, 0, OFFSET));
    return out->in != NULL;
}

/* *at: where the field is; false: it is absent. */
static bool field(size_t *at, const struct flatbuffer_table *t, int slot, size_t bytes) {
    assert(slot >= 0 && bytes > 0);
    if (!t->in || (size_t)slot >= t->slots) return false;
    const size_t offset = number(t->in, t->vtable + VTABLE_HEAD + (size_t)slot * SLOT, SLOT);
    if (offset == 0) return false;
    if (offset < OFFSET || offset > t->bytes || bytes > t->bytes - offset) {
        t->in->bad = true;
        return false;
    }
    *at = t->at + offset;
    return true;
}

uint64_t flatbuffer_unsigned(const struct flatbuffer_table *t, int slot, size_t bytes, uint64_t preset) {
    size_t at;
    return field(&at, t, slot, bytes) ? number(t->in, at, bytes) : preset;
}

int64_t flatbuffer_signed(const struct flatbuffer_table *t, int slot, size_t bytes, int64_t preset) {
    size_t at;
    return field(&at, t, slot, bytes) ? with_sign(number(t->in, at, bytes), bytes) : preset;
}

float flatbuffer_real(const struct flatbuffer_table *t, int slot, float preset) {
    size_t at;
    float value;
    if (!field(&at, t, slot, sizeof value)) return preset;
    const uint32_t bits = (uint32_t)number(t->in, at, sizeof value);
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Where an offset at `at` points to. It is not 0, or a table would be its own member. */
static size_t target(struct flatbuffer *b, size_t at) {
    const uint64_t offset = number(b, at, OFFSET);
    if (offset > 0 && offset <= b->length - at) return at + (size_t)offset;
    b->bad = true;
    return b->length;
}

struct flatbuffer_table flatbuffer_table(const struct flatbuffer_table *t, int slot) {
    size_t at;
    return field(&at, t, slot, OFFSET) ? table_at(t->in, target(t->in, at)) : (struct flatbuffer_table){0};
}

struct flatbuffer_vector flatbuffer_vector(const struct flatbuffer_table *t, int slot, size_t size) {
    const struct flatbuffer_vector none = {.size = size};
    size_t at;
    assert(size > 0 && size <= 8);
    if (!field(&at, t, slot, OFFSET)) return none;
    at = target(t->in, at);
    if (!inside(t->in, at, OFFSET)) return none;
    const uint64_t count = number(t->in, at, OFFSET);
    if (count > (t->in->length - at - OFFSET) / size) {
        t->in->bad = true;
        return none;
    }
    return (struct flatbuffer_vector){.in = t->in, .at = at + OFFSET, .count = (size_t)count, .size = size};
}

int64_t flatbuffer_element(const struct flatbuffer_vector *v, size_t i) {
    assert(i < v->count);
    return with_sign(number(v->in, v->at + i * v->size, v->size), v->size);
}

struct flatbuffer_table flatbuffer_member(const struct flatbuffer_vector *v, size_t i) {
    assert(i < v->count && v->size == OFFSET);
    return table_at(v->in, target(v->in, v->at + i * OFFSET));
}

const uint8_t *flatbuffer_bytes(const struct flatbuffer_vector *v) {
    return v->count ? v->in->at + v->at : NULL;
}

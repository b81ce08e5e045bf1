#include "formulation/import/wire.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/unpack.h"
#include "solver/base/input.h"
#include "solver/base/memory.h"

#define WIRE_VARINT_BYTES 10

static bool wire_stop(struct wire *w) {
    w->bad = true;
    w->at = w->end;
    return false;
}

bool wire_varint(struct wire *w, uint64_t *value) {
    *value = 0;
    for (int i = 0; i < WIRE_VARINT_BYTES && w->at < w->end; i++) {
        const uint8_t byte = *w->at++;
        *value |= (uint64_t)(byte & 127) << (7 * i);
        if (byte < 128) return true;
    }
    return wire_stop(w);
}

static bool wire_fixed(struct wire *w, uint64_t *value, size_t bytes) {
    *value = 0;
    if (wire_length(w) < bytes) return wire_stop(w);
    for (size_t i = 0; i < bytes; i++) *value |= (uint64_t)w->at[i] << (8 * i);
    w->at += bytes;
    return true;
}

bool wire_next(struct wire *w, struct wire_field *f) {
    uint64_t key, length;
    assert(w->at <= w->end);
    if (w->at == w->end || !wire_varint(w, &key)) return false;
    if (key >> 3 == 0 || key >> 3 > 0x1fffffff) return wire_stop(w);
    *f = (struct wire_field){.number = (int)(key >> 3), .type = (enum wire_type)(key & 7)};
    switch (key & 7) {
    case WIRE_VARINT: return wire_varint(w, &f->value);
    case WIRE_64: return wire_fixed(w, &f->value, 8);
    case WIRE_32: return wire_fixed(w, &f->value, 4);
    case WIRE_BYTES:
        if (!wire_varint(w, &length)) return false;
        if (length > wire_length(w)) return wire_stop(w);
        f->bytes = (struct wire){w->at, w->at + length, false};
        w->at += length;
        return true;
    default: return wire_stop(w); /* groups, which went out of use before these formats began */
    }
}

bool wire_find(struct wire message, int number, enum wire_type type, struct wire_field *f) {
    struct wire_field next;
    bool found = false;
    while (wire_next(&message, &next)) {
        if (next.number != number || next.type != type) continue;
        *f = next;
        found = true;
    }
    return found;
}

float wire_float(uint64_t bits) {
    const uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return value;
}

double wire_double(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

uint64_t wire_little(const uint8_t *at, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value |= (uint64_t)at[i] << (8 * i);
    return value;
}

/* In pieces, so that memory follows what is there and not what a file system says. */
bool wire_load(struct wire_file *f, const char *path, struct error *err) {
    size_t room = 0, asked, got;
    *f = (struct wire_file){0};
    FILE *in = input_open(path, false, err);
    if (!in) return false;
    do {
        f->bytes = memory_grow(f->bytes, &room, f->length + (1 << 16), 1);
        asked = room - f->length;
        got = fread(f->bytes + f->length, 1, asked, in);
        f->length += got;
    } while (got == asked);
    const bool good = feof(in) || error_at(err, path, 0, "cannot read it: %s", strerror(errno));
    fclose(in);
    if (good && unpack_gzip(f, path, err)) return true;
    free(f->bytes);
    *f = (struct wire_file){0};
    return false;
}

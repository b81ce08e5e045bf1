/* Elements of tensors in files next to the model ("external data"), read in pieces. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "formulation/import/onnx.h"
#include "solver/base/input.h"
#include "solver/base/memory.h"

enum { TENSOR_NAME = 8, TENSOR_EXTERNAL = 13, TENSOR_LOCATION = 14, ENTRY_KEY = 1, ENTRY_VALUE = 2 };

/* Where the elements are. */
struct place {
    char file[256];         /* relative to the model */
    int64_t offset, length; /* bytes; length -1: to the last element */
};

static bool is(const struct wire *bytes, const char *text) {
    return wire_length(bytes) == strlen(text) && memcmp(bytes->at, text, strlen(text)) == 0;
}

/* Decimal digits and nothing else. */
static bool whole_number(int64_t *out, const char *text) {
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

/* A path that stays within the model's folder. */
static bool stays(const char *file) {
    return file[0] && file[0] != '/' && !strstr(file, "..");
}

static bool read_place(struct place *p, struct wire tensor) {
    struct wire_field f, key, value;
    bool good = true;
    *p = (struct place){.length = -1};
    while (wire_next(&tensor, &f)) {
        if (f.number != TENSOR_EXTERNAL || f.type != WIRE_BYTES || !wire_find(f.bytes, ENTRY_KEY, WIRE_BYTES, &key) ||
            !wire_find(f.bytes, ENTRY_VALUE, WIRE_BYTES, &value))
            continue;
        char text[sizeof p->file];
        if (wire_length(&value.bytes) >= sizeof text) return false;
        memory_copy(text, value.bytes.at, wire_length(&value.bytes));
        text[wire_length(&value.bytes)] = '\0';
        if (is(&key.bytes, "location")) strcpy(p->file, text);
        if (is(&key.bytes, "offset")) good = good && whole_number(&p->offset, text);
        if (is(&key.bytes, "length")) good = good && whole_number(&p->length, text);
    }
    return good && stays(p->file);
}

static char *path_of(const struct onnx *x, const char *file) {
    const char *slash = strrchr(x->path, '/');
    const size_t folder = slash ? (size_t)(slash + 1 - x->path) : 0;
    char *path = memory_new(folder + strlen(file) + 1, 1);
    memory_copy(path, x->path, folder);
    strcpy(path + folder, file);
    return path;
}

bool onnx_outside(struct wire tensor) {
    struct wire_field place;
    return wire_find(tensor, TENSOR_LOCATION, WIRE_VARINT, &place) && place.value == 1;
}

void onnx_count_file(struct onnx *x, struct wire tensor) {
    struct place p;
    struct stat info;
    if (!x->sketch->weights || !onnx_outside(tensor) || !read_place(&p, tensor)) return;
    if (names_find(&x->outside, p.file) >= 0) return;
    x->outside_name = memory_grow(x->outside_name, &x->outside_capacity, x->outside.count + 1, sizeof(char *));
    char *name = x->outside_name[x->outside.count] = memory_string(p.file), *path = path_of(x, p.file);
    const int had = names_add(&x->outside, name, (int)x->outside.count);
    assert(had < 0);
    (void)had;
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) sketch_allow(x->sketch, (size_t)info.st_size);
    free(path);
}

FILE *onnx_outside_open(const struct onnx *x, struct wire tensor, size_t bytes, struct error *err) {
    struct place p;
    struct stat info;
    struct wire_field name = {0};
    wire_find(tensor, TENSOR_NAME, WIRE_BYTES, &name);
    const int shown = wire_length(&name.bytes) < 60 ? (int)wire_length(&name.bytes) : 60;
    const char *const text = shown ? (const char *)name.bytes.at : "";
    if (!read_place(&p, tensor))
        return error_at(err, x->path, 0,
                        "tensor `%.*s` is in a file that is not named by a path next to the model, with an offset and "
                        "a length from 0",
                        shown, text),
               NULL;
    if (p.length >= 0 && (uint64_t)p.length != bytes)
        return error_at(err, x->path, 0, "tensor `%.*s` takes %lld bytes of %s (expected %zu)", shown, text,
                        (long long)p.length, p.file, bytes),
               NULL;
    char *path = path_of(x, p.file);
    FILE *in = input_open(path, true, err);
    assert(p.offset >= 0 && p.file[0]);
    const bool there = in && fstat(fileno(in), &info) == 0 && p.offset <= info.st_size &&
                       bytes <= (uint64_t)(info.st_size - p.offset) && fseeko(in, (off_t)p.offset, SEEK_SET) == 0;
    if (in && !there) {
        error_at(err, path, 0, "tensor `%.*s` is not all there (expected %zu bytes from byte %lld on)", shown, text,
                 bytes, (long long)p.offset);
        fclose(in);
    }
    free(path);
    return there ? in : NULL;
}

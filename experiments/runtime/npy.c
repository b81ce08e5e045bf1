#include "experiments/runtime/npy.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/input.h"
#include "solver/base/memory.h"

#define NPY_HEADER_MOST (1 << 16)

/* The header: a Python dictionary as text. NULL: not a .npy file. The caller frees. */
static char *npy_header(FILE *file) {
    unsigned char start[12];
    if (fread(start, 1, 10, file) != 10 || memcmp(start, "\x93NUMPY", 6) != 0 || start[6] < 1 || start[6] > 3)
        return NULL;
    uint32_t length = (uint32_t)start[8] | (uint32_t)start[9] << 8;
    if (start[6] > 1) {
        if (fread(start + 10, 1, 2, file) != 2) return NULL;
        length |= (uint32_t)start[10] << 16 | (uint32_t)start[11] << 24;
    }
    if (length > NPY_HEADER_MOST) return NULL;
    char *text = memory_new(length + 1, 1);
    if (fread(text, 1, length, file) == length) return text;
    free(text);
    return NULL;
}

/* The text after 'key': in the dictionary, or "". */
static const char *npy_value(const char *header, const char *key) {
    char quoted[32];
    snprintf(quoted, sizeof quoted, "'%s':", key);
    const char *at = strstr(header, quoted);
    return at ? at + strlen(quoted) + strspn(at + strlen(quoted), " ") : "";
}

static bool npy_shape_is(const char *text, const int64_t *size, int dimensions) {
    if (*text++ != '(') return false;
    for (int i = 0; i < dimensions; i++) {
        char *end;
        text += strspn(text, " ");
        if (strtoll(text, &end, 10) != size[i] || end == text) return false;
        text = end + strspn(end, " ");
        if (*text == ',')
            text++;
        else if (i + 1 < dimensions)
            return false;
    }
    return text[strspn(text, " ")] == ')';
}

static void npy_shape_text(char text[96], const int64_t *size, int dimensions) {
    size_t used = (size_t)snprintf(text, 96, "(");
    for (int i = 0; i < dimensions; i++)
        used += (size_t)snprintf(text + used, 96 - used, "%" PRId64 "%s", size[i],
                                 i + 1 < dimensions ? ", "
                                 : dimensions == 1  ? ",)"
                                                    : ")");
}

/* The whole value as Python writes it: a string up to its closing quote, a tuple or list up to its bracket, anything
 * else up to the comma. Long ones are cut, with dots; "nothing" if the key is missing. */
static const char *npy_quoted(char text[48], const char *value) {
    static const char open[] = "'\"([", close[] = "'\")]";
    const char *kind = value[0] ? strchr(open, value[0]) : NULL, *end = NULL;
    size_t length = strcspn(value, ",}\n");
    if (kind) end = strchr(value + 1, close[kind - open]);
    if (end) length = (size_t)(end - value) + 1;
    if (length == 0) return "nothing";
    snprintf(text, 48, "%.*s%s", length < 40 ? (int)length : 40, value, length < 40 ? "" : "...");
    return text;
}

static bool npy_check(const char *header, const int64_t *size, int dimensions, const char *path, struct error *err) {
    char shape[96], had[48];
    if (!header) return error_at(err, path, 0, "is not a .npy file (expected one of float32)");
    const char *type = npy_value(header, "descr");
    if (strncmp(type, "'<f4'", 5) != 0)
        return error_at(err, path, 0, "wrong type (expected '<f4', little-endian float32, got %s)",
                        npy_quoted(had, type));
    const char *order = npy_value(header, "fortran_order");
    if (strncmp(order, "False", 5) != 0)
        return error_at(err, path, 0,
                        "wrong fortran_order (expected False, as numpy.ascontiguousarray makes it, got %s)",
                        npy_quoted(had, order));
    if (npy_shape_is(npy_value(header, "shape"), size, dimensions)) return true;
    npy_shape_text(shape, size, dimensions);
    return error_at(err, path, 0, "wrong shape (expected %s, got %s)", shape,
                    npy_quoted(had, npy_value(header, "shape")));
}

bool npy_read(float *values, const int64_t *size, int dimensions, const char *path, struct error *err) {
    FILE *file = input_open(path, false, err);
    if (!file) return false;
    char *header = npy_header(file);
    bool good = npy_check(header, size, dimensions, path, err);
    assert(dimensions >= 1 && dimensions <= NPY_DIMENSIONS);
    size_t count = 1;
    for (int i = 0; i < dimensions; i++) count *= (size_t)size[i];
    if (good && (fread(values, sizeof *values, count, file) != count || getc(file) != EOF))
        good = error_at(err, path, 0, "wrong length (expected %zu values, as in its header)", count);
    for (size_t i = 0; i < count && good; i++)
        if (!isfinite(values[i])) good = error_at(err, path, 0, "value %zu is not finite (expected finite values)", i);
    free(header);
    fclose(file);
    return good;
}

#include "experiments/npy.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/memory.h"

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

/* What stands after 'key': in the dictionary, or "". */
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

static bool npy_check(const char *header, const int64_t *size, int dimensions, const char *path, struct error *err) {
    char shape[96];
    if (!header) return error_at(err, path, 0, "not a .npy file, one of float32 was expected");
    if (strncmp(npy_value(header, "descr"), "'<f4'", 5) != 0)
        return error_at(err, path, 0, "type %.12s, '<f4' (float32, little-endian) was expected",
                        npy_value(header, "descr"));
    if (strncmp(npy_value(header, "fortran_order"), "False", 5) != 0)
        return error_at(err, path, 0, "Fortran order, C order was expected (numpy.ascontiguousarray)");
    npy_shape_text(shape, size, dimensions);
    const char *had = npy_value(header, "shape");
    if (npy_shape_is(had, size, dimensions)) return true;
    return error_at(err, path, 0, "shape %.*s, %s was expected", (int)(strcspn(had, ")") + 1), had, shape);
}

bool npy_read(float *values, const int64_t *size, int dimensions, const char *path, struct error *err) {
    FILE *file = fopen(path, "rb");
    if (!file) return error_at(err, path, 0, "%s", strerror(errno));
    char *header = npy_header(file);
    bool good = npy_check(header, size, dimensions, path, err);
    size_t count = 1;
    for (int i = 0; i < dimensions; i++) count *= (size_t)size[i];
    if (good && (fread(values, sizeof *values, count, file) != count || getc(file) != EOF))
        good = error_at(err, path, 0, "not the %zu values that its header promises", count);
    for (size_t i = 0; i < count && good; i++)
        if (!isfinite(values[i]))
            good = error_at(err, path, 0, "value %zu is not finite, finite ones were expected", i);
    free(header);
    fclose(file);
    return good;
}

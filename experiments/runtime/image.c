#include "experiments/runtime/image.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/input.h"
#include "solver/base/memory.h"
#include "solver/base/random.h"

void image_noise(float *in, struct shape s, uint64_t seed) {
    struct random r = {seed};
    for (int64_t i = 0; i < shape_bytes(s) / 4; i++) in[i] = (float)(2 * random_unit(&r) - 1);
}

/* A number of a PPM's header, after blanks and comments; -1: none. */
static int image_number(FILE *file) {
    int c = getc(file), value = 0, digits = 0;
    while (c != EOF && (isspace(c) || c == '#')) {
        if (c == '#')
            while (c != EOF && c != '\n') c = getc(file);
        c = getc(file);
    }
    for (; c != EOF && isdigit(c) && digits < 8; c = getc(file), digits++) value = value * 10 + (c - '0');
    return digits > 0 && isspace(c) ? value : -1; /* a single blank ends the header */
}

static bool image_ppm(float *in, struct shape s, FILE *file, const char *path, struct error *err) {
    int W = image_number(file), H = image_number(file), most = image_number(file);
    if (s.C != 3 || W != s.W || H != s.H || most != 255)
        return error_at(err, path, 0,
                        "wrong PPM (expected %d channels of %d x %d, width x height, up to 255, got %d x %d, up to %d)",
                        s.C, s.W, s.H, W, H, most);
    size_t pixels = (size_t)H * (size_t)W;
    unsigned char *byte = memory_new(3 * pixels, 1);
    bool good = fread(byte, 3, pixels, file) == pixels;
    for (size_t i = 0; i < 3 * pixels && good; i++) in[i % 3 * pixels + i / 3] = (float)byte[i] / 255;
    free(byte);
    return good || error_at(err, path, 0, "the file ends early (expected %zu pixels)", pixels);
}

static bool image_raw(float *in, struct shape s, FILE *file, const char *path, struct error *err) {
    size_t floats = (size_t)(shape_bytes(s) / 4);
    assert(floats > 0);
    rewind(file);
    size_t read = fread(in, sizeof *in, floats, file);
    if (read != floats || getc(file) != EOF)
        return error_at(err, path, 0,
                        "%s than %" PRId64 " bytes (expected a P6 PPM, or C x H x W = %d x %d x %d float32)",
                        read != floats ? "fewer" : "more", shape_bytes(s), s.C, s.H, s.W);
    for (size_t i = 0; i < floats; i++)
        if (!isfinite(in[i])) return error_at(err, path, 0, "value %zu is not finite (expected finite values)", i);
    return true;
}

bool image_read(float *in, struct shape s, const char *path, struct error *err) {
    char magic[2] = "";
    FILE *file = input_open(path, true, err); /* a raw image is read again from its beginning */
    if (!file) return false;
    bool ppm = fread(magic, 1, 2, file) == 2 && memcmp(magic, "P6", 2) == 0;
    bool good = ppm ? image_ppm(in, s, file, path, err) : image_raw(in, s, file, path, err);
    fclose(file);
    return good;
}

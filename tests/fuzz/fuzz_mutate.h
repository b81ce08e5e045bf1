/* fuzz_mutate.h - inserts, removes and moves bytes, tokens, lines and runs, driven by a seeded generator. */
#ifndef TESTS_FUZZ_FUZZ_MUTATE_H
#define TESTS_FUZZ_FUZZ_MUTATE_H
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "solver/base/random.h"
#include "tests/fuzz/fuzz_seeds.h"

struct input {
    char *bytes; /* [FUZZ_LONGEST] */
    size_t length;
};

static inline size_t place(struct random *r, const struct input *in) {
    return in->length ? (size_t)random_int(r, 0, (int)in->length - 1) : 0;
}

static inline void remove_at(struct input *in, size_t at, size_t count) {
    if (count > in->length - at) count = in->length - at;
    memmove(in->bytes + at, in->bytes + at + count, in->length - at - count);
    in->length -= count;
}

static inline void insert_at(struct input *in, size_t at, const char *what, size_t count) {
    if (in->length + count > FUZZ_LONGEST) return;
    memmove(in->bytes + at + count, in->bytes + at, in->length - at);
    memcpy(in->bytes + at, what, count);
    in->length += count;
}

static inline void mutate_token(struct random *r, struct input *in) {
    static const char *const tokens[] = {"-1",
                                         "0",
                                         "1e400",
                                         "-1e308",
                                         "99999999999999999999",
                                         "nan",
                                         "inf",
                                         "-inf",
                                         "0x10",
                                         "1e-5",
                                         "2147483648",
                                         "\t",
                                         "\n",
                                         "\r\n",
                                         "''",
                                         "-",
                                         "=",
                                         "<=",
                                         ":",
                                         ",",
                                         "#",
                                         "%s%n",
                                         "FR",
                                         " MI ",
                                         "'MARKER'",
                                         "End\n",
                                         "free",
                                         "9223372036854775807",
                                         "(",
                                         "\xff\xfe",
                                         "RANGES\n",
                                         "  "};
    const char *token = tokens[random_int(r, 0, (int)(sizeof tokens / sizeof tokens[0]) - 1)];
    size_t at = place(r, in), count = (size_t)random_int(r, 0, 6);
    if (random_int(r, 0, 1)) remove_at(in, at, count);
    insert_at(in, at, token, strlen(token));
}

static inline void mutate_line(struct random *r, struct input *in) {
    size_t at = place(r, in), end;
    char line[512];
    while (at > 0 && in->bytes[at - 1] != '\n') at--;
    for (end = at; end < in->length && in->bytes[end] != '\n'; end++) continue;
    size_t count = end - at + (end < in->length);
    if (count == 0 || count > sizeof line) return;
    memcpy(line, in->bytes + at, count);
    int kind = random_int(r, 0, 2);
    if (kind != 0) remove_at(in, at, count);
    size_t to = place(r, in);
    while (to > 0 && in->bytes[to - 1] != '\n') to--;
    if (kind != 1) insert_at(in, to, line, count);
}

static inline void mutate_run(struct random *r, struct input *in) {
    char run[4096];
    memset(run, random_int(r, 0, 3) ? "9 a-"[random_int(r, 0, 3)] : random_int(r, 0, 255), sizeof run);
    insert_at(in, place(r, in), run, (size_t)random_int(r, 1, sizeof run));
}

static inline void mutate(struct random *r, struct input *in) {
    for (int count = random_int(r, 0, 2) ? random_int(r, 1, 3) : random_int(r, 1, 20); count > 0; count--) {
        size_t at = place(r, in);
        switch (random_int(r, 0, 8)) {
        case 0: in->length = random_int(r, 0, 3) ? in->length : at; break;
        case 1: remove_at(in, at, (size_t)random_int(r, 1, 12)); break;
        case 2: mutate_run(r, in); break;
        case 3:
        case 4:
            if (in->length) in->bytes[at] = (char)random_int(r, 0, 255);
            break;
        case 5:
        case 6: mutate_line(r, in); break;
        default: mutate_token(r, in); break;
        }
    }
}

/* Compressed; sometimes corrupted or truncated after that. */
static inline void pack(struct random *r, struct input *in) {
    uLongf room = FUZZ_LONGEST;
    char *packed = MEMORY_NEW(char, FUZZ_LONGEST);
    z_stream z = {.next_in = (Bytef *)in->bytes,
                  .avail_in = (uInt)in->length,
                  .next_out = (Bytef *)packed,
                  .avail_out = (uInt)room};
    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    if (deflate(&z, Z_FINISH) == Z_STREAM_END) {
        memcpy(in->bytes, packed, z.total_out);
        in->length = z.total_out;
        if (random_int(r, 0, 1)) mutate(r, in);
    }
    deflateEnd(&z);
    free(packed);
}

#endif

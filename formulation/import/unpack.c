#include "formulation/import/unpack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

static bool is_gzip(const struct wire_file *f) {
    return f->length >= 2 && f->bytes[0] == 0x1f && f->bytes[1] == 0x8b;
}

#ifdef TASO_WITHOUT_ZLIB
bool unpack_gzip(struct wire_file *f, const char *path, struct error *err) {
    return !is_gzip(f) ||
           error_at(err, path, 0, "gzip, which this build cannot read (ZLIB=no; expected the model itself)");
}
#else
#include <zlib.h>

enum { GZIP_WINDOW = 16 + MAX_WBITS, PIECE = 1 << 20 };

static bool broken(const z_stream *z, int code, const char *path, struct error *err) {
    if (code == Z_BUF_ERROR || (code == Z_OK && z->avail_in == 0))
        return error_at(err, path, 0, "the gzip stream ends too early, the file is cut off");
    return error_at(err, path, 0, "cannot be unpacked: %s", z->msg ? z->msg : zError(code));
}

/* In pieces: input too, since zlib counts it in 32 bits. */
static bool expand(struct wire_file *to, z_stream *z, const struct wire_file *from, const char *path,
                   struct error *err) {
    const size_t most = UNPACK_TIMES * from->length + UNPACK_SLACK;
    size_t room = 0, taken = 0;
    for (int code = Z_OK; code != Z_STREAM_END || taken < from->length;) {
        const size_t rest = from->length - taken;
        if (code == Z_STREAM_END && inflateReset(z) != Z_OK) return broken(z, Z_STREAM_ERROR, path, err);
        if (to->length >= most)
            return error_at(err, path, 0, "it expands to more than %d times its size (expected an ordinary model)",
                            UNPACK_TIMES);
        to->bytes = memory_grow(to->bytes, &room, to->length + PIECE, 1);
        z->next_in = from->bytes + taken, z->avail_in = (uInt)(rest < PIECE ? rest : PIECE);
        z->next_out = to->bytes + to->length, z->avail_out = PIECE;
        const uInt given = z->avail_in;
        code = inflate(z, Z_NO_FLUSH);
        taken += given - z->avail_in;
        to->length += PIECE - z->avail_out;
        assert(taken <= from->length && to->length <= room);
        if ((code != Z_OK && code != Z_STREAM_END) || (code == Z_OK && taken == from->length && z->avail_out > 0))
            return broken(z, code, path, err);
    }
    return true;
}

bool unpack_gzip(struct wire_file *f, const char *path, struct error *err) {
    struct wire_file to = {0};
    z_stream z = {0};
    if (!is_gzip(f)) return true;
    const int code = inflateInit2(&z, GZIP_WINDOW);
    const bool good = code == Z_OK ? expand(&to, &z, f, path, err) : broken(&z, code, path, err);
    inflateEnd(&z);
    if (!good) {
        free(to.bytes);
        return false;
    }
    free(f->bytes);
    *f = to;
    return true;
}
#endif

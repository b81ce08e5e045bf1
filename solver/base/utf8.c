#include "solver/base/utf8.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

size_t utf8_character(const char *text, size_t length) {
    const unsigned char *b = (const unsigned char *)text;
    if (length == 0) return 0;
    if (b[0] < 0x80) return 1;
    size_t bytes = b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : 2;
    if (b[0] < 0xc2 || b[0] > 0xf4 || bytes > length) return 0;
    for (size_t i = 1; i < bytes; i++)
        if ((b[i] & 0xc0) != 0x80) return 0;
    if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f)) return 0; /* overlong; surrogates */
    if ((b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f)) return 0; /* overlong; beyond U+10FFFF */
    assert(bytes >= 2 && bytes <= 4 && bytes <= length);
    return bytes;
}

size_t utf8_good(const char *text, size_t length) {
    size_t at = 0;
    while (at < length) {
        uint64_t eight;
        while (at + sizeof eight <= length) { /* ASCII first: models have millions of lines of it */
            memcpy(&eight, text + at, sizeof eight);
            if (eight & UINT64_C(0x8080808080808080)) break;
            at += sizeof eight;
        }
        size_t bytes = utf8_character(text + at, length - at);
        assert(bytes <= length - at);
        if (bytes == 0) break;
        at += bytes;
    }
    assert(at <= length);
    return at;
}

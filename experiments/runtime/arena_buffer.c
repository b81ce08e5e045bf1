#include "experiments/runtime/arena_buffer.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"

int64_t arena_bound(const struct arena_buffer *b, int buffers) {
    int last = 0;
    for (int i = 0; i < buffers; i++) last = b[i].last > last ? b[i].last : last;
    int64_t *change = MEMORY_NEW(int64_t, last + 2), live = 0, most = 0;
    for (int i = 0; i < buffers; i++) {
        change[b[i].first] += b[i].bytes;
        change[b[i].last + 1] -= b[i].bytes;
    }
    for (int s = 0; s <= last; s++) {
        live += change[s];
        assert(live >= 0); /* nothing ends before it begins */
        most = live > most ? live : most;
    }
    free(change);
    return most;
}

void arena_hulls(struct arena_buffer *hull, const struct arena_buffer *b, int buffers) {
    for (int i = 0; i < buffers; i++) {
        hull[i] = b[i];
        if (b[i].tied) hull[i].bytes = 0;
    }
    for (int i = 0; i < buffers; i++) {
        if (!b[i].tied || b[i].bytes == 0) continue;
        struct arena_buffer *h = &hull[b[i].tied - 1];
        assert(h->tied == 0 && b[i].shift >= 0 && b[i].shift % h->alignment == 0 && b[i].alignment == h->alignment);
        if (h->bytes == 0 || b[i].first < h->first) h->first = b[i].first;
        if (h->bytes == 0 || b[i].last > h->last) h->last = b[i].last;
        if (b[i].shift + b[i].bytes > h->bytes) h->bytes = b[i].shift + b[i].bytes;
    }
}

bool arena_check(int *i, int *j, const struct arena_buffer *b, int buffers) {
    for (*i = 0; *i < buffers; ++*i) {
        const struct arena_buffer *x = &b[*i];
        *j = *i;
        if (x->tied && x->offset != b[x->tied - 1].offset + x->shift) return false;
        if (x->bytes == 0) continue;
        if (x->offset < 0 || x->offset % x->alignment != 0) return false;
        for (*j = *i + 1; *j < buffers; ++*j) {
            const struct arena_buffer *y = &b[*j];
            if (y->bytes > 0 && x->first <= y->last && y->first <= x->last && x->offset < y->offset + y->bytes &&
                y->offset < x->offset + x->bytes)
                return false;
        }
    }
    return true;
}

int64_t arena_end(const struct arena_buffer *b, int buffers) {
    int64_t end = 0;
    for (int i = 0; i < buffers; i++)
        if (b[i].offset + b[i].bytes > end) end = b[i].offset + b[i].bytes;
    return end;
}

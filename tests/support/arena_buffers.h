/* arena_buffers.h - instances for arena offsets, from a seed. */
#ifndef TESTS_SUPPORT_ARENA_BUFFERS_H
#define TESTS_SUPPORT_ARENA_BUFFERS_H
#include "experiments/runtime/arena_buffer.h"
#include "solver/base/random.h"

/* Any lifetimes: nested, overlapping, apart. */
static inline void arena_buffers_random(struct arena_buffer *b, int n, int steps, int bytes, int alignments,
                                        struct random *r) {
    for (int i = 0; i < n; i++) {
        const int first = random_int(r, 0, steps - 1), longest = random_int(r, 0, steps - 1 - first);
        b[i] = (struct arena_buffer){random_int(r, 0, bytes), first, first + random_int(r, 0, longest),
                                     (int64_t)1 << random_int(r, 0, alignments), -1};
    }
}

/* Cuts `capacity` bytes x `steps` into n buffers, in time or in bytes, and shuffles them: they fit exactly. n is at
 * most steps x capacity. */
static inline void arena_buffers_cut(struct arena_buffer *b, int n, int steps, int capacity, struct random *r) {
    b[0] = (struct arena_buffer){capacity, 0, steps - 1, 1, -1};
    for (int count = 1; count < n;) {
        struct arena_buffer *k = &b[random_int(r, 0, count - 1)];
        for (int tries = 0; tries < 2; tries++) { /* the larger of three */
            struct arena_buffer *o = &b[random_int(r, 0, count - 1)];
            if ((double)o->bytes * (o->last - o->first + 1) > (double)k->bytes * (k->last - k->first + 1)) k = o;
        }
        if (k->last > k->first && random_int(r, 0, 1)) {
            b[count] = *k;
            k->last = random_int(r, k->first, k->last - 1);
            b[count++].first = k->last + 1;
        } else if (k->bytes > 1) {
            b[count] = *k;
            k->bytes = random_int(r, 1, (int)k->bytes - 1);
            b[count++].bytes -= k->bytes;
        }
    }
    for (int i = n - 1; i > 0; i--) {
        const int j = random_int(r, 0, i);
        const struct arena_buffer t = b[i];
        b[i] = b[j];
        b[j] = t;
    }
}

/* At every step some buffers end and others begin that take their bytes: `capacity` bytes are alive at each step, and
 * whether they fit in as many is open. Returns the number of buffers, or 0 if that would be more than `most`. */
static inline int arena_buffers_full(struct arena_buffer *b, int most, int steps, int capacity, struct random *r) {
    int n = 0, room = capacity;
    for (int t = 0; t < steps; t++) {
        for (int i = 0; i < n && t > 0; i++)
            if (b[i].last == steps - 1 && random_int(r, 0, 2) == 0) {
                b[i].last = t - 1;
                room += (int)b[i].bytes;
            }
        while (room > 0) {
            if (n == most) return 0;
            b[n] = (struct arena_buffer){random_int(r, 1, room), t, steps - 1, 1, -1};
            room -= (int)b[n++].bytes;
        }
    }
    return n;
}

#endif

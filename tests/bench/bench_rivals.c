#include "tests/bench/bench_rivals.h"

#include <stdlib.h>

#include "solver/base/memory.h"
#include "tests/bench/bench_data.h"

struct rivals rivals_new(const struct scenario *s) {
    struct rivals r = {.floats = in_floats(s) > out_floats(s) ? in_floats(s) : out_floats(s)};
    for (int p = 0; p < PEERS; p++) {
        if (peers[p]->init) r.conv[p] = peers[p]->conv_new(s);
        if (!r.conv[p]) continue;
        r.count += peers[p]->conv_count(r.conv[p]);
        const size_t floats = peers[p]->conv_floats(r.conv[p]);
        if (floats > r.floats) r.floats = floats;
    }
    return r;
}

struct rival *rivals_list(const struct rivals *r, float *in, float *out) {
    struct rival *list = MEMORY_NEW(struct rival, r->count);
    int count = 0;
    for (int p = 0; p < PEERS; p++) {
        if (!r->conv[p]) continue;
        peers[p]->conv_bind(r->conv[p], in, out);
        for (int i = 0; i < peers[p]->conv_count(r->conv[p]); i++) list[count++] = (struct rival){p, i, r->conv[p]};
    }
    return list;
}

void rivals_free(struct rivals *r) {
    for (int p = 0; p < PEERS; p++)
        if (r->conv[p]) peers[p]->conv_free(r->conv[p]);
}

void rival_run(void *what) {
    const struct rival *one = what;
    peers[one->peer]->conv_run(one->conv, one->i);
}

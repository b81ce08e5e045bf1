#include "formulation/labels/labels_kept.h"

#include <assert.h>
#include <stdlib.h>

#include "solver/base/memory.h"

void labels_kept_free(struct labels_kept *kept) {
    free(kept->pair);
    *kept = (struct labels_kept){0};
}

/* The number of pairs with K <= k. */
static int kept_up_to(const struct labels_kept *kept, int64_t k) {
    int low = 0, high = kept->pairs;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (kept->pair[middle].k <= k)
            low = middle + 1;
        else
            high = middle;
    }
    assert(low <= kept->pairs);
    return low;
}

bool labels_kept_add(struct labels_kept *kept, int64_t k, int64_t m) {
    int at = kept_up_to(kept, k), gone = at;
    if (at > 0 && kept->pair[at - 1].m <= m) return false;
    if (at > 0 && kept->pair[at - 1].k == k) at--;
    while (gone < kept->pairs && kept->pair[gone].m >= m) gone++;
    assert(at <= gone && gone <= kept->pairs);
    if (at == gone) kept->pair = memory_grow(kept->pair, &kept->room, (size_t)kept->pairs + 1, sizeof *kept->pair);
    memory_move(kept->pair + at + 1, kept->pair + gone, (size_t)(kept->pairs - gone) * sizeof *kept->pair);
    kept->pair[at] = (struct labels_pair){k, m};
    kept->pairs += 1 - (gone - at);
    return true;
}

/* labels_kept.h - of things that come in ascending order of T, those that none beats in (k, m): a staircase, k ascending
 * and m falling, says whether an earlier one does. {0} is empty. */
#ifndef FORMULATION_LABELS_LABELS_KEPT_H
#define FORMULATION_LABELS_LABELS_KEPT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct labels_kept {
    struct labels_pair {
        int64_t k, m;
    } * pair;
    int pairs;
    size_t room;
};

void labels_kept_free(struct labels_kept *kept);
/* false: an earlier one has no more of either. */
bool labels_kept_add(struct labels_kept *kept, int64_t k, int64_t m);

#endif

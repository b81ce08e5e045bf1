/* labels_device.h - the two budgets of a device: RAM for live tensors and workspaces, flash for the weights as stored.
 *
 *     minimise T   subject to   P = max over the steps (5) <= B  and  K = sum of the stored weights <= F            (21)
 *
 * P is a maximum, so that B does no more than strike out the ways that need more. Among the paths that are left, M of
 * (22) with P = 0 is K: the search by labels (formulation/labels/labels_search.h) answers (21) as it stands.
 *
 * The three-way frontier has all (P, K, T) that no selection beats, being at most as large in all three and smaller in
 * one. B goes down from the budget: at each B, all (K, T) of the paths within it, each with one selection; the next B
 * is the largest P of those selections, less one byte. None is missed: take the largest B' of the sequence with
 * B' >= P of an unbeaten (P, K, T) and the B'' after it, B'' < P. At B' some selection has at most K and T, and its own P
 * is at most B'' + 1 <= P, so it is equal in all three. The P of a point is the judge's.
 *
 * A request's model has no sum of its own (4), (5); its budget is B, and its flash_bytes F. */
#ifndef FORMULATION_LABELS_LABELS_DEVICE_H
#define FORMULATION_LABELS_LABELS_DEVICE_H
#include "formulation/frontier.h"

/* The method labels for a request with a flash budget. Infeasible: least_bytes is the least B within F. */
bool labels_device_run(struct answer *out, const struct instance *g, const struct request *q, struct error *err);

/* The three-way frontier within both budgets: memory_bytes is P, flash_bytes is K; P ascending, then K. A limit leaves
 * it incomplete: then its points are selections that there are, and others may beat them. */
bool labels_device_frontier(struct frontier *out, const struct instance *g, const struct request *q, struct error *err);

/* What would do instead. -1: nothing does. */
struct labels_least {
    int64_t ram_bytes;    /* the least P of any selection */
    int64_t flash_bytes;  /* the least K of any selection */
    int64_t ram_within;   /* the least P of those with K <= F */
    int64_t flash_within; /* the least K of those with P <= B */
};
bool labels_device_least(struct labels_least *out, const struct instance *g, const struct request *q,
                         struct error *err);

#endif

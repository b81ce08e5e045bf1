/* sweep_budgets.h - the budgets of `taso sweep`: lists of sizes, boards of the table, or spread over what a network can
 * make use of.
 *
 *     SIZE[,SIZE...]   as they are
 *     auto[:N]         N sizes per network, from the most, what the fastest selection needs, down to the least that any
 *                      does with: evenly in logarithms, down to a 4096th of the most, and the least itself
 *
 * RAM and flash are two such lists, and every size of the one goes with every size of the other. */
#ifndef EXPERIMENTS_COMMANDS_SWEEP_BUDGETS_H
#define EXPERIMENTS_COMMANDS_SWEEP_BUDGETS_H
#include "experiments/commands/selecting_device.h"

struct sweep_budget {
    int64_t budget_bytes, flash_bytes; /* METHOD_NO_BUDGET: none */
};

struct sweep_budgets {
    int count;
    struct sweep_budget *budget; /* [count] distinct, descending: by budget_bytes, then by flash_bytes */
};

/* What the command line says; NULL: not given. */
struct sweep_asked {
    const char *budgets, *ram, *flash, *device;
};

/* For one network: `q` says the memory model, and what else counts; g has strips if q->streaming. Without a network, g
 * NULL, only to see whether the lists can be read. The caller frees. */
bool sweep_budgets_find(struct sweep_budgets *out, const struct call *call, const struct sweep_asked *asked,
                        const struct instance *g, const struct request *q, struct error *err);
void sweep_budgets_free(struct sweep_budgets *b);

#endif

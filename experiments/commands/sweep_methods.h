/* sweep_methods.h - which methods `taso sweep` asks: names, and the word that stands for every heuristic.
 *
 * A heuristic proves nothing within a budget; families answer another question. Of those, the ones that run layers by
 * rows are left out where layers run as a whole, since without rows they do something else. */
#ifndef EXPERIMENTS_COMMANDS_SWEEP_METHODS_H
#define EXPERIMENTS_COMMANDS_SWEEP_METHODS_H
#include "experiments/commands/selecting_device.h"

#define SWEEP_HEURISTICS "heuristics"

struct sweep_methods {
    int count;
    const struct method **method; /* [count] distinct */
    bool heuristics;              /* the word was given */
};

/* The list of --methods. false: an unknown name, one that is given twice, or a flag that none of them uses. */
bool sweep_methods_read(struct sweep_methods *out, const struct call *call, const char *list, enum streaming streaming,
                        struct error *err);
void sweep_methods_free(struct sweep_methods *s);

#endif

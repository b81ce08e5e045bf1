/* A knapsack in thirty lines: which of three things go into a sack of 50? What solver/milp.h looks like from
 * outside. */
#include <stdio.h>

#include "solver/milp.h"

int main(void) {
    static const double worth[] = {60, 100, 120}, weight[] = {10, 20, 30};
    static const char *const name[] = {"rope", "stove", "tent"};
    struct error err = {""};
    struct model *m = model_new();
    m->maximize = true;
    int sack = model_add_row(m, "sack", -MODEL_INFINITY, 50);
    for (int k = 0; k < 3; k++) {
        int item = model_add_column(m, name[k], worth[k], 0, 1, true);
        model_add_entry(m, sack, item, weight[k]);
    }
    if (!model_finish(m, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    struct options o = options_default();
    struct milp_result *r = milp_solve(m, &o, NULL);
    printf("%s, worth %g\n", milp_status_names[r->status], r->objective);
    for (int k = 0; r->x && k < 3; k++)
        if (r->x[k] > 0.5) printf("%s\n", name[k]);
    milp_result_free(r);
    model_free(m);
    return 0;
}

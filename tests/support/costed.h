/* costed.h - built-in networks with the tables of costs that may be at hand: the committed profile, the published tables.
 * costed_free frees what costed_join opened, whether it succeeded or not; the caller frees profiles. */
#ifndef TESTS_SUPPORT_COSTED_H
#define TESTS_SUPPORT_COSTED_H
#include <stdio.h>
#include <unistd.h>

#include "baselines/methods.h"
#include "formulation/profile_import.h"
#include "tests/support/harness.h"

static inline const struct method *costed_method(const char *name) {
    struct error err = {""};
    const struct method *m = methods_find(name, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    return m;
}

/* NULL with a SKIPPED line if it is not available. */
static inline struct profile *costed_committed(void) {
    struct error err = {""};
    const char *path = "results/reference/profile.tsv.gz";
    if (access(path, R_OK) != 0) {
        printf("SKIPPED: %s is not here\n", path);
        return NULL;
    }
    struct profile *p = profile_read(path, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    return p;
}

/* NULL with a SKIPPED line if the table of that name (intel, amd, arm) is not available. */
static inline struct profile *costed_published(const char *name) {
    char relative[64];
    struct error err = {""};
    snprintf(relative, sizeof relative, "trinnity/%s.csv.gz", name);
    const char *path = harness_data(relative);
    struct profile *p = path ? profile_import_table(path, NULL, &err) : NULL;
    ck_assert_msg(!path || p, "%s", err.text);
    return p;
}

struct costed {
    struct network *network, *folded;
    struct instance *g;
};

/* False: the table covers nothing of the network. */
static inline bool costed_join(struct costed *c, const char *name, const struct profile *p) {
    struct error err = {""};
    c->network = network_open(name, &err);
    ck_assert_msg(c->network != NULL, "%s", err.text);
    c->folded = network_fold(c->network);
    c->g = instance_new(c->folded, p, 1, &err);
    return c->g != NULL;
}

static inline void costed_free(struct costed *c) {
    instance_free(c->g);
    network_free(c->folded);
    network_free(c->network);
}
#endif

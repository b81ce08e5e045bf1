/* invented_profile.h - costs for real networks that were never measured: every primitive that applies, every
 * conversion, every layer. */
#ifndef TESTS_SUPPORT_INVENTED_PROFILE_H
#define TESTS_SUPPORT_INVENTED_PROFILE_H
#include <stdint.h>

#include "experiments/measure/workload.h"
#include "formulation/instance.h"
#include "solver/base/random.h"
#include "tests/support/harness.h"

static void invent_row(struct profile *p, struct random *r, const struct unit *u, const char *name, enum layout from,
                       enum layout to, double scale) {
    int64_t ns = (int64_t)(scale * (1 + 4 * random_unit(r) * random_unit(r))) + 1;
    struct profile_row row = {u->kind, u->text,         (char *)(uintptr_t)name, from, to, ns, ns, 0,
                              3,       PROFILE_MISSING, PROFILE_MISSING,         0};
    profile_add(p, &row);
}

/* Every primitive that applies, every conversion, every layer in every layout, with times that favour no primitive for
 * long. */
static void invent_unit(struct profile *p, struct random *r, const struct unit *u) {
    double tensor = (double)u->tensor.C * u->tensor.H * u->tensor.W;
    for (int i = 0; u->kind == PROFILE_CONV && i < primitive_count; i++)
        if (primitive_applies(&primitives[i], &u->scenario))
            invent_row(p, r, u, primitives[i].name, primitives[i].in, primitives[i].out,
                       (double)scenario_macs(&u->scenario) * (random_unit(r) < 0.2 ? 0.02 : 0.06));
    for (int a = 0; a < LAYOUTS; a++)
        for (int b = 0; b < LAYOUTS; b++) {
            enum layout from = (enum layout)a, to = (enum layout)b;
            if (u->kind == PROFILE_CONVERT && a != b && !instance_alike(u->tensor, from, to))
                invent_row(p, r, u, "convert", from, to, tensor * 0.5);
            if (u->kind == PROFILE_LAYER && a == b)
                invent_row(p, r, u, operator_names[u->operator.kind], from, to, 1000);
        }
}

/* Written to `path` and read again. networks: as `taso profile` takes them. */
static struct profile *invented_profile(const char *path, const char *networks, uint64_t seed) {
    struct workload w;
    struct random r = {seed};
    struct error err = {""};
    struct profile *p = profile_new();
    ck_assert_msg(workload_init(&w, networks, false, &err), "%s", err.text);
    for (int i = 0; i < w.units; i++) invent_unit(p, &r, &w.unit[i]);
    workload_free(&w);
    ck_assert_msg(profile_write(p, path, &err), "%s", err.text);
    profile_free(p);
    p = profile_read(path, &err);
    ck_assert_msg(p != NULL, "%s", err.text);
    return p;
}

#endif

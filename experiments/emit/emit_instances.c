#include "experiments/emit/emit_instances.h"

#include <string.h>

#include "experiments/emit/emit_tables.h"

struct emit_instance {
    const char *name; /* NULL: the algorithm has no instances */
    int x, y, z;
};

static const char *const emit_instances_names[] = {
#define INSTANCES(name, algorithm, x, y, z) #name,
#include "kernels/instances.def"
};
#define EMIT_INSTANCES ((int)(sizeof emit_instances_names / sizeof emit_instances_names[0]))

static struct emit_instance emit_instances_of(const struct schedule *schedule, int step) {
    const struct primitive *p = schedule->step[step].primitive;
    const char *symbol = p ? emit_tables_algorithm(p) : NULL;
    if (symbol) {
        const struct scenario *s = &schedule->network->layer[schedule->step[step].node].scenario;
#define INSTANCES(name, algorithm, x, y, z)                                                                            \
    if (strcmp(symbol, "algorithm_" #algorithm) == 0) return (struct emit_instance){#name, x, y, z};
#include "kernels/instances.def"
        (void)s;
    }
    return (struct emit_instance){NULL, 0, 0, 0};
}

static bool emit_instances_are(const struct emit_instance *a, const struct emit_instance *b) {
    return b->name && strcmp(a->name, b->name) == 0 && a->x == b->x && a->y == b->y && a->z == b->z;
}

/* Does a step before this one run the same instances? */
static bool emit_instances_repeats(const struct schedule *s, int step, const struct emit_instance *of) {
    for (int i = 0; i < step; i++) {
        const struct emit_instance before = emit_instances_of(s, i);
        if (emit_instances_are(of, &before)) return true;
    }
    return false;
}

static void emit_instances_define(struct text_writer *out, const struct schedule *s, const char *name) {
    text_write(out, "#define %s_USED(x, y, z) (0", name);
    for (int i = 0; i < s->steps; i++) {
        const struct emit_instance of = emit_instances_of(s, i);
        if (!of.name || strcmp(of.name, name) != 0 || emit_instances_repeats(s, i, &of)) continue;
        text_write(out, " \\\n    || ((x) == %d && (y) == %d && (z) == %d)", of.x, of.y, of.z);
    }
    text_write(out, ")\n");
}

void emit_instances_write(struct text_writer *out, const struct schedule *s) {
    for (int k = 0; k < EMIT_INSTANCES; k++) {
        bool first = true;
        for (int i = 0; i < k; i++) first = first && strcmp(emit_instances_names[i], emit_instances_names[k]) != 0;
        if (first) emit_instances_define(out, s, emit_instances_names[k]);
    }
}

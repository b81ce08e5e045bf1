#include "experiments/commands/selecting_device.h"

#include <assert.h>
#include <inttypes.h>

#include "formulation/device.h"
#include "formulation/labels/labels_device.h"

_Static_assert(DEVICE_ANY == METHOD_NO_BUDGET, "storage of any size is no budget");

bool selecting_device_given(const struct call *call) {
    return flags_given(&call->line, "ram") || flags_given(&call->line, "flash") || flags_given(&call->line, "device");
}

bool selecting_device_budgets(struct request *q, const struct call *call, const struct selecting_device *d,
                              struct error *err) {
    const bool ram = flags_given(&call->line, "ram"), flash = flags_given(&call->line, "flash");
    const struct device *found = d->name ? device_find(d->name, err) : NULL;
    if (d->name && !found) return false;
    if (found && ram && flash)
        return error_set(err, "--device does nothing with both --ram and --flash (expected at most one of them)");
    q->model = MEMORY_PEAK;
    q->budget_bytes = found && !ram ? found->ram_bytes : d->ram_bytes;
    q->flash_bytes = found && !flash ? found->flash_bytes : d->flash_bytes;
    assert(q->budget_bytes >= 0 && q->flash_bytes >= 0);
    return true;
}

enum streaming selecting_device_streaming(const struct call *call, enum streaming given, const struct instance *g,
                                          const struct method *m) {
    if (!(m->uses & METHOD_USES_STREAMING)) return STREAMING_OFF;
    if (flags_given(&call->line, "streaming") || !selecting_device_given(call)) return given;
    return instance_can_stream(g) ? STREAMING_ON : STREAMING_OFF;
}

bool selecting_device_request(struct request *q, const struct call *call, const struct selecting_device *d,
                              const struct selecting *s, const struct method *m, struct error *err) {
    q->streaming = selecting_device_streaming(call, q->streaming, s->g, m);
    return !selecting_device_given(call) || selecting_device_budgets(q, call, d, err);
}

static void print_least(const struct labels_least *least, const struct request *q, const char *network) {
    char ram[32], flash[32];
    selecting_budget(ram, q->budget_bytes);
    selecting_budget(flash, q->flash_bytes);
    if (least->ram_bytes < 0) {
        fprintf(stderr, "taso: %s: infeasible at any budget: no conversion between required layouts\n", network);
        return;
    }
    fprintf(stderr, "taso: %s: infeasible: nothing fits into RAM %s and flash %s; ", network, ram, flash);
    if (least->flash_within >= 0)
        fprintf(stderr, "with that RAM the least flash is %" PRId64 "; ", least->flash_within);
    else
        fprintf(stderr, "the least RAM, at any flash, is %" PRId64 "; ", least->ram_bytes);
    if (least->ram_within >= 0)
        fprintf(stderr, "with that flash the least RAM is %" PRId64 "\n", least->ram_within);
    else
        fprintf(stderr, "the least flash, at any RAM, is %" PRId64 "\n", least->flash_bytes);
}

enum status selecting_device_status(const struct answer *a, const struct request *q, const struct selecting *s,
                                    struct error *err) {
    struct labels_least least;
    if (a->outcome != OUTCOME_INFEASIBLE) return selecting_status(a, q->budget_bytes, s->network->name);
    if (!labels_device_least(&least, s->g, q, err)) return STATUS_BAD;
    assert(least.flash_within < 0 || least.flash_within > q->flash_bytes); /* or it would be feasible */
    print_least(&least, q, s->network->name);
    return STATUS_INFEASIBLE;
}

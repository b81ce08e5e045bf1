#include "experiments/commands/planned.h"

#include <string.h>
#include <sys/stat.h>

#include "experiments/commands/selecting.h"

/* NULL: the plan's profile is missing, or differs from the one that the plan was made from. */
static struct profile *planned_profile(const struct plan *plan) {
    struct error unread = {""};
    struct stat info;
    bool file = stat(plan->profile, &info) == 0 && S_ISREG(info.st_mode); /* reading a pipe would block */
    struct profile *p = file ? profile_read(plan->profile, &unread) : NULL;
    if (p && strcmp(p->digest, plan->digest) == 0) return p;
    profile_free(p);
    return NULL;
}

static bool planned_judge(const struct plan *plan, const struct network *folded, struct error *err) {
    struct profile *p = planned_profile(plan);
    struct selecting s = {0};
    const enum isa here = isa_current();
    bool good = !p || selecting_init(&s, plan->network, p, err);
    if (s.g) plan_prepare(s.g, plan);
    good = good && plan_judge(plan, folded, s.g, err);
    isa_assume(here);
    selecting_free(&s);
    profile_free(p);
    return good;
}

bool planned_open(struct plan **plan, struct network **folded, const struct call *call, struct error *err) {
    const char *path = call->line.operand[0];
    *folded = NULL;
    *plan = plan_read(path, err);
    if (*plan && !(flags_spare(call->given, &call->line, (*plan)->network, err) &&
                   flags_spare(call->given, &call->line, (*plan)->profile, err)))
        return false;
    struct network *raw = *plan ? network_open((*plan)->network, err) : NULL;
    if (!raw) return *plan ? error_prefix(err, "%s", path) : false;
    *folded = network_fold(raw);
    network_free(raw);
    return plan_match(*plan, *folded, err) && planned_judge(*plan, *folded, err);
}

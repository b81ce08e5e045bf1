#include "experiments/commands/selecting.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/isa.h"
#include "solver/base/memory.h"
#include "solver/base/provenance.h"

const char *const formulation_names[] = {"flow", "product"};
const char *const streaming_names[] = {"off", "on"};
const char *const in_place_names[] = {"on", "off"};

void selecting_apart(const struct selecting *s, enum in_place in_place) {
    if (in_place == IN_PLACE_OFF) instance_apart(s->g);
}

bool selecting_stream_input(const struct request *q, struct error *err) {
    return !q->stream_input || q->streaming == STREAMING_ON ||
           error_set(err, "--stream-input: layers do not run by rows (expected --streaming on)");
}

bool selecting_stream(const struct selecting *s, enum streaming streaming, struct error *err) {
    if (streaming == STREAMING_OFF) return true;
    if (instance_can_stream(s->g)) {
        instance_stream(s->g);
        return true;
    }
    return error_at(
        err, s->g->profile->path, 0,
        "has no times of layers by rows (expected rows of kind strip and move, as `taso profile` measures them, "
        "or --streaming off)");
}

/* Workspaces are counted as on the measured machine: for its threads and its instruction set. */
static bool selecting_machine(int *threads, const struct profile *p, struct error *err) {
    long long value;
    enum isa isa;
    *threads = 1; /* published tables have none */
    const char *set = notes_get(&p->notes, "isa"), *number = notes_get(&p->notes, "threads");
    if (set && !isa_parse(&isa, set))
        return error_at(err, p->path, 0,
                        "isa: unknown instruction set '%s' (expected one of those of `taso profile --isa`)", set);
    if (set) isa_assume(isa);
    if (!number) return true;
    if (!text_int64(&value, number) || value < 1 || value > 256)
        return error_at(err, p->path, 0, "threads: '%s' (expected a number from 1 to 256)", number);
    *threads = (int)value;
    return true;
}

bool selecting_init(struct selecting *s, const char *network, const struct profile *profile, struct error *err) {
    int threads;
    *s = (struct selecting){0};
    if (!selecting_machine(&threads, profile, err)) return false;
    s->network = network_open(network, err);
    s->folded = s->network ? network_fold(s->network) : NULL;
    s->g = s->folded ? instance_new(s->folded, profile, threads, err) : NULL;
    if (!s->g) selecting_free(s);
    assert(!s->g || s->g->nodes == s->folded->layers); /* one node per layer */
    return s->g != NULL;
}

void selecting_free(struct selecting *s) {
    instance_free(s->g);
    network_free(s->folded);
    network_free(s->network);
    *s = (struct selecting){0};
}

enum status selecting_run(const struct call *call, const char *network, const char *profile, enum primitive_set set,
                          enum status (*body)(const struct call *, const struct selecting *, struct error *),
                          struct error *err) {
    enum status status = STATUS_BAD;
    struct selecting s;
    struct profile *p = profile_read(profile, err);
    if (p) primitive_set_restrict(p, set);
    if (p && selecting_init(&s, network, p, err)) {
        status = body(call, &s, err);
        selecting_free(&s);
    }
    profile_free(p);
    return status;
}

void selecting_remark(const struct selecting *s, const struct call *call) {
    if (call->line.quiet || s->g->uncovered == 0) return;
    fprintf(stderr, "%s: left out for all methods, as the profile has no rows for them:", s->network->name);
    for (int v = instance_uncovered(s->g, 0); v >= 0; v = instance_uncovered(s->g, v + 1))
        fprintf(stderr, " %s", s->g->node[v].layer->name);
    fprintf(stderr, "\n");
}

void selecting_profile_name(char name[64], const struct profile *p) {
    const char *slash = strrchr(p->path, '/');
    snprintf(name, 64, "%s", slash ? slash + 1 : p->path);
    static const char *const endings[] = {".gz", ".tsv"};
    for (int i = 0; i < 2; i++) {
        size_t length = strlen(name), ending = strlen(endings[i]);
        if (length > ending && strcmp(name + length - ending, endings[i]) == 0) name[length - ending] = '\0';
    }
}

void selecting_budget(char text[32], int64_t budget_bytes) {
    if (budget_bytes == METHOD_NO_BUDGET)
        snprintf(text, 32, "none");
    else
        snprintf(text, 32, "%" PRId64, budget_bytes);
}

void selecting_print_budget(struct keys *k, const char *key, int64_t budget_bytes) {
    if (budget_bytes == METHOD_NO_BUDGET)
        keys_missing(k, key, "none");
    else
        keys_number(k, key, budget_bytes);
}

void selecting_print_known(struct keys *k, const char *key, int64_t value, bool known) {
    if (known)
        keys_number(k, key, value);
    else
        keys_missing(k, key, "nan");
}

const struct options *selecting_options(const struct selecting_solver *s) {
    return s->given ? &s->options : NULL;
}

/* The integer programs' own settings, without which an answer would not be proven, or not stop in time. */
static bool is_the_methods(const char *assignment) {
    static const char *const own[] = {"time_limit",  "node_limit", "iteration_limit", "threads",
                                      "integrality", "gap_rel",    "gap_abs",         "objective_step"};
    const size_t length = strcspn(assignment, "=");
    for (int i = 0; i < 8; i++)
        if (strlen(own[i]) == length && strncmp(own[i], assignment, length) == 0) return true;
    return false;
}

bool selecting_set(void *given, const struct flag *f, const char *value, struct error *err) {
    struct selecting_solver *s = (struct selecting_solver *)((char *)given + f->field);
    if (is_the_methods(value))
        return error_set(err, "--set: '%s' (expected another option: this one is the method's)", value);
    if (!s->given) s->options = options_default();
    s->given = true;
    return options_set(&s->options, value, err);
}

void selecting_help_models(void) {
    printf("\nMemory models:\n");
    for (int i = 0; i < MEMORY_MODELS; i++) printf("  %-16s %s\n", memory_models[i].name, memory_models[i].help);
    printf("\nSets of primitives:\n");
    for (int i = 0; i < PRIMITIVE_SETS; i++) printf("  %-16s %s\n", primitive_set_names[i], primitive_set_help[i]);
}

void selecting_help(void) {
    printf("\nMethods:");
    for (int i = 0; i < methods_count(); i++) {
        const struct method *m = methods_get(i);
        bool family = m->run == family_run;
        if (family && i > 0 && methods_get(i - 1)->run == family_run)
            printf(", %s", m->variant);
        else
            printf("\n  %-16s %s%s%s", family ? "family-F" : m->name, m->help, family ? "; F: " : "",
                   family ? m->variant : "");
    }
    printf("\n");
    selecting_help_models();
}

static void provenance_line(void *to, const char *key, const char *value) {
    text_write(to, "# %s: %s\n", key, value);
}

void selecting_provenance(struct text_writer *out, const char *format, const struct profile *p) {
    text_write(out, "# format: %s\n", format);
    provenance_each(provenance_line, out, 1);
    text_write(out, "# profile: %s\n# digest: %s\n", p->path, p->digest);
    const char *set = notes_get(&p->notes, "primitives");
    if (set) provenance_line(out, "primitives", set);
}

static const struct {
    const char *flag;
    unsigned use;
} selecting_uses[] = {{"slack", METHOD_USES_SLACK},
                      {"weight", METHOD_USES_WEIGHT},
                      {"formulation", METHOD_USES_PROGRAM},
                      {"set", METHOD_USES_PROGRAM},
                      {"time-limit", METHOD_USES_PROGRAM | METHOD_USES_TIME},
                      {"flash", METHOD_USES_FLASH},
                      {"streaming", METHOD_USES_STREAMING},
                      {"stream-input", METHOD_USES_STREAM_INPUT}};
#define SELECTING_USES ((int)(sizeof selecting_uses / sizeof selecting_uses[0]))

static bool selecting_refuse(const char *flag, unsigned use, const char *method, struct error *err) {
    char list[METHODS_NAMES];
    return error_set(err, "--%s: not used by %s (only by %s)", flag, method, methods_names(list, use));
}

bool selecting_flags_used(const struct call *call, const struct method *const *method, int methods, struct error *err) {
    for (int k = 0; k < SELECTING_USES; k++) {
        unsigned use = 0;
        for (int m = 0; m < methods; m++) use |= method[m]->uses;
        if (flags_given(&call->line, selecting_uses[k].flag) && !(use & selecting_uses[k].use))
            return selecting_refuse(selecting_uses[k].flag, selecting_uses[k].use,
                                    methods == 1 ? method[0]->name : "all of these methods", err);
    }
    return true;
}

int64_t *selecting_budgets(int *count, const char *flag, const char *list, struct error *err) {
    char *copy = memory_string(list), *rest = copy, *word;
    int64_t *budget = NULL;
    size_t room = 0;
    bool good = true;
    *count = 0;
    while (good && (word = text_field(&rest, ','))) {
        budget = memory_grow(budget, &room, (size_t)*count + 1, sizeof *budget);
        const char *expected = flags_bytes(&budget[(*count)++], word, true);
        if (expected) good = error_set(err, "--%s: '%s' is not a size %s", flag, word, expected);
    }
    free(copy);
    if (good) return budget;
    free(budget);
    return NULL;
}

enum status selecting_status(const struct answer *a, int64_t budget_bytes, const char *network) {
    char budget[32];
    selecting_budget(budget, budget_bytes);
    switch (a->outcome) {
    case OUTCOME_OPTIMAL:
    case OUTCOME_FEASIBLE:
    case OUTCOME_OVER_BUDGET:
        assert(a->choice); /* these outcomes are about a selection */
        return STATUS_DONE;
    case OUTCOME_INFEASIBLE:
        if (a->least_bytes >= 0)
            fprintf(stderr, "taso: %s: infeasible: a budget of %s bytes is too small; the minimum is %" PRId64 "\n",
                    network, budget, a->least_bytes);
        else
            fprintf(stderr, "taso: %s: infeasible at any budget: no conversion between required layouts\n", network);
        return STATUS_INFEASIBLE;
    case OUTCOME_TIME_LIMIT:
    case OUTCOME_INTERRUPTED:
    case OUTCOME_MEMORY_LIMIT:
    case OUTCOME_STUCK: return STATUS_LIMIT;
    }
    return STATUS_BAD;
}

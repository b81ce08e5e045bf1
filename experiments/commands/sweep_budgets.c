#include "experiments/commands/sweep_budgets.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/labels/labels_device.h"
#include "formulation/taso.h"
#include "solver/base/memory.h"

#define BUDGETS_AUTO        40
#define BUDGETS_AUTO_DEVICE 5    /* of RAM, and of flash */
#define BUDGETS_AUTO_MOST   1000 /* auto:N */
#define BUDGETS_DECADES     4096 /* the most, divided by this, is where the even spacing ends */

struct span {
    int64_t least, most; /* bytes */
};

void sweep_budgets_free(struct sweep_budgets *b) {
    free(b->budget);
    *b = (struct sweep_budgets){0};
}

/* --- auto[:N] --- */

static bool is_auto(const char *list) {
    return list && strncmp(list, "auto", 4) == 0 && (list[4] == '\0' || list[4] == ':');
}

static bool auto_count(int *count, const char *flag, const char *list, struct error *err) {
    long long n;
    if (list[4] == '\0') return true;
    if (!text_int64(&n, list + 5) || n < 2 || n > BUDGETS_AUTO_MOST)
        return error_set(err, "--%s: '%s' (expected auto:N with N from 2 to %d)", flag, list, BUDGETS_AUTO_MOST);
    *count = (int)n;
    return true;
}

/* `count` sizes, descending; fewer if some coincide. */
static int64_t *span_sizes(int *found, const struct span *span, int count) {
    int64_t *size = MEMORY_NEW(int64_t, count);
    const double low = fmax((double)span->least, (double)span->most / BUDGETS_DECADES);
    *found = 0;
    assert(count >= 2 && span->least <= span->most);
    for (int i = 0; i < count; i++) {
        const double share = count > 2 ? (double)i / (count - 2) : i;
        const int64_t bytes = i == 0 ? span->most
                              : i == count - 1
                                  ? span->least
                                  : (int64_t)floor(low * pow((double)span->most / fmax(low, 1), 1 - share));
        if (*found == 0 || bytes < size[*found - 1]) size[(*found)++] = bytes;
    }
    return size;
}

/* --- what a network can make use of --- */

static bool best(struct evaluation *e, struct answer *a, const struct instance *g, const struct request *q,
                 const char *method, struct error *err) {
    const struct method *m = methods_find(method, err);
    assert(m); /* a row of methods.def */
    if (!methods_run(a, m, g, q, err)) return false;
    *e = (struct evaluation){0};
    if (a->choice) *e = selection_evaluate_streamed(g, a->choice, &a->streams, q->model, q->conversions);
    free(a->choice);
    selection_streams_free(&a->streams);
    return true;
}

/* With layers by rows, labels are faster; a network that they decline is the program's too. */
static bool best_of(struct evaluation *e, struct answer *a, const struct instance *g, const struct request *q,
                    const char *program, struct error *err) {
    struct error declined = {""};
    return (q->streaming && best(e, a, g, q, "labels", &declined)) || best(e, a, g, q, program, err);
}

static bool span_one(struct span *out, const struct instance *g, const struct request *asked, struct error *err) {
    struct request q = *asked;
    struct evaluation fastest, least;
    struct answer a;
    q.slack = 0;
    q.budget_bytes = METHOD_NO_BUDGET;
    if (!best_of(&fastest, &a, g, &q, "taso-memory", err)) return false;
    q.budget_bytes = 0;
    if (!best_of(&least, &a, g, &q, "taso", err)) return false;
    out->most = fastest.memory_bytes;
    out->least = a.outcome == OUTCOME_INFEASIBLE ? a.least_bytes : 0;
    if (out->least < 0 || out->least > out->most) out->least = out->most; /* stopped by a limit, or nothing at all */
    return true;
}

static bool span_two(struct span *ram, struct span *flash, const struct instance *g, const struct request *asked,
                     struct error *err) {
    struct request q = *asked;
    struct evaluation fastest;
    struct labels_least least;
    struct answer a;
    q.budget_bytes = q.flash_bytes = METHOD_NO_BUDGET;
    if (!best_of(&fastest, &a, g, &q, "taso", err) || !labels_device_least(&least, g, &q, err)) return false;
    *ram = (struct span){least.ram_bytes < 0 ? fastest.memory_bytes : least.ram_bytes, fastest.memory_bytes};
    *flash = (struct span){least.flash_bytes < 0 ? fastest.weights_bytes : least.flash_bytes, fastest.weights_bytes};
    return true;
}

/* --- lists --- */

static void budgets_add(struct sweep_budgets *b, int64_t budget_bytes, int64_t flash_bytes) {
    b->budget = memory_resize(b->budget, (size_t)b->count + 1, sizeof *b->budget);
    b->budget[b->count++] = (struct sweep_budget){budget_bytes, flash_bytes};
}

static int descending(const void *a, const void *b) {
    const struct sweep_budget *x = a, *y = b;
    if (x->budget_bytes != y->budget_bytes) return x->budget_bytes < y->budget_bytes ? 1 : -1;
    return (x->flash_bytes < y->flash_bytes) - (x->flash_bytes > y->flash_bytes);
}

static void budgets_sort(struct sweep_budgets *b) {
    int kept = 0;
    memory_sort(b->budget, (size_t)b->count, sizeof *b->budget, descending);
    for (int i = 0; i < b->count; i++)
        if (kept == 0 || descending(&b->budget[kept - 1], &b->budget[i]) != 0) b->budget[kept++] = b->budget[i];
    b->count = kept;
}

/* The sizes of one list; without a list the one of no budget, which a device's figure may replace. */
static int64_t *list_sizes(int *count, const char *flag, const char *list, int preset, const struct span *span,
                           struct error *err) {
    int wanted = preset;
    if (!list) {
        int64_t *none = MEMORY_NEW(int64_t, 1);
        *none = METHOD_NO_BUDGET;
        *count = 1;
        return none;
    }
    if (!is_auto(list)) return selecting_budgets(count, flag, list, err);
    return auto_count(&wanted, flag, list, err) ? span_sizes(count, span, wanted) : NULL;
}

static bool budgets_pairs(struct sweep_budgets *out, const struct call *call, const char *name,
                          const struct sweep_asked *asked, const struct span span[2], struct error *err) {
    int rams, flashes = 0;
    int64_t *ram = list_sizes(&rams, "ram", asked->ram, BUDGETS_AUTO_DEVICE, &span[0], err);
    int64_t *flash = ram ? list_sizes(&flashes, "flash", asked->flash, BUDGETS_AUTO_DEVICE, &span[1], err) : NULL;
    bool ok = flash != NULL;
    for (int i = 0; ok && i < rams; i++)
        for (int k = 0; ok && k < flashes; k++) {
            const struct selecting_device d = {name, ram[i], flash[k]};
            struct request q;
            ok = selecting_device_budgets(&q, call, &d, err);
            if (ok) budgets_add(out, q.budget_bytes, q.flash_bytes);
        }
    free(ram);
    free(flash);
    return ok;
}

static bool budgets_device(struct sweep_budgets *out, const struct call *call, const struct sweep_asked *asked,
                           const struct span span[2], struct error *err) {
    if (!asked->device) return budgets_pairs(out, call, NULL, asked, span, err);
    char *list = memory_string(asked->device), *rest = list, *word;
    bool ok = true;
    while (ok && (word = text_field(&rest, ','))) ok = budgets_pairs(out, call, word, asked, span, err);
    free(list);
    return ok;
}

static bool budgets_one(struct sweep_budgets *out, const char *list, const struct span *span, struct error *err) {
    int sizes;
    int64_t *size = list_sizes(&sizes, "budgets", list, BUDGETS_AUTO, span, err);
    for (int i = 0; size && i < sizes; i++) budgets_add(out, size[i], METHOD_NO_BUDGET);
    free(size);
    return size != NULL;
}

static bool budgets_spread(const struct call *call, const struct sweep_asked *asked) {
    return selecting_device_given(call) ? is_auto(asked->ram) || is_auto(asked->flash) : is_auto(asked->budgets);
}

bool sweep_budgets_find(struct sweep_budgets *out, const struct call *call, const struct sweep_asked *asked,
                        const struct instance *g, const struct request *q, struct error *err) {
    const bool device = selecting_device_given(call), spread = g && budgets_spread(call, asked);
    struct span span[2] = {{0, 0}, {0, 0}};
    *out = (struct sweep_budgets){0};
    if (spread && !(device ? span_two(&span[0], &span[1], g, q, err) : span_one(span, g, q, err))) return false;
    if (device ? budgets_device(out, call, asked, span, err) : budgets_one(out, asked->budgets, span, err)) {
        budgets_sort(out);
        return true;
    }
    sweep_budgets_free(out);
    return false;
}

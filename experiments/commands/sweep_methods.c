#include "experiments/commands/sweep_methods.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

void sweep_methods_free(struct sweep_methods *s) {
    free(s->method);
    *s = (struct sweep_methods){0};
}

static bool methods_add(struct sweep_methods *s, const struct method *m, struct error *err) {
    for (int i = 0; i < s->count; i++)
        if (s->method[i] == m) return error_set(err, "--methods: '%s' is given twice (expected once)", m->name);
    s->method = memory_resize(s->method, (size_t)s->count + 1, sizeof *s->method);
    s->method[s->count++] = m;
    return true;
}

static bool is_heuristic(const struct method *m) {
    return m->proof != METHOD_PROVES && m->run != family_run;
}

static bool methods_word(struct sweep_methods *s, const char *word, struct error *err) {
    bool ok = true;
    if (strcmp(word, SWEEP_HEURISTICS) != 0) {
        const struct method *m = methods_find(word, err);
        return m && methods_add(s, m, err);
    }
    s->heuristics = true;
    for (int i = 0; ok && i < methods_count(); i++)
        if (is_heuristic(methods_get(i))) ok = methods_add(s, methods_get(i), err);
    return ok;
}

/* A name that the word stands for, too, would have been given twice: all of these came by the word. */
static void methods_leave_out(struct sweep_methods *s) {
    int kept = 0;
    for (int i = 0; i < s->count; i++)
        if (!is_heuristic(s->method[i]) || !(s->method[i]->uses & METHOD_USES_STREAMING))
            s->method[kept++] = s->method[i];
    assert(kept > 0 && kept < s->count);
    s->count = kept;
}

bool sweep_methods_read(struct sweep_methods *out, const struct call *call, const char *list, enum streaming streaming,
                        struct error *err) {
    char *copy = memory_string(list), *rest = copy, *word;
    const bool device = selecting_device_given(call) && !flags_given(&call->line, "streaming");
    bool ok = true;
    *out = (struct sweep_methods){0};
    while (ok && (word = text_field(&rest, ','))) ok = methods_word(out, word, err);
    free(copy);
    ok = ok && selecting_flags_used(call, out->method, out->count, err);
    if (!ok) sweep_methods_free(out);
    if (ok && out->heuristics && !device && streaming == STREAMING_OFF) methods_leave_out(out);
    return ok;
}

/* Reader of the .net form: lines to drafts, names to indices, topological order (that of the file wherever it is one),
 * shapes. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formulation/import/import.h"
#include "formulation/network_join.h"
#include "formulation/network_op.h"
#include "solver/base/check.h"
#include "solver/base/memory.h"
#include "solver/base/similar.h"
#include "solver/base/text.h"

struct read_layer {
    struct network_draft draft;
    char *name, *inputs; /* `inputs` as written */
    long line;
    int *input, count; /* indices into reading.layer */
};

struct reading {
    const char *path;
    struct text_reader file;     /* of a .net file */
    const char *const *text;     /* of a built-in, else NULL */
    const struct sketch *sketch; /* of an imported model, else NULL */
    char *copy;                  /* the current line of one of them */
    int next;                    /* its number */
    long line;
    struct read_layer *layer;
    size_t layers, capacity;
    int *by_name; /* sorted */
    int *order;   /* topological */
};

#define READ_FIELDS (3 + NETWORK_KEYS)

/* The next line of a text in memory; NULL at its end. */
static const char *read_from_memory(struct reading *r) {
    if (r->text) {
        r->line = r->next + 1;
        return r->text[r->next];
    }
    if (r->next == r->sketch->layers) return NULL;
    r->line = r->sketch->layer[r->next].line;
    return r->sketch->layer[r->next].text;
}

static bool read_next(struct reading *r, char **line, struct error *err) {
    if (!r->text && !r->sketch) {
        bool good = text_next(&r->file, line, err);
        r->line = r->file.line;
        return good;
    }
    const char *from = read_from_memory(r);
    free(r->copy);
    r->copy = from ? memory_string(from) : NULL;
    *line = r->copy;
    r->next++;
    return true;
}

static bool read_name_good(const char *name) {
    if (strcmp(name, "-") == 0 || name[0] == '\0') return false;
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c <= ' ' || strchr(",:=#\\\"", *c)) return false;
    return true;
}

/* Cuts a line at its blanks. If there are too many fields, returns one more than READ_FIELDS. */
static int read_fields(char **field, char *line) {
    int count = 0;
    line[strcspn(line, "#")] = '\0';
    for (char *at = line + strspn(line, " \t"); *at; at += strspn(at, " \t")) {
        if (count > READ_FIELDS) return count;
        field[count++] = at;
        at += strcspn(at, " \t");
        if (*at) *at++ = '\0';
    }
    return count;
}

/* The message for a line that is no layer. If no line before it was one either, this is another kind of file. */
static bool read_unlike(const struct reading *r, char *const *field, int fields, struct error *err) {
    char words[80] = "", list[256], hint[SIMILAR_HINT] = "";
    const char *what = r->layers == 0 ? "not a .net file: " : "";
    for (int i = 0; i < fields && i < 4; i++) {
        size_t used = strlen(words);
        snprintf(words + used, sizeof words - used, "%s%.18s", i ? " " : "", field[i]);
    }
    if (fields > 2) {
        struct similar near;
        similar_init(&near, field[1]);
        for (int i = 0; network_op_name(i); i++) similar_try(&near, network_op_name(i));
        return error_at(err, r->path, r->line, "%sunknown op `%.60s` in `%s%s` (expected one of %s)%s", what, field[1],
                        words, fields > 4 ? " ..." : "", network_op_list(list, sizeof list),
                        similar_hint(hint, &near, ""));
    }
    return error_at(err, r->path, r->line, "%s`%s`, %d field%s (expected `name op inputs key=value...`)", what, words,
                    fields, fields == 1 ? "" : "s");
}

static bool read_line(struct reading *r, char *line, struct error *err) {
    char *field[READ_FIELDS + 1];
    int fields = read_fields(field, line);
    if (fields == 0) return true;
    const struct network_op *op = fields > 1 ? network_op_find(field[1]) : NULL;
    if (fields < 3 || !op) return read_unlike(r, field, fields, err);
    if (fields > READ_FIELDS)
        return error_at(err, r->path, r->line, "more than %d fields, which no op has keys for: `%s`", READ_FIELDS,
                        field[READ_FIELDS]);
    if (!read_name_good(field[0]))
        return error_at(err, r->path, r->line, "`%s` is not a valid name (expected one without , : = # and quotes)",
                        field[0]);
    if (r->layers == SKETCH_LAYERS)
        return error_at(err, r->path, r->line, "more than %d layers (expected fewer)", SKETCH_LAYERS);
    struct read_layer l = {.line = r->line};
    l.draft.op = op;
    if (!network_op_keys(&l.draft, field + 3, fields - 3, r->path, r->line, err)) return false;
    l.name = memory_string(field[0]);
    l.inputs = memory_string(field[2]);
    r->layer = memory_grow(r->layer, &r->capacity, r->layers + 1, sizeof *r->layer);
    r->layer[r->layers++] = l;
    if (r->layers > 1 << 24) return error_at(err, r->path, r->line, "more than 2^24 layers");
    return true;
}

static const struct read_layer *read_sorting; /* qsort has no context; the reader is not entered twice */

static int read_by_name(const void *a, const void *b) {
    const struct read_layer *x = &read_sorting[*(const int *)a], *y = &read_sorting[*(const int *)b];
    int order = strcmp(x->name, y->name);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static bool read_names(struct reading *r, struct error *err) {
    r->by_name = MEMORY_NEW(int, r->layers);
    for (size_t v = 0; v < r->layers; v++) r->by_name[v] = (int)v;
    read_sorting = r->layer;
    memory_sort(r->by_name, r->layers, sizeof *r->by_name, read_by_name);
    for (size_t i = 1; i < r->layers; i++) {
        const struct read_layer *a = &r->layer[r->by_name[i - 1]], *b = &r->layer[r->by_name[i]];
        if (strcmp(a->name, b->name) == 0)
            return error_at(err, r->path, b->line, "the name `%s` is already used in line %ld (expected unique names)",
                            b->name, a->line);
    }
    return true;
}

static int read_find(const struct reading *r, const char *name) {
    size_t low = 0, high = r->layers;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(name, r->layer[r->by_name[middle]].name);
        if (order == 0) return r->by_name[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

static bool read_inputs(struct reading *r, struct read_layer *l, struct error *err) {
    const struct network_op *op = l->draft.op;
    if (strcmp(l->inputs, "-") != 0) {
        size_t most = 1;
        for (const char *c = l->inputs; *c; c++) most += *c == ',';
        l->input = MEMORY_NEW(int, most);
        assert(r->by_name); /* names are sorted before any look-up */
        char *rest = l->inputs, *name;
        while ((name = text_field(&rest, ','))) {
            int u = read_find(r, name);
            if (u < 0)
                return error_at(err, r->path, l->line, "`%s` reads `%s`, which is not a layer of this network", l->name,
                                name);
            l->input[l->count++] = u;
        }
    }
    if (l->count >= op->syntax->least_inputs && l->count <= op->syntax->most_inputs) return true;
    if (op->syntax->least_inputs == op->syntax->most_inputs)
        return error_at(err, r->path, l->line, "wrong number of inputs for %s (expected %d, got %d)", op->name,
                        op->syntax->least_inputs, l->count);
    return error_at(err, r->path, l->line, "wrong number of inputs for %s (expected %d to %d, got %d)", op->name,
                    op->syntax->least_inputs, op->syntax->most_inputs, l->count);
}

/* Depth first, in the order of the file; with an explicit stack, since networks may be deep. state: 0 new, 1 open, 2
 * done. */
static bool read_order(struct reading *r, struct error *err) {
    char *state = MEMORY_NEW(char, r->layers);
    int *stack = MEMORY_NEW(int, r->layers), *next = MEMORY_NEW(int, r->layers), done = 0;
    bool good = true;
    r->order = MEMORY_NEW(int, r->layers);
    for (size_t root = 0; root < r->layers && good; root++) {
        int depth = 0;
        if (state[root] == 0) stack[depth++] = (int)root, state[root] = 1;
        while (depth > 0 && good) {
            assert((size_t)depth <= r->layers);
            int v = stack[depth - 1];
            const struct read_layer *l = &r->layer[v];
            if (next[v] == l->count) {
                r->order[done++] = v, state[v] = 2, depth--;
                continue;
            }
            int u = l->input[next[v]++];
            if (state[u] == 0)
                stack[depth++] = u, state[u] = 1;
            else if (state[u] == 1)
                good = error_at(err, r->path, l->line, "the network has a cycle: `%s` reads `%s`, which depends on it",
                                l->name, r->layer[u].name);
        }
    }
    assert(!good || (size_t)done == r->layers);
    free(state);
    free(stack);
    free(next);
    return good;
}

static bool read_is_output(const struct read_layer *l) {
    return strcmp(l->draft.op->name, NETWORK_OUTPUT) == 0;
}

/* Inputs, and one layer that nothing reads: then that depends on every layer. */
static bool read_ends(const struct reading *r, struct error *err) {
    bool *read = MEMORY_NEW(bool, r->layers), good = true, input = false;
    const struct read_layer *output = NULL;
    for (size_t v = 0; v < r->layers; v++)
        for (int i = 0; i < r->layer[v].count; i++) read[r->layer[v].input[i]] = true;
    for (size_t v = 0; v < r->layers && good; v++) {
        const struct read_layer *l = &r->layer[v];
        input = input || l->draft.op->syntax->least_inputs == 0;
        if (read[v] && read_is_output(l))
            good = error_at(err, r->path, l->line, "a layer reads `%s` (expected nothing after an `output`)", l->name);
        if (read[v] || !good) continue;
        if (output)
            good = error_at(err, r->path, l->line,
                            "nothing reads `%s`, nor `%s` of line %ld (expected one output, or a layer `output` that "
                            "reads them)",
                            l->name, output->name, output->line);
        output = l;
    }
    free(read);
    if (good && !input) good = error_at(err, r->path, r->line, "no input layer (expected one)");
    return good;
}

/* The file's name without folder and ending. */
static char *read_stem(const char *path) {
    const struct import_format *format = import_find(path);
    const char *slash = strrchr(path, '/'), *ending = format ? format->ending : ".net";
    char *stem = memory_string(slash ? slash + 1 : path);
    size_t n = strlen(stem), most = strlen(ending);
    if (n > 3 && strcmp(stem + n - 3, ".gz") == 0) stem[n -= 3] = '\0';
    if (n > most && strcmp(stem + n - most, ending) == 0) stem[n - most] = '\0';
    return stem;
}

/* A message that has no line to name, for the model has none, names the layer. Returns false. */
static bool read_named(const struct reading *r, const struct layer *l, struct error *err) {
    char what[sizeof err->text];
    const size_t path = strlen(r->path) + 2;
    if (l->line > 0 || strlen(err->text) < path) return false;
    snprintf(what, sizeof what, "%s", err->text + path);
    return error_at(err, r->path, 0, "layer `%.80s`: %.800s", l->name, what);
}

static struct network *read_build(struct reading *r, struct error *err) {
    struct network *n = MEMORY_NEW(struct network, 1);
    n->name = r->text ? memory_string(r->path) : read_stem(r->path);
    n->source = memory_string(r->text ? "built-in" : r->path);
    int *place = MEMORY_NEW(int, r->layers);
    bool *output = MEMORY_NEW(bool, r->layers); /* by place */
    n->layer = MEMORY_NEW(struct layer, r->layers);
    bool good = true;
    for (size_t i = 0; i < r->layers && good; i++) {
        const struct read_layer *from = &r->layer[r->order[i]];
        struct layer *l = &n->layer[n->layers];
        place[r->order[i]] = n->layers++;
        l->name = memory_string(from->name);
        l->line = from->line;
        l->inputs = from->count;
        l->input = MEMORY_NEW(int, from->count);
        for (int k = 0; k < from->count; k++) l->input[k] = place[from->input[k]];
        assert(from->count == 0 || l->input[0] < n->layers - 1); /* read_order: inputs first */
        output[n->layers - 1] = read_is_output(from);
        good = network_shape(l, &from->draft, n->layer, r->path, err) || read_named(r, l, err);
    }
    good = good && network_join(n, output, r->path, err);
    free(place);
    free(output);
    CHECK(!good || network_check(n));
    if (good) return n;
    network_free(n);
    return NULL;
}

static void read_free(struct reading *r) {
    for (size_t v = 0; v < r->layers; v++) {
        free(r->layer[v].name);
        free(r->layer[v].inputs);
        free(r->layer[v].input);
    }
    free(r->layer);
    free(r->by_name);
    free(r->order);
    free(r->copy);
    text_free(&r->file);
}

static struct network *read_all(struct reading *r, struct error *err) {
    struct network *n = NULL;
    char *line;
    bool good;
    while ((good = read_next(r, &line, err)) && line)
        if (!(good = read_line(r, line, err))) break;
    if (good && r->layers == 0) good = error_at(err, r->path, r->line, "no layers (expected a network)");
    good = good && read_names(r, err);
    for (size_t v = 0; v < r->layers && good; v++) good = read_inputs(r, &r->layer[v], err);
    if (good && read_order(r, err) && read_ends(r, err)) n = read_build(r, err);
    read_free(r);
    return n;
}

struct network *network_sketched(const struct sketch *sketch, const char *path, struct error *err) {
    struct reading r = {.path = path, .sketch = sketch};
    return read_all(&r, err);
}

static struct network *read_model(const char *path, const struct import_format *format, struct error *err) {
    struct sketch sketch;
    sketch_init(&sketch);
    struct network *n = format->read(&sketch, path, err) ? network_sketched(&sketch, path, err) : NULL;
    sketch_free(&sketch);
    return n;
}

struct network *network_read(const char *path, struct error *err) {
    const struct import_format *format = import_find(path);
    struct reading r = {.path = path};
    if (format) return read_model(path, format, err);
    return text_open(&r.file, path, err) ? read_all(&r, err) : NULL;
}

static bool read_is_path(const char *name) {
    return strchr(name, '/') || text_ends_with(name, ".net") || import_find(name);
}

struct network *network_open(const char *name_or_path, struct error *err) {
    if (read_is_path(name_or_path)) return network_read(name_or_path, err);
    for (int i = 0; i < network_text_count; i++) {
        if (strcmp(network_texts[i].name, name_or_path) != 0) continue;
        struct reading r = {.path = network_texts[i].name, .text = network_texts[i].lines};
        return read_all(&r, err);
    }
    char list[768], hint[SIMILAR_HINT];
    size_t used = 0;
    struct similar near;
    similar_init(&near, name_or_path);
    for (int i = 0; i < network_text_count && used < sizeof list; i++) {
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", network_texts[i].name);
        similar_try(&near, network_texts[i].name);
    }
    if (access(name_or_path, F_OK) == 0)
        error_set(err, "unknown network `%s` (for the file of that name write ./%s)", name_or_path, name_or_path);
    else
        error_set(err, "unknown network `%s`%s (expected one of %s, or the path of a .net file or a model)",
                  name_or_path, similar_hint(hint, &near, ""), list);
    return NULL;
}

#include "experiments/commands/sweep_merge.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/measure/shard.h"
#include "formulation/notes.h"
#include "solver/base/memory.h"
#include "solver/base/provenance.h"
#include "solver/base/text.h"

struct series { /* rows of one network and method */
    char *text; /* lines, each with its end */
    size_t used, room;
};

struct part {
    const char *path;
    struct notes notes;
    char *header;
    struct shard shard;
    int count;
    size_t room;
    struct series *series;
    char *last; /* network and method of the last row */
};

static void part_free(struct part *p) {
    for (int i = 0; i < p->count; i++) free(p->series[i].text);
    free(p->series);
    free(p->header);
    free(p->last);
    notes_free(&p->notes);
}

static bool part_note(struct part *p, const char *line, long number, struct error *err) {
    char *copy = memory_string(line), *colon = strstr(copy, ": ");
    const bool good = strncmp(copy, "# ", 2) == 0 && colon;
    if (good) *colon = '\0';
    if (good) notes_set(&p->notes, copy + 2, colon + 2);
    free(copy);
    return good || error_at(err, p->path, number, "`%.60s` is not a provenance line (expected `# key: value`)", line);
}

/* The columns network and method, with a tab between them; false: there are too few. */
static bool part_key(char **key, const char *line) {
    char *copy = memory_string(line), *rest = copy, *network = text_field(&rest, '\t');
    const char *profile = text_field(&rest, '\t'), *method = text_field(&rest, '\t');
    const bool good = network && profile && method && rest;
    if (good) {
        const size_t room = strlen(network) + strlen(method) + 2;
        *key = memory_new(room, 1);
        snprintf(*key, room, "%s\t%s", network, method);
    }
    free(copy);
    return good;
}

static bool part_row(struct part *p, const char *line, long number, struct error *err) {
    char *key;
    if (!part_key(&key, line)) return error_at(err, p->path, number, "too few columns (expected those of a sweep)");
    if (!p->last || strcmp(p->last, key) != 0) {
        p->series = memory_grow(p->series, &p->room, (size_t)p->count + 1, sizeof *p->series);
        p->series[p->count++] = (struct series){.text = NULL};
    }
    free(p->last);
    p->last = key;
    struct series *s = &p->series[p->count - 1];
    const size_t n = strlen(line);
    s->text = memory_grow(s->text, &s->room, s->used + n + 2, 1);
    memcpy(s->text + s->used, line, n);
    s->used += n + 1;
    s->text[s->used - 1] = '\n';
    s->text[s->used] = '\0';
    return true;
}

static bool part_lines(struct part *p, struct text_reader *in, struct error *err) {
    char *line;
    for (long rows = 0;;) {
        if (!text_next(in, &line, err)) return false;
        if (p->header && (!line || line[0] == '#')) return text_end(in, line, rows, err);
        if (!line) return error_at(err, p->path, in->line, "the file ends before its header (expected a sweep)");
        if (p->header) {
            if (!part_row(p, line, in->line, err)) return false;
            rows++;
        } else if (line[0] == '#') {
            if (!part_note(p, line, in->line, err)) return false;
        } else {
            p->header = memory_string(line);
        }
    }
}

static bool part_read(struct part *p, const char *path, struct error *err) {
    struct text_reader in;
    struct error unread = {""};
    *p = (struct part){.path = path};
    if (!text_open(&in, path, err)) return false;
    const bool good = part_lines(p, &in, err);
    text_free(&in);
    if (!good) return false;
    const char *note = notes_get(&p->notes, "shard");
    return (note && shard_parse(&p->shard, "shard", note, &unread)) ||
           error_at(err, path, 0, "is not a shard (expected a table of `taso sweep --shard`)");
}

/* Parts of one sweep: everything that its rows depend on is the same. */
static bool part_fits(const struct part *p, const struct part *first, struct error *err) {
    static const char *const keys[] = {"format", "digest", "commit", "sweep"};
    for (int i = 0; i < 4; i++) {
        const char *had = notes_get(&first->notes, keys[i]), *has = notes_get(&p->notes, keys[i]);
        if (!had || !has || strcmp(had, has) != 0)
            return error_at(err, p->path, 0, "has %s '%s' (expected '%s', as %s)", keys[i], has ? has : "nothing",
                            had ? had : "nothing", first->path);
    }
    if (p->shard.count != first->shard.count)
        return error_at(err, p->path, 0, "is one of %d shards (expected one of %d, as %s)", p->shard.count,
                        first->shard.count, first->path);
    return strcmp(p->header, first->header) == 0 ||
           error_at(err, p->path, 0, "has other columns (expected those of %s)", first->path);
}

/* of[i]: the part that is shard i + 1. */
static bool parts_order(const struct part **of, const struct part *part, int count, struct error *err) {
    const int whole = part[0].shard.count;
    for (int i = 0; i < count; i++) {
        const struct part **place = &of[part[i].shard.index - 1];
        if (!part_fits(&part[i], &part[0], err)) return false;
        if (*place)
            return error_at(err, part[i].path, 0, "is shard %d/%d, and so is %s (expected each once)",
                            part[i].shard.index, whole, (*place)->path);
        *place = &part[i];
    }
    for (int i = 0; i < whole; i++)
        if (!of[i])
            return error_set(err, "%d of %d shards missing, first %d/%d (expected all)", whole - count, whole, i + 1,
                             whole);
    for (int i = 1; i < whole; i++) /* dealt in turn: as many as the shard before, or, once, one less */
        if (of[i]->count > of[i - 1]->count || of[i]->count < of[0]->count - 1)
            return error_at(err, of[i]->path, 0, "has %d series of rows (expected %d or one less, no more than %s)",
                            of[i]->count, of[0]->count, of[i - 1]->path);
    return true;
}

static void write_note(void *to, const char *key, const char *value) {
    text_write(to, "# %s: %s\n", key, value);
}

static bool parts_write(const char *output, const struct part *const *of, int whole, struct error *err) {
    struct text_writer out;
    if (!text_create(&out, output, err)) return false;
    text_write(&out, "# format: %s\n", notes_get(&of[0]->notes, "format"));
    provenance_each(write_note, &out, 1);
    for (int i = 0; i < 2; i++) {
        static const char *const keys[] = {"profile", "digest"};
        const char *value = notes_get(&of[0]->notes, keys[i]);
        if (value) write_note(&out, keys[i], value);
    }
    text_write(&out, "%s\n", of[0]->header);
    for (int k = 0; k < of[0]->count; k++)
        for (int i = 0; i < whole; i++)
            if (k < of[i]->count) text_write(&out, "%s", of[i]->series[k].text);
    return text_close(&out, err);
}

bool sweep_merge_is(const char *path) {
    struct text_reader in;
    struct error unread = {""};
    char *line = NULL;
    if (!text_open(&in, path, &unread)) return false;
    const bool is = text_next(&in, &line, &unread) && line && strncmp(line, "# format: taso-sweep", 20) == 0;
    text_free(&in);
    return is;
}

bool sweep_merge(const char *output, char *const *path, int count, struct error *err) {
    assert(count >= 1);
    struct part *part = MEMORY_NEW(struct part, count);
    bool good = true;
    for (int i = 0; good && i < count; i++) good = part_read(&part[i], path[i], err);
    const struct part **of = MEMORY_NEW(const struct part *, good ? part[0].shard.count : 1);
    good = good && parts_order(of, part, count, err) && parts_write(output, of, part[0].shard.count, err);
    for (int i = 0; i < count; i++) part_free(&part[i]);
    free(part);
    free(of);
    return good;
}

#include "solver/base/flags.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/flags_internal.h"
#include "solver/base/memory.h"
#include "solver/base/output.h"
#include "solver/base/similar.h"
#include "solver/base/text.h"

/* --- the table --- */

const struct flag *flags_find(const struct flags *flags, const char *name, size_t length) {
    for (const struct flag *f = flags->flag; f && f->name; f++)
        if (strlen(f->name) == length && memcmp(f->name, name, length) == 0) return f;
    return NULL;
}

/* The next of the names in a list separated by blanks; NULL: no more. */
static const struct flag *flags_each(const char **list, const struct flags *flags) {
    *list += strspn(*list, " ");
    size_t length = strcspn(*list, " ");
    const struct flag *f = length ? flags_find(flags, *list, length) : NULL;
    assert(f || !length); /* the list names flags of this table only */
    *list += length;
    return f;
}

static size_t flags_bytes_of(enum flag_type type) {
    switch (type) {
    case FLAG_SWITCH: return sizeof(bool);
    case FLAG_TEXT:
    case FLAG_IN:
    case FLAG_OUT:
    case FLAG_FOLDER: return sizeof(const char *);
    case FLAG_INT:
    case FLAG_WORD: return sizeof(int);
    case FLAG_REAL:
    case FLAG_SHARE: return sizeof(double);
    case FLAG_BYTES: return sizeof(int64_t);
    case FLAG_OWN: return 0;
    }
    return 0;
}

static bool flags_check_row(const struct flags *flags, const struct flag *f) {
    if (flags_find(flags, f->name, strlen(f->name)) != f || !f->help) return false; /* names are distinct */
    if (f->field + flags_bytes_of(f->type) > flags->size || (f->type != FLAG_SWITCH && !f->argument)) return false;
    if ((f->type == FLAG_OWN) != (f->take != NULL) || (f->type == FLAG_WORD) != (f->count > 0)) return false;
    if (f->least > f->most || (f->repeats && f->type != FLAG_OWN)) return false;
    for (const char *list = f->not_with; list && *list;)
        if (!flags_each(&list, flags)) return false;
    return !f->needs || strcmp(f->needs, FLAG_OPERAND) == 0 || flags_find(flags, f->needs, strlen(f->needs));
}

bool flags_check(const struct flags *flags) {
    int rows = 0;
    for (const struct flag *f = flags->flag; f && f->name; f++, rows++)
        if (rows == FLAGS_MOST || !flags_check_row(flags, f)) return false;
    return flags->program && flags->operands && flags->summary && flags->help && flags->preset &&
           flags->least_operands <= flags->most_operands && !flags->operands[0] == (flags->most_operands == 0);
}

bool flags_given(const struct flags_line *line, const char *name) {
    const struct flag *f = flags_find(line->flags, name, strlen(name));
    return f && line->seen[f - line->flags->flag];
}

/* --- the words of a command line --- */

static bool flags_unknown(const struct flags *flags, const char *word, struct error *err) {
    char hint[SIMILAR_HINT], name[64];
    if (strcmp(word, "--quiet") == 0) return error_set(err, "--quiet is given twice (expected once)");
    snprintf(name, sizeof name, "%s", word + strspn(word, "-"));
    name[strcspn(name, "=")] = '\0';
    struct similar near;
    similar_init(&near, name);
    for (const struct flag *f = flags->flag; f && f->name; f++) similar_try(&near, f->name);
    similar_try(&near, "quiet");
    similar_try(&near, "help");
    if (flags->version) similar_try(&near, "version");
    return error_set(err, "unknown option %.100s%s; see %s --help", word, similar_hint(hint, &near, "--"),
                     flags->program);
}

/* Takes --quiet, --help and --version out of argv, wherever they are before a `--`. A second --quiet stays, and is
 * refused later. */
static int flags_common(struct flags_line *line, int argc, char **argv) {
    int kept = 0, i = 0;
    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--quiet") == 0 && !line->quiet)
            line->quiet = true;
        else if (strcmp(argv[i], "--help") == 0)
            line->help = true;
        else if (line->flags->version && strcmp(argv[i], "--version") == 0)
            line->version = true;
        else
            argv[kept++] = argv[i];
    }
    for (; i < argc; i++) argv[kept++] = argv[i];
    return kept;
}

/* One flag at argv[*at]; steps over a value that is an argument by itself. */
static bool flags_one(void *given, struct flags_line *line, int argc, char **argv, int *at, struct error *err) {
    const char *name = argv[*at] + 2, *value = strchr(name, '=');
    size_t length = value ? (size_t)(value - name) : strlen(name);
    const struct flag *f = flags_find(line->flags, name, length);
    if (!f) return flags_unknown(line->flags, argv[*at], err);
    if (f->type == FLAG_SWITCH) {
        if (value) return error_set(err, "--%s takes no value", f->name);
    } else if (value) {
        value++;
    } else {
        if (*at + 1 >= argc) return error_set(err, "--%s: %s is missing", f->name, f->argument);
        value = argv[++*at];
    }
    bool *seen = &line->seen[f - line->flags->flag];
    if (*seen && !f->repeats) return error_set(err, "--%s is given twice (expected once)", f->name);
    *seen = true;
    return flags_store(given, f, value, err);
}

static bool flags_walk(void *given, struct flags_line *line, int argc, char **argv, struct error *err) {
    bool only_operands = false;
    for (int i = 0; i < argc; i++) {
        char *word = argv[i];
        assert(line->operands <= i); /* operands move to the front, never over a word that is not yet read */
        if (only_operands || word[0] != '-' || strcmp(word, "-") == 0) {
            argv[line->operands++] = word;
        } else if (strcmp(word, "--") == 0) {
            only_operands = true;
        } else {
            if (strcmp(word, "-o") == 0) argv[i] = "--output";
            if (argv[i][1] != '-' || (argv[i] != word && !flags_find(line->flags, "output", strlen("output"))))
                return flags_unknown(line->flags, word, err);
            if (!flags_one(given, line, argc, argv, &i, err)) return false;
        }
    }
    return true;
}

/* --- what a command line must have --- */

static bool flags_complete(const struct flags_line *line, struct error *err) {
    const struct flags *flags = line->flags;
    for (const struct flag *f = flags->flag; f && f->name; f++)
        if (f->required && !line->seen[f - flags->flag])
            return error_set(err, "--%s %s is missing; see %s --help", f->name, f->argument, flags->program);
    if (line->operands < flags->least_operands)
        return error_set(err, "%s is missing; see %s --help", flags->operands, flags->program);
    if (line->operands > flags->most_operands)
        return error_set(err, "unexpected argument '%.100s' (expected %s%s); see %s --help",
                         line->operand[flags->most_operands], flags->most_operands ? "one " : "options only",
                         flags->operands, flags->program);
    return true;
}

/* A flag without effect is probably a mistake, so it is an error. */
static bool flags_useful(const struct flags_line *line, struct error *err) {
    const struct flags *flags = line->flags;
    for (const struct flag *f = flags->flag; f && f->name; f++) {
        if (!line->seen[f - flags->flag]) continue;
        const struct flag *needs = f->needs ? flags_find(flags, f->needs, strlen(f->needs)) : NULL, *other;
        if (f->needs && !needs && line->operands == 0)
            return error_set(err, "--%s does nothing without %s; see %s --help", f->name, flags->operands,
                             flags->program);
        if (needs && !line->seen[needs - flags->flag])
            return error_set(err, "--%s does nothing without --%s; see %s --help", f->name, f->needs, flags->program);
        for (const char *list = f->not_with; list && (other = flags_each(&list, flags));)
            if (line->seen[other - flags->flag])
                return error_set(err, "--%s does nothing with --%s; see %s --help", f->name, other->name,
                                 flags->program);
    }
    return true;
}

/* Is it a file? "squeezenet1.1" is a name, "mine.net" and "./mine" are not. */
static bool flags_is_file(const char *word) {
    const char *ending = strrchr(word, '.');
    return strchr(word, '/') || (ending && isalpha((unsigned char)ending[1]));
}

bool flags_spare(const void *given, const struct flags_line *line, const char *path, struct error *err) {
    for (const struct flag *f = line->flags->flag; f && f->name; f++) {
        const char *output = f->type == FLAG_OUT ? flags_path(given, f) : NULL;
        if (output && flags_is_file(path) && output_same(output, path))
            return error_set(err, "--%s: %s is read (expected another file)", f->name, output);
    }
    return true;
}

/* The words of a flag that names what is read; one that has commas may also be a single file. */
static bool flags_sources(const void *given, const struct flag *f, const struct flags_line *line, struct error *err) {
    const char *list = *(const char *const *)(const void *)((const char *)given + f->field);
    if (!list) return true;
    char *copy = memory_string(list), *rest = copy, *word;
    bool spared = flags_spare(given, line, list, err);
    while (spared && (word = text_field(&rest, ','))) spared = flags_spare(given, line, word, err);
    free(copy);
    return spared;
}

/* Compares one output with all other files that are read or written. */
static bool flags_alone(const void *given, const struct flag *f, const char *path, const struct flags_line *line,
                        struct error *err) {
    for (const struct flag *g = line->flags->flag; g->name; g++) {
        const char *other = flags_path(given, g);
        if (g == f || !other || !output_same(path, other)) continue;
        return error_set(err, "--%s and --%s name the same file, %s (expected two)", f->name, g->name, path);
    }
    for (int i = 0; i < line->operands; i++)
        if (output_same(path, line->operand[i]))
            return error_set(err, "--%s: %s is read (expected another file)", f->name, path);
    return true;
}

/* Checks before the work, which may take hours, that every output can be written. */
static bool flags_outputs(const void *given, const struct flags_line *line, struct error *err) {
    for (const struct flag *f = line->flags->flag; f && f->name; f++) {
        const char *path = f->type == FLAG_OUT || f->type == FLAG_FOLDER ? flags_path(given, f) : NULL;
        if (f->reads && !flags_sources(given, f, line, err)) return false;
        if (!path) continue;
        if (f->type == FLAG_FOLDER && strcmp(path, "-") == 0)
            return error_set(err, "--%s: cannot write several files to standard output (expected a folder)", f->name);
        if (f->reports && strcmp(path, "-") == 0)
            return error_set(err, "--%s: the results of %s go to standard output (expected a file)", f->name,
                             line->flags->program);
        if (f->type == FLAG_OUT && !(f->existing && output_exists(path)) && !output_check(path, err)) return false;
        if (!flags_alone(given, f, path, line, err)) return false;
    }
    return true;
}

bool flags_parse(void *given, struct flags_line *line, const struct flags *flags, int argc, char **argv,
                 struct error *err) {
    assert(flags_check(flags));
    *line = (struct flags_line){.flags = flags, .operand = argv};
    memcpy(given, flags->preset, flags->size);
    argc = flags_common(line, argc, argv);
    if (line->help || line->version) return true;
    return flags_walk(given, line, argc, argv, err) && flags_complete(line, err) && flags_useful(line, err) &&
           flags_outputs(given, line, err);
}

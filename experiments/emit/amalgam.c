#include "experiments/emit/amalgam.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"

void amalgam_init(struct amalgam *a) {
    a->taken = MEMORY_NEW(bool, amalgam_source_count);
    a->written = MEMORY_NEW(bool, amalgam_source_count);
}

void amalgam_free(struct amalgam *a) {
    free(a->taken);
    free(a->written);
    *a = (struct amalgam){NULL, NULL};
}

static int amalgam_find(const char *path) {
    for (int i = 0; i < amalgam_source_count; i++)
        if (strcmp(amalgam_sources[i].path, path) == 0) return i;
    return -1;
}

bool amalgam_has(const struct amalgam *a, const char *path) {
    int i = amalgam_find(path);
    return i >= 0 && a->taken[i];
}

bool amalgam_need(struct amalgam *a, const char *symbol) {
    for (int i = 0; i < amalgam_symbol_count; i++) {
        const struct amalgam_symbol *s = &amalgam_symbols[i];
        if (!s->defined || strcmp(s->name, symbol) != 0) continue;
        int file = amalgam_find(s->path);
        assert(file >= 0);
        if (a->taken[file]) return true;
        a->taken[file] = true;
        for (int k = 0; k < amalgam_symbol_count; k++) {
            const struct amalgam_symbol *n = &amalgam_symbols[k];
            if (!n->defined && strcmp(n->path, s->path) == 0)
                amalgam_need(a, n->name); /* libm's are defined elsewhere */
        }
        return true;
    }
    return false;
}

/* --- everything static --- */

#define AMALGAM_NAME 64

static bool amalgam_is_symbol(const char *name, size_t length) {
    for (int i = 0; i < amalgam_symbol_count; i++) {
        const struct amalgam_symbol *s = &amalgam_symbols[i];
        if (s->defined && strncmp(s->name, name, length) == 0 && s->name[length] == '\0') return true;
    }
    return false;
}

/* Whether the line declares or defines a symbol at file scope: its last name before a parenthesis, a bracket or a value.
 * In a macro, the name is made there. */
static bool amalgam_declares(const char *line) {
    if (strncmp(line, "    const struct ", 17) == 0 && strstr(line, "##")) return true;
    const char *end = line + strcspn(line, "([=;");
    if (!isalpha((unsigned char)*line) || strncmp(line, "static ", 7) == 0 || *end == '\0') return false;
    while (end > line && end[-1] == ' ') end--;
    const char *name = end;
    while (name > line && (isalnum((unsigned char)name[-1]) || name[-1] == '_')) name--;
    return name > line && amalgam_is_symbol(name, (size_t)(end - name));
}

/* What the files share is internal to the program, so it is static: compilers leave out what is static and not used. */
static void amalgam_line(struct text_writer *out, const char *line) {
    const char *shared = strstr(line, "extern const ");
    if (shared && strstr(line, "[];")) return; /* nothing before its definition may use it, which the compiler checks */
    if (shared)
        text_write(out, "%.*sstatic%s\n", (int)(shared - line), line, shared + strlen("extern"));
    else
        text_write(out, "%s%s\n", amalgam_declares(line) ? "static " : "", line);
}

static void amalgam_lines(struct amalgam *a, struct text_writer *out, int file);

/* Whether the line is `#include "path"` of an embedded file, which is then handled. */
static bool amalgam_include(struct amalgam *a, struct text_writer *out, const char *line) {
    const char *quote = strstr(line, "#include \"");
    char path[128];
    if (!quote) return false;
    snprintf(path, sizeof path, "%s", quote + 10);
    path[strcspn(path, "\"")] = '\0';
    int file = amalgam_find(path);
    assert(file >= 0);
    if (text_ends_with(path, ".h")) {
        if (a->written[file]) return true;
        a->written[file] = true;
    }
    amalgam_lines(a, out, file);
    return true;
}

static void amalgam_lines(struct amalgam *a, struct text_writer *out, int file) {
    for (const char *const *line = amalgam_sources[file].lines; *line; line++)
        if (!amalgam_include(a, out, *line)) amalgam_line(out, *line);
}

/* --- names of one file that are another's too --- */

/* The next name at file scope that is the file's own: a static function, or a constant of an enum without a name. */
struct amalgam_names {
    const char *const *line;
    const char *rest; /* of an enum's line */
};

static bool amalgam_next_name(char name[AMALGAM_NAME], struct amalgam_names *n) {
    for (; *n->line; n->line++, n->rest = NULL) {
        const char *line = n->rest ? n->rest : *n->line, *end = NULL;
        if (n->rest || strncmp(line, "enum { ", 7) == 0) {
            line = n->rest ? line : line + 7;
            end = line + strcspn(line, ", }");
            n->rest = end + strspn(end, ", ");
            if (*n->rest == '}' || *n->rest == '\0' || *n->rest == '=') n->rest = "";
        } else if (strncmp(line, "static ", 7) == 0 && strchr(line, '(')) {
            end = strchr(line, '(');
            while (line < end && strcspn(line, " *") < (size_t)(end - line)) line += strcspn(line, " *") + 1;
        }
        if (!end || end == line || end - line >= AMALGAM_NAME || strncmp(line, "__", 2) == 0) continue;
        snprintf(name, AMALGAM_NAME, "%.*s", (int)(end - line), line);
        if (!n->rest) n->line++;
        return true;
    }
    return false;
}

static bool amalgam_defines(int file, const char *wanted) {
    struct amalgam_names n = {amalgam_sources[file].lines, NULL};
    char name[AMALGAM_NAME];
    while (amalgam_next_name(name, &n))
        if (strcmp(name, wanted) == 0) return true;
    return false;
}

/* Prefixes such names with the file's, or undefines that: a translation unit may have each name once. */
static void amalgam_rename(const struct amalgam *a, struct text_writer *out, int file, bool begin) {
    struct amalgam_names n = {amalgam_sources[file].lines, NULL};
    char name[AMALGAM_NAME], stem[AMALGAM_NAME];
    snprintf(stem, sizeof stem, "%s", strrchr(amalgam_sources[file].path, '/') + 1);
    stem[strcspn(stem, ".")] = '\0';
    while (amalgam_next_name(name, &n)) {
        bool twice = false;
        for (int i = 0; i < amalgam_source_count && !twice; i++)
            twice = i != file && a->taken[i] && amalgam_defines(i, name);
        if (twice && begin) text_write(out, "#define %s %s_%s\n", name, stem, name);
        if (twice && !begin) text_write(out, "#undef %s\n", name);
    }
}

/* Undefines the macros of a .c file, so that the next may use their names. */
static void amalgam_forget(struct text_writer *out, int file) {
    for (const char *const *line = amalgam_sources[file].lines; *line; line++) {
        char name[64];
        if (strncmp(*line, "#define ", 8) != 0) continue;
        snprintf(name, sizeof name, "%s", *line + 8);
        name[strcspn(name, " (")] = '\0';
        text_write(out, "#undef %s\n", name);
    }
}

void amalgam_header_write(struct amalgam *a, struct text_writer *out, const char *path) {
    int file = amalgam_find(path);
    assert(file >= 0);
    if (a->written[file]) return;
    a->written[file] = true;
    amalgam_lines(a, out, file);
}

void amalgam_sources_write(struct amalgam *a, struct text_writer *out) {
    for (int i = 0; i < amalgam_source_count; i++) {
        if (!a->taken[i]) continue;
        text_write(out, "\n/* ---- %s ---- */\n", amalgam_sources[i].path);
        amalgam_rename(a, out, i, true);
        amalgam_lines(a, out, i);
        amalgam_rename(a, out, i, false);
        amalgam_forget(out, i);
    }
}

const char *const *amalgam_lines_of(const char *path) {
    int file = amalgam_find(path);
    return file < 0 ? NULL : amalgam_sources[file].lines;
}

/* mutations.h - every one-token change that a typing error could cause, in the bodies of a C source: `make mutants`
 * draws from these.
 *
 * Comments, strings, preprocessor lines, asserts, declarations of types and everything outside bodies and initialisers
 * are left alone. The caller finds out whether a change compiles, and to different code. Line numbers do not change. */
#ifndef TESTS_TOOLS_MUTATIONS_H
#define TESTS_TOOLS_MUTATIONS_H
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mutation {
    size_t at, length; /* bytes of the text that are replaced */
    long line;         /* from 1 */
    char after[48];
};

struct mutations {
    const char *text;
    size_t length;
    struct mutation *list;
    size_t count, room;
};

enum mutations_place { MUTATIONS_OUTSIDE, MUTATIONS_TYPE, MUTATIONS_TABLE, MUTATIONS_BODY };

struct mutations_token {
    size_t at, length;
    long line;
    char kind; /* a: word, 0: number, otherwise its first character; strings and characters: " */
};

/* --- tokens --- */

static inline bool mutations_is(const struct mutations *m, const struct mutations_token *t, const char *what) {
    return t->length == strlen(what) && memcmp(m->text + t->at, what, t->length) == 0;
}

static inline size_t mutations_quoted(const struct mutations *m, size_t at) { /* its length */
    size_t end = at + 1;
    while (end < m->length && m->text[end] != m->text[at]) end += m->text[end] == '\\' ? 2 : 1;
    return end + 1 - at;
}

static inline size_t mutations_until(const struct mutations *m, size_t at,
                                     const char *stop) { /* the offset after `stop` */
    const char *found = strstr(m->text + at, stop);
    return found ? (size_t)(found - m->text) + strlen(stop) : m->length;
}

/* Past blanks, comments and preprocessor lines. */
static inline size_t mutations_skip(const struct mutations *m, size_t at, bool line_begins) {
    while (at < m->length) {
        const char *s = m->text + at;
        if (*s == '\n')
            line_begins = true, at++;
        else if (isspace((unsigned char)*s))
            at++;
        else if (strncmp(s, "/*", 2) == 0)
            at = mutations_until(m, at + 2, "*/");
        else if (strncmp(s, "//", 2) == 0)
            at = mutations_until(m, at, "\n") - 1;
        else if (*s == '#' && line_begins)
            do at = mutations_until(m, at, "\n");
            while (at < m->length && m->text[at - 2] == '\\');
        else
            break;
    }
    return at;
}

static inline bool mutations_next(const struct mutations *m, struct mutations_token *t) {
    static const char *const longer[] = {"<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==",
                                         "!=",  "&&",  "||",  "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="};
    size_t before = t->at + t->length, at = mutations_skip(m, before, before == 0);
    for (size_t k = before; k < at && k < m->length; k++) t->line += m->text[k] == '\n';
    if (at >= m->length) return false;
    unsigned char c = (unsigned char)m->text[at];
    size_t end = at + 1;
    if (isalpha(c) || c == '_') {
        while (end < m->length && (isalnum((unsigned char)m->text[end]) || m->text[end] == '_')) end++;
        t->kind = 'a';
    } else if (isdigit(c)) {
        while (end < m->length && (isalnum((unsigned char)m->text[end]) || m->text[end] == '.' ||
                                   (strchr("+-", m->text[end]) && strchr("eE", m->text[end - 1]))))
            end++;
        t->kind = '0';
    } else if (c == '"' || c == '\'') {
        end = at + mutations_quoted(m, at);
        t->kind = '"';
    } else {
        t->kind = (char)c;
        for (size_t k = 0; k < sizeof longer / sizeof longer[0]; k++)
            if (strncmp(m->text + at, longer[k], strlen(longer[k])) == 0) {
                end = at + strlen(longer[k]);
                break;
            }
    }
    t->at = at;
    t->length = end - at;
    return true;
}

/* --- changes --- */

static inline void mutations_add(struct mutations *m, size_t at, size_t length, long line, const char *after) {
    if (m->count == m->room) {
        m->room = m->room ? 2 * m->room : 256;
        m->list = realloc(m->list, m->room * sizeof *m->list);
        if (!m->list) exit(2);
    }
    struct mutation *u = &m->list[m->count++];
    *u = (struct mutation){at, length, line, ""};
    snprintf(u->after, sizeof u->after, "%s", after);
}

/* A real number, with the sign of its exponent forgotten or put in; without an exponent: with its point one digit further.
 */
static inline void mutations_real(char *after, size_t room, const char *before) {
    const char *exponent = strchr(before, 'e');
    const int mantissa = exponent ? (int)(exponent - before) + 1 : (int)strlen(before);
    if (!exponent)
        snprintf(after, room, "%se1", before);
    else if (exponent[1] == '-')
        snprintf(after, room, "%.*s%s", mantissa, before, exponent + 2);
    else
        snprintf(after, room, "%.*s-%s", mantissa, before, exponent + 1);
}

static inline void mutations_number(struct mutations *m, const struct mutations_token *t) {
    char text[40], after[48], *end;
    if (t->length >= sizeof text / 2) return;
    snprintf(text, sizeof text, "%.*s", (int)t->length, m->text + t->at);
    long value = strtol(text, &end, 10);
    if (*end == '\0' && (text[0] != '0' || text[1] == '\0')) {
        snprintf(text, sizeof text, "%ld", value + 1);
        mutations_add(m, t->at, t->length, t->line, text);
        snprintf(text, sizeof text, "%ld", value - 1);
        if (value > 0) mutations_add(m, t->at, t->length, t->line, text);
    } else if (strpbrk(text, ".e") && text[1] != 'x') {
        mutations_real(after, sizeof after, text);
        mutations_add(m, t->at, t->length, t->line, after);
    }
}

static const struct mutations_swap {
    const char *before, *after;
    bool both; /* and the other way round */
} mutations_swaps[] = {{"<", "<=", true},        {">", ">=", true},           {"==", "!=", true},
                       {"&&", "||", true},       {"+=", "-=", true},          {"*=", "/=", true},
                       {"++", "--", true},       {"true", "false", true},     {"i", "j", true},
                       {"lower", "upper", true}, {"fmin", "fmax", true},      {"first", "last", true},
                       {"from", "to", true},     {"break", "continue", true}, {"row", "col", true},
                       {"rows", "cols", true},   {"<", ">", false},           {">", "<", false}};

static inline void mutations_swapped(struct mutations *m, const struct mutations_token *t) {
    for (size_t k = 0; k < sizeof mutations_swaps / sizeof mutations_swaps[0]; k++) {
        const struct mutations_swap *s = &mutations_swaps[k];
        if (mutations_is(m, t, s->before)) mutations_add(m, t->at, t->length, t->line, s->after);
        if (s->both && mutations_is(m, t, s->after)) mutations_add(m, t->at, t->length, t->line, s->before);
    }
}

/* Binary operators only: clang-format puts blanks around them, but not around a sign or a pointer's star. */
static inline void mutations_arithmetic(struct mutations *m, const struct mutations_token *t) {
    static const char *const pairs[][2] = {{"+", "-"}, {"-", "+"}, {"*", "/"}, {"/", "*"}, {"%", "/"}};
    bool between =
        t->length == 1 && t->at > 0 && m->text[t->at - 1] == ' ' && isspace((unsigned char)m->text[t->at + 1]);
    for (size_t k = 0; between && k < sizeof pairs / sizeof pairs[0]; k++)
        if (mutations_is(m, t, pairs[k][0])) mutations_add(m, t->at, t->length, t->line, pairs[k][1]);
    if (mutations_is(m, t, "!")) mutations_add(m, t->at, t->length, t->line, "");
}

/* The end of the statement at `at`: its semicolon; 0 if a brace comes first. */
static inline size_t mutations_semicolon(const struct mutations *m, const struct mutations_token *t) {
    struct mutations_token u = *t;
    int depth = 0;
    while (mutations_next(m, &u)) {
        depth += u.kind == '(' || u.kind == '[' || u.kind == '{';
        depth -= u.kind == ')' || u.kind == ']' || u.kind == '}';
        if (depth < 0) return 0;
        if (depth == 0 && u.kind == ';') return u.at;
    }
    return 0;
}

/* Removes a call or an assignment that is a whole statement. */
static inline void mutations_removed(struct mutations *m, const struct mutations_token *t) {
    static const char *const acts[] = {"(", "[", "->", ".", "=", "++", "--", "+=", "-=", "*=", "/=", "|=", "&="};
    static const char *const keywords[] = {"if",     "for",    "while", "switch", "return",
                                           "sizeof", "assert", "case",  "do",     "else"};
    struct mutations_token next = *t;
    size_t end = mutations_semicolon(m, t);
    bool acting = false;
    if (t->kind != 'a' || end == 0 || !mutations_next(m, &next)) return;
    for (size_t k = 0; k < sizeof acts / sizeof acts[0]; k++) acting = acting || mutations_is(m, &next, acts[k]);
    for (size_t k = 0; k < sizeof keywords / sizeof keywords[0]; k++)
        if (mutations_is(m, t, keywords[k])) acting = false;
    if (acting) mutations_add(m, t->at, end - t->at, t->line, "(void)0");
}

static inline void mutations_returned(struct mutations *m, const struct mutations_token *t) {
    struct mutations_token value = *t;
    size_t end = mutations_semicolon(m, t);
    if (!mutations_is(m, t, "return") || end == 0 || !mutations_next(m, &value) || value.at == end) return;
    const char *const answers[] = {"true", "false"};
    for (int k = 0; k < 2; k++) /* true for false is a swap */
        if (!mutations_is(m, &value, "true") && !mutations_is(m, &value, "false"))
            mutations_add(m, value.at, end - value.at, value.line, answers[k]);
}

/* --- the walk --- */

/* What a brace at top level opens, by the text before it. */
static inline enum mutations_place mutations_opened(char before) {
    return before == ')' ? MUTATIONS_BODY : before == '=' ? MUTATIONS_TABLE : MUTATIONS_TYPE;
}

static inline void mutations_of(struct mutations *m, const char *text, size_t length) {
    struct mutations_token t = {0, 0, 1, 0};
    enum mutations_place place = MUTATIONS_OUTSIDE;
    int depth = 0, asserted = 0;
    char before = ';';
    *m = (struct mutations){text, length, NULL, 0, 0};
    for (; mutations_next(m, &t); before = t.kind) {
        if (mutations_is(m, &t, "assert") || mutations_is(m, &t, "_Static_assert"))
            asserted = -1; /* its bracket comes */
        if (asserted != 0) {
            if (t.kind == '(') asserted += asserted < 0 ? 2 : 1;
            if (t.kind == ')') asserted--;
            if (asserted == 0) before = ')';
            continue;
        }
        if (t.kind == '{' && depth++ == 0) place = mutations_opened(before);
        if (t.kind == '}' && --depth == 0) place = MUTATIONS_OUTSIDE;
        if (place < MUTATIONS_TABLE) continue;
        if (t.kind == '0') mutations_number(m, &t);
        mutations_swapped(m, &t);
        mutations_arithmetic(m, &t);
        if (place != MUTATIONS_BODY) continue;
        if (strchr(";{}", before)) mutations_removed(m, &t);
        mutations_returned(m, &t);
    }
}

/* The text with mutation u; newlines that it replaced are kept. The caller frees it. */
static inline char *mutations_apply(const struct mutations *m, const struct mutation *u) {
    char *text = malloc(m->length + u->length + sizeof u->after + 1);
    if (!text) exit(2);
    size_t used = strlen(u->after), rest = u->at + u->length;
    memcpy(text, m->text, u->at);
    memcpy(text + u->at, u->after, used);
    used += u->at;
    for (size_t k = u->at; k < rest; k++)
        if (m->text[k] == '\n') text[used++] = '\n';
    memcpy(text + used, m->text + rest, m->length - rest);
    text[used + m->length - rest] = '\0';
    return text;
}

#endif

#include "formulation/import/textproto.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/text.h"

#define TEXTPROTO_STRING 'a' /* kinds of tokens: a punctuation mark is itself */
#define TEXTPROTO_WORD   'w' /* a name, a number */
#define TEXTPROTO_END    '\0'

struct lexer {
    struct textproto *tree;
    char *text; /* the whole file */
    const char *at;
    uint32_t line;
    char kind;         /* of the current token */
    const char *begin; /* its text */
    size_t length;     /* of a word, or of a string with its quotes */
    uint32_t token_line;
    struct error *err;
};

/* --- the file as one text ---------------------------------------------------------------------------------------- */

static bool lexer_load(struct lexer *x, const char *path) {
    struct text_reader in;
    size_t room = 0, used = 0;
    char *line;
    bool good = text_open(&in, path, x->err);
    if (!good) return false;
    x->text = memory_grow(NULL, &room, 1, 1);
    while ((good = text_next(&in, &line, x->err)) && line) {
        const size_t length = strlen(line);
        if (used + length + 1 > TEXTPROTO_BYTES) {
            good = error_at(x->err, path, in.line,
                            "the file is larger than %d MiB (expected a network in text form, without weights)",
                            TEXTPROTO_BYTES >> 20);
            break;
        }
        x->text = memory_grow(x->text, &room, used + length + 2, 1);
        memory_copy(x->text + used, line, length);
        used += length;
        x->text[used++] = '\n';
    }
    x->text[used] = '\0';
    text_free(&in);
    return good;
}

/* --- tokens ------------------------------------------------------------------------------------------------------ */

static bool word_part(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-' || c == '+' || c == '/';
}

static bool lexer_string(struct lexer *x) {
    const char quote = *x->at, *c = x->at + 1;
    while (*c != quote && *c != '\n' && *c) c += c[0] == '\\' && c[1] && c[1] != '\n' ? 2 : 1;
    if (*c != quote)
        return error_at(x->err, x->tree->path, x->line, "a string does not end in its line (expected %c)", quote);
    x->kind = TEXTPROTO_STRING;
    x->length = (size_t)(c + 1 - x->at);
    x->at = c + 1;
    return true;
}

static bool lexer_next(struct lexer *x) {
    for (;; x->at++) {
        if (*x->at == '#') x->at += strcspn(x->at, "\n");
        if (*x->at == '\n') x->line++;
        if (!*x->at || !strchr(" \t\r\n\v\f", *x->at)) break;
    }
    x->begin = x->at, x->length = 1, x->token_line = x->line;
    if (*x->at == '"' || *x->at == '\'') return lexer_string(x);
    if (word_part(*x->at)) {
        while (word_part(*x->at)) x->at++;
        x->kind = TEXTPROTO_WORD;
        x->length = (size_t)(x->at - x->begin);
        return true;
    }
    x->kind = *x->at;
    if (!x->kind) {
        x->token_line -= x->line > 1; /* the text ends in a newline */
        return true;
    }
    if (!strchr(":{}<>[],;", x->kind))
        return error_at(x->err, x->tree->path, x->line,
                        "unexpected character `%.1s` (expected `name: value` or `name {`)",
                        (unsigned char)x->kind < 128 ? x->at : "?");
    x->at++;
    return true;
}

static bool lexer_unexpected(const struct lexer *x, const char *expected) {
    if (x->kind == TEXTPROTO_END)
        return error_at(x->err, x->tree->path, x->token_line, "the file ends too early (expected %s)", expected);
    return error_at(x->err, x->tree->path, x->token_line, "unexpected `%.*s` (expected %s)",
                    (int)(x->length < 40 ? x->length : 40), x->begin, expected);
}

/* --- the tree ---------------------------------------------------------------------------------------------------- */

static uint32_t tree_text(struct textproto *t, const char *text, size_t length) {
    t->texts = memory_grow(t->texts, &t->text_capacity, t->used + length + 1, 1);
    const size_t at = t->used;
    memory_copy(t->texts + at, text, length);
    t->texts[at + length] = '\0';
    t->used += length + 1;
    return (uint32_t)at;
}

static uint32_t tree_field(struct textproto *t, uint32_t name, uint32_t line) {
    t->field = memory_grow(t->field, &t->field_capacity, t->fields + 1, sizeof *t->field);
    t->field[t->fields] = (struct textproto_field){.name = name, .line = line};
    return (uint32_t)t->fields++;
}

static char escape_of(const char **at) {
    static const char from[] = "abfnrtv\\'\"?", to[] = "\a\b\f\n\r\t\v\\'\"?";
    const char c = **at, *known = strchr(from, c);
    if (c >= '0' && c <= '7') {
        int value = 0;
        for (int i = 0; i < 3 && **at >= '0' && **at <= '7'; i++) value = value * 8 + (*(*at)++ - '0');
        return value ? (char)value : '?'; /* no NUL within a text */
    }
    (*at)++;
    return known ? to[known - from] : c;
}

/* Appends a string token to the text that ends at `used`, over its NUL. */
static void tree_string(struct textproto *t, const char *token, size_t length) {
    const char *end = token + length - 1;
    t->texts = memory_grow(t->texts, &t->text_capacity, t->used + length, 1);
    t->used--;
    for (const char *c = token + 1; c < end;) {
        const bool escaped = *c == '\\';
        c += escaped;
        t->texts[t->used++] = escaped ? escape_of(&c) : *c++;
    }
    t->texts[t->used++] = '\0';
}

/* A word, or strings one after the other. */
static bool tree_value(struct lexer *x, uint32_t field) {
    struct textproto *t = x->tree;
    if (x->kind == TEXTPROTO_WORD) {
        const uint32_t text = tree_text(t, x->begin, x->length);
        t->field[field].value = text;
        return lexer_next(x);
    }
    if (x->kind != TEXTPROTO_STRING) return lexer_unexpected(x, "a value");
    const uint32_t text = tree_text(t, "", 0);
    t->field[field].value = text;
    while (x->kind == TEXTPROTO_STRING) {
        tree_string(t, x->begin, x->length);
        if (!lexer_next(x)) return false;
    }
    return true;
}

static bool tree_message(struct lexer *x, uint32_t of, char end, int depth);

/* What follows a name, up to the end of the field; in a list, up to the end of the item. */
static bool tree_content(struct lexer *x, uint32_t field, bool colon, int depth) {
    const char open = x->kind;
    if (open == '{' || open == '<') {
        if (depth >= TEXTPROTO_DEPTH)
            return error_at(x->err, x->tree->path, x->token_line,
                            "messages are nested too deeply (expected at most %d)", TEXTPROTO_DEPTH);
        return lexer_next(x) && tree_message(x, field, open == '{' ? '}' : '>', depth + 1) && lexer_next(x);
    }
    if (!colon) return lexer_unexpected(x, "`:` or `{`");
    return tree_value(x, field);
}

struct chain { /* where the next field of a message is linked */
    uint32_t of, last;
};

static uint32_t chain_add(struct textproto *t, struct chain *c, uint32_t name, uint32_t line) {
    const uint32_t field = tree_field(t, name, line);
    if (c->last)
        t->field[c->last].next = field;
    else
        t->field[c->of].first = field;
    c->last = field;
    return field;
}

static bool tree_list(struct lexer *x, struct chain *c, uint32_t name, int depth) {
    for (bool more = true; more;) {
        if (!lexer_next(x)) return false;
        if (x->kind == ']') break; /* an empty list, or a comma before the end */
        if (!tree_content(x, chain_add(x->tree, c, name, x->token_line), true, depth)) return false;
        more = x->kind == ',';
    }
    return x->kind == ']' ? lexer_next(x) : lexer_unexpected(x, "`,` or `]`");
}

/* The fields up to `end`, which is not consumed. */
static bool tree_message(struct lexer *x, uint32_t of, char end, int depth) {
    struct chain c = {of, 0};
    assert(of < x->tree->fields && depth <= TEXTPROTO_DEPTH);
    while (x->kind != end) {
        if (x->kind != TEXTPROTO_WORD) {
            const char expected[] = {'a', ' ', 'n', 'a', 'm', 'e', ' ', 'o', 'r', ' ', '`', end ? end : '.', '`', '\0'};
            return lexer_unexpected(x, end ? expected : "a name");
        }
        const uint32_t name = tree_text(x->tree, x->begin, x->length), line = x->token_line;
        if (!lexer_next(x)) return false;
        const bool colon = x->kind == ':';
        if (colon && !lexer_next(x)) return false;
        if (colon && x->kind == '[') {
            if (!tree_list(x, &c, name, depth)) return false;
        } else if (!tree_content(x, chain_add(x->tree, &c, name, line), colon, depth)) {
            return false;
        }
        if ((x->kind == ',' || x->kind == ';') && !lexer_next(x)) return false;
    }
    return true;
}

bool textproto_read(struct textproto *t, const char *path, struct error *err) {
    struct lexer x = {.tree = t, .line = 1, .err = err};
    *t = (struct textproto){.path = memory_string(path)};
    tree_field(t, tree_text(t, "", 0), 0); /* so that 0 is no other text and no other field */
    const uint32_t empty = tree_field(t, 0, 0);
    assert(empty == TEXTPROTO_EMPTY);
    (void)empty;
    bool good = lexer_load(&x, path);
    x.at = x.text;
    good = good && lexer_next(&x) && tree_message(&x, 0, TEXTPROTO_END, 0);
    free(x.text);
    if (!good) textproto_free(t);
    return good;
}

void textproto_free(struct textproto *t) {
    free(t->path);
    free(t->field);
    free(t->texts);
    *t = (struct textproto){0};
}

/* --- looking at it ----------------------------------------------------------------------------------------------- */

const char *textproto_name(const struct textproto *t, uint32_t field) {
    assert(field < t->fields);
    return t->texts + t->field[field].name;
}

const char *textproto_value(const struct textproto *t, uint32_t field) {
    assert(field < t->fields);
    return t->field[field].value ? t->texts + t->field[field].value : NULL;
}

long textproto_line(const struct textproto *t, uint32_t field) {
    assert(field < t->fields);
    return t->field[field].line;
}

uint32_t textproto_first(const struct textproto *t, uint32_t of, const char *name) {
    assert(of < t->fields);
    uint32_t f = t->field[of].first;
    while (f && strcmp(textproto_name(t, f), name) != 0) f = t->field[f].next;
    return f;
}

uint32_t textproto_after(const struct textproto *t, uint32_t last) {
    assert(last && last < t->fields);
    const char *name = textproto_name(t, last);
    uint32_t f = t->field[last].next;
    while (f && strcmp(textproto_name(t, f), name) != 0) f = t->field[f].next;
    return f;
}

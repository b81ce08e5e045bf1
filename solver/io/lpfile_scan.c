/* lpfile_scan.c - an LP file as tokens: section words (at the beginning of a line only), names, numbers, signs,
 * senses. */
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "solver/base/memory.h"
#include "solver/base/similar.h"
#include "solver/io/lpfile.h"
#include "solver/io/lpfile_internal.h"

static bool lpfile_scan_is_name(char c) {
    return isalnum((unsigned char)c) || (c && strchr("!\"#$%&(),.;?@_`'{}~/|", c));
}

/* The rest of the line after `word`, which may have any number of blanks where it has one; NULL: not that word. */
static char *lpfile_scan_past(char *at, const char *word) {
    const char *w = word;
    assert(*w && *w != ' ');
    for (; *w && tolower((unsigned char)*at) == *w; w++, at++)
        if (*w == ' ') at += strspn(at, " \t") - 1;
    if (*w || lpfile_scan_is_name(*at) || *at == '-') return NULL;
    at += strspn(at, " \t");
    bool label = *at == ':' && at[1] != ':';
    if (label && !strchr(word, ' ')) return NULL;
    return at + label; /* "Subject To:" cannot be a label, since it has a blank */
}

/* A section word at the beginning of a line, unless a ':' makes it a label. */
static bool lpfile_scan_word(struct lpfile_reader *r) {
    for (int s = 0; s < LPFILE_SECTIONS; s++)
        for (const char *const *word = lpfile_parts[s].words; *word; word++) {
            char *past = lpfile_scan_past(r->at, *word);
            if (!past) continue;
            r->token.section = (enum lpfile_section)s;
            snprintf(r->token.name, sizeof r->token.name, "%s", *word);
            r->at = past;
            r->token.kind = LPFILE_SECTION;
            return true;
        }
    return false;
}

static bool lpfile_scan_number(struct lpfile_reader *r) {
    char *end;
    r->token.number = strtod(r->at, &end);
    if (r->at[0] == '0' && (r->at[1] == 'x' || r->at[1] == 'X')) { /* C's hexadecimal is here 0 times a name */
        r->token.number = 0;
        end = r->at + 1;
    }
    size_t more = strspn(end, ".0123456789");
    bool exponent = tolower((unsigned char)*end) == 'e' && !lpfile_scan_is_name(end[1]);
    if (more || exponent)
        return lpfile_fail(r, "'%.*s' is not a number (expected digits with at most one point%s)",
                           (int)(end + more + exponent - r->at), r->at, exponent ? ", and digits after e" : "");
    assert(end > r->at && r->token.number >= 0); /* the caller has seen a digit; signs are tokens */
    r->at = end;
    r->token.kind = LPFILE_NUMBER;
    return true;
}

static bool lpfile_scan_name(struct lpfile_reader *r) {
    size_t length = 0;
    bool operation = r->at[0] == '/' || r->at[0] == '|'; /* within a name only */
    while (!operation && lpfile_scan_is_name(r->at[length])) length++;
    if (length == 0 && (r->at[0] == '[' || r->at[0] == '^' || r->at[0] == '*'))
        return lpfile_fail(r, "'%c' belongs to a quadratic part, which is not supported (expected linear terms)",
                           r->at[0]);
    if (length == 0) return lpfile_fail(r, "the character '%c' has no meaning in an LP file of linear rows", r->at[0]);
    if (length >= sizeof r->token.name)
        return lpfile_fail(r, "a name of more than %zu characters", sizeof r->token.name - 1);
    memcpy(r->token.name, r->at, length);
    r->token.name[length] = '\0';
    assert(strlen(r->token.name) == length);
    r->at += length;
    r->token.kind = LPFILE_NAME;
    return true;
}

static bool lpfile_scan_sense(struct lpfile_reader *r) {
    size_t length = strspn(r->at, "<>=");
    assert(length > 0);
    bool two = length == 2 && (r->at[0] == '=' || r->at[1] == '=');
    if (length > 1 && !two) return lpfile_fail(r, "'%.*s' (expected <=, >= or =)", (int)length, r->at);
    r->token.sense = r->at[two && r->at[0] == '='];
    r->at += length;
    r->token.kind = LPFILE_SENSE;
    return true;
}

/* A comment of our own writer. */
static void lpfile_scan_comment(struct lpfile_reader *r) {
    static const char mark[] = "\\ " MODEL_CONSTANT_MARK;
    assert(r->at[0] == '\\');
    if (r->constant_column || strncmp(r->at, mark, sizeof mark - 1) != 0) return;
    r->constant_column = memory_string(r->at + sizeof mark - 1);
}

bool lpfile_scan(struct lpfile_reader *r) {
    assert(r->done <= r->in.line); /* lines ascend */
    r->done = r->in.line;
    bool flush = false;
    for (;;) {
        if (r->at) {
            flush = r->fresh && r->at[0] != ' ' && r->at[0] != '\t';
            r->at += strspn(r->at, " \t");
        }
        if (r->at && *r->at && *r->at != '\\') break;
        if (r->at && *r->at) lpfile_scan_comment(r);
        if (!text_next(&r->in, &r->at, r->err)) return false;
        r->fresh = true;
        r->token.kind = LPFILE_END;
        if (!r->at) return true;
    }
    bool fresh = r->fresh;
    r->fresh = r->token.alone = false;
    if (fresh && lpfile_scan_word(r)) return true;
    char c = r->at[0];
    if (isdigit((unsigned char)c) || (c == '.' && isdigit((unsigned char)r->at[1]))) return lpfile_scan_number(r);
    if (c == '<' || c == '>' || c == '=') return lpfile_scan_sense(r);
    if (c == '-' && r->at[1] == '>') {
        r->token.kind = LPFILE_ARROW;
        r->at += 2;
        return true;
    }
    if (c == '+' || c == '-' || c == ':') {
        r->token.kind = c == ':' ? LPFILE_COLON : LPFILE_SIGN;
        r->token.number = c == '-' ? -1 : 1;
        r->at++;
        if (c == ':' && *r->at == '=') r->at++;
        return true;
    }
    if (!lpfile_scan_name(r)) return false;
    const char *rest = r->at + strspn(r->at, " \t");
    r->token.alone = flush && (*rest == '\0' || *rest == '\\');
    return true;
}

/* Whether the name in hand is a label: ':' follows on its line. */
bool lpfile_scan_label(const struct lpfile_reader *r) {
    return r->token.kind == LPFILE_NAME && r->at && r->at[strspn(r->at, " \t")] == ':';
}

bool lpfile_scan_infinity(const struct lpfile_reader *r) {
    return r->token.kind == LPFILE_NAME &&
           (strcasecmp(r->token.name, "inf") == 0 || strcasecmp(r->token.name, "infinity") == 0);
}

bool lpfile_scan_runs_on(const struct lpfile_reader *r) {
    bool begins = r->token.kind == LPFILE_SIGN || r->token.kind == LPFILE_NUMBER ||
                  (r->token.kind == LPFILE_NAME && !lpfile_scan_label(r));
    if (!begins || r->in.line != r->done) return false;
    assert(r->at);
    const char *next = r->at + strspn(r->at, " \t");
    if (strncasecmp(next, "free", 4) == 0 && !lpfile_scan_is_name(next[4])) return false;
    return !strpbrk(r->at, "<>=") || strcspn(r->at, "\\") < strcspn(r->at, "<>=");
}

bool lpfile_scan_misspelt(struct lpfile_reader *r) {
    char hint[SIMILAR_HINT], *name = r->token.name;
    if (r->token.kind != LPFILE_NAME || !r->token.alone || names_find(&r->cols.names, name) >= 0) return false;
    for (const char *c = name; *c; c++)
        if (!isalpha((unsigned char)*c)) return false;
    if (strlen(name) < 4) return false; /* too short to resemble one more than a column */
    struct similar near;
    similar_init(&near, name);
    for (int s = 0; s < LPFILE_SECTIONS; s++)
        for (const char *const *word = lpfile_parts[s].words; *word; word++) similar_try(&near, *word);
    if (!near.best) return false;
    lpfile_fail(r, "'%.100s' is neither a column nor a section%s", name, similar_hint(hint, &near, ""));
    return true;
}

bool lpfile_is_section_word(const char *name) {
    for (int s = 0; s < LPFILE_SECTIONS; s++)
        for (const char *const *word = lpfile_parts[s].words; *word; word++)
            if (strcasecmp(name, *word) == 0) return true;
    return false;
}

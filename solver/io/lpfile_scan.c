/* lpfile_scan.c - an LP file as tokens: section words (at the beginning of a line only), names, numbers, signs,
 * senses. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "solver/base/memory.h"
#include "solver/io/lpfile.h"
#include "solver/io/lpfile_internal.h"

static const struct {
    const char *word;
    enum lpfile_section section;
} lpfile_words[] = {{"minimize", LPFILE_MINIMIZE},
                    {"minimise", LPFILE_MINIMIZE},
                    {"minimum", LPFILE_MINIMIZE},
                    {"min", LPFILE_MINIMIZE},
                    {"maximize", LPFILE_MAXIMIZE},
                    {"maximise", LPFILE_MAXIMIZE},
                    {"maximum", LPFILE_MAXIMIZE},
                    {"max", LPFILE_MAXIMIZE},
                    {"subject to", LPFILE_ROWS},
                    {"such that", LPFILE_ROWS},
                    {"st", LPFILE_ROWS},
                    {"s.t.", LPFILE_ROWS},
                    {"st.", LPFILE_ROWS},
                    {"bounds", LPFILE_BOUNDS},
                    {"bound", LPFILE_BOUNDS},
                    {"general constraints", LPFILE_REFUSED},
                    {"general", LPFILE_GENERAL},
                    {"generals", LPFILE_GENERAL},
                    {"gen", LPFILE_GENERAL},
                    {"integer", LPFILE_GENERAL},
                    {"integers", LPFILE_GENERAL},
                    {"int", LPFILE_GENERAL},
                    {"binary", LPFILE_BINARY},
                    {"binaries", LPFILE_BINARY},
                    {"bin", LPFILE_BINARY},
                    {"end", LPFILE_STOP},
                    {"semi-continuous", LPFILE_REFUSED},
                    {"semis", LPFILE_REFUSED},
                    {"semi", LPFILE_REFUSED},
                    {"sos", LPFILE_REFUSED},
                    {"sos1", LPFILE_REFUSED},
                    {"sos2", LPFILE_REFUSED},
                    {"lazy constraints", LPFILE_REFUSED},
                    {"user cuts", LPFILE_REFUSED},
                    {"pwlobj", LPFILE_REFUSED}};

enum { LPFILE_WORDS = sizeof lpfile_words / sizeof lpfile_words[0] };

static bool lpfile_scan_is_name(char c) {
    return isalnum((unsigned char)c) || (c && strchr("!\"#$%&(),.;?@_`'{}~/|", c));
}

/* A section word at the beginning of a line, if what follows is not ':'. Blanks inside the words may be of any
 * number. */
static bool lpfile_scan_word(struct lpfile_reader *r) {
    for (int k = 0; k < LPFILE_WORDS; k++) {
        const char *w = lpfile_words[k].word, *at = r->at;
        for (; *w && tolower((unsigned char)*at) == *w; w++, at++)
            if (*w == ' ') at += strspn(at, " \t") - 1;
        if (*w || lpfile_scan_is_name(*at) || *at == '-') continue;
        at += strspn(at, " \t");
        bool label = *at == ':' && at[1] != ':';
        if (label && !strchr(lpfile_words[k].word, ' ')) continue;
        at += label; /* "Subject To:" can be no label, for it has a blank */
        r->token.section = lpfile_words[k].section;
        snprintf(r->token.name, sizeof r->token.name, "%s", lpfile_words[k].word);
        r->at += at - r->at;
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
    r->at = end;
    r->token.kind = LPFILE_NUMBER;
    return true;
}

static bool lpfile_scan_name(struct lpfile_reader *r) {
    size_t length = 0;
    bool operation = r->at[0] == '/' || r->at[0] == '|'; /* within a name only */
    while (!operation && lpfile_scan_is_name(r->at[length])) length++;
    if (length == 0) return lpfile_fail(r, "the character '%c' has no meaning in an LP file of linear rows", r->at[0]);
    if (length >= sizeof r->token.name)
        return lpfile_fail(r, "a name of more than %zu characters", sizeof r->token.name - 1);
    memcpy(r->token.name, r->at, length);
    r->token.name[length] = '\0';
    r->at += length;
    r->token.kind = LPFILE_NAME;
    return true;
}

static bool lpfile_scan_sense(struct lpfile_reader *r) {
    size_t length = strspn(r->at, "<>=");
    bool two = length == 2 && (r->at[0] == '=' || r->at[1] == '=');
    if (length > 1 && !two) return lpfile_fail(r, "'%.*s' (expected <=, >= or =)", (int)length, r->at);
    r->token.sense = r->at[two && r->at[0] == '='];
    r->at += length;
    r->token.kind = LPFILE_SENSE;
    return true;
}

/* What our own writer says in a comment. */
static void lpfile_scan_comment(struct lpfile_reader *r) {
    static const char mark[] = "\\ " MODEL_CONSTANT_MARK;
    if (r->constant_column || strncmp(r->at, mark, sizeof mark - 1) != 0) return;
    r->constant_column = memory_string(r->at + sizeof mark - 1);
}

bool lpfile_scan(struct lpfile_reader *r) {
    r->done = r->in.line;
    for (;;) {
        if (r->at) r->at += strspn(r->at, " \t");
        if (r->at && *r->at && *r->at != '\\') break;
        if (r->at && *r->at) lpfile_scan_comment(r);
        if (!text_next(&r->in, &r->at, r->err)) return false;
        r->fresh = true;
        r->token.kind = LPFILE_END;
        if (!r->at) return true;
    }
    bool fresh = r->fresh;
    r->fresh = false;
    if (fresh && lpfile_scan_word(r)) return true;
    char c = r->at[0];
    if (isdigit((unsigned char)c) || (c == '.' && isdigit((unsigned char)r->at[1]))) return lpfile_scan_number(r);
    if (c == '<' || c == '>' || c == '=') return lpfile_scan_sense(r);
    if (c == '+' || c == '-' || c == ':') {
        r->token.kind = c == ':' ? LPFILE_COLON : LPFILE_SIGN;
        r->token.number = c == '-' ? -1 : 1;
        r->at++;
        if (c == ':' && *r->at == '=') r->at++;
        return true;
    }
    return lpfile_scan_name(r);
}

/* Whether the name in hand is a label, that is followed by ':' on its line. */
bool lpfile_scan_label(const struct lpfile_reader *r) {
    return r->token.kind == LPFILE_NAME && r->at && r->at[strspn(r->at, " \t")] == ':';
}

bool lpfile_scan_infinity(const struct lpfile_reader *r) {
    return r->token.kind == LPFILE_NAME &&
           (strcasecmp(r->token.name, "inf") == 0 || strcasecmp(r->token.name, "infinity") == 0);
}

bool lpfile_is_section_word(const char *name) {
    for (int k = 0; k < LPFILE_WORDS; k++)
        if (strcasecmp(name, lpfile_words[k].word) == 0) return true;
    return false;
}

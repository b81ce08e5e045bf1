/* json.h - a strict reader of JSON (RFC 8259), as an oracle for what the programs print: the whole grammar, no more.
 *
 *     struct json j = {.at = text, .value = on_value, .context = &x};
 *     if (!json_read(&j)) ... j.at is where it stops being JSON
 *
 * `value`, if there is one, gets every string, number and word in order, with the key of the object that it is in (of a
 * list's members, the list's). */
#ifndef TESTS_SUPPORT_JSON_H
#define TESTS_SUPPORT_JSON_H
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define JSON_LONGEST 4096 /* characters of a string */

struct json {
    const char *at;
    void (*value)(void *context, const char *key, bool string, const char *text);
    void *context;
};

static bool json_any(struct json *j, const char *key, int depth);

static void json_blank(struct json *j) {
    j->at += strspn(j->at, " \t\r\n");
}

/* Never past the end of the text. */
static bool json_take(struct json *j, char c) {
    const bool taken = *j->at == c;
    return j->at += taken, taken;
}

/* One escape, as the character itself; of \u, only what is printed here: below U+0080, and U+FFFD. */
static bool json_escape(struct json *j, char *text, size_t *used) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *plain = strchr(from, *j->at);
    unsigned code = 0;
    if (*j->at && plain) {
        text[(*used)++] = to[plain - from];
        return j->at++, true;
    }
    if (!json_take(j, 'u')) return false;
    for (int i = 0; i < 4; i++, j->at++) {
        if (!isxdigit((unsigned char)*j->at)) return false;
        code = 16 * code + (unsigned)(isdigit((unsigned char)*j->at) ? *j->at - '0' : tolower(*j->at) - 'a' + 10);
    }
    if (code == 0xfffd) return memcpy(text + *used, "\xef\xbf\xbd", 3), *used += 3, true;
    text[(*used)++] = (char)code;
    return code < 0x80;
}

static bool json_string(struct json *j, char text[JSON_LONGEST]) {
    size_t used = 0;
    if (!json_take(j, '"')) return false;
    while (*j->at != '"') {
        if ((unsigned char)*j->at < 0x20 || used + 4 >= JSON_LONGEST) return false;
        if (*j->at != '\\')
            text[used++] = *j->at++;
        else if (j->at++, !json_escape(j, text, &used))
            return false;
    }
    text[used] = '\0';
    return j->at++, true;
}

static bool json_digits(struct json *j) {
    const size_t count = strspn(j->at, "0123456789");
    return j->at += count, count > 0;
}

static bool json_number(struct json *j) {
    json_take(j, '-');
    if (!json_take(j, '0') && !json_digits(j)) return false;
    if (json_take(j, '.') && !json_digits(j)) return false;
    if (*j->at != 'e' && *j->at != 'E') return true;
    j->at++;
    if (*j->at == '+' || *j->at == '-') j->at++;
    return json_digits(j);
}

static bool json_members(struct json *j, const char *list, char end, int depth) {
    char key[JSON_LONGEST];
    j->at++;
    json_blank(j);
    if (json_take(j, end)) return true;
    for (;;) {
        json_blank(j);
        if (end == '}') {
            if (!json_string(j, key)) return false;
            json_blank(j);
            if (!json_take(j, ':')) return false;
        }
        if (!json_any(j, end == '}' ? key : list, depth + 1)) return false;
        if (json_take(j, end)) return true;
        if (!json_take(j, ',')) return false;
    }
}

static bool json_any(struct json *j, const char *key, int depth) {
    static const char *const words[] = {"true", "false", "null"};
    char text[JSON_LONGEST];
    bool good = depth < 16, string = false;
    json_blank(j);
    const char *from = j->at;
    if (!good) return false;
    if (*from == '{' || *from == '[') {
        good = json_members(j, key, *from == '{' ? '}' : ']', depth);
        return json_blank(j), good;
    }
    if (*from == '"') {
        string = good = json_string(j, text);
    } else if (isalpha((unsigned char)*from)) {
        good = false;
        for (int i = 0; i < 3 && !good; i++)
            if (strncmp(from, words[i], strlen(words[i])) == 0) good = true, j->at += strlen(words[i]);
    } else {
        good = json_number(j);
    }
    if (good && !string) snprintf(text, sizeof text, "%.*s", (int)(j->at - from), from);
    if (good && j->value) j->value(j->context, key, string, text);
    json_blank(j);
    return good;
}

/* One value and nothing else; j->at: the end, or where it is not JSON. */
static inline bool json_read(struct json *j) {
    return json_any(j, "", 0) && *j->at == '\0';
}

#endif

/* keys.h - what a command found, as `key: value` lines or, with --json, as one JSON object (RFC 8259), on standard
 * output.
 *
 *     keys_begin(&k, json);
 *     keys_text(&k, "network", n->name);       network: alexnet            {"network": "alexnet",
 *     keys_number(&k, "macs", 665784864);      macs: 665784864              "macs": 665784864,
 *     keys_line(&k, "floor", "step %s", ...);  floor: step conv1            (left out: it is for reading)
 *     keys_open(&k, "floor", '{');             (left out, up to its close)  "floor": {"bytes": ...
 *     keys_number(&k, "bytes", ...);
 *     keys_close(&k);                                                       }
 *     keys_end(&k);                                                        }
 *
 * Lists have brackets, '[', and members without a key (NULL). Strings must be UTF-8. */
#ifndef EXPERIMENTS_COMMANDS_KEYS_H
#define EXPERIMENTS_COMMANDS_KEYS_H
#include <stdbool.h>
#include <stdint.h>

#define KEYS_DEEP 8

struct keys {
    bool json;
    int depth;
    char closes[KEYS_DEEP]; /* [depth] the brackets that are open */
    int members[KEYS_DEEP]; /* written so far, of each */
};

void keys_begin(struct keys *k, bool json);
void keys_text(struct keys *k, const char *key, const char *value);
void keys_number(struct keys *k, const char *key, int64_t value);
void keys_yes(struct keys *k, const char *key, bool value); /* yes or no; true or false */
/* A line for reading only. */
void keys_line(struct keys *k, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* An object '{' or a list '[', in JSON only. */
void keys_open(struct keys *k, const char *key, char bracket);
void keys_close(struct keys *k);
void keys_end(struct keys *k);

#endif

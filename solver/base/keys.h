/* keys.h - what a program found, as `key: value` lines and tables or, with --json, as one JSON object (RFC 8259), on
 * standard output.
 *
 *     keys_begin(&k, json);
 *     keys_text(&k, "network", n->name);       network: alexnet            {"network": "alexnet",
 *     keys_number(&k, "macs", 665784864);      macs: 665784864              "macs": 665784864,
 *     keys_missing(&k, "bound", "nan");        bound: nan                   "bound": null,
 *     keys_line(&k, "floor", "step %s", ...);  floor: step conv1            (left out: it is for reading)
 *     keys_open(&k, "floor", '{');             (left out, up to its close)  "floor": {"bytes": ...
 *     keys_number(&k, "bytes", ...);
 *     keys_close(&k);                                                       },
 *     keys_table(&k, "layers", "layer\tns");   layer   ns                   "layers": [
 *     keys_row(&k);
 *     keys_text(&k, NULL, "conv1");
 *     keys_number(&k, NULL, 7);
 *     keys_row_end(&k);                        conv1   7                     {"layer": "conv1", "ns": 7}
 *     keys_table_end(&k);                                                   ]
 *     keys_end(&k);                                                        }
 *
 * The members of lists and the cells of a row have no key (NULL): a cell's is its column. Bytes that are not UTF-8,
 * which names of files may hold, are U+FFFD in JSON, and numbers that are not finite are null. */
#ifndef SOLVER_BASE_KEYS_H
#define SOLVER_BASE_KEYS_H
#include <stdbool.h>
#include <stdint.h>

#include "solver/base/text.h"

#define KEYS_DEEP 8

/* A row of a command line's table of flags; not_with: flags with which nothing is printed, or NULL. */
#define KEYS_FLAG(type, field, without)                                                                                \
    { "json", FLAG_SWITCH, offsetof(type, field), "", "print the results as one JSON object", .not_with = (without) }

struct keys {
    bool json;
    bool comment;           /* of text: each key is a comment, `# key: value`; the caller sets it */
    struct text_writer *to; /* NULL: standard output */
    int depth;
    char closes[KEYS_DEEP]; /* [depth] the brackets that are open */
    int members[KEYS_DEEP]; /* written so far, of each */
    const char *columns;    /* of the table that is open, separated by tabs; NULL: no table is */
    const char *column;     /* within columns: that of the next cell; NULL: none */
};

void keys_begin(struct keys *k, bool json);
void keys_begin_file(struct keys *k, struct text_writer *to); /* as text, to a file that stays the caller's */
void keys_text(struct keys *k, const char *key, const char *value);
void keys_number(struct keys *k, const char *key, int64_t value);
/* printf's conversion f, e or g, with so many digits. */
void keys_real(struct keys *k, const char *key, double value, char conversion, int digits);
void keys_yes(struct keys *k, const char *key, bool value);            /* yes or no; true or false */
void keys_missing(struct keys *k, const char *key, const char *value); /* a word in place of a number; null */
/* A line for reading only. */
void keys_line(struct keys *k, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* An object '{' or a list '[', in JSON only. */
void keys_open(struct keys *k, const char *key, char bracket);
void keys_close(struct keys *k);
/* A table: a line of column names, and one line per row; in JSON a list of objects. `columns` is kept, not copied. Text
 * has an empty line before it if it is not the first. */
void keys_table(struct keys *k, const char *key, const char *columns);
void keys_row(struct keys *k);
void keys_row_end(struct keys *k); /* every column has its cell */
void keys_table_end(struct keys *k);
void keys_end(struct keys *k);
/* A string of JSON, as above, that the caller frees; `<` is \u003c, so that the text may stand within HTML. */
char *keys_quote(const char *text, size_t length);

#endif

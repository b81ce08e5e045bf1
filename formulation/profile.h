/* profile.h - measured (or published) costs: the PROFILE file (formulation/FORMATS.md) and its look-up.
 *
 * TSV, provenance lines `# key: value` first (the first is `# format: taso-profile 2`), then the header
 *     kind scenario name from to median_ns min_ns spread_ns runs workspace_bytes weights_bytes
 *   kind conv     scenario in kernels/scenario.h's form, name a primitive, from/to its layouts
 *   kind convert  scenario C,H,W, name `convert`
 *   kind layer    scenario in kernels/operator.h's form, name the operator, from = to
 *   kind strip    scenario of a convolution or layer, @ and the rows of a call; name, from and to as there, from = to:
 *                 the time of all calls together
 *   kind move     scenario the bytes moved within the arena, name `move`, from = to
 * and, last, `# rows: N`: a truncated file is noticed (format 1 had no such line, and is refused). Rows are sorted by
 * (kind, scenario, name, from, to) as bytes; nan for missing (spread of a single run; unknown bytes). The reader checks
 * every field: unknown primitives, layouts that are not the primitive's, negative or missing times, rows given twice.
 * It takes rows in any order. The digest is that of the text that profile_write writes: compression does not matter. */
#ifndef FORMULATION_PROFILE_H
#define FORMULATION_PROFILE_H
#include <stdint.h>

#include "formulation/notes.h"
#include "kernels/operator.h"
#include "kernels/primitive.h"
#include "solver/base/error.h"

/* In the order of their names. */
enum profile_kind { PROFILE_CONV, PROFILE_CONVERT, PROFILE_LAYER, PROFILE_MOVE, PROFILE_STRIP };
#define PROFILE_KINDS   5
#define PROFILE_MOVED   ((int64_t)1 << 20) /* bytes of the move that is measured */
#define PROFILE_MISSING (-1)

struct profile_row {
    enum profile_kind kind;
    char *scenario, *name;
    enum layout from, to;
    int64_t median_ns, min_ns, spread_ns; /* spread: interquartile range; PROFILE_MISSING: nan */
    int64_t runs;
    int64_t workspace_bytes, weights_bytes; /* PROFILE_MISSING: nan */
    long line;
};

struct profile_strings; /* the rows' texts, many sharing one copy */

struct profile {
    char *path;         /* as read or written; "memory" before that */
    char *digest;       /* 16 hex digits of the content (FNV-1a 64): named in plans */
    struct notes notes; /* provenance */
    int rows;
    struct profile_row *row; /* sorted */
    size_t capacity;
    struct profile_strings *strings;
};

#define PROFILE_NS_MOST    ((int64_t)100000000000000) /* 10^14 ns, so that no network's sum overflows */
#define PROFILE_BYTES_MOST ((int64_t)1 << 50)

struct profile *profile_new(void);
struct profile *profile_read(const char *path, struct error *err);
bool profile_write(struct profile *p, const char *path, struct error *err); /* sorts */
void profile_free(struct profile *p);
void profile_add(struct profile *p, const struct profile_row *row); /* copies the strings */
/* After the last profile_add and before any look-up: sorts and makes the digest. false: a row is given twice (named).
 * Reading and writing include it. */
bool profile_sort(struct profile *p, struct error *err);

/* Rows [first, last) of a kind and scenario, names sorted; a convolution without rows is looked up with P `same`
 * (groups and dilation 1). false: not covered. */
bool profile_rows(int *first, int *last, const struct profile *p, enum profile_kind kind, const char *scenario);
const struct profile_row *profile_find(const struct profile *p, enum profile_kind kind, const char *scenario,
                                       const char *name, enum layout from, enum layout to);

#endif

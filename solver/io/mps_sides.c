/* mps_sides.c - sections RHS and RANGES, of which the first set counts. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/base/memory.h"
#include "solver/base/numbers.h"
#include "solver/io/mps_internal.h"

/* Whether the line belongs to the first set of its section; *good is false if the warning is an error. */
bool mps_sides_first_set(struct mps_reader *r, enum mps_set set, const char *name, bool *good) {
    static const char *const sections[MPS_SETS] = {"RHS", "RANGES", "BOUNDS"};
    assert(set < MPS_SETS && name);
    *good = true;
    if (!r->sets.name[set]) r->sets.name[set] = memory_string(name);
    if (strcmp(r->sets.name[set], name) == 0) return true;
    if (!r->sets.warned[set])
        *good = mps_warn(r, r->line, "%s has a second set '%.100s'; only the first, '%.100s', is used", sections[set],
                         name, r->sets.name[set]);
    r->sets.warned[set] = true;
    return false;
}

/* The constant of the objective is minus its right-hand side, as CPLEX has it. */
static bool mps_sides_objective(struct mps_reader *r, const struct mps_row *at, const char *row, const char *text) {
    assert(at->number == MPS_OBJECTIVE);
    if (fabs(at->rhs) >= MODEL_INFINITY)
        return mps_fail(r, "objective constant %.40s (expected a finite number)", text);
    r->model->offset = at->rhs == 0 ? 0 : -at->rhs;
    if (at->rhs == 0) return true;
    return mps_warn(r, r->line,
                    "a right-hand side of the objective '%.100s', whose sign readers disagree on; the constant is "
                    "taken to be %g",
                    row, r->model->offset);
}

static bool mps_sides_one(struct mps_reader *r, bool ranges, const char *row, const char *text) {
    long double value;
    int k = names_find(&r->rows.names, row);
    if (k < 0) return mps_layout_fail(r, "the name of a row", row);
    if (!numbers_read_long(&value, text)) return mps_layout_fail(r, "a number", text);
    struct mps_row *at = &r->rows.row[k];
    assert((size_t)k < r->rows.count && at->number < r->model->rows);
    long *line = ranges ? &at->range_line : &at->rhs_line;
    if (*line)
        return mps_fail(r, "%s of row '%.100s' is given twice, first on line %ld",
                        ranges ? "the range" : "the right-hand side", row, *line);
    *line = r->line;
    if (ranges) at->range = value;
    if (!ranges && !numbers_read(&at->rhs, text)) return mps_layout_fail(r, "a number", text);
    return ranges || at->number != MPS_OBJECTIVE || mps_sides_objective(r, at, row, text);
}

/* A set's name, which may be missing, then pairs of row and number. */
static bool mps_sides_line(struct mps_reader *r, bool ranges, char **field, int count) {
    count = mps_fields_comment(r, field, count, 1);
    if (count < 2 || count > 5) {
        r->layout_trouble = true;
        return mps_fail(r, "%d fields (expected pairs of row and number)", count);
    }
    bool good;
    const char *set = count % 2 ? *field++ : "";
    if (!mps_sides_first_set(r, ranges ? MPS_SET_RANGES : MPS_SET_RHS, set, &good)) return good;
    return mps_sides_one(r, ranges, field[0], field[1]) && (count < 4 || mps_sides_one(r, ranges, field[2], field[3]));
}

bool mps_sides_rhs(struct mps_reader *r, char **field, int count) {
    return mps_sides_line(r, false, field, count);
}

bool mps_sides_ranges(struct mps_reader *r, char **field, int count) {
    return mps_sides_line(r, true, field, count);
}

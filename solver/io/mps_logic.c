/* mps_logic.c - sections SOS, SOS1, SOS2 and INDICATORS. */
#include <assert.h>
#include <string.h>

#include "solver/base/numbers.h"
#include "solver/io/mps_internal.h"
#include "solver/model/logic.h"

static bool mps_logic_fields(struct mps_reader *r, int count, const char *expected) {
    r->layout_trouble = true;
    return mps_fail(r, "%d fields (expected %s)", count, expected);
}

/* [SOS] [NAME] [PRIORITY] after the type of a set; its name is the last field that is not a number. */
static void mps_logic_set(struct mps_reader *r, int type, char **field, int count) {
    double ignored;
    int last = count - 1;
    if (last > 0 && numbers_read(&ignored, field[last])) last--;
    logic_add_set(r->logic, last >= 0 ? field[last] : NULL, type);
}

/* [SOS] COLUMN [WEIGHT]; without weights the order is that of the file. */
static bool mps_logic_member(struct mps_reader *r, char **field, int count) {
    double weight = (double)r->logic->members;
    int at = count > 1 && names_find(&r->cols.names, field[1]) >= 0 ? 1 : 0, j = names_find(&r->cols.names, field[at]);
    if (j < 0) return mps_layout_fail(r, "the name of a column", field[at]);
    if (count > at + 2) return mps_logic_fields(r, count, "column and weight");
    if (count == at + 2 && !mps_fields_number(r, &weight, field[at + 1])) return false;
    logic_add_member(r->logic, j, weight);
    return true;
}

/* Fields of fixed form may be empty. */
static int mps_logic_fill(char **field, int count) {
    int kept = 0;
    for (int k = 0; k < count; k++)
        if (field[k][0]) field[kept++] = field[k];
    return kept;
}

/* S1 or S2 begins a set; other lines are its columns. */
static bool mps_logic_sos(struct mps_reader *r, char **field, int count, int preset) {
    count = mps_logic_fill(field, count);
    assert(count > 0); /* a line without fields is skipped */
    bool one = strcmp(field[0], "S1") == 0, two = strcmp(field[0], "S2") == 0;
    if (one || two) return mps_logic_set(r, one ? 1 : 2, field + 1, count - 1), true;
    if (preset && names_find(&r->cols.names, field[count > 1]) < 0 && names_find(&r->cols.names, field[0]) < 0)
        return mps_logic_set(r, preset, field, count), true;
    if (r->logic->sets == 0) return mps_fail(r, "'%.100s' before the first set (expected S1 or S2)", field[0]);
    return mps_logic_member(r, field, count);
}

bool mps_logic_sets(struct mps_reader *r, char **field, int count) {
    return mps_logic_sos(r, field, count, 0);
}

bool mps_logic_sets_1(struct mps_reader *r, char **field, int count) {
    return mps_logic_sos(r, field, count, 1);
}

bool mps_logic_sets_2(struct mps_reader *r, char **field, int count) {
    return mps_logic_sos(r, field, count, 2);
}

/* IF ROW COLUMN VALUE */
bool mps_logic_indicator(struct mps_reader *r, char **field, int count) {
    double value;
    if (count != 4) return mps_logic_fields(r, count, "IF, row, column and 0 or 1");
    if (strcmp(field[0], "IF") != 0) return mps_layout_fail(r, "IF", field[0]);
    int k = names_find(&r->rows.names, field[1]), j = names_find(&r->cols.names, field[2]);
    if (k < 0) return mps_layout_fail(r, "the name of a row", field[1]);
    if (j < 0) return mps_layout_fail(r, "the name of a column", field[2]);
    if (!mps_fields_number(r, &value, field[3])) return false;
    if (value != 0 && value != 1) return mps_fail(r, "expected 0 or 1, got '%.100s'", field[3]);
    if (r->rows.row[k].number < 0) return mps_fail(r, "row '%.100s' is an N row (expected one with a side)", field[1]);
    logic_add_indicator(r->logic, r->rows.row[k].number, j, value == 1);
    return true;
}

/* mps_fields.c - a line of an MPS file cut into fields, at blanks or at the columns of fixed form. */
#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "solver/base/numbers.h"
#include "solver/io/mps_internal.h"

enum { MPS_LONGEST = 159 /* longest name that cbc and clp read */ };

/* A name of free MPS: no blanks or control characters, no '$' or '*' in front (a comment), not the marker's. */
bool mps_name_usable(const char *n) {
    if (!n[0] || n[0] == '$' || n[0] == '*' || strlen(n) > MPS_LONGEST || strcmp(n, "'MARKER'") == 0) return false;
    for (const char *c = n; *c; c++)
        if (*c == ' ' || iscntrl((unsigned char)*c)) return false;
    return true;
}

int mps_fields_free(char *line, char **field) {
    int count = 0;
    char *at = line;
    for (;;) {
        at += strspn(at, " \t");
        if (*at == '\0') return count;
        if (count == MPS_FIELDS) return MPS_FIELDS + 1;
        field[count++] = at;
        at += strcspn(at, " \t");
        if (*at) *at++ = '\0';
    }
}

/* Columns 2-3, 5-12, 15-22, 25-36, 40-47, 50-61, counted from 1, tabs to multiples of 8; the first field may be empty,
 * and is then left out unless `with_type`. */
int mps_fields_fixed(struct mps_reader *r, const char *line, bool with_type, char **field) {
    static const int from[6] = {1, 4, 14, 24, 39, 49}, to[6] = {3, 12, 22, 36, 47, 200};
    char wide[1024];
    int width = 0, count = 0;
    for (; *line && width < 250; line++) {
        if (*line != '\t') wide[width++] = *line;
        while (*line == '\t' && (wide[width++] = ' ', width % 8 != 0)) continue;
    }
    assert(width < (int)sizeof wide);
    for (int k = with_type ? 0 : 1; k < 6; k++) {
        int first = from[k], last = to[k] < width ? to[k] : width;
        while (first < last && wide[first] == ' ') first++;
        while (last > first && wide[last - 1] == ' ') last--;
        int length = last > first ? last - first : 0;
        assert(length < (int)sizeof r->text.fixed[k] && (length == 0 || first + length <= width));
        memcpy(r->text.fixed[k], wide + (length ? first : 0), (size_t)length);
        r->text.fixed[k][length] = '\0';
        field[count++] = r->text.fixed[k];
        for (int gap = to[k]; k < 5 && gap < from[k + 1] && gap < width; gap++)
            if (wide[gap] != ' ') return MPS_FIELDS + 1;
    }
    while (count > 0 && field[count - 1][0] == '\0') count--;
    assert(count <= 6);
    return count;
}

/* A '$' that begins field 3 or 5 makes the rest a comment, unless a row has that name. */
int mps_fields_comment(const struct mps_reader *r, char **field, int count, int first) {
    assert(first >= 0 && count <= MPS_FIELDS);
    for (int k = first; k < count; k += 2)
        if (field[k][0] == '$' && names_find(&r->rows.names, field[k]) < 0) return k;
    return count;
}

bool mps_fields_number(struct mps_reader *r, double *value, const char *text) {
    if (numbers_read(value, text)) return true;
    return mps_layout_fail(r, "a number", text);
}

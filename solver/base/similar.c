#include "solver/base/similar.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SIMILAR_LONGEST = 48 };

static int least(int a, int b) {
    return a < b ? a : b;
}

/* Letters to insert, drop, replace or swap with their neighbour (Damerau 1964, restricted); case does not count. */
static int similar_distance(const char *a, const char *b) {
    int row[3][SIMILAR_LONGEST + 1], n = (int)strlen(a), m = (int)strlen(b);
    assert(n <= SIMILAR_LONGEST && m <= SIMILAR_LONGEST);
    for (int j = 0; j <= m; j++) row[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) && y == tolower((unsigned char)a[i - 2]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    assert(row[n % 3][m] >= 0 && row[n % 3][m] <= (n > m ? n : m));
    return row[n % 3][m];
}

/* A third of the letters may be wrong, at most three; so nothing resembles a word of two letters. */
struct similar similar_begin(const char *word) {
    int length = (int)strlen(word);
    return (struct similar){word, NULL, length > SIMILAR_LONGEST ? 0 : least(length / 3, 3) + 1};
}

void similar_try(struct similar *s, const char *candidate) {
    if (s->distance == 0 || strlen(candidate) > SIMILAR_LONGEST) return;
    size_t length = strlen(s->word);
    bool begun = length > 2 && strncmp(s->word, candidate, length) == 0; /* cut short */
    int distance = begun ? 1 : similar_distance(s->word, candidate);
    if (distance >= s->distance) return;
    s->distance = distance;
    s->best = candidate;
}

const char *similar_hint(char hint[SIMILAR_HINT], const struct similar *s, const char *before) {
    hint[0] = '\0';
    if (s->best) snprintf(hint, SIMILAR_HINT, " (did you mean %s%s?)", before, s->best);
    return hint;
}

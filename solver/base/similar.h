/* similar.h - "did you mean": the candidate that is nearest to a word that is none of them. */
#ifndef SOLVER_BASE_SIMILAR_H
#define SOLVER_BASE_SIMILAR_H
#include <stddef.h>

#define SIMILAR_HINT 96

struct similar {
    const char *word, *best;
    int distance; /* of best; larger ones are of no use */
};

struct similar similar_begin(const char *word);
void similar_try(struct similar *s, const char *candidate);
/* " (did you mean X?)", or "" where nothing is near. `before` stands before X, as "--". */
const char *similar_hint(char hint[SIMILAR_HINT], const struct similar *s, const char *before);

#endif

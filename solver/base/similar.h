/* similar.h - "did you mean": the candidate nearest to a misspelt word. */
#ifndef SOLVER_BASE_SIMILAR_H
#define SOLVER_BASE_SIMILAR_H
#include <stddef.h>

#define SIMILAR_HINT 96

struct similar {
    const char *word, *best;
    int distance; /* of best; larger distances are ignored */
};

void similar_init(struct similar *s, const char *word); /* `word` must outlive it */
void similar_try(struct similar *s, const char *candidate);
/* " (did you mean X?)", or "" if nothing is near. `before` is printed before X, e.g. "--". */
const char *similar_hint(char hint[SIMILAR_HINT], const struct similar *s, const char *before);

#endif

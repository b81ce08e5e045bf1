/* notes.h - provenance of a file: lines `# key: value`, in the order in which they were first given. Profiles and plans
 * have them. A struct that is all zero has no notes. */
#ifndef FORMULATION_NOTES_H
#define FORMULATION_NOTES_H

struct notes {
    int count;
    char **key, **value; /* [count]; no control characters: a note stays on its line and in its cell */
};

void notes_set(struct notes *n, const char *key, const char *value); /* adds or replaces; copies both */
const char *notes_get(const struct notes *n, const char *key);       /* NULL: there is no such note */
void notes_free(struct notes *n);

#endif

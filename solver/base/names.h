/* names.h - from names to numbers: a hash table over strings owned by the caller. */
#ifndef SOLVER_BASE_NAMES_H
#define SOLVER_BASE_NAMES_H
#include <stddef.h>
#include <stdint.h>

struct names {
    struct names_slot {
        const char *name; /* NULL: free */
        uint64_t hash;
        int number;
    } * slots;
    size_t room, count; /* room is a power of 2, at least twice count; 0 at first */
};

/* The number of `name`, or -1. */
int names_find(const struct names *t, const char *name);
/* Enters `name`, which must stay where it is; returns -1, or the number it already has (nothing changes then). */
int names_add(struct names *t, const char *name, int number);
void names_free(struct names *t);

#endif

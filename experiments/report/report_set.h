/* report_set.h - texts that grow, and sets of texts that are numbered in the order in which they come. */
#ifndef EXPERIMENTS_REPORT_REPORT_SET_H
#define EXPERIMENTS_REPORT_REPORT_SET_H
#include <stddef.h>

#include "solver/base/names.h"

struct report_text {
    char *text; /* "" at first */
    size_t length, room;
};

void report_text_init(struct report_text *t);
void report_text_add(struct report_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void report_text_put(struct report_text *t, const char *text); /* as it is */
void report_text_free(struct report_text *t);

/* All zero: empty. */
struct report_set {
    int count;
    char **text; /* [count] copies */
    size_t room;
    struct names index;
};

int report_set_add(struct report_set *s, const char *text); /* its number, whether or not it was there */
void report_set_free(struct report_set *s);

#endif

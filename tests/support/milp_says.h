/* milp_says.h - runs the command milp on small models and looks at what it prints. */
#ifndef TESTS_SUPPORT_MILP_SAYS_H
#define TESTS_SUPPORT_MILP_SAYS_H
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/harness.h"

#define MILP_SAYS_KNAPSACK /* its optimum is 15 */                                                                     \
    "Maximize\n obj: 5 a + 4 b + 3 c\nSubject To\n r: 2 a + 3 b + c <= 5\n s: 4 a + b + 2 c <= 11\n"                   \
    "Bounds\n a <= 9\nGeneral\n a b c\nEnd\n"
#define MILP_SAYS_EMPTY "Minimize\n x\nSubject To\n r: x >= 3\n s: x <= 2\nEnd\n"
#define MILP_SAYS_OPEN  "Maximize\n x\nSubject To\n r: x - y <= 3\nEnd\n"

static struct harness_output milp_says_last; /* of the last milp_says_run */

/* %s in `format` is the path. Returns the exit status. */
static inline int milp_says_run(const char *format, const char *path) {
    char arguments[2048];
    snprintf(arguments, sizeof arguments, format, path);
    harness_command(&milp_says_last, "milp", arguments);
    return milp_says_last.status;
}

static inline bool milp_says(const char *text) {
    return strstr(milp_says_last.out, text) != NULL;
}

#endif

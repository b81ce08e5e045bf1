/* failing.h - calls that can fail, made to fail one after the other: allocation, files, compression, methods.
 *
 * In a test program that is linked with failing.o and $(FAILING) (Makefile), every such call in our own code goes
 * through here; calls inside system libraries do not. After failing_arm, calls of that kind are counted, and call
 * number `nth` fails as it would on a real machine (NULL, EOF or a short count, with errno).
 *
 *     failing_arm(FAILING_FILES, 3);  good = plan_write(...);  failing_disarm(&seen);
 *     seen.failed: there was a third call, seen.name is its function; seen.blocks_left: allocated meanwhile, not freed
 *
 * FAILING_FENCED makes nothing fail: each block ends at an inaccessible page, so that reading or writing one item
 * beyond it crashes, even without a sanitizer. */
#ifndef TESTS_SUPPORT_FAILING_H
#define TESTS_SUPPORT_FAILING_H
#include <stdbool.h>

enum failing_kind {
    FAILING_NOTHING, /* blocks and files are still counted */
    FAILING_MEMORY,  /* malloc, calloc, realloc, aligned_alloc */
    FAILING_FILES,   /* opening, reading, writing, closing (of what was written), renaming */
    FAILING_METHODS, /* methods_run: the nth and all later ones, since one method may replace another */
    FAILING_FENCED
};

struct failing_seen {
    long calls;       /* of the kind that was armed */
    bool failed;      /* at least nth of them were made */
    const char *name; /* the one that failed; "" if none did */
    long blocks_left, files_left;
};

void failing_arm(enum failing_kind kind, long nth);
void failing_disarm(struct failing_seen *seen);

#endif

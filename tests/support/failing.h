/* failing.h - calls that can fail, made to fail one after the other: allocation, files, compression, whole methods.
 *
 * A test program that is linked with failing.o and $(FAILING_WRAPS) (Makefile) has every such call of the program's own
 * code pass through here; the system's libraries are left alone. Nothing happens until failing_arm: then calls of that
 * kind are counted, and number `nth` fails as the machine would fail it (NULL, EOF or a short count, with errno).
 *
 *     failing_arm(FAILING_FILES, 3);  good = plan_write(...);  failing_disarm(&seen);
 *     seen.failed: there was a third call, seen.name says which; seen.blocks_left: allocated meanwhile and not freed
 *
 * FAILING_FENCED makes nothing fail: each block ends where a page ends that may not be touched, so that reading or
 * writing one item beyond it is a crash, without any sanitizer. */
#ifndef TESTS_SUPPORT_FAILING_H
#define TESTS_SUPPORT_FAILING_H
#include <stdbool.h>

enum failing_kind {
    FAILING_NOTHING, /* blocks and files are counted all the same */
    FAILING_MEMORY,  /* malloc, calloc, realloc, aligned_alloc */
    FAILING_FILES,   /* opening, reading, writing, closing (of what was written), renaming */
    FAILING_METHODS, /* methods_run: from the nth on all of them, since one may stand in for another */
    FAILING_FENCED
};

struct failing_seen {
    long calls;       /* of the kind that was armed */
    bool failed;      /* there were nth of them */
    const char *name; /* which one failed; "" if none did */
    long blocks_left, files_left;
};

void failing_arm(enum failing_kind kind, long nth);
void failing_disarm(struct failing_seen *seen);

#endif

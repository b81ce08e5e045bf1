/* hold.h - an assertion for inner loops: each ck_assert writes a message to the parent process, which takes
 * microseconds. */
#ifndef TESTS_SUPPORT_HOLD_H
#define TESTS_SUPPORT_HOLD_H
#include "tests/support/harness.h"

#define HOLDS(condition) ((condition) ? (void)0 : ck_abort_msg("does not hold: %s", #condition))

#endif

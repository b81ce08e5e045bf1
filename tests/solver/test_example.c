/* The example program, compiled as it is: its main is called and its output checked. */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/harness.h"

int example_main(void);

#define main example_main
#include "tests/solver/example_milp.c"
#undef main

START_TEST(the_example_packs_the_stove_and_the_tent) {
    char text[256] = "";
    const char *path = harness_scratch("example.out", NULL);
    fflush(stdout);
    int kept = dup(1);
    ck_assert_ptr_nonnull(freopen(path, "w", stdout));
    int status = example_main();
    fflush(stdout);
    dup2(kept, 1);
    close(kept);
    harness_read(text, sizeof text, path);
    harness_forget(path);
    ck_assert_int_eq(status, 0);
    ck_assert_str_eq(text, "optimal, worth 220\nstove\ntent\n");
}
END_TEST

int main(void) {
    Suite *s = suite_create("example");
    TCase *t = tcase_create("example");
    tcase_add_test(t, the_example_packs_the_stove_and_the_tent);
    suite_add_tcase(s, t);
    return harness_run(s);
}

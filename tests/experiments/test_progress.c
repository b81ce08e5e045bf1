/* What progress says to standard error, and that nothing of it is said if it is to be quiet. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "experiments/measure/progress.h"
#include "tests/support/harness.h"

/* Standard error is a file meanwhile, so no line of progress is due. */
static void said(char *text, size_t room, bool quiet) {
    const char *path = harness_scratch("said", "");
    ck_assert_ptr_nonnull(freopen(path, "w", stderr));
    progress_quiet(quiet);
    progress_begin();
    progress_show(1, 2, "half");
    progress_at(0.5, 60, "half");
    progress_say("%d of %d", 3, 4);
    fflush(stderr);
    harness_read(text, room, path);
    harness_forget(path);
}

START_TEST(a_remark_is_a_line_unless_quiet) {
    char text[256];
    said(text, sizeof text, false);
    ck_assert_str_eq(text, "3 of 4\n");
    said(text, sizeof text, true);
    ck_assert_str_eq(text, "");
    said(text, sizeof text, false);
    ck_assert_str_eq(text, "3 of 4\n");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("progress");
    TCase *c = tcase_create("progress");
    tcase_add_test(c, a_remark_is_a_line_unless_quiet);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

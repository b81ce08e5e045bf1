/* taso arena: buffers from a file, answers in one place for people and exit status for scripts. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/arena_file.h"
#include "tests/support/arena_buffers.h"
#include "tests/support/harness.h"

static struct harness_output o;

static void arena(const char *text, const char *flags) {
    char arguments[512];
    snprintf(arguments, sizeof arguments, "arena %s %s", harness_scratch("buffers.csv", text), flags);
    harness_command(&o, "taso", arguments);
}

/* --- what is refused, where, and why
 * --------------------------------------------------------------------------------------------- */

static const struct {
    const char *text, *says;
} wrong[] = {
    {"", "buffers.csv: the file is empty (expected a header line, id,lower,upper,size)"},
    {"id,lower,upper,size\n", "buffers.csv: there are no buffers"},
    {"id,lower,upper\n", "buffers.csv:1: column `size` is missing (expected id,lower,upper,size)"},
    {"id,lower,upper,size,id\n", "buffers.csv:1: column `id` is there twice"},
    {"id,lower,upper,bytes\n", "buffers.csv:1: unknown column `bytes` (expected id, lower, upper, size"},
    {"0,0,3,4\n", "buffers.csv:1: unknown column `0`"},
    {"id,lower,upper,size\na,0,3\n", "buffers.csv:2: 3 fields (expected 4, as in the header)"},
    {"id,lower,upper,size\na,0,3,4\n\n", "buffers.csv:3: 1 fields (expected 4, as in the header)"},
    {"id,lower,upper,size\na,0,3,4,5\n", "buffers.csv:2: 5 fields"},
    {"id,lower,upper,size\na,0,3,4\nb,1,2,3\na,5,6,1\n", "buffers.csv:4: id `a` is there twice (expected unique ids)"},
    {"id,lower,upper,size\n,0,3,4\n", "buffers.csv:2: a buffer without an id"},
    {"id,lower,upper,size\na,3,3,4\n", "buffers.csv:2: upper is 3 (expected more than lower, 3"},
    {"id,lower,upper,size\na,-1,3,4\n", "buffers.csv:2: lower is `-1` (expected a whole number from 0 to"},
    {"id,lower,upper,size\na,0,3,4.5\n", "buffers.csv:2: size is `4.5` (expected a whole number from 0 to"},
    {"id,lower,upper,size\na,0,3,-4\n", "buffers.csv:2: size is `-4`"},
    {"id,lower,upper,size\na,0,3,1099511627777\n", "buffers.csv:2: size is `1099511627777`"},
    {"id,lower,upper,size\na,0,9007199254740993,1\n", "buffers.csv:2: upper is `9007199254740993`"},
    {"id,lower,upper,size,alignment\na,0,3,4,3\n", "buffers.csv:2: alignment is 3 (expected a power of 2)"},
    {"id,lower,upper,size,alignment\na,0,3,4,0\n", "buffers.csv:2: alignment is `0`"},
};

START_TEST(a_wrong_file_is_one_line_with_its_place_and_status_2) {
    arena(wrong[_i].text, "");
    ck_assert_int_eq(o.status, 2);
    ck_assert_str_eq(o.out, "");
    ck_assert_msg(strstr(o.err, wrong[_i].says), "no '%s' in: %s", wrong[_i].says, o.err);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
}
END_TEST

/* --- answers
 * --------------------------------------------------------------------------------------------------------------------
 */

#define TWO  "id,lower,upper,size\na,0,3,4\nb,2,9,5\nc,3,9,4\n"
#define GAP  "id,lower,upper,size\na,0,1,8\nb,0,3,1\nc,1,2,6\nd,1,5,2\ne,2,6,5\nf,2,3,1\ng,3,5,2\nh,5,6,4\n"
#define WIDE "id,lower,upper,size,alignment\na,0,2,5,4\nb,0,2,5,4\n"

static const struct {
    const char *text, *flags;
    int status;
    const char *says;
} asked[] = {
    {TWO, "", 0, "buffers: 3\nbound-bytes: 9\nsize-bytes: 9\noptimal: yes\nseconds: "},
    {TWO, "--capacity 9", 0, "size-bytes: 9\noptimal: yes\n"},
    {TWO, "--capacity 8", 3, "bound-bytes: 9\nsize-bytes: 9\noptimal: yes\n"},
    {TWO, "--capacity 0", 3, "size-bytes: 9\n"},
    {TWO, "--capacity 1K", 0, "size-bytes: 9\n"},
    {GAP, "", 0, "bound-bytes: 10\nsize-bytes: 10\noptimal: yes\n"},
    {GAP, "--capacity 9", 3, "bound-bytes: 10\nsize-bytes: 10\noptimal: yes\n"},
    {GAP, "--capacity 10", 0, "size-bytes: 10\n"},
    {WIDE, "", 0, "bound-bytes: 13\nsize-bytes: 13\noptimal: yes\n"},
    {WIDE, "--capacity 12", 3, "bound-bytes: 13\n"},
    {"size,upper,id,lower\r\n4, 3 ,a,0\r\n5,9,b,2\r\n", "", 0, "buffers: 2\nbound-bytes: 9\nsize-bytes: 9\n"},
    {"id,lower,upper,size\nx,4,9,0\n", "", 0, "bound-bytes: 0\nsize-bytes: 0\noptimal: yes\n"},
    {"id,lower,upper,size\nx,4000000000000,9000000000000,1099511627776\n", "", 0, "size-bytes: 1099511627776\n"},
};

START_TEST(answers_are_keys_and_an_exit_status) {
    arena(asked[_i].text, asked[_i].flags);
    ck_assert_str_eq(o.err, "");
    ck_assert_msg(o.status == asked[_i].status, "status %d, not %d: %s", o.status, asked[_i].status, o.out);
    ck_assert_msg(strstr(o.out, asked[_i].says), "no '%s' in: %s", asked[_i].says, o.out);
}
END_TEST

static char *text_of(const char *path) {
    static char text[4096];
    harness_read(text, sizeof text, path);
    return text;
}

START_TEST(offsets_are_written_in_the_order_of_the_file_and_read_again) {
    char folder[256], line[1024];
    snprintf(folder, sizeof folder, "%s", harness_folder());
    harness_put(folder, "wide.csv", WIDE);
    snprintf(line, sizeof line, "arena %s/wide.csv -o %s/out.csv --capacity 12", folder, folder);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 3); /* the best is written nevertheless */
    snprintf(line, sizeof line, "%s/out.csv", folder);
    const char *text = text_of(line);
    ck_assert_msg(strcmp(text, "id,lower,upper,size,alignment,offset\na,0,2,5,4,0\nb,0,2,5,4,8\n") == 0 ||
                      strcmp(text, "id,lower,upper,size,alignment,offset\na,0,2,5,4,8\nb,0,2,5,4,0\n") == 0,
                  "%s", text);
    snprintf(line, sizeof line, "arena %s/out.csv", folder);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 0);
    harness_remove_folder(folder);
}
END_TEST

/* A rectangle that no quick search puts together: few steps, many buffers. */
static const char *hard_file(void) {
    static struct arena_buffer b[400];
    static char text[32768];
    struct random r = {3};
    arena_buffers_cut(b, 400, 12, 1 << 30, &r);
    char *at = text + sprintf(text, "id,lower,upper,size\n");
    for (int i = 0; i < 400; i++)
        at += sprintf(at, "%d,%d,%d,%lld\n", i, b[i].first, b[i].last + 1, (long long)b[i].bytes);
    return text;
}

static const struct {
    const char *flags;
    int signal;
} stopping[] = {{"--capacity 1G --time-limit 1", 0}, {"--time-limit none", SIGINT}};

START_TEST(a_search_that_is_stopped_prints_and_writes_the_best_so_far) {
    char folder[HARNESS_FOLDER], line[2048];
    snprintf(folder, sizeof folder, "%s", harness_folder());
    harness_put(folder, "hard.csv", hard_file());
    snprintf(line, sizeof line, "exec %s arena %s/hard.csv %s -o %s/out.csv", harness_program("taso"), folder,
             stopping[_i].flags, folder);
    harness_signalled(&o, line, stopping[_i].signal, 1);
    ck_assert_msg(o.status == 1, "status %d: %s%s", o.status, o.out, o.err);
    ck_assert_msg(strstr(o.out, "optimal: no\n"), "%s", o.out);
    struct error err = {""};
    snprintf(line, sizeof line, "%s/out.csv", folder);
    struct arena_file *f = arena_file_read(line, &err);
    ck_assert_msg(f && f->buffers == 400, "%s", err.text);
    arena_file_free(f);
    harness_remove_folder(folder);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("arena file");
    TCase *c = tcase_create("arena file");
    tcase_add_loop_test(c, a_wrong_file_is_one_line_with_its_place_and_status_2, 0,
                        (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_loop_test(c, answers_are_keys_and_an_exit_status, 0, (int)(sizeof asked / sizeof asked[0]));
    tcase_add_test(c, offsets_are_written_in_the_order_of_the_file_and_read_again);
    tcase_add_loop_test(c, a_search_that_is_stopped_prints_and_writes_the_best_so_far, 0, 2);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

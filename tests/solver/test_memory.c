/* Memory that grows keeps its contents; a failed allocation ends the process with status 2 and one line. */
#include "tests/support/harness.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "solver/base/memory.h"
#include "solver/base/random.h"

START_TEST(new_memory_is_zero_and_may_have_no_bytes) {
    for (size_t count = 0; count < 300; count += 7) {
        unsigned char *p = memory_new(count, 3);
        ck_assert_ptr_nonnull(p);
        for (size_t k = 0; k < 3 * count; k++) ck_assert(p[k] == 0);
        free(p);
    }
    void *empty = memory_resize(NULL, 0, 8);
    ck_assert_ptr_nonnull(empty);
    free(empty);
}
END_TEST

START_TEST(a_growing_array_keeps_what_is_in_it_and_seldom_moves) {
    struct random r = {1};
    for (int round = 0; round < 20; round++) {
        uint64_t *array = NULL;
        size_t room = 0, count = 0, grown = 0;
        while (count < 5000) {
            size_t more = (size_t)random_int(&r, 1, round < 10 ? 1 : 200), before = room;
            array = memory_grow(array, &room, count + more, sizeof *array);
            ck_assert_uint_ge(room, count + more);
            grown += room != before;
            ck_assert(room == before || (room & (room - 1)) == 0);
            for (size_t k = 0; k < more; k++, count++) array[count] = count * 0x9e3779b97f4a7c15u;
        }
        ck_assert_uint_le(grown, 12);
        size_t wrong = 0;
        for (size_t k = 0; k < count; k++) wrong += array[k] != k * 0x9e3779b97f4a7c15u;
        ck_assert_uint_eq(wrong, 0);
        uint64_t *same = memory_grow(array, &room, room, sizeof *array);
        ck_assert_ptr_eq(same, array);
        free(array);
    }
}
END_TEST

START_TEST(resizing_keeps_the_common_part) {
    unsigned char *p = memory_new(100, 1);
    for (int k = 0; k < 100; k++) p[k] = (unsigned char)(k * 3);
    p = memory_resize(p, 1000, 10);
    for (int k = 0; k < 100; k++) ck_assert_int_eq(p[k], (unsigned char)(k * 3));
    p = memory_resize(p, 10, 1);
    for (int k = 0; k < 10; k++) ck_assert_int_eq(p[k], (unsigned char)(k * 3));
    free(p);
}
END_TEST

START_TEST(aligned_memory_is_aligned_and_can_be_written) {
    static const size_t sizes[] = {0, 1, 63, 64, 65, 4097, 3u << 20};
    for (size_t alignment = 16; alignment <= 4096; alignment *= 4)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            unsigned char *p = memory_aligned(sizes[k], alignment);
            ck_assert_uint_eq((uintptr_t)p % alignment, 0);
            if (sizes[k]) memset(p, 0x5a, sizes[k]);
            free(p);
        }
}
END_TEST

START_TEST(a_string_is_copied_with_its_end) {
    char text[] = "abc";
    char *copy = memory_string(text), *empty = memory_string("");
    text[0] = 'x';
    ck_assert_str_eq(copy, "abc");
    ck_assert_str_eq(empty, "");
    free(copy);
    free(empty);
}
END_TEST

/* --- what cannot be had: sizes whose product does not fit --- */

static void *ask_resize(void) {
    return memory_resize(NULL, SIZE_MAX / 4, 8);
}
static void *ask_grow(void) {
    size_t room = 0;
    return memory_grow(NULL, &room, SIZE_MAX - 5, 1);
}
static void *ask_grow_wide(void) {
    size_t room = 0;
    return memory_grow(NULL, &room, SIZE_MAX / 16, 64);
}
#ifndef __SANITIZE_ADDRESS__ /* which does not let calloc fail, but ends the process itself */
static void *ask_new(void) {
    return memory_new(SIZE_MAX / 4, 8);
}
#endif
static void *ask_aligned(void) {
    return memory_aligned(SIZE_MAX - 10, 64); /* not even a multiple of 64 is left above */
}

START_TEST(memory_that_cannot_be_allocated_ends_the_process_with_status_2) {
    static void *(*const ask[])(void) = {ask_resize, ask_grow, ask_grow_wide, ask_aligned,
#ifndef __SANITIZE_ADDRESS__
                                         ask_new
#endif
    };
    for (size_t k = 0; k < sizeof ask / sizeof *ask; k++) {
        int ends[2], status;
        char said[512];
        ck_assert_int_eq(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            dup2(ends[1], STDERR_FILENO);
            close(ends[0]);
            void *p = ask[k]();
            _exit(p != NULL);
        }
        close(ends[1]);
        ssize_t length = 0, part;
        while ((part = read(ends[0], said + length, sizeof said - 1 - (size_t)length)) > 0) length += part;
        said[length] = '\0';
        close(ends[0]);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 2, "case %zu: status %d, said '%s'", k, status, said);
        ck_assert_msg(strchr(said, '\n') == said + length - 1, "case %zu: '%s'", k, said);
        ck_assert_ptr_nonnull(strstr(said, "out of memory"));
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("memory");
    TCase *t = tcase_create("memory");
    tcase_add_test(t, new_memory_is_zero_and_may_have_no_bytes);
    tcase_add_test(t, a_growing_array_keeps_what_is_in_it_and_seldom_moves);
    tcase_add_test(t, resizing_keeps_the_common_part);
    tcase_add_test(t, aligned_memory_is_aligned_and_can_be_written);
    tcase_add_test(t, a_string_is_copied_with_its_end);
    tcase_add_test(t, memory_that_cannot_be_allocated_ends_the_process_with_status_2);
    suite_add_tcase(s, t);
    return harness_run(s);
}

/* check.h - the part of Check (libcheck) that the kernels' tests use, for cross-compiled tests, where libcheck is not
 * available (make check-arm). Tests run one after the other in one process: the first failure is printed and ends the
 * program with status 1. CK_RUN_CASE=NAME runs one case, as in Check. */
#ifndef TESTS_CROSS_CHECK_H
#define TESTS_CROSS_CHECK_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void TTest(int _i);
#define START_TEST(name) static void name(int _i __attribute__((unused)))
#define END_TEST

/* --- suites --- */

enum { CHECK_TESTS = 64, CHECK_CASES = 16 };

typedef struct TCase {
    const char *name;
    struct {
        TTest *run;
        const char *name;
        int first, end;
    } test[CHECK_TESTS];
    int tests;
} TCase;
typedef struct Suite {
    const char *name;
    TCase *of[CHECK_CASES];
    int cases, runs;
} Suite, SRunner;
enum print_output { CK_ENV };

static inline void *check_room(size_t bytes) {
    void *room = calloc(1, bytes);
    if (!room) fputs("out of memory\n", stderr), exit(1);
    return room;
}
static inline Suite *suite_create(const char *name) {
    Suite *s = check_room(sizeof *s);
    s->name = name;
    return s;
}
static inline TCase *tcase_create(const char *name) {
    TCase *c = check_room(sizeof *c);
    c->name = name;
    return c;
}
static inline void suite_add_tcase(Suite *s, TCase *c) {
    if (s->cases == CHECK_CASES) fputs("too many cases\n", stderr), exit(1);
    s->of[s->cases++] = c;
}
static inline void check_add(TCase *c, TTest *run, const char *name, int first, int end) {
    if (c->tests == CHECK_TESTS) fputs("too many tests\n", stderr), exit(1);
    c->test[c->tests].run = run, c->test[c->tests].name = name;
    c->test[c->tests].first = first, c->test[c->tests++].end = end;
}
#define tcase_add_test(c, t)                  check_add(c, t, #t, 0, 1)
#define tcase_add_loop_test(c, t, first, end) check_add(c, t, #t, first, end)

static inline SRunner *srunner_create(Suite *s) {
    return s;
}
static inline void srunner_run_all(SRunner *r, enum print_output print) {
    const char *wanted = getenv("CK_RUN_CASE");
    (void)print;
    for (int i = 0; i < r->cases; i++) {
        TCase *c = r->of[i];
        if (wanted && wanted[0] && strcmp(wanted, c->name) != 0) continue;
        for (int t = 0; t < c->tests; t++)
            for (int k = c->test[t].first; k < c->test[t].end; k++, r->runs++) c->test[t].run(k);
    }
    printf("%s: %d checks passed\n", r->name, r->runs);
}
static inline int srunner_ntests_run(SRunner *r) {
    return r->runs;
}
static inline int srunner_ntests_failed(SRunner *r) { /* a failure does not come back */
    (void)r;
    return 0;
}
static inline void srunner_free(SRunner *r) {
    for (int i = 0; i < r->cases; i++) free(r->of[i]);
    free(r);
}

/* --- assertions --- */

#define ck_abort_msg(...)                                                                                              \
    (fflush(stdout), fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, __func__), fprintf(stderr, __VA_ARGS__),       \
     fputs("\n", stderr), exit(1))
#define ck_assert_msg(holds, ...) ((holds) ? (void)0 : ck_abort_msg(__VA_ARGS__))
#define ck_assert(holds)          ck_assert_msg(holds, "%s", #holds)

#define check_compare(type, format, a, op, b)                                                                          \
    do {                                                                                                               \
        type check_a = (a), check_b = (b);                                                                             \
        ck_assert_msg(check_a op check_b, "%s " #op " %s: " format ", " format, #a, #b, check_a, check_b);             \
    } while (0)
#define ck_assert_int_eq(a, b)   check_compare(long long, "%lld", a, ==, b)
#define ck_assert_int_ge(a, b)   check_compare(long long, "%lld", a, >=, b)
#define ck_assert_int_gt(a, b)   check_compare(long long, "%lld", a, >, b)
#define ck_assert_uint_eq(a, b)  check_compare(unsigned long long, "%llu", a, ==, b)
#define ck_assert_uint_gt(a, b)  check_compare(unsigned long long, "%llu", a, >, b)
#define ck_assert_float_eq(a, b) ck_assert_msg((a) == (b), "%s == %s: %g, %g", #a, #b, (double)(a), (double)(b))
#define ck_assert_mem_eq(a, b, n)                                                                                      \
    ck_assert_msg(memcmp(a, b, n) == 0, "%s == %s: not in all %zu bytes", #a, #b, (size_t)(n))
#define ck_assert_ptr_eq(a, b)   ck_assert((const void *)(a) == (const void *)(b))
#define ck_assert_ptr_null(a)    ck_assert((a) == NULL)
#define ck_assert_ptr_nonnull(a) ck_assert((a) != NULL)
#define ck_assert_str_eq(a, b)   ck_assert_msg(strcmp(a, b) == 0, "%s == %s: %s, %s", #a, #b, a, b)

#endif

/* What every primitive promises of random scenarios, under every instruction set: whether it applies, its bytes of
 * workspace for several threads, of stored weights and of stack, and the rows at a time. That the bytes suffice and are used is
 * test_primitives' business; here a digest of all of them is held, so that none changes unnoticed. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "kernels/isa.h"
#include "kernels/primitive.h"
#include "solver/base/random.h"
#include "tests/support/harness.h"

enum { SCENARIOS = 1500 };

/* The digests are those of today: a failure prints what to put here after a deliberate change. */
static const struct {
    const char *name;
    int stride, dilation, groups; /* largest */
    bool across;                  /* strides and dilations may differ down and across */
    uint64_t digest;
} kinds[] = {{"plain", 1, 1, 1, false, UINT64_C(0x3a5126c08c2b56f9)},
             {"strided", 4, 1, 1, false, UINT64_C(0xe7f51e1bf6866609)},
             {"dilated", 2, 3, 1, false, UINT64_C(0x4821ecda61e090e8)},
             {"grouped", 2, 1, 8, false, UINT64_C(0x19796780633ceb35)},
             {"different down and across", 3, 2, 2, true, UINT64_C(0xde5fd1a344eec4e5)}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static int one_of(struct random *r, const int *of, int count) {
    return of[random_int(r, 0, count - 1)];
}

static struct scenario scenario_of(struct random *r, int kind) {
    static const int channels[] = {1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 64, 100},
                     kernel[] = {1, 1, 2, 3, 3, 3, 5, 5, 7, 11}, size[] = {1, 2, 5, 7, 9, 14, 17, 28, 33, 56};
    const int groups = random_int(r, 1, kinds[kind].groups), K = one_of(r, kernel, 10);
    struct scenario s = {.C = groups * one_of(r, channels, 13),
                         .H = one_of(r, size, 10),
                         .W = one_of(r, size, 10),
                         .M = groups * one_of(r, channels, 13),
                         .KH = K,
                         .KW = random_int(r, 0, 4) ? K : one_of(r, kernel, 10),
                         .stride = random_int(r, 1, kinds[kind].stride),
                         .dilation = random_int(r, 1, kinds[kind].dilation),
                         .groups = groups};
    const int all = random_int(r, 0, K);
    s.pad = (struct padding){all, all, all, all};
    if (random_int(r, 0, 4) == 0)
        s.pad = (struct padding){random_int(r, 0, K), random_int(r, 0, K), random_int(r, 0, K), random_int(r, 0, K)};
    if (kinds[kind].across)
        scenario_across(&s, random_int(r, 1, kinds[kind].stride), random_int(r, 1, kinds[kind].dilation));
    return s;
}

static void add(uint64_t *digest, uint64_t value) {
    *digest = (*digest ^ value) * UINT64_C(0x100000001b3);
    *digest ^= *digest >> 29;
}

static void add_promises(uint64_t *digest, const struct scenario *s) {
    for (int i = 0; i < primitive_count; i++) {
        const struct primitive *p = &primitives[i];
        const bool applies = primitive_applies(p, s);
        add(digest, applies);
        if (!applies) continue;
        add(digest, primitive_workspace(p, s, 1));
        add(digest, primitive_workspace(p, s, 3));
        add(digest, primitive_weights(p, s));
        add(digest, primitive_stack(p));
        add(digest, (uint64_t)primitive_row_step(p, s));
    }
}

START_TEST(no_promise_changes_unnoticed) {
    struct random r = {(uint64_t)_i + 1};
    uint64_t digest = 0xcbf29ce484222325;
    const enum isa before = isa_current();
    for (int n = 0; n < SCENARIOS;) {
        const struct scenario s = scenario_of(&r, _i);
        if (scenario_check(&s)) continue;
        isa_assume((enum isa)(n++ % ISAS));
        add_promises(&digest, &s);
    }
    isa_assume(before);
    ck_assert_msg(digest == kinds[_i].digest, "%s: 0x%016llx", kinds[_i].name, (unsigned long long)digest);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("promises");
    TCase *c = tcase_create("promises");
    tcase_add_loop_test(c, no_promise_changes_unnoticed, 0, KINDS);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

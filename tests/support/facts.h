/* facts.h - the convolutions of a network next to the published ones, number by number. */
#ifndef TESTS_SUPPORT_FACTS_H
#define TESTS_SUPPORT_FACTS_H
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "formulation/network.h"
#include "solver/base/text.h"
#include "tests/support/harness.h"

/* layer c h w m oh ow kh kw sh sw ph pw dilation groups macs */
static inline void convolution_equals_fact(const struct layer *l, char *line, const char *path) {
    const struct scenario *s = &l->scenario;
    const long long have[] = {s->C,       s->H,        s->W,        s->M,      l->out.H,
                              l->out.W,   s->KH,       s->KW,       s->stride, scenario_stride_w(s),
                              s->pad.top, s->pad.left, s->dilation, s->groups, scenario_macs(s)};
    char *rest = line, *field = text_field(&rest, '\t');
    ck_assert_str_eq(l->name, field);
    ck_assert(s->pad.bottom == s->pad.top && s->pad.right == s->pad.left);
    for (int i = 0; i < 15; i++) {
        long long want;
        field = text_field(&rest, '\t');
        ck_assert(field && text_int64(&want, field));
        ck_assert_msg(want == have[i], "%s: %s: number %d is %lld, published %lld", path, l->name, i + 1, have[i],
                      want);
    }
}

/* facts: a file of the shared data, without folder and ending. Returns how many convolutions were compared; -1: the data
 * are not here. */
static inline int facts_compare(const struct network *n, const char *facts) {
    char relative[128], path[512], *line;
    snprintf(relative, sizeof relative, "models/facts/%s.tsv", facts);
    const char *found = harness_data(relative);
    if (!found) return -1;
    snprintf(path, sizeof path, "%s", found);
    struct error err = {""};
    struct text_reader in;
    ck_assert(text_open(&in, path, &err));
    int at = 0, checked = 0;
    while (text_next(&in, &line, &err) && line) {
        if (line[0] == '#' || strncmp(line, "layer\t", 6) == 0) continue;
        while (at < n->layers && n->layer[at].kind != LAYER_CONV) at++;
        ck_assert_int_lt(at, n->layers);
        convolution_equals_fact(&n->layer[at++], line, path);
        checked++;
    }
    ck_assert_str_eq(err.text, "");
    text_free(&in);
    return checked;
}

#endif

/* Published figures of memory: the networks they are about have the published sizes, and the definitions give the
 * published bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/network.h"
#include "tests/support/harness.h"

#define FOLDER "./experiments/prior_art"

static struct harness_output o;

/* Multiply-adds as published. Networks that are built in: tests/formulation/test_networks_today.c. */
static const struct {
    const char *name;
    int64_t macs;
} published[] = {
    {"msf-mbv2", 18909490},
    {"msf-vww5", 11578496},
    {"msf-320k", 81625520},
};
#define PUBLISHED ((int)(sizeof published / sizeof published[0]))

START_TEST(networks_have_the_published_sizes) {
    struct error err = {""};
    char path[256];
    snprintf(path, sizeof path, FOLDER "/%s.net", published[_i].name);
    struct network *n = network_open(path, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    ck_assert_int_eq(network_facts(n).macs, published[_i].macs);
    network_free(n);
}
END_TEST

/* Field `column` (from 0) of the row with that network and that text in it. */
static const char *field(const char *network, const char *with, int column) {
    static char text[256];
    for (const char *row = o.out; (row = strchr(row, '\n')) && row[1];) {
        const char *end = strchr(++row, '\n'), *at = strstr(row, with);
        if (strncmp(row, network, strlen(network)) != 0 || !at || at > end) continue;
        for (int i = 0; i < column; i++) row = strchr(row, '\t') + 1;
        snprintf(text, sizeof text, "%.*s", (int)strcspn(row, "\t\n"), row);
        return text;
    }
    ck_abort_msg("no row of %s with %s in:\n%s", network, with, o.out);
    return NULL;
}

START_TEST(definitions_give_what_was_published) {
    char line[1024];
    snprintf(line, sizeof line, "experiments/prior_art/prior_art.sh %s " FOLDER, harness_program("taso"));
    harness_shell(&o, line);
    ck_assert_int_eq(o.status, 0);
    ck_assert_str_eq(o.err, "");
    ck_assert_str_eq(field("mobilenet2-1.0", "1372 kB", 5), "1404928");
    ck_assert_str_eq(field("mobilenet2-1.0", "1372 kB", 9), "agrees; less, 0.14 x");
    ck_assert_str_eq(field("msf-320k", "320 K", 5), "309760");
    ck_assert_str_eq(field("msf-320k", "320 K", 6), "309760");
    /* Whole tensors, counted in two ways that share nothing. */
    static const char *const planners[] = {"mobilenet2-1.0", "ds-cnn", "vww-0.25", "resnet8"};
    for (int i = 0; i < 4; i++) {
        char definition[256];
        snprintf(definition, sizeof definition, "%s", field(planners[i], "TFLite", 5));
        ck_assert_str_eq(field(planners[i], "TFLite", 6), definition);
    }
    ck_assert_ptr_nonnull(strstr(field("msf-mbv2", "F Inf", 9), "more")); /* at 68 % more multiply-adds */
    /* At none, the bytes that msf-CNN's three networks need at most. */
    ck_assert_int_le(atoi(field("msf-mbv2", "F 1.1", 8)), 27180);
    ck_assert_int_le(atoi(field("msf-vww5", "F 1.1", 8)), 16640);
    ck_assert_int_le(atoi(field("msf-320k", "F 1.1", 8)), 90112);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("prior_art");
    TCase *c = tcase_create("prior_art");
    tcase_add_loop_test(c, networks_have_the_published_sizes, 0, PUBLISHED);
    tcase_add_test(c, definitions_give_what_was_published);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

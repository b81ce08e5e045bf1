/* What has to be measured for a list of networks: each network and each scenario once, convolutions by multiply-adds. */
#include <string.h>

#include "experiments/measure/workload.h"
#include "tests/support/harness.h"

#define TINY    "tests/data/tiny.net"
#define DIAMOND "tests/data/diamond.net"

static struct error err;

static void of(struct workload *w, const char *names, bool strips) {
    ck_assert_msg(workload_init(w, names, strips, &err), "%s", err.text);
}

static bool holds(const struct workload *w, const char *text, enum profile_kind kind) {
    for (int i = 0; i < w->units; i++)
        if (w->unit[i].kind == kind && strcmp(w->unit[i].text, text) == 0) return true;
    return false;
}

START_TEST(a_network_that_is_listed_twice_counts_once) {
    struct workload once, twice;
    of(&once, TINY "," DIAMOND, false);
    of(&twice, TINY "," DIAMOND "," TINY "," DIAMOND "," DIAMOND, false);
    ck_assert_int_eq(once.networks, 2);
    ck_assert_int_eq(twice.networks, 2);
    ck_assert_str_eq(once.network[0]->name, twice.network[0]->name);
    ck_assert_str_eq(once.network[1]->name, twice.network[1]->name);
    ck_assert_int_eq(once.units, twice.units);
    workload_free(&once);
    workload_free(&twice);
}
END_TEST

START_TEST(every_unit_is_there_once_and_of_each_network) {
    struct workload both, tiny, diamond;
    of(&both, TINY "," DIAMOND, true);
    of(&tiny, TINY, true);
    of(&diamond, DIAMOND, true);
    int found = 0;
    for (int i = 0; i < both.units; i++) {
        const struct unit *u = &both.unit[i];
        const bool in_tiny = holds(&tiny, u->text, u->kind), in_diamond = holds(&diamond, u->text, u->kind);
        ck_assert_msg(in_tiny || in_diamond, "%s is of neither network", u->text);
        for (int j = 0; j < i; j++)
            ck_assert_msg(both.unit[j].kind != u->kind || strcmp(both.unit[j].text, u->text) != 0, "%s twice", u->text);
        found += in_tiny + in_diamond;
    }
    ck_assert_int_eq(found, tiny.units + diamond.units);
    workload_free(&both);
    workload_free(&tiny);
    workload_free(&diamond);
}
END_TEST

START_TEST(convolutions_come_first_and_by_multiply_adds) {
    struct workload w;
    of(&w, "squeezenet1.1", true);
    int convolutions = 0;
    for (int i = 0; i < w.units; i++) {
        if (w.unit[i].kind != PROFILE_CONV) continue;
        ck_assert_int_eq(convolutions++, i);
        if (i > 0) ck_assert(scenario_macs(&w.unit[i - 1].scenario) <= scenario_macs(&w.unit[i].scenario));
    }
    ck_assert_int_gt(convolutions, 10);
    ck_assert_int_gt(w.units, convolutions);
    workload_free(&w);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("workload");
    TCase *all = tcase_create("units");
    tcase_add_test(all, a_network_that_is_listed_twice_counts_once);
    tcase_add_test(all, every_unit_is_there_once_and_of_each_network);
    tcase_add_test(all, convolutions_come_first_and_by_multiply_adds);
    suite_add_tcase(suite, all);
    return harness_run(suite);
}

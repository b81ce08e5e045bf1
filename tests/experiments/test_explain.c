/* taso explain of plans with segments: the table of segments follows from the plan and from replaying its list of calls;
 * runners-up keep both budgets, are never better than an optimal plan, and are what is left when the segment is barred. */
#include <inttypes.h>

#include "baselines/methods.h"
#include "tests/support/streamed.h"

static struct harness_output o;

#define taso(...) harness_taso(&o, __VA_ARGS__)

struct row {
    char first[64], last[64], slow[16], layout[8], runner_up[256], costs_ns[32], costs_bytes[32];
    int rows, calls, moves;
    int64_t block, workspace, moved, time;
};

#define HEAD                                                                                                             \
    "\n\nfirst\tlast\trows\tslow\tlayout\tcalls\tblock_bytes\tworkspace_bytes\tmoves\tmoved_bytes\ttime_ns\trunner_up\t" \
    "runner_up_costs_ns\trunner_up_costs_bytes\n"

static int rows_of(struct row row[16]) {
    const char *at = strstr(o.out, HEAD);
    int rows = 0;
    if (!at) return 0;
    for (at += strlen(HEAD); *at; at = strchr(at, '\n') + 1) {
        struct row *r = &row[rows++];
        ck_assert_int_lt(rows, 16);
        ck_assert_int_eq(sscanf(at,
                                "%63s\t%63s\t%d\t%15s\t%7s\t%d\t%" SCNd64 "\t%" SCNd64 "\t%d\t%" SCNd64 "\t%" SCNd64
                                "\t%255s\t%31s\t%31s",
                                r->first, r->last, &r->rows, r->slow, r->layout, &r->calls, &r->block, &r->workspace,
                                &r->moves, &r->moved, &r->time, r->runner_up, r->costs_ns, r->costs_bytes),
                         14);
    }
    return rows;
}

static int layer(const struct network *n, const char *name) {
    for (int v = 0; v < n->layers; v++)
        if (strcmp(n->layer[v].name, name) == 0) return v;
    ck_abort_msg("no layer %s", name);
    return -1;
}

static int64_t stated(const char *key) {
    const char *at = strstr(o.out, key);
    ck_assert_ptr_nonnull(at);
    return atoll(at + strlen(key));
}

static struct segment_pace pace_of(const struct row *r) {
    struct segment_pace pace = {r->rows, SEGMENT_SLOW_NONE};
    if (strcmp(r->slow, "none") == 0) return pace;
    pace.slow = strcmp(r->slow, "pools") == 0 ? SEGMENT_SLOW_POOLS : SEGMENT_SLOW_STRIDES;
    ck_assert(pace.slow == SEGMENT_SLOW_POOLS || strcmp(r->slow, "strides") == 0);
    return pace;
}

/* Bytes and calls of the list itself. */
static void is_the_segment(const struct row *r, const struct network *n, int64_t memory) {
    const int first = layer(n, r->first), last = layer(n, r->last);
    struct segment *s = segment_new(n, first, last, pace_of(r));
    int64_t moved = shape_bytes(n->layer[first - 1].out) + shape_bytes(n->layer[last].out);
    int moves = 0, calls = 0;
    for (; calls < s->calls; calls++)
        for (int k = s->call[calls].first_move; k < s->call[calls].last_move; k++, moves++) moved += s->move[k].bytes;
    ck_assert_int_eq(r->calls, calls);
    ck_assert_int_eq(r->moves, moves);
    ck_assert_int_eq(r->moved, moved);
    ck_assert_int_eq(r->block, s->block_bytes);
    ck_assert_int_le(r->block + r->workspace, memory);
    segment_free(s);
}

/* The name of the same layers at the same pace is not in it. */
static void is_another(const struct row *r) {
    char same[160];
    snprintf(same, sizeof same, "%.63s..%.63s@%d%s%s/", r->first, r->last, r->rows, pace_of(r).slow ? "-" : "",
             pace_of(r).slow ? r->slow : "");
    ck_assert_msg(strstr(r->runner_up, same) == NULL, "%s", r->runner_up);
}

static void one_network(int seed, int *segments, int *found, int *none) {
    struct random r = {(uint64_t)seed};
    struct error err = {""};
    char net[512], rows[512], plan[512];
    snprintf(net, sizeof net, "%s", streamed_network("explain.net", &r));
    struct world w = world_new(net);
    struct row row[16];
    world_stream(&w);
    for (int i = 0; i < w.profile->rows; i++) w.profile->row[i].median_ns = random_int(&r, 1, 1000);
    snprintf(rows, sizeof rows, "%s", harness_scratch("explain.tsv", NULL));
    snprintf(plan, sizeof plan, "%s", harness_scratch("explain.plan", NULL));
    ck_assert_msg(profile_write(w.profile, rows, &err), "%s", err.text);
    ck_assert_msg(taso("select --network %s --profile %s --ram 0", net, rows) == 3, "%s", o.err);
    const int64_t least = atoll(strstr(o.err, "the least RAM, at any flash, is ") + 32);
    const int64_t ram = least + (seed % 3) * least / 8;
    ck_assert_msg(taso("select --network %s --profile %s --ram %" PRId64 " -o %s", net, rows, ram, plan) == 0, "%s",
                  o.err);
    ck_assert_msg(taso("explain %s", plan) == 0, "%s", o.err);
    const int count = rows_of(row);
    const int64_t memory = stated("# memory-bytes: ");
    for (int i = 0; i < count; i++) {
        is_the_segment(&row[i], w.net, memory);
        is_another(&row[i]);
        const bool any = strcmp(row[i].runner_up, "none") != 0;
        ck_assert_int_eq(any, strcmp(row[i].costs_ns, "nan") != 0);
        if (any) ck_assert_int_ge(atoll(row[i].costs_ns), 0); /* the plan is optimal */
        if (any) ck_assert_int_le(memory + atoll(row[i].costs_bytes), ram);
        *found += any;
        *none += !any;
    }
    *segments += count;
    harness_forget(rows);
    harness_forget(plan);
    world_free(&w);
    harness_forget(harness_scratch("explain.net", NULL));
}

START_TEST(segments_are_explained_with_what_else_would_do) {
    int segments = 0, found = 0, none = 0;
    for (int seed = 1; seed <= 12; seed++) one_network(seed, &segments, &found, &none);
    printf("%d segments, %d with a runner-up, %d without\n", segments, found, none);
    ck_assert_int_ge(segments, 12);
    ck_assert_int_gt(found, 3);
    ck_assert_int_gt(none, 0);
}
END_TEST

/* One convolution of two that can run by rows: everything that a plan can be is tried by hand. */
START_TEST(a_runner_up_costs_what_the_next_best_rows_do) {
    static const char text[] = "d input - c=2 h=12 w=12\na conv d m=3 k=3 p=1\n";
    char net[512], rows[512], plan[512];
    struct error err = {""};
    struct row row[16];
    snprintf(net, sizeof net, "%s", harness_scratch("one.net", text));
    snprintf(rows, sizeof rows, "%s", harness_scratch("one.tsv", NULL));
    snprintf(plan, sizeof plan, "%s", harness_scratch("one.plan", NULL));
    struct world w = world_new(net);
    world_stream(&w);
    for (int i = 0; i < w.profile->rows; i++) { /* whole layers are dear; fewer rows are dearer than more */
        struct profile_row *r = &w.profile->row[i];
        const char *at = strrchr(r->scenario, '@');
        r->median_ns = r->kind == PROFILE_CONV ? 900000 : r->kind == PROFILE_STRIP ? 5000 - 100 * atoi(at + 1) : 1;
    }
    ck_assert_msg(profile_write(w.profile, rows, &err), "%s", err.text);
    ck_assert_msg(taso("select --network %s --profile %s --ram none -o %s", net, rows, plan) == 0, "%s", o.err);
    ck_assert_msg(taso("explain %s", plan) == 0, "%s", o.err);
    ck_assert_int_eq(rows_of(row), 1);
    ck_assert_int_eq(row[0].rows, 8);
    ck_assert_ptr_eq(strstr(row[0].runner_up, "a..a@6/"), row[0].runner_up);
    ck_assert_int_ge(atoll(row[0].costs_ns), 200 - 2); /* 100 ns a row, and what the moves differ by */
    ck_assert_int_le(atoll(row[0].costs_ns), 200 + 2);
    harness_forget(net);
    harness_forget(rows);
    harness_forget(plan);
    world_free(&w);
}
END_TEST

START_TEST(a_plan_in_whole_layers_has_no_table_of_segments) {
    char net[512], rows[512], plan[512];
    struct error err = {""};
    snprintf(net, sizeof net, "%s", harness_scratch("w.net", "d input - c=2 h=8 w=8\na conv d m=3 k=3 p=1\n"));
    snprintf(rows, sizeof rows, "%s", harness_scratch("w.tsv", NULL));
    snprintf(plan, sizeof plan, "%s", harness_scratch("w.plan", NULL));
    struct world w = world_new(net);
    ck_assert_msg(profile_write(w.profile, rows, &err), "%s", err.text);
    ck_assert_int_eq(taso("select --network %s --profile %s --ram none -o %s", net, rows, plan), 0);
    ck_assert_msg(taso("explain %s", plan) == 0, "%s", o.err);
    ck_assert_ptr_null(strstr(o.out, "\nfirst\t"));
    ck_assert_ptr_nonnull(strstr(o.out, "\nlayer\t"));
    harness_forget(net);
    harness_forget(rows);
    harness_forget(plan);
    world_free(&w);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("explain");
    TCase *c = tcase_create("explain");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, segments_are_explained_with_what_else_would_do);
    tcase_add_test(c, a_runner_up_costs_what_the_next_best_rows_do);
    tcase_add_test(c, a_plan_in_whole_layers_has_no_table_of_segments);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

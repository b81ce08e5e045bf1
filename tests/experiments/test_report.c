/* taso report: the page is whole and needs nothing else, and every number of its explorer is checked without its code:
 * points with `taso frontier`, plans and maps with what they must add up to. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/report/report_svg.h"
#include "tests/support/invented_profile.h"
#include "tests/support/json.h"

#define TINY "tests/data/tiny.net"

static struct harness_output o;
static char folder[256], profile[320], page[320];
static char html[1 << 20]; /* of the page last read */

static void enter(void) {
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(profile, sizeof profile, "%s/p.tsv", folder);
    snprintf(page, sizeof page, "%s/page.html", folder);
    profile_free(invented_rows(profile, TINY ",tests/data/diamond.net", true, 11));
    harness_put(folder, "layers.tsv", "network\tslack\tconvolution\tworkspace_bytes\n<i>&\t0\t1\t7\n");
    harness_put(folder, "claims.tsv", "# format: x\nclaim\tours\tverdict\na < b & \"c\"\t1.5\treproduced\n");
}

static void leave(void) {
    harness_remove_folder(folder);
}

static void report(const char *arguments) {
    const int status = harness_taso(&o, "report --quiet %s -o %s %s", profile, page, arguments);
    ck_assert_msg(status == 0, "%s", o.err);
    ck_assert_str_eq(o.out, "");
    harness_read(html, sizeof html, page);
}

/* --- tags --- */

/* Every element that is opened is closed in turn; scripts and styles are not markup. */
static void check_elements(void) {
    static char open[64][32];
    int depth = 0, elements = 0;
    for (const char *at = strchr(html, '<'); at; at = strchr(at, '<')) {
        const bool closes = at[1] == '/';
        const char *name = at + 1 + closes, *end = strchr(at, '>');
        const size_t length = strcspn(name, " />\n");
        ck_assert_msg(end && length > 0 && length < 31, "not a tag: %.40s", at);
        elements++;
        if (closes) {
            ck_assert_msg(depth > 0 && strncmp(open[depth - 1], name, length) == 0 && !open[depth - 1][length],
                          "closed, but not open: %.40s", at);
            depth--;
        } else if (end[-1] != '/' && at[1] != '!') {
            ck_assert_int_lt(depth, 64);
            snprintf(open[depth++], 32, "%.*s", (int)length, name);
            if (strncmp(name, "script", 6) == 0) end = harness_after(end, "</script") - 9;
            if (strncmp(name, "style", 5) == 0) end = harness_after(end, "</style") - 8;
        }
        at = end;
    }
    ck_assert_msg(depth == 0, "never closed: %s", depth ? open[depth - 1] : "");
    ck_assert_int_gt(elements, 100);
}

START_TEST(every_element_is_closed_and_nothing_is_loaded) {
    static const char *const loads[] = {"http:", "https:", "src=", "<link", "@import", "url(", "fetch(", "import("};
    char arguments[640];
    snprintf(arguments, sizeof arguments, "--network " TINY " --claims %s/claims.tsv --results %s", folder, folder);
    report(arguments);
    check_elements();
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++)
        ck_assert_msg(!strstr(html, loads[i]), "the page has %s", loads[i]);
    ck_assert_ptr_nonnull(strstr(
        html, "<td class=\"words\">a &lt; b &amp; &quot;c&quot;</td><td>1.5</td><td class=\"words\">reproduced</td>"));
    ck_assert_ptr_nonnull(strstr(html, "<th>ours</th><th class=\"words\">verdict</th>"));
    ck_assert_ptr_nonnull(strstr(html, "prefers-color-scheme: dark"));
    ck_assert_ptr_nonnull(strstr(html, "width=device-width"));
}
END_TEST

/* --- the explorer's data --- */

#define LISTS 4096

/* Lists of numbers: `"key":[[1,2],[3]]`, or a single one as the only list. */
struct lists {
    int count;
    int *length;
    int64_t **number;
};

static void lists_free(struct lists *l) {
    for (int i = 0; i < l->count; i++) free(l->number[i]);
    free(l->number);
    free(l->length);
}

static const char *lists_one(struct lists *l, const char *at) {
    int room = 16, used = 0;
    int64_t *number = calloc((size_t)room, sizeof *number);
    while (*at != ']') {
        char *end;
        if (used == room) number = realloc(number, (size_t)(room *= 2) * sizeof *number);
        number[used++] = strtoll(at, &end, 10);
        ck_assert_ptr_ne(end, at);
        at = end + (*end == ',');
    }
    ck_assert_int_lt(l->count, LISTS);
    l->length[l->count] = used;
    l->number[l->count++] = number;
    return at + 1;
}

static const char *lists_read(struct lists *l, const char *from, const char *key) {
    const char *at = harness_after(from, key);
    *l = (struct lists){0, calloc(LISTS, sizeof(int)), calloc(LISTS, sizeof(int64_t *))};
    ck_assert_int_eq(*at++, '[');
    if (*at != '[' && *at != ']') return lists_one(l, at);
    for (; *at != ']'; at += strspn(at, ",\n")) {
        ck_assert_int_eq(*at, '[');
        at = lists_one(l, at + 1);
    }
    return at + 1;
}

/* What the page says of one network under one memory model. */
struct view {
    struct lists points, plans, maps, groups, places;
    int count;
    int64_t *bytes, *ns; /* [count] */
};

static const char *block_of(const char *network) {
    char text[128];
    snprintf(text, sizeof text, "\"network\":\"%s\"", network);
    const char *at = harness_after(html, text);
    while (strncmp(at, "<script", 7) != 0) at--;
    return strchr(at, '>') + 1;
}

static void view_read(struct view *v, const char *network, const char *name) {
    const char *block = block_of(network);
    char text[128];
    lists_read(&v->groups, block, "\"groups\":");
    lists_read(&v->places, block, "\"places\":");
    snprintf(text, sizeof text, "{\"name\":\"%s\",\"complete\":true,", name);
    const char *at = harness_after(block, text);
    lists_read(&v->points, at, "\"points\":");
    lists_read(&v->plans, at, "\"plans\":");
    lists_read(&v->maps, at, "\"maps\":");
    v->count = v->points.length[0] / 2;
    v->bytes = calloc((size_t)v->count, sizeof(int64_t));
    v->ns = calloc((size_t)v->count, sizeof(int64_t));
    for (int i = 0; i < v->count; i++) {
        v->bytes[i] = v->points.number[0][2 * i] + (i ? v->bytes[i - 1] : 0);
        v->ns[i] = v->points.number[0][2 * i + 1] + (i ? v->ns[i - 1] : 0);
    }
}

static void view_free(struct view *v) {
    lists_free(&v->points);
    lists_free(&v->plans);
    lists_free(&v->maps);
    lists_free(&v->groups);
    lists_free(&v->places);
    free(v->bytes);
    free(v->ns);
}

static const struct {
    const char *name, *arguments; /* of `taso frontier` */
} views[] = {
    {"workspace", "--memory-model workspace"},          {"peak", "--memory-model peak"},
    {"footprint", "--memory-model footprint"},          {"unshared", "--memory-model unshared"},
    {"streamed", "--memory-model peak --streaming on"},
};
#define VIEWS ((int)(sizeof views / sizeof views[0]))
static const char *const networks[] = {"tiny", "diamond"};

START_TEST(points_are_those_of_the_frontier) {
    report("--network " TINY ",tests/data/diamond.net");
    for (int n = 0; n < 2; n++) {
        struct view v;
        view_read(&v, networks[n], views[_i].name);
        harness_taso(&o, "frontier --network tests/data/%s.net --profile %s %s", networks[n], profile,
                     views[_i].arguments);
        const char *at = harness_after(o.out, "memory_bytes\ttime_ns\n");
        for (int i = 0; i < v.count; i++) {
            long long bytes, ns;
            ck_assert_int_eq(sscanf(at, "%lld\t%lld\n", &bytes, &ns), 2);
            ck_assert_int_eq(v.bytes[i], bytes);
            ck_assert_int_eq(v.ns[i], ns);
            at = strchr(at, '\n') + 1;
        }
        ck_assert_str_eq(at, "");
        view_free(&v);
    }
}
END_TEST

/* What the memory model counts, of one plan's groups. */
static int64_t counted(const char *view, const struct view *v, const int64_t *group, int layers) {
    int64_t largest = 0, sum = 0;
    for (int l = 0; l < layers; l++)
        for (int k = 0; k < v->groups.length[group[l]]; k += 8) {
            const int64_t workspace = v->groups.number[group[l]][k + 6];
            largest = workspace > largest ? workspace : largest;
            sum += workspace;
        }
    return strcmp(view, "workspace") == 0 ? largest : sum;
}

START_TEST(plans_add_up_to_their_points) {
    report("--network " TINY ",tests/data/diamond.net");
    for (int n = 0; n < 2; n++) {
        struct view v;
        int64_t group[64] = {0};
        int layers = 0;
        view_read(&v, networks[n], views[_i].name);
        ck_assert_int_eq(v.plans.count, v.count);
        for (int i = 0; i < v.count; i++) {
            int64_t ns = 0;
            ck_assert_int_gt(v.plans.length[i], 0); /* a point is not the one before */
            for (int c = 0; c < v.plans.length[i]; c += 2) {
                const int layer = (int)v.plans.number[i][c];
                ck_assert_int_lt(layer, 64);
                group[layer] = v.plans.number[i][c + 1];
                if (layer >= layers) layers = layer + 1;
            }
            for (int l = 0; l < layers; l++)
                for (int k = 0; k < v.groups.length[group[l]]; k += 8) ns += v.groups.number[group[l]][k + 5];
            ck_assert_int_eq(ns, v.ns[i]);
            if (_i == 0 || _i == 3) ck_assert_int_eq(counted(views[_i].name, &v, group, layers), v.bytes[i]);
        }
        view_free(&v);
    }
}
END_TEST

/* --- maps --- */

struct area {
    int64_t first, last, offset, bytes;
};

/* In the codes' own order, which is that of execution. Returns the most bytes that are taken up at one step. */
static int64_t check_areas(const struct area *a, int areas, int64_t arena_bytes) {
    int64_t most = 0, top = 0;
    for (int i = 0; i < areas; i++) {
        int64_t sum = 0;
        ck_assert(a[i].first <= a[i].last && a[i].bytes > 0 && a[i].offset >= 0);
        if (a[i].offset + a[i].bytes > top) top = a[i].offset + a[i].bytes;
        for (int k = 0; k < areas; k++) {
            sum += a[k].first <= a[i].first && a[i].first <= a[k].last ? a[k].bytes : 0;
            if (k == i || a[k].first > a[i].last || a[i].first > a[k].last) continue;
            ck_assert_msg(a[k].offset >= a[i].offset + a[i].bytes || a[i].offset >= a[k].offset + a[k].bytes,
                          "areas overlap at %" PRId64, a[i].offset);
        }
        most = sum > most ? sum : most;
    }
    ck_assert_int_le(top, arena_bytes);
    return most;
}

static int64_t check_map(const struct view *v, const int64_t *place, int layers, int64_t arena_bytes) {
    static struct area area[512];
    int areas = 0;
    for (int l = 0; l < layers; l++)
        for (int k = 0; k < v->places.length[place[l]]; k += 5) {
            const int64_t *p = v->places.number[place[l]] + k;
            ck_assert_int_lt(areas, 512);
            area[areas++] = (struct area){p[1], p[2], p[3], p[4]};
        }
    return check_areas(area, areas, arena_bytes);
}

START_TEST(maps_have_no_two_things_in_one_place_and_need_what_the_point_says) {
    report("--network " TINY ",tests/data/diamond.net --maps 1000");
    for (int n = 0; n < 2; n++) {
        struct view v;
        int64_t place[64] = {0};
        int layers = 0;
        view_read(&v, networks[n], views[_i].name);
        ck_assert_int_eq(v.maps.count, v.count);
        for (int i = 0; i < v.maps.count; i++) {
            const int64_t *m = v.maps.number[i];
            ck_assert_int_eq(m[0], i);
            for (int c = 2; c < v.maps.length[i]; c += 2) {
                place[m[c]] = m[c + 1];
                if (m[c] >= layers) layers = (int)m[c] + 1;
            }
            const int64_t most = check_map(&v, place, layers, m[1]);
            if (_i == 1 || _i == 4) ck_assert_int_eq(most, v.bytes[i]); /* model peak is what lives at once */
        }
        view_free(&v);
    }
}
END_TEST

START_TEST(fewer_maps_are_the_first_the_last_and_some_between) {
    struct view v;
    report("--network " TINY " --maps 3");
    view_read(&v, "tiny", "footprint");
    ck_assert_int_gt(v.count, 3);
    ck_assert_int_eq(v.maps.count, 3);
    ck_assert_int_eq(v.maps.number[0][0], 0);
    ck_assert_int_eq(v.maps.number[2][0], v.count - 1);
    view_free(&v);
    report("--network " TINY " --maps 0");
    view_read(&v, "tiny", "footprint");
    ck_assert_int_eq(v.maps.count, 0);
    view_free(&v);
}
END_TEST

START_TEST(data_are_json_even_where_names_are_odd) {
    char arguments[512];
    harness_put(folder, "odd.net", "data input - c=3 h=12 w=12\n</script><b>&é conv data m=8 k=3 p=1\n");
    snprintf(arguments, sizeof arguments, "--network %s/odd.net," TINY, folder);
    report(arguments);
    check_elements();
    int blocks = 0;
    for (const char *at = html; (at = strstr(at, "<script type=\"application/json\">")); blocks++) {
        at = strchr(at, '>') + 1;
        const char *end = strstr(at, "</script>");
        char *text = strndup(at, (size_t)(end - at));
        struct json j = {.at = text};
        ck_assert_msg(json_read(&j), "not JSON at: %.60s", j.at);
        ck_assert_ptr_null(strchr(text, '<'));
        free(text);
    }
    ck_assert_int_eq(blocks, 2);
}
END_TEST

/* 20,000 points of which few can be told apart: a picture of 366 x 212 units needs no step below half a unit. */
START_TEST(a_staircase_has_no_step_that_cannot_be_seen) {
    enum { STEPS = 20000 };
    static struct frontier_point point[STEPS];
    for (int i = 0; i < STEPS; i++) point[i].memory_bytes = 100000 + 10 * i, point[i].time_ns = 3000000 - 100 * i;
    struct network net = {.name = "stairs"};
    const struct instance whole = {.network = &net};
    const struct report_network n = {
        .whole = &whole, .views = 1, .view = {{.name = "peak", .frontier = {.points = STEPS, .point = point}}}};
    struct report_text text;
    report_text_init(&text);
    report_svg_frontiers(&text, &n);
    const char *path = harness_after(text.text, "<path class=\"line m0\" d=\""), *end = strchr(path, '"');
    int steps = 0;
    for (const char *at = path; at < end; at++) steps += *at == 'V';
    ck_assert_int_gt(steps, 200);
    ck_assert_int_lt(steps, 2 * (366 + 212));
    const char *last = harness_after(end, "<circle class=\"dot m0\" ");
    double x, y;
    ck_assert_int_eq(sscanf(last, "cx=\"%lf\" cy=\"%lf\"", &x, &y), 2);
    ck_assert(fabs(y - 222) < 0.1); /* the fastest is at the bottom */
    report_text_free(&text);
}
END_TEST

START_TEST(two_profiles_are_two_machines) {
    char second[320], line[1024];
    snprintf(second, sizeof second, "%s/q.tsv", folder);
    snprintf(line, sizeof line, "cp %s %s", profile, second);
    harness_shell(&o, line);
    ck_assert_int_eq(harness_taso(&o, "report --quiet %s %s --network " TINY " -o %s", profile, second, page), 0);
    snprintf(line, sizeof line, "grep -c '<h3>.*[pq].tsv</h3>' %s; grep -c application/json'\">' %s", page, page);
    harness_shell(&o, line);
    ck_assert_str_eq(o.out, "2\n2\n");
}
END_TEST

static const struct {
    const char *arguments, *says; /* %1$s: the folder */
} wrong[] = {
    {"-o %1$s/x.html", "PROFILE... is missing"},
    {"%1$s/p.tsv", "--output FILE.html is missing"},
    {"%1$s/none.tsv -o %1$s/x.html", "none.tsv: No such file"},
    {"%1$s/p.tsv -o %1$s/p.tsv", "p.tsv is read"},
    {"%1$s/p.tsv -o %1$s/x.html --network alexnet", "alexnet"},
    {"%1$s/p.tsv -o %1$s/x.html --network nosuch", "nosuch"},
    {"%1$s/p.tsv -o %1$s/x.html --network " TINY " --claims /dev/null", "has no rows"},
    {"%1$s/p.tsv -o %1$s/x.html --network " TINY " --claims %1$s/none.tsv", "none.tsv"},
    {"%1$s/p.tsv -o %1$s/x.html --maps -1", "--maps: -1 is out of range"},
    {"%1$s/p.tsv -o %1$s/x.html", "covers none of the networks"},
};

START_TEST(bad_input_is_one_line_and_no_page) {
    char arguments[1024], path[320];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(arguments, sizeof arguments, wrong[_i].arguments, folder);
#pragma GCC diagnostic pop
    ck_assert_int_eq(harness_taso(&o, "report --quiet %s", arguments), 2);
    ck_assert_msg(strstr(o.err, wrong[_i].says) != NULL, "no '%s' in: %s", wrong[_i].says, o.err);
    ck_assert_ptr_eq(strchr(o.err, '\n'), o.err + strlen(o.err) - 1);
    snprintf(path, sizeof path, "%s/x.html", folder);
    ck_assert_ptr_null(fopen(path, "r"));
}
END_TEST

/* A real browser: tests/experiments/browse.mjs says what it looks at. */
START_TEST(the_explorer_works_in_a_browser) {
    char line[1024];
    report("--network " TINY ",tests/data/diamond.net");
    snprintf(line, sizeof line, "node tests/experiments/browse.mjs %s", page);
    harness_shell(&o, line);
    if (o.status == 77 || o.status == 127) {
        printf("SKIPPED: the report's explorer in a browser: found no node, or no headless Chromium (CHROMIUM)\n");
        return;
    }
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("report");
    TCase *tc = tcase_create("report");
    tcase_add_unchecked_fixture(tc, enter, leave);
    tcase_add_test(tc, every_element_is_closed_and_nothing_is_loaded);
    tcase_add_loop_test(tc, points_are_those_of_the_frontier, 0, VIEWS);
    tcase_add_test(tc, a_staircase_has_no_step_that_cannot_be_seen);
    tcase_add_loop_test(tc, plans_add_up_to_their_points, 0, VIEWS);
    tcase_add_loop_test(tc, maps_have_no_two_things_in_one_place_and_need_what_the_point_says, 0, VIEWS);
    tcase_add_test(tc, fewer_maps_are_the_first_the_last_and_some_between);
    tcase_add_test(tc, data_are_json_even_where_names_are_odd);
    tcase_add_test(tc, two_profiles_are_two_machines);
    tcase_add_loop_test(tc, bad_input_is_one_line_and_no_page, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tc, the_explorer_works_in_a_browser);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}

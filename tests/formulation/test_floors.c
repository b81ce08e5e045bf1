/* The least RAM of a network: by hand on small ones, against blocks counted call by call and paths tried one by one on
 * random ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/floors.h"
#include "formulation/floors_reach.h"
#include "tests/support/paces.h"
#include "tests/support/sketches.h"

#define NETWORKS 300

/* --- by hand --- */

static const struct {
    const char *text;
    int64_t bytes[FLOORS_FORMS];
    const char *first[FLOORS_FORMS], *last[FLOORS_FORMS];
    int rows;                          /* of the streamed witness */
    const char *tensors[FLOORS_FORMS]; /* "name=bytes ..." */
    int64_t state_bytes;               /* of the streamed witness */
} by_hand[] = {
    /* 8 x 8 elements each: two tensors are alive while a layer runs. By rows, while row r of b is made, rows r - 1
     * and later are left of a, and r + 1 rows of b are there: ten rows in all from r = 1 on, and
     * as many with the image by rows, when b is almost all there. */
    {"a input - c=1 h=8 w=8\nb conv a m=1 k=3 p=1\n",
     {512, 512, 320, 320},
     {"b", "b", "b", "b"},
     {"b", "b", "b", "b"},
     1,
     {"a=256 b=256", "a=256 b=256", "a=256 b=64", "b=224 a=96"}},
    /* d reads b and a: three tensors, two of them if d takes the place of c. By rows: of c never a row besides, as d takes
     * its place at once: while c's row is made, 8 - r rows of a, 1 of c and r of d: 9 rows. */
    {"a input - c=1 h=8 w=8\nc conv a m=1 k=1\nd add c,a\n",
     {768, 512, 288, 288},
     {"d", "c", "c", "c"},
     {"d", "c", "d", "d"},
     1,
     {"a=256 c=256 d=256", "a=256 c=256", "a=256 c=32", "d=224 a=32 c=32"}},
    /* Rows of d are a quarter of c's: the first rows are the worst. a whole, of b a row, then c's. */
    {"a input - c=2 h=4 w=4\nb conv a m=8 k=1\nc conv b m=1 k=1\n",
     {640, 640, 256, 208},
     {"b", "b", "b", "b"},
     {"b", "b", "c", "c"},
     1,
     {"b=512 a=128", "b=512 a=128", "a=128 b=128", "b=128 c=48 a=32"}},
    /* Every other row of a is read by nothing: with the image by rows, it goes as it comes. */
    {"a input - c=1 h=8 w=8\nb conv a m=2 k=1 s=2\n",
     {384, 384, 288, 160},
     {"b", "b", "b", "b"},
     {"b", "b", "b", "b"},
     1,
     {"a=256 b=128", "a=256 b=128", "a=256 b=32", "b=128 a=32"},
     0},
    /* Of b, only row 0 is read, which is padding; the call that makes it goes on to row 1, the first that reads a. */
    {"a input - c=1 h=8 w=8\nb conv a m=1 k=1 p=1\nc conv b m=1 k=1 s=16\n",
     {656, 656, 336, 112},
     {"b", "b", "b", "b"},
     {"b", "b", "c", "c"},
     1,
     {"b=400 a=256", "b=400 a=256", "a=256 b=80", "b=80 a=32"},
     0},
    /* The mean's sums, a double a channel, are not elements. A row of b is as large as a, and a row of a as c. */
    {"a input - c=1 h=8 w=8\nb conv a m=8 k=1\nc avgpool b global=1\n",
     {2304, 2304, 576, 384},
     {"b", "b", "b", "b"},
     {"b", "b", "c", "c"},
     1,
     {"b=2048 a=256", "b=2048 a=256", "a=256 b=256", "b=256 a=32 c=32"},
     64},
    /* Nothing runs by rows before the fully connected layer has all of its input. */
    {"a input - c=4 h=1 w=1\nb fc a m=12\nc softmax b\n",
     {96, 64, 64, 64},
     {"c", "b", "b", "b"},
     {"c", "b", "b", "b"},
     0,
     {"b=48 c=48", "b=48 a=16", "b=48 a=16", "b=48 a=16"}},
    /* a, b and c are parts of d. */
    {"a input - c=3 h=1 w=1\nb fc a m=4\nc fc a m=2\nd concat b,c,a\ne fc d m=1\n",
     {72, 40, 40, 40},
     {"d", "e", "e", "e"},
     {"d", "e", "e", "e"},
     0,
     {"d=36 b=16 a=12 c=8", "d=36 e=4", "d=36 e=4", "d=36 e=4"}},
};
#define BY_HAND ((int)(sizeof by_hand / sizeof by_hand[0]))

static const char *tensors_text(const struct floors *f, const struct network *n) {
    static char text[256];
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < f->tensors; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s=%lld", i ? " " : "",
                                 n->layer[f->tensor[i].node].name, (long long)f->tensor[i].bytes);
    return text;
}

START_TEST(floors_of_small_networks_are_those_counted_by_hand) {
    struct network *n = sketches_parse(by_hand[_i].text);
    for (int form = 0; form < FLOORS_FORMS; form++) {
        struct floors f;
        floors_find(&f, n, (enum floors_form)form, 4, NULL);
        ck_assert_int_eq(f.bytes, by_hand[_i].bytes[form]);
        ck_assert_str_eq(n->layer[f.first].name, by_hand[_i].first[form]);
        ck_assert_str_eq(n->layer[f.last].name, by_hand[_i].last[form]);
        ck_assert_int_eq(f.pace.rows, form >= FLOORS_STREAMED ? by_hand[_i].rows : 0);
        ck_assert_str_eq(tensors_text(&f, n), by_hand[_i].tensors[form]);
        ck_assert_int_eq(f.state_bytes, form >= FLOORS_STREAMED ? by_hand[_i].state_bytes : 0);
        floors_free(&f);
    }
    network_free(n);
}
END_TEST

/* --- oracles --- */

static bool slow_read(const struct network *n, int u, int from) {
    bool read = false;
    for (int r = from; r < n->layers; r++)
        for (int i = 0; i < n->layer[r].inputs; i++) read = read || n->layer[r].input[i] == u;
    return read;
}

/* Bytes of a step: every tensor made so far that is read from here on. */
static int64_t slow_step(const struct network *n, int v) {
    int64_t live = shape_bytes(n->layer[v].out);
    for (int u = 0; u < v; u++)
        if (slow_read(n, u, v)) live += shape_bytes(n->layer[u].out);
    return live;
}

/* Is the tensor of input i read here alone from here on? */
static bool slow_lost(const struct network *n, int v, int i) {
    const struct layer *l = &n->layer[v];
    int times = 0;
    for (int k = 0; k < l->inputs; k++) times += l->input[k] == l->input[i];
    return times == 1 && !slow_read(n, l->input[i], v + 1);
}

/* The input whose place the output may take; -1: none. */
static int slow_over(const struct network *n, int v) {
    const struct layer *l = &n->layer[v];
    int inputs = l->kind == LAYER_OPERATOR ? operator_over(&l->shape_of, 1) : 0;
    for (int i = 0; i < inputs && i < l->inputs; i++)
        if (slow_lost(n, v, i) && shape_bytes(n->layer[l->input[i]].out) >= shape_bytes(l->out)) return i;
    return -1;
}

/* Is what v's output may lie in larger than it? */
static bool slow_sticks(const struct network *n, int v) {
    const int i = slow_over(n, v), u = i < 0 ? -1 : n->layer[v].input[i];
    return u >= 0 && (shape_bytes(n->layer[u].out) > shape_bytes(n->layer[v].out) || slow_sticks(n, u));
}

/* The same where the output may take the place of an input, or an input be a part of the output. */
static int64_t slow_step_in_place(const struct network *n, int v) {
    const struct layer *l = &n->layer[v];
    int64_t bytes = slow_step(n, v);
    if (slow_over(n, v) >= 0) return bytes - shape_bytes(l->out);
    for (int i = 0; i < l->inputs && l->kind == LAYER_OPERATOR && l->shape_of.kind == OPERATOR_CONCAT; i++)
        if (slow_lost(n, v, i) && !slow_sticks(n, l->input[i])) bytes -= shape_bytes(n->layer[l->input[i]].out);
    return bytes;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* low[t][v]: the first row of tensor v that call t or a later one reads; H: none. */
static int *slow_lows(const struct segment *s) {
    const struct network *n = s->network;
    int *low = MEMORY_NEW(int, (size_t)(s->calls + 1) * (size_t)n->layers);
    for (int v = 0; v < n->layers; v++) low[s->calls * n->layers + v] = n->layer[v].out.H;
    for (int t = s->calls - 1; t >= 0; t--) {
        const struct segment_call *c = &s->call[t];
        int from, to, *here = &low[t * n->layers];
        memcpy(here, here + n->layers, (size_t)n->layers * sizeof *here);
        segment_window(&from, &to, n, c->node, c->from, c->to);
        for (int i = 0; i < n->layer[c->node].inputs; i++) {
            const int u = n->layer[c->node].input[i];
            here[u] = from < here[u] ? from : here[u];
        }
    }
    return low;
}

/* Does the call write over the rows that it reads of tensor u? */
static bool slow_overwrites(const struct segment *s, const struct segment_call *c, int u) {
    const struct layer *l = &s->network->layer[c->node];
    bool over = false;
    for (int i = 0; i < l->inputs; i++)
        over = over || (l->input[i] == u && u >= s->first && c->in_offset[i] == c->out_offset);
    return over;
}

/* Rows of every tensor that are there when call t has been made, from those that were before. */
static void slow_make(int *made, const struct segment *s, int t) {
    const struct network *n = s->network;
    const struct segment_call *c = &s->call[t];
    int from, to;
    segment_window(&from, &to, n, c->node, c->from, c->to);
    made[c->node] = segment_accumulates(n, c->node) ? 1 : c->to;
    for (int i = 0; i < n->layer[c->node].inputs; i++)
        if (n->layer[c->node].input[i] == 0 && made[0] < to) made[0] = to;
}

/* Bytes of tensor v during call t: rows that are there and still read, and those that the call makes. */
static int64_t slow_held(const struct segment *s, const int *low, const int *made, int t, int v) {
    const struct network *n = s->network;
    const struct segment_call *c = &s->call[t];
    int from = low[(t + (slow_overwrites(s, c, v) ? 1 : 0)) * n->layers + v];
    if (v == s->last)
        from = 0;
    else if (v == c->node && c->from < from)
        from = c->from;
    return made[v] > from ? (made[v] - from) * (int64_t)(n->layer[v].out.C * n->layer[v].out.W * 4) : 0;
}

/* (18) counted from the list of calls, whose right order and reach test_segment checks. */
static int64_t slow_block(const struct network *n, int first, int last, struct segment_pace pace, bool image_by_rows) {
    struct segment *s = segment_new(n, first, last, pace);
    int *low = slow_lows(s), *made = MEMORY_NEW(int, n->layers);
    int64_t most = 0;
    made[first - 1] = first == 1 && image_by_rows ? 0 : n->layer[first - 1].out.H;
    if (made[first - 1] > 0) most = s->state_bytes + shape_bytes(n->layer[first - 1].out);
    for (int t = 0; t < s->calls; t++) {
        int64_t held = s->state_bytes;
        slow_make(made, s, t);
        for (int v = first - 1; v <= last; v++) held += slow_held(s, low, made, t, v);
        most = larger(most, held);
    }
    free(low);
    free(made);
    segment_free(s);
    return most;
}

/* The least of all paths over the cuts, forwards, every arc looked at. */
static int64_t slow_streamed(const struct network *n, bool image_by_rows) {
    int64_t *best = MEMORY_NEW(int64_t, n->layers), least;
    for (int j = 1; j < n->layers; j++) {
        best[j] = INT64_MAX;
        int64_t whole = 0;
        bool between = false;
        for (int i = j - 1; i >= 0 && segment_cut(n, j); i--) {
            whole = larger(whole, slow_step_in_place(n, i + 1));
            if (!segment_cut(n, i)) continue;
            int64_t arc = between ? INT64_MAX : whole;
            for (int h = 0; h < PACES && segment_possible(n, i + 1, j); h++) {
                if (!paces_differ(n, i + 1, j, h)) continue;
                const int64_t block = slow_block(n, i + 1, j, paces_one(h), image_by_rows);
                arc = block < arc ? block : arc;
            }
            between = true;
            arc = larger(arc, best[i]);
            best[j] = arc < best[j] ? arc : best[j];
        }
    }
    least = best[n->layers - 1];
    free(best);
    return least;
}

/* Returns how many segments there were. */
static int blocks_are_those_counted(const struct network *n, bool image_by_rows) {
    struct floors_map m;
    int segments = 0;
    floors_map_init(&m, n, 4, image_by_rows);
    for (int first = 1; first < n->layers; first++)
        for (int h = 0; segment_cut(n, first - 1) && h < PACES; h++) {
            struct floors_reach r;
            int last = first - 1;
            if (!paces_differ(n, first, n->layers - 1, h)) continue;
            floors_reach_init(&r, &m, first - 1, paces_one(h));
            int64_t kept = 0; /* the most of all so far */
            while (floors_reach_extend(&r)) {
                while (!segment_possible(n, first, ++last)) ck_assert_int_lt(last, r.last);
                ck_assert_int_eq(r.last, last);
                floors_reach_block(&r, NULL, INT64_MAX);
                floors_reach_kept(&r, INT64_MAX);
                ck_assert_int_eq(r.block_bytes, slow_block(n, first, last, paces_one(h), image_by_rows));
                ck_assert_int_ge(r.block_bytes, kept); /* what a longer one may not go below */
                kept = larger(kept, r.kept_bytes);
                segments++;
            }
            for (last++; last < n->layers; last++) ck_assert(!segment_possible(n, first, last));
        }
    floors_map_free(&m);
    return segments;
}

START_TEST(floors_of_random_networks_are_those_of_all_paths) {
    int segments = 0, steps = 0;
    for (int i = 0; i < NETWORKS; i++) {
        struct random r = {(uint64_t)i + 5000};
        struct network *n = i % 2 ? sketches_folded(streamed_network("floors.net", &r)) : sketches_network(&r);
        struct floors f[FLOORS_FORMS];
        int64_t whole = 0, in_place = 0;
        segments += blocks_are_those_counted(n, false);
        blocks_are_those_counted(n, true);
        for (int form = 0; form < FLOORS_FORMS; form++) {
            floors_find(&f[form], n, (enum floors_form)form, 4, NULL);
            int64_t sum = f[form].state_bytes;
            for (int t = 0; t < f[form].tensors; t++) sum += f[form].tensor[t].bytes;
            ck_assert_int_eq(sum, f[form].bytes);
        }
        for (int v = 0; v < n->layers; v++) {
            whole = larger(whole, slow_step(n, v));
            in_place = larger(in_place, slow_step_in_place(n, v));
            steps += slow_step_in_place(n, v) < slow_step(n, v);
        }
        ck_assert_int_eq(f[FLOORS_WHOLE].bytes, whole);
        ck_assert_int_eq(f[FLOORS_STREAMED].bytes, slow_streamed(n, false));
        ck_assert_int_eq(f[FLOORS_IMAGE_BY_ROWS].bytes, slow_streamed(n, true));
        ck_assert_int_eq(f[FLOORS_IN_PLACE].bytes, in_place);
        for (int form = 0; form < FLOORS_FORMS; form++) floors_free(&f[form]);
        network_free(n);
        if (i % 2) harness_forget(harness_scratch("floors.net", NULL));
    }
    printf("%d segments, %d steps in place\n", segments, steps);
    ck_assert_int_gt(segments, 10 * NETWORKS);
    ck_assert_int_gt(steps, NETWORKS / 3);
}
END_TEST

START_TEST(an_element_of_one_byte_is_a_quarter_of_one_of_four) {
    struct network *n = sketches_parse(by_hand[_i].text);
    for (int form = 0; form < FLOORS_FORMS; form++) {
        struct floors four, one;
        floors_find(&four, n, (enum floors_form)form, 4, NULL);
        floors_find(&one, n, (enum floors_form)form, 1, NULL);
        ck_assert_int_eq(four.bytes - four.state_bytes, 4 * (one.bytes - one.state_bytes));
        ck_assert_int_eq(four.state_bytes, one.state_bytes);
        floors_free(&four);
        floors_free(&one);
    }
    network_free(n);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("floors");
    TCase *c = tcase_create("floors");
    tcase_set_timeout(c, 0);
    tcase_add_loop_test(c, floors_of_small_networks_are_those_counted_by_hand, 0, BY_HAND);
    tcase_add_test(c, floors_of_random_networks_are_those_of_all_paths);
    tcase_add_loop_test(c, an_element_of_one_byte_is_a_quarter_of_one_of_four, 0, BY_HAND);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

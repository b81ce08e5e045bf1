/* Outputs over and around inputs (formulation/overlay.h), end to end: random networks full of them are run, every layer
 * is compared with direct loops in double, and the bytes are those of the judge. */
#include "formulation/overlay.h"
#include "tests/support/kept.h"

#define NETWORKS 50
#define LAYERS   16

/* --- networks: every layer reads what is there already, mostly the latest --- */

struct drawing {
    char text[8192];
    size_t used;
    struct random *r;
    int layers;
    struct shape shape[2 * LAYERS + 4];
    bool read[2 * LAYERS + 4];
};

static void draw(struct drawing *d, struct shape shape, const char *rest) {
    d->used += (size_t)snprintf(d->text + d->used, sizeof d->text - d->used, "a%d %s\n", d->layers, rest);
    ck_assert_uint_lt(d->used, sizeof d->text);
    d->shape[d->layers++] = shape;
}

static bool pixels_alike(struct shape a, struct shape b) {
    return a.H == b.H && a.W == b.W;
}

static void draw_convolution(struct drawing *d, int u) {
    const struct shape s = d->shape[u];
    const int stride = random_int(d->r, 1, 2), m = random_int(d->r, 1, 6);
    const bool depthwise = random_int(d->r, 0, 1);
    char line[128];
    snprintf(line, sizeof line, "conv a%d m=%d k=3 p=1 s=%d g=%d", u, depthwise ? s.C : m, stride, depthwise ? s.C : 1);
    draw(d, (struct shape){depthwise ? s.C : m, (s.H - 1) / stride + 1, (s.W - 1) / stride + 1}, line);
}

static void draw_pool(struct drawing *d, int u) {
    const struct shape s = d->shape[u];
    const int k = random_int(d->r, 1, 3), stride = random_int(d->r, 1, 2), p = random_int(d->r, 0, k / 2);
    char line[128];
    if (s.H + 2 * p < k || s.W + 2 * p < k) return;
    snprintf(line, sizeof line, "%s a%d k=%d s=%d p=%d", random_int(d->r, 0, 1) ? "maxpool" : "avgpool", u, k, stride,
             p);
    draw(d, (struct shape){s.C, (s.H + 2 * p - k) / stride + 1, (s.W + 2 * p - k) / stride + 1}, line);
}

static void draw_pointwise(struct drawing *d, int u) {
    static const char *const names[] = {"relu", "lrn", "softmax"};
    char line[128];
    snprintf(line, sizeof line, "%s a%d", names[random_int(d->r, 0, 2)], u);
    draw(d, d->shape[u], line);
}

/* Of u and others with the same pixels; for an addition also the same channels. */
static void draw_joined(struct drawing *d, int u, bool adds) {
    char line[128];
    int used = snprintf(line, sizeof line, "%s a%d", adds ? "add" : "concat", u), inputs = 1, C = d->shape[u].C;
    int taken[4] = {u};
    for (int v = d->layers - 1; v >= 0 && inputs < 4; v--) {
        const bool fits = pixels_alike(d->shape[v], d->shape[u]) && (!adds || d->shape[v].C == d->shape[u].C);
        if (!fits || (v == u && random_int(d->r, 0, 7)) || random_int(d->r, 0, 2) == 0) continue;
        used += snprintf(line + used, sizeof line - (size_t)used, ",a%d", v);
        taken[inputs] = v;
        C += adds ? 0 : d->shape[v].C;
        inputs++;
    }
    if (inputs == 1 || C > 60) return;
    draw(d, (struct shape){C, d->shape[u].H, d->shape[u].W}, line);
    for (int i = 0; i < inputs; i++) d->read[taken[i]] = true;
}

static void draw_layer(struct drawing *d) {
    const int before = d->layers, u = random_int(d->r, 0, 3) ? before - 1 : random_int(d->r, 0, before - 1);
    switch (random_int(d->r, 0, 5)) {
    case 0:
    case 1: draw_joined(d, u, false); return;
    case 2: draw_joined(d, u, true); return;
    case 3: draw_convolution(d, u); break;
    case 4: draw_pool(d, u); break;
    case 5: draw_pointwise(d, u); break;
    }
    if (d->layers > before) d->read[u] = true;
}

/* What nothing reads becomes one output: means of it all, one after another. */
static void draw_end(struct drawing *d) {
    int unread[LAYERS + 2], count = 0, layers = d->layers;
    char line[256];
    for (int v = 0; v < layers; v++)
        if (!d->read[v] && (count < 8)) unread[count++] = v;
    if (count == 1) return;
    int used = snprintf(line, sizeof line, "concat "), C = 0;
    for (int i = 0; i < count; i++) {
        char mean[64];
        snprintf(mean, sizeof mean, "avgpool a%d global=1", unread[i]);
        used += snprintf(line + used, sizeof line - (size_t)used, "%sa%d", i ? "," : "", d->layers);
        C += d->shape[unread[i]].C;
        draw(d, (struct shape){d->shape[unread[i]].C, 1, 1}, mean);
    }
    draw(d, (struct shape){C, 1, 1}, line);
}

/* false: more than a concatenation can take is left unread, or only the image is read. */
static bool drawing_make(struct drawing *d, struct random *r) {
    int unread = 0;
    *d = (struct drawing){.r = r};
    const struct shape image = {random_int(r, 1, 4), random_int(r, 1, 9), random_int(r, 1, 9)};
    char line[64];
    snprintf(line, sizeof line, "input - c=%d h=%d w=%d", image.C, image.H, image.W);
    draw(d, image, line);
    draw_convolution(d, 0);
    d->read[0] = true;
    while (d->layers < LAYERS) draw_layer(d);
    for (int v = 0; v < d->layers; v++) unread += !d->read[v];
    if (unread > 8) return false;
    draw_end(d);
    return true;
}

/* --- what is seen --- */

struct seen {
    int over, shrunk, around, nested, plans, tight;
};

static void schedule_is_seen(struct seen *seen, const struct schedule *s) {
    ck_assert(schedule_check(s));
    seen->plans++;
    seen->tight += s->arena_bytes == s->live_bytes;
    for (int i = 0; i < s->steps; i++) {
        const struct schedule_step *t = &s->step[i], *to = t->into < 0 ? NULL : &s->step[t->into];
        if (!to) continue;
        const bool around = overlay_joins(s->network, to->node);
        seen->around += around;
        seen->nested += around && to->into >= 0;
        seen->over += !around;
        seen->shrunk += !around && to->out_bytes < t->out_bytes;
        ck_assert_int_eq(schedule_over(s, t->into) == i, !around);
    }
}

/* A schedule in which one thing is otherwise is not valid. */
static void changes_are_noticed(struct schedule *s, int *changes) {
    for (int i = 0; i < s->steps; i++) {
        struct schedule_step *t = &s->step[i], was = *t;
        if (t->into < 0 || t->out_bytes == 0) continue;
        t->out_offset += 4; /* not where it is tied to */
        ck_assert(!schedule_check(s));
        *t = was;
        t->last = t->into + 1; /* read after it was lost */
        if (t->last < s->steps) ck_assert(!schedule_check(s)), ++*changes;
        *t = was;
    }
    ck_assert(schedule_check(s));
}

START_TEST(random_networks_run_over_and_around_inputs_in_the_bytes_of_the_judge) {
    struct seen seen = {0};
    int changes = 0;
    for (int i = 0; i < NETWORKS; i++) {
        struct random r = {(uint64_t)(i + NETWORKS * _i)};
        struct drawing d;
        struct error err = {""};
        while (!drawing_make(&d, &r)) continue;
        struct world w = world_new(harness_scratch("overlay.net", d.text));
        struct reference *f = reference_new(w.net, &w.weights, w.in, 1, &err);
        ck_assert_msg(f != NULL, "%s", err.text);
        for (int round = 0; round < 4; round++) {
            world_plan(&w, "overlay", &r, round % 2 ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE);
            plan_is_kept(&w, f, 1);
            if (round == 0) plan_is_kept(&w, f, 2);
            struct schedule *s = schedule_new(w.plan, w.net, 1, &err);
            schedule_is_seen(&seen, s);
            if (round == 1) changes_are_noticed(s, &changes);
            schedule_free(s);
        }
        reference_free(f);
        world_free(&w);
        harness_forget(harness_scratch("overlay.net", NULL));
    }
    printf("%d plans, %d of them tight: %d over (%d over a larger one), %d around (%d nested), %d changes\n",
           seen.plans, seen.tight, seen.over, seen.shrunk, seen.around, seen.nested, changes);
    ck_assert_int_gt(seen.over, 5 * NETWORKS);
    ck_assert_int_gt(seen.shrunk, NETWORKS);
    ck_assert_int_gt(seen.around, 3 * NETWORKS);
    ck_assert_int_gt(seen.nested, NETWORKS / 3);
    ck_assert_int_gt(changes, NETWORKS);
    ck_assert_int_ge(seen.tight, seen.plans * 80 / 100);
}
END_TEST

/* --- by hand --- */

#define POOL(n) "a" n " conv in m=1 k=1\nb" n " maxpool a" n " k=2 s=2\n"
static const struct {
    const char *text;
    int64_t peak, apart; /* of the leanest kernels in CHW; if every output has a block of its own */
    const char *what;
} by_hand[] = {
    {"in input - c=1 h=4 w=4\na conv in m=4 k=1\nb maxpool a k=2 s=2\nc conv b m=17 k=1\n", 64 + 272, 64 + 272,
     "b gives back what it leaves of a: at c there are b and c"},
    {"in input - c=1 h=4 w=4\na conv in m=4 k=1\nb maxpool a k=3 s=1 p=1\nc conv b m=1 k=1\n", 2 * 256, 2 * 256,
     "b would overtake what it reads: apart"},
    {"in input - c=2 h=4 w=4\na conv in m=2 k=1\nb add a,in\nc conv b m=1 k=1\n", 2 * 128, 3 * 128,
     "b over a, in is given up after it"},
    {"in input - c=2 h=4 w=4\na conv in m=2 k=1\nb relu a\nc add b,a\nd conv c m=2 k=1\n", 2 * 128, 3 * 128,
     "a is read again: b not over it, but c over b"},
    {"in input - c=2 h=4 w=4\nb add in,in\nc conv b m=2 k=1\n", 2 * 128, 2 * 128, "in comes twice: not over it"},
    {"in input - c=1 h=4 w=4\na conv in m=2 k=1\nb conv in m=3 k=1\nc concat a,b\nd conv c m=1 k=1\n", 64 * (5 + 1),
     64 * (2 + 3 + 5), "a and b are made in c"},
    {"in input - c=1 h=4 w=4\na conv in m=2 k=1\nb conv a m=3 k=1\nc concat b,a\nd conv c m=1 k=1\n", 64 * (5 + 1),
     64 * (2 + 3 + 5), "a is read before, too, and lies where c wants it"},
    {"in input - c=1 h=4 w=4\na conv in m=2 k=1\nc concat a,a\nd conv c m=1 k=1\n", 64 * (2 + 4), 64 * (2 + 4),
     "a would have to be in two places"},
    {"in input - c=1 h=4 w=4\n" POOL("1") POOL("2") POOL("3") POOL("4") POOL("5") POOL("6") POOL("7")
         POOL("8") "c concat b1,b2,b3,b4,b5,b6,b7,b8\nd conv c m=1 k=1\n",
     2 * 8 * 16, 2 * 8 * 16, "each pool lies over what sticks out of its slice: c copies"},
};
#define BY_HAND ((int)(sizeof by_hand / sizeof by_hand[0]))

/* Every layer in CHW, by the kernel of the least workspace. */
static void choose_lean(struct world *w) {
    for (int v = 0; v < w->g->nodes; v++) {
        const struct node *n = &w->g->node[v];
        w->choice[v] = -1;
        for (int k = 0; k < n->choices; k++) {
            const struct choice *c = &n->choice[k];
            const bool lean = w->choice[v] < 0 || c->workspace_bytes < n->choice[w->choice[v]].workspace_bytes;
            if (c->in == LAYOUT_CHW && c->out == LAYOUT_CHW && lean) w->choice[v] = k;
        }
    }
}

START_TEST(the_peak_of_a_small_network_is_that_counted_by_hand) {
    struct world w = world_new(harness_scratch("hand.net", by_hand[_i].text));
    choose_lean(&w);
    for (int v = 0; v < w.g->nodes; v++) ck_assert_int_eq(w.g->node[v].choice[w.choice[v]].workspace_bytes, 0);
    for (int apart = 0; apart < 2; apart++) {
        if (apart) instance_apart(w.g);
        const int64_t peak = selection_evaluate(w.g, w.choice, MEMORY_PEAK, CONVERSIONS_PER_EDGE).memory_bytes;
        ck_assert_msg(peak == (apart ? by_hand[_i].apart : by_hand[_i].peak), "%s: %lld", by_hand[_i].what,
                      (long long)peak);
    }
    world_free(&w);
    harness_forget(harness_scratch("hand.net", NULL));
}
END_TEST

/* With --in-place off: run as planned, by a schedule in which nothing is tied to anything. */
START_TEST(random_networks_run_with_every_output_in_a_block_of_its_own) {
    int more = 0, ties = 0;
    for (int i = 0; i < NETWORKS / 2; i++) {
        struct random r = {(uint64_t)(7000 + i)};
        struct drawing d;
        struct error err = {""};
        while (!drawing_make(&d, &r)) continue;
        struct world w = world_new(harness_scratch("overlay.net", d.text));
        struct reference *f = reference_new(w.net, &w.weights, w.in, 1, &err);
        choose_lean(&w); /* so that tensors are what counts */
        const enum conversions conversions = i % 2 ? CONVERSIONS_PER_TENSOR : CONVERSIONS_PER_EDGE;
        const int64_t in_place = selection_evaluate(w.g, w.choice, MEMORY_PEAK, conversions).memory_bytes;
        instance_apart(w.g);
        w.plan = plan_new(w.g, w.choice, "overlay", "random", MEMORY_PEAK, conversions, INT64_MAX);
        ck_assert(w.plan->apart && w.plan->memory_bytes >= in_place);
        more += w.plan->memory_bytes > in_place;
        plan_is_kept(&w, f, 1);
        struct schedule *s = schedule_new(w.plan, w.net, 1, &err);
        ck_assert(schedule_check(s));
        for (int at = 0; at < s->steps; at++) ties += s->step[at].into >= 0;
        schedule_free(s);
        reference_free(f);
        world_free(&w);
        harness_forget(harness_scratch("overlay.net", NULL));
    }
    ck_assert_int_eq(ties, 0);
    printf("%d of %d take more bytes\n", more, NETWORKS / 2);
    ck_assert_int_gt(more, NETWORKS / 10);
}
END_TEST

/* The file says it, is read back, and is judged by it: without the line it needs fewer bytes than it states. */
START_TEST(a_plan_states_that_every_output_has_a_block_of_its_own) {
    static const struct {
        const char *from, *to, *refused; /* NULL: it is judged true */
    } cases[] = {{"# in-place: off\n", "# in-place: off\n", NULL},
                 {"# in-place: off\n", "", "memory-bytes: not what"},
                 {"in-place: off", "in-place: on", "in-place: `on` is wrong (expected off, or no such line)"},
                 {"in-place: off", "in-place: off\n# in-place: off", "`in-place` is given twice"}};
    const char *net = harness_scratch("hand.net", by_hand[2].text);
    struct world w = world_new(net);
    char written[512], text[8192];
    choose_lean(&w);
    instance_apart(w.g);
    w.plan = plan_new(w.g, w.choice, net, "hand", MEMORY_PEAK, CONVERSIONS_PER_EDGE, INT64_MAX);
    snprintf(written, sizeof written, "%s", harness_scratch("apart.plan", NULL));
    struct error err = {""};
    ck_assert_msg(plan_write(w.plan, written, &err), "%s", err.text);
    FILE *file = fopen(written, "r");
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char changed[8192];
        const char *at = strstr(text, cases[i].from);
        ck_assert(at != NULL);
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, cases[i].to, at + strlen(cases[i].from));
        struct plan *p = plan_read(harness_scratch("changed.plan", changed), &err);
        const bool good = p && plan_match(p, w.net, &err) && plan_judge(p, w.net, NULL, &err);
        ck_assert_msg(good == !cases[i].refused, "case %d: %s", (int)i, err.text);
        if (!good) ck_assert_msg(strstr(err.text, cases[i].refused) != NULL, "%s", err.text);
        plan_free(p);
        harness_forget(harness_scratch("changed.plan", NULL));
    }
    harness_forget(written);
    world_free(&w);
    harness_forget(net);
}
END_TEST

/* On two threads a pool is not written over its input: 2048 and 512 bytes rather than 256 and 2048. */
START_TEST(a_budget_that_needs_one_thread_is_refused_with_two) {
    const char *path = harness_scratch("hand.net", "in input - c=1 h=8 w=8\na conv in m=8 k=1\nb maxpool a k=2 s=2\n"
                                                   "c conv b m=1 k=1\n");
    struct world w = world_new(path);
    struct error err = {""};
    world_plan_by(&w, path, "sum2d");
    plan_free(w.plan);
    w.plan = plan_new(w.g, w.choice, path, "hand", MEMORY_PEAK, CONVERSIONS_PER_EDGE, 2304);
    ck_assert_int_eq(w.plan->memory_bytes, 2304);
    ck_assert_msg(plan_affords(w.plan, w.net, 1, &err), "%s", err.text);
    ck_assert(!plan_affords(w.plan, w.net, 2, &err));
    ck_assert_msg(strstr(err.text, "it needs 2560 bytes, its budget is 2304") != NULL, "%s", err.text);
    world_free(&w);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("overlay");
    TCase *c = tcase_create("overlay");
    tcase_set_timeout(c, 0);
    tcase_add_loop_test(c, random_networks_run_over_and_around_inputs_in_the_bytes_of_the_judge, 0, 1);
    tcase_add_loop_test(c, the_peak_of_a_small_network_is_that_counted_by_hand, 0, BY_HAND);
    tcase_add_test(c, random_networks_run_with_every_output_in_a_block_of_its_own);
    tcase_add_test(c, a_plan_states_that_every_output_has_a_block_of_its_own);
    tcase_add_test(c, a_budget_that_needs_one_thread_is_refused_with_two);
    suite_add_tcase(suite, c);
    return harness_run(suite);
}

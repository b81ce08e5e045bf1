/* What further threads are worth: plans on one thread and on T, in one process, by turns.
 *
 *     bench_threads T ROUNDS FOLDER PLAN...
 *
 * Each plan has two runtimes with the same weights and input. After an untimed run of both, a round runs one thread, T
 * threads, and T threads one after the other on one core (tests/bench/bench_lanes.h): once untimed, and once with the
 * steps timed by the wall clock. A round counts if a short product on all threads at once found every processor at full speed before and after
 * it. Medians of rounds. FOLDER/threads.tsv: a row per network, and per kind of step the sum of its medians:
 *
 *     times   one thread over T threads, as measured: what this machine gives
 *     even    one thread over the even time: what the division of the work would give on T cores that share nothing
 *
 * Above them, how this machine scales on work that is divided evenly: products from the first-level cache, and reading
 * memory. FOLDER/threads-steps.tsv has a row per step. The outputs of all sides must be equal to the bit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/runtime/image.h"
#include "experiments/runtime/runtime.h"
#include "kernels/gemm/micro.h"
#include "kernels/parallel.h"
#include "solver/base/clock.h"
#include "solver/base/memory.h"
#include "solver/base/text.h"
#include "tests/bench/bench_lanes.h"

#define SEED    1
#define ROUNDS  101 /* at most */
#define KINDS   64  /* of steps in a network */
#define THREADS 64  /* at most */

enum side { ONE, MANY, EVEN, SIDES };

struct bench {
    int threads, rounds, steps;
    struct plan *plan;
    struct network *network;
    struct weights weights;
    struct runtime *one, *many;
    struct measure clock; /* less what lanes in turn would save */
    float *in, *out[SIDES];
    int64_t *step[SIDES]; /* [rounds][steps], then medians in the first row */
};

/* --- the machine --- */

struct machine {
    int threads, tries, trials;
    int64_t best_ns; /* of a trial */
    float *from, *to;
};

#define MACHINE_DEPTH 256
#define MACHINE_TILES 4096
#define MACHINE_TRIAL 512        /* tiles that show whether all processors are at their full speed */
#define MACHINE_TRIES 40         /* rounds begun for each that counts, at most */
#define MACHINE_SLOW  1.1        /* times the best */
#define MACHINE_BYTES (32 << 20) /* of memory, for each thread */

/* Tiles of a product from the first-level cache, and how long the slowest thread takes for its own. */
static int64_t machine_multiply(const float *from, float *to, int tiles, int threads) {
    const struct micro *micro = micro_current();
    const int nr = micro_nr(micro), many = threads;
    int64_t ns[THREADS], most = 0;
    PARALLEL_FOR
    for (int part = 0; part < many; part++) {
        const int64_t begun = clock_wall_ns();
        const float *rows[MICRO_ROWS];
        for (int r = 0; r < micro->mr; r++) rows[r] = from + r * MACHINE_DEPTH;
        const struct micro_tile tile = {.taps = 1,
                                        .depth = MACHINE_DEPTH,
                                        .rows = rows,
                                        .panel = from,
                                        .c = to + (size_t)part * (size_t)(MICRO_ROWS * nr),
                                        .ldc = (size_t)nr,
                                        .columns = nr};
        for (int t = 0; t < tiles / many; t++) micro_run(micro, micro->mr, nr, &tile);
        ns[part] = clock_wall_ns() - begun;
    }
    for (int part = 0; part < many; part++) most = ns[part] > most ? ns[part] : most;
    return most;
}

/* One word of each line of the memory of all threads. */
static void machine_read(const float *from, float *to, int threads) {
    const size_t words = MACHINE_BYTES / sizeof(float), stride = 64 / sizeof(float);
    const int many = threads;
    PARALLEL_FOR
    for (int part = 0; part < many; part++) {
        const size_t all = words * 2 / (size_t)many; /* both sides read the same */
        const float *x = from + (size_t)part * all;
        float sum = 0;
        for (size_t i = 0; i < all; i += stride) sum += x[i];
        to[(size_t)part * stride] = sum;
    }
}

/* Processors of a virtual machine are slower by half while others use the same cores, for parts of a second: are all of
 * them at full speed just now? The best is of all trials so far. */
static bool machine_steady(struct machine *m) {
    const int64_t ns = machine_multiply(m->from, m->to, MACHINE_TRIAL * m->threads, m->threads);
    if (m->best_ns == 0 || ns < m->best_ns) m->best_ns = ns;
    m->trials++;
    return (double)ns <= MACHINE_SLOW * (double)m->best_ns;
}

static void machine_init(struct machine *m, int threads) {
    const size_t bytes = (size_t)2 * MACHINE_BYTES;
    *m = (struct machine){.threads = threads};
    m->from = memory_aligned(bytes, 64), m->to = memory_aligned((size_t)threads * 4096 * sizeof(float), 64);
    memset(m->from, 0, bytes);
    for (int i = 0; i < 200; i++) machine_steady(m);
}

static void machine_free(struct machine *m) {
    free(m->from);
    free(m->to);
}

/* Takes rounds until `rounds` of them found all processors at full speed before and after; the last tries count
 * whatever they were. */
static bool machine_next(struct machine *m, int *kept, int rounds) {
    if (m->tries > 0 && (machine_steady(m) || m->tries >= MACHINE_TRIES * rounds)) ++*kept;
    if (*kept == rounds) {
        m->tries = 0;
        return false;
    }
    for (m->tries++; !machine_steady(m) && m->tries < MACHINE_TRIES * rounds; m->tries++)
        ;
    return true;
}

static void machine_row(struct text_writer *to, struct machine *m, bool memory, int rounds) {
    int64_t ns[2][ROUNDS];
    int r = 0;
    while (machine_next(m, &r, rounds))
        for (int side = 0; side < 2; side++) {
            const int64_t begun = clock_wall_ns();
            if (memory)
                machine_read(m->from, m->to, side ? m->threads : 1);
            else
                machine_multiply(m->from, m->to, MACHINE_TILES, side ? m->threads : 1);
            ns[side][r] = clock_wall_ns() - begun;
        }
    const double one = (double)measure_summary(ns[0], rounds).median_ns,
                 many = (double)measure_summary(ns[1], rounds).median_ns;
    text_write(to, "machine\t%s\t1\t%.3f\t%.3f\t%.2f\t%d.00\n", memory ? "memory" : "multiply-adds", one / 1e6,
               many / 1e6, one / many, m->threads);
}

/* --- networks --- */

static void bench_run(struct bench *b, enum side side, int64_t *step_ns) {
    const struct runtime_observer watch = {.step_ns = step_ns, .clock = &b->clock};
    lanes_in_turn(side == EVEN);
    runtime_run(side == ONE ? b->one : b->many, b->out[side], b->in, &watch);
    lanes_in_turn(false);
}

static bool bench_open(struct bench *b, const char *path, struct error *err) {
    b->plan = plan_read(path, err);
    struct network *raw = b->plan ? network_open(b->plan->network, err) : NULL;
    b->network = raw ? network_fold(raw) : NULL;
    network_free(raw);
    if (!b->network || !weights_init(&b->weights, b->network, SEED, NULL, err)) return false;
    b->one = runtime_new(b->plan, b->network, &b->weights, 1, err);
    b->many = b->one ? runtime_new(b->plan, b->network, &b->weights, b->threads, err) : NULL;
    if (!b->many) return false;
    const struct shape image = b->network->layer[0].out;
    b->in = MEMORY_NEW(float, runtime_inputs(b->one));
    image_noise(b->in, image, SEED + 7);
    b->steps = b->plan->steps;
    for (int side = 0; side < SIDES; side++) {
        b->out[side] = MEMORY_NEW(float, runtime_outputs(b->one));
        b->step[side] = MEMORY_NEW(int64_t, (size_t)b->rounds * (size_t)b->steps);
    }
    b->clock = (struct measure){.clock_ns = lanes_clock_ns};
    measure_clock_read(&b->clock);
    return true;
}

static void bench_close(struct bench *b) {
    for (int side = 0; side < SIDES; side++) free(b->out[side]), free(b->step[side]);
    runtime_free(b->one);
    runtime_free(b->many);
    weights_free(&b->weights);
    network_free(b->network);
    plan_free(b->plan);
    free(b->in);
}

/* The first round warms up. */
static void bench_measure(struct bench *b, struct machine *m) {
    int64_t *ns = MEMORY_NEW(int64_t, (size_t)b->rounds);
    for (int side = 0; side < SIDES; side++) bench_run(b, side, b->step[side]);
    int kept = 0;
    while (machine_next(m, &kept, b->rounds))
        for (int side = 0; side < SIDES; side++) {
            bench_run(b, side, NULL); /* so that each core holds what it held after the same run before */
            bench_run(b, side, b->step[side] + (size_t)kept * (size_t)b->steps);
        }
    for (int side = 0; side < SIDES; side++)
        for (int s = 0; s < b->steps; s++) {
            for (int r = 0; r < b->rounds; r++) ns[r] = b->step[side][(size_t)r * (size_t)b->steps + (size_t)s];
            b->step[side][s] = measure_summary(ns, b->rounds).median_ns;
        }
    free(ns);
}

/* What a step is: its family of primitives, or its operator. */
static const char *bench_kind(const struct schedule_step *t) {
    return t->primitive ? t->primitive->algorithm->name : t->row->name;
}

/* Steps of a kind, or all of them (NULL). */
static void bench_row(struct text_writer *to, const struct bench *b, const char *kind) {
    double ns[SIDES] = {0};
    int steps = 0;
    for (int i = 0; i < b->steps; i++) {
        if (kind && strcmp(kind, bench_kind(&b->one->schedule->step[i])) != 0) continue;
        for (int side = 0; side < SIDES; side++) ns[side] += (double)b->step[side][i];
        steps++;
    }
    text_write(to, "%s\t%s\t%d\t%.3f\t%.3f\t%.2f\t%.2f\n", b->plan->network, kind ? kind : "all", steps, ns[ONE] / 1e6,
               ns[MANY] / 1e6, ns[ONE] / ns[MANY], ns[ONE] / ns[EVEN]);
}

static void bench_rows(struct text_writer *to, const struct bench *b) {
    const char *kind[KINDS];
    int kinds = 0;
    bench_row(to, b, NULL);
    for (int i = 0; i < b->steps; i++) {
        const char *this = bench_kind(&b->one->schedule->step[i]);
        int k = 0;
        while (k < kinds && strcmp(kind[k], this) != 0) k++;
        if (k < kinds || kinds == KINDS) continue;
        kind[kinds++] = this;
        bench_row(to, b, this);
    }
}

static void bench_steps(struct text_writer *to, const struct bench *b) {
    for (int i = 0; i < b->steps; i++) {
        const struct schedule_step *t = &b->one->schedule->step[i];
        const double one = (double)b->step[ONE][i], many = (double)b->step[MANY][i], even = (double)b->step[EVEN][i];
        text_write(to, "%s\t%s\t%s\t%d,%d,%d\t%.3f\t%.3f\t%.2f\t%.2f\t%.3f\n", b->plan->network, t->row->layer,
                   t->row->name, t->shape.C, t->shape.H, t->shape.W, one / 1e6, many / 1e6, one / many, one / even,
                   (even - one / b->threads) / 1e6);
    }
}

static bool bench_plan(struct text_writer *to, struct text_writer *steps, struct bench *b, struct machine *m,
                       const char *path, struct error *err) {
    bool good = bench_open(b, path, err);
    if (good) bench_measure(b, m);
    for (int side = MANY; side < SIDES && good; side++)
        if (memcmp(b->out[ONE], b->out[side], (size_t)runtime_outputs(b->one) * sizeof(float)) != 0)
            good = error_at(err, path, 0, "other bits with %d threads (expected those of one)", b->threads);
    if (good) bench_rows(to, b), bench_steps(steps, b);
    bench_close(b);
    return good;
}

static bool bench_all(const char *folder, char **plan, int threads, int rounds, struct error *err) {
    struct text_writer rows, steps;
    char path[4096];
    snprintf(path, sizeof path, "%s/threads.tsv", folder);
    if (!text_create(&rows, path, err)) return false;
    snprintf(path, sizeof path, "%s/threads-steps.tsv", folder);
    if (!text_create(&steps, path, err)) {
        text_abandon(&rows);
        return false;
    }
    text_write(&rows, "network\tsteps of\tsteps\tone_ms\t%d_threads_ms\ttimes\teven\n", threads);
    text_write(&steps, "network\tlayer\tname\tC,H,W\tone_ms\t%d_threads_ms\ttimes\teven\tuneven_ms\n", threads);
    struct machine m;
    machine_init(&m, threads);
    machine_row(&rows, &m, false, rounds), machine_row(&rows, &m, true, rounds);
    bool good = true;
    for (; *plan && good; plan++) {
        struct bench b = {.threads = threads, .rounds = rounds};
        good = bench_plan(&rows, &steps, &b, &m, *plan, err);
    }
    machine_free(&m);
    if (good && text_close(&rows, err)) return text_close(&steps, err);
    if (!good) text_abandon(&rows);
    text_abandon(&steps);
    return false;
}

int main(int argc, char **argv) {
    struct error err = {""};
    const int threads = argc > 4 ? atoi(argv[1]) : 0, rounds = argc > 4 ? atoi(argv[2]) : 0;
    measure_flush_denormals(); /* before the first team starts: its threads inherit it */
    if (threads >= 2 && threads <= THREADS && rounds >= 1 && rounds <= ROUNDS &&
        bench_all(argv[3], argv + 4, threads, rounds, &err))
        return 0;
    fprintf(stderr, "bench_threads: %s\n",
            err.text[0] ? err.text : "THREADS (2 to 64) ROUNDS (at most 101) FOLDER PLAN...");
    return 2;
}

/* taso arena - offsets for buffers with given lifetimes, in as small an arena as there is. */
#include "experiments/commands/command.h"
#include "experiments/runtime/arena.h"
#include "experiments/runtime/arena_file.h"
#include "solver/base/clock.h"

#define ARENA_SECONDS 30

struct given {
    int64_t capacity_bytes;
    double seconds;
    const char *output;
    bool json;
};
static const struct given preset = {.capacity_bytes = INT64_MAX, .seconds = ARENA_SECONDS};

static const struct flag flags[] = {{"capacity", FLAG_BYTES, offsetof(struct given, capacity_bytes), "BYTES",
                                     "ask only whether the buffers fit in that many bytes", .none = true},
                                    {"time-limit", FLAG_REAL, offsetof(struct given, seconds), "S",
                                     "seconds after which the best found is printed", 0, FLAGS_UNLIMITED},
                                    {"output", FLAG_OUT, offsetof(struct given, output), "OFFSETS.csv",
                                     "where to write id,lower,upper,size,offset", .reports = true},
                                    KEYS_FLAG(struct given, json, NULL),
                                    {0}};

static enum status outcome(const struct arena_result *r, int64_t capacity) {
    if (capacity == INT64_MAX) return r->size_bytes == r->bound_bytes ? STATUS_DONE : STATUS_LIMIT;
    if (r->size_bytes <= capacity) return STATUS_DONE;
    return r->bound_bytes > capacity ? STATUS_INFEASIBLE : STATUS_LIMIT;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *g = call->given;
    const double start = clock_wall();
    struct keys k;
    struct arena_file *f = arena_file_read(call->line.operand[0], err);
    if (!f) return STATUS_BAD;
    struct limits limits = limits_none();
    if (g->seconds < FLAGS_UNLIMITED) limits.deadline = start + g->seconds;
    limits.interrupt = call->interrupt;
    const int64_t enough = g->capacity_bytes == INT64_MAX ? 0 : g->capacity_bytes > 0 ? g->capacity_bytes : 1;
    const struct arena_result r = arena_solve(f->buffer, f->buffers, enough, &limits);
    keys_begin(&k, g->json);
    keys_number(&k, "buffers", f->buffers);
    keys_number(&k, "bound-bytes", r.bound_bytes);
    keys_number(&k, "size-bytes", r.size_bytes);
    keys_yes(&k, "optimal", r.size_bytes == r.bound_bytes);
    keys_real(&k, "seconds", clock_wall() - start, 'f', 3);
    keys_end(&k);
    const bool good = !g->output || arena_file_write(g->output, f, err);
    arena_file_free(f);
    return good ? outcome(&r, g->capacity_bytes) : STATUS_BAD;
}

const struct command command_arena = {
    .flags =
        {.program = "taso arena",
         .operands = "BUFFERS.csv",
         .least_operands = 1,
         .most_operands = 1,
         .summary = "offsets for buffers with given lifetimes, in the smallest arena",
         .help =
             "Reads comma-separated lines id,lower,upper,size (a header line names the columns, in any order; alignment may be\n"
             "one of them). A buffer is alive from step lower to step upper - 1; buffers that are alive at the same step get\n"
             "disjoint bytes. Prints the proven bound, the size found, and whether no smaller arena exists. With --capacity the\n"
             "search ends as soon as that many bytes are found to be enough, or proven not to be.\n"
             "\n"
             "Exit status: 0 smallest, or fits; 3 does not fit in the capacity; 1 not known within the time limit. The best\n"
             "offsets found are written in every case.\n"
             "\n"
             "Example: taso arena buffers.csv --capacity 1M -o offsets.csv",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};

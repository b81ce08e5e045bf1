/* taso profile-merge - merges the shards of a profile or of a sweep. */
#include <stdio.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "experiments/commands/sweep_merge.h"
#include "experiments/measure/merge.h"
#include "experiments/measure/precious.h"

struct given {
    const char *output;
    bool force;
};
static const struct given preset = {0};

static const struct flag flags[] = {
    {"output", FLAG_OUT, offsetof(struct given, output), "FILE",
     "where to write the merged table; gzip if it ends in .gz", .required = true, .measures = true},
    {"force", FLAG_SWITCH, offsetof(struct given, force), "", "replace an existing profile"},
    {0}};

static enum status merge_profile(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    if (!precious_replaced(given->output, given->force, err)) return STATUS_BAD;
    struct profile *p = merge_profiles(call->line.operand, call->line.operands, err);
    if (!p) return STATUS_BAD;
    const bool good = profile_write(p, given->output, err);
    if (good && !call->line.quiet)
        fprintf(stderr, "%s: %d rows of %d shards; `taso profile --resume` measures the second pass\n", given->output,
                p->rows, call->line.operands);
    profile_free(p);
    return good ? STATUS_DONE : STATUS_BAD;
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    if (!sweep_merge_is(call->line.operand[0])) return merge_profile(call, err);
    if (precious_measured(given->output)) {
        error_at(err, given->output, 0, "is a measured profile and is kept (expected a new name)");
        return STATUS_BAD;
    }
    return sweep_merge(given->output, call->line.operand, call->line.operands, err) ? STATUS_DONE : STATUS_BAD;
}

const struct command command_profile_merge = {
    .flags =
        {.program = "taso profile-merge",
         .operands = "PART...",
         .least_operands = 1,
         .most_operands = 1 << 20,
         .summary = "merge the shards of a profile or a sweep",
         .help =
             "PART: a file that `taso profile --shard I/N` or `taso sweep --shard I/N` wrote; all N of them, in any order. The merged\n"
             "table has the rows that one run would have. Parts with different settings, sources or machines are refused.\n"
             "\n"
             "A merged profile lacks the second pass. `taso profile` with the same flags, with --resume and without --shard, adds it:\n"
             "it times the rows that selections may rely on in running networks.\n"
             "\n"
             "Example: taso profile-merge part1.tsv part2.tsv -o here.tsv\n"
             "         taso profile --network all -o here.tsv --resume",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};

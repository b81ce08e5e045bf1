/* taso profile-part - the rows of a profile that some networks read. */
#include <stdio.h>

#include "experiments/commands/command.h"
#include "experiments/commands/narrowed.h"
#include "experiments/measure/precious.h"

struct given {
    const char *output, *networks;
    bool force;
};
static const struct given preset = {0};

static const struct flag flags[] = {
    {"output", FLAG_OUT, offsetof(struct given, output), "PROFILE", "where to write; gzip if it ends in .gz",
     .required = true, .measures = true},
    {"network", FLAG_TEXT, offsetof(struct given, networks), "N[,N...]|all", "built-in names or files",
     .required = true, .reads = true},
    {"force", FLAG_SWITCH, offsetof(struct given, force), "", "replace an existing profile"},
    {0}};

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    if (!precious_replaced(given->output, given->force, err)) return STATUS_BAD;
    struct profile *p = profile_read(call->line.operand[0], err);
    struct profile *part = p ? narrowed_profile(p, given->networks, err) : NULL;
    const bool good = part && profile_write(part, given->output, err);
    if (good && !call->line.quiet) fprintf(stderr, "%s: %d of %d rows\n", given->output, part->rows, p->rows);
    profile_free(part);
    profile_free(p);
    return good ? STATUS_DONE : STATUS_BAD;
}

const struct command command_profile_part = {
    .flags =
        {.program = "taso profile-part",
         .operands = "PROFILE",
         .least_operands = 1,
         .most_operands = 1,
         .summary = "the rows of a profile that some networks read",
         .help =
             "Selections for these networks are the same from the part as from the whole. Commands that read it start in a\n"
             "fraction of the time: worthwhile before many of them.\n"
             "\n"
             "Example: taso profile-part here.tsv.gz --network vgg16 -o vgg16.tsv",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};

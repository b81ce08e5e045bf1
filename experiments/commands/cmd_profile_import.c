/* taso profile-import - converts a published triNNity cost table to a PROFILE that selections can be made from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "experiments/commands/narrowed.h"
#include "formulation/profile_import.h"
#include "solver/base/provenance.h"

struct given {
    const char *output, *transforms, *networks;
};
static const struct given preset = {0};

static const struct flag flags[] = {{"output", FLAG_OUT, offsetof(struct given, output), "PROFILE",
                                     "where to write; gzip if it ends in .gz", .required = true},
                                    {"transforms", FLAG_IN, offsetof(struct given, transforms), "FILE",
                                     "layout conversions of a 2018 table; default: TABLE-transforms.csv next to it"},
                                    {"network", FLAG_TEXT, offsetof(struct given, networks), "N[,N...]|all",
                                     "only the rows that these networks can use; default: every row", .reads = true},
                                    {0}};

/* Another program measured these times on another machine, so this build's compiler and host do not apply. */
static void note(void *to, const char *key, const char *value) {
    static const char *const about_measuring[] = {"host", "compiler", "flags"};
    for (int i = 0; i < 3; i++)
        if (strcmp(key, about_measuring[i]) == 0) value = "those of the published table";
    notes_set(to, key, value);
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    struct profile *p = profile_import_table(call->line.operand[0], given->transforms, err);
    if (!p) return STATUS_BAD;
    if (given->networks) {
        struct profile *part = narrowed_profile(p, given->networks, err);
        profile_free(p);
        if (!part) return STATUS_BAD;
        p = part;
    }
    provenance_each(note, &p->notes, 1);
    bool good = profile_write(p, given->output, err);
    if (good && !call->line.quiet) fprintf(stderr, "%s: %d rows\n", given->output, p->rows);
    profile_free(p);
    return good ? STATUS_DONE : STATUS_BAD;
}

const struct command command_profile_import = {
    .flags =
        {.program = "taso profile-import",
         .operands = "TABLE.csv[.gz]",
         .least_operands = 1,
         .most_operands = 1,
         .summary = "convert a published triNNity cost table to a PROFILE",
         .help =
             "Reads the tables published with the primitive library that the paper selected from. They hold times of convolutions\n"
             "and of layout conversions, but no memory: workspaces are those of this program's primitives, matched by name. Layers\n"
             "missing from a table are excluded from every method's total, and named. results/README.md says where the tables are\n"
             "published, and how to turn them into CSV files.\n"
             "\n"
             "With --network the profile has the rows of those networks only: selections are the same, and are made faster.\n"
             "\n"
             "Example: taso profile-import intel.csv.gz -o intel.tsv.gz",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};

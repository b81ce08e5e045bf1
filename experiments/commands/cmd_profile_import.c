/* taso profile-import - converts a published triNNity cost table to a PROFILE that selections can be made from. */
#include <stdio.h>
#include <string.h>

#include "experiments/commands/command.h"
#include "formulation/profile_import.h"
#include "solver/base/provenance.h"

struct given {
    const char *output, *transforms;
};
static const struct given preset = {0};

static const struct flag flags[] = {{"output", FLAG_OUT, offsetof(struct given, output), "PROFILE",
                                     "where to write; gzip if it ends in .gz", .required = true},
                                    {"transforms", FLAG_IN, offsetof(struct given, transforms), "FILE",
                                     "layout conversions of a 2018 table; default: TABLE-transforms.csv next to it"},
                                    {0}};

/* Not our compiler and flags: another program was timed. */
static void note(void *to, const char *key, const char *value) {
    if (strcmp(key, "compiler") != 0 && strcmp(key, "flags") != 0) notes_set(to, key, value);
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *given = call->given;
    struct profile *p = profile_import_table(call->line.operand[0], given->transforms, err);
    if (!p) return STATUS_BAD;
    provenance_each(note, &p->notes, 1);
    notes_set(&p->notes, "host", "that of the published table");
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
             "missing from a table are excluded from every method's total, and named.\n"
             "\n"
             "Example: taso profile-import intel.csv.gz -o intel.tsv.gz",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .run = run};

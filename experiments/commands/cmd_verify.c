/* taso verify - whether a proof shows what it claims about a selection's integer program. Of the solver it calls the
 * readers of files and solver/exact alone: nothing of lp, presolve or the search. */
#include "experiments/commands/command.h"
#include "solver/base/clock.h"
#include "solver/io/lpfile.h"
#include "solver/io/mps.h"
#include "solver/report_vipr.h"

struct given {
    double seconds;
    bool json;
};
static const struct given preset = {.seconds = FLAGS_UNLIMITED};

static const struct flag flags[] = {{"time-limit", FLAG_REAL, offsetof(struct given, seconds), "S",
                                     "seconds after which nothing is proven", 0, FLAGS_UNLIMITED},
                                    KEYS_FLAG(struct given, json, NULL),
                                    {0}};

static struct model *program_of(const char *path, bool quiet, struct error *err) {
    return (lpfile_is_named(path) ? lpfile_read : mps_read)(path, false, quiet ? NULL : stderr, err);
}

static enum status run(const struct call *call, struct error *err) {
    const struct given *g = call->given;
    struct limits limits = limits_none();
    bool proven = false;
    if (g->seconds < FLAGS_UNLIMITED) limits.deadline = clock_wall() + g->seconds;
    limits.interrupt = call->interrupt;
    struct model *m = program_of(call->line.operand[0], call->line.quiet, err);
    const bool good = m && report_vipr(&proven, call->line.operand[1], g->json, m, &limits, err);
    model_free(m);
    return !good ? STATUS_BAD : proven ? STATUS_DONE : STATUS_LIMIT;
}

const struct command command_verify = {
    .flags =
        {.program = "taso verify",
         .operands = "MODEL.mps[.gz]|.lp[.gz] PROOF.vipr[.gz]",
         .least_operands = 2,
         .most_operands = 2,
         .summary = "check a proof of a selection's integer program in exact arithmetic",
         .help =
             "MODEL is a program as `taso export` writes it, PROOF a file in the format VIPR 1.1 about it, as `milp --certificate`\n"
             "writes it. Every derivation is checked in exact arithmetic, with no code of the simplex, presolve or the search.\n"
             "Prints what the proof claims, whether that is proven, between which values the optimum is, how many derivations were\n"
             "checked, and of a claim that is not proven the line that does not hold. The objective is MODEL's: ns for method taso.\n"
             "\n"
             "Exit status: 0 proven; 1 not proven; 2 the files are malformed, or PROOF is about another program.\n"
             "\n"
             "Example: taso export --network vgg16 --profile here.tsv --budget 1M -o vgg16.mps.gz\n"
             "         milp vgg16.mps.gz --certificate vgg16.vipr\n"
             "         taso verify vgg16.mps.gz vgg16.vipr",
         .flag = flags,
         .preset = &preset,
         .size = sizeof preset},
    .stops = true,
    .run = run};

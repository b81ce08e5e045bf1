#include "solver/command.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "solver/base/keys.h"

#define COMMAND_SET "set" /* the flag whose value is NAME=VALUE */

static const char *const command_formats[] = {"name", "mps", "lp"};

static bool command_take(void *given, const struct flag *f, const char *value, struct error *err);

/* Writing the model and verifying a proof are modes in which nothing is solved. */
#define NOT_SOLVED  "write verify"
#define OPTION_FLAG FLAG_OWN, 0
#define FIELD(name) offsetof(struct arguments, name)

static const struct arguments preset = {.solution = NULL};

static const struct flag flags[] = {
    {"relax", FLAG_SWITCH, FIELD(relax), "", "drop the integrality constraints"},
    {"time-limit", OPTION_FLAG, "S", "stop after S seconds", .take = command_take, .not_with = "write"},
    {"node-limit", OPTION_FLAG, "N", "stop after N nodes", .take = command_take, .not_with = NOT_SOLVED},
    {"gap-rel", OPTION_FLAG, "G", "stop at this relative gap; 0.01 is 1 %", .take = command_take,
     .not_with = NOT_SOLVED},
    {"threads", OPTION_FLAG, "N", "search with N threads; deterministic for each N", .take = command_take,
     .not_with = NOT_SOLVED},
    {"format", FLAG_WORD, FIELD(format), "F", "of MODEL: mps, lp, or as its name says (standard input, -: mps)",
     .words = command_formats, .count = sizeof command_formats / sizeof command_formats[0]},
    {"solution", FLAG_OUT, FIELD(solution), "FILE",
     "write the solution: values, row activities, duals and reduced costs (with integers: of the program in which they are fixed)",
     .not_with = NOT_SOLVED},
    {"write", FLAG_OUT, FIELD(write), "FILE", "write the model as .mps or .lp, optionally .gz, and exit"},
    {"start", FLAG_IN, FIELD(start), "FILE", "start from the solution in this file", .not_with = NOT_SOLVED},
    {"basis", FLAG_OUT, FIELD(basis), "FILE",
     "without integers: start from the basis in this file if it exists, and write the final one to it",
     .existing = true, .not_with = NOT_SOLVED " basis-in basis-out"},
    {"basis-in", FLAG_IN, FIELD(basis_in), "FILE", "start from the basis in this file", .not_with = NOT_SOLVED},
    {"basis-out", FLAG_OUT, FIELD(basis_out), "FILE", "write the final basis", .not_with = NOT_SOLVED},
    {"sensitivity", FLAG_SWITCH, FIELD(sensitivity), "",
     "without integers: print how far each cost, side and bound may move before the optimal basis changes",
     .not_with = NOT_SOLVED},
    {"certificate", FLAG_OUT, FIELD(certificate), "FILE",
     "write a proof of the answer: of any optimum or infeasibility to FILE.vipr; to other names without integers only",
     .not_with = NOT_SOLVED},
    {"verify", FLAG_IN, FIELD(verify), "FILE", "check such a proof in exact arithmetic, and exit", .not_with = "write"},
    {"options", FLAG_IN, FIELD(settings.file), "FILE", "read options, one NAME=VALUE per line", .not_with = "write"},
    {COMMAND_SET, OPTION_FLAG, "NAME=VALUE", "set an option, see below; overrides --options", .take = command_take,
     .repeats = true, .not_with = "write"},
    {"strict", FLAG_SWITCH, FIELD(strict), "", "treat ambiguous constructs as errors rather than warnings"},
    {"log", FLAG_SWITCH, FIELD(log), "",
     "log to standard error; with --quiet only statistics, `name TAB value`; with --json also among the results"},
    KEYS_FLAG(struct arguments, json, "write"),
    {0}};

static void command_help_more(void) {
    printf("\nExit status:\n  0  optimal, or the file is written, or the proof holds\n"
           "  1  stopped at a limit (the best solution found is printed), or the proof does not hold\n"
           "  2  bad input or usage\n  3  infeasible\n  4  unbounded\n  5  numerical trouble\n\n"
           "Options for --set and --options:\n");
    options_help(stdout);
}

const struct flags command_flags = {
    .program = "milp",
    .operands = "MODEL.mps[.gz]|MODEL.lp[.gz]|-",
    .least_operands = 1,
    .most_operands = 1,
    .summary = "solve a linear or mixed-integer linear program",
    .help = "Prints the status, the objective and a proven bound, and what the search took.\n\n"
            "Example: milp model.mps.gz --time-limit 60 --solution model.sol",
    .flag = flags,
    .preset = &preset,
    .size = sizeof preset,
    .version = true,
    .more = command_help_more};

/* NAME=VALUE of one setting: the option of --node-limit is node_limit. */
static void command_assignment(char text[512], const struct setting *s) {
    bool whole = strcmp(s->flag->name, COMMAND_SET) == 0;
    snprintf(text, 512, "%s%s%.400s", whole ? "" : s->flag->name, whole ? "" : "=", s->value);
    for (char *c = text; !whole && *c != '='; c++) *c = *c == '-' ? '_' : *c;
}

static bool command_take(void *given, const struct flag *f, const char *value, struct error *err) {
    struct settings *all = &((struct arguments *)given)->settings;
    const struct setting s = {f, value};
    struct options scratch = options_default();
    char text[512];
    command_assignment(text, &s);
    int k = options_index(text);
    if (k >= 0 && all->seen[k]) return error_set(err, "option '%.100s' is given twice (expected once)", text);
    if (!options_set(&scratch, text, err)) return false;
    assert(k >= 0 && all->count < OPTIONS_MOST); /* each option once, so there is room for all */
    all->seen[k] = true;
    all->setting[all->count++] = s;
    return true;
}

bool command_settings(struct arguments *a, struct error *err) {
    char text[512];
    a->options = options_default();
    bool good = !a->settings.file || options_read(&a->options, a->settings.file, err);
    for (int k = 0; k < a->settings.count && good; k++) {
        command_assignment(text, &a->settings.setting[k]);
        good = options_set(&a->options, text, err);
    }
    return good;
}

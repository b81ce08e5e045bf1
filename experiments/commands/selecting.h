/* selecting.h - shared by the commands that select: joining network and profile, flags, help, and the words for an
 * outcome. */
#ifndef EXPERIMENTS_COMMANDS_SELECTING_H
#define EXPERIMENTS_COMMANDS_SELECTING_H
#include <stdio.h>

#include "baselines/methods.h"
#include "experiments/commands/command.h"
#include "formulation/primitive_set.h"
#include "solver/base/options.h"
#include "solver/base/text.h"

struct selecting {
    struct network *network, *folded;
    struct instance *g;
};

/* Joins the network to the profile (which stays the caller's). Workspaces are those of the machine that was measured:
 * its threads, its instruction set. */
bool selecting_init(struct selecting *s, const char *network, const struct profile *profile, struct error *err);
void selecting_free(struct selecting *s);
/* A command about one network and one profile, of which it sees the primitives of `set`: opens both, runs `body` on
 * them, frees both. */
enum status selecting_run(const struct call *call, const char *network, const char *profile, enum primitive_set set,
                          enum status (*body)(const struct call *, const struct selecting *, struct error *),
                          struct error *err);
/* Prints the tables of methods and of memory models for --help; of the models only. */
void selecting_help(void);
void selecting_help_models(void);
/* Names the convolutions that the profile does not cover, on standard error. */
void selecting_remark(const struct selecting *s, const struct call *call);
/* The profile's file name without folder and ending. */
void selecting_profile_name(char name[64], const struct profile *p);
/* "none" or the number. */
void selecting_budget(char text[32], int64_t budget_bytes);
/* A budget as a key or cell: none is null in JSON; a number that may not be known, nan. */
void selecting_print_budget(struct keys *k, const char *key, int64_t budget_bytes);
void selecting_print_known(struct keys *k, const char *key, int64_t value, bool known);
/* The head of a result file: format, provenance of the build, the profile and its digest. */
void selecting_provenance(struct text_writer *out, const char *format, const struct profile *p);
/* Refuses flags that none of the methods uses (formulation/method.h). */
bool selecting_flags_used(const struct call *call, const struct method *const *method, int methods, struct error *err);
/* "64K,none": the budgets of a list given by --FLAG, in the order given; the caller frees. NULL and an error. */
int64_t *selecting_budgets(int *count, const char *flag, const char *list, struct error *err);
/* STATUS_DONE with a selection or a proof; STATUS_INFEASIBLE, with a line on standard error that reports the minimum
 * budget; STATUS_LIMIT. */
enum status selecting_status(const struct answer *a, int64_t budget_bytes, const char *network);

extern const char *const formulation_names[]; /* "flow", "product" */
extern const char *const streaming_names[];   /* "off", "on" */
extern const char *const in_place_names[];    /* "on", "off" */
/* Lets layers run by rows if that is asked for; false: the profile does not say how long that takes. */
bool selecting_stream(const struct selecting *s, enum streaming streaming, struct error *err);
/* Gives every output a separate block if that is asked for. */
void selecting_apart(const struct selecting *s, enum in_place in_place);
/* Refuses --stream-input without layers by rows. */
bool selecting_stream_input(const struct request *q, struct error *err);

/* Rows of a flag table whose struct `type` holds a struct request `field`. */
#define SELECTING_FLAG_MODEL(type, field)                                                                              \
    {                                                                                                                  \
        "memory-model", FLAG_WORD, offsetof(type, field.model), "M", "what the budget counts",                         \
            .words = memory_model_names, .count = MEMORY_MODELS                                                        \
    }
/* Options of the solver, as given by --set; `given` false: the defaults. */
struct selecting_solver {
    bool given;
    struct options options;
};
/* Of a request: NULL where nothing was set. */
const struct options *selecting_options(const struct selecting_solver *s);
bool selecting_set(void *given, const struct flag *f, const char *value, struct error *err);
#define SELECTING_FLAG_SET(type, field)                                                                                \
    {                                                                                                                  \
        "set", FLAG_OWN, offsetof(type, field), "NAME=VALUE",                                                          \
            "an option of the solver (milp --help), for integer programs; may be repeated", .repeats = true,           \
                                                                                            .take = selecting_set      \
    }
#define SELECTING_FLAG_PRIMITIVES(type, field)                                                                         \
    {                                                                                                                  \
        "primitives", FLAG_WORD, offsetof(type, field), "SET", "which primitives may be selected",                     \
            .words = primitive_set_names, .count = PRIMITIVE_SETS                                                      \
    }
#define SELECTING_FLAG_CONVERSIONS(type, field)                                                                        \
    {                                                                                                                  \
        "conversions", FLAG_WORD, offsetof(type, field.conversions), "C",                                              \
            "convert a tensor that several layers read for each of them, or once per layout",                          \
            .words = conversion_names, .count = 2                                                                      \
    }
#define SELECTING_FLAG_FORMULATION(type, field)                                                                        \
    {                                                                                                                  \
        "formulation", FLAG_WORD, offsetof(type, field.formulation), "F",                                              \
            "how the integer program models conversions: equation (2) or (2')", .words = formulation_names, .count = 2 \
    }
#define SELECTING_FLAG_STREAMING(type, field)                                                                                       \
    {                                                                                                                               \
        "streaming", FLAG_WORD, offsetof(type, field.streaming), "S",                                                               \
            "on: segments of layers may run by rows, which needs far less memory for tensors; for a device on, if the profile can", \
            .words = streaming_names, .count = 2                                                                                    \
    }
#define SELECTING_FLAG_STREAM_INPUT(type, field)                                                                       \
    {                                                                                                                  \
        "stream-input", FLAG_SWITCH, offsetof(type, field.stream_input), "",                                           \
            "the caller can hand over the image row by row: a segment at the beginning holds only the rows it needs"   \
    }
#define SELECTING_FLAG_IN_PLACE(type, field)                                                                              \
    {                                                                                                                     \
        "in-place", FLAG_WORD, offsetof(type, field.in_place), "I",                                                       \
            "off: every output has a separate block; on: outputs may lie over or around inputs that nothing reads again", \
            .words = in_place_names, .count = 2                                                                           \
    }
#define SELECTING_FLAG_BUDGET(type, field)                                                                             \
    {                                                                                                                  \
        "budget", FLAG_BYTES, offsetof(type, field.budget_bytes), "BYTES", "memory budget, with K, M or G, or none",   \
            .none = true                                                                                               \
    }
#define SELECTING_FLAG_SLACK(type, field)                                                                              \
    {                                                                                                                  \
        "slack", FLAG_SHARE, offsetof(type, field.slack), "EPS",                                                       \
            "taso-memory: extra time allowed over the fastest, 0.15 or 15%"                                            \
    }
#define SELECTING_FLAG_WEIGHT(type, field)                                                                             \
    {                                                                                                                  \
        "weight", FLAG_SHARE, offsetof(type, field.weight), "A",                                                       \
            "taso-weighted: weight of memory; that of time is 1 - A"                                                   \
    }
#define SELECTING_FLAG_TIME_LIMIT(type, field)                                                                         \
    {                                                                                                                  \
        "time-limit", FLAG_REAL, offsetof(type, field.time_limit_s), "S", "stop after S seconds with the best found",  \
            0, 1e20                                                                                                    \
    }
/* All of the above: what the question of one selection consists of. */
#define SELECTING_FLAGS(type, field)                                                                                   \
    SELECTING_FLAG_MODEL(type, field), SELECTING_FLAG_BUDGET(type, field), SELECTING_FLAG_SLACK(type, field),          \
        SELECTING_FLAG_WEIGHT(type, field), SELECTING_FLAG_CONVERSIONS(type, field),                                   \
        SELECTING_FLAG_FORMULATION(type, field), SELECTING_FLAG_TIME_LIMIT(type, field)
#define SELECTING_REQUEST                                                                                              \
    {                                                                                                                  \
        .budget_bytes = METHOD_NO_BUDGET, .flash_bytes = METHOD_NO_BUDGET, .slack = 0.15, .weight = 0.5,               \
        .time_limit_s = 1e20, .threads = 1                                                                             \
    }

#endif

/* plan.h - a selection written down so that it can be run, explained and emitted: the PLAN file.
 *
 * TSV; the provenance lines `# format: taso-plan 2`, network, profile, digest, method, memory-model, conversions,
 * threads, isa, budget-bytes (or none), time-ns, memory-bytes, for a device also flash-budget-bytes (or none) and
 * flash-bytes, what the stored weights add up to; stream-input: yes, if the segment at the beginning takes the image by
 * rows (else there is no such line); in-place: off, if every output has a separate block (else there is no such
 * line); then any others; then one row per step, in execution order, and,
 * last, `# rows: N`:
 *
 *     step kind layer name from to scenario time_ns workspace_bytes weights_bytes
 *
 *   kind    conv | convert | layer | strip | move
 *   layer   the network's layer it belongs to (convert: the reader, as READER:SLOT)
 *   name    primitive (`uncovered` if the profile had no row), `convert` or operator
 *
 * A path of two conversions is two rows. Every layer of the folded network has its row, the input's too; the
 * conversions of its inputs come before it, by slot. Where conversions are per tensor, later readers of a copy have no
 * row. The times add up to time-ns.
 *
 * A segment (formulation/segment.h) is a run of rows of kind strip, one per layer, and after them a row of kind move,
 * whose layer is the segment's last: its scenario is the number of bytes moved. The rows of a call are the largest number
 * after an @ in the segment's scenarios.
 *
 * Bytes are always those of this program's primitives for `threads` threads on `isa`, even if the times come from a
 * published table, which has no bytes. So everything but the times follows from the choices, and plan_judge recomputes
 * it. */
#ifndef FORMULATION_PLAN_H
#define FORMULATION_PLAN_H
#include "formulation/notes.h"
#include "formulation/selection.h"
#include "kernels/isa.h"

struct plan_step {
    enum profile_kind kind;
    char *layer; /* name in the folded network */
    int slot;    /* convert: which input of `layer`; else -1 */
    char *name, *scenario;
    enum layout from, to;
    int64_t time_ns, workspace_bytes, weights_bytes;
    long line;
};

/* The second budget of (21): the stored weights of all steps. */
struct plan_flash {
    bool stated;                 /* by plans for a device */
    int64_t budget_bytes, bytes; /* budget: INT64_MAX for none */
    long budget_line, line;
};

struct plan {
    char *path;    /* as read or written */
    char *network; /* built-in name or path, as given */
    char *profile, *digest, *method;
    enum memory_model model;
    enum conversions conversions;
    int threads;
    enum isa isa;
    bool apart;                                  /* in-place: off (instance_apart) */
    bool stream_input;                           /* the caller hands over the image by rows */
    int64_t budget_bytes, time_ns, memory_bytes; /* budget: INT64_MAX for none */
    long threads_line, isa_line, budget_line, time_line, memory_line,
        stream_line; /* in the file; 0: not read from one */
    struct plan_flash flash;
    struct notes notes; /* further provenance */
    int steps;
    struct plan_step *step;
    size_t capacity;
};

#define PLAN_UNCOVERED "uncovered"

struct plan *plan_new(const struct instance *g, const int *choice, const char *network, const char *method,
                      enum memory_model model, enum conversions conversions, int64_t budget_bytes);
struct plan *plan_new_streamed(const struct instance *g, const int *choice, const struct streams *streams,
                               const char *network, const char *method, enum memory_model model,
                               enum conversions conversions, int64_t budget_bytes);
/* What the stored weights of its steps add up to. */
int64_t plan_flash_bytes(const struct plan *p);
/* States them, with the budget that they were selected for: INT64_MAX for none. */
void plan_state_flash(struct plan *p, int64_t budget_bytes);
/* The segments of a plan whose rows are those of the network's layers, in order (plan_match); the caller frees. */
void plan_streams(struct streams *out, const struct plan *p, const struct network *folded);
/* The pace that the rows of a call of layers [first, last] say, `strip` being the first one's row; an even one if none does. */
struct segment_pace plan_pace(const struct network *folded, const struct plan_step *strip, int first, int last);
/* Makes of an instance of the plan's network what it was selected from: with strips (instance_stream) if it has segments
 * or the image in another layout than CHW; apart (instance_apart) if it is in-place: off. */
void plan_prepare(struct instance *g, const struct plan *p);
bool plan_write(const struct plan *p, const char *path, struct error *err);
struct plan *plan_read(const char *path, struct error *err);
/* Does the plan fit this folded network: its layers in order, scenarios, primitives that apply, layouts that meet?
 * false: the first row that does not, with its line. */
bool plan_match(const struct plan *p, const struct network *folded, struct error *err);
/* Recomputes everything that follows from a plan's choices: on `g`, the instance that it was selected from, or (NULL)
 * on one made of the plan's rows, which has its times but none of its bytes. false: the first row or key that differs,
 * with line, column and both values; or a budget, of memory or flash, that the plan exceeds although its status is not over-budget. The plan
 * has to match `folded`. */
bool plan_judge(const struct plan *p, const struct network *folded, const struct instance *g, struct error *err);
/* choice[nodes] of a plan that matches g's network; false: a layer's row is none of its choices. */
bool plan_choices(int *choice, const struct plan *p, const struct instance *g, struct error *err);
/* May it run with `threads` threads on the current instruction set? If it has a budget, of memory or flash, it must then
 * not need more bytes than the budget, or than the bytes it states if those are more. */
bool plan_affords(const struct plan *p, const struct network *folded, int threads, struct error *err);
void plan_free(struct plan *p);

#endif

/* operator.h - the layers that are not convolutions: one table (kernels/operators.def), one row each, and the contract
 * that they keep. Every operator works in every layout.
 *
 *   syntax     how the network language writes it: number of inputs, keys with their types and presets
 *   shape      parameters and output size from the inputs and keys; false: `wrong` says what does not fit. Pure. NULL:
 *              the output is as large as input 0 and there are no parameters
 *   print      the keys' part of the text form, as snprintf does it. NULL: there is none
 *   raw        floats of raw weights (outputs x inputs of an output). NULL: no weights, and no bias either
 *   workspace  bytes that run needs beyond its tensors and stored weights, exact. NULL: 0
 *   weights    bytes of stored weights. NULL: 0
 *   prepare    stored[weights bytes] from raw weights, once, ahead of time. NULL: nothing is stored
 *   run        out from in[0 .. inputs); no allocation, no I/O, no state; the result does not depend on `threads`, to
 *              the bit. NULL: nothing is computed (an input, or an operator that is not
 *              known), and the operator cannot be emitted
 *   over       may run write its output from the first byte of input 0 on, with so many threads? The input is at least
 *              as large, and is lost. NULL: never. For what is not element by element (in_place), as pools
 *   state, accumulate   for an operator whose output needs all of its input, but takes it row by row: a global mean.
 *              state: bytes that accumulate keeps from call to call, aligned to a float; 0, or NULL: it has to have all
 *              rows at once. accumulate: takes rows [from, to) of input 0, `in` pointing to the first, the next after
 *              those of the call before; a call with from = 0 begins, the one with to = H writes the output, to the bit
 *              that of run, however the rows are divided
 *   stack      most bytes of stack that run or accumulate uses (kernels/primitive.h)
 *
 * An emitted program has the operator's source in it and calls operator_NAME.run (experiments/emit/emit_steps.h).
 *
 * Text form of an operator with its sizes, as in profiles: name:key=value,...  e.g.
 * maxpool:c=96,h=55,w=55,k=3,s=2,p=0,ceil=1 */
#ifndef KERNELS_OPERATOR_H
#define KERNELS_OPERATOR_H
#include "kernels/activation.h"
#include "kernels/padding.h"
#include "kernels/tensor.h"

enum operator_kind {
#define OPERATOR(symbol, name) OPERATOR_##symbol,
#include "kernels/operators.def"
#undef OPERATOR
    OPERATORS
};

#define OPERATOR_INPUTS 8
#define OPERATOR_KEYS   20
#define OPERATOR_TEXT   192
#define OPERATOR_WRONG  512

/* An operator with its sizes: all that run needs to know besides the layout. */
struct operator_shape {
    enum operator_kind kind;
    int inputs;             /* 1 .. OPERATOR_INPUTS */
    int C[OPERATOR_INPUTS]; /* channels of each input */
    int H, W;               /* of every input */
    int M, OH, OW;          /* output */
#define INTEGER(name)  int name;
#define FLAG(name)     bool name;
#define REAL(name)     float name;
#define PADDING(name)  struct padding name;
#define EPILOGUE(name) struct activation name;
#include "kernels/operator_fields.def"
#undef INTEGER
#undef FLAG
#undef REAL
#undef PADDING
#undef EPILOGUE
};

/* Of a window: across, if the shape does not say otherwise as down. */
static inline int operator_kernel_w(const struct operator_shape *s) {
    return s->kernel_w ? s->kernel_w : s->kernel;
}
static inline int operator_stride_w(const struct operator_shape *s) {
    return s->stride_w ? s->stride_w : s->stride;
}

/* --- the network language --- */

enum operator_key_type {
    KEY_SIZE /* 1 .. 2^20 */,
    KEY_PAD /* 0 .. 2^20 */,
    KEY_FLAG /* 0 or 1 */,
    KEY_REAL /* finite, >= 0 */,
    KEY_NUMBER /* finite */
};

struct operator_key {
    const char *name;
    enum operator_key_type type;
    double preset; /* NAN: must be given (or the operator's own rule says when) */
    bool optional; /* may be left out although it has no preset */
};

/* Padding: `p` on all four sides, or some of the sides. */
#define OPERATOR_PADDING                                                                                               \
    {"p", KEY_PAD, 0, false}, {"pt", KEY_PAD, NAN, true}, {"pl", KEY_PAD, NAN, true}, {"pb", KEY_PAD, NAN, true}, {    \
        "pr", KEY_PAD, NAN, true                                                                                       \
    }
/* value and given: of these five keys. NULL, or what is wrong. */
const char *operator_padding(struct padding *pad, const double *value, const bool *given);

/* A size down and across: `k` for both, or `kh` and `kw`. */
#define OPERATOR_PAIR(name, preset)                                                                                    \
    {name, KEY_SIZE, preset, true}, {name "h", KEY_SIZE, NAN, true}, {                                                 \
        name "w", KEY_SIZE, NAN, true                                                                                  \
    }
#define OPERATOR_PAIR_WRONG 128
/* key, value and given: of these three keys; wrong: which are missing. */
bool operator_pair(int *down, int *across, const struct operator_key *key, const double *value, const bool *given,
                   char wrong[OPERATOR_PAIR_WRONG]);

/* The keys of conv and deconv. */
#define OPERATOR_CONV_KEYS                                                                                             \
    {"m", KEY_SIZE, NAN, false}, OPERATOR_PAIR("k", NAN), OPERATOR_PAIR("s", 1), OPERATOR_PADDING,                     \
        OPERATOR_PAIR("d", 1), {"g", KEY_SIZE, 1, false}, {                                                            \
        "bias", KEY_FLAG, 1, false                                                                                     \
    }

struct operator_syntax {
    int least_inputs, most_inputs;
    struct operator_key key[OPERATOR_KEYS + 1]; /* names end at NULL */
};

/* A layer as written. value and given: in the order of syntax.key; a value not given is the key's preset. */
struct operator_layer {
    int inputs;
    struct {
        const char *name; /* as messages say it */
        int C, H, W;
    } in[OPERATOR_INPUTS];
    const double *value;
    const bool *given;
};

/* --- the contract --- */

struct operator_contract {
    const char *help; /* what it computes, one line */
    struct operator_syntax syntax;
    const char *bias_key; /* says whether a bias is added to each output channel; NULL: never */
    bool uneven;          /* inputs may differ in channels: the text form lists them all */
    bool activates;       /* it is an activation, shape.activation, which other layers may fold in */
    bool fuses;           /* run applies an activation that follows: shape.activation */
    int in_place;         /* run may write its output over any of the first so many inputs, if that comes only once;
                             so may it on rows by themselves */
    bool joins;   /* the output is the inputs one after the other, where its layout has the bytes of CHW; run may
                             find them there already */
    bool by_rows; /* an output row needs only the input rows under its window (kernels/strip.h), and comes out
                             the same, to the bit, whatever rows are computed with it */
    int stack;
    bool (*shape)(struct operator_shape *s, const struct operator_layer *l, char wrong[OPERATOR_WRONG]);
    int (*print)(char *text, size_t room, const struct operator_shape *s);
    size_t (*raw)(const struct operator_shape *s);
    size_t (*workspace)(const struct operator_shape *s, enum layout layout, int threads);
    size_t (*weights)(const struct operator_shape *s, enum layout layout);
    void (*prepare)(const struct operator_shape *s, enum layout layout, void *stored, const float *weights);
    /* All inputs and the output are in `layout`. bias: M floats or NULL (zero). workspace: aligned as a primitive's. */
    void (*run)(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                const void *stored, const float *bias, void *workspace, int threads);
    bool (*over)(const struct operator_shape *s, int threads);
    size_t (*state)(const struct operator_shape *s);
    void (*accumulate)(const struct operator_shape *s, enum layout layout, float *out, const float *in, void *state,
                       int from, int to, int threads);
};

#define OPERATOR(symbol, name) extern const struct operator_contract operator_##name;
#include "kernels/operators.def"
#undef OPERATOR

extern const struct operator_contract *const operators[OPERATORS];
extern const char *const operator_names[OPERATORS];

bool operator_parse_kind(enum operator_kind *kind, const char *name);
void operator_print(char text[OPERATOR_TEXT], const struct operator_shape *s);
/* Fills in s, all of it. */
bool operator_infer(struct operator_shape *s, enum operator_kind kind, const struct operator_layer *l,
                    char wrong[OPERATOR_WRONG]);
size_t operator_raw(const struct operator_shape *s);
size_t operator_workspace(const struct operator_shape *s, enum layout layout, int threads);
size_t operator_weights(const struct operator_shape *s, enum layout layout);
/* How many of the first inputs run may overwrite as a whole: any one of them, from its first byte on. */
int operator_over(const struct operator_shape *s, int threads);
size_t operator_state(const struct operator_shape *s);
void operator_prepare(const struct operator_shape *s, enum layout layout, void *stored, const float *weights);
void operator_run(const struct operator_shape *s, enum layout layout, float *out, const float *const *in,
                  const void *stored, const float *bias, void *workspace, int threads);
/* Only where operator_state > 0. */
void operator_accumulate(const struct operator_shape *s, enum layout layout, float *out, const float *in, void *state,
                         int from, int to, int threads);

#endif

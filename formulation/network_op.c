#include "formulation/network_op.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "formulation/network_join.h"
#include "solver/base/similar.h"
#include "solver/base/text.h"

#define NETWORK_SIZE_MOST (1 << 20)

static const struct operator_syntax network_conv = {1, 1, {OPERATOR_CONV_KEYS}};
static const struct operator_syntax network_plain = {1, 1, {{0}}};
static const struct operator_syntax network_outputs = {2, OPERATOR_INPUTS, {{0}}};

static const struct network_op network_ops[] = {
    {"conv", LAYER_CONV, OPERATOR_INPUT, &network_conv,
     "convolution: m kernels of k x k or kh x kw, stride, padding, dilation (h: down, w: across), groups"},
    {"batchnorm", LAYER_BATCHNORM, OPERATOR_INPUT, &network_plain,
     "scale and shift by channel, folded into the convolution before it"},
    {"dropout", LAYER_DROPOUT, OPERATOR_INPUT, &network_plain, "nothing: it is for training"},
    {NETWORK_OUTPUT, LAYER_DROPOUT, OPERATOR_INPUT, &network_outputs,
     "the outputs of the network, one after the other, where there are several"},
#define OPERATOR(symbol, name) {#name, LAYER_OPERATOR, OPERATOR_##symbol, &operator_##name.syntax, NULL},
#include "kernels/operators.def"
#undef OPERATOR
};
#define NETWORK_OPS ((int)(sizeof network_ops / sizeof network_ops[0]))

const char *network_op_name(int i) {
    assert(i >= 0);
    return i < NETWORK_OPS ? network_ops[i].name : NULL;
}

const char *network_op_help(const struct network_op *op) {
    return op->help ? op->help : operators[op->operator]->help;
}

const struct network_op *network_op_find(const char *name) {
    for (int i = 0; i < NETWORK_OPS; i++)
        if (strcmp(network_ops[i].name, name) == 0) return &network_ops[i];
    return NULL;
}

const char *network_op_list(char *text, size_t room) {
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < NETWORK_OPS && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, "%s%s", i ? ", " : "", network_ops[i].name);
    return text;
}

static const char *network_key_list(char *text, size_t room, const struct network_op *op) {
    size_t used = 0;
    snprintf(text, room, "none");
    for (int i = 0; op->syntax->key[i].name && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, "%s%s", i ? ", " : "", op->syntax->key[i].name);
    return text;
}

static const char *network_key_hint(char hint[SIMILAR_HINT], const struct network_op *op, const char *name) {
    struct similar near;
    similar_init(&near, name);
    for (int i = 0; op->syntax->key[i].name; i++) similar_try(&near, op->syntax->key[i].name);
    return similar_hint(hint, &near, "");
}

static int network_key_index(const struct network_op *op, const char *name) {
    for (int i = 0; op->syntax->key[i].name; i++)
        if (strcmp(op->syntax->key[i].name, name) == 0) return i;
    return -1;
}

static bool network_key_value(double *value, const struct operator_key *key, const char *text, const char *path,
                              long line, struct error *err) {
    static const char *const expected[] = {"a whole number from 1 to 1048576", "a whole number from 0 to 1048576",
                                           "0 or 1", "a number that is not negative", "a number from -1e9 to 1e9"};
    long long whole;
    bool good;
    if (key->type == KEY_REAL || key->type == KEY_NUMBER) {
        good = text_double(value, text) && *value >= (key->type == KEY_REAL ? 0 : -1e9) && *value <= 1e9;
    } else {
        int least = key->type == KEY_SIZE ? 1 : 0, most = key->type == KEY_FLAG ? 1 : NETWORK_SIZE_MOST;
        good = text_int64(&whole, text) && whole >= least && whole <= most;
        if (good) *value = (double)whole;
    }
    if (good) return true;
    return error_at(err, path, line, "`%s=%s` is out of range (expected %s)", key->name, text, expected[key->type]);
}

bool network_op_keys(struct network_draft *draft, char *const *fields, int count, const char *path, long line,
                     struct error *err) {
    const struct network_op *op = draft->op;
    char list[320], hint[SIMILAR_HINT];
    for (int i = 0; op->syntax->key[i].name; i++) {
        draft->value[i] = op->syntax->key[i].preset;
        draft->given[i] = false;
    }
    assert(count <= NETWORK_KEYS);
    for (int f = 0; f < count; f++) {
        char *rest = fields[f], *name = text_field(&rest, '=');
        if (!rest) return error_at(err, path, line, "`%s` has no value (expected key=value)", fields[f]);
        int i = network_key_index(op, name);
        if (i < 0)
            return error_at(err, path, line, "%s has no key `%s` (expected %s)%s", op->name, name,
                            network_key_list(list, sizeof list, op), network_key_hint(hint, op, name));
        if (draft->given[i])
            return error_at(err, path, line, "key `%s` is given twice (expected once)", op->syntax->key[i].name);
        if (!network_key_value(&draft->value[i], &op->syntax->key[i], rest, path, line, err)) return false;
        draft->given[i] = true;
    }
    for (int i = 0; op->syntax->key[i].name; i++)
        if (isnan(draft->value[i]) && !op->syntax->key[i].optional)
            return error_at(err, path, line, "%s needs the key `%s`", op->name, op->syntax->key[i].name);
    return true;
}

double network_op_value(const struct network_draft *draft, const char *key) {
    int i = network_key_index(draft->op, key);
    assert(i >= 0);
    return draft->value[i];
}

const char *network_op_padding(struct padding *pad, const struct network_draft *draft) {
    const int p = network_key_index(draft->op, "p");
    assert(p >= 0);
    return operator_padding(pad, draft->value + p, draft->given + p);
}

bool network_op_pair(int *down, int *across, const struct network_draft *draft, const char *key,
                     char wrong[OPERATOR_PAIR_WRONG]) {
    const int k = network_key_index(draft->op, key);
    assert(k >= 0);
    return operator_pair(down, across, &draft->op->syntax->key[k], draft->value + k, draft->given + k, wrong);
}

bool network_op_given(const struct network_draft *draft, const char *key) {
    int i = network_key_index(draft->op, key);
    assert(i >= 0);
    return draft->given[i];
}

/* oneDNN (2.x or 3.x) as a peer: every implementation of the direct and the Winograd algorithm. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/bench_peers.h"

#ifdef BENCH_ONEDNN
#include <oneapi/dnnl/dnnl.h>

#include "tests/bench/bench_data.h"

#define ONEDNN_MAX 32 /* implementations */

enum { ONEDNN_IN, ONEDNN_OUT, ONEDNN_WEIGHTS, ONEDNN_BIAS, ONEDNN_SCRATCH, ONEDNN_ARGS };

struct onednn_one {
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t args[ONEDNN_ARGS];
    size_t bytes[ONEDNN_ARGS];
    float *room[ONEDNN_ARGS]; /* NULL for the input and the output: conv_bind sets them */
};
struct onednn {
    struct onednn_one one[ONEDNN_MAX];
    int count;
};

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void must(dnnl_status_t status, const char *what) {
    if (status == dnnl_success) return;
    fprintf(stderr, "bench_kernels: oneDNN: %s: status %d\n", what, status);
    exit(EXIT_FAILURE);
}

static void onednn_init(void) {
    must(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine");
    must(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "stream");
}
static void onednn_version(char text[PEER_TEXT]) {
    const dnnl_version_t *v = dnnl_version();
    snprintf(text, PEER_TEXT, "oneDNN %d.%d.%d", v->major, v->minor, v->patch);
}

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t onednn_known;
#else
typedef const dnnl_memory_desc_t *onednn_known;
#endif

static void onednn_memory(struct onednn_one *one, int slot, int arg, dnnl_query_t query, int index) {
    onednn_known d = dnnl_primitive_desc_query_md(one->description, query, index);
    one->bytes[slot] = dnnl_memory_desc_get_size(d);
    if (slot != ONEDNN_IN && slot != ONEDNN_OUT) one->room[slot] = bench_noise((one->bytes[slot] + 3) / 4);
    one->args[slot].arg = arg;
    void *data = one->room[slot] ? (void *)one->room[slot] : DNNL_MEMORY_NONE;
    must(dnnl_memory_create(&one->args[slot].memory, d, engine, data), "memory");
}

static void onednn_add(struct onednn *c, dnnl_primitive_desc_t description) {
    struct onednn_one *one = &c->one[c->count];
    *one = (struct onednn_one){.description = description};
    if (dnnl_primitive_create(&one->primitive, description) != dnnl_success) {
        dnnl_primitive_desc_destroy(description);
        return;
    }
    onednn_memory(one, ONEDNN_IN, DNNL_ARG_SRC, dnnl_query_src_md, 0);
    onednn_memory(one, ONEDNN_OUT, DNNL_ARG_DST, dnnl_query_dst_md, 0);
    onednn_memory(one, ONEDNN_WEIGHTS, DNNL_ARG_WEIGHTS, dnnl_query_weights_md, 0);
    onednn_memory(one, ONEDNN_BIAS, DNNL_ARG_BIAS, dnnl_query_weights_md, 1);
    onednn_memory(one, ONEDNN_SCRATCH, DNNL_ARG_SCRATCHPAD, dnnl_query_scratchpad_md, 0);
    c->count++;
}

/* What the two versions have in common of a convolution; tensors are in the layout that an implementation likes. */
struct onednn_tensor {
    int rank;
    dnnl_dims_t size;
    dnnl_format_tag_t tag;
};
struct onednn_problem {
    dnnl_alg_kind_t kind;
    struct onednn_tensor src, weights, bias, dst;
    dnnl_dims_t strides, dilates, before, after;
};

#if DNNL_VERSION_MAJOR >= 3
static dnnl_memory_desc_t onednn_describe(const struct onednn_tensor *t) {
    dnnl_memory_desc_t d;
    must(dnnl_memory_desc_create_with_tag(&d, t->rank, t->size, dnnl_f32, t->tag), "tensor");
    return d;
}

static void onednn_implementations(struct onednn *c, const struct onednn_problem *p, dnnl_primitive_attr_t attributes) {
    dnnl_memory_desc_t d[] = {onednn_describe(&p->src), onednn_describe(&p->weights), onednn_describe(&p->bias),
                              onednn_describe(&p->dst)};
    dnnl_primitive_desc_t each, one;
    if (dnnl_convolution_forward_primitive_desc_create(&each, engine, dnnl_forward_inference, p->kind, d[0], d[1], d[2],
                                                       d[3], p->strides, p->dilates, p->before, p->after,
                                                       attributes) == dnnl_success) {
        do must(dnnl_primitive_desc_clone(&one, each), "implementation"), onednn_add(c, one);
        while (c->count < ONEDNN_MAX && dnnl_primitive_desc_next_impl(each) == dnnl_success);
        dnnl_primitive_desc_destroy(each);
    }
    for (int i = 0; i < 4; i++) dnnl_memory_desc_destroy(d[i]);
}
#else
static dnnl_memory_desc_t onednn_describe(const struct onednn_tensor *t) {
    dnnl_memory_desc_t d;
    must(dnnl_memory_desc_init_by_tag(&d, t->rank, t->size, dnnl_f32, t->tag), "tensor");
    return d;
}

static void onednn_implementations(struct onednn *c, const struct onednn_problem *p, dnnl_primitive_attr_t attributes) {
    const dnnl_memory_desc_t src = onednn_describe(&p->src), weights = onednn_describe(&p->weights);
    const dnnl_memory_desc_t bias = onednn_describe(&p->bias), dst = onednn_describe(&p->dst);
    dnnl_convolution_desc_t d;
    dnnl_primitive_desc_iterator_t it;
    if (dnnl_dilated_convolution_forward_desc_init(&d, dnnl_forward_inference, p->kind, &src, &weights, &bias, &dst,
                                                   p->strides, p->dilates, p->before, p->after) != dnnl_success)
        return;
    if (dnnl_primitive_desc_iterator_create(&it, &d, attributes, engine, NULL) != dnnl_success) return;
    do onednn_add(c, dnnl_primitive_desc_iterator_fetch(it));
    while (c->count < ONEDNN_MAX && dnnl_primitive_desc_iterator_next(it) == dnnl_success);
    dnnl_primitive_desc_iterator_destroy(it);
}
#endif

static void onednn_algorithm(struct onednn *c, const struct scenario *s, dnnl_alg_kind_t kind) {
    const int G = s->groups;
    struct onednn_problem p = {
        .kind = kind,
        .src = {4, {1, s->C, s->H, s->W}, dnnl_format_tag_any},
        .weights = {4, {s->M, s->C, s->KH, s->KW}, dnnl_format_tag_any},
        .bias = {1, {s->M}, dnnl_a},
        .dst = {4, {1, s->M, scenario_out_h(s), scenario_out_w(s)}, dnnl_format_tag_any},
        .strides = {s->stride, s->stride},
        .dilates = {s->dilation - 1, s->dilation - 1},
        .before = {s->pad.top, s->pad.left},
        .after = {s->pad.bottom, s->pad.right},
    };
    const struct onednn_tensor grouped = {5, {G, s->M / G, s->C / G, s->KH, s->KW}, dnnl_format_tag_any};
    if (G > 1) p.weights = grouped;
    dnnl_primitive_attr_t attributes;
    must(dnnl_primitive_attr_create(&attributes), "attributes");
    must(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "attributes");
    onednn_implementations(c, &p, attributes);
    dnnl_primitive_attr_destroy(attributes);
}

static void *onednn_new(const struct scenario *s) {
    struct onednn *c = calloc(1, sizeof *c);
    if (!c) must(dnnl_out_of_memory, "memory");
    onednn_algorithm(c, s, dnnl_convolution_direct);
    onednn_algorithm(c, s, dnnl_convolution_winograd);
    return c;
}

static void onednn_free(void *conv) {
    struct onednn *c = conv;
    for (int i = 0; i < c->count; i++) {
        dnnl_primitive_destroy(c->one[i].primitive);
        dnnl_primitive_desc_destroy(c->one[i].description);
        for (int a = 0; a < ONEDNN_ARGS; a++) dnnl_memory_destroy(c->one[i].args[a].memory), free(c->one[i].room[a]);
    }
    free(c);
}

static size_t onednn_floats(const void *conv) {
    const struct onednn *c = conv;
    size_t most = 0;
    for (int i = 0; i < c->count; i++)
        for (int a = ONEDNN_IN; a <= ONEDNN_OUT; a++)
            if (c->one[i].bytes[a] / 4 > most) most = c->one[i].bytes[a] / 4;
    return most;
}

static void onednn_bind(void *conv, float *in, float *out) {
    struct onednn *c = conv;
    for (int i = 0; i < c->count; i++) {
        must(dnnl_memory_set_data_handle(c->one[i].args[ONEDNN_IN].memory, in), "input");
        must(dnnl_memory_set_data_handle(c->one[i].args[ONEDNN_OUT].memory, out), "output");
    }
}

static int onednn_count(const void *conv) {
    const struct onednn *c = conv;
    return c->count;
}
static const char *onednn_name(const void *conv, int i) {
    const struct onednn *c = conv;
    const char *name = "";
    dnnl_primitive_desc_query(c->one[i].description, dnnl_query_impl_info_str, 0, (void *)&name);
    return name;
}
static size_t onednn_scratch(const void *conv, int i) {
    const struct onednn *c = conv;
    return c->one[i].bytes[ONEDNN_SCRATCH];
}
static void onednn_run(void *conv, int i) {
    struct onednn *c = conv;
    must(dnnl_primitive_execute(c->one[i].primitive, stream, ONEDNN_ARGS, c->one[i].args), "run");
    must(dnnl_stream_wait(stream), "wait");
}

const struct peer peer_onednn = {
    .init = onednn_init,
    .version = onednn_version,
    .conv_new = onednn_new,
    .conv_free = onednn_free,
    .conv_floats = onednn_floats,
    .conv_bind = onednn_bind,
    .conv_count = onednn_count,
    .conv_name = onednn_name,
    .conv_scratch = onednn_scratch,
    .conv_run = onednn_run,
};
#else
const struct peer peer_onednn = {0};
#endif

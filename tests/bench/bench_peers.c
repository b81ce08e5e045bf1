#include "tests/bench/bench_peers.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef BENCH_OPENBLAS
#include <cblas-openblas.h>

bool peer_blas_here(void) {
    return true;
}
void peer_sgemm(int m, int n, int k, const float *a, const float *b, float *c) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
}
static void peer_blas_init(void) {
    openblas_set_num_threads(1);
}
/* "OpenBLAS 0.3.21 ...", and which kernels it chose. */
static void peer_blas_version(char *text, size_t room) {
    char name[32] = "", number[32] = "";
    sscanf(openblas_get_config(), "%31s %31s", name, number);
    snprintf(text, room, "%s %s with kernels for %s", name, number, openblas_get_corename());
}
#else
bool peer_blas_here(void) {
    return false;
}
void peer_sgemm(int m, int n, int k, const float *a, const float *b, float *c) {
    (void)m, (void)n, (void)k, (void)a, (void)b, (void)c;
}
static void peer_blas_init(void) {
    fputs("OpenBLAS is not here: apt-get install libopenblas-dev\n", stderr);
}
static void peer_blas_version(char *text, size_t room) {
    snprintf(text, room, "no OpenBLAS");
}
#endif

#ifdef BENCH_ONEDNN
#include <oneapi/dnnl/dnnl.h>

#define PEER_MAX  32
#define PEER_ARGS 5

struct peer_one {
    dnnl_primitive_desc_t description;
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t args[PEER_ARGS];
    void *room[PEER_ARGS];
    size_t scratch;
};
struct peer_conv {
    struct peer_one one[PEER_MAX];
    int count;
};

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void must(dnnl_status_t status, const char *what) {
    if (status == dnnl_success) return;
    fprintf(stderr, "bench_kernels: oneDNN: %s: status %d\n", what, status);
    exit(EXIT_FAILURE);
}

bool peer_conv_here(void) {
    return true;
}

static void peer_conv_init(void) {
    must(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine");
    must(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "stream");
}
static void peer_conv_version(char *text, size_t room) {
    const dnnl_version_t *v = dnnl_version();
    snprintf(text, room, "oneDNN %d.%d.%d", v->major, v->minor, v->patch);
}

/* Filled with small numbers, whatever the layout: time does not depend on them, as long as none is denormal. */
static void peer_memory(struct peer_one *one, int slot, int arg, dnnl_query_t query, int index) {
    const dnnl_memory_desc_t *d = dnnl_primitive_desc_query_md(one->description, query, index);
    const size_t bytes = dnnl_memory_desc_get_size(d), room = (bytes + 64) / 64 * 64;
    float *data = one->room[slot] = aligned_alloc(64, room);
    if (!data) must(dnnl_out_of_memory, "memory");
    for (size_t i = 0; i < room / 4; i++) data[i] = (float)(i % 17) / 16 - 0.5f;
    one->args[slot].arg = arg;
    must(dnnl_memory_create(&one->args[slot].memory, d, engine, data), "memory");
    if (arg == DNNL_ARG_SCRATCHPAD) one->scratch = bytes;
}

static void peer_add(struct peer_conv *c, dnnl_primitive_desc_t description) {
    struct peer_one *one = &c->one[c->count];
    *one = (struct peer_one){.description = description};
    if (dnnl_primitive_create(&one->primitive, description) != dnnl_success) return;
    peer_memory(one, 0, DNNL_ARG_SRC, dnnl_query_src_md, 0);
    peer_memory(one, 1, DNNL_ARG_WEIGHTS, dnnl_query_weights_md, 0);
    peer_memory(one, 2, DNNL_ARG_BIAS, dnnl_query_weights_md, 1);
    peer_memory(one, 3, DNNL_ARG_DST, dnnl_query_dst_md, 0);
    peer_memory(one, 4, DNNL_ARG_SCRATCHPAD, dnnl_query_scratchpad_md, 0);
    c->count++;
}

static void peer_algorithm(struct peer_conv *c, const struct scenario *s, dnnl_alg_kind_t kind) {
    const int G = s->groups;
    const dnnl_dims_t in = {1, s->C, s->H, s->W}, out = {1, s->M, scenario_out_h(s), scenario_out_w(s)}, bias = {s->M};
    const dnnl_dims_t plain = {s->M, s->C, s->KH, s->KW}, grouped = {G, s->M / G, s->C / G, s->KH, s->KW};
    const dnnl_dims_t strides = {s->stride, s->stride}, dilates = {s->dilation - 1, s->dilation - 1};
    const dnnl_dims_t before = {s->pad.top, s->pad.left}, after = {s->pad.bottom, s->pad.right};
    dnnl_memory_desc_t src, weights, shift, dst;
    must(dnnl_memory_desc_init_by_tag(&src, 4, in, dnnl_f32, dnnl_format_tag_any), "input");
    must(dnnl_memory_desc_init_by_tag(&weights, G > 1 ? 5 : 4, G > 1 ? grouped : plain, dnnl_f32, dnnl_format_tag_any),
         "weights");
    must(dnnl_memory_desc_init_by_tag(&shift, 1, bias, dnnl_f32, dnnl_a), "bias");
    must(dnnl_memory_desc_init_by_tag(&dst, 4, out, dnnl_f32, dnnl_format_tag_any), "output");
    dnnl_convolution_desc_t d;
    if (dnnl_dilated_convolution_forward_desc_init(&d, dnnl_forward_inference, kind, &src, &weights, &shift, &dst,
                                                   strides, dilates, before, after) != dnnl_success)
        return;
    dnnl_primitive_attr_t attributes;
    must(dnnl_primitive_attr_create(&attributes), "attributes");
    must(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "attributes");
    dnnl_primitive_desc_iterator_t it;
    if (dnnl_primitive_desc_iterator_create(&it, &d, attributes, engine, NULL) == dnnl_success) {
        do peer_add(c, dnnl_primitive_desc_iterator_fetch(it));
        while (c->count < PEER_MAX && dnnl_primitive_desc_iterator_next(it) == dnnl_success);
        dnnl_primitive_desc_iterator_destroy(it);
    }
    dnnl_primitive_attr_destroy(attributes);
}

struct peer_conv *peer_conv_new(const struct scenario *s) {
    struct peer_conv *c = calloc(1, sizeof *c);
    if (!c) must(dnnl_out_of_memory, "memory");
    peer_algorithm(c, s, dnnl_convolution_direct);
    peer_algorithm(c, s, dnnl_convolution_winograd);
    return c;
}

void peer_conv_free(struct peer_conv *c) {
    for (int i = 0; c && i < c->count; i++) {
        dnnl_primitive_destroy(c->one[i].primitive);
        dnnl_primitive_desc_destroy(c->one[i].description);
        for (int a = 0; a < PEER_ARGS; a++) dnnl_memory_destroy(c->one[i].args[a].memory), free(c->one[i].room[a]);
    }
    free(c);
}

int peer_conv_count(const struct peer_conv *c) {
    return c->count;
}
const char *peer_conv_name(const struct peer_conv *c, int i) {
    const char *name = "";
    dnnl_primitive_desc_query(c->one[i].description, dnnl_query_impl_info_str, 0, (void *)&name);
    return name;
}
size_t peer_conv_scratch(const struct peer_conv *c, int i) {
    return c->one[i].scratch;
}
void peer_conv_run(struct peer_conv *c, int i) {
    must(dnnl_primitive_execute(c->one[i].primitive, stream, PEER_ARGS, c->one[i].args), "run");
    must(dnnl_stream_wait(stream), "wait");
}
#else
bool peer_conv_here(void) {
    return false;
}
static void peer_conv_init(void) {
    fputs("oneDNN is not here: apt-get install libdnnl-dev\n", stderr);
}
static void peer_conv_version(char *text, size_t room) {
    snprintf(text, room, "no oneDNN");
}
struct peer_conv *peer_conv_new(const struct scenario *s) {
    (void)s;
    return NULL;
}
void peer_conv_free(struct peer_conv *c) {
    (void)c;
}
int peer_conv_count(const struct peer_conv *c) {
    (void)c;
    return 0;
}
const char *peer_conv_name(const struct peer_conv *c, int i) {
    (void)c, (void)i;
    return "";
}
size_t peer_conv_scratch(const struct peer_conv *c, int i) {
    (void)c, (void)i;
    return 0;
}
void peer_conv_run(struct peer_conv *c, int i) {
    (void)c, (void)i;
}
#endif

const char *peer_versions(void) {
    static char text[256];
    char blas[120], conv[60];
    peer_blas_version(blas, sizeof blas), peer_conv_version(conv, sizeof conv);
    snprintf(text, sizeof text, "%s; %s", blas, conv);
    return text;
}

void peers_init(void) {
    omp_set_num_threads(1);
    peer_blas_init();
    peer_conv_init();
}

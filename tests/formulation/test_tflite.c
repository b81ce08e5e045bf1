/* TensorFlow Lite models: every operator as a line and in numbers, small networks, every refusal, damaged files. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "experiments/runtime/reference.h"
#include "experiments/runtime/runtime.h"
#include "formulation/import/import.h"
#include "formulation/network.h"
#include "tests/support/harness.h"
#include "tests/support/tflite_reference.h"
#include "tests/support/world.h"

#define TOLERANCE 2e-6 /* of the largest output */

static struct harness_output o;

/* --- operators ----------------------------------------------------------------------------------------------------- */

#define IN  "in x 1 8 10 3;"
#define INN "x input - c=3 h=8 w=10|"
static const struct {
    const char *model, *lines;
} cases[] = {
    {IN "f w 4 3 3 3; f b 4; CONV_2D x,w,b y=1,8,10,4 b0=0 i1=1 i2=1 b3=1",
     INN "y conv x m=4 k=3 s=1 p=1 d=1 g=1 bias=1|y.relu relu y|"},
    {IN "f w 4 3 3 3; CONV_2D x,w,- y=1,4,5,4 i1=2 i2=2",
     INN "y conv x m=4 k=3 s=2 pt=0 pl=0 pb=1 pr=1 d=1 g=1 bias=0|"},
    {IN "f w 4 2 5 3; CONV_2D x,w y=1,7,6,4 b0=1 i1=1 i2=1 b3=2",
     INN "y conv x m=4 kh=2 kw=5 s=1 p=0 d=1 g=1 bias=0|y.clip clip y low=-1 high=1|"},
    {IN "f w 4 3 3 3; CONV_2D x,w y=1,4,6,4 b0=1 i1=1 i2=1 b3=3 i4=2 i5=2",
     INN "y conv x m=4 k=3 s=1 p=0 d=2 g=1 bias=0|y.relu6 relu6 y|"},
    {IN "f w 6 3 3 1; f b 6; CONV_2D x,w,b y=1,8,10,6 i1=1 i2=1", INN "y conv x m=6 k=3 s=1 p=1 d=1 g=3 bias=1|"},
    {IN "f w 1 3 3 3; f b 3; DEPTHWISE_CONV_2D x,w,b y=1,4,5,3 i1=2 i2=2 i3=1 b4=3",
     INN "y conv x m=3 k=3 s=2 pt=0 pl=0 pb=1 pr=1 d=1 g=3 bias=1|y.relu6 relu6 y|"},
    {IN "h w 1 4 2 6; h b 6; DEQUANTIZE w wf=1,4,2,6; DEQUANTIZE b bf=6;"
        "DEPTHWISE_CONV_2D x,wf,bf y=1,8,10,6 i1=1 i2=1 i3=2 b4=4",
     INN "y conv x m=6 kh=4 kw=2 s=1 pt=1 pl=0 pb=2 pr=1 d=1 g=3 bias=1|y.tanh tanh y|"},
    {IN "f w 1 3 3 3; DEPTHWISE_CONV_2D x,w y=1,8,10,3 i1=1 i2=1 i3=1 i5=3 i6=3",
     INN "y conv x m=3 k=3 s=1 p=3 d=3 g=3 bias=0|"},
    {IN "f w 5 240; f b 5; FULLY_CONNECTED x,w,b y=1,5 b0=1", INN "y fc x m=5 bias=1|y.relu relu y|"},
    {IN "n s 1 240; RESHAPE x,s f=1,240; RELU f g=1,240; f w 5 240; FULLY_CONNECTED g,w,- y=1,5; SOFTMAX y z=1,5 f0=1",
     INN "g relu x|y fc g m=5 bias=0|z softmax y|"},
    {"in x 1 6; f w 4 6; FULLY_CONNECTED x,w y=1,1,1,4", "x input - c=6 h=1 w=1|y fc x m=4 bias=0|"},
    {"in x 1 240; n s 1 8 10 3; RESHAPE x,s y=1,8,10,3; f w 2 1 1 3; CONV_2D y,w z=1,8,10,2 i1=1 i2=1",
     INN "z conv x m=2 k=1 s=1 p=0 d=1 g=1 bias=0|"},
    {"in x 1 8 10; # a 3; EXPAND_DIMS x,a y=1,8,10,1; MAX_POOL_2D y z=1,4,5,1 b0=1 i1=2 i2=2 i3=2 i4=2",
     "x input - c=1 h=8 w=10|z maxpool x k=2 s=2 p=0|"},
    {IN "MAX_POOL_2D x y=1,4,5,3 i1=2 i2=2 i3=3 i4=3 b5=1",
     INN "y maxpool x k=3 s=2 pt=0 pl=0 pb=1 pr=1|y.relu relu y|"},
    {IN "AVERAGE_POOL_2D x y=1,4,5,3 i1=2 i2=2 i3=3 i4=3", INN "y avgpool x k=3 s=2 pt=0 pl=0 pb=1 pr=1 pad=0|"},
    {IN "AVERAGE_POOL_2D x y=1,3,4,3 b0=1 i1=2 i2=2 i3=3 i4=3", INN "y avgpool x k=3 s=2 p=0 pad=1|"},
    {IN "n a 1 2; MEAN x,a y=1,3; SOFTMAX y z=1,3 f0=1", INN "y avgpool x global=1|z softmax y|"},
    {IN "n a -2 -3; REDUCE_MAX x,a y=1,1,1,3 b0=1; SQUEEZE y z=1,3", INN "y maxpool x global=1|"},
    {IN "SOFTMAX x y=1,8,10,3 f0=1", INN "y softmax x|"},
    {IN "LOCAL_RESPONSE_NORMALIZATION x y=1,8,10,3 i0=1 f1=1 f2=0.5 f3=0.75",
     INN "y lrn x size=3 alpha=1.5 beta=0.75 bias=1|"},
    {IN "RELU x a=1,8,10,3; RELU6 a b=1,8,10,3; RELU_N1_TO_1 b c=1,8,10,3; RELU_0_TO_1 c d=1,8,10,3",
     INN "a relu x|b relu6 a|c clip b low=-1 high=1|d clip c low=0 high=1|"},
    {IN "LOGISTIC x a=1,8,10,3; TANH a b=1,8,10,3; ELU x c=1,8,10,3; HARD_SWISH c d=1,8,10,3;"
        "LEAKY_RELU d e=1,8,10,3 f0=0.25; ADD b,e y=1,8,10,3",
     INN "a sigmoid x|b tanh a|c elu x|d hardswish c|e leakyrelu d slope=0.25|y add b,e|"},
    {IN "f s 1 1 1; PRELU x,s y=1,8,10,3", NULL},
    {IN "LOGISTIC x s=1,8,10,3; MUL x,s y=1,8,10,3", INN "s silu x|"},
    {IN "RELU x r=1,8,10,3; ADD x,r y=1,8,10,3 b0=1; ADD_N y,x,r z=1,8,10,3",
     INN "r relu x|y add x,r|y.relu relu y|z add y.relu,x,r|"},
    {IN "f c 3; ADD x,c y=1,8,10,3; f s 1 1 1 3; MUL y,s z=1,8,10,3; f e -; SUB z,e u=1,8,10,3; SUB c,u v=1,8,10,3;"
        "DIV v,s w=1,8,10,3 b0=3",
     INN "y scale x bias=1|z scale y bias=0|u scale z bias=1|v scale u bias=1|w scale v bias=0|w.relu6 relu6 w|"},
    {"in x 1 6; f c 6; MUL x,c y=1,6; f d 1; ADD y,d z=1,6",
     "x input - c=6 h=1 w=1|y scale x bias=0|z scale y bias=1|"},
    {IN "n a 1 2; MEAN x,a m=1,1,1,3 b0=1; LOGISTIC m s=1,1,1,3; MUL s,x y=1,8,10,3",
     INN "m avgpool x global=1|s sigmoid m|y mul x,s|"},
    {IN "RELU x r=1,8,10,3; MUL r,x y=1,8,10,3", INN "r relu x|y mul r,x|"},
    {IN "RELU x r=1,8,10,3; CONCATENATION x,r,x y=1,8,10,9 i0=3; CONCATENATION y,r z=1,8,10,12 i0=-1 b1=1",
     INN "r relu x|y concat x,r,x|z concat y,r|z.relu relu z|"},
    {"in x 1 6; RELU x r=1,6; CONCATENATION r,x y=1,12 i0=1", "x input - c=6 h=1 w=1|r relu x|y concat r,x|"},
    {IN "r p 4 0 0 1 2 3 4 0 0; PAD x,p y=1,11,17,3; f w 4 3 3 3; CONV_2D y,w z=1,5,8,4 b0=1 i1=2 i2=2",
     INN "z conv x m=4 k=3 s=2 pt=1 pl=3 pb=2 pr=4 d=1 g=1 bias=0|"},
    {IN "r p 4 0 0 1 0 1 0 0 0; PADV2 x,p y=1,9,11,3; f w 4 3 3 3; CONV_2D y,w z=1,9,11,4 i1=1 i2=1",
     INN "z conv x m=4 k=3 s=1 pt=2 pl=2 pb=1 pr=1 d=1 g=1 bias=0|"},
    {IN
     "RELU x r=1,8,10,3; r p 4 0 0 1 1 1 1 0 0; PAD r,p y=1,10,12,3; MAX_POOL_2D y z=1,4,5,3 b0=1 i1=2 i2=2 i3=3 i4=3",
     INN "r relu x|z maxpool r k=3 s=2 p=1|"},
    {IN "r p 4 0 0 1 1 1 1 0 0; PAD x,p y=1,10,12,3; AVERAGE_POOL_2D y z=1,4,5,3 b0=1 i1=2 i2=2 i3=3 i4=3",
     INN "z avgpool x k=3 s=2 p=1 pad=1|"},
    {IN "n s 16 20; RESIZE_NEAREST_NEIGHBOR x,s y=1,16,20,3; n t 32 40; RESIZE_BILINEAR y,t z=1,32,40,3 b3=1;"
        "RESIZE_BILINEAR z,t u=1,32,40,3",
     INN "y upsample x k=2 bilinear=0|z upsample y k=2 bilinear=1|"},
    {"in x 1 4 5 6; # a 3; SPLIT a,x p=1,4,5,2/q=1,4,5,2/r=1,4,5,2; N s 1 -1; SPLIT_V p,s,a t=1,4,5,1/u=1,4,5,1;"
     "CONCATENATION r,u,q,t y=1,4,5,6 i0=3",
     "x input - c=6 h=4 w=5|p slice x from=0 m=2|p_2 slice x from=2 m=2|p_3 slice x from=4 m=2|t slice p from=0 m=1|"
     "t_2 slice p from=1 m=1|y concat p_3,t_2,p_2,t|"},
    {"in x 1 4 5 6; n b 0 0 0 1; n e 0 0 0 -1; n s 1 1 1 1; STRIDED_SLICE x,b,e,s y=1,4,5,4 i0=7 i1=7;"
     "n f 0 0 0 2; n z 1 -1 5 2; SLICE y,f,z w=1,4,5,2",
     "x input - c=6 h=4 w=5|y slice x from=1 m=4|w slice y from=2 m=2|"},
    {"in x 1 4 5 6; n a 1 4 5 2 3; RESHAPE x,a p=1,4,5,2,3; n o 0 1 2 4 3; TRANSPOSE p,o q=1,4,5,3,2; RESHAPE q y=1,4,5,6",
     "x input - c=6 h=4 w=5|y shuffle x groups=2|"},
    {IN "n o 0 1 2 3; TRANSPOSE x,o y=1,8,10,3; RESHAPE y f=1,240; RESHAPE f i=1,8,10,3; RELU i z=1,8,10,3",
     INN "z relu x|"},
    {"in x 1 6; RESHAPE x y=1,1,1,6; f w 2 1 1 6; CONV_2D y,w z=1,1,1,2 i1=1 i2=1; RESHAPE z v=1,2",
     "x input - c=6 h=1 w=1|z conv x m=2 k=1 s=1 p=0 d=1 g=1 bias=0|"},
};

static void sketched(const char *path, const char *lines) {
    struct error err = {""};
    struct sketch s;
    char have[2048] = "";
    sketch_init(&s);
    ck_assert_msg(import_find(path)->read(&s, path, &err), "%s", err.text);
    for (int i = 0; i < s.layers; i++) sprintf(have + strlen(have), "%s|", s.layer[i].text);
    ck_assert_str_eq(have, lines);
    sketch_free(&s);
}

static struct tflite_net net; /* of the case at hand */

START_TEST(every_operator_becomes_a_layer) {
    if (!cases[_i].lines) return;
    const char *path = harness_scratch("operator.tflite", "");
    tflite_parse(&net, cases[_i].model);
    tflite_file(path, &net);
    sketched(path, cases[_i].lines);
    harness_forget(path);
}
END_TEST

/* --- numbers ------------------------------------------------------------------------------------------------------- */

/* An imported network with its weights, and an input in both orders. */
struct imported {
    char tflite[128], net[128], weights[128];
    struct network *raw, *folded;
    struct weights w;
    float *theirs, *ours;
};

/* Channels last to channels first. */
static void turn(float *to, const float *from, struct shape s) {
    for (int c = 0; c < s.C; c++)
        for (int p = 0; p < s.H * s.W; p++) to[c * s.H * s.W + p] = from[p * s.C + c];
}

static void import_model(struct imported *m, const char *words) {
    char line[512];
    struct error err = {""};
    tflite_parse(&net, words);
    snprintf(m->tflite, sizeof m->tflite, "%s", harness_scratch("model.tflite", ""));
    snprintf(m->net, sizeof m->net, "%s", harness_scratch("model.net", ""));
    snprintf(m->weights, sizeof m->weights, "%s", harness_scratch("model.f32", ""));
    tflite_file(m->tflite, &net);
    snprintf(line, sizeof line, "import %s -o %s --weights %s --quiet", m->tflite, m->net, m->weights);
    harness_command(&o, "taso", line);
    ck_assert_msg(o.status == 0, "%s", o.err);
    m->raw = network_open(m->net, &err);
    ck_assert_msg(m->raw != NULL, "%s", err.text);
    m->folded = network_fold(m->raw);
    ck_assert_msg(weights_init(&m->w, m->folded, 0, m->weights, &err), "%s", err.text);
    const struct net_tensor *in = &net.tensor[net.input];
    const int count = net_count(in);
    m->theirs = malloc((size_t)count * sizeof *m->theirs);
    m->ours = malloc((size_t)count * sizeof *m->ours);
    for (int i = 0; i < count; i++) m->theirs[i] = 3 * tflite_number("input", i);
    turn(m->ours, m->theirs, m->folded->layer[0].out);
}

static void import_free(struct imported *m) {
    weights_free(&m->w);
    network_free(m->folded);
    network_free(m->raw);
    free(m->theirs);
    free(m->ours);
    harness_forget(m->tflite);
    harness_forget(m->net);
    harness_forget(m->weights);
}

/* `have` in our order against what TensorFlow Lite would compute. */
static void agrees(const struct imported *m, const float *have) {
    struct tflite_run run;
    const double *want = tflite_run(&run, &net, m->theirs);
    const struct net_tensor *out = &net.tensor[net.output[0]];
    const int count = net_count(out), C = out->dim[out->rank - 1], pixels = count / C;
    double most = 0, error = 0;
    for (int i = 0; i < count; i++) {
        const double e = fabs((double)have[i % C * pixels + i / C] - want[i]);
        most = fmax(most, fabs(want[i]));
        if (!(e <= error)) error = e; /* a NaN stays */
    }
    ck_assert_msg(most > 0 && error <= TOLERANCE * most, "off by %g of %g", error, most);
    tflite_run_free(&run);
}

static void computes_the_same(const char *words) {
    struct imported m;
    struct error err = {""};
    import_model(&m, words);
    struct reference *f = reference_new(m.folded, &m.w, m.ours, 1, &err);
    ck_assert_msg(f != NULL, "%s", err.text);
    agrees(&m, f->out[m.folded->layers - 1]);
    reference_free(f);
    import_free(&m);
}

START_TEST(every_operator_computes_the_same) {
    computes_the_same(cases[_i].model);
}
END_TEST

static const char *const networks[] = {
    /* MobileNet: a strided convolution, depthwise and pointwise ones, an inverted residual, a mean, a product. */
    "in x 1 16 16 3; f w0 8 3 3 3; f b0 8; CONV_2D x,w0,b0 a=1,8,8,8 i1=2 i2=2 b3=3;"
    "f w1 1 3 3 8; f b1 8; DEPTHWISE_CONV_2D a,w1,b1 b=1,8,8,8 i1=1 i2=1 i3=1 b4=3;"
    "f w2 6 1 1 8; f b2 6; CONV_2D b,w2,b2 c=1,8,8,6 i1=1 i2=1;"
    "f w3 24 1 1 6; f b3 24; CONV_2D c,w3,b3 d=1,8,8,24 i1=1 i2=1 b3=3;"
    "f w4 1 3 3 24; f b4 24; DEPTHWISE_CONV_2D d,w4,b4 e=1,8,8,24 i1=1 i2=1 i3=1 b4=3;"
    "f w5 6 1 1 24; f b5 6; CONV_2D e,w5,b5 f=1,8,8,6 i1=1 i2=1; ADD c,f g=1,8,8,6;"
    "f w6 1 5 5 6; f b6 6; r p 4 0 0 1 2 1 2 0 0; PAD g,p h=1,11,11,6;"
    "DEPTHWISE_CONV_2D h,w6,b6 i=1,4,4,6 b0=1 i1=2 i2=2 i3=1; HARD_SWISH i j=1,4,4,6; n ax 1 2; MEAN j,ax k=1,6;"
    "f w7 10 6; f b7 10; FULLY_CONNECTED k,w7,b7 l=1,10; SOFTMAX l y=1,10 f0=1",
    /* DS-CNN for keywords: an input that is no image, a tall kernel, SAME padding, a product of all pixels. */
    "in x 1 490; n s -1 49 10 1; RESHAPE x,s i=1,49,10,1; f w0 8 10 4 1; f b0 8; CONV_2D i,w0,b0 a=1,25,5,8 i1=2 i2=2 b3=1;"
    "f w1 1 3 3 8; f b1 8; DEPTHWISE_CONV_2D a,w1,b1 b=1,25,5,8 i1=1 i2=1 i3=1 b4=1;"
    "h w2 8 1 1 8; DEQUANTIZE w2 v2=8,1,1,8; f b2 8; CONV_2D b,v2,b2 c=1,25,5,8 i1=1 i2=1 b3=1;"
    "AVERAGE_POOL_2D c d=1,13,3,8 i1=2 i2=2 i3=2 i4=2; n t -1 312; RESHAPE d,t e=1,312;"
    "f w3 12 312; f b3 12; FULLY_CONNECTED e,w3,b3 l=1,12; SOFTMAX l y=1,12 f0=1",
    /* Branches: concat, shuffle, squeeze-and-excite, residuals, an upsampled path. */
    "in x 1 12 12 4; f c0 4; MUL x,c0 n=1,12,12,4; f w0 8 3 3 4; f b0 8; CONV_2D n,w0,b0 a=1,12,12,8 i1=1 i2=1 b3=1;"
    "# ax 3; SPLIT ax,a p=1,12,12,4/q=1,12,12,4; f w1 4 1 1 4; CONV_2D q,w1 r=1,12,12,4 i1=1 i2=1;"
    "CONCATENATION p,r s=1,12,12,8 i0=3; RESHAPE s t=1,12,12,2,4; n o 0 1 2 4 3; TRANSPOSE t,o u=1,12,12,4,2;"
    "RESHAPE u v=1,12,12,8; n hw 1 2; MEAN v,hw m=1,1,1,8 b0=1; f w2 2 1 1 8; CONV_2D m,w2 e=1,1,1,2 i1=1 i2=1 b3=1;"
    "f w3 8 1 1 2; CONV_2D e,w3 f=1,1,1,8 i1=1 i2=1; LOGISTIC f g=1,1,1,8; MUL v,g h=1,12,12,8;"
    "MAX_POOL_2D h i=1,6,6,8 i1=2 i2=2 i3=3 i4=3; f w4 8 3 3 8; CONV_2D i,w4 j=1,6,6,8 i1=1 i2=1 b3=4;"
    "n z 12 12; RESIZE_BILINEAR j,z k=1,12,12,8 b3=1; ADD k,h l=1,12,12,8 b0=1; f w5 5 1152; f b5 5;"
    "FULLY_CONNECTED l,w5,b5 y=1,5",
};

/* By the reference, and by kernels: a plan, its weights stored in the kernels' order. */
START_TEST(networks_compute_the_same) {
    struct imported m;
    struct error err = {""};
    struct random random = {(uint64_t)_i + 11};
    computes_the_same(networks[_i]);
    import_model(&m, networks[_i]);
    struct world w = world_new(m.net);
    for (int trial = 0; trial < 3; trial++) {
        world_plan(&w, m.net, &random, CONVERSIONS_PER_EDGE);
        struct runtime *r = runtime_new(w.plan, w.net, &m.w, 1, &err);
        ck_assert_msg(r != NULL, "%s", err.text);
        float out[64];
        runtime_run(r, out, m.ours, NULL);
        agrees(&m, out);
        runtime_free(r);
    }
    world_free(&w);
    import_free(&m);
}
END_TEST

/* --- refusals ------------------------------------------------------------------------------------------------------ */

static const struct {
    const char *model, *error;
} refusals[] = {
    {"in x 1 8 10", ": no operators (expected a network)"},
    {"in x 2 8 8 3; RELU x y=2,8,8,3",
     ": input `x` is 2 x 8 x 8 x 3 (expected 1 x height x width x channels, and not a constant)"},
    {"in x 1 0 8 3; RELU x y=1,0,8,3",
     ": input `x` is 1 x 0 x 8 x 3 (expected 1 x height x width x channels, and not a constant)"},
    {"in x 1 8 10; RELU x y=1,8,10",
     ": operator `y` (RELU): input 0 has 3 dimensions (expected batch, height, width and channels)"},
    {IN "RELU - y=1,8,10,3", ": operator `y` (RELU): input 0 is missing"},
    {IN "f c 1 8 10 3; RELU c y=1,8,10,3",
     ": operator `y` (RELU): it reads `c`, a constant (expected what the network computes)"},
    {IN "RELU x y=1,8,10,3; RELU6 x y=1,8,10,3",
     ": operator `y` (RELU6): its output is a constant, an input, or made twice"},
    {IN "RELU x x=1,8,10,3", ": operator `x` (RELU): its output is a constant, an input, or made twice"},
    {IN "RELU x y=1,8,10,4", ": operator `y` (RELU): it makes 1 x 8 x 10 x 3, but the file says 1 x 8 x 10 x 4"},
    {IN "q y 1 8 10 3; RELU x y",
     ": operator `y` (RELU): tensor `y` is INT8 (expected FLOAT32: quantised models are not supported)"},
    {IN "q w 4 3 3 3; CONV_2D x,w y=1,8,10,4 i1=1 i2=1",
     ": operator `y` (CONV_2D): tensor `w` is INT8 (expected FLOAT32: quantised models are not supported)"},
    {IN "n s 1 240; CONV_2D x,s y=1,8,10,4 i1=1 i2=1",
     ": operator `y` (CONV_2D): weights of 1 dimensions (expected 4)"},
    {IN "RELU x w=1,8,10,3; CONV_2D x,w y=1,8,10,1 i1=1 i2=1",
     ": operator `y` (CONV_2D): input 1 is not a constant (expected numbers of the file)"},
    {IN "f w 4 3 3 2; CONV_2D x,w y=1,8,10,4 i1=1 i2=1",
     ": operator `y` (CONV_2D): weights of 2 channels for an input of 3"},
    {IN "f w 4 3 3 3; CONV_2D x,w y=1,8,10,4 i1=1", ": operator `y` (CONV_2D): a stride or dilation is out of range"},
    {IN "f w 4 3 3 3; CONV_2D x,w y=1,8,5,4 i1=2 i2=1",
     ": operator `y` (CONV_2D): strides or dilations differ in height and width (expected the same)"},
    {IN "f w 4 9 9 3; CONV_2D x,w y=1,1,1,4 b0=1 i1=1 i2=1",
     ": operator `y` (CONV_2D): a window of 9 pixels in an image of 8"},
    {IN "f w 4 3 3 3; f b 3; CONV_2D x,w,b y=1,8,10,4 i1=1 i2=1",
     ": operator `y` (CONV_2D): input 2 has 3 elements (expected 4)"},
    {IN "f w 4 3 3 3; CONV_2D x,w y=1,8,10,4 i1=1 i2=1 b3=5",
     ": operator `y` (CONV_2D): activation 5 (expected at most 4, TANH)"},
    {IN "f w 1 3 3 4; DEPTHWISE_CONV_2D x,w y=1,8,10,4 i1=1 i2=1",
     ": operator `y` (DEPTHWISE_CONV_2D): weights of 4 channels for an input of 3"},
    {IN "f w 5 7; FULLY_CONNECTED x,w y=1,5", ": operator `y` (FULLY_CONNECTED): weights for 7 inputs (expected 240)"},
    {IN "f w 5 240; FULLY_CONNECTED x,w y=1,5 b1=1",
     ": operator `y` (FULLY_CONNECTED): shuffled weights (expected the default format)"},
    {IN "MAX_POOL_2D x y=1,8,10,3 i1=1 i2=1 i3=2 i4=3",
     ": operator `y` (MAX_POOL_2D): a window of 3 x 2 (expected a square)"},
    {IN "MAX_POOL_2D x y=1,8,10,3 i1=1 i2=1", ": operator `y` (MAX_POOL_2D): its window is out of range"},
    {IN "n a 1 3; MEAN x,a y=1,10", ": operator `y` (MEAN): not over height and width (expected axes 1 and 2)"},
    {IN "SOFTMAX x y=1,8,10,3 f0=2", ": operator `y` (SOFTMAX): beta 2 (expected 1)"},
    {IN "RESHAPE x f=1,240; SOFTMAX f y=1,240 f0=1",
     ": operator `y` (SOFTMAX): over all pixels of an image (expected its channels)"},
    {IN "RESHAPE x f=1,240",
     ": operator `outputs` (graph): it reads `f`, an image made a vector, channels last (expected the image)"},
    {IN "RESHAPE x f=1,239", ": operator `f` (RESHAPE): it makes 239 elements out of 240"},
    {IN "RESHAPE x f=1,240; RESHAPE x g=1,240; CONCATENATION f,g y=1,480 i0=1",
     ": operator `y` (CONCATENATION): input 0 is an image made a vector (expected the image)"},
    {IN "RELU x y=1,8,10,3; CONCATENATION x,y z=1,16,10,3 i0=1",
     ": operator `z` (CONCATENATION): axis 1 (expected 3, the channels)"},
    {IN "n a 1 2; MEAN x,a m=1,1,1,3 b0=1; ADD x,m y=1,8,10,3",
     ": operator `y` (ADD): input 1 has other sizes than input 0 (expected the same)"},
    {IN "f w 2 1 1 3; CONV_2D x,w a=1,8,10,2 i1=1 i2=1; MUL x,a y=1,8,10,3",
     ": operator `y` (MUL): input 1 has other sizes than input 0 (expected the same, or one pixel)"},
    {IN "f c 8 10 3; ADD x,c y=1,8,10,3",
     ": operator `y` (ADD): a constant of 240 elements (expected 1, or one for each of 3 channels)"},
    {IN "r p 4 0 0 1 1 1 1 0 0; PAD x,p y=1,10,12,3; RELU y z=1,10,12,3",
     ": operator `z` (RELU): zeros around its input (expected a convolution after PAD)"},
    {IN "r p 4 0 0 1 1 1 1 0 0; PAD x,p y=1,10,12,3; MAX_POOL_2D y z=1,5,6,3 i1=2 i2=2 i3=2 i4=2",
     ": operator `z` (MAX_POOL_2D): zeros around its input (expected a convolution after PAD)"},
    {IN "r p 4 0 0 0 0 0 0 1 0; PAD x,p y=1,8,10,4", ": operator `y` (PAD): not zeros around height and width"},
    {IN "r p 4 0 0 1 1 1 1 0 0; f c -; PADV2 x,p,c y=1,10,12,3",
     ": operator `y` (PADV2): not zeros around height and width"},
    {IN "n s 16 30; RESIZE_BILINEAR x,s y=1,16,30,3 b3=1",
     ": operator `y` (RESIZE_BILINEAR): not by a whole factor, the same in height and width"},
    {IN "n s 16 20; RESIZE_BILINEAR x,s y=1,16,20,3",
     ": operator `y` (RESIZE_BILINEAR): pixels aligned by corners (expected half_pixel_centers)"},
    {IN "# a 1; SPLIT a,x y=1,4,10,3/z=1,4,10,3",
     ": operator `y` (SPLIT): not along the channels, or by a number that is not in the file"},
    {IN "# a 3; SPLIT a,x y=1,8,10,1/z=1,8,10,1", ": operator `y` (SPLIT): parts that do not add up to the channels"},
    {IN "n b 0 1 0 0; n s 1 7 10 3; SLICE x,b,s y=1,7,10,3",
     ": operator `y` (SLICE): a part of height, width or batch (expected channels)"},
    {IN "n b 0 0 0 3; n s -1 -1 -1 -1; SLICE x,b,s y=1,8,10,1", ": operator `y` (SLICE): no channel is left"},
    {IN "n b 0 0 0 0; n e 1 8 10 3; n s 1 1 1 2; STRIDED_SLICE x,b,e,s y=1,8,10,2",
     ": operator `y` (STRIDED_SLICE): a stride of 2 (expected 1)"},
    {IN "f s 3; PRELU x,s y=1,8,10,3; GELU y z=1,8,10,3; CUSTOM z u=1,8,10,3; FUTURE u v=1,8,10,3;"
        "TRANSPOSE_CONV v,x w=1,16,20,3",
     ": these types of operators are not supported: PRELU (`y`), GELU (`z`), Custom (`u`), code 250 (`v`), "
     "TRANSPOSE_CONV (`w`)"},
    {IN "n o 0 2 1 3; TRANSPOSE x,o y=1,10,8,3", ": these types of operators are not supported: TRANSPOSE (`y`)"},
    {IN "n s 1; DIV s,x y=1,8,10,3", ": these types of operators are not supported: DIV (`y`)"},
};

static void refused(const char *path, const char *message) {
    struct error err = {""};
    char expected[1024];
    ck_assert_ptr_null(network_open(path, &err));
    snprintf(expected, sizeof expected, "%s%s", path, message);
    ck_assert_str_eq(err.text, expected);
}

START_TEST(what_cannot_be_expressed_is_refused_by_name) {
    const char *path = harness_scratch("refused.tflite", "");
    tflite_parse(&net, refusals[_i].model);
    tflite_file(path, &net);
    refused(path, refusals[_i].error);
    harness_forget(path);
}
END_TEST

/* --- damaged files ------------------------------------------------------------------------------------------------- */

/* All of a file's kinds of parts in few bytes. */
static const char damaged[] =
    "in x 1 4 4 2; f w 2 2 2 2; f b 2; CONV_2D x,w,b y=1,4,4,2 i1=1 i2=1 b3=3; h c 2; DEQUANTIZE c d=2; MUL y,d u=1,4,4,2;"
    "# a 3; SPLIT a,u p=1,4,4,1/q=1,4,4,1; CONCATENATION q,p v=1,4,4,2 i0=3; n s 1 32; RESHAPE v,s f=1,32; f e 2 32;"
    "FULLY_CONNECTED f,e z=1,2";

static void store_bytes(const char *path, const unsigned char *bytes, size_t length) {
    FILE *out = fopen(path, "wb");
    ck_assert(out && fwrite(bytes, 1, length, out) == length && fclose(out) == 0);
}

/* Read with weights: a network, or one line. */
static bool taken(const char *path) {
    struct error err = {""};
    struct sketch s;
    sketch_init(&s);
    s.weights = true;
    struct network *n = import_find(path)->read(&s, path, &err) ? network_sketched(&s, path, &err) : NULL;
    ck_assert_msg(n || (err.text[0] && !strchr(err.text, '\n')), "the error is `%s`", err.text);
    ck_assert_msg(!n || network_check(n), "a network that is none");
    sketch_free(&s);
    network_free(n);
    return n != NULL;
}

START_TEST(a_file_cut_anywhere_is_refused) {
    const char *path = harness_scratch("cut.tflite", "");
    tflite_parse(&net, damaged);
    struct flat b = tflite_bytes(&net);
    store_bytes(path, b.byte, b.length);
    ck_assert(taken(path) && b.length > 1500);
    for (size_t length = b.length; length-- > 0;) {
        ck_assert_int_eq(truncate(path, (off_t)length), 0);
        ck_assert_msg(!taken(path), "cut after %zu bytes", length);
    }
    free(b.byte);
    harness_forget(path);
}
END_TEST

/* Bytes of a file, replaced where they are. */
static void patch(FILE *file, size_t at, const unsigned char *bytes, size_t size) {
    ck_assert(fseek(file, (long)at, SEEK_SET) == 0 && fwrite(bytes, 1, size, file) == size && fflush(file) == 0);
}

/* Every byte, and every word as an offset, a count and a size that is far too large, or points to itself or its
 * neighbours: loops and overlaps. */
START_TEST(a_file_spoiled_anywhere_is_refused_or_read) {
    static const uint32_t values[] = {0,          1,          127,        128,        255,        4,  8,
                                      1000000000, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffc, 16, 64};
    const char *path = harness_scratch("spoiled.tflite", "");
    long good = 0, bad = 0;
    tflite_parse(&net, damaged);
    struct flat b = tflite_bytes(&net);
    store_bytes(path, b.byte, b.length);
    FILE *file = fopen(path, "r+b");
    for (size_t at = 0; at < b.length; at++)
        for (int k = 0; k < 14; k++) {
            const size_t size = k < 5 ? 1 : 4;
            unsigned char bytes[4];
            if (at % size || at + size > b.length) continue;
            for (size_t i = 0; i < size; i++) bytes[i] = (unsigned char)(values[k] >> (8 * i));
            patch(file, at, bytes, size);
            *(taken(path) ? &good : &bad) += 1;
            patch(file, at, b.byte + at, size);
        }
    ck_assert_msg(good > 1000 && bad > 3000, "%ld read, %ld refused", good, bad);
    fclose(file);
    free(b.byte);
    harness_forget(path);
}
END_TEST

/* --- sizes --------------------------------------------------------------------------------------------------------- */

/* Parts that are used again and again make a small file look large: `taso import` in bounded memory. */
static void refused_in_little_memory(const struct flat *b, const char *weights, const char *message) {
    struct rusage usage;
    char line[256];
    const char *path = harness_scratch("large.tflite", "");
    store_bytes(path, b->byte, b->length);
    snprintf(line, sizeof line, "import %s -o - %s", path, weights);
    harness_command(&o, "taso", line);
    ck_assert_int_eq(o.status, 2);
    ck_assert_msg(strstr(o.err, message), "%s", o.err);
    ck_assert_int_eq(getrusage(RUSAGE_CHILDREN, &usage), 0);
    ck_assert_msg(usage.ru_maxrss <= (64 << 10) + (long)(4 * b->length >> 10), "%ld KiB for a file of %zu bytes",
                  usage.ru_maxrss, b->length);
    harness_forget(path);
}

#define OVERLAP "parts of the file overlap: together they are more than 3 times as large as it is"

/* 40 products with one matrix of 1 MB. */
START_TEST(weights_that_are_used_too_often_are_refused) {
    char words[4096] = "in x 1 512; f w 512 512; FULLY_CONNECTED x,w a0=1,512";
    for (int i = 0; i < 40; i++) sprintf(words + strlen(words), "; FULLY_CONNECTED a%d,w a%d=1,512", i, i + 1);
    tflite_parse(&net, words);
    struct flat b = tflite_bytes(&net);
    refused_in_little_memory(&b, "--weights /dev/null", OVERLAP);
    free(b.byte);
}
END_TEST

/* All operators read one list of 300000 inputs. */
START_TEST(lists_that_are_used_too_often_are_refused) {
    char words[2048] = "in x 1 512; RELU x a0=1,512";
    for (int i = 0; i < 40; i++) sprintf(words + strlen(words), "; RELU a%d a%d=1,512", i, i + 1);
    tflite_parse(&net, words);
    net.op[0].input[0] = 0x1234567; /* found again in the file */
    for (int i = 1; i < net.ops; i++) net.op[i].input[0] = 0x1234567;
    struct flat b = tflite_bytes(&net);
    const size_t list = flat_zeros(&b, 4 + 4 * 300000, 4);
    flat_set(&b, list, 300000, 4);
    int found = 0;
    for (size_t at = 8; at < list; at += 4) {
        const size_t offset = b.byte[at] | (size_t)b.byte[at + 1] << 8, to = at + offset;
        if (b.byte[at + 2] || b.byte[at + 3] || to + 8 > list || memcmp(b.byte + to, "\1\0\0\0\x67\x45\x23\x01", 8))
            continue;
        flat_point(&b, at, list);
        found++;
    }
    ck_assert_int_ge(found, net.ops);
    refused_in_little_memory(&b, "", OVERLAP);
    free(b.byte);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("tflite");
    TCase *files = tcase_create("files");
    const int count = sizeof cases / sizeof cases[0];
    tcase_add_loop_test(files, every_operator_becomes_a_layer, 0, count);
    tcase_add_loop_test(files, every_operator_computes_the_same, 0, count);
    tcase_add_loop_test(files, networks_compute_the_same, 0, sizeof networks / sizeof networks[0]);
    suite_add_tcase(suite, files);
    TCase *bad = tcase_create("bad");
    tcase_add_loop_test(bad, what_cannot_be_expressed_is_refused_by_name, 0, sizeof refusals / sizeof refusals[0]);
    tcase_add_test(bad, a_file_cut_anywhere_is_refused);
    tcase_add_test(bad, a_file_spoiled_anywhere_is_refused_or_read);
    tcase_add_test(bad, weights_that_are_used_too_often_are_refused);
    tcase_add_test(bad, lists_that_are_used_too_often_are_refused);
    suite_add_tcase(suite, bad);
    return harness_run(suite);
}

/* tflite_models.h - small TensorFlow Lite models (words: tests/support/tflite_file.h): every operator as the lines that it
 * becomes, small networks, every refusal. The tests look at each, and fuzzing starts from them. */
#ifndef TESTS_SUPPORT_TFLITE_MODELS_H
#define TESTS_SUPPORT_TFLITE_MODELS_H
#include "formulation/import/sketch.h"

#define TFLITE_IN  "in x 1 8 10 3;"
#define TFLITE_INN "x input - c=3 h=8 w=10|"
static const struct {
    const char *model, *lines;
} tflite_cases[] = {
    {TFLITE_IN "f w 4 3 3 3; f b 4; CONV_2D x,w,b y=1,8,10,4 b0=0 i1=1 i2=1 b3=1",
     TFLITE_INN "y conv x m=4 k=3 s=1 p=1 d=1 g=1 bias=1|y.relu relu y|"},
    {TFLITE_IN "f w 4 3 3 3; CONV_2D x,w,- y=1,4,5,4 i1=2 i2=2",
     TFLITE_INN "y conv x m=4 k=3 s=2 pt=0 pl=0 pb=1 pr=1 d=1 g=1 bias=0|"},
    {TFLITE_IN "f w 4 2 5 3; CONV_2D x,w y=1,7,6,4 b0=1 i1=1 i2=1 b3=2",
     TFLITE_INN "y conv x m=4 kh=2 kw=5 s=1 p=0 d=1 g=1 bias=0|y.clip clip y low=-1 high=1|"},
    {TFLITE_IN "f w 4 3 3 3; CONV_2D x,w y=1,4,6,4 b0=1 i1=1 i2=1 b3=3 i4=2 i5=2",
     TFLITE_INN "y conv x m=4 k=3 s=1 p=0 d=2 g=1 bias=0|y.relu6 relu6 y|"},
    {TFLITE_IN "f w 6 3 3 1; f b 6; CONV_2D x,w,b y=1,8,10,6 i1=1 i2=1",
     TFLITE_INN "y conv x m=6 k=3 s=1 p=1 d=1 g=3 bias=1|"},
    {TFLITE_IN "f w 1 3 3 3; f b 3; DEPTHWISE_CONV_2D x,w,b y=1,4,5,3 i1=2 i2=2 i3=1 b4=3",
     TFLITE_INN "y conv x m=3 k=3 s=2 pt=0 pl=0 pb=1 pr=1 d=1 g=3 bias=1|y.relu6 relu6 y|"},
    {TFLITE_IN "h w 1 4 2 6; h b 6; DEQUANTIZE w wf=1,4,2,6; DEQUANTIZE b bf=6;"
               "DEPTHWISE_CONV_2D x,wf,bf y=1,8,10,6 i1=1 i2=1 i3=2 b4=4",
     TFLITE_INN "y conv x m=6 kh=4 kw=2 s=1 pt=1 pl=0 pb=2 pr=1 d=1 g=3 bias=1|y.tanh tanh y|"},
    {TFLITE_IN "f w 1 3 3 3; DEPTHWISE_CONV_2D x,w y=1,8,10,3 i1=1 i2=1 i3=1 i5=3 i6=3",
     TFLITE_INN "y conv x m=3 k=3 s=1 p=3 d=3 g=3 bias=0|"},
    {TFLITE_IN "f w 5 240; f b 5; FULLY_CONNECTED x,w,b y=1,5 b0=1", TFLITE_INN "y fc x m=5 bias=1|y.relu relu y|"},
    {TFLITE_IN
     "n s 1 240; RESHAPE x,s f=1,240; RELU f g=1,240; f w 5 240; FULLY_CONNECTED g,w,- y=1,5; SOFTMAX y z=1,5 f0=1",
     TFLITE_INN "g relu x|y fc g m=5 bias=0|z softmax y|"},
    {"in x 1 6; f w 4 6; FULLY_CONNECTED x,w y=1,1,1,4", "x input - c=6 h=1 w=1|y fc x m=4 bias=0|"},
    {"in x 1 240; n s 1 8 10 3; RESHAPE x,s y=1,8,10,3; f w 2 1 1 3; CONV_2D y,w z=1,8,10,2 i1=1 i2=1",
     TFLITE_INN "z conv x m=2 k=1 s=1 p=0 d=1 g=1 bias=0|"},
    {"in x 1 8 10; # a 3; EXPAND_DIMS x,a y=1,8,10,1; MAX_POOL_2D y z=1,4,5,1 b0=1 i1=2 i2=2 i3=2 i4=2",
     "x input - c=1 h=8 w=10|z maxpool x k=2 s=2 p=0|"},
    {TFLITE_IN "MAX_POOL_2D x y=1,4,5,3 i1=2 i2=2 i3=3 i4=3 b5=1",
     TFLITE_INN "y maxpool x k=3 s=2 pt=0 pl=0 pb=1 pr=1|y.relu relu y|"},
    {TFLITE_IN "AVERAGE_POOL_2D x y=1,4,5,3 i1=2 i2=2 i3=3 i4=3",
     TFLITE_INN "y avgpool x k=3 s=2 pt=0 pl=0 pb=1 pr=1 pad=0|"},
    {TFLITE_IN "AVERAGE_POOL_2D x y=1,3,4,3 b0=1 i1=2 i2=2 i3=3 i4=3", TFLITE_INN "y avgpool x k=3 s=2 p=0 pad=1|"},
    {TFLITE_IN "n a 1 2; MEAN x,a y=1,3; SOFTMAX y z=1,3 f0=1", TFLITE_INN "y avgpool x global=1|z softmax y|"},
    {TFLITE_IN "n a -2 -3; REDUCE_MAX x,a y=1,1,1,3 b0=1; SQUEEZE y z=1,3", TFLITE_INN "y maxpool x global=1|"},
    {TFLITE_IN "SOFTMAX x y=1,8,10,3 f0=1", TFLITE_INN "y softmax x|"},
    {TFLITE_IN "LOCAL_RESPONSE_NORMALIZATION x y=1,8,10,3 i0=1 f1=1 f2=0.5 f3=0.75",
     TFLITE_INN "y lrn x size=3 alpha=1.5 beta=0.75 bias=1|"},
    {TFLITE_IN "RELU x a=1,8,10,3; RELU6 a b=1,8,10,3; RELU_N1_TO_1 b c=1,8,10,3; RELU_0_TO_1 c d=1,8,10,3",
     TFLITE_INN "a relu x|b relu6 a|c clip b low=-1 high=1|d clip c low=0 high=1|"},
    {TFLITE_IN "LOGISTIC x a=1,8,10,3; TANH a b=1,8,10,3; ELU x c=1,8,10,3; HARD_SWISH c d=1,8,10,3;"
               "LEAKY_RELU d e=1,8,10,3 f0=0.25; ADD b,e y=1,8,10,3",
     TFLITE_INN "a sigmoid x|b tanh a|c elu x|d hardswish c|e leakyrelu d slope=0.25|y add b,e|"},
    {TFLITE_IN "f s 1 1 1; PRELU x,s y=1,8,10,3", NULL},
    {TFLITE_IN "LOGISTIC x s=1,8,10,3; MUL x,s y=1,8,10,3", TFLITE_INN "s silu x|"},
    {TFLITE_IN "RELU x r=1,8,10,3; ADD x,r y=1,8,10,3 b0=1; ADD_N y,x,r z=1,8,10,3",
     TFLITE_INN "r relu x|y add x,r|y.relu relu y|z add y.relu,x,r|"},
    {TFLITE_IN
     "f c 3; ADD x,c y=1,8,10,3; f s 1 1 1 3; MUL y,s z=1,8,10,3; f e -; SUB z,e u=1,8,10,3; SUB c,u v=1,8,10,3;"
     "DIV v,s w=1,8,10,3 b0=3",
     TFLITE_INN
     "y scale x bias=1|z scale y bias=0|u scale z bias=1|v scale u bias=1|w scale v bias=0|w.relu6 relu6 w|"},
    {"in x 1 6; f c 6; MUL x,c y=1,6; f d 1; ADD y,d z=1,6",
     "x input - c=6 h=1 w=1|y scale x bias=0|z scale y bias=1|"},
    {TFLITE_IN "n a 1 2; MEAN x,a m=1,1,1,3 b0=1; LOGISTIC m s=1,1,1,3; MUL s,x y=1,8,10,3",
     TFLITE_INN "m avgpool x global=1|s sigmoid m|y mul x,s|"},
    {TFLITE_IN "RELU x r=1,8,10,3; MUL r,x y=1,8,10,3", TFLITE_INN "r relu x|y mul r,x|"},
    {TFLITE_IN "RELU x r=1,8,10,3; CONCATENATION x,r,x y=1,8,10,9 i0=3; CONCATENATION y,r z=1,8,10,12 i0=-1 b1=1",
     TFLITE_INN "r relu x|y concat x,r,x|z concat y,r|z.relu relu z|"},
    {"in x 1 6; RELU x r=1,6; CONCATENATION r,x y=1,12 i0=1", "x input - c=6 h=1 w=1|r relu x|y concat r,x|"},
    {TFLITE_IN "r p 4 0 0 1 2 3 4 0 0; PAD x,p y=1,11,17,3; f w 4 3 3 3; CONV_2D y,w z=1,5,8,4 b0=1 i1=2 i2=2",
     TFLITE_INN "z conv x m=4 k=3 s=2 pt=1 pl=3 pb=2 pr=4 d=1 g=1 bias=0|"},
    {TFLITE_IN "r p 4 0 0 1 0 1 0 0 0; PADV2 x,p y=1,9,11,3; f w 4 3 3 3; CONV_2D y,w z=1,9,11,4 i1=1 i2=1",
     TFLITE_INN "z conv x m=4 k=3 s=1 pt=2 pl=2 pb=1 pr=1 d=1 g=1 bias=0|"},
    {TFLITE_IN
     "RELU x r=1,8,10,3; r p 4 0 0 1 1 1 1 0 0; PAD r,p y=1,10,12,3; MAX_POOL_2D y z=1,4,5,3 b0=1 i1=2 i2=2 i3=3 i4=3",
     TFLITE_INN "r relu x|z maxpool r k=3 s=2 p=1|"},
    {TFLITE_IN "r p 4 0 0 1 1 1 1 0 0; PAD x,p y=1,10,12,3; AVERAGE_POOL_2D y z=1,4,5,3 b0=1 i1=2 i2=2 i3=3 i4=3",
     TFLITE_INN "z avgpool x k=3 s=2 p=1 pad=1|"},
    {TFLITE_IN "n s 16 20; RESIZE_NEAREST_NEIGHBOR x,s y=1,16,20,3; n t 32 40; RESIZE_BILINEAR y,t z=1,32,40,3 b3=1;"
               "RESIZE_BILINEAR z,t u=1,32,40,3",
     TFLITE_INN "y upsample x k=2 bilinear=0|z upsample y k=2 bilinear=1|"},
    {"in x 1 4 5 6; # a 3; SPLIT a,x p=1,4,5,2/q=1,4,5,2/r=1,4,5,2; N s 1 -1; SPLIT_V p,s,a t=1,4,5,1/u=1,4,5,1;"
     "CONCATENATION r,u,q,t y=1,4,5,6 i0=3",
     "x input - c=6 h=4 w=5|p slice x from=0 m=2|p_2 slice x from=2 m=2|p_3 slice x from=4 m=2|t slice p from=0 m=1|"
     "t_2 slice p from=1 m=1|y concat p_3,t_2,p_2,t|"},
    {"in x 1 4 5 6; n b 0 0 0 1; n e 0 0 0 -1; n s 1 1 1 1; STRIDED_SLICE x,b,e,s y=1,4,5,4 i0=7 i1=7;"
     "n f 0 0 0 2; n z 1 -1 5 2; SLICE y,f,z w=1,4,5,2",
     "x input - c=6 h=4 w=5|y slice x from=1 m=4|w slice y from=2 m=2|"},
    {"in x 1 4 5 6; n a 1 4 5 2 3; RESHAPE x,a p=1,4,5,2,3; n o 0 1 2 4 3; TRANSPOSE p,o q=1,4,5,3,2; RESHAPE q y=1,4,5,6",
     "x input - c=6 h=4 w=5|y shuffle x groups=2|"},
    {TFLITE_IN "n o 0 1 2 3; TRANSPOSE x,o y=1,8,10,3; RESHAPE y f=1,240; RESHAPE f i=1,8,10,3; RELU i z=1,8,10,3",
     TFLITE_INN "z relu x|"},
    {"in x 1 6; RESHAPE x y=1,1,1,6; f w 2 1 1 6; CONV_2D y,w z=1,1,1,2 i1=1 i2=1; RESHAPE z v=1,2",
     "x input - c=6 h=1 w=1|z conv x m=2 k=1 s=1 p=0 d=1 g=1 bias=0|"},
    {TFLITE_IN "f w 4 3 3 3; CONV_2D x,w y=1,8,5,4 i1=2 i2=1",
     TFLITE_INN "y conv x m=4 k=3 sh=1 sw=2 pt=1 pl=0 pb=1 pr=1 d=1 g=1 bias=0|"},
    {TFLITE_IN "f w 1 3 2 6; f b 6; DEPTHWISE_CONV_2D x,w,b y=1,6,8,6 b0=1 i1=1 i2=1 i3=2 i5=2 i6=1; RELU y z=1,6,8,6",
     NULL},
    {TFLITE_IN "MAX_POOL_2D x y=1,8,5,3 i1=2 i2=1 i3=2 i4=3; AVERAGE_POOL_2D y z=1,2,4,3 b0=1 i1=1 i2=3 i3=2 i4=3",
     TFLITE_INN "y maxpool x kh=3 kw=2 sh=1 sw=2 pt=1 pl=0 pb=1 pr=0|z avgpool y kh=3 kw=2 sh=3 sw=1 p=0 pad=1|"},
    {TFLITE_IN "RESHAPE x f=1,240; SOFTMAX f y=1,240 f0=1; f w 5 240; FULLY_CONNECTED y,w z=1,5",
     TFLITE_INN "y reshape x c=240|y_2 softmax y|y_3 reshape y_2 c=3 h=8 w=10|z fc y_3 m=5 bias=0|"},
    {TFLITE_IN "RESHAPE x f=1,240", TFLITE_INN "outputs reshape x c=240 last=1|"},
    {TFLITE_IN
     "RESHAPE x f=1,240; RELU x r=1,8,10,3; RESHAPE r g=1,240; CONCATENATION f,g y=1,480 i0=1; f c 480; MUL y,c z=1,480",
     TFLITE_INN "r relu x|y reshape x c=240 last=1|y_2 reshape r c=240 last=1|y_3 concat y,y_2|z scale y_3 bias=0|"},
    {TFLITE_IN "RESHAPE x f=1,240; f c 240; ADD f,c y=1,240; n b 0 7; n s 1 200; SLICE y,b,s z=1,200",
     TFLITE_INN "y reshape x c=240 last=1|y_2 scale y bias=1|z slice y_2 from=7 m=200|"},
    {TFLITE_IN
     "r p 4 0 0 1 1 1 1 0 0; PAD x,p y=1,10,12,3; LEAKY_RELU y z=1,10,12,3 f0=0.25; MAX_POOL_2D y a=1,10,12,3 i1=1 i2=1 i3=3 i4=3;"
     "ADD z,a b=1,10,12,3",
     TFLITE_INN "z pad x pt=1 pl=1 pb=1 pr=1|z_2 leakyrelu z slope=0.25|a maxpool z k=3 s=1 p=1|b add z_2,a|"},
    {TFLITE_IN
     "r p 4 0 0 1 0 2 3 0 0; f c -; PADV2 x,p,c y=1,9,15,3; f w 4 3 3 3; CONV_2D y,w z=1,7,13,4 b0=1 i1=1 i2=1",
     TFLITE_INN "y pad x pt=1 pl=2 pb=0 pr=3 value=-0.1015625|z conv y m=4 k=3 s=1 p=0 d=1 g=1 bias=0|"},
    {TFLITE_IN "f s 3; PRELU x,s y=1,8,10,3; f t 1 1 3; PRELU y,t z=1,8,10,3", TFLITE_INN "y prelu x|z prelu y|"},
    {TFLITE_IN "f s 240; RESHAPE x f=1,240; PRELU f,s y=1,240", TFLITE_INN "y reshape x c=240 last=1|y_2 prelu y|"},
    {TFLITE_IN "n s 1 16 20 4; f w 4 3 3 3; TRANSPOSE_CONV s,w,x y=1,16,20,4 i1=2 i2=2",
     TFLITE_INN "y deconv x m=4 k=3 s=2 pt=0 pl=0 pb=1 pr=1 bias=0|"},
    {TFLITE_IN "n s 1 17 33 4; f w 4 3 6 3; f b 4; TRANSPOSE_CONV s,w,x,b y=1,17,33,4 b0=1 i1=3 i2=2 b3=1",
     TFLITE_INN "y deconv x m=4 kh=3 kw=6 sh=2 sw=3 p=0 bias=1|y.relu relu y|"},
};

static const char *const tflite_networks[] = {
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

static const struct {
    const char *model, *error;
} tflite_refusals[] = {
    {"in x 1 8 10", ": no operators (expected a network)"},
    {"in x 2 8 8 3; RELU x y=2,8,8,3",
     ": input `x` is 2 x 8 x 8 x 3 (expected 1 x height x width x channels, and not a constant)"},
    {"in x 1 0 8 3; RELU x y=1,0,8,3",
     ": input `x` is 1 x 0 x 8 x 3 (expected 1 x height x width x channels, and not a constant)"},
    {"in x 1 8 10; RELU x y=1,8,10",
     ": operator `y` (RELU): input 0 has 3 dimensions (expected batch, height, width and channels)"},
    {TFLITE_IN "RELU - y=1,8,10,3", ": operator `y` (RELU): input 0 is missing"},
    {TFLITE_IN "f c 1 8 10 3; RELU c y=1,8,10,3",
     ": operator `y` (RELU): it reads `c`, a constant (expected what the network computes)"},
    {TFLITE_IN "RELU x y=1,8,10,3; RELU6 x y=1,8,10,3",
     ": operator `y` (RELU6): its output is a constant, an input, or made twice"},
    {TFLITE_IN "RELU x x=1,8,10,3", ": operator `x` (RELU): its output is a constant, an input, or made twice"},
    {TFLITE_IN "RELU x y=1,8,10,4", ": operator `y` (RELU): it makes 1 x 8 x 10 x 3, but the file says 1 x 8 x 10 x 4"},
    {TFLITE_IN "q y 1 8 10 3; RELU x y",
     ": operator `y` (RELU): tensor `y` is INT8 (expected FLOAT32: quantised models are not supported)"},
    {TFLITE_IN "q w 4 3 3 3; CONV_2D x,w y=1,8,10,4 i1=1 i2=1",
     ": operator `y` (CONV_2D): tensor `w` is INT8 (expected FLOAT32: quantised models are not supported)"},
    {TFLITE_IN "n s 1 240; CONV_2D x,s y=1,8,10,4 i1=1 i2=1",
     ": operator `y` (CONV_2D): weights of 1 dimensions (expected 4)"},
    {TFLITE_IN "RELU x w=1,8,10,3; CONV_2D x,w y=1,8,10,1 i1=1 i2=1",
     ": operator `y` (CONV_2D): input 1 is not a constant (expected numbers of the file)"},
    {TFLITE_IN "f w 4 3 3 2; CONV_2D x,w y=1,8,10,4 i1=1 i2=1",
     ": operator `y` (CONV_2D): weights of 2 channels for an input of 3"},
    {TFLITE_IN "f w 4 3 3 3; CONV_2D x,w y=1,8,10,4 i1=1",
     ": operator `y` (CONV_2D): a stride or dilation is out of range"},
    {TFLITE_IN "f w 4 9 9 3; CONV_2D x,w y=1,1,1,4 b0=1 i1=1 i2=1",
     ": operator `y` (CONV_2D): a window of 9 pixels in an image of 8"},
    {TFLITE_IN "f w 4 3 3 3; f b 3; CONV_2D x,w,b y=1,8,10,4 i1=1 i2=1",
     ": operator `y` (CONV_2D): input 2 has 3 elements (expected 4)"},
    {TFLITE_IN "f w 4 3 3 3; CONV_2D x,w y=1,8,10,4 i1=1 i2=1 b3=5",
     ": operator `y` (CONV_2D): activation 5 (expected at most 4, TANH)"},
    {TFLITE_IN "f w 1 3 3 4; DEPTHWISE_CONV_2D x,w y=1,8,10,4 i1=1 i2=1",
     ": operator `y` (DEPTHWISE_CONV_2D): weights of 4 channels for an input of 3"},
    {TFLITE_IN "f w 5 7; FULLY_CONNECTED x,w y=1,5",
     ": operator `y` (FULLY_CONNECTED): weights for 7 inputs (expected 240)"},
    {TFLITE_IN "f w 5 240; FULLY_CONNECTED x,w y=1,5 b1=1",
     ": operator `y` (FULLY_CONNECTED): shuffled weights (expected the default format)"},
    {TFLITE_IN "MAX_POOL_2D x y=1,8,10,3 i1=1 i2=1", ": operator `y` (MAX_POOL_2D): its window is out of range"},
    {TFLITE_IN "n a 1 3; MEAN x,a y=1,10", ": operator `y` (MEAN): not over height and width (expected axes 1 and 2)"},
    {TFLITE_IN "SOFTMAX x y=1,8,10,3 f0=2", ": operator `y` (SOFTMAX): beta 2 (expected 1)"},
    {TFLITE_IN "RESHAPE x f=1,239", ": operator `f` (RESHAPE): it makes 239 elements out of 240"},
    {TFLITE_IN "RELU x y=1,8,10,3; CONCATENATION x,y z=1,16,10,3 i0=1",
     ": operator `z` (CONCATENATION): axis 1 (expected 3, the channels)"},
    {TFLITE_IN "n a 1 2; MEAN x,a m=1,1,1,3 b0=1; ADD x,m y=1,8,10,3",
     ": operator `y` (ADD): input 1 has other sizes than input 0 (expected the same)"},
    {TFLITE_IN "f w 2 1 1 3; CONV_2D x,w a=1,8,10,2 i1=1 i2=1; MUL x,a y=1,8,10,3",
     ": operator `y` (MUL): input 1 has other sizes than input 0 (expected the same, or one pixel)"},
    {TFLITE_IN "f c 8 10 3; ADD x,c y=1,8,10,3",
     ": operator `y` (ADD): a constant of 240 elements (expected 1, or one for each of 3 channels)"},
    {TFLITE_IN "n s 16 30; RESIZE_BILINEAR x,s y=1,16,30,3 b3=1",
     ": operator `y` (RESIZE_BILINEAR): not by a whole factor, the same in height and width"},
    {TFLITE_IN "n s 16 20; RESIZE_BILINEAR x,s y=1,16,20,3",
     ": operator `y` (RESIZE_BILINEAR): pixels aligned by corners (expected half_pixel_centers)"},
    {TFLITE_IN "# a 1; SPLIT a,x y=1,4,10,3/z=1,4,10,3",
     ": operator `y` (SPLIT): not along the channels, or by a number that is not in the file"},
    {TFLITE_IN "# a 3; SPLIT a,x y=1,8,10,1/z=1,8,10,1",
     ": operator `y` (SPLIT): parts that do not add up to the channels"},
    {TFLITE_IN "n b 0 1 0 0; n s 1 7 10 3; SLICE x,b,s y=1,7,10,3",
     ": operator `y` (SLICE): a part of height, width or batch (expected channels)"},
    {TFLITE_IN "n b 0 0 0 3; n s -1 -1 -1 -1; SLICE x,b,s y=1,8,10,1", ": operator `y` (SLICE): no channel is left"},
    {TFLITE_IN "n b 0 0 0 0; n e 1 8 10 3; n s 1 1 1 2; STRIDED_SLICE x,b,e,s y=1,8,10,2",
     ": operator `y` (STRIDED_SLICE): a stride of 2 (expected 1)"},
    {TFLITE_IN "n o 0 2 1 3; TRANSPOSE x,o y=1,10,8,3",
     ": these types of operators are not supported: TRANSPOSE (`y`)"},
    {TFLITE_IN "n s 1; DIV s,x y=1,8,10,3", ": these types of operators are not supported: DIV (`y`)"},
    {TFLITE_IN "r p 4 0 0 0 0 0 0 1 0; PAD x,p y=1,8,10,4",
     ": operator `y` (PAD): not around height and width, or by what is not in the file"},
    {TFLITE_IN "r p 4 0 0 1 -1 1 1 0 0; PAD x,p y=1,8,12,3", ": operator `y` (PAD): a padding is out of range"},
    {TFLITE_IN "r p 4 0 0 1 1 1 1 0 0; PADV2 x,p,x y=1,10,12,3",
     ": operator `y` (PADV2): not around height and width, or by what is not in the file"},
    {TFLITE_IN "f s 8 1 3; PRELU x,s y=1,8,10,3",
     ": operator `y` (PRELU): slopes that are neither one nor one for each channel"},
    {TFLITE_IN "n s 1 16 20 4; f w 4 3 3 2; TRANSPOSE_CONV s,w,x y=1,16,20,4 i1=2 i2=2",
     ": operator `y` (TRANSPOSE_CONV): sizes of the output that are not in the file, or fit no weights"},
    {TFLITE_IN "n s 1 16 20 4; f w 4 3 3 3; TRANSPOSE_CONV s,w,x y=1,16,20,4 b0=1 i1=2 i2=2",
     ": operator `y` (TRANSPOSE_CONV): 16 pixels out of 8 (expected what the windows cover)"},
    {TFLITE_IN "n s 1 24 30 4; f w 4 2 2 3; TRANSPOSE_CONV s,w,x y=1,24,30,4 i1=3 i2=3",
     ": operator `y` (TRANSPOSE_CONV): 24 pixels out of 8 (expected what the windows cover)"},
    {TFLITE_IN "f w 4 3 3 3; TRANSPOSE_CONV x,w,x y=1,16,20,4 i1=2 i2=2",
     ": operator `y` (TRANSPOSE_CONV): sizes of the output that are not in the file, or fit no weights"},
    {TFLITE_IN "GELU x z=1,8,10,3; CUSTOM z u=1,8,10,3; FUTURE u v=1,8,10,3; L2_NORMALIZATION v w=1,8,10,3",
     ": these types of operators are not supported: GELU (`z`), Custom (`u`), code 250 (`v`), L2_NORMALIZATION (`w`)"},
    {TFLITE_IN "f c 240; RESHAPE x f=1,240; f d 239; ADD f,d y=1,240",
     ": operator `y` (ADD): a constant of 239 elements (expected 1, or one for each of 240 channels)"},
};

#endif

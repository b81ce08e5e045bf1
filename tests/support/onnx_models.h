/* onnx_models.h - small ONNX models (words: tests/support/onnx_file.h): every node as the lines that it becomes, what
 * exporters write where a vector begins, every refusal. The tests look at each, and fuzzing starts from them. */
#ifndef TESTS_SUPPORT_ONNX_MODELS_H
#define TESTS_SUPPORT_ONNX_MODELS_H
#include "formulation/import/sketch.h"
#include "tests/support/onnx_file.h"

#define ONNX_IN  "in x 0 3 8 10;"
#define ONNX_INN "x input - c=3 h=8 w=10|"
static const struct {
    int opset;
    const char *model, *lines;
} onnx_nodes[] = {
    {7, ONNX_IN "w w 4 3 3 3; Conv x,w y", ONNX_INN "y conv x m=4 k=3 s=1 p=0 d=1 g=1 bias=0|"},
    {21, ONNX_IN "w w 6 1 3 1; w b 6; Conv x,w,b y strides=2,2 pads=1,0,1,0 dilations=2,2 group=3",
     ONNX_INN "y conv x m=6 kh=3 kw=1 s=2 pt=1 pl=0 pb=1 pr=0 d=2 g=3 bias=1|"},
    {11, ONNX_IN "w w 4 3 3 3; Conv x,w y strides=2,2 auto_pad'SAME_UPPER",
     ONNX_INN "y conv x m=4 k=3 s=2 pt=0 pl=0 pb=1 pr=1 d=1 g=1 bias=0|"},
    {11, ONNX_IN "w w 4 3 3 3; Conv x,w y strides=2,2 auto_pad'SAME_LOWER",
     ONNX_INN "y conv x m=4 k=3 s=2 pt=1 pl=1 pb=0 pr=0 d=1 g=1 bias=0|"},
    {11, ONNX_IN "w w 4 3 3 3; Conv x,w y auto_pad'VALID", ONNX_INN "y conv x m=4 k=3 s=1 p=0 d=1 g=1 bias=0|"},
    {11,
     ONNX_IN "MaxPool x y kernel_shape=3,3 strides=2,2 ceil_mode=1; AveragePool y z kernel_shape=2,2 pads=1,1,1,1;"
             "AveragePool z a kernel_shape=2,2 count_include_pad=1; GlobalMaxPool a g",
     ONNX_INN
     "y maxpool x k=3 s=2 p=0 ceil=1|z avgpool y k=2 s=1 p=1 ceil=0 pad=0|a avgpool z k=2 s=1 p=0 ceil=0 pad=1|"
     "g maxpool a global=1|"},
    {9, ONNX_IN "w w 4 3 1 1; Conv x,w y strides=1,2", ONNX_INN "y conv x m=4 k=1 sh=1 sw=2 p=0 d=1 g=1 bias=0|"},
    {9, ONNX_IN "w w 4 3 3 3; Conv x,w y dilations=2,1 auto_pad'SAME_UPPER",
     ONNX_INN "y conv x m=4 k=3 s=1 pt=2 pl=1 pb=2 pr=1 dh=2 dw=1 g=1 bias=0|"},
    {9, ONNX_IN "MaxPool x y kernel_shape=2,3 strides=2,1; AveragePool y z kernel_shape=1,4",
     ONNX_INN "y maxpool x kh=2 kw=3 sh=2 sw=1 p=0 ceil=0|z avgpool y kh=1 kw=4 s=1 p=0 ceil=0 pad=0|"},
    {11, ONNX_IN "ReduceMean x y axes=2,3 keepdims=0; w w 5 3; w b 5; Gemm y,w,b z transB=1; Softmax z s",
     ONNX_INN "y avgpool x global=1|z fc y m=5 bias=1|s softmax z|"},
    {18, ONNX_IN "n a -1 -2; ReduceMean x,a y; Squeeze y v; w w 3 5; MatMul v,w z",
     ONNX_INN "y avgpool x global=1|z fc y m=5 bias=0|"},
    {7, ONNX_IN "LRN x y size=5 alpha:0.5 beta:0.75 bias:2", ONNX_INN "y lrn x size=5 alpha=0.5 beta=0.75 bias=2|"},
    {9,
     ONNX_IN "w w 3 3 1 1; w s 3; Conv x,w c; BatchNormalization c,s,s,s,s b,u1,u2,u3,u4; Relu b r; Identity r i;"
             "Dropout i d,mask",
     ONNX_INN "c conv x m=3 k=1 s=1 p=0 d=1 g=1 bias=0|b batchnorm c|r relu b|d dropout r|"},
    {9, ONNX_IN "Relu x y; Add x,y a; Sum a,x,y s; Concat s,x c axis=1; Concat c d axis=-3",
     ONNX_INN "y relu x|a add x,y|s add a,x,y|c concat s,x|"},
    {9,
     ONNX_IN "LeakyRelu x a; Elu a b alpha:0.5; Sigmoid b c; HardSigmoid c d; Tanh d e; Clip e f min:0 max:6;"
             "Clip f g min:-1 max:1; Clip g h min:0",
     ONNX_INN
     "a leakyrelu x slope=0.00999999978|b elu a alpha=0.5|c sigmoid b|d hardsigmoid c alpha=0.200000003 beta=0.5|"
     "e tanh d|f relu6 e|g clip f low=-1 high=1|h relu g|"},
    {11, ONNX_IN "Sigmoid x s; Mul x,s y; HardSigmoid y h alpha:0.16666667; Mul h,y z",
     ONNX_INN "s silu x|h hardswish s|"},
    {14, ONNX_IN "# low 0; # high 6; HardSwish x a; Clip a,low,high b; Clip b,low c; Clip c,-,high d",
     ONNX_INN "a hardswish x|b relu6 a|c relu b|d clip c low=-1e+09 high=6|"},
    {11, ONNX_IN "n p 0 0 1 2 0 0 3 4; Pad x,p y; w w 4 3 3 3; Conv y,w z strides=2,2",
     ONNX_INN "z conv x m=4 k=3 s=2 pt=1 pl=2 pb=3 pr=4 d=1 g=1 bias=0|"},
    {9, ONNX_IN "Pad x y pads=0,0,1,1,0,0,1,1; w w 4 3 3 3; Conv y,w z pads=1,1,1,1",
     ONNX_INN "z conv x m=4 k=3 s=1 p=2 d=1 g=1 bias=0|"},
    {11, ONNX_IN "Split x a,b,c axis=1; Split x d,e axis=1 split=2,1; Concat a,b,c,d,e y axis=1",
     ONNX_INN
     "a slice x from=0 m=1|a_2 slice x from=1 m=1|a_3 slice x from=2 m=1|d slice x from=0 m=2|d_2 slice x from=2 m=1|"
     "y concat a,a_2,a_3,d,d_2|"},
    {18, ONNX_IN "n s 2 1; Split x,s a,b axis=1; Mul a,a y; Concat y,b z axis=1",
     ONNX_INN "a slice x from=0 m=2|a_2 slice x from=2 m=1|y mul a,a|z concat y,a_2|"},
    {11, ONNX_IN "n f 1; n t -1; n a 1; Slice x,f,t,a y; GlobalMaxPool y g; Mul g,y z",
     ONNX_INN "y slice x from=1 m=1|g maxpool y global=1|z mul y,g|"},
    {9, ONNX_IN "Slice x y starts=1 ends=9 axes=1", ONNX_INN "y slice x from=1 m=2|"},
    {9, ONNX_IN "Slice x y starts=-2 ends=-1 axes=1", ONNX_INN "y slice x from=1 m=1|"}, /* both from the end */
    {9, ONNX_IN "Slice x y starts=-7 ends=2 axes=1", ONNX_INN "y slice x from=0 m=2|"},
    {13, ONNX_IN "n f 1 1 2 2; Resize x,-,f y mode'nearest; n s 1 3 32 40; Resize y,-,-,s z mode'linear",
     ONNX_INN "y upsample x k=2 bilinear=0|z upsample y k=2 bilinear=1|"},
    {9, ONNX_IN "n f 1 1 3 3; Upsample x,f y", ONNX_INN "y upsample x k=3 bilinear=0|"},
    {11, "in x 1 6 4 5; n a 1 2 3 4 5; n b -1 6 4 5; Reshape x,a p; Transpose p q perm=0,2,1,3,4; Reshape q,b y",
     "x input - c=6 h=4 w=5|q shuffle x groups=2|"},
    {11, "in x 1 6 4 5; GlobalMaxPool x g; n a 1 2 3; n b 1 6; Reshape g,a p; Transpose p q perm=0,2,1; Reshape q,b y",
     "x input - c=6 h=4 w=5|g maxpool x global=1|q shuffle g groups=2|"},
    {9,
     "in x 1 8 10 3; Transpose x t perm=0,3,1,2; Relu t y; Transpose y z perm=0,2,3,1; Transpose z a perm=0,3,1,2;"
     "GlobalAveragePool a g",
     ONNX_INN "y relu x|g avgpool y global=1|"},
    {11, ONNX_IN "n p 0 0 1 2 0 0 3 4; Pad x,p y; Relu y z; # v 2; Pad x,p,v w",
     ONNX_INN "z pad x pt=1 pl=2 pb=3 pr=4|z_2 relu z|w pad x pt=1 pl=2 pb=3 pr=4 value=2|"},
    {18, ONNX_IN "n p 1 2; n a -1; Pad x,p,-,a y; w w 4 3 1 1; Conv y,w z",
     ONNX_INN "z conv x m=4 k=1 s=1 pt=0 pl=1 pb=0 pr=2 d=1 g=1 bias=0|"},
    {9, ONNX_IN "n s 1 3 16 5; Reshape x,s y; Relu y z; GlobalMaxPool z g",
     ONNX_INN "z relu x|g reshape z c=3 h=16 w=5 last=0|g_2 maxpool g global=1|"},
    {9, ONNX_IN "w w 3 2 4 3; ConvTranspose x,w y strides=2,1 pads=1,0,1,1 group=3 output_padding=1,0",
     ONNX_INN "y deconv x m=6 kh=4 kw=3 sh=2 sw=1 pt=1 pl=0 pb=0 pr=1 d=1 g=3 bias=0|"},
    {9, ONNX_IN "w w 3 2 4 3; ConvTranspose x,w y; w v 2 2 3 3; ConvTranspose y,v z dilations=2,2",
     ONNX_INN "y deconv x m=2 kh=4 kw=3 s=1 p=0 d=1 g=1 bias=0|z deconv y m=2 k=3 s=1 p=0 d=2 g=1 bias=0|"},
    {9,
     ONNX_IN
     "w w 3 2 4 3; ConvTranspose x,w y auto_pad'SAME_UPPER; w v 2 2 4 3; ConvTranspose y,v z auto_pad'SAME_LOWER",
     ONNX_INN "y deconv x m=2 kh=4 kw=3 s=1 pt=1 pl=1 pb=2 pr=1 d=1 g=1 bias=0|"
              "z deconv y m=2 kh=4 kw=3 s=1 pt=2 pl=1 pb=1 pr=1 d=1 g=1 bias=0|"},
    {9, ONNX_IN "w w 3 2 3 3; ConvTranspose x,w y strides=2,2 auto_pad'SAME_UPPER dilations=2,2 output_padding=1,0",
     ONNX_INN "y deconv x m=2 k=3 s=2 pt=2 pl=1 pb=1 pr=2 d=2 g=1 bias=0|"},
    {9, ONNX_IN "w w 3 1 1; PRelu x,w y; w v 1; PRelu y,v z; Add z,v a; Mul v,a b; w u 1 3 1 1; Div b,u c; Sub u,c d",
     ONNX_INN "y prelu x|z prelu y|a scale z bias=1|b scale a bias=1|c scale b bias=1|d scale c bias=1|"},
    {13, ONNX_IN "Transpose x t perm=0,2,3,1; n s 1 -1; Reshape t,s v; w w 240 5; MatMul v,w y",
     ONNX_INN "v reshape x c=240 h=1 w=1 last=1|y fc v m=5 bias=0|"},
    {13, ONNX_IN "n s 1 -1 5; Reshape x,s v; Softmax v y axis=2; Concat y,v z axis=1",
     ONNX_INN "y reshape x c=240 h=1 w=1 last=0|y_2 reshape y c=5 h=48 last=1|y_3 softmax y_2|y_4 reshape y_3 last=1|"
              "z concat y_4,y|"},
    {9, ONNX_IN "Relu x y; Tanh x z; Elu y w; out z y", ONNX_INN "y relu x|z tanh x|output output z,y|"},
    {9, ONNX_IN "Transpose x y perm=0,2,1,3; Relu y z",
     ONNX_INN "y reshape x c=24 h=10 w=1|y_2 shuffle y groups=3|z relu y_2|"},
    {9, ONNX_IN "Relu x y; Tanh x z; out z", ONNX_INN "z tanh x|"},
    {8, ONNX_IN "Upsample x y scales~1,1,2,2", ONNX_INN "y upsample x k=2 bilinear=0|"},
    {13,
     ONNX_IN
     "Constant - s value@1,240; Reshape x,s f; Constant - t value_ints=1,6,40; Reshape f,t g; Constant - a value_int=0;"
     "Unsqueeze g,a h; GlobalMaxPool h y",
     ONNX_INN "y reshape x c=1 h=6 w=40 last=0|y_2 maxpool y global=1|"},
    {13, ONNX_IN "Constant - c value@; Clip x,c,- y; Mul y,c z; Sub c,z a",
     ONNX_INN "y clip x low=0.5 high=1e+09|z scale y bias=1|a scale z bias=1|"},
    {9, ONNX_IN "r s 1 3 80 1; Reshape x,s y; p t 1 3 16 5; Reshape y,t z; s u 1 3 8 10; Reshape z,u a; Relu a b",
     ONNX_INN "b relu x|"},
    {9,
     ONNX_IN
     "n d 4; ConstantOfShape d z; n e 1; Concat z,e p axis=0; n f 0 0 1; Concat z,f q axis=0; Cast q r to=7; Relu x y",
     ONNX_INN "y relu x|"},
    {11, ONNX_IN "n d 3 1 1; ConstantOfShape d z; n e 2; ConstantOfShape e p value@8; Relu x y", ONNX_INN "y relu x|"},
    {11,
     ONNX_IN
     "n d 2; ConstantOfShape d h value@10; n e 0 3; Concat e,h s axis=0; # a 8; # b 2; Sub a,b c; Div a,b e2; Mul h,b i;"
     "Add i,b j; Floor j k; Relu x y",
     ONNX_INN "y relu x|"},
    {11,
     ONNX_IN "w w 3; Unsqueeze w u axes=1,2; PRelu x,u y; w v 1 3 1 1; Squeeze v s axes=0; PRelu y,s z; Squeeze v t;"
             "Unsqueeze t r axes=-1,-2; Add z,r a",
     ONNX_INN "y prelu x|z prelu y|a scale z bias=1|"},
    {13,
     ONNX_IN
     "w w 3; n a 1 2; Unsqueeze w,a u; Mul x,u y; w v 12 3; n s 4 0 3 -1; n t 12 3 1 1; Reshape v,t q; Conv y,q z",
     ONNX_INN "y scale x bias=1|z conv y m=12 k=1 s=1 p=0 d=1 g=1 bias=0|"},
    {9, ONNX_IN "w w 5 240; Transpose w v perm=1,0; Flatten x f; MatMul f,v y", ONNX_INN "y fc x m=5 bias=0|"},
    {9, ONNX_IN "Flatten x f; Softmax f y", ONNX_INN "y reshape x c=240|y_2 softmax y|y_3 reshape y_2 c=3 h=8 w=10|"},
    {9, ONNX_IN "Softmax x y", ONNX_INN "y reshape x c=240|y_2 softmax y|y_3 reshape y_2 c=3 h=8 w=10|"},
    {11,
     ONNX_IN
     "Transpose x t perm=0,2,3,1; Softmax t y axis=1; Softmax y z axis=3; Transpose z a perm=0,3,1,2; Softmax a b axis=2",
     ONNX_INN
     "y reshape x c=240|y_2 softmax y|y_3 reshape y_2 c=3 h=8 w=10|z softmax y_3|b reshape z c=240 h=1 w=1 last=0|b_2 reshape b c=80 h=3 last=1|b_3 softmax b_2|b_4 reshape b_3 last=1|"},
    {13,
     ONNX_IN
     "Flatten x f; Softmax f y; GlobalAveragePool x p; Flatten p g; Softmax g h; w w 240 5; MatMul y,w m; Concat h,m z axis=1",
     ONNX_INN
     "y reshape x c=240|y_2 softmax y|y_3 reshape y_2 c=3 h=8 w=10|p avgpool x global=1|h softmax p|m fc y_3 m=5 bias=0|z concat h,m|"},
    {13, ONNX_IN "n s 1 3 80; Reshape x,s r; Softmax r y axis=1; Softmax y z axis=2",
     ONNX_INN
     "y softmax x|z reshape y c=240 h=1 w=1 last=0|z_2 reshape z c=80 h=3 last=1|z_3 softmax z_2|z_4 reshape z_3 last=1|"},
    {13,
     "in x 1 8 4 6; DepthToSpace x y blocksize=2; SpaceToDepth y z blocksize=2; DepthToSpace z w blocksize=2 mode'CRD",
     "x input - c=8 h=4 w=6|y shuffle x groups=4|y_2 deconv y m=2 k=2 s=2 p=0 d=1 g=2 bias=0|z conv y_2 m=8 k=2 s=2 p=0 d=1 g=2 bias=0|z_2 shuffle z groups=2|w deconv z_2 m=2 k=2 s=2 p=0 d=1 g=2 bias=0|"},
    {11,
     "in x 1 8 4 6; n a 1 2 2 2 4 6; n b 1 2 8 12; n c 1 2 4 2 6 2; n d 1 8 4 6; Reshape x,a p; Transpose p q perm=0,1,4,2,5,3; Reshape q,b r; Relu r s; Reshape s,c t; Transpose t u perm=0,1,3,5,2,4; Reshape u,d v; GlobalMaxPool v y",
     "x input - c=8 h=4 w=6|q deconv x m=2 k=2 s=2 p=0 d=1 g=2 bias=0|s relu q|u conv s m=8 k=2 s=2 p=0 d=1 g=2 bias=0|y maxpool u global=1|"},
    {11,
     "in x 1 4 8 6; n a 1 2 2 2 4 6; n b 1 2 8 12; n c 1 2 4 2 6 2; n d 1 8 4 6; Reshape x,a p; Transpose p q perm=0,3,4,1,5,2; Reshape q,b r; Relu r s; Reshape s,c t; Transpose t u perm=0,3,5,1,2,4; Reshape u,d v; GlobalMaxPool v y",
     "x input - c=4 h=8 w=6|q reshape x c=8 h=4 w=6|q_2 shuffle q groups=4|q_3 deconv q_2 m=2 k=2 s=2 p=0 d=1 g=2 bias=0|s relu q_3|u conv s m=8 k=2 s=2 p=0 d=1 g=2 bias=0|u_2 shuffle u groups=2|y maxpool u_2 global=1|"},
    {11, ONNX_IN "n f 1 2; n t 8 9; n a 2 3; n s 2 3; Slice x,f,t,a,s y; n z 0; n e 99; Slice y,z,e w; Relu w r",
     ONNX_INN "y conv x m=3 kh=2 kw=3 sh=2 sw=3 p=0 d=1 g=3 bias=0|r relu y|"},
    {9, ONNX_IN "Slice x y starts=1,1 ends=3,7 axes=1,-2",
     ONNX_INN "y slice x from=1 m=2|y_2 conv y m=2 kh=3 kw=1 sh=1 sw=1 p=0 d=1 g=2 bias=0|"},
    {13,
     ONNX_IN
     "# a 0; # b 2; Max x,a y; Min b,y z; ReduceMax z r axes=2,3; ReduceMean z m axes=-1; ReduceMean m k axes=2 keepdims=0; n s 0 3 -1; Reshape z,s v; ReduceMean v u axes=2 keepdims=0",
     ONNX_INN
     "y relu x|z clip y low=-1e+09 high=2|r maxpool z global=1|m avgpool z kh=1 kw=10 s=1 p=0|k avgpool m kh=8 kw=1 s=1 p=0|u avgpool z global=1|"},
    {9,
     ONNX_IN
     "Relu x y; Concat x,y,x,y,x,y,x,y,x c axis=1; Concat x,y,x,y,x,y,x,y,x,c d axis=1; Sum x,y,x,y,x,y,x,y,x s",
     ONNX_INN "y relu x|c concat x,y,x,y,x,y,x,y|c_2 concat c,x|d concat c_2,c_2|s add x,y,x,y,x,y,x,y|s_2 add s,x|"},
    {11,
     ONNX_IN
     "w s 240; w w 4 240; w b 1; Flatten x f; BatchNormalization f,s,s,s,s n; Gemm n,w,b y transB=1; w v 4; BatchNormalization y,v,v,v,v z; n d 1 4 1; Reshape z,d q; BatchNormalization q,v,v,v,v p",
     ONNX_INN "n reshape x c=240 h=1 w=1 last=0|n_2 batchnorm n|y fc n_2 m=4 bias=1|z batchnorm y|p batchnorm z|"},
    {13,
     ONNX_IN
     "Constant - a value_float:0.5; Constant - b value_floats~1,2,3; n s 1 -1 1 1; Reshape b,s c; Clip x,a,- y; Mul y,c z; w w 3 3 3 8; Transpose w v perm=3,2,0,1; Conv z,v u",
     ONNX_INN "y clip x low=0.5 high=1e+09|z scale y bias=1|u conv z m=8 k=3 s=1 p=0 d=1 g=1 bias=0|"},
    {11,
     ONNX_IN
     "n p 1 2 3 0; n d 4; ConstantOfShape d z value@0; Concat p,z t axis=0; n r -1 2; Reshape t,r m; n a -1; n e -9; n o 0; Slice m,a,e,o,a u; Transpose u v perm=1,0; n q -1; Reshape v,q l; Cast l c to=7; Pad x,c y; Shape y h; Reshape y,h g; Relu g k",
     ONNX_INN "g pad x pt=3 pl=1 pb=0 pr=2|k relu g|"},
    {11,
     ONNX_IN
     "Shape x s; # i 1; # t 2; Gather s,i c; Add c,i b; Add b,i d; Div d,t h; n z 0; Unsqueeze h u axes=0; n a 1; Slice x,z,u,a y; ReduceProd s p; n o 1; Concat o,p q axis=0; Reshape x,q f; w w 5 240; Gemm f,w g transB=1",
     ONNX_INN "y slice x from=0 m=2|g fc x m=5 bias=0|"},
    {9, "in x 0 12; in y 1 3 4; Relu x a; Relu y b", "x input - c=12 h=1 w=1|y input - c=3 h=4 w=1|a relu x|b relu y|"},
    {9, "in x 1 8 6 4; in z 1 6 7 8; w w 2 8 1 1; Conv x,w y; Transpose z t perm=0,3,1,2; Relu t u",
     "x input - c=8 h=6 w=4|z input - c=8 h=6 w=7|y conv x m=2 k=1 s=1 p=0 d=1 g=1 bias=0|u relu z|"},
    {19, ONNX_IN "n f 1 1 2 2; Resize x,-,f y mode'linear coordinate_transformation_mode'half_pixel_symmetric",
     ONNX_INN "y upsample x k=2 bilinear=1|"},
    {13, ONNX_IN "n s 1 1 240; Reshape x,s v; w w 240 5; MatMul v,w y; n d 5 1 1; Reshape y,d z; Relu z r",
     ONNX_INN "y fc x m=5 bias=0|r relu y|"},
};

/* What exporters write for x.view(x.size(0), -1) and the like. */
static const struct {
    int opset;
    const char *model;
} onnx_flattenings[] = {
    {9, "Flatten x f"},
    {13, "Flatten x f axis=-3"},
    {9, "n s 1 -1; Reshape x,s f"},
    {9, "n s -1 240; Reshape x,s f"},
    {9, "n s 0 -1; Reshape x,s f"},
    {9, "Shape x s; # i 0; Gather s,i b; Unsqueeze b u axes=0; n m -1; Concat u,m t axis=0; Reshape x,t f"},
    {13, "Shape x s; # i 0; n a 0; Gather s,i b; Unsqueeze b,a u; n m -1; Concat u,m t axis=0; Reshape x,t f"},
    {13, "Shape x s; n a 0; n b 1; Slice s,a,b,a u; n m -1; Concat u,m t axis=0; Cast t c to=7; Reshape x,c f"},
    {9, "Shape x s; Slice s u starts=0 ends=1 axes=0; n m 240; Concat u,m t axis=0; Reshape x,t f"},
    {15, "Shape x u end=1; n m -1; Concat u,m t axis=0; Reshape x,t f"},
    {9, "Shape x s; # i 1; # j 2; # k 3; Gather s,i c; Gather s,j h; Gather s,k w; Mul c,h p; Mul p,w q;"
        "Unsqueeze q u axes=0; n m 1; Concat m,u t axis=0; Reshape x,t f"},
    {9, "n s 1 240 1 1; Flatten x y; Reshape y,s z; Squeeze z f axes=2,3"},
};

static const struct {
    int opset;
    const char *model, *error;
} onnx_refusals[] = {
    {6, ONNX_IN, ": opset 6 (expected 7 to 21)"},
    {22, ONNX_IN, ": opset 22 (expected 7 to 21)"},
    {9, "", ": no nodes (expected an ONNX model)"},
    {9, "in x 3", ": input `x` has 1 dimensions (expected batch, channels, height and width)"},
    {9, "in x 1 3 4 8 8", ": input `x` has 5 dimensions (expected batch, channels, height and width)"},
    {9, "in x 1 3 0 0", ": input `x` has no fixed size (expected numbers for channels, height and width)"},
    {9, ONNX_IN "Relu z y", ": node `y` (Relu): it reads `z`, which no earlier node makes"},
    {9, ONNX_IN "w w 3; Relu w y", ": node `y` (Relu): input 0 is a constant (expected an image)"},
    {9, ONNX_IN "Relu - y", ": node `y` (Relu): input 0 is missing"},
    {9, ONNX_IN "Conv x,x y", ": node `y` (Conv): input 1 is not a constant (expected weights)"},
    {9, ONNX_IN "w w 3 3; Conv x,w y", ": node `y` (Conv): the weights have 2 dimensions (expected 4)"},
    {9, ONNX_IN "w w 4 2 1 1; Conv x,w y", ": node `y` (Conv): weights of 2 channels in 1 groups for an input of 3"},
    {9, ONNX_IN "w w 4 3 1 1; Conv x,w y strides=0,0", ": node `y` (Conv): `strides` is out of range"},
    {9, ONNX_IN "w w 4 3 1 1; Conv x,w y strides=1,1,1", ": node `y` (Conv): `strides` has 3 numbers (expected 2)"},
    {9, ONNX_IN "w w 4 3 1 1; Conv x,w y pads=1,1", ": node `y` (Conv): `pads` has 2 numbers (expected 4)"},
    {9, ONNX_IN "w w 4 3 1 1; Conv x,w y pads=-1,0,0,0", ": node `y` (Conv): `pads` is out of range"},
    {9, ONNX_IN "w w 4 3 9 9; Conv x,w y",
     ": layer `y`: convolution of a 3 x 8 x 10 input: the kernel must lie within the padded input"},
    {9, ONNX_IN "MaxPool x y", ": node `y` (MaxPool): `kernel_shape` is missing"},
    {9, ONNX_IN "MaxPool x y kernel_shape=2,2 dilations=1,2",
     ": node `y` (MaxPool): a window with holes (expected dilations of 1)"},
    {9, ONNX_IN "w w 5 7; Gemm x,w y transB=1", ": node `y` (Gemm): weights for 7 inputs (expected 240)"},
    {9, ONNX_IN "w w 5 240; Gemm x,w y transA=1", ": node `y` (Gemm): transA is set (expected 0)"},
    {9, ONNX_IN "n s 1 3 80; Reshape x,s v; w w 80 5; MatMul v,w y",
     ": node `y` (MatMul): weights for 80 inputs (expected 240)"},
    {9, ONNX_IN "ReduceMean x y axes=1,2",
     ": node `y` (ReduceMean): not over height and width (expected axes 2 and 3)"},
    {13, ONNX_IN "Softmax x y axis=2", ": node `y` (Softmax): axis 2 of 4 dimensions (expected the channels)"},
    {9, ONNX_IN "Relu x y; Concat x,y z axis=2", ": node `z` (Concat): axis 2 (expected 1, the channels)"},
    {9, ONNX_IN "w w 4 3 1 1; Conv x,w y; Add x,y z",
     ": node `z` (Add): input 1 has other sizes than input 0 (expected the same)"},
    {9, ONNX_IN "Relu x y; Reshape x,y z", ": node `z` (Reshape): its shape is not known from the file"},
    {9, ONNX_IN "n s 1 2; # i 2; Gather s,i z", ": node `z` (Gather): an index is out of range"},
    {9, ONNX_IN "Erf x y; NonMaxSuppression y z; Erf z w",
     ": these types of nodes are not supported: Erf (`y`), NonMaxSuppression (`z`); boxes are chosen after the network "
     "(expected an export without post-processing)" SKETCH_HELP},
    {9, ONNX_IN "LSTM x y",
     ": these types of nodes are not supported: LSTM (`y`); a network of sequences (expected a "
     "convolutional one)" SKETCH_HELP},
    {9, ONNX_IN "QLinearConv x y",
     ": these types of nodes are not supported: QLinearConv (`y`); quantised (expected the "
     "model in floats)" SKETCH_HELP},
    {9, ONNX_IN "n s 1 3 16 6; Reshape x,s y",
     ": node `y` (Reshape): a shape with another number of elements, or more than 6 dimensions"},
    {9, ONNX_IN "n s 1 3 16 -5; Reshape x,s y", ": node `y` (Reshape): a size of its shape is out of range"},
    {13, ONNX_IN "n a 2; Squeeze x,a y", ": node `y` (Squeeze): axis 2 is not a dimension of 1"},
    {13, ONNX_IN "n a 7; Unsqueeze x,a y", ": node `y` (Unsqueeze): axis 7 is out of range or given twice"},
    {13, ONNX_IN "Flatten x y axis=5", ": node `y` (Flatten): axis 5 is out of range"},
    {11, ONNX_IN "n p 0 1 0 0 0 0 0 0; Pad x,p y", ": node `y` (Pad): not around height and width, or out of range"},
    {11, ONNX_IN "n p 0 0 1 1; Pad x,p y", ": node `y` (Pad): its pads are not known from the file"},
    {18, ONNX_IN "n p 1 1; n a 9; Pad x,p,-,a y", ": node `y` (Pad): an axis is out of range"},
    {11, ONNX_IN "Pad x y mode'reflect pads=0,0,1,1,0,0,1,1",
     ": these types of nodes are not supported: Pad (`y`)" SKETCH_HELP},
    {9, ONNX_IN "w w 3 2 2 2; ConvTranspose x,w y output_shape=1,2,16,20",
     ": node `y` (ConvTranspose): `output_shape` (expected pads)"},
    {9, ONNX_IN "w w 3 2 2 2; ConvTranspose x,w y output_padding=1,1",
     ": node `y` (ConvTranspose): `output_padding` larger than the padding (expected at most that)"},
    {9, ONNX_IN "w w 4 2 2 2; ConvTranspose x,w y",
     ": node `y` (ConvTranspose): weights of 4 channels for an input of 3"},
    {9, ONNX_IN "w w 2 1 1; PRelu x,w y", ": node `y` (PRelu): slopes that are neither one nor one for each channel"},
    {9, ONNX_IN "w w 8 10; Add x,w y",
     ": node `y` (Add): a constant that is neither one number nor one for each channel"},
    {9, ONNX_IN "w w 1; Div w,x y", ": these types of nodes are not supported: Div (`y`)" SKETCH_HELP},
    {9, ONNX_IN "w s 3; BatchNormalization x,s,s,s,s y spatial=0",
     ": node `y` (BatchNormalization): as in training, or by pixel (expected one scale for each channel)"},
    {11, "in x 1 3 8 10; Relu x y; out q", ": no node makes the output `q`"},
    {11, ONNX_IN "Split x a,b axis=2",
     ": node `a` (Split): axis 2, 2 outputs (expected the channels in at most 8 parts)"},
    {11, ONNX_IN "Split x a,b axis=1 split=2,2", ": node `a` (Split): parts that do not add up to the channels"},
    {11, ONNX_IN "n f 5; n t 9; n a 1; Slice x,f,t,a y", ": node `y` (Slice): nothing of axis 1 is left"},
    {11, ONNX_IN "n f 0; n t 3; n a 1; n s 2; Slice x,f,t,a,s y",
     ": node `y` (Slice): channels that do not follow each other (expected a step of 1)"},
    {11, ONNX_IN "n f 2; n t -9; n a 1; n s -1; Slice x,f,t,a,s y",
     ": node `y` (Slice): a step of -1 (expected at least 1)"},
    {11, ONNX_IN "n f 2; n t 9; n a 7; Slice x,f,t,a y", ": node `y` (Slice): an axis is out of range"},
    {11, ONNX_IN "n f 2 3; n t 9; n a 1; Slice x,f,t,a y",
     ": node `y` (Slice): starts, ends, axes or steps are not known from the file, or differ in number"},
    {11, "in x 1 3 80 80; n f 40; n t 80; n a 2; Slice x,f,t,a y",
     ": node `y` (Slice): it takes away more than 31 rows or columns (expected fewer)"},
    {13, ONNX_IN "DepthToSpace x y blocksize=2", ": node `y` (DepthToSpace): 3 channels in blocks of 2 x 2"},
    {13, ONNX_IN "SpaceToDepth x y blocksize=4", ": node `y` (SpaceToDepth): 8 x 10 pixels in blocks of 4 x 4"},
    {13, ONNX_IN "n s 3 5; n t 8 2; Reshape s,t v; Reshape x,v y",
     ": node `v` (Reshape): a shape with another number of elements"},
    {9, ONNX_IN "ReduceMean x y axes=9", ": node `y` (ReduceMean): axis 9 of 4 dimensions is out of range"},
    {9, ONNX_IN "w w 2 3; Transpose w v perm=1,1; MatMul x,v y",
     ": node `v` (Transpose): `perm` does not name each dimension once"},
    {13, ONNX_IN "n f 1 1 2 3; Resize x,-,f y",
     ": node `y` (Resize): not by a whole factor, nearest or linear between pixel centres"},
    {13, ONNX_IN "n f 1 1 2 2; Resize x,-,f y mode'linear coordinate_transformation_mode'align_corners",
     ": node `y` (Resize): not by a whole factor, nearest or linear between pixel centres"},
    {11, ONNX_IN "n f 1 1 3 3; Resize x,-,f y coordinate_transformation_mode'asymmetric",
     ": node `y` (Resize): not by a whole factor, nearest or linear between pixel centres"},
    {9, ONNX_IN "Transpose x y perm=0,3,2,1", ": these types of nodes are not supported: Transpose (`y`)" SKETCH_HELP},
    {13, ONNX_IN "Softmax x y axis=4", ": node `y` (Softmax): axis 4 of 4 dimensions is out of range"},
    {13, ONNX_IN "n s 2 3 40; Reshape x,s y; Softmax y z axis=1",
     ": node `z` (Softmax): axis 1 of 3 dimensions (expected the channels)"},
    {9, ONNX_IN "w w 4 3 9 9; Conv x,w y; Softmax y z",
     ": node `z` (Softmax): it reads `y`, whose sizes are impossible"},
    {9, "in x 1 3 16777216 16777216; Softmax x y; Flatten y z",
     ": node `y` (Softmax): it reads `x`, whose sizes are impossible"},
    {13, "in x 1 1 1 1; Squeeze x s; w w 1 5; MatMul s,w y",
     ": node `y` (MatMul): a tensor without dimensions (expected a vector)"},
    {13, "in x 1 1 1 1; Squeeze x s; w w 1 1 1 1 1 1; PRelu s,w y",
     ": node `y` (PRelu): 0 dimensions (expected batch, channels)"},
};

/* Kinds of tensors (onnx_file.h), and a model of three of a kind. */
static const char onnx_stored[] = "fghibdex";
#define ONNX_STORED "in x 1 2 5 5; %c w 3 2 3 3; %c b 3; Conv x,w,b y; %c v 4 27; Gemm y,v z transB=1"

/* Weights that are not there, or cannot be what they are meant to be. */
static const struct {
    const char *model, *error;
} onnx_without[] = {
    {"in x 1 2 4 4; w w 3 2 1 1; Conv x,w y", "node `y` (Conv): input 1 holds more or fewer than its 6 elements"},
    {"in x 1 2 4 4; n d 3 2 1 1; ConstantOfShape d w; Conv x,w y",
     "node `y` (Conv): input 1 was computed, not stored: its weights are not in the file"},
    {"in x 1 2 4 4; f w 3 2 1 1; f b 4; Conv x,w,b y", "node `y` (Conv): input 2 has 4 elements (expected 3)"},
    {"in x 1 2 4 4; f w 2 2 1 1; Conv x,w,x y", "node `y` (Conv): input 2 is not a constant (expected weights)"},
};

/* Weights in another file that are not as stated: of ONNX_PLACED, 24 floats from byte 8 on. */
#define ONNX_PLACED "in x 1 2 2 2; Flatten x y; x w 8 3; MatMul y,w z"
static const struct {
    const char *location, *offset, *length, *message;
} onnx_places[] = {
    {"../" ONNX_OUTSIDE, "8", NULL, "tensor `w` is in a file that is not named by a path next to the model"},
    {"/etc/passwd", "8", NULL, "is not named by a path next to the model"},
    {"", "8", NULL, "is not named by a path next to the model"},
    {ONNX_OUTSIDE, "-8", NULL, "with an offset and a length from 0"},
    {ONNX_OUTSIDE, "8x", NULL, "with an offset and a length from 0"},
    {ONNX_OUTSIDE, "99999999999999999999", NULL, "with an offset and a length from 0"},
    {ONNX_OUTSIDE, "8", "-96", "with an offset and a length from 0"},
    {ONNX_OUTSIDE, "8", "92", "tensor `w` takes 92 bytes of outside.bin (expected 96)"},
    {ONNX_OUTSIDE, "12", NULL, "outside.bin: tensor `w` is not all there (expected 96 bytes from byte 12 on)"},
    {ONNX_OUTSIDE, "9223372036854775807", NULL,
     "is not all there (expected 96 bytes from byte 9223372036854775807 on)"},
    {"absent.bin", "8", NULL, "absent.bin: No such file or directory"},
    {".", "8", NULL, "is a directory (expected a file)"},
};

#endif

/* caffe_models.h - small Caffe networks: every spelling as the lines that it becomes, every refusal. The tests look at each,
 * and fuzzing starts from them. */
#ifndef TESTS_SUPPORT_CAFFE_MODELS_H
#define TESTS_SUPPORT_CAFFE_MODELS_H
#include "formulation/import/sketch.h"

#define CAFFE_DATA "input: 'x' input_dim: 10 input_dim: 3 input_dim: 20 input_dim: 30 "
#define CAFFE_IN   "x input - c=3 h=20 w=30|"
static const struct {
    const char *text, *lines;
} caffe_spellings[] = {
    {"layer { name: 'x' type: 'Input' top: 'x' input_param { shape { dim: 1 dim: 3 dim: 20 dim: 30 } } }", CAFFE_IN},
    {"input: 'x' input_shape { dim: [1, 3, 20, 30] }", CAFFE_IN},
    {"input: 'x' input_shape { dim: 3 dim: 20 dim: 30 }", CAFFE_IN},
    {"layers { name: 'd' type: MEMORY_DATA top: 'd' top: 'l' memory_data_param { channels: 1 height: 2 width: 3 } }",
     "d input - c=1 h=2 w=3|"},
    {"layer { name: 'd' type: 'Data' top: 'd' include { phase: TRAIN } }"
     "layer { name: 'd' type: 'Data' top: 'd' top: 'l' include { phase: TEST } transform_param { crop_size: 8 } }"
     "layer { name: 'a' type: 'Accuracy' bottom: 'd' bottom: 'l' top: 'a' }"
     "layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'd' bottom: 'l' top: 'loss' }",
     "d input - c=3 h=8 w=8|loss softmax d|"},
    {CAFFE_DATA
     "layer { name: 'c' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 4 kernel_size: 3 } }",
     CAFFE_IN "c conv x m=4 k=3 s=1 p=0 d=1 g=1 bias=1|"},
    {CAFFE_DATA "layers { name: 'c' type: CONVOLUTION bottom: 'x' top: 'c' convolution_param { num_output: 6 group: 3 "
                "kernel_h: 3 kernel_w: 1 stride_h: 2 stride_w: 2 pad_h: 1 pad_w: 0 bias_term: false dilation: 2 } }",
     CAFFE_IN "c conv x m=6 kh=3 kw=1 s=2 pt=1 pl=0 pb=1 pr=0 d=2 g=3 bias=0|"},
    {CAFFE_DATA
     "layer { name: 'c' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 4 kernel_size: 3 "
     "kernel_size: 5 stride: 2 stride: 2 pad: 1 pad: 2 } }",
     CAFFE_IN "c conv x m=4 kh=3 kw=5 s=2 pt=1 pl=2 pb=1 pr=2 d=1 g=1 bias=1|"},
    {CAFFE_DATA "layer { name: 'c' type: 'DepthwiseConvolution' bottom: 'x' top: 'c' convolution_param { num_output: 3 "
                "kernel_size: 3 } }",
     CAFFE_IN "c conv x m=3 k=3 s=1 p=0 d=1 g=3 bias=1|"},
    {CAFFE_DATA
     "layer { name: 'p' type: 'Pooling' bottom: 'x' top: 'p' pooling_param { kernel_size: 3 stride: 2 } }"
     "layer { name: 'q' type: 'Pooling' bottom: 'p' top: 'q' pooling_param { pool: AVE kernel_size: 2 pad: 1 "
     "round_mode: FLOOR } }"
     "layers { name: 'g' type: POOLING bottom: 'q' top: 'g' pooling_param { pool: AVE global_pooling: true } }",
     CAFFE_IN "p maxpool x k=3 s=2 p=0 ceil=1|q avgpool p k=2 s=1 p=1 ceil=0|g avgpool q global=1|"},
    {CAFFE_DATA
     "layer { name: 'c' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 4 kernel_size: 3 "
     "stride_h: 1 stride_w: 2 dilation: 1 dilation: 2 } }"
     "layer { name: 'p' type: 'Pooling' bottom: 'c' top: 'p' pooling_param { kernel_h: 2 kernel_w: 3 stride_h: 2 "
     "stride_w: 1 pad_w: 1 } }",
     CAFFE_IN "c conv x m=4 k=3 sh=1 sw=2 p=0 dh=1 dw=2 g=1 bias=1|p maxpool c kh=2 kw=3 sh=2 sw=1 pt=0 pl=1 pb=0 pr=1 "
              "ceil=1|"},
    {CAFFE_DATA
     "layer { name: 'u' type: 'Deconvolution' bottom: 'x' top: 'u' convolution_param { num_output: 3 kernel_size: 4 "
     "stride: 2 pad: 1 group: 3 bias_term: false } } layer { name: 'p' type: 'PReLU' bottom: 'u' top: 'u' }",
     CAFFE_IN "u deconv x m=3 k=4 s=2 p=1 d=1 g=3 bias=0|p prelu u|"},
    {CAFFE_DATA "layer { name: 'n' type: 'LRN' bottom: 'x' top: 'n' lrn_param { alpha: 0.5f k: 2 } }",
     CAFFE_IN "n lrn x size=5 alpha=0.5 beta=0.75 bias=2|"},
    {CAFFE_DATA "layer { name: 'b' type: 'BatchNorm' bottom: 'x' top: 'x' }"
                "layer { name: 's' type: 'Scale' bottom: 'x' top: 'x' scale_param { bias_term: true } }"
                "layer { name: 'r' type: 'ReLU' bottom: 'x' top: 'x' }",
     CAFFE_IN "b batchnorm x|r relu b|"},
    {CAFFE_DATA "layer { name: 's' type: 'Scale' bottom: 'x' top: 'y' }", CAFFE_IN "s batchnorm x|"},
    {CAFFE_DATA
     "layer { name: 's' type: 'Slice' bottom: 'x' top: 'a' top: 'b' top: 'c' }"
     "layer { name: 'o' type: 'Concat' bottom: 'c' bottom: 'a' bottom: 'x' top: 'o' }"
     "layer { name: 't' type: 'Slice' bottom: 'o' top: 'd' top: 'e' slice_param { slice_dim: 1 slice_point: 3 } }"
     "layer { name: 'm' type: 'Concat' bottom: 'b' bottom: 'e' bottom: 'd' top: 'm' }",
     CAFFE_IN
     "s slice x from=0 m=1|s_2 slice x from=1 m=1|s_3 slice x from=2 m=1|o concat s_3,s,x|t slice o from=0 m=3|"
     "t_2 slice o from=3 m=2|m concat s_2,t_2,t|"},
    {CAFFE_DATA "layers { name: 'a' type: SPLIT bottom: 'x' top: 'y' top: 'z' }"
                "layers { name: 'e' type: ELTWISE bottom: 'y' bottom: 'z' top: 'e' eltwise_param { coeff: [1, 1.0] } }"
                "layers { name: 'c' type: CONCAT bottom: 'e' bottom: 'x' top: 'c' concat_param { concat_dim: 1 } }"
                "layers { name: 'o' type: CONCAT bottom: 'c' top: 'o' }",
     CAFFE_IN "e add x,x|c concat e,x|"},
    {CAFFE_DATA "layer { name: 'f' type: 'Flatten' bottom: 'x' top: 'f' }"
                "layer { name: 'r' type: 'ReLU' bottom: 'f' top: 'f' }"
                "layer { name: 'd' type: 'Dropout' bottom: 'f' top: 'f' }"
                "layer { name: 'i' type: 'InnerProduct' bottom: 'f' top: 'i' inner_product_param { num_output: 7 } }"
                "layer { name: 's' type: 'Softmax' bottom: 'i' top: 's' }",
     CAFFE_IN "r relu x|d dropout r|i fc d m=7 bias=1|s softmax i|"},
    {CAFFE_DATA
     "layer { name: 'a' type: 'ReLU' bottom: 'x' top: 'x' relu_param { negative_slope: 0.1 } }"
     "layer { name: 'b' type: 'ReLU6' bottom: 'x' top: 'x' } layer { name: 'c' type: 'ELU' bottom: 'x' top: 'x' }"
     "layers { name: 'd' type: SIGMOID bottom: 'x' top: 'x' } layers { name: 'e' type: TANH bottom: 'x' top: 'x' }"
     "layer { name: 'f' type: 'Swish' bottom: 'x' top: 'x' }",
     CAFFE_IN "a leakyrelu x slope=0.1|b relu6 a|c elu b alpha=1|d sigmoid c|e tanh d|f silu e|"},
    {CAFFE_DATA
     "layer { name: 'a' type: 'ReLU' bottom: 'x' top: 'x' relu_param { negative_slope: 0.1 } }"
     "layer { name: 'b' type: 'ReLU6' bottom: 'x' top: 'x' } layer { name: 'c' type: 'ELU' bottom: 'x' top: 'x' }"
     "layers { name: 'd' type: SIGMOID bottom: 'x' top: 'x' } layers { name: 'e' type: TANH bottom: 'x' top: 'x' }"
     "layer { name: 'f' type: 'Swish' bottom: 'x' top: 'x' }",
     CAFFE_IN "a leakyrelu x slope=0.1|b relu6 a|c elu b alpha=1|d sigmoid c|e tanh d|f silu e|"},
    {CAFFE_DATA
     "layer { name: 'n' type: 'LRN' bottom: 'x' top: 'n' lrn_param { local_size: 3 norm_region: WITHIN_CHANNEL } }"
     "layer { name: 'e' type: 'Eltwise' bottom: 'n' bottom: 'x' top: 'e' eltwise_param { operation: PROD } }"
     "layer { name: 'p' type: 'Pooling' bottom: 'e' top: 'p' pooling_param { global_pooling: true } }"
     "layer { name: 's' type: 'Scale' bottom: 'e' bottom: 'p' top: 's' }"
     "layer { name: 'h' type: 'ShuffleChannel' bottom: 's' top: 'h' shuffle_channel_param { group: 3 } }",
     CAFFE_IN "n lrn_within x size=3 alpha=1 beta=0.75|e mul n,x|p maxpool e global=1|s mul e,p|h shuffle s groups=3|"},
    {"input: 'a b' input_dim: [1, 3, 4, 5] layer { type: 'ReLU' bottom: 'a b' top: 'r' }"
     "layer { type: 'ReLU' bottom: 'r' top: 'r' }",
     "a_b input - c=3 h=4 w=5|relu relu a_b|relu_2 relu relu|"},
    {CAFFE_DATA "layer { name: 'r' type: 'ReLU' bottom: 'x' top: 'x' include { stage: 'extra' } }"
                "layer { name: 's' type: 'ReLU' bottom: 'x' top: 'x' include { not_stage: 'extra' } }"
                "layer { name: 't' type: 'ReLU' bottom: 'x' top: 'x' exclude { phase: TEST } }"
                "layer { name: 'u' type: 'ReLU' bottom: 'x' top: 'x' exclude { phase: TRAIN } }"
                "layer { name: 'v' type: 'ReLU' bottom: 'x' top: 'x' include { min_level: 1 } }",
     CAFFE_IN "s relu x|u relu s|"},
    {"layer { name: 'd' type: 'ImageData' top: 'd' transform_param { crop_size: 4 force_gray: true } }",
     "d input - c=1 h=4 w=4|"},
    {CAFFE_DATA
     "layer { name: 'a' type: 'Clip' bottom: 'x' top: 'a' clip_param { min: -1 max: 2 } }"
     "layer { name: 'b' type: 'Clip' bottom: 'a' top: 'b' clip_param { min: 0 max: 6 } } layer { type: 'Silence' bottom: 'b' }",
     CAFFE_IN "a clip x low=-1 high=2|b relu6 a|"},
};

#define CAFFE_LAYER(type, rest) CAFFE_DATA "\nlayer { name: 'l' type: '" type "' bottom: 'x' top: 'y' " rest " }"
static const struct {
    const char *text, *error;
} caffe_refusals[] = {
    {"name: 'empty'", ": no layers (expected a Caffe network)"},
    {"layer: 1", ":1: `layer` is a value (expected a message)"},
    {"layers { layer { name: 'c' type: 'conv' } }",
     ":1: a layer within `layers`: the oldest form of Caffe (expected "
     "`layer { type: \"...\" }`; its upgrade_net_proto_text converts it)"},
    {"layer { name: 'l' }", ":1: layer `l`: it has no `type`"},
    {"input: 'x' input_dim: 1 input_dim: 3",
     ":1: layer `x`: its shape has 2 dimensions (expected batch, channels, height and width)"},
    {"input: 'x' input_dim: [1, 3, 4, -5]",
     ":1: layer `x`: `input_dim: -5` is out of range (expected a whole number from 0 to 2^30)"},
    {"input: 'x' input_dim: [1, 3, {}, 5]", ":1: layer `x`: `input_dim` is a message (expected a number)"},
    {"input: 'x' input_dim: [1, 0, 4, 5]", ":1: `c=0` is out of range (expected a whole number from 1 to 1048576)"},
    {"layer { name: 'd' type: 'Data' top: 'd' }",
     ":1: layer `d`: the size of its images is not stated (expected an Input layer, or a crop_size)"},
    {"layer { name: 'l' type: 'ReLU' bottom: 'x' top: 'y' }",
     ":1: layer `l`: it reads `x`, which no earlier layer makes"},
    {CAFFE_LAYER("Convolution", "convolution_param { num_output: 2 }"),
     ":2: layer `l`: `kernel_size` is missing (a Convolution needs it)"},
    {CAFFE_LAYER("Convolution", "convolution_param { kernel_size: 2 }"),
     ":2: layer `l`: `num_output` is missing (a Convolution needs it)"},
    {CAFFE_LAYER("Convolution", "convolution_param { num_output: 2 kernel_size: 3 kernel_h: 3 }"),
     ":2: layer `l`: both `kernel_size` and `kernel_h` (expected one of them)"},
    {CAFFE_LAYER("Convolution", "convolution_param { num_output: 2 kernel_h: 3 }"),
     ":2: layer `l`: `kernel_w` is missing (a Convolution needs it)"},
    {CAFFE_LAYER("Convolution", "convolution_param { num_output: 2 kernel_size: [3, 3, 3] }"),
     ":2: layer `l`: `kernel_size` (expected one or two numbers)"},
    {CAFFE_LAYER("Convolution", "convolution_param { num_output: 2 num_output: 3 kernel_size: 3 }"),
     ":2: layer `l`: `num_output` is given twice (expected one value)"},
    {CAFFE_LAYER("Convolution", "convolution_param { num_output: {} kernel_size: 3 }"),
     ":2: layer `l`: `num_output` is a message (expected one value)"},
    {CAFFE_LAYER("Convolution", "convolution_param { num_output: 2 kernel_size: 3 axis: 2 }"),
     ":2: layer `l`: axis 2 (expected 1, the channels)"},
    {CAFFE_LAYER("Convolution", "convolution_param { num_output: 2 kernel_size: 3 bias_term: maybe }"),
     ":2: layer `l`: `bias_term: maybe` (expected true or false)"},
    {CAFFE_LAYER("Convolution", "convolution_param { num_output: 2 kernel_size: 99 }"),
     ":2: convolution of a 3 x 20 x 30 input: the kernel must lie within the padded input"},
    {CAFFE_LAYER("Pooling", "pooling_param { pool: STOCHASTIC kernel_size: 2 }"),
     ":2: layer `l`: pool STOCHASTIC (expected MAX or AVE)"},
    {CAFFE_LAYER("LRN", "lrn_param { alpha: x }"), ":2: layer `l`: `alpha: x` (expected a number)"},
    {CAFFE_LAYER("Scale", "scale_param { axis: 2 }"), ":2: layer `l`: axis 2 (expected 1, the channels)"},
    {CAFFE_LAYER("Softmax", "softmax_param { axis: 2 }"), ":2: layer `l`: axis 2 (expected 1, the channels)"},
    {CAFFE_LAYER("Slice", "slice_param { axis: 2 }"),
     ":2: layer `l`: axis 2, 1 parts of 3 channels (expected 1, and at most 8 parts)"},
    {CAFFE_LAYER("Slice", "top: 'z'"),
     ":2: layer `l`: axis 1, 2 parts of 3 channels (expected 1, and at most 8 parts)"},
    {CAFFE_LAYER("Slice", "top: 'z' slice_param { slice_point: 3 }"), ":2: layer `l`: slice_point 3 (expected 1 to 2)"},
    {CAFFE_LAYER("Slice", "top: 'z' slice_param { slice_point {} }"),
     ":2: layer `l`: `slice_point` is a message (expected a number)"},
    {CAFFE_LAYER("Slice", "top: 'z' top: 'q' slice_param { slice_point: 1 }"),
     ":2: layer `l`: fewer than 2 points (expected one between two parts)"},
    {CAFFE_LAYER("Concat", "concat_param { axis: 2 }"), ":2: layer `l`: axis 2 (expected 1, the channels)"},
    {CAFFE_LAYER("Eltwise", ""), ":2: layer `l`: it reads 1 blob (expected 2 to 8 for type Eltwise)"},
    {CAFFE_LAYER("Eltwise", "bottom: 'x' eltwise_param { operation: MAX }"),
     ":2: layer `l`: operation MAX (expected SUM, or PROD of two)"},
    {CAFFE_LAYER("Eltwise", "bottom: 'x' eltwise_param { coeff: 1 coeff: -1 }"),
     ":2: layer `l`: coefficient -1 (expected 1)"},
    {CAFFE_LAYER("PReLU", "prelu_param { channel_shared: true }"),
     ":2: layer `l`: one slope for all channels (expected one for each)"},
    {CAFFE_LAYER("Flatten",
                 "") "layer { name: 'c' type: 'Pooling' bottom: 'y' top: 'c' pooling_param { kernel_size: 2 } }",
     ":2: layer `c`: it reads a vector made by Flatten or Reshape (expected an image)"},
    {CAFFE_LAYER("Reduction", "") "\nlayer { name: 'm' type: 'Crop' bottom: 'y' top: 'z' }"
                                  "\nlayer { name: 'n' type: 'Crop' bottom: 'z' top: 'w' }",
     ": these types of layers are not supported: Reduction (`l`, line 2), Crop (`m`, line 3)" SKETCH_HELP},
    {CAFFE_LAYER("ReLU", "") "\nlayer { name: 'z' type: 'ReLU' bottom: 'x' top: 'z' }",
     ":3: nothing reads `z`, nor `l` of line 2 (expected one output, or a layer `output` that reads them)"},
    {"layer { name: 'x' type: 'Input' top: 'x' input_param { shape { dim: 1 dim: -3 } } }",
     ":1: layer `x`: `dim: -3` (expected a number)"},
    {"layer { type: 'MemoryData' top: 'x' memory_data_param { channels: 3 height: 2 } }",
     ":1: layer ``: `width` is missing (a MemoryData needs it)"},
    {"layer { type: 'Data' top: 'x' transform_param { crop_size: 2 force_gray: perhaps } }",
     ":1: layer ``: `force_gray: perhaps` (expected true or false)"},
    {CAFFE_LAYER("InnerProduct", "inner_product_param { num_output: 2 axis: 2 }"),
     ":2: layer `l`: axis 2 (expected 1: all of an image)"},
    {CAFFE_LAYER("Swish", "swish_param { beta: 2 }"),
     ": these types of layers are not supported: Swish (`l`, line 2)" SKETCH_HELP},
    {"layers { type: MEMORY_DATA top: 'd' top: 'l' memory_data_param { channels: 1 height: 2 width: 3 } }"
     "\nlayer { name: 's' type: 'Scale' bottom: 'd' bottom: 'l' top: 's' }",
     ":2: layer `s`: it reads a label, which a deployed network does not have"},
    {CAFFE_LAYER("Flatten", "") "layer { name: 'c' type: 'Concat' bottom: 'x' bottom: 'y' top: 'c' }",
     ":2: layer `c`: it reads a vector made by Flatten or Reshape (expected an image)"},
    {CAFFE_LAYER("Crop", "") "\nlayer { name: 'c' type: 'Eltwise' bottom: 'x' bottom: 'x' bottom: 'y' top: 'c' }",
     ": these types of layers are not supported: Crop (`l`, line 2)" SKETCH_HELP},
};

#endif

/* Caffe's networks: published files against facts and built-in networks, every spelling, every refusal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formulation/import/import.h"
#include "formulation/network.h"
#include "tests/support/facts.h"
#include "tests/support/harness.h"

static const struct {
    const char *file, *facts;
    int convolutions;
    int64_t macs, parameters;
} published[] = {
    {"bvlc_alexnet", "bvlc_alexnet", 5, 665784864, 60965224},
    {"bvlc_googlenet", "bvlc_googlenet", 57, 1581647872, 6998552},
    {"bvlc_reference_caffenet", NULL, 5, 665784864, 60965224},
    {"cifar10_full", NULL, 3, 12288000, 89578},
    {"lenet", NULL, 2, 1888000, 431080},
    {"resnet50", "resnet50", 53, 3855925248, 25557032 + 64}, /* its first convolution has a bias */
    {"resnet101", "resnet101", 104, 7568146432, 44549160},
    {"resnet152", "resnet152", 155, 11280367616, 60192808},
    {"squeezenet_v1.0", "squeezenet_v1.0", 26, 861339936, 1248424},
    {"squeezenet_v1.1", "squeezenet_v1.1", 26, 387747520, 1235496},
    {"vgg13", "vgg13", 10, 11184832512, 133047848},
    {"vgg16_soeaver", "vgg16_soeaver", 13, 15346630656, 138357544},
    {"vgg19_soeaver", "vgg19_soeaver", 16, 19508428800, 143667240},
};

START_TEST(published_files_have_the_published_convolutions) {
    char relative[128];
    snprintf(relative, sizeof relative, "models/prototxt/%s.prototxt", published[_i].file);
    const char *path = harness_data(relative);
    if (!path) return;
    struct error err = {""};
    struct network *n = network_open(path, &err);
    ck_assert_msg(n != NULL, "%s", err.text);
    const struct network_facts facts = network_facts(n);
    ck_assert_str_eq(n->name, published[_i].file);
    ck_assert_int_eq(facts.convolutions, published[_i].convolutions);
    ck_assert_int_eq(facts.macs, published[_i].macs);
    ck_assert_int_eq(facts.parameters, published[_i].parameters);
    if (published[_i].facts) ck_assert_int_eq(facts_compare(n, published[_i].facts), published[_i].convolutions);
    network_free(n);
}
END_TEST

/* --- spellings: what is sketched ---------------------------------------------------------------------------------- */

#define DATA "input: 'x' input_dim: 10 input_dim: 3 input_dim: 20 input_dim: 30 "
#define IN   "x input - c=3 h=20 w=30|"
static const struct {
    const char *text, *lines;
} spellings[] = {
    {"layer { name: 'x' type: 'Input' top: 'x' input_param { shape { dim: 1 dim: 3 dim: 20 dim: 30 } } }", IN},
    {"input: 'x' input_shape { dim: [1, 3, 20, 30] }", IN},
    {"input: 'x' input_shape { dim: 3 dim: 20 dim: 30 }", IN},
    {"layers { name: 'd' type: MEMORY_DATA top: 'd' top: 'l' memory_data_param { channels: 1 height: 2 width: 3 } }",
     "d input - c=1 h=2 w=3|"},
    {"layer { name: 'd' type: 'Data' top: 'd' include { phase: TRAIN } }"
     "layer { name: 'd' type: 'Data' top: 'd' top: 'l' include { phase: TEST } transform_param { crop_size: 8 } }"
     "layer { name: 'a' type: 'Accuracy' bottom: 'd' bottom: 'l' top: 'a' }"
     "layer { name: 'loss' type: 'SoftmaxWithLoss' bottom: 'd' bottom: 'l' top: 'loss' }",
     "d input - c=3 h=8 w=8|loss softmax d|"},
    {DATA
     "layer { name: 'c' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 4 kernel_size: 3 } }",
     IN "c conv x m=4 k=3 s=1 p=0 d=1 g=1 bias=1|"},
    {DATA "layers { name: 'c' type: CONVOLUTION bottom: 'x' top: 'c' convolution_param { num_output: 6 group: 3 "
          "kernel_h: 3 kernel_w: 1 stride_h: 2 stride_w: 2 pad_h: 1 pad_w: 0 bias_term: false dilation: 2 } }",
     IN "c conv x m=6 kh=3 kw=1 s=2 pt=1 pl=0 pb=1 pr=0 d=2 g=3 bias=0|"},
    {DATA "layer { name: 'c' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 4 kernel_size: 3 "
          "kernel_size: 5 stride: 2 stride: 2 pad: 1 pad: 2 } }",
     IN "c conv x m=4 kh=3 kw=5 s=2 pt=1 pl=2 pb=1 pr=2 d=1 g=1 bias=1|"},
    {DATA "layer { name: 'c' type: 'DepthwiseConvolution' bottom: 'x' top: 'c' convolution_param { num_output: 3 "
          "kernel_size: 3 } }",
     IN "c conv x m=3 k=3 s=1 p=0 d=1 g=3 bias=1|"},
    {DATA "layer { name: 'p' type: 'Pooling' bottom: 'x' top: 'p' pooling_param { kernel_size: 3 stride: 2 } }"
          "layer { name: 'q' type: 'Pooling' bottom: 'p' top: 'q' pooling_param { pool: AVE kernel_size: 2 pad: 1 "
          "round_mode: FLOOR } }"
          "layers { name: 'g' type: POOLING bottom: 'q' top: 'g' pooling_param { pool: AVE global_pooling: true } }",
     IN "p maxpool x k=3 s=2 p=0 ceil=1|q avgpool p k=2 s=1 p=1 ceil=0|g avgpool q global=1|"},
    {DATA "layer { name: 'c' type: 'Convolution' bottom: 'x' top: 'c' convolution_param { num_output: 4 kernel_size: 3 "
          "stride_h: 1 stride_w: 2 dilation: 1 dilation: 2 } }"
          "layer { name: 'p' type: 'Pooling' bottom: 'c' top: 'p' pooling_param { kernel_h: 2 kernel_w: 3 stride_h: 2 "
          "stride_w: 1 pad_w: 1 } }",
     IN "c conv x m=4 k=3 sh=1 sw=2 p=0 dh=1 dw=2 g=1 bias=1|p maxpool c kh=2 kw=3 sh=2 sw=1 pt=0 pl=1 pb=0 pr=1 "
        "ceil=1|"},
    {DATA
     "layer { name: 'u' type: 'Deconvolution' bottom: 'x' top: 'u' convolution_param { num_output: 3 kernel_size: 4 "
     "stride: 2 pad: 1 group: 3 bias_term: false } } layer { name: 'p' type: 'PReLU' bottom: 'u' top: 'u' }",
     IN "u deconv x m=3 k=4 s=2 p=1 d=1 g=3 bias=0|p prelu u|"},
    {DATA "layer { name: 'n' type: 'LRN' bottom: 'x' top: 'n' lrn_param { alpha: 0.5f k: 2 } }",
     IN "n lrn x size=5 alpha=0.5 beta=0.75 bias=2|"},
    {DATA "layer { name: 'b' type: 'BatchNorm' bottom: 'x' top: 'x' }"
          "layer { name: 's' type: 'Scale' bottom: 'x' top: 'x' scale_param { bias_term: true } }"
          "layer { name: 'r' type: 'ReLU' bottom: 'x' top: 'x' }",
     IN "b batchnorm x|r relu b|"},
    {DATA "layer { name: 's' type: 'Scale' bottom: 'x' top: 'y' }", IN "s batchnorm x|"},
    {DATA "layers { name: 'a' type: SPLIT bottom: 'x' top: 'y' top: 'z' }"
          "layers { name: 'e' type: ELTWISE bottom: 'y' bottom: 'z' top: 'e' eltwise_param { coeff: [1, 1.0] } }"
          "layers { name: 'c' type: CONCAT bottom: 'e' bottom: 'x' top: 'c' concat_param { concat_dim: 1 } }"
          "layers { name: 'o' type: CONCAT bottom: 'c' top: 'o' }",
     IN "e add x,x|c concat e,x|"},
    {DATA "layer { name: 'f' type: 'Flatten' bottom: 'x' top: 'f' }"
          "layer { name: 'r' type: 'ReLU' bottom: 'f' top: 'f' }"
          "layer { name: 'd' type: 'Dropout' bottom: 'f' top: 'f' }"
          "layer { name: 'i' type: 'InnerProduct' bottom: 'f' top: 'i' inner_product_param { num_output: 7 } }"
          "layer { name: 's' type: 'Softmax' bottom: 'i' top: 's' }",
     IN "r relu x|d dropout r|i fc d m=7 bias=1|s softmax i|"},
    {DATA "layer { name: 'a' type: 'ReLU' bottom: 'x' top: 'x' relu_param { negative_slope: 0.1 } }"
          "layer { name: 'b' type: 'ReLU6' bottom: 'x' top: 'x' } layer { name: 'c' type: 'ELU' bottom: 'x' top: 'x' }"
          "layers { name: 'd' type: SIGMOID bottom: 'x' top: 'x' } layers { name: 'e' type: TANH bottom: 'x' top: 'x' }"
          "layer { name: 'f' type: 'Swish' bottom: 'x' top: 'x' }",
     IN "a leakyrelu x slope=0.1|b relu6 a|c elu b alpha=1|d sigmoid c|e tanh d|f silu e|"},
    {DATA "layer { name: 'a' type: 'ReLU' bottom: 'x' top: 'x' relu_param { negative_slope: 0.1 } }"
          "layer { name: 'b' type: 'ReLU6' bottom: 'x' top: 'x' } layer { name: 'c' type: 'ELU' bottom: 'x' top: 'x' }"
          "layers { name: 'd' type: SIGMOID bottom: 'x' top: 'x' } layers { name: 'e' type: TANH bottom: 'x' top: 'x' }"
          "layer { name: 'f' type: 'Swish' bottom: 'x' top: 'x' }",
     IN "a leakyrelu x slope=0.1|b relu6 a|c elu b alpha=1|d sigmoid c|e tanh d|f silu e|"},
    {DATA "layer { name: 'n' type: 'LRN' bottom: 'x' top: 'n' lrn_param { local_size: 3 norm_region: WITHIN_CHANNEL } }"
          "layer { name: 'e' type: 'Eltwise' bottom: 'n' bottom: 'x' top: 'e' eltwise_param { operation: PROD } }"
          "layer { name: 'p' type: 'Pooling' bottom: 'e' top: 'p' pooling_param { global_pooling: true } }"
          "layer { name: 's' type: 'Scale' bottom: 'e' bottom: 'p' top: 's' }"
          "layer { name: 'h' type: 'ShuffleChannel' bottom: 's' top: 'h' shuffle_channel_param { group: 3 } }",
     IN "n lrn_within x size=3 alpha=1 beta=0.75|e mul n,x|p maxpool e global=1|s mul e,p|h shuffle s groups=3|"},
    {"input: 'a b' input_dim: [1, 3, 4, 5] layer { type: 'ReLU' bottom: 'a b' top: 'r' }"
     "layer { type: 'ReLU' bottom: 'r' top: 'r' }",
     "a_b input - c=3 h=4 w=5|relu relu a_b|relu_2 relu relu|"},
    {DATA "layer { name: 'r' type: 'ReLU' bottom: 'x' top: 'x' include { stage: 'extra' } }"
          "layer { name: 's' type: 'ReLU' bottom: 'x' top: 'x' include { not_stage: 'extra' } }"
          "layer { name: 't' type: 'ReLU' bottom: 'x' top: 'x' exclude { phase: TEST } }"
          "layer { name: 'u' type: 'ReLU' bottom: 'x' top: 'x' exclude { phase: TRAIN } }"
          "layer { name: 'v' type: 'ReLU' bottom: 'x' top: 'x' include { min_level: 1 } }",
     IN "s relu x|u relu s|"},
};

START_TEST(every_spelling_means_the_same_layer) {
    const char *path = harness_scratch("spelt.prototxt", spellings[_i].text);
    struct error err = {""};
    struct sketch s;
    char lines[1024] = "";
    sketch_init(&s);
    ck_assert_msg(import_find(path)->read(&s, path, &err), "%s", err.text);
    for (int i = 0; i < s.layers; i++) sprintf(lines + strlen(lines), "%s|", s.layer[i].text);
    ck_assert_str_eq(lines, spellings[_i].lines);
    sketch_free(&s);
    harness_forget(path);
}
END_TEST

/* --- refusals ------------------------------------------------------------------------------------------------------ */

#define LAYER(type, rest) DATA "\nlayer { name: 'l' type: '" type "' bottom: 'x' top: 'y' " rest " }"
static const struct {
    const char *text, *error;
} refusals[] = {
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
    {LAYER("Convolution", "convolution_param { num_output: 2 }"),
     ":2: layer `l`: `kernel_size` is missing (a Convolution needs it)"},
    {LAYER("Convolution", "convolution_param { kernel_size: 2 }"),
     ":2: layer `l`: `num_output` is missing (a Convolution needs it)"},
    {LAYER("Convolution", "convolution_param { num_output: 2 kernel_size: 3 kernel_h: 3 }"),
     ":2: layer `l`: both `kernel_size` and `kernel_h` (expected one of them)"},
    {LAYER("Convolution", "convolution_param { num_output: 2 kernel_h: 3 }"),
     ":2: layer `l`: `kernel_w` is missing (a Convolution needs it)"},
    {LAYER("Convolution", "convolution_param { num_output: 2 kernel_size: [3, 3, 3] }"),
     ":2: layer `l`: `kernel_size` (expected one or two numbers)"},
    {LAYER("Convolution", "convolution_param { num_output: 2 num_output: 3 kernel_size: 3 }"),
     ":2: layer `l`: `num_output` is given twice (expected one value)"},
    {LAYER("Convolution", "convolution_param { num_output: {} kernel_size: 3 }"),
     ":2: layer `l`: `num_output` is a message (expected one value)"},
    {LAYER("Convolution", "convolution_param { num_output: 2 kernel_size: 3 axis: 2 }"),
     ":2: layer `l`: axis 2 (expected 1, the channels)"},
    {LAYER("Convolution", "convolution_param { num_output: 2 kernel_size: 3 bias_term: maybe }"),
     ":2: layer `l`: `bias_term: maybe` (expected true or false)"},
    {LAYER("Convolution", "convolution_param { num_output: 2 kernel_size: 99 }"),
     ":2: convolution of a 3 x 20 x 30 input: the kernel must lie within the padded input"},
    {LAYER("Pooling", "pooling_param { pool: STOCHASTIC kernel_size: 2 }"),
     ":2: layer `l`: pool STOCHASTIC (expected MAX or AVE)"},
    {LAYER("LRN", "lrn_param { alpha: x }"), ":2: layer `l`: `alpha: x` (expected a number)"},
    {LAYER("Scale", "scale_param { axis: 2 }"), ":2: layer `l`: axis 2 (expected 1, the channels)"},
    {LAYER("Softmax", "softmax_param { axis: 2 }"), ":2: layer `l`: axis 2 (expected 1, the channels)"},
    {LAYER("Concat", "concat_param { axis: 2 }"), ":2: layer `l`: axis 2 (expected 1, the channels)"},
    {LAYER("Eltwise", ""), ":2: layer `l`: it reads 1 blobs (expected 2 or more for type Eltwise)"},
    {LAYER("Eltwise", "bottom: 'x' eltwise_param { operation: MAX }"),
     ":2: layer `l`: operation MAX (expected SUM, or PROD of two)"},
    {LAYER("Eltwise", "bottom: 'x' eltwise_param { coeff: 1 coeff: -1 }"),
     ":2: layer `l`: coefficient -1 (expected 1)"},
    {LAYER("PReLU", "prelu_param { channel_shared: true }"),
     ":2: layer `l`: one slope for all channels (expected one for each)"},
    {LAYER("Flatten", "") "layer { name: 'c' type: 'Pooling' bottom: 'y' top: 'c' pooling_param { kernel_size: 2 } }",
     ":2: layer `c`: it reads a vector made by Flatten or Reshape (expected an image)"},
    {LAYER("Reduction", "") "\nlayer { name: 'm' type: 'Crop' bottom: 'y' top: 'z' }"
                            "\nlayer { name: 'n' type: 'Crop' bottom: 'z' top: 'w' }",
     ": these types of layers are not supported: Reduction (`l`, line 2), Crop (`m`, line 3)" SKETCH_HELP},
    {LAYER("ReLU", "") "\nlayer { name: 'z' type: 'ReLU' bottom: 'x' top: 'z' }",
     ":3: nothing reads `z`, nor `l` of line 2 (expected one output, or a layer `output` that reads them)"},
};

START_TEST(what_cannot_be_expressed_is_refused_by_name) {
    const char *path = harness_scratch("refused.prototxt", refusals[_i].text);
    struct error err = {""};
    char expected[1024];
    ck_assert_ptr_null(network_open(path, &err));
    snprintf(expected, sizeof expected, "%s%s", path, refusals[_i].error);
    ck_assert_str_eq(err.text, expected);
    harness_forget(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("caffe");
    TCase *files = tcase_create("files");
    tcase_add_loop_test(files, published_files_have_the_published_convolutions, 0,
                        sizeof published / sizeof published[0]);
    tcase_add_loop_test(files, every_spelling_means_the_same_layer, 0, sizeof spellings / sizeof spellings[0]);
    tcase_add_loop_test(files, what_cannot_be_expressed_is_refused_by_name, 0, sizeof refusals / sizeof refusals[0]);
    suite_add_tcase(suite, files);
    return harness_run(suite);
}

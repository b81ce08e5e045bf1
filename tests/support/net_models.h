/* net_models.h - small .net files: every op, every key, every refusal with the line that it names. The tests look at each, and
 * fuzzing starts from them. */
#ifndef TESTS_SUPPORT_NET_MODELS_H
#define TESTS_SUPPORT_NET_MODELS_H
#define NET_IN "in input - c=8 h=9 w=9\n"
static const struct {
    const char *text;
    int line;
    const char *part; /* of the message */
} net_broken[] = {
    {"", 0, "no layer"},
    {"# nothing\n\n", 2, "no layer"},
    {NET_IN "a relu\n", 2, "2 fields"},
    {NET_IN "a reluu in\n", 2, "unknown op `reluu` in `a reluu in` (expected one of conv, batchnorm"},
    {NET_IN "a conv in m=3 k=3 q=4\n", 2, "conv has no key `q` (expected m, k, kh"},
    {NET_IN "a relu in k=3\n", 2, "relu has no key `k` (expected none"},
    {NET_IN "a conv in m=3 k=3 k=3\n", 2, "key `k` is given twice"},
    {NET_IN "a conv in m=3 k\n", 2, "`k` has no value"},
    {NET_IN "a conv in k=3\n", 2, "needs the key `m`"},
    {NET_IN "a conv in m=3\n", 2, "needs the key `k`, or `kh` and `kw`"},
    {NET_IN "a conv in m=3 kh=3\n", 2, "needs the key `k`, or `kh` and `kw`"},
    {NET_IN "a conv in m=3 k=3 kw=3\n", 2, "needs the key `k`, or `kh` and `kw`"},
    {NET_IN "a conv in m=0 k=3\n", 2, "`m=0` is out of range (expected a whole number from 1 to 1048576"},
    {NET_IN "a conv in m=3x k=3\n", 2, "`m=3x` is out of range"},
    {NET_IN "a conv in m=99999999999999999999 k=3\n", 2, "out of range"},
    {NET_IN "a conv in m=3 k=3 bias=2\n", 2, "0 or 1"},
    {NET_IN "a conv in m=3 k=10\n", 2, "convolution of a 8 x 9 x 9 input"},
    {NET_IN "a conv in m=3 k=3 g=3\n", 2, "convolution of a 8 x 9 x 9 input"},
    {NET_IN "a maxpool in k=3 p=3\n", 2, "padding 3"},
    {NET_IN "a maxpool in k=12 p=1\n", 2, "does not fit"},
    {NET_IN "a conv in m=3 k=3 sh=2\n", 2, "needs the key `s`, or `sh` and `sw`, and not both"},
    {NET_IN "a conv in m=3 k=3 d=2 dh=1 dw=2\n", 2, "needs the key `d`, or `dh` and `dw`, and not both"},
    {NET_IN "a maxpool in kh=2\n", 2, "maxpool needs the key `k`, or `kh` and `kw`, and not both"},
    {NET_IN "a maxpool in kh=2 kw=2 sw=1\n", 2, "maxpool needs the key `s`, or `sh` and `sw`, and not both"},
    {NET_IN "a maxpool in global=1 sw=2\n", 2, "a global pool has no `sw` (expected only `global=1`)"},
    {NET_IN "a maxpool in kh=2 kw=3 pl=3\n", 2, "padding 3 is as large as the kernel (expected less than 3)"},
    {NET_IN "a maxpool in s=2\n", 2, "needs the key `k`, or `global=1`"},
    {NET_IN "a maxpool in k=2 global=1\n", 2, "a global pool has no `k`"},
    {NET_IN "a lrn in size=4\n", 2, "even"},
    {NET_IN "a lrn in bias=0\n", 2, "bias 0 of lrn"},
    {NET_IN "a lrn in alpha=nan\n", 2, "not negative"},
    {NET_IN "a relu6 in high=3\n", 2, "relu6 has no key `high` (expected none"},
    {NET_IN "a clip in low=3 high=2\n", 2, "the lower bound, 3, is above the upper one, 2"},
    {NET_IN "a clip in low=-2e9\n", 2, "expected a number from -1e9 to 1e9"},
    {NET_IN "a leakyrelu in slope=nan\n", 2, "expected a number from -1e9 to 1e9"},
    {NET_IN "a relu b\n", 2, "`a` reads `b`, which is not a layer"},
    {NET_IN "a relu ,\n", 2, "which is not a layer"},
    {NET_IN "a relu -\n", 2, "inputs for relu (expected 1, got 0)"},
    {NET_IN "a relu in,in\n", 2, "inputs for relu (expected 1, got 2)"},
    {NET_IN "a add in\n", 2, "inputs for add (expected 2 to 8, got 1)"},
    {NET_IN "a add in,in,in,in,in,in,in,in,in\n", 2, "got 9"},
    {"in input in c=1 h=1 w=1\n", 1, "inputs for input (expected 0, got 1)"},
    {NET_IN "a relu in\nb relu a\na relu b\n", 4, "the name `a` is already used in line 2"},
    {NET_IN "a,b relu in\n", 2, "`a,b` is not a valid name"},
    {NET_IN "- relu in\n", 2, "`-` is not a valid name"},
    {NET_IN "a add in,c\nb relu a\nc relu b\nd relu c\n", 3, "a cycle"},
    {NET_IN "a add a,in\n", 2, "a cycle"},
    {"a relu b\nb relu a\n", 2, "a cycle"},
    {NET_IN "other input - c=1 h=1 w=1\na relu in\n", 3, "nothing reads `a`, nor `other` of line 2"},
    {NET_IN "a relu in\nb relu in\n", 3, "nothing reads `b`"},
    {NET_IN "a conv in m=8 k=3\nb add a,in\n", 3, "`in` is 8 x 9 x 9 (expected the same size as `a`, 8 x 7 x 7)"},
    {NET_IN "a conv in m=8 k=3\nb concat a,in\n", 3, "the same height and width"},
    {"in input - c=1048576 h=1048576 w=1\n", 1, "2^40"},
    {"in input - c=1000000 h=1000 w=1\nf fc in m=1000000\n", 2, "2^40"},
    {"in input - c=1 h=1048577 w=1\n", 1, "out of range"},
    {"\xff\xfei\n", 1, "UTF-16"},
    {"\xfe\xffi\n", 1, "UTF-16"},
    {"\xef\xbb\xbf\xef\xbb\xbf" NET_IN "a relu -\n", 2, "got 0"},
};

static const char *const net_whole[] = {
    "x input - c=6 h=13 w=17\na conv x m=6 kh=3 kw=5 sh=1 sw=2 pt=1 pb=1 pl=2 pr=2 dh=2 dw=1 g=2\nb batchnorm a\n"
    "c clip b low=-1 high=2\nd relu6 c\ne leakyrelu d slope=0.2\nf elu e alpha=0.5\ng sigmoid f\nh tanh g\ni silu h\n"
    "j prelu i\nk lrn j size=3 alpha=0.5\nl lrn_within k size=3\nm dropout l\nn deconv m m=6 k=4 sh=2 sw=1 p=1 g=3 bias=0\n"
    "o maxpool n kh=2 kw=3 s=2 ceil=1\np avgpool n kh=2 kw=3 s=2 ceil=1\nq add o,p,o\nr mul q,o\ns concat r,q,o\n"
    "t avgpool s global=1\nu fc t m=5 bias=0\nv softmax u\n",
    "# two inputs, two outputs\nx input - c=4 h=6 w=6\ny input - c=4 h=1 w=1\na mul x,y\nb hardswish a\n"
    "c shuffle b groups=2\nd upsample c k=2 bilinear=1\ne pad d pt=1 pr=2 value=-1\nf slice e from=1 m=2\n"
    "g reshape f c=26 h=14 last=1\nh hardsigmoid g alpha=0.25 beta=0.5\ni scale h bias=0\nj opaque b\nk output i,j,y\n",
};

#endif

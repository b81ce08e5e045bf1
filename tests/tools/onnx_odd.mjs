// Networks as exporters write them without regard to our importer: shapes from Constant nodes, settings as inputs or attributes by opset,
// names that nothing reads, channels last, detection heads. Each is [shape of the image, opset, builder]; a builder returns one output or several.

const HW = 16;
const rgb = [3, HW, HW];
const f = (float) => ({ float });

const clip11 = (n, x, low, high) => n.node('Clip', [x, n.floats([], () => low), n.floats([], () => high)]);
const flat = (n, x) => n.node('Flatten', [x]);
const first = (n, x) => n.node('Transpose', [x], { perm: [0, 3, 1, 2] });
const last = (n, x) => n.node('Transpose', [x], { perm: [0, 2, 3, 1] });
const many = (n, count) => {
    const two = [n.conv('image', 3, 4, 3), n.conv('image', 3, 4, 1)];
    return Array.from({ length: count }, (_, i) => two[i % 2]);
};
const random = (n, dims) => n.floats(dims, () => 0.3 * n.random());

// 16-bit floats of multiples of 1/64 below 1, exact in both kinds: 10 IEEE, 16 bfloat16.
function halves(n, dims, type) {
    const x = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => (Math.floor(n.random() * 16) + 0.5) / 64);
    const bits = new Uint32Array(x.buffer);
    const short = Uint16Array.from(bits, (b) => (type === 16 ? b >>> 16 : ((b >>> 16) & 0x8000) | ((((b >>> 23) & 255) - 112) << 10) | ((b >>> 13) & 1023)));
    return n.tensor(dims, type, Buffer.from(short.buffer));
}

export const odd = {
    // constants by nodes, of every attribute that holds numbers
    constant_nodes: [rgb, 13, (n) => {
        const shape = n.node('Constant', [], { value_ints: [1, -1] });
        const axis = n.node('Constant', [], { value: n.attached([1], 7, [2]) });
        const mean = n.node('ReduceMean', [n.conv('image', 3, 8, 3)], { axes: [2, 3], keepdims: 0 });
        return n.node('Reshape', [n.node('Unsqueeze', [mean, axis]), shape]);
    }],
    reshape_zero: [rgb, 9, (n) => n.node('Sigmoid', [n.node('Reshape', [n.conv('image', 3, 4, 3), n.ints([0, 4, -1])])])],
    reshape_image: [rgb, 13, (n) => n.conv(n.node('Reshape', [n.conv('image', 3, 8, 3), n.ints([1, 2, 32, -1])]), 2, 5, 3)],
    identity_dropout_cast: [rgb, 13, (n) => {
        const x = n.node('Dropout', [n.node('Identity', [n.conv('image', 3, 8, 3)])]);
        return n.node('Cast', [n.relu(n.node('Cast', [x], { to: 1 }))], { to: 1 });
    }],
    clip_attributes: [rgb, 9, (n) => n.node('Clip', [n.conv('image', 3, 8, 3)], { min: f(-0.25), max: f(0.75) })],
    clip_inputs: [rgb, 13, (n) => clip11(n, n.conv('image', 3, 8, 3), -0.3, 0.7)],
    same_upper: [[3, 17, 20], 11, (n) => n.conv('image', 3, 8, [4, 3], { s: 2, attributes: { auto_pad: 'SAME_UPPER' } })],
    same_lower: [[3, 17, 20], 11, (n) => n.pool2('AveragePool', n.conv('image', 3, 8, 5, { s: 2, attributes: { auto_pad: 'SAME_LOWER' } }),
        { kernel_shape: [2, 3], strides: [1, 2], auto_pad: 'SAME_LOWER' })],
    valid: [rgb, 11, (n) => n.conv('image', 3, 8, 3, { attributes: { auto_pad: 'VALID' } })],
    axes: [[3, 15, 22], 13, (n) => n.pool2('MaxPool', n.conv('image', 3, 8, 3, { p: [2, 1, 2, 1],
        attributes: { strides: [1, 2], dilations: [2, 1] } }), { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] })],
    pad_attributes: [rgb, 9, (n) => n.relu(n.node('Pad', [n.conv('image', 3, 8, 3)], { pads: [0, 0, 1, 2, 0, 0, 3, 0], value: f(0.5) }))],
    pad_before_pool: [rgb, 11, (n) => n.pool(n.node('Pad', [n.conv('image', 3, 8, 3), n.ints([0, 0, 1, 1, 0, 0, 1, 1])]), 3, 2, 0, 'AveragePool')],
    pad_axes: [rgb, 18, (n) => n.node('Pad', [n.conv('image', 3, 8, 3), n.ints([1, 2, 3, 4]), n.floats([], () => -1), n.ints([2, -1])])],
    resize_default: [rgb, 13, (n) => n.node('Resize', [n.conv('image', 3, 4, 3), '', n.floats([4], (_, i) => (i < 2 ? 1 : 3))])],
    resize_corner: [rgb, 11, (n) => n.node('Resize', [n.conv('image', 3, 4, 3), n.floats([8], () => 0), n.floats([4], (_, i) => (i < 2 ? 1 : 2))],
        { mode: 'nearest', coordinate_transformation_mode: 'asymmetric' })],
    resize_sizes: [rgb, 13, (n) => n.node('Resize', [n.conv('image', 3, 4, 3), '', '', n.ints([1, 4, 32, 32])],
        { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' })],
    resize_ten: [rgb, 10, (n) => n.node('Resize', [n.conv('image', 3, 4, 3), n.floats([4], (_, i) => (i < 2 ? 1 : 4))])],
    upsample_nine: [rgb, 9, (n) => n.node('Upsample', [n.conv('image', 3, 4, 3), n.floats([4], (_, i) => (i < 2 ? 1 : 2))])],
    squeeze_attributes: [rgb, 11, (n) => n.node('Tanh', [n.node('Squeeze', [n.mean(n.conv('image', 3, 8, 3))], { axes: [2, 3] })])],
    squeeze_inputs: [rgb, 13, (n) => n.node('Unsqueeze', [n.node('Squeeze', [n.mean(n.conv('image', 3, 8, 3)), n.ints([-1, -2])]), n.ints([0])])],
    mean_inputs: [rgb, 18, (n) => n.node('ReduceMean', [n.conv('image', 3, 8, 3), n.ints([-1, -2])], { keepdims: 1 })],
    split_equal: [rgb, 18, (n) => {
        const [a, b, c] = n.node('Split', [n.conv('image', 3, 7, 3)], { axis: 1, num_outputs: 3 }, 3);
        return n.node('Concat', [c, n.relu(b), a], { axis: -3 });
    }],
    slice_step: [rgb, 13, (n) => n.node('Slice', [n.conv('image', 3, 8, 3), n.ints([-6]), n.ints([-1]), n.ints([1]), n.ints([1])])],
    gemm: [rgb, 11, (n) => n.node('Gemm', [flat(n, n.mean(n.conv('image', 3, 8, 3))), n.floats([8, 5], () => n.random()),
        n.floats([5], () => n.random())], { alpha: f(0.5), beta: f(2) })],
    gemm_no_bias: [rgb, 11, (n) => n.node('Gemm', [flat(n, n.mean(n.conv('image', 3, 8, 3))), n.floats([5, 8], () => n.random())],
        { transB: 1, alpha: f(2) })],
    matmul_add: [rgb, 13, (n) => n.node('Add', [n.node('MatMul', [flat(n, n.pool('image', 4, 4)), n.floats([48, 6], () => 0.2 * n.random())]),
        n.floats([6], () => n.random())])],
    normalised_input: [rgb, 13, (n) => {
        const x = n.node('Sub', ['image', n.floats([3, 1, 1], () => n.random())]);
        return n.conv(n.node('Div', [x, n.floats([1, 3, 1, 1], (_, i) => 1 + i)]), 3, 8, 3);
    }],
    hard_swish_by_hand: [rgb, 11, (n) => {
        const x = n.conv('image', 3, 8, 3);
        const y = clip11(n, n.node('Add', [x, n.floats([], () => 3)]), 0, 6);
        return n.node('Div', [n.node('Mul', [x, y]), n.floats([], () => 6)]);
    }],
    one_minus: [rgb, 13, (n) => n.node('Sub', [n.floats([1], () => 1), n.node('Sigmoid', [n.conv('image', 3, 8, 3)])])],
    hard_sigmoid: [rgb, 13, (n) => n.node('HardSigmoid', [n.conv('image', 3, 8, 3)], { alpha: f(0.3), beta: f(0.4) })],
    prelu_each: [rgb, 13, (n) => n.node('PRelu', [n.conv('image', 3, 8, 3), n.floats([8, 1, 1], () => n.random())])],
    prelu_one: [rgb, 13, (n) => n.node('PRelu', [n.conv('image', 3, 8, 3), n.floats([1], () => 0.3)])],
    prelu_unsqueezed: [rgb, 13, (n) => n.node('PRelu', [n.conv('image', 3, 8, 3),
        n.node('Unsqueeze', [n.floats([8], () => n.random()), n.ints([1, 2])])])],
    deconv: [rgb, 11, (n) => n.node('ConvTranspose', [n.conv('image', 3, 8, 3), n.floats([8, 5, 3, 3], () => 0.2 * n.random()),
        n.floats([5], () => n.random())], { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] })],
    deconv_groups: [[3, 9, 7], 11, (n) => n.node('ConvTranspose', [n.conv('image', 3, 8, 3), n.floats([8, 2, 4, 3], () => 0.2 * n.random())],
        { strides: [2, 1], pads: [1, 0, 2, 1], group: 4, dilations: [1, 2] })],
    deconv_same: [[3, 9, 7], 11, (n) => n.node('ConvTranspose', [n.conv('image', 3, 8, 3), n.floats([8, 2, 3, 3], () => 0.2 * n.random())],
        { strides: [2, 2], auto_pad: 'SAME_UPPER' })],
    unused_nodes: [rgb, 13, (n) => {
        const x = n.conv('image', 3, 8, 3);
        n.node('Softmax', [n.relu(n.conv(x, 8, 4, 3))], { axis: 1 });
        n.node('Shape', [x]);
        return n.relu(x);
    }],
    // channels last, as converters from TensorFlow leave it: also where an image becomes a vector
    channels_last: [[HW, HW, 3], 13, (n) => {
        const x = n.node('Transpose', ['image'], { perm: [0, 3, 1, 2] });
        const y = n.relu(n.node('Transpose', [n.conv(x, 3, 4, 3)], { perm: [0, 2, 3, 1] }));
        const v = n.node('Reshape', [y, n.ints([-1, HW * HW * 4])]);
        return n.node('MatMul', [v, n.floats([HW * HW * 4, 5], () => 0.1 * n.random())]);
    }],
    channels_last_output: [[HW, HW, 3], 13, (n) => {
        const x = n.node('Transpose', ['image'], { perm: [0, 3, 1, 2] });
        return n.node('Sigmoid', [n.node('Transpose', [n.conv(x, 3, 4, 3)], { perm: [0, 2, 3, 1] })]);
    }],
    // detection heads: boxes and scores of two scales, one after the other; several outputs
    ssd: [rgb, 13, (n) => {
        const a = n.relu(n.conv('image', 3, 8, 3, { s: 2 })), b = n.relu(n.conv(a, 8, 8, 3, { s: 2 }));
        const rows = (x, k) => n.node('Reshape', [n.node('Transpose', [x], { perm: [0, 2, 3, 1] }), n.ints([1, -1, k])]);
        const boxes = n.node('Concat', [rows(n.conv(a, 8, 12, 3), 4), rows(n.conv(b, 8, 12, 3), 4)], { axis: 1 });
        const scores = n.node('Concat', [rows(n.conv(a, 8, 15, 3), 5), rows(n.conv(b, 8, 15, 3), 5)], { axis: 1 });
        return [n.node('Softmax', [scores], { axis: 2 }), boxes];
    }],
    yolo_heads: [rgb, 11, (n) => {
        const a = n.conv('image', 3, 8, 3, { s: 2 }), b = n.conv(a, 8, 8, 3, { s: 2 });
        return [n.conv(b, 8, 21, 1), n.conv(a, 8, 21, 1)];
    }],
    rows_exchanged: [rgb, 13, (n) => n.relu(n.node('Transpose', [n.node('Reshape', [n.conv('image', 3, 6, 3), n.ints([1, 6, -1])])],
        { perm: [0, 2, 1] }))],
    attention_by_row: [rgb, 13, (n) => n.node('Mul', [n.conv('image', 3, 6, 3), n.node('Sigmoid', [n.mean(n.conv('image', 3, 6, 1))])])],
    // softmax over all that follows an axis (up to opset 12), and over one axis
    softmax_flat: [rgb, 9, (n) => n.node('Softmax', [flat(n, n.conv('image', 3, 4, 3))])],
    softmax_image_early: [rgb, 11, (n) => n.node('Softmax', [n.conv('image', 3, 4, 3)], { axis: 1 })],
    softmax_row_early: [rgb, 11, (n) => n.node('Softmax', [n.conv('image', 3, 4, 3)], { axis: -1 })],
    softmax_rows_early: [rgb, 11, (n) => n.node('Softmax', [n.conv('image', 3, 4, 3)], { axis: 2 })],
    softmax_channels: [rgb, 13, (n) => n.node('Softmax', [n.node('Reshape', [n.conv('image', 3, 4, 3), n.ints([1, 4, -1])])], { axis: 1 })],
    softmax_channels_last: [[HW, HW, 3], 11, (n) => n.node('Softmax', [last(n, n.conv(first(n, 'image'), 3, 4, 3))], { axis: 3 })],
    softmax_all_channels_last: [[HW, HW, 3], 11, (n) => n.node('Softmax', [last(n, n.conv(first(n, 'image'), 3, 4, 3))], { axis: 1 })],
    // 16-bit weights, which become floats as the network begins
    half_weights: [rgb, 13, (n) => n.node('Conv', ['image', n.node('Cast', [halves(n, [8, 3, 3, 3], 10)], { to: 1 }),
        n.node('Cast', [halves(n, [8], 10)], { to: 1 })], { pads: [1, 1, 1, 1] })],
    brain_weights: [rgb, 13, (n) => n.node('Conv', ['image', n.node('Cast', [halves(n, [8, 3, 3, 3], 16)], { to: 1 })])],
    // what converters from TensorFlow and PyTorch leave around every node
    transposed_pairs: [[HW, HW, 3], 13, (n) => {
        let x = last(n, n.conv(first(n, 'image'), 3, 8, 3, { s: 2, bias: false }));
        x = n.relu(n.node('Add', [x, random(n, [8])]));
        const y = last(n, n.conv(first(n, x), 8, 8, 3, { g: 8 }));
        const z = n.node('Concat', [n.node('Mul', [y, random(n, [1, 1, 1, 8])]), x], { axis: 3 });
        const pooled = last(n, n.pool(first(n, z), 2, 2));
        const mean = n.node('ReduceMean', [pooled], { axes: [1, 2], keepdims: 0 });
        return n.node('Softmax', [n.node('Add', [n.node('MatMul', [mean, random(n, [16, 5])]), random(n, [5])])], { axis: -1 });
    }],
    weights_turned: [rgb, 13, (n) => n.node('MatMul', [flat(n, n.pool('image', 4, 4)),
        n.node('Transpose', [random(n, [6, 48])], { perm: [1, 0] })])],
    view_by_arithmetic: [rgb, 13, (n) => {
        const x = n.pool(n.conv('image', 3, 8, 3), 4, 4), shape = n.node('Shape', [x]);
        const part = (from, to) => n.node('Slice', [shape, n.ints([from]), n.ints([to]), n.ints([0])]);
        const rest = n.node('Mul', [n.node('Mul', [part(1, 2), part(2, 3)]), part(3, 4)]);
        return n.node('Gemm', [n.node('Reshape', [x, n.node('Concat', [part(0, 1), rest], { axis: 0 })]), random(n, [5, 128])], { transB: 1 });
    }],
    shuffle_by_arithmetic: [rgb, 11, (n) => {
        const x = n.conv('image', 3, 8, 1), shape = n.node('Shape', [x]);
        const size = (i) => n.node('Unsqueeze', [n.node('Gather', [shape, n.ints([i], [])], { axis: 0 })], { axes: [0] });
        const each = n.node('Unsqueeze', [n.node('Cast', [n.node('Floor', [n.node('Cast', [n.node('Div', [
            n.node('Gather', [shape, n.ints([1], [])]), n.ints([2], [])])], { to: 1 })])], { to: 7 })], { axes: [0] });
        const five = n.node('Concat', [size(0), n.ints([2]), each, size(2), size(3)], { axis: 0 });
        const turned = n.node('Transpose', [n.node('Reshape', [x, five])], { perm: [0, 2, 1, 3, 4] });
        return n.conv(n.node('Reshape', [turned, n.node('Concat', [size(0), n.ints([-1]), size(2), size(3)], { axis: 0 })]), 8, 4, 3);
    }],
    interpolate_by_arithmetic: [rgb, 13, (n) => {
        const x = n.conv('image', 3, 4, 3), shape = n.node('Shape', [x]);
        const pixels = n.node('Slice', [shape, n.ints([2]), n.ints([4]), n.ints([0])]);
        const sizes = n.node('Concat', [n.node('Slice', [shape, n.ints([0]), n.ints([2]), n.ints([0])]),
            n.node('Mul', [pixels, n.node('Constant', [], { value: n.attached([], 7, [2]) })])], { axis: 0 });
        return n.node('Resize', [x, '', '', sizes], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' });
    }],
    opset_21: [rgb, 21, (n) => {
        const [a, b] = n.node('Split', [n.conv('image', 3, 6, 3), n.ints([2, 4])], { axis: 1 }, 2);
        const x = n.node('Concat', [n.node('Pad', [b, n.ints([1, 1, 1, 1]), '', n.ints([2, 3])]), n.node('Pad', [a, n.ints([0, 0, 1, 1, 0, 0, 1, 1])])], { axis: 1 });
        return n.node('Reshape', [n.node('ReduceMean', [x, n.ints([2, 3])], { keepdims: 0 }), n.ints([0, 6])], { allowzero: 0 });
    }],
    clip_upper: [rgb, 13, (n) => n.node('Clip', [n.conv('image', 3, 8, 3), '', n.floats([], () => 0.4)])],
    sum_of_three: [rgb, 13, (n) => n.node('Sum', [n.conv('image', 3, 4, 3), n.conv('image', 3, 4, 1), n.conv('image', 3, 4, 5)])],
    pools_rounded_up: [[3, 15, 18], 13, (n) => n.pool2('AveragePool', n.pool2('MaxPool', 'image', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
        { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 1, 0, 1], count_include_pad: 1 })],
    dropout_inputs: [rgb, 13, (n) => n.node('Dropout', [n.conv('image', 3, 4, 3), n.floats([], () => 0.3)])],
    deconv_uneven: [[3, 9, 7], 11, (n) => n.node('ConvTranspose', [n.conv('image', 3, 8, 3), random(n, [8, 5, 4, 3])],
        { strides: [3, 2], pads: [1, 0, 2, 1], output_padding: [2, 1] })],
    gemm_row_bias: [rgb, 11, (n) => n.node('Gemm', [flat(n, n.mean(n.conv('image', 3, 8, 3))), random(n, [8, 5]), random(n, [1, 5])])],
    flatten_whole: [rgb, 13, (n) => n.node('Tanh', [n.node('Flatten', [n.mean(n.conv('image', 3, 8, 3))], { axis: 0 })])],
    // how exporters write what is simple: padding by tables, halves of odd numbers, batch norm of vectors, means one by one
    pad_by_arithmetic: [rgb, 11, (n) => {
        const pads = n.ints([1, 2, 3, 0]); // as PyTorch has them: left, right, top, bottom
        const zeros = n.node('ConstantOfShape', [n.ints([4])], { value: n.attached([1], 7, [0]) });
        const table = n.node('Reshape', [n.node('Concat', [pads, zeros], { axis: 0 }), n.ints([-1, 2])]);
        const up = n.node('Slice', [table, n.ints([-1]), n.ints([-9223372036854775807n]), n.ints([0]), n.ints([-1])]);
        const list = n.node('Reshape', [n.node('Transpose', [up], { perm: [1, 0] }), n.ints([-1])]);
        return n.relu(n.node('Pad', [n.conv('image', 3, 8, 3), n.node('Cast', [list], { to: 7 })], { mode: 'constant' }));
    }],
    chunk_by_arithmetic: [rgb, 11, (n) => {
        const x = n.conv('image', 3, 8, 3), one = n.ints([1], []), two = n.ints([2], []);
        const half = n.node('Div', [n.node('Add', [n.node('Gather', [n.node('Shape', [x]), one], { axis: 0 }), one]), two]);
        const list = (v) => n.node('Unsqueeze', [v], { axes: [0] });
        const cut = (from, to) => n.node('Slice', [x, list(from), list(to), n.ints([1])]);
        return n.node('Concat', [cut(half, n.node('Mul', [half, two])), cut(n.node('Mul', [half, n.ints([0], [])]), half)], { axis: 1 });
    }],
    flatten_by_product: [rgb, 13, (n) => {
        const x = n.pool(n.conv('image', 3, 4, 3), 4, 4), sizes = n.node('Slice', [n.node('Shape', [x]), n.ints([1]), n.ints([4]), n.ints([0])]);
        const all = n.node('ReduceProd', [sizes], { keepdims: 0 });
        return n.node('Gemm', [n.node('Reshape', [x, n.node('Concat', [n.ints([-1]), n.node('Unsqueeze', [all, n.ints([0])])], { axis: 0 })]),
            random(n, [5, 64])], { transB: 1 });
    }],
    norm_of_vector: [rgb, 13, (n) => n.relu(n.norm(n.node('Gemm', [flat(n, n.pool('image', 8, 8)), random(n, [7, 12]), random(n, [7])], { transB: 1 }), 7))],
    norm_of_flat: [rgb, 13, (n) => n.norm(flat(n, n.pool(n.conv('image', 3, 4, 3), 8, 8)), 16)],
    norm_after_deconv: [rgb, 11, (n) => n.relu(n.norm(n.node('ConvTranspose', [n.conv('image', 3, 8, 3), random(n, [8, 5, 2, 2])], { strides: [2, 2] }), 5))],
    mean_by_mean: [[3, 12, 17], 9, (n) => n.node('ReduceMean', [n.node('ReduceMean', [n.conv('image', 3, 8, 3)], { axes: [3], keepdims: 0 })], { axes: [2], keepdims: 0 })],
    mean_of_rows: [[3, 12, 17], 11, (n) => n.node('ReduceMean', [n.conv('image', 3, 8, 3)], { axes: [-2] })],
    mean_of_flat: [rgb, 13, (n) => n.node('ReduceMean', [n.node('Reshape', [n.conv('image', 3, 8, 3), n.ints([0, 8, -1])])], { axes: [2] })],
    largest_of_all: [rgb, 13, (n) => n.node('ReduceMax', [n.conv('image', 3, 8, 3)], { axes: [2, 3] })],
    concat_of_many: [rgb, 13, (n) => n.node('Concat', many(n, 19), { axis: 1 })],
    sum_of_many: [rgb, 13, (n) => n.node('Sum', many(n, 11))],
    densenet_as_written: [rgb, 9, (n) => {
        const all = [n.conv('image', 3, 4, 3)];
        for (let i = 1; i < 12; i++) all.push(n.conv(n.relu(n.norm(i > 1 ? n.node('Concat', all, { axis: 1 }) : all[0], 2 + 2 * i)), 2 + 2 * i, 2, 3));
        return n.mean(n.node('Concat', all, { axis: 1 }));
    }],
    bounds_by_min_max: [rgb, 13, (n) => n.node('Min', [n.node('Max', [n.conv('image', 3, 8, 3), n.floats([], () => -0.25)]), n.floats([1], () => 0.5)])],
    relu_by_max: [rgb, 13, (n) => n.node('Max', [n.floats([], () => 0), n.conv('image', 3, 8, 3)])],
    constant_floats: [rgb, 13, (n) => {
        const x = n.node('Clip', [n.conv('image', 3, 4, 3), n.node('Constant', [], { value_float: f(-0.5) }), n.node('Constant', [], { value_float: f(0.25) })]);
        const factors = n.node('Reshape', [n.node('Constant', [], { value_floats: { floats: [0.5, 2, -1, 3] } }), n.ints([1, 4, 1, 1])]);
        return n.node('Mul', [x, factors]);
    }],
    conv_weights_turned: [rgb, 13, (n) => n.node('Conv', ['image', n.node('Transpose', [random(n, [3, 3, 3, 8])], { perm: [3, 2, 0, 1] })], { pads: [1, 1, 1, 1] })],
    conv_bias_added: [rgb, 13, (n) => n.node('Add', [n.conv('image', 3, 8, 3, { bias: false }), n.node('Reshape', [random(n, [8]), n.ints([1, -1, 1, 1])])])],
    gemm_scalar_bias: [rgb, 13, (n) => n.node('Gemm', [flat(n, n.pool('image', 8, 8)), random(n, [12, 5]), random(n, [1])])],
    matmul_of_three: [rgb, 13, (n) => n.node('MatMul', [n.node('Reshape', [n.pool('image', 8, 8), n.ints([1, 1, 12])]), random(n, [12, 5])])],
    flat_affine: [rgb, 13, (n) => n.node('Mul', [n.node('Add', [flat(n, n.pool(n.conv('image', 3, 4, 3), 8, 8)), random(n, [16])]), random(n, [1, 16])])],
    resize_symmetric: [rgb, 19, (n) => n.node('Resize', [n.conv('image', 3, 4, 3), '', n.floats([4], (_, i) => (i < 2 ? 1 : 2))],
        { mode: 'linear', coordinate_transformation_mode: 'half_pixel_symmetric' })],
    resize_axes: [rgb, 18, (n) => n.node('Resize', [n.conv('image', 3, 4, 3), '', n.floats([2], () => 2)], { axes: [2, 3], mode: 'nearest' })],
    depth_to_space: [[3, 6, 10], 13, (n) => n.relu(n.node('DepthToSpace', [n.conv('image', 3, 12, 3)], { blocksize: 2 }))],
    pixel_shuffle: [[3, 6, 10], 11, (n) => n.relu(n.node('DepthToSpace', [n.conv('image', 3, 18, 3)], { blocksize: 3, mode: 'CRD' }))],
    space_to_depth: [[3, 6, 10], 13, (n) => n.conv(n.node('SpaceToDepth', ['image'], { blocksize: 2 }), 12, 5, 3)],
    pixel_shuffle_by_hand: [[3, 6, 10], 11, (n) => n.conv(n.node('Reshape', [n.node('Transpose', [n.node('Reshape', [n.conv('image', 3, 8, 3),
        n.ints([-1, 2, 2, 2, 6, 10])])], { perm: [0, 1, 4, 2, 5, 3] }), n.ints([-1, 2, 12, 20])]), 2, 4, 3)],
    depth_to_space_by_hand: [[3, 6, 10], 11, (n) => n.conv(n.node('Reshape', [n.node('Transpose', [n.node('Reshape', [n.conv('image', 3, 12, 3),
        n.ints([1, 2, 2, 3, 6, 10])])], { perm: [0, 3, 4, 1, 5, 2] }), n.ints([1, 3, 12, 20])]), 3, 4, 3)],
    pixels_gathered: [[3, 6, 10], 11, (n) => n.conv(n.node('Reshape', [n.node('Transpose', [n.node('Reshape', [n.conv('image', 3, 2, 3),
        n.ints([1, 2, 3, 2, 5, 2])])], { perm: [0, 1, 3, 5, 2, 4] }), n.ints([1, 8, 3, 5])]), 8, 4, 3)],
    blocks_gathered: [[3, 6, 10], 11, (n) => n.conv(n.node('Reshape', [n.node('Transpose', [n.node('Reshape', [n.conv('image', 3, 2, 3),
        n.ints([1, 2, 3, 2, 5, 2])])], { perm: [0, 3, 5, 1, 2, 4] }), n.ints([1, 8, 3, 5])]), 8, 4, 3)],
    focus: [rgb, 11, (n) => {
        const cut = (x, axis, from) => n.node('Slice', [x, n.ints([from]), n.ints([9223372036854775807n]), n.ints([axis]), n.ints([2])]);
        const quarter = (h, w) => cut(cut('image', 2, h), 3, w);
        return n.conv(n.node('Concat', [quarter(0, 0), quarter(1, 0), quarter(0, 1), quarter(1, 1)], { axis: 1 }), 12, 8, 3);
    }],
    slice_rows: [[3, 13, 11], 9, (n) => n.node('Slice', [n.conv('image', 3, 4, 3)], { starts: [1, 2, 1], ends: [3, -3, 9], axes: [1, 2, 3] })],
    slice_nothing: [rgb, 13, (n) => n.node('Slice', [n.conv('image', 3, 4, 3), n.ints([0, 0]), n.ints([4, 9223372036854775807n]), n.ints([1, 3])])],
    shape_of_padded: [rgb, 13, (n) => {
        const x = n.node('Pad', [n.conv('image', 3, 4, 3), n.ints([0, 0, 1, 1, 0, 0, 1, 1])]);
        const rows = n.node('Slice', [n.node('Shape', [x]), n.ints([2]), n.ints([4]), n.ints([0])]);
        return n.node('Reshape', [x, n.node('Concat', [n.ints([1, 2, -1]), n.node('Mul', [rows, n.ints([1])])], { axis: 0 })]);
    }],
    all_outside: [rgb, 13, (n) => {
        const shape = n.ints([0, 2, -1, HW]); // onnxruntime reads no shapes from there
        n.apart = Buffer.alloc(0);
        const x = n.node('Reshape', [n.relu(n.norm(n.conv('image', 3, 4, 3), 4)), shape]);
        return n.node('Gemm', [flat(n, n.pool(x, 4, 4)), random(n, [5, 64]), random(n, [5])], { transB: 1 });
    }],
    image_is_not_last: [[8, 6, 4], 13, (n) => n.relu(n.conv('image', 8, 5, 3))],
    image_is_last: [[6, 7, 8], 13, (n) => n.relu(n.conv(first(n, 'image'), 8, 5, 3))],
    vector: [[12], 13, (n) => n.relu(n.node('Gemm', ['image', random(n, [6, 12]), random(n, [6])], { transB: 1 }))],
    vector_as_image: [[48], 13, (n) => n.conv(n.node('Reshape', ['image', n.ints([-1, 3, 4, 4])]), 3, 5, 3)],
};

// What has to be refused by name, and exits with status 2: [shape, opset, builder, what the message names].
export const refused = {
    loop: [rgb, 13, (n) => n.node('Loop', [n.conv('image', 3, 8, 3)]), 'Loop'],
    conditional: [rgb, 13, (n) => n.node('If', [n.conv('image', 3, 8, 3)]), 'If'],
    reflect: [rgb, 11, (n) => n.node('Pad', [n.conv('image', 3, 8, 3), n.ints([0, 0, 1, 1, 0, 0, 1, 1])], { mode: 'reflect' }), 'Pad'],
    cubic: [rgb, 13, (n) => n.node('Resize', [n.conv('image', 3, 4, 3), '', n.floats([4], (_, i) => (i < 2 ? 1 : 2))], { mode: 'cubic' }), 'Resize'],
    nearest_corner: [rgb, 11, (n) => n.node('Resize', [n.conv('image', 3, 4, 3), n.floats([8], () => 0), n.floats([4], (_, i) => (i < 2 ? 1 : 3))],
        { mode: 'nearest', coordinate_transformation_mode: 'asymmetric' }), 'Resize'],
    holes: [rgb, 11, (n) => n.pool2('MaxPool', n.conv('image', 3, 8, 3), { kernel_shape: [2, 2], dilations: [2, 2] }), 'MaxPool'],
    erf: [rgb, 13, (n) => n.node('Erf', [n.conv('image', 3, 8, 3)]), 'Erf'],
    non_max: [rgb, 11, (n) => n.node('NonMaxSuppression', [n.conv('image', 3, 8, 3)]), 'NonMaxSuppression'],
    rows_of_products: [rgb, 13, (n) => n.node('MatMul', [n.conv('image', 3, 6, 3), n.floats([HW, 4], () => n.random())]), 'MatMul'],
    // other kinds of networks: detection, sequences, normalisation of other kinds, other ranks
    top: [rgb, 11, (n) => n.node('TopK', [flat(n, n.conv('image', 3, 8, 3)), n.ints([5])], {}, 2), 'TopK'],
    gather_channels: [rgb, 13, (n) => n.node('Gather', [n.conv('image', 3, 8, 3), n.ints([3, 1])], { axis: 1 }), 'Gather'],
    largest: [rgb, 13, (n) => n.node('ArgMax', [n.conv('image', 3, 8, 3)], { axis: 1 }), 'ArgMax'],
    lstm: [rgb, 14, (n) => n.node('LSTM', [n.conv('image', 3, 8, 3), random(n, [1, 32, 8]), random(n, [1, 32, 8])], { hidden_size: 8 }), 'LSTM'],
    gru: [rgb, 14, (n) => n.node('GRU', [n.conv('image', 3, 8, 3), random(n, [1, 24, 8]), random(n, [1, 24, 8])], { hidden_size: 8 }), 'GRU'],
    einsum: [rgb, 13, (n) => n.node('Einsum', [n.conv('image', 3, 8, 3)], { equation: 'bchw->bhwc' }), 'Einsum'],
    instance_norm: [rgb, 13, (n) => n.node('InstanceNormalization', [n.conv('image', 3, 8, 3), random(n, [8]), random(n, [8])]), 'InstanceNormalization'],
    layer_norm: [rgb, 17, (n) => n.node('LayerNormalization', [n.conv('image', 3, 8, 3), random(n, [HW])]), 'LayerNormalization'],
    group_norm: [rgb, 21, (n) => n.node('GroupNormalization', [n.conv('image', 3, 8, 3), random(n, [8]), random(n, [8])], { num_groups: 2 }), 'GroupNormalization'],
    rows_joined: [rgb, 13, (n) => n.node('Concat', [n.conv('image', 3, 4, 3), n.conv('image', 3, 4, 3)], { axis: 2 }), 'Concat'],
    pad_negative: [rgb, 13, (n) => n.node('Pad', [n.conv('image', 3, 8, 3), n.ints([0, 0, -1, 0, 0, 0, 0, -1])]), 'Pad'],
    pad_channels: [rgb, 13, (n) => n.node('Pad', [n.conv('image', 3, 8, 3), n.ints([0, 1, 0, 0, 0, 0, 0, 0])]), 'Pad'],
    training: [rgb, 14, (n) => n.node('BatchNormalization', [n.conv('image', 3, 8, 3), ...[1, 1, 1, 1].map(() => random(n, [8]))], { training_mode: 1 }, 3), 'BatchNormalization'],
    three_dimensions: [rgb, 13, (n) => n.node('Conv', ['image', random(n, [4, 3, 3, 3, 3])]), 'Conv'],
    volume: [[3, 4, HW, HW], 13, (n) => n.node('Conv', ['image', random(n, [4, 3, 3, 3, 3])]), 'image'],
    one_dimension: [rgb, 13, (n) => n.node('Conv', ['image', random(n, [4, 3, 3])]), 'Conv'],
    unknown_size: [[3, 0, 0], 13, (n) => n.conv('image', 3, 8, 3), 'image'],
    quantised: [rgb, 13, (n) => n.node('DequantizeLinear', [n.node('QuantizeLinear', [n.conv('image', 3, 8, 3), n.floats([], () => 0.1)]), n.floats([], () => 0.1)]), 'QuantizeLinear'],
    deconv_beyond: [rgb, 11, (n) => n.node('ConvTranspose', [n.conv('image', 3, 8, 3), random(n, [8, 5, 2, 2])], { strides: [3, 3], output_padding: [1, 1] }), 'ConvTranspose'],
    mean_of_channels: [rgb, 13, (n) => n.node('ReduceMean', [n.conv('image', 3, 8, 3)], { axes: [1] }), 'ReduceMean'],
    log_softmax: [rgb, 13, (n) => n.node('LogSoftmax', [n.conv('image', 3, 8, 3)], { axis: 1 }), 'LogSoftmax'],
    sizes_doubled_across: [rgb, 13, (n) => n.node('Resize', [n.conv('image', 3, 8, 3), '', n.floats([4], (_, i) => (i < 3 ? 1 : 2))], { mode: 'nearest' }), 'Resize'],
};

// Networks as exporters write them without regard to our importer: shapes from Constant nodes, settings as inputs or attributes by opset,
// names that nothing reads, channels last, detection heads. Each is [shape of the image, opset, builder]; a builder returns one output or several.

const HW = 16;
const rgb = [3, HW, HW];
const f = (float) => ({ float });

const clip11 = (n, x, low, high) => n.node('Clip', [x, n.floats([], () => low), n.floats([], () => high)]);
const flat = (n, x) => n.node('Flatten', [x]);
const first = (n, x) => n.node('Transpose', [x], { perm: [0, 3, 1, 2] });
const last = (n, x) => n.node('Transpose', [x], { perm: [0, 2, 3, 1] });
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
    depth_to_space: [rgb, 13, (n) => n.node('DepthToSpace', [n.conv('image', 3, 8, 3)], { blocksize: 2 }), 'DepthToSpace'],
    mean_of_channels: [rgb, 13, (n) => n.node('ReduceMean', [n.conv('image', 3, 8, 3)], { axes: [1] }), 'ReduceMean'],
    log_softmax: [rgb, 13, (n) => n.node('LogSoftmax', [n.conv('image', 3, 8, 3)], { axis: 1 }), 'LogSoftmax'],
    sizes_doubled_across: [rgb, 13, (n) => n.node('Resize', [n.conv('image', 3, 8, 3), '', n.floats([4], (_, i) => (i < 3 ? 1 : 2))], { mode: 'nearest' }), 'Resize'],
};

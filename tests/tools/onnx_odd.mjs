// Networks as exporters write them without regard to our importer: shapes from Constant nodes, settings as inputs or attributes by opset,
// names that nothing reads, channels last, detection heads. Each is [shape of the image, opset, builder]; a builder returns one output or several.

const HW = 16;
const rgb = [3, HW, HW];
const f = (float) => ({ float });

const clip11 = (n, x, low, high) => n.node('Clip', [x, n.floats([], () => low), n.floats([], () => high)]);
const flat = (n, x) => n.node('Flatten', [x]);

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
};

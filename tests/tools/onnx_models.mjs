// Small networks of the kinds that memory-constrained people run, as ONNX files with weights, and what onnxruntime makes of them.
//
//     node tests/tools/onnx_models.mjs FOLDER      writes NAME.onnx, NAME.in and NAME.out (raw float32) for each, prints the names; then
//                                                  files that have to be refused, and prints `NAME refused WORD`: the message names WORD
//
// NODE_PATH says where onnxruntime-node is installed. Field numbers are those of onnx.proto3. Everything here is written with none of our
// importer: it is what the importer is checked against (tests/experiments/test_onnxruntime.c).
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { odd, refused } from './onnx_odd.mjs';

const ort = createRequire(import.meta.url)('onnxruntime-node');

// --- protobuf ------------------------------------------------------------------------------------------------------------------

function varint(value) {
    const bytes = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    do {
        bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
        rest >>= 7n;
    } while (rest > 0n);
    return Buffer.from(bytes);
}
const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field, value) => Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
const text = (field, value) => bytes(field, Buffer.from(value));
const float = (field, value) => {
    const b = Buffer.alloc(4);
    b.writeFloatLE(value);
    return Buffer.concat([varint((field << 3) | 5), b]);
};
const message = (...parts) => Buffer.concat(parts);

// --- a network as it is put together -------------------------------------------------------------------------------------------

class Network {
    constructor(name, shape, opset = 13) {
        Object.assign(this, { name, shape, opset, nodes: [], tensors: [], seed: 12345, count: 0 });
    }
    random() { // in [-1, 1)
        this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
        return this.seed / 2 ** 31 - 1;
    }
    tensor(dims, type, raw) {
        const name = `t${this.tensors.length}`;
        this.first ??= dims;
        const entry = (key, value) => bytes(13, message(text(1, key), text(2, `${value}`)));
        const place = this.apart ? [entry('location', `${this.name}.bin`), entry('offset', this.apart.length), entry('length', raw.length), number(14, 1)] : [bytes(9, raw)];
        if (this.apart) this.apart = Buffer.concat([this.apart, raw]); // all elements are in a second file
        this.tensors.push(message(...dims.map((d) => number(1, d)), number(2, type), text(8, name), ...place));
        return name;
    }
    floats(dims, value) {
        const x = new Float32Array(dims.reduce((a, b) => a * b, 1)).map(value);
        return this.tensor(dims, 1, Buffer.from(x.buffer));
    }
    attached(dims, type, list) { // a tensor of whole numbers as an attribute
        return message(...dims.map((d) => number(1, d)), number(2, type), bytes(9, Buffer.from(new BigInt64Array(list.map(BigInt)).buffer)));
    }
    pool2(type, x, attributes) { return this.node(type, [x], attributes); }
    ints(list, dims = [list.length]) {
        return this.tensor(dims, 7, Buffer.from(new BigInt64Array(list.map(BigInt)).buffer));
    }
    node(type, inputs, attributes = {}, outputs = 1) {
        const names = Array.from({ length: outputs }, () => `v${this.count++}`);
        const parts = Object.entries(attributes).map(([key, value]) => {
            if (Array.isArray(value)) return message(text(1, key), ...value.map((v) => number(8, v)), number(20, 7));
            if (Buffer.isBuffer(value)) return message(text(1, key), bytes(5, value), number(20, 4));
            if (typeof value === 'string') return message(text(1, key), text(4, value), number(20, 3));
            if (value.floats) return message(text(1, key), ...value.floats.map((v) => float(7, v)), number(20, 6));
            if (typeof value === 'object') return message(text(1, key), float(2, value.float), number(20, 1));
            return message(text(1, key), number(3, value), number(20, 2));
        });
        this.nodes.push(message(...inputs.map((i) => text(1, i)), ...names.map((o) => text(2, o)), text(3, `${type}_${names[0]}`),
            text(4, type), ...parts.map((a) => bytes(5, a))));
        return outputs === 1 ? names[0] : names;
    }
    // Weights keep signals at their size: variance 2 / fan-in.
    conv(x, c, m, k, { s = 1, p = (k - 1) / 2, g = 1, bias = true, attributes = {} } = {}) {
        const [kh, kw] = Array.isArray(k) ? k : [k, k];
        const limit = Math.sqrt(6 / ((c / g) * kh * kw));
        const w = this.floats([m, c / g, kh, kw], () => limit * this.random());
        const pads = Array.isArray(p) ? p : [p, p, p, p];
        return this.node('Conv', [x, w, ...(bias ? [this.floats([m], () => 0.1 * this.random())] : [])],
            { kernel_shape: [kh, kw], strides: [s, s], ...('auto_pad' in attributes ? {} : { pads }), group: g, ...attributes });
    }
    norm(x, c) {
        const list = (value) => this.floats([c], value);
        return this.node('BatchNormalization', [x, list(() => 1 + 0.3 * this.random()), list(() => 0.2 * this.random()),
            list(() => 0.2 * this.random()), list(() => 1 + 0.5 * this.random())], { epsilon: { float: 1e-3 } });
    }
    relu(x) { return this.node('Relu', [x]); }
    relu6(x) { return this.node('Clip', [x, this.floats([], () => 0), this.floats([], () => 6)]); }
    cnr(x, c, m, k, options) { return this.relu(this.norm(this.conv(x, c, m, k, { bias: false, ...options }), m)); }
    pool(x, k, s, p = 0, type = 'MaxPool') { return this.node(type, [x], { kernel_shape: [k, k], strides: [s, s], pads: [p, p, p, p] }); }
    mean(x) { return this.node('GlobalAveragePool', [x]); }
    head(x, c, m) { // a vector of m probabilities
        const w = this.floats([m, c], () => Math.sqrt(3 / c) * this.random());
        return this.node('Softmax', [this.node('Gemm', [this.node('Flatten', [x]), w, this.floats([m], () => 0.1 * this.random())],
            { transB: 1 })], { axis: 1 });
    }
    model(outputs) {
        const value = (name, dims) => message(text(1, name), bytes(2, bytes(1, message(number(1, 1),
            bytes(2, message(...dims.map((d) => bytes(1, number(1, d)))))))));
        const graph = message(...this.nodes.map((n) => bytes(1, n)), text(2, this.name), ...this.tensors.map((t) => bytes(5, t)),
            bytes(11, value('image', [1, ...this.shape])), // and a tensor that is listed as an input, too, as older exporters do
            ...(this.opset < 10 && this.tensors.length ? [bytes(11, value('t0', this.first))] : []),
            ...[outputs].flat().map((o) => bytes(12, message(text(1, o), bytes(2, bytes(1, number(1, 1)))))));
        return message(number(1, 8), text(2, 'onnx_models'), bytes(7, graph), bytes(8, number(2, this.opset)));
    }
}

// --- the networks --------------------------------------------------------------------------------------------------------------

const networks = {
    mobilenet1(n) {
        let x = n.cnr('image', 3, 8, 3, { s: 2 }), c = 8;
        for (const [m, s] of [[16, 1], [32, 2], [32, 1], [64, 2]]) {
            x = n.cnr(x, c, c, 3, { s, g: c });
            x = n.cnr(x, c, m, 1);
            c = m;
        }
        return n.head(n.mean(x), c, 10);
    },
    mobilenet2(n) {
        let x = n.relu6(n.norm(n.conv('image', 3, 8, 3, { s: 2, bias: false }), 8)), c = 8;
        for (const [m, s, t] of [[8, 1, 1], [12, 2, 6], [12, 1, 6], [16, 2, 6]]) {
            let y = n.relu6(n.norm(n.conv(x, c, c * t, 1, { bias: false }), c * t));
            y = n.relu6(n.norm(n.conv(y, c * t, c * t, 3, { s, g: c * t, bias: false }), c * t));
            y = n.norm(n.conv(y, c * t, m, 1, { bias: false }), m);
            x = s === 1 && m === c ? n.node('Add', [x, y]) : y;
            c = m;
        }
        return n.head(n.mean(x), c, 10);
    },
    mobilenet3(n) { // squeeze and excite, hard swish
        let x = n.node('HardSwish', [n.norm(n.conv('image', 3, 8, 3, { s: 2, bias: false }), 8)]);
        for (let i = 0; i < 2; i++) {
            let y = n.node('HardSwish', [n.norm(n.conv(x, 8, 24, 1, { bias: false }), 24)]);
            y = n.norm(n.conv(y, 24, 24, 5, { g: 24, bias: false }), 24);
            const squeezed = n.relu(n.conv(n.mean(y), 24, 6, 1));
            const excite = n.node('HardSigmoid', [n.conv(squeezed, 6, 24, 1)], { alpha: { float: 1 / 6 } });
            x = n.node('Add', [x, n.norm(n.conv(n.node('Mul', [y, excite]), 24, 8, 1, { bias: false }), 8)]);
        }
        return n.head(n.mean(x), 8, 10);
    },
    efficientnet(n) { // as TensorFlow pads, and x sigmoid(x) in two nodes
        const silu = (x) => n.node('Mul', [x, n.node('Sigmoid', [x])]);
        const x = silu(n.norm(n.conv('image', 3, 8, 3, { s: 2, bias: false, attributes: { auto_pad: 'SAME_UPPER' } }), 8));
        const padded = n.node('Pad', [silu(n.conv(x, 8, 24, 1)), n.ints([0, 0, 1, 1, 0, 0, 2, 2])]);
        const y = silu(n.conv(padded, 24, 24, 5, { s: 2, g: 24, p: 0 }));
        return n.head(n.node('ReduceMean', [n.conv(y, 24, 16, 1)], { axes: [2, 3], keepdims: 1 }), 16, 10);
    },
    resnet8(n) {
        let x = n.cnr('image', 3, 8, 3), c = 8;
        for (const [m, s] of [[8, 1], [16, 2], [32, 2]]) {
            const y = n.norm(n.conv(n.cnr(x, c, m, 3, { s }), m, m, 3, { bias: false }), m);
            x = n.relu(n.node('Add', [y, s === 1 ? x : n.norm(n.conv(x, c, m, 1, { s, bias: false }), m)]));
            c = m;
        }
        return n.head(n.mean(x), c, 10);
    },
    dscnn(n) { // one channel, a kernel that is not square
        let x = n.relu(n.norm(n.conv('image', 1, 16, [10, 4], { s: 2, p: [4, 1, 5, 1], bias: false }), 16));
        for (let i = 0; i < 2; i++) x = n.cnr(n.cnr(x, 16, 16, 3, { g: 16 }), 16, 16, 1);
        return n.head(n.mean(x), 16, 12);
    },
    tinyyolo(n) { // leaky ReLU, a pool of stride 1 with one row more, no head
        const leaky = (x) => n.node('LeakyRelu', [x], { alpha: { float: 0.1 } });
        let x = 'image', c = 3;
        for (const m of [8, 16, 32]) {
            x = n.pool(leaky(n.norm(n.conv(x, c, m, 3, { bias: false }), m)), 2, 2);
            c = m;
        }
        x = n.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [1, 1], auto_pad: 'SAME_UPPER' });
        return n.conv(leaky(n.conv(x, c, 24, 3)), 24, 25, 1);
    },
    inception(n) { // kernels of one row or column, average pools, branches
        const x = n.cnr('image', 3, 12, 3, { s: 2, p: 0 });
        const a = n.cnr(n.cnr(x, 12, 8, [1, 7], { p: [0, 3, 0, 3] }), 8, 8, [7, 1], { p: [3, 0, 3, 0] });
        const b = n.cnr(n.pool(x, 3, 1, 1, 'AveragePool'), 12, 8, 1);
        const c = n.cnr(n.cnr(x, 12, 8, 1), 8, 8, 5);
        return n.head(n.mean(n.pool(n.node('Concat', [a, b, c], { axis: 1 }), 3, 2)), 24, 10);
    },
    densenet(n) { // batch norm before the convolution
        let x = n.conv('image', 3, 8, 3, { s: 2, bias: false }), c = 8;
        for (let i = 0; i < 3; i++) {
            const y = n.conv(n.relu(n.norm(x, c)), c, 6, 3, { bias: false });
            x = n.node('Concat', [x, y], { axis: 1 });
            c += 6;
        }
        return n.head(n.mean(n.pool(n.relu(n.norm(x, c)), 2, 2, 0, 'AveragePool')), c, 10);
    },
    shufflenet(n) {
        let x = n.cnr('image', 3, 16, 3, { s: 2 });
        for (let i = 0; i < 2; i++) {
            const [a, b] = n.node('Split', [x, n.ints([8, 8])], { axis: 1 }, 2);
            const y = n.cnr(n.norm(n.conv(n.cnr(b, 8, 8, 1), 8, 8, 3, { g: 8, bias: false }), 8), 8, 8, 1);
            const joined = n.node('Concat', [a, y], { axis: 1 });
            const groups = n.node('Reshape', [joined, n.ints([-1, 2, 8, 16, 16])]);
            x = n.node('Reshape', [n.node('Transpose', [groups], { perm: [0, 2, 1, 3, 4] }), n.ints([-1, 16, 16, 16])]);
        }
        return n.head(n.mean(x), 16, 10);
    },
    unet(n) { // upsampling both ways, skips, a picture as output
        const a = n.cnr('image', 3, 8, 3), b = n.cnr(n.pool(a, 2, 2), 8, 12, 3), c = n.cnr(n.pool(b, 2, 2), 12, 16, 3);
        const scales = n.floats([4], (_, i) => (i < 2 ? 1 : 2));
        const up = n.node('Resize', [c, '', scales], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' });
        const d = n.cnr(n.node('Concat', [up, b], { axis: 1 }), 28, 12, 3);
        const again = n.node('Resize', [d, '', scales], { mode: 'linear', coordinate_transformation_mode: 'half_pixel' });
        return n.node('Sigmoid', [n.conv(n.cnr(n.node('Concat', [again, a], { axis: 1 }), 20, 8, 3), 8, 1, 1)]);
    },
    squeezenet(n) {
        let x = n.pool(n.relu(n.conv('image', 3, 16, 3, { s: 2, p: 0 })), 3, 2);
        const s = n.relu(n.conv(x, 16, 4, 1));
        x = n.node('Concat', [n.relu(n.conv(s, 4, 16, 1)), n.relu(n.conv(s, 4, 16, 3))], { axis: 1 });
        return n.node('Softmax', [n.node('Flatten', [n.mean(n.relu(n.conv(x, 32, 10, 1)))])], { axis: 1 });
    },
    alexnet(n) { // LRN, groups, products of vectors
        let x = n.relu(n.conv('image', 3, 16, 5, { s: 2 }));
        x = n.node('LRN', [x], { size: 5, alpha: { float: 1e-2 }, beta: { float: 0.75 }, bias: { float: 1 } });
        x = n.pool(n.relu(n.conv(x, 16, 24, 3, { g: 2 })), 3, 2);
        const flat = n.node('Reshape', [x, n.ints([1, -1])]);
        const w = n.floats([24 * 7 * 7, 32], () => 0.05 * n.random());
        return n.node('Elu', [n.node('Tanh', [n.node('MatMul', [flat, w])])], { alpha: { float: 0.5 } });
    },
    mcunet(n) { // inverted residuals whose kernels and expansions differ from block to block
        let x = n.relu6(n.norm(n.conv('image', 3, 8, 3, { s: 2, bias: false }), 8)), c = 8;
        for (const [m, k, s, t] of [[8, 3, 1, 1], [12, 7, 2, 3], [12, 5, 1, 4], [16, 5, 2, 5], [16, 3, 1, 6]]) {
            let y = t === 1 ? x : n.relu6(n.norm(n.conv(x, c, c * t, 1, { bias: false }), c * t));
            y = n.relu6(n.norm(n.conv(y, c * t, c * t, k, { s, g: c * t, bias: false }), c * t));
            y = n.norm(n.conv(y, c * t, m, 1, { bias: false }), m);
            x = s === 1 && m === c ? n.node('Add', [y, x]) : y;
            c = m;
        }
        return n.head(n.mean(x), c, 2);
    },
    wakewords(n) { // MobileNet v1 as TensorFlow pads: a row and a column at the end only
        const same = { attributes: { auto_pad: 'SAME_UPPER' }, bias: false };
        let x = n.relu(n.norm(n.conv('image', 3, 8, 3, { s: 2, ...same }), 8)), c = 8;
        for (const [m, s] of [[16, 1], [32, 2], [32, 1], [64, 2], [64, 1], [128, 2]]) {
            x = n.relu(n.norm(n.conv(x, c, c, 3, { s, g: c, ...same }), c));
            x = n.relu(n.norm(n.conv(x, c, m, 1, same), m));
            c = m;
        }
        return n.head(n.pool(x, 2, 2, 0, 'AveragePool'), c, 2);
    },
    vgg(n) {
        let x = 'image', c = 3;
        for (const m of [8, 16, 16]) {
            x = n.pool(n.relu(n.conv(n.relu(n.conv(x, c, m, 3)), m, m, 3)), 2, 2);
            c = m;
        }
        const hidden = n.node('Gemm', [n.node('Flatten', [x]), n.floats([20, c * 16], () => 0.1 * n.random()), n.floats([20], () => 0.1)],
            { transB: 1 });
        return n.head(n.node('Dropout', [n.relu(hidden)]), 20, 10);
    },
    bottleneck(n) { // as in ResNet-50
        let x = n.pool(n.cnr('image', 3, 16, 7, { s: 2 }), 3, 2, 1), c = 16;
        for (const [m, s] of [[8, 1], [8, 1], [16, 2]]) {
            const y = n.norm(n.conv(n.cnr(n.cnr(x, c, m, 1), m, m, 3, { s }), m, 4 * m, 1, { bias: false }), 4 * m);
            x = n.relu(n.node('Add', [y, c === 4 * m ? x : n.norm(n.conv(x, c, 4 * m, 1, { s, bias: false }), 4 * m)]));
            c = 4 * m;
        }
        return n.head(n.mean(x), c, 10);
    },
    googlenet(n) { // LRN, four branches, pools whose last window is cut off
        const cut = (x) => n.node('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 });
        const cr = (x, c, m, k, options) => n.relu(n.conv(x, c, m, k, options));
        let x = cut(cr('image', 3, 16, 7, { s: 2 }));
        x = n.node('LRN', [x], { size: 5, alpha: { float: 1e-4 }, beta: { float: 0.75 }, bias: { float: 1 } });
        for (let i = 0; i < 2; i++) {
            const three = cr(cr(x, 16, 6, 1), 6, 4, 3), five = cr(cr(x, 16, 3, 1), 3, 4, 5), pooled = cr(n.pool(x, 3, 1, 1), 16, 4, 1);
            x = n.node('Concat', [cr(x, 16, 4, 1), three, five, pooled], { axis: 1 });
        }
        return n.head(n.mean(cut(x)), 16, 10);
    },
};
const shapes = { dscnn: [1, 49, 10] };

// --- onnxruntime ---------------------------------------------------------------------------------------------------------------

const [folder] = process.argv.slice(2);
const all = [...Object.entries(networks).map(([name, build]) => [name, shapes[name] ?? [3, 32, 32], name === 'mobilenet3' ? 14 : 13, build]),
    ...Object.entries(odd).map(([name, row]) => [name, ...row])];
for (const [name, shape, opset, build] of all) {
    const n = new Network(name, shape, opset);
    const file = path.join(folder, `${name}.onnx`);
    fs.writeFileSync(file, n.model(build(n)));
    if (n.apart) fs.writeFileSync(path.join(folder, `${name}.bin`), n.apart);
    const image = new Float32Array(n.shape.reduce((a, b) => a * b, 1)).map(() => n.random());
    const session = await ort.InferenceSession.create(file, { graphOptimizationLevel: 'disabled', intraOpNumThreads: 1, logSeverityLevel: 3 });
    const result = await session.run({ image: new ort.Tensor('float32', image, [1, ...n.shape]) });
    // An image with the channels last is read in the order of CHW.
    const [H, W, C] = n.shape, last = C === 3 || name === 'image_is_last';
    const seen = last ? image.map((_, i) => image[(i % (H * W)) * C + Math.floor(i / (H * W))]) : image;
    fs.writeFileSync(path.join(folder, `${name}.in`), Buffer.from(seen.buffer));
    const outs = session.outputNames.map((o) => result[o].data);
    fs.writeFileSync(path.join(folder, `${name}.out`), Buffer.concat(outs.map((o) => Buffer.from(o.buffer, o.byteOffset, o.byteLength))));
    console.log(name);
}
for (const [name, [shape, opset, build, word]] of Object.entries(refused)) {
    const n = new Network(name, shape, opset);
    fs.writeFileSync(path.join(folder, `${name}.onnx`), n.model(build(n)));
    console.log(`${name} refused ${word}`);
}

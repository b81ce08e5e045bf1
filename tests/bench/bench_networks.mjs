// Whole networks against onnxruntime and ncnn, on one thread each: time by process CPU time, interleaved; peak resident memory of fresh processes.
//
//     node tests/bench/bench_networks.mjs [NETWORK...]     without a name: every built-in network that ONNX nodes are known for (bench_onnx.c)
//
// Four sides run the same network on the same weights and input, and their outputs are compared first:
//   run      the optimal plan of PROFILE without a budget, in the runtime that `taso run` has (bench_networks serve)
//   emitted  the same plan as `taso emit` writes it, compiled with the flags of its Makefile
//   lean     emitted too: of all plans at most 15 % slower by PROFILE, the one of least tensors, workspace and stored weights together
//   ort      onnxruntime, intraOpNumThreads 1 and interOpNumThreads 1, its other options as they are
// Each side is a process that says how much CPU time all its threads took for R inferences. Rounds go through the sides in turn, each
// round beginning with another; a side's time is the median of its rounds, and a ratio is the median of the ratios of a round.
// ncnn takes part where it has a model of the same network: its own benchncnn runs it (NCNN, with its models in NCNN_MODELS), on weights
// of 0, without outputs to compare, and says the mean by the clock; it keeps the weights of fully connected layers in 16 bits.
// Environment: BIN, BUILD, PROFILE, OUT (folder), ROUNDS, NODE_PATH (where onnxruntime-node is installed), NCNN, NCNN_MODELS, NCNN_VERSION
// (a word for the table's head).
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const require = createRequire(import.meta.url); // unlike import, it looks into NODE_PATH
const { BIN = 'bin', BUILD = 'build', PROFILE = 'results/reference/profile.tsv.gz', CC = 'gcc', NCNN, NCNN_MODELS, NCNN_VERSION } = process.env;
const OUT = process.env.OUT ?? path.join(BUILD, 'bench');
const ROUNDS = Number(process.env.ROUNDS ?? 11);
const ROUND_NS = 200e6; // CPU time of a side's round, about
const TOLERANCE = 1e-3; // max |a - b| / max |b| between two sides' outputs

const peak = () => Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;

// --- the side that is onnxruntime ------------------------------------------------------------------------------------------------

async function serveOnnxruntime(folder, shape) {
    const ort = require('onnxruntime-node');
    const before = peak();
    const session = await ort.InferenceSession.create(path.join(folder, 'model.onnx'),
        { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all' });
    const bytes = fs.readFileSync(path.join(folder, 'in.f32'));
    const floats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', floats, [1, ...shape.split(',').map(Number)]) };
    let answer;
    for await (const line of createInterface({ input: process.stdin })) {
        const [word, argument] = line.split(' ');
        if (word === 'run') {
            const start = process.cpuUsage();
            for (let i = 0; i < Number(argument); i++) answer = await session.run(feeds);
            const used = process.cpuUsage(start);
            console.log((used.user + used.system) * 1000);
        } else if (word === 'output') {
            const y = answer[session.outputNames[0]].data;
            fs.writeFileSync(path.join(folder, argument), Buffer.from(y.buffer, y.byteOffset, y.byteLength));
            console.log('done');
        } else if (word === 'memory') {
            console.log(peak(), before);
        }
    }
}

// --- a side as the driver sees it ------------------------------------------------------------------------------------------------

class Side {
    constructor(command, args) {
        this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
        this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
        this.samples = [];
    }
    async ask(question) {
        this.child.stdin.write(question + '\n');
        const { value, done } = await this.lines.next();
        if (done) throw new Error(`${this.child.spawnfile} ended where it was asked: ${question}`);
        return value.split(' ').map(Number);
    }
    end() {
        this.child.stdin.end();
    }
}

/* Its models of our networks: name, and edge of the input. */
const NCNN_NETWORKS = {
    alexnet: ['alexnet', 227], vgg16: ['vgg16', 224], googlenet: ['googlenet', 224], resnet18: ['resnet18', 224], resnet50: ['resnet50', 224],
    'squeezenet1.1': ['squeezenet', 227], 'mobilenet1.0': ['mobilenet', 224], 'mobilenet2-1.0': ['mobilenet_v2', 224],
};

class Ncnn {
    constructor(network) {
        const [name, edge] = NCNN_NETWORKS[network];
        this.model = [`param=${path.join(NCNN_MODELS, `${name}.param`)}`, `shape=[${edge},${edge},3]`];
        this.samples = [];
    }
    async ask(question) {
        const runs = Number(question.split(' ')[1]);
        const { stderr } = spawnSync(NCNN, [String(runs), '1', '0', '-1', '0', ...this.model], { encoding: 'utf8' });
        const average = /avg = +([0-9.]+)/.exec(stderr);
        if (!average) throw new Error(`${NCNN} ${this.model.join(' ')}: ${stderr}`);
        return [Number(average[1]) * 1e6 * runs];
    }
    end() {}
}

const median = list => {
    const sorted = [...list].sort((a, b) => a - b), half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};
const taso = (...args) => execFileSync(path.join(BIN, 'taso'), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const floats = file => {
    const b = fs.readFileSync(file);
    return new Float32Array(b.buffer, b.byteOffset, b.length / 4);
};

function difference(file, other) {
    const a = floats(file), b = floats(other);
    if (a.length !== b.length) throw new Error(`${file}: ${a.length} numbers, ${other} has ${b.length}`);
    let most = 0, error = 0;
    for (let i = 0; i < b.length; i++) {
        most = Math.max(most, Math.abs(b[i]));
        error = Math.max(error, Number.isFinite(a[i]) ? Math.abs(a[i] - b[i]) : Infinity);
    }
    return error / most;
}

/* A plan as a program, as `taso emit` and its Makefile make it: command and arguments of its side. */
function emitted(plan, folder, name) {
    const where = path.join(folder, name);
    taso('emit', plan, '-o', where);
    const flags = execFileSync('make', ['-s', '-C', where, `CC=${CC}`, 'flags'], { encoding: 'utf8' }).trim().split(/\s+/);
    const program = path.join(where, 'bench');
    execFileSync(CC, ['-std=c11', '-D_POSIX_C_SOURCE=200809L', ...flags, '-I.', `-I${where}`, 'tests/bench/bench_emitted.c',
        path.join(where, 'net.c'), '-lm', '-o', program]);
    return [program, [where, folder]];
}

/* name -> set: paper or today. */
const builtIn = () => new Map(taso('networks').trim().split('\n').slice(1).map(l => l.split('\t')).map(l => [l[0], l.at(-1)]));

function planned(network, folder, name, ...options) {
    const plan = path.join(folder, `${name}.tsv`);
    taso('select', '--quiet', '--network', network, '--profile', PROFILE, '--conversions', 'per-tensor', ...options, '-o', plan);
    return plan;
}

/* Peak memory of a fresh process: what onnxruntime's had before the model was opened (node, the library) does not count. */
async function memoryOf([command, args]) {
    const side = new Side(command, args);
    await side.ask('run 3');
    const bytes = await side.ask('memory');
    side.end();
    return bytes;
}

/* A network that has been exported to the folder; facts: what the export said. */
async function compare(network, folder, facts) {
    const shape = /input: (.*)/.exec(facts)[1].replaceAll(' ', ','), weights = Number(/weights-bytes: (\d+)/.exec(facts)[1]);
    const fastest = planned(network, folder, 'fastest', '--method', 'taso');
    const lean = planned(network, folder, 'lean', '--method', 'taso-memory', '--memory-model', 'footprint', '--slack', '0.15');
    const commands = {
        run: [path.join(BUILD, 'bench_networks'), ['serve', fastest, folder]],
        emitted: emitted(fastest, folder, 'emitted'),
        lean: emitted(lean, folder, 'lean'),
        ort: [process.execPath, [fileURLToPath(import.meta.url), '--serve', folder, shape]],
    };
    const sides = {}, runs = {}, own = ['run', 'emitted', 'lean'];
    for (const name in commands) sides[name] = new Side(...commands[name]);
    if (NCNN && network in NCNN_NETWORKS) sides.ncnn = new Ncnn(network);
    for (const name in sides) {
        const [first] = await sides[name].ask('run 1'), [once] = await sides[name].ask('run 1');
        runs[name] = Math.max(1, Math.round(ROUND_NS / Math.min(first, once)));
        if (name in commands) await sides[name].ask(`output ${name}.f32`);
    }
    const error = Math.max(...own.map(s => difference(path.join(folder, `${s}.f32`), path.join(folder, 'ort.f32'))));
    if (!(error <= TOLERANCE)) throw new Error(`${network}: outputs differ by ${error} of their largest value`);
    const names = Object.keys(sides);
    for (let round = 0; round < ROUNDS; round++)
        for (const name of names.map((_, i) => names[(i + round) % names.length]))
            sides[name].samples.push((await sides[name].ask(`run ${runs[name]}`))[0] / runs[name]);
    for (const name in sides) sides[name].end();
    const row = {};
    for (const name in sides) row[`${name}_ns`] = median(sides[name].samples);
    const ratio = (one, two) => median(sides[one].samples.map((ns, i) => ns / sides[two].samples[i]));
    for (const name of own) row[`${name}_over_ort`] = ratio(name, 'ort');
    row.emitted_over_run = ratio('emitted', 'run');
    row.ncnn_ns = sides.ncnn ? median(sides.ncnn.samples) : NaN;
    for (const name of own) row[`${name}_over_ncnn`] = sides.ncnn ? ratio(name, 'ncnn') : NaN;
    row.difference = error;
    row.weights_bytes = weights;
    for (const name of ['emitted', 'lean']) {
        const [peak_bytes, arena, stored] = await memoryOf(commands[name]);
        Object.assign(row, { [`${name}_arena_bytes`]: arena, [`${name}_stored_bytes`]: stored, [`${name}_peak_bytes`]: peak_bytes });
        row[`${name}_working_bytes`] = peak_bytes - weights;
    }
    [row.ort_peak_bytes, row.ort_before_bytes] = await memoryOf(commands.ort);
    row.ort_working_bytes = row.ort_peak_bytes - row.ort_before_bytes - weights;
    for (const file of ['weights.f32', 'emitted', 'lean']) fs.rmSync(path.join(folder, file), { recursive: true });
    return row;
}

// --- the table -------------------------------------------------------------------------------------------------------------------

const geometric = list => Math.exp(list.reduce((sum, x) => sum + Math.log(x), 0) / list.length);
const version = () => require('onnxruntime-node/package.json').version;

function provenance() {
    const commit = taso('--version').trim().split('\n')[0];
    return [
        '# format: taso-bench-networks 3',
        `# program: ${commit}`,
        `# host: ${os.cpus()[0].model.trim()}`,
        `# load: ${os.loadavg()[0].toFixed(1)} on ${os.cpus().length} cores when the last network was done`,
        `# compiler: ${execFileSync(CC, ['--version'], { encoding: 'utf8' }).split('\n')[0]}`,
        `# onnxruntime: ${version()} (onnxruntime-node), node ${process.version}; 1 thread`,
        ...(NCNN ? [`# ncnn: ${NCNN_VERSION || 'of unknown version'} (its benchncnn, mean by the clock); 1 thread`] : []),
        `# profile: ${PROFILE}`,
        `# date: ${new Date().toISOString().replace(/\.\d+/, '')}`,
        `# rounds: ${ROUNDS}; medians of CPU time of the whole process; ratios are medians of rounds`,
        '# memory: peak resident of a fresh process after three inferences; working is peak less the raw weights, so that transformed or packed',
        '#   copies of them count; of onnxruntime also less what its process had before the model was opened (node, the library)',
    ];
}

const shown = (key, x) => typeof x === 'string' ? x : Number.isNaN(x) ? '-' : /_over_/.test(key) ? x.toFixed(3)
    : key === 'difference' ? x.toExponential(1) : x.toFixed(0);

/* Columns of the readable table: head, value in the unit of the head, digits; ratios have a mean as well. */
const asRatio = (head, of) => ({ head, of, digits: 2, mean: true });
const asMs = (head, key) => ({ head, of: r => r[key] / 1e6, digits: 2 });
const asMib = (head, key) => ({ head, of: r => r[key] / 1048576, digits: 1 });
const COLUMNS = [
    asMs('run ms', 'run_ns'), asMs('emitted ms', 'emitted_ns'), asMs('lean ms', 'lean_ns'), asMs('ort ms', 'ort_ns'), asMs('ncnn ms', 'ncnn_ns'),
    asRatio('run / ort', r => r.run_over_ort), asRatio('emitted / ort', r => r.emitted_over_ort), asRatio('lean / ort', r => r.lean_over_ort),
    asRatio('run / ncnn', r => r.run_over_ncnn), asRatio('emitted / ncnn', r => r.emitted_over_ncnn),
    asRatio('emitted / run', r => r.emitted_over_run),
    asMib('weights MiB', 'weights_bytes'), asMib('emitted working MiB', 'emitted_working_bytes'), asMib('lean working MiB', 'lean_working_bytes'),
    asMib('ort working MiB', 'ort_working_bytes'),
    asRatio('working: emitted / ort', r => r.emitted_working_bytes / r.ort_working_bytes),
    asRatio('working: lean / ort', r => r.lean_working_bytes / r.ort_working_bytes),
];

function readable(rows) {
    const columns = COLUMNS.filter(c => rows.some(r => !Number.isNaN(c.of(r)))); // without ncnn, no columns of it
    const line = cells => `| ${cells.join(' | ')} |`;
    const cell = (x, c) => Number.isNaN(x) ? '' : x.toFixed(c.digits);
    const meanOf = (of, c) => {
        const known = of.map(c.of).filter(x => !Number.isNaN(x));
        return c.mean && known.length ? cell(geometric(known), c) : '';
    };
    return [line(['network', ...columns.map(c => c.head)]), `|---${'|---:'.repeat(columns.length)}|`,
        ...rows.map(r => line([r.network, ...columns.map(c => cell(c.of(r), c))])),
        ...[...new Set(rows.map(r => r.set))].map(set => {
            const of = rows.filter(r => r.set === set);
            return line([`geometric mean (${set})`, ...columns.map(c => meanOf(of, c))]);
        })];
}

function write(rows) {
    const keys = Object.keys(rows[0]), text = readable(rows);
    const lines = [...provenance(), keys.join('\t'), ...rows.map(r => keys.map(k => shown(k, r[k])).join('\t'))];
    const save = (name, content) => {
        fs.writeFileSync(path.join(OUT, `${name}.tmp`), content.join('\n') + '\n');
        fs.renameSync(path.join(OUT, `${name}.tmp`), path.join(OUT, name));
    };
    fs.mkdirSync(OUT, { recursive: true });
    save('networks.tsv', lines);
    save('networks.md', [...text, '', ...provenance().slice(1).map(l => l.replace(/^#   /, '  ').replace(/^# /, '- '))]);
    console.log(text.join('\n'));
}

if (process.argv[2] === '--serve') {
    await serveOnnxruntime(process.argv[3], process.argv[4]);
} else {
    try {
        version();
    } catch {
        console.log('SKIPPED: networks against onnxruntime, which is not installed; to get it: npm install onnxruntime-node, and NODE_PATH=.../node_modules');
        process.exit(0);
    }
    if (NCNN && !(NCNN_MODELS && fs.existsSync(NCNN) && fs.existsSync(NCNN_MODELS))) {
        console.error(`bench_networks: NCNN=${NCNN} NCNN_MODELS=${NCNN_MODELS ?? ''}: expected ncnn's program benchncnn and the folder of its models`);
        process.exit(2);
    }
    const sets = builtIn(), networks = process.argv.length > 2 ? process.argv.slice(2) : [...sets.keys()];
    const rows = [];
    for (const network of networks) {
        process.stderr.write(`${network}\n`);
        const folder = path.join(BUILD, 'bench', 'networks', network);
        fs.mkdirSync(folder, { recursive: true });
        const facts = spawnSync(path.join(BUILD, 'bench_networks'), ['export', network, folder], { encoding: 'utf8' });
        if (facts.status === 0) rows.push({ network, set: sets.get(network) ?? 'own', ...await compare(network, folder, facts.stdout) });
        else console.log(`SKIPPED: ${facts.stderr.trim()}`);
    }
    if (rows.length) write(rows);
}

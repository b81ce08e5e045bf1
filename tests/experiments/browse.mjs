// Opens the page of `taso report` in headless Chromium, and uses its explorer: node browse.mjs PAGE.html.
// Looks for: no error or warning on the console; no horizontal scroll at 380 and 1200 pixels, light and dark; every network and memory
// model can be chosen; a click on the picture and the arrow keys move the slider, and what is shown follows; the most that the steps of a
// plan keep is what memory model peak counts.
// Exit status: 0; 1 with a line for each thing that is wrong; 77 without a browser ($CHROMIUM, or one of the usual names).
// It talks to the browser through the pipe of its DevTools protocol.
import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome', 'headless_shell', 'chrome-headless-shell'];
const browser = names.find(name => name && spawnSync('sh', ['-c', 'command -v "$0"', name]).status === 0);
if (!browser) process.exit(77);

const home = mkdtempSync(join(tmpdir(), 'taso-browser.'));
const child = spawn(browser, ['--headless=shell', '--no-sandbox', '--no-zygote', '--single-process', '--disable-gpu', '--remote-debugging-pipe',
    '--user-data-dir=' + home, 'about:blank'], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
const wrong = [];
function finish(status) {
    for (const line of wrong) console.log(line);
    child.kill('SIGKILL');
    rmSync(home, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
    process.exit(status);
}
setTimeout(() => { wrong.push('the browser does not answer'); finish(1); }, 60000);

let number = 0, rest = '';
const waiting = new Map(), events = [];
child.stdio[4].on('data', data => {
    const parts = (rest + data).split('\0');
    rest = parts.pop();
    for (const part of parts) {
        const message = JSON.parse(part);
        if (message.id) waiting.get(message.id)(message);
        else events.push(message);
    }
});
let session;
function ask(method, params = {}) {
    const id = ++number;
    child.stdio[3].write(JSON.stringify({id, method, params, ...(session ? {sessionId: session} : {})}) + '\0');
    return new Promise((done, fail) => waiting.set(id, m => m.error ? fail(new Error(method + ': ' + m.error.message)) : done(m.result)));
}
async function value(expression) {
    const r = await ask('Runtime.evaluate', {expression, returnByValue: true});
    if (r.exceptionDetails) wrong.push(expression + ': ' + r.exceptionDetails.text);
    return r.result.value;
}
function expect(holds, what) {
    if (!holds) wrong.push(what);
}
async function event(name) {
    while (!events.some(e => e.method === name)) await new Promise(done => setTimeout(done, 20));
}

async function open(width, scheme) {
    events.length = 0;
    await ask('Emulation.setDeviceMetricsOverride', {width, height: 800, deviceScaleFactor: 1, mobile: width < 500});
    await ask('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: scheme}]});
    await ask('Page.navigate', {url: pathToFileURL(resolve(process.argv[2])).href});
    await event('Page.loadEventFired');
}
async function click_at(share) {
    const [x, y] = await value(`(() => { const e = document.getElementById('stairs'); e.scrollIntoView();
        const b = e.getBoundingClientRect(); return [b.x + ${share} * b.width, b.y + b.height / 2]; })()`);
    for (const type of ['mousePressed', 'mouseReleased']) await ask('Input.dispatchMouseEvent', {type, x, y, button: 'left', clickCount: 1});
}
async function press(key, code) {
    for (const type of ['keyDown', 'keyUp']) await ask('Input.dispatchKeyEvent', {type, key, code: key, windowsVirtualKeyCode: code});
}
const slider = () => value(`Number(document.getElementById('budget').value)`);
const text = id => value(`document.getElementById('${id}').textContent`);

async function look(where) {
    const [wide, window] = await value('[document.documentElement.scrollWidth, innerWidth]');
    expect(wide <= window, `${where}: ${wide} pixels wide (expected at most ${window})`);
    const points = Number(await value(`document.getElementById('budget').max`)) + 1;
    expect(await value(`document.querySelectorAll('#plan tbody tr').length`) > 1, `${where}: no plan`);
    expect(await value(`document.querySelectorAll('#stairs path').length`) > 1, `${where}: no staircase`);
    await click_at(0.02);
    expect(await slider() === 0, `${where}: a click at the left edge moves the slider to ${await slider()} (expected 0)`);
    const least = await text('memory');
    await click_at(0.99);
    expect(await slider() === points - 1, `${where}: a click at the right edge moves the slider to ${await slider()} (expected ${points - 1})`);
    expect((await text('time')).endsWith('the fastest'), `${where}: the last point is not the fastest`);
    expect(await value(`document.querySelectorAll('#map rect').length`) > 1, `${where}: no map of the last point`);
    expect(await value(`document.querySelectorAll('#along path:not(.grid)').length`) > 1, `${where}: no memory along the execution of the last point`);
    const peak = /Peak: ([\d,]+ B) in/.exec(await text('along-note'));
    if (/, (peak|streamed):/.test(where))
        expect(peak && (await text('memory')).includes('(' + peak[1] + ')'), `${where}: the steps' peak is ${peak && peak[1]} (expected ${await text('memory')})`);
    if (points === 1) return;
    expect(await text('memory') !== least, `${where}: the memory shown stays ${least}`);
    await value(`document.getElementById('budget').focus()`);
    await press('ArrowLeft', 37);
    expect(await slider() === points - 2, `${where}: the left arrow moves the slider to ${await slider()} (expected ${points - 2})`);
    expect((await text('next')).startsWith('+'), `${where}: no price of the next point`);
}
const select = (id, k) => value(`(() => { const e = document.getElementById('${id}'); e.selectedIndex = ${k};
    e.dispatchEvent(new Event('change')); return e.options[${k}].textContent; })()`);
const options = id => value(`document.getElementById('${id}').options.length`);

async function run() {
    const {targetInfos} = await ask('Target.getTargets');
    const page = targetInfos.find(t => t.type === 'page');
    session = (await ask('Target.attachToTarget', {targetId: page.targetId, flatten: true})).sessionId;
    for (const domain of ['Page', 'Runtime', 'Log']) await ask(domain + '.enable');
    for (const [width, scheme] of [[380, 'light'], [380, 'dark'], [1200, 'light']]) {
        await open(width, scheme);
        for (let n = 0; n < await options('network'); n++) {
            const network = await select('network', n);
            for (let v = 0; v < await options('view'); v++) await look(`${width} pixels, ${scheme}, ${network}, ${await select('view', v)}`);
        }
        const problems = events.filter(e => ['Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Log.entryAdded'].includes(e.method));
        for (const p of problems) wrong.push('the console has: ' + JSON.stringify(p.params).slice(0, 300));
    }
}
run().catch(e => wrong.push(String(e))).then(() => finish(wrong.length ? 1 : 0));

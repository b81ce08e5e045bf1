// The explorer: what the plan of a point on a frontier is, layer by layer, and where its memory lies.
// Data: experiments/report/report_data.h.
"use strict";
(function () {
    const STEPS = 64, STEP_NUMBERS = 8, PLACE_NUMBERS = 5;
    const place_kinds = ["tensor", "workspace", "block"];
    const blocks = document.querySelectorAll("script[type='application/json']");
    const at = id => document.getElementById(id);
    let set = null, view = null, points = null, index = 0;

    // --- quantities ---
    function bytes(n) {
        const units = ["KiB", "MiB", "GiB"];
        if (n < 1000) return n + " B";
        let value = n / 1024, unit = 0;
        for (; value >= 1000 && unit < 2; unit++) value /= 1024;
        if (Number.isInteger(value)) return value + " " + units[unit];
        return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0) + " " + units[unit];
    }
    const exact = n => n.toLocaleString("en") + " B";
    const ms = ns => (ns / 1e6).toFixed(ns < 1e6 ? 3 : 2) + " ms";
    const percent = share => (100 * share).toFixed(share < 0.1 ? 2 : 1) + " %";

    // --- decoding ---
    function decode(v) {
        const memory = [], time = [];
        for (let i = 0, m = 0, t = 0; i < v.points.length; i += 2) {
            memory.push(m += v.points[i]);
            time.push(t += v.points[i + 1]);
        }
        return {memory: memory, time: time, count: memory.length};
    }
    // The groups of all layers at point i.
    function plan_at(v, i) {
        const plan = [];
        for (let k = 0; k <= i; k++)
            for (let c = 0; c < v.plans[k].length; c += 2) plan[v.plans[k][c]] = set.groups[v.plans[k][c + 1]];
        return plan;
    }
    function map_at(v, i) {
        const map = {point: -1, arena: 0, places: []};
        for (const m of v.maps) {
            if (m[0] > i) break;
            map.point = m[0];
            map.arena = m[1];
            for (let c = 2; c < m.length; c += 2) map.places[m[c]] = set.places[m[c + 1]];
        }
        return map;
    }
    function steps_of(plan) {
        const list = [];
        plan.forEach((group, layer) => {
            for (let k = 0; k < group.length; k += STEP_NUMBERS)
                list.push({layer: layer, code: layer * STEPS + k / STEP_NUMBERS, kind: set.strings[group[k]],
                           name: set.strings[group[k + 1]], from: set.strings[group[k + 2]], to: set.strings[group[k + 3]],
                           rows: group[k + 4], ns: group[k + 5], workspace: group[k + 6], weights: group[k + 7]});
        });
        return list;
    }

    // --- drawing ---
    function element(parent, name, attributes, text) {
        const svg = parent.namespaceURI.endsWith("svg");
        const e = svg ? document.createElementNS(parent.namespaceURI, name) : document.createElement(name);
        for (const key in attributes) e.setAttribute(key, attributes[key]);
        if (text !== undefined) e.textContent = text;
        parent.appendChild(e);
        return e;
    }
    function clear(e) {
        while (e.firstChild) e.removeChild(e.firstChild);
        return e;
    }

    // Pictures are drawn in the page's own pixels, so that their text keeps its size on any screen.
    const frame = {left: 66, right: 0, top: 12, bottom: 212, height: 240};
    function fit(svg) {
        const width = Math.max(Math.round(svg.getBoundingClientRect().width), 280);
        frame.right = width - 12;
        svg.setAttribute("viewBox", "0 0 " + width + " " + frame.height);
        return clear(svg);
    }
    function scales() {
        const positive = points.memory.filter(m => m > 0);
        const least = Math.log2(positive.length ? positive[0] : 1024) - 0.5;
        const most = Math.log2(positive.length ? positive[positive.length - 1] : 1024) + 0.5;
        const fast = points.time[points.count - 1], slow = Math.max(points.time[0], fast * 1.02);
        return {
            least: least, most: most, fast: fast, slow: slow,
            x: m => frame.left + (frame.right - frame.left) * ((m > 0 ? Math.max(Math.log2(m), least) : least) - least) / (most - least),
            y: t => frame.bottom - (frame.bottom - frame.top) * (t - fast) / (slow - fast),
            memory: x => Math.pow(2, least + (most - least) * (x - frame.left) / (frame.right - frame.left))
        };
    }
    function draw_axes(svg, s) {
        const every = Math.max(1, Math.ceil(70 * (s.most - s.least) / (frame.right - frame.left)));
        for (let k = Math.ceil(s.least); k <= s.most; k += every) {
            const x = s.x(Math.pow(2, k)).toFixed(1);
            element(svg, "path", {"class": "grid", d: "M" + x + " " + frame.top + "V" + frame.bottom});
            element(svg, "text", {"class": "x", x: x, y: frame.bottom + 14}, bytes(Math.pow(2, k)));
        }
        for (let k = 0; k <= 4; k++) {
            const t = s.fast + (s.slow - s.fast) * k / 4, y = s.y(t).toFixed(1);
            element(svg, "path", {"class": "grid", d: "M" + frame.left + " " + y + "H" + frame.right});
            element(svg, "text", {"class": "y", x: frame.left - 5, y: Number(y) + 4}, ms(t));
        }
    }
    function draw_stairs() {
        const svg = fit(at("stairs")), s = scales();
        draw_axes(svg, s);
        let d = "";
        for (let i = 0; i < points.count; i++)
            d += (i ? "H" : "M") + s.x(points.memory[i]).toFixed(1) + (i ? "V" : " ") + s.y(points.time[i]).toFixed(1);
        element(svg, "path", {"class": "line m0", d: d + "H" + frame.right});
        element(svg, "circle", {"class": "now", r: 6, cx: s.x(points.memory[index]).toFixed(1), cy: s.y(points.time[index]).toFixed(1)});
    }

    function layer_name(code) {
        return set.layers[Math.floor(code / STEPS)];
    }
    function draw_map(steps) {
        const svg = fit(at("map")), map = map_at(view, index), note = at("map-note");
        if (map.point !== index) {
            note.textContent = view.maps.length === 0 ? "This selection leaves layers out, so it has no arena."
                : "The page has maps of " + view.maps.length + " of the " + points.count + " selections: ";
            if (view.maps.length) show_nearest(note);
            return;
        }
        const order = {};
        steps.forEach((step, i) => { order[step.code] = i; });
        const x = i => frame.left + (frame.right - frame.left) * i / steps.length;
        const y = b => frame.bottom - (frame.bottom - frame.top) * b / Math.max(map.arena, 1);
        for (let k = 0; k <= 4; k++) {
            const b = map.arena * k / 4;
            element(svg, "path", {"class": "grid", d: "M" + frame.left + " " + y(b).toFixed(1) + "H" + frame.right});
            element(svg, "text", {"class": "y", x: frame.left - 5, y: y(b) + 4}, bytes(Math.round(b)));
        }
        map.places.forEach((place, layer) => {
            for (let k = 0; k < place.length; k += PLACE_NUMBERS) {
                const first = order[place[k + 1]], last = order[place[k + 2]], from = place[k + 3], size = place[k + 4];
                const rect = element(svg, "rect", {"class": place_kinds[place[k]], x: x(first).toFixed(1), y: y(from + size).toFixed(1),
                    width: Math.max(x(last + 1) - x(first), 0.5).toFixed(1), height: Math.max(y(from) - y(from + size), 0.5).toFixed(1)});
                const words = set.layers[layer] + ", " + place_kinds[place[k]] + ": " + exact(size) + " at " + exact(from) +
                    ", alive from " + layer_name(place[k + 1]) + " to " + layer_name(place[k + 2]);
                element(rect, "title", {}, words);
                rect.addEventListener("click", () => { note.textContent = words; });
            }
        });
        element(svg, "text", {"class": "x", x: (frame.left + frame.right) / 2, y: frame.bottom + 18}, steps.length + " steps, in order of execution");
        note.textContent = "The arena of this plan takes " + exact(map.arena) + ". Point at an area, or touch it, for its name.";
    }
    function show_nearest(note) {
        let best = view.maps[0][0];
        for (const m of view.maps) if (Math.abs(m[0] - index) < Math.abs(best - index)) best = m[0];
        const button = element(note, "button", {type: "button"}, "go to the nearest, " + bytes(points.memory[best]));
        button.addEventListener("click", () => choose(best));
    }

    // --- memory along the execution: what is alive in each step, by what it is for, and the stored weights it reads ---
    function parts_of(steps, map) {
        const parts = {activations: [], conversions: [], block: [], workspace: []}, order = {};
        steps.forEach((step, i) => {
            order[step.code] = i;
            for (const part in parts) parts[part].push(0);
        });
        for (const place of map.places)
            for (let k = 0; k < place.length; k += PLACE_NUMBERS) {
                const first = order[place[k + 1]], kind = place_kinds[place[k]];
                const part = kind !== "tensor" ? kind : steps[first].kind === "convert" ? "conversions" : "activations";
                for (let i = first; i <= order[place[k + 2]]; i++) parts[part][i] += place[k + 4];
            }
        return parts;
    }
    // An area per part, each upon the ones before it.
    function draw_stack(svg, parts, x, top, bottom, most) {
        const y = b => (bottom - (bottom - top) * b / most).toFixed(1);
        let below = null;
        for (let k = 0; k <= 4; k++) {
            element(svg, "path", {"class": "grid", d: "M" + frame.left + " " + y(most * k / 4) + "H" + frame.right});
            if (k % 2 === 0) element(svg, "text", {"class": "y", x: frame.left - 5, y: Number(y(most * k / 4)) + 4}, bytes(Math.round(most * k / 4)));
        }
        for (const part in parts) {
            const base = below || parts[part].map(() => 0), above = parts[part].map((b, i) => b + base[i]);
            below = above;
            if (parts[part].every(b => b === 0)) continue;
            let d = "M" + x(0) + " " + y(above[0]);
            above.forEach((b, i) => { d += "V" + y(b) + "H" + x(i + 1); });
            for (let i = base.length - 1; i >= 0; i--) d += "V" + y(base[i]) + "H" + x(i);
            element(svg, "path", {"class": part, d: d + "Z"});
        }
    }
    function draw_along(steps) {
        const svg = fit(at("along")), map = map_at(view, index), note = clear(at("along-note"));
        if (map.point !== index) return;
        const parts = parts_of(steps, map), sums = steps.map((step, i) => Object.values(parts).reduce((a, part) => a + part[i], 0));
        const most = Math.max(1, ...sums), heaviest = Math.max(1, ...steps.map(step => step.weights)), peak = sums.indexOf(most);
        const x = i => (frame.left + (frame.right - frame.left) * i / steps.length).toFixed(1);
        draw_stack(svg, parts, x, frame.top, 140, most);
        draw_stack(svg, {weights: steps.map(step => step.weights)}, x, 160, frame.bottom, heaviest);
        element(svg, "text", {"class": "x", x: (frame.left + frame.right) / 2, y: frame.bottom + 18}, steps.length + " steps; below, stored weights");
        note.textContent = "Peak: " + exact(sums[peak]) + " in " + set.layers[steps[peak].layer] + ". Stored weights: " +
            exact(steps.reduce((a, step) => a + step.weights, 0)) + ".";
    }

    function draw_plan(steps) {
        const table = clear(at("plan")), total = points.time[index], head = element(element(table, "thead", {}), "tr", {});
        const most = steps.reduce((a, s) => Math.max(a, s.ns), 1), largest = steps.reduce((a, s) => Math.max(a, s.workspace), 1), body = element(table, "tbody", {});
        for (const column of ["layer", "computed by", "layout", "rows", "workspace", "time", "share"])
            element(head, "th", {scope: "col"}, column);
        for (const s of steps) {
            const row = element(body, "tr", {});
            element(row, "td", {}, set.layers[s.layer]);
            element(row, "td", {}, s.name);
            element(row, "td", {}, s.from === s.to ? s.to : s.from + " to " + s.to);
            element(row, "td", {}, s.rows > 0 ? String(s.rows) : s.kind === "convert" || s.kind === "move" ? "" : "all");
            const workspace = element(row, "td", {}, s.workspace > 0 ? bytes(s.workspace) + " " : "0 ");
            element(workspace, "span", {"class": "bar workspace", style: "width:" + (40 * s.workspace / largest).toFixed(1) + "px"});
            element(row, "td", {}, ms(s.ns));
            const share = element(row, "td", {}, percent(s.ns / total) + " ");
            element(share, "span", {"class": "bar", style: "width:" + (40 * s.ns / most).toFixed(1) + "px"});
        }
    }

    // --- what more memory buys ---
    function changed_layers(i) {
        const names = [];
        for (let c = 0; c < view.plans[i].length; c += 2) names.push(set.layers[view.plans[i][c]]);
        return names.slice(0, 4).join(", ") + (names.length > 4 ? " and " + (names.length - 4) + " more" : "");
    }
    function next_text() {
        if (index + 1 === points.count) return "none: this is the fastest";
        return "+" + exact(points.memory[index + 1] - points.memory[index]) + " saves " +
            ms(points.time[index] - points.time[index + 1]) + "; changes " + changed_layers(index + 1);
    }
    function mib_text() {
        let k = index;
        while (k + 1 < points.count && points.memory[k + 1] <= points.memory[index] + 1048576) k++;
        if (k === index) return index + 1 === points.count ? "saves nothing: this is the fastest" : "saves nothing: the next selection needs more";
        const saved = points.time[index] - points.time[k];
        return "saves " + ms(saved) + " (" + percent(saved / points.time[index]) + ")";
    }

    function show() {
        const slow = points.time[index] / points.time[points.count - 1] - 1, steps = steps_of(plan_at(view, index));
        at("memory").textContent = bytes(points.memory[index]) + " (" + exact(points.memory[index]) + ")";
        at("time").textContent = ms(points.time[index]) + (slow > 0 ? ", " + percent(slow) + " above the fastest" : ", the fastest");
        at("next").textContent = next_text();
        at("mib").textContent = mib_text();
        at("budget").setAttribute("aria-valuetext", at("memory").textContent + ", " + at("time").textContent);
        draw_stairs();
        draw_plan(steps);
        draw_along(steps);
        draw_map(steps);
    }
    function choose(i) {
        index = Math.min(Math.max(i, 0), points.count - 1);
        at("budget").value = index;
        show();
    }
    function choose_view(i) {
        view = set.views[i];
        points = decode(view);
        at("budget").max = points.count - 1;
        // To begin with, the least memory within 15 % of the fastest: what the paper asks for.
        choose(points.time.findIndex(t => t <= 1.15 * points.time[points.count - 1]));
    }
    function choose_network(i) {
        set = JSON.parse(blocks[i].textContent);
        const list = clear(at("view")), before = view && view.name;
        set.views.forEach((v, k) => {
            const label = v.name + ": " + v.points.length / 2 + (v.points.length === 2 ? " selection" : " selections") + (v.complete ? "" : ", not all");
            if (v.points.length) element(list, "option", {value: k}, label);
        });
        const same = set.views.findIndex(v => v.name === before && v.points.length), any = set.views.findIndex(v => v.points.length);
        list.value = same >= 0 ? same : any;
        choose_view(Number(list.value));
    }

    // Only the names: the rest of a block is read when it is chosen.
    blocks.forEach((block, i) => {
        const head = block.textContent.slice(0, 2000), name = JSON.parse(/"network":("(?:[^"\\]|\\.)*")/.exec(head)[1]);
        const profile = JSON.parse(/"profile":("(?:[^"\\]|\\.)*")/.exec(head)[1]);
        element(at("network"), "option", {value: i}, document.querySelectorAll("#machine h3").length > 1 ? name + " (" + profile + ")" : name);
    });
    at("network").addEventListener("change", e => choose_network(Number(e.target.value)));
    at("view").addEventListener("change", e => choose_view(Number(e.target.value)));
    at("budget").addEventListener("input", e => choose(Number(e.target.value)));
    at("stairs").addEventListener("click", e => {
        const box = at("stairs").getBoundingClientRect(), s = scales();
        const memory = s.memory(e.clientX - box.left);
        let i = 0;
        while (i + 1 < points.count && points.memory[i + 1] <= memory) i++;
        choose(i);
    });
    window.addEventListener("resize", () => { if (set) show(); });
    if (blocks.length) choose_network(0);
}());

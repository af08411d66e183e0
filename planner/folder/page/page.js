"use strict";
const words = {
  en: {
    all: "All workers", worker: "Worker", day: "Day", allDays: "All days", before: "Day before", after: "Next day", in: "Closer", out: "Farther", fit: "Show all",
    stops: "Stops", routes: "Routes", travel: "Walking", travel_bike: "Cycling", travel_car: "Driving", distance: "Distance", offRoad: "Off the road (dotted)", service: "Visits", wait: "Waiting", time: "Out and back",
    planned: "Planned", unplanned: "Not planned", workers: "Workers", days: "Days", doors: "doors", map: "Map of the routes; the list beside it holds the same stops",
    unreachable: "no way to get there", no_feasible_window: "no feasible window", beyond_horizon: "more than the days hold", too_long: "longer than a shift", duplicate_of: "listed twice", old: "This browser is too old for the page; stops.csv holds the same list.",
  },
  "zh-Hans": {
    all: "全部人员", worker: "人员", day: "日期", allDays: "全部日期", before: "前一天", after: "后一天", in: "放大", out: "缩小", fit: "显示全部",
    stops: "站点", routes: "路线", travel: "步行", travel_bike: "骑行", travel_car: "驾车", distance: "距离", offRoad: "无路地段（虚点）", service: "走访", wait: "等候", time: "出发与返回",
    planned: "已安排", unplanned: "未安排", workers: "人员", days: "天数", doors: "户", map: "路线地图；列表中有相同的站点",
    unreachable: "无路可达", no_feasible_window: "时段不可行", beyond_horizon: "超出天数", too_long: "超过一个班次", duplicate_of: "重复登记", old: "浏览器版本过旧；stops.csv 中有相同的列表。",
  },
};
let language = navigator.language.startsWith("zh") ? "zh-Hans" : "en";
const say = (key) => words[language][key] ?? key;
const $ = (id) => document.getElementById(id);
let data, view, here = -1;
let worker = -1, route = -1; // -1: all

async function unpack() {
  const packed = Uint8Array.from(atob($("data").textContent), (c) => c.charCodeAt(0));
  $("data").textContent = "";
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

// Coordinates: Web Mercator with the world as the unit square, from steps of a grid.
const project = (steps) => {
  const flat = new Float64Array(steps.length);
  let x = 0, y = 0;
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i]; y += steps[i + 1];
    const lon = data.origin[0] + x * data.grid, lat = (data.origin[1] + y * data.grid) * Math.PI / 180;
    flat[i] = (lon + 180) / 360;
    flat[i + 1] = (1 - Math.log(Math.tan(lat) + 1 / Math.cos(lat)) / Math.PI) / 2;
  }
  return flat;
};
const colour = (i, dark = matchMedia("(prefers-color-scheme: dark)").matches) => `hsl(${(i * 137.5 + 210) % 360} 65% ${dark ? 62 : 36}%)`;
const bounds = (flats) => {
  let [w, n, e, s] = [1, 1, 0, 0];
  for (const f of flats) for (let i = 0; i < f.length; i += 2) {
    w = Math.min(w, f[i]); e = Math.max(e, f[i]); n = Math.min(n, f[i + 1]); s = Math.max(s, f[i + 1]);
  }
  return [w, n, e, s];
};

function prepare() {
  for (const w of data.workers) { w.at = project(w.start); w.routes = []; }
  data.routes.forEach((r, i) => {
    data.workers[r.worker].routes.push(i);
    r.at = r.stops.map((s) => project([s[0], s[1]]));
  });
  for (const list of Object.values(data.background)) for (const f of list) {
    f.flat = f.l.map(project);
    f.box = bounds(f.flat);
    delete f.l;
  }
  for (const u of data.unplanned) u.push(project([u[0], u[1]]));
}
const offRoadOf = (r) => (r.off ??= r.off_road.map(project));
const lineOf = (r) => (r.flat ??= project(r.line));
const shown = () => route >= 0 ? [route] : worker >= 0 ? data.workers[worker].routes : data.routes.keys();

function fit() {
  const flats = [];
  for (const i of shown()) { route >= 0 ? flats.push(lineOf(data.routes[i])) : flats.push(...data.routes[i].at); }
  if (route < 0) for (const w of worker < 0 ? data.workers : [data.workers[worker]]) flats.push(w.at);
  if (!flats.length) flats.push(...data.unplanned.map((u) => u[4]));
  const [w, n, e, s] = bounds(flats), { clientWidth: width, clientHeight: height } = $("canvas");
  const scale = Math.min((width - 48) / Math.max(e - w, 1e-9), (height - 64) / Math.max(s - n, 1e-9), 2 ** 18 * 256);
  view = { x: (w + e) / 2, y: (n + s) / 2, scale };
  draw();
}

// Drawing
let waiting = false;
function draw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; paint(); });
}
const streetWidth = (kind, zoom) => {
  const base = { motorway: 5, trunk: 5, primary: 5, secondary: 4.5, tertiary: 4, residential: 3, unclassified: 3, living_street: 3, service: 2, pedestrian: 2.5 }[kind.replace("_link", "")];
  return base ? base * 2 ** Math.max(-1.5, Math.min(zoom - 15.5, 2)) : 0;
};
function paint() {
  const canvas = $("canvas"), ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  if (!view || !width) return;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) { canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio); }
  const c = canvas.getContext("2d"), style = getComputedStyle(document.documentElement), ink = (name) => style.getPropertyValue("--" + name);
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.fillStyle = ink("land"); c.fillRect(0, 0, width, height);
  c.lineJoin = c.lineCap = "round";
  const X = (x) => (x - view.x) * view.scale + width / 2, Y = (y) => (y - view.y) * view.scale + height / 2;
  const zoom = Math.log2(view.scale / 256);
  const box = [view.x - width / 2 / view.scale, view.y - height / 2 / view.scale, view.x + width / 2 / view.scale, view.y + height / 2 / view.scale];
  const inside = (b) => b[0] <= box[2] && b[2] >= box[0] && b[1] <= box[3] && b[3] >= box[1];
  const trace = (flat) => { for (let i = 0; i < flat.length; i += 2) i ? c.lineTo(X(flat[i]), Y(flat[i + 1])) : c.moveTo(X(flat[i]), Y(flat[i + 1])); };
  const visible = (name) => (data.background[name] ?? []).filter((f) => inside(f.box));
  const areas = (list, fill) => { c.fillStyle = fill; c.beginPath(); for (const f of list) for (const flat of f.flat) { trace(flat); c.closePath(); } c.fill("evenodd"); };
  const strokes = (list, stroke, wide, dash = []) => { c.strokeStyle = stroke; c.lineWidth = wide; c.setLineDash(dash); c.beginPath(); for (const f of list) f.flat.forEach(trace); c.stroke(); c.setLineDash([]); };
  const isArea = (f) => f.flat.every((l) => l.length > 6 && l[0] === l[l.length - 2] && l[1] === l[l.length - 1]);

  areas(visible("green").filter(isArea), ink("green"));
  const water = visible("water");
  areas(water.filter(isArea), ink("water"));
  strokes(water.filter((f) => !isArea(f)), ink("water"), zoom > 14 ? 3 : 1.5);
  if (zoom > 14.2) areas(visible("building"), ink("building"));
  strokes(visible("rail"), ink("rail"), 1.5, [6, 4]);
  const byWidth = new Map();
  for (const f of visible("street")) { const wide = streetWidth(f.k ?? "", zoom); byWidth.has(wide) ? byWidth.get(wide).push(f) : byWidth.set(wide, [f]); }
  const widths = [...byWidth.keys()].sort((a, b) => a - b);
  for (const wide of widths) wide ? strokes(byWidth.get(wide), ink("casing"), wide + 1.6) : zoom > 13.2 && strokes(byWidth.get(0), ink("path"), 1.2, [4, 3]);
  for (const wide of widths) if (wide) strokes(byWidth.get(wide), ink("street"), wide);
  if (zoom > 15) streetNames(c, byWidth, X, Y, width, height, ink);
  placeNames(c, visible("place"), zoom, X, Y, ink);
  paintPlan(c, X, Y, zoom, inside, trace, ink);
}

function label(c, text, ink, size = 12) {
  c.font = `${size}px system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif`;
  c.textAlign = "center"; c.textBaseline = "middle";
  c.strokeStyle = ink("halo"); c.lineWidth = 3; c.strokeText(text, 0, 0);
  c.fillStyle = ink("second"); c.fillText(text, 0, 0);
}
function streetNames(c, byWidth, X, Y, width, height, ink) {
  const taken = new Set();
  for (const list of byWidth.values()) for (const f of list) {
    if (!f.n) continue;
    let best = 0, at;
    for (const l of f.flat) for (let i = 2; i < l.length; i += 2) {
      const ax = X(l[i - 2]), ay = Y(l[i - 1]), bx = X(l[i]), by = Y(l[i + 1]), long = Math.hypot(bx - ax, by - ay);
      const x = (ax + bx) / 2, y = (ay + by) / 2;
      if (long > best && x > 0 && y > 0 && x < width && y < height) { best = long; at = [x, y, Math.atan2(by - ay, bx - ax)]; }
    }
    if (best < f.n.length * 5) continue;
    const cell = `${Math.round(at[0] / 90)},${Math.round(at[1] / 50)}`;
    if (taken.has(cell) || taken.has(f.n + Math.round(at[0] / 400))) continue;
    taken.add(cell).add(f.n + Math.round(at[0] / 400));
    c.save(); c.translate(at[0], at[1]);
    c.rotate(Math.abs(at[2]) > Math.PI / 2 ? at[2] + Math.PI : at[2]);
    label(c, f.n, ink); c.restore();
  }
}
function placeNames(c, list, zoom, X, Y, ink) {
  for (const f of list) {
    const size = { city: 17, town: 16, village: 14, suburb: 13 }[f.k] ?? 12;
    if (!f.n || zoom < { city: 8, town: 9, village: 12, suburb: 12 }[f.k] || (size === 12 && zoom < 14)) continue;
    c.save(); c.translate(X(f.flat[0][0]), Y(f.flat[0][1])); label(c, f.n, ink, size); c.restore();
  }
}

function paintPlan(c, X, Y, zoom, inside, trace, ink) {
  const dot = Math.max(1.5, Math.min((zoom - 10) * 0.9, 6));
  if (route < 0) {
    data.workers.forEach((w, i) => {
      if (worker >= 0 && worker !== i) return;
      c.fillStyle = colour(i); c.beginPath();
      for (const k of w.routes) for (const p of data.routes[k].at) { const x = X(p[0]), y = Y(p[1]); c.moveTo(x + dot, y); c.arc(x, y, dot, 0, 7); }
      c.fill();
    });
    c.strokeStyle = ink("second"); c.lineWidth = 1.5; c.beginPath();
    if (worker < 0) for (const u of data.unplanned) { const x = X(u[4][0]), y = Y(u[4][1]); c.moveTo(x - dot, y - dot); c.lineTo(x + dot, y + dot); c.moveTo(x + dot, y - dot); c.lineTo(x - dot, y + dot); }
    c.stroke();
  } else {
    const r = data.routes[route], paint = colour(r.worker), flat = lineOf(r);
    for (const [stroke, wide] of [[ink("halo"), 8], [paint, 4.5]]) { c.strokeStyle = stroke; c.lineWidth = wide; c.beginPath(); trace(flat); c.stroke(); }
    // Where there is no way the line is dotted.
    c.strokeStyle = ink("halo"); c.lineWidth = 3; c.setLineDash([1, 6]); c.beginPath(); offRoadOf(r).forEach(trace); c.stroke(); c.setLineDash([]);
    c.font = "600 13px system-ui, sans-serif"; c.textAlign = "center"; c.textBaseline = "middle";
    const radius = zoom > 14.5 ? 13 : 6;
    const number = (k) => {
      const x = X(r.at[k][0]), y = Y(r.at[k][1]), big = k === here ? 5 : 0;
      c.beginPath(); c.arc(x, y, radius + big, 0, 7);
      c.fillStyle = paint; c.fill(); c.strokeStyle = ink("halo"); c.lineWidth = 2.5; c.stroke();
      if (radius > 6 || big) { c.fillStyle = ink("halo"); c.fillText(k + 1, x, y + 0.5); }
    };
    for (let k = r.at.length - 1; k >= 0; k--) if (k !== here) number(k);
    if (here >= 0) number(here);
  }
  for (const [i, w] of data.workers.entries()) {
    if (worker >= 0 && worker !== i) continue;
    const x = X(w.at[0]), y = Y(w.at[1]);
    c.fillStyle = ink("surface"); c.strokeStyle = colour(i); c.lineWidth = 3;
    c.beginPath(); c.rect(x - 6, y - 6, 12, 12); c.fill(); c.stroke();
  }
}

// Words
const clock = (s) => `${String(Math.floor(s / 3600)).padStart(2, "0")}:${String(Math.floor(s / 60) % 60).padStart(2, "0")}`;
const hours = (s) => language === "en" ? (s < 3600 ? `${Math.round(s / 60)} min` : `${Math.floor(s / 3600)} h ${String(Math.round(s / 60) % 60).padStart(2, "0")}`) : (s < 3600 ? `${Math.round(s / 60)} 分钟` : `${Math.floor(s / 3600)} 小时 ${Math.round(s / 60) % 60} 分`);
const metres = (m) => m < 1000 ? `${m} m` : `${(m / 1000).toLocaleString(language, { maximumFractionDigits: 1 })} km`;
const date = (d) => new Date(d + "T12:00:00Z").toLocaleDateString(language, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
const count = (n) => n.toLocaleString(language);
const travel = () => say({ bike: "travel_bike", car: "travel_car" }[data.round.mode] ?? "travel");

function sums(pairs) {
  $("sums").replaceChildren(...pairs.map(([key, value]) => { const d = document.createElement("div"); d.append(element("dt", key), element("dd", value)); return d; }));
}
function row(badge, paint, title, small, side, onclick) {
  const b = element("button", "", { className: "row", type: "button", onclick }), n = element("b", badge), t = element("span", title);
  n.style.background = paint;
  if (small) t.append(element("small", small));
  b.append(n, t);
  if (side) b.append(element("time", side));
  const li = document.createElement("li");
  li.append(b);
  return li;
}
const rows = (tag, items) => { const l = document.createElement(tag); l.append(...items); return l; };
const total = (list, key) => list.reduce((n, i) => n + data.routes[i][key], 0);

function fill() {
  document.documentElement.lang = language;
  for (const e of document.querySelectorAll("[data-say]")) e.textContent = say(e.dataset.say);
  for (const e of document.querySelectorAll("[data-label]")) e.ariaLabel = e.title = say(e.dataset.label);
  $("language").textContent = language === "en" ? "中文" : "English";
  $("language").lang = language === "en" ? "zh-Hans" : "en";
  $("canvas").ariaLabel = say("map");
  $("worker").replaceChildren(new Option(say("all"), -1), ...data.workers.map((w, i) => new Option(w.name && w.name !== w.id ? `${w.id} ${w.name}` : w.id, i)));
  $("worker").value = worker;
  const days = worker < 0 ? [] : data.workers[worker].routes;
  $("day").replaceChildren(new Option(say("allDays"), -1), ...days.map((i) => new Option(date(data.routes[i].date), i)));
  $("day").value = route;
  $("day").disabled = worker < 0;
  $("before").disabled = worker < 0 || days.indexOf(route) < 1;
  $("after").disabled = worker < 0 || days.indexOf(route) === days.length - 1;
  route >= 0 ? fillRoute() : worker >= 0 ? fillWorker() : fillAll();
}
function fillAll() {
  const t = data.totals;
  sums([[say("planned"), `${count(t.planned)} / ${count(data.households)}`], [say("workers"), count(data.workers.length)], [say("routes"), count(t.routes)],
    [travel(), hours(t.travel_s)], [say("distance"), metres(t.distance_m)], [say("unplanned"), count(t.unplanned)]]);
  const reasons = new Map();
  for (const u of data.unplanned) { const key = u[3].split(":")[0]; reasons.set(key, (reasons.get(key) ?? 0) + 1); }
  const list = data.workers.map((w, i) => row(String(i + 1), colour(i, false), w.name || w.id, `${count(w.routes.reduce((n, k) => n + data.routes[k].stops.length, 0))} ${say("stops")} · ${count(w.routes.length)} ${say("days")}`, hours(total(w.routes, "travel_s") + total(w.routes, "service_s") + total(w.routes, "wait_s")), () => choose(i, -1)));
  const parts = [element("h2", say("workers")), rows("ul", list)];
  if (reasons.size) parts.push(element("h2", say("unplanned")), rows("ul", [...reasons].map(([key, n]) => row("×", "#4a545f", say(key), "", count(n), () => choose(-1, -1)))));
  $("list").replaceChildren(...parts);
}
function fillWorker() {
  const list = data.workers[worker].routes;
  sums([[say("days"), count(list.length)], [say("stops"), count(list.reduce((n, k) => n + data.routes[k].stops.length, 0))], [say("distance"), metres(total(list, "distance_m"))],
    [travel(), hours(total(list, "travel_s"))], [say("service"), hours(total(list, "service_s"))], [say("wait"), hours(total(list, "wait_s"))]]);
  $("list").replaceChildren(element("h2", say("days")), rows("ul", list.map((k, n) => { const r = data.routes[k]; return row(String(n + 1), colour(worker, false), date(r.date), `${r.stops.length} ${say("stops")} · ${metres(r.distance_m)}`, `${r.leave.slice(0, 5)}-${r.back.slice(0, 5)}`, () => choose(worker, k)); })));
}
function fillRoute() {
  const r = data.routes[route];
  sums([[say("stops"), count(r.stops.length)], [say("distance"), metres(r.distance_m)], [say("time"), `${r.leave.slice(0, 5)}-${r.back.slice(0, 5)}`],
    [travel(), hours(r.travel_s)], [say("service"), hours(r.service_s)], [say("wait"), hours(r.wait_s)], [say("offRoad"), metres(r.off_road_m)]]);
  $("list").replaceChildren(rows("ol", r.stops.map((s, k) => row(String(k + 1), colour(r.worker, false), s[5], s[2] > 1 ? `${s[2]} ${say("doors")}` : "", `${clock(s[3])}-${clock(s[4])}`, () => mark(k, true)))));
}
function mark(k, move) {
  here = k;
  [...$("list").querySelectorAll(".row")].forEach((e, i) => { e.classList.toggle("here", i === k); if (i === k && !move) e.scrollIntoView({ block: "nearest" }); });
  if (move) { [view.x, view.y] = data.routes[route].at[k]; view.scale = Math.max(view.scale, 2 ** 16.5 * 256); }
  draw();
}
function choose(w, r) {
  [worker, route, here] = [w, r, -1];
  history.replaceState(null, "", w < 0 ? "#" : r < 0 ? `#${encodeURIComponent(data.workers[w].id)}` : `#${encodeURIComponent(data.workers[w].id)}/${data.routes[r].date}`);
  $("panel").scrollTop = 0;
  fill(); fit();
}
function fromAddress() {
  const [id, day] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const w = data.workers.findIndex((v) => v.id === id);
  choose(w, w < 0 ? -1 : data.workers[w].routes.find((k) => data.routes[k].date === day) ?? -1);
}

// Hands
function zoomBy(factor, x = $("canvas").clientWidth / 2, y = $("canvas").clientHeight / 2) {
  const w = $("canvas").clientWidth, h = $("canvas").clientHeight, before = view.scale;
  view.scale = Math.min(Math.max(view.scale * factor, 2 ** 4 * 256), 2 ** 20 * 256);
  view.x += (x - w / 2) * (1 / before - 1 / view.scale);
  view.y += (y - h / 2) * (1 / before - 1 / view.scale);
  draw();
}
function listen() {
  const canvas = $("canvas"), fingers = new Map();
  let moved = 0;
  canvas.addEventListener("pointerdown", (e) => { canvas.setPointerCapture(e.pointerId); fingers.set(e.pointerId, [e.offsetX, e.offsetY]); moved = 0; });
  canvas.addEventListener("pointermove", (e) => {
    const was = fingers.get(e.pointerId);
    if (!was) return;
    const other = [...fingers].find(([id]) => id !== e.pointerId)?.[1];
    if (other) {
      const span = (p) => Math.max(10, Math.hypot(p[0] - other[0], p[1] - other[1]));
      zoomBy(span([e.offsetX, e.offsetY]) / span(was), other[0], other[1]);
    } else {
      view.x -= (e.offsetX - was[0]) / view.scale; view.y -= (e.offsetY - was[1]) / view.scale;
    }
    moved += Math.hypot(e.offsetX - was[0], e.offsetY - was[1]);
    fingers.set(e.pointerId, [e.offsetX, e.offsetY]);
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (e) => { fingers.delete(e.pointerId); if (end === "pointerup" && moved < 6) tap(e.offsetX, e.offsetY); });
  canvas.addEventListener("wheel", (e) => { e.preventDefault(); zoomBy(2 ** (-e.deltaY / 300), e.offsetX, e.offsetY); }, { passive: false });
  canvas.addEventListener("keydown", (e) => {
    const step = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] }[e.key];
    if (step) { view.x += step[0] / view.scale; view.y += step[1] / view.scale; draw(); e.preventDefault(); }
    if (e.key === "+" || e.key === "=") zoomBy(1.5);
    if (e.key === "-") zoomBy(1 / 1.5);
  });
  $("in").onclick = () => zoomBy(1.6);
  $("out").onclick = () => zoomBy(1 / 1.6);
  $("fit").onclick = fit;
  $("worker").onchange = (e) => choose(+e.target.value, -1);
  $("day").onchange = (e) => choose(worker, +e.target.value);
  const go = (by) => { const days = data.workers[worker].routes; choose(worker, days[days.indexOf(route) + by]); };
  $("before").onclick = () => go(-1);
  $("after").onclick = () => go(1);
  $("language").onclick = () => { language = language === "en" ? "zh-Hans" : "en"; fill(); draw(); };
  new ResizeObserver(draw).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
function tap(x, y) {
  const c = $("canvas"), X = (p) => (p[0] - view.x) * view.scale + c.clientWidth / 2, Y = (p) => (p[1] - view.y) * view.scale + c.clientHeight / 2;
  let best = 24, hit = null;
  for (const i of shown()) data.routes[i].at.forEach((p, k) => { const d = Math.hypot(X(p) - x, Y(p) - y); if (d < best) { best = d; hit = [i, k]; } });
  if (!hit) return;
  if (hit[0] !== route) choose(data.routes[hit[0]].worker, hit[0]);
  mark(hit[1], false);
}

unpack().then((d) => {
  data = d;
  prepare();
  const note = element("a", data.attribution.replace(/, https.*/, ""), { href: data.attribution.match(/https.*/)[0], rel: "noreferrer" });
  $("attribution").append(note);
  listen();
  fromAddress();
}).catch(() => { $("list").textContent = say("old"); });

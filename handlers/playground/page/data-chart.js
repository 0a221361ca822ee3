// A chart over time that can be looked into: drag over a stretch, or zoom and move by keyboard.
import { clock, measured, told } from "./data-figures.js";
import { make } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [240, 64, 12, 14, 26];
const LEAST_SPAN = 2; // steps that stay in sight
const DAY = 86_400_000;
const KEYS = { "+": 0.5, "=": 0.5, "-": 2, ArrowLeft: -0.25, ArrowRight: 0.25 };

function svg(tag, properties = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

export function timeChart(block) {
  const series = block.series.map((one) => ({ ...one, points: one.points.map((point) => ({ at: Date.parse(point.at), value: point.value })) }));
  const known = series.flatMap((one) => one.points).filter((point) => Number.isFinite(point.value));
  const caption = make("figcaption", {}, block.caption);
  if (!known.length) return make("figure", { class: "data-chart" }, caption, make("p", { class: "muted" }, "no data"));
  const instants = [...new Set(known.map((point) => point.at))].sort((a, b) => a - b);
  const all = { from: instants[0], to: instants.at(-1) };
  const step = instants.length > 1 ? (all.to - all.from) / (instants.length - 1) : 60_000;
  if (all.from === all.to) Object.assign(all, { from: all.from - step, to: all.to + step });
  const view = { ...all, width: 560 };
  const picture = make("div", { class: "data-picture", tabindex: "0", role: "group", "aria-label": `${block.caption}. Drag over a stretch, or press + and - to zoom, the arrows to move, 0 for all.` });
  const words = make("ul", { class: "data-words" });
  const range = make("span", { class: "data-range", role: "status" });
  const point = make("p", { class: "data-point muted" });

  function look(from, to) {
    const span = Math.min(Math.max(to - from, LEAST_SPAN * step), all.to - all.from);
    view.from = Math.min(Math.max(from, all.from), all.to - span);
    view.to = view.from + span;
    draw();
  }

  const zoom = (by) => {
    const [middle, half] = [(view.from + view.to) / 2, ((view.to - view.from) / 2) * by];
    look(middle - half, middle + half);
  };
  const move = (by) => look(view.from + (view.to - view.from) * by, view.to + (view.to - view.from) * by);
  const x = (at) => LEFT + ((at - view.from) / (view.to - view.from)) * (view.width - LEFT - RIGHT);
  const at = (px) => view.from + ((px - LEFT) / (view.width - LEFT - RIGHT)) * (view.to - view.from);
  const named = (instant) => clock(instant, block.zone, view.to - view.from >= DAY);

  function draw() {
    const shown = block.shape === "bar" && block.stacked ? piled(series) : series;
    picture.replaceChildren(plot(block, shown, view, x, named));
    words.replaceChildren(...series.map((one, index) => make("li", {}, make("i", { class: `data-key s${(index % 6) + 1}` }), told(one, view.from, view.to))));
    const whole = view.from === all.from && view.to === all.to;
    range.textContent = `${named(view.from)} to ${named(view.to)}${whole ? "" : ", zoomed in"}`;
    reset.disabled = out.disabled = whole;
  }

  const tool = (name, sign, onclick) => make("button", { type: "button", class: "small", "aria-label": name, title: name, onclick }, sign);
  const reset = tool("Show all", "All", () => look(all.from, all.to));
  const out = tool("Zoom out", "−", () => zoom(2));
  const tools = make("div", { class: "data-tools" }, range, tool("Zoom in", "+", () => zoom(0.5)), out, reset);

  picture.addEventListener("keydown", (event) => {
    if (event.key === "0" || event.key === "Home") look(all.from, all.to);
    else if (!(event.key in KEYS) || event.ctrlKey || event.metaKey) return;
    else if (event.key.startsWith("Arrow")) move(KEYS[event.key]);
    else zoom(KEYS[event.key]);
    event.preventDefault();
  });
  picture.addEventListener("pointerdown", (event) => drag(event, picture, (a, b) => look(at(a), at(b))));
  picture.addEventListener("pointermove", (event) => {
    const near = nearest(instants, at(event.clientX - picture.getBoundingClientRect().left));
    const values = series.map((one) => `${one.name} ${measured(one.points.find((p) => p.at === near)?.value ?? Number.NaN, one.unit)}`);
    point.textContent = `${named(near)}: ${values.join(" · ")}`;
  });
  new ResizeObserver(([{ contentRect }]) => {
    const width = Math.round(contentRect.width);
    if (width < 160 || width === view.width) return;
    view.width = width;
    draw();
  }).observe(picture);
  draw();
  return make("figure", { class: "data-chart" }, caption, tools, picture, point, words, around(block));
}

/** The stretch that the pointer went over, once it is more than a slip of the hand. */
function drag(event, picture, chosen) {
  const { left, width } = picture.getBoundingClientRect();
  const inside = (clientX) => Math.min(Math.max(clientX - left, 0), width);
  const from = inside(event.clientX);
  const mark = make("div", { class: "data-drag" });
  picture.setPointerCapture(event.pointerId);
  picture.append(mark);
  const moved = ({ clientX }) => {
    mark.style.left = `${Math.min(from, inside(clientX))}px`;
    mark.style.width = `${Math.abs(inside(clientX) - from)}px`;
  };
  const ended = ({ clientX, type }) => {
    picture.removeEventListener("pointermove", moved);
    mark.remove();
    const to = inside(clientX);
    if (type === "pointerup" && Math.abs(to - from) > 8) chosen(Math.min(from, to), Math.max(from, to));
  };
  picture.addEventListener("pointermove", moved);
  picture.addEventListener("pointerup", ended, { once: true });
  picture.addEventListener("pointercancel", ended, { once: true });
}

function plot(block, series, view, x, named) {
  const inside = series.map((one) => one.points.filter((point) => point.at >= view.from && point.at <= view.to));
  const values = [...inside.flat().map((point) => point.value), ...block.thresholds.map((one) => one.value)].filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const fromZero = block.shape !== "line" || (least >= 0 && least < most / 2);
  const scale = ticks(fromZero ? Math.min(0, least) : least, fromZero ? Math.max(0, most) : most);
  const [low, high] = [scale[0], scale.at(-1)];
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low));
  const clip = (value) => Math.min(Math.max(value, low), high);
  const unit = series[0].unit;
  const root = svg("svg", { viewBox: `0 0 ${view.width} ${HEIGHT}`, "aria-hidden": "true" });
  for (const band of block.bands) {
    const left = x(Math.min(Math.max(band.start ? Date.parse(band.start) : view.from, view.from), view.to));
    const right = x(Math.min(Math.max(band.end ? Date.parse(band.end) : view.to, view.from), view.to));
    const [top, ground] = [y(clip(band.high ?? high)), y(clip(band.low ?? low))];
    root.append(svg("rect", { class: band.breach ? "data-band breach" : "data-band", x: left, y: top, width: Math.max(right - left, 0), height: Math.max(ground - top, 1) }));
  }
  for (const value of scale) {
    root.append(
      svg("line", { class: "data-grid", x1: LEFT, x2: view.width - RIGHT, y1: y(value), y2: y(value) }),
      svg("text", { class: "data-tick", x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, measured(value, unit)),
    );
  }
  const count = Math.max(2, Math.min(5, Math.floor((view.width - LEFT) / 110)));
  for (let n = 0; n < count; n += 1) {
    const instant = view.from + ((view.to - view.from) * n) / (count - 1);
    const anchor = n === 0 ? "start" : n === count - 1 ? "end" : "middle";
    root.append(svg("text", { class: "data-tick", x: x(instant), y: HEIGHT - 6, "text-anchor": anchor }, named(instant)));
  }
  const paint = block.shape === "bar" ? columns : path;
  inside.forEach((points, index) => root.append(...paint(points, index, { x, y, view, count: block.stacked ? 1 : series.length, beside: block.stacked ? 0 : index, area: block.shape === "area" })));
  for (const one of block.thresholds) if (Number.isFinite(one.value)) root.append(svg("line", { class: "data-level", x1: LEFT, x2: view.width - RIGHT, y1: y(one.value), y2: y(one.value) }));
  for (const mark of block.marks) {
    const when = Date.parse(mark.at);
    if (when >= view.from && when <= view.to) root.append(svg("line", { class: "data-mark", x1: x(when), x2: x(when), y1: TOP, y2: HEIGHT - BOTTOM }));
  }
  return root;
}

/** A gap in the data is a gap in the line. */
function path(points, index, { x, y, area }) {
  let line = "";
  let pen = "M";
  for (const point of points) {
    if (Number.isFinite(point.value)) line += `${pen}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`;
    pen = Number.isFinite(point.value) ? "L" : "M";
  }
  const drawn = [svg("path", { class: `data-line s${(index % 6) + 1}${index > 5 ? " again" : ""}`, d: line })];
  if (area && points.length > 1) drawn.unshift(svg("path", { class: `data-area s${(index % 6) + 1}`, d: `${line}L${x(points.at(-1).at)} ${y(0)}L${x(points[0].at)} ${y(0)}Z` }));
  return drawn;
}

function columns(points, index, { x, y, view, count, beside }) {
  const room = ((view.width - LEFT - RIGHT) / Math.max(points.length, 1)) * 0.72;
  return points.filter((point) => Number.isFinite(point.value)).map((point) => {
    const [top, ground] = [y(Math.max(point.value, 0)), y(Math.min(point.value, 0))];
    const left = x(point.at) - room / 2 + (room / count) * beside;
    return svg("rect", { class: `data-bar s${(index % 6) + 1}`, x: left, y: top, width: Math.max(room / count - 1, 1), height: Math.max(ground - top, 1) });
  });
}

/** Each on top of those before it; the tallest comes first, so that the others cover what they share. */
function piled(series) {
  const sums = new Map();
  const tops = series.map((one) => ({
    ...one,
    points: one.points.map((point) => {
      sums.set(point.at, (sums.get(point.at) ?? 0) + (Number.isFinite(point.value) ? point.value : 0));
      return { ...point, value: sums.get(point.at) };
    }),
  }));
  return tops.reverse();
}

function around(block) {
  const unit = block.series[0]?.unit ?? "";
  const lines = [
    ...block.thresholds.map((one) => `${one.label}: ${measured(one.value, unit)}`),
    ...block.bands.map((one) => `${one.breach ? "breach" : "usual"}, ${one.label}`),
    ...block.marks.map((one) => `${one.about} at ${clock(Date.parse(one.at), block.zone, true)}: ${one.label}`),
    ...(block.more ? [`${block.more} more series ${block.more === 1 ? "is" : "are"} not drawn.`] : []),
  ];
  return lines.length ? make("ul", { class: "data-words" }, ...lines.map((line) => make("li", {}, line))) : null;
}

function ticks(least, most) {
  const rough = (most - least || Math.abs(most) || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999);
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(most / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, n) => Number(((first + n) * step).toPrecision(12)));
}

function nearest(instants, at) {
  return instants.reduce((best, one) => (Math.abs(one - at) < Math.abs(best - at) ? one : best), instants[0]);
}

// The data_visualization block as SVG: line, area, bar and pie, drawn with the colours of the theme.
import { make } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDEST, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [640, 240, 48, 12, 12, 30];
const DEEP = HEIGHT - TOP - BOTTOM;
const LETTER = 6.7; // pixels of a letter of a label, so that none runs into the next
const LABEL_ROOM = 62;
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const exact = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

function svg(tag, properties = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

export function chart(block) {
  const { title, chart: drawn } = block;
  const shares = drawn.type === "pie" ? drawn.segments : null;
  const picture = make("div", { class: "slk-picture", role: "img", "aria-label": `${title}. ${spoken(drawn)}` }, shares ? pie(shares) : plot(drawn, WIDEST));
  if (!shares) fit(picture, drawn);
  const legend = (shares ?? drawn.series).map((one, index) => key(shares ? shareName(one, shares) : one.name, index));
  const axis = drawn.axis_config ?? {};
  return make(
    "figure",
    { class: `slk-chart slk-chart-${drawn.type}` },
    make("figcaption", {}, title),
    axis.y_label && make("p", { class: "slk-axis" }, axis.y_label),
    picture,
    axis.x_label && make("p", { class: "slk-axis slk-axis-x" }, axis.x_label),
    make("ul", { class: "slk-legend" }, ...legend),
  );
}

/** Drawn anew at the width it has, so that its words keep their size. */
function fit(picture, drawn) {
  let width = WIDEST;
  new ResizeObserver(([{ contentRect }]) => {
    const now = Math.round(contentRect.width);
    if (now < 120 || now === width) return;
    width = now;
    picture.replaceChildren(plot(drawn, width));
  }).observe(picture);
}

function key(name, index) {
  const swatch = svg("svg", { viewBox: "0 0 14 14", width: 12, height: 12, "aria-hidden": "true" }, svg("rect", { width: 14, height: 14, rx: 4, class: series(index, "fill") }));
  return make("li", {}, swatch, name);
}

const series = (index, what) => `slk-${what}-${(index % 6) + 1}${index > 5 ? " slk-again" : ""}`;
const shareName = (one, all) => `${one.label}: ${exact.format(one.value)} (${short.format((one.value / total(all)) * 100)} %)`;
const total = (shares) => shares.reduce((sum, one) => sum + one.value, 0);

/** What the picture shows, for those who do not see it. */
function spoken(drawn) {
  if (drawn.type === "pie") return drawn.segments.map((one) => shareName(one, drawn.segments)).join("; ");
  const told = drawn.series.map(({ name, data }) => {
    const values = data.map((point) => point.value);
    return `${name}: ${exact.format(values[0])} to ${exact.format(values.at(-1))}, least ${exact.format(Math.min(...values))}, most ${exact.format(Math.max(...values))}`;
  });
  return `${drawn.axis_config.categories[0]} to ${drawn.axis_config.categories.at(-1)}. ${told.join("; ")}`;
}

function ticks(least, most) {
  const span = most - least || Math.abs(most) || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  const first = Math.floor(least / step) * step;
  const found = [];
  for (let at = first; at < most + step * 0.999; at += step) found.push(Number(at.toPrecision(12)));
  return found.length > 1 ? found : [first, first + step];
}

function plot({ type, series: lines, axis_config: { categories } }, width) {
  const values = lines.flatMap((one) => one.data.map((point) => point.value));
  const scale = ticks(Math.min(0, ...values), Math.max(0, ...values));
  const [low, high] = [scale[0], scale.at(-1)];
  const y = (value) => TOP + DEEP * (1 - (value - low) / (high - low));
  const slot = (width - LEFT - RIGHT) / (type === "bar" ? categories.length : Math.max(1, categories.length - 1));
  const x = (index) => LEFT + slot * (type === "bar" ? index + 0.5 : categories.length === 1 ? 0.5 : index);
  const root = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}` }, ...grid(scale, y, width - RIGHT), ...labels(categories, x, width));
  const draw = type === "bar" ? bars : path;
  lines.forEach((one, index) => {
    const points = categories.map((name) => one.data.find((point) => point.label === name)?.value ?? 0);
    root.append(...draw({ name: one.name, points, index, count: lines.length, categories, x, y, slot, type }));
  });
  return root;
}

function grid(scale, y, right) {
  return scale.flatMap((value) => [
    svg("line", { x1: LEFT, x2: right, y1: y(value), y2: y(value), class: value === 0 ? "slk-zero" : "slk-grid" }),
    svg("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, short.format(value)),
  ]);
}

/** As many names as have room, each below its point; the last one ends with the picture. */
function labels(categories, x, width) {
  const shown = categories.map((name) => (name.length > 12 ? `${name.slice(0, 11)}…` : name));
  const every = Math.max(1, Math.ceil(LABEL_ROOM / (x(1) - x(0) || width)));
  let taken = 0;
  return shown.flatMap((name, index) => {
    const half = (name.length * LETTER) / 2;
    const middle = Math.min(x(index), width - half);
    if (index % every || middle - half < taken) return [];
    taken = middle + half + 8;
    return [svg("text", { x: middle, y: HEIGHT - 8, "text-anchor": "middle" }, name)];
  });
}

function path({ name, points, index, categories, x, y, type }) {
  const line = points.map((value, at) => `${at ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const parts = [];
  if (type === "area") parts.push(svg("path", { d: `${line}L${x(points.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`, class: `slk-area ${series(index, "fill")}` }));
  parts.push(svg("path", { d: line, class: `slk-line ${series(index, "stroke")}` }));
  points.forEach((value, at) => {
    const dot = svg("circle", { cx: x(at), cy: y(value), r: points.length > 12 ? 2 : 3, class: series(index, "fill") });
    parts.push(svg("g", { class: "slk-point" }, dot, svg("circle", { cx: x(at), cy: y(value), r: 9, class: "slk-target" }), tip(name, categories[at], value)));
  });
  return parts;
}

function bars({ name, points, index, count, categories, x, y, slot }) {
  const room = Math.min(slot * 0.72, 90);
  const width = room / count;
  return points.map((value, at) => {
    const left = x(at) - room / 2 + width * index;
    const [from, to] = [y(Math.max(value, 0)), y(Math.min(value, 0))];
    const box = { x: left + 0.5, y: from, width: Math.max(1, width - 1), height: Math.max(1, to - from), rx: 2, class: series(index, "fill") };
    return svg("rect", box, tip(name, categories[at], value));
  });
}

const tip = (name, category, value) => svg("title", {}, `${name}, ${category}: ${exact.format(value)}`);

function pie(shares) {
  const sum = total(shares);
  const root = svg("svg", { viewBox: "-110 -110 220 220" });
  let turn = -0.25;
  shares.forEach((share, index) => {
    const part = share.value / sum;
    root.append(svg("path", { d: slice(turn, turn + part), class: `slk-slice ${series(index, "fill")}` }, tip("Share", share.label, share.value)));
    turn += part;
  });
  return root;
}

/** A ring's piece; a whole ring in two halves, for an arc cannot end where it began. */
function slice(from, to) {
  if (to - from > 0.9999) return `${slice(from, from + 0.5)}${slice(from + 0.5, from + 0.9998)}`;
  const at = (turn, radius) => `${(Math.cos(turn * 2 * Math.PI) * radius).toFixed(2)} ${(Math.sin(turn * 2 * Math.PI) * radius).toFixed(2)}`;
  const large = to - from > 0.5 ? 1 : 0;
  return `M${at(from, 100)}A100 100 0 ${large} 1 ${at(to, 100)}L${at(to, 58)}A58 58 0 ${large} 0 ${at(from, 58)}Z`;
}

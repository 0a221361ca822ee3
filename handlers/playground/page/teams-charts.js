// The charts of Teams' cards as inline SVG. Each says in words what it shows, for those who do not see it.
import { make } from "./dom.js";

const ROOMS = [300, 420, 560]; // widths a chart is drawn for, so that its words keep their size
const HEIGHT = 220;
const EDGE = { left: 52, right: 12, top: 10, bottom: 28 };
const CYCLE = ["blue", "marigold", "teal", "purple", "red", "green", "lavender", "lightblue", "lime"];
const NEAR = { sequential: "blue", diverging: "teal", neutral: "gray", peach: "marigold", yellow: "marigold", cyan: "teal", maroon: "red", lightred: "red" };

export const CHARTS = {
  "Chart.Line": line,
  "Chart.VerticalBar": (chart, width) => bars(chart, [{ legend: "", values: chart.data, color: chart.color }], width),
  "Chart.VerticalBar.Grouped": (chart, width) => bars(chart, chart.data, width),
  "Chart.HorizontalBar": horizontal,
  "Chart.HorizontalBar.Stacked": stackedRows,
  "Chart.Pie": (chart) => pie(chart, 0),
  "Chart.Donut": (chart) => pie(chart, chart.thickness === "Thick" ? 46 : 58),
  "Chart.Gauge": gauge,
};

export function drawChart(chart) {
  let room = ROOMS.at(-1);
  let parts = picture(chart, room);
  const title = chart.title && chart.showTitle !== false ? make("figcaption", {}, chart.title) : null;
  const unit = chart.yAxisTitle ? make("p", { class: "ac-axis" }, chart.yAxisTitle) : null;
  const keys = parts.keys.filter((key) => key.name);
  const legend = keys.length > 0 && chart.showLegend !== false && (keys.length > 1 || parts.alwaysKeys);
  const list = legend ? make("ul", { class: "ac-legend", "aria-hidden": "true" }, ...keys.map(legendEntry)) : null;
  const figure = make("figure", { class: "ac-chart", "data-chart": chart.type }, title, unit, parts.picture, list);
  new ResizeObserver(([seen]) => {
    const wanted = ROOMS.findLast((one) => one <= seen.contentRect.width + 40) ?? ROOMS[0];
    if (wanted === room || !seen.contentRect.width) return;
    const fresh = picture(chart, wanted);
    parts.picture.replaceWith(fresh.picture);
    [parts, room] = [fresh, wanted];
  }).observe(figure);
  return figure;
}

function picture(chart, width) {
  const parts = CHARTS[chart.type](chart, width);
  parts.picture.setAttribute("role", "img");
  parts.picture.setAttribute("aria-label", [chart.title, parts.words].filter(Boolean).join(": "));
  return parts;
}

function legendEntry({ name, color, value }) {
  return make("li", {}, make("span", { class: `ac-swatch ${color}` }), value === undefined ? name : `${name}: ${write(value)}`);
}

/** The class of a colour by Teams' name, or the next of the cycle. */
function tint(name, index) {
  const short = (name ?? "").replace(/^categorical/, "").toLowerCase();
  if (["good", "warning", "attention"].includes(short) || CYCLE.includes(short)) return `tint-${short}`;
  const near = Object.keys(NEAR).find((one) => short.replace(/^(sequential|diverging)/, "").replace(/\d/, "") === one || short.startsWith(one));
  return `tint-${near ? NEAR[near] : CYCLE[index % CYCLE.length]}`;
}

function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

const words = (x, y, text, anchor = "middle", more = {}) => svg("text", { x, y, "text-anchor": anchor, ...more }, text);

export function write(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1000) return new Intl.NumberFormat([], { notation: "compact", maximumFractionDigits: 1 }).format(value);
  return new Intl.NumberFormat([], { maximumSignificantDigits: 3 }).format(value);
}

/** Round steps of an axis that hold all values. */
function steps(values, chart, fromZero) {
  const known = values.filter(Number.isFinite);
  let low = chart.yMin ?? Math.min(...known, ...(fromZero ? [0] : []));
  let high = chart.yMax ?? Math.max(...known, ...(fromZero ? [0] : []));
  if (!known.length) [low, high] = [0, 1];
  if (low === high) [low, high] = low === 0 ? [0, 1] : [Math.min(0, low), Math.max(0, high)];
  if (!fromZero && chart.yMin === undefined && low > 0 && low < high * 0.6) low = 0;
  const raw = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999);
  const ticks = [];
  for (let tick = Math.floor(low / step) * step; tick < high + step * 0.999; tick += step) ticks.push(Number(tick.toPrecision(10)));
  return ticks;
}

function frame(ticks, width) {
  const [low, high] = [ticks[0], ticks.at(-1)];
  const y = (value) => HEIGHT - EDGE.bottom - ((value - low) / (high - low)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const lines = ticks.flatMap((tick) => [
    svg("line", { class: "ac-grid", x1: EDGE.left, x2: width - EDGE.right, y1: y(tick), y2: y(tick) }),
    words(EDGE.left - 8, y(tick) + 4, write(tick), "end"),
  ]);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, class: "ac-plot" }, ...lines);
  return { picture, y, base: y(Math.min(Math.max(0, low), high)) };
}

/** Where each x stands: numbers and dates by size, anything else in order. */
function scale(xs, width) {
  const dates = xs.every((x) => typeof x === "string" && /^\d{4}-\d\d-\d\d/.test(x) && !Number.isNaN(Date.parse(x)));
  const numbers = xs.every((x) => typeof x === "number");
  const distinct = [...new Set(xs)];
  const place = dates ? Date.parse : numbers ? Number : (x) => distinct.indexOf(x);
  const all = distinct.map(place);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const span = width - EDGE.left - EDGE.right - 24;
  const at = (x) => EDGE.left + 12 + (high === low ? span / 2 : ((place(x) - low) / (high - low)) * span);
  const name = (x) => (dates ? day(x, high - low) : String(x));
  return { at, name, sorted: distinct.sort((a, b) => place(a) - place(b)) };
}

function day(x, span) {
  const date = new Date(x);
  const timed = /T\d\d:\d\d/.test(x) && span < 2 * 864e5;
  return timed ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : date.toLocaleDateString([], { month: "short", day: "numeric" });
}

/** As many labels as fit without touching. */
function labels(xs, at, name, width) {
  const widest = Math.max(...xs.map((x) => name(x).length), 1) * 7 + 14;
  const every = Math.max(1, Math.ceil((xs.length * widest) / (width - EDGE.left - EDGE.right)));
  return xs.filter((_, i) => i % every === 0).map((x) => {
    const anchor = at(x) > width - widest / 2 ? "end" : "middle";
    return words(at(x), HEIGHT - 8, name(x).slice(0, 24), anchor);
  });
}

const told = (name, values) => {
  const known = values.filter(Number.isFinite);
  if (!known.length) return `${name || "series"} without data`;
  return `${name ? `${name} ` : ""}from ${write(known[0])} to ${write(known.at(-1))}, least ${write(Math.min(...known))}, most ${write(Math.max(...known))}`;
};

function line(chart, width) {
  const series = chart.data.map((one, i) => ({ ...one, tint: tint(one.color ?? (chart.data.length === 1 ? chart.color : null), i) }));
  const { picture, y } = frame(steps(series.flatMap((one) => one.values.map((v) => v.y)), chart, false), width);
  const { at, name, sorted } = scale(series.flatMap((one) => one.values.map((v) => v.x)), width);
  picture.append(...labels(sorted, at, name, width));
  for (const one of series) {
    const path = one.values.map((v, i) => `${i ? "L" : "M"}${at(v.x).toFixed(1)} ${y(v.y).toFixed(1)}`).join("");
    picture.append(svg("path", { d: path, class: `ac-line ${one.tint}` }));
    if (one.values.length <= 40) {
      picture.append(...one.values.map((v) => svg("circle", { cx: at(v.x), cy: y(v.y), r: one.values.length > 20 ? 2 : 3, class: `ac-dot ${one.tint}` }, svg("title", {}, `${one.legend} ${name(v.x)}: ${write(v.y)}`))));
    }
  }
  const keys = series.map((one) => ({ name: one.legend, color: one.tint }));
  return { picture, keys, words: `line chart; ${series.map((one) => told(one.legend, one.values.map((v) => v.y))).join("; ")}` };
}

function bars(chart, data, width) {
  const xs = [...new Set(data.flatMap((one) => one.values.map((v) => v.x)))];
  const value = (one, x) => one.values.find((v) => v.x === x)?.y ?? 0;
  const totals = xs.map((x) => data.reduce((sum, one) => sum + Math.max(0, value(one, x)), 0));
  const heights = chart.stacked ? totals : data.flatMap((one) => one.values.map((v) => v.y));
  const { picture, y, base } = frame(steps(heights, chart, true), width);
  const slot = (width - EDGE.left - EDGE.right) / Math.max(1, xs.length);
  const at = (x) => EDGE.left + slot * (xs.indexOf(x) + 0.5);
  const dates = scale(xs, width);
  picture.append(...labels(xs, at, dates.name, width));
  const wide = Math.min(56, slot * 0.7);
  const keys = data.map((one, i) => ({ name: one.legend, color: tint(one.color ?? chart.color, i) }));
  for (const x of xs) {
    let under = 0;
    data.forEach((one, i) => {
      const amount = value(one, x);
      const top = chart.stacked ? y(under + amount) : Math.min(y(amount), base);
      const height = chart.stacked ? y(under) - y(under + amount) : Math.abs(base - y(amount));
      const thick = chart.stacked ? wide : wide / data.length;
      const left = at(x) - wide / 2 + (chart.stacked ? 0 : i * thick);
      const own = one.values.find((v) => v.x === x)?.color;
      const bar = svg("rect", { x: left + 0.5, y: top, width: Math.max(1, thick - 1), height: Math.max(0, height), rx: 2, class: own ? tint(own, i) : keys[i].color });
      bar.append(svg("title", {}, `${one.legend || chart.title || ""} ${dates.name(x)}: ${write(amount)}`));
      picture.append(bar);
      if (chart.showBarValues && thick > 22) picture.append(words(left + thick / 2, top - 4, write(amount)));
      under += amount;
    });
  }
  const kind = chart.stacked ? "stacked bar chart" : "bar chart";
  return { picture, keys, words: `${kind}; ${data.map((one) => told(one.legend, one.values.map((v) => v.y))).join("; ")}` };
}

const fitting = (text, width) => (text.length * 7 > width ? `${text.slice(0, Math.floor(width / 7) - 1)}…` : text);

function horizontal(chart, room) {
  const names = Math.min(160, room * 0.32);
  const most = Math.max(...chart.data.map((bar) => bar.y), 0) || 1;
  const row = 30;
  const picture = svg("svg", { viewBox: `0 0 ${room} ${chart.data.length * row + 6}`, class: "ac-plot" });
  chart.data.forEach((bar, i) => {
    const width = Math.max(2, (Math.max(0, bar.y) / most) * (room - names - 64));
    picture.append(words(0, i * row + 20, fitting(String(bar.x), names), "start"));
    picture.append(svg("rect", { x: names, y: i * row + 6, width, height: 18, rx: 3, class: tint(bar.color ?? chart.color, 0) }));
    picture.append(words(names + 8 + width, i * row + 20, write(bar.y), "start"));
  });
  return { picture, keys: [], words: `bar chart; ${chart.data.map((bar) => `${bar.x} ${write(bar.y)}`).join(", ")}` };
}

function stackedRows(chart, room) {
  const names = Math.min(160, room * 0.32);
  const sum = (one) => one.data.reduce((total, part) => total + part.value, 0);
  const most = Math.max(...chart.data.map(sum), 0) || 1;
  const legends = [...new Set(chart.data.flatMap((one) => one.data.map((part) => part.legend)))];
  const color = (part) => tint(part.color, legends.indexOf(part.legend));
  const row = 30;
  const picture = svg("svg", { viewBox: `0 0 ${room} ${chart.data.length * row + 6}`, class: "ac-plot" });
  chart.data.forEach((one, i) => {
    let left = names;
    picture.append(words(0, i * row + 20, fitting(one.title, names), "start"));
    for (const part of one.data) {
      const width = (part.value / most) * (room - names - 16);
      picture.append(svg("rect", { x: left, y: i * row + 6, width: Math.max(0, width - 1), height: 18, class: color(part) }, svg("title", {}, `${part.legend}: ${write(part.value)}`)));
      left += width;
    }
  });
  const keys = legends.map((name) => ({ name, color: color(chart.data.flatMap((one) => one.data).find((part) => part.legend === name)) }));
  return { picture, keys, words: `stacked bar chart; ${chart.data.map((one) => `${one.title}: ${one.data.map((part) => `${part.legend} ${write(part.value)}`).join(", ")}`).join("; ")}` };
}

/** A piece of a ring between two shares of the circle. */
function arc(center, outer, inner, from, to) {
  const point = (radius, share) => {
    const angle = share * 2 * Math.PI - Math.PI / 2;
    return `${(center.x + radius * Math.cos(angle)).toFixed(2)} ${(center.y + radius * Math.sin(angle)).toFixed(2)}`;
  };
  const end = Math.min(to, from + 0.99999);
  const large = end - from > 0.5 ? 1 : 0;
  if (!inner) return `M${center.x} ${center.y}L${point(outer, from)}A${outer} ${outer} 0 ${large} 1 ${point(outer, end)}Z`;
  return `M${point(outer, from)}A${outer} ${outer} 0 ${large} 1 ${point(outer, end)}L${point(inner, end)}A${inner} ${inner} 0 ${large} 0 ${point(inner, from)}Z`;
}

function pie(chart, inner) {
  const total = chart.data.reduce((sum, one) => sum + Math.max(0, one.value), 0) || 1;
  const picture = svg("svg", { viewBox: "0 0 200 200", class: "ac-round" });
  const keys = chart.data.map((one, i) => ({ name: one.legend, color: tint(one.color, i), value: one.value }));
  let from = 0;
  chart.data.forEach((one, i) => {
    const to = from + Math.max(0, one.value) / total;
    picture.append(svg("path", { d: arc({ x: 100, y: 100 }, 90, inner, from, to), class: `ac-slice ${keys[i].color}` }, svg("title", {}, `${one.legend}: ${write(one.value)}`)));
    from = to;
  });
  if (inner && chart.value) picture.append(words(100, 107, chart.value, "middle", { class: "ac-middle" }));
  const shares = chart.data.map((one) => `${one.legend} ${write(one.value)} (${Math.round((one.value / total) * 100)} %)`);
  return { picture, keys, alwaysKeys: true, words: `shares; ${shares.join(", ")}` };
}

function gauge(chart) {
  const low = chart.min ?? 0;
  const segments = chart.segments ?? [];
  const high = chart.max ?? (segments.reduce((sum, one) => sum + (one.size ?? 0), 0) || 100);
  const share = Math.min(1, Math.max(0, (chart.value - low) / (high - low || 1)));
  const center = { x: 110, y: 110 };
  const picture = svg("svg", { viewBox: "0 0 220 140", class: "ac-round wide" });
  const piece = (from, to, name) => svg("path", { d: arc(center, 95, 70, from / 2 - 0.25, to / 2 - 0.25), class: name });
  if (segments.length) {
    let from = 0;
    segments.forEach((one, i) => {
      const to = from + (one.size ?? 0) / (high - low || 1);
      picture.append(piece(from, Math.min(1, to), `ac-slice ${tint(one.color, i)}`));
      from = to;
    });
  } else picture.append(piece(0, 1, "ac-track"), piece(0, share, tint(null, 0)));
  const angle = Math.PI * (1 - share);
  if (chart.showNeedle !== false) {
    picture.append(svg("line", { class: "ac-needle", x1: 110, y1: 110, x2: 110 + 66 * Math.cos(angle), y2: 110 - 66 * Math.sin(angle) }));
  }
  const shown = chart.valueFormat === "Fraction" ? `${write(chart.value)}/${write(high)}` : chart.valueFormat === "Percentage" ? `${Math.round(share * 100)} %` : write(chart.value);
  picture.append(words(110, 136, shown, "middle", { class: "ac-middle" }));
  if (chart.showMinMax !== false) picture.append(words(27, 126, write(low)), words(193, 126, write(high)));
  const keys = segments.map((one, i) => ({ name: one.legend ?? "", color: tint(one.color, i) }));
  return { picture, keys, alwaysKeys: true, words: `gauge at ${shown}, from ${write(low)} to ${write(high)}${chart.subLabel ? `; ${chart.subLabel}` : ""}` };
}

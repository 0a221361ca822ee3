// Slack's mrkdwn, read as Slack reads it: text that nobody escaped does show as formatting here, and so is found out.
import { make } from "./dom.js";
import { signed } from "./signs.js";

const EMOJI = {
  white_check_mark: "✅", warning: "⚠️", x: "❌", rotating_light: "🚨", eyes: "👀", tada: "🎉", fire: "🔥", thumbsup: "👍",
  "+1": "👍", thumbsdown: "👎", "-1": "👎", information_source: "ℹ️", bell: "🔔", no_bell: "🔕", red_circle: "🔴",
  large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠", large_blue_circle: "🔵", chart_with_upwards_trend: "📈",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", mag: "🔍", bulb: "💡", memo: "📝", email: "✉️", robot_face: "🤖", wave: "👋", rocket: "🚀",
};
const STYLE = /(?<![\p{L}\p{N}])([*_~])(?=[^\s*_~])([^\n]*?[^\s])\1(?![\p{L}\p{N}])/u;
const TAGS = { "*": "strong", _: "em", "~": "s" };
const HELD = /([\uE000-\uF8FF])/;

export const emoji = (name) => EMOJI[name] ?? `:${name}:`;
export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Who and where ids stand for; `state` is the chat's part of /sim/state, or nothing. */
export function names(state) {
  return {
    user: (id) => state?.users?.[id]?.name ?? id,
    channel: (id) => state?.channels?.find((one) => one.id === id)?.name ?? id,
  };
}

export function mention(words, more = "") {
  return make("span", { class: `slk-mention ${more}` }, words);
}

export function link(url, ...words) {
  const safe = /^(https?|mailto|tel):/i.test(url) || url.startsWith("/");
  if (!safe) return make("span", {}, ...words);
  return make("a", { class: "slk-link", href: url, target: "_blank", rel: "noopener noreferrer" }, ...words);
}

/** A text object or a message's text, as nodes. */
export function mrkdwn(text, look) {
  const root = make("span", { class: "slk-mrkdwn" });
  text.split(/```([\s\S]+?)```/).forEach((part, index) => {
    if (index % 2) root.append(make("pre", { class: "slk-code" }, unescape(part.replace(/^\n/, ""))));
    else if (part) root.append(...lines(part, look));
  });
  return root;
}

function lines(text, look) {
  const nodes = [];
  for (const chunk of text.split(/((?:^(?:&gt;|>).*(?:\n|$))+)/m)) {
    if (!chunk) continue;
    const quoted = /^(&gt;|>)/.test(chunk);
    const bare = quoted ? chunk.replace(/^(&gt;|>) ?/gm, "").replace(/\n$/, "") : chunk;
    nodes.push(quoted ? make("blockquote", { class: "slk-quote" }, ...inline(bare, look)) : make("span", {}, ...inline(bare, look)));
  }
  return nodes;
}

function inline(text, look) {
  const held = [];
  const hold = (node) => String.fromCharCode(0xe000 + held.push(node) - 1);
  const whole = text
    .replace(/[\uE000-\uF8FF]/g, "\uFFFD")
    .replace(/`([^`\n]+)`/g, (_, code) => hold(make("code", { class: "slk-inline" }, unescape(code))))
    .replace(/<([^<>\n]+)>/g, (all, inner) => {
      const node = reference(inner, look);
      return node ? hold(node) : all;
    })
    .replace(/:([a-z0-9_+-]+):/g, (all, name) => (EMOJI[name] ? EMOJI[name] : all));
  return styled(whole, held);
}

function styled(text, held) {
  const found = STYLE.exec(text);
  if (!found) return plain(text, held);
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + found[0].length);
  return [...plain(before, held), make(TAGS[found[1]], {}, ...styled(found[2], held)), ...styled(after, held)];
}

function plain(text, held) {
  return text.split(HELD).filter(Boolean).flatMap((part) => (HELD.test(part) ? [held[part.charCodeAt(0) - 0xe000]] : signed(unescape(part))));
}

function reference(inner, look) {
  const [what, ...rest] = inner.split("|");
  const label = rest.length ? unescape(rest.join("|")) : "";
  if (/^@[UW]/.test(what)) return mention(`@${look.user(what.slice(1))}`);
  if (/^#[CD]/.test(what)) return mention(`#${label || look.channel(what.slice(1))}`);
  if (/^!(here|channel|everyone)$/.test(what)) return mention(`@${what.slice(1)}`, "slk-broadcast");
  if (what.startsWith("!subteam^")) return mention(label || `@${what.slice(9)}`, "slk-broadcast");
  if (what.startsWith("!date^")) return moment(what, label);
  if (/^(https?|mailto|tel):/i.test(what)) return link(unescape(what), label || unescape(what.replace(/^(mailto|tel):/, "")));
  return null;
}

function moment(what, fallback) {
  const [, seconds, format, url] = unescape(what).split("^");
  const words = dated(Number(seconds), format ?? "{date} {time}") || fallback;
  const time = make("time", { datetime: new Date(seconds * 1000).toISOString(), title: fallback }, words);
  return url ? link(url, time) : time;
}

/** Slack's date format in the reader's own zone. */
export function dated(seconds, format) {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return "";
  const write = (options) => new Intl.DateTimeFormat("en", options).format(at);
  const words = {
    date_num: at.toLocaleDateString("sv"),
    date: write({ dateStyle: "long" }),
    date_short: write({ dateStyle: "medium" }),
    date_long: write({ dateStyle: "full" }),
    time: write({ timeStyle: "short", hour12: false }),
    time_secs: write({ timeStyle: "medium", hour12: false }),
    day_divider_pretty: write({ weekday: "long", month: "long", day: "numeric" }),
    ago: write({ dateStyle: "medium", timeStyle: "short", hour12: false }),
  };
  return format.replace(/\{(\w+)\}/g, (all, name) => words[name] ?? words[name.replace("_pretty", "")] ?? all);
}

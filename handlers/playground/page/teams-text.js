// Text as Teams reads it: the markdown of messages, the smaller one of cards, and the date macros. Nodes, never markup.
import { make } from "./dom.js";
import { signed } from "./signs.js";

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const TAGS = { b: "strong", strong: "strong", i: "em", em: "em", s: "s", strike: "s", u: "u", code: "code", h1: "strong", h2: "strong", h3: "strong" };
const MACRO = /\{\{(DATE|TIME)\((\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)(?:, ?(COMPACT|SHORT|LONG))?\)\}\}/g;
const DATES = {
  COMPACT: { dateStyle: "short" },
  SHORT: { weekday: "short", year: "numeric", month: "short", day: "numeric" },
  LONG: { dateStyle: "full" },
};

const TIME = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The hour as both chats of this page write it. */
export const clock = (date) => TIME.format(date);

/** {{DATE(…)}} and {{TIME(…)}} in the reader's own zone; what is not a date stays as it stands. */
export function withDates(text) {
  return text.replace(MACRO, (whole, kind, when, style) => {
    const date = new Date(when);
    if (Number.isNaN(date.getTime())) return whole;
    if (kind === "TIME") return clock(date);
    return date.toLocaleDateString("en", DATES[style ?? "COMPACT"]);
  });
}

/** A web address that may be opened; anything else is text. */
export function safeUrl(url) {
  return /^(https?:|mailto:|tel:)/i.test(url ?? "") ? url : null;
}

export function link(url, ...children) {
  const address = safeUrl(url);
  if (!address) return make("span", {}, ...children);
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Blocks of a text: paragraphs and lists; in messages headings, quotes and code, too. */
export function markdown(text, options = {}) {
  const lines = text.replace(/\r\n/g, "\n").replace(/\r/g, "\n\n").split("\n");
  const blocks = [];
  let paragraph = [];
  const flush = () => {
    if (paragraph.length) blocks.push(make("p", {}, ...inline(joined(paragraph), options)));
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    const item = /^ {0,3}(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/.exec(line);
    if (!line.trim()) flush();
    else if (item) {
      flush();
      const list = listAt(lines, at, options);
      blocks.push(list.element);
      at = list.last;
    } else if (!options.card && /^ {0,3}```/.test(line)) {
      flush();
      const code = [];
      while (++at < lines.length && !/^ {0,3}```/.test(lines[at])) code.push(lines[at]);
      blocks.push(make("pre", { class: "tm-pre", tabindex: "0" }, make("code", {}, code.join("\n"))));
    } else if (!options.card && /^ {0,3}#{1,6}\s/.test(line)) {
      flush();
      blocks.push(make("p", { class: "tm-heading", role: "heading", "aria-level": "4" }, ...inline(line.replace(/^ *#+\s+/, ""), options)));
    } else if (!options.card && /^ {0,3}>/.test(line)) {
      flush();
      const quoted = [];
      for (; at < lines.length && /^ {0,3}>/.test(lines[at]); at++) quoted.push(lines[at].replace(/^ *> ?/, ""));
      at--;
      blocks.push(make("blockquote", {}, ...markdown(quoted.join("\n"), options)));
    } else if (!options.card && /^ {0,3}(-{3,}|\*{3,}|_{3,})\s*$/.test(line)) {
      flush();
      blocks.push(make("hr"));
    } else paragraph.push(line);
  }
  flush();
  return blocks;
}

/** One newline is a space, as in Teams; two blanks before it, or a backslash, make a line break. */
function joined(lines) {
  return lines.map((line, i) => (i === lines.length - 1 ? line.trim() : / {2,}$|\\$/.test(line) ? `${line.replace(/ *\\?$/, "")}\n` : `${line.trim()} `)).join("");
}

function listAt(lines, first, options) {
  const numbered = /^ {0,3}\d/.test(lines[first]);
  const same = numbered ? /^ {0,3}(\d{1,9})[.)]\s+(.*)$/ : /^ {0,3}([-*+])\s+(.*)$/;
  const start = numbered ? Number(same.exec(lines[first])[1]) : 1;
  const list = make(numbered ? "ol" : "ul", numbered && start !== 1 ? { start } : {});
  let at = first;
  for (; at < lines.length; at++) {
    const item = same.exec(lines[at]);
    if (!item) break;
    const words = [item[2]];
    while (at + 1 < lines.length && /^\s{2,}\S/.test(lines[at + 1]) && !same.test(lines[at + 1])) words.push(lines[++at].trim());
    list.append(make("li", {}, ...inline(joined(words), options)));
  }
  return { element: list, last: at - 1 };
}

/** The marks within a line. `options`: card, mentions (tag text to name), citations (position to a drawing function). */
export function inline(text, options = {}) {
  const nodes = [];
  let plain = "";
  const push = (...more) => {
    if (plain) nodes.push(...signed(plain));
    plain = "";
    nodes.push(...more);
  };
  for (let at = 0; at < text.length; ) {
    const found = mark(text, at, options);
    if (!found) plain += text[at++];
    else {
      if (typeof found.node === "string") plain += found.node;
      else push(found.node);
      at = found.end;
    }
  }
  push();
  return nodes;
}

function mark(text, at, options) {
  const sign = text[at];
  if (sign === "\\" && PUNCTUATION.test(text[at + 1] ?? "")) return { node: text[at + 1], end: at + 2 };
  if (sign === "\n") return { node: make("br"), end: at + 1 };
  if (sign === "&") return entity(text, at);
  if (sign === "<") return tag(text, at, options);
  if (sign === "[" || (sign === "!" && text[at + 1] === "[" && !options.card)) return bracket(text, at, options);
  if (sign === "*" || sign === "_") return emphasis(text, at, options);
  if (options.card) return null;
  if (sign === "~" && text.startsWith("~~", at)) return wrapped(text, at, "~~", "s", options);
  if (sign === "`") {
    const close = text.indexOf("`", at + 1);
    return close > at + 1 ? { node: make("code", {}, text.slice(at + 1, close)), end: close + 1 } : null;
  }
  if (sign === "h") return address(text, at);
  return null;
}

function entity(text, at) {
  const found = /^&(?:#(\d{1,6})|#x([\da-f]{1,6})|(\w{2,6}));/i.exec(text.slice(at, at + 12));
  if (!found) return null;
  const code = found[1] ? Number(found[1]) : found[2] ? parseInt(found[2], 16) : null;
  const sign = code === null ? ENTITIES[found[3]] : code <= 0x10ffff ? String.fromCodePoint(code) : null;
  return sign ? { node: sign, end: at + found[0].length } : null;
}

function tag(text, at, options) {
  const mention = /^<at(?:\s[^>]*)?>(.*?)<\/at>/.exec(text.slice(at));
  if (mention && options.mentions?.has(`<at>${mention[1]}</at>`)) {
    return { node: make("span", { class: "tm-mention" }, mention[1]), end: at + mention[0].length };
  }
  if (options.card) return null;
  const rest = text.slice(at);
  const br = /^<br\s*\/?>/i.exec(rest);
  if (br) return { node: make("br"), end: at + br[0].length };
  const anchor = /^<a\s+href="([^"]*)"[^>]*>(.*?)<\/a>/i.exec(rest);
  if (anchor) return { node: link(anchor[1], ...inline(anchor[2], options)), end: at + anchor[0].length };
  const pair = /^<(\w+)>([\s\S]*?)<\/\1>/i.exec(rest);
  const name = pair && TAGS[pair[1].toLowerCase()];
  return name ? { node: make(name, {}, ...inline(pair[2], options)), end: at + pair[0].length } : null;
}

function bracket(text, at, options) {
  const picture = text[at] === "!";
  const rest = text.slice(picture ? at + 1 : at);
  const cited = /^\[(\d{1,2})\](?!\()/.exec(rest);
  const draw = cited && options.citations?.get(Number(cited[1]));
  if (draw) return { node: draw(), end: at + cited[0].length };
  const found = /^\[((?:\\.|[^\]\\])*)\]\(\s*<?((?:\\.|[^\s()\\]|\([^\s()]*\))*)>?(?:\s+"[^"]*")?\s*\)/.exec(rest);
  if (!found) return null;
  const url = found[2].replace(/\\(.)/g, "$1");
  const end = at + found[0].length + (picture ? 1 : 0);
  if (picture) return { node: make("img", { src: safeUrl(url) ?? "", alt: found[1], class: "tm-picture" }), end };
  return safeUrl(url) ? { node: link(url, ...inline(found[1], options)), end } : null;
}

function emphasis(text, at, options) {
  const sign = text[at];
  const double = text[at + 1] === sign;
  return (double && wrapped(text, at, sign + sign, "strong", options)) || wrapped(text, at, sign, "em", options);
}

function wrapped(text, at, fence, name, options) {
  const start = at + fence.length;
  const word = (sign) => /[\p{L}\p{N}]/u.test(sign ?? "");
  if (!text[start] || /\s/.test(text[start]) || (fence.length === 1 && text[start] === fence)) return null;
  if (fence[0] === "_" && word(text[at - 1])) return null;
  for (let close = text.indexOf(fence, start + 1); close > 0; close = text.indexOf(fence, close + 1)) {
    const escaped = text[close - 1] === "\\";
    const longer = fence.length === 1 && (text[close + 1] === fence || text[close - 1] === fence);
    const inside = fence[0] === "_" && word(text[close + fence.length]);
    if (escaped || longer || inside || /\s/.test(text[close - 1])) continue;
    return { node: make(name, {}, ...inline(text.slice(start, close), options)), end: close + fence.length };
  }
  return null;
}

function address(text, at) {
  if (/[\w/]/.test(text[at - 1] ?? "")) return null;
  const found = /^https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]}*_]/.exec(text.slice(at));
  return found ? { node: link(found[0], found[0]), end: at + found[0].length } : null;
}

// Standard Markdown, as Slack's markdown block and its streams have it: enough of it to read an answer.
import { make } from "./dom.js";
import { link } from "./mrkdwn.js";
import { signed } from "./signs.js";

const HELD = /([\uE000-\uF8FF])/;
const MARKS = [
  [/(\*\*|__)(?=\S)(.+?)\1/s, "strong"],
  [/~~(?=\S)()(.+?)~~/s, "s"],
  [/(?<![\p{L}\p{N}*_])([*_])(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/su, "em"],
];

export function markdown(text) {
  const root = make("div", { class: "slk-markdown" });
  const rows = text.split("\n");
  let at = 0;
  while (at < rows.length) {
    const [node, next] = piece(rows, at);
    if (node) root.append(node);
    at = next;
  }
  return root;
}

function piece(rows, at) {
  const row = rows[at];
  if (!row.trim()) return [null, at + 1];
  if (row.startsWith("```")) return fence(rows, at);
  const heading = /^(#{1,6})\s+(.*)$/.exec(row);
  if (heading) return [make("p", { class: `slk-heading slk-heading-${heading[1].length}`, role: "heading", "aria-level": 3 }, ...inline(heading[2])), at + 1];
  if (/^ {0,3}([-*_])( *\1){2,} *$/.test(row)) return [make("hr", { class: "slk-divider" }), at + 1];
  if (row.includes("|") && /^[\s|:-]+-[\s|:-]*$/.test(rows[at + 1] ?? "")) return table(rows, at);
  if (/^\s*>/.test(row)) return run(rows, at, /^\s*> ?/, (inner) => make("blockquote", { class: "slk-quote" }, markdown(inner.join("\n"))));
  if (LIST.test(row)) return list(rows, at);
  const end = rows.findIndex((one, index) => index > at && (!one.trim() || /^(#{1,6}\s|```|\s*>)/.test(one) || LIST.test(one)));
  const until = end < 0 ? rows.length : end;
  return [make("p", {}, ...inline(rows.slice(at, until).join("\n"))), until];
}

const LIST = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

function list(rows, at) {
  const ordered = /^\s*\d/.test(rows[at]);
  const root = make(ordered ? "ol" : "ul", { class: "slk-list" });
  let next = at;
  for (; next < rows.length; next += 1) {
    const found = LIST.exec(rows[next]);
    if (!found) break;
    root.append(make("li", { class: found[1].length > 1 ? "slk-indent-1" : "" }, ...inline(found[3])));
  }
  return [root, next];
}

function fence(rows, at) {
  const end = rows.findIndex((row, index) => index > at && row.startsWith("```"));
  const until = end < 0 ? rows.length : end;
  return [make("pre", { class: "slk-code" }, rows.slice(at + 1, until).join("\n")), until + 1];
}

function run(rows, at, mark, wrap) {
  let next = at;
  while (next < rows.length && mark.test(rows[next])) next += 1;
  return [wrap(rows.slice(at, next).map((row) => row.replace(mark, ""))), next];
}

function table(rows, at) {
  const cells = (row) => row.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
  let next = at + 2;
  while (next < rows.length && rows[next].includes("|")) next += 1;
  const head = make("tr", {}, ...cells(rows[at]).map((cell) => make("th", { scope: "col" }, ...inline(cell))));
  const body = rows.slice(at + 2, next).map((row) => make("tr", {}, ...cells(row).map((cell) => make("td", {}, ...inline(cell)))));
  const drawn = make("table", { class: "slk-table" }, make("thead", {}, head), make("tbody", {}, ...body));
  return [make("div", { class: "slk-scroll", tabindex: "0" }, drawn), next];
}

function inline(text) {
  const held = [];
  const hold = (node) => String.fromCharCode(0xe000 + held.push(node) - 1);
  const whole = text
    .replace(/[\uE000-\uF8FF]/g, "\uFFFD")
    .replace(/(`+)([^`](?:.*?[^`])?)\1(?!`)/g, (_, ticks, code) => hold(make("code", { class: "slk-inline" }, code)))
    .replace(/\\([\\`*_{}[\]()#+.!|>~-])/g, (_, one) => hold(document.createTextNode(one)))
    .replace(/\[([^\]\n]+)\]\((\S+?)\)/g, (_, words, url) => hold(link(url, words)))
    .replace(/<?(https?:\/\/[^\s<>\uE000-\uF8FF]+[^\s<>.,;:!?)\uE000-\uF8FF])>?/g, (_, url) => hold(link(url, url)));
  return marked(whole, held);
}

function marked(text, held) {
  for (const [mark, tag] of MARKS) {
    const found = mark.exec(text);
    if (!found) continue;
    const [before, after] = [text.slice(0, found.index), text.slice(found.index + found[0].length)];
    return [...marked(before, held), make(tag, {}, ...marked(found[2], held)), ...marked(after, held)];
  }
  return text.split(HELD).filter(Boolean).flatMap((part) => (HELD.test(part) ? [held[part.charCodeAt(0) - 0xe000]] : signed(part)));
}

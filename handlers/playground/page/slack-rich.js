// Rich text and the cells of tables: structured text, in which nothing is markup.
import { make } from "./dom.js";
import { dated, emoji, link, mention } from "./mrkdwn.js";
import { worded } from "./signs.js";

const STYLES = [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]];

export function richText(block, look) {
  return make("div", { class: "slk-rich" }, ...(block.elements ?? []).map((part) => drawPart(part, look)));
}

function drawPart(part, look) {
  const pieces = () => part.elements.map((piece) => drawPiece(piece, look));
  switch (part.type) {
    case "rich_text_section":
      return make("div", { class: "slk-paragraph" }, ...pieces());
    case "rich_text_preformatted":
      return make("pre", { class: "slk-code" }, ...pieces());
    case "rich_text_quote":
      return make("blockquote", { class: "slk-quote" }, ...pieces());
    case "rich_text_list": {
      const items = part.elements.map((item) => make("li", {}, ...item.elements.map((piece) => drawPiece(piece, look))));
      const tag = part.style === "ordered" ? "ol" : "ul";
      return make(tag, { class: `slk-list slk-indent-${Math.min(part.indent ?? 0, 8)}`, start: part.offset ? part.offset + 1 : undefined }, ...items);
    }
    default:
      return unknown(part.type);
  }
}

function drawPiece(piece, look) {
  const node = bare(piece, look);
  return STYLES.filter(([style]) => piece.style?.[style]).reduce(
    (inner, [style, tag]) => make(tag, { class: style === "code" ? "slk-inline" : "" }, inner),
    node,
  );
}

function bare(piece, look) {
  switch (piece.type) {
    case "text":
      return worded(piece.text);
    case "link":
      return link(piece.url, piece.text || piece.url);
    case "user":
      return mention(`@${look.user(piece.user_id)}`);
    case "channel":
      return mention(`#${look.channel(piece.channel_id)}`);
    case "usergroup":
      return mention(`@${piece.usergroup_id}`, "slk-broadcast");
    case "broadcast":
      return mention(`@${piece.range}`, "slk-broadcast");
    case "emoji":
      return worded(piece.unicode ? String.fromCodePoint(...piece.unicode.split("-").map((code) => Number.parseInt(code, 16))) : emoji(piece.name));
    case "date": {
      const words = dated(piece.timestamp, piece.format) || piece.fallback;
      return make("time", { datetime: new Date(piece.timestamp * 1000).toISOString(), title: piece.fallback }, words);
    }
    case "color":
      return make("code", { class: "slk-inline" }, piece.value);
    default:
      return unknown(piece.type);
  }
}

export function cell(value, look) {
  if (value?.type === "rich_text") return richText(value, look);
  return value?.text ?? "";
}

/** Whatever this page cannot draw is seen, never swallowed. */
export function unknown(what) {
  return make("div", { class: "slk-unknown", role: "note" }, `This page cannot draw “${what}” yet. The JSON has all of it.`);
}

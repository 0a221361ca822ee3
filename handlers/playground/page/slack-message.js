// One message: who, when, its blocks or text, files and marks, and what can be done with it.
import { hasSlackData } from "./data-panel.js";
import { make } from "./dom.js";
import { emoji, mrkdwn, names } from "./mrkdwn.js";
import { drawBlocks } from "./slack-blocks.js";
import { menuOf } from "./slack-elements.js";
import { icon } from "./slack-icons.js";
import { signed } from "./signs.js";

const TIME = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hour12: false });
const WHOLE = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "medium", hour12: false });
const initials = (name) => name.split(/[\s._-]+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase();

/** `acts`: press, confirm, thread(message), shortcut(name, message); absent in the gallery. */
export function drawMessage(message, host, acts = {}) {
  const state = host.state ?? {};
  const bot = Boolean(message.bot_id);
  const name = message.username ?? (bot ? state.bot?.name ?? "Nightdesk" : state.users?.[message.user]?.name ?? message.user ?? "");
  const at = new Date(Number(message.ts) * 1000);
  const press = acts.press ?? ((block, element) => host.inspect?.(element.text?.text ?? element.action_id ?? element.type, element));
  const fields = new Map();
  const ctx = { look: names(state), state, fields, press: (block, element, body) => press(message, block, element, { ...body, values: read(fields) }), confirm: acts.confirm ?? (async () => true) };
  const node = make(
    "article",
    { class: `slk-message${message.ephemeral_to ? " slk-ephemeral" : ""}${message.streaming ? " slk-streaming" : ""}`, "data-message": message.ts, "aria-label": `${name}, ${TIME.format(at)}` },
    make("span", { class: `slk-avatar ${bot ? "slk-avatar-bot" : `slk-avatar-${tint(message.user)}`}`, "aria-hidden": "true" }, bot ? moon() : initials(name)),
    make(
      "div",
      { class: "slk-body" },
      make("div", { class: "slk-meta" },
        make("span", { class: "slk-name" }, name),
        bot && make("span", { class: "slk-app" }, "APP"),
        make("time", { class: "slk-time", datetime: at.toISOString(), title: WHOLE.format(at) }, TIME.format(at)),
        message.ephemeral_to && make("span", { class: "slk-only" }, "Only visible to you")),
      make("div", { class: "slk-content", dir: "auto" }, ...content(message, ctx)),
      ...(message.attachments ?? []).map((one) => attachment(one, ctx)),
      ...(message.files ?? []).map(file),
      host.data && hasSlackData(message) && !message.ephemeral_to && make("button", { type: "button", class: "data-open", onclick: () => host.data(`${message.channel ?? acts.channel}:${message.ts}`) }, "Data"),
      reactions(message),
      replies(message, acts),
    ),
    tools(message, host, acts),
  );
  return node;
}

export function read(fields) {
  const values = {};
  for (const one of fields.values()) (values[one.block] ??= {})[one.action] = one.read();
  return values;
}

function tint(user) {
  return ([...(user ?? "")].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 5) + 1;
}

function moon() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 32 32");
  path.setAttribute("d", "M21.5 20.2A9 9 0 0 1 13 7.6a9 9 0 1 0 8.5 12.6z");
  path.setAttribute("fill", "currentColor");
  svg.append(path);
  return svg;
}

function content(message, ctx) {
  const drawn = message.blocks?.length ? drawBlocks(message.blocks, ctx) : message.text ? [mrkdwn(message.text, ctx.look)] : [];
  if (message.streaming) drawn.push(make("span", { class: "slk-cursor", role: "status", "aria-label": "Still writing" }));
  if (message.edited) drawn.push(make("span", { class: "slk-edited" }, "(edited)"));
  return drawn;
}

function attachment(one, ctx) {
  const words = one.text ?? one.fallback;
  const node = make(
    "div",
    { class: "slk-attachment" },
    one.title && make("strong", {}, one.title),
    ...(one.blocks ? drawBlocks(one.blocks, ctx) : words ? [mrkdwn(words, ctx.look)] : []),
    ...(one.fields ?? []).map((field) => make("div", {}, make("strong", {}, field.title), " ", mrkdwn(field.value, ctx.look))),
    one.from_url && make("small", { class: "slk-muted" }, one.from_url),
  );
  if (/^#?[0-9a-f]{3,8}$/i.test(one.color ?? "")) node.style.borderInlineStartColor = one.color.startsWith("#") ? one.color : `#${one.color}`;
  return node;
}

function file(one) {
  const size = one.size > 1024 ? `${Math.round(one.size / 1024)} KB` : `${one.size ?? 0} bytes`;
  return make(
    "div",
    { class: "slk-file" },
    make("a", { class: "slk-file-name", href: one.url_private ?? "#", download: one.name, "aria-label": `Download ${one.name}` },
      one.mimetype?.startsWith("image/") ? make("img", { class: "slk-thumb", src: one.url_private, alt: one.alt_txt ?? one.name, loading: "lazy" }) : icon("file"), make("span", {}, make("b", {}, one.title ?? one.name), make("small", {}, `${one.filetype ?? ""} · ${size}`))),
    one.preview && make("pre", { class: "slk-code slk-preview" }, one.preview),
  );
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return make("div", { class: "slk-reactions" }, ...message.reactions.map((one) => make("span", { class: "slk-reaction", title: one.name }, ...signed(`${emoji(one.name)} ${one.count}`))));
}

function replies(message, acts) {
  if (!acts.thread || acts.inThread || !message.reply_count) return null;
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return make("button", { type: "button", class: "slk-replies", onclick: () => acts.thread(message) }, make("b", {}, count), make("span", { class: "slk-muted" }, `last at ${TIME.format(new Date(Number(message.latest_reply) * 1000))}`));
}

function tools(message, host, acts) {
  const tool = (name, sign, onclick) => make("button", { type: "button", class: "slk-tool", "aria-label": name, title: name, onclick }, sign);
  const shortcuts = acts.shortcut ? (host.state?.shortcuts ?? []).filter((one) => one.type === "message") : [];
  const parts = [];
  if (acts.thread && !acts.inThread && !message.ephemeral_to) parts.push(tool("Reply in thread", icon("reply"), () => acts.thread(message, true)));
  if (shortcuts.length && !message.ephemeral_to) {
    const toggle = tool("More actions", icon("more"));
    toggle.setAttribute("aria-haspopup", "menu");
    toggle.setAttribute("aria-expanded", "false");
    const menu = make("div", { class: "slk-menu", role: "menu", hidden: true }, ...shortcuts.map((one) =>
      make("button", { type: "button", role: "menuitem", class: "slk-item", "data-action": one.callback_id, onclick: () => { close(); acts.shortcut(one.callback_id, message); } }, one.name)));
    const over = make("span", { class: "slk-over" }, toggle, menu);
    const close = menuOf(over, toggle, menu);
    parts.push(over);
  }
  if (host.inspect && acts.thread) parts.push(tool("Raw JSON", "{ }", () => host.inspect(`Message ${message.ts}`, message)));
  return parts.length ? make("div", { class: "slk-tools" }, ...parts) : null;
}

// What can be pressed, chosen and filled in. Every change goes through `act`, which asks first where it must.
import { make } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { icon, sign } from "./slack-icons.js";
import { signed } from "./signs.js";

export const words = (object) => object?.text ?? "";

/** A text object: mrkdwn is read, plain text never. */
export function text(object, look) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, look) : make("span", { class: "slk-plain" }, ...signed(object.text));
}

async function act(node, block, element, body, ctx) {
  if (!ctx.press) return false;
  if (element.confirm && !(await ctx.confirm(element.confirm))) return false;
  node.setAttribute("aria-busy", "true");
  try {
    return await ctx.press(block, element, body);
  } finally {
    node.removeAttribute("aria-busy");
  }
}

const hooks = (block, element) => ({ "data-action": element.action_id ?? words(element.text), "data-action-id": element.action_id, "data-block-id": block.block_id });

/** An element that acts at once: in actions, beside a section, in context_actions. */
export function acting(block, element, ctx) {
  switch (element.type) {
    case "button":
      return button(block, element, ctx);
    case "icon_button":
      return button(block, { ...element, text: { text: element.icon } }, ctx, words(element.text));
    case "feedback_buttons":
      return feedback(block, element, ctx);
    case "overflow":
      return overflow(block, element, ctx);
    case "image":
      return image(element);
    default:
      return changing(block, element, ctx);
  }
}

function button(block, element, ctx, name = element.accessibility_label) {
  const look = { class: `slk-button ${element.style ? `slk-${element.style}` : ""}`, "aria-label": name, ...hooks(block, element) };
  const press = () => act(node, block, element, {}, ctx);
  const node = element.url
    ? make("a", { ...look, href: /^https?:/i.test(element.url) ? element.url : "#", target: "_blank", rel: "noopener noreferrer", onclick: press }, words(element.text))
    : make("button", { ...look, type: "button", onclick: press }, sign(words(element.text)));
  return node;
}

function feedback(block, element, ctx) {
  const sides = ["positive", "negative"].map((side) => {
    const one = element[`${side}_button`];
    const node = make(
      "button",
      { type: "button", class: "slk-button slk-feedback", "aria-pressed": "false", "aria-label": one.accessibility_label ?? one.text.text, title: one.accessibility_label, ...hooks(block, element), "data-feedback": side },
      sign(words(one.text)),
    );
    node.addEventListener("click", async () => {
      if ((await act(node, block, element, { value: side }, ctx)) === false) return;
      for (const other of sides) other.setAttribute("aria-pressed", String(other === node));
    });
    return node;
  });
  return make("span", { class: "slk-feedbacks", role: "group", "aria-label": "Was this helpful?" }, ...sides);
}

function overflow(block, element, ctx) {
  const items = element.options.map((option) =>
    make("button", { type: "button", role: "menuitem", class: "slk-item", onclick: () => { close(); act(node, block, element, { selected_option: option.value }, ctx); if (option.url && /^https?:/i.test(option.url)) open(option.url, "_blank", "noopener"); } }, words(option.text)));
  const menu = make("div", { class: "slk-menu", role: "menu", hidden: true }, ...items);
  const toggle = make("button", { type: "button", class: "slk-button", "aria-label": "More", "aria-haspopup": "menu", "aria-expanded": "false", ...hooks(block, element) }, "⋯");
  const node = make("span", { class: "slk-over" }, toggle, menu);
  const close = menuOf(node, toggle, menu);
  return node;
}

/** Opens by its button, closes by Escape or when the focus leaves; arrows go through it. */
export function menuOf(node, toggle, menu) {
  const set = (shown) => {
    menu.hidden = !shown;
    toggle.setAttribute("aria-expanded", String(shown));
    if (shown) menu.querySelector("[role=menuitem]")?.focus();
  };
  toggle.addEventListener("click", () => set(menu.hidden));
  node.addEventListener("keydown", (event) => {
    const items = [...menu.querySelectorAll("[role=menuitem]")];
    const at = items.indexOf(document.activeElement);
    if (event.key === "Escape" && !menu.hidden) { set(false); toggle.focus(); event.preventDefault(); event.stopPropagation(); }
    if (event.key === "ArrowDown" && at >= 0) { items[(at + 1) % items.length].focus(); event.preventDefault(); }
    if (event.key === "ArrowUp" && at >= 0) { items.at(at - 1).focus(); event.preventDefault(); }
  });
  node.addEventListener("focusout", (event) => { if (!node.contains(event.relatedTarget)) set(false); });
  return () => { set(false); toggle.focus(); };
}

/** Only pictures of this page's own address are fetched; others are named, for the page asks nobody else. */
export function image(element) {
  const url = element.image_url ?? "";
  const missing = () => make("span", { class: "slk-noimage", role: "img", "aria-label": element.alt_text }, icon("picture"), element.alt_text);
  if (!url.startsWith("data:image/") && new URL(url || "about:blank", location.href).origin !== location.origin) return missing();
  const picture = make("img", { class: "slk-image", src: url, alt: element.alt_text, loading: "lazy" });
  picture.addEventListener("error", () => picture.replaceWith(missing()));
  return picture;
}

/** A field that tells the bot whenever it changes. */
function changing(block, element, ctx) {
  const made = field(element, { ...ctx, name: words(element.placeholder) || words(block.text) || "Choose" });
  const tell = async () => {
    const value = made.read();
    const done = await act(made.node, block, element, { [made.key]: value }, ctx);
    if (done === false && element.confirm) made.reset?.();
  };
  made.node.addEventListener("change", tell);
  for (const [name, value] of Object.entries(hooks(block, element))) if (value) made.node.setAttribute(name, value);
  return made.node;
}

const TYPES = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "text", datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };
const KEYS = { datepicker: "selected_date", timepicker: "selected_time", datetimepicker: "selected_date_time", users_select: "selected_user", channels_select: "selected_channel", conversations_select: "selected_conversation" };
const STARTS = { datepicker: "initial_date", timepicker: "initial_time", users_select: "initial_user", channels_select: "initial_channel", conversations_select: "initial_conversation" };

/** A field: its node, how to read it, and the key its value stands under. */
export function field(element, ctx) {
  const { type } = element;
  if (type === "checkboxes" || type === "radio_buttons") return boxes(element, ctx);
  if (type in TYPES || type === "rich_text_input") return typed(element, ctx);
  if (/_select$/.test(type)) return select(element, ctx);
  const node = make("div", { class: "slk-unknown", role: "note" }, `This page cannot fill in a “${type}”.`);
  return { node, read: () => null, key: "value" };
}

function typed(element, ctx) {
  const { type } = element;
  const many = element.multiline || type === "rich_text_input";
  const initial = type === "rich_text_input" ? "" : element[STARTS[type] ?? "initial_value"] ?? "";
  const node = make(many ? "textarea" : "input", {
    class: "slk-field", "aria-label": ctx.name, placeholder: words(element.placeholder), maxlength: element.max_length, rows: many ? "4" : undefined,
    type: many ? undefined : TYPES[type], inputmode: type === "number_input" ? "decimal" : undefined,
  });
  node.value = initial;
  if (type === "datetimepicker" && element.initial_date_time) node.valueAsNumber = element.initial_date_time * 1000;
  const read = () => (type === "datetimepicker" ? (node.value ? Math.round(new Date(node.value).getTime() / 1000) : null) : node.value);
  return { node, read, write: (value) => { node.value = value ?? ""; }, key: KEYS[type] ?? "value" };
}

function options(element, ctx) {
  const people = () => Object.values(ctx.state?.users ?? {}).filter((one) => one.email).map((one) => [one.id, one.name]);
  const places = () => (ctx.state?.channels ?? []).map((one) => [one.id, one.kind === "im" ? one.name : `#${one.name}`]);
  if (element.type.includes("users")) return people();
  if (element.type.includes("channels") || element.type.includes("conversations")) return places();
  return (element.options ?? []).map((one) => [one.value, words(one.text)]);
}

function select(element, ctx) {
  const many = element.type.startsWith("multi_");
  const option = ([value, label]) => make("option", { value }, label);
  const groups = (element.option_groups ?? []).map((group) =>
    make("optgroup", { label: words(group.label) }, ...group.options.map((one) => option([one.value, words(one.text)]))));
  const hint = many ? null : make("option", { value: "" }, words(element.placeholder) || "Choose an option");
  const node = make("select", { class: "slk-field slk-select", "aria-label": ctx.name, multiple: many }, hint, ...options(element, ctx).map(option), ...groups);
  const started = element.initial_option?.value ?? element[STARTS[element.type]] ?? "";
  const begun = (element.initial_options ?? []).map((one) => one.value);
  const write = (value) => {
    if (many) for (const one of node.options) one.selected = (value ?? []).includes(one.value);
    else node.value = value ?? "";
  };
  write(many ? begun : started);
  const read = () => (many ? [...node.selectedOptions].map((one) => one.value) : node.value);
  return { node, read, write, reset: () => write(many ? begun : started), key: many ? "selected_options" : KEYS[element.type] ?? "selected_option" };
}

let groups = 0;

function boxes(element, ctx) {
  const one = element.type === "radio_buttons";
  const name = `slk-group-${(groups += 1)}`;
  const begun = one ? [element.initial_option?.value] : (element.initial_options ?? []).map((option) => option.value);
  const inputs = element.options.map((option) => make("input", { type: one ? "radio" : "checkbox", name, value: option.value, checked: begun.includes(option.value) }));
  const rows = element.options.map((option, index) =>
    make("label", { class: "slk-box" }, inputs[index],
      make("span", {}, text(option.text, ctx.look), option.description && make("small", {}, text(option.description, ctx.look)))));
  const node = make("div", { class: "slk-boxes", role: one ? "radiogroup" : "group", "aria-label": ctx.name }, ...rows);
  const read = () => {
    const values = inputs.filter((input) => input.checked).map((input) => input.value);
    return one ? values[0] ?? "" : values;
  };
  const write = (value) => inputs.forEach((input) => { input.checked = one ? input.value === value : (value ?? []).includes(input.value); });
  return { node, read, write, key: one ? "selected_option" : "selected_options" };
}

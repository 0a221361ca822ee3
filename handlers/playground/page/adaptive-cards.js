// Adaptive Cards 1.5 as Teams draws them, with its charts. What is not known shows its fallback, or says so.
import { drawInput, INPUTS, Scope } from "./adaptive-inputs.js";
import { make } from "./dom.js";
import { signed, worded } from "./signs.js";
import { CHARTS, drawChart } from "./teams-charts.js";
import { inline, link, markdown, safeUrl, withDates } from "./teams-text.js";

const VISIBLE_ACTIONS = 6;
const lower = (word) => String(word ?? "").toLowerCase();

const ELEMENTS = {
  TextBlock: textBlock,
  RichTextBlock: richText,
  FactSet: factSet,
  Table: table,
  ColumnSet: columnSet,
  Column: container,
  Container: container,
  TableCell: container,
  ActionSet: (set, card) => actions(set.actions, card, set.horizontalAlignment),
  Image: image,
  ImageSet: (set, card) => make("div", { class: "ac-images" }, ...set.images.map((one) => element(one, card))),
  CodeBlock: codeBlock,
  Badge: (badge) => make("span", { class: `ac-badge ${lower(badge.style)}`, title: badge.tooltip }, badge.text ?? ""),
  ProgressBar: progressBar,
  ProgressRing: (ring) => make("p", { class: "ac-ring", role: "status" }, make("span", { class: "ac-spinner" }), ring.label ?? "In progress"),
  Icon: (icon) => make("span", { class: "ac-icon", role: "img", "aria-label": icon.name }, "◆"),
};

/**
 * `use.press(action, inputs)` is called for Execute and Submit with the inputs of the card; without it the card is
 * only shown. `use.mentions` maps `<at>…</at>` to names.
 */
export function drawCard(content, use = {}) {
  const mentions = new Map((content.msteams?.entities ?? []).filter((one) => one.type === "mention").map((one) => [one.text, one.mentioned?.name]));
  const card = { use, mentions: use.mentions ? new Map([...use.mentions, ...mentions]) : mentions, byId: new Map(), scope: new Scope() };
  const wide = content.msteams?.width === "full";
  const root = make("div", { class: `ac-card${wide ? " wide" : ""}`, role: "group", "aria-label": content.speak ?? "Card" });
  body(root, content, card);
  if (content.rtl) root.dir = "rtl";
  return root;
}

function body(root, content, card) {
  if (content.style) root.classList.add(`style-${lower(content.style)}`);
  root.append(...(content.body ?? []).map((one) => element(one, card)));
  if (content.actions?.length) root.append(actions(content.actions, card));
  if (content.selectAction) selectable(root, content.selectAction, card);
}

function element(thing, card) {
  const draw = INPUTS[thing.type] ? () => drawInput(thing, card.scope) : CHARTS[thing.type] ? () => drawChart(thing) : ELEMENTS[thing.type] && (() => ELEMENTS[thing.type](thing, card));
  if (!draw) return unknown(thing, card);
  const drawn = draw();
  drawn.classList.add("ac-element", `space-${lower(thing.spacing) || "default"}`);
  if (thing.separator) drawn.classList.add("separated");
  if (thing.horizontalAlignment) drawn.classList.add(`align-${lower(thing.horizontalAlignment)}`);
  if (thing.height === "stretch") drawn.classList.add("stretch");
  if (thing.isVisible === false) drawn.hidden = true;
  if (thing.id) card.byId.set(thing.id, drawn);
  return drawn;
}

function unknown(thing, card) {
  if (thing.fallback === "drop") return make("span", { hidden: true });
  if (thing.fallback) return element(thing.fallback, card);
  return make("p", { class: "ac-unknown ac-element" }, `This card has an element that is not drawn here: ${thing.type ?? "without a type"}`);
}

function textClasses(text) {
  return [
    `size-${lower(text.size) || "default"}`,
    `weight-${lower(text.weight) || "default"}`,
    `color-${lower(text.color) || "default"}`,
    text.isSubtle ? "subtle" : "",
    lower(text.fontType) === "monospace" ? "mono" : "",
  ].join(" ");
}

function textBlock(text, card) {
  const heading = lower(text.style) === "heading";
  const drawn = make("div", { class: `ac-text ${textClasses(text)} ${text.wrap ? "wrap" : "one-line"}` });
  if (heading) drawn.classList.add("heading");
  if (heading) drawn.setAttribute("role", "heading");
  if (heading) drawn.setAttribute("aria-level", "3");
  drawn.append(...markdown(withDates(String(text.text ?? "")), { card: true, mentions: card.mentions }));
  if (text.maxLines) {
    drawn.classList.add("clamped");
    drawn.style.setProperty("--lines", text.maxLines);
  }
  return drawn;
}

function richText(block, card) {
  const runs = block.inlines.map((run) => {
    if (typeof run === "string") return worded(run);
    const marks = ["italic", "strikethrough", "highlight", "underline"].filter((name) => run[name]);
    const drawn = make("span", { class: `${textClasses(run)} ${marks.join(" ")}` }, ...signed(withDates(run.text ?? "")));
    if (run.selectAction) selectable(drawn, run.selectAction, card);
    return drawn;
  });
  return make("p", { class: "ac-text wrap" }, ...runs);
}

const smallText = (text, card) => inline(withDates(String(text ?? "")), { card: true, mentions: card.mentions });

function factSet(set, card) {
  const rows = set.facts.map((fact) => make("div", {}, make("dt", {}, ...smallText(fact.title, card)), make("dd", {}, ...smallText(fact.value, card))));
  return make("dl", { class: "ac-facts" }, ...rows);
}

function table(table, card) {
  const headed = table.firstRowAsHeaders ?? true;
  const columns = table.columns ?? [];
  const drawn = make("table", {});
  const total = columns.reduce((sum, one) => sum + (typeof one.width === "number" ? one.width : 0), 0);
  const group = make("colgroup");
  for (const one of columns) {
    const col = make("col");
    col.style.width = typeof one.width === "number" && total ? `${(one.width / total) * 100}%` : /^\d+px$/.test(one.width ?? "") ? one.width : "auto";
    group.append(col);
  }
  drawn.append(group);
  const rows = (table.rows ?? []).map((row, r) => {
    const cells = (row.cells ?? []).map((cell, c) => {
      const head = headed && r === 0;
      const drawnCell = make(head ? "th" : "td", head ? { scope: "col" } : {}, ...(cell.items ?? []).map((one) => element(one, card)));
      const align = lower(cell.horizontalAlignment ?? row.horizontalCellContentAlignment ?? columns[c]?.horizontalCellContentAlignment ?? table.horizontalCellContentAlignment);
      if (align) drawnCell.classList.add(`align-${align}`);
      if (cell.style ?? row.style) drawnCell.classList.add(`style-${lower(cell.style ?? row.style)}`);
      return drawnCell;
    });
    return make("tr", {}, ...cells);
  });
  if (headed && rows.length) drawn.append(make("thead", {}, rows.shift()));
  drawn.append(make("tbody", {}, ...rows));
  const lines = table.showGridLines === false ? "" : " lined";
  return make("div", { class: `ac-table${lines}`, tabindex: "0", role: "region", "aria-label": "Table" }, drawn);
}

function columnSet(set, card) {
  const drawn = make("div", { class: `ac-columns${set.style ? ` boxed style-${lower(set.style)}` : ""}` });
  for (const column of set.columns) {
    const one = element({ ...column, type: "Column" }, card);
    const width = column.width ?? "stretch";
    if (width === "auto") one.classList.add("width-auto");
    else if (/^\d+px$/.test(width)) one.style.flex = `0 0 ${width}`;
    else one.style.flex = `${Number(width) || 1} 1 0`;
    if (column.verticalContentAlignment) one.classList.add(`valign-${lower(column.verticalContentAlignment)}`);
    drawn.append(one);
  }
  if (set.selectAction) selectable(drawn, set.selectAction, card);
  return drawn;
}

function container(box, card) {
  const drawn = make("div", { class: "ac-container" }, ...(box.items ?? []).map((one) => element(one, card)));
  if (lower(box.style) && lower(box.style) !== "default") drawn.classList.add("boxed", `style-${lower(box.style)}`);
  if (box.showBorder) drawn.classList.add("boxed", "bordered");
  if (box.minHeight) drawn.style.minHeight = box.minHeight;
  if (box.maxHeight) {
    drawn.style.maxHeight = box.maxHeight;
    drawn.classList.add("scrolls");
    drawn.tabIndex = 0;
  }
  if (box.selectAction) selectable(drawn, box.selectAction, card);
  return drawn;
}

function image(picture, card) {
  const dark = document.documentElement.dataset.theme === "dark" && picture.themedUrls?.find((one) => one.theme === "Dark")?.url;
  const drawn = make("img", { src: dark || picture.url, alt: picture.altText ?? "", class: `ac-image size-${lower(picture.size) || "auto"} ${lower(picture.style)}`, loading: "lazy" });
  if (/^\d+px$/.test(picture.width ?? "")) drawn.style.width = picture.width;
  if (/^\d+px$/.test(picture.height ?? "")) drawn.style.height = picture.height;
  const frame = make("div", { class: "ac-picture" }, drawn);
  if (picture.selectAction) selectable(frame, picture.selectAction, card);
  return frame;
}

function codeBlock(block) {
  const code = make("pre", { tabindex: "0", "aria-label": `Code, ${block.language ?? "plain text"}` }, make("code", {}, block.codeSnippet ?? ""));
  return make("div", { class: "ac-code" }, make("span", { class: "ac-code-language" }, block.language ?? "PlainText"), code);
}

function progressBar(bar) {
  const drawn = make("progress", { class: `ac-progress ${lower(bar.color) || "accent"}`, "aria-label": "Progress" });
  drawn.max = bar.max ?? 100;
  if (bar.value !== undefined) drawn.value = bar.value;
  return drawn;
}

/** Something other than a button that can be pressed. */
function selectable(drawn, action, card) {
  drawn.classList.add("selectable");
  drawn.tabIndex = 0;
  drawn.setAttribute("role", action.type === "Action.OpenUrl" ? "link" : "button");
  if (action.title) drawn.setAttribute("aria-label", action.title);
  drawn.dataset.action = action.id ?? action.title ?? "";
  const go = (event) => {
    event.stopPropagation();
    run(action, card, drawn);
  };
  drawn.addEventListener("click", go);
  drawn.addEventListener("keydown", (event) => {
    if (event.target === drawn && ["Enter", " "].includes(event.key)) go(event);
  });
}

/** A row of buttons; what is secondary or too many stands behind a menu. */
function actions(all, card, align) {
  const known = all.flatMap((action) => knownAction(action));
  const secondary = known.filter((action) => action.mode === "secondary");
  const primary = known.filter((action) => action.mode !== "secondary");
  const hidden = [...primary.slice(VISIBLE_ACTIONS), ...secondary];
  const row = make("div", { class: "ac-actions", role: "group", "aria-label": "Actions" });
  const below = make("div", { class: "ac-shown" });
  row.append(...primary.slice(0, VISIBLE_ACTIONS).map((action) => button(action, card, below)));
  if (hidden.length) row.append(overflow(hidden, card, below));
  return make("div", { class: `ac-action-set ${align ? `align-${lower(align)}` : ""}` }, row, below);
}

const ACTIONS = ["Action.Execute", "Action.Submit", "Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility", "Action.ResetInputs"];

function knownAction(action) {
  if (ACTIONS.includes(action.type)) return [action];
  return action.fallback && action.fallback !== "drop" ? knownAction(action.fallback) : [];
}

function button(action, card, below) {
  const name = action.title ?? "";
  const hook = action.id ?? name;
  const style = `ac-button ${lower(action.style)}`;
  if (action.type === "Action.OpenUrl") {
    const opens = make("a", { class: style, href: safeUrl(action.url) ?? "#", target: "_blank", rel: "noopener noreferrer", "data-action": hook, title: action.tooltip }, name);
    opens.append(make("span", { class: "ac-opens", "aria-hidden": "true" }, " ↗\uFE0E"));
    return opens;
  }
  const drawn = make("button", { type: "button", class: style, "data-action": hook, title: action.tooltip }, name);
  if (action.isEnabled === false) drawn.disabled = true;
  if (action.type === "Action.ShowCard") showCard(drawn, action, card, below);
  else drawn.addEventListener("click", () => run(action, card, drawn));
  return drawn;
}

function showCard(drawn, action, card, below) {
  const inner = make("div", { class: "ac-show-card", hidden: true });
  body(inner, action.card ?? {}, { ...card, scope: new Scope(card.scope) });
  below.append(inner);
  drawn.setAttribute("aria-expanded", "false");
  drawn.classList.add("opens");
  drawn.addEventListener("click", () => {
    const open = inner.hidden;
    for (const other of below.children) other.hidden = true;
    for (const one of drawn.parentElement.querySelectorAll("[aria-expanded]")) one.setAttribute("aria-expanded", "false");
    inner.hidden = !open;
    drawn.setAttribute("aria-expanded", String(open));
    if (open) inner.querySelector("input, textarea, select, button")?.focus();
  });
}

function overflow(hidden, card, below) {
  const menu = make("div", { class: "ac-menu", hidden: true }, ...hidden.map((action) => button(action, card, below)));
  const opener = make("button", { type: "button", class: "ac-button more", "aria-label": "More actions", "aria-expanded": "false" }, "⋯");
  const toggle = (open) => {
    menu.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  };
  opener.addEventListener("click", () => toggle(menu.hidden));
  const whole = make("div", { class: "ac-overflow" }, opener, menu);
  whole.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    event.stopPropagation();
    toggle(false);
    opener.focus();
  });
  whole.addEventListener("focusout", (event) => whole.contains(event.relatedTarget) || toggle(false));
  return whole;
}

async function run(action, card, drawn) {
  switch (action.type) {
    case "Action.OpenUrl":
      if (safeUrl(action.url)) link(action.url).click();
      return;
    case "Action.ToggleVisibility":
      for (const target of action.targetElements) {
        const found = card.byId.get(target.elementId ?? target);
        if (found) found.hidden = !(target.isVisible ?? found.hidden);
      }
      return;
    case "Action.Execute":
    case "Action.Submit": {
      const sends = lower(action.associatedInputs) !== "none";
      if (!card.use.press || (sends && !card.scope.check())) return;
      drawn.setAttribute("aria-busy", "true");
      try {
        await card.use.press(action, sends ? card.scope.values() : {});
      } finally {
        drawn.removeAttribute("aria-busy");
      }
    }
  }
}

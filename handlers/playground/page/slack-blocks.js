// Block Kit as elements. A block that fails or is unknown becomes a box that says so; the others stay.
import { make } from "./dom.js";
import { markdown } from "./markdown.js";
import { chart } from "./slack-charts.js";
import { acting, field, image, text, words } from "./slack-elements.js";
import { richText, unknown } from "./slack-rich.js";
import { dataTable, table } from "./slack-tables.js";
import { worded } from "./signs.js";

const STATES = { pending: ["○", "Waiting"], in_progress: ["◐", "Working"], complete: ["✓", "Done"], error: ["✕", "Failed"] };

/** `ctx`: look (names), state, press(block, element, body), confirm(object), fields (what can be read at a press). */
export function drawBlocks(blocks, ctx) {
  return (blocks ?? []).map((block) => {
    try {
      const node = (KINDS[block.type] ?? (() => unknown(block.type)))(block, ctx);
      node.dataset.block = block.type;
      if (block.block_id) node.dataset.blockId = block.block_id;
      return node;
    } catch (problem) {
      console.warn("a block could not be drawn", block, problem);
      return unknown(block.type);
    }
  });
}

const KINDS = {
  header: (block) => make("div", { class: `slk-header slk-level-${block.level ?? 1}`, role: "heading", "aria-level": 3 }, worded(words(block.text))),
  divider: () => make("hr", { class: "slk-divider" }),
  section,
  context: (block, ctx) => make("div", { class: "slk-context" }, ...block.elements.map((one) => (one.type === "image" ? image(one) : text(one, ctx.look)))),
  actions: (block, ctx) => make("div", { class: "slk-actions" }, ...block.elements.map((one) => acting(block, one, ctx))),
  context_actions: (block, ctx) => make("div", { class: "slk-actions slk-context-actions" }, ...block.elements.map((one) => acting(block, one, ctx))),
  image: (block) => make("figure", { class: "slk-figure" }, block.title && make("figcaption", {}, words(block.title)), image(block)),
  rich_text: (block, ctx) => richText(block, ctx.look),
  markdown: (block) => markdown(block.text),
  input,
  table: (block, ctx) => table(block, ctx.look),
  data_table: (block, ctx) => dataTable(block, ctx.look),
  data_visualization: (block) => chart(block),
  task_card: task,
  plan: (block, ctx) =>
    make("section", { class: "slk-plan", "aria-label": block.title },
      make("div", { class: "slk-plan-title" }, block.title),
      ...(block.tasks ?? []).map((one) => task(one, ctx))),
  alert: (block, ctx) => make("div", { class: `slk-alert slk-alert-${block.level ?? "default"}`, role: "note" }, text(block.text, ctx.look)),
  card,
  carousel: (block, ctx) => make("div", { class: "slk-carousel", role: "group", tabindex: "0" }, ...block.elements.map((one) => card(one, ctx))),
  container,
};

function section(block, ctx) {
  const main = make(
    "div",
    { class: "slk-section-text" },
    block.text && make("div", { class: "slk-paragraph" }, text(block.text, ctx.look)),
    block.fields && make("div", { class: "slk-fields" }, ...block.fields.map((one) => make("div", { class: "slk-paragraph" }, text(one, ctx.look)))),
  );
  return make("div", { class: "slk-section" }, main, block.accessory && make("div", { class: "slk-accessory" }, acting(block, block.accessory, ctx)));
}

let inputs = 0;

function input(block, ctx) {
  const { element } = block;
  const id = `slk-input-${(inputs += 1)}`;
  const made = field(element, { ...ctx, name: undefined });
  const grouped = made.node.classList.contains("slk-boxes");
  const optional = block.optional ? make("span", { class: "slk-optional" }, " (optional)") : null;
  const label = make(grouped ? "span" : "label", { class: "slk-label", id: `${id}-label`, for: grouped ? undefined : id }, words(block.label), optional);
  const error = make("p", { class: "slk-error", id: `${id}-error`, role: "alert", hidden: true });
  const hint = block.hint ? make("p", { class: "slk-hint", id: `${id}-hint` }, words(block.hint)) : null;
  made.node.id = id;
  made.node.setAttribute("aria-labelledby", `${id}-label`);
  made.node.setAttribute("aria-describedby", `${id}-error ${id}-hint`);
  if (!block.optional && !grouped) made.node.setAttribute("aria-required", "true");
  made.node.dataset.action = element.action_id ?? "";
  ctx.fields?.set(`${block.block_id} ${element.action_id}`, { ...made, block: block.block_id, action: element.action_id, error });
  if (block.dispatch_action && ctx.press) made.node.addEventListener("change", () => ctx.press(block, element, { [made.key]: made.read() }));
  return make("div", { class: "slk-input" }, label, made.node, hint, error);
}

function task(block, ctx) {
  const [sign, says] = STATES[block.status] ?? ["?", block.status];
  const more = [block.details, block.output].filter(Boolean).map((one) => richText(one, ctx.look));
  const sources = (block.sources ?? []).map((one) => make("a", { class: "slk-source", href: /^https?:/i.test(one.url) ? one.url : "#", target: "_blank", rel: "noopener noreferrer" }, one.text));
  return make(
    "div",
    { class: `slk-task slk-task-${block.status}`, "data-task": block.task_id },
    make("span", { class: "slk-sign", role: "img", "aria-label": says }, sign),
    make("div", {}, make("div", { class: "slk-task-title" }, block.title), ...more, sources.length ? make("div", { class: "slk-sources" }, ...sources) : null),
  );
}

function card(block, ctx) {
  return make(
    "div",
    { class: "slk-card" },
    block.hero_image && image(block.hero_image),
    make("div", { class: "slk-card-top" },
      block.icon && image(block.icon),
      make("div", {},
        block.title && make("div", { class: "slk-card-title" }, text(block.title, ctx.look)),
        block.subtitle && make("div", { class: "slk-muted" }, text(block.subtitle, ctx.look)))),
    block.body && make("div", {}, text(block.body, ctx.look)),
    block.actions && make("div", { class: "slk-actions" }, ...block.actions.map((one) => acting(block, one, ctx))),
  );
}

function container(block, ctx) {
  const title = block.title ? text(block.title, ctx.look) : block.rich_text_title ? richText(block.rich_text_title, ctx.look) : null;
  const top = [title && make("span", { class: "slk-card-title" }, title), block.subtitle && make("span", { class: "slk-muted" }, text(block.subtitle, ctx.look))];
  const inner = drawBlocks(block.child_blocks, ctx);
  if (!block.is_collapsible) return make("section", { class: "slk-card" }, ...top, ...inner);
  return make("details", { class: "slk-card", open: !block.default_collapsed }, make("summary", {}, ...top), ...inner);
}

// The data of an answer beside the chats: charts to look into, tables to sort, queries, and files of all of it.
import { request } from "./api.js";
import { timeChart } from "./data-chart.js";
import { measured } from "./data-figures.js";
import { dataTable } from "./data-table.js";
import { byId, make } from "./dom.js";
import { announce, toast } from "./notices.js";
import { panel } from "./panel.js";

const [LEAST, MOST, STEP] = [280, 900, 24];
const FORMULA = /^[\t\r\n ]*[=+\-@]/;

export function dataPanel() {
  const element = byId("data");
  const splitter = byId("data-splitter");
  const fold = byId("data-fold");
  const beside = panel(element);
  let shown = null;

  function size(width) {
    const at = Math.round(Math.min(Math.max(width, LEAST), Math.min(MOST, innerWidth - 320)));
    element.style.setProperty("--data-width", `${at}px`);
    splitter.setAttribute("aria-valuenow", String(at));
    localStorage.setItem("nightdesk-data", String(at));
  }

  function folded(on) {
    element.classList.toggle("folded", on);
    fold.setAttribute("aria-expanded", String(!on));
    fold.setAttribute("aria-label", on ? "Unfold the data" : "Fold the data");
    fold.textContent = on ? "«" : "»";
  }

  splitter.addEventListener("pointerdown", (event) => {
    splitter.setPointerCapture(event.pointerId);
    const move = ({ clientX }) => size(element.getBoundingClientRect().right - clientX);
    splitter.addEventListener("pointermove", move);
    splitter.addEventListener("lostpointercapture", () => splitter.removeEventListener("pointermove", move), { once: true });
    event.preventDefault();
    splitter.focus();
  });
  splitter.addEventListener("keydown", (event) => {
    const now = Number(splitter.getAttribute("aria-valuenow"));
    const to = { ArrowLeft: now + STEP, ArrowRight: now - STEP, Home: LEAST, End: MOST }[event.key];
    if (to === undefined) return;
    size(to);
    event.preventDefault();
  });
  fold.addEventListener("click", () => folded(!element.classList.contains("folded")));
  byId("data-csv").addEventListener("click", () => save("csv", "text/csv", `\ufeff${csv(shown)}`));
  byId("data-json").addEventListener("click", () => save("json", "application/json", JSON.stringify(shown, null, 1)));
  size(Number(localStorage.getItem("nightdesk-data")) || 460);

  function save(ending, type, text) {
    const href = URL.createObjectURL(new Blob([text], { type }));
    make("a", { href, download: `nightdesk-data.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
    announce(`Saved as nightdesk-data.${ending}`);
  }

  /** `receipt` is the message as the bot's receipts name it. */
  return async function open(receipt) {
    const opener = document.activeElement;
    const answer = await request(`/control/data?receipt=${encodeURIComponent(receipt)}`);
    if (answer?.error) return;
    if (!answer?.reply) {
      toast("The bot no longer has the data of this answer. Ask again, and it has.");
      return;
    }
    shown = answer.reply;
    byId("data-title").textContent = shown.title || shown.summary;
    byId("data-body").replaceChildren(...shown.blocks.map(draw).filter(Boolean), make("p", { class: "muted" }, shown.footer));
    byId("data-body").scrollTop = 0;
    folded(false);
    beside.open(opener);
  };
}

function draw(block) {
  switch (block.kind) {
    case "chart":
      return timeChart(block);
    case "table":
      return dataTable(block);
    case "bars":
      return dataTable(asTable(block));
    case "pie":
      return dataTable({ caption: block.caption, columns: ["", "Value"], rows: block.shares.map((one) => [one.name, measured(one.value, block.unit)]) });
    case "query":
      return make("figure", { class: "data-query" }, make("figcaption", {}, `${block.source}, ${block.language}`), make("pre", { tabindex: "0" }, block.text));
    default:
      return null;
  }
}

function asTable({ caption, categories, groups, unit }) {
  const rows = categories.map((name, index) => [name, ...groups.map((group) => measured(group.values[index] ?? Number.NaN, unit))]);
  return { caption, columns: ["", ...groups.map((group) => group.name)], rows };
}

/** A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function csv(reply) {
  const cell = (value) => {
    const text = typeof value === "number" ? String(value) : FORMULA.test(value ?? "") ? `'${value}` : String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const parts = [];
  for (const block of reply.blocks) {
    if (block.kind === "table") parts.push([block.columns, ...block.rows]);
    if (block.kind === "bars") parts.push([["", ...block.groups.map((one) => one.name)], ...block.categories.map((name, index) => [name, ...block.groups.map((one) => one.values[index])])]);
    if (block.kind === "pie") parts.push([["", block.unit || "value"], ...block.shares.map((one) => [one.name, one.value])]);
    if (block.kind === "chart") {
      const known = block.series.map((one) => new Map(one.points.map((point) => [point.at, point.value])));
      const instants = [...new Set(block.series.flatMap((one) => one.points.map((point) => point.at)))].sort();
      parts.push([["time", ...block.series.map((one) => (one.unit ? `${one.name} (${one.unit})` : one.name))], ...instants.map((at) => [at, ...known.map((values) => values.get(at) ?? "")])]);
    }
  }
  return parts.map((rows) => rows.map((row) => row.map(cell).join(",")).join("\r\n")).join("\r\n\r\n");
}

const DRAWN = new Set(["table", "data_table", "data_visualization"]);
export const hasSlackData = (message) => Boolean(message.bot_id) && (message.blocks ?? []).some((block) => DRAWN.has(block.type));

/** A table with a head, or a chart, anywhere in a card. */
export function hasTeamsData(activity) {
  const within = (one) => one && typeof one === "object" && (one.type?.startsWith?.("Chart.") || (one.type === "Table" && one.firstRowAsHeaders) || Object.values(one).some(within));
  return (activity.attachments ?? []).some((one) => within(one.content));
}

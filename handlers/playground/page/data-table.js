// A table that is sorted by a press on the name of a column.
import { plain, worth } from "./data-figures.js";
import { make } from "./dom.js";

const MOST = 500; // rows drawn; the files hold all

export function dataTable({ caption, columns, rows }) {
  const numeric = columns.map((_, index) => rows.length > 0 && rows.every((row) => worth(row[index]) !== null));
  const view = { by: -1, down: false };
  const body = make("tbody");
  const note = make("p", { class: "muted" });
  const heads = columns.map((name, index) =>
    make("th", { scope: "col", "aria-sort": "none", class: numeric[index] ? "number" : "" },
      make("button", { type: "button", class: "data-sort", onclick: () => show(index) }, name || "Name")));

  function show(by) {
    if (by >= 0) Object.assign(view, { by, down: view.by === by ? !view.down : numeric[by] });
    const sorted = view.by < 0 ? rows : [...rows].sort((a, b) => compare(a[view.by], b[view.by]) * (view.down ? -1 : 1));
    heads.forEach((one, index) => one.setAttribute("aria-sort", index === view.by ? (view.down ? "descending" : "ascending") : "none"));
    body.replaceChildren(...sorted.slice(0, MOST).map((row) => make("tr", {}, ...row.map((cell, index) =>
      make("td", { class: numeric[index] ? "number" : "", dir: "auto" }, typeof cell === "string" ? cell : plain(cell))))));
    note.textContent = rows.length > MOST ? `${MOST} of ${rows.length} rows; the files hold all.` : `${rows.length} rows`;
  }

  show(-1);
  const title = caption || "Table";
  return make("figure", { class: "data-table" }, make("figcaption", {}, title),
    make("div", { class: "data-scroll", tabindex: "0", role: "region", "aria-label": title },
      make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body)), note);
}

function compare(one, other) {
  const [a, b] = [worth(one), worth(other)];
  if (a !== null && b !== null) return a - b;
  if (a === null && b === null) return String(one).localeCompare(String(other));
  return a === null ? 1 : -1;
}

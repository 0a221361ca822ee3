// table and data_table: the first row is the header; the second kind is sorted and read in pages.
import { make } from "./dom.js";
import { cell } from "./slack-rich.js";

export function table(block, look) {
  const settings = block.column_settings ?? [];
  const look1 = (index) => `slk-${settings[index]?.align ?? "left"}${settings[index]?.is_wrapped ? " slk-wrapped" : ""}`;
  const [head, ...rows] = block.rows;
  const drawn = make(
    "table",
    { class: "slk-table" },
    make("thead", {}, make("tr", {}, ...head.map((one, index) => make("th", { scope: "col", class: look1(index) }, cell(one, look))))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((one, index) => make("td", { class: look1(index) }, cell(one, look)))))),
  );
  return scrolled(drawn, "Table");
}

export function dataTable(block, look) {
  const [head, ...rows] = block.rows;
  const size = block.page_size ?? 5;
  const view = { page: 0, by: -1, down: false };
  const numeric = head.map((_, index) => rows.every((row) => row[index].type === "raw_number"));
  const body = make("tbody");
  const where = make("span", { "aria-live": "polite" });
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const turn = (step, name) =>
    make("button", { type: "button", class: "slk-quiet", "aria-label": name, onclick: () => show({ page: view.page + step }) }, step < 0 ? "‹" : "›");
  const [back, on] = [turn(-1, "Previous page"), turn(1, "Next page")];
  const heads = head.map((one, index) =>
    make("th", { scope: "col", class: numeric[index] ? "slk-right" : "" },
      make("button", { type: "button", class: "slk-sort", onclick: () => show({ by: index, down: view.by === index && !view.down, page: 0 }) }, cell(one, look))),
  );

  function show(change) {
    Object.assign(view, change);
    const value = (row) => row[view.by].value ?? row[view.by].text ?? "";
    const compare = (a, b) => (typeof value(a) === "number" && typeof value(b) === "number" ? value(a) - value(b) : String(value(a)).localeCompare(String(value(b))));
    const sorted = view.by < 0 ? rows : [...rows].sort((a, b) => compare(a, b) * (view.down ? -1 : 1));
    heads.forEach((one, index) => one.setAttribute("aria-sort", index === view.by ? (view.down ? "descending" : "ascending") : "none"));
    const first = view.page * size;
    body.replaceChildren(
      ...sorted.slice(first, first + size).map((row) =>
        make("tr", {}, ...row.map((one, index) =>
          index === (block.row_header_column_index ?? 0)
            ? make("th", { scope: "row" }, cell(one, look))
            : make("td", { class: numeric[index] ? "slk-right" : "" }, cell(one, look))))),
    );
    where.textContent = `${first + 1} to ${Math.min(first + size, rows.length)} of ${rows.length}`;
    back.disabled = view.page === 0;
    on.disabled = view.page >= pages - 1;
  }

  show({});
  const caption = make("caption", {}, block.caption);
  const drawn = make("table", { class: "slk-table" }, caption, make("thead", {}, make("tr", {}, ...heads)), body);
  const foot = pages > 1 ? make("div", { class: "slk-pages" }, back, where, on) : null;
  return make("div", {}, scrolled(drawn, block.caption), foot);
}

function scrolled(drawn, name) {
  return make("div", { class: "slk-scroll", tabindex: "0", role: "region", "aria-label": name }, drawn);
}

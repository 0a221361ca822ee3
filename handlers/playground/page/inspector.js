// Every request between the bot and the two doubles, in order, each of which opens to what was asked and answered.
import { byId, make } from "./dom.js";
import { pretty } from "./drawer.js";

const KEPT = 500;
const TITLES = { slack: "Slack", teams: "Teams" };
const WAYS = { in: "from the bot", out: "to the bot" };

export function inspector() {
  const body = byId("requests");
  const scroll = byId("inspector-scroll");
  const rows = new Map(); // number of the request to its row and entry

  function matches(entry) {
    const words = byId("inspector-filter").value.trim().toLowerCase();
    const chat = byId("inspector-chat").value;
    const failed = entry.status === 0 || entry.status >= 400 || entry.response?.ok === false;
    const said = `${entry.method} ${entry.path} ${entry.status}`.toLowerCase();
    return (!chat || entry.chat === chat) && (!byId("inspector-problems").checked || failed) && said.includes(words);
  }

  function count() {
    const seen = [...rows.values()].filter(({ row }) => !row.hidden).length;
    byId("inspector-count").textContent = seen === rows.size ? `${seen}` : `${seen} of ${rows.size}`;
    byId("inspector-empty").hidden = seen > 0;
  }

  function filter() {
    for (const { row, entry } of rows.values()) {
      row.hidden = !matches(entry);
      if (row.hidden) fold(row);
    }
    count();
  }

  function fold(row) {
    if (row.nextElementSibling?.classList.contains("request-details")) row.nextElementSibling.remove();
    row.querySelector("button").setAttribute("aria-expanded", "false");
  }

  function unfold(row, entry) {
    const part = (title, json) =>
      make("section", {}, make("h4", {}, title), make("pre", { tabindex: "0" }, pretty(json)));
    const cell = make("td", { colspan: "6" });
    cell.append(make("div", { class: "exchange" }, part("Request", entry.request), part("Response", entry.response)));
    const details = make("tr", { class: "request-details" }, cell);
    row.after(details);
    details.scrollIntoView({ block: "nearest" });
    row.querySelector("button").setAttribute("aria-expanded", "true");
  }

  function draw(entry) {
    const open = make("button", { type: "button", class: "plain", "aria-expanded": "false" });
    open.append(make("b", {}, entry.method), ` ${entry.path}`);
    const good = entry.status > 0 && entry.status < 400 && entry.response?.ok !== false;
    const row = make(
      "tr",
      { "data-request": entry.n },
      make("td", { class: "number" }, String(entry.n)),
      make("td", {}, make("span", { class: `chip ${entry.chat}` }, TITLES[entry.chat] ?? entry.chat)),
      make("td", { class: "way" }, make("span", { "aria-hidden": "true" }, entry.direction === "out" ? "→ " : "← "), WAYS[entry.direction]),
      make("td", { class: "path" }, open),
      make("td", { class: `number ${good ? "good" : "bad"}` }, entry.status ? String(entry.status) : "none"),
      make("td", { class: "number" }, entry.ms >= 100 ? entry.ms.toFixed(0) : entry.ms.toFixed(1)),
    );
    row.addEventListener("click", () => (open.getAttribute("aria-expanded") === "true" ? fold(row) : unfold(row, entry)));
    return row;
  }

  function put(entry) {
    if (rows.has(entry.n)) return;
    const row = draw(entry);
    row.hidden = !matches(entry);
    rows.set(entry.n, { row, entry });
    body.append(row);
    if (rows.size > KEPT) {
      const [oldest, { row: gone }] = rows.entries().next().value;
      fold(gone);
      gone.remove();
      rows.delete(oldest);
    }
  }

  for (const id of ["inspector-filter", "inspector-chat", "inspector-problems"]) byId(id).addEventListener("input", filter);

  return {
    add(entry) {
      const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 24;
      put(entry);
      count();
      if (atEnd) scroll.scrollTop = scroll.scrollHeight;
    },
    load(entries) {
      // All anew: a server that began again gives the same numbers to other requests.
      rows.clear();
      body.replaceChildren();
      entries.forEach(put);
      count();
    },
    toEnd() {
      scroll.scrollTop = scroll.scrollHeight;
    },
  };
}

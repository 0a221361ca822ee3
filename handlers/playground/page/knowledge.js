// The page of knowledge: searched with filters, read beside the list. What is found is text, never markup.
import { request } from "./api.js";
import { byId, make } from "./dom.js";

let asked = {};
let shown = 0;

const day = (at) => make("time", { datetime: at }, at.slice(0, 10));
const percent = (share) => `${Math.round(share * 100)} %`;

function result(one) {
  const about = [one.category, one.tags.join(", ")].filter(Boolean).join(" · ");
  return make(
    "li",
    { "data-document": one.id },
    make("button", { type: "button", onclick: () => open(one.id) }, one.title),
    make("p", {}, one.excerpt || "–"),
    make("p", { class: "muted" }, percent(one.relevance), about ? ` · ${about} · ` : " · ", day(one.updated_at)),
    ...one.marks.map((mark) => make("p", { class: "mark" }, mark)),
  );
}

function draw(found) {
  const from = found.first ? [...byId("results").children] : [];
  byId("results").replaceChildren(...from, ...found.results.map(result));
  shown = byId("results").children.length;
  byId("found").textContent = found.total
    ? `${shown} of ${found.total.toLocaleString("en")} · ${found.milliseconds} ms`
    : `The knowledge base has nothing on “${asked.query}”.`;
  byId("more").hidden = shown >= found.total || !found.results.length;
}

async function look(first) {
  const found = await request("/control/knowledge/search", first ? { ...asked, first } : asked);
  if (found && !found.error) draw(found);
}

async function open(id) {
  const one = await request(`/control/knowledge/documents/${encodeURIComponent(id)}`);
  if (!one || one.error) return;
  const opens = { rel: "noopener noreferrer", target: "_blank" };
  const links = one.url ? [make("a", { href: one.url, ...opens }, "Open the page")] : [];
  const about = [one.id, one.issue, one.category, one.tags.join(", ")].filter(Boolean).join(" · ");
  byId("page").replaceChildren(
    make("h2", {}, one.title),
    make("p", { class: "muted" }, about, " · ", day(one.updated_at)),
    ...one.marks.map((mark) => make("p", { class: "mark" }, mark)),
    make("pre", {}, one.content),
    ...one.corrections.map((each) => make("p", { class: "muted" }, `Corrected by ${each.by}: ${each.helped}`)),
    ...links,
  );
  byId("page").hidden = false;
  byId("page").focus();
}

function page(one) {
  const name = one.title || one.address;
  const opens = { type: "button", onclick: () => open(one.id) };
  return make(
    "li",
    {},
    one.id ? make("button", opens, name) : make("strong", {}, name),
    make("p", { class: one.failing ? "mark" : "muted" }, `${one.address} · ${one.says}`),
  );
}

async function pages() {
  const found = await request("/control/knowledge/pages");
  if (!found?.pages?.length) return;
  byId("pages").replaceChildren(...found.pages.map(page));
  byId("pages-part").hidden = false;
}

byId("asked").addEventListener("submit", (event) => {
  event.preventDefault();
  asked = Object.fromEntries(new FormData(event.target));
  look(0);
});
byId("more").addEventListener("click", () => look(shown));
pages();

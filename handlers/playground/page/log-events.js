// The live page of log events: what the server pushes, drawn; nothing is kept here.
import { listen, request } from "./api.js";
import { byId, make } from "./dom.js";
import { announce } from "./notices.js";

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "UTC" });
const ACTS = ["toggle", "force", "clear"];
let known = new Set();

const time = (at) => make("time", { datetime: at }, `${TIME.format(new Date(at))} UTC`);

function event(one) {
  const details = [one.region, one.customer].filter(Boolean).map((word) => make("span", { class: "muted" }, word));
  const badge = one.mark ? make("strong", { class: `badge ${one.mark.toLowerCase()}` }, one.mark) : null;
  return make(
    "li",
    { class: `event ${one.level} ${one.mark.toLowerCase()}`, "data-event": one.id, title: one.message },
    make("span", { class: "sign" }, one.sign),
    make("span", { class: "service" }, one.service),
    make("span", { class: "measured" }, one.measured),
    ...details,
    badge,
    time(one.at),
  );
}

function issue(one) {
  const words = one.normal ? `${one.measured} (limit: ${one.normal})` : one.measured;
  return make(
    "li",
    { class: "issue", "data-issue": one.id },
    make("p", {}, make("strong", { class: `badge ${one.severity}` }, one.severity), " ", make("span", { class: "muted" }, one.status)),
    make("p", { class: "issue-title" }, one.title),
    make("p", {}, words),
    make("details", {}, make("summary", {}, "Details"), make("p", {}, one.description), make("p", { class: "muted" }, [one.id, one.ticket, one.region].filter(Boolean).join(" · ")), time(one.at)),
  );
}

function threshold(one) {
  const limit = one.changed ? `${one.limit} (changed here)` : one.limit;
  return make("tr", {}, make("td", {}, one.what), make("td", {}, make("code", {}, one.metric)), make("td", {}, limit));
}

/** Newest on top. Who stands at the top goes along; who has scrolled down stays with what they read. */
function stream(events) {
  const box = byId("stream");
  const followed = box.scrollTop < 8;
  const height = box.scrollHeight;
  byId("events").replaceChildren(...events.map(event));
  if (followed) box.scrollTop = 0;
  else box.scrollTop += box.scrollHeight - height;
  const critical = events.filter((one) => one.mark === "CRITICAL" && !known.has(one.id));
  if (known.size && critical.length) announce(`Critical: ${critical[0].service}, ${critical[0].measured}`);
  known = new Set(events.map((one) => one.id));
}

function issues(all) {
  const open = new Set([...byId("issues").querySelectorAll("details[open]")].map((one) => one.closest("li").dataset.issue));
  byId("issues").replaceChildren(...all.map(issue));
  for (const row of byId("issues").children) if (open.has(row.dataset.issue)) row.querySelector("details").open = true;
}

function show(state) {
  if (!state || !Array.isArray(state.events)) return;
  byId("state").dataset.running = String(state.running);
  byId("state-words").textContent = state.running ? `Running, ${state.rate} a minute` : "Stopped";
  byId("toggle").textContent = state.running ? "Stop" : "Start";
  for (const id of ACTS) byId(id).disabled = false;
  byId("seen").textContent = state.seen.toLocaleString("en");
  const share = state.seen ? ` (${((state.flagged / state.seen) * 100).toFixed(1)} %)` : "";
  byId("flagged").textContent = `${state.flagged.toLocaleString("en")} flagged${share}; the latest ${state.events.length} stand here`;
  stream(state.events);
  issues(state.issues);
  byId("events-empty").hidden = state.events.length > 0;
  byId("issues-empty").hidden = state.issues.length > 0;
  byId("issue-count").textContent = state.issues.length;
  byId("thresholds").replaceChildren(...state.thresholds.map(threshold));
}

async function act(name) {
  const answer = await request(`/control/log-events/${name}`, {});
  if (!answer?.error) show(answer);
}

function sure(asked) {
  byId("sure").hidden = !asked;
  byId("clear").hidden = asked;
  byId(asked ? "sure-no" : "clear").focus();
}

function choose(tab) {
  for (const one of document.querySelectorAll("[role=tab]")) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    byId(one.getAttribute("aria-controls")).hidden = !chosen;
  }
  tab.focus();
}

byId("toggle").addEventListener("click", () => act(byId("state").dataset.running === "true" ? "stop" : "start"));
byId("force").addEventListener("click", () => act("force"));
byId("clear").addEventListener("click", () => sure(true));
byId("sure-no").addEventListener("click", () => sure(false));
byId("sure-yes").addEventListener("click", async () => {
  await act("clear");
  sure(false);
});
const tabs = [...document.querySelectorAll("[role=tab]")];
for (const tab of tabs) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (key) => {
    if (["ArrowLeft", "ArrowRight"].includes(key.key)) choose(tabs[1 - tabs.indexOf(tab)]);
  });
}
listen("/control/log-events/stream", {
  onOpen: () => (byId("connection").hidden = true),
  onLost: () => (byId("connection").hidden = false),
  onEvent: show,
});

// The live page of log events: what the server pushes, drawn; nothing is kept here.
import { byId, make } from "./dom.js";
import { announce, toast } from "./notices.js";
import { call, follow } from "./stream.js";

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "UTC" });
const STATES = { drafted: "Draft", approved: "Approved", sending: "Being sent", sent: "Sent", discarded: "Discarded", failed: "Not sent" };
const ROLES = { toggle: "start", force: "force", clear: "clear" };
const inTeams = location.pathname.startsWith("/tab/");
let who = async () => ({});
let may = new Set();
let known = new Set();
let busy = false;

const time = (at) => make("time", { datetime: at }, `${TIME.format(new Date(at))} UTC`);

function event(one) {
  const details = [one.region, one.customer].filter(Boolean).map((word) => make("span", { class: "muted" }, word));
  const badge = one.mark ? make("strong", { class: `badge ${one.mark.toLowerCase()}` }, one.mark) : null;
  return make(
    "li",
    { class: `event ${one.level} ${one.mark.toLowerCase()}`, "data-event": one.id, title: one.message },
    make("span", { class: "sign" }, one.sign),
    make("span", { class: "what" }, make("span", { class: "service" }, one.service), make("span", { class: "measured" }, one.measured), ...details, badge),
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

function draft(one) {
  const kind = one.audience === "customer" ? "Customer notice" : "Engineering alert";
  return make(
    "li",
    { class: "issue", "data-draft": one.id },
    make("p", {}, make("strong", { class: `badge ${one.state}` }, STATES[one.state] ?? one.state), " ", make("span", { class: "muted" }, kind)),
    make("p", { class: "issue-title" }, one.subject),
    make("p", { class: "muted" }, one.to ? `To ${one.to}` : "To nobody yet"),
    make("details", {}, make("summary", {}, "Read it"), make("pre", { class: "letter" }, one.body), make("p", { class: "muted" }, [one.id, one.issue, one.ticket].filter(Boolean).join(" · ")), time(one.at)),
  );
}

function entry(one) {
  const by = one.by_model ? "AI-generated" : "Written from the issue";
  return make(
    "li",
    { class: "issue", "data-entry": one.id },
    make("p", {}, make("strong", { class: "badge entry" }, "Knowledge"), " ", make("span", { class: "muted" }, by)),
    make("p", { class: "issue-title" }, one.title),
    make("details", {}, make("summary", {}, "Read it"), make("pre", { class: "letter" }, one.text), make("p", { class: "muted" }, one.id), time(one.at)),
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

/** A list drawn anew; what was folded out stays so. */
function list(id, rows) {
  const name = (row) => row.dataset.issue ?? row.dataset.draft ?? row.dataset.entry;
  const open = new Set([...byId(id).querySelectorAll("details[open]")].map((one) => name(one.closest("li"))));
  byId(id).replaceChildren(...rows);
  for (const row of rows) if (open.has(name(row))) row.querySelector("details").open = true;
}

function problem(says) {
  byId("connection").textContent = says;
  byId("connection").hidden = !says;
}

function show(state) {
  if (state?.may) may = new Set(state.may);
  if (state?.away) problem(`${state.away} What stands here may be old.`);
  if (!state || !Array.isArray(state.events)) return;
  problem("");
  byId("state").dataset.running = String(state.running);
  byId("state-words").textContent = state.running ? `Running, ${state.rate} a minute` : state.can_run ? "Stopped" : "Events from outside are taken in";
  byId("toggle").textContent = state.running ? "Stop" : "Start";
  for (const [id, act] of Object.entries(ROLES)) {
    byId(id).disabled = !may.has(act);
    byId(id).title = may.has(act) ? "" : "Your role does not allow this";
  }
  byId("toggle").hidden = byId("force").hidden = !state.can_run;
  byId("seen").textContent = state.seen.toLocaleString("en");
  const share = state.seen ? ` (${((state.flagged / state.seen) * 100).toFixed(1)} %)` : "";
  byId("flagged").textContent = `${state.flagged.toLocaleString("en")} flagged${share}; the latest ${state.events.length} stand here`;
  stream(state.events);
  list("issues", state.issues.map(issue));
  list("drafts", [...state.drafts.map(draft), ...state.entries.map(entry)]);
  byId("events-empty").hidden = state.events.length > 0;
  byId("issues-empty").hidden = state.issues.length > 0;
  byId("drafts-empty").hidden = state.drafts.length + state.entries.length > 0;
  byId("issue-count").textContent = state.issues.length;
  byId("draft-count").textContent = state.drafts.length + state.entries.length;
  byId("thresholds").replaceChildren(...state.thresholds.map(threshold));
}

/** One at a time: an impatient finger is heard once. */
async function act(name) {
  if (busy) return;
  busy = true;
  const answer = await call(`/control/log-events/${name}`, {}, who);
  busy = false;
  if (answer?.error) toast(answer.error);
  else show(answer);
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
if (inTeams) {
  document.body.classList.add("in-teams");
  ({ who } = await import("./teams-tab.js"));
}
follow("/control/log-events/stream", who, {
  onOpen: () => problem(""),
  onLost: problem,
  onEvent: show,
});

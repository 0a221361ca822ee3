// The shell: reads the state, follows the events, and gives each chat its pane.
import { listen, request } from "./api.js";
import { dataPanel } from "./data-panel.js";
import { byId, make } from "./dom.js";
import { drawer } from "./drawer.js";
import { faults as faultsPanel } from "./faults.js";
import { incidents as incidentsPanel } from "./incidents.js";
import { inspector as inspectorTable } from "./inspector.js";
import { panes } from "./layout.js";
import { announce, toast } from "./notices.js";
import { panel } from "./panel.js";
import { tryThis } from "./try.js";

const CHATS = { slack: () => import("./slack.js"), teams: () => import("./teams.js") };
const mounted = {};
const inspect = drawer(announce);
const data = dataPanel();
const inspector = inspectorTable();
const faults = faultsPanel(byId("faults"));
let waiting = []; // events that arrive while the state is being read
let reading = 0;

panel(byId("inspector"), { toggle: byId("inspector-toggle"), onOpen: inspector.toEnd });
panel(byId("faults"), { toggle: byId("faults-toggle"), onOpen: faults.refresh });
const incidents = incidentsPanel(byId("incidents"), () => beginning.close());
const beginning = panel(byId("incidents"), { toggle: byId("incidents-toggle"), onOpen: incidents.refresh });
const layout = panes();
tryThis(layout, (chat, question) => mounted[chat]?.ask(question));

function host(chat, state) {
  return {
    state,
    call: (name, body = {}) => request(`/sim/${chat}/${name}`, body ?? {}),
    inspect,
    announce,
    data,
  };
}

/** Everything anew: after a gap nobody knows what was missed. */
async function readAll() {
  const mine = ++reading;
  waiting = [];
  const [state, log] = await Promise.all([request("/sim/state"), request("/sim/log")]);
  if (mine !== reading || state.error) return;
  if (Array.isArray(log)) inspector.load(log);
  for (const [chat, load] of Object.entries(CHATS)) await mount(chat, load, state[chat]);
  const missed = waiting.filter((event) => !isIn(state, event));
  waiting = null;
  missed.forEach(take);
  document.body.dataset.ready = "true";
}

/** One chat that cannot be drawn leaves the other alone. */
async function mount(chat, load, state) {
  const root = byId(chat);
  try {
    const module = await load();
    root.replaceChildren();
    mounted[chat] = module.mount(root, host(chat, state));
  } catch (problem) {
    console.error(chat, problem);
    root.replaceChildren(make("p", { class: "empty" }, `This chat could not be drawn: ${problem.message}`));
  }
}

/** A message that the state holds already must not be added by its event, too. */
function isIn(state, { chat, type, data }) {
  if (type !== "message") return false;
  const id = data.message?.ts ?? data.activity?.id ?? data.ts ?? data.id;
  const places = Object.values(state[chat]?.messages ?? state[chat]?.activities ?? {});
  return places.some((messages) => messages.some((message) => (message.ts ?? message.id) === id));
}

function take(event) {
  if (waiting) {
    waiting.push(event);
    return;
  }
  if (event.type === "request") {
    inspector.add(event.data);
    faults.touched();
    return;
  }
  mounted[event.chat]?.update(event);
}

listen("/sim/events", {
  onOpen() {
    byId("connection").hidden = true;
    readAll();
  },
  onEvent: take,
  onLost() {
    if (byId("connection").hidden) announce("The connection to the simulation was lost.");
    byId("connection").hidden = false;
    waiting = [];
  },
});

addEventListener("unhandledrejection", () => toast("Something on this page failed; the console says what."));

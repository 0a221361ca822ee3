// Things that a visitor can make happen in the world behind the chats.
import { request } from "./api.js";
import { byId, make } from "./dom.js";
import { announce } from "./notices.js";

const LOOK_AGAIN = { open: 5_000, closed: 15_000 }; // they end by themselves, too

/** `started` is called when something has begun, for then the chats are what one wants to see. */
export function incidents(element, started) {
  const list = byId("incident-list");
  let again = 0;
  let available = true;

  function show(answer) {
    if (!answer || answer.error || !Array.isArray(answer.incidents)) return;
    const running = answer.incidents.filter((one) => one.running).length;
    byId("incident-count").textContent = running || "";
    byId("incident-stop").disabled = !running;
    available = answer.available ?? available;
    byId("incident-none").hidden = available;
    byId("incident-stop").hidden = !available;
    const focused = document.activeElement?.closest?.("[data-incident]")?.dataset.incident;
    list.replaceChildren(...answer.incidents.map(row));
    if (focused) list.querySelector(`[data-incident="${focused}"] button`)?.focus();
  }

  function row(one) {
    const press = async () => {
      const path = `/control/incidents/${one.id}`;
      const answer = await (one.running ? request(path, null, "DELETE") : request(path, {}));
      show(answer);
      if (answer?.error) return;
      announce(one.running ? `${one.title}: stopped` : `${one.title}: started`);
      if (!one.running) started();
    };
    const button = make(
      "button",
      { type: "button", class: "small", onclick: press, "aria-label": `${one.running ? "Stop" : "Start"}: ${one.title}` },
      one.running ? "Stop" : "Start",
    );
    const title = make("p", { class: "incident-title" }, one.title, one.running ? make("span", { class: "running" }, "running") : null);
    return make("li", { "data-incident": one.id }, make("div", {}, title, make("p", { class: "muted" }, one.says)), button);
  }

  async function refresh() {
    clearTimeout(again);
    show(await request("/control/incidents"));
    if (available) again = setTimeout(refresh, element.hidden ? LOOK_AGAIN.closed : LOOK_AGAIN.open);
  }

  byId("incident-stop").addEventListener("click", async () => {
    show(await request("/control/incidents", null, "DELETE"));
    announce("All of it is over");
  });

  refresh();
  return { refresh };
}

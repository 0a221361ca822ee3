// Two panes side by side with a splitter; at phone width two tabs, one pane at a time.
import { byId } from "./dom.js";

const LEAST = 25;
const MOST = 75;
const STEP = 2;

export function panes() {
  const stage = byId("stage");
  const splitter = byId("splitter");
  const tabs = [...document.querySelectorAll('[role="tab"]')];
  let current = "slack";

  function split(percent) {
    const at = Math.round(Math.min(MOST, Math.max(LEAST, percent)));
    stage.style.setProperty("--split", `${at}fr`);
    stage.style.setProperty("--rest", `${100 - at}fr`);
    splitter.setAttribute("aria-valuenow", String(at));
    localStorage.setItem("nightdesk-split", String(at));
  }

  function choose(chat, { focus = false } = {}) {
    current = chat;
    stage.dataset.shown = chat;
    for (const tab of tabs) {
      const chosen = tab.dataset.chat === chat;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen && focus) tab.focus();
    }
  }

  splitter.addEventListener("pointerdown", (event) => {
    splitter.setPointerCapture(event.pointerId);
    const { left, width } = stage.getBoundingClientRect();
    const move = (moved) => split(((moved.clientX - left) / width) * 100);
    splitter.addEventListener("pointermove", move);
    splitter.addEventListener("lostpointercapture", () => splitter.removeEventListener("pointermove", move), { once: true });
    event.preventDefault();
    splitter.focus();
  });
  splitter.addEventListener("dblclick", () => split(50));
  splitter.addEventListener("keydown", (event) => {
    const now = Number(splitter.getAttribute("aria-valuenow"));
    const to = { ArrowLeft: now - STEP, ArrowRight: now + STEP, Home: LEAST, End: MOST, Enter: 50 }[event.key];
    if (to === undefined) return;
    split(to);
    event.preventDefault();
  });

  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(tab.dataset.chat));
    tab.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      choose(tabs[(index + 1) % tabs.length].dataset.chat, { focus: true });
      event.preventDefault();
    });
  });
  for (const chat of ["slack", "teams"]) byId(chat).addEventListener("focusin", () => current !== chat && choose(chat));

  split(Number(localStorage.getItem("nightdesk-split")) || 50);
  choose(current);
  return { choose, current: () => current };
}

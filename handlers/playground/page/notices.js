// What the page says about itself: a quiet note in the corner, and the live region for screen readers.
import { byId, make } from "./dom.js";

const LASTS = 8000;

export function announce(text) {
  const region = byId("announcements");
  region.textContent = "";
  // A region that is set twice to the same words is read once; an empty moment between makes it news.
  requestAnimationFrame(() => (region.textContent = text));
}

export function toast(text) {
  const note = make("div", { class: "toast" }, make("p", {}, text));
  const close = () => note.remove();
  note.append(make("button", { type: "button", class: "icon", "aria-label": "Dismiss", onclick: close }, "✕"));
  byId("toasts").append(note);
  while (byId("toasts").children.length > 3) byId("toasts").firstElementChild.remove();
  setTimeout(close, LASTS);
}

// A file in a personal chat: the card that asks where it may go, and the file that stands there afterwards.
import { make } from "./dom.js";
import { link } from "./teams-text.js";

const CONSENT = "application/vnd.microsoft.teams.card.file.consent";
const INFO = "application/vnd.microsoft.teams.card.file.info";

/** The drawn file, or null where the attachment is none. `press` is absent where nothing can be pressed. */
export function drawFile(one, press) {
  if (one.contentType === CONSENT) return consent(one, press);
  return one.contentType === INFO ? info(one) : null;
}

function consent(one, press) {
  const { description, sizeInBytes } = one.content ?? {};
  const card = make("section", { class: "ac-card tm-file", "aria-label": `File ${one.name}` }, named(one.name, size(sizeInBytes)));
  if (description) card.append(make("p", { class: "tm-quiet" }, description));
  card.append(make("p", {}, "Nightdesk asks to save this file in your OneDrive."));
  if (press) card.append(make("div", { class: "tm-file-buttons" }, button("Accept", "accept", press), button("Decline", "decline", press)));
  return card;
}

function button(words, action, press) {
  const one = make("button", { type: "button", class: "ac-button", "data-action": words }, words);
  one.addEventListener("click", () => press(action));
  return one;
}

function info(one) {
  const kind = String(one.content?.fileType ?? "").toUpperCase();
  return make("section", { class: "ac-card tm-file", "aria-label": `File ${one.name}` }, named(link(one.contentUrl, one.name), [kind, "in your OneDrive"].filter(Boolean).join(" · ")));
}

function named(name, note) {
  return make("p", { class: "tm-file-name" }, make("b", {}, name), make("small", { class: "tm-quiet" }, note));
}

function size(bytes) {
  if (!(bytes >= 0)) return "";
  return bytes < 1024 ? `${bytes} bytes` : bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

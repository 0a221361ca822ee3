// Questions to begin with. One press puts the question into the composer of the chat at hand; Enter sends it.
import { byId, make } from "./dom.js";

const QUESTIONS = [
  "How is everything?",
  "What is the p95 latency of checkout?",
  "Show errors by service over the last 6 hours",
  "Is checkout slower than yesterday?",
  "What can you do?",
];

function fill(chat, question) {
  const pane = byId(chat);
  const composers = [...pane.querySelectorAll("[data-composer], textarea, [contenteditable='true']")];
  const composer = composers.filter((one) => one.offsetParent !== null).at(-1);
  if (!composer) return;
  const text = `@Nightdesk ${question}`;
  composer.focus();
  if ("value" in composer) composer.value = text;
  else composer.textContent = text;
  composer.dispatchEvent(new Event("input", { bubbles: true }));
  composer.setSelectionRange?.(text.length, text.length);
}

export function tryThis(layout) {
  const radios = [...document.querySelectorAll('input[name="try-in"]')];
  for (const radio of radios) radio.addEventListener("change", () => layout.choose(radio.value));
  document.addEventListener("nightdesk:chat", ({ detail }) => {
    for (const radio of radios) radio.checked = radio.value === detail;
  });
  byId("questions").append(
    ...QUESTIONS.map((question) =>
      make("li", {}, make("button", { type: "button", class: "question", onclick: () => fill(layout.current(), question) }, question)),
    ),
  );
}

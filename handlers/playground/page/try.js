// Questions to begin with: one press asks in both chats, or in the one that is chosen.
import { byId, make } from "./dom.js";

const QUESTIONS = [
  "How is everything?",
  "Latency of checkout over the last 24 hours",
  "Errors by service, last 6 hours",
  "AI spend by model, last 7 days",
  "What can you do?",
];
const ONE_AT_A_TIME = matchMedia("(max-width: 760px)");

/** `ask(chat, question)` asks in the place that the chat has open. */
export function tryThis(layout, ask) {
  const radios = [...document.querySelectorAll('input[name="try-in"]')];
  const chosen = () => radios.find((radio) => radio.checked).value;
  const chats = () => (ONE_AT_A_TIME.matches ? [layout.current()] : chosen() === "both" ? ["slack", "teams"] : [chosen()]);
  const press = (question) => chats().forEach((chat) => ask(chat, question));
  byId("questions").append(
    ...QUESTIONS.map((question) => make("li", {}, make("button", { type: "button", class: "question", onclick: () => press(question) }, question))),
  );
}

// Calls of the control API. What goes wrong is said in a note; callers get an answer in any case.
import { toast } from "./notices.js";

export async function request(path, body, method = body ? "POST" : "GET") {
  const sent = body ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {};
  let answer;
  try {
    const response = await fetch(path, { method, ...sent });
    answer = await response.json();
  } catch {
    answer = { ok: false, error: "The simulation does not answer. Is the demo still running?" };
  }
  if (answer?.error) toast(typeof answer.error === "string" ? answer.error : JSON.stringify(answer.error));
  return answer;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** Server-sent events over gaps: `onOpen` after each connection, first or not; `onLost` when one ends. */
export function listen(path, { onOpen, onEvent, onLost }) {
  let wait = FIRST_WAIT;

  function connect() {
    const source = new EventSource(path);
    source.onopen = () => {
      wait = FIRST_WAIT;
      onOpen();
    };
    source.onmessage = (message) => onEvent(JSON.parse(message.data));
    source.onerror = () => {
      source.close();
      onLost();
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  }

  connect();
}

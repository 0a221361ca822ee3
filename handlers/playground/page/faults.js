// What shall go wrong at the platforms, said in words.
import { byId, make } from "./dom.js";
import { request } from "./api.js";

const CHATS = { "": "Both chats", slack: "Slack", teams: "Teams" };
const ACTS = {
  429: (f) => `refuse with 429 and ask to wait ${f.seconds} s`,
  500: () => "answer with an internal error (500)",
  503: () => "are away (503)",
  slow: (f) => `answer ${f.seconds} s late`,
  drop: () => "do it, but lose the answer",
  expire: () => "end a running stream",
};

export function inWords(fault) {
  const act = ACTS[fault.kind]?.(fault) ?? fault.kind;
  const where = fault.match ? ` at “${fault.match}”` : "";
  const share = fault.rate < 1 ? `, for ${Math.round(fault.rate * 100)} % of the calls` : "";
  const left = fault.times - fault.hits;
  const times = !fault.times ? "until cleared" : left === 1 ? "once more" : `${left} more times`;
  return `${CHATS[fault.chat]}: ${act}${where}${share}, ${times}`;
}

export function faults(element) {
  const form = byId("fault-form");
  let waiting = 0;

  async function refresh() {
    const list = await request("/sim/faults");
    if (!Array.isArray(list)) return;
    byId("fault-list").replaceChildren(...list.map((fault) => make("li", {}, inWords(fault))));
    byId("fault-none").hidden = list.length > 0;
    byId("fault-clear").disabled = !list.length;
    byId("fault-count").textContent = list.length || "";
  }

  function needsSeconds() {
    byId("fault-seconds").disabled = !["429", "slow"].includes(form.elements.kind.value);
  }

  form.elements.kind.addEventListener("input", needsSeconds);
  needsSeconds();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = form.elements;
    await request("/sim/faults", {
      kind: field.kind.value,
      chat: field.chat.value,
      match: field.match.value.trim(),
      times: Number(field.times.value),
      rate: Number(field.rate.value) / 100,
      seconds: Number(field.seconds.value),
    });
    await refresh();
  });
  byId("fault-clear").addEventListener("click", async () => {
    await request("/sim/faults", null, "DELETE");
    await refresh();
  });

  return {
    refresh,
    // A call may have used one up; asking once for many calls is enough.
    touched() {
      if (element.hidden && !byId("fault-count").textContent) return;
      clearTimeout(waiting);
      waiting = setTimeout(refresh, 200);
    },
  };
}

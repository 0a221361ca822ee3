// The raw JSON of anything: pretty-printed, coloured, copied with one press.
import { byId, make } from "./dom.js";
import { panel } from "./panel.js";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

export function pretty(json) {
  const text = JSON.stringify(json, null, 2) ?? "nothing";
  const code = make("code", { class: "json" });
  let done = 0;
  for (const match of text.matchAll(TOKEN)) {
    const looks = match[2] ? "json-name" : match[1] ? "json-text" : match[3] ? "json-word" : "json-number";
    const token = match[1] ?? match[0];
    code.append(text.slice(done, match.index), make("span", { class: looks }, token));
    done = match.index + token.length;
  }
  code.append(text.slice(done));
  return code;
}

export function drawer(announce) {
  const element = byId("drawer");
  const beside = panel(element);
  let shown = "";

  byId("drawer-copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(shown);
      announce("Copied");
      byId("drawer-copy").textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(byId("drawer-json"));
      byId("drawer-copy").textContent = "Selected";
    }
    setTimeout(() => (byId("drawer-copy").textContent = "Copy"), 1600);
  });

  return function inspect(title, json) {
    shown = JSON.stringify(json, null, 2) ?? "";
    byId("drawer-title").textContent = title;
    byId("drawer-json").replaceChildren(pretty(json));
    byId("drawer-json").scrollTop = 0;
    beside.open();
  };
}

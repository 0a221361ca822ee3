// Where people write: Enter sends, Shift+Enter breaks the line, / and @ offer what they could mean.
import { make } from "./dom.js";

let count = 0;

/** `words()` are the offers: [{insert, title, about}], with `act` where choosing does something at once; `send(text)` resolves to false when it did not go. */
export function composer({ label, words, send }) {
  const id = `slk-offers-${(count += 1)}`;
  const area = make("textarea", {
    class: "slk-composer-text", rows: "1", "aria-label": label, placeholder: label, "data-composer": true, dir: "auto",
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
  });
  const list = make("ul", { class: "slk-offers", id, role: "listbox", "aria-label": "Suggestions", hidden: true });
  const button = make("button", { type: "submit", class: "slk-send", "aria-label": "Send", disabled: true }, "➤");
  const node = make("form", { class: "slk-composer" }, list, area, button);
  let offers = [];
  let chosen = 0;

  function typed() {
    const before = area.value.slice(0, area.selectionStart);
    return /(?:^\/\S*|(?:^|\s)@[\p{L}\p{N} ]{0,20})$/u.exec(before)?.[0].trimStart() ?? "";
  }

  function offer() {
    const part = typed().toLowerCase();
    offers = part ? words().filter((one) => one.insert.toLowerCase().startsWith(part) && one.insert.toLowerCase() !== part) : [];
    chosen = 0;
    paint();
  }

  function paint() {
    list.hidden = offers.length === 0;
    area.setAttribute("aria-expanded", String(!list.hidden));
    list.replaceChildren(...offers.map((one, index) => {
      const item = make("li", { role: "option", id: `${id}-${index}`, "aria-selected": String(index === chosen) }, make("b", {}, one.title), make("span", { class: "slk-muted" }, one.about));
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(index); });
      return item;
    }));
    if (offers.length) area.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    else area.removeAttribute("aria-activedescendant");
  }

  function take(index) {
    const start = area.selectionStart - typed().length;
    const { insert, act } = offers[index];
    area.setRangeText(act ? "" : `${insert} `, start, area.selectionStart, "end");
    offers = [];
    act?.();
    paint();
    grow();
  }

  function grow() {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
    button.disabled = !area.value.trim();
  }

  async function go() {
    const text = area.value.trim();
    if (!text) return;
    area.value = "";
    grow();
    if ((await send(text)) === false && !area.value) area.value = text;
    grow();
    area.focus();
  }

  area.addEventListener("input", () => { grow(); offer(); });
  area.addEventListener("blur", () => { offers = []; paint(); });
  area.addEventListener("keydown", (event) => {
    const open = offers.length > 0;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : offers.length - 1)) % offers.length;
      paint();
    } else if (open && (event.key === "Tab" || event.key === "Enter")) take(chosen);
    else if (open && event.key === "Escape") { offers = []; paint(); }
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) go();
    else return;
    event.preventDefault();
  });
  node.addEventListener("submit", (event) => { event.preventDefault(); go(); });
  return { node, area, focus: () => area.focus() };
}

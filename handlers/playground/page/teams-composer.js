// Where people write: mentions after “@”, the bot's commands after its name, Enter sends.
import { make } from "./dom.js";

let count = 0;

/** `send(text)` answers whether it was taken; `people` and `commands` fill the lists. */
export function composer({ label, placeholder, send, people, commands, main = false }) {
  const id = `tm-composer-${++count}`;
  const area = make("textarea", { rows: "1", placeholder, "aria-label": label, "aria-autocomplete": "list", "aria-controls": `${id}-list`, role: "combobox", "aria-expanded": "false" });
  if (main) area.dataset.composer = "teams";
  const list = make("ul", { class: "tm-options", id: `${id}-list`, role: "listbox", "aria-label": "Suggestions", hidden: true });
  const button = make("button", { type: "submit", class: "tm-send", "aria-label": "Send" }, "➤");
  const form = make("form", { class: "tm-composer" }, list, make("div", { class: "tm-composer-box" }, area, button));
  let options = [];
  let at = 0;

  function grow() {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 160)}px`;
  }

  function show(found, first = 0) {
    options = found.slice(0, 12);
    at = first;
    list.replaceChildren(...options.map((option, i) => {
      const row = make("li", { role: "option", id: `${id}-${i}` }, make("span", {}, option.title), make("span", { class: "tm-quiet" }, option.hint ?? ""));
      row.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(option);
      });
      return row;
    }));
    list.hidden = !options.length;
    area.setAttribute("aria-expanded", String(!list.hidden));
    point();
  }

  function point() {
    [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
    if (list.hidden || at < 0) area.removeAttribute("aria-activedescendant");
    else area.setAttribute("aria-activedescendant", `${id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    const end = area.selectionStart;
    area.setRangeText(option.insert, end - option.over, end, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function look() {
    grow();
    const before = area.value.slice(0, area.selectionStart);
    const named = /(?:^|\s)@([\p{L} ]{0,24})$/u.exec(before);
    const matches = named ? people().filter((name) => name.toLowerCase().startsWith(named[1].toLowerCase()) && name.toLowerCase() !== named[1].trim().toLowerCase()) : [];
    if (matches.length) {
      show(matches.map((name) => ({ title: name, insert: `@${name} `, over: named[1].length + 1 })));
      return;
    }
    const asked = /^@Nightdesk ([\w ]{0,24})$/i.exec(before) ?? /^\/([\w ]{0,24})$/.exec(before);
    const known = asked ? commands().filter((one) => one.title.toLowerCase().startsWith(asked[1].toLowerCase()) && one.title.toLowerCase() !== asked[1].trim().toLowerCase()) : [];
    const over = asked ? asked[1].length + (before.startsWith("/") ? 1 : 0) : 0;
    show(known.map((one) => ({ title: one.title, hint: one.description, insert: `${one.title} `, over })), -1);
  }

  async function submit() {
    const text = area.value.trim();
    if (!text) return;
    show([]);
    area.value = "";
    grow();
    const answer = await send(text);
    if (answer?.error && !area.value) area.value = text; // nothing that was typed is lost
    grow();
  }

  area.addEventListener("input", look);
  area.addEventListener("blur", () => show([]));
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      at = event.key === "ArrowDown" ? (at + 1) % options.length : (at > 0 ? at : options.length) - 1;
      point();
    } else if (open && event.key === "Tab") take(options[Math.max(0, at)]);
    else if (open && event.key === "Enter" && at >= 0) take(options[at]);
    else if (open && event.key === "Escape") show([]);
    else if (event.key === "Enter" && !event.shiftKey) submit();
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  return { element: form, focus: () => area.focus() };
}

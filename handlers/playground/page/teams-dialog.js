// Dialogs of the bot (task modules): a card in a window, sent back with what was filled in.
import { drawCard } from "./adaptive-cards.js";
import { make } from "./dom.js";
import { link } from "./teams-text.js";

export function dialogs(root, host) {
  const open = new Map();

  function show(dialog) {
    const before = open.get(dialog.id);
    const close = make("button", { type: "button", class: "tm-tool", "aria-label": "Close" }, "✕");
    const title = dialog.title || "Nightdesk";
    const head = make("header", { class: "tm-dialog-head" }, make("h3", {}, title), close);
    const press = async (action, inputs) => {
      const data = typeof action.data === "string" ? action.data : { ...action.data, ...inputs };
      await host.call("dialog_submit", { dialog: dialog.id, data });
    };
    const content = dialog.card ? drawCard(dialog.card, { press }) : make("p", {}, link(dialog.url, dialog.url));
    const window = before ?? make("dialog", { class: "tm-dialog", "data-dialog": dialog.id });
    window.setAttribute("aria-label", title);
    window.replaceChildren(head, content);
    close.addEventListener("click", () => host.call("dialog_close", { dialog: dialog.id }));
    if (before) return;
    window.addEventListener("cancel", (event) => {
      event.preventDefault();
      host.call("dialog_close", { dialog: dialog.id });
    });
    open.set(dialog.id, window);
    root.append(window);
    window.showModal();
  }

  function shut(id) {
    open.get(id)?.close();
    open.get(id)?.remove();
    open.delete(id);
  }

  return { show, shut };
}

// The layer over the pane: views in a stack, of which the newest is seen, and questions before a press.
import { make } from "./dom.js";
import { names } from "./mrkdwn.js";
import { drawBlocks } from "./slack-blocks.js";
import { words } from "./slack-elements.js";
import { read } from "./slack-message.js";

export function dialogs(layer, rest, host) {
  const views = [];
  let opener = null;
  let question = null;
  let shown = null; // {id, fields}

  function lay(node) {
    if (!layer.firstChild) opener = document.activeElement;
    layer.replaceChildren(node);
    layer.hidden = false;
    rest.inert = true;
  }

  function lift() {
    layer.replaceChildren();
    layer.hidden = true;
    rest.inert = false;
    if (opener?.isConnected) opener.focus();
  }

  function box(name, close, ...children) {
    const node = make("div", { class: "slk-dialog", role: "dialog", "aria-modal": "true", "aria-label": name }, ...children);
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.preventDefault(); close(); }
      if (event.key === "Tab") keepInside(node, event);
    });
    return node;
  }

  function draw() {
    if (question) return;
    const view = views.at(-1);
    if (!view) { shown = null; lift(); return; }
    const kept = shown?.id === view.id ? new Map([...shown.fields].map(([key, one]) => [key, one.read()])) : new Map();
    const fields = new Map();
    const press = (block, element, body) => host.call("click", { view_id: view.id, block_id: block.block_id, action_id: element.action_id, ...body, values: read(fields) });
    const ctx = { look: names(host.state), state: host.state, fields, press, confirm };
    const close = () => host.call("close", { view_id: view.id });
    const send = make("button", { type: "submit", class: "slk-button slk-primary" }, words(view.submit));
    const form = make(
      "form",
      { class: "slk-form", novalidate: true },
      make("header", { class: "slk-dialog-top" },
        make("h2", {}, words(view.title)),
        make("button", { type: "button", class: "slk-tool", "aria-label": "Raw JSON", title: "Raw JSON", onclick: () => host.inspect?.(`View ${view.id}`, view) }, "{ }"),
        make("button", { type: "button", class: "slk-tool", "aria-label": "Close", onclick: close }, "✕")),
      make("div", { class: "slk-dialog-body" }, ...drawBlocks(view.blocks, ctx)),
      make("footer", { class: "slk-dialog-foot" },
        make("button", { type: "button", class: "slk-button", onclick: close }, words(view.close) || (view.submit ? "Cancel" : "Close")),
        view.submit && send),
    );
    form.addEventListener("submit", (event) => { event.preventDefault(); submit(view, fields, send); });
    for (const [key, value] of kept) fields.get(key)?.write?.(value);
    const again = shown?.id === view.id;
    shown = { id: view.id, fields };
    lay(box(words(view.title), close, form));
    if (!again) (form.querySelector(".slk-field, .slk-boxes input") ?? form.querySelector(".slk-dialog-top button:last-child")).focus();
  }

  async function submit(view, fields, send) {
    if (!view.submit || send.disabled) return;
    send.disabled = true;
    const answer = await host.call("submit", { view_id: view.id, values: read(fields) });
    send.disabled = false;
    const errors = answer?.errors ?? {};
    for (const one of fields.values()) {
      const says = errors[one.block] ?? "";
      one.error.textContent = says;
      one.error.hidden = !says;
      one.node.setAttribute("aria-invalid", String(Boolean(says)));
    }
    const first = [...fields.values()].find((one) => errors[one.block]);
    first?.node.focus();
  }

  /** Asks before a press; resolves to whether the person agreed. */
  function confirm(object) {
    return new Promise((resolve) => {
      const under = layer.firstChild;
      const end = (agreed) => {
        question = null;
        if (under && views.at(-1)?.id === shown?.id) {
          layer.replaceChildren(under);
          under.querySelector("button")?.focus();
        } else draw(); // a view came or went while the question stood
        resolve(agreed);
      };
      question = object;
      const yes = make("button", { type: "button", class: `slk-button ${object.style === "danger" ? "slk-danger" : "slk-primary"}`, onclick: () => end(true) }, words(object.confirm));
      const no = make("button", { type: "button", class: "slk-button", onclick: () => end(false) }, words(object.deny));
      const look = names(host.state);
      lay(box(words(object.title), () => end(false),
        make("header", { class: "slk-dialog-top" }, make("h2", {}, words(object.title))),
        make("div", { class: "slk-dialog-body" }, ...drawBlocks([{ type: "section", text: object.text }], { look })),
        make("footer", { class: "slk-dialog-foot" }, no, yes)));
      yes.focus();
    });
  }

  function show(view) {
    const at = views.findIndex((one) => one.id === view.id);
    if (at < 0) views.push(view);
    else views[at] = view;
    draw();
  }

  function remove(id) {
    const at = views.findIndex((one) => one.id === id);
    if (at >= 0) views.splice(at, 1);
    draw();
  }

  return { show, remove, confirm };
}

function keepInside(node, event) {
  const all = [...node.querySelectorAll("button, input, select, textarea, a[href], [tabindex='0']")].filter((one) => !one.disabled);
  const edge = event.shiftKey ? all[0] : all.at(-1);
  if (document.activeElement === edge) {
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  }
}

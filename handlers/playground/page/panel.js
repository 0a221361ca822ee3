// Panels beside the page: not modal, closed by Escape or their button; the focus goes back where it came from.

const opened = []; // newest last, as Escape closes them

export function panel(element, { toggle, onOpen } = {}) {
  let opener = null;

  function open(from = document.activeElement) {
    if (element.hidden) {
      opener = from;
      opened.push(self);
    }
    element.hidden = false;
    toggle?.setAttribute("aria-expanded", "true");
    onOpen?.();
    element.querySelector("[data-panel-focus]")?.focus();
  }

  function close() {
    if (element.hidden) return;
    element.hidden = true;
    toggle?.setAttribute("aria-expanded", "false");
    opened.splice(opened.indexOf(self), 1);
    if (opener?.isConnected) opener.focus();
  }

  const self = { element, open, close };
  toggle?.addEventListener("click", () => (element.hidden ? open(toggle) : close()));
  for (const button of element.querySelectorAll("[data-panel-close]")) button.addEventListener("click", close);
  return self;
}

addEventListener("keydown", (event) => {
  // What lies inside a chat (a dialog, a menu) closes itself first and says so.
  if (event.key !== "Escape" || event.defaultPrevented || !opened.length) return;
  const here = opened.find((one) => one.element.contains(document.activeElement));
  (here ?? opened.at(-1)).close();
  event.preventDefault();
});

// The inputs of Adaptive Cards: a label, the control, what is wrong with it; and the values as Teams sends them.
import { make } from "./dom.js";

let count = 0;

/** Inputs that one action sends: those of its card and of the cards around it. */
export class Scope {
  constructor(parent = null) {
    this.parent = parent;
    this.fields = [];
  }

  all() {
    return [...(this.parent?.all() ?? []), ...this.fields];
  }

  values() {
    return Object.fromEntries(this.all().map((field) => [field.id, field.read()]));
  }

  /** Says at each field what is wrong, and goes to the first; true when all may be sent. */
  check() {
    const wrong = this.all().filter((field) => !field.check());
    wrong[0]?.focus();
    return wrong.length === 0;
  }
}

export const INPUTS = {
  "Input.Text": text,
  "Input.Number": (input) => typed(input, "number", { min: input.min, max: input.max, step: "any" }),
  "Input.Date": (input) => typed(input, "date", { min: input.min, max: input.max }),
  "Input.Time": (input) => typed(input, "time", { min: input.min, max: input.max }),
  "Input.Toggle": toggle,
  "Input.ChoiceSet": choices,
};

export function drawInput(input, scope) {
  const id = `ac-input-${++count}`;
  const { control, focusable = control, read, grouped = false } = INPUTS[input.type]({ ...input, domId: id });
  const fault = make("p", { class: "ac-fault", id: `${id}-fault`, hidden: true });
  const name = [input.label ?? "", input.isRequired ? make("span", { class: "ac-required", "aria-hidden": "true" }, " *") : ""];
  const label = !input.label ? null : grouped ? make("legend", {}, ...name) : make("label", { for: id }, ...name);
  if (!grouped) {
    focusable.id = id;
    if (!input.label && input.type !== "Input.Toggle") focusable.setAttribute("aria-label", input.placeholder ?? input.id);
    if (input.isRequired) focusable.setAttribute("aria-required", "true");
  }
  const check = () => {
    const empty = input.isRequired && (input.type === "Input.Toggle" ? read() !== (input.valueOn ?? "true") : !read());
    const native = focusable.validity && !focusable.validity.valid && !empty;
    fault.hidden = !empty && !native;
    fault.textContent = input.errorMessage ?? (empty ? "This is needed." : "This cannot be used.");
    focusable.setAttribute("aria-invalid", String(!fault.hidden));
    if (fault.hidden) focusable.removeAttribute("aria-describedby");
    else focusable.setAttribute("aria-describedby", fault.id);
    return fault.hidden;
  };
  scope.fields.push({ id: input.id, read, check, focus: () => focusable.focus() });
  return make(grouped ? "fieldset" : "div", { class: "ac-input", "data-input": input.id }, label, control, fault);
}

function typed(input, type, more) {
  const control = make("input", { type, placeholder: input.placeholder });
  for (const [name, value] of Object.entries(more)) if (value !== undefined) control.setAttribute(name, value);
  control.value = input.value ?? "";
  return { control, read: () => control.value };
}

function text(input) {
  if (!input.isMultiline) {
    const kinds = { Tel: "tel", Url: "url", Email: "email", Password: "password" };
    const drawn = typed(input, kinds[input.style] ?? "text", { maxlength: input.maxLength, pattern: input.regex });
    return drawn;
  }
  const control = make("textarea", { rows: "3", placeholder: input.placeholder });
  if (input.maxLength) control.setAttribute("maxlength", input.maxLength);
  control.value = input.value ?? "";
  return { control, read: () => control.value };
}

function toggle(input) {
  const box = make("input", { type: "checkbox" });
  const [on, off] = [input.valueOn ?? "true", input.valueOff ?? "false"];
  box.checked = input.value === on;
  const control = make("label", { class: "ac-check", for: input.domId }, box, make("span", {}, input.title ?? ""));
  return { control, focusable: box, read: () => (box.checked ? on : off) };
}

function choices(input) {
  const options = input.choices ?? [];
  const chosen = (input.value ?? "").split(input.isMultiSelect ? "," : "\u0000");
  if (!input.isMultiSelect && input.style !== "expanded") {
    const control = make("select", {});
    control.append(make("option", { value: "" }, input.placeholder ?? "Choose"));
    control.append(...options.map((one) => make("option", { value: one.value }, one.title)));
    control.value = options.some((one) => one.value === input.value) ? input.value : "";
    return { control, read: () => control.value };
  }
  const boxes = options.map((one) => {
    const box = make("input", { type: input.isMultiSelect ? "checkbox" : "radio", name: input.domId, value: one.value });
    box.checked = chosen.includes(one.value);
    return box;
  });
  const control = make("div", { class: "ac-choices" });
  control.append(...boxes.map((box, i) => make("label", { class: "ac-check" }, box, make("span", {}, options[i].title))));
  if (!input.label) control.setAttribute("aria-label", input.placeholder ?? input.id);
  const read = () => boxes.filter((box) => box.checked).map((box) => box.value).join(",");
  return { control, focusable: boxes[0] ?? control, read, grouped: true };
}

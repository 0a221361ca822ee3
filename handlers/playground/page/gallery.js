// Every example reply side by side in the looks that exist, so that a difference meets the eye.
import { request } from "./api.js";
import { byId, make } from "./dom.js";
import { drawer } from "./drawer.js";
import { announce, toast } from "./notices.js";

const CHATS = { slack: () => import("./slack.js"), teams: () => import("./teams.js") };
const LOOKS = { slack: "Slack", teams: "Teams", html: "Web page", plain: "Plain text" };
const DRAWN_AT = new Date();
const inspect = drawer(announce);

function slackMessage(example, state, n) {
  const ts = `${Math.floor(DRAWN_AT / 1000)}.${String(n).padStart(6, "0")}`;
  return { ts, user: state.bot?.user, bot_id: state.bot?.id, text: "", ...example.slack };
}

function teamsActivity(example, state, n) {
  const whole = { id: `gallery-${n}`, type: "message", from: state.bot, timestamp: DRAWN_AT.toISOString() };
  if (example.teams?.type !== "AdaptiveCard") return { ...whole, ...example.teams };
  const attachment = { contentType: "application/vnd.microsoft.card.adaptive", content: example.teams };
  return { ...whole, attachments: [attachment] };
}

function webPage(example) {
  const root = make("div", { class: "look-web" });
  // The one place that reads markup: it comes from pages.py, which escapes every word of the reply.
  root.innerHTML = typeof example.html === "string" ? example.html : example.html.html;
  return root;
}

async function draw(look, example, state, n) {
  const host = (chat) => ({ state: state[chat], inspect, announce });
  switch (look) {
    case "slack":
      return (await CHATS.slack()).drawMessage(slackMessage(example, state.slack, n), host("slack"));
    case "teams":
      return (await CHATS.teams()).drawMessage(teamsActivity(example, state.teams, n), host("teams"));
    case "html":
      return webPage(example);
    default:
      return make("pre", { class: "look-plain", tabindex: "0", dir: "auto" }, example.plain);
  }
}

async function card(look, example, state, n) {
  const json = make("button", { type: "button", class: "small" }, "JSON");
  json.setAttribute("aria-label", `JSON of ${example.name}, ${LOOKS[look]}`);
  json.addEventListener("click", () => inspect(`${example.name}, ${LOOKS[look]}`, look === "plain" ? example.reply : example[look]));
  const stage = make("div", { class: `look-stage ${look}-look` });
  try {
    stage.append(await draw(look, example, state, n));
  } catch (problem) {
    console.error(example.name, look, problem);
    stage.append(make("p", { class: "undrawn" }, `This look could not be drawn: ${problem.message}`));
  }
  const top = make("header", {}, make("h3", {}, LOOKS[look]), json);
  return make("section", { class: "look", "data-look": look, "data-testid": `${example.name}/${look}` }, top, stage);
}

async function section(example, state, n) {
  const looks = Object.keys(LOOKS).filter((look) => example[look] !== undefined && example[look] !== null);
  const grid = make("div", { class: "look-grid" }, ...(await Promise.all(looks.map((look) => card(look, example, state, n)))));
  const id = `example-${n}`;
  byId("index").append(make("li", {}, make("a", { href: `#${id}` }, example.name)));
  return make("section", { class: "example", id, "data-example": example.name }, make("h2", {}, example.name), grid);
}

function toggles() {
  for (const [look, title] of Object.entries(LOOKS)) {
    const box = make("input", { type: "checkbox", checked: true });
    box.addEventListener("input", () => document.body.classList.toggle(`without-${look}`, !box.checked));
    byId("looks").append(make("label", {}, box, make("span", {}, title)));
  }
}

// Nothing here is connected: what would be sent is shown instead.
byId("examples").addEventListener("click", (event) => {
  const button = event.target.closest(".look-web [data-intent]:not(form)");
  if (button) inspect(button.textContent, act(button));
});
byId("examples").addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(event.target));
  inspect(event.target.querySelector("h3")?.textContent ?? "Form", { ...act(event.target), fields });
});

function act(element) {
  return { intent: element.dataset.intent, arguments: JSON.parse(element.dataset.arguments) };
}

toggles();
const [examples, state] = await Promise.all([request("/sim/gallery"), request("/sim/state")]);
if (Array.isArray(examples) && !state.error) {
  for (const [n, example] of examples.entries()) byId("examples").append(await section(example, state, n));
} else {
  toast("The examples could not be read.");
}
document.body.dataset.ready = "true";

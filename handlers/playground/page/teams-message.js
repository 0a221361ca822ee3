// One activity as a message: who, when, what, and what a person can do with it.
import { drawCard } from "./adaptive-cards.js";
import { hasTeamsData } from "./data-panel.js";
import { make } from "./dom.js";
import { worded } from "./signs.js";
import { drawFile } from "./teams-files.js";
import { clock as hours, inline, link, markdown, safeUrl } from "./teams-text.js";

const ADAPTIVE = "application/vnd.microsoft.card.adaptive";
const THUMB = "M2.5 7.5h2.6v6.2H2.5zM6.4 7.4 9 2.2c1 0 1.6.7 1.6 1.6L10.2 6h3c.9 0 1.5.8 1.3 1.6l-1.1 4.9c-.2.7-.8 1.2-1.5 1.2H6.4z";
const REACTIONS = { heart: "❤️", laugh: "😆", surprised: "😮", sad: "😢", angry: "😡" };
const HIDDEN_TYPES = ["text/html"];

export function drawMessage(activity, host) {
  const state = host.state ?? {};
  const bot = activity.from?.id === state.bot?.id;
  const mine = activity.from?.id === state.me;
  const name = activity.from?.name ?? "Somebody";
  const article = make("article", { class: `tm-message${bot ? " bot" : ""}${mine ? " mine" : ""}`, "data-message": activity.id, "aria-label": `${name}, ${clock(activity.timestamp)}` });
  article.append(
    make("span", { class: `tm-avatar${bot ? " app" : ""}`, "aria-hidden": "true" }, initials(name)),
    make("div", { class: "tm-body" }, header(activity, name, bot, host), words(activity), ...attachments(activity, host), sources(activity), opens(activity, bot, host), footer(activity, bot, host)),
  );
  return article;
}

export function initials(name) {
  return name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
}

export function clock(timestamp) {
  return timestamp ? hours(new Date(timestamp)) : "";
}

/** Drawn, not written: not every machine has a font with hands. */
function thumb(down = false) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const hand = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const attributes = { viewBox: "0 0 16 16", width: "15", height: "15", "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": "1.3", "stroke-linejoin": "round" };
  for (const [name, value] of Object.entries(attributes)) picture.setAttribute(name, value);
  hand.setAttribute("d", THUMB);
  if (down) hand.setAttribute("transform", "rotate(180 8 8)");
  picture.append(hand);
  return picture;
}

/** What a screen reader and the list of chats say of it. */
export function gist(activity) {
  const card = (activity.attachments ?? []).find((one) => one.contentType === ADAPTIVE)?.content;
  const text = activity.text || activity.summary || card?.fallbackText || firstText(card) || "a card";
  return text.replace(/<\/?at>/g, "").split("\n")[0].slice(0, 140);
}

function firstText(card) {
  return (card?.body ?? []).find((one) => one.type === "TextBlock")?.text;
}

function header(activity, name, bot, host) {
  const marks = [
    bot ? make("span", { class: "tm-mark" }, "App") : null,
    make("time", { datetime: activity.timestamp, title: activity.timestamp && new Date(activity.timestamp).toLocaleString() }, clock(activity.timestamp)),
    activity.edited ? make("span", { class: "tm-quiet" }, "Edited") : null,
    activity.targetedTo ? make("span", { class: "tm-mark" }, "Only you can see this") : null,
    rootEntity(activity)?.additionalType?.includes("AIGeneratedContent") ? make("span", { class: "tm-mark ai" }, "AI generated") : null,
    activity.importance === "high" || activity.importance === "urgent" ? make("span", { class: "tm-mark bad" }, "Important") : null,
  ];
  const tools = make("span", { class: "tm-tools" });
  if (host.call && !activity.streaming) {
    const mine = activity.reactions?.like?.includes(host.state.me);
    const like = make("button", { type: "button", class: "tm-tool", "aria-label": "Like", "aria-pressed": String(Boolean(mine)), title: "Like" }, thumb());
    like.addEventListener("click", () => host.call("react", { ...place(activity), reaction: "like" }));
    tools.append(like);
  }
  const json = make("button", { type: "button", class: "tm-tool", "aria-label": `JSON of the message from ${name}`, title: "Raw JSON" }, "{ }");
  json.addEventListener("click", () => host.inspect?.(`Teams activity ${activity.id}`, activity));
  tools.append(json);
  return make("header", { class: "tm-head" }, make("span", { class: "tm-name" }, name), ...marks, tools);
}

function opens(activity, bot, host) {
  if (!bot || !host.data || !hasTeamsData(activity)) return null;
  return make("button", { type: "button", class: "data-open", onclick: () => host.data(`${activity.conversation}:${activity.id}`) }, "Data");
}

function place(activity) {
  return { conversation: activity.conversation, activity: activity.id };
}

const rootEntity = (activity) => (activity.entities ?? []).find((one) => one.type === "https://schema.org/Message" && !one["@id"]);

function words(activity) {
  if (!activity.text) return null;
  if (activity.streaming && activity.streamType === "informative") return make("p", { class: "tm-progress", role: "status" }, activity.text);
  const mentions = new Map((activity.entities ?? []).filter((one) => one.type === "mention").map((one) => [one.text, one.mentioned?.name]));
  const cited = new Map((rootEntity(activity)?.citation ?? []).map((one) => [one.position, () => citation(activity, one)]));
  const text = make("div", { class: `tm-text${activity.streaming ? " streaming" : ""}`, dir: "auto" });
  if (activity.textFormat === "plain") text.append(plainText(activity.text, mentions));
  else text.append(...markdown(activity.text, { mentions, citations: cited }));
  return text;
}

function plainText(text, mentions) {
  const parts = text.split(/(<at>.*?<\/at>)/).map((part) => (mentions.has(part) ? make("span", { class: "tm-mention" }, part.slice(4, -5)) : part));
  return make("p", { class: "tm-plain" }, ...parts);
}

function citation(activity, one) {
  const sign = make("button", { type: "button", class: "tm-cite", "aria-label": `Source ${one.position}: ${one.appearance?.name ?? ""}` }, String(one.position));
  sign.addEventListener("click", () => {
    const target = sign.closest("article")?.querySelector(`[data-citation="${one.position}"]`);
    target?.scrollIntoView({ block: "nearest" });
    target?.focus();
  });
  return sign;
}

function sources(activity) {
  const cited = rootEntity(activity)?.citation ?? [];
  if (!cited.length) return null;
  const rows = cited.map((one) => {
    const { name = "", abstract = "", url } = one.appearance ?? {};
    const title = safeUrl(url) ? link(url, name) : make("strong", {}, name);
    return make("li", { "data-citation": one.position, tabindex: "-1", value: one.position }, title, abstract ? make("span", { class: "tm-quiet" }, ` ${abstract}`) : null);
  });
  return make("section", { class: "tm-sources", "aria-label": "Sources" }, make("h4", {}, "Sources"), make("ol", {}, ...rows));
}

function attachments(activity, host) {
  const shown = activity.views?.[host.state?.me] ?? activity.attachments ?? [];
  const list = shown.filter((one) => !HIDDEN_TYPES.includes(one.contentType)).map((one) => attachment(one, activity, host));
  if (activity.views?.[host.state?.me]) list.push(make("p", { class: "tm-quiet tm-view" }, "This view of the card is yours alone."));
  return list;
}

function attachment(one, activity, host) {
  if (one.contentType === ADAPTIVE) {
    const calls = { "Action.Execute": "execute", "Action.Submit": "submit_action" };
    const press = host.call && ((action, inputs) => host.call(calls[action.type], { ...place(activity), action, inputs }));
    return drawCard(one.content ?? {}, { press });
  }
  const file = drawFile(one, host.call && ((action) => host.call("consent", { ...place(activity), action })));
  if (file) return file;
  if (one.contentType?.startsWith("image/")) return make("img", { class: "tm-picture", src: one.contentUrl, alt: one.name ?? "Picture" });
  const { title, subtitle, text } = one.content ?? {};
  const known = [title, subtitle, text].filter(Boolean).map((part) => make("p", {}, ...inline(part)));
  return make("div", { class: "ac-card" }, ...(known.length ? known : [make("p", { class: "ac-unknown" }, `An attachment that is not drawn here: ${one.contentType}`)]));
}

function footer(activity, bot, host) {
  const parts = [];
  const felt = Object.entries(activity.reactions ?? {}).filter(([, who]) => who.length);
  if (felt.length) {
    const names = (who) => who.map((id) => host.state.users?.[id]?.name ?? host.state.bot?.name).join(", ");
    parts.push(...felt.map(([kind, who]) => make("span", { class: "tm-reaction", title: names(who), role: "img", "aria-label": `${kind} from ${names(who)}` }, kind === "like" ? thumb() : worded(REACTIONS[kind] ?? kind), ` ${who.length}`)));
  }
  if (activity.streaming && host.call) {
    const stop = make("button", { type: "button", class: "tm-stop", "data-action": "stop" }, "Stop");
    stop.addEventListener("click", () => host.call("stop", place(activity)));
    parts.push(stop);
  }
  const loop = activity.channelData?.feedbackLoop?.type ?? (activity.channelData?.feedbackLoopEnabled ? "default" : null);
  if (bot && loop && !activity.streaming) parts.push(feedback(activity, loop, host));
  return parts.length ? make("footer", { class: "tm-foot" }, ...parts) : null;
}

function feedback(activity, loop, host) {
  const given = activity.feedback?.[host.state?.me];
  const whole = make("div", { class: "tm-feedback" });
  const vote = (positive, name) => {
    const chosen = given === (positive ? "like" : "dislike");
    const button = make("button", { type: "button", class: "tm-tool", "aria-label": name, "aria-pressed": String(chosen), "data-action": positive ? "feedback_like" : "feedback_dislike", title: name }, thumb(!positive));
    button.addEventListener("click", () => {
      if (!host.call) return;
      if (loop === "custom") host.call("feedback", { ...place(activity), positive });
      else ask(whole, activity, positive, host);
    });
    return button;
  };
  whole.append(vote(true, "Helpful"), vote(false, "Not helpful"));
  if (given) whole.append(make("span", { class: "tm-quiet" }, "Thank you for the feedback."));
  return whole;
}

/** Teams' own small form: a comment is welcome, not needed. */
function ask(whole, activity, positive, host) {
  whole.querySelector("form")?.remove();
  const comment = make("input", { type: "text", "aria-label": "Comment", placeholder: positive ? "What was good? (optional)" : "What could be better? (optional)" });
  const form = make("form", { class: "tm-comment" }, comment, make("button", { type: "submit", class: "ac-button" }, "Send feedback"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.remove();
    host.call("feedback", { ...place(activity), positive, comment: comment.value });
  });
  whole.append(form);
  comment.focus();
}

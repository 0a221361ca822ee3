// The Slack pane: channels, a timeline, one thread beside or over it, the app's Home tab, dialogs above all.
import { make } from "./dom.js";
import { names } from "./mrkdwn.js";
import { reveal } from "./scroll.js";
import { drawBlocks } from "./slack-blocks.js";
import { composer } from "./slack-composer.js";
import { dialogs } from "./slack-dialogs.js";
import { drawMessage as draw, read } from "./slack-message.js";
import { ownersMenu, troubles } from "./slack-owners.js";

const DAY = new Intl.DateTimeFormat("en", { weekday: "long", month: "long", day: "numeric" });
const NEAR = 120; // pixels from the end within which the timeline follows what comes

export function drawMessage(message, host) {
  return make("div", { class: "slk slk-alone" }, draw(message, host));
}

export function mount(root, host) {
  const { state } = host;
  const place = { channel: (state.channels.find((one) => one.name === "incidents") ?? state.channels[0]).id, thread: null, tab: "messages" };
  const unread = new Set();

  const channels = make("ul", { class: "slk-channels" });
  const side = make("nav", { class: "slk-side", "aria-label": "Channels" }, make("div", { class: "slk-team" }, state.team.name), channels);
  const title = make("h2", { class: "slk-title" });
  const trouble = make("span", { class: "slk-muted slk-trouble", role: "status" });
  const owners = make("span", { class: "slk-owners" });
  const tabs = make("div", { class: "slk-tabs", role: "tablist", "aria-label": "Nightdesk" });
  const timeline = make("div", { class: "slk-timeline", role: "log", "aria-label": "Messages", tabindex: "0" });
  const prompts = make("div", { class: "slk-prompts" });
  const write = composer({ label: "Message", words: offers, send: (text) => send(text, null) });
  const home = make("div", { class: "slk-home", role: "tabpanel", "aria-label": "Home", tabindex: "0" });
  const main = make("section", { class: "slk-main", "aria-label": "Channel" }, make("header", { class: "slk-top" }, title, trouble, tabs, owners), timeline, home, prompts, write.node);
  const threadTitle = make("h2", { class: "slk-title" }, "Thread");
  const threadLog = make("div", { class: "slk-timeline", role: "log", "aria-label": "Thread", tabindex: "0" });
  const threadStatus = make("div", { class: "slk-status-slot" });
  const reply = composer({ label: "Reply", words: () => offers().filter((one) => one.insert.startsWith("@")), send: (text) => send(text, place.thread) });
  const back = make("button", { type: "button", class: "slk-tool slk-back", "aria-label": "Close thread", title: "Close thread", onclick: () => openThread(null) });
  const aside = make("section", { class: "slk-thread", "aria-label": "Thread", hidden: true },
    make("header", { class: "slk-top" }, threadTitle, make("span", { class: "slk-muted slk-where" }), back), threadLog, threadStatus, reply.node);
  const rest = make("div", { class: "slk-rest" }, side, main, aside);
  const layer = make("div", { class: "slk-layer", hidden: true });
  const whole = make("div", { class: "slk" }, rest, layer);
  root.append(whole);
  const modal = dialogs(layer, rest, host);

  const channel = () => state.channels.find((one) => one.id === place.channel);
  const messages = () => (state.messages[place.channel] ?? []).filter((one) => !one.ephemeral_to || one.ephemeral_to === state.me);
  const isRoot = (message) => !message.thread_ts || message.thread_ts === message.ts;
  const key = (thread) => `${place.channel}:${thread}`;

  function offers() {
    const people = Object.values(state.users).filter((one) => one.email).map((one) => ({ insert: `@${one.name}`, title: `@${one.name}`, about: "Person" }));
    const commands = state.commands.map((one) => ({ insert: one.command, title: one.command, about: one.description }));
    const shortcuts = state.shortcuts
      .filter((one) => one.type === "global")
      .map((one) => ({ insert: `/${one.name}`, title: one.name, about: "Shortcut", act: () => host.call("shortcut", { callback_id: one.callback_id }) }));
    return [{ insert: `@${state.bot.name}`, title: `@${state.bot.name}`, about: "Asks the bot" }, ...people, ...commands, ...shortcuts];
  }

  async function send(text, thread) {
    const found = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
    if (found && thread) {
      host.announce?.("Slash commands cannot be used in a thread.");
      note("Slash commands cannot be used in a thread. Mention @Nightdesk instead.");
      return false;
    }
    const answer = found
      ? await host.call("command", { channel: place.channel, command: found[1], text: found[2] })
      : await host.call("message", { channel: place.channel, text, ...(thread ? { thread_ts: thread } : {}) });
    if (!answer || answer.error) return false;
    const asked = channel().kind === "im" || text.includes(`@${state.bot.name}`);
    if (answer.ts && !thread && (asked || roomy())) openThread(answer.ts, { focus: !roomy() }); // the answer comes there
    return true;
  }

  function note(words) {
    threadStatus.replaceChildren(make("p", { class: "slk-note", role: "status" }, words));
  }

  const roomy = () => whole.clientWidth >= 900;

  const acts = (inThread) => ({
    inThread,
    channel: place.channel,
    press: (message, block, element, body) =>
      host.call("click", { channel: place.channel, ts: message.ts, block_id: block.block_id, action_id: element.action_id, ...body }),
    confirm: modal.confirm,
    thread: (message, focus) => openThread(message.thread_ts ?? message.ts, { focus: focus ?? true }),
    shortcut: (name, message) => host.call("shortcut", { channel: place.channel, ts: message.ts, callback_id: name }),
  });

  // -- drawing

  function drawChannels() {
    channels.replaceChildren(
      ...state.channels.filter(mayRead).map((one) => {
        const sign = one.kind === "im" ? "☾" : "#";
        const button = make("button", { type: "button", class: "slk-channel", "aria-current": one.id === place.channel ? "page" : null, "data-channel": one.id, onclick: () => open(one.id) },
          make("span", { class: "slk-hash", "aria-hidden": "true" }, sign), one.name, unread.has(one.id) && make("span", { class: "slk-unread", role: "img", "aria-label": "unread" }));
        return make("li", { class: one.kind === "im" ? "slk-im" : "" }, button);
      }),
    );
  }

  /** Other people's direct messages are theirs. */
  function mayRead(one) {
    return one.kind !== "im" || (one.members?.includes(state.me) ?? true);
  }

  function drawTop() {
    const im = channel().kind === "im";
    trouble.textContent = im ? "" : troubles(channel(), host);
    owners.replaceChildren(...(im ? [] : [ownersMenu(channel(), host)]));
    title.textContent = im ? channel().name : `# ${channel().name}`;
    whole.dataset.tab = im ? place.tab : "messages";
    const tab = (name, words) => make("button", { type: "button", role: "tab", class: "slk-tab", "aria-selected": String(place.tab === name), onclick: () => openTab(name) }, words);
    tabs.replaceChildren(...(im ? [tab("home", "Home"), tab("messages", "Messages")] : []));
    write.area.placeholder = im ? `Message ${channel().name}` : `Message #${channel().name}`;
    write.area.setAttribute("aria-label", write.area.placeholder);
  }

  function drawTimeline() {
    let day = "";
    const nodes = [];
    for (const message of messages().filter(isRoot)) {
      const on = DAY.format(new Date(Number(message.ts) * 1000));
      if (on !== day) nodes.push(make("div", { class: "slk-day", role: "separator" }, make("span", {}, on)));
      day = on;
      nodes.push(row(message));
    }
    if (!nodes.length) nodes.push(empty());
    timeline.replaceChildren(...nodes);
    timeline.scrollTop = timeline.scrollHeight;
  }

  function empty() {
    const ask = channel().kind === "im" ? "Ask about services, metrics and incidents. No mention is needed here." : "Mention @Nightdesk to ask a question. The answer comes in a thread.";
    return make("div", { class: "slk-empty" }, make("b", {}, channel().kind === "im" ? channel().name : `# ${channel().name}`), make("p", {}, ask));
  }

  function row(message) {
    return make("div", { class: "slk-row" }, draw(message, host, acts(false)), statusLine(message.ts));
  }

  function drawThread({ bottom = true } = {}) {
    aside.hidden = !place.thread;
    whole.classList.toggle("slk-with-thread", Boolean(place.thread));
    if (!place.thread) { delete aside.dataset.thread; threadLog.replaceChildren(); return; }
    aside.dataset.thread = place.thread;
    aside.querySelector(".slk-where").textContent = channel().kind === "im" ? channel().name : `# ${channel().name}`;
    threadTitle.textContent = state.titles?.[key(place.thread)] || "Thread";
    const found = messages().filter((one) => one.ts === place.thread || one.thread_ts === place.thread);
    threadLog.replaceChildren(...found.map((one) => draw(one, host, acts(true))));
    drawThreadStatus();
    if (bottom) toAnswer();
  }

  function drawThreadStatus() {
    threadStatus.replaceChildren();
    const line = place.thread && statusLine(place.thread);
    if (line) threadStatus.append(line);
  }

  /** What the bot is doing in a thread, with a button that stops it. */
  function statusLine(thread) {
    const text = state.status?.[key(thread)];
    const busy = state.sessions?.[key(thread)]?.status === "processing";
    const streams = messages().some((one) => one.streaming && (one.thread_ts ?? one.ts) === thread);
    if (!text && !busy && !streams) return null;
    const says = text ? (text.startsWith(state.bot.name) ? text : `${state.bot.name} ${text}`) : streams ? `${state.bot.name} is writing…` : `${state.bot.name} is working…`;
    const stop = make("button", { type: "button", class: "slk-button slk-stop", onclick: () => host.call("stop", { channel: place.channel, thread_ts: thread }) }, "Stop");
    return make("div", { class: "slk-status", role: "status", "data-status": thread }, make("span", { class: "slk-dots", "aria-hidden": "true" }), make("span", {}, says), busy || streams ? stop : null);
  }

  function drawPrompts() {
    const found = channel().kind === "im" && place.tab === "messages" ? state.prompts[place.channel] ?? [] : [];
    prompts.hidden = !found.length;
    prompts.replaceChildren(...found.map((one) =>
      make("button", { type: "button", class: "slk-prompt", onclick: () => { send(one.message, null); } }, one.title)));
  }

  function drawHome() {
    const view = state.home[state.me];
    if (!view) { home.replaceChildren(make("div", { class: "slk-empty" }, make("b", {}, "Home"), make("p", {}, "The bot has not shown anything here yet."))); return; }
    const fields = new Map();
    const press = (block, element, body) => host.call("click", { view_id: view.id, block_id: block.block_id, action_id: element.action_id, ...body, values: read(fields) });
    const json = make("button", { type: "button", class: "slk-tool slk-home-json", "aria-label": "Raw JSON", title: "Raw JSON", onclick: () => host.inspect("Home", view) }, "{ }");
    home.replaceChildren(json, ...drawBlocks(view.blocks, { look: names(state), state, fields, press, confirm: modal.confirm }));
  }

  function toAnswer() {
    const last = threadLog.lastElementChild;
    if (last) reveal(threadLog, last, last.previousElementSibling);
  }

  // -- going somewhere

  function open(id) {
    place.channel = id;
    place.thread = null;
    place.tab = "messages";
    unread.delete(id);
    drawAll();
    if (channel().kind === "im") host.call("home", { tab: "messages" });
    write.focus();
  }

  function openTab(name) {
    place.tab = name;
    if (name === "home") openThread(null, { focus: false });
    drawAll();
    host.call("home", { tab: name });
    tabs.querySelector("[aria-selected='true']")?.focus();
  }

  function openThread(ts, { focus = true } = {}) {
    const from = place.thread;
    place.thread = ts;
    drawThread();
    if (focus) (ts ? reply : write).focus();
    if (!ts && from) timeline.querySelector(`[data-message="${from}"]`)?.scrollIntoView({ block: "nearest" });
  }

  function drawAll() {
    drawChannels();
    drawTop();
    drawTimeline();
    drawThread();
    drawPrompts();
    drawHome();
  }

  // -- what happens

  function near(log) {
    return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  }

  function came({ channel: where, message }) {
    (state.messages[where] ??= []).push(message);
    if (message.ephemeral_to && message.ephemeral_to !== state.me) return;
    if (where !== place.channel) {
      if (!state.channels.some((one) => one.id === where && mayRead(one))) return;
      if (message.user !== state.me) { unread.add(where); drawChannels(); }
      return;
    }
    if (isRoot(message)) {
      const follow = near(timeline) || message.user === state.me;
      timeline.querySelector(".slk-empty")?.remove();
      if (!timeline.childElementCount) drawTimeline();
      else timeline.append(row(message));
      if (follow) timeline.scrollTop = timeline.scrollHeight;
    }
    if (place.thread && (message.thread_ts === place.thread || message.ts === place.thread)) {
      threadLog.append(draw(message, host, acts(true)));
      toAnswer();
      drawThreadStatus();
    }
    if (message.bot_id) host.announce?.(`${state.bot.name}: ${message.text ?? ""}`.slice(0, 200));
  }

  function changed({ channel: where, message }) {
    const all = (state.messages[where] ??= []);
    const at = all.findIndex((one) => one.ts === message.ts);
    if (at < 0) return;
    all[at] = message;
    if (where !== place.channel) return;
    const follow = near(threadLog);
    const wasWritten = threadLog.querySelector(`[data-message="${message.ts}"].slk-streaming`);
    swap(timeline, message, false);
    swap(threadLog, message, true);
    const thread = message.thread_ts ?? message.ts;
    refreshStatus(thread);
    if (follow && message.streaming) threadLog.scrollTop = threadLog.scrollHeight;
    else if (wasWritten) toAnswer();
  }

  function swap(log, message, inThread) {
    const old = log.querySelector(`[data-message="${message.ts}"]`);
    if (!old) return;
    const pressed = old.contains(document.activeElement) ? document.activeElement.dataset.action : null;
    const node = draw(message, host, acts(inThread));
    old.replaceWith(node);
    if (pressed) node.querySelector(`[data-action="${CSS.escape(pressed)}"]`)?.focus();
  }

  function gone({ channel: where, ts }) {
    state.messages[where] = (state.messages[where] ?? []).filter((one) => one.ts !== ts);
    if (where !== place.channel) return;
    for (const node of whole.querySelectorAll(`[data-message="${ts}"]`)) (node.closest(".slk-row") ?? node).remove();
    if (!messages().some(isRoot)) drawTimeline();
  }

  function refreshStatus(thread) {
    const line = timeline.querySelector(`[data-message="${thread}"]`)?.closest(".slk-row");
    line?.querySelector(".slk-status")?.remove();
    const fresh = statusLine(thread);
    if (line && fresh) line.append(fresh);
    if (place.thread === thread) drawThreadStatus();
  }

  function status({ channel: where, thread_ts: thread, text, session }) {
    const name = `${where}:${thread}`;
    if (text) state.status[name] = text;
    else delete state.status[name];
    if (session) (state.sessions ??= {})[name] = { ...state.sessions?.[name], status: session };
    if (where === place.channel) refreshStatus(thread);
  }

  /** One that was opened, or that its owners changed. */
  function altered({ channel: one }) {
    const at = state.channels.findIndex((other) => other.id === one.id);
    if (at < 0) state.channels.push(one);
    else state.channels[at] = one;
    drawChannels();
    if (one.id === place.channel) drawTop();
  }

  const TAKES = {
    message: came,
    channel: altered,
    update: changed,
    delete: gone,
    status,
    view: ({ view, user }) => { if (!user || user === state.me) modal.show(view); },
    view_closed: ({ view_id: id }) => modal.remove(id),
    home: ({ user, view }) => { state.home[user] = view; if (user === state.me) drawHome(); },
    prompts: ({ channel: where, prompts: found }) => { state.prompts[where] = found; drawPrompts(); },
    title: ({ channel: where, thread_ts: thread, title: words }) => { (state.titles ??= {})[`${where}:${thread}`] = words; if (where === place.channel && thread === place.thread) drawThread({ bottom: false }); },
  };

  whole.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !place.thread || !aside.contains(event.target)) return;
    event.preventDefault();
    openThread(null);
  });

  drawAll();
  for (const view of state.views) modal.show(view);
  return {
    update: ({ type, data }) => TAKES[type]?.(data),
    /** A question of the page's own, as if it had been written where one is. */
    ask(question) {
      if (place.tab === "home") openTab("messages");
      return send(channel().kind === "im" ? question : `@${state.bot.name} ${question}`, null);
    },
    /** `where`: {channel: id or name, thread?, tab?} */
    show(where) {
      const found = state.channels.find((one) => [one.id, one.name].includes(where.channel));
      if (found && found.id !== place.channel) open(found.id);
      if (where.tab) openTab(where.tab);
      if (where.thread) openThread(where.thread);
    },
  };
}

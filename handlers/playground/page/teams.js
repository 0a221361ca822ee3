// The Teams pane: teams, channels and chats on the left, the conversation on the right.
import { make } from "./dom.js";
import { reveal } from "./scroll.js";
import { composer } from "./teams-composer.js";
import { dialogs } from "./teams-dialog.js";
import { drawMessage, gist, initials } from "./teams-message.js";

export { drawMessage };

const TOAST_LASTS = 8000;
const TYPING_LASTS = 12_000;

export function mount(root, host) {
  return new Pane(root, host).api();
}

class Pane {
  constructor(root, host) {
    this.host = host;
    this.state = host.state;
    this.unread = new Set();
    this.replying = null; // the thread whose reply box is open
    this.current = this.state.conversations.find((one) => one.kind === "channel" && one.name === "Incidents")?.id ?? this.state.conversations[0]?.id;
    this.nav = make("nav", { class: "tm-nav", "aria-label": "Teams and chats" });
    this.title = make("header", { class: "tm-title" });
    this.feed = make("div", { class: "tm-feed", tabindex: "0", role: "log", "aria-label": "Messages", "aria-live": "off" });
    this.typing = make("p", { class: "tm-typing", role: "status" });
    this.suggestions = make("div", { class: "tm-suggestions", role: "group", "aria-label": "Suggested actions" });
    this.toasts = make("div", { class: "tm-toasts" });
    this.bottom = make("div", { class: "tm-bottom" });
    this.dialogs = dialogs(root, host);
    const main = make("section", { class: "tm-main", "aria-label": "Conversation" }, this.title, this.toasts, this.feed, this.typing, this.suggestions, this.bottom);
    root.append(make("div", { class: "tm" }, make("div", { class: "tm-frame" }, this.nav, main)));
    this.open(this.current);
  }

  api() {
    return { update: (event) => this.update(event), show: (place) => this.show(place), ask: (question) => this.ask(question) };
  }

  /** A question of the page's own, as if it had been written where one is. */
  ask(question) {
    const text = this.conversation().kind === "personal" ? question : `@${this.state.bot.name} ${question}`;
    return this.host.call("message", { conversation: this.current, text });
  }

  conversation(id = this.current) {
    return this.state.conversations.find((one) => one.id === id);
  }

  activities(id = this.current) {
    return (this.state.activities[id] ??= []);
  }

  visible(activity) {
    return !activity.targetedTo || activity.targetedTo === this.state.me;
  }

  // Drawing

  open(id) {
    if (!id) return;
    this.current = id;
    this.replying = null;
    this.unread.delete(id);
    this.drawNav();
    this.drawTitle();
    this.drawFeed();
    this.drawTyping();
    this.drawSuggestions();
    this.drawComposer();
  }

  drawNav() {
    const group = (title, mark, list) => {
      if (!list.length) return null;
      const rows = list.map((one) => make("li", {}, this.navButton(one)));
      return make("section", {}, make("h3", {}, make("span", { class: "tm-team", "aria-hidden": "true" }, mark), title), make("ul", {}, ...rows));
    };
    const all = this.state.conversations;
    const teams = [...new Map(all.filter((one) => one.team).map((one) => [one.team.id, one.team])).values()];
    this.nav.replaceChildren(
      ...teams.map((team) => group(team.name, initials(team.name), all.filter((one) => one.team?.id === team.id))),
      group("Chats", "✉\uFE0E", all.filter((one) => !one.team && this.mayRead(one))) ?? "",
    );
  }

  /** Other people's chats with the bot are theirs. */
  mayRead(conversation) {
    return conversation.members?.includes(this.state.me) ?? true;
  }

  navButton(one) {
    const chosen = one.id === this.current;
    const fresh = this.unread.has(one.id);
    const sign = one.kind === "channel" ? "#" : one.kind === "personal" ? "☾" : "◎";
    const button = make("button", { type: "button", class: `tm-place${fresh ? " unread" : ""}`, "data-conversation": one.id, "aria-current": chosen ? "page" : null }, make("span", { class: "tm-sign", "aria-hidden": "true" }, sign), make("span", { class: "tm-place-name" }, one.name), fresh ? make("span", { class: "tm-dot", role: "img", "aria-label": "new messages" }) : null);
    button.addEventListener("click", () => {
      this.open(one.id);
      this.nav.querySelector('[aria-current="page"]')?.focus();
    });
    return button;
  }

  drawTitle() {
    const one = this.conversation();
    const kinds = { channel: one.team?.name, groupChat: "Group chat", personal: "Chat with the app" };
    const people = one.members?.length;
    const hint = [kinds[one.kind], people && one.kind !== "personal" ? `${people} people` : null].filter(Boolean).join(" · ");
    const parts = [make("h2", {}, one.name), make("span", { class: "tm-quiet" }, hint)];
    if (one.deleted) parts.push(make("span", { class: "tm-quiet", role: "status" }, "deleted"), this.deed("restore", "Restore"));
    else if (one.installed === false) parts.push(this.deed("install", "Install Nightdesk", "ac-button"));
    else {
      parts.push(this.deed("uninstall", "Remove Nightdesk"));
      if (one.kind === "channel" && one.id !== one.team?.id) parts.push(this.deed("delete", "Delete channel"));
    }
    this.title.replaceChildren(...parts);
  }

  /** What an owner does with the conversation. */
  deed(name, words, look = "tm-reply-button") {
    return make("button", { type: "button", class: look, "data-action": name, onclick: () => this.host.call(name, { conversation: this.current }) }, words);
  }

  altered({ conversation: one }) {
    const at = this.state.conversations.findIndex((other) => other.id === one.id);
    if (at < 0) this.state.conversations.push(one);
    else this.state.conversations[at] = one;
    this.drawNav();
    if (one.id === this.current) this.drawTitle();
  }

  drawFeed() {
    const channel = this.conversation().kind === "channel";
    const shown = this.activities().filter((one) => this.visible(one));
    this.feed.classList.toggle("channel", channel);
    if (!shown.length) this.feed.replaceChildren(this.welcome(channel));
    else if (channel) this.feed.replaceChildren(...this.threads(shown).map(([id, list]) => this.drawThread(id, list)));
    else this.feed.replaceChildren(...shown.map((one) => drawMessage(one, this.host)));
    if (shown.length) this.reveal(shown.at(-1));
  }

  welcome(channel) {
    const where = channel ? "Mention @Nightdesk to ask here. A bot hears a channel only when it is mentioned." : this.conversation().kind === "personal" ? "Ask Nightdesk anything about your services." : "Mention @Nightdesk to ask in this group.";
    return make("div", { class: "tm-welcome" }, make("span", { class: "tm-avatar app big", "aria-hidden": "true" }, "N"), make("p", {}, where));
  }

  threads(activities) {
    const threads = new Map();
    for (const one of activities) {
      const id = one.root ?? one.id;
      threads.set(id, [...(threads.get(id) ?? []), one]);
    }
    return [...threads];
  }

  drawThread(id, list) {
    const [first, ...replies] = list;
    const post = make("section", { class: "tm-thread", "data-thread": id, "aria-label": `Thread: ${gist(first)}` });
    const chain = make("div", { class: "tm-replies" }, ...replies.map((one) => drawMessage(one, this.host)));
    post.append(drawMessage(first, this.host), chain, this.drawReply(id));
    return post;
  }

  drawReply(id) {
    if (this.replying === id) {
      const box = this.newComposer({ label: "Reply in this thread", placeholder: "Reply, and mention @Nightdesk to ask", root: id });
      queueMicrotask(() => box.focus());
      return make("div", { class: "tm-reply" }, box.element);
    }
    const button = make("button", { type: "button", class: "tm-reply-button" }, "Reply");
    button.addEventListener("click", () => this.reply(id));
    return make("div", { class: "tm-reply" }, button);
  }

  reply(id) {
    const before = this.replying;
    this.replying = id;
    for (const one of [before, id]) this.threadElement(one)?.querySelector(":scope > .tm-reply")?.replaceWith(this.drawReply(one));
  }

  threadElement(id) {
    return id && this.feed.querySelector(`[data-thread="${CSS.escape(id)}"]`);
  }

  newComposer({ label, placeholder, root, main }) {
    const conversation = this.current;
    const names = () => [this.state.bot.name, ...(this.conversation(conversation).members ?? []).filter((id) => id !== this.state.me).map((id) => this.state.users[id]?.name).filter(Boolean)];
    const commands = () => (this.state.commands ?? []).map((one) => ({ title: one.title ?? one.command ?? "", description: one.description ?? "" }));
    const send = (text) => this.host.call("message", { conversation, text, ...(root ? { root } : {}) });
    return composer({ label, placeholder, send, people: names, commands, main });
  }

  drawComposer() {
    const kind = this.conversation().kind;
    const placeholder = kind === "personal" ? "Ask Nightdesk, or type / for its commands" : kind === "channel" ? "Start a post, @Nightdesk to ask" : "Write a message, @Nightdesk to ask";
    const label = kind === "channel" ? `Start a post in ${this.conversation().name}` : `Message ${this.conversation().name}`;
    this.bottom.replaceChildren(this.newComposer({ label, placeholder, main: true }).element);
  }

  drawTyping() {
    const who = this.state.typing?.[this.current];
    this.typing.replaceChildren(...(who ? [make("span", { class: "tm-dots", "aria-hidden": "true" }, make("i"), make("i"), make("i")), `${who === true ? this.state.bot.name : who} is typing`] : []));
  }

  drawSuggestions() {
    const offers = this.state.suggested?.[this.current] ?? [];
    this.suggestions.replaceChildren(
      ...offers.map((one) => {
        const button = make("button", { type: "button", class: "tm-suggestion", "data-action": one.title ?? one.value }, one.title ?? String(one.value));
        button.addEventListener("click", () => this.host.call("suggested", { conversation: this.current, text: one.title ?? one.value }));
        return button;
      }),
    );
  }

  // News

  update({ type, data }) {
    switch (type) {
      case "message":
        return this.arrived(data);
      case "conversation":
        return this.altered(data);
      case "update":
      case "stream":
        return this.changed(data);
      case "delete":
        return this.removed(data);
      case "typing":
        return this.typed(data);
      case "suggested":
        this.state.suggested = { ...this.state.suggested, [data.conversation]: data.actions };
        return data.conversation === this.current ? this.drawSuggestions() : undefined;
      case "dialog":
        return data.dialog.user === this.state.me ? this.dialogs.show(data.dialog) : undefined;
      case "dialog_closed":
        return this.dialogs.shut(data.dialog);
      case "toast":
        return data.user === this.state.me ? this.toast(data) : undefined;
    }
  }

  arrived({ conversation, activity }) {
    if (!this.conversation(conversation)) this.state.conversations.push({ id: conversation, name: this.state.bot.name, kind: "personal", members: [] });
    const list = this.activities(conversation);
    if (list.some((one) => one.id === activity.id)) return this.changed({ conversation, activity });
    list.push(activity);
    if (!this.visible(activity) || !this.mayRead(this.conversation(conversation))) return;
    if (activity.from?.id !== this.state.me) this.host.announce?.(`${activity.from?.name} in ${this.conversation(conversation).name}: ${gist(activity)}`);
    if (conversation !== this.current) {
      this.unread.add(conversation);
      return this.drawNav();
    }
    const follows = this.atEnd() || activity.from?.id === this.state.me;
    this.insert(activity);
    if (follows) this.reveal(activity);
  }

  insert(activity) {
    this.feed.querySelector(".tm-welcome")?.remove();
    if (this.conversation().kind !== "channel") return this.feed.append(drawMessage(activity, this.host));
    const id = activity.root ?? activity.id;
    const thread = this.threadElement(id);
    if (thread) thread.querySelector(":scope > .tm-replies").append(drawMessage(activity, this.host));
    else this.feed.append(this.drawThread(id, [activity]));
  }

  changed({ conversation, activity }) {
    const list = this.activities(conversation);
    const at = list.findIndex((one) => one.id === activity.id);
    if (at < 0) return this.arrived({ conversation, activity });
    const wasWritten = list[at].streaming;
    list[at] = activity;
    if (conversation !== this.current) return;
    const drawn = this.feed.querySelector(`[data-message="${CSS.escape(activity.id)}"]`);
    if (!drawn) return;
    const follows = this.atEnd();
    const focused = drawn.contains(document.activeElement) ? document.activeElement.dataset.action : null;
    const fresh = drawMessage(activity, this.host);
    drawn.replaceWith(fresh);
    if (focused !== null) (fresh.querySelector(`[data-action="${CSS.escape(focused ?? "")}"]`) ?? this.feed).focus();
    if (wasWritten && !activity.streaming) this.reveal(activity);
    else if (follows) this.toEnd();
  }

  removed({ conversation, id }) {
    this.state.activities[conversation] = this.activities(conversation).filter((one) => one.id !== id);
    if (conversation === this.current) this.drawFeed();
  }

  typed({ conversation, on, name }) {
    const typing = (this.state.typing ??= {});
    clearTimeout(this.typingEnds);
    if (on) {
      typing[conversation] = name ?? true;
      this.typingEnds = setTimeout(() => this.typed({ conversation, on: false }), TYPING_LASTS);
    } else delete typing[conversation];
    if (conversation === this.current) this.drawTyping();
  }

  toast({ text, tone }) {
    const note = make("div", { class: `tm-toast ${tone}`, role: tone === "bad" ? "alert" : "status" }, make("p", {}, text));
    const close = make("button", { type: "button", class: "tm-tool", "aria-label": "Dismiss" }, "✕");
    close.addEventListener("click", () => note.remove());
    note.append(close);
    this.toasts.append(note);
    while (this.toasts.children.length > 3) this.toasts.firstElementChild.remove();
    setTimeout(() => note.remove(), TOAST_LASTS);
  }

  // Where one looks

  show(place) {
    const wanted = typeof place === "string" ? place : place?.conversation;
    const [id, root] = (wanted ?? "").split(";messageid=");
    if (!this.conversation(id)) return;
    this.open(id);
    const activity = place?.activity ?? place?.root ?? root;
    const target = activity && (this.feed.querySelector(`[data-message="${CSS.escape(activity)}"]`) ?? this.threadElement(activity));
    target?.scrollIntoView({ block: "center" });
  }

  /** Also while a frame is awaited that will look at what came last: the next news may come before it. */
  atEnd() {
    return this.looking !== undefined || this.feed.scrollHeight - this.feed.scrollTop - this.feed.clientHeight < 80;
  }

  toEnd() {
    this.look(null);
  }

  reveal(activity) {
    this.look(activity.id);
  }

  /** One look a frame. The newest message is read from its beginning, whatever else has changed since it came. */
  look(id) {
    if (this.looking === undefined) requestAnimationFrame(() => this.settle());
    this.looking = id ?? this.looking ?? null;
  }

  settle() {
    const id = this.looking;
    this.looking = undefined;
    const drawn = id && this.feed.querySelector(`[data-message="${CSS.escape(id)}"]`);
    if (drawn) reveal(this.feed, drawn, drawn.previousElementSibling ?? drawn.closest(".tm-replies")?.previousElementSibling);
    else this.feed.scrollTop = this.feed.scrollHeight;
  }
}

// What the owners of a channel may do with it, in a menu beside its name; and what is the matter with it, in words.
import { make } from "./dom.js";
import { menuOf } from "./slack-elements.js";
import { icon } from "./slack-icons.js";

export function ownersMenu(channel, host) {
  const bot = host.state.bot.name;
  const deeds = [
    channel.installed === false ? ["invite", `Invite ${bot}`] : ["remove", `Remove ${bot}`],
    channel.archived ? ["restore", "Restore channel"] : ["archive", "Archive channel"],
  ].filter(([name]) => !(channel.archived && name === "invite"));
  const toggle = make("button", { type: "button", class: "slk-tool", "aria-label": "Channel settings", title: "Channel settings", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("more"));
  const menu = make("div", { class: "slk-menu", role: "menu", hidden: true }, ...deeds.map(([name, words]) =>
    make("button", { type: "button", role: "menuitem", class: "slk-item", "data-action": name, onclick: () => { close(); host.call(name, { channel: channel.id }); } }, words)));
  const over = make("span", { class: "slk-over" }, toggle, menu);
  const close = menuOf(over, toggle, menu);
  return over;
}

export function troubles(channel, host) {
  if (channel.archived) return "archived";
  return channel.installed === false ? `${host.state.bot.name} is not in this channel` : "";
}

// What Teams does around a tab: it says hello, which theme is worn, and who looks.
import { request } from "./api.js";
import { byId } from "./dom.js";

const user = new URLSearchParams(location.search).get("user") ?? undefined;
const frame = byId("tab");
const theme = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "default");
const send = (message) => frame.contentWindow.postMessage(message, new URL(frame.src).origin);

const ANSWERS = {
  initialize: async () => ["content", "web", "{}", "2.0.0"],
  getContext: async () => [{ theme: theme() }],
  "authentication.getAuthToken": async () => {
    const answer = await request("/sim/teams/tab_token", { user });
    return answer.token ? [true, answer.token] : [false, answer.error];
  },
};

addEventListener("message", async ({ source, data }) => {
  const answer = source === frame.contentWindow ? ANSWERS[data?.func] : undefined;
  if (answer) send({ id: data.id, args: await answer() });
});
new MutationObserver(() => frame.src && send({ func: "themeChange", args: [theme()] })).observe(document.documentElement, {
  attributeFilter: ["data-theme"],
});
frame.src = frame.dataset.src; // only now: what the tab says first shall be heard

// The page inside of Teams. The frame around us can only be Teams (the server's policy says so): it is asked who looks.
const PATIENCE = 15_000;
const VERSION = "2.0.0"; // of the messages between a tab and Teams, as both sides write them
const NOBODY = { says: "Teams does not say who you are. Open this page as a tab in Teams." };
const waiting = new Map();
let count = 0;

function ask(func, ...args) {
  return new Promise((resolve, reject) => {
    const id = count++;
    const late = setTimeout(() => reject(NOBODY), PATIENCE);
    waiting.set(id, (answer) => {
      clearTimeout(late);
      resolve(answer);
    });
    parent.postMessage({ id, func, timestamp: Date.now(), args }, "*"); // nothing secret goes this way
  });
}

function wear(theme) {
  if (theme) document.documentElement.dataset.theme = theme === "default" ? "light" : "dark";
}

addEventListener("message", ({ source, data }) => {
  if (source !== parent || source === window || typeof data !== "object" || data === null) return;
  if (data.func === "themeChange") wear(data.args?.[0]);
  const answer = waiting.get(data.id);
  if (!answer || data.func) return;
  waiting.delete(data.id);
  answer(data.args ?? []);
});

let begun;

async function begin() {
  if (parent === window) throw NOBODY;
  await ask("initialize", VERSION);
  ask("registerHandler", "themeChange").catch(() => {});
  ask("getContext").then(([context]) => wear(context?.theme ?? context?.app?.theme), () => {});
  ask("appInitialization.success", VERSION).catch(() => {});
}

/** A token of Microsoft's for our server; Teams keeps it fresh. */
export async function who() {
  begun ??= begin();
  try {
    await begun;
  } catch (problem) {
    begun = undefined;
    throw problem;
  }
  const [good, said] = await ask("authentication.getAuthToken", null, null, false);
  if (!good) throw { says: `Teams does not sign you in: ${said}` };
  return { Authorization: `Bearer ${said}` };
}

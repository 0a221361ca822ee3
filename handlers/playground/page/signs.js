// The emoji that the bot and its people use most, drawn (signs.css): a machine without an emoji font shows no boxes.
import { make } from "./dom.js";

const NAMES = {
  "✅": "done", "⚠": "warning", "⛔": "stop", "❌": "cross", "🔴": "red", "🟠": "orange", "🟡": "yellow", "🟢": "green", "🔵": "blue",
  "ℹ": "info", "🚨": "alarm", "✨": "sparks", "📎": "clip", "👍": "up", "👎": "down", "👀": "eyes", "❤": "heart",
};
const KNOWN = new RegExp(`((?:${Object.keys(NAMES).join("|")})\\uFE0F?)`, "u");

/** A text as nodes and strings; the emoji itself stays in the page, to be read aloud and copied. */
export function signed(text) {
  return String(text ?? "").split(KNOWN).filter(Boolean).map((part) => {
    const name = NAMES[part.replace("\uFE0F", "")];
    return name ? make("span", { class: `sign sign-${name}` }, part) : part;
  });
}

export const worded = (text) => make("span", {}, ...signed(text));

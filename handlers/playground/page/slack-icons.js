// Signs drawn as lines: they look the same where no emoji font is.
const SVG = "http://www.w3.org/2000/svg";
const UP = "M7 9v8H4V9zM7 9l3.2-6c1.3 0 2 1 1.8 2.2L11.5 8H16a1.5 1.5 0 0 1 1.5 1.8l-1.2 5.9A1.6 1.6 0 0 1 14.7 17H7";
const SIGNS = {
  up: UP,
  down: UP,
  reply: "M3 5.5A1.5 1.5 0 0 1 4.5 4h11A1.5 1.5 0 0 1 17 5.5v7a1.5 1.5 0 0 1-1.5 1.5H8l-4 3v-3.200A1.5 1.5 0 0 1 3 12.5z",
  file: "M5 2.5h6.5L15.5 6.5v11h-10.5zM11.5 2.5v4h4",
  picture: "M3 4h14v12H3zM3 13.5l4-4 3.5 3.5 2-2 4.5 4.5M13 7.5h.01",
  trash: "M4 6h12M8 6V4h4v2M5.5 6l.8 11h7.400l.8-11",
  more: "M10 4.5h.01M10 10h.01M10 15.5h.01",
};
const MEANT = { "👍": "up", "👎": "down", trash: "trash" };

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SIGNS[name]);
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "slk-icon");
  svg.setAttribute("aria-hidden", "true");
  if (name === "down") path.setAttribute("transform", "rotate(180 10 10)");
  svg.append(path);
  return svg;
}

/** The sign that a word or an emoji stands for, else the word. */
export const sign = (text) => (text in MEANT ? icon(MEANT[text]) : text);

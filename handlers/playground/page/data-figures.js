// Figures as the bot writes them, and the words of a series.

const BYTES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const plainly = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function plain(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return "no data";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  return Math.abs(value) >= 100 || Number.isInteger(value) ? whole.format(value) : plainly.format(value);
}

export function measured(value, unit) {
  if (typeof value !== "number" || !Number.isFinite(value)) return plain(value);
  switch (unit) {
    case "seconds":
      return Math.abs(value) < 1 && value ? `${plain(value * 1000)} ms` : `${plain(value)} s`;
    case "bytes": {
      const power = value ? Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log(Math.abs(value)) / Math.log(1024)))) : 0;
      return `${plain(value / 1024 ** power)} ${BYTES[power]}`;
    }
    case "ratio":
      return `${plain(value * 100)} %`;
    case "percent":
      return `${plain(value)} %`;
    case "usd":
      return `$ ${value.toFixed(2)}`;
    default:
      return unit ? `${plain(value)} ${unit}` : plain(value);
  }
}

/** First, last, least, most and change of what is shown, as words beside the drawing. */
export function told(series, from, to) {
  const values = series.points.filter((one) => one.at >= from && one.at <= to && Number.isFinite(one.value)).map((one) => one.value);
  if (!values.length) return `${series.name}: no data`;
  const write = (value) => measured(value, series.unit);
  const [first, last] = [values[0], values.at(-1)];
  const change = first ? `${last >= first ? "+" : ""}${plain(((last - first) / Math.abs(first)) * 100)} %` : "from none";
  return `${series.name}: ${write(first)} → ${write(last)} (${change}), least ${write(Math.min(...values))}, most ${write(Math.max(...values))}`;
}

export function clock(at, zone, far) {
  const shape = far ? { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } : { hour: "2-digit", minute: "2-digit", second: "2-digit" };
  try {
    return new Intl.DateTimeFormat("en-GB", { ...shape, timeZone: zone }).format(at);
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...shape, timeZone: "UTC" }).format(at);
  }
}

/** By what a column is sorted: numbers as they are, written ones by their worth, then words. */
const WORTH = { "µs": 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86400, ...Object.fromEntries(BYTES.map((name, power) => [name, 1024 ** power])) };
export function worth(cell) {
  if (typeof cell === "number") return cell;
  const text = String(cell ?? "");
  if (!/^[$+-]? ?\d/.test(text)) return null;
  const parts = [...text.replace(/^\$ /, "").matchAll(/(-?[\d,]+(?:\.\d+)?) ?(µs|ms|min|s|h|d|[KMGTP]iB|B)?/g)].slice(0, 2);
  return parts.reduce((sum, [, number, unit]) => sum + Number(number.replaceAll(",", "")) * (WORTH[unit] ?? 1), 0);
}

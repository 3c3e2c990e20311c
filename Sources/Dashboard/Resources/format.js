// Numbers as people read them, in one form whatever the locale.

/** Four significant digits; "–" for no number, the name of one that is not finite. */
function number(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

/** Digits in groups of three. */
function count(value) {
  return value === null || value === undefined
    ? "–" : String(value).replace(/\B(?=(\d{3})+(?!\d))/g, " ");
}

/** A value of a unit: "share", "nats", "bits", "seconds" or "plain". */
function inUnit(value, unit) {
  if (value === null || value === undefined || typeof value === "string") return number(value);
  if (unit === "share") return (100 * value).toFixed(2) + " %";
  if (unit === "seconds") return value < 1 ? number(1000 * value) + " ms" : number(value) + " s";
  return number(value);
}

/** A duration: 7 s, 3:05 min, 1:02:03 h. */
function duration(seconds) {
  const all = Math.max(0, Math.round(seconds));
  const two = (part) => String(part).padStart(2, "0");
  if (all < 60) return all + " s";
  const minutes = two(Math.floor(all / 60) % 60) + ":" + two(all % 60);
  if (all < 3600) return minutes + " min";
  return Math.floor(all / 3600) + ":" + minutes + " h";
}

/** Percentage points with their sign. */
function points(value) {
  return (value < 0 ? "−" : "+") + Math.abs(100 * value).toFixed(2);
}

/** The time of day. */
function clockTime(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString([], { hour12: false });
}

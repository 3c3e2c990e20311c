// How good answers are beyond how many are right: calibration, and which classes are mistaken.

/** The side of a reliability diagram, and where its square begins. */
const DIAGRAM = { size: 200, left: 34, top: 8, side: 144 };
/** The bins of confidence have this width. */
const BIN = 1 / 15;

/** A diagram for each learner of the cohort that has scores, and the same numbers as a table. */
function drawCalibration(store) {
  const learners = store.cohort.filter((learner) => store.scores.get(learner.key)?.calibration);
  at("calibration").hidden = learners.length === 0;
  at("diagrams").replaceChildren(...learners.map((learner) => reliability(store, learner)));
  if (!at("calibration-table").closest("details").open) return;
  const rows = learners.flatMap((learner) => store.scores.get(learner.key).calibration
    .map(([confidence, accuracy, share], i) => html("tr", {},
      html("th", { class: "left", scope: "row" }, i === 0 ? learner.label : ""),
      ...[confidence, accuracy, share].map((value) => html("td", {}, inUnit(value, "share"))))));
  fillTable(at("calibration-table"), "Calibration",
    ["Learner", "Mean confidence", "Accuracy", "Part of the samples"], rows, new Set([0]));
}

/** The calibration error of a learner, and alone where that is known. */
function errorText(store, learner) {
  const alone = store.scores.get("alone/" + learner.name)?.ece;
  return `error ${inUnit(store.scores.get(learner.key).ece, "share")}`
    + (typeof alone === "number" ? `, alone ${inUnit(alone, "share")}` : "");
}

/** The reliability diagram of a learner: how often it was right where it was so sure. */
function reliability(store, learner) {
  const bins = store.scores.get(learner.key).calibration;
  const { size, left, top, side } = DIAGRAM;
  const x = (share) => left + share * side;
  const y = (share) => top + (1 - share) * side;
  const most = Math.max(...bins.map(([, , share]) => share));
  const bars = bins.map(([confidence, accuracy, share]) => {
    const start = Math.min(1 - BIN, Math.floor(Math.max(0, confidence - 1e-9) / BIN) * BIN);
    return svg("rect", { class: "own", x: x(start) + 0.5, y: y(accuracy),
      width: BIN * side - 1, height: accuracy * side, opacity: 0.25 + (0.7 * share) / most },
    svg("title", {}, `${inUnit(confidence, "share")} sure: ${inUnit(accuracy, "share")} right, `
      + `${inUnit(share, "share")} of the samples`));
  });
  const marks = [0, 0.5, 1].flatMap((share) => [
    svg("text", { x: x(share), y: top + side + 16, "text-anchor": "middle" }, 100 * share + " %"),
    svg("text", { x: left - 6, y: y(share) + 4, "text-anchor": "end" }, 100 * share)]);
  const text = errorText(store, learner);
  return html("figure", {},
    html("figcaption", {}, swatch(learner), html("b", {}, ` ${learner.label} `), text),
    svg("svg", { viewBox: `0 0 ${size} ${size - 24}`, role: "img", class: look(learner).color,
      "aria-label": `Calibration of ${learner.label}: ${text}` },
    svg("rect", { class: "grid", x: left, y: top, width: side, height: side, fill: "none" }),
    ...bars, svg("path", { class: "ideal", d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}` }), ...marks));
}

/** The names of the classes; their numbers where these are not known. */
function classNames(store, count) {
  const names = store.facts.disputes?.classes;
  return names?.length === count ? names : Array.from({ length: count }, (_, i) => String(i));
}

/** The confusion matrix of the learner that is chosen, and a table of its classes. */
class Confusion {
  constructor() {
    this.matrix = new Matrix(at("confusion-matrix"), (row, column) => this.read(row, column));
  }

  draw(store) {
    const learners = store.sorted.filter((l) => store.scores.get(l.key)?.confusion);
    at("confusion").hidden = learners.length === 0;
    if (learners.length === 0) return;
    offer(at("confused"), learners.map((l) => ({ name: l.key, title: l.label })));
    this.counts = store.scores.get(at("confused").value).confusion;
    this.names = classNames(store, this.counts.length);
    this.sums = this.counts.map((row) => row.reduce((a, b) => a + b, 0));
    const label = store.learners.get(at("confused").value).label;
    this.matrix.show({
      rows: this.names, columns: this.names, down: "class", across: "answer",
      label: `Confusion matrix of ${label}; the table below has the classes`,
      value: (row, column) => this.counts[row][column] || null,
      // By the root of the share, so that few mistakes are seen beside many right answers.
      part: (value, row) => Math.sqrt(value / this.sums[row]), write: count,
      legend: ["none", "all of a class"],
    });
    this.drawTable();
    if (this.matrix.chosen) this.matrix.choose(this.matrix.within(this.matrix.chosen));
  }

  read(row, column) {
    const text = this.text(row, column);
    if (at("confusion-reading").textContent !== text) at("confusion-reading").textContent = text;
  }

  /** The counts of a class's samples and what they are most often taken for. */
  drawTable() {
    const rows = this.names.map((name, row) => {
      const wrong = this.counts[row].map((value, column) => ({ value, column }))
        .filter(({ value, column }) => value > 0 && column !== row)
        .sort((a, b) => b.value - a.value).slice(0, 2)
        .map(({ value, column }) => `${this.names[column]} (${count(value)})`);
      return html("tr", {}, html("th", { class: "left", scope: "row" }, name),
        html("td", {}, count(this.sums[row])), html("td", {}, this.sums[row] > 0
          ? inUnit(this.counts[row][row] / this.sums[row], "share") : "–"),
        html("td", { class: "left" }, wrong.join(", ") || "–"));
    });
    fillTable(at("class-table"), "Classes",
      ["Class", "Samples", "Named right", "Most often taken for"], rows, new Set([0, 3]));
  }

  text(row, column) {
    const [value, all] = [this.counts[row][column], this.sums[row]];
    const share = all > 0 ? ` (${inUnit(value / all, "share")})` : "";
    return row === column
      ? `${this.names[row]}: ${count(value)} of ${count(all)} samples named right${share}`
      : `${this.names[row]}: ${count(value)} of ${count(all)} samples taken for `
        + `${this.names[column]}${share}`;
  }
}

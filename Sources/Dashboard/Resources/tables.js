// What is written rather than drawn: tiles, tables, waits, messages.

/** The run at a glance. */
function drawTiles(store) {
  const cohort = store.cohort;
  const tile = (name, value, note, kind) => html("dl", { class: "tile" }, html("dt", {}, name),
    html("dd", { class: kind }, value, html("small", { title: note }, note)));
  const numbers = (of) => cohort.map(of).filter((value) => typeof value === "number");
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  const tiles = [];
  const totals = cohort.filter((learner) => learner.total);
  const share = totals.length ? mean(totals.map((l) => l.step / l.total)) : null;
  const least = Math.min(...cohort.map((l) => l.step));
  tiles.push(tile("Steps", cohort.length ? count(least) : "–",
    share === null ? "" : `${(100 * share).toFixed(0)} % of ${count(totals[0].total)}`));
  const best = [...cohort].filter((l) => typeof l.accuracy === "number")
    .sort((a, b) => b.accuracy - a.accuracy)[0];
  if (best) tiles.push(tile("Best test accuracy", inUnit(best.accuracy, "share"), best.name));
  const all = numbers((l) => l.accuracy);
  if (all.length > 1) {
    tiles.push(tile("Mean test accuracy", inUnit(mean(all), "share"), `of ${all.length} learners`));
  }
  const gains = numbers((l) => store.gain(l));
  if (gains.length) {
    tiles.push(tile("Gained by teaching", points(mean(gains)) + " points",
      `mean of ${gains.length}, over alone`, mean(gains) < 0 ? "bad" : "good"));
  }
  const ensemble = store.facts.ensemble ?? newest(store, "ensemble_accuracy");
  if (ensemble !== null) tiles.push(tile("Ensemble", inUnit(ensemble, "share"), "test accuracy"));
  const pace = numbers((l) => l.stepSeconds);
  if (pace.length) {
    const left = Math.max(0, ...totals.map((l) => (l.total - l.step) * (l.stepSeconds ?? 0)));
    tiles.push(tile("Pace", number(1 / mean(pace)) + " steps/s",
      store.state.kind === "running" && left > 0 ? duration(left) + " left"
        : store.facts.seconds ? "took " + duration(store.facts.seconds) : ""));
  }
  at("tiles").replaceChildren(...tiles);
}

/** The greatest of the learners' last values of a metric; null where it is not known. */
function newest(store, metric) {
  const curves = [...(store.series.get(metric) ?? new Map()).values()];
  const last = curves.map((curve) => curve.values[curve.values.length - 1])
    .filter((value) => typeof value === "number");
  return last.length ? Math.max(...last) : null;
}

/** The table of learners, which chooses whose curves are shown, and points at them. */
function drawLearners(store, hidden, shown, toggle, highlight) {
  const hasGains = store.cohort.some((learner) => store.alone(learner));
  const head = ["Shown", "Learner", "Role", "Model", "Parameters", "Steps", "Loss", "Accuracy",
    ...(hasGains ? ["Alone", "Gain"] : []), "Waits for", "State"];
  const rows = store.sorted.filter((l) => l.part !== "alone").map((learner) => {
    const box = html("input", { type: "checkbox", "aria-label": `Show ${learner.label}`,
      onchange: () => toggle(learner.key) });
    box.checked = !hidden.has(learner.key);
    const gain = store.gain(learner);
    const wait = learner.waitsFor
      ? `${learner.waitsFor}, ${inUnit(learner.waitSeconds, "seconds")}` : "–";
    const cells = [
      html("td", { class: "left" }, box),
      html("th", { class: "left", scope: "row" }, swatch(learner), " " + learner.label),
      html("td", { class: "left" }, learner.role), html("td", { class: "left" }, learner.model),
      html("td", {}, count(learner.parameters)), steps(learner),
      html("td", {}, number(learner.loss)), html("td", {}, inUnit(learner.accuracy, "share")),
      ...(hasGains ? [html("td", {}, inUnit(store.alone(learner)?.accuracy, "share")),
        html("td", { class: gain === null ? "" : gain < 0 ? "bad" : "good" },
          gain === null ? "–" : points(gain))] : []),
      html("td", {}, wait), html("td", { class: "left" }, stateText(learner)),
    ];
    return html("tr", { class: shown.has(learner.key) ? "" : "off",
      onpointerenter: () => highlight(learner.name), onpointerleave: () => highlight(null) },
      ...cells);
  });
  fillTable(at("learners"), "Learners", head, rows, new Set([0, 1, 2, 3, head.length - 1]));
}

/** A cell with a learner's progress. */
function steps(learner) {
  if (!learner.total) return html("td", {}, count(learner.step));
  const bar = html("progress", { max: learner.total, value: learner.step,
    "aria-label": `${learner.name}: steps done` });
  return html("td", {}, bar, `${count(learner.step)} / ${count(learner.total)}`);
}

/** How a learner is. */
function stateText(learner) {
  if (learner.exit === undefined) return "learns";
  return learner.exit === 0 ? "done" : `failed (${learner.exit}) ${learner.reason ?? ""}`;
}

/** Fills a table; the columns of `left` hold words. Focus stays at the row's box. */
function fillTable(table, caption, head, rows, left) {
  const focused = [...table.querySelectorAll("input")].indexOf(document.activeElement);
  table.replaceChildren(html("caption", { class: "unseen" }, caption),
    html("thead", {}, html("tr", {}, ...head.map((text, i) =>
      html("th", { scope: "col", class: left.has(i) ? "left" : "" }, text)))),
    html("tbody", {}, ...rows));
  if (focused >= 0) table.querySelectorAll("input")[focused]?.focus();
}

/** Each student's accuracy alone and taught. */
function drawGains(store) {
  const rows = store.cohort.filter((learner) => store.gain(learner) !== null);
  at("gains").hidden = rows.length === 0;
  if (rows.length === 0) return;
  const pairs = rows.map((l) => [store.alone(l).accuracy, l.accuracy]);
  const [low, high] = extent(pairs);
  const width = Math.max(320, at("gains-chart").clientWidth);
  const names = Math.min(150, 20 + 8 * Math.max(...rows.map((l) => l.name.length)));
  const margin = (high - low || 0.01) * 0.06;
  const x = scale([low - margin, high + margin], [names, width - 90], false);
  const height = rows.length * 24 + 30;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label":
    "Gains: " + rows.map((l) => `${l.name} ${points(store.gain(l))} points`).join(", ") });
  for (const value of x.ticks(Math.max(3, width / 160))) {
    picture.append(svg("line", { class: "grid", x1: x(value), x2: x(value), y1: 4, y2: height - 24 }),
      svg("text", { x: x(value), y: height - 8, "text-anchor": "middle" },
        Number((100 * value).toPrecision(6)) + " %"));
  }
  rows.forEach((learner, i) => picture.append(...gainRow(store, learner, x, 16 + i * 24, width)));
  at("gains-chart").replaceChildren(picture);
}

/** A line from alone to taught. */
function gainRow(store, learner, x, y, width) {
  const { color } = look(learner);
  const [from, to] = [x(store.alone(learner).accuracy), x(learner.accuracy)];
  return [
    svg("text", { class: "label own " + color, x: 4, y: y + 4 }, learner.name),
    svg("line", { class: "curve " + color, x1: from, x2: to, y1: y, y2: y }),
    svg("circle", { class: "sign " + color, cx: from, cy: y, r: 5 }),
    svg("circle", { class: "own " + color, cx: to, cy: y, r: 5.5 }),
    svg("text", { x: width - 4, y: y + 4, "text-anchor": "end" }, points(store.gain(learner))),
  ];
}

/** One step of each learner: its own work, and whom it waits for. */
function drawWaits(store) {
  const waits = new Map();
  for (const edge of store.edges.values()) {
    if (!(edge.wait > 0)) continue;
    if (!waits.has(edge.student)) waits.set(edge.student, []);
    waits.get(edge.student).push(edge);
  }
  const rows = store.cohort.filter((l) => l.stepSeconds > 0).map((learner) => {
    const own = (waits.get(learner.key) ?? []).sort((a, b) => b.wait - a.wait);
    const part = (seconds) => Math.max(0, Math.min(100, (100 * seconds) / learner.stepSeconds));
    const idle = own.reduce((sum, edge) => sum + edge.wait, 0);
    const track = html("div", { class: "track", "aria-hidden": "true" });
    const bar = (kind, seconds) => {
      const piece = html("div", { class: kind });
      piece.style.width = part(seconds) + "%";
      track.append(piece);
    };
    bar("work", Math.max(0, learner.stepSeconds - idle));
    own.slice(0, 6).forEach((edge) => bar("idle", edge.wait));
    const text = own.slice(0, 2).map((edge) => `${store.learners.get(edge.teacher)?.name
      ?? edge.teacher} ${inUnit(edge.wait, "seconds")}`).join(", ");
    return html("div", { class: "wait" }, html("span", {}, swatch(learner), " " + learner.name),
      track, html("span", {}, text ? `waits for ${text} of ${inUnit(learner.stepSeconds, "seconds")}`
        : `waits for nobody; ${inUnit(learner.stepSeconds, "seconds")}`));
  });
  at("waiting").hidden = rows.length === 0;
  at("waits").replaceChildren(...rows);
}

/** Up to so many edges stand in the table. */
const MOST_EDGES = 600;

/** Every edge with each of its numbers now, where the table is open. */
function drawEdgeTable(store, quantities) {
  if (!at("edge-table").closest("details").open) return;
  const edges = [...store.edges.values()];
  const used = quantities.filter(({ name }) => edges.some((edge) => edge[name] !== undefined));
  const name = (key) => store.learners.get(key)?.label ?? key;
  const rows = edges.slice(0, MOST_EDGES).map((edge) => html("tr", {},
    html("th", { class: "left", scope: "row" }, `${name(edge.teacher)} → ${name(edge.student)}`),
    ...used.map((q) => html("td", {}, inUnit(edge[q.name], q.unit)))));
  if (edges.length > MOST_EDGES) {
    rows.push(html("tr", {}, html("td", { class: "left" }, `and ${edges.length - MOST_EDGES} more`)));
  }
  fillTable(at("edge-table"), "Edges", ["Edge", ...used.map((q) => q.title)], rows, new Set([0]));
}

/** What the records of a run that has ended say; a live page has none of it. */
function drawExplanation(store) {
  const paragraphs = store.facts.explanation ?? [];
  at("explanation").hidden = paragraphs.length === 0;
  at("sentences").replaceChildren(...paragraphs.flatMap(({ title, sentences }) => [
    html("h3", {}, title),
    html("ul", {}, ...sentences.map(({ text, advice }) => html("li", {}, text,
      ...(advice === undefined ? [] : [html("p", { class: "help" }, "→ " + advice)])))),
  ]));
}

/** The newest messages first. */
function drawMessages(store) {
  const signs = { info: "ⓘ", warning: "▲ warning", error: "✖ error" };
  const rows = [...store.messages].reverse().slice(0, 200).map((message) => html("li", {},
    html("time", {}, message.time === undefined ? "–" : clockTime(message.time)),
    html("span", { class: message.level === "info" ? "level" : "level bad" }, signs[message.level]),
    html("span", {}, `${message.label}: ${message.text}`
      + (message.step === undefined ? "" : ` (step ${count(message.step)})`))));
  at("messages").replaceChildren(...(rows.length ? rows : [html("li", {}, "None.")]));
}

// What is chosen, what is drawn when, and where the data comes from.

const catalogue = JSON.parse(at("catalogue").textContent);
const given = JSON.parse(at("data").textContent);
const store = new Store();
const hidden = new Set();
const chart = new Chart(at("chart"), at("chart-reading"));
let chosenNode = null;
let source = null;
let retrying = null;
/** The timer of the moments that are shown one after another. */
let playing = null;
/** After so many milliseconds a page that the server refused asks again. */
const RETRY = 5000;
let isConnected = true;
/** The edges as they are drawn. */
let net = { learners: [], edges: [] };
const matrix = new Matrix(at("matrix"), (row, column) => {
  const [student, teacher] = [net.learners[row], net.learners[column]];
  const edge = edgeBetween(net, teacher, student);
  at("edge-reading").textContent = edge ? edgeText(store, edge, catalogue.quantities)
    : `${teacher.name} does not teach ${student.name}.`;
});

const confusion = new Confusion();

/** A unit's or title's entry of the catalogue. */
function entry(list, name) {
  return list.find((item) => item.name === name) ?? list[0];
}

/** A shorter word than this is looked for in names alone. */
const LEAST_WORD = 3;

/** Whether a learner's name, model or role begins with one of the filter's words. */
function passes(learner, words) {
  const begins = (text, word) => (text ?? "").toLowerCase().startsWith(word);
  return words.length === 0 || words.some((word) => begins(learner.name, word)
    || (word.length >= LEAST_WORD && [learner.model, learner.role].some((t) => begins(t, word))));
}

/** The learners whose curves are shown. */
function chosenLearners() {
  const words = at("filter").value.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const cohortKey = (learner) => (learner.part === "alone" ? learner.name : learner.key);
  return store.sorted.filter((learner) => passes(learner, words) && !hidden.has(cohortKey(learner))
    && (learner.part !== "alone" || at("alone").checked));
}

function drawCurves() {
  const learners = chosenLearners();
  const metric = entry(catalogue.metrics, at("metric").value);
  const axis = at("axis").value;
  const axisTitle = { step: "Step", epoch: "Epoch", time: "Time since a learner's start" }[axis];
  const view = { metric: metric.name, title: metric.title, unit: metric.unit, axis, axisTitle,
    smoothing: Number(at("smoothing").value), log: at("log").checked };
  at("smoothing-value").textContent = at("smoothing").value;
  chart.show(curvesOf(store, learners, view), view);
  drawLearners(store, hidden, new Set(learners.map((l) => l.key)), toggle,
    (name) => chart.highlight(name));
}

function toggle(key) {
  if (!hidden.delete(key)) hidden.add(key);
  drawCurves();
}

function drawEdges() {
  const quantity = entry(catalogue.quantities, at("quantity").value);
  const steps = moments(store, quantity.name);
  const slider = at("moment");
  const wasNow = slider.value === slider.max;
  slider.max = String(steps.length);
  if (wasNow) slider.value = slider.max;
  const step = steps[Number(slider.value)] ?? null;
  at("moment-value").textContent = step === null ? "now" : count(step);
  slider.setAttribute("aria-valuetext", at("moment-value").textContent);
  net = edgesAt(store, quantity.name, step);
  at("edges").hidden = net.edges.length === 0;
  const part = strength(store, quantity.name, net.edges);
  const focused = document.activeElement?.getAttribute("data-node");
  drawGraph(at("graph"), net, part, quantity.unit, quantity.title, chosenNode, choose);
  if (focused) at("graph").querySelector(`[data-node="${CSS.escape(focused)}"]`)?.focus();
  matrix.show(edgeGrid(net, part, quantity));
}

function choose(key) {
  chosenNode = key;
  drawEdges();
}

/** Shows the moments one after another, up to now; where it does so already, it stops. */
function play() {
  if (playing !== null) return stop();
  const slider = at("moment");
  slider.value = "0";
  at("play").textContent = "Stop";
  playing = setInterval(() => {
    drawEdges();
    if (slider.value === slider.max || at("edges").hidden) return stop();
    slider.value = String(Number(slider.value) + 1);
  }, 160);
}

function stop() {
  clearInterval(playing);
  playing = null;
  at("play").textContent = "Play";
}

function drawFacts() {
  const { facts } = store;
  at("title").textContent = facts.title ?? "Cohort";
  document.title = `${facts.title ?? "run"} · cohort`;
  at("path").textContent = facts.path ?? "";
  const state = store.state;
  const status = isConnected ? state : { kind: "stopped", text: "connection lost" };
  at("status").dataset.state = status.kind;
  const text = facts.reading ? "reading the run" : status.text;
  if (at("status").textContent !== text) at("status").textContent = text;
  at("configuration").textContent = facts.configuration ?? "not known";
  at("alone-label").hidden = !store.sorted.some((learner) => learner.part === "alone");
}

/** Draws everything, at most once in a frame. */
function draw() {
  if (draw.isDue) return;
  draw.isDue = true;
  requestAnimationFrame(() => {
    draw.isDue = false;
    drawFacts();
    drawTiles(store);
    drawCurves();
    drawGains(store);
    drawExplanation(store);
    drawEdges();
    drawEdgeTable(store, catalogue.quantities);
    drawCalibration(store);
    confusion.draw(store);
    drawDisputes(store, (number) => `samples/${number}.png` + location.search);
    drawWaits(store);
    drawMessages(store);
    document.documentElement.dataset.drawn = String(Number(
      document.documentElement.dataset.drawn ?? 0) + 1);
  });
}

/** Asks the server for what the page shows; a report has it all. */
function connect() {
  if (given !== null) return draw();
  source?.close();
  clearTimeout(retrying);
  const query = new URLSearchParams(location.search);
  query.set("metrics", [at("metric").value, "ensemble_accuracy"].join(","));
  query.set("quantities", at("quantity").value);
  source = new EventSource("events?" + query);
  source.onopen = () => {
    isConnected = true;
    drawFacts();
  };
  source.onmessage = (event) => {
    store.add(JSON.parse(event.data));
    draw();
  };
  source.onerror = () => {
    isConnected = false;
    drawFacts();
    // A browser connects again by itself after a loss, but not after a refusal.
    if (source.readyState === EventSource.CLOSED) retrying = setTimeout(connect, RETRY);
  };
}

/** The theme that was chosen, kept where the browser allows it. */
function useTheme(name) {
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
  try {
    localStorage.setItem("cohort-theme", name);
  } catch { /* A browser that keeps nothing starts with the system's theme again. */ }
}

function startTheme() {
  let name = new URLSearchParams(location.search).get("theme") ?? "";
  try {
    name = name || (localStorage.getItem("cohort-theme") ?? "");
  } catch { /* As above. */ }
  at("theme").value = name;
  useTheme(at("theme").value);
}

offer(at("metric"), catalogue.metrics);
offer(at("quantity"), catalogue.quantities);
startTheme();
chart.onzoom = (isZoomed) => {
  at("unzoom").hidden = !isZoomed;
};
at("theme").addEventListener("change", () => useTheme(at("theme").value));
at("unzoom").addEventListener("click", () => chart.setZoom(null));
at("metric").addEventListener("change", connect);
at("quantity").addEventListener("change", connect);
for (const id of ["axis", "smoothing", "log", "alone", "filter"]) {
  at(id).addEventListener("input", drawCurves);
}
at("moment").addEventListener("input", drawEdges);
at("play").addEventListener("click", play);
for (const id of ["edge-table", "calibration-table"]) {
  at(id).closest("details").addEventListener("toggle", draw);
}
at("confused").addEventListener("change", draw);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) stop();
});
new ResizeObserver(() => drawGains(store)).observe(at("gains-chart"));
store.add({ whole: true, ...given });
// Of a run that has ended, what it came to is what one looks for.
if ([...(store.series.get("test_accuracy")?.values() ?? [])].some((c) => c.steps.length > 1)) {
  at("metric").value = "test_accuracy";
}
connect();

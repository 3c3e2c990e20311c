// The edges as graph and matrix show them: their values at a moment, and how great these are.

/** The learners that teach or learn in the cohort, and the values of its edges at a step. */
function edgesAt(store, quantity, step) {
  const known = new Set(store.cohort.map((learner) => learner.key));
  const frames = store.frames.get(quantity) ?? new Map();
  const edges = [...store.edges.entries()].flatMap(([key, edge]) => {
    if (!known.has(edge.teacher) || !known.has(edge.student)) return [];
    const value = step === null ? edge[quantity] : frameAt(frames.get(key), step);
    return [{ teacher: edge.teacher, student: edge.student, value: value ?? null, edge }];
  });
  const used = new Set(edges.flatMap((edge) => [edge.teacher, edge.student]));
  return { edges, learners: store.cohort.filter((learner) => used.has(learner.key)),
    byKey: new Map(edges.map((edge) => [Store.edgeKey(edge), edge])) };
}

/** The edge from a teacher to a student; undefined where there is none. */
function edgeBetween(net, teacher, student) {
  return net.byKey.get(Store.edgeKey({ teacher: teacher.key, student: student.key }));
}

/** The edges as a matrix. */
function edgeGrid(net, part, { title, unit }) {
  const names = net.learners.map((learner) => learner.name);
  return {
    rows: names, columns: names, down: "student", across: "teacher", part,
    label: `${title}: ${names.length} students by ${names.length} teachers; the table below has`
      + " the numbers",
    value: (row, column) =>
      edgeBetween(net, net.learners[column], net.learners[row])?.value ?? null,
    write: (value) => inUnit(value, unit),
    legend: [inUnit(part.low, unit), inUnit(part.high, unit) + (part.isLog ? ", by powers" : "")],
  };
}

/** The mean of the frame that a step lies in; undefined before the first. */
function frameAt(frames, step) {
  if (!frames) return undefined;
  const place = lowerBound(frames.steps, step);
  return frames.values[Math.min(place, frames.steps.length - 1)];
}

/** The steps at which some frame of a quantity ends, ascending. */
function moments(store, quantity) {
  const steps = new Set();
  for (const frames of (store.frames.get(quantity) ?? new Map()).values()) {
    for (const step of frames.steps) steps.add(step);
  }
  return [...steps].sort((a, b) => a - b);
}

/** Numbers whose ratio is greater are shown by their powers. */
const FAR_APART = 8;

/** From a value to 0…1 over all that the edges ever were, by powers where they are far apart. */
function strength(store, quantity, edges) {
  const lists = [...(store.frames.get(quantity) ?? new Map()).values()].map((f) => f.values);
  const now = edges.map((edge) => edge.value).filter((value) => typeof value === "number");
  const [low, high] = extent([...lists, now]) ?? [0, 1];
  const positive = extent([...lists, now], (value) => value > 0);
  const isLog = quantity !== "agreement" && low >= 0 && positive
    && positive[1] / positive[0] > FAR_APART;
  const part = (value) => {
    if (typeof value !== "number") return 0;
    if (!isLog) return high > low ? (value - low) / (high - low) : value > 0 ? 1 : 0;
    const [least, most] = positive;
    return value <= least ? 0 : Math.log(value / least) / Math.log(most / least);
  };
  return Object.assign(part, { low: isLog ? positive[0] : low, high, isLog });
}

/** An edge's numbers in words. */
function edgeText(store, edge, quantities) {
  const name = (key) => store.learners.get(key)?.label ?? key;
  const numbers = quantities.filter(({ name: q }) => edge.edge[q] !== undefined)
    .map(({ name: q, title, unit }) => `${title.toLowerCase()} ${inUnit(edge.edge[q], unit)}`);
  return `${name(edge.teacher)} → ${name(edge.student)} now: ${numbers.join("; ")}`;
}

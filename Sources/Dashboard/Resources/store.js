// What is known of the run. A live page adds events to it; a report fills it once.

const PARTS = ["cohort", "stage", "alone"];

/** The run's data: facts, learners, curves, edges. */
class Store {
  constructor() {
    this.clear();
  }

  /** Forgets all. */
  clear() {
    this.facts = {};
    this.learners = new Map();
    this.clocks = new Map();
    this.scores = new Map();
    this.series = new Map();
    this.edges = new Map();
    this.frames = new Map();
    this.messages = [];
  }

  /** Takes what changed, or a part of it; an event that is whole replaces everything. */
  add(event) {
    if (event.whole) this.clear();
    for (const name of ["title", "path", "configuration", "state", "seconds", "ensemble",
      "reading", "disputes", "explanation"]) {
      if (name in event) this.facts[name] = event[name];
    }
    for (const learner of event.learners ?? []) this.learners.set(learner.key, learner);
    for (const scores of event.scores ?? []) this.scores.set(scores.key, scores);
    for (const curve of event.clocks ?? []) Store.extend(this.clocks, curve);
    for (const [metric, curves] of Object.entries(event.series ?? {})) {
      if (!this.series.has(metric)) this.series.set(metric, new Map());
      for (const curve of curves) Store.extend(this.series.get(metric), curve);
    }
    for (const edge of event.edges ?? []) this.edges.set(Store.edgeKey(edge), edge);
    for (const [quantity, all] of Object.entries(event.frames ?? {})) {
      if (!this.frames.has(quantity)) this.frames.set(quantity, new Map());
      for (const frame of all) this.frames.get(quantity).set(Store.edgeKey(frame), frame);
    }
    this.messages.push(...(event.messages ?? []));
    this.number();
  }

  /** The key of an edge. */
  static edgeKey(edge) {
    return edge.teacher + "\n" + edge.student;
  }

  /** Puts a curve's new points in the place of what it had from their first step on. */
  static extend(curves, news) {
    const known = curves.get(news.key) ?? { steps: [], values: [] };
    let kept = known.steps.length;
    while (kept > 0 && known.steps[kept - 1] >= news.from) kept -= 1;
    curves.set(news.key, {
      steps: known.steps.slice(0, kept).concat(news.steps),
      values: known.values.slice(0, kept).concat(news.values),
    });
  }

  /** Gives each learner its place, which a learner alone shares with the same one taught. */
  number() {
    const order = (a, b) => PARTS.indexOf(a.part) - PARTS.indexOf(b.part)
      || a.name.localeCompare(b.name, "en", { numeric: true });
    const sorted = [...this.learners.values()].filter((l) => l.role !== "launcher").sort(order);
    const places = new Map();
    for (const learner of sorted) {
      if (!places.has(learner.name)) places.set(learner.name, places.size);
      learner.place = places.get(learner.name);
    }
    this.sorted = sorted;
  }

  /** The learners of the cohort. */
  get cohort() {
    return this.sorted.filter((l) => l.part === "cohort");
  }

  /** The same learner alone; undefined where none was trained. */
  alone(learner) {
    return this.learners.get("alone/" + learner.name);
  }

  /** How much more accurate a learner is than alone, as a share; null where it is not known. */
  gain(learner) {
    const alone = this.alone(learner);
    const isOver = learner.exit !== undefined && alone?.exit !== undefined;
    return isOver && typeof alone.accuracy === "number" && typeof learner.accuracy === "number"
      ? learner.accuracy - alone.accuracy : null;
  }

  /** The run's state in a word for people, and "running", "done", "failed" or "stopped". */
  get state() {
    const failed = this.cohort.find((l) => l.exit !== undefined && l.exit !== 0);
    if (failed) return { kind: "failed", text: "failed: " + failed.name };
    switch (this.facts.state) {
      case "ended": return { kind: "done", text: "finished" };
      case "interrupted": return { kind: "stopped", text: "stopped" };
      case "elsewhere": return { kind: "stopped", text: "on another host" };
      default: return { kind: "running", text: "running" };
    }
  }
}

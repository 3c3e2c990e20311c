// The matrix of a quantity: a row for each student, a column for each teacher.

/** Up to so many learners have their numbers in the cells. */
const MOST_NUMBERS = 9;

/** A matrix whose cells are chosen by pointer or arrows. */
class Matrix {
  constructor(element, onread) {
    [this.element, this.onread] = [element, onread];
    this.chosen = null;
    element.addEventListener("keydown", (event) => this.key(event));
  }

  show({ learners, edges }, part, unit, title) {
    Object.assign(this, { learners, part, unit });
    this.byKey = new Map(edges.map((edge) => [Store.edgeKey(edge), edge]));
    const all = learners.length;
    const names = Math.min(120, 34 + 7 * Math.max(1, ...learners.map((l) => l.name.length)));
    const size = 520;
    const cell = (size - names - 10) / Math.max(1, all);
    const picture = svg("svg", { viewBox: `0 0 ${size} ${size}`, role: "img",
      "aria-label": `${title}: ${all} students by ${all} teachers` });
    picture.append(svg("text", { x: names, y: 11 }, "teacher →"),
      svg("text", { transform: `translate(11 ${names}) rotate(-90)`, "text-anchor": "end" },
        "← student"));
    learners.forEach((student, row) => {
      const y = names + row * cell;
      if (all <= 40) picture.append(...this.names(student, names, y, cell));
      learners.forEach((teacher, column) => {
        picture.append(...this.cell(student, teacher, row, column, names + column * cell, y, cell));
      });
    });
    this.element.replaceChildren(picture, this.legend(size));
  }

  names(learner, names, y, cell) {
    const place = names + (y - names) + cell / 2;
    return [
      svg("text", { x: names - 8, y: place + 4, "text-anchor": "end" }, learner.name),
      cell > 8 * learner.name.length
        ? svg("text", { x: place, y: names - 8, "text-anchor": "middle" }, learner.name)
        : svg("text", { transform: `translate(${place + 4} ${names - 8}) rotate(-90)` },
          learner.name),
    ];
  }

  cell(student, teacher, row, column, x, y, cell) {
    const edge = this.byKey.get(Store.edgeKey({ teacher: teacher.key, student: student.key }));
    const value = edge?.value ?? null;
    const strong = this.part(value);
    const isChosen = this.chosen && this.chosen.row === row && this.chosen.column === column;
    const shape = svg("rect", { class: `cell${value === null ? " none" : ""}`
      + (isChosen ? " chosen" : ""), x, y, width: cell, height: cell,
      rx: Math.min(4, cell / 6), "fill-opacity": value === null ? null : 0.07 + 0.93 * strong,
      onpointerenter: () => this.read(row, column), onclick: () => this.choose(row, column) });
    if (value === null || this.learners.length > MOST_NUMBERS) return [shape];
    return [shape, svg("text", { class: "value" + (strong > 0.55 ? " over" : ""),
      x: x + cell / 2, y: y + cell / 2 + 4, "text-anchor": "middle", "pointer-events": "none" },
      inUnit(value, this.unit))];
  }

  legend(size) {
    const { low, high, isLog } = this.part;
    const steps = 24;
    return svg("svg", { viewBox: `0 0 ${size} 26`, "aria-hidden": "true" },
      svg("text", { x: size / 2 - 128, y: 17, "text-anchor": "end" }, inUnit(low, this.unit)),
      ...Array.from({ length: steps }, (_, i) => svg("rect", { class: "cell", stroke: "none",
        x: size / 2 - 120 + i * 10, y: 7, width: 10, height: 12,
        "fill-opacity": 0.07 + 0.93 * (i / (steps - 1)) })),
      svg("text", { x: size / 2 + 128, y: 17 }, inUnit(high, this.unit)
        + (isLog ? ", by powers" : "")));
  }

  read(row, column) {
    const [student, teacher] = [this.learners[row], this.learners[column]];
    const edge = this.byKey.get(Store.edgeKey({ teacher: teacher.key, student: student.key }));
    this.onread(edge ?? null, student, teacher);
  }

  choose(row, column) {
    this.chosen = { row, column };
    for (const [place, cell] of [...this.element.querySelectorAll("svg:first-child .cell")].entries()) {
      cell.classList.toggle("chosen", place === row * this.learners.length + column);
    }
    this.read(row, column);
  }

  key(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const move = moves[event.key];
    if (!move || this.learners.length === 0) return;
    event.preventDefault();
    const within = (value) => Math.min(this.learners.length - 1, Math.max(0, value));
    const from = this.chosen ?? { row: 0, column: 0 };
    this.choose(within(from.row + move[0]), within(from.column + move[1]));
  }
}

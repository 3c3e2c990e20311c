// Matrices: of a quantity of the edges, and of a learner's mistakes.

/** Up to so many rows have their numbers in the cells. */
const MOST_NUMBERS = 10;
/** Up to so many rows have their names beside them. */
const MOST_NAMES = 40;
/** The cells of one of so many shades are drawn as one path. */
const SHADES = 24;
/** The side of the picture. */
const SIDE = 520;

/**
 * A matrix whose cells are read by pointer or arrows. Its grid has `rows` and `columns` (names),
 * their titles `down` and `across`, a `label`, `value(row, column)` with null for none, `part` from
 * a value and its row to 0…1, `write` from a value to its text, and the `legend`'s two texts.
 */
class Matrix {
  constructor(element, onread) {
    [this.element, this.onread] = [element, onread];
    this.chosen = null;
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("pointermove", (event) => this.point(event));
    element.addEventListener("pointerleave", () => this.mark("pointed", null));
    element.addEventListener("click", (event) => this.choose(this.cellAt(event)));
  }

  show(grid) {
    this.grid = grid;
    const { rows, columns } = grid;
    const longest = Math.max(1, ...[...rows, ...columns].map((name) => name.length));
    this.edge = rows.length > MOST_NAMES ? 20 : Math.min(120, 34 + 7 * longest);
    this.size = (SIDE - this.edge - 10) / Math.max(1, rows.length, columns.length);
    this.picture = svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img",
      "aria-label": grid.label });
    this.picture.append(svg("text", { x: this.edge, y: 11 }, grid.across + " →"),
      svg("text", { transform: `translate(11 ${this.edge}) rotate(-90)`, "text-anchor": "end" },
        "← " + grid.down), ...this.shades());
    if (Math.max(rows.length, columns.length) <= MOST_NAMES) this.drawNames();
    if (Math.max(rows.length, columns.length) <= MOST_NUMBERS) this.drawNumbers();
    this.element.replaceChildren(this.picture, this.legend());
    if (this.chosen) this.mark("chosen", this.within(this.chosen));
  }

  /** The upper left corner of a cell. */
  corner({ row, column }) {
    return { x: this.edge + column * this.size, y: this.edge + row * this.size };
  }

  /** A path for the cells of each shade, and one for those without a value. */
  shades() {
    const paths = Array.from({ length: SHADES + 1 }, () => []);
    this.grid.rows.forEach((_, row) => this.grid.columns.forEach((_, column) => {
      const value = this.grid.value(row, column);
      const shade = value === null ? SHADES
        : Math.round(this.grid.part(value, row) * (SHADES - 1));
      const { x, y } = this.corner({ row, column });
      paths[shade].push(`M${x.toFixed(2)} ${y.toFixed(2)}h${this.side}v${this.side}h-${this.side}z`);
    }));
    return paths.flatMap((cells, shade) => (cells.length === 0 ? [] : [svg("path", {
      class: shade === SHADES ? "cell none" : "cell", d: cells.join(""),
      "fill-opacity": shade === SHADES ? null : opacityOf(shade) })]));
  }

  /** The side of a cell, in the digits that a path has. */
  get side() {
    return this.size.toFixed(2);
  }

  drawNames() {
    const text = (attributes, name) => this.picture.append(svg("text", attributes, name));
    this.grid.rows.forEach((name, row) => text({ x: this.edge - 8, "text-anchor": "end",
      y: this.corner({ row, column: 0 }).y + this.size / 2 + 4 }, name));
    this.grid.columns.forEach((name, column) => {
      const x = this.corner({ row: 0, column }).x + this.size / 2;
      text(this.size > 8 * name.length ? { x, y: this.edge - 8, "text-anchor": "middle" }
        : { transform: `translate(${x + 4} ${this.edge - 8}) rotate(-90)` }, name);
    });
  }

  drawNumbers() {
    this.grid.rows.forEach((_, row) => this.grid.columns.forEach((_, column) => {
      const value = this.grid.value(row, column);
      if (value === null) return;
      const { x, y } = this.corner({ row, column });
      this.picture.append(svg("text", { x: x + this.size / 2, y: y + this.size / 2 + 4,
        class: "value" + (this.grid.part(value, row) > 0.55 ? " over" : ""), "text-anchor": "middle" },
        this.grid.write(value)));
    }));
  }

  legend() {
    const [low, high] = this.grid.legend;
    return svg("svg", { viewBox: `0 0 ${SIDE} 26`, "aria-hidden": "true" },
      svg("text", { x: SIDE / 2 - 128, y: 17, "text-anchor": "end" }, low),
      ...Array.from({ length: SHADES }, (_, shade) => svg("rect", { class: "cell", stroke: "none",
        x: SIDE / 2 - 120 + shade * 10, y: 7, width: 10, height: 12,
        "fill-opacity": opacityOf(shade) })),
      svg("text", { x: SIDE / 2 + 128, y: 17 }, high));
  }

  /** The cell under the pointer; null beside them. */
  cellAt(event) {
    const box = this.picture?.getBoundingClientRect();
    if (!box?.width) return null;
    const place = (pixel) => Math.floor(((pixel * SIDE) / box.width - this.edge) / this.size);
    const [row, column] = [place(event.clientY - box.top), place(event.clientX - box.left)];
    const isCell = this.grid.rows[row] !== undefined && this.grid.columns[column] !== undefined;
    return isCell ? { row, column } : null;
  }

  point(event) {
    const cell = this.cellAt(event);
    this.mark("pointed", cell);
    if (cell) this.onread(cell.row, cell.column);
  }

  choose(cell) {
    if (!cell) return;
    this.chosen = cell;
    this.mark("chosen", cell);
    this.onread(cell.row, cell.column);
  }

  /** Draws a frame around a cell in place of the last one of its kind. */
  mark(kind, cell) {
    this.picture?.querySelector("." + kind)?.remove();
    if (cell) {
      this.picture.append(svg("rect", { class: kind, ...this.corner(cell), width: this.size,
        height: this.size }));
    }
  }

  key(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const move = moves[event.key];
    if (!move || !this.grid?.rows.length) return;
    event.preventDefault();
    const from = this.chosen ?? { row: 0, column: 0 };
    this.choose(this.within({ row: from.row + move[0], column: from.column + move[1] }));
  }

  /** The cell, or the nearest one that there is. */
  within({ row, column }) {
    const least = (value, list) => Math.min(list.length - 1, Math.max(0, value));
    return { row: least(row, this.grid.rows), column: least(column, this.grid.columns) };
  }
}

/** How dark a shade is. */
function opacityOf(shade) {
  return (0.07 + (0.93 * shade) / (SHADES - 1)).toFixed(3);
}

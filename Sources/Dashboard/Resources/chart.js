// The chart of all learners' curves.

const MARGIN = { top: 12, right: 28, bottom: 38, left: 62 };
/** So many curves have their names beside them. */
const MOST_LABELS = 12;
/** The height of a name. */
const LINE = 14;

/** Draws curves into an element, and reads values under the pointer or the keyboard's cursor. */
class Chart {
  constructor(element, reading) {
    this.element = element;
    this.reading = reading;
    this.tip = html("div", { class: "tip", hidden: true });
    this.zoom = null;
    this.cursor = null;
    element.addEventListener("pointermove", (event) => this.move(event));
    element.addEventListener("pointerleave", () => this.leave());
    element.addEventListener("pointerdown", (event) => this.press(event));
    element.addEventListener("pointerup", (event) => this.release(event));
    element.addEventListener("pointercancel", () => this.abandon());
    element.addEventListener("dblclick", () => this.setZoom(null));
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("blur", () => this.leave());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.target.closest("input, select")) this.setZoom(null);
    });
    new ResizeObserver(() => this.draw()).observe(element);
  }

  /** Shows curves: see curvesOf. */
  show(curves, view) {
    if (this.view && (view.axis !== this.view.axis)) this.zoom = null;
    [this.curves, this.view] = [curves, view];
    this.draw();
  }

  draw() {
    const width = this.element.clientWidth;
    if (!this.view || width === 0) return;
    const height = Math.max(280, Math.min(460, width * 0.42));
    const isLog = this.view.log;
    const named = this.curves.length <= MOST_LABELS && width > 560;
    this.right = width - MARGIN.right - (named ? 78 : 0);
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img",
      "aria-label": this.description() });
    const xRange = this.zoom ?? extent(this.curves.map((c) => c.x));
    const inView = this.curves.map((c) => c.y.filter((_, i) =>
      c.x[i] >= xRange[0] && c.x[i] <= xRange[1]));
    const yRange = xRange && extent(inView, (v) => !isLog || v > 0);
    this.svg = picture;
    this.element.replaceChildren(picture, this.tip);
    if (!yRange) {
      picture.append(svg("text", { x: width / 2, y: height / 2, "text-anchor": "middle" },
        "No values of this yet."));
      this.x = null;
      return;
    }
    this.x = scale(xRange, [MARGIN.left, this.right], false);
    this.y = scale(Chart.padded(yRange, isLog), [height - MARGIN.bottom, MARGIN.top], isLog);
    this.height = height;
    this.drawAxes(picture);
    this.drawCurves(picture, named);
    this.overlay = svg("g");
    picture.append(this.overlay);
    if (this.cursor !== null) this.readAt(this.cursor);
  }

  static padded([low, high], isLog) {
    if (isLog) return low === high ? [low / 2, high * 2] : [low / 1.08, high * 1.08];
    const margin = (high - low || Math.abs(high) || 1) * 0.04;
    return [low - margin, high + margin];
  }

  description() {
    return `${this.view.title} of ${this.curves.length} curves against ${this.view.axisTitle}`;
  }

  drawAxes(picture) {
    const bottom = this.height - MARGIN.bottom;
    for (const value of this.y.ticks(7)) {
      const y = this.y(value);
      picture.append(
        svg("line", { class: "grid", x1: MARGIN.left, x2: this.right, y1: y, y2: y }),
        svg("text", { x: MARGIN.left - 8, y: y + 4, "text-anchor": "end" },
          this.view.unit === "share" ? Number((100 * value).toPrecision(10)) + " %"
            : number(value)));
    }
    for (const value of this.x.ticks(Math.max(3, this.right / 90))) {
      const x = this.x(value);
      picture.append(svg("line", { class: "grid", x1: x, x2: x, y1: MARGIN.top, y2: bottom }),
        svg("text", { x, y: bottom + 17, "text-anchor": "middle" }, this.placeText(value)));
    }
    picture.append(
      svg("line", { class: "frame", x1: MARGIN.left, x2: this.right, y1: bottom, y2: bottom }),
      svg("text", { x: this.right, y: bottom + 33, "text-anchor": "end" }, this.view.axisTitle));
  }

  placeText(value) {
    if (this.view.axis === "time") return duration(value);
    return this.view.axis === "epoch" ? number(value) : count(Math.round(value));
  }

  drawCurves(picture, named) {
    const clip = svg("clipPath", { id: "inside" }, svg("rect", { x: MARGIN.left, y: MARGIN.top - 4,
      width: this.right - MARGIN.left + 4, height: this.height - MARGIN.bottom - MARGIN.top + 8 }));
    const lines = svg("g", { "clip-path": "url(#inside)", class: named ? null : "crowd" });
    picture.append(clip, lines);
    for (const curve of this.curves) {
      const { color, dashes } = look(curve.learner);
      const thin = curve.learner.part === "cohort" ? "" : " thin";
      if (curve.y !== curve.raw) {
        lines.append(svg("path", { class: `curve raw ${color}`, d: this.path(curve.x, curve.raw) }));
      }
      lines.append(svg("path", { class: `curve ${color}${thin}`, "stroke-dasharray": dashes,
        "data-key": curve.learner.key, "data-name": curve.learner.name, d: this.path(curve.x, curve.y) }));
    }
    if (named) this.drawNames(picture);
  }

  /** Fades all curves but a learner's, taught and alone; none where the name is null. */
  highlight(name) {
    for (const line of this.svg?.querySelectorAll("[data-name]") ?? []) {
      line.classList.toggle("faded", name !== null && line.dataset.name !== name);
    }
  }

  path(x, y) {
    const parts = [];
    let isOpen = false;
    for (let i = 0; i < x.length; i += 1) {
      if (y[i] === null || (this.view.log && y[i] <= 0)) {
        isOpen = false;
        continue;
      }
      parts.push((isOpen ? "L" : "M") + this.x(x[i]).toFixed(1) + " " + this.y(y[i]).toFixed(1));
      isOpen = true;
    }
    if (parts.length === 1) parts.push("h0.1");
    return parts.join("");
  }

  /** Each curve's name and sign at its end, moved apart where they would overlap. */
  drawNames(picture) {
    const ends = this.curves.flatMap((curve) => {
      let last = curve.x.length - 1;
      while (last >= 0 && (curve.y[last] === null || curve.x[last] > this.x.range[1]
        || (this.view.log && curve.y[last] <= 0))) last -= 1;
      return last < 0 || curve.x[last] < this.x.range[0] ? []
        : [{ curve, x: this.x(curve.x[last]), y: this.y(curve.y[last]) }];
    }).sort((a, b) => a.y - b.y);
    let next = -Infinity;
    for (const end of ends) {
      end.label = Math.max(end.y, next);
      next = end.label + LINE;
    }
    let lowest = this.height - MARGIN.bottom;
    for (const end of [...ends].reverse()) {
      end.label = Math.min(end.label, lowest);
      lowest = end.label - LINE;
    }
    for (const { curve, x, y, label } of ends) {
      const { color, sign } = look(curve.learner);
      picture.append(
        svg("path", { class: "sign " + color, d: sign, transform: `translate(${x} ${y})` }),
        svg("text", { class: "label own " + color, x: this.right + 12, y: label + 4 },
          curve.learner.label));
    }
  }

  move(event) {
    if (!this.x) return;
    const at = this.pixel(event);
    if (this.pressed !== undefined) this.drawZoom(this.pressed, at);
    this.readAt(this.x.back(at));
  }

  pixel(event) {
    const left = this.element.getBoundingClientRect().left;
    return Math.min(this.right, Math.max(MARGIN.left, event.clientX - left));
  }

  press(event) {
    if (!this.x || event.button !== 0) return;
    // A drag that ends outside ends here too.
    this.element.setPointerCapture(event.pointerId);
    this.pressed = this.pixel(event);
  }

  release(event) {
    if (this.pressed === undefined) return;
    const ends = [this.pressed, this.pixel(event)].sort((a, b) => a - b);
    this.abandon();
    if (this.x && ends[1] - ends[0] > 8) this.setZoom(ends.map((pixel) => this.x.back(pixel)));
  }

  /** Ends a drag without a zoom. */
  abandon() {
    this.pressed = undefined;
    this.band?.remove();
  }

  drawZoom(a, b) {
    this.band?.remove();
    this.band = svg("rect", { class: "zoom", x: Math.min(a, b), width: Math.abs(a - b),
      y: MARGIN.top, height: this.height - MARGIN.bottom - MARGIN.top });
    this.svg.append(this.band);
  }

  /** Shows a part of the axis, or all of it. */
  setZoom(range) {
    this.abandon();
    this.zoom = range;
    this.onzoom?.(range !== null);
    this.draw();
  }

  leave() {
    this.cursor = null;
    this.tip.hidden = true;
    this.overlay?.replaceChildren();
  }

  key(event) {
    if (!this.x) return;
    const [low, high] = this.x.range;
    const middle = this.cursor ?? high;
    const act = {
      ArrowLeft: () => this.readAt(Math.max(low, middle - (high - low) / 100)),
      ArrowRight: () => this.readAt(Math.min(high, middle + (high - low) / 100)),
      Home: () => this.readAt(low), End: () => this.readAt(high),
      "+": () => this.setZoom([middle - (middle - low) / 2, middle + (high - middle) / 2]),
      "-": () => this.setZoom([low - (high - low) / 2, high + (high - low) / 2]),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    this.reading.textContent = this.tip.textContent;
  }

  /** Shows every curve's value nearest to a place on the axis. */
  readAt(place) {
    this.cursor = place;
    const found = this.curves.flatMap((curve) => {
      let i = lowerBound(curve.x, place);
      if (i > 0 && (i === curve.x.length || place - curve.x[i - 1] < curve.x[i] - place)) i -= 1;
      return [{ curve, i, value: curve.y[i] }];
    }).sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity));
    if (found.length === 0) return;
    const nearest = found.reduce((a, b) =>
      Math.abs(b.curve.x[b.i] - place) < Math.abs(a.curve.x[a.i] - place) ? b : a);
    const x = this.x(place);
    this.overlay.replaceChildren(
      svg("line", { class: "cursor", x1: x, x2: x, y1: MARGIN.top,
        y2: this.height - MARGIN.bottom }),
      ...found.filter(({ value }) => value !== null && (!this.view.log || value > 0))
        .map(({ curve, i, value }) => svg("path", { class: "sign " + look(curve.learner).color,
          d: look(curve.learner).sign,
          transform: `translate(${this.x(curve.x[i])} ${this.y(value)})` })));
    this.fillTip(found, nearest.curve.x[nearest.i], x);
  }

  fillTip(found, place, x) {
    this.tip.classList.toggle("many", found.length > MOST_LABELS);
    this.tip.replaceChildren(
      html("h3", {}, `${this.view.axisTitle} ${this.placeText(place)}: `),
      html("ul", {}, ...found.map(({ curve, value }) => html("li", {}, swatch(curve.learner),
        html("span", {}, curve.learner.label + " "),
        html("b", {}, value === null ? "no number " : inUnit(value, this.view.unit) + " ")))));
    this.tip.hidden = false;
    const width = this.tip.offsetWidth;
    this.tip.style.left = Math.max(0, x + 16 + width > this.element.clientWidth
      ? x - 16 - width : x + 16) + "px";
  }
}

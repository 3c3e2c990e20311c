// The teaching graph: learners on a circle, an arrow from each teacher to its student.

const GRAPH = { size: 520, radius: 190, node: 17 };

/** Of more edges the greatest are drawn. */
const MOST_ARROWS = 160;

/** Where a learner stands on the circle. */
function spot(place, all) {
  const angle = (2 * Math.PI * place) / all - Math.PI / 2;
  return { x: GRAPH.size / 2 + GRAPH.radius * Math.cos(angle),
    y: GRAPH.size / 2 + GRAPH.radius * Math.sin(angle), angle };
}

/** Draws the graph; `choose` takes the key of a learner that is chosen. */
function drawGraph(element, { learners, edges }, part, unit, title, chosen, choose) {
  const node = learners.length > 24 ? 7 : GRAPH.node;
  const spots = new Map(learners.map((l, i) => [l.key, spot(i, learners.length)]));
  const picture = svg("svg", { viewBox: `0 0 ${GRAPH.size} ${GRAPH.size}`, role: "img",
    "aria-label": `${title} of ${edges.length} edges among ${learners.length} learners; `
      + "the table below has the numbers" });
  const own = (edge) => !chosen || edge.teacher === chosen || edge.student === chosen;
  const sorted = edges.filter((edge) => edge.teacher !== edge.student)
    .sort((a, b) => part(a.value) - part(b.value));
  const crowd = sorted.length > MOST_ARROWS ? sorted.filter(own).slice(-MOST_ARROWS) : sorted;
  for (const edge of crowd) {
    picture.append(...arrow(edge, spots, node, part(edge.value), chosen, edges.length <= 12, unit));
  }
  for (const learner of learners) picture.append(knot(learner, spots, node, chosen, choose));
  const note = crowd.length === sorted.length ? ""
    : `The ${crowd.length} greatest of ${edges.length} edges are drawn.`;
  element.replaceChildren(picture, html("p", { class: "help" }, note));
}

/** An arrow, bent to its right so that the one back does not cover it. */
function arrow(edge, spots, node, strong, chosen, hasText, unit) {
  const [from, to] = [spots.get(edge.teacher), spots.get(edge.student)];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const bend = Math.min(46, length * 0.14);
  const control = { x: (from.x + to.x) / 2 - (dy / length) * bend,
    y: (from.y + to.y) / 2 + (dx / length) * bend };
  const [cx, cy] = [to.x - control.x, to.y - control.y];
  const reach = Math.hypot(cx, cy);
  const width = (0.8 + 5 * strong) * (node < GRAPH.node ? 0.4 : 1);
  const head = 5 + width * 1.3;
  const tip = { x: to.x - (cx / reach) * (node + 3), y: to.y - (cy / reach) * (node + 3) };
  const neck = { x: tip.x - (cx / reach) * head, y: tip.y - (cy / reach) * head };
  const side = { x: (-cy / reach) * head * 0.5, y: (cx / reach) * head * 0.5 };
  const isFaded = chosen && edge.teacher !== chosen && edge.student !== chosen;
  const opacity = isFaded ? 0.05 : edge.value === null ? 0.12 : 0.3 + 0.65 * strong;
  const group = svg("g", { opacity, "data-edge": Store.edgeKey(edge) },
    svg("title", {}, `${edge.teacher} → ${edge.student}: ${inUnit(edge.value, unit)}`),
    svg("path", { class: "edge", "stroke-width": width.toFixed(2),
      "stroke-dasharray": edge.value === null ? "3 4" : null,
      d: `M${from.x} ${from.y}Q${control.x} ${control.y} ${neck.x} ${neck.y}` }),
    svg("path", { class: "edge-head", d: `M${tip.x} ${tip.y}L${neck.x + side.x} ${neck.y + side.y}`
      + `L${neck.x - side.x} ${neck.y - side.y}Z` }));
  if (!(hasText || (chosen && !isFaded)) || edge.value === null) return [group];
  // Nearer to the teacher, so that the numbers of arrows that cross lie apart.
  const near = (a, b, c) => 0.36 * a + 0.48 * b + 0.16 * c;
  return [group, svg("text", { class: "edge-number", x: near(from.x, control.x, to.x),
    y: near(from.y, control.y, to.y) + 4,
    opacity: isFaded ? 0.1 : 1 }, inUnit(edge.value, unit))];
}

/** A learner, which can be chosen. */
function knot(learner, spots, node, chosen, choose) {
  const { x, y, angle } = spots.get(learner.key);
  const away = node + 9;
  const toggle = () => choose(chosen === learner.key ? null : learner.key);
  const side = Math.cos(angle);
  return svg("g", { class: `node ${look(learner).color}${chosen === learner.key ? " chosen" : ""}`,
    tabindex: 0, role: "button", "aria-pressed": String(chosen === learner.key),
    "aria-label": `${learner.name}, ${learner.role}`, "data-node": learner.key, onclick: toggle,
    onkeydown: (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle();
    } },
    svg("circle", { cx: x, cy: y, r: node, "stroke-dasharray":
      learner.role === "student" ? null : "4 2" }),
    svg("path", { class: "sign " + look(learner).color, d: look(learner).sign,
      transform: `translate(${x} ${y}) scale(${node / GRAPH.node})` }),
    svg("text", { x: x + away * side, y: y + away * Math.sin(angle) + 4,
      "text-anchor": Math.abs(side) < 0.3 ? "middle" : side > 0 ? "start" : "end" },
      learner.name));
}

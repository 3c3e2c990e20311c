// Elements are made by these functions alone: a text becomes a text node, and never HTML.

const SVG = "http://www.w3.org/2000/svg";

/** Gives an element its attributes and children; a child that is no node becomes text. */
function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An element of HTML. */
function html(name, attributes = {}, ...children) {
  return dress(document.createElement(name), attributes, children);
}

/** An element of SVG. */
function svg(name, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, name), attributes, children);
}

/** The element of an identifier in the page. */
function at(id) {
  return document.getElementById(id);
}

/** Offers options in a select element, and keeps the choice where it is still offered. */
function offer(select, options) {
  const chosen = select.value;
  select.replaceChildren(...options.map((o) => html("option", { value: o.name }, o.title)));
  if (options.some((o) => o.name === chosen)) select.value = chosen;
}

const SIGNS = [
  "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z", "M-3-3h6v6h-6z", "M0-4 4 3H-4z",
  "M0-4.2 4.2 0 0 4.2-4.2 0z", "M0 4 4-3H-4z", "M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5",
];
const DASHES = [null, "9 3", "9 3 2 3", "4 3"];

/** How a learner's lines look: its colour, its dashes and its sign, so that colour is not alone. */
function look(learner) {
  const place = learner.place;
  return {
    color: "c" + (place % 10),
    dashes: learner.part === "alone" ? "2 3" : DASHES[Math.floor(place / 10) % DASHES.length],
    sign: SIGNS[place % SIGNS.length],
  };
}

/** A short piece of a learner's line with its sign. */
function swatch(learner) {
  const { color, dashes, sign } = look(learner);
  return svg("svg", { class: "swatch " + color, viewBox: "0 0 30 12", "aria-hidden": "true" },
    svg("path", { class: "curve", d: "M1 6H29", "stroke-dasharray": dashes }),
    svg("path", { class: "sign", d: sign, transform: "translate(15 6)" }));
}

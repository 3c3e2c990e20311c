// The samples on which learners disagree most, with what each answered and how sure it was.

/** What a number of disagreement means. */
const MEASURES = {
  divergence: (score) => `divergence ${number(score)}`,
  answers: (score) => `${score} different answers`,
};

/** What the cards show. */
let drawn = { disputes: null, learners: 0 };

/** A card for each disputed sample; `picture` is from its number to the picture's address. */
function drawDisputes(store, picture) {
  const disputes = store.facts.disputes;
  at("disputes").hidden = !disputes || disputes.learners.length === 0;
  if (at("disputes").hidden) return;
  at("dispute-notes").textContent = notesOf(disputes);
  // Pictures are not loaded again where nothing changed.
  const learners = store.sorted.length;
  if (drawn.disputes === disputes && drawn.learners === learners) return;
  drawn = { disputes, learners };
  at("samples").replaceChildren(...disputes.samples.map((sample) => html("li", { class: "sample" },
    appearance(disputes, sample, picture), answersTo(store, disputes, sample))));
}

/** What is to be known of all samples. */
function notesOf(disputes) {
  const notes = [...disputes.notes];
  if (disputes.learners.length < 2) notes.push("Two learners are needed to disagree.");
  else if (disputes.samples.length === 0) notes.push("The learners agree on every sample.");
  if (disputes.missing) notes.push(`The samples are not shown: ${disputes.missing}.`);
  return notes.join(" ");
}

/** The picture or the text of a sample; nothing where neither is known. */
function appearance(disputes, sample, picture) {
  if (sample.text !== undefined) return html("pre", { tabindex: 0 }, sample.text);
  const address = sample.picture ?? (disputes.arePictures ? picture(sample.number) : null);
  return address === null ? null
    : html("img", { src: address, alt: `Test sample ${sample.number}` });
}

/** The label, and who gave which answer. */
function answersTo(store, disputes, sample) {
  const name = (answer) => disputes.classes?.[answer] ?? String(answer);
  const byAnswer = new Map();
  sample.answers.forEach((answer, i) => {
    if (!byAnswer.has(answer)) byAnswer.set(answer, []);
    byAnswer.get(answer).push({ learner: disputes.learners[i], sure: sample.confidences[i] });
  });
  const sorted = [...byAnswer].sort(([a, one], [b, other]) => (b === sample.label)
    - (a === sample.label) || other.length - one.length || a - b);
  return html("div", {},
    html("p", {}, html("b", {}, sample.label === undefined ? `sample ${sample.number}`
      : name(sample.label)), html("small", {}, ` ${MEASURES[disputes.measure](sample.score)}`)),
    html("ul", {}, ...sorted.map(([answer, all]) => html("li", {},
      ...(sample.label === undefined ? [] : [answer === sample.label
        ? html("span", { class: "good" }, "✔ ", html("span", { class: "unseen" }, "right: "))
        : html("span", { class: "bad" }, "✖ ", html("span", { class: "unseen" }, "wrong: "))]),
      html("b", {}, name(answer)), " ", ...all.sort((a, b) => b.sure - a.sure)
        .flatMap(({ learner, sure }, i) => [i > 0 ? ", " : "", ...learnerText(store, learner),
          ` ${(100 * sure).toFixed(0)} %`])))));
}

/** A learner with its swatch, where it is known. */
function learnerText(store, name) {
  const learner = store.learners.get(name);
  return learner ? [swatch(learner), " " + name] : [name];
}

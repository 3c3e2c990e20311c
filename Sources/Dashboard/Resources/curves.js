// From a learner's curve to the points of a picture: axes, smoothing, scales.

/** The time at a step, in seconds, between the points of a learner's clock. */
function timeAt(clock, step) {
  const { steps, values } = clock;
  const next = lowerBound(steps, step);
  if (next === 0) return values[0];
  if (next >= steps.length) return values[values.length - 1];
  const share = (step - steps[next - 1]) / (steps[next] - steps[next - 1]);
  return values[next - 1] + share * (values[next] - values[next - 1]);
}

/** The first place whose value is not less; the list is ascending. */
function lowerBound(list, value) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The places of steps on an axis; null where the learner has none there yet. */
function places(store, learner, steps, axis) {
  if (axis === "step") return steps;
  if (axis === "epoch") {
    return learner.epochSteps ? steps.map((step) => step / learner.epochSteps) : null;
  }
  const clock = store.clocks.get(learner.key);
  return clock ? steps.map((step) => timeAt(clock, step)) : null;
}

/** An exponential moving average that is not biased towards its start; gaps stay gaps. */
function smoothed(values, weight) {
  if (weight === 0) return values;
  let [sum, mass] = [0, 0];
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return sum / mass;
  });
}

/** The curves to draw: of each learner its places, values and smoothed values. */
function curvesOf(store, learners, view) {
  const known = store.series.get(view.metric) ?? new Map();
  return learners.flatMap((learner) => {
    const curve = known.get(learner.key);
    if (!curve || curve.steps.length === 0) return [];
    const x = places(store, learner, curve.steps, view.axis);
    return x ? [{ learner, x, raw: curve.values, y: smoothed(curve.values, view.smoothing) }] : [];
  });
}

/** The least and greatest number of lists, of those that a test lets through; null of none. */
function extent(lists, test = () => true) {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (const value of list) {
      if (value === null || !test(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : null;
}

/** A scale from numbers to pixels, linear or logarithmic, with its ticks. */
function scale([low, high], [start, end], isLog) {
  const to = isLog ? Math.log10 : (value) => value;
  const back = isLog ? (value) => 10 ** value : (value) => value;
  const [a, b] = [to(low), to(high)];
  const place = (value) => start + ((to(value) - a) / (b - a || 1)) * (end - start);
  place.back = (pixel) => back(a + ((pixel - start) / (end - start)) * (b - a));
  place.ticks = (most) => (isLog ? logTicks(low, high, most) : ticks(low, high, most));
  place.range = [low, high];
  return place;
}

/** Round numbers in a range, at most so many. */
function ticks(low, high, most) {
  const rough = (high - low || 1) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const width = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const found = [];
  for (let i = Math.ceil(low / width - 1e-9); i * width <= high + width * 1e-9; i += 1) {
    found.push(Number((i * width).toPrecision(12)));
  }
  return found;
}

/** Powers of ten in a range, with their doubles and fives where there are few. */
function logTicks(low, high, most) {
  const powers = Math.log10(high) - Math.log10(low);
  const factors = powers * 3 <= most ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(powers / most));
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += stride) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= low * 0.999 && value <= high * 1.001) found.push(value);
    }
  }
  return found.length > 1 ? found : [low, high];
}

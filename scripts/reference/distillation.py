"""The cases of every distillation loss and combination: values and gradients."""

import torch

from combinations import COMBINATIONS, TEACHERS, best_subset, least_error, one_by_one
from contrast import contrasts
from fixture import Fixture, Numbers
from losses import RECENT, RESPONSES, TAPPED, flow, hint, standardized

TWO_FORMS = ["hint", "at", "fsp", "pkt"]
# Losses whose forms have other names than the usual two.
FORMS = {"byot-feature": ["paper", "authors"]}
LABELLED = ["dkd", "nkd", "byot", "labels", "ps-kd", "cwtm"]
OPTIONS = {
    # loss: options other than the defaults, and the epoch
    "dkd": ({"alpha": 0.5, "beta": 2.0, "warmup": 3}, 7),
    "nkd": ({"gamma": 0.7}, 0),
    "byot": ({"alpha": 0.75}, 0),
    "dist": ({"beta": 2.0, "gamma": 0.5}, 0),
    "mlkd": ({"classes": 0.5, "batch": 3.0}, 0),
}


def logits(numbers, kind, shape=(6, 10)):
    """Logits of one side: usual ones; on an offset of a million; of a million themselves."""
    if kind == "offset":
        return (numbers.normal(*shape, scale=2) * 16).round() / 16 + 1e6
    return numbers.normal(*shape, scale={"usual": 2, "sharp": 12, "extreme": 1e6}[kind])


def add(fixture, name, function, students, teachers, constants=None, settings=None, **options):
    """Adds a case: both sides' activations, the value, and its gradient in the learner's."""
    constants, settings = constants or {}, settings or {}
    leaves = [x.clone().requires_grad_() for x in students]
    case = {"temperature": 1.0, "epoch": 0, **options, **settings, **constants}
    sides = [x if len(x) > 1 else x[0] for x in (teachers, leaves)]
    parameters = {
        key: tensor.clone().requires_grad_()
        for key, tensor in constants.pop("parameters", {}).items()}
    case["parameters"] = parameters
    value = function(*sides, case)
    value.backward()
    tensors = {"value": value}
    for index, (s, t, leaf) in enumerate(zip(students, teachers, leaves)):
        tensors |= {
            f"student/{index}": s, f"teacher/{index}": t, f"gradient/{index}": leaf.grad}
    for key, tensor in parameters.items():
        tensors |= {f"parameter/{key}": tensor, f"learned/{key}": tensor.grad}
    settings = {f"set.{key}": value for key, value in settings.items()}
    fixture.case(name, tensors | constants, **options, **settings)


def responses(fixture):
    variants = [("usual", 1.0), ("usual", 4.0), ("usual", 2.5), ("sharp", 1.0),
                ("offset", 2.5), ("extreme", 1.0), ("extreme", 3.0)]
    for loss, function in RESPONSES.items():
        for kind, temperature in variants:
            name = f"loss/{loss}/{kind}-{temperature:g}"
            numbers = Numbers(f"{kind} {temperature}")
            student, teacher = logits(numbers, kind), logits(numbers, kind)
            constants = {"labels": numbers.labels(6, 10)} if loss in LABELLED else {}
            add(fixture, name, function, [student], [teacher], constants,
                temperature=temperature, epoch=4)
    for loss, (options, epoch) in OPTIONS.items():
        numbers = Numbers(f"{loss} options")
        sides = [[logits(numbers, "usual")] for _ in range(2)]
        constants = {"labels": numbers.labels(6, 10)} if loss in LABELLED else {}
        add(fixture, f"loss/{loss}/options", RESPONSES[loss], *sides, constants, options,
            temperature=2.0, epoch=epoch)


def standardized_responses(fixture):
    for loss, function in RESPONSES.items():
        for kind in ["usual", "sharp", "offset"]:
            numbers = Numbers(f"standardized {kind}")
            sides = [[logits(numbers, kind)] for _ in range(2)]
            constants = {"labels": numbers.labels(6, 10)} if loss in LABELLED else {}
            add(fixture, f"loss/{loss}/standardized-{kind}", standardized(function), *sides,
                constants, {"standardize": "true"}, temperature=2.0, epoch=4)


SHAPES = {
    # variant: the learner's and the teacher's C×H×W
    "usual": ((4, 4, 4), (4, 4, 4)),
    "smaller": ((3, 2, 2), (5, 4, 4)),
    "larger": ((5, 6, 6), (3, 3, 3)),
    "a-bit-larger": ((3, 5, 6), (4, 4, 4)),
}


def tapped(fixture):
    for loss, function in TAPPED.items():
        for form in forms(loss):
            for variant, scale in [("usual", 1), ("larger", 1), ("smaller", 1), ("usual", 1e6),
                                   ("usual", 1e-3)]:
                if (loss, variant) in [("fsp", "smaller"), ("fsp", "larger")]:
                    continue
                if (loss, variant, form) == ("hint", "smaller", "paper"):
                    continue
                tapped_case(fixture, loss, function, form, variant, scale)
    for form in ["paper", "benchmark"]:
        tapped_case(fixture, "hint", hint, form, "a-bit-larger", 1)
        first, second = (2, 4, 4), (3, 2, 2)
        numbers = Numbers("fsp of two sizes")
        add(fixture, f"loss/fsp/two-sizes-{form}", flow, *[
            [numbers.normal(4, *shape) for shape in (first, second)] for _ in range(2)],
            settings={"form": form})
    for end in ["tanh", "none"]:
        tapped_case(fixture, "hint", hint, "paper", "usual", 1, end)


def forms(loss):
    return ["paper", "benchmark"] if loss in TWO_FORMS else FORMS.get(loss, [None])


def tapped_case(fixture, loss, function, form, variant, scale, end="relu"):
    ending = None if end == "relu" else end
    name = "-".join(filter(None, [f"loss/{loss}/{variant}", form, f"{scale:g}", ending]))
    numbers = Numbers(f"{loss} {variant}")
    taps = 2 if loss == "fsp" else 1
    students, teachers = [
        [numbers.normal(4, *shape, scale=scale) for _ in range(taps)] for shape in SHAPES[variant]]
    constants = {}
    if loss == "hint":
        constants["parameters"] = regressor(numbers, form, *SHAPES[variant])
    if loss == "byot-feature":
        (own, *_), (other, *_) = SHAPES[variant]
        constants["parameters"] = {
            "adapter.weight": numbers.normal(other, own, scale=0.5),
            "adapter.bias": numbers.normal(other)}
    add(fixture, name, function, students, teachers, constants, {"form": form} if form else {},
        ending=end)


def regressor(numbers, form, student, teacher):
    """The parameters of a hint's regressor, for C×H×W of both sides."""
    channels = (teacher[0], student[0])
    kernel = [s - t + 1 for s, t in zip(student[1:], teacher[1:])]
    if form == "paper":
        return {"regressor.weight": numbers.normal(*channels, *kernel, scale=0.5),
                "regressor.bias": numbers.normal(channels[0])}
    if student[1] == 2 * teacher[1]:
        kernel = [3, 3]
    elif 2 * student[1] == teacher[1]:
        channels, kernel = channels[::-1], [4, 4]
    return {"regressor.conv.weight": numbers.normal(*channels, *kernel, scale=0.5),
            "regressor.conv.bias": numbers.normal(teacher[0]),
            "regressor.bn.weight": numbers.positive(teacher[0]),
            "regressor.bn.bias": numbers.normal(teacher[0])}


def recent(fixture):
    """The losses of features from 2019 on: each with shapes and options of its own."""
    for sizes in [((4, 4, 4), (4, 4, 4)), ((3, 6, 6), (5, 3, 3)), ((5, 2, 2), (3, 4, 4))]:
        add_recent(fixture, "vid", [sizes], regression)
    for sizes in [((4, 4, 4), (4, 4, 4)), ((3, 5, 4), (6, 5, 4))]:
        add_recent(fixture, "ofd", [sizes], connector)
    levels = [((3, 8, 8), (4, 8, 8)), ((4, 4, 4), (5, 4, 4)), ((5, 2, 2), (6, 2, 2)),
              ((5, 1, 1), (6, 1, 1))]
    add_recent(fixture, "review", levels, fusions)
    add_recent(fixture, "review", levels, fusions, {"warmup": 2}, epoch=5)
    two = [((3, 4, 4), (4, 8, 8)), ((7, 6, 6), (5, 3, 3))]
    add_recent(fixture, "review", two, fusions, {"levels": 2, "channels": 6, "warmup": 1})
    for settings in [{}, {"normalize": "false"}, {"size": 3}]:
        for sizes in [((5, 4, 4), (5, 4, 4)), ((5, 7, 7), (5, 8, 8)), ((5, 3, 5), (5, 7, 4))]:
            add_recent(fixture, "cat", [sizes], lambda *_: {}, settings)
    for settings in [{}, {"tau": 0.5, "width": 8}]:
        add_recent(fixture, "crd-batch", [((4, 3, 3), (6, 2, 2))], embeddings, settings)


def add_recent(fixture, loss, sizes, parameters, settings=None, epoch=4):
    settings = settings or {}
    title = "-".join(map(str, [*(x for pair in sizes for side in pair for x in side),
                               *settings.values()]))
    numbers = Numbers(f"{loss} {title}")
    sides = [[numbers.normal(6, *pair[side]) for pair in sizes] for side in (0, 1)]
    constants = {"labels": torch.tensor([0, 1, 2, 1, 0, 3])} if loss == "crd-batch" else {}
    learned = parameters(numbers, sizes, settings)
    if learned:
        constants["parameters"] = learned
    add(fixture, f"loss/{loss}/{title}", RECENT[loss], *sides, constants, settings, ending="none",
        epoch=epoch)


def regression(numbers, sizes, _):
    (own, *_), (others, *_) = sizes[0]
    shapes = {0: (others, own), 2: (others, others), 4: (others, others)}
    weights = {f"regressor.{layer}.weight": numbers.normal(*shape, 1, 1, scale=0.5)
               for layer, shape in shapes.items()}
    return weights | {"rho": numbers.normal(others)}


def norm(numbers, name, channels):
    return {f"{name}.weight": numbers.positive(channels), f"{name}.bias": numbers.normal(channels)}


def connector(numbers, sizes, _):
    (own, *_), (others, *_) = sizes[0]
    weight = numbers.normal(others, own, 1, 1, scale=0.5)
    return {"connector.0.weight": weight} | norm(numbers, "connector.1", others)


def fusions(numbers, sizes, settings):
    middle = min(settings.get("channels", 512), sizes[-1][0][0])
    found = {}
    for level, (own, others) in enumerate(sizes):
        name = f"abfs.{level}"
        found |= {f"{name}.conv1.0.weight": numbers.normal(middle, own[0], 1, 1, scale=0.5),
                  f"{name}.conv2.0.weight": numbers.normal(others[0], middle, 3, 3, scale=0.3)}
        found |= norm(numbers, f"{name}.conv1.1", middle)
        found |= norm(numbers, f"{name}.conv2.1", others[0])
        if level < len(sizes) - 1:
            found |= {f"{name}.att_conv.0.weight": numbers.normal(2, 2 * middle, 1, 1, scale=0.5),
                      f"{name}.att_conv.0.bias": numbers.normal(2)}
    return found


def embeddings(numbers, sizes, settings):
    width = settings.get("width", 128)
    return {f"embed.{side}.{part}": numbers.normal(*shape, scale=0.5)
            for side, shape in zip(["student", "teacher"], sizes[0])
            for part, shape in [("weight", (width, shape[0])), ("bias", (width,))]}


def nearly_equal(fixture):
    """Sides that differ by little: what float32 makes of logarithms would hide it."""
    names = [*RESPONSES, "pkt", "nst", "sp", "at"]
    others = ["ce", "nkd", "byot", "labels", "ps-kd", "cwtm", "dkpp"]
    names = [name for name in names if name not in others]
    for loss in names:
        for distance in [1e-2, 1e-4, 1e-6, 0.0]:
            numbers = Numbers(f"near {loss} {distance}")
            shape = (6, 10) if loss in RESPONSES else (4, 4, 4, 4)
            teacher = numbers.normal(*shape, scale=2)
            student = (teacher + distance * numbers.normal(*shape)).float().double()
            labels = numbers.labels(6, 10)
            case = {"temperature": 2.0 if loss in RESPONSES else 1.0, "labels": labels, "epoch": 30}
            value = (RESPONSES | TAPPED)[loss](teacher, student, case)
            fixture.case(
                f"near/{loss}/{distance:g}",
                {"student/0": student, "teacher/0": teacher, "labels": labels, "value": value},
                temperature=case["temperature"], epoch=30)


def combined(fixture):
    """Every combination with a loss that has an exact path and one that has none."""
    for name, function in COMBINATIONS.items():
        for loss in ["kd", "reverse-kl"]:
            for kind, temperature in [("usual", 1.0), ("usual", 3.0), ("offset", 2.0),
                                      ("sharp", 1.0), ("extreme", 1.0)]:
                if (name, kind) == ("kdcl-linear", "extreme"):
                    continue  # The cross-entropy has kinks there, and no search finds its minimum.
                combined_case(fixture, name, function, loss, kind, temperature)
    for loss in ["kd", "reverse-kl"]:
        for settings in [{"own": "true"}, {"temperature": "0.5"},
                         {"temperature": "0.02", "own": "true"}]:
            combined_case(fixture, "era", COMBINATIONS["era"], loss, "usual", 2.0, settings)
    for kind in ["usual", "sharp", "extreme"]:
        for name in ["pairwise", "sum", "logits"]:
            combined_case(fixture, name, COMBINATIONS[name], "mae", kind, 2.0)
    for kind in ["usual", "sharp"]:
        combined_case(fixture, "kdcl-naive", COMBINATIONS["kdcl-naive"], "kd", kind, 2.0,
                      {"of": "batch"})
    general = COMBINATIONS["kdcl-general"]
    for title, covariance in covariances().items():
        for range in ["any", "non-negative"]:
            combined_case(fixture, "kdcl-general", general, "kd", "usual", 2.0,
                          {"weights": range}, title, covariance)


def covariances():
    """Covariances of errors of which somebody gets a negative weight."""
    found = {}
    for attempt in range(10000):
        numbers = Numbers(f"covariance {attempt}")
        errors = numbers.normal(6, 5) * numbers.positive(5) + 2 * numbers.normal(6, 1)
        covariance = (errors.T @ errors / 6).float().double()
        best, greedy = best_subset(covariance), one_by_one(covariance)
        if torch.linalg.cond(covariance) > 1e4 or (least_error(covariance) >= 0).all():
            continue
        found.setdefault(f"drops-{(best == 0).sum()}", covariance)
        if greedy @ covariance @ greedy > 1.05 * (best @ covariance @ best):
            found.setdefault("greedy-is-worse", covariance)
        if best[0] == 0 and (greedy[0] == 1):
            found.setdefault("greedy-teaches-nothing", covariance)
    assert {"drops-1", "drops-2", "drops-3", "greedy-is-worse"} <= found.keys(), found.keys()
    return found


def combined_case(fixture, name, function, loss, kind, temperature, settings=None, title=None,
                  covariance=None):
    settings = settings or {}
    case = "-".join(filter(None, [
        f"combination/{name}/{loss}-{kind}-{temperature:g}", *settings.values(), title]))
    numbers = Numbers(f"combination {kind} {temperature}")
    student = logits(numbers, kind)
    count = TEACHERS.get(name, 3) if covariance is None else len(covariance) - 1
    teachers = torch.stack([logits(numbers, kind) for _ in range(count)])
    labels = numbers.labels(6, 10)
    if covariance is None:
        errors = numbers.normal(20, 4) * numbers.positive(4) + 0.3 * numbers.normal(20, 1)
        covariance = (errors.T @ errors / 20).float().double()
    weights = numbers.normal(1, 3).requires_grad_()
    leaf = student.clone().requires_grad_()
    options = {"range": settings.get("weights", "any"), "of": settings.get("of", "sample"),
               "temperature": float(settings.get("temperature", 0.1)),
               "own": settings.get("own", "false")}
    result = function(
        leaf, teachers, lambda t, s: RESPONSES[loss](t, s, {"temperature": temperature}),
        T=temperature, labels=labels, covariance=covariance, weights=weights, **options)
    result["value"].backward()
    assert weights.grad is None, "the loss reaches the weights"
    tensors = {
        "student": student, "teachers": teachers, "labels": labels, "covariance": covariance,
        "parameter/weights": weights, "gradient": leaf.grad}
    if "auxiliary" in result:
        result["auxiliary"].backward()
        tensors["weights.gradient"] = weights.grad
    written = {f"set.{key}": value for key, value in settings.items()}
    fixture.case(
        case, tensors | result, combination=name, loss=loss, temperature=temperature, **written)


def remembering(fixture):
    contrasts(fixture, Numbers)


def distillation():
    fixture = Fixture()
    for add_cases in [responses, standardized_responses, tapped, recent, remembering, nearly_equal,
                      combined]:
        add_cases(fixture)
    return fixture

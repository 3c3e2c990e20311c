"""The tables of the comparison, each with its rows and what they are compared with.

Rates are chosen on validation samples, for each row by itself; where its learners are compared with
themselves alone, for one of them alone. Weights and temperatures are the papers', or those of the
benchmarks RepDistiller and mdistiller.
"""

from typing import Callable, NamedTuple, Optional

from forms import Form

DEEP = {"model": "resnet14", "options": {"width": 8}}
SHALLOW = {"model": "resnet8", "options": {"width": 8}}
WIDE = {"model": "resnet8"}
CNN = {"model": "plain-cnn", "options": {"depth": 2}}
DEEPER_CNN = {"model": "plain-cnn", "options": {"depth": 4}}
PEERS = "abcdefgh"


class Row(NamedTuple):
    """A method, and the configuration that shows what it gives.

    `make` gives a configuration for a form and a rate, or the name of a shipped `file` and what is
    `set` in it; `learners` are those whose accuracy counts,
    in the mean. `weights` names the trained teachers that learners of the configuration begin with:
    see TEACHERS. A row that trains its learners `alone` too is compared with them, and not with the
    first row of its table.
    """

    name: str
    paper: str
    make: Callable
    learners: tuple = ("s",)
    weights: dict = {}
    alone: bool = False


class Table(NamedTuple):
    """Rows that are compared with one another."""

    letter: str
    title: str
    text: str
    # The learner alone, whose rate is chosen for rows that are compared with it; None where rows
    # have rates of their own.
    chosen: Optional[Callable]
    rows: tuple


# --- Teachers that are trained once for each seed ------------------------------------------------


def all_labels(**learner) -> Callable:
    """A teacher that has all labels."""

    def make(form: Form) -> dict:
        data, training = form.everything(), form.teacher_training()
        return {"data": data, "training": training, "learners": {"t": learner}}

    return make


def hasty(form: Form) -> dict:
    """A teacher that stops after few steps, and knows little."""
    made = all_labels(**WIDE)(form)
    made["training"] = {**made["training"], "steps": 10}
    return made


def over(change: Callable, make: Callable) -> Callable:
    """What is made for another set of data."""
    return lambda form, *rate: make(change(form), *rate)


BROAD = {"model": "mlp", "options": {"hidden": [128, 128]}}
NARROW = {"model": "mlp", "options": {"hidden": [16]}}

TEACHERS = {
    "glyphs": over(Form.glyphs, all_labels(**DEEP)),
    "satellite": over(Form.satellite, all_labels(**BROAD)),
    "deep": all_labels(**DEEP),
    "deepest": all_labels(model="resnet20"),
    "wide": all_labels(**WIDE),
    "shallow": all_labels(**SHALLOW),
    "cnn": all_labels(**DEEPER_CNN),
    "hasty": hasty,
}


# --- a: one teacher, by the kind of knowledge ----------------------------------------------------


class Pair(NamedTuple):
    """A student below the teacher, and the taps at which their maps are compared, deepest last."""

    student: dict
    taps: tuple
    # Whether maps have as many channels on either side, which some losses need.
    is_as_wide: bool


SAME = Pair(SHALLOW, tuple((name, name) for name in ("layer1", "layer2", "layer3")), True)
OTHER = Pair(CNN, (("layer2", "stage1"), ("layer3", "stage2")), False)


def edge(loss, weight: float, taps: tuple = (), **other) -> dict:
    """A term that compares teacher and student at taps, by default at those of the loss."""
    term = {"from": "t", "to": "s", "loss": loss, "weight": weight, **other}
    if taps:
        term["taps"] = {"from": taps[0], "to": taps[1]}
    return {"edge": term}


def teach(loss, temperature: float, weight: float, **other) -> dict:
    """A term of responses."""
    return {
        "teach": {
            "from": "t",
            "to": "s",
            "loss": loss,
            "temperature": temperature,
            "weight": weight,
            **other,
        }
    }


def benchmark(kind: str) -> dict:
    """A loss in the form of the benchmarks, to which its weight belongs."""
    return {"kind": kind, "form": "benchmark"}


def levels(pair: Pair) -> tuple:
    """All taps of teacher and student, as lists."""
    return [first for first, _ in pair.taps], [second for _, second in pair.taps]


def steps_between(pair: Pair) -> list:
    """Each two taps that follow one another, of teacher and student."""
    return [([a[0], b[0]], [a[1], b[1]]) for a, b in zip(pair.taps, pair.taps[1:])]


# Methods that need no labels: name, paper, the weight of the labels beside them, and their terms.
def unlabelled_methods(pair: Pair) -> list:
    last, embeddings = pair.taps[-1], ("features", "features")
    graph = [edge("irg-vertices", 0.005), edge("irg-edges", 0.005)]
    methods = [
        ("kd", "Hinton et al. 2015", 0.1, [teach("kd", 4, 0.9)]),
        (
            "kd, standardised",
            "Sun et al. 2024",
            0.1,
            [teach({"kind": "kd", "standardize": True}, 2, 9)],
        ),
        ("asymmetric", "Yang et al. 2019", 0.1, [teach("asymmetric", 4, 0.9)]),
        ("reverse-kl", "–", 0.1, [teach("reverse-kl", 4, 0.9)]),
        ("js", "Lin 1991", 0.1, [teach("js", 4, 0.9)]),
        ("gjs", "Agarwal et al. 2024", 0.1, [teach("gjs", 1, 0.9)]),
        ("ce", "Anil et al. 2018", 0.1, [teach("ce", 4, 0.9)]),
        ("mae", "Li and Wang 2019", 0.1, [teach("mae", 1, 0.9)]),
        ("dkpp", "Furlanello et al. 2018", 0.1, [teach("dkpp", 1, 0.9)]),
        ("dist", "Huang et al. 2022", 1, [teach("dist", 4, 2)]),
        ("mlkd", "Jin et al. 2023", 0.1, [teach("mlkd", 4, 0.9)]),
        ("hint", "Romero et al. 2015", 1, [edge(benchmark("hint"), 100, last)]),
        (
            "at",
            "Zagoruyko and Komodakis 2017",
            1,
            [edge(benchmark("at"), 1000, taps) for taps in pair.taps],
        ),
        ("nst", "Huang and Wang 2017", 1, [edge("nst", 50, last)]),
        ("vid", "Ahn et al. 2019", 1, [edge("vid", 1, taps) for taps in pair.taps]),
        (
            "review",
            "Chen et al. 2021",
            1,
            [edge({"kind": "review", "levels": len(pair.taps), "warmup": 1}, 5, levels(pair))],
        ),
        ("sp", "Tung and Mori 2019", 1, [edge("sp", 3000, last)]),
        (
            "rkd",
            "Park et al. 2019",
            1,
            [edge("rkd-distance", 25, embeddings), edge("rkd-angle", 50, embeddings)],
        ),
        ("pkt", "Passalis and Tefas 2018", 1, [edge(benchmark("pkt"), 30000, embeddings)]),
        ("irg", "Liu et al. 2019", 1, graph),
        (
            "adversarial-features",
            "Wang et al. 2018",
            1,
            [
                edge(
                    {
                        "kind": "adversarial-features",
                        "optimizer": {"kind": "adamw", "rate": 0.001},
                    },
                    0.1,
                )
            ],
        ),
    ]
    if not pair.is_as_wide:
        return methods
    return methods + [
        (
            "fsp",
            "Yim et al. 2017",
            1,
            [edge(benchmark("fsp"), 50, taps) for taps in steps_between(pair)],
        ),
        ("cat", "Guo et al. 2023", 1, [edge("cat", 400, ("classes", "classes"))]),
        (
            "imitation",
            "Luo et al. 2018",
            1,
            [edge("imitation", 1, (["logits", "features"], ["logits", "features"]))],
        ),
        (
            "mhgd",
            "Lee and Song 2019",
            1,
            [edge({"kind": "mhgd", "levels": len(pair.taps), "warmup": 1}, 1, levels(pair))],
        ),
    ]


# Methods whose loss reads the labels of the samples on which the teacher teaches.
def labelled_methods(form_few: int) -> list:
    return [
        ("dkd", "Zhao et al. 2022", 1, [teach("dkd", 4, 1)]),
        ("nkd", "Yang et al. 2023", 1, [teach({"kind": "nkd", "gamma": 1.5}, 1, 1)]),
        ("cwtm", "Furlanello et al. 2018", 0, [teach("cwtm", 1, 1)]),
        (
            "crd",
            "Tian et al. 2020",
            1,
            [edge({"kind": "crd", "negatives": min(16384, form_few // 2)}, 0.8)],
        ),
        ("crd-batch", "after Tian et al. 2020", 1, [edge("crd-batch", 0.8)]),
        (
            "conditional-adversarial",
            "Xu et al. 2018",
            1,
            [
                teach(
                    {
                        "kind": "conditional-adversarial",
                        "optimizer": {"kind": "adamw", "rate": 0.001},
                    },
                    1,
                    0.2,
                )
            ],
        ),
    ]


def student_of(
    student: dict, data: Callable, task: float, teaching: list, teacher: dict = DEEP
) -> Callable:
    """A student of the frozen teacher; alone where nothing teaches it."""

    def make(form: Form, rate: float) -> dict:
        learners = {"s": {**student, "task": task}}
        if teaching:
            learners["t"] = {**teacher, "role": "teacher"}
        return {
            **form.setting(data, rate),
            "learners": learners,
            "teaching": teaching,
        }

    return make


def taught_rows(pair: Pair, data: Callable, methods: list) -> tuple:
    """The student alone, and by each method."""
    weights = {"t": "deep"}
    alone = Row("alone", "–", student_of(pair.student, data, 1, []))
    return (alone,) + tuple(
        Row(name, paper, student_of(pair.student, data, task, teaching), weights=weights)
        for name, paper, task, teaching in methods
    )


# --- b: peers ------------------------------------------------------------------------------------


def peers(data: Callable, count: int, teaching: Callable, model: dict = CNN) -> Callable:
    """Learners that teach one another, each also alone."""

    def make(form: Form, rate: float) -> dict:
        names = list(PEERS[:count])
        return {
            **form.setting(data, rate),
            "learners": {name: model for name in names},
            "teaching": teaching(names),
            "compare": {"alone": True},
        }

    return make


def peer_row(name: str, paper: str, data: Callable, count: int, teaching: Callable) -> Row:
    return Row(
        name,
        paper,
        peers(data, count, teaching),
        learners=tuple(PEERS[:count]),
        alone=True,
    )


def mutual(**options) -> Callable:
    return lambda names: [{"mutual": {"among": names, **options}}]


RAMP = {"ramp": 50, "shape": "sigmoid"}


def rows_of_both(data: Callable) -> tuple:
    """What is tried both with private labels and with the same."""
    return (
        peer_row("dml_e, 4 peers", "Zhang et al. 2018", data, 4, mutual(loss="dml_e")),
        peer_row(
            "codistillation, 4 peers",
            "Anil et al. 2018",
            data,
            4,
            lambda names: [{"codistill": {"among": names, "burn-in": 50, "every": 20}}],
        ),
        peer_row("ring, 4 peers", "–", data, 4, lambda names: [{"ring": {"among": names}}]),
        peer_row(
            "okddip, 3 peers and a leader",
            "Chen et al. 2020",
            data,
            4,
            lambda names: [{"okddip": {"among": names[:3], "leader": names[3], "schedule": RAMP}}],
        ),
    )


def private_rows() -> tuple:
    data = Form.own
    sizes = tuple(
        peer_row(f"dml, {count} peers", "Zhang et al. 2018", data, count, mutual())
        for count in (2, 3, 4, 6, 8)
    )
    return (
        sizes
        + rows_of_both(data)
        + (
            peer_row(
                "ds-fl, 4 peers",
                "Itahara et al. 2021",
                data,
                4,
                mutual(loss="ce", combine={"kind": "era", "own": True}, carries="probabilities"),
            ),
            peer_row(
                "fedmd, 4 peers",
                "Li and Wang 2019",
                data,
                4,
                mutual(loss="mae", combine="logits", schedule={"burn-in": 75, "every": 4}),
            ),
        )
    )


def shared_rows() -> tuple:
    data = Form.shared
    sizes = tuple(
        peer_row(f"dml, {count} peers", "Zhang et al. 2018", data, count, mutual())
        for count in (2, 4, 8)
    )

    def kdcl(kind: str) -> Callable:
        return mutual(loss="kd", temperature=2, combine=kind)

    return (
        sizes
        + rows_of_both(data)
        + (
            peer_row(
                "dml in turn, 2 peers", "Zhang et al. 2018", data, 2, mutual(order="sequential")
            ),
            peer_row("kdcl-naive, 4 peers", "Guo et al. 2020", data, 4, kdcl("kdcl-naive")),
            peer_row("kdcl-linear, 4 peers", "Guo et al. 2020", data, 4, kdcl("kdcl-linear")),
            peer_row("kdcl-min-logit, 4 peers", "Guo et al. 2020", data, 4, kdcl("kdcl-min-logit")),
            peer_row(
                "kdcl-general, 4 peers",
                "Guo et al. 2020",
                lambda form: {**form.shared(), "validation": 0.1},
                4,
                kdcl("kdcl-general"),
            ),
            peer_row(
                "one, 4 peers",
                "Lan et al. 2018",
                data,
                4,
                lambda names: [{"one": {"among": names, "schedule": RAMP}}],
            ),
            peer_row(
                "pcl, 4 peers",
                "Wu and Gong 2021",
                data,
                4,
                lambda names: [{"pcl": {"among": names, "schedule": RAMP}}],
            ),
        )
    )


# --- c: the capacity gap -------------------------------------------------------------------------


def gap_rows() -> tuple:
    """Students of several sizes below a deep teacher: alone, taught directly, by one assistant, and
    densely by two."""
    taught = {"loss": "kd", "temperature": 4, "weight": 0.9}
    deep = {"model": "resnet20", "role": "teacher"}
    assistants = {
        "ta1": {**WIDE, "role": "assistant", "task": 0.1},
        "ta2": {**SHALLOW, "role": "assistant", "task": 0.1},
    }
    ways = {
        "alone": ([], None),
        "directly": ([], {"teach": {"from": "t", "to": "s", **taught}}),
        "by an assistant": (
            ["ta1"],
            {"chain": {"path": ["t", "ta1", "s"], "staged": True, **taught}},
        ),
        "densely": (
            ["ta1", "ta2"],
            {"dense-chain": {"path": ["t", "ta1", "ta2", "s"], "staged": True, **taught}},
        ),
    }

    def row(width: int, way: str) -> Row:
        helpers, teaching = ways[way]

        def make(form: Form, rate: float) -> dict:
            student = {"model": "resnet8", "options": {"width": width}}
            learners = {name: assistants[name] for name in helpers}
            learners["s"] = {**student, "task": 0.1 if teaching else 1}
            if teaching:
                learners["t"] = deep
            return {
                **form.setting(Form.pool, rate),
                "learners": learners,
                "teaching": [teaching] if teaching else [],
            }

        paper = {"by an assistant": "Mirzadeh et al. 2020", "densely": "Son et al. 2021"}.get(way)
        weights = {"t": "deepest"} if teaching else {}
        return Row(f"width {width}, {way}", paper or "–", make, weights=weights)

    return tuple(row(width, way) for width in (2, 4, 8) for way in ways)


# --- d: several teachers -------------------------------------------------------------------------


def several_rows(team: dict) -> tuple:
    """A student of several frozen teachers; `team` names the weights of each."""
    models = {"wide": WIDE, "hasty": WIDE, "shallow": SHALLOW, "cnn": DEEPER_CNN}
    names = list(team)
    soft = {"temperature": 4, "weight": 0.9}

    def combined(kind: str) -> dict:
        return {"teach": {"from": names, "to": "s", "combine": kind, **soft}}

    ways = [
        ("alone", "–", None),
        ("the first alone", "Hinton et al. 2015", {"teach": {"from": names[0], "to": "s", **soft}}),
        ("mean of probabilities", "–", combined("probabilities")),
        ("mean of logits", "–", combined("logits")),
        ("entropy", "Kwon et al. 2020", combined("entropy")),
        ("trimmed", "–", combined("trimmed")),
        ("median", "–", combined("median")),
        ("reputation", "–", combined("reputation")),
        (
            "random",
            "Fukuda et al. 2017",
            {"random-teacher": {"from": names, "to": "s", **soft}},
        ),
    ]

    def of(teaching) -> list:
        """The teachers of a term."""
        given = next(iter(teaching.values()))["from"] if teaching else []
        return [given] if isinstance(given, str) else given

    def make(teaching) -> Callable:
        def configuration(form: Form, rate: float) -> dict:
            learners = {"s": {**CNN, "task": 0.1 if teaching else 1}}
            for name in of(teaching):
                learners[name] = {**models[team[name]], "role": "teacher"}
            return {
                **form.setting(Form.pool, rate),
                "learners": learners,
                "teaching": [teaching] if teaching else [],
            }

        return configuration

    return tuple(
        Row(name, paper, make(teaching), weights={one: team[one] for one in of(teaching)})
        for name, paper, teaching in ways
    )


# --- e: a learner's own depth and past -----------------------------------------------------------


def self_rows() -> tuple:
    def row(name: str, paper: str, teaching: list, options=None, task: float = 1, **more) -> Row:
        def make(form: Form, rate: float) -> dict:
            return {
                **form.setting(Form.shared, rate),
                "learners": {"a": {**WIDE, "options": options or {}, "task": task}},
                "teaching": teaching,
                **more,
            }

        return Row(name, paper, make, learners=("a",))

    def born_again(form: Form, rate: float) -> dict:
        generations = {
            name: {**WIDE, "task": 0 if number else 1}
            for number, name in enumerate(["g1", "g2", "g3"])
        }
        return {
            **form.setting(Form.shared, rate),
            "learners": generations,
            "teaching": [{"born-again": list(generations)}],
        }

    return (
        row("alone", "–", []),
        row(
            "byot",
            "Zhang et al. 2019",
            [{"byot": {"of": "a", "features": {"weight": 0.03}}}],
            {"exits": True},
        ),
        row("one", "Lan et al. 2018", [{"one": {"of": "a", "schedule": RAMP}}], {"branches": 3}),
        row(
            "cl-ilr",
            "Song and Chai 2018",
            [{"cl-ilr": {"of": "a", "schedule": RAMP}}],
            {"branches": 3, "gate": False, "rescale": True},
            0,
        ),
        row("cs-kd", "Yun et al. 2020", [{"cs-kd": {"of": "a", "temperature": 4, "weight": 1}}]),
        row("ps-kd", "Kim et al. 2021", [{"ps-kd": {"of": "a", "weight": 0.8}}]),
        row(
            "snapshot",
            "Yang et al. 2019",
            [{"snapshot": {"of": "a", "every": 100, "temperature": 2, "weight": 1}}],
            checkpoints={"every": 100, "keep": 5},
        ),
        row(
            "mean-teacher",
            "Tarvainen and Valpola 2017",
            [{"mean-teacher": {"of": "a", "decay": 0.99, "weight": 100}}],
        ),
        Row("born-again, third generation", "Furlanello et al. 2018", born_again, ("g3",)),
    )


# --- f: few bits ---------------------------------------------------------------------------------


def quantised_rows() -> tuple:
    def row(bits: int, teaching: list, name: str) -> Row:
        def make(form: Form, rate: float) -> dict:
            student = {**WIDE, "task": 0.1 if teaching else 1}
            if bits < 32:
                student["quantize"] = {
                    "weights": bits,
                    "activations": max(4, bits),
                    "method": "lsq",
                }
            learners = {"s": student}
            if teaching:
                learners["t"] = {**WIDE, "role": "teacher"}
            return {
                **form.setting(Form.pool, rate),
                "learners": learners,
                "teaching": teaching,
            }

        return Row(name, "Esser et al. 2020", make, weights={"t": "wide"} if teaching else {})

    floats = (row(32, [], "floats, alone"), row(32, [teach("kd", 4, 0.9)], "floats, taught"))
    return floats + tuple(
        row(bits, teaching, f"{bits} bits, {way}")
        for bits in (8, 4, 2)
        for way, teaching in (("alone", []), ("taught", [teach("kd", 4, 0.9)]))
    )


# --- m: staleness, codecs and gates --------------------------------------------------------------


def cost_rows() -> tuple:
    data = Form.own
    ways = {
        "as it is": {},
        "four steps early": {"missing": {"stale": 4}},
        "sixteen steps early": {"missing": {"stale": 16}},
        "every fourth step": {"schedule": {"every": 4}},
        "every sixteenth step": {"schedule": {"every": 16}},
        "after a quarter of the steps": {"schedule": {"burn-in": 75}},
        "fp16": {"codec": "fp16"},
        "int8": {"codec": "int8"},
        "top-k, k 3": {"codec": {"kind": "top-k", "k": 3}},
    }
    return tuple(peer_row(name, "–", data, 3, mutual(**options)) for name, options in ways.items())


# --- g, h and i: shipped configurations, which have data and budgets of their own ----------------


def shipped(
    name: str, paper: str, file: str, learners: tuple = ("s",), alone: bool = False, **settings
) -> Row:
    """A configuration of deploy/experiments; keys of `settings` have `__` for a point."""
    changes = {key.replace("__", "."): value for key, value in settings.items()}

    def make(form: Form, rate: float) -> dict:
        return {"file": file, "set": {"training.evaluate": 0, **changes}}

    return Row(name, paper, make, learners, alone=alone)


def lifelong_rows() -> tuple:
    net = {"learners__a__model": "resnet8", "learners__a__options": {"width": 8}}

    def row(name: str, paper: str, file: str, **settings) -> Row:
        return shipped(name, paper, file, ("a",), **net, **settings)

    return (
        row("fine-tuning", "–", "lifelong-lwf", teaching=[]),
        row("lwf", "Li and Hoiem 2016", "lifelong-lwf"),
        row("lwm", "Dhar et al. 2019", "lifelong-lwm"),
        row("icarl", "Rebuffi et al. 2017", "lifelong-icarl"),
    )


def modality_rows() -> tuple:
    return (
        shipped("responses: all bands to infrared", "Gupta et al. 2016", "cross-modal", alone=True),
        shipped("weights of edges: the same", "Luo et al. 2018", "learned-edges", alone=True),
        shipped(
            "features: right to left half", "Gupta et al. 2016", "cross-modal-features", alone=True
        ),
        shipped(
            "relations: both halves mutually",
            "–",
            "cross-modal-relations",
            ("left", "right"),
            alone=True,
        ),
        shipped(
            "responses: texts to pictures", "Gupta et al. 2016", "cross-modal-text", alone=True
        ),
        shipped(
            "peers of three views",
            "Zhang et al. 2018",
            "satellite-views",
            ("visible", "infrared", "both"),
            alone=True,
        ),
    )


def adversary_rows() -> tuple:
    return (
        shipped("conditional-adversarial", "Xu et al. 2018", "conditional-adversarial", alone=True),
        shipped("adversarial-features", "Wang et al. 2018", "adversarial-features", alone=True),
        shipped(
            "kd beside it, by itself",
            "Hinton et al. 2015",
            "adversarial-features",
            alone=True,
            teaching__0__edge__weight=0,
        ),
        shipped("afd, two peers", "Chung et al. 2020", "afd", ("a", "b"), alone=True),
        shipped(
            "dml beside it, by itself",
            "Zhang et al. 2018",
            "afd",
            ("a", "b"),
            alone=True,
            teaching__0__afd__maps__weight=0,
        ),
        shipped("kdgan", "Wang et al. 2018", "kdgan", alone=True),
    )


def made_rows() -> tuple:
    """A student on made samples, and at first on the data's own."""
    own = {
        "learners__g": None,
        "learners__s__labelled": True,
        "learners__s__task": 0,
        "teaching": [{"teach": {"from": "t", "to": "s", "temperature": 1, "staged": True}}],
    }
    return (
        shipped("the data's own samples", "Hinton et al. 2015", "data-free-dfad", **own),
        shipped("dafl", "Chen et al. 2019", "data-free-dafl"),
        shipped("zskt", "Micaelli and Storkey 2019", "data-free-zskt"),
        shipped("dfad", "Fang et al. 2019", "data-free-dfad"),
    )


# --- n: other sets of data -----------------------------------------------------------------------


def other_set_rows(change: Callable, teacher: str, broad: dict, student: dict, peer: dict) -> tuple:
    """The student alone and taught by responses, and peers with private labels."""
    methods = (
        ("kd", "Hinton et al. 2015", 0.1, [teach("kd", 4, 0.9)]),
        ("mae", "Li and Wang 2019", 0.1, [teach("mae", 1, 0.9)]),
        ("dist", "Huang et al. 2022", 1, [teach("dist", 4, 2)]),
    )

    def row(name: str, paper: str, task: float, teaching: list) -> Row:
        make = over(change, student_of(student, Form.pool, task, teaching, broad))
        return Row(name, paper, make, weights={"t": teacher} if teaching else {})

    mutually = over(change, peers(Form.own, 3, mutual(), peer))
    return (
        (row("alone", "–", 1, []),)
        + tuple(row(*method) for method in methods)
        + (Row("dml, 3 peers", "Zhang et al. 2018", mutually, tuple(PEERS[:3]), alone=True),)
    )


def text_rows() -> tuple:
    return (
        shipped(
            "kd: to a convolutional net", "Hinton et al. 2015", "wordnet-teacher", ("c",), True
        ),
        shipped("kd: to a transformer", "Hinton et al. 2015", "wordnet-teacher", ("s",), True),
        shipped(
            "dml, 3 peers, private labels",
            "Zhang et al. 2018",
            "wordnet-private",
            ("a", "b", "c"),
            True,
        ),
        shipped(
            "dml, 2 peers, all labels", "Zhang et al. 2018", "wordnet-mutual", ("c", "t"), True
        ),
    )


# --- The tables ----------------------------------------------------------------------------------


def alone_with(data: Callable, model: dict) -> Callable:
    """A learner alone, for which a rate is chosen."""

    def make(form: Form, rate: float) -> dict:
        return {
            **form.setting(data, rate),
            "learners": {"s": model},
            "teaching": [],
        }

    return make


FEW_TEXT = "The student has few labels, and sees the other samples without: there it is taught."
POOL_TEXT = "The teacher, a ResNet-14 of 8 to 32 channels, has all labels. " + FEW_TEXT
GOOD = {"t1": "wide", "t2": "shallow", "t3": "cnn"}
MIXED = {"t1": "wide", "t2": "shallow", "t3": "hasty"}


def tables(form: Form) -> list:
    """All tables of a form."""
    labelled = unlabelled_methods(SAME) + labelled_methods(form.common)
    return [
        Table(
            "a1",
            "A teacher of the same family, by the kind of knowledge",
            POOL_TEXT + " The student is a ResNet-8 of the same widths.",
            alone_with(Form.pool, SHALLOW),
            taught_rows(SAME, Form.pool, unlabelled_methods(SAME)),
        ),
        Table(
            "a2",
            "A teacher of another family, by the kind of knowledge",
            POOL_TEXT
            + " The student is a plain net of two convolutions. Losses that compare as many"
            " channels on either side (fsp, mhgd, cat, imitation) have no row here.",
            alone_with(Form.pool, CNN),
            taught_rows(OTHER, Form.pool, unlabelled_methods(OTHER)),
        ),
        Table(
            "a3",
            "The same, in the papers' setting",
            "The teacher has all labels. The student, a ResNet-8 of the same widths, sees"
            " labelled samples alone, and no others. Only here can losses act that read labels.",
            alone_with(Form.shared, SHALLOW),
            taught_rows(SAME, Form.shared, labelled),
        ),
        Table(
            "b1",
            "Peers that know different things",
            "Each learner, a plain net of two convolutions, has labels that no other has; all see"
            " the other samples without labels. Each is compared with itself alone.",
            alone_with(Form.own, CNN),
            private_rows(),
        ),
        Table(
            "b2",
            "Peers that know the same, the papers' setting",
            "All learners have the same labels, and no other samples.",
            alone_with(Form.shared, CNN),
            shared_rows(),
        ),
        Table(
            "c",
            "The capacity gap",
            "The teacher, a ResNet-20, has all labels. Assistants and students have few, and the"
            " other samples without; students are ResNet-8 of other widths.",
            alone_with(Form.pool, SHALLOW),
            gap_rows(),
        ),
        Table(
            "d1",
            "Three good teachers",
            "All teachers have all labels. " + FEW_TEXT,
            alone_with(Form.pool, CNN),
            several_rows(GOOD),
        ),
        Table(
            "d2",
            "Two good teachers, and one that knows little",
            "The third teacher stopped after ten steps.",
            alone_with(Form.pool, CNN),
            several_rows(MIXED),
        ),
        Table(
            "e",
            "A learner that teaches itself",
            "A ResNet-8 has labelled samples alone.",
            alone_with(Form.shared, WIDE),
            self_rows(),
        ),
        Table(
            "f",
            "Few bits",
            FEW_TEXT + " Teacher and student are ResNet-8; the teacher has all labels.",
            alone_with(Form.pool, WIDE),
            quantised_rows(),
        ),
        Table(
            "g",
            "Tasks one after another",
            "The digits by twos, and no samples of earlier tasks but those that icarl keeps. The"
            " accuracy is that of all tasks at the end.",
            None,
            lifelong_rows(),
        ),
        Table(
            "h",
            "Other views of the same samples",
            "Satellite images in infrared and in all bands, halves of digits, pictures and texts."
            " Each learner is compared with itself alone.",
            None,
            modality_rows(),
        ),
        Table(
            "i1",
            "Without data",
            "LeNet on the digits; the student sees made samples alone, and in the first row the"
            " data's own without labels.",
            None,
            made_rows(),
        ),
        Table(
            "i2",
            "Adversaries",
            "Discriminators of logits, features, maps and labels on the digits with few labels."
            " Each learner is compared with itself alone.",
            None,
            adversary_rows(),
        ),
        Table(
            "m",
            "What staleness, gates and codecs cost",
            "Three plain nets with private labels teach one another. Bytes are what one of them"
            " publishes at a step in the mean.",
            alone_with(Form.own, CNN),
            cost_rows(),
        ),
        Table(
            "n1",
            "Letters and digits of many fonts",
            "Glyphs of fonts-aenigma, 36 classes; no font is in the training set and in the test"
            " set. "
            + POOL_TEXT
            + " The student is a plain net of two convolutions, and so is each of three peers that"
            " have labels which no other has; those are compared with themselves alone.",
            over(Form.glyphs, alone_with(Form.pool, CNN)),
            other_set_rows(Form.glyphs, "glyphs", DEEP, CNN, CNN),
        ),
        Table(
            "n2",
            "Places from a satellite",
            "The teacher, an MLP of two layers of 128, has all labels. "
            + FEW_TEXT
            + " It is an MLP of 16, and so is each of three peers with private labels.",
            over(Form.satellite, alone_with(Form.pool, NARROW)),
            other_set_rows(Form.satellite, "satellite", BROAD, NARROW, NARROW),
        ),
        Table(
            "n3",
            "Explanations of words",
            "WordNet's explanations; each learner is compared with itself alone.",
            None,
            text_rows(),
        ),
    ]

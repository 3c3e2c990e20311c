#!/usr/bin/env python3
"""Writes the table of what each scheme gains: scheme, paper, configuration, accuracy without and
with the scheme, and the gain of the same seeds.

    scripts/gains.py > Sources/cohort/cohort.docc/Gains.md      # some ten minutes on two cores
    scripts/gains.py byot dist                                  # only these rows, in a minute
    scripts/gains.py --check                                    # whether all rows can be run

COHORT names the program, .build/release/cohort by default; SEEDS how many seeds are run, 3 by
default. Needs Python 3.9 alone. The exit code is 64 where a row or SEEDS is wrong, 66 without the
program, and 70 where a run fails, whose output is then shown.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.path.abspath(os.environ.get("COHORT", ROOT / ".build/release/cohort"))
BUDGET = ("training.epochs=null", "training.steps=600", "training.batch=32")
WITH_POOL = (*BUDGET, "training.common=64")


class Row(NamedTuple):
    """A scheme, and the runs that show what it gains.

    `learners` are those whose accuracy counts, by default all that the configuration trains also
    alone. They are compared with themselves alone; or with the learners `over` of the same run; or
    with themselves in another run, which `baseline` changes. Where `weights` names a configuration,
    all learners begin with what its learners of the same name end with.
    """

    name: str
    scheme: str
    paper: str
    configuration: str
    overrides: tuple = ()
    learners: tuple = ()
    over: tuple = ()
    baseline: tuple = ()
    weights: str = ""


# A generator's student learns from the teacher on the samples of the data instead.
WITH_DATA = (
    "learners.g=",
    "learners.s.labelled=true",
    "learners.s.task=0",
    "teaching=[{teach: {from: t, to: s, temperature: 1, staged: true}}]",
)


def below(*teachers: str) -> tuple:
    """Teachers with all labels; students with 100 labels and the rest as a pool without labels."""
    return (
        "data={set: digits, labels: {each: 100, pool: rest}}",
        *(f"learners.{teacher}.data={{set: digits}}" for teacher in teachers),
        *WITH_POOL,
    )


def labelled(*overrides: str) -> tuple:
    """A teacher with all labels, and a student that sees 100 labelled samples and no others."""
    data = ("data={set: digits, labels: 100}", "learners.t.data={set: digits}")
    return (*data, *BUDGET, *overrides)


# Learners with 60 private labels each, and the pool of the rest.
PEERS = ("data={set: digits, labels: {each: 60, private: true}}", *WITH_POOL)
# Learners with the same 100 labels, and nothing else.
SAME = ("data={set: digits, labels: 100}", *BUDGET)
# The same, each with crops of its own.
CROPPED = (
    "data={set: digits, labels: 100, augmentation: {crop: {padding: 1}, own: true}}",
    *BUDGET,
)
FINE_TUNING = (
    "teaching=[]",
    "learners.a.task=1",
    "data.tasks.exemplars=0",
    "data.tasks.classify=head",
)
# A learner with 200 labels, and nothing else.
ALONE = ("data={set: digits, labels: 200}", *BUDGET)
UNTAUGHT = ("teaching=[]", "compare.alone=false")
PATE_TEACHERS = tuple(f"t{number}" for number in range(1, 17))

DKD = "teaching=[{teach: {from: t, to: s, staged: true, loss: dkd, temperature: 4}}]"
# Of 100 samples, 16,384 negatives would be the same few again and again.
CRD = "teaching.0.edge.loss={kind: crd, negatives: 64}"
SKEWED = ("data.labels.skew=0.3",)
PLAIN_MEAN = "teaching.0.mutual.combine=probabilities"

ROWS = [
    # Responses of a teacher
    Row("kd", "soft targets", "Hinton et al. 2015", "teacher-student", below("t")),
    Row(
        "dkd",
        "decoupled",
        "Zhao et al. 2022",
        "teacher-student",
        labelled("learners.s.task=1", DKD),
    ),
    Row("nkd", "normalised", "Yang et al. 2023", "normalized", labelled()),
    Row("dist", "correlations", "Huang et al. 2022", "dist", below("t")),
    Row("standardized", "standardised logits", "Sun et al. 2024", "standardized", below("t")),
    Row(
        "mlkd",
        "multi-level logits, two views",
        "Jin et al. 2023",
        "multi-level",
        (*below("t"), "data.augmentation={strong: true}"),
    ),
    # Features
    Row("features", "responses and attention", "Zagoruyko 2017", "features", below("t")),
    Row(
        "two-teachers",
        "responses and a hint",
        "Chen et al. 2019",
        "two-teachers",
        below("t1", "t2"),
    ),
    Row("vid", "variational information", "Ahn et al. 2019", "variational", below("t")),
    Row("ofd", "maps before the ReLU", "Heo et al. 2019", "overhaul", below("t")),
    Row("review", "knowledge review", "Chen et al. 2021", "knowledge-review", below("t")),
    Row("cat", "class activation maps", "Guo et al. 2023", "class-attention", below("t")),
    Row(
        "simkd",
        "the teacher's classifier",
        "Chen et al. 2022",
        "reused-classifier",
        below("t"),
        ("s",),
    ),
    Row(
        "residual",
        "student and assistant, a pair",
        "Gao et al. 2020",
        "residual",
        below("t"),
        ("p",),
    ),
    # Relations
    Row("irg", "graphs of instances", "Liu et al. 2019", "instance-graph", below("t")),
    Row("mhgd", "graphs by attention", "Lee and Song 2019", "multi-head-graph", below("t")),
    Row(
        "relations",
        "similarity, distances, angles",
        "Tung 2019, Park 2019",
        "relations",
        below("t"),
    ),
    Row("crd", "contrastive, with a memory", "Tian et al. 2020", "contrastive", labelled(CRD)),
    Row(
        "crd-batch",
        "contrastive, in the batch",
        "after Tian et al. 2020",
        "contrastive-batch",
        labelled(),
    ),
    # Several teachers, and assistants
    Row("average", "the mean of teachers", "–", "average-three", below("t1", "t2", "t3")),
    Row(
        "average-single",
        "the same, over each of them",
        "–",
        "average-and-single",
        below("t1", "t2", "t3"),
        ("averaged",),
        ("single1", "single2", "single3"),
    ),
    Row(
        "random",
        "a teacher at random",
        "Fukuda et al. 2017",
        "random-teacher",
        below("t1", "t2", "t3"),
    ),
    Row(
        "chain-live",
        "an assistant, all at once",
        "Mirzadeh et al. 2020",
        "chain-live",
        below("t"),
        ("s",),
    ),
    Row("chain", "an assistant", "Mirzadeh et al. 2020", "chain-staged", below("t"), ("s",)),
    Row(
        "chain-direct",
        "an assistant, over none",
        "Mirzadeh et al. 2020",
        "capacity-gap",
        below("t"),
        ("chained",),
        ("direct",),
    ),
    Row("dense-chain", "densely guided", "Son et al. 2021", "dense-chain", below("t"), ("s",)),
    Row("below", "peers below a teacher", "–", "peers-below-teacher", labelled()),
    Row(
        "adversarial",
        "a discriminator of logits",
        "Xu et al. 2018",
        "conditional-adversarial",
        learners=("s",),
    ),
    Row(
        "adversarial-soft",
        "the same, over the distance of logits alone",
        "Xu et al. 2018",
        "conditional-adversarial",
        learners=("s",),
        baseline=("teaching.0.teach.loss=mae", "teaching.0.teach.weight=2"),
    ),
    Row(
        "adversarial-features",
        "a discriminator of features, over soft targets",
        "Wang et al. 2018",
        "adversarial-features",
        learners=("s",),
        baseline=("teaching.0.edge.weight=0",),
    ),
    # Peers
    Row("dml", "deep mutual learning", "Zhang et al. 2018", "digits-private"),
    Row("dml-same", "the same, labels in common", "Zhang et al. 2018", "digits-same-labels"),
    Row("dml-sequential", "the same, in turn", "Zhang et al. 2018", "mutual-sequential", PEERS),
    Row("dml-e", "from the mean of the others", "Zhang et al. 2018", "mutual-mixed", PEERS),
    Row("codistill", "codistillation", "Anil et al. 2018", "codistillation", PEERS),
    Row("ktg", "gates between peers", "Minami et al. 2020", "transfer-graph", SAME),
    Row("dml-two", "of two alike", "Zhang et al. 2018", "mutual-two", PEERS),
    Row("dml-four", "of four alike", "Zhang et al. 2018", "mutual-four", PEERS),
    Row(
        "codistill-shards", "codistillation of shards", "Anil et al. 2018", "codistillation-shards"
    ),
    Row("okddip", "diverse peers, by attention", "Chen et al. 2020", "diverse-peers", PEERS),
    Row("one-peers", "a gate over learners", "Lan et al. 2018", "gated-peers", SAME),
    Row("dcm", "every exit from every exit", "Yao and Sun 2020", "dense-cross-layer", SAME),
    Row(
        "mcl",
        "mutual contrast",
        "Yang et al. 2022",
        "mutual-contrast",
        (*SAME, "data.sampler={per-class: 2}"),
    ),
    Row(
        "afd",
        "maps by discriminators, over soft targets",
        "Chung et al. 2020",
        "afd",
        learners=("a", "b"),
        baseline=("teaching.0.afd.maps.weight=0",),
    ),
    Row("kdgan", "a discriminator of labels", "Wang et al. 2018", "kdgan", learners=("s",)),
    Row("kdcl", "the best member, own crops", "Guo et al. 2020", "kdcl", CROPPED),
    Row(
        "kdcl-general",
        "by errors on validation",
        "Guo et al. 2020",
        "kdcl-general",
        (*CROPPED, "data.validation=0.1"),
    ),
    Row("pcl", "an ensemble and averages", "Wu and Gong 2021", "peer-collaboration", CROPPED),
    # A learner's own depth and past
    Row(
        "cl-ilr",
        "branches and their mean",
        "Song and Chai 2018",
        "collaborative-branches",
        ALONE,
        ("a",),
        baseline=(*UNTAUGHT, "learners.a.task=1"),
    ),
    Row("cs-kd", "another sample of the class", "Yun et al. 2020", "class-wise", ALONE, ("a",)),
    Row("snapshot", "the cycle before", "Yang et al. 2019", "snapshot", ALONE, ("a",)),
    Row(
        "byot", "early exits", "Zhang et al. 2019", "own-teacher", ALONE, ("a",), baseline=UNTAUGHT
    ),
    Row(
        "one",
        "branches and their gate",
        "Lan et al. 2018",
        "branches",
        ALONE,
        ("a",),
        baseline=UNTAUGHT,
    ),
    Row("ps-kd", "own past of each sample", "Kim et al. 2021", "refined-labels", ALONE, ("a",)),
    Row("mean-teacher", "own average", "Tarvainen 2017", "mean-teacher", below(), ("a",)),
    Row(
        "born-again",
        "generations, over the first",
        "Furlanello et al. 2018",
        "born-again",
        ALONE,
        ("g3",),
        ("g1",),
    ),
    # Few bits
    Row(
        "apprentice-a",
        "quantised: scheme A",
        "Mishra and Marr 2018",
        "apprentice-a",
        below("t"),
        ("s",),
    ),
    Row(
        "apprentice-b",
        "quantised: scheme B",
        "Mishra and Marr 2018",
        "apprentice-b",
        below("t"),
        ("s",),
    ),
    Row(
        "apprentice-c",
        "quantised: scheme C, over its taught float net",
        "Mishra and Marr 2018",
        "apprentice-c",
        below("t"),
        ("s",),
        weights="apprentice-floats",
    ),
    Row("polino", "quantised", "Polino et al. 2018", "quantized-distillation", below("t"), ("s",)),
    Row("quantized-self", "of 2 bits, taught by itself", "–", "quantized-self", below("t"), ("s",)),
    # Other views
    Row("cross-modal", "responses to another view", "Gupta et al. 2016", "cross-modal"),
    Row("cross-features", "features of another view", "Gupta et al. 2016", "cross-modal-features"),
    Row("cross-relations", "relations of another view", "–", "cross-modal-relations"),
    Row("views", "peers with other views", "–", "satellite-views"),
    Row("learned-edges", "learned weights of edges", "Luo et al. 2018", "learned-edges"),
    Row("cross-text", "a teacher of texts", "Gupta et al. 2016", "cross-modal-text"),
    # Tasks one after another
    Row(
        "lwf",
        "its past self, over fine-tuning",
        "Li and Hoiem 2016",
        "lifelong-lwf",
        (),
        ("a",),
        baseline=("teaching=[]",),
    ),
    Row(
        "lwm",
        "the same with attention",
        "Dhar et al. 2019",
        "lifelong-lwm",
        (),
        ("a",),
        baseline=("teaching=[]",),
    ),
    Row(
        "icarl",
        "exemplars, over fine-tuning",
        "Rebuffi et al. 2017",
        "lifelong-icarl",
        (),
        ("a",),
        baseline=FINE_TUNING,
    ),
    Row("orders", "peers of other orders", "–", "lifelong-orders"),
    Row(
        "lwf-domains",
        "its past self, of permuted pixels",
        "Li and Hoiem 2016",
        "lifelong-domains",
        (),
        ("a",),
        baseline=("teaching=[]",),
    ),
    # Without data
    Row(
        "dfad",
        "made samples, over the data's own",
        "Fang et al. 2019",
        "data-free-dfad",
        (),
        ("s",),
        baseline=WITH_DATA,
    ),
    Row(
        "dafl",
        "the same",
        "Chen et al. 2019",
        "data-free-dafl",
        (),
        ("s",),
        baseline=WITH_DATA,
    ),
    Row(
        "zskt",
        "the same",
        "Micaelli and Storkey 2019",
        "data-free-zskt",
        (),
        ("s",),
        baseline=WITH_DATA,
    ),
    Row(
        "deep-inversion",
        "optimised samples, over the data's own",
        "Yin et al. 2020",
        "data-free-inversion",
        (),
        ("s",),
        baseline=WITH_DATA,
    ),
    Row(
        "cmi",
        "made samples told from one another, over the data's own",
        "Fang et al. 2021",
        "data-free-cmi",
        (),
        ("s",),
        baseline=WITH_DATA,
    ),
    # Private data
    Row("ds-fl", "sharpened mean", "Itahara et al. 2021", "ds-fl"),
    Row("ds-fl-skewed", "the same, of skewed classes", "Itahara et al. 2021", "ds-fl", SKEWED),
    Row("mean-skewed", "the plain mean, of skewed classes", "–", "ds-fl", (*SKEWED, PLAIN_MEAN)),
    Row("fedmd", "digest and revisit", "Li and Wang 2019", "fedmd"),
    Row(
        "feddf",
        "ensemble fitting, over its clients",
        "Lin et al. 2020",
        "feddf",
        (),
        ("s",),
        ("a", "b", "c"),
    ),
    Row(
        "pate",
        "noisy votes, ε 8, over a teacher",
        "Papernot et al. 2018",
        "pate",
        ("teaching.0.pate.combine.noise=seeded",),
        ("s",),
        PATE_TEACHERS,
    ),
]

# Configurations of other questions than what a scheme gains, which other pages answer.
ELSEWHERE = {
    "lifelong-fine-tuning",
    "fashion-mutual",
    "language-mutual",
    "poisoned",
    "wordnet-mutual",
    "wordnet-private",
    "wordnet-teacher",
}


def file_of(configuration: str) -> pathlib.Path:
    return ROOT / "deploy/experiments" / f"{configuration}.yaml"


def run(configuration: str, overrides: tuple, seeds: int, place: pathlib.Path) -> list:
    """The summaries of a configuration's runs, by seed."""
    command = [
        PROGRAM, "run", str(file_of(configuration)), "--seeds", str(seeds), "--progress", "none",
        "--resume", "never", "name=run", f"runs={place}", "training.evaluate=0", *overrides,
    ]  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.stderr.write(done.stdout[-4000:])
        raise SystemExit(70)
    found = [json.loads(path.read_text()) for path in place.glob("run/2*/summary.json")]
    return sorted(found, key=lambda summary: summary["seed"])


def mean(summary: dict, key: str, learners: list) -> float:
    """The mean of a key over learners, in per cent."""
    return 100 * statistics.fmean(summary["learners"][name][key] for name in learners)


def spread(values: list) -> str:
    deviation = statistics.stdev(values) if len(values) > 1 else 0
    return f"{statistics.fmean(values):.1f} ± {deviation:.1f}"


def accuracies(row: Row, seeds: int, place: pathlib.Path) -> tuple:
    """The accuracy of each seed, without the scheme and with it."""
    overrides = row.overrides
    if row.weights:
        begun = run(row.weights, row.overrides, 1, place / "weights")[0]["learners"]
        source = place / "weights/run/latest"
        overrides += tuple(f"learners.{name}.weights={source}" for name in begun)
    taught = run(row.configuration, overrides, seeds, place / "taught")
    learners = row.learners or tuple(
        name for name, result in taught[0]["learners"].items() if "alone_test_accuracy" in result
    )
    after = [mean(summary, "test_accuracy", learners) for summary in taught]
    if row.over:
        return [mean(summary, "test_accuracy", row.over) for summary in taught], after
    if not row.baseline:
        return [mean(summary, "alone_test_accuracy", learners) for summary in taught], after
    others = run(row.configuration, overrides + row.baseline, seeds, place / "untaught")
    return [mean(summary, "test_accuracy", learners) for summary in others], after


def line(row: Row, before: list, after: list) -> str:
    """A row of the table."""
    gains = [with_it - without for with_it, without in zip(after, before)]
    better = sum(gain > 0 for gain in gains)
    cells = [
        f"`{row.name}`", row.scheme, row.paper, f"`{row.configuration}`", spread(before),
        spread(after), f"{spread(gains)}", f"{better} of {len(gains)}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def introduction(seeds: int) -> str:
    """What stands above the table."""
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return f"""# What each scheme gains

Each scheme, its paper, its configuration, and what it gained here, by one command a row.

`scripts/gains.py NAME …` makes rows, and without a name the whole page. Test accuracies are in per
cent, in the mean of the learners that are taught, over the seeds 1 to {seeds} with their standard
deviation; gains are of the same seed, and the last column counts the seeds that gained. Made on
{day}.

The configurations in `deploy/experiments` are of the papers' kind: labels are the same for all, so
that little is gained in their short budgets (see [Results](Results.md)). Here learners know
different things in most rows. All train for 600 steps on the digits, but for those whose
configuration uses the digits or the satellite's images already, which are run as they are:

- students of a **teacher** have 100 labels and see the other samples without labels, but where the
  loss or the gate needs labels (`dkd`, `nkd`, `crd`, `crd-batch`, `below`): there they see no
  others; their teacher has all 1,257 labels;
- **peers** have 60 private labels each, and see the other samples without labels; where the loss or
  the gate needs labels (`ktg`, `dcm`, `mcl`, `kdcl`, `kdcl-general`, `pcl`, `one-peers`), and in
  `dml-same`, all have the same labels, 100 or 60, and see no others;
- **a learner that teaches itself** has 200 labels and nothing else, but for `mean-teacher`, which
  has 100 and sees the other samples without labels;
- of learners that meet **tasks** one after another, the accuracy is that of all tasks at the end;
- the student of a **generator** sees no sample of the data, and "without" is the same student,
  taught by the same teacher on these samples.

"Without" are the same learners alone, with the same labels, seed and steps, but where the scheme
says what it is compared with. Weights and temperatures are those of the configurations and are not
tuned, so that a row says what a scheme gives here, not which scheme is best.

| row | scheme | paper | configuration | without | with | gain, points | seeds |
|---|---|---|---|---|---|---|---|"""


def refused(row: Row) -> bool:
    """Whether the program refuses what a row runs, and then why; weights may be missing still."""
    name = row.weights or row.configuration
    command = [PROGRAM, "check", str(file_of(name)), *row.overrides]
    for one in [command, [*command, *row.baseline]]:
        done = subprocess.run(one, capture_output=True, text=True)
        if done.returncode != 0:
            sys.stderr.write(done.stderr)
            return True
    return False


def check() -> None:
    """Ends with 1 where a row cannot be run, or a shipped configuration has no row."""
    shipped = {path.stem for path in (ROOT / "deploy/experiments").glob("*.yaml")}
    used = {name for row in ROWS for name in (row.configuration, row.weights)}
    without = shipped - used - ELSEWHERE
    wrong = [row.name for row in ROWS if refused(row)]
    if wrong or without:
        sys.stderr.write(f"gains: wrong rows: {wrong}; no row for: {sorted(without)}\n")
        raise SystemExit(1)


def complain(what: str, code: int) -> None:
    sys.stderr.write(f"gains: {what}\n")
    raise SystemExit(code)


def main() -> None:
    # The paths of data are relative to the folder in which a program is started.
    os.chdir(ROOT)
    seeds, names = os.environ.get("SEEDS", "3"), sys.argv[1:]
    known = {row.name: row for row in ROWS}
    if not os.access(PROGRAM, os.X_OK):
        complain(f"there is no {PROGRAM}: build it by swift build -c release", 66)
    if names == ["--check"]:
        return check()
    if not seeds.isdecimal() or int(seeds) < 1:
        complain(f"SEEDS is {seeds}; it must be a number from 1", 64)
    wrong = ", ".join(name for name in names if name not in known)
    if wrong:
        complain(f"there is no row {wrong}; rows are {', '.join(known)}", 64)
    if not names:
        print(introduction(int(seeds)), flush=True)
    for name in names or known:
        with tempfile.TemporaryDirectory() as place:
            before, after = accuracies(known[name], int(seeds), pathlib.Path(place))
        print(line(known[name], before, after), flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Short English texts about the numbers that the built-in digits show: one for each image.

A text names its number by one of several words, beside words that say nothing about it; a third of
the texts also name another number that is not meant. They follow from the digits' labels and one
key, so that every run writes the same files:

    python3 scripts/number-texts.py            # writes deploy/data/numbers-{train,test}.csv
    python3 scripts/number-texts.py --check    # compares them; 1 where they differ
"""

import gzip
import importlib.util
import pathlib
import sys

ROOT = pathlib.Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("sampler", ROOT / "scripts/sampler-reference.py")
sampler = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(sampler)

NAMES = [
    ["zero", "no", "not a single", "nought"],
    ["one", "a lone", "only one", "a single"],
    ["two", "a pair of", "a couple of", "twice one"],
    ["three", "a trio of", "thrice one", "three whole"],
    ["four", "two pairs of", "a quartet of", "twice two"],
    ["five", "a handful of", "half of ten", "a quintet of"],
    ["six", "half a dozen", "a sextet of", "twice three"],
    ["seven", "a septet of", "as many as a week has days:", "seven whole"],
    ["eight", "an octet of", "twice four", "eight whole"],
    ["nine", "one short of ten", "thrice three", "nine whole"],
]
THINGS = ["apples", "boats", "bells", "coins", "doors", "ducks", "lamps", "letters", "stones",
          "trees"]
KINDS = ["old", "small", "green", "quiet", "wet", "bright", "heavy", "lost", "round", "plain"]
PLACES = ["by the river", "on the table", "in the yard", "behind the house", "at the market",
          "near the road", "under the roof", "along the wall"]
FORMS = [
    "{number} {kind} {things} {place}", "there were {number} {things} {place}",
    "we counted {number} {kind} {things}", "{place} lay {number} {things}",
    "she drew {number} {kind} {things} {place}", "you will need {number} {things}",
]
DENIED = ["{text}, not {other}", "not {other}: {text}", "{text}, where {other} were asked for"]


def text(label, key):
    """A text about a number; the key determines its words."""
    def choose(words, place):
        return words[key.integer(len(words), place)]

    found = choose(FORMS, 0).format(
        number=choose(NAMES[label], 1), things=choose(THINGS, 2), kind=choose(KINDS, 3),
        place=choose(PLACES, 4))
    if key.integer(3, 5):
        return found
    other = (label + 1 + key.integer(9, 6)) % 10
    return choose(DENIED, 7).format(text=found, other=NAMES[other][0])


def files():
    """The rows of both files, in the order in which the program has the digits."""
    with gzip.open(ROOT / "Sources/Datasets/Resources/digits.csv.gz", "rt") as lines:
        labels = [int(line.rsplit(",", 1)[1]) for line in lines]
    key = sampler.Key.seed(0)
    test = sampler.stratified_split(
        labels, 10, range(len(labels)), key.child("digits"), 540, 1)[0]
    parts = {"train": sorted(set(range(len(labels))) - set(test)), "test": sorted(test)}
    for part, rows in parts.items():
        lines = [f'{labels[row]},"{text(labels[row], key.child("texts").child(row))}"'
                 for row in rows]
        yield ROOT / f"deploy/data/numbers-{part}.csv", "\n".join(["number,text", *lines]) + "\n"


def main(arguments):
    if arguments not in ([], ["--check"]):
        print("number-texts: the only option is --check", file=sys.stderr)
        return 64
    for path, content in files():
        if not arguments:
            path.write_text(content)
        elif not path.exists() or path.read_text() != content:
            print(f"number-texts: {path} differs; run scripts/number-texts.py", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

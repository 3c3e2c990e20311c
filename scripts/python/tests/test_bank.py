"""Banked knowledge: what is stored of each sample, and the terms in which it stands in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cohort.bank import Bank, Banks
from cohort.plan import Schedule, Term
from cohort.teaching import Taught


def rows(*values: float) -> np.ndarray:
    return np.array(values, np.float32)[:, None] * np.ones((1, 3), np.float32)


def numbers(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_the_newest_row_of_each_sample_is_kept_with_its_age() -> None:
    bank = Bank()
    bank.store("t", rows(1, 2), numbers(7, 3), step=4)
    bank.store("t", rows(5, 6), numbers(3, 9), step=6)
    bank.store("t", rows(8, 8), numbers(7, 9), step=5)
    found = bank.latest("t", numbers(3, 7, 9, 100), step=10, age=None)
    assert found is not None
    values, ages = found
    assert values[:, 0].tolist() == [5, 8, 6, 0] and ages.tolist() == [4, 5, 4, -1]


def test_of_a_sample_that_occurs_twice_in_a_batch_the_later_row_counts() -> None:
    bank = Bank()
    bank.store("t", rows(1, 2, 3), numbers(5, 6, 5), step=0)
    found = bank.latest("t", numbers(5), step=0, age=None)
    assert found is not None and found[0][0, 0] == 3


@pytest.mark.parametrize(("age", "covers"), [(None, True), (4, True), (3, False)])
def test_rows_that_are_too_old_do_not_stand_in(age: int | None, covers: bool) -> None:
    bank = Bank()
    bank.store("t", rows(1), numbers(0), step=6)
    assert (bank.latest("t", numbers(0), step=10, age=age) is not None) == covers


def test_of_an_unknown_teacher_or_sample_nothing_is_there() -> None:
    bank = Bank()
    assert bank.latest("t", numbers(0), step=1, age=None) is None
    bank.store("t", rows(1), numbers(0), step=0)
    assert bank.latest("t", numbers(1, 2), step=1, age=None) is None
    assert bank.latest("u", numbers(0), step=1, age=None) is None


def test_banks_are_part_of_a_checkpoint(tmp_path: Path) -> None:
    banks = Banks([0, 2])
    for place, bank in banks.items():
        bank.store("t", rows(place, 1), numbers(4, 2), step=place + 1)
    banks.save(tmp_path)
    again = Banks([0, 2])
    again.items()[0][1].store("u", rows(9), numbers(1), step=9)
    again.load(tmp_path)
    for place, bank in again.items():
        assert bank.latest("u", numbers(1), step=9, age=None) is None
        found = bank.latest("t", numbers(2, 4), step=9, age=None)
        assert found is not None
        assert found[0][:, 0].tolist() == [1, place] and found[1].tolist() == [8 - place] * 2


def test_nothing_is_written_where_nothing_is_banked(tmp_path: Path) -> None:
    banks = Banks([])
    banks.save(tmp_path)
    banks.load(tmp_path)
    assert not list(tmp_path.iterdir()) and banks.get(0) is None


def term(combination: str) -> Taught:
    generator = np.random.default_rng(5)
    names = ("t", "u", "v")
    found = {name: generator.normal(size=(6, 5)).astype(np.float32) for name in names[:2]}
    planned = Term("kd", combination, names, "logits", 3.0, 1, Schedule(), (), False, True)
    ages = {"u": np.array([4, -1, 2, -1, -1, 0])}
    return Taught(planned, 0.7, found, ages=ages, expected=3)


def divergence(target: np.ndarray, logits: np.ndarray) -> float:
    own = np.exp(logits / 3) / np.exp(logits / 3).sum(axis=1, keepdims=True)
    return float((target * (np.log(target) - np.log(own))).sum())


@pytest.mark.parametrize("combination", ["pairwise", "probabilities", "sum"])
def test_each_sample_is_taught_by_the_teachers_that_cover_it(combination: str) -> None:
    taught = term(combination)
    logits = np.random.default_rng(2).normal(size=(6, 5)).astype(np.float32)
    shares = {
        name: np.exp(other / 3) / np.exp(other / 3).sum(axis=1, keepdims=True)
        for name, other in taught.teachers.items()
    }
    covered = taught.ages["u"] >= 0
    targets = np.where(covered[:, None], (shares["t"] + shares["u"]) / 2, shares["t"])
    # Of a sum, the three that were due count as the mean of those that are there.
    factor = 3 if combination == "sum" else 1
    expected = 9 * 0.7 * factor * divergence(targets, logits) / 6
    assert taught.loss(logits) == pytest.approx(expected, rel=1e-5)
    gradient = taught.gradient(logits)
    for place in [(0, 0), (1, 3), (5, 4)]:
        step = np.zeros_like(logits)
        step[place] = 1e-2
        slope = (taught.loss(logits + step) - taught.loss(logits - step)) / 2e-2
        assert gradient[place] == pytest.approx(slope, abs=1e-4)


def test_samples_that_nobody_covers_teach_nothing() -> None:
    planned = Term("kd", "pairwise", ("u",), "logits", 1.0, 1, Schedule(), (), False, True)
    other = np.random.default_rng(3).normal(size=(4, 5)).astype(np.float32)
    ages = np.array([1, -1, 3, -1])
    taught = Taught(planned, 1.0, {"u": other}, ages={"u": ages}, expected=1)
    logits = np.zeros((4, 5), np.float32)
    gradient = taught.gradient(logits)
    assert (gradient[ages < 0] == 0).all() and (gradient[ages >= 0] != 0).any(axis=1).all()


def test_where_all_come_in_time_the_bits_are_those_of_waiting() -> None:
    banked = term("pairwise")
    planned = Term("kd", "pairwise", ("t", "u"), "logits", 3.0, 1, Schedule(), (), False)
    waited = Taught(planned, 0.7, banked.teachers, expected=2)
    now = Taught(banked.term, 0.7, banked.teachers, expected=2)
    logits = np.random.default_rng(2).normal(size=(6, 5)).astype(np.float32)
    assert now.loss(logits) == waited.loss(logits)
    assert (now.gradient(logits) == waited.gradient(logits)).all()

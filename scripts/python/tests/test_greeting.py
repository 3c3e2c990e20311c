"""What greetings state: labels, test samples and steps."""

from __future__ import annotations

import pytest

from cohort.greeting import PROGRAM, objection

OWN = f"{PROGRAM}\nlabels=00112233\ntest-samples=44556677\nsteps=20"


@pytest.mark.parametrize(
    "other",
    ["", "cohort 1", OWN, "cohort 1\nlabels=00112233", "cohort 1\nnew=1\nsteps=21\nodd line"],
)
def test_what_one_side_does_not_state_is_no_objection(other: str) -> None:
    assert objection(OWN, other, "p") is None


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [("labels=1", 10, "other labels"), ("test-samples=1", 11, "other test samples")],
)
def test_other_labels_and_test_samples_are_refused(line: str, code: int, reason: str) -> None:
    found = objection(OWN, f"cohort 1\n{line}", "p")
    assert found is not None and found.code == code and f"'p' has {reason}" in found.text

"""What tensors hold, by their names."""

import numpy as np
import pytest

from cohort.contents import content_of, softmax
from cohort.errors import WrongConfiguration

LOGITS = np.array([[2.0, 0.0, 1.0], [0.0, 3.0, 0.0]], dtype=np.float32)
EXITS = {
    "exit1": np.array([[1.0, 5.0, 0.0], [4.0, 0.0, 0.0]], dtype=np.float32),
    "exit2": np.array([[3.0, 1.0, 0.0], [0.0, 0.0, 2.0]], dtype=np.float32),
    "features": np.ones((2, 4), dtype=np.float32),
}


def test_the_last_layer_answers_without_a_place() -> None:
    assert content_of("logits", LOGITS, EXITS) is LOGITS
    assert np.array_equal(content_of("votes", LOGITS, EXITS), [[1, 0, 0], [0, 1, 0]])
    assert np.array_equal(content_of("probabilities@2", LOGITS, EXITS), softmax(LOGITS, 2))


def test_an_exit_answers_by_its_name() -> None:
    assert np.array_equal(content_of("exit1/logits", LOGITS, EXITS), EXITS["exit1"])
    assert np.array_equal(content_of("exit1/votes", LOGITS, EXITS), [[0, 1, 0], [1, 0, 0]])
    found = content_of("exit2/probabilities@4", LOGITS, EXITS)
    assert np.array_equal(found, softmax(EXITS["exit2"], 4))


def test_several_exits_answer_by_their_mean() -> None:
    mean = (EXITS["exit1"] + EXITS["exit2"]) / 2
    assert np.array_equal(content_of("exit1+exit2/logits", LOGITS, EXITS), mean)
    mixed = (EXITS["exit1"] + LOGITS) / 2
    assert np.array_equal(content_of("exit1+logits/logits", LOGITS, EXITS), mixed)


def test_logits_travel_beside_features() -> None:
    found = content_of("features+logits/maps", LOGITS, EXITS)
    assert np.array_equal(found, np.concatenate([EXITS["features"], LOGITS], axis=1))


def test_an_unknown_exit_is_named() -> None:
    with pytest.raises(WrongConfiguration, match="gives no tap 'exit3'"):
        content_of("exit3/logits", LOGITS, EXITS)

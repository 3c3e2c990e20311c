"""Crops and flips that a learner draws for itself."""

from cohort.augmentation import Augmentation
from cohort.randomness import Key


def test_all_learners_draw_alike() -> None:
    augmentation = Augmentation(3, True)
    key = Key.of_seed(6).child("augmentation", 2, 4)
    draw = augmentation.draw(6, 2, 4)
    assert (draw.down, draw.right) == (key.integer(7, 0) - 3, key.integer(7, 1) - 3)
    assert draw.mirrored == bool(key.bits(2) >> 63)


def test_a_learner_draws_for_itself() -> None:
    key = Key.of_seed(6).child("augmentation", "a", 2, 4)
    draw = Augmentation(3, True, "a").draw(6, 2, 4)
    assert (draw.down, draw.right) == (key.integer(7, 0) - 3, key.integer(7, 1) - 3)
    own = [Augmentation(3, True, "a").draw(6, 0, sample) for sample in range(20)]
    others = [Augmentation(3, True, "b").draw(6, 0, sample) for sample in range(20)]
    assert own != others

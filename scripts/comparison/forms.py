"""How large a comparison is: its data, its budgets and its seeds.

The full form takes some eight hours on two cores, the small one about an hour. Both run the same
rows: a row asks its form for data and nets, and says nothing of their sizes.
"""

from typing import Callable, NamedTuple

# The rates of which validation samples choose one for each row.
RATES = (0.005, 0.02, 0.05, 0.1, 0.2, 0.4)


# Where the glyphs are, from the project's folder.
GLYPHS = "runs/glyphs"


class Form(NamedTuple):
    """A size of the comparison."""

    name: str
    seeds: tuple
    # The data set, and the samples that a student has labels of: few beside a pool without labels,
    # its own where learners have private labels, and those that all have in common.
    set: str
    few: int
    private: int
    common: int
    # Steps of a student, and of a teacher with all labels in batches of 128.
    steps: int
    teacher_steps: int
    # Options of the set.
    options: dict = {}

    def everything(self) -> dict:
        """All training samples with their labels: a teacher's."""
        return {"set": self.set, **({"options": self.options} if self.options else {})}

    def glyphs(self) -> "Form":
        """The same on letters and digits of many fonts, which scripts/glyphs.py draws."""
        names = {
            f"{prefix}{kind}": f"{GLYPHS}/{part}-{kind}.idx.gz"
            for part, prefix in (("train", ""), ("test", "test-"))
            for kind in ("images", "labels")
        }
        return self._replace(set="idx", options=names, few=3 * self.few, private=3 * self.private)

    def satellite(self) -> "Form":
        """The same on places as a satellite sees them: 3×3 pixels of four bands."""
        return self._replace(set="satellite")

    def pool(self) -> dict:
        """Few labels, and the rest of the samples without."""
        return {**self.everything(), "labels": {"each": self.few, "pool": "rest"}}

    def own(self) -> dict:
        """Labels that no other learner has, and the rest of the samples without."""
        return {**self.everything(), "labels": {"each": self.private, "private": True}}

    def shared(self) -> dict:
        """The same labels for all, and no other samples: the papers' setting."""
        return {**self.everything(), "labels": self.common}

    def setting(self, data: Callable, rate: float) -> dict:
        """What students know, and how they are trained."""
        known = data(self)
        labels = known["labels"]
        has_pool = isinstance(labels, dict)
        training = {
            "steps": self.steps,
            "batch": 32,
            "evaluate": 0,
            "optimizer": {"kind": "sgd", "rate": rate, "momentum": 0.9, "decay": 5e-4},
            "schedule": "cosine",
        }
        # Teaching takes place on samples of the pool, and otherwise on the labelled ones.
        return {"data": known, "training": {**training, "common": 64} if has_pool else training}

    def teacher_training(self) -> dict:
        """How teachers are trained that have all labels."""
        return {
            "steps": self.teacher_steps,
            "batch": 128,
            "evaluate": 0,
            "optimizer": {"kind": "sgd", "rate": 0.1, "momentum": 0.9, "decay": 5e-4},
            "schedule": "cosine",
        }


FORMS = {
    "small": Form("small", (1, 2, 3), "digits", 100, 60, 100, 300, 400),
    "full": Form("full", (1, 2, 3, 4, 5), "fashion-mnist", 500, 200, 2000, 1000, 1400),
}

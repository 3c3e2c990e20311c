"""Writes the names and shapes of torchvision's nets, which Cohort's must have.

    reference/bin/pip install torchvision
    reference/bin/python scripts/reference/layouts.py
"""

import json

import torchvision

from generate import FIXTURES

NAMES = {
    "resnet18": "resnet18",
    "resnet34": "resnet34",
    "resnet50": "resnet50",
    "resnet101": "resnet101",
    "shufflenet": "shufflenet_v2_x1_0",
}


def layout(name):
    """The shape of every tensor that torchvision saves of a net."""
    state = getattr(torchvision.models, name)(num_classes=1000).state_dict()
    return {key: list(value.shape) for key, value in state.items()}


if __name__ == "__main__":
    layouts = {name: layout(theirs) for name, theirs in NAMES.items()}
    (FIXTURES / "torchvision.json").write_text(json.dumps(layouts, separators=(",", ":")) + "\n")

"""Branches that share all but the last stage of a net (Lan et al. 2018)."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .exits import Outputs
from .residual import ResNet


class BranchedResNet(ResNet):
    """A residual net with copies of its last stage, whose logits a gate weighs or are averaged.

    `rescale` divides the gradient of what the copies share by their number (Song and Chai 2018).
    """

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        branches: int,
        gate: bool = True,
        rescale: bool = False,
        **options: Any,
    ):
        super().__init__(shape, classes, **options)
        self.rescale = rescale
        self.last = self.stages.pop()
        stage, fc = getattr(self, self.last), self.fc
        delattr(self, self.last)
        del self.fc
        self.branches = nn.ModuleDict()
        for number in range(branches):
            branch = nn.Module()
            setattr(branch, self.last, copy.deepcopy(stage))
            branch.fc = copy.deepcopy(fc)
            for module in branch.modules():
                if isinstance(module, nn.Conv2d | nn.Linear | nn.BatchNorm2d):
                    module.reset_parameters()
            self.branches[str(number + 1)] = branch
        # Each stage is twice as wide as the one before.
        width = fc.in_features // 2
        self.gate = (
            nn.ModuleDict({"fc": nn.Linear(width, branches), "bn": nn.BatchNorm1d(branches)})
            if gate
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to logits N×classes."""
        return self.outputs(x)["logits"]

    def outputs(self, x: Tensor) -> Outputs:
        """Map N×C×H×W to the net's logits, and to the logits and features of every branch."""
        shared = self.stages_of(x)[-1]
        count = len(self.branches)
        if self.rescale and shared.requires_grad:
            shared = shared.clone()
            shared.register_hook(lambda gradient: gradient / count)
        found = Outputs()
        logits = []
        for name, branch in self.branches.items():
            features = getattr(branch, self.last)(shared).mean((2, 3))
            logits.append(branch.fc(features))
            found[f"branch{name}-features"], found[f"branch{name}"] = features, logits[-1]
        found["features"] = found["branch1-features"]
        if self.gate is None:
            found["logits"] = torch.stack(logits).mean(0)
            return found
        gates = self.gate["bn"](self.gate["fc"](shared.mean((2, 3))))
        gates = functional.softmax(functional.relu(gates), 1)
        found["logits"] = sum(gates[:, [index]] * z for index, z in enumerate(logits))
        return found

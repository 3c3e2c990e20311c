"""Fully connected networks."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from torch import Tensor, nn
from torch.nn import functional

from .activations import activation as activation_named


class MLP(nn.Module):
    """Fully connected layers `fc1`, `fc2` and so on, with an activation between them."""

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        hidden: Sequence[int] = (512, 256),
        activation: str = "relu",
        dropout: float = 0,
    ):
        super().__init__()
        widths = [prod(shape), *hidden, classes]
        self.depth = len(widths) - 1
        self.activation = activation_named(activation)
        self.dropout = nn.Dropout(dropout)
        for index in range(self.depth):
            setattr(self, f"fc{index + 1}", nn.Linear(widths[index], widths[index + 1]))

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to logits N×classes."""
        x = x.flatten(1)
        for index in range(1, self.depth):
            x = self.dropout(self.activation(getattr(self, f"fc{index}")(x)))
        return getattr(self, f"fc{self.depth}")(x)


class TabularBlock(nn.Module):
    """Two linear layers behind a batch norm, added to their input."""

    def __init__(self, width: int, hidden: int, dropout: float, residual_dropout: float):
        super().__init__()
        self.normalization = nn.BatchNorm1d(width)
        self.linear1 = nn.Linear(width, hidden)
        self.linear2 = nn.Linear(hidden, width)
        self.dropout = nn.Dropout(dropout)
        self.residual_dropout = nn.Dropout(residual_dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Map N×width to the same shape."""
        inner = self.dropout(functional.relu(self.linear1(self.normalization(x))))
        return x + self.residual_dropout(self.linear2(inner))


class TabularResNet(nn.Module):
    """The residual net of Gorishniy et al. 2021, with the names of rtdl_revisiting_models."""

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        width: int = 192,
        blocks: int = 2,
        hidden: int | None = None,
        dropout: float = 0,
        residual_dropout: float = 0,
    ):
        super().__init__()
        hidden = hidden or 2 * width
        self.input_projection = nn.Linear(prod(shape), width)
        self.blocks = nn.ModuleList(
            TabularBlock(width, hidden, dropout, residual_dropout) for _ in range(blocks)
        )
        self.output = nn.ModuleDict(
            {"normalization": nn.BatchNorm1d(width), "linear": nn.Linear(width, classes)}
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map N×1×1×D to logits N×classes."""
        x = self.input_projection(x.flatten(1))
        for block in self.blocks:
            x = block(x)
        return self.output["linear"](functional.relu(self.output["normalization"](x)))

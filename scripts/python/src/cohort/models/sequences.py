"""Networks that read tokens."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional

from .exits import Outputs


def _counted(tokens: Tensor, padding: int | None) -> Tensor | None:
    """Which of N×T positions lie before the end of their sequence; None without padding.

    A sequence ends behind its last token that is not the padding; one of padding alone is its
    first position.
    """
    if padding is None:
        return None
    counted = (tokens != padding).flip(1).cumsum(1).flip(1) > 0
    counted[:, 0] = True
    return counted


class Transformer(nn.Module):
    """PyTorch's own encoder, normalising first, over the tokens of each sample.

    Positions behind the end of a sequence are left out of attention and mean.
    """

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        dimension: int = 128,
        layers: int = 2,
        heads: int = 4,
        hidden: int = 512,
        tokens: int = 256,
        dropout: float = 0,
        padding: int | None = None,
        exits: bool = False,
    ):
        super().__init__()
        self.padding = padding
        self.embedding = nn.Embedding(tokens, dimension)
        self.position = nn.Parameter(torch.zeros(prod(shape), dimension))
        self.dropout = nn.Dropout(dropout)
        layer = nn.TransformerEncoderLayer(
            dimension,
            heads,
            hidden,
            dropout=dropout,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.encoder = nn.TransformerEncoder(
            layer, layers, nn.LayerNorm(dimension), enable_nested_tensor=False
        )
        self.fc = nn.Linear(dimension, classes)
        self.exits = nn.ModuleDict()
        for number in range(1, layers if exits else 1):
            parts = {"norm": nn.LayerNorm(dimension), "fc": nn.Linear(dimension, classes)}
            self.exits[str(number)] = nn.ModuleDict(parts)

    def forward(self, x: Tensor) -> Tensor:
        """Map tokens N×C×H×W to logits N×classes."""
        return self.outputs(x)["logits"]

    def outputs(self, x: Tensor) -> Outputs:
        """Map tokens to the logits and features of the last layer and of every exit."""
        tokens = x.flatten(1).long()
        counted = _counted(tokens, self.padding)
        mask = None if counted is None else ~counted
        x = self.dropout(self.embedding(tokens) + self.position)
        found = Outputs()
        for number, layer in enumerate(self.encoder.layers, start=1):
            x = layer(x, src_key_padding_mask=mask)
            if str(number) in self.exits:
                exit = self.exits[str(number)]
                features = _mean(exit["norm"](x), counted)
                found[f"exit{number}-features"] = features
                found[f"exit{number}"] = exit["fc"](features)
        found["features"] = _mean(self.encoder.norm(x), counted)
        found["logits"] = self.fc(found["features"])
        return found


def _mean(x: Tensor, counted: Tensor | None) -> Tensor:
    """Average N×T×D over the positions that count."""
    if counted is None:
        return x.mean(1)
    return x.masked_fill(~counted[..., None], 0).sum(1) / counted.sum(1, keepdim=True)


class TextCNN(nn.Module):
    """Convolutions over a sequence of tokens and their maxima (Kim 2014).

    Padding counts as zeros, and the maximum is over the windows that end before the end of their
    sequence, or else the first one.
    """

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        dimension: int = 128,
        filters: int = 100,
        windows: Sequence[int] = (3, 4, 5),
        tokens: int = 256,
        dropout: float = 0,
        padding: int | None = None,
    ):
        super().__init__()
        self.padding = padding
        self.embedding = nn.Embedding(tokens, dimension)
        self.convs = nn.ModuleList(nn.Conv2d(1, filters, (k, dimension)) for k in windows)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(filters * len(windows), classes)

    def forward(self, x: Tensor) -> Tensor:
        """Map tokens N×C×H×W to logits N×classes."""
        tokens = x.flatten(1).long()
        counted = _counted(tokens, self.padding)
        rows = self.embedding(tokens)
        if counted is not None:
            rows = rows.masked_fill(~counted[..., None], 0)
        maxima = []
        for conv in self.convs:
            windows = functional.relu(conv(rows[:, None])).squeeze(3)
            if counted is not None:
                whole = counted[:, tokens.shape[1] - windows.shape[2] :].clone()
                whole[:, 0] = True
                windows = windows.masked_fill(~whole[:, None], 0)
            maxima.append(windows.amax(2))
        return self.fc(self.dropout(torch.cat(maxima, 1)))

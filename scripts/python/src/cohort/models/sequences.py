"""Networks that read tokens."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional


class Transformer(nn.Module):
    """PyTorch's own encoder, normalising first, over the tokens of each sample."""

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
    ):
        super().__init__()
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

    def forward(self, x: Tensor) -> Tensor:
        """Map tokens N×C×H×W to logits N×classes."""
        x = self.dropout(self.embedding(x.flatten(1).long()) + self.position)
        return self.fc(self.encoder(x).mean(1))


class TextCNN(nn.Module):
    """Convolutions over a sequence of tokens and their maxima (Kim 2014)."""

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        dimension: int = 128,
        filters: int = 100,
        windows: Sequence[int] = (3, 4, 5),
        tokens: int = 256,
        dropout: float = 0,
    ):
        super().__init__()
        self.embedding = nn.Embedding(tokens, dimension)
        self.convs = nn.ModuleList(nn.Conv2d(1, filters, (k, dimension)) for k in windows)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(filters * len(windows), classes)

    def forward(self, x: Tensor) -> Tensor:
        """Map tokens N×C×H×W to logits N×classes."""
        image = self.embedding(x.flatten(1).long())[:, None]
        maxima = [functional.relu(conv(image)).amax((2, 3)) for conv in self.convs]
        return self.fc(self.dropout(torch.cat(maxima, 1)))

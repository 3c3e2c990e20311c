"""A decoder that predicts the next token, under nanoGPT's names."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional

_DEVIATION = 0.02


class GPT(nn.Module):
    """Blocks of causal attention and two linear layers (Radford et al. 2019).

    It maps tokens N×C×H×W, T for each sample, to logits N·T×classes: a row for each position, a
    sample's positions one after another.
    """

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        dimension: int = 128,
        layers: int = 4,
        heads: int = 4,
        hidden: int | None = None,
        tokens: int | None = None,
        dropout: float = 0,
        positions: str = "learned",
        tied: bool = True,
        padding: int | None = None,
    ):
        super().__init__()
        tokens = tokens or classes
        if tied and tokens != classes:
            raise ValueError(f"{tokens} tokens and {classes} classes: set tied to False")
        length, hidden = prod(shape), hidden or 4 * dimension
        parts = {
            "wte": nn.Embedding(tokens, dimension),
            "h": nn.ModuleList(
                _Block(dimension, heads, hidden, dropout, positions == "rotary", layers)
                for _ in range(layers)
            ),
            "ln_f": nn.LayerNorm(dimension),
        }
        if positions == "learned":
            parts["wpe"] = nn.Embedding(length, dimension)
        self.transformer = nn.ModuleDict(parts)
        self.dropout = nn.Dropout(dropout)
        self.lm_head = None if tied else nn.Linear(dimension, classes, bias=False)
        for table in [parts["wte"], parts.get("wpe"), self.lm_head]:
            if table is not None:
                nn.init.normal_(table.weight, std=_DEVIATION)

    def forward(self, x: Tensor) -> Tensor:
        """Map tokens N×C×H×W to logits N·T×classes."""
        tokens = x.flatten(1).long()
        table = self.transformer["wte"]
        x = table(tokens)
        if "wpe" in self.transformer:
            x = x + self.transformer["wpe"].weight[: tokens.shape[1]]
        x = self.dropout(x)
        for block in self.transformer["h"]:
            x = block(x)
        x = self.transformer["ln_f"](x).flatten(0, 1)
        return functional.linear(x, table.weight) if self.lm_head is None else self.lm_head(x)


class _Block(nn.Module):
    """Causal attention and two linear layers with GELU, each added to its input."""

    def __init__(
        self, width: int, heads: int, hidden: int, dropout: float, rotary: bool, layers: int
    ):
        super().__init__()
        self.heads, self.rotary = heads, rotary
        self.ln_1 = nn.LayerNorm(width)
        self.attn = nn.ModuleDict(
            {"c_attn": nn.Linear(width, 3 * width), "c_proj": nn.Linear(width, width)}
        )
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict(
            {"c_fc": nn.Linear(width, hidden), "c_proj": nn.Linear(hidden, width)}
        )
        self.dropout = nn.Dropout(dropout)
        residual = _DEVIATION / (2 * layers) ** 0.5
        for module, deviation in [
            (self.attn["c_attn"], _DEVIATION),
            (self.attn["c_proj"], residual),
            (self.mlp["c_fc"], _DEVIATION),
            (self.mlp["c_proj"], residual),
        ]:
            nn.init.normal_(module.weight, std=deviation)
            nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.dropout(self._attention(self.ln_1(x)))
        inner = functional.gelu(self.mlp["c_fc"](self.ln_2(x)))
        return x + self.dropout(self.mlp["c_proj"](inner))

    def _attention(self, x: Tensor) -> Tensor:
        count, length, width = x.shape
        q, k, v = (
            part.view(count, length, self.heads, -1).transpose(1, 2)
            for part in self.attn["c_attn"](x).split(width, 2)
        )
        if self.rotary:
            q, k = _rotated(q), _rotated(k)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.attn["c_proj"](mixed.transpose(1, 2).reshape(count, length, width))


def _rotated(x: Tensor) -> Tensor:
    """Rotate columns i, i + depth/2 of N×heads×T×depth by p·10000^(−2i/depth) (Su et al. 2021)."""
    half = x.shape[-1] // 2
    speeds = 10000 ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(x.shape[-2], dtype=torch.float64)[:, None] * speeds
    cosines, sines = (f(angles).to(x.dtype).to(x.device) for f in (torch.cos, torch.sin))
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cosines - b * sines, b * cosines + a * sines], -1)

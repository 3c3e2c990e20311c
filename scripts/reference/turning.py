#!/usr/bin/env python3
"""Images that are turned about their centre, as PyTorch samples them.

    python3 scripts/reference/turning.py     (torch 2, numpy)

Writes Tests/DatasetsTests/Fixtures/Data/turned.json.
"""

import json
import math
from pathlib import Path

import torch
from torch.nn import functional as F

FILE = Path(__file__).resolve().parents[2] / "Tests/DatasetsTests/Fixtures/Data/turned.json"


def turned(images, degrees):
    """Counter-clockwise; bilinear, and 0 beyond the edge."""
    height, width = images.shape[2:]
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    # With aligned corners the coordinates -1 and 1 are the centres of the outermost pixels.
    ratio = (height - 1) / (width - 1)
    matrix = torch.tensor(
        [[cosine, -sine * ratio, 0], [sine / ratio, cosine, 0]], dtype=torch.float64)
    grid = F.affine_grid(matrix[None], images.shape[:1] + images.shape[1:], align_corners=True)
    return F.grid_sample(images, grid, padding_mode="zeros", align_corners=True)


def main():
    draw = torch.Generator().manual_seed(1)
    cases = []
    for shape, degrees in [((1, 8, 8), 35), ((2, 5, 7), -100), ((1, 4, 9), 10), ((3, 6, 6), 300)]:
        images = torch.rand((1, *shape), generator=draw, dtype=torch.float64).float().double()
        cases.append({
            "shape": shape, "degrees": degrees, "image": images.flatten().tolist(),
            "turned": turned(images, degrees).flatten().tolist(),
        })
    FILE.write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()

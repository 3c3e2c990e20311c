"""A frozen teacher of PyTorch, which was trained on all labels and serves a cohort.

The first start trains it, without any cohort, and leaves `teacher.pt` for the later ones. `DIGITS`
in the environment is the path of digits.csv.gz.
"""

from __future__ import annotations

import os
from pathlib import Path

import torch
from nets import convolutions
from torch.nn.functional import cross_entropy

import cohort

FILE = Path("teacher.pt")
EPOCHS, BATCH = 20, 64


def trained(data: cohort.DataSet, plan: cohort.Plan) -> torch.nn.Module:
    """The net with the weights of the file, which is made where it is missing."""
    torch.manual_seed(0)
    model = convolutions(width=32)
    if not FILE.exists():
        train(model, torch.from_numpy(plan.data.normalization(data.images)), data)
        draft = FILE.with_suffix(f".{os.getpid()}")
        torch.save(model.state_dict(), draft)
        draft.rename(FILE)
    model.load_state_dict(torch.load(FILE, weights_only=True))
    return model.eval()


def train(model: torch.nn.Module, images: torch.Tensor, data: cohort.DataSet) -> None:
    """Trains on all labels of the training digits."""
    labels = torch.from_numpy(data.labels)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(images)).split(BATCH):
            loss = cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


if __name__ == "__main__":
    torch.set_num_threads(1)
    digits = cohort.digits(os.environ["DIGITS"])
    cohort.serve(trained(digits, cohort.Plan.find()), digits, device="cpu")

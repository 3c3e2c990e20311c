"""A small net of PyTorch as a peer that kills itself, and others, when told to."""

from __future__ import annotations

import torch
from torch.nn import BatchNorm1d, Dropout, Flatten, Linear, ReLU, Sequential
from torch.nn.functional import cross_entropy

import cohort
from tests.learners.softmax import DIGITS, Killer


def main() -> None:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = Sequential(
        Flatten(), Linear(64, 32), BatchNorm1d(32), ReLU(), Dropout(0.1), Linear(32, 10)
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 20, 0.5)
    state = {"model": model, "optimizer": optimizer, "schedule": schedule}
    kill = Killer()
    with cohort.Peer(cohort.digits(DIGITS), state, predict=model, device="cpu") as peer:
        for step in peer:
            kill(step.index, "before")
            logits = model(step.images)
            terms = step.exchange(logits)
            kill(step.index, "exchanged")
            loss = cross_entropy(model(step.own.images), step.own.labels)
            loss = loss + sum(term.loss(logits) for term in terms)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            kill(step.index, "updated")
        torch.save(model.state_dict(), peer.directory / "weights.pt")
        print(f"accuracy {peer.test_accuracy}")


if __name__ == "__main__":
    main()

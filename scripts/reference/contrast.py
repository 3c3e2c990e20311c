"""Contrastive representation distillation with its memory of all samples."""

import torch
from torch.nn import functional as F

TAU, EPSILON, MOMENTUM = 0.07, 1e-7, 0.5


def contrast(s, t, case):
    """Tian et al. 2020, as RepDistiller's crd/ computes it, sample by sample.

    `drawn` are each anchor's negatives; `memory` the embeddings of all samples, the student's and
    the teacher's; `scales` Z of either side, or None for the first batch.
    """
    p, anchors, drawn = case["parameters"], case["anchors"], case["drawn"]
    n, m = len(case["memory"][0]), drawn.shape[1]
    embeddings = [
        F.normalize(F.linear(x, p[f"embed.{side}.weight"], p[f"embed.{side}.bias"]), dim=1)
        for x, side in [(s, "student"), (t, "teacher")]]
    indices = torch.cat([anchors[:, None], drawn], 1)
    total, scales = 0, []
    for side, e in enumerate(embeddings):
        rows = case["memory"][1 - side][indices]
        powers = ((rows @ e[:, :, None]).squeeze(2) / TAU).exp()
        scale = powers.mean().detach() * n if case["scales"] is None else case["scales"][side]
        scales.append(scale)
        P = powers / scale
        positive = P[:, 0] / (P[:, 0] + m / n + EPSILON)
        negative = (m / n) / (P[:, 1:] + m / n + EPSILON)
        total = total - (positive.log().sum() + negative.log().sum()) / len(s)
    after = [table.clone() for table in case["memory"]]
    for table, e in zip(after, embeddings):
        table[anchors] = F.normalize(
            MOMENTUM * table[anchors] + (1 - MOMENTUM) * e.detach(), dim=1)
    return total, after, torch.stack(scales)


def contrasts(fixture, Numbers):
    for n, m, width, has_scales in [(12, 5, 4, False), (12, 30, 4, True), (40, 16, 8, True)]:
        numbers = Numbers(f"contrast {n} {m} {has_scales}")
        sides = [numbers.normal(5, 6), numbers.normal(5, 9)]
        labels = torch.arange(n) % 3
        anchors = torch.randperm(n, generator=numbers.generator)[:5]
        drawn = torch.stack([
            (others := (labels != labels[anchor]).nonzero()[:, 0])[
                torch.randint(len(others), (m,), generator=numbers.generator)]
            for anchor in anchors])
        memory = [F.normalize(numbers.normal(n, width), dim=1).float().double() for _ in range(2)]
        scales = numbers.positive(2) * 100 if has_scales else None
        parameters = {
            f"embed.{side}.{part}": numbers.normal(*shape, scale=0.5).requires_grad_()
            for side, count in [("student", 6), ("teacher", 9)]
            for part, shape in [("weight", (width, count)), ("bias", (width,))]}
        leaf = sides[0].clone().requires_grad_()
        value, after, found = contrast(leaf, sides[1], {
            "parameters": parameters, "anchors": anchors, "drawn": drawn, "memory": memory,
            "scales": scales})
        value.backward()
        counts = torch.zeros(5, n).double()
        for row, rows in zip(counts, drawn):
            row.index_add_(0, rows, torch.ones(m).double())
        tensors = {
            "student": sides[0], "teacher": sides[1], "anchors": anchors, "counts": counts,
            "memory/student": memory[0], "memory/teacher": memory[1], "value": value,
            "gradient": leaf.grad, "after/student": after[0], "after/teacher": after[1],
            "after/scales": found}
        if has_scales:
            tensors["scales"] = scales
        for name, tensor in parameters.items():
            tensors |= {f"parameter/{name}": tensor, f"learned/{name}": tensor.grad}
        fixture.case(f"contrast/memory/{n}-{m}", tensors, negatives=m, width=width)

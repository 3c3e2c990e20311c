"""What generators minimise, and priors of images, with the gradient in everything that is shown.

The divergences are summed over classes and averaged over samples. Of adaptive DeepInversion's
Jensen-Shannon divergence this computes the definition; the code of its authors exchanges the
arguments of both halves.
"""

import torch
from torch.nn import functional as F

from fixture import Fixture, Numbers


def one_hot(t):
    return F.cross_entropy(t, t.max(1)[1])


def information(t):
    p = F.softmax(t, 1).mean(0)
    return (p * torch.log10(p)).sum()


def activation(f):
    return -f.flatten(1).abs().mean()


def assigned(t):
    return F.cross_entropy(t, torch.arange(len(t)) % t.shape[1])


def moments(norms, first=1.0):
    """R_feature of DeepInversion's code, of the two norms that each layer's hook adds up."""
    factors = [first] + [1.0] * (len(norms) - 1)
    return sum(factor * (mean + variance) for factor, (mean, variance) in zip(factors, norms))


PIXELS = {"l1": F.l1_loss, "mse": F.mse_loss}


def kl(t, s, temperature):
    return F.kl_div(
        F.log_softmax(s / temperature, 1), F.softmax(t / temperature, 1), reduction="none").sum(1)


def students(term):
    def loss(t, *others, temperature=1.0):
        return sum(term(t, s, temperature) for s in others) / len(others)
    return loss


def js(t, s, temperature):
    p, q = (F.softmax(z / temperature, 1).clamp(0.01, 0.99) for z in (t, s))
    m = (p + q) / 2
    halves = [F.kl_div(m.log(), side, reduction="batchmean") for side in (p, q)]
    return 1 - ((halves[0] + halves[1]) / 2).clamp(0, 1)


FORMS = {
    "kl": students(lambda t, s, T: -T * T * kl(t, s, T).mean()),
    "l1": students(lambda t, s, _: -F.l1_loss(s, t)),
    "js": students(js),
    "agreeing": students(
        lambda t, s, T: -T * T * (kl(t, s, T) * (t.max(1)[1] == s.max(1)[1])).mean()),
}


def total_variation(x):
    shifts = [
        x[:, :, :, :-1] - x[:, :, :, 1:], x[:, :, :-1, :] - x[:, :, 1:, :],
        x[:, :, 1:, :-1] - x[:, :, :-1, 1:], x[:, :, :-1, :-1] - x[:, :, 1:, 1:]]
    return sum(torch.norm(shift) for shift in shifts)


PRIORS = {
    "tv": total_variation,
    "l2": torch.norm,
    "image-l2": lambda x: torch.norm(x.flatten(1), dim=1).mean(),
}


def head(x, p):
    """MLPHead of CMI's code."""
    hidden = F.relu(F.linear(x, p["head.0.weight"], p["head.0.bias"]))
    return F.normalize(F.linear(hidden, p["head.2.weight"], p["head.2.bias"]), dim=1)


def view_contrast(f, past, p, temperature):
    """The contrastive loss of CMI's synthesizer (Fang et al. 2021): each local view is to be told
    as that of its global view; batches, and those that are remembered, are global views first."""
    local, world = [], []
    for batch in [f.mean((2, 3)), *past]:
        global_half, local_half = batch.chunk(2)
        local.append(local_half)
        world.append(global_half)
    likeness = head(torch.cat(local), p) @ head(torch.cat(world), p).detach().T / temperature
    each = F.cross_entropy(likeness, torch.arange(len(likeness)), reduction="none")
    count = len(f) // 2
    return each[:count].mean() + (each[count:].mean() if past else 0)


def view_contrasts(fixture):
    for count, width, out, size, batches, temperature in [
            (3, 4, 5, (), 0, 0.1), (4, 6, 3, (), 2, 0.2), (2, 3, 8, (2, 3), 3, 1.0)]:
        case = f"view-contrast/{count}-{batches}"
        numbers = Numbers(case)
        f = numbers.normal(2 * count, width, *(size or (1, 1)))
        past = [numbers.normal(2 * count, width) for _ in range(batches)]
        p = {
            "head.0.weight": numbers.normal(width, width), "head.0.bias": numbers.normal(width),
            "head.2.weight": numbers.normal(out, width), "head.2.bias": numbers.normal(out)}
        leaves = {name: tensor.clone().requires_grad_() for name, tensor in p.items()}
        x = f.clone().requires_grad_()
        value = view_contrast(x, past, leaves, temperature)
        value.backward()
        tensors = {"shown": f, "value": value, "gradient": x.grad}
        tensors |= {f"past/{number}": batch for number, batch in enumerate(past)}
        for name, tensor in p.items():
            tensors |= {
                f"parameters/{name}": tensor, f"parameter-gradients/{name}": leaves[name].grad}
        fixture.case(case, tensors, temperature=temperature, head=out, bank=max(1, batches))


def windows(fixture):
    """Parts of images at the size of the whole, by grid_sample: top, left, height, width, and
    whether they are mirrored. The last reach beyond the image."""
    for case, shape, parts in [
            ("square", (3, 2, 8, 8), [(0, 0, 8, 8, 0), (1.3, 2.6, 5.1, 4.4, 1), (2, -3, 8, 8, 0)]),
            ("wide", (2, 1, 3, 5), [(0.5, 1.25, 2, 3.5, 1), (-1, 4, 3, 5, 1)])]:
        numbers = Numbers(f"windows/{case}")
        x, slope = numbers.normal(*shape), numbers.normal(*shape)
        leaf = x.clone().requires_grad_()
        height, width = shape[2:]
        grids = []
        for top, left, high, wide, mirrored in parts:
            y = top + (torch.arange(height) + 0.5).double() * high / height - 0.5
            column = left + (torch.arange(width) + 0.5).double() * wide / width - 0.5
            column = column.flip(0) if mirrored else column
            grids.append(torch.stack([
                ((2 * column + 1) / width - 1).expand(height, width),
                ((2 * y + 1) / height - 1)[:, None].expand(height, width)], 2))
        seen = F.grid_sample(
            leaf, torch.stack(grids), mode="bilinear", padding_mode="border", align_corners=False)
        seen.backward(slope)
        fixture.case(
            f"windows/{case}", {
                "images": x, "windows": torch.tensor(parts, dtype=torch.float64),
                "slope": slope, "value": seen, "gradient": leaf.grad})


def add(fixture, name, loss, shown, **options):
    leaves = [tensor.clone().requires_grad_() for tensor in shown]
    value = loss(*leaves)
    value.backward()
    tensors = {"value": value}
    for number, (tensor, leaf) in enumerate(zip(shown, leaves)):
        tensors |= {f"shown/{number}": tensor, f"gradient/{number}": leaf.grad}
    fixture.case(name, tensors, **options)


def generation():
    fixture = Fixture()
    for scale in [1, 6]:
        for name, loss in [
                ("one-hot", one_hot), ("information", information), ("assigned", assigned)]:
            case = f"generation/{name}/{scale}"
            add(fixture, case, loss, [Numbers(case).normal(7, 5, scale=scale)])
    for shape in [(6, 9), (3, 4, 2, 5)]:
        case = f"generation/activation/{len(shape)}"
        add(fixture, case, activation, [Numbers(case).normal(*shape)])
    for first in [1.0, 10.0]:
        case = f"generation/moments/{first:g}"
        norms = Numbers(case).positive(4, 2)
        add(fixture, case, lambda n: moments(n, first), [norms], **{"first-layer": first})
    for form, loss in PIXELS.items():
        case = f"generation/pixels/{form}"
        numbers = Numbers(case)
        shown = [numbers.normal(3, 2, 4, 5) for _ in range(2)]
        add(fixture, case, lambda t, x: loss(x, t), shown, form=form)
    for form, loss in FORMS.items():
        for count in [1, 2, 3]:
            for temperature in [None, 1.0, 2.5]:
                if form == "l1" and temperature:
                    continue
                case = f"generation/disagreement/{form}-{count}-{temperature or 'usual'}"
                numbers = Numbers(case)
                t = numbers.normal(8, 4, scale=2)
                shown = [t] + [t + numbers.normal(8, 4) for _ in range(count)]
                T = temperature or (3.0 if form == "js" else 1.0)
                options = {"temperature": temperature} if temperature else {}
                add(
                    fixture, case, lambda *z: loss(*z, temperature=T),
                    [z.float().double() for z in shown], form=form, **options)
    for name, prior in PRIORS.items():
        for shape in [(3, 1, 8, 8), (2, 3, 5, 7), (4, 2, 2, 2)]:
            case = f"prior/{name}/{'x'.join(map(str, shape))}"
            add(fixture, case, prior, [Numbers(case).normal(*shape)])
        case = f"generation/prior/{name}"
        add(fixture, case, prior, [Numbers(case).normal(3, 2, 6, 4)], form=name)
    view_contrasts(fixture)
    windows(fixture)
    return fixture

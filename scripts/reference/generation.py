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
    return fixture

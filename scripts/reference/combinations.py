"""How several teachers become one loss, written from the papers' formulas.

Each takes the learner's logits N×C, the teachers' M×N×C and a loss of (teacher, student), and
returns the value, and where there are any the auxiliary objective and each one's mean weight.
"""

import torch
from torch.nn import functional as F


def pairwise(student, teachers, loss, **_):
    return {"value": sum(loss(t, student) for t in teachers) / len(teachers)}


def plain_sum(student, teachers, loss, **_):
    return {"value": sum(loss(t, student) for t in teachers)}


def mixed(teachers, weights, T):
    """Logits whose softmax at T is Σ w_m softmax(z_m / T); weights M×N or M×1."""
    logs = F.log_softmax(teachers / T, 2)
    return T * torch.logsumexp(weights.log()[:, :, None] + logs, 0)


def probabilities(student, teachers, loss, T, **_):
    equal = teachers.new_full((len(teachers), 1), 1 / len(teachers))
    return {"value": loss(mixed(teachers, equal, T), student)}


def mean_logits(student, teachers, loss, **_):
    return {"value": loss(teachers.mean(0), student)}


def reduced(student, teachers, loss, T, temperature=0.1, own="false", **_):
    """Itahara et al. 2021 (DS-FL): softmax of the mean probabilities over a temperature."""
    everyone = teachers if own == "false" else torch.cat([student.detach()[None], teachers])
    mean = F.softmax(everyone / T, 2).mean(0)
    return {"value": loss(T * F.log_softmax(mean / temperature, 1), student)}


def entropy(student, teachers, loss, T, **_):
    logs = F.log_softmax(teachers, 2)
    entropies = -(logs.exp() * logs).sum(2)
    weights = F.softmax(-entropies, 0)
    return {"value": loss(mixed(teachers, weights, T), student), "shares": weights.mean(1)}


def learned(student, teachers, loss, T, labels, weights, **_):
    shares = F.softmax(weights[0], 0)
    target = mixed(teachers, shares.detach()[:, None], T)
    labelled = mixed(teachers, shares[:, None], T) / T
    auxiliary = F.cross_entropy(labelled, labels)
    return {"value": loss(target, student), "auxiliary": auxiliary, "shares": shares.detach()}


# Robust ones: the middle of each class, scaled to a sum of 1; in logarithms, as all but one of the
# probabilities of extreme logits are 0.


def middle(teachers, T, cut):
    logs = F.log_softmax(teachers / T, 2).sort(0).values
    cut = min(cut, (len(logs) - 1) // 2)
    return F.log_softmax(torch.logsumexp(logs[cut:len(logs) - cut], 0), 1)


def trimmed(student, teachers, loss, T, **_):
    return {"value": loss(T * middle(teachers, T, round(0.25 * len(teachers))), student)}


def median(student, teachers, loss, T, **_):
    return {"value": loss(T * middle(teachers, T, len(teachers)), student)}


def reputation(student, teachers, loss, T, **_):
    """The first step of a receiver that knows nothing of its teachers yet."""
    strayed = F.softmax(teachers / T, 2) - middle(teachers, T, len(teachers)).exp()
    distances = strayed.abs().sum(2).mean(1) / 2
    shares = F.softmax(-20 * distances, 0)
    return {"value": loss(mixed(teachers, shares[:, None], T), student), "shares": shares}


# Guo et al. 2020 (KDCL): the learner is a member, its own logits a constant.


def members(student, teachers):
    return torch.cat([student.detach()[None], teachers])


def weighted(student, everyone, loss, weights):
    target = torch.einsum("m,mnc->nc", weights, everyone)
    return {"value": loss(target, student), "shares": weights}


def naive(student, teachers, loss, labels, of="sample", **_):
    """The paper takes the best of each sample, public code the best of the batch."""
    everyone = members(student, teachers)
    count = len(everyone)
    entropies = torch.stack([F.cross_entropy(z, labels, reduction="none") for z in everyone])
    if of == "batch":
        chosen = F.one_hot(entropies.mean(1).argmin(), count).double()
        return weighted(student, everyone, loss, chosen)
    # log((1 − p_y) / p_y) has the order of the cross-entropies, which round to zero in float64.
    label = F.one_hot(labels, everyone.shape[2]).bool()
    odds = everyone.masked_fill(label, -torch.inf).logsumexp(2) - everyone[:, label]
    chosen = F.one_hot(odds.argmin(0), count).double()
    target = torch.einsum("nm,mnc->nc", chosen, everyone)
    return {"value": loss(target, student), "shares": chosen.mean(0)}


def linear(student, teachers, loss, labels, **_):
    """Searches the simplex by exponentiated gradients; the rate falls where the loss would rise."""
    everyone = members(student, teachers)
    centred = everyone - everyone.amax(2, keepdim=True)

    def evaluate(weights):
        leaf = weights.clone().requires_grad_()
        value = F.cross_entropy(torch.einsum("m,mnc->nc", leaf, centred), labels)
        value.backward()
        return value.item(), leaf.grad

    weights, rate = torch.full((len(everyone),), 1 / len(everyone)).double(), 1.0
    value, gradient = evaluate(weights)
    for _ in range(20000):
        moved = torch.softmax(weights.log() - rate * gradient, 0).clamp_min(1e-300)
        reached, slope = evaluate(moved)
        if reached > value:
            rate /= 2
            continue
        weights, value, gradient, rate = moved, reached, slope, rate * 1.1
    return weighted(student, everyone, loss, weights)


def min_logit(student, teachers, loss, labels, **_):
    everyone = members(student, teachers)
    own = everyone[:, torch.arange(len(labels)), labels]
    return {"value": loss((everyone - own[:, :, None]).amin(0), student)}


def general(student, teachers, loss, covariance, range="any", **_):
    """w = C⁻¹1 / 1ᵀC⁻¹1; without negative weights the best of all subsets that have none."""
    everyone = members(student, teachers)
    solve = least_error if range == "any" else best_subset
    return weighted(student, everyone, loss, solve(covariance))


def least_error(covariance):
    solved = torch.linalg.solve(covariance, covariance.new_ones(len(covariance)))
    return solved / solved.sum()


def best_subset(covariance):
    count = len(covariance)
    best, least = None, torch.inf
    for subset in range(1, 2**count):
        chosen = [i for i in range(count) if subset >> i & 1]
        part = covariance[chosen][:, chosen]
        solved = least_error(part)
        error = solved @ part @ solved
        if (solved >= 0).all() and error < least:
            best, least = covariance.new_zeros(count), error
            best[chosen] = solved
    return best


def one_by_one(covariance):
    """Leaves out whoever has the most negative weight and solves again: not the best subset."""
    chosen = list(range(len(covariance)))
    while True:
        solved = least_error(covariance[chosen][:, chosen])
        if (solved >= 0).all():
            weights = covariance.new_zeros(len(covariance))
            weights[chosen] = solved
            return weights
        chosen.pop(solved.argmin())


COMBINATIONS = {
    "pairwise": pairwise, "sum": plain_sum, "probabilities": probabilities,
    "logits": mean_logits, "era": reduced, "entropy": entropy, "learned": learned,
    "trimmed": trimmed, "median": median, "reputation": reputation, "kdcl-naive": naive,
    "kdcl-linear": linear, "kdcl-min-logit": min_logit, "kdcl-general": general,
}

# How many teachers a case has, where it is not three: an odd and an even number that have more than
# a middle.
TEACHERS = {"trimmed": 5, "median": 4, "reputation": 4}

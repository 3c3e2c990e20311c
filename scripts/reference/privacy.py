"""The costs of noisy votes (PATE), from the papers' theorems in 60 digits, without logarithms.

    reference/bin/pip install mpmath && reference/bin/python scripts/reference/privacy.py

writes Tests/DistillationTests/Fixtures/privacy.json. Papernot et al. 2017 (arXiv 1610.05755) is
"2017", Papernot et al. 2018 (arXiv 1802.08908) is "2018". Before it writes, it holds every bound
against the exact divergence of neighbouring votes.
"""

import json
from pathlib import Path

from mpmath import erfc, exp, log, mp, mpf, npdf, ncdf, quad, sqrt

mp.dps = 60
OUTPUT = Path(__file__).parents[2] / "Tests/DistillationTests/Fixtures/privacy.json"
MOMENTS = [1, 2, 5, 8, 20, 64]
ORDERS = [mpf("1.5"), mpf(2), mpf(4), mpf(9), mpf(20), mpf(60), mpf(300)]
VOTES = [[230, 10, 5, 5], [130, 110, 10, 0], [84, 83, 83], [250, 0, 0, 0, 0, 0, 0, 0, 0, 0],
         [18, 1, 1], [7, 7, 6], [40, 5, 3, 2]]


def gaps(votes):
    ordered = sorted(votes, reverse=True)
    return [mpf(ordered[0] - other) for other in ordered[1:]]


def miss(terms, votes):
    return min(sum(terms), 1 - mpf(1) / len(votes))


def miss_laplace(votes, scale):
    """2017, lemma 4."""
    return miss([(2 + g / scale) / (4 * exp(g / scale)) for g in gaps(votes)], votes)


def miss_normal(votes, sigma):
    """2018, proposition 7."""
    return miss([erfc(g / (2 * sigma)) / 2 for g in gaps(votes)], votes)


def moment(order, gamma, q=None):
    """2017, theorems 2 and 3."""
    bounds = [2 * gamma**2 * order * (order + 1), 2 * gamma * order]
    if q is not None and q < (exp(2 * gamma) - 1) / (exp(4 * gamma) - 1):
        ratio = (1 - q) / (1 - exp(2 * gamma) * q)
        bounds.append(log((1 - q) * ratio**order + q * exp(2 * gamma * order)))
    return min(bounds)


def divergence(order, sigma, q):
    """2018, theorem 6, with the orders of proposition 10."""
    plain = order / sigma**2
    if q == 0:
        return mpf(0)
    mu2 = sigma * sqrt(log(1 / q))
    mu1 = mu2 + 1
    e1, e2 = mu1 / sigma**2, mu2 / sigma**2
    if order > mu1 or mu2 <= 1 or q * exp(e2) >= 1:
        return plain
    if q > exp((mu2 - 1) * e2) / (mu1 / (mu1 - 1) * mu2 / (mu2 - 1))**mu2:
        return plain
    a = (1 - q) / (1 - (q * exp(e2))**((mu2 - 1) / mu2))
    b = exp(e1) / q**(1 / (mu1 - 1))
    return min(plain, log((1 - q) * a**(order - 1) + q * b**(order - 1)) / (order - 1))


def threshold_q(votes, threshold, sigma):
    distance = (threshold - max(votes)) / (sigma * sqrt(mpf(2)))
    return min(erfc(distance), erfc(-distance)) / 2


def laplace_epsilon(queries, scale, delta, orders=range(1, 65)):
    """2017, theorem 2 with the composition and tail bound of the moments accountant."""
    gamma = 1 / mpf(scale)
    return min((queries * moment(l, gamma) + log(1 / delta)) / l for l in orders)


def confident_epsilon(queries, answers, sigma1, sigma2, delta):
    """2018, section 4: the least over a fine grid of orders."""
    def epsilon(order):
        spent = queries * order / (2 * sigma1**2) + answers * order / sigma2**2
        return spent + log(1 / delta) / (order - 1)

    low, high = mpf(1) + mpf(10)**-6, mpf(10)**7
    for _ in range(400):
        left, right = low * (high / low)**mpf("0.382"), low * (high / low)**mpf("0.618")
        low, high = (low, right) if epsilon(left) < epsilon(right) else (left, high)
    return epsilon(low)


# Bounds that lie below the exact divergence would promise too much.


def outcomes(votes, density, distribution, reach):
    """The exact probability of each class to have the most votes under noise."""
    def wins(place):
        def together(x):
            others = [distribution(x + votes[place] - v) for i, v in enumerate(votes) if i != place]
            product = density(x)
            for other in others:
                product *= other
            return product

        edges = sorted({0, -reach, reach, *[v - votes[place] for v in votes]})
        return quad(together, edges)

    return [wins(place) for place in range(len(votes))]


def renyi(p, q, order):
    return log(sum(a**order * b**(1 - order) for a, b in zip(p, q))) / (order - 1)


def check_against_exact_divergences():
    mp.dps = 20
    for votes in [[18, 1, 1], [7, 7, 6], [40, 5, 5]]:
        for b in [3, 10]:
            laplace = [lambda x: exp(-abs(x) / b) / (2 * b),
                       lambda x: exp(x / b) / 2 if x < 0 else 1 - exp(-x / b) / 2]
            q = miss_laplace(votes, mpf(b))
            for other in neighbours(votes):
                p, r = [outcomes(v, *laplace, 60 * b) for v in (votes, other)]
                for order in [1, 3, 8]:
                    exact = order * renyi(p, r, mpf(order + 1))
                    assert exact <= moment(order, 1 / mpf(b), q) + mpf(10)**-9, (votes, b, order)
        for sigma in [4, 12]:
            normal = [lambda x: npdf(x, 0, sigma), lambda x: ncdf(x, 0, sigma)]
            q = miss_normal(votes, mpf(sigma))
            for other in neighbours(votes):
                p, r = [outcomes(v, *normal, 14 * sigma) for v in (votes, other)]
                for order in [mpf(2), mpf(6)]:
                    assert renyi(p, r, order) <= divergence(order, mpf(sigma), q) + mpf(10)**-9
    mp.dps = 60


def neighbours(votes):
    """One teacher votes for another class."""
    for giver in range(len(votes)):
        for taker in range(len(votes)):
            if giver != taker and votes[giver] > 0:
                yield [v - (i == giver) + (i == taker) for i, v in enumerate(votes)]


def laplace_cases():
    for votes in VOTES:
        for scale in [mpf(5), mpf(20)]:
            q = miss_laplace(votes, scale)
            yield {"votes": votes, "scale": float(scale), "log_q": float(log(q)),
                   "orders": MOMENTS,
                   "moments": [float(moment(l, 1 / scale, q)) for l in MOMENTS],
                   "whatever": [float(moment(l, 1 / scale)) for l in MOMENTS]}


def normal_cases():
    for votes in VOTES:
        for sigma in [mpf(4), mpf(15), mpf(40)]:
            q = miss_normal(votes, sigma)
            yield {"votes": votes, "sigma": float(sigma), "log_q": float(log(q)),
                   "orders": [float(x) for x in ORDERS],
                   "divergences": [float(divergence(x, sigma, q)) for x in ORDERS]}


def threshold_cases():
    for votes in VOTES:
        for threshold, sigma in [(200, 150), (12, 6), (30, 2)]:
            q = threshold_q(votes, threshold, mpf(sigma))
            yield {"votes": votes, "threshold": threshold, "sigma": sigma, "log_q": float(log(q)),
                   "orders": [float(x) for x in ORDERS],
                   "divergences": [float(divergence(x, sqrt(mpf(2)) * sigma, q)) for x in ORDERS]}


def spent_cases():
    for queries, scale, delta in [(100, 20, "1e-5"), (1000, 20, "1e-6"), (1, 2, "1e-5"),
                                  (100, 10, "1e-5"), (5000, 200, "1e-8")]:
        yield {"queries": queries, "scale": scale, "delta": float(delta),
               "epsilon": float(laplace_epsilon(queries, scale, mpf(delta)))}
    # The parameters of MNIST and SVHN in the paper of 2018.
    for queries, answers, sigma1, sigma2, delta in [
            (640, 286, 150, 40, "1e-5"), (8500, 3098, 200, 40, "1e-6"), (1, 0, 150, 40, "1e-5"),
            (60, 60, 12, 9, "1e-3")]:
        yield {"queries": queries, "answers": answers, "sigma1": sigma1, "sigma2": sigma2,
               "delta": float(delta),
               "epsilon": float(confident_epsilon(queries, answers, sigma1, sigma2, mpf(delta)))}


def main():
    check_against_exact_divergences()
    # What PySyft's tutorial prints of 100 queries at γ 0.1 by moments up to 8.
    published = laplace_epsilon(100, 10, mpf("1e-5"), range(1, 9))
    assert abs(published - mpf("11.756462732485115")) < mpf(10)**-12, published
    cases = {"laplace": list(laplace_cases()), "normal": list(normal_cases()),
             "threshold": list(threshold_cases()), "spent": list(spent_cases())}
    OUTPUT.write_text(json.dumps(cases, indent=1) + "\n")
    print(OUTPUT, {name: len(found) for name, found in cases.items()})


if __name__ == "__main__":
    main()

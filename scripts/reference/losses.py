"""Every distillation loss, written from its paper's formula.

Sides are raw activations: what a loss summarises them to is part of what is checked. `t` teaches
and is a constant, `s` learns. KL(t‖s) is summed over classes and averaged over the batch.
"""

import torch
from torch.nn import functional as F

# Responses: logits N×classes.


def forward_kl(t, s, case):
    """Hinton et al. 2015, equal to DML of one peer: T² · Σ p_t (log p_t − log p_s)."""
    T = case["temperature"]
    p, q = F.log_softmax(t / T, 1), F.log_softmax(s / T, 1)
    return T**2 * (p.exp() * (p - q)).sum(1).mean()


def soft_cross_entropy(t, s, case):
    """Anil et al. 2018: ψ is the cross-entropy."""
    T = case["temperature"]
    return -(T**2) * (F.softmax(t / T, 1) * F.log_softmax(s / T, 1)).sum(1).mean()


def reverse_kl(t, s, case):
    return forward_kl(s, t, case)


def jensen_shannon(t, s, case):
    T = case["temperature"]
    p, q = F.log_softmax(t / T, 1), F.log_softmax(s / T, 1)
    m = torch.logaddexp(p, q) - torch.log(torch.tensor(2.0).double())
    return T**2 / 2 * (p.exp() * (p - m) + q.exp() * (q - m)).sum(1).mean()


def absolute(t, s, case):
    """Li and Wang 2019 (FedMD): Keras' mean absolute error of logits, here of logits over T."""
    T = case["temperature"]
    return T**2 * F.l1_loss(s / T, t / T)


def decoupled(t, s, case):
    """Zhao et al. 2022, equations 5 to 7."""
    T, y = case["temperature"], F.one_hot(case["labels"], t.shape[1]).bool()

    def split(z):
        z = z / T
        everything = z.logsumexp(1)
        others = z.masked_fill(y, -torch.inf)
        binary = torch.stack([z[y], others.logsumexp(1)], 1) - everything[:, None]
        return binary, z[~y].reshape(len(z), -1).log_softmax(1)

    (bt, rt), (bs, rs) = split(t), split(s)
    target = (bt.exp() * (bt - bs)).sum(1).mean()
    rest = (rt.exp() * (rt - rs)).sum(1).mean()
    ramp = min((case["epoch"] + 1) / case.get("warmup", 20), 1)
    return T**2 * (case.get("alpha", 1) * target + case.get("beta", 8) * rest) * ramp


def normalized(t, s, case):
    """Yang et al. 2023 (NKD), equation 7."""
    T, y = case["temperature"], F.one_hot(case["labels"], t.shape[1]).bool()
    target = -t.softmax(1)[y] * s.log_softmax(1)[y]
    p, q = [z[~y].reshape(len(z), -1) / T for z in (t, s)]
    others = -(p.softmax(1) * q.log_softmax(1)).sum(1)
    return (target + case.get("gamma", 1.5) * T**2 * others).mean()


def correlation(t, s, case):
    """Huang et al. 2022 (DIST), equations 6 to 9, with 1 − ρ of a row without direction as ½."""
    T = case["temperature"]

    def directions(z):
        p = (z - z.max(1, keepdim=True).values.detach()).exp()
        p = p - p.mean(1, keepdim=True)
        norm = p.norm(dim=1, keepdim=True)
        return p / norm.clamp_min(1e-6) * (norm > 1e-6)

    def distance(p, q):
        u, v = directions(p), directions(q)
        alive = [x.detach().pow(2).sum(1) for x in (u, v)]
        return ((alive[0] + alive[1]) / 2 - (u * v).sum(1)).mean()

    p, q = [F.log_softmax(z / T, 1) for z in (t, s)]
    return T**2 * (case.get("beta", 1) * distance(p, q)
                   + case.get("gamma", 1) * distance(p.T, q.T))


def multi_level(t, s, case):
    """Jin et al. 2023, equations 3 to 8, of one view."""
    total = 0
    for share in [0.5, 0.75, 1, 1.25, 1.5]:
        T = share * case["temperature"]
        p, q = F.softmax(t / T, 1), F.softmax(s / T, 1)
        total = total + forward_kl(t, s, {"temperature": T})
        total = total + case.get("classes", 1) * (p.T @ p - q.T @ q).pow(2).sum() / p.shape[1]
        total = total + case.get("batch", 1) * (p @ p.T - q @ q.T).pow(2).sum() / p.shape[0]
    return total


def standardized(loss):
    """Sun et al. 2024: a loss of logits less their mean, by their standard deviation."""

    def standardize(z):
        return (z - z.mean(1, keepdim=True)) / z.std(1, keepdim=True)

    return lambda t, s, case: loss(standardize(t), standardize(s), case)


def early_exit(t, s, case):
    """Zhang et al. 2019, as the authors' train.py has it: no factor T²."""
    T, alpha = case["temperature"], case.get("alpha", 0.3)
    soft = -(F.softmax(t / T, 1) * F.log_softmax(s / T, 1)).sum(1).mean()
    return (1 - alpha) * F.cross_entropy(s, case["labels"]) + alpha * soft


def refined(t, s, case):
    """Kim et al. 2021: what the loss of refined labels differs by from that of the labels."""
    y = F.one_hot(case["labels"], s.shape[1]).to(s.dtype)
    log_p = F.log_softmax(s, 1)
    T = case["temperature"]
    soft = -(F.softmax(t / T, 1) * F.log_softmax(s / T, 1)).sum(1).mean()
    return soft + (y * log_p).sum(1).mean()


def consistency(t, s, case):
    """Tarvainen and Valpola 2017, as the authors' losses.py has it: the mean over classes."""
    T = case["temperature"]
    return F.mse_loss(F.softmax(s / T, 1), F.softmax(t / T, 1))


def confidence_weighted(t, s, case):
    """CWTM (Furlanello et al. 2018): labels, weighted by the teacher's largest probability."""
    weights = F.softmax(t / case["temperature"], 1).max(1).values
    each = F.cross_entropy(s, case["labels"], reduction="none")
    return (weights / weights.sum() * each).sum()


def permuted(t, s, case):
    """DKPP (Furlanello et al. 2018), before anything is permuted: no factor T²."""
    T = case["temperature"]
    return -(F.softmax(t / T, 1) * F.log_softmax(s / T, 1)).sum(1).mean()


def exit_labels(t, s, case):
    """Lee et al. 2015: an exit learns from the labels alone."""
    return F.cross_entropy(s, case["labels"])


# Features: activations N×C×H×W.


def shrink(x, size):
    """Averages x down to a size if that is smaller."""
    return F.adaptive_avg_pool2d(x, size) if x.shape[-1] > size[-1] else x


def hint(t, s, case):
    """Romero et al. 2015, equation 3: the regressor has s − t + 1 lines and columns, and the
    non-linearity of the teacher's layer.

    `benchmark` is ConvReg of RepDistiller and mdistiller, with F.mse_loss.
    """
    p = case["parameters"]
    if case.get("form") != "benchmark":
        guided = F.conv2d(s, p["regressor.weight"], p["regressor.bias"])
        guided = {"relu": F.relu, "tanh": torch.tanh, "none": lambda x: x}[case["ending"]](guided)
        return 0.5 * torch.linalg.vector_norm((t - guided).flatten(1), dim=1).pow(2).mean()
    weight, bias = p["regressor.conv.weight"], p["regressor.conv.bias"]
    if s.shape[-1] == 2 * t.shape[-1]:
        guided = F.conv2d(s, weight, bias, stride=2, padding=1)
    elif 2 * s.shape[-1] == t.shape[-1]:
        guided = F.conv_transpose2d(s, weight, bias, stride=2, padding=1)
    else:
        guided = F.conv2d(s, weight, bias)
    guided = F.relu(F.batch_norm(
        guided, None, None, p["regressor.bn.weight"], p["regressor.bn.bias"], training=True))
    return F.mse_loss(guided, t)


def exit_features(t, s, case):
    """Zhang et al. 2019: `paper` the squared distance of each sample, `authors` torch.dist."""
    p = case["parameters"]
    own = F.linear(s.mean((2, 3)), p["adapter.weight"], p["adapter.bias"])
    difference = own - t.mean((2, 3))
    if case.get("form") == "paper":
        return difference.pow(2).sum(1).mean()
    return torch.dist(own, t.mean((2, 3)))


def attention_transfer(t, s, case):
    """Zagoruyko and Komodakis 2017, equation 2, with the factor of its β.

    The benchmarks average an activation down before they square it.
    """
    size = min(t.shape[-2:], s.shape[-2:])
    if case.get("form") == "benchmark":
        t, s = [F.normalize(shrink(x, size).pow(2).mean(1).flatten(1), dim=1) for x in (t, s)]
        return F.mse_loss(s, t)
    maps = [(x**2).sum(1, keepdim=True) for x in (t, s)]
    t, s = [F.normalize(shrink(x, size).flatten(1), dim=1) for x in maps]
    return 0.5 * torch.linalg.vector_norm(s - t, dim=1).mean()


def neuron_selectivity(t, s, case):
    """Huang and Wang 2017: the squared distance of mean embeddings under x ↦ x⊗x."""
    size = min(t.shape[-2:], s.shape[-2:])

    def embedding(x):
        rows = F.normalize(shrink(x, size).flatten(2), dim=2)
        return torch.einsum("nci,ncj->nij", rows, rows) / x.shape[1]

    return (embedding(t) - embedding(s)).pow(2).sum((1, 2)).mean()


def flow(t, s, case):
    """Yim et al. 2017, equations 1 and 2; the paper max-pools the larger of two layers, and
    RepDistiller averages it down."""
    pool = F.adaptive_avg_pool2d if case.get("form") == "benchmark" else F.adaptive_max_pool2d

    def matrix(x):
        size = min(x[0].shape[-2:], x[1].shape[-2:])
        first, second = [pool(a, size) for a in x]
        return torch.einsum("nihw,njhw->nij", first, second) / (size[0] * size[1])

    squares = (matrix(t) - matrix(s)) ** 2
    return squares.mean() if case.get("form") == "benchmark" else squares.sum((1, 2)).mean()


# Relations: activations N×….


def huber(x):
    return torch.where(x.abs() <= 1, x**2 / 2, x.abs() - 0.5).mean()


def relational_distance(t, s, case):
    """Park et al. 2019, equations 5 to 7."""

    def potential(x):
        x = x.flatten(1)
        pairs = [
            (x[i] - x[j]).norm() if i != j else x.new_zeros(())
            for i in range(len(x)) for j in range(len(x))]
        distances = torch.stack(pairs)
        return distances / distances[distances > 0].mean()

    return huber(potential(t) - potential(s))


def relational_angle(t, s, case):
    """Park et al. 2019, equations 8 and 9; an angle with a side of no length has the cosine 0."""

    def potential(x):
        x = x.mean((2, 3)) if x.dim() == 4 else x
        n = range(len(x))
        cosines = []
        for i in n:
            for j in n:
                for k in n:
                    if i in (j, k):
                        cosines.append(x.new_zeros(()))
                        continue
                    a, b = x[j] - x[i], x[k] - x[i]
                    cosines.append(a @ b / (a.norm() * b.norm()))
        return torch.stack(cosines)

    return huber(potential(t) - potential(s))


def similarity_preserving(t, s, case):
    """Tung and Mori 2019, equations 1 to 4."""

    def gram(x):
        x = x.flatten(1)
        g = x @ x.T
        return g / g.norm(dim=1, keepdim=True)

    return (gram(t) - gram(s)).norm().pow(2) / len(t) ** 2


def probabilistic_transfer(t, s, case):
    """Passalis and Tefas 2018, equations 3 to 8 with the cosine kernel."""
    paper = case.get("form") != "benchmark"
    n = len(t)
    off = ~torch.eye(n).bool()

    def conditional(x):
        x = x.flatten(1)
        cosines = F.cosine_similarity(x[:, None], x[None], dim=2)
        kernel = (cosines + 1) / 2
        if paper:
            kernel = kernel[off].reshape(n, n - 1)
        return kernel / kernel.sum(1, keepdim=True)

    p, q = conditional(t), conditional(s)
    terms = p * (p.log() - q.log())
    return terms.sum(1).mean() if paper else terms.mean()


def variational(t, s, case):
    """Ahn et al. 2019, equation 5, with the regressor and σ² of RepDistiller's VIDLoss."""
    size = min(t.shape[-2:], s.shape[-2:])
    p = case["parameters"]
    x = shrink(s, size)
    for layer in [0, 2, 4]:
        x = F.conv2d(F.relu(x) if layer else x, p[f"regressor.{layer}.weight"])
    variance = (F.softplus(p["rho"]) + 1e-5).view(1, -1, 1, 1)
    return 0.5 * ((shrink(t, size) - x) ** 2 / variance + variance.log()).mean()


def normed(x, p, name):
    return F.batch_norm(x, None, None, p[f"{name}.weight"], p[f"{name}.bias"], training=True)


def overhaul(t, s, case):
    """Heo et al. 2019, equations 4 to 6, summed and divided by the batch as their code does."""
    p = case["parameters"]
    s = normed(F.conv2d(s, p["connector.0.weight"]), p, "connector.1")
    margin = torch.stack([
        c[c < 0].mean() if (c < 0).any() else c.new_zeros(()) for c in t.transpose(0, 1)])
    target = torch.maximum(t, margin.view(1, -1, 1, 1))
    counted = (s > target) | (t > 0)
    return ((s - target) ** 2 * counted).sum() / len(t)


def review(t, s, case):
    """Chen et al. 2021, with ABF and HCL of the authors' code; maps from the shallowest on."""
    p = case["parameters"]
    residual, total = None, 0
    for level in reversed(range(len(s))):
        name, teacher = f"abfs.{level}", t[level]
        x = normed(F.conv2d(s[level], p[f"{name}.conv1.0.weight"]), p, f"{name}.conv1.1")
        if residual is not None:
            y = F.interpolate(residual, x.shape[-2:], mode="nearest")
            z = F.conv2d(torch.cat([x, y], 1), p[f"{name}.att_conv.0.weight"],
                         p[f"{name}.att_conv.0.bias"]).sigmoid()
            x = x * z[:, :1] + y * z[:, 1:]
        residual = F.interpolate(x, teacher.shape[-2:], mode="nearest")
        out = normed(F.conv2d(residual, p[f"{name}.conv2.0.weight"], padding=1), p,
                     f"{name}.conv2.1")
        loss, weight, weights = F.mse_loss(out, teacher), 1, 1
        for size in [4, 2, 1]:
            if size >= teacher.shape[-1]:
                continue
            weight /= 2
            weights += weight
            loss = loss + weight * F.mse_loss(*[F.adaptive_avg_pool2d(m, size)
                                                for m in (out, teacher)])
        total = total + loss / weights
    return total * min((case["epoch"] + 1) / case.get("warmup", 20), 1)


def activation_maps(t, s, case):
    """Guo et al. 2023 (CAT-KD), equations 4 and 5."""
    maps = [F.adaptive_avg_pool2d(x, case.get("size", 2)).flatten(2) for x in (t, s)]
    if case.get("normalize", "true") == "true":
        maps = [F.normalize(x, dim=2) for x in maps]
    return F.mse_loss(*maps)


def contrastive_batch(t, s, case):
    """After Tian et al. 2020: InfoNCE in both directions, samples of the own class left out."""
    p, labels = case["parameters"], case["labels"]

    def embedding(x, side):
        x = x.mean((2, 3)) if x.dim() == 4 else x
        return F.normalize(F.linear(
            x, p[f"embed.{side}.weight"], p[f"embed.{side}.bias"]), dim=1)

    products = embedding(s, "student") @ embedding(t, "teacher").T / case.get("tau", 0.07)
    same = (labels[:, None] == labels[None]) & ~torch.eye(len(labels)).bool()
    products = products.masked_fill(same, -torch.inf)
    places = torch.arange(len(labels))
    return F.cross_entropy(products, places) + F.cross_entropy(products.T, places)


RESPONSES = {
    "kd": forward_kl, "dml": forward_kl, "dml_e": forward_kl, "ce": soft_cross_entropy,
    "reverse-kl": reverse_kl, "js": jensen_shannon, "mae": absolute, "dkd": decoupled,
    "nkd": normalized, "dist": correlation, "mlkd": multi_level,
    "byot": early_exit, "labels": exit_labels, "ps-kd": refined, "consistency": consistency,
    "cwtm": confidence_weighted, "dkpp": permuted,
}
TAPPED = {
    "hint": hint, "at": attention_transfer, "nst": neuron_selectivity, "fsp": flow,
    "rkd-distance": relational_distance, "rkd-angle": relational_angle,
    "sp": similarity_preserving, "pkt": probabilistic_transfer,
    "byot-feature": exit_features,
}
# Those that learn something, and those that look at several maps or at the labels.
RECENT = {
    "vid": variational, "ofd": overhaul, "review": review, "cat": activation_maps,
    "crd-batch": contrastive_batch,
}

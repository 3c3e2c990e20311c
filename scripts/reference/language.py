"""The losses of encoders, between whole transformers of PyTorch and by explicit masks of padding,
and the generalised Jensen-Shannon divergence of GKD.

The losses are written from the papers and from the authors' code: TinyBERT's `task_distill.py`,
PKD's `KD_loss.py`, DistilBERT's `distiller.py`, MiniLMv2's `minilmv2.py` (Bloomberg), GKD's
`generalized_jsd_loss` (TRL). Padding is left out of every mean; TinyBERT's and PKD's code count it.
"""

import torch
from torch.nn import functional as F

from distillation import add, logits
from fixture import Fixture, Numbers
from losses import standardized
from models import initialize, make

LENGTH, TOKENS, CLASSES = 7, 11, 3
# How many tokens the samples have.
LENGTHS = {"padded": [7, 3, 1, 5, 0], "full": [7, 7, 7]}


def divergence(p, q):
    """KL of logarithms, summed over classes and averaged over the batch."""
    return F.kl_div(q, p, reduction="batchmean", log_target=True)


def generalized(t, s, case):
    """Agarwal et al. 2024, equation 1; without T²."""
    T, beta = case["temperature"], case.get("beta", 0.5)
    p, q = F.log_softmax(t / T, 1), F.log_softmax(s / T, 1)
    if beta in (0, 1):
        return divergence(p, q) if beta == 0 else divergence(q, p)
    shares = torch.tensor([beta, 1 - beta]).double().log()
    m = torch.logsumexp(torch.stack([p + shares[0], q + shares[1]]), 0)
    return beta * divergence(p, m) + (1 - beta) * divergence(q, m)


def responses(fixture):
    for kind, T, beta in [
            ("usual", 1.0, 0.5), ("usual", 4.0, 0.1), ("usual", 2.5, 0.9), ("sharp", 1.0, 0.3),
            ("offset", 2.5, 0.5), ("extreme", 1.0, 0.5), ("usual", 2.0, 0), ("usual", 2.0, 1)]:
        numbers = Numbers(f"gjs {kind} {T} {beta}")
        sides = [[logits(numbers, kind)] for _ in range(2)]
        name = f"loss/gjs/{kind}-{T:g}-{beta:g}"
        add(fixture, name, generalized, *sides, None, {"beta": beta}, temperature=T)
    sides = [[logits(Numbers(f"gjs standardized {side}"), "usual")] for side in range(2)]
    add(fixture, "loss/gjs/standardized", standardized(generalized), *sides, None,
        {"beta": 0.3, "standardize": "true"}, temperature=2.0)


def taps(model, tokens, counted):
    """Every tap of a transformer by its name, rows N×T×D and scores N×heads×T×T, unmasked."""
    x = model.embedding(tokens) + model.position
    found = {"embedding": x}
    for number, layer in enumerate(model.encoder.layers, start=1):
        name, attention = f"layer{number}", layer.self_attn
        parts = F.linear(layer.norm1(x), attention.in_proj_weight, attention.in_proj_bias)
        for part, rows in zip(["queries", "keys", "values"], parts.chunk(3, 2)):
            found[f"{name}.{part}"] = rows
        q, k = [split(found[f"{name}.{part}"], attention.num_heads)
                for part in ("queries", "keys")]
        found[f"{name}.attention"] = q @ k.transpose(2, 3) / q.shape[3] ** 0.5
        x = layer(x, src_key_padding_mask=~counted)
        found[name] = x
    return found


def split(rows, heads):
    """N×T×D as N×heads×T×depth."""
    return rows.unflatten(2, (heads, -1)).transpose(1, 2)


def relation(rows, heads):
    x = split(rows, heads)
    return x @ x.transpose(2, 3) / x.shape[3] ** 0.5


def sequences(tensor, counted, pairs=False):
    """Each sample's part without padding: L×D of rows, heads×L×L of scores."""
    for x, length in zip(tensor, counted.sum(1).tolist()):
        yield x[:, :length, :length] if pairs else x[:length]


def row_divergence(t, s, counted):
    """KL of each row's softmax, averaged over heads, positions and samples."""
    total = 0
    for a, b in zip(sequences(t, counted, True), sequences(s, counted, True)):
        each = F.kl_div(b.log_softmax(2), a.softmax(2), reduction="sum")
        total = total + each / (a.shape[0] * a.shape[1])
    return total / len(t)


def patient(t, s, case):
    """Sun et al. 2019, equation 7, and the authors' F.mse_loss."""
    def states(layers):
        means = [torch.stack([x.mean(0) for x in sequences(h, case["counted"])]) for h in layers]
        first = [h[:, 0] for h in layers]
        chosen = first if case.get("position") == "first" else means
        return torch.stack([F.normalize(x, dim=1) for x in chosen], 1)

    a, b = states(t), states(s)
    if case.get("form") == "paper":
        return (a - b).pow(2).sum((1, 2)).mean()
    return F.mse_loss(b, a)


def mean_squares(t, s, counted, pairs=False):
    return torch.cat([(a - b).flatten() for a, b in zip(
        sequences(t, counted, pairs), sequences(s, counted, pairs))]).pow(2).mean()


def attention_scores(t, s, case):
    return sum(mean_squares(a, b, case["counted"], True) for a, b in zip(t, s))


def hidden_states(t, s, case):
    p = case["parameters"]
    return sum(mean_squares(a, F.linear(b, p["fit.weight"], p["fit.bias"]), case["counted"])
               for a, b in zip(t, s))


def hidden_cosine(t, s, case):
    a, b = [torch.cat(list(sequences(x[0], case["counted"]))) for x in (t, s)]
    return F.cosine_embedding_loss(b, a, torch.ones(len(a)).double())


def attention_and_values(t, s, case):
    """Wang et al. 2020, equations 4 to 7."""
    heads, counted = t[0].shape[1], case["counted"]
    return row_divergence(t[0], s[0], counted) + row_divergence(
        relation(t[1], heads), relation(s[1], heads), counted)


def self_relations(t, s, case):
    """Wang et al. 2021, equations 5 to 8, a third for each relation."""
    heads = case.get("heads", 4)
    return sum(row_divergence(relation(a, heads), relation(b, heads), case["counted"])
               for a, b in zip(t, s)) / 3


def layers(part, *numbers):
    return [f"layer{number}{part}" for number in numbers]


def vectors(layer):
    return [f"layer{layer}.{part}" for part in ("queries", "keys", "values")]


ATTENTION = [".attention", ".values"]
# title: the loss, its function, the teacher's and the student's taps, its options, and the
# teacher's width and heads.
ENCODERS = {
    "pkd/mean": ("pkd", patient, layers("", 2), layers("", 1), {}, (8, 4)),
    "pkd/first": ("pkd", patient, layers("", 1, 3), layers("", 1, 2),
                  {"levels": 2, "position": "first"}, (8, 4)),
    "pkd/paper": ("pkd", patient, layers("", 2, 3), layers("", 1, 2),
                  {"levels": 2, "form": "paper"}, (8, 4)),
    "tinybert-attention/one": ("tinybert-attention", attention_scores, layers(".attention", 3),
                               layers(".attention", 2), {}, (12, 2)),
    "tinybert-attention/two": ("tinybert-attention", attention_scores,
                               layers(".attention", 1, 3), layers(".attention", 1, 2),
                               {"levels": 2}, (12, 2)),
    "tinybert-hidden/wider": ("tinybert-hidden", hidden_states,
                              ["embedding", *layers("", 1, 3)], ["embedding", *layers("", 1, 2)],
                              {"levels": 3}, (12, 4)),
    "tinybert-hidden/equal": ("tinybert-hidden", hidden_states, layers("", 3), layers("", 2), {},
                              (8, 2)),
    "hidden-cosine/last": ("hidden-cosine", hidden_cosine, layers("", 3), layers("", 2), {},
                           (8, 4)),
    "minilm/wider": ("minilm", attention_and_values, [f"layer3{part}" for part in ATTENTION],
                     [f"layer2{part}" for part in ATTENTION], {}, (12, 2)),
    "minilmv2/four": ("minilmv2", self_relations, vectors(2), vectors(2), {}, (12, 3)),
    "minilmv2/two": ("minilmv2", self_relations, vectors(3), vectors(2), {"heads": 2}, (16, 4)),
}


def transformer(numbers, padding, dimension, heads, layers):
    model = make("transformer", (1, 1, LENGTH), CLASSES, dimension=dimension, heads=heads,
                 layers=layers, hidden=10, tokens=TOKENS, padding=padding)
    return initialize(model, numbers.generator).double()


def encoder_case(fixture, title, lengths):
    loss, function, from_, to, options, (width, heads) = ENCODERS[title]
    numbers = Numbers(f"{title} {lengths}")
    tokens = numbers.tokens(len(LENGTHS[lengths]), LENGTH, vocabulary=TOKENS - 1).long() + 1
    counted = torch.zeros(tokens.shape, dtype=torch.bool)
    for row, length in enumerate(LENGTHS[lengths]):
        tokens[row, length:] = 0
        counted[row, :max(length, 1)] = True
    student = transformer(numbers, 0, 8, 2, 2)
    teacher = transformer(numbers, 0, width, heads, 3)
    learned = {}
    if loss == "tinybert-hidden":
        learned = {"fit.weight": numbers.normal(width, 8, scale=0.5).requires_grad_(),
                   "fit.bias": numbers.normal(width).requires_grad_()}
    own, others = [taps(model, tokens, counted) for model in (student, teacher)]
    value = function([others[name].detach() for name in from_], [own[name] for name in to],
                     {**options, "counted": counted, "parameters": learned})
    value.backward()
    tensors = {"tokens": tokens.view(len(tokens), 1, 1, -1).double(), "value": value}
    for side, model in [("student", student), ("teacher", teacher)]:
        tensors |= {f"{side}/{key}": tensor for key, tensor in model.state_dict().items()}
    tensors |= {f"gradient/{key}": parameter.grad for key, parameter in
                student.named_parameters() if parameter.grad is not None}
    for key, tensor in learned.items():
        tensors |= {f"parameter/{key}": tensor, f"learned/{key}": tensor.grad}
    fixture.case(f"encoder/{title}-{lengths}", tensors, width=width, heads=heads,
                 **{"from": ",".join(from_), "to": ",".join(to)},
                 **{f"set.{key}": option for key, option in options.items()})


def language():
    fixture = Fixture()
    responses(fixture)
    for title in ENCODERS:
        for lengths in LENGTHS:
            encoder_case(fixture, title, lengths)
    return fixture

"""Forward values and gradients of single operations."""

import torch
from torch.nn import functional as F

from fixture import Fixture, Numbers


def differentiate(fixture, name, function, inputs, constants=None, **options):
    """Adds a case: the inputs, the output, a random upstream gradient and each input's gradient."""
    leaves = {key: tensor.clone().requires_grad_() for key, tensor in inputs.items()}
    constants = constants or {}
    output = function(**leaves, **constants)
    upstream = torch.ones_like(output)
    if output.dim() > 0:
        upstream = Numbers(name + " upstream").normal(*output.shape)
    output.backward(upstream)
    tensors = {**inputs, **constants, "output": output, "upstream": upstream}
    tensors |= {f"{key}.gradient": leaf.grad for key, leaf in leaves.items()}
    fixture.case(name, tensors, **options)


def linear(fixture):
    for name, bias in [("linear/bias", True), ("linear/no-bias", False)]:
        numbers = Numbers(name)
        inputs = {"input": numbers.normal(5, 7), "weight": numbers.normal(3, 7, scale=0.5)}
        if bias:
            inputs["bias"] = numbers.normal(3)
        differentiate(
            fixture, name, lambda input, weight, bias=None: F.linear(input, weight, bias), inputs)


CONVOLUTIONS = {
    # name: (batch, in, height, width), out, kernel, stride, padding, groups, bias
    "3x3": ((2, 3, 6, 6), 4, 3, 1, 1, 1, False),
    "3x3-bias-odd": ((2, 3, 7, 5), 4, 3, 1, 1, 1, True),
    "3x3-valid": ((3, 2, 5, 6), 3, 3, 1, 0, 1, True),
    "3x3-padding-2": ((1, 2, 4, 5), 3, 3, 1, 2, 1, False),
    "3x3-stride-2": ((2, 4, 8, 8), 6, 3, 2, 1, 1, False),
    "3x3-stride-2-odd": ((2, 4, 7, 9), 6, 3, 2, 1, 1, True),
    "3x3-stride-2-valid": ((2, 2, 8, 7), 3, 3, 2, 0, 1, False),
    "1x1": ((2, 5, 4, 3), 6, 1, 1, 0, 1, False),
    "1x1-bias": ((3, 5, 3, 4), 2, 1, 1, 0, 1, True),
    "1x1-stride-2": ((2, 4, 6, 5), 8, 1, 2, 0, 1, False),
    "5x5": ((2, 2, 8, 7), 4, 5, 1, 2, 1, True),
    "5x5-valid": ((2, 1, 6, 9), 3, 5, 1, 0, 1, False),
    "5x5-stride-2": ((1, 3, 9, 10), 4, 5, 2, 2, 1, True),
    "groups-2": ((2, 4, 6, 5), 6, 3, 1, 1, 2, True),
    "groups-2-stride-2": ((2, 6, 7, 6), 4, 3, 2, 1, 2, False),
    "groups-2-1x1": ((2, 4, 3, 5), 6, 1, 1, 0, 2, False),
    "depthwise": ((2, 5, 6, 7), 5, 3, 1, 1, 5, False),
    "depthwise-stride-2": ((2, 4, 7, 8), 4, 3, 2, 1, 4, True),
    "depthwise-twice": ((1, 3, 5, 5), 6, 3, 1, 1, 3, False),
    "wide": ((1, 16, 9, 9), 16, 3, 1, 1, 1, False),
}


def convolutions(fixture):
    for name, (shape, out, kernel, stride, padding, groups, bias) in CONVOLUTIONS.items():
        name = f"conv2d/{name}"
        numbers = Numbers(name)
        inputs = {
            "input": numbers.normal(*shape),
            "weight": numbers.normal(out, shape[1] // groups, kernel, kernel, scale=0.5),
        }
        if bias:
            inputs["bias"] = numbers.normal(out)
        differentiate(
            fixture, name,
            lambda input, weight, bias=None: F.conv2d(
                input, weight, bias, stride, padding, 1, groups),
            inputs, stride=stride, padding=padding, groups=groups)


def batch_norm(fixture):
    """Three training steps with running statistics, then evaluation with what they left."""
    for name, shape, momentum in [("default", (4, 3, 5, 4), 0.1), ("fast", (2, 5, 3, 3), 0.4)]:
        numbers = Numbers(f"batch-norm/{name}")
        channels = shape[1]
        weight, bias = numbers.positive(channels), numbers.normal(channels)
        mean, variance = torch.zeros(channels).double(), torch.ones(channels).double()
        for step in range(4):
            training = step < 3
            case = f"batch-norm/{name}-{step if training else 'evaluation'}"
            before = {"mean": mean.clone(), "variance": variance.clone()}
            # `mean` and `variance` are updated in place by F.batch_norm.
            differentiate(
                fixture, case,
                lambda input, weight, bias: F.batch_norm(
                    input, mean, variance, weight, bias, training, momentum, 1e-5),
                {"input": numbers.normal(*shape, scale=2) + 1, "weight": weight, "bias": bias},
                momentum=momentum, epsilon=1e-5, training=int(training))
            fixture.tensors |= {
                f"{case}/{key}": tensor.float() for key, tensor in before.items()}
            fixture.tensors |= {
                f"{case}/mean.after": mean.float().clone(),
                f"{case}/variance.after": variance.float().clone()}


ACTIVATIONS = {
    "relu": F.relu,
    "leaky-relu": lambda x: F.leaky_relu(x, 0.2),
    "gelu": F.gelu,
    "gelu-tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": F.softplus,
    "huber": lambda x: F.smooth_l1_loss(x, torch.zeros_like(x), reduction="none"),
}


def activations(fixture):
    for name, function in ACTIVATIONS.items():
        name = f"activation/{name}"
        options = {"slope": 0.2} if "leaky" in name else {}
        differentiate(
            fixture, name, lambda input: function(input),
            {"input": Numbers(name).normal(4, 33, scale=3)}, **options)


POOLS = {
    # name: (batch, channels, height, width), kernel, stride, padding
    "2x2": ((2, 3, 6, 4), 2, 2, 0),
    "2x2-odd": ((2, 2, 7, 5), 2, 2, 0),
    "3x3-stride-2": ((2, 3, 7, 8), 3, 2, 1),
    "3x3-stride-1": ((1, 2, 5, 4), 3, 1, 1),
}


def pools(fixture):
    for name, (shape, kernel, stride, padding) in POOLS.items():
        for kind, function in [("max", F.max_pool2d), ("average", F.avg_pool2d)]:
            case = f"{kind}-pool/{name}"
            # PyTorch's average counts the padding's zeros.
            differentiate(
                fixture, case, lambda input: function(input, kernel, stride, padding),
                {"input": Numbers(case).normal(*shape)},
                kernel=kernel, stride=stride, padding=padding)
    name = "global-average-pool/odd"
    differentiate(
        fixture, name, lambda input: input.mean((2, 3)),
        {"input": Numbers(name).normal(3, 4, 5, 3)})


def soft_maxima(fixture):
    # The gradient of a saturated softmax is a difference below float32's resolution.
    for name, scale in [("usual", 2), ("sharp", 6), ("extreme", 60)]:
        for kind, function in [("softmax", F.softmax), ("log-softmax", F.log_softmax)]:
            if (kind, name) == ("softmax", "extreme"):
                continue
            case = f"{kind}/{name}"
            differentiate(
                fixture, case, lambda input: function(input, 1),
                {"input": Numbers(case).normal(6, 10, scale=scale)})


def cross_entropies(fixture):
    for name, smoothing, scale in [
        ("plain", 0.0, 2), ("smoothed", 0.1, 2), ("extreme", 0.0, 60),
        ("extreme-smoothed", 0.2, 60),
    ]:
        name = f"cross-entropy/{name}"
        numbers = Numbers(name)
        differentiate(
            fixture, name,
            lambda input, labels: F.cross_entropy(input, labels, label_smoothing=smoothing),
            {"input": numbers.normal(6, 10, scale=scale)}, {"labels": numbers.labels(6, 10)},
            smoothing=smoothing)


def weighted_cross_entropies(fixture):
    for name, smoothing in [("plain", 0.0), ("smoothed", 0.1)]:
        name = f"weighted-cross-entropy/{name}"
        numbers = Numbers(name)
        weights = numbers.positive(5)
        differentiate(
            fixture, name,
            lambda input, labels, weights: F.cross_entropy(
                input, labels, weight=weights, label_smoothing=smoothing),
            {"input": numbers.normal(7, 5, scale=3.0)},
            {"labels": numbers.labels(7, 5), "weights": weights}, smoothing=smoothing)


def divergence(input, teacher, temperature):
    """T²·KL(teacher‖student): summed over the classes, averaged over the batch."""
    return temperature**2 * F.kl_div(
        F.log_softmax(input / temperature, 1), F.log_softmax(teacher / temperature, 1),
        reduction="batchmean", log_target=True)


def divergences(fixture):
    for name, temperature, scale in [
        ("t1", 1.0, 2), ("t2", 2.0, 2), ("t4", 4.0, 3), ("half", 0.5, 1), ("extreme", 1.0, 40),
    ]:
        name = f"divergence/{name}"
        numbers = Numbers(name)
        teacher, student = numbers.normal(6, 10, scale=scale), numbers.normal(6, 10, scale=scale)
        differentiate(
            fixture, name, lambda input, teacher: divergence(input, teacher, temperature),
            {"input": student}, {"teacher": teacher}, temperature=temperature)


def arithmetic(fixture):
    numbers = Numbers("matmul")
    differentiate(
        fixture, "matmul/odd", lambda input, other: input @ other,
        {"input": numbers.normal(5, 7), "other": numbers.normal(7, 3)})
    for name, shape in [("row", (5,)), ("channel", (3, 1, 1)), ("scalar", ()), ("column", (4, 1))]:
        left = (2, 3, 4, 5) if name == "channel" else (4, 5)
        numbers = Numbers(f"add/{name}")
        differentiate(
            fixture, f"add/{name}", lambda input, other: input + other,
            {"input": numbers.normal(*left), "other": numbers.normal(*shape)})
    for kind, function in [("sum", torch.sum), ("mean", torch.mean)]:
        for name, axes in [("all", (0, 1, 2)), ("rows", (0,)), ("last", (2,)), ("outer", (0, 2))]:
            case = f"{kind}/{name}"
            differentiate(
                fixture, case, lambda input: function(input, axes),
                {"input": Numbers(case).normal(4, 3, 5)}, axes=",".join(map(str, axes)))


def batches_and_rows(fixture):
    numbers = Numbers("batched-matmul")
    differentiate(
        fixture, "batched-matmul/odd", torch.bmm,
        {"input": numbers.normal(4, 3, 5), "mat2": numbers.normal(4, 5, 2)})
    numbers = Numbers("selection")
    rows = torch.tensor([4, 0, 0, 2])
    differentiate(
        fixture, "selection/twice", lambda input: input[rows],
        {"input": numbers.normal(5, 2, 3)}, rows="4,0,0,2")
    differentiate(
        fixture, "row-distances/odd",
        lambda input: (input[:, None] - input[None]).pow(2).sum(2).add(torch.eye(5)).sqrt()
        * (1 - torch.eye(5)),
        {"input": numbers.normal(5, 7)})
    differentiate(
        fixture, "normalized-rows/odd", lambda input: F.normalize(input, dim=2),
        {"input": numbers.normal(2, 3, 5)})


def operations():
    fixture = Fixture()
    for add in [
        linear, convolutions, batch_norm, activations, pools, soft_maxima, cross_entropies,
        weighted_cross_entropies, divergences, arithmetic, batches_and_rows,
    ]:
        add(fixture)
    return fixture

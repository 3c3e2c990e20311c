"""What tensors hold: made of a batch's logits and of the activations at a model's taps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from .codecs import codec_of
from .errors import WrongConfiguration
from .plan import Delivery
from .tensors import Tensor

Floats = npt.NDArray[np.float32]


def _floats(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float32)


def softmax(logits: npt.NDArray[np.floating], temperature: float = 1.0) -> Floats:
    """Probabilities of rows of logits, divided by a temperature."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return _floats(powers / powers.sum(axis=-1, keepdims=True))


def probability_sum(
    logits: npt.NDArray[np.floating], temperature: float
) -> npt.NDArray[np.float64]:
    """One learner's part of a relay's sum: each row's probabilities, and their Σ p·log p."""
    p = softmax(logits, temperature).astype(np.float64)
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    return np.concatenate([p, (p * logs).sum(axis=1, keepdims=True)], axis=1)


def temperature_of(content: str) -> float:
    """The temperature behind the @ of a content's name."""
    return float(content.partition("@")[2])


def split_name(name: str) -> tuple[str, str]:
    """The content and the codec of a tensor's name, without the version of the weights."""
    content, _, codec = name.partition(":")
    return content.partition("~")[0], codec


def has_version(name: str) -> bool:
    """Whether a tensor is asked of the weights of an earlier step."""
    return "~" in name


def make(delivery: Delivery, logits: Floats, taps: Mapping[str, Floats]) -> Tensor:
    """The tensor that a delivery asks for."""
    content, codec = split_name(delivery.name)
    values = content_of(content, logits, taps)
    if delivery.shape is not None and values.shape != delivery.shape:
        raise WrongConfiguration(
            f"'{delivery.name}' must be of shape {delivery.shape}, and the model's is"
            f" {values.shape}"
        )
    if not np.isfinite(values).all():
        raise WrongConfiguration(f"'{delivery.name}' has values that are not finite")
    return Tensor.of(delivery.name, values, delivery.kind, codec_of(codec))


def content_of(
    content: str, logits: Floats, taps: Mapping[str, Floats]
) -> npt.NDArray[np.floating]:
    """The values of a content by its name, such as "logits", "exit1/logits" or "layer3/map"."""
    if content.startswith("probability-sum@"):
        return probability_sum(logits, temperature_of(content))
    taps = {**taps, "logits": logits}
    names, _, summary = content.rpartition("/")
    response = _response(names, summary, content, taps)
    if response is not None:
        return response
    if summary not in {*_SUMMARIES, *_POOLS, *_SEVERAL, "transformation"}:
        raise WrongConfiguration(f"the content '{content}' is not known to this package")
    activations = [_tap(taps, name, content) for name in names.split("+")]
    if summary in _SEVERAL:
        parts = [_SEVERAL[summary](x) for x in activations]
        return _floats(np.concatenate(parts, axis=1))
    if summary == "transformation":
        return _transformation(activations[0], activations[1])
    if summary in _POOLS:
        return _flow(activations[0], activations[1], _POOLS[summary])
    return _SUMMARIES[summary](activations[0])


def _response(names: str, kind: str, content: str, taps: Mapping[str, Floats]) -> Floats | None:
    """Logits, probabilities or votes, of the mean of some exits; None where it is another kind."""
    if kind not in ("logits", "votes") and not kind.startswith("probabilities@"):
        return None
    exits = [_tap(taps, name, content) for name in (names or "logits").split("+")]
    logits = exits[0] if len(exits) == 1 else _floats(np.mean(exits, axis=0))
    if kind == "votes":
        return _floats(np.eye(logits.shape[1])[logits.argmax(axis=1)])
    return logits if kind == "logits" else softmax(logits, temperature_of(kind))


def _tap(taps: Mapping[str, Floats], name: str, content: str) -> Floats:
    if name not in taps:
        known = ", ".join(sorted(taps)) or "none"
        raise WrongConfiguration(
            f"'{content}' is asked for, and the model gives no tap '{name}' (it gives {known});"
            " return it beside the logits: logits, {'" + name + "': activation}"
        )
    return taps[name]


def _as_map(x: Floats) -> Floats:
    return x[:, :, None, None] if x.ndim == 2 else x


def _rows(x: Floats) -> Floats:
    return x.reshape(len(x), -1)


def _normalized(rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return _floats(np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0))


def _attention(x: Floats) -> Floats:
    return _floats(np.square(x).mean(axis=1, dtype=np.float32))


def _embedding(x: Floats) -> Floats:
    return _floats(_as_map(x).mean(axis=(2, 3), dtype=np.float32))


def _first_position(x: Floats) -> Floats:
    return x.reshape(*x.shape[:2], -1)[:, :, 0]


def _similarity(x: Floats) -> Floats:
    rows = _rows(x)
    return _normalized(rows @ rows.T)


def _distances(x: Floats) -> Floats:
    rows = _rows(x).astype(np.float64)
    squares = np.square(rows).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * rows @ rows.T, 0))
    np.fill_diagonal(distances, 0)
    positive = int((distances > 0).sum())
    scale = distances.sum() / positive if positive else 1.0
    return _floats(distances / scale)


def _affinity(x: Floats) -> Floats:
    rows = _normalized(_rows(x))
    kernel = np.maximum((rows @ rows.T + 1) / 2, 0)
    return _floats(kernel / kernel.sum(axis=1, keepdims=True))


def _by_largest(x: npt.NDArray[np.floating]) -> Floats:
    largest = x.max(initial=0)
    return _floats(x / largest if largest > 0 else x)


def _squared_distances(x: Floats) -> Floats:
    means = _embedding(x).astype(np.float64)
    return _by_largest(np.square(means[:, None] - means[None]).sum(axis=2))


def _transformation(first: Floats, second: Floats) -> Floats:
    moves = _embedding(second).astype(np.float64) - _embedding(first)
    return _by_largest(np.square(moves).sum(axis=1, keepdims=True))


def _singular_vectors(x: Floats) -> Floats:
    """The first four of the map H·W × D of each sample, as N × 4·D."""
    maps = _as_map(x).astype(np.float64)
    rows = maps.reshape(*maps.shape[:2], -1).transpose(0, 2, 1)
    _, values, vectors = np.linalg.svd(rows, full_matrices=False)
    vectors = vectors * np.where(vectors.sum(axis=2, keepdims=True) < 0, -1, 1)
    vectors = (vectors * (values > 1e-3 * values[:, :1])[:, :, None])[:, :4]
    found = np.zeros((len(x), 4, maps.shape[1]))
    found[:, : vectors.shape[1]] = vectors
    return _rows(_floats(found))


def _pooled(x: Floats, size: tuple[int, ...], pool: Callable[..., Floats]) -> Floats:
    """An image pooled down to a size, where it is a whole multiple of it."""
    height, width = x.shape[2] // size[0], x.shape[3] // size[1]
    if height <= 1 and width <= 1:
        return x
    n, c = x.shape[:2]
    cut = x.reshape(n, c, size[0], height, size[1], width)
    return _floats(pool(cut, axis=(3, 5)))


def _flow(first: Floats, second: Floats, pool: Callable[..., Floats]) -> Floats:
    size = tuple(np.minimum(first.shape[2:], second.shape[2:]))
    first, second = _pooled(first, size, pool), _pooled(second, size, pool)
    a = first.reshape(*first.shape[:2], -1)
    b = second.reshape(*second.shape[:2], -1)
    return _floats(a @ b.transpose(0, 2, 1) / a.shape[2])


# How the larger of two layers becomes as small as the other.
_POOLS: dict[str, Callable[..., Floats]] = {"flow": np.mean, "max-flow": np.max}
_SUMMARIES = {
    "map": _as_map,
    "attention": _attention,
    "embedding": _embedding,
    "similarity": _similarity,
    "distances": _distances,
    "affinity": _affinity,
    "squared-distances": _squared_distances,
}
# Those of any number of activations, one after another.
_SEVERAL = {
    "maps": _rows,
    "means": _embedding,
    "first-positions": _first_position,
    "singular-vectors": _singular_vectors,
}

#!/usr/bin/env python3
"""The order of samples, computed independently of the Swift code.

Everything that Sources/Datasets/Datasets.docc/Sampler.md defines, in plain Python: another
framework may copy these functions. Run it to write the vectors that DatasetsTests reads:

    python3 scripts/sampler-reference.py > Tests/DatasetsTests/Fixtures/sampler.json
"""

import gzip
import hashlib
import json
import math
import pathlib
import struct

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def fnv(name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & MASK
    return value


class Key:
    def __init__(self, state):
        self.state = state

    @staticmethod
    def seed(seed):
        return Key(mix(seed))

    def child(self, part):
        if isinstance(part, str):
            return Key(mix(~self.state & MASK ^ fnv(part)))
        return Key(mix((~self.state & MASK) + (part + 1) * GAMMA & MASK))

    def bits(self, counter):
        return mix(self.state + (counter + 1) * GAMMA & MASK)

    def integer(self, below, counter):
        return below * self.bits(counter) >> 64

    def uniform(self, counter):
        return (self.bits(counter) >> 40) / (1 << 24)

    def shuffled(self, numbers):
        return sorted(numbers, key=lambda number: (self.bits(number), number))


def permutation(seed, stream, epoch, n):
    return Key.seed(seed).child("sampler").child(stream).child(epoch).shuffled(range(n))


def batch(seed, stream, samples, size, step):
    n = len(samples)
    return [
        samples[permutation(seed, stream, p // n, n)[p % n]]
        for p in range(step * size, (step + 1) * size)
    ]


def class_turn(key, members, label, turn, k):
    order = [members[place] for place in key.child("class").child(label).child(turn).shuffled(
        range(len(members)))]
    begun = turn * len(members) % k
    if not begun:
        return order
    taken = class_turn(key, members, label, turn - 1, k)[-begun:]
    first = [sample for sample in order if sample not in taken][: k - begun]
    return first + [sample for sample in order if sample not in first]


def class_epoch(seed, stream, samples, labels, k, epoch):
    key = Key.seed(seed).child("sampler").child(stream)
    groups = []
    for label in sorted(set(labels)):
        members = [sample for sample, own in zip(samples, labels) if own == label]
        numbers = range(epoch * len(members) // k, (epoch + 1) * len(members) // k)
        offset = (key.child("classes").child(epoch).bits(label) >> 11) / 2**53
        for place, number in enumerate(numbers):
            group = [
                class_turn(key, members, label, p // len(members), k)[p % len(members)]
                for p in range(number * k, (number + 1) * k)
            ]
            groups.append(((place + offset) / len(numbers), label, group))
    return [sample for _, _, group in sorted(groups) for sample in group]


def u64(*numbers):
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def batch_digest(numbers):
    return struct.unpack("<Q", hashlib.sha256(u64(*numbers)).digest()[:8])[0]


def identity(shape, pixels, count):
    return hashlib.sha256(u64(count, *shape) + pixels).digest()


def order_digest(set_identity, seed, stream, samples, size, k=None, labels=()):
    numbers = u64(seed, size, len(samples), *samples)
    text = b"cohort sample order 1" + set_identity + numbers + stream.encode()
    if k:
        text += b"classes" + u64(k, *labels)
    return hashlib.sha256(text).digest()


def views_identity(default, named):
    text = b"cohort views 1" + default
    for name, view in sorted((name.encode(), view) for name, view in named.items()):
        text += u64(len(name)) + name + view
    return hashlib.sha256(text).digest()


def gamma_logarithm(key, shape):
    """ln of a Gamma draw: Marsaglia and Tsang (2000) for shape + 1, times u ** (1 / shape)."""

    def u(source, counter):
        return (2 * (source.bits(counter) >> 11) + 1) / 2**54

    d, turn = shape + 1 - 1 / 3, 0
    while True:
        normal = (-2 * math.log(u(key, turn))) ** 0.5 * math.cos(math.tau * u(key, turn + 1))
        v = (1 + normal / (9 * d) ** 0.5) ** 3
        if v > 0 and math.log(u(key, turn + 2)) < normal**2 / 2 + d - d * v + d * math.log(v):
            return math.log(d * v) + math.log(u(key.child("boost"), 0)) / shape
        turn += 3


def class_shares(key, concentration, classes):
    logs = [gamma_logarithm(key.child(c), concentration) for c in range(classes)]
    weights = [math.exp(value - max(logs)) for value in logs]
    return [int(weight / sum(weights) * 2**20 + 0.5) for weight in weights]


def stratified_split(labels, classes, candidates, key, size, count, shares=None):
    queues = [[] for _ in range(classes)]
    for sample in key.shuffled(candidates):
        queues[labels[sample]].append(sample)
    parts = [[] for _ in range(count)]
    held = [[0] * classes for _ in range(count)]
    for _ in range(size):
        for part in range(count):
            left = [c for c in range(classes) if queues[c]]
            own = shares[part] if shares else [1] * classes

            def quotient(c):
                return (2 * held[part][c] + 1) / own[c] if own[c] else math.inf

            chosen = min(left, key=lambda c: (quotient(c), (c - part) % classes))
            parts[part].append(queues[chosen].pop(0))
            held[part][chosen] += 1
    return [sorted(part) for part in parts]


def divide(labels, classes, seed, validation, each, count, skew=None):
    key = Key.seed(seed).child("division")
    order = key.child("validation").shuffled(range(len(labels)))
    free = sorted(order[validation:])
    drawn = key.child("skew")
    shares = skew and [class_shares(drawn.child(part), skew, classes) for part in range(count)]
    parts = stratified_split(labels, classes, free, key.child("labels"), each, count, shares)
    used = {sample for part in parts for sample in part}
    return {
        "validation": sorted(order[:validation]),
        "parts": parts,
        "rest": [sample for sample in free if sample not in used],
    }


def draw(seed, epoch, sample, padding, flip):
    key = Key.seed(seed).child("augmentation").child(epoch).child(sample)
    span = 2 * padding + 1
    down, right = key.integer(span, 0) - padding, key.integer(span, 1) - padding
    return down, right, bool(flip and key.bits(2) >> 63)


def hole(seed, epoch, sample, side, height, width):
    """The first and end row and column of the square that cutout covers."""
    key = Key.seed(seed).child("augmentation").child(epoch).child(sample)
    spans = []
    for length, counter in [(height, 3), (width, 4)]:
        first = key.integer(length, counter) - side // 2
        spans += [max(0, first), min(length, first + side)]
    return spans


def mixed_share(key, alpha):
    """Beta(alpha, alpha) in units of 2**-16, by Johnk's method."""
    def power(counter):
        return (((key.bits(counter) >> 11) + 0.5) / 2**53) ** (1 / alpha)

    turn = 0
    while True:
        x, y = power(2 * turn), power(2 * turn + 1)
        if x + y <= 1:
            return math.floor(x / (x + y) * 2**16 + 0.5)
        turn += 1


def mix_of(seed, stream, step, samples, form, alpha, height, width):
    """Partners, the share that stays, the rectangle of the partner, and the batch's digest."""
    key = Key.seed(seed).child("mixing").child(stream).child(step)
    partners = key.child("partners").shuffled(range(len(samples)))
    share, spans = mixed_share(key.child("share"), alpha) / 2**16, []
    if form == "cutmix":
        side = (1 - share) ** 0.5
        for counter, length in enumerate([height, width]):
            half, middle = int(length * side) // 2, key.integer(length, counter)
            spans += [max(0, middle - half), min(length, middle + half)]
        share = 1 - (spans[1] - spans[0]) * (spans[3] - spans[2]) / (height * width)
    bits = struct.unpack("<I", struct.pack("<f", share))[0]
    digest = batch_digest([batch_digest(samples), bits, *partners, *spans])
    return partners, struct.unpack("<f", struct.pack("<f", share))[0], spans, digest


def reflected(index, length):
    index = abs(index)
    return index if index < length else 2 * (length - 1) - index


def augmented(image, down, right, mirrored):
    height, width = len(image), len(image[0])
    window = [
        [image[reflected(y + down, height)][reflected(x + right, width)] for x in range(width)]
        for y in range(height)
    ]
    return [row[::-1] if mirrored else row for row in window]


def digits_split():
    path = pathlib.Path(__file__).parents[1] / "Sources/Datasets/Resources/digits.csv.gz"
    with gzip.open(path, "rt") as file:
        rows = [[int(field) for field in line.split(",")] for line in file]
    labels = [row[64] for row in rows]
    key = Key.seed(0).child("digits")
    test = stratified_split(labels, 10, range(len(rows)), key, 540, 1)[0]
    held = set(test)
    train = [row for row in range(len(rows)) if row not in held]
    return {
        "testRows": test[:12],
        "testLabels": [labels[row] for row in test],
        "testIdentity": identity_of(rows, test),
        "trainIdentity": identity_of(rows, train),
    }


def identity_of(rows, chosen):
    pixels = b"".join(bytes(rows[row][:64]) for row in chosen)
    return identity([1, 8, 8], pixels, len(chosen)).hex()


def key_vectors():
    paths = [(0, []), (1, ["sampler"]), (MASK, ["common", 0]), (7, ["ü", 3, 1 << 40])]
    for seed, path in paths:
        key = Key.seed(seed)
        for part in path:
            key = key.child(part)
        yield {
            "seed": f"{seed:016x}",
            "path": [str(part) for part in path],
            "named": [isinstance(part, str) for part in path],
            "state": f"{key.state:016x}",
            "bits": [f"{key.bits(counter):016x}" for counter in (0, 1, 1000)],
            "uniform": key.uniform(2),
            "integers": [key.integer(below, 3) for below in (1, 9, 1 << 40)],
        }


def sampler_vectors():
    set_identity = identity([1, 2, 3], bytes(range(60)), 10)
    cases = [(1, "common", 10, 4), (1, "a", 10, 4), (2, "common", 3, 8), (9, "common", 257, 64)]
    for seed, stream, n, size in cases:
        samples = [3 * index + 5 for index in range(n)]
        steps = [0, 1, 2, 7]
        batches = [batch(seed, stream, samples, size, step) for step in steps]
        yield {
            "seed": seed,
            "stream": stream,
            "samples": samples,
            "batch": size,
            "steps": steps,
            "batches": batches,
            "digests": [f"{batch_digest(numbers):016x}" for numbers in batches],
            "order": order_digest(set_identity, seed, stream, samples, size).hex(),
        }


def class_sampler_vectors():
    set_identity = identity([1, 2, 3], bytes(range(60)), 10)
    cases = [
        (1, "common", [0, 1, 2] * 4, 2, 4), (2, "a", [0, 0, 0, 1, 1, 1, 1, 1, 4], 2, 6),
        (3, "common", [1] * 7 + [0] * 5 + [3] * 3, 3, 6), (4, "common", [0, 1, 1, 1, 1], 4, 8),
        (5, "common", [i * i % 5 for i in range(50)], 5, 10),
    ]
    for seed, stream, labels, k, size in cases:
        samples = [3 * index + 5 for index in range(len(labels))]
        epochs = [class_epoch(seed, stream, samples, labels, k, epoch) for epoch in range(24)]
        drawn = [(number, epoch) for epoch, some in enumerate(epochs) for number in some]
        steps = [0, 1, 2, 7]
        batches = [drawn[step * size : (step + 1) * size] for step in steps]
        yield {
            "seed": seed,
            "stream": stream,
            "samples": samples,
            "classes": labels,
            "perClass": k,
            "batch": size,
            "steps": steps,
            "batches": [[number for number, _ in batch] for batch in batches],
            "epochs": [[epoch for _, epoch in batch] for batch in batches],
            "order": order_digest(set_identity, seed, stream, samples, size, k, labels).hex(),
        }


def views_identity_vector():
    named = {
        "near-infrared": identity([1, 2, 3], bytes(range(60, 120)), 10),
        "Tiefe ü": identity([1, 1, 2], bytes(range(20)), 10),
    }
    return views_identity(identity([1, 2, 3], bytes(range(60)), 10), named).hex()


def division_vectors():
    balanced = [index % 4 for index in range(60)]
    scarce = [0, 1, 2] + [index % 2 for index in range(40)] + [2, 2]
    cases = [
        (balanced, 4, 1, 0, 9, 3, None), (balanced, 4, 2, 11, 7, 2, None),
        (scarce, 3, 1, 4, 8, 4, None), (scarce, 3, 5, 0, 20, 1, None),
        (balanced, 4, 1, 0, 9, 3, 0.1), (balanced, 4, 2, 11, 7, 4, 1),
        (balanced, 4, 3, 0, 9, 3, 50),
        (scarce, 3, 1, 4, 8, 4, 0.01),
    ]
    for labels, classes, seed, validation, each, count, skew in cases:
        yield {
            "labels": labels,
            "classes": classes,
            "seed": seed,
            "held": validation,
            "each": each,
            "skew": skew,
            **divide(labels, classes, seed, validation, each, count, skew),
        }


def hole_vectors():
    for seed, epoch, sample, side in [(1, 0, 0, 3), (1, 0, 1, 4), (2, 5, 9, 1), (3, 1, 2, 2)]:
        yield {
            "seed": seed, "epoch": epoch, "sample": sample, "side": side,
            "hole": hole(seed, epoch, sample, side, 5, 6),
        }


def mixing_vectors():
    for form, alpha, step in [
        ("mixup", 0.2, 0), ("mixup", 1, 3), ("mixup", 4, 5), ("cutmix", 1, 0), ("cutmix", 0.5, 7),
    ]:
        samples = [3 * index + 5 for index in range(6)]
        partners, share, spans, digest = mix_of(
            1, "common", step, samples, form, alpha, 5, 6)
        yield {
            "form": form, "alpha": alpha, "step": step, "samples": samples,
            "partners": partners, "share": share, "spans": spans, "digest": f"{digest:016x}",
        }


def augmentation_vectors():
    image = [[8 * y + x for x in range(6)] for y in range(5)]
    cases = [(1, epoch, sample, 4, True) for epoch in (0, 1) for sample in range(4)]
    cases += [(3, 7, 59999, 2, False), (8, 2, 11, 0, True), (8, 2, 13, 0, True)]
    for seed, epoch, sample, padding, flip in cases:
        down, right, mirrored = draw(seed, epoch, sample, padding, flip)
        yield {
            "seed": seed,
            "epoch": epoch,
            "sample": sample,
            "padding": padding,
            "flip": flip,
            "down": down,
            "right": right,
            "mirrored": mirrored,
            "image": sum(augmented(image, down, right, mirrored), []),
        }


def vectors():
    return {
        "keys": list(key_vectors()),
        "identity": identity([1, 2, 3], bytes(range(60)), 10).hex(),
        "viewsIdentity": views_identity_vector(),
        "samplers": list(sampler_vectors()),
        "classSamplers": list(class_sampler_vectors()),
        "divisions": list(division_vectors()),
        "augmentations": list(augmentation_vectors()),
        "holes": list(hole_vectors()),
        "mixings": list(mixing_vectors()),
        "digits": digits_split(),
    }


if __name__ == "__main__":
    print(json.dumps(vectors(), indent=1, ensure_ascii=False))

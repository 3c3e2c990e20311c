"""Scores of classifiers beyond accuracy, by scikit-learn; the calibration error by NumPy, as Guo et
al. 2017 define it.

Labels of -1 stand for none, and do not count.
"""

import numpy as np
import torch
from sklearn.metrics import confusion_matrix, f1_score, recall_score, top_k_accuracy_score

from fixture import Fixture, Numbers

BINS = 15


def answers(numbers, samples, classes):
    """Logits that favour the label of most samples, and the labels; the last class has none."""
    labels = numbers.labels(samples, classes - 1)
    favoured = torch.nn.functional.one_hot(labels, classes).double()
    strength = 6 * numbers.positive(samples, 1) - 4
    return (2 * numbers.normal(samples, classes) + strength * favoured).float(), labels


def bins(confidences, right):
    """Mean confidence, accuracy and share of each bin (lower, upper] that holds samples."""
    bounds = np.linspace(0, 1, BINS + 1)
    rows = []
    for lower, upper in zip(bounds[:-1], bounds[1:]):
        inside = (confidences > lower) & (confidences <= upper)
        if inside.any():
            rows.append([confidences[inside].mean(), right[inside].mean(), inside.mean()])
    return np.array(rows)


def score(fixture, name, samples, classes, unlabelled=0):
    logits, labels = answers(Numbers(name), samples, classes)
    labels[:unlabelled] = -1
    y = labels.numpy()[unlabelled:]
    probabilities = torch.softmax(logits.double(), dim=1).numpy()[unlabelled:]
    named = probabilities.argmax(axis=1)
    every = np.arange(classes)
    rows = bins(probabilities.max(axis=1), named == y)
    tensors = {
        "logits": logits,
        "labels": labels,
        "ece": (rows[:, 2] * np.abs(rows[:, 1] - rows[:, 0])).sum(),
        "f1": f1_score(y, named, average="macro"),
        "calibration": rows,
        "confusion": confusion_matrix(y, named, labels=every),
        "class_accuracies": recall_score(
            y, named, labels=every, average=None, zero_division=np.nan
        ),
    }
    if classes > 5:
        tensors["top-5"] = top_k_accuracy_score(y, probabilities, k=5, labels=every)
    fixture.case(f"scores/{name}", tensors)


def scores():
    fixture = Fixture()
    score(fixture, "few-classes", 300, 4)
    score(fixture, "many-classes", 400, 12)
    score(fixture, "more-classes-than-are-listed", 200, 40)
    score(fixture, "without-some-labels", 150, 10, unlabelled=20)
    return fixture

"""Computes the reference numbers that the tests of NeuralNetwork, Distillation and Training compare
with.

    python3 -m venv reference && reference/bin/pip install -r scripts/reference/requirements.txt
    reference/bin/python scripts/reference/generate.py

Everything is computed in float64 by PyTorch, and scores of classifiers by scikit-learn, from inputs
that float32 holds exactly, and written to the tests' Fixtures as safetensors. The tests read those
files: they need no Python.
"""

from pathlib import Path

import torch

from adversaries import adversaries
from cohorts import cohorts
from distillation import distillation
from edges import edges
from gated import gated
from generation import generation
from generators import generators
from graphs import graphs
from language import language
from lifelong import exemplars, losses
from operations import operations
from optimizers import training_rules
from pairs import map_distances, pairs
from peers import peers
from quantization import quantisation
from scores import scores
from snapshots import snapshots
from training import BRANCHES, EXITS, MODELS, exits, parameter_counts, whole_model
from views import views

TESTS = Path(__file__).parents[2] / "Tests"
FIXTURES = TESTS / "NeuralNetworkTests/Fixtures"
LOSSES = TESTS / "DistillationTests/Fixtures"
COHORTS = TESTS / "TrainingTests/Fixtures"


def main():
    torch.set_num_threads(1)
    for folder in [FIXTURES, LOSSES, COHORTS]:
        folder.mkdir(parents=True, exist_ok=True)
    operations().write(FIXTURES / "operations.safetensors")
    training_rules().write(FIXTURES / "training-rules.safetensors")
    quantisation().write(FIXTURES / "quantization.safetensors")
    generators().write(FIXTURES / "generators.safetensors")
    for name in MODELS:
        whole_model(name).write(FIXTURES / f"{name}.safetensors")
    exits(EXITS).write(FIXTURES / "exits.safetensors")
    exits(BRANCHES).write(FIXTURES / "branches.safetensors")
    (FIXTURES / "parameters.json").write_text(parameter_counts())
    adversaries().write(LOSSES / "adversaries.safetensors")
    distillation().write(LOSSES / "losses.safetensors")
    edges().write(LOSSES / "edges.safetensors")
    gated().write(LOSSES / "gated.safetensors")
    generation().write(LOSSES / "generation.safetensors")
    graphs().write(LOSSES / "graphs.safetensors")
    language().write(LOSSES / "language.safetensors")
    losses().write(LOSSES / "lifelong.safetensors")
    exemplars().write(COHORTS / "exemplars.safetensors")
    map_distances().write(LOSSES / "map-distances.safetensors")
    peers().write(LOSSES / "peers.safetensors")
    cohorts().write(COHORTS / "cohorts.safetensors")
    pairs().write(COHORTS / "pairs.safetensors")
    scores().write(COHORTS / "scores.safetensors")
    snapshots().write(COHORTS / "snapshots.safetensors")
    views().write(COHORTS / "views.safetensors")
    for path in sorted([*FIXTURES.iterdir(), *LOSSES.iterdir(), *COHORTS.iterdir()]):
        print(f"{path.stat().st_size:9,} {path.name}")


if __name__ == "__main__":
    main()

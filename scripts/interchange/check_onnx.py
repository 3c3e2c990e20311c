#!/usr/bin/env python3
"""Compares ONNX files with the logits that were computed by who wrote them.

usage: check_onnx.py FOLDER

For each NAME.onnx in the folder: onnx's checker accepts it with full shape inference, and ONNX
Runtime's outputs for the inputs of each NAME-COUNT.safetensors differ from its logits by at most
1e-5 of their size.
"""
import pathlib
import sys

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file

TOLERANCE = 1e-5


def difference(session: onnxruntime.InferenceSession, example: dict[str, numpy.ndarray]) -> float:
    """The largest difference of the outputs, as a share of the largest logit."""
    wanted = session.get_inputs()[0]
    kind = numpy.int64 if wanted.type == "tensor(int64)" else numpy.float32
    (found,) = session.run(None, {wanted.name: example["input"].astype(kind)})
    expected = example["logits"]
    if found.shape != expected.shape:
        raise SystemExit(f"outputs have the shape {found.shape}, not {expected.shape}")
    return float(numpy.abs(found - expected).max() / numpy.abs(expected).max())


def main(folder: pathlib.Path) -> int:
    failures = 0
    models = sorted(folder.glob("*.onnx"))
    for path in models:
        onnx.checker.check_model(onnx.load(path), full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        examples = sorted(folder.glob(f"{path.stem}-?.safetensors"))
        if not examples:
            raise SystemExit(f"{path}: there are no inputs beside it")
        worst = max(difference(session, load_file(example)) for example in examples)
        failures += worst > TOLERANCE
        print(f"{path.stem}: {worst:.1e}{'' if worst <= TOLERANCE else '  TOO FAR'}")
    if not models:
        raise SystemExit(f"{folder}: no .onnx file")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1])))

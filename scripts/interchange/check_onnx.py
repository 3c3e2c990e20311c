#!/usr/bin/env python3
"""Compares ONNX files with the logits that were computed by who wrote them.

usage: check_onnx.py FOLDER

For each NAME.onnx in the folder: onnx's checker accepts it with full shape inference, and ONNX
Runtime's outputs for the inputs of each NAME-COUNT.safetensors differ from its logits by at most
1e-5 of their size. Of a quantised model, NAME beginning with `quantized`, that holds for half of
the samples at least; the others differ by at most 5e-2, where a number that is rounded to a level
fell to the neighbouring one.
"""
import pathlib
import sys

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file

TOLERANCE = 1e-5
QUANTIZED_TOLERANCE = 5e-2


def differences(
    session: onnxruntime.InferenceSession, example: dict[str, numpy.ndarray]
) -> list[float]:
    """The largest difference of each sample's outputs, as a share of the largest logit."""
    wanted = session.get_inputs()[0]
    kind = numpy.int64 if wanted.type == "tensor(int64)" else numpy.float32
    (found,) = session.run(None, {wanted.name: example["input"].astype(kind)})
    expected = example["logits"]
    if found.shape != expected.shape:
        raise SystemExit(f"outputs have the shape {found.shape}, not {expected.shape}")
    return list(numpy.abs(found - expected).max(axis=1) / numpy.abs(expected).max())


def main(folder: pathlib.Path) -> int:
    failures = 0
    models = sorted(folder.glob("*.onnx"))
    for path in models:
        onnx.checker.check_model(onnx.load(path), full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        examples = sorted(folder.glob(f"{path.stem}-?.safetensors"))
        if not examples:
            raise SystemExit(f"{path}: there are no inputs beside it")
        found = [d for example in examples for d in differences(session, load_file(example))]
        is_right = max(found) <= TOLERANCE
        if path.stem.startswith("quantized"):
            is_right = numpy.median(found) <= TOLERANCE and max(found) <= QUANTIZED_TOLERANCE
        failures += not is_right
        print(f"{path.stem}: {max(found):.1e}{'' if is_right else '  TOO FAR'}")
    if not models:
        raise SystemExit(f"{folder}: no .onnx file")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1])))

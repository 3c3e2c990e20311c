"""Carries a checkpoint between Cohort and PyTorch, by hand (see generate.py for the environment).

    interop.py read model.safetensors --model resnet8 --shape 1,28,28 --inputs samples.safetensors

loads a checkpoint that Cohort wrote into the PyTorch model (strict=True) and prints, for each
sample of the tensor `input`, the predicted class and the logits.

    interop.py write model.safetensors --model resnet8 --shape 1,28,28 --inputs samples.safetensors

writes a freshly initialised PyTorch model for Cohort to read, and beside it eight random samples
with PyTorch's own `logits`.
"""

import argparse
from ast import literal_eval

import torch
from safetensors.torch import load_file, save_file

from models import make


def option(text):
    key, _, value = text.partition("=")
    return key, literal_eval(value)


def shape(text):
    return tuple(map(int, text.split(",")))


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("direction", choices=["read", "write"])
    parser.add_argument("checkpoint")
    parser.add_argument("--model", required=True)
    parser.add_argument("--shape", required=True, type=shape, metavar="C,H,W")
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--option", type=option, action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--inputs", required=True, metavar="FILE")
    return parser.parse_args()


def predict(model, inputs):
    with torch.no_grad():
        return model.eval()(inputs)


def read(model, given):
    model.load_state_dict(load_file(given.checkpoint), strict=True)
    for logits in predict(model, load_file(given.inputs)["input"]):
        print(int(logits.argmax()), " ".join(f"{value:.6g}" for value in logits))


def write(model, given):
    save_file(model.state_dict(), given.checkpoint, metadata={"format": "pt"})
    inputs = torch.randn(8, *given.shape)
    save_file({"input": inputs, "logits": predict(model, inputs)}, given.inputs)


def main():
    given = arguments()
    model = make(given.model, given.shape, given.classes, **dict(given.option))
    (read if given.direction == "read" else write)(model, given)


if __name__ == "__main__":
    main()

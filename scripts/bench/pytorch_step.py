"""PyTorch's training step of a model, measured as `cohort bench step --json` measures ours.

    pytorch_step.py --model resnet8 --problem FOLDER [--threads 1] [--seconds 3]
                    [--tuned | --compiled]

FOLDER is what `cohort bench problem` wrote: the weights must load with strict=True, the model must
have as many parameters, and the losses of the first steps must be the same, or this ends with a
message. Prints one object of JSON. `--tuned` lays images out with their channels last; the
allocator is tuned by the environment, see compare.py. `--compiled` does so too, and compiles the
model by torch.compile; what that takes is not counted.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from pathlib import Path

import torch
import torch._inductor.config
from safetensors.torch import load_file
from torch.nn import functional as F
from torch.optim import SGD

sys.path.insert(0, str(Path(__file__).parents[1] / "reference"))
from models import make, reads_tokens  # noqa: E402

# Of the first loss, and of those after an update: deep nets magnify rounding from step to step.
FIRST, LATER = 1e-5, 1e-3


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--problem", required=True, type=Path)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--options", action="append", default=[], help="KEY=VALUE of the model")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10, help="the fewest to count")
    parser.add_argument("--seconds", type=float, default=3, help="the shortest time to count over")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--tuned", action="store_true")
    way.add_argument("--compiled", action="store_true")
    return parser.parse_args()


def compiled(model):
    """The model compiled, for the instructions that the rest of PyTorch is held to."""
    if torch.backends.cpu.get_cpu_capability() == "AVX2":
        torch._inductor.config.cpp.simdlen = 256
    return torch.compile(model, dynamic=False)


class Trainee:
    def __init__(self, given, weights, batch):
        inputs, self.labels = batch["input"], batch["labels"]
        options = {key: int(value) for key, value in (o.split("=") for o in given.options)}
        self.model = make(given.model, tuple(inputs.shape[1:]), given.classes, **options)
        self.model.load_state_dict(weights, strict=True)
        if (given.tuned or given.compiled) and not reads_tokens(given.model):
            self.model = self.model.to(memory_format=torch.channels_last)
            inputs = inputs.contiguous(memory_format=torch.channels_last)
        self.inputs = inputs
        self.optimizer = SGD(self.model.parameters(), 0.001, 0.9)
        self.model.train()
        self.logits = compiled(self.model) if given.compiled else self.model

    def step(self):
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.logits(self.inputs), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def check(trainee, losses, model):
    for step, expected in enumerate(losses.tolist()):
        loss = trainee.step()
        if abs(loss - expected) > (LATER if step else FIRST) * max(1, abs(expected)):
            sys.exit(f"{model}: the loss of step {step} is {loss} in PyTorch, {expected} in ours")


def measure(trainee, given):
    for _ in range(given.warm_up):
        trainee.step()
    times, begin = [], time.perf_counter()
    while len(times) < given.steps or time.perf_counter() - begin < given.seconds:
        start = time.perf_counter()
        trainee.step()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    given = arguments()
    torch.set_num_threads(given.threads)
    torch.set_num_interop_threads(1)
    weights = load_file(given.problem / "model.safetensors")
    batch = load_file(given.problem / "batch.safetensors")
    trainee = Trainee(given, weights, batch)
    check(trainee, batch["losses"], given.model)
    seconds = measure(trainee, given)
    count = len(batch["input"])
    print(json.dumps({
        "model": given.model, "batch": count, "threads": given.threads,
        "parameters": sum(p.numel() for p in trainee.model.parameters()),
        "step_ms": seconds * 1000, "images_per_second": count / seconds,
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


if __name__ == "__main__":
    main()

"""PyTorch's step of a distillation without data, with all three models in one process.

    pytorch_data_free.py --method dafl --batch 128 --sizes JSON [--threads 1] [--cycles 5]
                         [--warm-up 2] [--tuned]

Prints one object of JSON: the time of a step in milliseconds, the peak memory in bytes, and how
many parameters the models have. `--tuned` lays images out with their channels last; the allocator
is tuned by the environment, see compare.py.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional as F
from torch.optim import SGD

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "reference"), str(ROOT / "python/src")]
from cohort import models  # noqa: E402
from generators import Generator  # noqa: E402

SHAPE, CLASSES = (3, 32, 32), 10
STUDENT_STEPS = 5


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--method", required=True, choices=["dafl", "dfad"])
    parser.add_argument("--batch", required=True, type=int)
    parser.add_argument("--sizes", required=True, type=json.loads)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cycles", type=int, default=5, help="of at least six steps, to count")
    parser.add_argument("--warm-up", type=int, default=2, help="cycles before these")
    parser.add_argument("--tuned", action="store_true")
    return parser.parse_args()


class Cohort:
    """Generator, frozen teacher and student."""

    def __init__(self, given):
        sizes = given.sizes
        self.batch, self.latent = given.batch, sizes["g"]["latent"]
        self.generator = Generator(
            self.latent, SHAPE, sizes["g"]["channels"], "nearest", "normalized", 1)
        self.teacher = models.make("lenet", SHAPE, CLASSES, sizes["t"]).eval()
        self.student = models.make("lenet", SHAPE, CLASSES, sizes["s"])
        self.all = [self.teacher, self.generator, self.student]
        self.parameters = sum(p.numel() for model in self.all for p in model.parameters())
        self.teacher.requires_grad_(False)
        if given.tuned:
            for model in self.all:
                model.to(memory_format=torch.channels_last)
        self.features = None
        self.teacher.fc2.register_forward_pre_hook(self.note)
        self.optimizers = {
            model: SGD(model.parameters(), 0.01, 0.9) for model in [self.generator, self.student]}

    def note(self, _, inputs):
        self.features = inputs[0]

    def made(self):
        return self.generator(torch.randn(self.batch, self.latent))

    def dafl(self):
        """Both learn at each step (Chen et al. 2019)."""
        x = self.made()
        logits = self.teacher(x)
        sure = F.cross_entropy(logits, logits.argmax(1))
        mean = logits.softmax(1).mean(0)
        balance = (mean * mean.log10()).sum()
        loss = sure + 5 * balance - 0.1 * self.features.abs().mean()
        target = logits.detach().log_softmax(1)
        own = self.student(x.detach()).log_softmax(1)
        taught = F.kl_div(own, target, reduction="batchmean", log_target=True)
        for optimizer in self.optimizers.values():
            optimizer.zero_grad()
        loss.backward()
        taught.backward()
        for optimizer in self.optimizers.values():
            optimizer.step()

    def dfad(self):
        """The student's steps on fresh samples, then the generator's (Fang et al. 2019)."""
        for _ in range(STUDENT_STEPS):
            with torch.no_grad():
                x = self.made()
                target = self.teacher(x)
            loss = (self.student(x) - target).abs().mean()
            self.learn(self.student, loss)
        self.student.requires_grad_(False)
        x = self.made()
        loss = -(self.teacher(x) - self.student(x)).abs().mean()
        self.learn(self.generator, loss)
        self.student.requires_grad_(True)

    def learn(self, model, loss):
        self.optimizers[model].zero_grad()
        loss.backward()
        self.optimizers[model].step()


def main():
    given = arguments()
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    cohort = Cohort(given)
    # As many steps as an interval of ours has.
    steps = STUDENT_STEPS + 1
    times = []
    for _ in range(given.warm_up + given.cycles):
        start = time.perf_counter()
        if given.method == "dfad":
            cohort.dfad()
        else:
            for _ in range(steps):
                cohort.dafl()
        times.append((time.perf_counter() - start) / steps)
    print(json.dumps({
        "ms": 1e3 * statistics.median(times[given.warm_up:]),
        "memory": [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024],
        "parameters": cohort.parameters}))


if __name__ == "__main__":
    main()

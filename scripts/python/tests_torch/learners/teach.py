"""Frozen teachers of PyTorch, ONNX Runtime and scikit-learn, chosen by the first argument."""

from __future__ import annotations

import sys

import numpy as np

import cohort
from tests.learners.softmax import DIGITS


def net():  # type: ignore[no-untyped-def]
    import torch
    from torch.nn import Conv2d, Flatten, Linear, Module, ReLU, Sequential

    class Net(Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = Sequential(Conv2d(1, 8, 3, padding=1), ReLU())
            self.head = Sequential(Flatten(), Linear(512, 10))

        def forward(self, images):  # type: ignore[no-untyped-def]
            map_ = self.body(images)
            return self.head(map_), {"features": map_}

    torch.manual_seed(3)
    torch.set_num_threads(1)
    return Net()


def main(framework: str) -> None:
    data = cohort.digits(DIGITS)
    plan = cohort.Plan.find()
    images = plan.data.normalization(data.images).reshape(len(data.images), -1)
    if framework == "torch":
        cohort.serve(net(), data, device="cpu")
    elif framework == "onnx":
        import io

        import onnxruntime
        import torch

        torch.manual_seed(3)
        file = io.BytesIO()
        model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10)).eval()
        torch.onnx.export(
            model,
            (torch.zeros(2, 1, 8, 8),),
            file,
            input_names=["input"],
            dynamic_axes={"input": {0: "n"}},
            dynamo=False,
        )
        session = onnxruntime.InferenceSession(file.getvalue())
        cohort.serve(lambda x: session.run(None, {"input": x})[0], data)
    else:
        from sklearn.linear_model import LogisticRegression

        classifier = LogisticRegression(max_iter=200).fit(images, data.labels)
        cohort.serve(lambda x: classifier.predict_log_proba(np.reshape(x, (len(x), -1))), data)


if __name__ == "__main__":
    main(sys.argv[1])

"""Data sets as arrays: the samples by whose numbers learners agree."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .digests import identity
from .division import stratified_split
from .errors import CorruptData, MissingFile, WrongConfiguration
from .plan import Data, Plan
from .randomness import Key

Images = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
_IDX_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


@dataclass(frozen=True)
class DataSet:
    """Images N×C×H×W of bytes or float32 as they are stored, and the class of each.

    The numbers of samples are places in `images`: the order must be that of the cohort's data.
    """

    images: Images
    labels: Labels
    test_images: Images | None = None
    test_labels: Labels | None = None

    @staticmethod
    def of(
        images: npt.ArrayLike,
        labels: npt.ArrayLike,
        test_images: npt.ArrayLike | None = None,
        test_labels: npt.ArrayLike | None = None,
    ) -> DataSet:
        """Takes images N×C×H×W, N×H×W or N×D; a sequence or vector of D counts as 1×1×D.

        Bytes stay bytes; other numbers become float32.
        """
        return DataSet(
            _images(images),
            _labels(labels, len(np.asarray(images))),
            None if test_images is None else _images(test_images),
            None if test_labels is None else _labels(test_labels, len(np.asarray(test_images))),
        )

    @staticmethod
    def load(folder: str | os.PathLike[str], view: str | None = None) -> DataSet:
        """Reads what `cohort check CONFIG --samples FOLDER` wrote; of a view where one is named.

        Images stay in their files until they are used.
        """
        place = Path(folder)
        images = place if view is None else place / view
        test = place / "test-labels.npy"
        return DataSet(
            _read_npy(images / "train-images.npy"),
            _read_npy(place / "train-labels.npy"),
            _read_npy(images / "test-images.npy") if test.exists() else None,
            _read_npy(test) if test.exists() else None,
        )

    def check(self, facts: Data) -> None:
        """Raises WrongConfiguration where these are not the samples that a plan names."""
        if self.images.shape[1:] != facts.shape or len(self.images) != facts.train:
            raise WrongConfiguration(
                f"the data hold {len(self.images)} images of {self.images.shape[1:]}, the plan's"
                f" ({facts.set}) {facts.train} of {facts.shape}"
            )
        if identity(self.images).hex() != facts.identity:
            raise WrongConfiguration(
                f"the training images are not the plan's ({facts.set}): they have the same"
                " shape, and another content, order or type; bytes must be given as uint8"
            )

    def held_out(self, plan: Plan) -> tuple[Images, Labels]:
        """The samples that the cohort is tested on: the validation's where there is no test set."""
        if self.test_images is not None and self.test_labels is not None:
            return self.test_images, self.test_labels
        return self.images[plan.validation], self.labels[plan.validation]


def _images(images: npt.ArrayLike) -> Images:
    array = np.asarray(images)
    if array.dtype != np.uint8:
        array = array.astype(np.float32)
    if array.ndim == 2:
        array = array[:, None, None, :]
    elif array.ndim == 3:
        array = array[:, None]
    if array.ndim != 4:
        raise WrongConfiguration(f"images are N×C×H×W, N×H×W or N×D, not of shape {array.shape}")
    return np.ascontiguousarray(array)


def _labels(labels: npt.ArrayLike, count: int) -> Labels:
    array = np.asarray(labels)
    if array.shape != (count,) or not np.issubdtype(array.dtype, np.integer):
        raise WrongConfiguration(f"{count} images need {count} whole numbers as labels")
    return array.astype(np.int64)


def digits(path: str | os.PathLike[str] | None = None) -> DataSet:
    """The handwritten digits, in the order of the data set `digits`.

    `path` is the repository's digits.csv.gz, or a CSV of 1,797 rows of 64 pixels and the class;
    without one they come from scikit-learn, which carries the same rows.
    """
    rows = _digit_rows(path)
    labels = rows[:, 64].astype(np.int64)
    images = rows[:, :64].astype(np.uint8).reshape(-1, 1, 8, 8)
    key = Key.of_seed(0).child("digits")
    test = stratified_split(labels, 10, np.arange(len(rows)), key, 540, 1)[0]
    train = np.setdiff1d(np.arange(len(rows)), test)
    return DataSet(images[train], labels[train], images[test], labels[test])


def _digit_rows(path: str | os.PathLike[str] | None) -> npt.NDArray[np.int64]:
    if path is not None:
        with _open(Path(path)) as file:
            return np.loadtxt(file, delimiter=",", dtype=np.int64)
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise MissingFile(
            "the digits come from scikit-learn, which is not installed; name digits.csv.gz instead"
        ) from error
    found = load_digits()
    return np.column_stack([found.data, found.target]).astype(np.int64)


def idx(
    images: str | os.PathLike[str],
    labels: str | os.PathLike[str],
    test_images: str | os.PathLike[str] | None = None,
    test_labels: str | os.PathLike[str] | None = None,
) -> DataSet:
    """Data in IDX files, as MNIST's, compressed by gzip or not."""
    test = None if test_images is None else read_idx(test_images)
    test_classes = None if test_labels is None else read_idx(test_labels)
    return DataSet.of(read_idx(images), read_idx(labels), test, test_classes)


def read_idx(path: str | os.PathLike[str]) -> npt.NDArray[Any]:
    """The array of one IDX file."""
    with _open(Path(path)) as file:
        data = file.read()
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in _IDX_TYPES:
        raise CorruptData(f"{path} is no IDX file")
    dtype, count = np.dtype(_IDX_TYPES[data[2]]), data[3]
    shape = np.frombuffer(data, dtype=">u4", count=count, offset=4).astype(np.int64)
    if len(data) != 4 + 4 * count + int(shape.prod()) * dtype.itemsize:
        raise CorruptData(f"{path} has another size than its header says")
    values = np.frombuffer(data, dtype=dtype, offset=4 + 4 * count).reshape(shape)
    return values.astype(dtype.newbyteorder("="))


def _read_npy(path: Path) -> npt.NDArray[Any]:
    if not path.exists():
        raise MissingFile(
            f"{path} is missing; `cohort check CONFIG --samples {path.parent}` writes the samples"
        )
    array: npt.NDArray[Any] = np.load(path, mmap_mode="r")
    return array


def _open(path: Path) -> Any:
    try:
        with open(path, "rb") as file:
            is_compressed = file.read(2) == b"\x1f\x8b"
        return gzip.open(path, "rb") if is_compressed else open(path, "rb")
    except FileNotFoundError as error:
        raise MissingFile(f"{path} is missing") from error

"""Join a cohort of learners that teach one another, from PyTorch, NumPy or anything else.

- `serve` teaches with a frozen model: anything that maps a batch of images to logits.
- `Peer` makes a training loop a full member of a cohort.
- `record` writes a teacher's knowledge into files; `to_npz` and `from_npz` are their other form.
- `check` says what is wrong with a connection.
- `Run` reads a run's directory.

The modules below hold one concept each: `wire`, `codecs`, `journal`, `sampler`, `division` and so
on. They follow the documents of Cohort's manual, and can be used by themselves.
"""

from __future__ import annotations

from .answers import Table
from .checking import Findings, check
from .contact import Invitation
from .curve import Keys
from .dataset import DataSet, digits, idx
from .errors import CohortError, CorruptData, MissingFile, Unavailable, WrongConfiguration
from .peer import Peer, Step
from .plan import Plan
from .recording import from_npz, record, to_npz
from .runs import Run
from .samples import Batches
from .serving import serve
from .state import State
from .teaching import Taught

__version__ = "0.1.0"

__all__ = [
    "Batches",
    "CohortError",
    "CorruptData",
    "DataSet",
    "Findings",
    "Invitation",
    "Keys",
    "MissingFile",
    "Peer",
    "Plan",
    "Run",
    "State",
    "Step",
    "Table",
    "Taught",
    "Unavailable",
    "WrongConfiguration",
    "check",
    "digits",
    "from_npz",
    "idx",
    "record",
    "serve",
    "to_npz",
]

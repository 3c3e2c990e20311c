"""A frozen teacher, made of anything that maps a batch of images to logits."""

from __future__ import annotations

import os

from . import contact as contacts
from .answers import Answers, Model
from .contact import Invitation
from .curve import Keys
from .dataset import DataSet
from .greeting import greeting
from .inputs import Served, taking, teach
from .interruption import Interruption
from .membership import Membership, Progress
from .peer import directory_of, keys_of, membership, require_agreement
from .plan import Plan
from .tensors import Knowledge


def serve(
    model: Model,
    data: DataSet | None = None,
    *,
    shape: tuple[int, ...] | None = None,
    contact: Invitation | str | os.PathLike[str] | None = None,
    plan: Plan | str | os.PathLike[str] | None = None,
    directory: str | os.PathLike[str] | None = None,
    keys: Keys | str | os.PathLike[str] | None = None,
    device: str | None = None,
    host: str | None = None,
    advertise: str | None = None,
) -> None:
    """Teaches with frozen weights until all students have learned.

    `model` maps normalized images N×C×H×W (float32; with a `device` a PyTorch tensor there) to
    logits N×classes, or to a pair of logits and activations by tap. It may be a PyTorch module,
    which is set to evaluation mode, a function around an ONNX Runtime session or a scikit-learn
    model, plain NumPy, or a `Table`. It answers for later steps while students learn from earlier
    ones. The other arguments are those of `cohort.Peer`. A teacher that
    was killed and is started again goes on where it was.

    Where the configuration says `inputs: send`, each batch comes from a student, and no `data` are
    needed. `shape` C×H×W then says what the model takes: a student with others is refused.
    """
    planned = taking(Plan.find(plan), shape)
    answers = Answers(model, planned, data, device)
    invitation = contacts.find(contact, planned.limits.join)
    require_agreement(planned, invitation)
    place = directory_of(directory, planned)
    served = Served(place) if planned.is_sent_inputs else None
    with (
        Interruption() as interruption,
        membership(
            planned,
            invitation,
            place,
            keys_of(keys),
            Progress(checkpoints=None),
            greeting(planned, data),
            host,
            advertise,
        ) as member,
    ):
        member.interrupted = interruption.check
        if served:
            member.progress = served.progress(planned, member)
        member.join()
        if served:
            teach(member, answers, planned, served, interruption)
        else:
            _teach(member, answers, planned, interruption)


def _teach(member: Membership, answers: Answers, plan: Plan, interruption: Interruption) -> None:
    """Publishes all that is due; what an earlier life published is in the journal."""
    last = member.last_published
    places = [p for p in answers.places(last[0] if last else 0) if not member.journal.holds(p)]

    def publish(knowledge: Knowledge) -> None:
        interruption.check()
        member.publish(knowledge)

    answers.publish(places, publish)
    member.finish(plan.lasts - 1)

"""Three stages in three threads: one makes questions, one answers them, one hands answers on.

The caller's thread answers. Between two answers it takes the interpreter's lock once: queues of the
standard library that are written in C hand everything over, as a stage that waits for a lock of
another stage would wait for the work that this one does under the interpreter's lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")
Question = TypeVar("Question")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Ahead:
    """How far the stages may be ahead of one another."""

    questions: int
    """Questions that are made and not answered."""
    answers: int
    """Answers that are given and not handed on."""
    octets: int
    """How large these answers may be together, beside the newest."""


class _Failure:
    """What ended a stage early."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Pipeline(Generic[Item, Question, Answer]):
    """Runs the stages over some items, in their order, until all of them are handed on."""

    def __init__(
        self,
        ask: Callable[[Item], Question],
        answer: Callable[[Question], Answer],
        hand_on: Callable[[Answer], None],
        size: Callable[[Answer], int],
        ahead: Ahead,
    ) -> None:
        self._ask, self._answer, self._hand_on, self._size = ask, answer, hand_on, size
        self._ahead = ahead
        self._room: SimpleQueue[None] = SimpleQueue()
        """One entry for each question that may be made."""
        self._questions: SimpleQueue[Question | _Failure | None] = SimpleQueue()
        self._answers: SimpleQueue[tuple[Answer, int] | None] = SimpleQueue()
        self._handed_on: SimpleQueue[int | _Failure] = SimpleQueue()
        self._is_stopping = False

    def run(self, items: Iterable[Item]) -> None:
        """Answers in the caller's thread. Raises what any stage raises."""
        before = threading.Thread(target=self._make, args=(items,), name="cohort-questions")
        behind = threading.Thread(target=self._give, name="cohort-answers")
        for _ in range(self._ahead.questions):
            self._room.put(None)
        before.start()
        behind.start()
        try:
            self._answer_all()
        finally:
            self._is_stopping = True
            self._room.put(None)
            self._answers.put(None)
            before.join()
            behind.join()

    def _answer_all(self) -> None:
        count = octets = 0
        while (question := self._questions.get()) is not None:
            if isinstance(question, _Failure):
                raise question.error
            answer = self._answer(question)
            self._room.put(None)
            size = self._size(answer)
            count, octets = count + 1, octets + size
            self._answers.put((answer, size))
            while count > 1 and (
                not self._handed_on.empty()
                or count > self._ahead.answers
                or octets - size > self._ahead.octets
            ):
                count, octets = count - 1, octets - self._next_handed_on()
        for _ in range(count):
            self._next_handed_on()

    def _next_handed_on(self) -> int:
        """The size of the oldest answer, when it is handed on."""
        found = self._handed_on.get()
        if isinstance(found, _Failure):
            raise found.error
        return found

    def _make(self, items: Iterable[Item]) -> None:
        try:
            for item in items:
                self._room.get()
                if self._is_stopping:
                    return
                self._questions.put(self._ask(item))
            self._questions.put(None)
        except BaseException as error:
            self._questions.put(_Failure(error))

    def _give(self) -> None:
        try:
            while (found := self._answers.get()) is not None and not self._is_stopping:
                self._hand_on(found[0])
                self._handed_on.put(found[1])
        except BaseException as error:
            self._handed_on.put(_Failure(error))

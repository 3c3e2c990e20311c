"""Stages in threads: their order, how far they are ahead, and what ends them early."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from cohort.pipeline import Ahead, Pipeline


def pipeline(
    ask: Callable[[int], int],
    answer: Callable[[int], int],
    hand_on: Callable[[int], None],
    ahead: Ahead = Ahead(2, 3, 1000),  # noqa: B008
    size: Callable[[int], int] = lambda answer: 1,
) -> Pipeline[int, int, int]:
    return Pipeline(ask, answer, hand_on, size, ahead)


def same(value: int) -> int:
    return value


def test_all_is_handed_on_in_order_and_answered_in_the_caller_s_thread() -> None:
    threads: set[threading.Thread] = set()
    found: list[int] = []

    def answer(question: int) -> int:
        threads.add(threading.current_thread())
        return 10 * question

    pipeline(same, answer, found.append).run(range(50))
    assert found == [10 * number for number in range(50)]
    assert threads == {threading.current_thread()}
    pipeline(same, answer, found.append).run([])


@pytest.mark.parametrize(
    ("ahead", "size", "most"), [(Ahead(2, 3, 1000), 1, 4), (Ahead(2, 9, 25), 10, 4)]
)
def test_no_stage_is_further_ahead_than_it_may(ahead: Ahead, size: int, most: int) -> None:
    asked: list[int] = []
    answered: list[int] = []
    handed_on: list[int] = []
    gate, full = threading.Semaphore(0), threading.Event()

    def ask(number: int) -> int:
        asked.append(number)
        assert len(asked) <= len(answered) + 1 + ahead.questions
        return number

    def answer(number: int) -> int:
        answered.append(number)
        if len(answered) == most:
            full.set()
        return number

    def hand_on(number: int) -> None:
        gate.acquire()
        handed_on.append(number)

    def open_gate() -> None:
        assert full.wait(30)
        assert not handed_on and len(answered) <= most + 1
        gate.release(100)

    watch = threading.Thread(target=open_gate)
    watch.start()
    pipeline(ask, answer, hand_on, ahead, lambda answer: size).run(range(40))
    watch.join()
    assert handed_on == list(range(40))


@pytest.mark.parametrize("stage", ["ask", "answer", "hand on"])
@pytest.mark.parametrize("kind", [ValueError, SystemExit])
def test_what_a_stage_raises_ends_the_others(stage: str, kind: type[BaseException]) -> None:
    handed_on: list[int] = []

    def fail(at: str) -> Callable[[int], int]:
        def body(number: int) -> int:
            if at == "hand on":
                handed_on.append(number)
            if at == stage and number == 7:
                raise kind("seven")
            return number

        return body

    stages = [fail(at) for at in ("ask", "answer", "hand on")]
    with pytest.raises(kind, match="seven"):
        pipeline(stages[0], stages[1], lambda number: (stages[2](number), None)[1]).run(range(100))
    assert handed_on == list(range(len(handed_on))) and len(handed_on) <= 8
    assert not [t for t in threading.enumerate() if t.name.startswith("cohort-")]

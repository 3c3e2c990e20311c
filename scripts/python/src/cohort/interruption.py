"""TERM, as a launcher or a scheduler sends it: a checkpoint, then exit code 75."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType

PREEMPTED = 75
LAUNCHED_ENVIRONMENT = "COHORT_LAUNCHED"
"""The variable by which a launcher says that the end of standard input means that it has gone."""
_GRACE = 10.0


class Interruption:
    """Notes TERM while it is entered; a second one ends the process at once.

    Outside the main thread, where Python allows no handlers, nothing is noted.
    """

    def __init__(self) -> None:
        self.is_asked = False
        self._before: signal.Handlers | object = None

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.is_asked:
            raise SystemExit(128 + number)
        self.is_asked = True

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():
            ignored = signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
            if not ignored:
                self._before = signal.signal(signal.SIGTERM, self._note)
        if os.environ.get(LAUNCHED_ENVIRONMENT) == "1":
            threading.Thread(target=self._watch_launcher, daemon=True).start()
        return self

    def _watch_launcher(self) -> None:
        """The launcher holds standard input open, and never writes to it."""
        try:
            while os.read(0, 4096):
                pass
        except OSError:
            return
        self.is_asked = True
        threading.Event().wait(_GRACE)
        os._exit(PREEMPTED)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)  # type: ignore[arg-type]

    def check(self) -> None:
        """Raises SystemExit(75) where TERM has come: for waits in which nothing can be saved."""
        if self.is_asked:
            raise SystemExit(PREEMPTED)

"""What is being done, in plain lines on standard error, where no terminal shows a bar."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock, Timer
from time import monotonic
from typing import TextIO

# Steps that follow each other faster are not worth a line of their own.
SECONDS_BETWEEN = 1.0


class Saying:
    """Writes one line when what is being done changes, at most one a second.

    A step that begins sooner after the last line is told once the second is over, if it still runs.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._what: str | None = None
        self._said: str | None = None
        self._next_at = 0.0
        self._timer: Timer | None = None
        self._lock = Lock()

    def __call__(self, what: str, _done: int, _total: int | None) -> None:
        """Note what is being done; how much of it is done is for bars only."""
        with self._lock:
            self._what = what
            if what == self._said or self._timer is not None:
                return
            left = self._next_at - monotonic()
            if left <= 0:
                self._say()
                return
            # A long step may tell nothing more: the line comes without a further word of it.
            self._timer = Timer(left, self._later)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        """Say no more; a step that is over by now stays unsaid."""
        with self._lock:
            timer, self._timer = self._timer, None
            self._what = self._said
        if timer is not None:
            timer.cancel()
            timer.join()

    def _later(self) -> None:
        with self._lock:
            self._timer = None
            if self._what != self._said:
                self._say()

    def _say(self) -> None:
        self._said, self._next_at = self._what, monotonic() + SECONDS_BETWEEN
        # A reader who has gone must not stop the work.
        with suppress(OSError, ValueError):
            self._stream.write(f"trucewatch: {self._what}\n")
            self._stream.flush()

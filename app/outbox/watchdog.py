"""Something that happens at an appointed moment, unless it is called off before."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import Condition, Thread, current_thread


class Watchdog:
    """Calls `bite` once a moment has passed. One at a time, and one thread for all of them.

    A thread for each mail would take as long as the conversation about it. `bite` runs in the
    watchdog's thread and must not take long; once `call_off` has returned it runs no more.
    """

    def __init__(self, bite: Callable[[], None]) -> None:
        self._bite = bite
        self._changed = Condition()
        self._at = math.inf
        self._sleeps_until = math.inf
        self._thread: Thread | None = None

    def appoint(self, seconds: float) -> None:
        """From now on; what was appointed before is called off."""
        with self._changed:
            self._at = time.monotonic() + max(seconds, 0)
            if self._thread is None:
                self._thread = Thread(target=self._watch, name="watchdog", daemon=True)
                self._thread.start()
            elif self._at < self._sleeps_until:
                self._changed.notify()

    def call_off(self) -> None:
        # its thread sleeps on: waking it for each mail would cost what one thread saves
        with self._changed:
            self._at = math.inf

    def dismiss(self) -> None:
        """End the thread, if there is one; another appointment begins another."""
        with self._changed:
            self._at, self._thread = math.inf, None
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while self._thread is current_thread():
                left = self._at - time.monotonic()
                if left <= 0:
                    self._at = math.inf
                    self._bite()
                else:
                    self._sleeps_until = self._at
                    self._changed.wait(None if math.isinf(left) else left)

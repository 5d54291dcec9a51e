"""Waiting for something to become true, with a deadline instead of a guess."""

from __future__ import annotations

import time
from collections.abc import Callable

PAUSE = 0.01
# seconds until we say that something will never come, however busy the machine is
PATIENCE = 60


def wait_until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Return once `condition()` is true; raise TimeoutError naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(PAUSE)

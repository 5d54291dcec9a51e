"""The garbage collector, told how much litter tests make.

An application a test is more than it expects of a program: it would look through everything that
was imported again and again, for a third of the time that the tests take.
"""

from __future__ import annotations

import gc

# how many new objects, then how many rounds among the young, before the older ones are looked at
THRESHOLDS = (20_000, 10, 10)


def pytest_collection_finish() -> None:
    """What is there by now stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)

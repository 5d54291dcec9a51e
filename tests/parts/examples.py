"""What properties draw: the same for one commit, wherever and however slowly it is tested.

EXPLORE=1 draws others.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

IS_EXPLORING = "EXPLORE" in os.environ
# How long an example takes says how busy the machine is, and nothing about the code.
UNHURRIED = (HealthCheck.too_slow,)
# For a property whose examples follow each other on the fixtures of one test.
ON_ONE_FIXTURE = (*UNHURRIED, HealthCheck.function_scoped_fixture)

settings.register_profile(
    "maillage",
    deadline=None,
    suppress_health_check=UNHURRIED,
    derandomize=not IS_EXPLORING,
    database=None,
)
settings.load_profile("maillage")


def _draw_no_words_of_ours() -> None:
    """Hypothesis likes to draw the constants of what is imported by then, unless it lies in a
    folder named tests: other tests before, or another place, would make other examples.
    """
    none_of_ours = providers._local_constants
    providers._get_local_constants = lambda: none_of_ours


if not IS_EXPLORING:
    _draw_no_words_of_ours()


def pytest_itemcollected(item: pytest.Item) -> None:
    """No property has a clock: one that names health checks of its own names ours, too."""
    chosen = getattr(getattr(item, "obj", None), "_hypothesis_internal_use_settings", None)
    if chosen is None:
        return
    if chosen.deadline is not None or not set(UNHURRIED) <= set(chosen.suppress_health_check):
        raise pytest.UsageError(f"{item.nodeid} would fail on a busy machine: see {__name__}")

"""The examples of properties depend on nothing but their own text."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts.examples import IS_EXPLORING

HURRIED = """
from hypothesis import HealthCheck, given, settings, strategies

@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(strategies.integers())
def test_hurried(number):
    pass
"""


def drawn() -> list[str]:
    """What a property with free words sees."""
    seen: list[str] = []

    @given(words=st.text())
    def look(words: str) -> None:
        seen.append(words)

    look()
    return seen


@pytest.mark.skipif(IS_EXPLORING, reason="others are wanted each time")
def test_they_are_the_same_whatever_has_been_imported_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = drawn()
    words = tmp_path / "words.py"
    words.write_text(f"WORDS = {[f'word number {number}' for number in range(500)]}")
    spec = spec_from_file_location("words", words)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "words", module)
    spec.loader.exec_module(module)
    assert drawn() == before


def test_a_property_with_a_clock_of_its_own_is_not_even_collected(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(HURRIED)
    outcome = pytester.runpytest_inprocess("-p", "tests.parts.examples")
    assert outcome.ret is pytest.ExitCode.USAGE_ERROR
    outcome.stderr.fnmatch_lines(["*test_hurried would fail on a busy machine*"])

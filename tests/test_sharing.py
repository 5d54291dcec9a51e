"""Tests that stand on the same thing run in one process; all others wherever there is room."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parts.sharing import IN_THE_BROWSER, ONE_STORY, ONE_WORLD, group_of

ROOT = Path(__file__).parent.parent
DEALT = """
import os

def pytest_runtest_call(item):
    file = item.nodeid.partition("::")[0]
    with open("dealt.txt", "a") as dealt:
        dealt.write(f"{file} {os.environ['PYTEST_XDIST_WORKER']}\\n")
"""


def test_groups_go_by_the_names_of_files() -> None:
    assert group_of("tests/plans/test_in_the_browser.py::test_a[x]") == IN_THE_BROWSER
    assert group_of("tests/upkeep/test_browser.py::test_b") == IN_THE_BROWSER
    assert group_of("tests/access/test_matrix.py::test_c[1]") == "tests/access/test_matrix.py"
    assert group_of("tests/demo/test_story.py::test_e") == ONE_STORY
    assert (
        group_of("tests/plans/test_rules.py::test_d[1]") == "tests/plans/test_rules.py::test_d[1]"
    )


def test_the_files_that_stay_together_exist() -> None:
    assert [file for file in ONE_WORLD if not (ROOT / file).exists()] == []
    assert len(list((ROOT / "tests").rglob(f"*{IN_THE_BROWSER}"))) > 5
    assert list((ROOT / ONE_STORY).glob("test_*.py"))


def test_a_group_runs_in_one_process(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Really, with two processes: xdist's own marks were without effect, and nobody noticed."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    many = "import pytest\n@pytest.mark.parametrize('n', range(12))\ndef test_it(n): pass\n"
    pytester.makepyfile(test_one_browser=many, test_other_browser=many, test_single=many)
    pytester.makeconftest(DEALT)
    options = ("-p", "no:cacheprovider", "-p", "tests.parts.sharing")
    done = pytester.runpytest_subprocess(*options, "-n", "2", "--dist", "loadgroup")
    done.assert_outcomes(passed=36)
    dealt = [line.split() for line in (pytester.path / "dealt.txt").read_text().splitlines()]
    assert len({worker for file, worker in dealt if "browser" in file}) == 1
    assert len({worker for _file, worker in dealt}) == 2

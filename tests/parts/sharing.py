"""Which tests stay together when several processes share the work.

What they stand on takes long to make: a browser, a world under attack, the stage of the access
matrix, the demonstration on both databases. It is made once where all that ask for it run in one
process. Groups are dealt out before single tests, so that no process is left with one at the end.

By the names of files: `--dist loadgroup` reads marks that pytest 9.2 no longer hands to xdist.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ONE_WORLD = frozenset(
    {
        "tests/access/test_matrix.py",
        "tests/hostile/test_hostile.py",
        "tests/hostile/test_quantities.py",
        "tests/hostile/test_strangers.py",
    }
)
IN_THE_BROWSER = "browser.py"
ONE_STORY = "tests/demo/"


def group_of(nodeid: str) -> str:
    """The group of a test, which may be its own."""
    file = nodeid.partition("::")[0]
    if file.endswith(IN_THE_BROWSER):
        return IN_THE_BROWSER
    if file.startswith(ONE_STORY):
        return ONE_STORY
    return file if file in ONE_WORLD else nodeid


class Groups(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups | None:
    """Ours where groups are asked for."""
    return Groups(config, log) if config.getoption("dist") == "loadgroup" else None

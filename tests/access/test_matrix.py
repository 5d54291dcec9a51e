"""The access matrix: (method, route) × the whole cast → status."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.access.matrix import Line, read
from tests.access.stage import VISITOR, Stage, stage
from tests.access.understudies import UNDERSTUDIES
from tests.cast import CAST

LINES = read()
# a fixture that this module uses
__all__ = ["stage"]
# served as files, to anybody
UNGUARDED = {"static"}


@pytest.mark.parametrize("line", LINES, ids=str)
def test_everybody_gets_what_the_matrix_says(line: Line, stage: Stage) -> None:
    found, wrote = {}, set()
    for who in line.statuses:
        before = stage.moment()
        found[who] = stage.status(who, line.method, line.address, line.form)
        if stage.moment() != before:
            wrote.add(who)
            stage.set_back()
    assert found == line.statuses, f"matrix.txt:{line.number}"
    refused = {who for who in wrote if line.method == "GET" or found[who] in (403, 404)}
    assert refused == set(), f"matrix.txt:{line.number} is written to"


def test_every_route_has_its_line(stage: Stage) -> None:
    adapter = stage.app.url_map.bind("localhost")
    specified = set()
    for line in LINES:
        address = line.address.split("?")[0].replace("{", "").replace("}", "")
        endpoint, _arguments = adapter.match(address, method=line.method)
        specified.add((line.method, endpoint))
    existing = {
        (method, rule.endpoint)
        for rule in stage.app.url_map.iter_rules()
        if rule.endpoint not in UNGUARDED
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert existing == specified


def test_no_line_is_told_twice() -> None:
    told = Counter((line.method, line.address, *line.form.items()) for line in LINES)
    assert [request for request, times in told.items() if times > 1] == []


def test_what_was_written_is_set_back(stage: Stage) -> None:
    """Or else one line of the table would see what another one did."""
    line = next(line for line in LINES if str(line) == "POST /deconnexion")
    before = stage.moment()
    assert stage.status("Anne", line.method, line.address, line.form) == 303
    assert stage.moment() != before
    assert stage.status("Anne", "GET", "/compte", {}) == 303
    stage.set_back()
    assert stage.status("Anne", "GET", "/compte", {}) == 200


def test_another_territorys_pilot_learns_of_none_of_this() -> None:
    """Whatever stands below a territory, and whatever the operator has, is not even there."""
    scoped = ("/territoires/{territory}", "/exploitation", "/projets/{project}", "/etapes/")
    # people without an account read there what becomes of their data
    notice = "/territoires/{territory}/confidentialite"
    told = {
        str(line): line.statuses["Paul"]
        for line in LINES
        if line.address.startswith(scoped) and line.address != notice
    }
    assert len(told) > 60
    assert {line for line, status in told.items() if status != 404} == set()


def test_the_matrix_speaks_of_the_whole_cast() -> None:
    assert set(LINES[0].statuses) == {VISITOR, *CAST, *UNDERSTUDIES}

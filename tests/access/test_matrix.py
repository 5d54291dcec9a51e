"""The access matrix: (method, route) × the whole cast → status."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.access.clients import VISITOR, client_of, engine_name, set_back
from tests.access.matrix import Line, read
from tests.access.understudies import UNDERSTUDIES
from tests.cast import CAST

LINES = read()
# fixtures that this module uses
__all__ = ["engine_name", "set_back"]
# served as files, to anybody
UNGUARDED = {"static"}


@pytest.mark.parametrize("line", LINES, ids=str)
def test_everybody_gets_what_the_matrix_says(
    line: Line,
    app: Flask,
    client: FlaskClient,
    as_: Callable[[str], FlaskClient],
    set_back: Callable[[], None],
) -> None:
    address = line.address.format(**app.extensions["maillage_rows"])
    found = {}
    for who in line.statuses:
        caller = client_of(who, client, as_)
        found[who] = caller.open(address, method=line.method, data=line.form).status_code
        if line.method != "GET":
            set_back()
    assert found == line.statuses, f"matrix.txt:{line.number}"


def test_every_route_has_its_line(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    specified = set()
    for line in LINES:
        address = line.address.split("?")[0].replace("{", "").replace("}", "")
        endpoint, _arguments = adapter.match(address, method=line.method)
        specified.add((line.method, endpoint))
    existing = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in UNGUARDED
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert existing == specified


def test_another_territorys_pilot_learns_of_none_of_this() -> None:
    """Whatever stands below a territory, and whatever the operator has, is not even there."""
    scoped = ("/territoires/{territory}", "/exploitation", "/projets/{project}", "/etapes/")
    told = {str(line): line.statuses["Paul"] for line in LINES if line.address.startswith(scoped)}
    assert len(told) > 60
    assert {line for line, status in told.items() if status != 404} == set()


def test_the_matrix_speaks_of_the_whole_cast() -> None:
    assert set(LINES[0].statuses) == {VISITOR, *CAST, *UNDERSTUDIES}

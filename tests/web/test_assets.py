"""Static files: kept by browsers for a year, under an address that changes with them."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from app.web import assets


def test_a_page_names_files_that_are_there_and_may_be_kept(client: FlaskClient) -> None:
    named = set(re.findall(r'(?:href|src)="(/static/[^"#]*)"', client.get("/aide").text))
    assert len(named) > 15
    for address in named:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            assert answer.cache_control.max_age == assets.KEPT.total_seconds(), address
            assert not answer.cache_control.private


def test_the_address_follows_the_content(client: FlaskClient) -> None:
    assert re.fullmatch(r"/static/[0-9a-f]{10}", assets.url_path())
    assert client.get("/static/0000000000/css/base.css").status_code == 404


def test_a_file_carries_nobody_s_session(as_: Callable[[str], FlaskClient]) -> None:
    with as_("Anne").get(f"{assets.url_path()}/css/base.css") as answer:
        assert "Set-Cookie" not in answer.headers

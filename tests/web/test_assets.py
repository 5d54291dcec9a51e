"""Static files: kept by browsers for a year, under an address that changes with them; packed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.web import assets


def test_a_page_names_files_that_are_there_and_may_be_kept(client: FlaskClient) -> None:
    named = set(re.findall(r'(?:href|src)="(/static/[^"#]*)"', client.get("/aide").text))
    assert len(named) == 7
    for address in named:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            assert answer.cache_control.max_age == assets.KEPT.total_seconds(), address
            assert not answer.cache_control.private


def test_the_address_follows_the_content(client: FlaskClient) -> None:
    assert re.fullmatch(r"/static/[0-9a-f]{10}", assets.url_path())
    assert client.get("/static/0000000000/css/base.css").status_code == 404
    assert client.get(f"{assets.url_path()}/css/nowhere.css").status_code == 404
    assert client.get(f"{assets.url_path()}/../config.py").status_code == 404


def test_every_sheet_is_in_the_one_answer_that_pages_ask_for(client: FlaskClient) -> None:
    known = {path.stem for path in (assets.FOLDER / "css").glob("*.css")}
    assert set(assets.SHEETS) == known and known > assets.OF_NARROW_PAGES
    with client.get(f"{assets.url_path()}/css/whole.css") as answer:
        for name in known:
            assert (assets.FOLDER / "css" / f"{name}.css").read_text("utf-8") in answer.text
    assert "@media print {" in answer.text


@pytest.mark.parametrize("name", ["css/light.css", "css/base.css", "js/app.js", "icons.svg"])
def test_text_travels_packed_where_the_browser_unpacks(client: FlaskClient, name: str) -> None:
    address = f"{assets.url_path()}/{name}"
    with (
        client.get(address) as plain,
        client.get(address, headers={"Accept-Encoding": "gzip"}) as packed,
    ):
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 2
        assert packed.mimetype == plain.mimetype
        assert (
            "Accept-Encoding" in packed.headers["Vary"]
            and "Accept-Encoding" in plain.headers["Vary"]
        )


@pytest.mark.parametrize("name", ["css/whole.css", "js/app.js", "icons.svg"])
def test_a_file_is_the_same_whoever_asks(as_: Callable[[str], FlaskClient], name: str) -> None:
    """A browser that has it need not fetch it again once somebody has signed in."""
    with as_("Anne").get(f"{assets.url_path()}/{name}") as answer:
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")

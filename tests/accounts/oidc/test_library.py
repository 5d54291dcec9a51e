"""The whole flow against `oidc-provider-mock`, somebody else's OpenID Connect server; once with a
browser. What it cannot do wrong is in test_false_provider.py.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ExternalIdentity
from app.factory import create_app
from app.web.database import db
from config import Oidc
from tests.accounts.entering import is_in
from tests.accounts.oidc.going import set_out
from tests.conftest import make_app, settings_for
from tests.parts.browser import axe_violations, serving
from tests.parts.ports import own_port
from tests.parts.waiting import PATIENCE, wait_until

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Without a provider of ours: it only opens the database."""
    made = make_app(database_url, tmp_path)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider in a process of its own, knowing Lucie."""
    # ours until its own process takes it
    with own_port() as (port, _listening):
        address = f"http://localhost:{port}"
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
    )
    try:
        wait_until(lambda: _knows_lucie(address), "the provider to start")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _knows_lucie(address: str) -> bool:
    claims = {"email": "lucie@example.org", "email_verified": True}
    try:
        with httpx.Client(trust_env=False) as client:
            return client.put(f"{address}/users/lucie", json=claims).is_success
    except httpx.HTTPError:
        return False


def app_at(base_url: str, issuer: str, database_url: str, data_dir: Path) -> Flask:
    oidc = Oidc(issuer, "maillage", "between us", "Comptes communs")
    plain = settings_for(database_url, data_dir)
    made = create_app(replace(plain, base_url=base_url, oidc=oidc))
    made.config["TESTING"] = True
    return made


def linked(session: Session) -> list[str]:
    session.rollback()
    live = select(ExternalIdentity.subject).where(ExternalIdentity.unlinked_at.is_(None))
    return list(session.scalars(live))


def test_a_client_goes_all_the_way(
    issuer: str, database_url: str, tmp_path: Path, session: Session
) -> None:
    app = app_at("http://localhost", issuer, database_url, tmp_path)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with httpx.Client(trust_env=False) as browser:
        answer = browser.post(set_out(client, next="/compte"), data={"sub": "lucie"})
    parts = urlsplit(answer.headers["Location"])
    assert client.get(f"{parts.path}?{parts.query}").location == "/compte"
    assert is_in(client)
    assert linked(session) == ["lucie"]
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def site(issuer: str, database_url: str, tmp_path: Path) -> Iterator[str]:
    """Where we are served."""
    with own_port() as (port, listening):
        made = app_at(f"http://127.0.0.1:{port}", issuer, database_url, tmp_path)
        with serving(made, listening) as address:
            yield address
    with made.app_context():
        db.engine.dispose()


def test_a_browser_goes_all_the_way(page: Page, issuer: str, site: str, session: Session) -> None:
    page.goto(f"{site}/connexion?next=/compte")
    assert axe_violations(page) == []
    page.get_by_role("button", name="S’identifier avec Comptes communs").click()
    page.wait_for_url(f"{issuer}/**")
    page.locator("input[name=sub]").first.fill("lucie")
    page.locator("input[name=sub]").first.press("Enter")
    page.wait_for_url(f"{site}/compte")
    expect(page.locator("#fournisseur")).to_contain_text("Associé depuis")
    expect(page.locator("#sessions")).to_contain_text("par un fournisseur d’identité")
    page.get_by_role("button", name="Dissocier").click()
    expect(page.locator("#fournisseur")).to_contain_text("Associer")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Associer Comptes communs").click()
    page.wait_for_url(f"{issuer}/**")
    # she changes her mind
    page.locator("button[value=deny]").click()
    page.wait_for_url(f"{site}/connexion/retour**")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert axe_violations(page) == []
    assert linked(session) == []


LOADED = """
import sys
from pathlib import Path
from app.factory import create_app
from config import load
create_app(load())
print(sorted({"joserfc", "authlib"} & {name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(
    ("settings", "loaded"),
    [
        ({}, "[]"),
        (
            {
                "MAILLAGE_OIDC_ISSUER": "http://localhost:9",
                "MAILLAGE_OIDC_CLIENT_ID": "x",
                "MAILLAGE_OIDC_CLIENT_SECRET": "x",
            },
            "['joserfc']",
        ),
    ],
)
def test_what_speaks_with_a_provider_is_loaded_where_one_is_named(
    tmp_path: Path, settings: dict[str, str], loaded: str
) -> None:
    environment = {"MAILLAGE_SECRET_KEY": "s" * 32, "MAILLAGE_DATA_DIR": str(tmp_path), **settings}
    started = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=PROJECT,
        env={"PATH": "/usr/bin", "PYTHONPATH": str(PROJECT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert started.stdout.strip() == loaded

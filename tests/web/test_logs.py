"""The logs tell what happened, and open nothing to whoever reads them."""

from __future__ import annotations

import email
import email.policy
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_password
from app.core import clock
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.outbox.jobs import deliver
from app.web.database import db
from tests.access.rows import prepare
from tests.cast import Cast

As = Callable[[str], FlaskClient]
PASSWORD = "Quatre pains, deux brioches 7"
INSTALL = Path(__file__).resolve().parents[2] / "docs" / "install.md"


@pytest.fixture
def said() -> Iterator[list[str]]:
    """Every line that anything logs, however low, with its traceback."""
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    ear, root = Ear(logging.DEBUG), logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(ear)
    root.setLevel(level)


def rows_of(app: Flask, session: Session, cast: Cast) -> dict[str, str]:
    cast.person("Anne").password_hash = hash_password(PASSWORD)
    rows = prepare(app, session, cast)
    session.close()
    return rows


def test_signing_in_and_mailed_links_leave_no_secret_in_the_logs(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, said: list[str]
) -> None:
    rows = rows_of(app, session, cast)
    for password in (PASSWORD, "un mot de passe faux 7"):
        client.post("/connexion", data={"email": "anne@example.org", "password": password})
    client.post("/connexion/lien", data={"email": "lucie@example.org"})
    pages = {"sign_in": "lien", "invitation": "invitation", "address": "adresse", "mail": "r"}
    pages["question"] = "demande"
    for name, page in pages.items():
        for method in ("GET", "POST"):
            client.open(f"/{page}/{rows[f'{name}_link']}", method=method)
    client.post(f"/desabonnement/{rows['leave_link']}")
    with app.app_context():
        deliver(app.extensions["maillage_settings"], db.engine, Event())
    log = "\n".join(said)
    for name in (*pages, "leave"):
        assert rows[f"{name}_link"] not in log
    letters = (app.extensions["maillage_settings"].data_dir / "mailbox").rglob("*.maillage")
    (link,) = [
        found[1] for one in letters if (found := re.search(r"/lien/([\w.-]+)", text_of(one)))
    ]
    assert link not in log
    for secret in (PASSWORD, "un mot de passe faux", "argon2id$", "Vous avez demandé"):
        assert secret not in log


def test_a_crash_behind_a_mailed_link_names_the_page_and_not_the_link(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, said: list[str]
) -> None:
    rows = rows_of(app, session, cast)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    def crash(token: str) -> str:
        raise RuntimeError("broken")

    crash.is_public = True  # type: ignore[attr-defined]
    app.view_functions["accounts.enter_by_link"] = crash
    assert client.get(f"/lien/{rows['sign_in_link']}").status_code == 500
    log = "\n".join(said)
    assert "Exception on /lien/<token> [GET]" in log
    assert "RuntimeError: broken" in log
    assert rows["sign_in_link"] not in log


def test_a_lost_race_tells_no_value(
    app: Flask, as_: As, session: Session, cast: Cast, said: list[str]
) -> None:
    """PostgreSQL says in its error which value stood there already."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    address = str(cast.person("Lucie").email)
    acting(session, None, Via.COMMAND, clock.now())

    def collide() -> str:
        acting(db.session(), None, Via.PAGE, clock.now())
        Cast(db.session()).person("Marc").email = address
        db.session.commit()
        return ""

    app.view_functions["reports.today"] = collide
    assert as_("Anne").get("/aujourdhui").status_code == 409
    log = "\n".join(said)
    assert "lost a race" in log
    assert address not in log


def text_of(letter: Path) -> str:
    mail = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def test_the_development_server_masks_links_in_its_lines(app: Flask, said: list[str]) -> None:
    log = logging.getLogger("werkzeug")
    log.log(logging.WARNING, '127.0.0.1 - - "%s" %s', "GET /lien/a.secret-token HTTP/1.1", 200)
    log.warning("127.0.0.1 - - GET /r/another.token?merci=x HTTP/1.1 303")
    log.warning("GET /aide HTTP/1.1")
    assert "secret-token" not in str(said) and "another.token" not in str(said)
    assert "/lien/… HTTP/1.1" in said[-3]
    assert said[-1] == "GET /aide HTTP/1.1"


def test_the_web_server_of_the_guide_logs_no_link(app: Flask) -> None:
    """A new page behind a mailed link must be named in docs/install.md."""
    unlogged = re.search(r"location ~ \^/\(([\w|-]+)\)/ \{\s+access_log off;", INSTALL.read_text())
    assert unlogged
    pages = {
        rule.rule.split("/")[1] for rule in app.url_map.iter_rules() if "token" in rule.arguments
    }
    assert set(unlogged[1].split("|")) == pages


def test_the_braces_of_the_guides_web_server_balance() -> None:
    """What cannot be read would not start: nginx refuses the whole file."""
    blocks = re.findall(
        r"^cat >/etc/nginx/.*?<<'END'\n(.*?)^END$", INSTALL.read_text(), re.MULTILINE | re.DOTALL
    )
    assert blocks
    for block in blocks:
        depth = 0
        for brace in re.findall("[{}]", re.sub(r"#.*", "", block)):
            depth += 1 if brace == "{" else -1
            assert depth >= 0, block
        assert depth == 0, block

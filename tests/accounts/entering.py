"""Entering with a second factor, as the tests of this room do it."""

from __future__ import annotations

import functools
import re
from datetime import datetime

import pyotp
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.hashing import hash_password
from app.accounts.models import RecoveryCode, SecondFactor
from app.accounts.recovery_codes import hash_code, new_codes
from app.accounts.sealing import Seal
from tests.cast import Cast
from tests.conftest import SECRET

PASSWORD = "Quatre pains, deux brioches 7"
APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@functools.cache
def hashed() -> str:
    return hash_password(PASSWORD)


def code_at(now: datetime, *, steps: int = 0, secret: str = APP) -> str:
    """What the app shows now, or some steps of thirty seconds away."""
    return pyotp.TOTP(secret).at(now, counter_offset=steps)


def wrong_code_at(now: datetime) -> str:
    """Six digits that none of the three present codes has."""
    right = {code_at(now, steps=away) for away in (-1, 0, 1)}
    return next(code for code in ("111111", "222222", "333333", "444444") if code not in right)


def give_factor(
    session: Session, cast: Cast, who: str, now: datetime, *, secret_key: str = SECRET
) -> list[str]:
    """A password, the app and recovery codes, which it answers; commits."""
    person = cast.person(who)
    person.password_hash = hashed()
    sealed = Seal(secret_key, "second-factor").close(APP, now)
    session.add(SecondFactor(person_id=person.id, sealed_secret=sealed, last_step=0, set_up_at=now))
    codes = new_codes()
    session.add_all(
        RecoveryCode(person_id=person.id, code_hash=hash_code(person.id, code)) for code in codes
    )
    session.commit()
    return codes


def by_password(client: FlaskClient, who: str = "lucie", **query: str) -> TestResponse:
    return client.post(
        "/connexion",
        query_string=query,
        data={"email": f"{who}@example.org", "password": PASSWORD},
    )


def by_code(client: FlaskClient, code: str = "", recovery: str = "", **query: str) -> TestResponse:
    return client.post(
        "/connexion/code", query_string=query, data={"code": code, "recovery": recovery}
    )


def is_in(client: FlaskClient) -> bool:
    """Whether this browser has a session."""
    return client.get("/compte").status_code == 200


def hidden_secret(page: str) -> str:
    found = re.search(r'name="secret"[^>]*value="([^"]+)"', page)
    assert found, "the page carries no sealed secret"
    return found[1]


def shown_secret(page: str) -> str:
    found = re.search(r'id="secret-text"[^>]*>([^<]+)<', page)
    assert found, "the page shows no secret"
    return found[1].replace(" ", "")


def shown_codes(page: str) -> list[str]:
    return re.findall(r"<li><code>([^<]+)</code></li>", page)

"""Signing out: here, and at the provider where it asks for that."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import SignIn
from app.accounts.oidc.kinds import ProviderError
from app.accounts.routes.blueprint import accounts, provider, seal
from app.accounts.routes.entering import leave
from app.accounts.routes.leaving import leave_for
from app.core import clock
from app.web.database import db
from app.web.gate import public, viewer_or_none
from app.web.htmx import leave_to

log = logging.getLogger(__name__)
ID_TOKENS = "id-token"


@accounts.post("/deconnexion")
@public
def sign_out() -> ResponseReturnValue:
    now = clock.now()
    id_token = _id_token(now)
    leave(now)
    db.session.commit()
    address = _way_to_sign_out(id_token, now) if id_token else None
    return leave_for(address) if address else leave_to(url_for("accounts.sign_in"))


def _id_token(now: datetime) -> str | None:
    """What the provider gave for this session, where it wants to see it again."""
    who = viewer_or_none()
    sign_in = db.session.get(SignIn, who.sign_in_id) if who else None
    sealed = sign_in.sealed_id_token if sign_in else None
    return seal(ID_TOKENS).open(sealed, now=now) if sealed else None


def _way_to_sign_out(id_token: str, now: datetime) -> str | None:
    """None where it is out of reach: one is signed out here all the same."""
    wanted = provider()
    try:
        return wanted.way_to_sign_out(id_token, now) if wanted else None
    except ProviderError as error:
        log.warning("signing out at the provider failed (%s): %s", error.fault, error)
        return None

"""Codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds). Pure."""

from __future__ import annotations

import hmac
import re
from datetime import datetime

import pyotp

STEP_SECONDS = 30
# clocks of telephones and of people who type: one step before, one after
DRIFT = 1
# base32: five bits a letter, so 160 bits (RFC 4226, section 4)
SECRET_LETTERS = 32
GROUP = 4


def new_secret() -> str:
    return pyotp.random_base32(SECRET_LETTERS)


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The step of time whose code this is, the present one or a neighbour; None before `after`."""
    codes = pyotp.HOTP(secret)
    found = None
    for step in range(step_of(now) - DRIFT, step_of(now) + DRIFT + 1):
        # each is compared, so that the time taken tells nothing
        if hmac.compare_digest(codes.at(step), code) and step > after:
            found = step
    return found


def read_code(typed: str | None) -> str | None:
    """Six digits, however they were spaced; None for anything else."""
    digits = re.sub(r"[\s.-]", "", typed or "")
    return digits if re.fullmatch(r"[0-9]{6}", digits) else None


def app_uri(secret: str, *, account: str, site: str) -> str:
    """What the QR code says: `account` is whose, `site` the host that it opens."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=f"Maillage {site}")


def grouped(secret: str) -> str:
    """The secret as people type it: groups of four letters."""
    return " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))

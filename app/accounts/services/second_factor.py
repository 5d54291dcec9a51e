"""The second factor: set up, asked for, renewed, removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, delete, update
from sqlalchemy.orm import Session

from app.accounts import recovery_codes, totp
from app.accounts.half_way import forget
from app.accounts.kinds import SecurityEvent
from app.accounts.models import Person, RecoveryCode, SecondFactor
from app.accounts.queries.second_factor import second_factor_of
from app.accounts.sealing import Seal
from app.accounts.services import throttle
from app.accounts.services.account import close_other_sessions
from app.accounts.services.security import tell
from app.accounts.services.sign_in import TooManyAttemptsError
from app.core.refusals import RefusedError

ALREADY = "La double authentification est déjà en place."
DEMANDED = "Votre territoire demande la double authentification : elle reste en place."


class WrongCodeError(Exception):
    """Not the present code, one used before, or no recovery code of this person."""


class UnreadableSecretError(Exception):
    """The secret was sealed with another MAILLAGE_SECRET_KEY: only recovery codes open."""


@dataclass(frozen=True)
class Typed:
    """What a person typed: the app's code, or a recovery code. The first one counts."""

    code: str | None
    recovery: str | None = None


def set_up(
    session: Session,
    person: Person,
    *,
    secret: str,
    code: str | None,
    seal: Seal,
    sign_in_id: int,
    replaces: bool,
    now: datetime,
) -> list[str]:
    """Keep a secret that the app knows, as its code shows; answers the recovery codes.

    `replaces`: a code of the present app or paper was shown, and this takes its place. Closes the
    person's other sessions: they were opened without it. Raises WrongCodeError, and RefusedError
    where one is in place that is not to be replaced.
    """
    if not replaces and second_factor_of(session, person.id) is not None:
        raise RefusedError(ALREADY)
    step = totp.matching_step(secret, code, now, after=0) if code else None
    if step is None:
        raise WrongCodeError
    _take_away(session, person.id)
    session.add(
        SecondFactor(
            person_id=person.id,
            sealed_secret=seal.close(secret, now),
            last_step=step,
            set_up_at=now,
        )
    )
    session.flush()
    forget(session, person.id)
    close_other_sessions(session, person.id, sign_in_id=sign_in_id, now=now)
    tell(session, person, SecurityEvent.FACTOR_SET_UP, now)
    return _new_codes(session, person.id)


def check(
    session: Session,
    person: Person,
    typed: Typed,
    *,
    address: str | None,
    seal: Seal,
    now: datetime,
) -> None:
    """Use a code up. The caller commits what it opens together with it.

    The attempt is counted and committed before it is looked at. Raises TooManyAttemptsError,
    WrongCodeError, UnreadableSecretError.
    """
    attempt = throttle.note_attempt(session, throttle.by_code(person.id, address), now)
    session.commit()
    if throttle.is_over(session, attempt, now):
        throttle.withdraw(session, attempt)
        tell(session, person, SecurityEvent.CODES_GUESSED, now, once_a_day=True)
        session.commit()
        raise TooManyAttemptsError
    if typed.code:
        _use_code(session, person.id, typed.code, seal, now)
    else:
        _use_recovery_code(session, person, typed.recovery, now)
    throttle.forgive(session, attempt)


def renew_recovery_codes(session: Session, person: Person, now: datetime) -> list[str]:
    """Ten new codes; the former ones open nothing any more."""
    tell(session, person, SecurityEvent.RECOVERY_RENEWED, now)
    return _new_codes(session, person.id)


def remove(session: Session, person: Person, *, demanded: bool, now: datetime) -> None:
    """Do without it again. Raises RefusedError where a territory demands it."""
    if demanded:
        raise RefusedError(DEMANDED)
    if _take_away(session, person.id):
        tell(session, person, SecurityEvent.FACTOR_REMOVED, now)


def reset(session: Session, person: Person, now: datetime) -> bool:
    """For who lost app and recovery codes, by an operator's hand; False when there was none."""
    if not _take_away(session, person.id):
        return False
    tell(session, person, SecurityEvent.FACTOR_RESET, now)
    return True


def is_readable(factor: SecondFactor, seal: Seal, now: datetime) -> bool:
    return seal.open(factor.sealed_secret, now=now) is not None


def _use_code(session: Session, person_id: int, code: str, seal: Seal, now: datetime) -> None:
    factor = second_factor_of(session, person_id)
    read = totp.read_code(code)
    if factor is None or read is None:
        raise WrongCodeError
    secret = seal.open(factor.sealed_secret, now=now)
    if secret is None:
        raise UnreadableSecretError
    step = totp.matching_step(secret, read, now, after=factor.last_step)
    # of two requests with the same code, the row lets one through
    if step is None or not _claim(session, factor.id, step):
        raise WrongCodeError


def _claim(session: Session, factor_id: int, step: int) -> bool:
    # the table, not the model: which step was used last is no change that the journal tells
    table = SecondFactor.__table__
    assert isinstance(table, Table)
    claimed = session.execute(
        update(table)
        .where(table.c.id == factor_id, table.c.last_step < step)
        .values(last_step=step)
        .returning(table.c.id)
    )
    return claimed.first() is not None


def _use_recovery_code(session: Session, person: Person, typed: str | None, now: datetime) -> None:
    code = recovery_codes.read_code(typed)
    if code is None:
        raise WrongCodeError
    used = session.execute(
        delete(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == recovery_codes.hash_code(person.id, code),
        )
        .returning(RecoveryCode.id)
    )
    if used.first() is None:
        raise WrongCodeError
    tell(session, person, SecurityEvent.RECOVERY_USED, now)


def _new_codes(session: Session, person_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = recovery_codes.new_codes()
    session.add_all(
        RecoveryCode(person_id=person_id, code_hash=recovery_codes.hash_code(person_id, code))
        for code in codes
    )
    session.flush()
    return codes


def _take_away(session: Session, person_id: int) -> bool:
    factor = second_factor_of(session, person_id)
    if factor is None:
        return False
    session.delete(factor)
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    forget(session, person_id)
    session.flush()
    return True

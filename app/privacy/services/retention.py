"""What is kept no longer than it serves: each verb handles one bounded batch or one person.

The caller opens a transaction for each and commits it, so that a job can stop and go on anywhere.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from app.accounts.kinds import AskState
from app.accounts.models import (
    Absence,
    Ask,
    Grant,
    HalfSignIn,
    Person,
    ProviderVisit,
    SignIn,
    SignInFailure,
)
from app.accounts.personal.leaving import THEIR_OWN
from app.accounts.services.inviting import without_names
from app.journal.recorder import UNTRACKED
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.outbox.services import enqueue
from app.privacy.kinds import IDLE, Cause
from app.privacy.models import Erasure
from app.privacy.queries.informing import to_inform_by_mail, untold_territories
from app.privacy.queries.silent import is_silent, is_their_own
from app.privacy.queries.statements import statements_of
from app.privacy.rooms import HOLDINGS
from app.privacy.services.erasing import Erased, erase, lock_person, new_erasure
from app.privacy.services.noticing import write_information
from app.privacy.services.redacting import blank_rows
from app.privacy.services.requests import cancel, issue_link

BATCH = 200
# told within a month (RGPD, article 14.3.a), with time for a relay that is down
INFORM_AFTER = timedelta(days=14)
WARNED_FOR = timedelta(days=30)
LOGS_KEPT = timedelta(days=365)
FAILURES_KEPT = timedelta(days=1)
YEAR = timedelta(days=365.25)
_ENDED = (AskState.ACCEPTED, AskState.DECLINED, AskState.WITHDRAWN, AskState.EXPIRED)


def inform(session: Session, now: datetime) -> int:
    """Write the information mails that are due, a batch of them; how many."""
    waiting = to_inform_by_mail(session, now - INFORM_AFTER, BATCH)
    people = session.scalars(
        select(Person).where(Person.id.in_(waiting)).order_by(Person.id).with_for_update(read=True)
    )
    written = 0
    for person in people:
        if person.email is not None and person.anonymised_at is None:
            untold = untold_territories(session, person.id)
            written += bool(untold) and write_information(
                session, person_id=person.id, email=person.email, territory_ids=untold, now=now
            )
    return written


def warn(session: Session, person_id: int, now: datetime) -> bool:
    """Tell the owner of an idle account that it goes in a month; False when it is not idle."""
    person = lock_person(session, person_id)
    if person.email is None or not is_silent(session, person_id, idle_since(session, person, now)):
        return False
    due_at = now + WARNED_FOR
    erasure = new_erasure(person, cause=Cause.IDLE, asked_by_id=None, now=now, due_at=due_at)
    session.add(erasure)
    session.flush()
    # a relay that is down for days moves the end; the link lives as long
    grant = issue_link(session, person, now, due_at + WARNED_FOR)
    mail = enqueue(
        session,
        key=f"{IDLE}:{erasure.public_id}",
        kind=IDLE,
        recipient_id=person.id,
        territory_id=None,
        to=person.email,
        refs={"grant": grant.public_id, "erasure": erasure.id},
        subject="Gardons-nous votre compte Maillage ?",
        not_before=now,
        now=now,
    )
    assert mail is not None  # its key is new
    erasure.mail_id = mail.id
    session.flush()
    return True


def idle_since(session: Session, person: Person, now: datetime) -> datetime:
    """The moment since when nothing was to be heard: the longest term of their territories."""
    here = {place.organisation_id: place.organisation for place in person.memberships}
    ids = {one.id for organisation in here.values() for one in organisation.territories}
    terms = [text.idle_years for text in statements_of(session, ids).values()]
    return now - YEAR * max(terms, default=2)


def due_erasures(session: Session, now: datetime) -> list[int]:
    """Ids of the requests whose day has come."""
    query = select(Erasure.id).where(
        Erasure.due_at <= now, Erasure.done_at.is_(None), Erasure.cancelled_at.is_(None)
    )
    return list(session.scalars(query.order_by(Erasure.id).limit(BATCH)))


def finish(
    session: Session, erasure_id: int, *, now: datetime, mailbox: Path | None
) -> Erased | None:
    """Erase whom a due request names; None when it no longer stands, or not yet.

    Somebody who was warned and came back stays, and so does a contact who got an account or a
    role since a pilot asked; who could not be warned in time has a month more.
    """
    erasure = session.get_one(Erasure, erasure_id)
    # always the person before the request, so that two who erase never wait for each other
    lock_person(session, erasure.person_id)
    session.refresh(erasure)
    if erasure.done_at is not None or erasure.cancelled_at is not None or erasure.due_at > now:
        return None
    if not _stands(session, erasure, now):
        return None
    cause, by_id = erasure.cause, erasure.asked_by_id
    return erase(
        session, erasure.person_id, cause=cause, asked_by_id=by_id, now=now, mailbox=mailbox
    )


def _stands(session: Session, erasure: Erasure, now: datetime) -> bool:
    """Whether the reason to erase is still one."""
    if erasure.cause is Cause.IDLE:
        return _may_go(session, erasure, now)
    if erasure.cause is Cause.PILOT and is_their_own(session, erasure.person_id):
        # a pilot erases contacts; who came in since decides alone
        cancel(session, erasure, now=now)
        return False
    return True


def _may_go(session: Session, erasure: Erasure, now: datetime) -> bool:
    if not is_silent(session, erasure.person_id, erasure.asked_at):
        erasure.cancelled_at = now
        return False
    mail = session.get(Mail, erasure.mail_id) if erasure.mail_id else None
    told_at = mail.ended_at if mail else erasure.asked_at
    if told_at is None or told_at + WARNED_FOR > now:
        erasure.due_at = (told_at or now) + WARNED_FOR
        return False
    return True


def put_off(session: Session, erasure_id: int, now: datetime) -> None:
    """One that fails is tried again tomorrow, after the others."""
    session.execute(
        update(Erasure)
        .where(Erasure.id == erasure_id, Erasure.done_at.is_(None))
        .values(due_at=now + timedelta(days=1))
    )


def sweep(session: Session) -> int:
    """Blank once more what somebody wrote at the very moment of an erasure; how many rows."""
    gone = session.scalars(select(Person.id).where(Person.anonymised_at.is_not(None))).all()
    return sum(
        blank_rows(session, HOLDINGS, gone[start : start + BATCH])
        for start in range(0, len(gone), BATCH)
    )


def trim(session: Session, now: datetime) -> int:
    """Remove a batch of what is kept for a year at most; how many rows, 0 when nothing is left."""
    before = now - LOGS_KEPT
    return (
        _delete(session, SignIn, _old_sign_ins(before))
        + _forget_browsers(session, before)
        + _forget_tokens(session, now)
        + _delete(session, HalfSignIn, HalfSignIn.expires_at < now)
        + _delete(session, ProviderVisit, ProviderVisit.expires_at < now)
        + _delete(session, Absence, Absence.ends_on < before.date())
        + _delete(session, SignInFailure, SignInFailure.at < now - FAILURES_KEPT)
        + _delete(session, Grant, or_(Grant.expires_at < before, Grant.revoked_at < before))
        + _forget_asks(session, before)
        + _forget_errors(session, before)
    )


def _old_sign_ins(before: datetime) -> ColumnElement[bool]:
    """But for each person's last one, which says that they have an account and when they came."""
    later = aliased(SignIn)
    has_later = select(later.id).where(later.person_id == SignIn.person_id, later.id > SignIn.id)
    return and_(_is_over(before), has_later.exists())


def _is_over(before: datetime) -> ColumnElement[bool]:
    return or_(SignIn.expires_at < before, SignIn.closed_at < before)


def _forget_browsers(session: Session, before: datetime) -> int:
    rows = select(SignIn.id).where(_is_over(before), SignIn.browser.is_not(None))
    return _update(session, SignIn, rows, browser=None)


def _forget_tokens(session: Session, now: datetime) -> int:
    """What a provider wants to see at the end of a session serves no longer than the session."""
    rows = select(SignIn.id).where(_is_over(now), SignIn.sealed_id_token.is_not(None))
    return _update(session, SignIn, rows, sealed_id_token=None)


def _forget_asks(session: Session, before: datetime) -> int:
    """What an invitation said of somebody; that there was one, to what, and its answer, stays."""
    run_out = select(Ask.id).where(Ask.state == AskState.OPEN, Ask.expires_at < before)
    expired = _update(session, Ask, run_out, state=AskState.EXPIRED)
    ended = session.execute(
        select(Ask.id, Ask.payload)
        .where(
            Ask.kind.in_(THEIR_OWN),
            Ask.state.in_(_ENDED),
            func.coalesce(Ask.answered_at, Ask.expires_at) < before,
            _says_something(),
        )
        .limit(BATCH)
    ).all()
    for ask_id, payload in ended:
        one = update(Ask).where(Ask.id == ask_id).values(payload=without_names(payload))
        session.execute(_past_the_log(one))
    return expired + len(ended)


def _says_something() -> ColumnElement[bool]:
    """Whether an invitation still holds a name or an address, as all do when they are written."""
    payload = cast(Ask.payload, Text)
    return or_(payload.like('%"name"%'), payload.like('%"email"%'))


def _forget_errors(session: Session, before: datetime) -> int:
    """What a relay answered, often with an address in it."""
    rows = select(Mail.id).where(
        Mail.ended_at < before,
        Mail.state.not_in((MailState.WAITING, MailState.SENDING)),
        or_(Mail.last_error.is_not(None), Mail.content.is_not(None)),
    )
    return _update(session, Mail, rows, last_error=None, content=None)


def _delete(session: Session, model: Any, wanted: ColumnElement[bool]) -> int:
    ids = session.scalars(select(model.id).where(wanted).limit(BATCH)).all()
    session.execute(_past_the_log(delete(model).where(model.id.in_(ids))))
    return len(ids)


def _update(session: Session, model: Any, rows: Select[int], **values: Any) -> int:
    ids: Collection[int] = session.scalars(rows.limit(BATCH)).all()
    session.execute(_past_the_log(update(model).where(model.id.in_(ids)).values(**values)))
    return len(ids)


def _past_the_log(statement: Any) -> Any:
    """Nobody did it but the calendar: the journal would keep what is to be forgotten."""
    return statement.execution_options(synchronize_session=False, **{UNTRACKED: True})

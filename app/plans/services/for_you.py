"""One mail a person for what concerns them within a few minutes. The caller commits.

While it waits, what follows joins it; once its words are made, what follows begins another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.accounts.queries.wishes import wants_mail
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.outbox.services import enqueue
from app.plans.mails.for_you import FOR_YOU, Spoken, spoken_of
from app.plans.models import Step
from app.plans.queries.addressees import Addressee, addressees_of

# from the first of it: what is done in one sitting, and not so long that it comes as a surprise
WINDOW = timedelta(minutes=5)
_STILL_OPEN = (MailState.WAITING, MailState.SENDING)


def tell_entrusted(
    session: Session,
    steps: Sequence[Step],
    *,
    by_id: int | None,
    now: datetime,
    before: Mapping[int, Addressee] = MappingProxyType({}),
) -> list[str]:
    """Whoever is responsible for these from now on reads it in a few minutes: their names.

    Call once for all steps of an act; `before` is who was spoken to about them until then, by
    step. Nobody is told of what they did themselves, nor their organisation where it names
    nobody; a draft, a closed project and a step that is over tell nobody. What is taken back
    before the mail leaves is not in it.
    """
    session.flush()
    addressed = addressees_of(session, [step.id for step in steps])
    own = _places_of(session, by_id)
    places = {step.id: step for step in steps}
    told: dict[int, tuple[Addressee, dict[int, int | None]]] = {}
    for step_id, one in sorted(addressed.items()):
        was = before.get(step_id)
        is_own = one.person_id == by_id or (
            not one.is_named and places[step_id].lead_organisation_id in own
        )
        if not is_own and (was is None or was.person_id != one.person_id):
            told.setdefault(one.person_id, (one, {}))[1][step_id] = by_id
    return [
        one.name
        for one, theirs in _in_order(told)
        if tell(
            session,
            person_id=one.person_id,
            email=one.email,
            territory_id=places[next(iter(theirs))].territory_id,
            spoken=Spoken([], theirs),
            now=now,
        )
    ]


def _in_order(
    told: Mapping[int, tuple[Addressee, dict[int, int | None]]],
) -> list[tuple[Addressee, dict[int, int | None]]]:
    """By person: two acts at once take the mails that they join in one order."""
    return [told[person_id] for person_id in sorted(told)]


def _places_of(session: Session, person_id: int | None) -> Collection[int]:
    query = select(Membership.organisation_id).where(
        Membership.person_id == person_id, Membership.ended_on.is_(None)
    )
    return set(session.scalars(query)) if person_id is not None else ()


def tell(
    session: Session,
    *,
    person_id: int,
    email: str | None,
    territory_id: int,
    spoken: Spoken,
    now: datetime,
) -> bool:
    """Into the mail that waits for this person, or into a new one; False where none reaches them.

    Several people of one act are told in the order of their ids.
    """
    if email is None or not wants_mail(session, person_id):
        return False
    while not _joined(session, person_id, spoken) and not _begun(
        session, person_id, email, territory_id, spoken, now
    ):
        pass  # somebody began it in this moment: it is there to be joined
    return True


def _joined(session: Session, person_id: int, spoken: Spoken) -> bool:
    """Its row is locked: who delivers it waits, and words it with this."""
    waiting = session.scalars(
        select(Mail)
        .where(
            Mail.recipient_id == person_id,
            Mail.kind == FOR_YOU,
            Mail.state.in_(_STILL_OPEN),
            Mail.content.is_(None),
        )
        .order_by(Mail.id.desc())
        .limit(1)
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if waiting is None:
        return False
    waiting.refs = spoken_of(waiting).with_more(spoken).refs
    session.flush()
    return True


def _begun(
    session: Session,
    person_id: int,
    email: str,
    territory_id: int,
    spoken: Spoken,
    now: datetime,
) -> bool:
    """One that follows the last of theirs, so that two who begin it at once write one."""
    last = select(func.max(Mail.id)).where(Mail.recipient_id == person_id, Mail.kind == FOR_YOU)
    written = enqueue(
        session,
        key=f"{FOR_YOU}:{person_id}:{session.scalar(last) or 0}",
        kind=FOR_YOU,
        recipient_id=person_id,
        territory_id=territory_id,
        to=email,
        refs=spoken.refs,
        subject="Pour vous",
        not_before=now + WINDOW,
        now=now,
    )
    return written is not None

"""One mail a person for what concerns them within a few minutes. The caller commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.accounts.queries.wishes import wants_mail
from app.outbox.bundling import Bundle, tell_together
from app.outbox.models import Mail
from app.plans.mails.for_you import FOR_YOU, Spoken, spoken_of
from app.plans.models import Step
from app.plans.queries.addressees import Addressee, addressees_of


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
    """In the mail that waits for this person, or in a new one; False where none reaches them.

    Several people of one act are told in the order of their ids.
    """
    if email is None or not wants_mail(session, person_id):
        return False

    def joining(waiting: Mail | None) -> dict[str, object]:
        return (spoken_of(waiting).with_more(spoken) if waiting else spoken).refs

    bundle = Bundle(FOR_YOU, person_id, email, territory_id, "Pour vous")
    tell_together(session, bundle, joining, now=now)
    return True

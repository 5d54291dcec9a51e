"""The people of the story were told what is done with their data when they came in."""

from __future__ import annotations

from sqlalchemy import insert, literal, null, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.privacy.kinds import Means
from app.privacy.models import PrivacyNotice
from app.privacy.queries.informing import belongings
from app.privacy.texts import DEFAULT_VERSION

COLUMNS = ("person_id", "territory_id", "means", "text_version", "told_at", "mail_id")


def tell_everybody(session: Session) -> None:
    """Whoever has an address; the others wait for their pilot's call."""
    session.flush()
    where = belongings()
    told = (
        select(
            where.c.person_id,
            where.c.territory_id,
            literal(Means.INVITATION.value),
            literal(DEFAULT_VERSION),
            Person.created_at,
            null(),
        )
        .join(Person, Person.id == where.c.person_id)
        .where(Person.email.is_not(None))
    )
    session.execute(insert(PrivacyNotice).from_select(COLUMNS, told))

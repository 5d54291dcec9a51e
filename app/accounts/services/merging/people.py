"""Two records of one person become one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts.grants import OWN_DOORS
from app.accounts.kinds import MergeKind
from app.accounts.models import Grant, Merge, Person, TerritoryRole
from app.accounts.queries.people import with_account
from app.accounts.services.merging.joining import Pair, join, lock
from app.accounts.services.merging.ledger import Ledger, rows_of
from app.accounts.services.people import search_key
from app.core.database import Base
from app.core.refusals import RefusedError, require_version

GRANTS = Base.metadata.tables[Grant.__tablename__]
CHOSEN = ("name", "email", "phone")


def merge_people(
    session: Session,
    *,
    kept: Person,
    gone: Person,
    from_gone: frozenset[str],
    versions: tuple[int | None, int | None],
    person_id: int,
    territory_id: int | None,
    now: datetime,
) -> Merge:
    """Let all that points to the contact `gone` point to `kept`; else as organisations.

    Raises RefusedError where either signs in or has a role of a territory: who they are is
    theirs to say.
    """
    lock(session, Person, kept.id, gone.id)
    require_version(kept.version, versions[0])
    require_version(gone.version, versions[1])
    require_contacts(session, kept, gone)
    values = {
        field: _chosen(getattr(kept, field), getattr(gone, field), field in from_gone)
        for field in CHOSEN
    }
    values["search_key"] = search_key(values["name"] or "")
    ledger = Ledger(session)
    _close_doors(session, ledger, gone.id, now)
    pair = Pair(MergeKind.PERSON, Person, kept.id, gone.id, gone.public_id)
    return join(
        session,
        ledger,
        pair,
        person_id=person_id,
        territory_id=territory_id,
        values=values,
        now=now,
    )


def require_contacts(session: Session, *people: Person) -> None:
    """Whoever has an account is nobody's to merge: another mailbox would open what is theirs."""
    ids = {person.id for person in people}
    has_role = exists().where(TerritoryRole.person_id == Person.id)
    roles = session.scalars(select(Person.id).where(Person.id.in_(ids), has_role)).all()
    if with_account(session, ids) or roles or any(person.is_operator for person in people):
        raise RefusedError(
            "L’une de ces personnes a un compte : elle seule peut dire qui elle est. Invitez-la "
            "dans cette organisation avec l’adresse de son compte ; quand elle aura accepté, "
            "mettez fin à la fiche en double."
        )
    if any(person.anonymised_at is not None for person in people):
        raise RefusedError("Une personne effacée ne se réunit plus à une autre.")


def _chosen(ours: str | None, theirs: str | None, takes: bool) -> str | None:
    return theirs if theirs is not None and (takes or ours is None) else ours


def _close_doors(session: Session, ledger: Ledger, person_id: int, now: datetime) -> None:
    """A link that waits in the mailbox of the record that goes opens nothing, not even its data."""
    waiting = rows_of(
        session,
        GRANTS,
        GRANTS.c.person_id == person_id,
        GRANTS.c.purpose.in_(OWN_DOORS),
        GRANTS.c.revoked_at.is_(None),
    )
    for row in waiting:
        ledger.change(GRANTS, row, {"revoked_at": now})

"""Two records of one organisation become one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole, MergeKind
from app.accounts.models import SEARCH_KEY_LENGTH, Claim, Membership, Merge, Organisation
from app.accounts.queries.people import with_account
from app.accounts.services.merging.joining import ZONE, Pair, join, lock
from app.accounts.services.merging.ledger import Ledger, rows_of
from app.core.clock import local_day
from app.core.database import Base
from app.core.folding import fold
from app.core.identifiers import siren_of
from app.core.refusals import RefusedError, require_version

CLAIMS = Base.metadata.tables[Claim.__tablename__]
PLACES = Base.metadata.tables[Membership.__tablename__]
# an address is one thing: half of one record's and half of the other's would be nobody's
PLACE = ("address", "postcode", "commune_code", "city")


def merge_organisations(
    session: Session,
    *,
    kept: Organisation,
    gone: Organisation,
    from_gone: frozenset[str],
    versions: tuple[int | None, int | None],
    person_id: int,
    territory_id: int | None,
    now: datetime,
    by_claim: bool = False,
) -> Merge:
    """Let all that points to `gone` point to `kept`, which takes the fields `from_gone` from it.

    A field that the kept record lacks is taken anyway. Raises StaleError where either was edited
    since it was shown (`versions`: kept, gone), RefusedError where two rows cannot become one.
    `by_claim`: the kept record is another territory's, whose organisation agreed; it lets nobody
    new in by that.
    """
    lock(session, Organisation, kept.id, gone.id)
    require_version(kept.version, versions[0])
    require_version(gone.version, versions[1])
    values = _values(kept, gone, from_gone)
    ledger = Ledger(session)
    if by_claim:
        _require_agreed(session, kept.id, gone.id)
        _let_nobody_in(session, ledger, gone.id, now)
    _drop_claims_between(session, ledger, kept.id, gone.id)
    pair = Pair(MergeKind.ORGANISATION, Organisation, kept.id, gone.id, gone.public_id)
    merge = join(
        session,
        ledger,
        pair,
        person_id=person_id,
        territory_id=territory_id,
        values=values,
        now=now,
    )
    if values["sole_siret"] == values["siret"]:
        _drop_claims(session, merge, kept.id)
    return merge


def _values(kept: Organisation, gone: Organisation, from_gone: frozenset[str]) -> dict[str, Any]:
    """Every chosen field's value once they are one."""

    def chosen(field: str) -> Any:
        ours, theirs = getattr(kept, field), getattr(gone, field)
        return theirs if theirs is not None and (field in from_gone or ours is None) else ours

    fields = ("name", "kind", "size", "phone", "zone_id")
    values: dict[str, Any] = {field: chosen(field) for field in fields}
    values |= _together(kept, gone, ("naf", "naf_edition"), takes="naf" in from_gone)
    values |= _together(kept, gone, PLACE, takes="place" in from_gone)
    values |= _siret(kept, gone, chosen("siret"))
    values["search_key"] = fold(f"{values['name']} {values['city'] or ''}")[:SEARCH_KEY_LENGTH]
    return values | _naming(kept, gone)


def _together(
    kept: Organisation, gone: Organisation, fields: tuple[str, ...], *, takes: bool
) -> dict[str, Any]:
    """Fields that make sense together: all of one record, the other's where that says nothing."""
    ours, theirs = ({name: getattr(one, name) for name in fields} for one in (kept, gone))
    return theirs if any(theirs.values()) and (takes or not any(ours.values())) else ours


def _siret(kept: Organisation, gone: Organisation, siret: str | None) -> dict[str, Any]:
    """A SIRET that one of the two holds is held; one that both claim stays a claim."""
    holds = siret is not None and siret in (kept.sole_siret, gone.sole_siret)
    return {
        "siren": siren_of(siret) if siret else kept.siren or gone.siren,
        "siret": siret,
        "sole_siret": siret if holds else None,
    }


def _naming(kept: Organisation, gone: Organisation) -> dict[str, Any]:
    """A no of either record counts: silence is none."""
    refuses = gone if gone.naming_decided_at is not None and not gone.named_publicly else None
    if refuses is None or not kept.named_publicly:
        return {}
    return {
        "named_publicly": False,
        "naming_decided_at": refuses.naming_decided_at,
        "naming_decided_by_id": refuses.naming_decided_by_id,
    }


def _require_agreed(session: Session, known_id: int, local_id: int) -> None:
    """The organisation may take its word back until this moment."""
    query = select(Claim.id).where(
        Claim.local_id == local_id, Claim.known_id == known_id, Claim.accepted_at.is_not(None)
    )
    if session.scalar(query.with_for_update()) is None:
        raise RefusedError("L’organisation a retiré son accord : rien n’est réuni.")


def _let_nobody_in(session: Session, ledger: Ledger, local_id: int, now: datetime) -> None:
    """Who has an account leaves the local record, the others come along as plain contacts.

    Whoever kept that record chose its people; only the organisation's own managers choose theirs.
    """
    places = rows_of(session, PLACES, PLACES.c.organisation_id == local_id)
    known = with_account(session, {row["person_id"] for row in places})
    for row in places:
        plain = {"role": MembershipRole.MEMBER, "is_default": False, "own_leave": False}
        if row["ended_on"] is not None:
            # who left by themselves a moment ago may not come back into the other record
            plain = {"own_leave": False}
        elif row["person_id"] in known:
            plain = {"ended_on": local_day(now, ZONE), "is_default": False}
        ledger.change(PLACES, row, plain)


def _drop_claims_between(session: Session, ledger: Ledger, one: int, other: int) -> None:
    local, known = CLAIMS.c.local_id, CLAIMS.c.known_id
    between = or_(
        and_(local == one, known == other),
        and_(local == other, known == one),
    )
    for row in rows_of(session, CLAIMS, between):
        ledger.remove(CLAIMS, row)


def _drop_claims(session: Session, merge: Merge, kept_id: int) -> None:
    """What the kept record asked for it has now."""
    ledger = Ledger(session)
    for row in rows_of(session, CLAIMS, CLAIMS.c.local_id == kept_id):
        ledger.remove(CLAIMS, row)
    merge.moves = [*(merge.moves or []), *ledger.moves]
    session.flush()

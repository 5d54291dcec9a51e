"""People whom a table names: found among an organisation's contacts, or added to them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import func, select

from app.accounts.models import Membership, Person
from app.accounts.queries.people import keeps_own_record
from app.accounts.services.organisations import (
    ContactText,
    OrganisationText,
    add_contact,
    edit_contact,
    edit_organisation,
)
from app.core.folding import fold
from app.core.refusals import RefusedError
from app.imports.contacts import ContactRow
from app.imports.kinds import Outcome
from app.imports.rows import Item
from app.imports.services.work import Work
from app.plans.kinds import BarrierKind

UNSAID_BARRIER = BarrierKind.ORGANISATION
BLOCKED = "Noté « Bloqué » dans le tableau de suivi importé."
_TITLE = re.compile(r"^(?:m|mr|mme|mlle|dr|monsieur|madame) ")


def of_item(work: Work, item: Item) -> None:
    """The people named beside an organisation become its contacts, if they are none yet."""
    for where, name in item.people:
        organisation = work.organisations.get(fold(where))
        # a name alone opens nothing to anybody
        if organisation is not None and _contact(work, organisation.id, name) is None:
            add_contact(
                work.session,
                organisation=organisation,
                text=ContactText(name),
                today=work.today,
                now=work.now,
            )


def of_step(work: Work, organisation_id: int, item: Item, typed: str) -> int | None:
    """Who leads a step: whom the row names, if they are of the organisation that leads it."""
    names = [typed] if typed else []
    names += [name for where, name in item.people if work.is_called(organisation_id, where)]
    for name in names:
        if person := _contact(work, organisation_id, name):
            return person.id
    return None


def name_of(work: Work, person_id: int) -> str:
    return work.session.get_one(Person, person_id).name


def _contact(work: Work, organisation_id: int, name: str) -> Person | None:
    """« M. Keller » is Marc Keller where no other Keller is there."""
    members = work.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id, Membership.ended_on.is_(None))
        .order_by(Person.id)
    ).all()
    wanted = _bare(name)
    exact = [one for one in members if _bare(one.name) == wanted]
    close = [one for one in members if wanted and _bare(one.name).endswith(f" {wanted}")]
    if exact:
        return exact[0]
    return close[0] if len(close) == 1 else None


def _bare(name: str) -> str:
    return _TITLE.sub("", fold(name))


def write(work: Work, row: ContactRow) -> None:
    """A contact of the list: added, or its telephone and function written anew."""
    if row.outcome in (Outcome.REFUSED, Outcome.SAME):
        return
    organisation = work.organisations[fold(row.organisation)]
    if row.said.get("email") and not work.admits(organisation):
        raise RefusedError(
            f"{organisation.name} appartient aussi à un autre territoire : ses responsables y "
            f"donnent les adresses. Ôtez celle de {row.said['name']}, ou laissez sa ligne de côté."
        )
    if row.siret and organisation.siret is None:
        _bear_siret(work, row)
    said = row.said
    if row.target is None:
        add_contact(
            work.session,
            organisation=organisation,
            text=_text(said, {}),
            today=work.today,
            now=work.now,
        )
        return
    place = work.session.get_one(Membership, row.target.place_id)
    if _is_ours(work, place):
        kept = {
            "name": place.person.name,
            "phone": place.person.phone or "",
            "email": place.person.email or "",
            "function": place.function or "",
        }
        edit_contact(
            work.session,
            place,
            text=_text(said, kept),
            version=place.person.version,
            now=work.now,
        )


def _bear_siret(work: Work, row: ContactRow) -> None:
    """The organisation's own number, where it had none."""
    organisation = work.organisations[fold(row.organisation)]
    fields = OrganisationText.__dataclass_fields__
    told = {name: getattr(organisation, name) for name in fields} | {"siret": row.siret}
    edit_organisation(
        work.session,
        organisation,
        text=OrganisationText(**told),
        version=organisation.version,
        now=work.now,
        editor_id=work.found.brought_by_id,
    )


def _text(said: Mapping[str, str], kept: Mapping[str, str]) -> ContactText:
    def told(name: str) -> str | None:
        return said.get(name) or kept.get(name) or None

    return ContactText(
        kept.get("name") or said["name"],
        phone=told("phone"),
        # an address that is known stays: whoever sets it could come in by it
        email=kept.get("email") or said.get("email"),
        function=told("function"),
    )


def _is_ours(work: Work, place: Membership) -> bool:
    """A contact without an account, of this organisation alone."""
    places = select(func.count()).where(
        Membership.person_id == place.person_id, Membership.ended_on.is_(None)
    )
    alone = work.session.scalar(places) == 1
    return alone and not keeps_own_record(work.session, place.person)

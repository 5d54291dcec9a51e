"""People whom a table names: found among an organisation's contacts, or added to them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Membership, Organisation, Person
from app.accounts.queries.people import keeps_own_record
from app.accounts.services.claims import bear_siret, bearer_of
from app.accounts.services.organisations import (
    ContactText,
    add_contact,
    edit_contact,
)
from app.core.folding import fold
from app.imports.contacts import ContactRow
from app.imports.kinds import Outcome
from app.imports.names import bare_name
from app.imports.rows import Item
from app.imports.services.work import Work
from app.plans.kinds import BarrierKind

UNSAID_BARRIER = BarrierKind.ORGANISATION
BLOCKED = "Noté « Bloqué » dans le tableau de suivi importé."


def of_item(work: Work, item: Item) -> None:
    """The people named beside an organisation become its contacts, if they are none yet."""
    for where, name in item.people:
        organisation = work.organisations.get(fold(where))
        # a name alone opens nothing to anybody
        if organisation is not None and _contact(work, organisation.id, name) is None:
            _add(work, organisation, ContactText(name))


def _add(work: Work, organisation: Organisation, text: ContactText) -> None:
    known = work.contacts(organisation.id)
    place = add_contact(
        work.session, organisation=organisation, text=text, today=work.today, now=work.now
    )
    known.append(work.session.get_one(Person, place.person_id))


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
    members = work.contacts(organisation_id)
    wanted = bare_name(name)
    exact = [one for one in members if bare_name(one.name) == wanted]
    close = [one for one in members if wanted and bare_name(one.name).endswith(f" {wanted}")]
    if exact:
        return exact[0]
    return close[0] if len(close) == 1 else None


def write(work: Work, row: ContactRow) -> None:
    """A contact of the list: added, or its telephone and function written anew."""
    if row.outcome in (Outcome.REFUSED, Outcome.SAME):
        return
    organisation = work.organisations[fold(row.organisation)]
    if row.siret and organisation.siret is None and row.bears:
        _bear_siret(work, organisation, row.siret)
    place = _place(work, organisation.id, row)
    if place is None:
        _add(work, organisation, _text(row.said, {}))
    elif _is_ours(work, place):
        kept = {
            "name": place.person.name,
            "phone": place.person.phone or "",
            "email": place.person.email or "",
            "function": place.function or "",
        }
        edit_contact(
            work.session,
            place,
            text=_text(row.said, kept),
            version=place.person.version,
            now=work.now,
        )


def _place(work: Work, organisation_id: int, row: ContactRow) -> Membership | None:
    """Theirs in the organisation: as the preview found it, else by name among its contacts of now:
    the same list may name somebody twice."""
    if row.target:
        return work.session.get_one(Membership, row.target.place_id)
    email, name = row.said.get("email"), bare_name(row.name)
    for place in work.session.scalars(_places(organisation_id)):
        same = bare_name(place.person.name) == name
        # two addresses are two people of one name
        if same and (not email or place.person.email in (None, email)):
            return place
    return None


def _places(organisation_id: int) -> Select[Membership]:
    return (
        select(Membership)
        .where(Membership.organisation_id == organisation_id, Membership.ended_on.is_(None))
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    )


def _bear_siret(work: Work, organisation: Organisation, siret: str) -> None:
    """The organisation's own number, where it had none.

    One that stands in another territory is claimed, as if typed on the organisation's page: the
    record looks the same, so that nothing tells who is there.
    """
    if work.asker_id is None and bearer_of(work.session, siret):
        return  # the operator's command was told so, and nobody is there to ask
    bear_siret(
        work.session,
        organisation,
        siret,
        siren=organisation.siren,
        asked_by_id=work.asker_id,
        now=work.now,
        mails=work.asks_by_mail,
    )
    work.session.flush()


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

"""Who an unknown name of a quick entry is: what was chosen, and what comes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.kinds import OrganisationKind
from app.accounts.models import Organisation, Territory
from app.accounts.services.organisations import (
    ContactText,
    OrganisationText,
    add_contact,
    create_organisation,
)
from app.plans.quick_lines import Book, Known, Who

LONGEST_NAME = 200
KNOWN, NEW, PERSON, TITLE = "known", "new", "person", "title"


@dataclass(frozen=True)
class Asked:
    """One name on the screen that asks, with what was chosen for it so far."""

    who: Who
    lines: tuple[int, ...]
    near: tuple[Known, ...]
    choice: str
    known: str = ""
    name: str = ""
    kind: str = OrganisationKind.COMPANY.value
    place: str = ""
    fault: str | None = None

    @property
    def id(self) -> str:
        """Part of its fields' names: the same however the text around it changes."""
        return hashlib.sha256(self.who.key.encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Rights:
    """What this viewer may make of a name: a new organisation, people of which organisations."""

    may_create: bool
    admits: Callable[[int], bool]


def ref(known: Known) -> str:
    """How a known name is chosen in a form: « 12 », « 12-34 » for a person of it."""
    return f"{known.organisation_id}" + (f"-{known.person_id}" if known.person_id else "")


def asked(
    who: Who, lines: tuple[int, ...], book: Book, form: Mapping[str, str], rights: Rights
) -> Asked:
    """A name as the form answers it; unanswered, with the likeliest answer chosen."""
    near = who.found or tuple(book.alike(who.typed))
    blank = Asked(who, lines, near, choice="")
    chosen = form.get(f"choix-{blank.id}", "")
    if chosen not in (KNOWN, NEW, PERSON, TITLE):
        return Asked(
            who,
            lines,
            near,
            choice=_likeliest(who, near, rights),
            known=ref(near[0]) if near else "",
            name=who.typed[:LONGEST_NAME],
        )
    typed = form.get(f"nom-{blank.id}", "").strip()
    return Asked(
        who,
        lines,
        near,
        choice=chosen,
        known=form.get(f"connu-{blank.id}", ""),
        name=typed[: LONGEST_NAME + 1],
        kind=form.get(f"nature-{blank.id}", ""),
        place=form.get(f"de-{blank.id}", ""),
    )


def _likeliest(who: Who, near: tuple[Known, ...], rights: Rights) -> str:
    if near:
        return KNOWN
    if not rights.may_create:
        return TITLE
    return PERSON if who.is_somebody else NEW


def is_answered(one: Asked, form: Mapping[str, str]) -> bool:
    return f"choix-{one.id}" in form


def fault(one: Asked, book: Mapping[str, Known], rights: Rights) -> str | None:
    """Why an answer is none yet, as a sentence."""
    if one.choice == KNOWN:
        return None if one.known in book else "Choisissez qui c’est dans la liste."
    if one.choice == TITLE:
        return None
    if not 0 < len(one.name) <= LONGEST_NAME:
        return f"Donnez un nom, de {LONGEST_NAME} caractères au plus."
    if one.choice == NEW:
        known_kind = one.kind in list(OrganisationKind)
        return None if rights.may_create and known_kind else "Choisissez une autre réponse."
    place = book.get(one.place)
    if place is None or not rights.admits(place.organisation_id):
        return "Choisissez l’organisation de cette personne."
    return None


def settle(
    session: Session,
    one: Asked,
    book: Mapping[str, Known],
    *,
    territory: Territory,
    today: date,
    now: datetime,
    asked_by_id: int,
) -> Known | None:
    """Whoever the answer names, made where it says so; None leaves the name in the title."""
    if one.choice == KNOWN:
        return book[one.known]
    if one.choice == TITLE:
        return None
    if one.choice == NEW:
        text = OrganisationText(name=one.name, kind=OrganisationKind(one.kind))
        made = create_organisation(
            session, territory=territory, text=text, now=now, asked_by_id=asked_by_id
        )
        return Known(made.id, made.name)
    place = book[one.place]
    organisation = session.get_one(Organisation, place.organisation_id)
    contact = add_contact(
        session, organisation=organisation, text=ContactText(name=one.name), today=today, now=now
    )
    return Known(organisation.id, one.name, contact.person_id, organisation.name)

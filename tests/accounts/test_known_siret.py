"""Who types a SIRET that is known elsewhere asks the organisation, and learns nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.kinds import MembershipRole
from app.accounts.mails import claim_letter
from app.accounts.models import (
    Claim,
    Membership,
    SignIn,
)
from app.accounts.services.merging import merge_organisations
from app.core import clock
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from tests.accounts.claims import LINKS, SIRET, SORNE, As, agreed, ids, known, paul_types, placed
from tests.cast import NOW, TODAY, Cast

__all__ = ["known"]  # fixtures


def test_a_stranger_who_types_a_known_siret_learns_nothing(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    """The same answer, the same page, word by word, as for a SIRET that nobody knows."""
    path = paul_types(as_, cast)
    seen = as_("Paul").get(path).text
    edit = as_("Paul").get(f"{path}/modifier").text
    session.rollback()
    acting(session, None, Via.COMMAND, NOW)
    cast.organisation("Le Fournil").siret = None
    session.delete(session.scalars(select(Claim)).one())
    session.flush()
    cast.organisation("Métal").sole_siret = SIRET
    session.commit()
    for text, again in ((seen, path), (edit, f"{path}/modifier")):
        alike = as_("Paul").get(again).text
        strip = lambda page: [  # noqa: E731
            line
            for line in page.split("\n")
            if not any(
                word in line
                for word in ('name="version"', "csrf_token", "CSRFToken", 'class="message')
            )
        ]
        plain = [line for line in strip(text) if "L’organisation est ajoutée" not in line]
        assert [line for line in strip(alike) if line.strip()] == [
            line for line in plain if line.strip()
        ]
    assert SIRET in seen
    assert "Fournil" not in seen + edit


def test_the_change_log_tells_both_records_alike(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    paul_types(as_, cast)
    paul_types(as_, cast, siret="35600000000048", name="Autre")
    lines = {}
    for name in ("Métal", "Autre"):
        found = cast.organisation(name)
        told = select(Change).where(Change.entity == "Organisation", Change.entity_id == found.id)
        lines[name] = [sorted(line.fields) for line in session.scalars(told)]
    assert lines["Métal"] == lines["Autre"]
    sorne = cast.territory(SORNE).id
    claim = session.scalars(select(Claim)).one().public_id
    page = f"/organisations/{ids(cast, f='Le Fournil')['f']}/demandes/{claim}"
    as_("Lucie").post(page, data={"answer": "no"})
    here = select(Change.entity).where(Change.territory_id == sorne)
    assert "Claim" not in session.scalars(here).all()


def test_the_organisation_is_told_and_only_its_yes_opens_anything(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    path = paul_types(as_, cast)
    mail = session.scalars(select(Mail)).one()
    assert (mail.kind, mail.to, mail.territory_id) == ("claim", "lucie@example.org", None)
    letter = claim_letter(LINKS, session, mail, NOW)
    assert isinstance(letter, Letter)
    assert SORNE in letter.text
    assert "Métal" not in letter.text  # what Paul typed is his
    names = ids(cast, fournil="Le Fournil", metal="Métal")
    assert as_("Paul").get(f"{path}/reunir").status_code == 404
    page = as_("Lucie").get(f"/organisations/{names['fournil']}").text
    assert f"{SORNE} vous connaît aussi" in page
    claim = page.partition("/demandes/")[2].partition('"')[0]
    answer = as_("Lucie").post(
        f"/organisations/{names['fournil']}/demandes/{claim}", data={"answer": "yes"}
    )
    assert answer.status_code == 303
    assert isinstance(claim_letter(LINKS, session, mail, NOW), Skip)
    session.rollback()
    # only now does Paul see the other record, beside his own
    compared = as_("Paul").get(f"{path}/reunir").text
    assert "Le Fournil" in compared
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Métal")
    versions = {"kept_version": str(kept.version), "gone_version": str(gone.version)}
    session.rollback()
    joined = as_("Paul").post(f"{path}/reunir", data={**versions, "name": "kept"})
    assert joined.location == f"/organisations/{names['fournil']}"
    kept = cast.organisation("Le Fournil")
    assert {one.name for one in kept.territories} == {"Val d’Aubrive", SORNE}
    assert kept.siret == SIRET
    session.rollback()
    # the old address leads on, for who sees the record
    moved = as_("Paul").get(path)
    assert (moved.status_code, moved.location) == (302, joined.location)
    assert as_("Lucie").get(path).status_code == 302
    # Paul did it, so Paul may undo it, though he animates one of two territories
    page = as_("Paul").get(joined.location).text
    undo = page.partition('action="/fusions/')[2].partition('"')[0]
    assert as_("Paul").post(f"/fusions/{undo}").status_code == 303
    assert as_("Paul").get(path).status_code == 200
    assert as_("Paul").get(joined.location).status_code == 404
    local = cast.organisation("Métal")
    assert (local.siret, local.sole_siret) == (SIRET, None)
    assert session.scalars(select(Claim)).one().accepted_at is not None


def test_a_no_is_kept_and_can_be_changed(as_: As, cast: Cast, known: str, session: Session) -> None:
    path = paul_types(as_, cast)
    claim = session.scalars(select(Claim.public_id)).one()
    page = f"/organisations/{ids(cast, f='Le Fournil')['f']}"
    as_("Lucie").post(f"{page}/demandes/{claim}", data={"answer": "no"})
    assert as_("Paul").get(f"{path}/reunir").status_code == 404
    assert "changer d’avis" in as_("Lucie").get(page).text
    as_("Anne").post(f"{page}/demandes/{claim}", data={"answer": "yes"})
    assert as_("Paul").get(f"{path}/reunir").status_code == 200
    # said again it stays the same yes, and until the two are joined it can be taken back
    assert as_("Lucie").post(f"{page}/demandes/{claim}", data={"answer": "yes"}).status_code == 303
    assert session.scalars(select(Claim.answered_by_id)).one() == cast.person("Anne").id
    session.rollback()
    assert "Je retire mon accord" in as_("Lucie").get(page).text
    as_("Lucie").post(f"{page}/demandes/{claim}", data={"answer": "no"})
    assert as_("Paul").get(f"{path}/reunir").status_code == 404
    assert "changer d’avis" in as_("Lucie").get(page).text


def test_joining_a_claim_lets_nobody_of_the_other_territory_in(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    path = agreed(as_, cast, session)
    session.rollback()
    acting(session, None, Via.COMMAND, NOW)
    for name in ("Karim", "Sylvie", "Marc"):
        cast.person(name).password_hash = "x"
    cast.person("Anne").password_hash = None
    session.execute(delete(SignIn))
    accomplice = placed(cast, "Karim", "Métal", is_default=True)
    left = placed(cast, "Sylvie", "Métal", ended_on=clock.now().date(), own_leave=True)
    contact = placed(cast, "Anne", "Métal")
    twice = placed(cast, "Marc", "Métal")
    session.add(
        Membership(
            person_id=cast.person("Marc").id,
            organisation_id=cast.organisation("Le Fournil").id,
            started_on=TODAY,
        )
    )
    session.commit()
    before = [
        (one.organisation_id, one.role, one.ended_on, one.is_default, one.own_leave)
        for one in (accomplice, left, contact, twice)
    ]
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Métal")
    versions = {"kept_version": str(kept.version), "gone_version": str(gone.version)}
    managers = manage(session, kept.id)
    session.rollback()
    paul = as_("Paul")
    told = paul.get(f"{path}/reunir").text.replace("\u00a0", " ")
    assert "Comptes qui perdent leur place dans l’organisation : 2." in told
    joined = paul.post(f"{path}/reunir", data=versions)
    assert joined.status_code == 303
    kept = cast.organisation("Le Fournil")
    assert manage(session, kept.id) == managers
    for place in (accomplice, left, twice):
        session.refresh(place)
        assert place.ended_on is not None
        assert not place.own_leave
    session.refresh(contact)
    assert (contact.organisation_id, contact.ended_on) == (kept.id, None)
    assert contact.role is MembershipRole.MEMBER
    session.rollback()
    undo = paul.get(joined.location or "").text.partition('action="/fusions/')[2].partition('"')[0]
    assert paul.post(f"/fusions/{undo}").status_code == 303
    session.rollback()
    assert before == [
        (one.organisation_id, one.role, one.ended_on, one.is_default, one.own_leave)
        for one in (accomplice, left, contact, twice)
    ]


def manage(session: Session, organisation_id: int) -> list[int]:
    query = select(Membership.person_id).where(
        Membership.organisation_id == organisation_id,
        Membership.role == MembershipRole.MANAGER,
        Membership.ended_on.is_(None),
    )
    return list(session.scalars(query.order_by(Membership.person_id)))


def test_a_yes_taken_back_at_the_last_moment_joins_nothing(
    as_: As, cast: Cast, known: str, session: Session
) -> None:
    agreed(as_, cast, session)
    session.rollback()
    kept, gone = cast.organisation("Le Fournil"), cast.organisation("Métal")
    claim = session.scalars(select(Claim)).one()
    claim.accepted_at, claim.declined_at = None, NOW
    session.flush()
    with pytest.raises(RefusedError, match="retiré son accord"):
        merge_organisations(
            session,
            kept=kept,
            gone=gone,
            from_gone=frozenset(),
            versions=(kept.version, gone.version),
            person_id=cast.person("Paul").id,
            territory_id=None,
            now=NOW,
            by_claim=True,
        )

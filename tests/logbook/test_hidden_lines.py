"""Lines, names and figures that a reader of the journal does not get, whatever they ask for."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.kinds import MergeKind
from app.accounts.models import Merge
from app.files.kinds import FileKind
from app.files.models import Document
from app.journal.models import Change
from app.logbook.entries import Entry, Line
from app.logbook.queries.standing import look_behind
from app.logbook.sentences import tell
from app.plans.services.projects import launch_project, say
from app.plans.services.steps import add_step
from tests.cast import BEGINNING, CAST, NOW, Cast
from tests.logbook.deeds import do, visible_entries
from tests.logbook.test_confidentiality import As, anne_acts, everything, planted
from tests.plans.test_projects import viewer_of

__all__ = ["anne_acts"]  # fixtures


def offered(client: FlaskClient, address: str) -> set[str]:
    """First names that the filter « Qui » offers."""
    text = client.get(address).text.partition('name="qui"')[2].partition("</select>")[0]
    return {name.split()[0] for name in re.findall(r">([^<]+)</option>", text)}


@pytest.mark.parametrize("who", ["Sylvie", "Henri"])
def test_the_filter_offers_nobody_whose_lines_are_hidden(
    who: str, as_: As, session: Session, cast: Cast
) -> None:
    project, draft = cast.project(), cast.project("Piste confidentielle")
    karim = cast.person("Karim").id
    said = lambda: say(session, project, author_id=karim, body="Rien ne va", now=NOW)  # noqa: E731
    do(session, cast, "Karim", said)
    do(session, cast, "Marc", lambda: setattr(project, "description", "Entre nous"))
    do(session, cast, "Lucie", lambda: setattr(cast.step(), "title", "Peser chaque soir"))
    do(session, cast, "Odile", lambda: setattr(draft, "title", "Piste secrète"))
    later = NOW + timedelta(hours=1)
    do(session, cast, "Anne", lambda: launch_project(draft, now=later), at=later)
    session.commit()
    pages = [
        f"/projets/{project.public_id}/journal",
        f"/projets/{draft.public_id}/journal",
        f"/territoires/{cast.territory().public_id}/journal",
    ]
    for page in pages:
        assert not offered(as_(who), page) & {"Karim", "Marc", "Lucie", "Odile"}, page
    assert "Anne" in offered(as_(who), pages[1])
    assert {"Karim", "Marc", "Lucie"} <= offered(as_("Anne"), pages[0])
    assert "Odile" in offered(as_("Anne"), pages[1])


@pytest.mark.parametrize("who", CAST)
def test_whoever_the_filter_offers_has_a_line_that_is_read(
    who: str, as_: As, session: Session, cast: Cast
) -> None:
    planted(session, cast)
    project = cast.project()
    say(session, project, author_id=cast.person("Karim").id, body="Rien ne va", now=NOW)
    session.commit()
    names = {cast.person(name).id: name for name in CAST}
    reader = viewer_of(session, cast, who)
    found = []
    for condition, page in (
        (Change.project_id == project.id, f"/projets/{project.public_id}/journal"),
        (
            Change.territory_id == cast.territory().id,
            f"/territoires/{cast.territory().public_id}/journal",
        ),
    ):
        lines = (line for one in visible_entries(session, reader, condition) for line in one.lines)
        found.append((page, {names.get(line.actor_id or 0, "") for line in lines}))
    session.rollback()
    for page, readers in found:
        assert offered(as_(who), page) & set(CAST) <= readers


def test_what_was_written_in_a_draft_stays_with_those_who_saw_it(
    as_: As, session: Session, cast: Cast
) -> None:
    draft, fournil = cast.project("Piste confidentielle"), cast.organisation("Le Fournil")
    do(session, cast, "Anne", lambda: setattr(draft, "description", "Le Fournil va mal"))
    add = {"title": "Ausculter le Fournil", "lead_organisation_id": fournil.id, "now": NOW}
    do(session, cast, "Anne", lambda: add_step(session, draft, **add))
    do(session, cast, "Anne", lambda: setattr(draft.steps[0], "title", "Rendre visite"))
    do(session, cast, "Anne", lambda: setattr(draft, "description", "Ensemble"))
    later = NOW + timedelta(hours=1)
    do(session, cast, "Anne", lambda: launch_project(draft, now=later), at=later)
    session.commit()
    journal = f"/projets/{draft.public_id}/journal"
    lucie, anne = as_("Lucie").get(journal).text, as_("Anne").get(journal).text
    assert "a lancé le projet" in lucie and "Rendre visite" in lucie
    assert "va mal" not in lucie and "Ausculter" not in lucie
    assert "va mal" in anne and "Ausculter" in anne


def test_who_was_erased_is_nobody_in_every_entry(as_: As, session: Session, cast: Cast) -> None:
    lucie = cast.person("Lucie")
    do(session, cast, "Lucie", lambda: setattr(cast.step(), "title", "Peser chaque soir"))
    do(session, cast, "Anne", lambda: setattr(lucie, "anonymised_at", NOW))
    session.commit()
    text = everything(as_("Anne"), cast)
    assert "Une personne effacée a renommé" in text
    assert "Lucie Perrin" not in text
    asked = f"/projets/{cast.project().public_id}/journal?qui={lucie.public_id}"
    assert "Rien ne répond" in as_("Anne").get(asked).text


def test_one_s_own_data_are_read_by_oneself_and_by_who_may_change_them(
    as_: As, session: Session, cast: Cast
) -> None:
    marc = cast.person("Marc")
    do(session, cast, "Marc", lambda: setattr(marc, "phone", "06 11 22 33 44"))
    session.commit()
    place = cast.organisation("Atelier Bois").public_id
    contact = f"/organisations/{place}/contacts/{marc.public_id}/journal"
    as_anne = as_("Anne")
    assert "06 11 22 33 44" in as_anne.get(contact).text
    assert "06 11 22 33 44" in as_("Marc").get("/compte/journal").text
    # Marc has signed in: his number is his own affair from here on
    told = as_anne.get(contact).text
    assert "06 11 22 33 44" not in told and "a changé des coordonnées" in told


def test_a_manager_reads_of_a_contact_only_the_projects_that_they_see(
    as_: As, session: Session, cast: Cast
) -> None:
    far = cast.project("Sciure pour la chaufferie")
    do(session, cast, "Karim", lambda: setattr(far, "description", "Au loin"))
    do(session, cast, "Karim", lambda: setattr(cast.project(), "description", "Tout près"))
    session.commit()
    place = cast.organisation("CCI des Deux Rives").public_id
    contact = f"/organisations/{place}/contacts/{cast.person('Karim').public_id}/journal"
    anne = as_("Anne").get(contact).text
    assert "Invendus du Fournil" in anne and "Sciure pour la chaufferie" not in anne
    paul = as_("Paul").get(contact).text
    assert "Sciure pour la chaufferie" in paul and "Invendus du Fournil" not in paul


def test_a_document_is_told_of_to_who_may_open_it_alone(
    as_: As, session: Session, cast: Cast
) -> None:
    fournil = cast.organisation("Le Fournil")
    document = Document(
        territory_id=cast.territory().id,
        project_id=cast.project().id,
        subject_kind="project",
        subject_id=cast.project().id,
        organisation_id=fournil.id,
        given_at=BEGINNING,
        title="Nos prix de revient",
        file_name="prix.pdf",
        kind=FileKind.PDF,
        size=10,
        sha256="0" * 64,
        stored_as="0" * 32,
        opened_at=BEGINNING - timedelta(days=1),
    )
    do(session, cast, "Lucie", lambda: session.add(document))
    do(session, cast, "Lucie", lambda: setattr(document, "title", "Nos prix"))
    session.commit()
    for who in CAST:
        # nobody had confirmed their part on the day before the first
        assert ("Nos prix" in everything(as_(who), cast)) == (who == "Lucie"), who


def test_a_record_that_was_made_one_with_another_goes_by_its_name(
    session: Session, cast: Cast
) -> None:
    step, gone, kept = cast.step(), 987_654, cast.organisation("Atelier Bois")
    merge = Merge(
        kind=MergeKind.ORGANISATION,
        territory_id=cast.territory().id,
        kept_id=kept.id,
        gone_id=gone,
        gone_public_id="gone",
        merged_at=NOW,
        merged_by_id=cast.person("Anne").id,
    )
    do(session, cast, "Anne", lambda: session.add(merge))
    do(session, cast, "Anne", lambda: setattr(step, "lead_organisation_id", kept.id))
    line = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    entry = Entry((line_of_fields(line, {"lead_organisation_id": (kept.id, gone)}),))
    anne = viewer_of(session, cast, "Anne")
    names = look_behind(session, anne, [entry]).names_for(entry, "Europe/Paris")
    assert names.of("Organisation", gone) == "Atelier Bois"
    assert "Atelier Bois" in tell(entry, names).whole


def line_of_fields(change: Change, fields: dict[str, tuple[object, object]]) -> Line:
    """A line of the log as it would read with these fields."""
    values = {name: getattr(change, name) for name in Line.__dataclass_fields__}
    return Line(**values | {"fields": fields})

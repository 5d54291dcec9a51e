"""Contact campaigns: every company of a zone, moved on by a tap, by who animates alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import ActivityZone
from app.core import clock
from app.core.refusals import RefusedError
from app.initiatives.kinds.campaigns import ContactState
from app.initiatives.kinds.notes import NoteKind
from app.initiatives.merging import two_contacts
from app.initiatives.models import Campaign, ContactNote
from app.initiatives.queries.campaigns import ambassadors, contact_lines, progress
from app.initiatives.services.campaigns import (
    close_campaign,
    move_by_note,
    move_company,
    open_campaign,
)
from app.journal.kinds import Via
from app.journal.recorder import acting
from tests.cast import Cast
from tests.conftest import QueryCount

As = Callable[[str], FlaskClient]
FIRMS = ["Atelier Bois", "Le Fournil"]


@pytest.fixture
def zone(session: Session, cast: Cast) -> ActivityZone:
    acting(session, None, Via.COMMAND, clock.now())
    made = ActivityZone(territory_id=cast.territory().id, name="Les Prés")
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def campaign(session: Session, cast: Cast, zone: ActivityZone) -> Campaign:
    """Of the whole territory; flushed."""
    return open_campaign(
        session,
        territory_id=cast.territory().id,
        zone_id=None,
        title="Premier tour",
        today=clock.now().date(),
    )


def move(session: Session, cast: Cast, campaign: Campaign, firm: str, state: ContactState) -> None:
    move_company(
        session,
        campaign,
        organisation_id=cast.organisation(firm).id,
        state=state,
        person_id=cast.person("Anne").id,
        now=clock.now(),
    )


def states(session: Session, campaign: Campaign) -> dict[str, ContactState]:
    return {one.name: one.state for one in contact_lines(session, campaign.id)}


def test_every_company_of_the_territory_begins_to_be_contacted(
    session: Session, campaign: Campaign
) -> None:
    assert states(session, campaign) == dict.fromkeys(FIRMS, ContactState.TO_CONTACT)


def test_companies_that_come_to_the_zone_later_join_by_themselves(
    session: Session, cast: Cast, zone: ActivityZone
) -> None:
    made = open_campaign(
        session,
        territory_id=cast.territory().id,
        zone_id=zone.id,
        title="Les Prés",
        today=clock.now().date(),
    )
    assert states(session, made) == {}
    cast.organisation("Atelier Bois").zone_id = zone.id
    session.flush()
    assert states(session, made) == {"Atelier Bois": ContactState.TO_CONTACT}


def test_who_leaves_the_zone_stays_with_what_was_said(
    session: Session, cast: Cast, zone: ActivityZone
) -> None:
    atelier = cast.organisation("Atelier Bois")
    atelier.zone_id = zone.id
    made = open_campaign(
        session,
        territory_id=cast.territory().id,
        zone_id=zone.id,
        title="Les Prés",
        today=clock.now().date(),
    )
    move(session, cast, made, "Atelier Bois", ContactState.MET)
    atelier.zone_id = None
    session.flush()
    assert states(session, made) == {"Atelier Bois": ContactState.MET}


def test_how_far_a_campaign_is_counts_everybody_once(
    session: Session, cast: Cast, campaign: Campaign
) -> None:
    move(session, cast, campaign, "Le Fournil", ContactState.REFUSED)
    [standing] = progress(session, cast.territory().id)
    assert (standing.reached, standing.total) == (1, 2)
    assert standing.counts[ContactState.REFUSED] == 1


@pytest.mark.parametrize(
    ("before", "kind", "after"),
    [
        (ContactState.TO_CONTACT, NoteKind.CALL, ContactState.CALLED),
        (ContactState.TO_CONTACT, NoteKind.VISIT, ContactState.MET),
        (ContactState.CALLED, NoteKind.VISIT, ContactState.MET),
        (ContactState.INTERESTED, NoteKind.CALL, ContactState.INTERESTED),
        (ContactState.REFUSED, NoteKind.VISIT, ContactState.REFUSED),
        (ContactState.TO_CONTACT, NoteKind.NOTE, ContactState.TO_CONTACT),
    ],
)
def test_a_note_moves_on_and_never_back(
    session: Session,
    cast: Cast,
    campaign: Campaign,
    before: ContactState,
    kind: NoteKind,
    after: ContactState,
) -> None:
    move(session, cast, campaign, "Le Fournil", before)
    move_by_note(
        session,
        campaign,
        organisation_id=cast.organisation("Le Fournil").id,
        kind=kind,
        person_id=cast.person("Anne").id,
        now=clock.now(),
    )
    assert states(session, campaign)["Le Fournil"] is after


def test_nothing_moves_in_a_closed_campaign(
    session: Session, cast: Cast, campaign: Campaign
) -> None:
    close_campaign(session, campaign, today=clock.now().date())
    with pytest.raises(RefusedError, match="close"):
        move(session, cast, campaign, "Le Fournil", ContactState.MET)


def test_ambassadors_are_listed_for_the_steering_group(
    session: Session, cast: Cast, campaign: Campaign
) -> None:
    move(session, cast, campaign, "Le Fournil", ContactState.AMBASSADOR)
    [found] = ambassadors(session, cast.territory().id)
    assert (found.name, found.contact) == ("Le Fournil", "Lucie Perrin")
    assert ambassadors(session, cast.territory("Plaine de Sorne").id) == []


def test_of_two_records_of_a_company_the_latest_word_stands() -> None:
    day = clock.now().date()
    early = {"state": ContactState.MET, "changed_at": 3, "id": 1, "first_reached_at": 2}
    late = {"state": ContactState.REFUSED, "changed_at": 4, "id": 2, "first_reached_at": 1}
    never = {"state": ContactState.TO_CONTACT, "changed_at": 5, "id": 3, "first_reached_at": None}
    for gone, kept in ((early, late), (late, early)):
        found = two_contacts(gone, kept, day).kept
        assert (found["state"], found["first_reached_at"]) == (ContactState.REFUSED, 1)
    assert two_contacts(early, never, day).kept["first_reached_at"] == 2
    assert two_contacts(never, never, day).kept["first_reached_at"] is None


def test_a_page_of_companies_takes_one_statement(
    session: Session, campaign: Campaign, queries: QueryCount
) -> None:
    session.flush()
    campaign_id = campaign.id
    queries.reset()
    contact_lines(session, campaign_id)
    assert len(queries) == 1


def test_one_tap_moves_a_company_and_one_tap_takes_it_back(
    as_: As, cast: Cast, session: Session, campaign: Campaign
) -> None:
    session.commit()
    anne, page = as_("Anne"), f"/campagnes/{campaign.public_id}"
    row = f"{page}/entreprises/{cast.organisation('Le Fournil').public_id}"
    assert f'formaction="{row}?etat=called"' in anne.get(page).text
    assert anne.post(f"{row}?etat=called").status_code == 303
    session.rollback()
    assert states(session, campaign)["Le Fournil"] is ContactState.CALLED
    assert f'formaction="{row}?etat=to_contact"' in anne.get(page).text
    anne.post(f"{row}?etat=to_contact")
    session.rollback()
    assert states(session, campaign)["Le Fournil"] is ContactState.TO_CONTACT


def test_a_call_noted_from_the_campaign_counts_there(
    as_: As, cast: Cast, session: Session, campaign: Campaign
) -> None:
    session.commit()
    data = {
        "avec": cast.organisation("Le Fournil").public_id,
        "campagne": campaign.public_id,
        "suite": f"/campagnes/{campaign.public_id}",
        "kind": "call",
        "body": "Elle est partante",
        "noted_on": clock.now().date().isoformat(),
        "visibility": "organisation",
    }
    session.rollback()
    answer = as_("Anne").post("/notes/nouvelle", data=data)
    assert answer.location == f"/campagnes/{campaign.public_id}"
    session.rollback()
    assert states(session, campaign)["Le Fournil"] is ContactState.CALLED
    assert len(session.scalars(select(ContactNote)).all()) == 1


def test_the_list_is_filtered_and_leaves_as_a_table(
    as_: As, cast: Cast, session: Session, campaign: Campaign
) -> None:
    move(session, cast, campaign, "Le Fournil", ContactState.MET)
    session.commit()
    anne, page = as_("Anne"), f"/campagnes/{campaign.public_id}"
    shown = anne.get(f"{page}?etat=met").text
    assert "Le Fournil" in shown and "Atelier Bois" not in shown
    text = anne.get(f"{page}/export").text.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [(row[0], row[4]) for row in rows[1:]] == [
        ("Atelier Bois", "À contacter"),
        ("Le Fournil", "Rencontrée"),
    ]


def test_a_campaign_is_opened_from_its_page(as_: As, cast: Cast, session: Session) -> None:
    here = f"/territoires/{cast.territory().public_id}/campagnes"
    answer = as_("Anne").post(here, data={"title": "Premier tour", "zone_id": "0"})
    session.rollback()
    [made] = session.scalars(select(Campaign)).all()
    assert answer.location == f"/campagnes/{made.public_id}"

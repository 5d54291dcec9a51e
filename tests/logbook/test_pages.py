"""The journal on the screen: by day, filtered, page after page, and as a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.logbook.kinds import Topic
from app.logbook.queries.lines import PAGE, ROWS
from app.plans.kinds import PartnerState, ProjectKind
from app.plans.models import Partner
from app.plans.services.projects import open_project
from app.plans.services.steps import add_step, complete_step, reschedule_step
from tests.cast import BEGINNING, NOW, TODAY, Cast
from tests.conftest import QueryCount
from tests.logbook.deeds import do
from tests.logbook.samples import plain_spaces

As = Callable[[str], FlaskClient]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
ENTRY = re.compile(r'<p class="entry__said">(.*?)</p>', re.DOTALL)


@pytest.fixture(autouse=True)
def anne_acts(session: Session, cast: Cast) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)


@pytest.fixture
def journal(cast: Cast) -> str:
    return f"/projets/{cast.project().public_id}/journal"


def said(text: str) -> list[str]:
    return [plain_spaces(found) for found in ENTRY.findall(text)]


def steps_added(session: Session, cast: Cast, count: int, *, batch_size: int = 1) -> None:
    """So many steps, a few seconds between requests of `batch_size` of them each."""
    session.rollback()
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    project, lead = cast.project(), cast.organisation("Le Fournil").id
    for at in range(0, count, batch_size):
        acting(session, cast.person("Anne").id, Via.PAGE, NOW + timedelta(seconds=at))
        for number in range(at, min(at + batch_size, count)):
            add_step(
                session, project, title=f"Étape {number:03}", lead_organisation_id=lead, now=NOW
            )
    session.commit()


def test_an_entry_says_who_what_how_and_when_in_the_territory_s_time(
    as_: As, session: Session, cast: Cast, journal: str
) -> None:
    at = datetime(2026, 4, 7, 7, 4, tzinfo=UTC)
    deed = lambda: complete_step(session, cast.step(), today=TODAY)  # noqa: E731
    do(session, cast, "Lucie", deed, at=at, via=Via.MAIL_LINK)
    session.commit()
    page = plain_spaces(as_("Anne").get(journal).text)
    assert "Lucie Perrin a terminé l’étape « Peser les invendus »." in page
    assert "par courriel" in page
    assert "9 h 04</time>" in page
    assert "mardi 7 avril 2026</h2>" in page


def test_a_new_project_is_one_entry(as_: As, session: Session, cast: Cast) -> None:
    made = []

    def found() -> None:
        made.append(
            open_project(
                session,
                plan=cast.plan(),
                title="Caisses consignées",
                kind=ProjectKind.ACTION,
                synergy_type=None,
                lead_organisation_id=cast.organisation("CC du Val d’Aubrive").id,
                now=NOW,
            )
        )

    do(session, cast, "Anne", found)
    session.commit()
    page = as_("Anne").get(f"/projets/{made[0].public_id}/journal").text
    assert said(page) == ["Anne Vasseur a créé le projet « Caisses consignées »."]
    assert "Nouveau partenaire : CC du Val d’Aubrive (chef de file)." in plain_spaces(page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sorte=etapes", {"terminé", "déplacé"}),
        ("sorte=dates", {"déplacé"}),
        ("sorte=partenaires", {"confirme"}),
        ("sorte=flux", set()),
        ("par=mail_link", {"terminé"}),
        ("du=2026-04-08&au=2026-04-08", {"déplacé"}),
        ("du=2026-04-09", {"confirme"}),
        ("q=RENOMMÉ peser", set()),
        ("q=terminé peser", {"terminé"}),
        ("q=fournil", {"confirme"}),
        ("qui=maillage", set()),
    ],
)
def test_the_journal_is_filtered(
    as_: As, session: Session, cast: Cast, journal: str, query: str, expected: set[str]
) -> None:
    step, [part] = cast.step(), [p for p in cast.project().partners if p.organisation_id == 3]
    day = timedelta(days=1)
    lucie_done = lambda: complete_step(session, step, today=TODAY)  # noqa: E731
    other = cast.step("Fabriquer les caisses")
    moved = lambda: reschedule_step(session, other, due_on=TODAY, now=NOW)  # noqa: E731
    do(session, cast, None, lambda: setattr(part, "state", PartnerState.INVITED), at=BEGINNING)
    do(session, cast, "Lucie", lucie_done, via=Via.MAIL_LINK)
    do(session, cast, "Anne", moved, at=NOW + day)
    confirmed = lambda: setattr(part, "state", PartnerState.CONFIRMED)  # noqa: E731
    do(session, cast, "Lucie", confirmed, at=NOW + 2 * day)
    session.commit()
    since = "" if "du=" in query else "&du=2026-04-01"
    text = as_("Anne").get(f"{journal}?{query}{since}", headers=PARTIAL).text
    found = {word for word in ("terminé", "déplacé", "confirme") if word in " ".join(said(text))}
    assert found == expected


def test_entries_of_one_person_alone(as_: As, session: Session, cast: Cast, journal: str) -> None:
    do(session, cast, "Lucie", lambda: complete_step(session, cast.step(), today=TODAY))
    session.commit()
    lucie = cast.person("Lucie").public_id
    page = as_("Anne").get(journal).text
    assert f'<option value="{lucie}">Lucie Perrin</option>' in page
    assert len(said(as_("Anne").get(f"{journal}?qui={lucie}").text)) == 1


@pytest.mark.parametrize("topic", Topic)
def test_every_topic_is_a_filter(as_: As, cast: Cast, topic: Topic) -> None:
    territory = f"/territoires/{cast.territory().public_id}/journal"
    assert as_("Anne").get(f"{territory}?sorte={topic.value}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "apres=x.y",
        "apres=99999999999999999999.b",
        "apres=%C2%B2.b",
        "apres=1.%00",
        "du=0000-00-00",
        "du=9999-12-31",
        "sorte=rien",
        "par=rien",
        "qui=%27%22",
        "q=%25%5F",
        "q=" + "a" * 5000,
    ],
)
def test_a_hostile_filter_is_no_crash(as_: As, journal: str, query: str) -> None:
    assert as_("Anne").get(f"{journal}?{query}").status_code in (200, 404)


def test_page_after_page_shows_each_entry_once_in_its_order(
    as_: As, session: Session, cast: Cast, journal: str
) -> None:
    steps_added(session, cast, 75)
    client, address, found = as_("Anne"), f"{journal}?sorte=etapes", []
    pages = 0
    while address:
        text = client.get(address).text
        found += said(text)
        older = re.search(r'<a class="button" href="([^"]+)"[^>]*rel="next"', text)
        address = older[1].replace("&amp;", "&") if older else ""
        pages += 1
    numbers = [int(number) for number in re.findall(r"« Étape (\d+) »", " ".join(found))]
    assert numbers == list(reversed(range(75)))
    assert pages == 3


def test_an_entry_is_never_parted_between_two_pages(
    as_: As, session: Session, cast: Cast, journal: str
) -> None:
    steps_added(session, cast, 300, batch_size=7)
    client, address, counted = as_("Anne"), f"{journal}?sorte=etapes&du=2026-04-01", 0
    while address:
        text = client.get(address).text
        assert len(said(text)) <= PAGE
        counted += sum(int(n) + 1 for n in re.findall(r"<li>(\d+).étapes ajoutées", text))
        older = re.search(r'<a class="button" href="([^"]+)"[^>]*rel="next"', text)
        address = older[1].replace("&amp;", "&") if older else ""
    # 42 requests of seven and one of six
    assert counted == 300


def test_a_request_longer_than_a_page_says_that_there_was_more(
    as_: As, session: Session, cast: Cast, journal: str
) -> None:
    steps_added(session, cast, ROWS + 20, batch_size=ROWS + 20)
    text = as_("Anne").get(f"{journal}?sorte=etapes").text
    assert "Et d’autres changements du même geste." in text
    older = re.search(r'href="([^"]+)"[^>]*rel="next"', text)
    assert older is not None
    rest = as_("Anne").get(older[1].replace("&amp;", "&")).text
    assert "Peser les invendus" in rest or "3 étapes" in rest or "créé" in rest


@pytest.mark.parametrize("page", ["journal?", "journal?apercu=1", "journal.csv?"])
def test_as_many_statements_for_one_entry_as_for_three_hundred(
    as_: As, session: Session, cast: Cast, queries: QueryCount, page: str
) -> None:
    client, counts = as_("Anne"), []
    # what is asked follows from the kinds of rows that are read: steps alone, each time
    address = f"/projets/{cast.project().public_id}/{page}&sorte=etapes"
    headers = PARTIAL if "apercu" in page else {}
    for more in (1, 3, 300):
        steps_added(session, cast, more)
        client.get(address, headers=headers)
        queries.reset()
        assert client.get(address, headers=headers).status_code == 200
        counts.append(len(queries))
        session.rollback()
    assert max(counts) == counts[0] <= 12, counts
    assert len(set(counts)) == 1 or "apercu" in page, counts


def test_the_territory_s_and_one_s_own_ask_as_little(
    as_: As, session: Session, cast: Cast, queries: QueryCount
) -> None:
    client = as_("Anne")
    for address in (f"/territoires/{cast.territory().public_id}/journal", "/compte/journal"):
        counts = []
        for more in (1, 40):
            steps_added(session, cast, more)
            client.get(address)
            queries.reset()
            client.get(address)
            counts.append(len(queries))
            session.rollback()
        assert counts[1] <= counts[0] <= 22, (address, counts)


def test_htmx_gets_the_list_alone(as_: As, journal: str) -> None:
    part = as_("Anne").get(journal, headers=PARTIAL).text
    assert part.startswith('<div id="journal"') and "<html" not in part


def test_the_project_page_leads_to_its_journal(as_: As, cast: Cast, journal: str) -> None:
    for who in ("Anne", "Lucie", "Henri"):
        page = as_(who).get(journal.removesuffix("/journal")).text
        assert f'hx-get="{journal}?apercu=1"' in page
        panel = as_(who).get(f"{journal}?apercu=1", headers=PARTIAL).text
        assert f'href="{journal}"' in panel and '<ol class="journal">' in panel
    assert 'id="journal"' in as_("Anne").get(f"{journal}?apercu=1").text


def test_everybody_finds_their_journal(as_: As, cast: Cast) -> None:
    territory = f"/territoires/{cast.territory().public_id}/journal"
    assert territory in as_("Anne").get("/aujourdhui").text
    assert "/compte/journal" in as_("Marc").get("/compte").text
    fournil, lucie = cast.organisation("Le Fournil").public_id, cast.person("Lucie").public_id
    contact = f"/organisations/{fournil}/contacts/{lucie}/journal"
    page = as_("Anne").get(f"/organisations/{fournil}").text
    assert contact in page
    assert contact not in as_("Henri").get(f"/organisations/{fournil}").text


def test_nothing_found_says_what_to_do(as_: As, journal: str) -> None:
    page = as_("Anne").get(f"{journal}?sorte=relances").text
    assert "Rien ne répond à ces critères" in page
    assert f'href="{journal}">Tout afficher' in page


def test_the_table_holds_what_the_page_shows(
    as_: As, session: Session, cast: Cast, journal: str
) -> None:
    deed = lambda: setattr(cast.step(), "title", "=HYPERLINK(1)")  # noqa: E731
    do(session, cast, "Lucie", deed, at=datetime(2026, 4, 7, 7, 4, tzinfo=UTC))
    session.commit()
    answer = as_("Anne").get(f"{journal}.csv?sorte=etapes&du=2026-04-01")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[1][:5] == [
        "07/04/2026",
        "09:04",
        "Lucie Perrin",
        "sur le site",
        "Invendus du Fournil",
    ]
    assert "a renommé l’étape" in rows[1][5]
    assert len(rows) == 2


def test_the_table_follows_the_filter(as_: As, journal: str) -> None:
    part = as_("Anne").get(f"{journal}?sorte=flux", headers=PARTIAL).text
    assert f'href="{journal}.csv?sorte=flux"' in part
    assert f"{journal}.csv" not in as_("Lucie").get(journal).text


def test_an_organisation_s_partner_row_names_it_by_today_s_name(
    as_: As, session: Session, cast: Cast, journal: str
) -> None:
    fournil = session.scalars(select(Organisation).where(Organisation.name == "Le Fournil")).one()
    do(session, cast, "Anne", lambda: setattr(fournil, "name", "Le Fournil d’Aubrive"))
    session.commit()
    assert session.scalars(select(Partner).where(Partner.organisation_id == fournil.id)).one()
    text = as_("Anne").get(f"{journal}?sorte=flux").text
    assert "ce que\u00a0Le Fournil d’Aubrive propose" in text


def test_one_s_own_journal_tells_what_others_changed(as_: As, session: Session, cast: Cast) -> None:
    lucie = cast.person("Lucie")
    do(session, cast, "Anne", lambda: setattr(lucie, "phone", "06 11 22 33 44"))
    session.commit()
    text = plain_spaces(as_("Lucie").get("/compte/journal").text)
    assert "Anne Vasseur a changé des coordonnées : Lucie Perrin." in text
    assert "06 11 22 33 44" in text

"""Meetings, indicators and dated files prove criteria as projects and steps do."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.refusals import RefusedError
from app.files.models import Document
from app.frameworks.kinds import Counted
from app.frameworks.models import Framework
from app.initiatives.kinds.meetings import MeetingKind
from app.initiatives.models import Meeting
from app.initiatives.services.meetings import hold_meeting
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.maturity.kinds import EvidenceKind, Networking, ProofState
from app.maturity.labels import COUNTED
from app.maturity.models import Assessment, Evidence
from app.maturity.queries import standing, territory_facts
from app.maturity.services.evidence import link_evidence
from app.maturity.standings import Proof
from app.plans.kinds import MeasureMethod
from app.plans.periods import Span
from app.plans.services.measuring import ValueText, add_indicator, measure
from tests.cast import NOW, Cast
from tests.files.samples import PDF
from tests.initiatives.gatherings import planned
from tests.maturity.samples import KEY, LADDER, assess, import_ladder

As = Callable[[str], FlaskClient]
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def criterion(opened: Assessment, session: Session, cast: Cast) -> str:
    framework = session.scalars(select(Framework.public_id).where(Framework.key == KEY)).one()
    return f"/territoires/{cast.territory().public_id}/maturite/{framework}/7.1"


def held(session: Session, cast: Cast, kind: MeetingKind, when: datetime) -> Meeting:
    meeting = planned(session, cast, title=f"Rencontre {kind}", kind=kind, starts_at=when)
    hold_meeting(meeting, now=when)
    session.flush()
    return meeting


def proofs(session: Session, cast: Cast, ref: str = "7.1") -> list[Proof]:
    session.rollback()
    found = standing(session, cast.territory().id, KEY, 2026)
    assert found is not None
    one = found.criterion(ref)
    assert one is not None
    return list(one.proofs)


def test_a_meeting_proves_once_it_was_held(
    as_: As, criterion: str, session: Session, cast: Cast
) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    meeting = planned(session, cast, title="Comité de mai")
    session.commit()
    data = {"meeting": meeting.public_id, "note": "Stratégie présentée"}
    shown = as_("Anne").post(f"{criterion}/rencontres", data=data, headers=PART).text
    assert "La rencontre est reliée." in shown and "Comité de mai" in shown
    (proof,) = proofs(session, cast)
    assert (proof.kind, proof.state) == (EvidenceKind.MEETING, ProofState.OPEN)
    assert proof.address == f"/rencontres/{meeting.public_id}"
    hold_meeting(session.get_one(Meeting, meeting.id), now=meeting.starts_at)
    session.commit()
    (proof,) = proofs(session, cast)
    assert (proof.state, proof.dated_on) == (ProofState.DONE, meeting.starts_at.date())


def test_an_indicator_proves_once_it_has_a_value_and_never_shows_it(
    as_: As, criterion: str, session: Session, cast: Cast
) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    project = cast.project()
    indicator = add_indicator(session, project, name="Pain sauvé", unit="t", axis=None)
    session.commit()
    anne, chosen = as_("Anne"), f"indicator {indicator.public_id}"
    offered = anne.get(f"{criterion}?project={project.public_id}", headers=PART).text
    assert f'<option value="{chosen}">Pain sauvé</option>' in offered
    data = {"project": project.public_id, "part": chosen}
    assert "Pain sauvé" in anne.post(f"{criterion}/preuves", data=data, headers=PART).text
    assert [one.state for one in proofs(session, cast)] == [ProofState.OPEN]
    said = ValueText(
        Span(date(2026, 1, 1), date(2026, 3, 31)), Decimal("12.345"), MeasureMethod.MEASURED
    )
    measure(session, indicator, said, today=date(2026, 4, 7), now=NOW)
    session.commit()
    (proof,) = proofs(session, cast)
    assert (proof.state, proof.dated_on) == (ProofState.DONE, date(2026, 3, 31))
    assert "12,345" not in as_("Henri").get(criterion).text


def test_a_dated_file_is_given_and_linked_at_once_and_read_by_who_follows(
    as_: As, criterion: str, session: Session, cast: Cast
) -> None:
    def send(name: str = "deliberation.pdf", data: bytes = PDF) -> str:
        form = {
            "file": (io.BytesIO(data), name),
            "title": "Délibération du 3 mars",
            "proved_on": "2026-03-03",
        }
        return as_("Anne").post(f"{criterion}/fichiers", data=form, headers=PART).text

    assert "Le document est relié." in send()
    (proof,) = proofs(session, cast)
    assert (proof.kind, proof.state) == (EvidenceKind.DOCUMENT, ProofState.DONE)
    assert (proof.title, proof.dated_on) == ("Délibération du 3 mars", date(2026, 3, 3))
    assert "déjà reliée" in send()
    assert len(proofs(session, cast)) == 1
    for name in ("Anne", "Henri"):
        assert "Délibération du 3 mars" in as_(name).get(criterion).text
        with as_(name).get(proof.address) as sent:
            assert (sent.status_code, sent.data) == (200, PDF)
    assert as_("Paul").get(proof.address).status_code == 404


def test_a_file_that_is_refused_links_nothing(
    as_: As, criterion: str, session: Session, cast: Cast
) -> None:
    form = {"file": (io.BytesIO(b"MZ\x90\x00"), "virus.exe"), "note": "Contrat signé"}
    answer = as_("Anne").post(f"{criterion}/fichiers", data=form, headers=PART)
    assert answer.status_code == 422 and "Contrat signé" in answer.text
    session.rollback()
    assert session.scalars(select(Document)).all() == []
    assert session.scalars(select(Evidence)).all() == []


@pytest.mark.parametrize(
    ("day", "status"),
    [("2026-04-08", 422), ("2099-01-01", 422), ("0026-04-07", 422), ("2026-04-07", 200)],
)
def test_a_file_is_dated_by_a_sensible_day_that_has_come(
    as_: As, criterion: str, session: Session, cast: Cast, day: str, status: int
) -> None:
    form = {"file": (io.BytesIO(PDF), "acte.pdf"), "proved_on": day, "note": "Vote"}
    answer = as_("Anne").post(f"{criterion}/fichiers", data=form, headers=PART)
    assert answer.status_code == status
    if status == 422:
        assert "Vote" in answer.text
        assert ("pas encore venu" in answer.text) or ("Vérifiez l’année" in answer.text)
    assert len(proofs(session, cast)) == (status == 200)


def test_a_file_that_was_taken_away_proves_no_more(
    as_: As, criterion: str, session: Session, cast: Cast
) -> None:
    form = {"file": (io.BytesIO(PDF), "acte.pdf")}
    as_("Anne").post(f"{criterion}/fichiers", data=form)
    document = proofs(session, cast)[0].address
    assert as_("Anne").post(f"{document}/retirer").status_code in {204, 303}
    assert [one.state for one in proofs(session, cast)] == [ProofState.STOPPED]


def test_a_proof_of_another_territory_is_refused(
    session: Session, cast: Cast, opened: Assessment
) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    meeting = planned(session, cast)
    meeting.territory_id = cast.territory("Plaine de Sorne").id
    known = {"territory_id": cast.territory().id, "framework_key": KEY, "ref": "7.1"}
    with pytest.raises(RefusedError, match="pas de ce territoire"):
        link_evidence(session, subject=meeting, person_id=None, now=NOW, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kinds", "done"),
    [
        ((), set()),
        ((MeetingKind.WORKSHOP, MeetingKind.GATHERING), {Networking.GATHER}),
        ((MeetingKind.STEERING, MeetingKind.PLENARY), {Networking.GOVERN}),
        ((MeetingKind.NETWORK, MeetingKind.TECHNICAL), {Networking.NETWORK, Networking.GOVERN}),
    ],
)
def test_kinds_of_networking_are_counted_once_each(
    session: Session, cast: Cast, kinds: tuple[MeetingKind, ...], done: set[Networking]
) -> None:
    for kind in kinds:
        held(session, cast, kind, datetime(2026, 3, 3, 9, tzinfo=UTC))
    facts = territory_facts(session, cast.territory().id, 2026)
    assert facts.networked(4) == done
    assert facts.within(4)["genres_action_reseau"] == len(done)
    # what a framework may name is what is counted here, and what the page has words for
    assert set(facts.within(4)) == set(Counted) == set(COUNTED)


def test_a_networking_action_counts_for_the_years_of_the_cycle(
    session: Session, cast: Cast
) -> None:
    held(session, cast, MeetingKind.NETWORK, datetime(2023, 3, 3, 9, tzinfo=UTC))
    territory = cast.territory().id
    counted = [
        territory_facts(session, territory, year).within(4)["genres_action_reseau"]
        for year in (2022, 2023, 2026, 2027)
    ]
    assert counted == [0, 1, 1, 0]


def test_the_framework_says_how_long_a_proof_counts(
    as_: As, session: Session, cast: Cast, on_tuesday: None
) -> None:
    import_ladder(session, LADDER.replace("seuil_niveau: 50", "seuil_niveau: 50\ncycle: 4"))
    assess(session, cast)
    framework = session.scalars(select(Framework.public_id).where(Framework.key == KEY)).one()
    criterion = f"/territoires/{cast.territory().public_id}/maturite/{framework}/7.1"
    form = {"file": (io.BytesIO(PDF), "vieux.pdf"), "proved_on": "2019-05-02"}
    as_("Anne").post(f"{criterion}/fichiers", data=form)
    shown = as_("Anne").get(criterion).text
    assert "D’un cycle passé" in shown and "1\u00a0preuve d’un cycle passé." in shown
    # who looks on reads it where the proof stands, too
    assert "D’un cycle passé" in as_("Henri").get(criterion).text
    page = as_("Henri").get(f"/territoires/{cast.territory().public_id}/maturite").text
    assert "(d’un cycle passé)" in page and "pas de preuve valable" in page

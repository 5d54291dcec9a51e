"""What the plan has given a day, as it stands in the database, and what comes of it by December."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.initiatives.kinds.meetings import MeetingKind
from app.initiatives.services.meetings import cancel_meeting, hold_meeting
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.maturity.kinds import EvidenceKind, Networking
from app.maturity.outlook import Outlook, Promise
from app.maturity.queries import overview, territory_facts
from app.maturity.queries.expected import outlooks, promises
from app.maturity.services.assessing import freeze
from app.plans.kinds import (
    BarrierKind,
    FlowDirection,
    PartnerRole,
    ProjectKind,
    ResourceKind,
    Stage,
    SynergyType,
)
from app.plans.models import Project, Step
from app.plans.services.exchanges import note_exchange
from app.plans.services.projects import (
    abandon_project,
    add_partner,
    close_project,
    confirm_partner,
    launch_project,
    open_project,
    pause_project,
    retire_partner,
)
from app.plans.services.steps import (
    abandon_step,
    add_step,
    block_step,
    complete_step,
    declare_flow,
    reschedule_step,
)
from tests.cast import NOW, TODAY, Cast
from tests.initiatives.gatherings import planned
from tests.maturity.samples import KEY, LADDER, assess, import_ladder
from tests.plans.working import let_it_work, reach

PARIS = "Europe/Paris"
LAST = date(2026, 11, 20)


def in_words(session: Session, cast: Cast) -> list[tuple[str, date]]:
    found = promises(session, cast.territory().id, PARIS)
    return [(one.title, one.on) for one in found]


def step(session: Session, cast: Cast, project: Project, due: date | None, **more: bool) -> Step:
    fournil = cast.organisation("Le Fournil").id
    return add_step(
        session,
        project,
        title="À faire",
        lead_organisation_id=fournil,
        now=NOW,
        due_on=due,
        **more,  # type: ignore[arg-type]
    )


def synergy(session: Session, cast: Cast, title: str = "Vapeur") -> Project:
    """Being implemented by two who confirmed: a dated step, then the milestone in November."""
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)
    project = open_project(
        session,
        plan=cast.plan(),
        title=title,
        kind=ProjectKind.SYNERGY,
        synergy_type=SynergyType.SHARING,
        lead_organisation_id=cast.organisation("CC du Val d’Aubrive").id,
        now=NOW,
    )
    fournil = cast.organisation("Le Fournil").id
    add_partner(session, project, organisation_id=fournil, role=PartnerRole.CONTRIBUTOR)
    for partner in project.partners:
        confirm_partner(partner, person_id=None, text_version="t", now=NOW)
    launch_project(project, now=NOW)
    reach(session, project, Stage.IMPLEMENTATION, TODAY)
    step(session, cast, project, date(2026, 6, 30))
    step(session, cast, project, LAST, is_milestone=True)
    session.flush()
    return project


def test_a_synergy_is_promised_for_the_day_of_its_last_dated_step(
    session: Session, cast: Cast
) -> None:
    project = synergy(session, cast)
    (one,) = promises(session, cast.territory().id, PARIS)
    address = f"/projets/{project.public_id}"
    assert one == Promise(EvidenceKind.PROJECT, "Vapeur", address, LAST)
    later = step(session, cast, project, date(2027, 2, 1))
    assert in_words(session, cast) == [("Vapeur", date(2027, 2, 1))]
    complete_step(session, later, today=TODAY)
    # what has no day holds nothing up unless it is a milestone
    step(session, cast, project, None)
    assert in_words(session, cast) == [("Vapeur", LAST)]
    assert promises(session, cast.territory("Plaine de Sorne").id, PARIS) == []


def _undated_milestone(session: Session, cast: Cast, project: Project) -> None:
    step(session, cast, project, None, is_milestone=True)


def _no_milestone(session: Session, cast: Cast, project: Project) -> None:
    abandon_step(session, project.steps[-1])


def _blocked(session: Session, cast: Cast, project: Project) -> None:
    block_step(
        session, project.steps[0], barrier=BarrierKind.ECONOMIC, note="Trop cher", today=TODAY
    )


def _one_partner(session: Session, cast: Cast, project: Project) -> None:
    retire_partner(session, project.partners[-1])


def _earlier_stage(session: Session, cast: Cast, project: Project) -> None:
    reach(session, project, Stage.FEASIBILITY, TODAY)


def _in_service(session: Session, cast: Cast, project: Project) -> None:
    reach(session, project, Stage.OPERATIONAL, TODAY)


def _works_already(session: Session, cast: Cast, project: Project) -> None:
    let_it_work(session, project, TODAY)


def _paused(session: Session, cast: Cast, project: Project) -> None:
    pause_project(project)


def _closed(session: Session, cast: Cast, project: Project) -> None:
    close_project(project)


def _abandoned(session: Session, cast: Cast, project: Project) -> None:
    abandon_project(project, reason="La chaudière ferme.")


@pytest.mark.parametrize(
    "change",
    [
        _undated_milestone,
        _no_milestone,
        _blocked,
        _one_partner,
        _earlier_stage,
        _in_service,
        _works_already,
        _paused,
        _closed,
        _abandoned,
    ],
)
def test_what_nobody_promised_promises_nothing(
    session: Session, cast: Cast, change: Callable[[Session, Cast, Project], None]
) -> None:
    project = synergy(session, cast)
    change(session, cast, project)
    session.flush()
    assert in_words(session, cast) == []


def test_a_partner_who_has_not_confirmed_promises_nothing(session: Session, cast: Cast) -> None:
    project = synergy(session, cast)
    retire_partner(session, project.partners[-1])
    atelier = cast.organisation("Atelier Bois").id
    came = add_partner(session, project, organisation_id=atelier, role=PartnerRole.CO_OWNER)
    session.flush()
    assert in_words(session, cast) == []
    confirm_partner(came, person_id=None, text_version="t", now=NOW)
    session.flush()
    assert in_words(session, cast) == [("Vapeur", LAST)]


def test_the_collectivite_exchanges_where_it_has_declared_a_flow(
    session: Session, cast: Cast
) -> None:
    project = synergy(session, cast)
    for firm, own in (("Le Fournil", False), ("CC du Val d’Aubrive", True)):
        declare_flow(
            session,
            project,
            organisation_id=cast.organisation(firm).id,
            direction=FlowDirection.OUTPUT,
            resource=ResourceKind.ENERGY,
            label="Chaleur",
            quantity=None,
            unit=None,
            now=NOW,
        )
        assert [one.own for one in promises(session, cast.territory().id, PARIS)] == [own]


def test_meetings_are_promised_on_the_territorys_day_until_they_are_held_or_cancelled(
    session: Session, cast: Cast
) -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    starts = {"starts_at": late, "ends_at": late.replace(minute=59)}
    network = planned(session, cast, title="Réseau", kind=MeetingKind.NETWORK, **starts)
    steering = planned(session, cast)
    found = promises(session, cast.territory().id, PARIS)
    assert {(one.title, one.on, one.networking) for one in found} == {
        ("Réseau", date(2027, 1, 1), Networking.NETWORK),
        ("COPIL de printemps", date(2026, 4, 14), Networking.GOVERN),
    }
    assert all(one.address.startswith("/rencontres/") for one in found)
    hold_meeting(steering, now=steering.starts_at)
    cancel_meeting(session, network, words=None, now=NOW)
    session.flush()
    assert promises(session, cast.territory().id, PARIS) == []


def test_half_of_what_is_shared_does_not_work_yet(session: Session, cast: Cast) -> None:
    project = synergy(session, cast)
    note_exchange(
        session,
        project,
        giver_id=None,
        user_id=cast.organisation("Le Fournil").id,
        label="",
        since=TODAY,
        today=TODAY,
    )
    assert in_words(session, cast) == [("Vapeur", LAST)]


@pytest.mark.parametrize("kind", MeetingKind)
def test_a_meeting_counts_once_held_as_it_was_promised(
    session: Session, cast: Cast, kind: MeetingKind
) -> None:
    meeting = planned(session, cast, kind=kind)
    place = cast.territory().id
    (promise,) = promises(session, place, PARIS)
    before = territory_facts(session, place, 2026)
    hold_meeting(meeting, now=meeting.starts_at)
    session.flush()
    after = territory_facts(session, place, 2026)
    assert after.networked(1) - before.networked(1) == {promise.networking}
    assert after.counts["rencontres_tenues_annee"] == before.counts["rencontres_tenues_annee"] + 1


def look(session: Session, cast: Cast, year: int = 2026, today: date = TODAY) -> Outlook | None:
    place = cast.territory().id
    found = overview(session, place, year)
    return outlooks(session, place, PARIS, found, today).get(KEY)


COUNTED = LADDER.replace("synergies_operationnelles_annee", "genres_action_reseau")


def test_a_synergy_that_its_steps_bring_into_service_brings_the_level(
    session: Session, cast: Cast
) -> None:
    import_ladder(session, LADDER.replace("seuil: 2", "seuil: 1"))
    assess(session, cast)
    project = synergy(session, cast)
    found = look(session, cast)
    assert found is not None
    (gain,) = found.gains
    assert (gain.ref, [one.title for one in gain.because]) == ("7.2.2", ["Vapeur"])
    # once it works it is no longer expected: it is there
    for one in project.steps:
        complete_step(session, one, today=TODAY)
    let_it_work(session, project, TODAY)
    reach(session, project, Stage.OPERATIONAL, TODAY)
    session.flush()
    found = look(session, cast)
    assert found is not None
    assert found.gains == ()


def test_a_step_that_slips_beyond_the_year_takes_its_synergy_along(
    session: Session, cast: Cast
) -> None:
    import_ladder(session, LADDER.replace("seuil: 2", "seuil: 1"))
    assess(session, cast)
    project = synergy(session, cast)
    reschedule_step(session, project.steps[0], due_on=date(2027, 1, 4), now=NOW)
    session.flush()
    found = look(session, cast)
    assert found is not None
    assert (found.gains, found.score) == ((), 0)


def test_planned_meetings_bring_the_kinds_of_action_that_they_are(
    session: Session, cast: Cast
) -> None:
    import_ladder(session, COUNTED)
    assess(session, cast)
    held = planned(session, cast)
    hold_meeting(held, now=held.starts_at)
    planned(session, cast, title="Encore un COPIL")
    session.flush()
    found = look(session, cast)
    assert found is not None
    assert found.gains == ()
    planned(session, cast, title="Atelier", kind=MeetingKind.WORKSHOP)
    found = look(session, cast)
    assert found is not None
    assert [[one.title for one in gain.because] for gain in found.gains] == [["Atelier"]]


def test_a_year_that_is_over_frozen_or_not_opened_has_no_outlook(
    session: Session, cast: Cast
) -> None:
    import_ladder(session)
    made = assess(session, cast)
    assert look(session, cast) is not None
    assert look(session, cast, today=date(2026, 12, 31)) is not None
    assert look(session, cast, today=date(2027, 1, 1)) is None
    assert look(session, cast, 2027) is None
    freeze(session, made, now=NOW)
    assert look(session, cast) is None


@pytest.mark.parametrize("synergies", [1, 3])
def test_what_is_promised_is_read_in_one_statement(
    session: Session, cast: Cast, synergies: int
) -> None:
    for number in range(synergies):
        synergy(session, cast, f"Vapeur {number}")
        planned(session, cast, title=f"COPIL {number}")
    session.commit()
    place = cast.territory().id
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    found = promises(session, place, PARIS)
    event.remove(engine, "before_cursor_execute", note)
    assert len(found) == 2 * synergies
    assert len(statements) == 1, statements

"""The journal opens nothing that the pages keep closed: not now, and not as it stood then."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.journal.kinds import Action, Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.logbook.entries import HIDDEN, Line
from app.plans.kinds import BarrierKind, MeasureMethod, PartnerRole, PartnerState, ProjectState
from app.plans.models import Flow, Indicator, Measurement, Partner, Project, Step
from app.plans.rules import (
    acts_for,
    lists_project,
    may_reopen_project,
    reads_steps,
    sees_amounts,
    visible_steps,
)
from app.plans.services.projects import abandon_project, retire_partner, say
from app.plans.services.steps import block_step, open_flow
from tests.cast import BEGINNING, CAST, NOW, TODAY, Cast
from tests.logbook.deeds import do, visible_entries
from tests.parts.examples import ON_ONE_FIXTURE
from tests.plans.test_projects import viewer_of

As = Callable[[str], FlaskClient]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
UNIT = "zorglub"


@pytest.fixture(autouse=True)
def anne_acts(session: Session, cast: Cast) -> None:
    acting(session, cast.person("Anne").id, Via.PAGE, NOW)


def planted(session: Session, cast: Cast) -> None:
    """A quantity that was declared, then changed, and one that was taken back; a measured value."""
    flow = session.scalars(select(Flow)).one()

    def declare() -> None:
        flow.quantity, flow.unit, flow.price_cents = Decimal(31416), UNIT, 9182700

    def change() -> None:
        flow.quantity = Decimal(27183)

    other = Flow(
        project_id=flow.project_id,
        territory_id=flow.territory_id,
        organisation_id=flow.organisation_id,
        direction=flow.direction,
        resource=flow.resource,
        label="Farine",
        quantity=Decimal(31416),
        unit=UNIT,
        opened_at=BEGINNING,
    )
    do(session, cast, "Lucie", declare)
    do(session, cast, "Lucie", change)
    do(session, cast, "Lucie", lambda: session.add(other))
    do(session, cast, "Lucie", lambda: session.delete(other))
    session.commit()


def everything(client: FlaskClient, cast: Cast) -> str:
    """All that this member of the cast can make the journal say."""
    project, fournil = cast.project().public_id, cast.organisation("Le Fournil").public_id
    pages = [
        f"/projets/{project}/journal",
        f"/projets/{project}/journal?apercu=1",
        f"/projets/{project}/journal?sorte=flux",
        f"/projets/{project}/journal?q=27183",
        f"/projets/{project}/journal?q=zorglub",
        f"/projets/{project}/journal.csv",
        f"/territoires/{cast.territory().public_id}/journal",
        f"/territoires/{cast.territory().public_id}/journal.csv",
        "/compte/journal",
        f"/organisations/{fournil}/contacts/{cast.person('Lucie').public_id}/journal",
    ]
    texts = [client.get(page, headers=kind).text for page in pages for kind in ({}, PARTIAL)]
    found = "\n".join(texts).replace("\u202f", "").replace("\u00a0", "")
    # what was asked for is said back in the field
    return (
        found.replace('value="27183"', "")
        .replace('value="zorglub"', "")
        .replace("q=27183", "")
        .replace("q=zorglub", "")
    )


READERS = {
    "Lucie": ("31416", "27183", UNIT, "91827"),
    "Anne": ("27183",),
    "Karim": ("27183",),
    "Marc": ("27183",),
}


@pytest.mark.parametrize("who", CAST)
def test_a_planted_quantity_is_read_by_whom_it_was_opened_to_and_nobody_else(
    who: str, as_: As, session: Session, cast: Cast
) -> None:
    planted(session, cast)
    text = everything(as_(who), cast)
    for secret in ("31416", "27183", UNIT, "91827"):
        assert (secret in text) == (secret in READERS.get(who, ())), secret


@pytest.mark.parametrize("who", CAST)
def test_a_measured_value_is_read_by_the_partners_of_its_day(
    who: str, as_: As, session: Session, cast: Cast
) -> None:
    project = cast.project()
    indicator = Indicator(
        project_id=project.id, territory_id=project.territory_id, label="Pain sauvé", unit="t"
    )
    session.add(indicator)
    session.flush()
    value = Measurement(
        indicator_id=indicator.id,
        project_id=project.id,
        territory_id=project.territory_id,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        value=Decimal(31416),
        method=MeasureMethod.MEASURED,
        opened_at=NOW,
    )
    do(session, cast, "Anne", lambda: session.add(value))
    session.commit()
    reads = who in ("Anne", "Karim", "Lucie", "Marc")
    assert ("31416" in everything(as_(who), cast)) == reads


def test_who_joins_later_reads_today_s_amount_once_it_is_opened_and_never_the_past(
    as_: As, session: Session, cast: Cast
) -> None:
    planted(session, cast)
    [marcs] = [p for p in cast.project().partners if p.organisation.name == "Atelier Bois"]
    do(session, cast, None, lambda: setattr(marcs, "confirmed_at", NOW + timedelta(days=1)))
    session.commit()
    marc, flow = as_("Marc"), session.scalars(select(Flow)).one()
    assert "27183" not in everything(marc, cast)
    do(session, cast, "Lucie", lambda: open_flow(flow, now=NOW + timedelta(days=2)))
    session.commit()
    text = everything(marc, cast)
    assert "27183" in text and "31416" not in text and UNIT not in text


def test_an_amount_that_came_back_to_what_it_was_tells_only_the_last_time(
    session: Session, cast: Cast
) -> None:
    flow = session.scalars(select(Flow)).one()
    for minute, amount in enumerate((5, 9, 5)):
        declare = functools.partial(setattr, flow, "quantity", Decimal(amount))
        do(session, cast, "Lucie", declare, at=NOW + timedelta(minutes=minute))
    viewer = viewer_of(session, cast, "Marc")
    read = [
        line.after("quantity")
        for entry in visible_entries(session, viewer, Change.entity == "Flow")
        for line in entry.lines
        if line.action is Action.UPDATED
    ]
    assert read == ["5", HIDDEN, HIDDEN]


def test_whoever_has_left_reads_nothing_any_more(as_: As, session: Session, cast: Cast) -> None:
    project = f"/projets/{cast.project().public_id}/journal"
    session.rollback()
    lucie = as_("Lucie")
    mine = [p for p in cast.project().partners if p.organisation.name == "Le Fournil"]
    do(session, cast, "Lucie", lambda: setattr(cast.step(), "title", "Peser chaque soir"))
    session.commit()
    assert "Peser chaque soir" in lucie.get("/compte/journal").text
    session.rollback()
    do(session, cast, "Lucie", lambda: retire_partner(session, mine[0]))
    session.commit()
    assert lucie.get(project).status_code == 404
    assert "Peser chaque soir" not in lucie.get("/compte/journal").text
    territory = f"/territoires/{cast.territory().public_id}/journal"
    assert "Invendus du Fournil" not in lucie.get(territory).text


@pytest.mark.parametrize("who", ["Sylvie", "Henri"])
def test_who_looks_on_reads_results_and_nobody_s_failure(
    who: str, as_: As, session: Session, cast: Cast
) -> None:
    step, project = cast.step(), cast.project()
    [marcs] = [p for p in project.partners if p.organisation.name == "Atelier Bois"]
    stuck = {"barrier": BarrierKind.ECONOMIC, "note": "Le four est en panne", "today": TODAY}
    do(session, cast, "Lucie", lambda: block_step(session, step, **stuck))
    do(session, cast, "Anne", lambda: retire_partner(session, marcs))
    do(
        session,
        cast,
        "Karim",
        lambda: say(
            session, project, author_id=cast.person("Karim").id, body="Rien ne va plus", now=NOW
        ),
    )
    do(session, cast, "Anne", lambda: setattr(project, "description", "Un texte entre nous"))
    session.commit()
    text = everything(as_(who), cast)
    assert "a créé le projet" in text
    for silence in (
        "Peser les invendus",
        "coince",
        "four est en panne",
        "Rien ne va plus",
        "a écrit dans les échanges",
        "Atelier Bois",
        "se retire",
        "texte entre nous",
    ):
        assert silence not in text, silence
    do(session, cast, "Anne", lambda: abandon_project(project, reason="Plus de farine"))
    session.commit()
    after = everything(as_(who), cast)
    assert "Plus de farine" not in after and "a abandonné" not in after


moments = st.sampled_from([BEGINNING, NOW, NOW + timedelta(days=1), NOW + timedelta(days=9)])
parts = st.lists(
    st.tuples(st.sampled_from(PartnerRole), st.sampled_from(PartnerState), moments),
    min_size=4,
    max_size=4,
)


@settings(max_examples=20, suppress_health_check=ON_ONE_FIXTURE)
@given(
    parts=parts,
    opened_at=moments,
    amounts=st.lists(st.integers(1, 4), max_size=3),
    state=st.sampled_from([ProjectState.ACTIVE, ProjectState.DRAFT, ProjectState.PAUSED]),
    removed=st.booleans(),
)
def test_the_journal_agrees_with_the_rules_for_the_whole_cast(
    session: Session,
    cast: Cast,
    parts: list[tuple[PartnerRole, PartnerState, object]],
    opened_at: object,
    amounts: list[int],
    state: ProjectState,
    removed: bool,
) -> None:
    session.rollback()
    project = cast.project()
    flow = session.scalars(select(Flow)).one()
    do(session, cast, "Anne", lambda: setattr(project, "state", state))
    others = [one for one in project.partners if one.role is not PartnerRole.LEAD]
    for partner, part in zip(others, parts, strict=True):
        do(session, cast, "Anne", lambda partner=partner, part=part: _take(partner, *part))
    for amount in amounts:
        do(session, cast, "Lucie", lambda amount=amount: setattr(flow, "quantity", Decimal(amount)))
    do(session, cast, "Lucie", lambda: setattr(flow, "opened_at", opened_at))
    words = {"author_id": 1, "body": "Un mot", "now": NOW}
    do(session, cast, "Anne", lambda: say(session, project, **words))
    if removed:
        do(session, cast, "Lucie", lambda: session.delete(flow))
    session.expire_all()
    for who in CAST:
        _agrees(session, cast, who, None if removed else flow)


def _take(partner: Partner, role: PartnerRole, state: PartnerState, at: object) -> None:
    partner.role = PartnerRole.CO_OWNER if role is PartnerRole.LEAD else role
    partner.state, partner.confirmed_at = state, at


def _agrees(session: Session, cast: Cast, who: str, flow: Flow | None) -> None:
    viewer, project = viewer_of(session, cast, who), cast.project()
    listed = set(session.scalars(select(Project.id).where(lists_project(viewer))))
    steps = set(session.scalars(visible_steps(viewer).with_only_columns(Step.id)))
    lines: list[Line] = [line for entry in visible_entries(session, viewer) for line in entry.lines]
    assert {line.project_id for line in lines} - {None} <= listed
    assert {line.entity_id for line in lines if line.entity == "Step"} <= steps
    if not reads_steps(viewer, project):
        assert not [line for line in lines if line.entity == "Comment"]
        assert not [line for line in lines if PartnerState.RETIRED in line.fields.get("state", ())]
    fournil = cast.organisation("Le Fournil").id
    for line in (one for one in lines if one.entity == "Flow"):
        for name in ("quantity", "unit", "price_cents"):
            shown = [value for value in line.fields.get(name, ()) if value not in (None, HIDDEN)]
            if not shown or acts_for(viewer, fournil, project):
                continue
            assert flow is not None and sees_amounts(viewer, project, flow)
            assert [Decimal(value) for value in shown if name == "quantity"] in (
                [],
                [flow.quantity],
            )
    if may_reopen_project(viewer, project):
        assert [line for line in lines if line.entity == "Project" and line.entity_id == project.id]


def test_the_whole_cast_reads_something_or_is_a_stranger(session: Session, cast: Cast) -> None:
    """The property above says nothing where nobody reads anything."""
    read = {who: len(visible_entries(session, viewer_of(session, cast, who))) for who in CAST}
    assert all(read.values()), read

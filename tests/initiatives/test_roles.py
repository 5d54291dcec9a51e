"""The table of meetings in docs/roles.md is what the rules decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.core.viewer import Viewer
from app.initiatives.kinds.meetings import GroupKind, MeetingState
from app.initiatives.models import Meeting
from app.initiatives.rules.groups import may_keep_group, may_see_group, reads_people
from app.initiatives.rules.meetings import (
    may_answer,
    may_run_meeting,
    may_see_meeting,
    reads_minutes,
)
from app.initiatives.services.groups import About, add_members, found_group
from app.initiatives.shelf import MeetingShelf
from tests.agreements.worlds import act
from tests.cast import NOW, TODAY, Cast
from tests.docs.test_roles import ANSWERS, NOBODY, table
from tests.initiatives.gatherings import convened, planned


@pytest.fixture
def engine_name() -> str:
    """Rights do not depend on the engine."""
    return "sqlite"


def test_the_meetings_table_is_what_the_rules_decide(session: Session, cast: Cast) -> None:
    act(session, cast, "Anne")
    here = frozenset({cast.territory().id})
    marc = (cast.organisation("Atelier Bois").id, cast.person("Marc").id)
    group = found_group(session, cast.territory(), About(GroupKind.STEERING, "Comité"), now=NOW)
    add_members(session, group, [marc], today=TODAY)

    def of_group(meeting: Meeting) -> Meeting:
        meeting.group = group
        session.flush()
        return meeting

    unsent = of_group(planned(session, cast, "Le Fournil"))
    coming = of_group(convened(session, cast, "Le Fournil"))
    held = of_group(convened(session, cast, "Le Fournil"))
    held.state = MeetingState.HELD
    rights: dict[str, Callable[[Viewer], bool]] = {
        "see a meeting before its convocations were sent": lambda v: may_see_meeting(v, unsent),
        "see a meeting to come: agenda, who comes": lambda v: (
            may_see_meeting(v, coming) and reads_minutes(v, coming)
        ),
        "see a meeting that was held: minutes, decisions, documents, who came": lambda v: (
            reads_minutes(v, held)
        ),
        "read the results that were mailed of it": lambda v: may_see_meeting(v, held),
        "say whether one comes": lambda v: may_answer(v, coming.attendees[0]),
        "plan, change, cancel it, invite, convene, take attendance, write minutes and results, "
        "note decisions": lambda v: may_run_meeting(v, coming),
        "give and remove its documents and posters": lambda v: MeetingShelf(v, held).may_give,
        "see a group, its themes and organisations": lambda v: may_see_group(v, group),
        "read who is in it by name": lambda v: may_see_group(v, group) and reads_people(v, group),
        "found, describe, end a group; its members": lambda v: may_keep_group(v, group),
    }
    firms = {
        "invited": "Le Fournil",
        "member of its group": "Atelier Bois",
        "other member": "CCI des Deux Rives",
    }
    viewers = {
        "pilot": replace(NOBODY, pilots=here),
        "observer": replace(NOBODY, observes=here),
        "operator": replace(NOBODY, is_operator=True),
        **{
            column: replace(NOBODY, organisations=frozenset({cast.organisation(firm).id}))
            for column, firm in firms.items()
        },
    }
    told = table("meetings and groups")
    assert set(told) == set(rights)
    wrong = [
        f"{row} / {column}: the page says {cell}"
        for row, right in rights.items()
        for column, cell in told[row].items()
        if cell in ANSWERS and right(viewers[column]) is not ANSWERS[cell]
    ]
    assert wrong == []

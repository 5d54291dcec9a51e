"""A whole référentiel of 1,500 nodes is read by as many statements as a small one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.frameworks.format import read, walk
from app.maturity.kinds import CriterionStatus, EvidenceKind
from app.maturity.models import Criterion, Evidence
from tests.cast import NOW, Cast
from tests.conftest import QueryCount
from tests.maturity.samples import KEY, LADDER, assess, import_ladder

As = Callable[[str], FlaskClient]
MEASURES, PARTS, TASKS, CONFIRMED = 60, 4, 5, 500


def _node(level: int, ref: str, more: str = "") -> str:
    return f"{'#' * level} Titre de {ref}\n```yaml\nid: {ref}\n{more}```\n"


def _large() -> str:
    text = [_node(1, "7", f"referentiel: {KEY}\nniveau_mesure: 2\n"), "## Actions\n"]
    for measure in range(1, MEASURES + 1):
        text.append(_node(3, f"7.{measure}"))
        for part in range(1, PARTS + 1):
            text.append(_node(5, f"7.{measure}.{part}"))
            text += [_node(7, f"7.{measure}.{part}.{task}") for task in range(1, TASKS + 1)]
    return "".join(text)


LARGE = _large()


def test_the_large_one_has_1500_nodes() -> None:
    roots = read([("large.md", LARGE.encode())]).roots
    assert sum(1 for _ in walk(roots)) == 1 + MEASURES * (1 + PARTS * (1 + TASKS)) == 1501


@pytest.mark.usefixtures("on_tuesday")
@pytest.mark.parametrize(("text", "confirmed"), [(LADDER, 2), (LARGE, CONFIRMED)])
def test_the_page_runs_thirteen_queries_whatever_the_size_of_the_framework(
    as_: As, session: Session, cast: Cast, queries: QueryCount, text: str, confirmed: int
) -> None:
    import_ladder(session, text)
    made = assess(session, cast)
    place = cast.territory()
    roots = read([("echelle.md", text.encode())]).roots
    refs = [node.id for node in walk(roots) if not node.children][:confirmed]
    assert len(refs) == confirmed
    session.add_all(
        Criterion(
            assessment_id=made.id,
            territory_id=place.id,
            ref=ref,
            status=CriterionStatus.DONE,
            text_id=made.version_id,
            confirmed_by_id=cast.person("Anne").id,
            confirmed_at=NOW,
        )
        for ref in refs
    )
    step = cast.step()
    session.add_all(
        Evidence(
            territory_id=place.id,
            framework_key=KEY,
            ref=ref,
            kind=EvidenceKind.STEP,
            subject_id=step.id,
            project_id=step.project_id,
            added_at=NOW,
        )
        for ref in refs
    )
    session.commit()
    page = f"/territoires/{place.public_id}/maturite"
    session.rollback()
    anne = as_("Anne")
    queries.reset()
    shown = anne.get(page).text
    # one of them reads what the plan has given a day
    assert len(queries) == 13, queries.statements
    assert shown.count("Peser les invendus</a>") >= confirmed

"""At five thousand steps every page runs as many queries as at fifty."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.access.matrix import read
from tests.cast import Cast
from tests.conftest import QueryCount
from tests.plans.bulk import add_steps_in_bulk

As = Callable[[str], FlaskClient]
# files are written piece by piece: the longer, the more pieces
FILES = re.compile(r"\.(csv|xlsx|zip|json)\b|/export")


@pytest.fixture
def engine_name() -> str:
    """Queries are counted, not timed: one engine is enough."""
    return "sqlite"


def pages(names: dict[str, str], who: str) -> list[str]:
    """The pages of the access matrix about these rows that this member of the cast reads."""
    return sorted(
        {
            line.address.format(**names)
            for line in read()
            if line.method == "GET"
            and line.statuses[who] == 200
            and set() < set(re.findall(r"{(\w+)}", line.address)) <= names.keys()
            and not FILES.search(line.address)
        }
        | {
            "/recherche?q=projet",
            "/aujourdhui",
            "/mes-etapes",
            "/mes-projets",
            "/compte/calendrier",
        }
    )


@pytest.mark.parametrize("who", ["Anne", "Lucie"])
def test_a_page_runs_as_many_queries_for_five_thousand_steps_as_for_fifty(
    as_: As, cast: Cast, session: Session, queries: QueryCount, who: str
) -> None:
    names = {
        "project": add_steps_in_bulk(session, cast, 50)[0],
        "territory": cast.territory().public_id,
        "plan": cast.plan().public_id,
        "fournil": cast.organisation("Le Fournil").public_id,
    }
    client, addresses = as_(who), pages(names, who)
    assert len(addresses) > 10
    session.rollback()

    def counted() -> dict[str, int]:
        found = {}
        for address in addresses:
            queries.reset()
            with client.get(address) as answer:
                found[address] = len(queries) if answer.status_code == 200 else -1
        return found

    counted()  # the first time some pages note that one was there
    few = counted()
    add_steps_in_bulk(session, cast, 4950)
    session.rollback()
    # a page of the journal may hold fewer kinds of rows than before, and then asks for less
    assert {page: now for page, now in counted().items() if now > few[page]} == {}

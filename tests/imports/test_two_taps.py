"""« Importer » tapped twice at the same instant imports once, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.plans.models import Project
from tests.cast import Cast
from tests.imports.samples import line, pasted
from tests.imports.test_pages import lead, number_of, paste

As = Callable[[str], FlaskClient]


def test_two_taps_import_once(as_: As, session: Session, cast: Cast) -> None:
    where = paste(as_("Anne"), cast, pasted(line(action="Réemploi", lead="Le Fournil")))
    form, at_once = lead(cast), threading.Barrier(2)
    before = number_of(session, Project)

    def tap(client: FlaskClient) -> int:
        at_once.wait()
        return client.post(f"{where}/appliquer", data=form).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(tap, [as_("Anne"), as_("Anne")])) == [303, 303]
    assert number_of(session, Project) == before + 1
    titles = select(func.count()).where(Project.title == "Réemploi")
    assert session.scalar(titles) == 1

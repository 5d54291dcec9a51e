"""A process that gives or sweeps, and stands still where it is told to, for tests that kill it."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.viewer import Viewer
from app.files.jobs import sweep
from app.files.services import Upload, give_document
from app.files.store import Store
from app.journal.kinds import Via
from app.journal.recorder import acting
from app.plans.models import Project
from app.plans.shelf import ProjectShelf
from app.web.database import db
from tests.conftest import make_app
from tests.files.samples import PDF


class Halting(Store):
    """A store that stands still after its bytes are kept, or before they are forgotten."""

    def keep(self, data: bytes) -> str:
        name = super().keep(data)
        _stand_still()
        return name

    def forget(self, name: str) -> None:
        _stand_still()
        super().forget(name)


def _stand_still() -> None:
    sys.stdout.write("here\n")
    sys.stdout.flush()
    sys.stdin.readline()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=["give", "sweep"])
    parser.add_argument("--database", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--now", type=datetime.fromisoformat, default=clock.now())
    asked = parser.parse_args()
    app = make_app(asked.database, asked.data)
    store = Halting(asked.data / "files")
    with app.app_context():
        if asked.verb == "sweep":
            sweep(lambda: Session(db.engine), store, asked.now)
            return
        with Session(db.engine) as session:
            acting(session, None, Via.PAGE, asked.now)
            project = session.scalars(select(Project).order_by(Project.id).limit(1)).one()
            give_document(
                session,
                store,
                ProjectShelf(Viewer(1, "", 1), project),
                upload=Upload("devis.pdf", PDF),
                title="",
                organisation_id=None,
                person_id=1,
                now=asked.now,
            )
            session.commit()


if __name__ == "__main__":
    main()

"""The files that prove a programme's deliverables: given on their day, by the real verbs."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import yaml
from sqlalchemy import select

from app.accounts.sessions import viewer_of
from app.demo.chronicle import SAYING, Chronicle, public_id
from app.demo.ground import Ground
from app.demo.programmes import FILE
from app.demo.story import SEEDS
from app.files.services import Upload, give_document
from app.files.store import Store
from app.journal.kinds import Via
from app.maturity.models import Assessment
from app.maturity.services.evidence import link_evidence
from app.maturity.shelf import AssessmentShelf

FOLDER = SEEDS / "demo" / "papers"


def tell_papers(ground: Ground, chronicle: Chronicle, store: Store) -> None:
    """Note each file of the programmes' story: its bytes go into the store."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for programme in raw["programmes"]:
        for paper in programme.get("papers", ()):
            deed = partial(_give, ground, store, programme, paper)
            day, who = ground.story.days.at(paper["at"]), programme["by"]
            chronicle.on(day, SAYING, paper["file"], who, Via.PAGE, deed)


def _give(
    ground: Ground, store: Store, programme: dict[str, Any], paper: dict[str, Any], at: datetime
) -> None:
    session, key, name = ground.session, programme["framework"], paper["file"]
    person = ground.people[programme["by"]]
    year = session.scalars(
        select(Assessment).where(Assessment.public_id == public_id(f"assessment {key}"))
    ).one()
    viewer = viewer_of(session, person.id)
    assert viewer is not None
    document = give_document(
        session,
        store,
        AssessmentShelf(viewer, year),
        upload=Upload(name, (FOLDER / name).read_bytes()),
        title=paper["title"],
        organisation_id=None,
        person_id=person.id,
        now=at,
    )
    document.public_id = public_id(f"paper {name}")
    session.flush()
    linked = link_evidence(
        session,
        territory_id=ground.territory.id,
        framework_key=key,
        ref=paper["ref"],
        subject=document,
        note=paper.get("note", ""),
        proved_on=ground.story.days.at(paper["at"]),
        person_id=person.id,
        now=at,
    )
    linked.public_id = public_id(f"evidence {key} {name}")

"""The programme that the territory follows, and what feeds its objectives; by the real verbs."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import yaml
from sqlalchemy import select

from app.demo.chronicle import OPENING, SAYING, Chronicle, public_id
from app.demo.ground import Ground
from app.demo.story import SEEDS
from app.frameworks.models import Framework, FrameworkVersion
from app.journal.kinds import Via
from app.maturity.kinds import CriterionStatus
from app.maturity.models import Assessment
from app.maturity.services.assessing import confirm_status, open_assessment
from app.maturity.services.deadlines import set_deadline
from app.maturity.services.evidence import link_evidence

FILE = SEEDS / "demo" / "programmes.yaml"


def tell_programmes(ground: Ground, chronicle: Chronicle) -> None:
    """Note the programme's opening, its dates and what was handed in, and every link."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for programme in raw["programmes"]:
        _tell_programme(ground, chronicle, programme)
    for one in (*raw["programmes"], *raw["objectives"]):
        for number, proof in enumerate(one["proofs"]):
            deed = partial(_link, ground, one, proof, number)
            who = proof.get("who", one["by"])
            day = ground.story.days.at(proof["at"])
            chronicle.on(day, SAYING, f"{one['framework']} {number}", who, Via.PAGE, deed)


def _tell_programme(ground: Ground, chronicle: Chronicle, raw: dict[str, Any]) -> None:
    days, key, who = ground.story.days, raw["framework"], raw["by"]
    opened = days.at(raw["opened"])
    chronicle.on(opened, OPENING, key, who, Via.PAGE, partial(_open, ground, raw, opened.year))
    for ref, one in raw["said"].items():
        deed = partial(_say, ground, raw, ref, one)
        chronicle.on(days.at(one["at"]), SAYING, f"{key} {ref}", who, Via.PAGE, deed)


def _open(ground: Ground, raw: dict[str, Any], year: int, at: datetime) -> None:
    session, key = ground.session, raw["framework"]
    made = open_assessment(session, territory_id=ground.territory.id, framework_key=key, year=year)
    made.public_id = public_id(f"assessment {key}")
    # what follows reads the row anew, under its lock
    session.flush()
    for ref, concerned in raw["answers"].items():
        confirm_status(
            session,
            made,
            ref=ref,
            status=CriterionStatus.UNSET,
            concerned=concerned,
            person_id=ground.people[raw["by"]].id,
            now=at,
            seen_version=None,
        )
    for ref, distance in raw["dates"].items():
        set_deadline(session, made, ref=ref, due_on=ground.story.days.at(distance), seen=None)


def _say(ground: Ground, raw: dict[str, Any], ref: str, one: dict[str, Any], at: datetime) -> None:
    opened = ground.session.scalars(
        select(Assessment)
        .join(Assessment.version)
        .join(FrameworkVersion.framework)
        .where(Assessment.territory_id == ground.territory.id, Framework.key == raw["framework"])
    ).one()
    confirm_status(
        ground.session,
        opened,
        ref=ref,
        status=CriterionStatus(one["status"]),
        comment=one.get("comment", ""),
        person_id=ground.people[raw["by"]].id,
        now=at,
        seen_version=None,
    )


def _link(
    ground: Ground, raw: dict[str, Any], proof: dict[str, Any], number: int, at: datetime
) -> None:
    project = ground.projects[proof["project"]]
    step = ground.step_by_key(proof["project"], proof["step"]) if "step" in proof else None
    linked = link_evidence(
        ground.session,
        territory_id=ground.territory.id,
        framework_key=raw["framework"],
        ref=proof["ref"],
        subject=step or project,
        note=proof.get("note", ""),
        person_id=ground.people[proof.get("who", raw["by"])].id,
        now=at,
    )
    linked.public_id = public_id(f"evidence {raw['framework']} {number}")

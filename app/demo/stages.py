"""The démarche of the story: its pilot zone, what is known of it, the stages it passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from app.accounts.services.zones import RECORD, ZoneText, describe_zone
from app.core.clock import local_day
from app.demo.chronicle import MOVING, SAYING, Chronicle
from app.demo.days import TIME_ZONE
from app.demo.ground import Ground
from app.initiatives.kinds.stages import InitiativeStage
from app.initiatives.services.stages import choose_pilot_zone, pass_to, tick
from app.journal.kinds import Via

_RECORDS: dict[str, tuple[int, dict[str, Any]]] = {
    "herons": (
        -540,
        {
            "specialisation": "agroalimentaire, bois, plasturgie",
            "created_year": 1984,
            "gross_area": Decimal("24.5"),
            "establishments": 31,
            "vacancy_rate": Decimal("8.5"),
            "figures_source": "Observatoire de la CCI des Deux-Aulnaies",
            "size_none": 4,
            "size_1_9": 15,
            "size_10_49": 9,
            "size_50_249": 2,
            "size_250": 0,
            "age_under_3": 3,
            "age_3_10": 9,
            "age_over_10": 18,
            "note": "Une seule entrée, saturée le matin. Un réseau d’eau de 1984 à refaire.",
        },
    ),
    "corneille": (
        -120,
        {
            "specialisation": "métiers de bouche, métal",
            "created_year": 2006,
            "gross_area": Decimal("9.2"),
            "establishments": 14,
            "figures_source": "Visite de la zone",
        },
    ),
}


@dataclass(frozen=True)
class _Said:
    on: int
    key: str
    words: str


_TICKS = (
    _Said(-530, "projets-connus", "Gardiennage et palettes déjà partagés"),
    _Said(-510, "diagnostic", "Rendu au bureau communautaire"),
    _Said(-300, "portrait-partage", "Assemblée des voisins de la zone"),
    _Said(-215, "themes", "Biodéchets, eau chaude, mobilité"),
    _Said(-29, "restitution", "Devant le lycée et les restaurants"),
)
_PASSAGES = (
    (-420, InitiativeStage.GATHERINGS, "Vingt-deux entreprises vues une à une avant Maillage."),
    (-205, InitiativeStage.WORKSHOPS, "Deux petits-déjeuners de zone ont tenu lieu de rencontres."),
)


def tell_stages(ground: Ground, chronicle: Chronicle) -> None:
    """Note the pilot zone, the records, what was ticked and the two passages."""
    _note(ground, chronicle, -545, "pilot zone", _choose)
    for key, (on, record) in _RECORDS.items():
        _note(ground, chronicle, on, f"record {key}", partial(_describe, key, record))
    for one in _TICKS:
        _note(ground, chronicle, one.on, f"tick {one.key}", partial(_tick, one))
    for on, stage, reason in _PASSAGES:
        _note(ground, chronicle, on, f"stage {stage}", partial(_pass, stage, reason), SAYING)


def _note(
    ground: Ground,
    chronicle: Chronicle,
    on: int,
    what: str,
    deed: Callable[[Ground, datetime], None],
    hour: int = MOVING,
) -> None:
    def done(at: datetime) -> None:
        deed(ground, at)

    chronicle.on(ground.story.days.at(on), hour, what, "anne", Via.PAGE, done)


def _choose(ground: Ground, at: datetime) -> None:
    choose_pilot_zone(ground.session, ground.plan, zone=ground.zones["herons"], now=at)


def _describe(key: str, record: dict[str, Any], ground: Ground, at: datetime) -> None:
    zone = ground.zones[key]
    empty = dict.fromkeys(RECORD)
    describe_zone(
        ground.session,
        zone,
        text=ZoneText(zone.name, zone.dominant_use, zone.cnig_id),
        record={**empty, "figures_on": local_day(at, TIME_ZONE), **record},
        version=zone.version,
    )


def _tick(said: _Said, ground: Ground, at: datetime) -> None:
    day = local_day(at, TIME_ZONE)
    tick(
        ground.session,
        ground.plan,
        key=said.key,
        done_on=day,
        words=said.words,
        person_id=ground.people["anne"].id,
        now=at,
        today=day,
    )


def _pass(stage: InitiativeStage, reason: str, ground: Ground, at: datetime) -> None:
    pass_to(
        ground.session,
        ground.plan,
        stage=stage,
        reason=reason,
        person_id=ground.people["anne"].id,
        now=at,
        today=local_day(at, TIME_ZONE),
    )

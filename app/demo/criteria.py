"""How far the territory said it was in the référentiels, year after year, and its proofs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.demo.days import Days
from app.maturity.kinds import CriterionStatus, EvidenceKind

_FROZEN = (12, 15)
_CONFIRMED = (12, 8)


@dataclass(frozen=True)
class CriterionTale:
    ref: str
    status: CriterionStatus
    fractions: tuple[Decimal, ...] | None
    is_concerned: bool
    comment: str | None


@dataclass(frozen=True)
class YearTale:
    """One year's assessment, frozen at the end of its year; this year's is still open."""

    year: int
    confirmed_on: date
    frozen_on: date | None
    criteria: tuple[CriterionTale, ...]


@dataclass(frozen=True)
class ProofTale:
    """A project, or one of its steps (by key), that proves a criterion."""

    ref: str
    project: str
    step: str | None
    note: str | None
    person: str
    added_on: date

    @property
    def kind(self) -> EvidenceKind:
        return EvidenceKind.STEP if self.step else EvidenceKind.PROJECT


@dataclass(frozen=True)
class Reading:
    """The territory in one framework."""

    framework: str
    person: str
    years: tuple[YearTale, ...]
    proofs: tuple[ProofTale, ...]


def read_readings(raw: dict[str, Any], days: Days) -> tuple[Reading, ...]:
    return tuple(_reading(one, days) for one in raw["readings"])


def _reading(raw: dict[str, Any], days: Days) -> Reading:
    return Reading(
        framework=raw["framework"],
        person=raw["by"],
        years=tuple(_year(int(distance), one, days) for distance, one in raw["years"].items()),
        proofs=tuple(_proof(one, raw["by"], days) for one in raw["proofs"]),
    )


def _year(distance: int, raw: dict[str, Any], days: Days) -> YearTale:
    year = days.today.year + distance
    past = distance < 0
    return YearTale(
        year=year,
        confirmed_on=Days(date(year, *_CONFIRMED)).at(-1) if past else days.at(-21),
        frozen_on=Days(date(year, *_FROZEN)).at(-1) if past else None,
        criteria=tuple(_criterion(ref, one) for ref, one in raw.items()),
    )


def _criterion(ref: str, raw: dict[str, Any]) -> CriterionTale:
    fractions = raw.get("fractions")
    return CriterionTale(
        ref=ref,
        status=CriterionStatus(raw["status"]),
        fractions=tuple(Decimal(one) for one in fractions) if fractions else None,
        is_concerned=raw.get("concerned", True),
        comment=raw.get("comment"),
    )


def _proof(raw: dict[str, Any], person: str, days: Days) -> ProofTale:
    return ProofTale(
        ref=raw["ref"],
        project=raw["project"],
        step=raw.get("step"),
        note=raw.get("note"),
        person=raw.get("who", person),
        added_on=days.at(raw["at"]),
    )

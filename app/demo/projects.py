"""What a project of the demonstration went through, with its dates. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.demo.days import Days
from app.demo.figure_tales import BudgetTale, IndicatorTale, read_budget, read_indicator
from app.demo.reality import Reality, read_reality
from app.journal.kinds import Via
from app.plans.kinds import (
    BarrierKind,
    FlowDirection,
    PartnerRole,
    PartnerState,
    ProjectState,
    ResourceKind,
    Stage,
    StepStatus,
    SynergyType,
)

_PREPARED = timedelta(days=45)
_ASKED_BEFORE = 12


@dataclass(frozen=True)
class PartnerTale:
    """Named on one day, confirmed on another (or never), perhaps gone since."""

    organisation: str
    role: PartnerRole
    state: PartnerState
    named_on: date
    confirmed_on: date | None
    retired_on: date | None
    via: Via


@dataclass(frozen=True)
class FlowTale:
    organisation: str
    direction: FlowDirection
    resource: ResourceKind
    label: str
    quantity: Decimal | None
    unit: str | None
    price_cents: int | None


@dataclass(frozen=True)
class Block:
    on: date
    barrier: BarrierKind
    note: str


@dataclass(frozen=True)
class Move:
    """On a day, the due date was moved to another."""

    on: date
    to: date


@dataclass(frozen=True)
class StepTale:
    """`is_agreed`: to the first mail about its date, its person answered yes."""

    key: str | None
    title: str
    description: str
    organisation: str
    person: str | None
    created_on: date
    first_due_on: date | None
    said: str | None
    moves: tuple[Move, ...]
    begun_on: date | None
    done_on: date | None
    blocked: Block | None
    dropped_on: date | None
    news_on: date | None
    is_milestone: bool
    is_agreed: bool
    via: Via

    @property
    def due_on(self) -> date | None:
        return self.moves[-1].to if self.moves else self.first_due_on

    @property
    def status(self) -> StepStatus:
        if self.done_on:
            return StepStatus.DONE
        if self.dropped_on:
            return StepStatus.ABANDONED
        if self.blocked:
            return StepStatus.BLOCKED
        return StepStatus.IN_PROGRESS if self.begun_on else StepStatus.TODO

    @property
    def settled_on(self) -> date | None:
        """The day from which nobody was reminded of it any more."""
        return self.done_on or self.dropped_on or (self.blocked.on if self.blocked else None)


@dataclass(frozen=True)
class Remark:
    on: date
    person: str
    text: str
    step: str | None


@dataclass(frozen=True)
class Ending:
    on: date
    state: ProjectState
    person: str
    reason: str | None


@dataclass(frozen=True)
class ProjectTale:
    key: str
    title: str
    description: str
    synergy: SynergyType | None
    theme: str
    zone: str | None
    person: str
    opened_on: date
    is_draft: bool
    stages: tuple[tuple[Stage, date], ...]
    ending: Ending | None
    partners: tuple[PartnerTale, ...]
    flows: tuple[FlowTale, ...]
    steps: tuple[StepTale, ...]
    indicators: tuple[IndicatorTale, ...]
    budget: BudgetTale | None
    remarks: tuple[Remark, ...]
    reality: Reality

    @property
    def stage(self) -> Stage:
        return self.stages[-1][0] if self.stages else Stage.DISCUSSION

    @property
    def state(self) -> ProjectState:
        if self.is_draft:
            return ProjectState.DRAFT
        return self.ending.state if self.ending else ProjectState.ACTIVE


def read_project(raw: dict[str, Any], days: Days) -> ProjectTale:
    opened = days.at(raw["opened"])
    partners = tuple(_partner(one, opened, days) for one in raw["partners"])
    named = {partner.organisation: partner.named_on for partner in partners}
    return ProjectTale(
        key=raw["key"],
        title=raw["title"],
        description=raw["description"],
        synergy=None if raw["kind"] == "action" else SynergyType(raw["kind"]),
        theme=raw["theme"],
        zone=raw.get("zone"),
        person=raw["by"],
        opened_on=opened,
        is_draft=raw.get("draft", False),
        stages=tuple((Stage(stage), days.at(on)) for stage, on in raw["stages"].items()),
        ending=_ending(raw.get("ended"), days),
        partners=partners,
        flows=tuple(_flow(one) for one in raw.get("flows", ())),
        steps=tuple(_step(one, named[one["by"]], days) for one in raw["steps"]),
        indicators=tuple(read_indicator(one, opened, days) for one in raw.get("indicators", ())),
        budget=read_budget(raw["budget"], days) if "budget" in raw else None,
        remarks=tuple(
            Remark(days.at(one["at"]), one["who"], one["text"], one.get("step"))
            for one in raw.get("comments", ())
        ),
        reality=read_reality(raw, days),
    )


def _partner(raw: dict[str, Any], opened: date, days: Days) -> PartnerTale:
    confirmed = days.at(raw["confirmed"]) if "confirmed" in raw else None
    asked = days.at(raw["asked"] if "asked" in raw else raw["confirmed"] - _ASKED_BEFORE)
    state = PartnerState(raw.get("state", "confirmed"))
    return PartnerTale(
        organisation=raw["at"],
        role=PartnerRole(raw["role"]),
        state=PartnerState.RETIRED if "retired" in raw else state,
        named_on=max(opened, asked),
        confirmed_on=confirmed,
        retired_on=days.at(raw["retired"]) if "retired" in raw else None,
        via=Via(raw.get("via", "page")),
    )


def _flow(raw: dict[str, Any]) -> FlowTale:
    return FlowTale(
        organisation=raw["at"],
        direction=FlowDirection(raw["direction"]),
        resource=ResourceKind(raw["resource"]),
        label=raw["label"],
        quantity=Decimal(raw["quantity"]) if "quantity" in raw else None,
        unit=raw.get("unit"),
        price_cents=raw.get("price_cents"),
    )


def _step(raw: dict[str, Any], earliest: date, days: Days) -> StepTale:
    due = _due(raw, days)
    done = days.at(raw["done"]) if "done" in raw else None
    dropped = days.at(raw["dropped"]) if "dropped" in raw else None
    block = raw.get("blocked")
    return StepTale(
        key=raw.get("key"),
        title=raw["title"],
        description=raw.get("description", ""),
        organisation=raw["by"],
        person=raw.get("who"),
        created_on=_created(raw, earliest, due, days),
        first_due_on=due,
        said=raw.get("said"),
        moves=tuple(Move(days.at(m["at"]), days.at(m["to"])) for m in raw.get("moved", ())),
        begun_on=days.at(raw["begun"]) if "begun" in raw else None,
        done_on=done,
        blocked=Block(days.at(block["at"]), BarrierKind(block["barrier"]), block["note"])
        if block
        else None,
        dropped_on=dropped,
        news_on=days.at(raw["news"]) if "news" in raw else None,
        is_milestone=raw.get("milestone", False),
        is_agreed=raw.get("agreed", False),
        via=Via(raw.get("via", "page")),
    )


def _due(raw: dict[str, Any], days: Days) -> date | None:
    if "occasion" in raw:
        return days.due_for(raw["occasion"]["code"], raw["occasion"]["in"])
    return days.at(raw["due"]) if "due" in raw else None


def _created(raw: dict[str, Any], earliest: date, due: date | None, days: Days) -> date:
    """Said, or some six weeks before anything came of it, and never before its organisation
    took part."""
    if "created" in raw:
        return max(earliest, days.at(raw["created"]))
    if due is None:
        raise ValueError(f"{raw['title']!r} has neither a date nor a day of creation")
    moved = (days.at(move["at"]) for move in raw.get("moved", ()))
    begun = (days.at(raw[event]) for event in ("begun", "done", "dropped") if event in raw)
    return max(earliest, Days(min([due, *moved, *begun]) - _PREPARED).first_day)


def _ending(raw: dict[str, Any] | None, days: Days) -> Ending | None:
    if raw is None:
        return None
    return Ending(days.at(raw["at"]), ProjectState(raw["state"]), raw["by"], raw.get("reason"))

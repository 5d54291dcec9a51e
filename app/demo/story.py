"""Who lives in the invented territory, and the axes of its plan: read from seeds/. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from app.accounts.kinds import OrganisationKind, SizeBand, TerritoryRoleKind
from app.demo.criteria import Reading, read_readings
from app.demo.days import Days
from app.demo.projects import ProjectTale, read_project

SEEDS = Path(__file__).parents[2] / "seeds"


@dataclass(frozen=True)
class ZoneTale:
    key: str
    name: str
    dominant_use: str
    cnig_id: str


@dataclass(frozen=True)
class OrganisationTale:
    key: str
    name: str
    kind: OrganisationKind
    siret: str
    naf: str
    phone: str
    size: SizeBand | None
    address: str | None
    postcode: str | None
    city: str
    zone: str | None
    joined_on: date
    named_publicly: bool


@dataclass(frozen=True)
class Work:
    """A person's place in an organisation; the default contact is written to for want of others."""

    organisation: str
    function: str
    is_manager: bool
    is_default: bool


@dataclass(frozen=True)
class PersonTale:
    key: str
    name: str
    email: str | None
    phone: str
    joined_on: date
    account: str | None
    territory_role: TerritoryRoleKind | None
    is_operator: bool
    works: tuple[Work, ...]


@dataclass(frozen=True)
class ThemeTale:
    key: str
    title: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """Everything that is told of one territory, on the dates of one day of visit.

    `key` begins the public ids of what every story has; `shared` are organisations of the story
    before it that belong here as well. Relances that start after the visit have not started.
    """

    key: str
    shared: tuple[str, ...]
    days: Days
    territory: str
    siren: str
    began_on: date
    plan: str
    password: str
    relances_started_on: date
    relances_started_by: str
    zones: tuple[ZoneTale, ...]
    organisations: tuple[OrganisationTale, ...]
    people: tuple[PersonTale, ...]
    themes: tuple[ThemeTale, ...]
    projects: tuple[ProjectTale, ...]
    readings: tuple[Reading, ...]

    @property
    def accounts(self) -> tuple[PersonTale, ...]:
        """Those whom the visitor can be, with the one password."""
        return tuple(person for person in self.people if person.account)

    def organisation(self, key: str) -> OrganisationTale:
        return next(one for one in self.organisations if one.key == key)

    def person(self, key: str) -> PersonTale:
        return next(one for one in self.people if one.key == key)

    def contact(self, organisation: str) -> PersonTale | None:
        """The one to whom mail for an organisation goes when a step names nobody."""
        for person in self.people:
            if any(w.organisation == organisation and w.is_default for w in person.works):
                return person
        return None


def tell(today: date, seeds: Path = SEEDS) -> Story:
    """The story as it stands on `today`. The same day tells the same story."""
    return _tell(today, seeds, seeds / "demo", "")


def tell_neighbour(today: date, seeds: Path = SEEDS) -> Story:
    """The smaller territory next door, for who works over several."""
    return _tell(today, seeds, seeds / "demo" / "neighbour", "neighbour ")


def _tell(today: date, seeds: Path, folder: Path, key: str) -> Story:
    days = Days(today)
    base = _load(folder / "territory.yaml")
    template = _load(seeds / "templates" / f"{base['plan']['template']}.yaml")
    projects = [
        read_project(raw, days)
        for file in sorted(folder.glob("projects-*.yaml"))
        for raw in _load(file)["projects"]
    ]
    return Story(
        key=key,
        shared=tuple(base.get("shared", ())),
        days=days,
        territory=base["territory"]["name"],
        siren=base["territory"]["siren"],
        began_on=days.at(base["territory"]["began"]),
        plan=base["plan"]["title"],
        password=base["password"],
        relances_started_on=days.at(base["relances"]["started"]),
        relances_started_by=base["relances"]["by"],
        zones=tuple(ZoneTale(**raw) for raw in base["zones"]),
        organisations=tuple(_organisation(raw, days) for raw in base["organisations"]),
        people=tuple(_person(raw, days) for raw in base["people"]),
        themes=tuple(_theme(raw) for raw in template["themes"]),
        projects=tuple(projects),
        readings=read_readings(_load(folder / "maturity.yaml"), days),
    )


@lru_cache(maxsize=16)
def _load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def _organisation(raw: dict[str, Any], days: Days) -> OrganisationTale:
    return OrganisationTale(
        key=raw["key"],
        name=raw["name"],
        kind=OrganisationKind(raw["kind"]),
        siret=raw["siret"],
        naf=raw["naf"],
        phone=raw["phone"],
        size=SizeBand(raw["size"]) if "size" in raw else None,
        address=raw.get("address"),
        postcode=raw.get("postcode"),
        city=raw["city"],
        zone=raw.get("zone"),
        joined_on=days.at(raw["joined"]),
        named_publicly=raw.get("public", False),
    )


def _person(raw: dict[str, Any], days: Days) -> PersonTale:
    return PersonTale(
        key=raw["key"],
        name=raw["name"],
        email=raw.get("email"),
        phone=raw["phone"],
        joined_on=days.at(raw["joined"]),
        account=raw.get("account"),
        territory_role=TerritoryRoleKind(raw["role"]) if "role" in raw else None,
        is_operator=raw.get("operator", False),
        works=tuple(
            Work(w["at"], w["function"], w.get("manager", False), w.get("default", False))
            for w in raw["works"]
        ),
    )


def _theme(raw: dict[str, Any]) -> ThemeTale:
    return ThemeTale(raw["key"], raw["title"], tuple(raw["aliases"]))

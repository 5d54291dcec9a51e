"""How single values of the change log read in French. Pure, and never fails on odd values."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.accounts.kinds import (
    AskKind,
    AskState,
    MembershipRole,
    NafEdition,
    OrganisationKind,
    SizeBand,
    TerritoryRoleKind,
)
from app.accounts.labels import (
    MEMBERSHIP_ROLES,
    NAF_EDITIONS,
    ORGANISATION_KINDS,
    SIZE_BANDS,
    TERRITORY_ROLES,
)
from app.agreements.kinds import CommitmentKind, GivenBy, ProposalKind, ProposalState
from app.agreements.labels import (
    ASK_STATES,
    ASKS,
    COMMITMENTS,
    GIVEN,
    PROPOSAL_STATES,
    PROPOSALS,
)
from app.core.french import MONTHS, day_number, listing, moment, number, plain_date
from app.files.kinds import Audience as Readers
from app.files.kinds import FileKind
from app.files.labels import AUDIENCES as READERS
from app.files.labels import KINDS as FILE_KINDS
from app.imports.kinds import ImportState
from app.imports.labels import STATES as IMPORT_STATES
from app.initiatives.kinds.leads import LeadState
from app.initiatives.labels.leads import LEAD_STATES
from app.initiatives.labels.meetings import LABELS as MEETING_LABELS
from app.logbook.entries import HIDDEN, Line
from app.maturity.kinds import CriterionStatus, EvidenceKind
from app.maturity.labels import LABELS as MATURITY_LABELS
from app.plans.labels import LABELS as PLANS_LABELS
from app.reminders.kinds import Manner
from app.reminders.labels import MANNERS

NOBODY = "Maillage"
ERASED = "une personne effacée"
# a word that the log has and the code no longer knows
OTHER = "une autre valeur"
# of a text that stands inside a sentence
LONGEST = 160

WORDS: dict[type[enum.StrEnum], Mapping[Any, Any]] = {
    **PLANS_LABELS,
    **MEETING_LABELS,
    Manner: MANNERS,
    AskKind: ASKS,
    AskState: ASK_STATES,
    CommitmentKind: COMMITMENTS,
    FileKind: FILE_KINDS,
    ImportState: IMPORT_STATES,
    GivenBy: GIVEN,
    LeadState: LEAD_STATES,
    ProposalKind: PROPOSALS,
    ProposalState: PROPOSAL_STATES,
    Readers: READERS,
    CriterionStatus: MATURITY_LABELS[CriterionStatus],
    EvidenceKind: MATURITY_LABELS[EvidenceKind],
    NafEdition: NAF_EDITIONS,
    OrganisationKind: ORGANISATION_KINDS,
    SizeBand: SIZE_BANDS,
    MembershipRole: MEMBERSHIP_ROLES,
    TerritoryRoleKind: TERRITORY_ROLES,
}


@dataclass(frozen=True)
class Names:
    """What stands for ids at the moment of reading.

    `names` is {(entity, id): name}, without people who were erased; `known` is {(entity, id):
    {column: plain value}} of the rows as they stand now, ids and titles alone.
    """

    names: Mapping[tuple[str, int], str] = field(default_factory=dict)
    known: Mapping[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)
    zone: str = "Europe/Paris"
    year: int | None = None

    def of(self, entity: str, row_id: Any) -> str:
        """The name of a row, or words for one that has none any more."""
        missing = ERASED if entity == "Person" else _LOST.get(entity, "un élément retiré")
        return self.known_as(entity, row_id) or missing

    def known_as(self, entity: str, row_id: Any) -> str | None:
        """The name of a row, None where it has none that may be said."""
        return self.names.get((entity, row_id)) if isinstance(row_id, int) else None

    def about(self, line: Line, column: str) -> Any:
        """A column of the row that a line speaks of: as the line left it, or as it is now."""
        for value in (line.after(column), line.before(column)):
            if value is not None and value is not HIDDEN:
                return value
        return self.known.get(line.row, {}).get(column)

    def actor(self, actor_id: int | None) -> str:
        return NOBODY if actor_id is None else self.of("Person", actor_id)


_LOST = {
    "Organisation": "une organisation",
    "Project": "un projet",
    "Step": "une étape",
    "Theme": "un axe retiré depuis",
    "ActivityZone": "une zone retirée depuis",
    "Territory": "le territoire",
}


def quoted(text: Any) -> str:
    """« text », shortened, on one line; « … » where there is none."""
    if text is HIDDEN:
        return "un texte réservé"
    words = "…" if text is None else " ".join(str(text).split())
    if len(words) > LONGEST:
        words = f"{words[: LONGEST - 1].rstrip()}…"
    return f"« {words} »"


def word(kind: type[enum.StrEnum], value: Any) -> str:
    """The French word of an enum's value, whatever stood in the log."""
    try:
        return str(WORDS[kind][kind(value)])
    except (ValueError, KeyError):
        return OTHER


def small(kind: type[enum.StrEnum], value: Any) -> str:
    """The same word inside a sentence."""
    said = word(kind, value)
    return said[:1].lower() + said[1:]


def day(value: Any, names: Names) -> str:
    """« 17 avril », with its year where it is not the entry's."""
    found = as_date(value)
    if found is None:
        return "une autre date"
    if found.year == names.year:
        return f"{day_number(found)} {MONTHS[found.month - 1]}"
    return plain_date(found)


def instant(value: Any, names: Names) -> str:
    found = as_instant(value)
    return moment(found, names.zone) if found else "une autre date"


def as_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def as_instant(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def as_number(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def figure(value: Any) -> str:
    """« 12 480,5 »"""
    found = as_number(value)
    return number(found, 3) if found is not None else "une valeur"


def shares(value: Any) -> str:
    """« 60 % réalisé, 20 % programmé et 20 % pas fait » from three fractions."""
    parts = [as_number(part) for part in value] if isinstance(value, list) else []
    if len(parts) != 3 or None in parts:
        return "une autre répartition"
    said = ("réalisé", "programmé", "pas fait")
    return listing(
        [
            f"{number(part * 100, 1)} % {what}"
            for part, what in zip(parts, said, strict=True)
            if part
        ]
    )

"""The tracking sheet of a project or of a step, written from what a row says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.imports.kinds import Status
from app.imports.rows import VAGUE
from app.imports.services.work import Work
from app.plans.models import SHEET_TEXTS, TrackingSheet

# these say more than a step's or a project's own state can
_WORDS = frozenset({Status.LATE, Status.BLOCKED, Status.PAUSED, Status.TO_DISCUSS, Status.RUNNING})
_OWN = frozenset({"status_text", "starts_text", "ends_text"})


def write(work: Work, project_id: int, step_id: int | None, said: Mapping[str, str]) -> None:
    """Set what is said; without anything to say there is no sheet."""
    values: dict[str, str | date | None] = {
        name: said[name] for name in SHEET_TEXTS if name in said and name not in _OWN
    }
    if step_id is None:
        values.pop("partners", None)
    values |= _start(said, of_step=step_id is not None)
    if "end" in said and step_id is None:
        values["ends_text"] = vague(said["end"])
    if "status" in said:
        values["status_text"] = _words(said["status"], of_step=step_id is not None)
    sheet = work.sheets.get((project_id, step_id))
    if sheet is None:
        if not any(values.values()):
            return
        sheet = TrackingSheet(
            project_id=project_id, territory_id=work.found.territory_id, step_id=step_id
        )
        work.session.add(sheet)
        work.sheets[project_id, step_id] = sheet
    for name, value in values.items():
        setattr(sheet, name, value)


def _start(said: Mapping[str, str], *, of_step: bool) -> dict[str, str | date | None]:
    if "start" not in said:
        return {}
    own: dict[str, str | date | None] = {"starts_on": day(said["start"])} if of_step else {}
    return own | {"starts_text": vague(said["start"])}


def _words(status: str, *, of_step: bool) -> str:
    """A word that nothing else keeps; a step's own state says most of them."""
    if status.startswith(VAGUE):
        return status
    kept = {Status.PAUSED, Status.TO_DISCUSS} if of_step else _WORDS
    return status if status in kept else ""


def day(said: str) -> date | None:
    """The day of « 2027-04-17 »; None of « ~fin juin ? »."""
    return None if not said or said.startswith(VAGUE) else date.fromisoformat(said)


def vague(said: str) -> str:
    return said.removeprefix(VAGUE) if said.startswith(VAGUE) else ""

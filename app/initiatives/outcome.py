"""The results of a meeting, drafted for its pilot to reread. Pure.

Nobody is exposed: a date that has passed is not told beside the name of whoever was to do it, and
who did not come is not named at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.french import count, plain_date


@dataclass(frozen=True)
class Decided:
    text: str
    project: str | None = None
    organisation: str | None = None
    due_on: date | None = None
    due_text: str | None = None


@dataclass(frozen=True)
class Told:
    """What the draft is made of; `next_one` is the next meeting as it is said, if there is one."""

    decided: Sequence[Decided]
    people: int
    organisations: int
    next_one: str | None
    today: date


NOTHING = "Rien n’a été décidé."


def says_something(body: str) -> bool:
    """Whether a text tells its readers anything: headings and « rien » alone do not."""
    lines = (line.strip() for line in body.split("\n"))
    said = [line for line in lines if not line.startswith("#") and line != NOTHING]
    return any(char.isalnum() for line in said for char in line)


def draft(told: Told) -> str:
    """Markdown: what was decided, project by project; how many came; when one meets again."""
    parts = ["## Ce qui a été décidé", "\n".join(_lines(told)) or NOTHING]
    if told.people:
        came = count(told.people, "personne était présente", "personnes étaient présentes")
        firms = count(told.organisations, "organisation", "organisations")
        parts.append(f"{came}, pour {firms}.")
    if told.next_one:
        parts.append(f"## Prochain rendez-vous\n\n{told.next_one}")
    return "\n\n".join(parts) + "\n"


def _lines(told: Told) -> list[str]:
    by_project: dict[str | None, list[Decided]] = {}
    for one in told.decided:
        by_project.setdefault(one.project, []).append(one)
    lines = []
    for project, decided in by_project.items():
        if project is not None and len(by_project) > 1:
            lines += ["", f"**{_plain(project)}**", ""]
        lines += [_line(one, told.today) for one in decided]
    return lines[1:] if lines[:1] == [""] else lines


def _line(one: Decided, today: date) -> str:
    said = [_plain(one.organisation)] if one.organisation else []
    if one.due_on is not None and one.due_on >= today:
        said.append(f"pour le {plain_date(one.due_on)}")
    elif one.due_on is None and one.due_text:
        said.append(_plain(one.due_text))
    return f"- {_plain(one.text)} ({', '.join(said)})" if said else f"- {_plain(one.text)}"


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is, on one line."""
    line = " ".join(text.split())
    return "".join(f"\\{char}" if char in "\\`*_[]<>#" else char for char in line)

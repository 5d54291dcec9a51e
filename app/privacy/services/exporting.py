"""All that is held about a person, for that person: data with stable keys, and a page to read."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import DEFAULT_ZONE, Person
from app.core.french import moment, spaced
from app.core.personal import Section
from app.privacy.archive import Member
from app.privacy.rooms import ROOMS, SECTIONS

FORMAT = 1
DATA, README, FILES = "donnees.json", "lisez-moi.txt", "fichiers/"


def held_about(session: Session, person: Person, now: datetime) -> dict[str, Any]:
    """`{"format", "exported_at", "id", "sections": {key: [record]}}`, as plain JSON values."""
    return {
        "format": FORMAT,
        "exported_at": now.isoformat(),
        "id": person.public_id,
        "sections": {
            section.key: [_plain(dict(record)) for record in section.read(session, person.id)]
            for section in SECTIONS
        },
    }


def members_of(session: Session, person: Person, now: datetime, data_dir: Path) -> list[Member]:
    """The files of the archive. The data are read now, what the person sent when it is written."""
    held = held_about(session, person, now)
    data = json.dumps(held, ensure_ascii=False, indent=2).encode()
    told = _readme(held, person, now).encode()
    # a byte order mark, without which old Windows editors spoil every accent
    texts = [Member(README, lambda: [b"\xef\xbb\xbf", told]), Member(DATA, lambda: [data])]
    return [*texts, *_files(session, person.id, data_dir)]


def _files(session: Session, person_id: int, data_dir: Path) -> Iterator[Member]:
    for room in ROOMS:
        for file in room.files(session, person_id, data_dir) if room.files else ():
            yield Member(f"{FILES}{file.name}", file.parts)


def file_name(person: Person, now: datetime) -> str:
    """Without a name in it: it lies in a folder of downloads that others may see."""
    return f"maillage-mes-donnees-{now:%Y-%m-%d}-{person.public_id}.zip"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _readme(held: dict[str, Any], person: Person, now: datetime) -> str:
    """Everything in plain French, for who opens no JSON."""
    zone = person.time_zone or DEFAULT_ZONE
    lines = [
        "VOS DONNÉES DANS MAILLAGE",
        "",
        f"Copie faite le {moment(now, zone)}, pour vous. Elle contient tout ce qui est noté sur",
        f"vous ; le fichier {DATA} dit la même chose pour un ordinateur.",
        "Les quantités et les prix appartiennent à votre organisation et n’y sont pas ; les",
        f"documents que vous avez déposés y sont, dans {FILES} : ceux que vous pouvez encore lire.",
        "Des autres, que vous ne pouvez plus ouvrir, la liste ne dit que le titre et la date.",
        "Les données d’autres personnes n’y sont pas non plus.",
        "Les heures sont en temps universel (UTC).",
        "Une erreur ? Corrigez-la sur « Mon compte », ou dites-le à qui anime la démarche.",
        "",
    ]
    for section in SECTIONS:
        lines += _told(section, held["sections"][section.key])
    return spaced("\r\n".join(lines)) + "\r\n"


def _told(section: Section, records: list[dict[str, Any]]) -> Iterator[str]:
    yield f"== {section.title} ({section.key}) =="
    if not records:
        yield "Rien."
    for number, record in enumerate(records, start=1):
        if len(records) > 1:
            yield f"-- {number}"
        for key, value in record.items():
            yield f"{section.fields[key]} : {_said(value)}"
    yield ""


def _said(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)

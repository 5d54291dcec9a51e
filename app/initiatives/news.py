"""A meeting as somebody was last told of it, and what of it is news to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Told:
    """What a mail said of a meeting; no dates where nobody kept what it said."""

    starts_at: datetime | None
    ends_at: datetime | None
    place: str | None = None
    video_url: str | None = None
    is_off: bool = False

    @property
    def kept(self) -> dict[str, Any]:
        """As a mail's references keep it."""
        return {
            "starts_at": self.starts_at.isoformat() if self.starts_at else None,
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
            "place": self.place,
            "video_url": self.video_url,
            "is_off": self.is_off,
        }


@dataclass(frozen=True)
class News:
    """`is_first`: they never heard of the meeting; `is_back`: they heard that it is off."""

    is_first: bool = False
    is_back: bool = False
    moved: bool = False
    placed: bool = False

    @property
    def is_nothing(self) -> bool:
        return not (self.is_first or self.is_back or self.moved or self.placed)


def read_told(kept: Mapping[str, Any]) -> Told:
    """The inverse of `kept`."""
    starts_at, ends_at = kept.get("starts_at"), kept.get("ends_at")
    return Told(
        starts_at=datetime.fromisoformat(starts_at) if starts_at else None,
        ends_at=datetime.fromisoformat(ends_at) if ends_at else None,
        place=kept.get("place"),
        video_url=kept.get("video_url"),
        is_off=bool(kept.get("is_off")),
    )


def news_of(known: Told | None, now: Told) -> News:
    """What a meeting that takes place has new for who knows it so."""
    if known is None:
        return News(is_first=True)
    return News(
        is_back=known.is_off,
        moved=(known.starts_at, known.ends_at) != (now.starts_at, now.ends_at),
        # who kept no date kept no place
        placed=known.starts_at is not None
        and (known.place, known.video_url) != (now.place, now.video_url),
    )


def date_key(starts_at: datetime, ends_at: datetime) -> str:
    """The date and hours for which an answer is given, on a form and beside the answer."""
    return f"{starts_at:%Y%m%dT%H%M}-{ends_at:%Y%m%dT%H%M}"

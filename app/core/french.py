"""Dates, numbers and plurals as people in France read them. Fast: used in every row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
THIN = "\u202f"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
# territories that take an article where they are spoken of
_LANDS = (
    "Val d’",
    "Val de ",
    "Val du ",
    "Val des ",
    "Pays d’",
    "Pays de ",
    "Pays du ",
    "Pays des ",
)
_VOWELS = tuple("aàâäeéèêëiîïoôöuùûüœæ")
# how words begin whose h is mute, and the names whose y is a vowel
_MUTE = (
    *("hab", "hadrien", "harmon", "heb", "héb", "hel", "hél", "hen", "herb", "hermi", "herv"),
    *("hilaire", "hip", "hist", "hon", "hopi", "hôpi", "hor", "hote", "hôte", "hub", "huil"),
    *("hum", "hya", "hyd", "hyg", "hyp", "yv"),
)
SHORT_MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)


@lru_cache(maxsize=4096)
def spaced(text: str) -> str:
    """The spaces that French sets around its signs, so that none stands alone on a line.

    « Où en êtes-vous ? » has a thin one before ; ? ! and a full one before : and inside « ».
    """
    text = text.replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»").replace(" :", f"{NBSP}:")
    for sign in ";?!":
        text = text.replace(f" {sign}", f"{THIN}{sign}")
    return text


def day_number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def long_date(day: date) -> str:
    """vendredi 17 avril 2026"""
    return f"{DAYS[day.weekday()]} {day_number(day)}{NBSP}{MONTHS[day.month - 1]} {day.year}"


def day_and_month(day: date) -> str:
    """vendredi 17 avril"""
    return f"{DAYS[day.weekday()]} {day_number(day)}{NBSP}{MONTHS[day.month - 1]}"


def near_date(day: date, today: date) -> str:
    """vendredi 17 avril, and its year where that is another one"""
    return day_and_month(day) if day.year == today.year else long_date(day)


def plain_date(day: date) -> str:
    """17 avril 2026"""
    return f"{day_number(day)}{NBSP}{MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """17 avr. 2026, without a break"""
    return f"{day_number(day)}{NBSP}{SHORT_MONTHS[day.month - 1]}{NBSP}{day.year}"


def moment(instant: datetime, zone: str = "Europe/Paris") -> str:
    """17 avril 2026 à 8 h 05, in the zone's time"""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{plain_date(local.date())} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def number(value: float | Decimal, digits: int = 0) -> str:
    """12 480,5 with a thin non-breaking space and a comma; trailing zeros are dropped."""
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", THIN).replace(".", ",")


def money(cents: int) -> str:
    """« 12 000,50 € »; cents only where there are some."""
    text = f"{Decimal(cents) / 100:,.{2 if cents % 100 else 0}f}"
    return f"{text.replace(',', THIN).replace('.', ',')}{NBSP}€"


def count(value: int, one: str, many: str) -> str:
    """0 étape, 1 étape, 2 étapes: in French zero is singular."""
    return f"{number(value)}{NBSP}{one if abs(value) < 2 else many}"


def some(value: int, one: str, many: str) -> str:
    """« un blocage », « 3 blocages »: inside a sentence one is an article."""
    return one if value == 1 else f"{number(value)}{NBSP}{many}"


def listing(names: list[str]) -> str:
    """« a, b et c »"""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} et {names[-1]}"


def in_short(title: str, longest: int = 48) -> str:
    """A title that leaves room beside it, in a subject: cut behind a whole word, « Pesée des… »."""
    if len(title) <= longest:
        return title
    kept = title[: longest - 1]
    whole = kept if title[longest - 1] == " " else kept.rpartition(" ")[0] or kept
    return f"{whole.rstrip(' ,;:–-')}…"


def of(name: str) -> str:
    """« de Vallon », « d’Aubrive », « du Fournil », « des Voisins », « du Val d’Aubrive »."""
    if contracted := _contracted(name, {"Le ": "du", "Les ": "des"}):
        return contracted
    if name.startswith(_LANDS):
        return f"du{NBSP}{name}"
    return f"d’{name}" if _is_elided_before(name) else f"de{NBSP}{name}"


def that(name: str) -> str:
    """« que Karim », « qu’Anne »: in « parce que », « propose que »."""
    return f"qu’{name}" if _is_elided_before(name) else f"que{NBSP}{name}"


def _is_elided_before(name: str) -> bool:
    """Before a vowel and a mute h, as far as the beginning of a name tells."""
    return name.casefold().startswith(_VOWELS + _MUTE)


def to(name: str) -> str:
    """« à Vallon », « au Fournil », « aux Voisins »: as people say it, of a firm as of a place."""
    before = "au" if name.startswith(_LANDS) else "à"
    return _contracted(name, {"Le ": "au", "Les ": "aux"}) or f"{before}{NBSP}{name}"


def _contracted(name: str, prepositions: Mapping[str, str]) -> str | None:
    """The name behind its article melted into the preposition; None where it has no such one."""
    for article, preposition in prepositions.items():
        if name.startswith(article):
            return f"{preposition}{NBSP}{name.removeprefix(article)}"
    return None

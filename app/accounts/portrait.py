"""The portrait of a zone: what its record says, what it lacks, and the one sentence of it."""

from __future__ import annotations

from app.accounts.kinds import SizeBand
from app.accounts.models import ActivityZone
from app.core.french import NBSP, THIN, count, number, spaced

# of the seven uses that the law names for such zones, and the three that registers add
VOCATIONS = (
    "industrielle",
    "artisanale",
    "commerciale",
    "tertiaire",
    "logistique",
    "touristique",
    "portuaire",
    "aéroportuaire",
    "agricole",
    "mixte",
)
SIZES = {
    "size_none": "Sans salarié",
    "size_1_9": "1 à 9 salariés",
    "size_10_49": "10 à 49 salariés",
    "size_50_249": "50 à 249 salariés",
    "size_250": "250 salariés et plus",
}
AGES = {
    "age_under_3": "Moins de 3 ans",
    "age_3_10": "De 3 à 10 ans",
    "age_over_10": "Plus de 10 ans",
}
_BANDS = {
    "size_none": (SizeBand.NONE,),
    "size_1_9": (SizeBand.FROM_1, SizeBand.FROM_3, SizeBand.FROM_6),
    "size_10_49": (SizeBand.FROM_10, SizeBand.FROM_20),
    "size_50_249": (SizeBand.FROM_50, SizeBand.FROM_100, SizeBand.FROM_200),
}


def size_class(band: SizeBand | None) -> str | None:
    """The class of an organisation of the directory; None where its size is not known."""
    if band is None:
        return None
    return next((name for name, bands in _BANDS.items() if band in bands), "size_250")


def said(zone: ActivityZone, names: dict[str, str]) -> list[int]:
    """The figures of these classes that somebody declared."""
    return [value for name in names if (value := getattr(zone, name)) is not None]


def parts(zone: ActivityZone) -> dict[str, bool]:
    """{part of the portrait: whether it is there}."""
    return {
        "vocation": bool(zone.dominant_use),
        "spécialisation": bool(zone.specialisation),
        "nombre d’entreprises": zone.establishments is not None,
        "taille des entreprises": bool(said(zone, SIZES)),
        "âge des entreprises": bool(said(zone, AGES)),
        "vacance": zone.vacancy_rate is not None,
    }


def remarks(zone: ActivityZone) -> list[str]:
    """Where the declared figures do not agree with each other: told, never refused."""
    if zone.establishments is None:
        return []
    told = []
    for names, what in ((SIZES, "tailles"), (AGES, "âges")):
        figures = said(zone, names)
        if figures and sum(figures) != zone.establishments:
            total = count(sum(figures), "entreprise", "entreprises")
            told.append(
                f"Les {what} comptent {total}, le total déclaré en dit "
                f"{number(zone.establishments)}."
            )
    return told


def summary(zone: ActivityZone) -> str:
    """What an elected official reads first."""
    first = _kind(zone)
    if zone.gross_area is not None:
        first += f" de {number(zone.gross_area, 2)}{NBSP}ha"
    if zone.created_year is not None:
        first += f", créée en {zone.created_year}"
    if zone.specialisation:
        first += f", tournée vers : {zone.specialisation}"
    rest = _companies(zone)
    return spaced(f"{first}. {rest}" if rest else f"{first}.")


def _kind(zone: ActivityZone) -> str:
    use = zone.dominant_use
    if not use:
        return "Zone d’activités"
    return f"Zone {use}" if use in VOCATIONS else f"Zone « {use} »"


def _companies(zone: ActivityZone) -> str:
    told = []
    if zone.establishments is not None:
        told.append(count(zone.establishments, "entreprise déclarée", "entreprises déclarées"))
    if largest := _most(zone, SIZES):
        told.append(f"surtout {'de ' if largest[0].isdigit() else ''}{largest}")
    if largest := _most(zone, AGES):
        told.append(f"le plus souvent créées il y a {largest.removeprefix('de ')}")
    if zone.vacancy_rate is not None:
        told.append(f"{number(zone.vacancy_rate, 2)}{THIN}% de vacance")
    sentence = ", ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


def _most(zone: ActivityZone, names: dict[str, str]) -> str:
    """The one class that holds more companies than any other, as words inside a sentence."""
    figures = {name: getattr(zone, name) or 0 for name in names}
    most = max(figures.values())
    found = [names[name] for name, value in figures.items() if value == most]
    return found[0].lower() if most and len(found) == 1 else ""

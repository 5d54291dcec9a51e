"""Invented names and numbers for the crowd. Nobody and nothing bears them. Pure."""

from __future__ import annotations

PLACES = (
    "Plaine de Sorvenne",
    "Haut-Marlois",
    "Pays de Brumelle",
    "Trois-Vaunes",
    "Val d’Ormance",
    "Coteaux de Tressoy",
)
FIRST_NAMES = (
    "Agathe", "Baptiste", "Chloé", "Djibril", "Estelle", "Farid", "Gaëlle", "Hervé", "Imane",
    "Joël", "Katell", "Léandre", "Maïwenn", "Noé", "Oumou", "Pierrick", "Romane", "Soizic",
)  # fmt: skip
LAST_NAMES = (
    "Aubrelin", "Bessonnat", "Cordival", "Delorgeau", "Estrabaud", "Fontarel", "Grimbert",
    "Houdevin", "Jaumelle", "Kervadou", "Lormeau", "Mazeldin", "Nouvion-Sarr", "Orvelin",
    "Pradelou", "Quintrec", "Roudaval", "Sauvelan",
)  # fmt: skip
TRADES = (
    "Menuiserie", "Imprimerie", "Laiterie", "Carrosserie", "Fonderie", "Garage", "Meunerie",
    "Pépinière", "Tannerie", "Maçonnerie", "Fromagerie", "Électricité", "Cartonnerie",
)  # fmt: skip


def siret(number: int) -> str:
    """A SIRET that passes the check and that no register gives: 99, then the number below 10⁶."""
    siren = _with_key(f"99{number:06d}")
    return _with_key(f"{siren}{1:04d}")


def _with_key(digits: str) -> str:
    """The digits and the one that makes their Luhn sum a multiple of ten."""
    doubled = (int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits)))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{digits}{-total % 10}"

"""French identifiers of firms and activities (domain.md §5). Pure."""

from __future__ import annotations

import re
from datetime import date

SIREN_LENGTH = 9
SIRET_LENGTH = 14
# its establishments are more than Luhn's key can number
LA_POSTE = "356000000"
_NAF = re.compile(r"(\d{2})\.?(\d{2})\.?([A-Z])", re.ASCII)
NAF_2025_FROM = date(2027, 1, 1)
# a class that is not divided any further: the editions say so by different letters
_UNDIVIDED_REV2, _UNDIVIDED_2025 = "Z", "Y"
_COMMUNE = re.compile(r"(?:\d{2}|2[AB])\d{3}", re.ASCII)
_POSTCODE = re.compile(r"\d{5}", re.ASCII)


def clean_siren(typed: str) -> str | None:
    """The nine digits of a SIREN, however they were spaced; None when the key is wrong."""
    digits = _digits(typed)
    return digits if len(digits) == SIREN_LENGTH and _luhn_holds(digits) else None


def clean_siret(typed: str) -> str | None:
    """The fourteen digits of a SIRET; None when its key is wrong.

    Luhn's key, or for La Poste's establishments a sum of digits that is a multiple of five.
    """
    digits = _digits(typed)
    if len(digits) != SIRET_LENGTH:
        return None
    if _luhn_holds(digits) or (digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0):
        return digits
    return None


def clean_naf(typed: str) -> str | None:
    """« 1071c » → "10.71C" (NAF rév. 2 and NAF 2025 are written alike); None when unreadable."""
    found = _NAF.fullmatch("".join(typed.split()).upper())
    return f"{found[1]}.{found[2]}{found[3]}" if found else None


def is_naf_rev2(code: str) -> bool:
    """Whether a cleaned code can be one of the NAF rév. 2."""
    return not code.endswith(_UNDIVIDED_2025)


def is_naf_2025(code: str) -> bool:
    """Whether a cleaned code can be one of the NAF 2025."""
    return not code.endswith(_UNDIVIDED_REV2)


def clean_commune(typed: str) -> str | None:
    """« 2a 004 » → "2A004": INSEE's code of a commune; None when it is none."""
    code = "".join(typed.split()).upper()
    return code if _COMMUNE.fullmatch(code) else None


def clean_postcode(typed: str) -> str | None:
    """The five digits of a French postcode; None when they are something else."""
    code = "".join(typed.split())
    return code if _POSTCODE.fullmatch(code) else None


def siren_of(siret: str) -> str:
    """The company to which an establishment belongs."""
    return siret[:SIREN_LENGTH]


def _digits(typed: str) -> str:
    """Without spaces of any kind; empty when something else than digits is left."""
    bare = "".join(typed.split())
    return bare if bare.isascii() and bare.isdigit() else ""


def _luhn_holds(digits: str) -> bool:
    """Every second digit from the right counts double, its digits summed."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0

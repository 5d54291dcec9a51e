"""Reads what the open directory of companies answers. Pure; trusts nothing of it.

Source: the documentation of « Recherche d’entreprises » (recherche-entreprises.api.gouv.fr), whose
`results` hold a company each, with its seat (`siege`) and the establishments that match.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.accounts.kinds import NafEdition, SizeBand
from app.core.identifiers import (
    clean_commune,
    clean_naf,
    clean_postcode,
    clean_siret,
    is_naf_2025,
    is_naf_rev2,
)

MOST = 10
LONGEST = 200
# who asked INSEE not to be shown: « diffusion partielle »
_WITHHELD = ("[ND]", "[NON-DIFFUSIBLE]")


class UnreadableError(ValueError):
    """The answer is none of the directory's."""


@dataclass(frozen=True)
class Proposal:
    """One establishment as a form could take it; `name` None where its owner withholds it."""

    siret: str
    name: str | None
    sign: str | None = None
    naf: str | None = None
    naf_edition: NafEdition | None = None
    size: SizeBand | None = None
    address: str | None = None
    postcode: str | None = None
    city: str | None = None
    commune_code: str | None = None
    is_closed: bool = False

    @property
    def fields(self) -> dict[str, str]:
        """What the form is filled with."""
        said = {
            "name": self.name,
            "siret": self.siret,
            "naf": self.naf,
            "naf_edition": self.naf_edition.value if self.naf_edition else None,
            "size": self.size.value if self.size else None,
            "address": self.address,
            "postcode": self.postcode,
            "city": self.city,
            "commune_code": self.commune_code,
        }
        return {name: value for name, value in said.items() if value}


def read_answer(answer: Any, *, naf_2025: bool) -> list[Proposal]:
    """At most ten establishments, open ones first. Raises UnreadableError.

    `naf_2025`: whether that nomenclature is in force, where the directory gives both.
    """
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise UnreadableError("no list of results")
    found: dict[str, Proposal] = {}
    for company in results:
        if isinstance(company, dict):
            for place in _places(company):
                proposal = _proposal(company, place, naf_2025=naf_2025)
                if proposal is not None:
                    found.setdefault(proposal.siret, proposal)
    return sorted(found.values(), key=lambda one: one.is_closed)[:MOST]


def _places(company: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The establishments that match, then the seat."""
    matching = company.get("matching_etablissements")
    for place in matching if isinstance(matching, list) else []:
        if isinstance(place, dict):
            yield place
    seat = company.get("siege")
    if isinstance(seat, dict):
        yield seat


def _proposal(company: dict[str, Any], place: dict[str, Any], *, naf_2025: bool) -> Proposal | None:
    siret = clean_siret(_text(place, "siret") or "")
    if siret is None:
        return None
    withheld = "P" in (company.get("statut_diffusion"), place.get("statut_diffusion_etablissement"))
    naf, edition = _naf(place, naf_2025=naf_2025)
    postcode, city = clean_postcode(_text(place, "code_postal") or ""), _place_name(place)
    closed = place.get("etat_administratif") == "F" or company.get("etat_administratif") == "C"
    return Proposal(
        siret=siret,
        name=None if withheld else _name(company),
        sign=None if withheld else _sign(place),
        naf=naf,
        naf_edition=edition,
        size=_size(place),
        address=None if withheld else _street(place, postcode),
        postcode=postcode,
        city=city,
        commune_code=clean_commune(_text(place, "commune") or ""),
        is_closed=closed,
    )


def _text(values: dict[str, Any], key: str) -> str | None:
    """A line of visible text; None for anything else, and for what is withheld."""
    value = values.get(key)
    if not isinstance(value, str):
        return None
    visible = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in value[: 2 * LONGEST])
    line = " ".join(visible.split())[:LONGEST]
    return line if line and not any(word in line for word in _WITHHELD) else None


def _name(company: dict[str, Any]) -> str | None:
    return _text(company, "nom_raison_sociale") or _text(company, "nom_complet")


def _sign(place: dict[str, Any]) -> str | None:
    """What stands over the door, where it is another name."""
    signs = place.get("liste_enseignes")
    first = {"enseigne": signs[0]} if isinstance(signs, list) and signs else {}
    return _text(place, "nom_commercial") or _text(first, "enseigne")


def _naf(place: dict[str, Any], *, naf_2025: bool) -> tuple[str | None, NafEdition | None]:
    new = clean_naf(_text(place, "activite_principale_naf25") or "")
    if naf_2025 and new is not None and is_naf_2025(new):
        return new, NafEdition.NAF2025
    code = clean_naf(_text(place, "activite_principale") or "")
    if code is None:
        return None, None
    return code, NafEdition.REV2 if is_naf_rev2(code) else NafEdition.NAF2025


def _size(place: dict[str, Any]) -> SizeBand | None:
    code = _text(place, "tranche_effectif_salarie")
    return SizeBand(code) if code in list(SizeBand) else None


def _place_name(place: dict[str, Any]) -> str | None:
    name = _text(place, "libelle_commune")
    return name.title() if name and name.isupper() else name


def _street(place: dict[str, Any], postcode: str | None) -> str | None:
    """The address without the postcode and the commune that stand in fields of their own."""
    whole = _text(place, "adresse")
    if whole is None or postcode is None:
        return whole
    street, found, _city = whole.rpartition(f" {postcode} ")
    return street if found else whole

"""Two records field by field, as the page that makes one of them shows them."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext as _

from app.accounts.labels import NAF_EDITIONS, ORGANISATION_KINDS, SIZE_BANDS
from app.accounts.models import Organisation, Person


class Row(NamedTuple):
    """One field of both; `kept` and `gone` are words, None where the record says nothing."""

    field: str
    label: str
    kept: str | None
    gone: str | None

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return self.kept is not None and self.gone is not None and self.kept != self.gone


def organisation_rows(kept: Organisation, gone: Organisation) -> list[Row]:
    """Only what at least one of them says."""
    ours, theirs = _organisation(kept), _organisation(gone)
    return [
        Row(field, label, ours[field], theirs[field])
        for field, label in _organisation_fields()
        if ours[field] or theirs[field]
    ]


def person_rows(kept: Person, gone: Person) -> list[Row]:
    labels = (("name", _("Nom")), ("phone", _("Téléphone")), ("email", _("Adresse e-mail")))
    return [
        Row(field, label, getattr(kept, field), getattr(gone, field))
        for field, label in labels
        if getattr(kept, field) or getattr(gone, field)
    ]


def _organisation_fields() -> list[tuple[str, str]]:
    return [
        ("name", _("Nom")),
        ("kind", _("Nature")),
        ("siret", _("SIRET")),
        ("naf", _("Code NAF")),
        ("size", _("Effectif")),
        ("phone", _("Téléphone")),
        ("place", _("Adresse")),
        ("zone_id", _("Zone d’activités")),
    ]


def _organisation(one: Organisation) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": str(ORGANISATION_KINDS[one.kind]),
        "siret": one.siret,
        "naf": f"{one.naf} ({NAF_EDITIONS[one.naf_edition]})" if one.naf_edition else None,
        "size": str(SIZE_BANDS[one.size]) if one.size else None,
        "phone": one.phone,
        "place": _place(one),
        "zone_id": one.zone.name if one.zone else None,
    }


def _place(one: Organisation) -> str | None:
    said = " ".join(part for part in (one.address, one.postcode, one.city) if part)
    return f"{said} ({one.commune_code})" if said and one.commune_code else said or one.commune_code

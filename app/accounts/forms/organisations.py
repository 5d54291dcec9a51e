"""Forms of organisations and their contacts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.accounts.forms.fields import (
    VersionedForm,
    email_field,
    function_field,
    name_field,
    phone_field,
    text_field,
)
from app.accounts.kinds import NafEdition, OrganisationKind, SizeBand
from app.accounts.labels import NAF_EDITIONS, ORGANISATION_KINDS, SIZE_BANDS
from app.accounts.models import Organisation
from app.accounts.services.organisations import ContactText, OrganisationText
from app.accounts.typed import stripped
from app.core.identifiers import (
    SIREN_LENGTH,
    SIRET_LENGTH,
    clean_commune,
    clean_naf,
    clean_postcode,
    clean_siren,
    clean_siret,
    is_naf_2025,
    is_naf_rev2,
)

NOWHERE = 0


def _is_number(_form: Form, field: Any) -> None:
    """A SIRET, or the SIREN of who does not know it; the field keeps the digits."""
    digits = "".join(str(field.data).split())
    if not (digits.isascii() and digits.isdigit() and len(digits) in (SIREN_LENGTH, SIRET_LENGTH)):
        raise ValidationError(_("Il faut les 14 chiffres du SIRET, ou les 9 du SIREN."))
    cleaned = clean_siret(digits) if len(digits) == SIRET_LENGTH else clean_siren(digits)
    if cleaned is None and len(digits) == SIRET_LENGTH:
        raise ValidationError(_("Ce SIRET n’est pas juste : vérifiez ses 14 chiffres."))
    if cleaned is None:
        raise ValidationError(_("Ce SIREN n’est pas juste : vérifiez ses 9 chiffres."))
    field.data = cleaned


def _is_naf(form: Any, field: Any) -> None:
    naf = clean_naf(field.data)
    if naf is None:
        raise ValidationError(_("Ce code NAF ne se lit pas : il faut par exemple 10.71C."))
    if form.naf_edition.data == NafEdition.REV2 and not is_naf_rev2(naf):
        raise ValidationError(_("Ce code est de la NAF 2025 : choisissez-la à côté."))
    if form.naf_edition.data == NafEdition.NAF2025 and not is_naf_2025(naf):
        raise ValidationError(_("Ce code est de la NAF rév. 2 : choisissez-la à côté."))
    field.data = naf


def _is_postcode(_form: Form, field: Any) -> None:
    postcode = clean_postcode(field.data)
    if postcode is None:
        raise ValidationError(_("Un code postal a cinq chiffres."))
    field.data = postcode


def _is_commune(_form: Form, field: Any) -> None:
    code = clean_commune(field.data)
    if code is None:
        raise ValidationError(_("Un code commune INSEE a cinq signes, par exemple 68066 ou 2A004."))
    field.data = code


def _coded(label: str, check: Any, longest: int) -> StringField:
    return StringField(
        label,
        validators=[Optional(), check],
        filters=[stripped],
        render_kw={"maxlength": longest},
    )


class OrganisationForm(VersionedForm):
    name = text_field(_("Nom"), longest=200, needed=_("Indiquez le nom de l’organisation."))
    kind = SelectField(
        _("Nature"),
        choices=[SelectChoice(kind.value, word) for kind, word in ORGANISATION_KINDS.items()],
        default=OrganisationKind.COMPANY.value,
    )
    siret = _coded(_("SIRET ou SIREN"), _is_number, 30)
    naf = _coded(_("Code NAF"), _is_naf, 10)
    naf_edition = SelectField(
        _("Nomenclature du code"),
        choices=[SelectChoice(edition.value, word) for edition, word in NAF_EDITIONS.items()],
    )
    size = SelectField(
        _("Effectif"),
        choices=[
            SelectChoice("", _("Non renseigné")),
            *(SelectChoice(band.value, word) for band, word in SIZE_BANDS.items()),
        ],
        default="",
    )
    phone = phone_field()
    address = text_field(_("Adresse"), longest=300)
    postcode = _coded(_("Code postal"), _is_postcode, 10)
    city = text_field(_("Commune"), longest=120)
    commune_code = _coded(_("Code commune INSEE"), _is_commune, 10)
    zone_id = SelectField(_("Zone d’activités"), coerce=int, default=NOWHERE)

    def offer(self, zones: list[tuple[int, str]]) -> None:
        """The zones to choose from."""
        self.zone_id.choices = [
            SelectChoice(NOWHERE, _("Aucune")),
            *(SelectChoice(zone_id, name) for zone_id, name in zones),
        ]

    def text(self) -> OrganisationText:
        number = self.siret.data or None
        is_siret = number is not None and len(number) == SIRET_LENGTH
        return OrganisationText(
            name=str(self.name.data),
            kind=OrganisationKind(self.kind.data),
            siret=number if is_siret else None,
            siren=None if is_siret else number,
            naf=self.naf.data or None,
            naf_edition=NafEdition(self.naf_edition.data) if self.naf.data else None,
            size=SizeBand(self.size.data) if self.size.data else None,
            phone=self.phone.data,
            address=self.address.data,
            postcode=self.postcode.data or None,
            commune_code=self.commune_code.data or None,
            city=self.city.data,
            zone_id=self.zone_id.data or None,
        )


def shown(found: Organisation) -> dict[str, Any]:
    """An organisation as its form shows it."""
    return {
        **{name: getattr(found, name) for name in _AS_THEY_ARE},
        "kind": found.kind.value,
        "siret": found.siret or found.siren,
        "naf_edition": (found.naf_edition or NafEdition.REV2).value,
        "size": found.size.value if found.size else "",
        "zone_id": found.zone_id or NOWHERE,
    }


_AS_THEY_ARE = (
    "version",
    "name",
    "naf",
    "phone",
    "address",
    "postcode",
    "city",
    "commune_code",
)


class ContactForm(VersionedForm):
    """Somebody to call, who need not ever sign in."""

    name = name_field(_("Nom et prénom"))
    function = function_field()
    phone = phone_field()
    email = email_field(_("Adresse e-mail"), required=False)

    def text(self) -> ContactText:
        return ContactText(
            name=str(self.name.data),
            phone=self.phone.data,
            email=self.email.data,
            function=self.function.data,
        )


class FunctionForm(FlaskForm):
    """What one organisation may say of a person who has an account."""

    function = function_field()

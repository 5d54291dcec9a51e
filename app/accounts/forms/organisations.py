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
from app.accounts.kinds import OrganisationKind
from app.accounts.labels import ORGANISATION_KINDS
from app.accounts.services.organisations import ContactText, OrganisationText
from app.accounts.typed import stripped
from app.core.identifiers import clean_naf, clean_siret

NOWHERE = 0


def _is_siret(_form: Form, field: Any) -> None:
    siret = clean_siret(field.data)
    if siret is None:
        raise ValidationError(_("Ce SIRET n’est pas juste : vérifiez ses 14 chiffres."))
    field.data = siret


def _is_naf(_form: Form, field: Any) -> None:
    naf = clean_naf(field.data)
    if naf is None:
        raise ValidationError(_("Ce code NAF ne se lit pas : il faut par exemple 10.71C."))
    field.data = naf


class OrganisationForm(VersionedForm):
    name = text_field(_("Nom"), longest=200, needed=_("Indiquez le nom de l’organisation."))
    kind = SelectField(
        _("Nature"),
        choices=[SelectChoice(kind.value, word) for kind, word in ORGANISATION_KINDS.items()],
        default=OrganisationKind.COMPANY.value,
    )
    siret = StringField(
        _("SIRET"),
        validators=[Optional(), _is_siret],
        filters=[stripped],
        render_kw={"maxlength": 30},
    )
    naf = StringField(
        _("Code NAF"),
        validators=[Optional(), _is_naf],
        filters=[stripped],
        render_kw={"maxlength": 10},
    )
    phone = phone_field()
    city = text_field(_("Commune"), longest=120)
    zone_id = SelectField(_("Zone d’activités"), coerce=int, default=NOWHERE)

    def offer(self, zones: list[tuple[int, str]]) -> None:
        """The zones to choose from."""
        self.zone_id.choices = [
            SelectChoice(NOWHERE, _("Aucune")),
            *(SelectChoice(zone_id, name) for zone_id, name in zones),
        ]

    def text(self) -> OrganisationText:
        return OrganisationText(
            name=str(self.name.data),
            kind=OrganisationKind(self.kind.data),
            siret=self.siret.data,
            naf=self.naf.data,
            phone=self.phone.data,
            city=self.city.data,
            zone_id=self.zone_id.data or None,
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

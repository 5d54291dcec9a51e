"""The forms of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.accounts.forms.fields import email_field, text_field
from app.privacy.models import CONTACT_YEARS, IDLE_YEARS
from app.privacy.services.statements import Wording


class AddressForm(FlaskForm):
    email = email_field(_("Votre adresse e-mail"))


def _paragraphs(label: str, *, longest: int, needed: str | None = None) -> TextAreaField:
    too_long = _("Restez sous %(max)d caractères.")
    presence = DataRequired(needed) if needed else Optional()
    return TextAreaField(label, validators=[presence, Length(max=longest, message=too_long)])


def _years(label: str, bounds: tuple[int, int]) -> IntegerField:
    least, most = bounds
    outside = _("Entre %(min)s et %(max)s ans.")
    return IntegerField(
        label,
        validators=[
            InputRequired(_("Indiquez un nombre d’années.")),
            NumberRange(least, most, message=outside),
        ],
        render_kw={"min": least, "max": most, "inputmode": "numeric"},
    )


class TextForm(FlaskForm):
    """What a territory tells about data; `number` is the version that is edited."""

    number = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    controller = text_field(
        _("Responsable du traitement"), longest=200, needed=_("Indiquez la collectivité.")
    )
    address = text_field(_("Son adresse postale"), longest=400)
    contact = text_field(_("Où écrire (adresse e-mail ou téléphone)"), longest=254)
    dpo = text_field(_("Délégué ou déléguée à la protection des données"), longest=400)
    purposes = _paragraphs(_("Pour quoi"), longest=4000, needed=_("Dites pour quoi."))
    legal_basis = _paragraphs(
        _("De quel droit"), longest=2000, needed=_("Indiquez la base légale.")
    )
    idle_years = _years(_("Comptes sans visite : effacés au bout de (années)"), IDLE_YEARS)
    contact_years = _years(
        _("Contacts sans compte ni nouvelles : revus au bout de (années)"), CONTACT_YEARS
    )
    complement = _paragraphs(_("Autre chose à dire"), longest=8000)

    def wording(self) -> Wording:
        return Wording(
            controller=str(self.controller.data),
            address=self.address.data or "",
            contact=self.contact.data or "",
            dpo=self.dpo.data or "",
            purposes=_lines(self.purposes.data),
            legal_basis=_lines(self.legal_basis.data),
            complement=_lines(self.complement.data),
            idle_years=int(self.idle_years.data or 0),
            contact_years=int(self.contact_years.data or 0),
        )


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()

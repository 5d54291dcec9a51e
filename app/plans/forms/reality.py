"""Forms of what works for real, and of what holds a project up."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from app.accounts.forms.fields import VersionedForm
from app.plans.forms.fields import NOBODY, Pair, offered, optional, sensible_day
from app.plans.kinds import BarrierKind
from app.plans.labels import choices


class ExchangeForm(FlaskForm):
    """Who gives, who receives or uses, since when."""

    giver_id = SelectField(_l("Qui fournit"), coerce=int, default=NOBODY, validators=[Optional()])
    user_id = SelectField(_l("Qui reçoit ou utilise"), coerce=int)
    label = StringField(_l("Quoi"), [Optional(), Length(max=200)])
    since = DateField(_l("Depuis le"), [DataRequired(_l("Dites depuis quand.")), sensible_day])

    def offer(self, partners: list[Pair]) -> None:
        self.giver_id.choices = optional(partners, "Personne : c’est partagé")
        self.user_id.choices = offered(partners)

    @property
    def giver(self) -> int | None:
        return self.giver_id.data or None


class BarrierForm(VersionedForm):
    """What stands in the way, what would lift it, and who can."""

    kind = RadioField(
        _l("De quel ordre ?"),
        choices=offered(choices(BarrierKind)),
        validators=[DataRequired(_l("Choisissez de quel ordre est ce frein."))],
    )
    note = StringField(
        _l("Ce qui freine le projet"),
        [DataRequired(_l("Dites en quelques mots ce qui freine.")), Length(max=400)],
    )
    lever = StringField(_l("Ce qui le lèverait"), [Optional(), Length(max=400)])
    helper_id = SelectField(
        _l("Qui peut y faire quelque chose"), coerce=int, default=NOBODY, validators=[Optional()]
    )

    def offer(self, organisations: list[Pair]) -> None:
        self.helper_id.choices = optional(organisations, "Personne en particulier")

    @property
    def helper(self) -> int | None:
        return self.helper_id.data or None


class LiftForm(FlaskForm):
    how = StringField(_l("Ce qui l’a levé"), [Optional(), Length(max=400)])

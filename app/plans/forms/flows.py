"""What a partner proposes or looks for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.accounts.forms.numbers import FrenchDecimalField
from app.plans.forms.fields import offered
from app.plans.kinds import (
    FlowDirection,
    ResourceKind,
)
from app.plans.labels import choices


class FlowForm(FlaskForm):
    """What a partner proposes or looks for; a quantity comes with its unit."""

    organisation_id = SelectField(_l("Organisation"), coerce=int)
    direction = RadioField(
        _l("Sens"), choices=offered(choices(FlowDirection)), default=FlowDirection.OUTPUT
    )
    resource = SelectField(_l("Nature"), choices=offered(choices(ResourceKind)))
    label = StringField(_l("Quoi"), [DataRequired(_l("Dites ce qui s’échange.")), Length(max=200)])
    quantity = FrenchDecimalField(
        _l("Quantité"),
        [Optional(), NumberRange(min=0, max=10**12)],
        places=3,
    )
    unit = StringField(_l("Unité"), [Optional(), Length(max=30)])
    price = FrenchDecimalField(
        _l("Prix d’une unité, en euros"), [Optional(), NumberRange(min=0, max=10**7)], places=2
    )

    def validate(self, extra_validators: object = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.quantity.data is not None and not (self.unit.data or "").strip():
            self.unit.errors = [_l("Donnez l’unité de cette quantité, par exemple t par an.")]
            return False
        if self.price.data is not None and self.quantity.data is None:
            self.quantity.errors = [_l("Donnez la quantité à laquelle ce prix se rapporte.")]
            return False
        return valid

"""What a project is to cost, and who pays for it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length

from app.accounts.forms.fields import VersionedForm
from app.accounts.typed import stripped
from app.plans.forms.fields import MoneyField, offered
from app.plans.kinds import FundingState
from app.plans.labels import choices
from app.plans.models.tracking import LONGEST_FUNDER


class BudgetForm(VersionedForm):
    """The total; emptied, nobody has said it."""

    budget = MoneyField(_l("Budget prévu, HT"))


class FundingForm(VersionedForm):
    """One funder: by its own name, or by that of an organisation of the territory."""

    funder = StringField(
        _l("Financeur"),
        [DataRequired(_l("Dites qui finance.")), Length(max=LONGEST_FUNDER)],
        filters=[stripped],
    )
    amount = MoneyField(_l("Montant prévu"))
    spent = MoneyField(_l("Déjà dépensé"))
    state = RadioField(
        _l("Où en est-on ?"),
        choices=offered(choices(FundingState)),
        default=FundingState.EXPECTED.value,
    )

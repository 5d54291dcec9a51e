"""Forms of the catalogue: one field is enough; their messages are French."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.accounts.forms.fields import VersionedForm
from app.accounts.models import Organisation
from app.initiatives.models import LONGEST_LEAD
from app.initiatives.services.leads import Lead
from app.plans.forms.fields import MultiCheckboxField
from app.plans.kinds import FlowDirection, ResourceKind
from app.plans.labels import choices

NOWHERE = 0
UNSAID = ""


def _or_unsaid(pairs: Iterable[tuple[str, str]], unsaid: str) -> list[SelectChoice]:
    return [SelectChoice(UNSAID, unsaid), *(SelectChoice(*pair) for pair in pairs)]


class LeadForm(VersionedForm):
    """A lead in the words of whoever brings it; the rest may come later."""

    title = StringField(
        _l("La piste, en une phrase"),
        [DataRequired(_l("Écrivez la piste en quelques mots.")), Length(max=LONGEST_LEAD)],
    )
    direction = RadioField(
        _l("Sens"), choices=_or_unsaid(choices(FlowDirection), "Je ne sais pas"), default=UNSAID
    )
    resource = SelectField(
        _l("De quoi s’agit-il ?"),
        choices=_or_unsaid(choices(ResourceKind), "À préciser"),
        default=UNSAID,
    )
    zone_id = SelectField(_l("Zone d’activités"), coerce=int, default=NOWHERE)

    def offer_zones(self, zones: Iterable[tuple[int, str]]) -> None:
        self.zone_id.choices = [
            SelectChoice(NOWHERE, "Tout le territoire"),
            *(SelectChoice(*pair) for pair in zones),
        ]

    def lead(self, organisations: Iterable[Organisation]) -> Lead:
        return Lead(
            title=self.title.data or "",
            direction=FlowDirection(self.direction.data) if self.direction.data else None,
            resource=ResourceKind(self.resource.data) if self.resource.data else None,
            zone_id=self.zone_id.data or None,
            organisations=list(organisations),
        )


class CaptureForm(LeadForm):
    """Ten seconds: the words; a firm by its name where it is known."""

    organisation = StringField(_l("Quelle organisation ?"), [Optional(), Length(max=200)])


class DescribeForm(LeadForm):
    """The same with all the organisations that it is about."""

    organisation_ids = MultiCheckboxField(_l("Organisations concernées"), coerce=int)

    def offer_organisations(self, pairs: Iterable[tuple[int, str]]) -> None:
        self.organisation_ids.choices = [SelectChoice(*pair) for pair in pairs]


class RefuseForm(FlaskForm):
    reason = StringField(
        _l("Pourquoi ?"), [DataRequired(_l("Dites en quelques mots pourquoi.")), Length(max=400)]
    )


class PassOnForm(FlaskForm):
    to = StringField(_l("À qui ?"), [DataRequired(_l("Dites à qui.")), Length(max=200)])
    reason = StringField(_l("Pourquoi ?"), [Optional(), Length(max=400)])

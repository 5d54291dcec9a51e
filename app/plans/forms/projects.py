"""Forms of plans, projects and partners."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from app.accounts.forms.fields import VersionedForm
from app.plans.forms.fields import (
    NOBODY,
    MultiCheckboxField,
    Pair,
    offered,
    optional,
)
from app.plans.kinds import (
    PartnerRole,
    ProjectKind,
    SynergyType,
)
from app.plans.labels import choices


class PlanForm(FlaskForm):
    """A territory's plan begins with a title, and perhaps with ready-made axes."""

    title = StringField(
        _l("Titre du plan"), [DataRequired(_l("Donnez un titre au plan.")), Length(max=200)]
    )
    with_objectives = BooleanField(_l("Prendre pour axes les dix objectifs du scénario 3"))


class ProjectForm(VersionedForm):
    """What a project says of itself. The version travels with the text it was read with."""

    title = StringField(
        _l("Titre"), [DataRequired(_l("Donnez un titre au projet.")), Length(max=200)]
    )
    kind = RadioField(
        _l("Nature"), choices=offered(choices(ProjectKind)), default=ProjectKind.SYNERGY
    )
    synergy_type = SelectField(
        _l("Type de synergie"),
        choices=offered(choices(SynergyType)),
        default=SynergyType.SUBSTITUTION,
    )
    theme_id = SelectField(_l("Axe"), coerce=int, default=NOBODY)
    zone_id = SelectField(_l("Zone d’activités"), coerce=int, default=NOBODY)
    description = TextAreaField(_l("Description"), [Optional(), Length(max=8000)])

    def offer(self, themes: Iterable[Pair], zones: Iterable[Pair]) -> None:
        self.theme_id.choices = optional(themes, "Sans axe")
        self.zone_id.choices = optional(zones, "Tout le territoire")

    @property
    def chosen_synergy(self) -> SynergyType | None:
        if self.kind.data != ProjectKind.SYNERGY:
            return None
        return SynergyType(self.synergy_type.data)


class NewProjectForm(ProjectForm):
    """A new project: its lead and, at once, who carries it with them."""

    lead_organisation_id = SelectField(_l("Chef de file"), coerce=int)
    co_owner_ids = MultiCheckboxField(_l("Porté ensemble avec"), coerce=int)
    contributor_ids = MultiCheckboxField(_l("Entreprises et autres contributeurs"), coerce=int)

    def offer_organisations(self, everyone: list[Pair], leads: list[Pair]) -> None:
        self.lead_organisation_id.choices = offered(leads)
        self.co_owner_ids.choices = offered(everyone)
        self.contributor_ids.choices = offered(everyone)


class PartnerForm(FlaskForm):
    """An organisation and its part; the lead is handed over, never named here."""

    organisation_id = SelectField(_l("Organisation"), coerce=int)
    role = SelectField(
        _l("Rôle"),
        choices=offered(pair for pair in choices(PartnerRole) if pair[0] != PartnerRole.LEAD),
        default=PartnerRole.CONTRIBUTOR,
    )


class CommentForm(FlaskForm):
    body = TextAreaField(
        _l("Votre message"), [DataRequired(_l("Écrivez d’abord votre message.")), Length(max=4000)]
    )

"""A project started from a pattern, or from another project."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, Length

from app.plans.forms.fields import (
    NOBODY,
    MultiCheckboxField,
    Pair,
    offered,
    optional,
    sensible_day,
)
from app.plans.patterns import Pattern, Role


class StartForm(FlaskForm):
    """Where and when a project starts from a pattern. The roles' fields: `casting_form`."""

    title = StringField(
        _l("Titre"), [DataRequired(_l("Donnez un titre au projet.")), Length(max=200)]
    )
    starts_on = DateField(
        _l("Premier jour"), [DataRequired(_l("Choisissez le premier jour.")), sensible_day]
    )
    theme_id = SelectField(_l("Axe"), coerce=int, default=NOBODY)
    zone_id = SelectField(_l("Zone d’activités"), coerce=int, default=NOBODY)

    def offer(self, themes: Iterable[Pair], zones: Iterable[Pair]) -> None:
        self.theme_id.choices = optional(themes, "Sans axe")
        self.zone_id.choices = optional(zones, "Tout le territoire")


def casting_form(pattern: Pattern, leads: list[Pair], everyone: list[Pair]) -> type[StartForm]:
    """A form with one field a role: its lead is named, the others may stay open."""
    fields = {
        role_field(role): SelectField(
            role.title, coerce=int, choices=optional(everyone, "Plus tard"), default=NOBODY
        )
        for role in pattern.others
    }
    lead = SelectField(pattern.leading.title, coerce=int, choices=offered(leads))
    return type("CastingForm", (StartForm,), {role_field(pattern.leading): lead, **fields})


def role_field(role: Role) -> str:
    """The name of a role's field: keys of roles are not made for forms."""
    return f"role_{role.key}"


class CopyForm(FlaskForm):
    """The same project in another zone, or at another time."""

    title = StringField(
        _l("Titre"), [DataRequired(_l("Donnez un titre au projet.")), Length(max=200)]
    )
    zone_id = SelectField(_l("Zone d’activités"), coerce=int, default=NOBODY)
    starts_on = DateField(
        _l("Date de la première étape"),
        [DataRequired(_l("Choisissez le premier jour.")), sensible_day],
    )
    lead_organisation_id = SelectField(_l("Chef de file"), coerce=int)
    keep = MultiCheckboxField(_l("Qui en est encore"), coerce=int)

    def offer(self, zones: Iterable[Pair], leads: list[Pair], partners: list[Pair]) -> None:
        self.zone_id.choices = optional(zones, "Tout le territoire")
        self.lead_organisation_id.choices = offered(leads)
        self.keep.choices = offered(partners)


class RollOutForm(FlaskForm):
    """A whole plan, or what one zone has of it, once more in another zone."""

    zone_id = SelectField(
        _l("Vers la zone"),
        coerce=int,
        validators=[DataRequired(_l("Choisissez la zone où déployer."))],
    )
    starts_on = DateField(
        _l("Date de la première étape"),
        [DataRequired(_l("Choisissez le premier jour.")), sensible_day],
    )
    lead_organisation_id = SelectField(_l("Chef de file, pour commencer"), coerce=int)
    project_ids = MultiCheckboxField(
        _l("Projets"), coerce=int, validators=[DataRequired(_l("Cochez au moins un projet."))]
    )

    def offer(self, zones: Iterable[Pair], leads: list[Pair], projects: list[Pair]) -> None:
        self.zone_id.choices = offered([(NOBODY, "Choisir…"), *zones])
        self.lead_organisation_id.choices = offered(leads)
        self.project_ids.choices = offered(projects)

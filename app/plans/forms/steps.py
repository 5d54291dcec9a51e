"""Forms of steps."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from app.accounts.forms.fields import VersionedForm
from app.plans.forms.fields import (
    NOBODY,
    Pair,
    offered,
    optional,
    sensible_day,
)
from app.plans.kinds import (
    BarrierKind,
)
from app.plans.labels import choices


class StepForm(VersionedForm):
    """A step. Either a date, or what was said of it (« fin juin ? »)."""

    title = StringField(
        _l("Étape"), [DataRequired(_l("Dites ce qu’il y a à faire.")), Length(max=200)]
    )
    lead_organisation_id = SelectField(_l("Organisation responsable"), coerce=int)
    lead_person_id = SelectField(
        _l("Personne responsable"), coerce=int, default=NOBODY, validators=[Optional()]
    )
    due_on = DateField(_l("Échéance"), [Optional(), sensible_day])
    due_text = StringField(_l("Ou date approximative"), [Optional(), Length(max=80)])
    is_milestone = BooleanField(_l("Jalon"))
    description = TextAreaField(_l("Précisions"), [Optional(), Length(max=4000)])

    def offer(
        self, organisations: Iterable[Pair], people: Iterable[tuple[int, int, str, str]]
    ) -> None:
        self.lead_organisation_id.choices = offered(organisations)
        known: dict[int, str] = {}
        known_people = list(people)
        for _organisation_id, person_id, person, organisation in known_people:
            known.setdefault(person_id, f"{person} ({organisation})")
        self.lead_person_id.choices = optional(known.items(), "Le contact habituel")

        self._places = {(place, person) for place, person, _name, _where in known_people}

    def validate(self, extra_validators: object = None) -> bool:
        """The named person belongs to the organisation that leads: else nobody would be told."""
        valid = bool(super().validate(extra_validators))
        chosen = (self.lead_organisation_id.data, self.person)
        if chosen[1] is not None and chosen not in self._places:
            self.lead_person_id.errors = [
                _("Cette personne n’est pas de l’organisation responsable.")
            ]
            return False
        return valid

    @property
    def person(self) -> int | None:
        return self.lead_person_id.data or None


class BlockForm(FlaskForm):
    barrier = RadioField(
        _l("Qu’est-ce qui coince ?"),
        choices=offered(choices(BarrierKind)),
        validators=[DataRequired(_l("Choisissez ce qui coince."))],
    )
    note = StringField(_l("En quelques mots"), [Optional(), Length(max=400)])
    lever = StringField(_l("Ce qui débloquerait"), [Optional(), Length(max=400)])

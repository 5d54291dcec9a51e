"""Forms of plans, projects, partners, steps and flows; their messages are French."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from app.accounts.forms.fields import VersionedForm
from app.plans.kinds import (
    BarrierKind,
    FlowDirection,
    PartnerRole,
    Priority,
    ProjectKind,
    ResourceKind,
    SynergyType,
)
from app.plans.labels import SHEET_LABELS, choices
from app.sheets.values import read_money

Pair = tuple[int, str]
NOBODY = 0
MOST_DIGITS = 18


def _offered(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, text) for value, text in pairs]


def _optional(pairs: Iterable[Pair], none: str) -> list[SelectChoice]:
    return _offered([(NOBODY, none), *pairs])


class FrenchDecimalField(DecimalField):
    """A number as people type it here: « 12 000,5 », with any kind of space.

    As text: a number field takes the comma or not, as the browser's own language has it.
    """

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        plain = ["".join(value.split()).replace(",", ".") for value in valuelist]
        try:
            super().process_formdata(plain)
        except ValueError:
            raise ValueError(_("Écrivez un nombre, par exemple 12,5.")) from None
        if self.data is not None and not _is_storable(self.data):
            self.process_data(None)  # a signalling NaN cannot even be compared
            raise ValueError(_("Écrivez un nombre, par exemple 12,5."))


def _is_storable(value: Decimal) -> bool:
    """No infinity, and no power of ten that a column of numbers could not hold."""
    return value.is_finite() and abs(value.adjusted()) <= MOST_DIGITS


def sensible_day(_form: FlaskForm, field: DateField) -> None:
    """A slip of the keyboard, such as year 0026, is no deadline."""
    if field.data is not None and not 2000 <= field.data.year <= 2100:
        raise ValidationError(_("Vérifiez l’année de cette date."))


class PlanForm(FlaskForm):
    """A territory's plan begins with a title, and perhaps with ready-made axes."""

    title = StringField(
        _l("Titre du plan"), [DataRequired(_l("Donnez un titre au plan.")), Length(max=200)]
    )
    with_objectives = BooleanField(_l("Prendre pour axes les dix objectifs du scénario 3"))


class MultiCheckboxField(SelectMultipleField):
    """Several choices as boxes to tick: no key to hold, works under a thumb."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ProjectForm(VersionedForm):
    """What a project says of itself. The version travels with the text it was read with."""

    title = StringField(
        _l("Titre"), [DataRequired(_l("Donnez un titre au projet.")), Length(max=200)]
    )
    kind = RadioField(
        _l("Nature"), choices=_offered(choices(ProjectKind)), default=ProjectKind.SYNERGY
    )
    synergy_type = SelectField(
        _l("Type de synergie"),
        choices=_offered(choices(SynergyType)),
        default=SynergyType.SUBSTITUTION,
    )
    theme_id = SelectField(_l("Axe"), coerce=int, default=NOBODY)
    zone_id = SelectField(_l("Zone d’activités"), coerce=int, default=NOBODY)
    description = TextAreaField(_l("Description"), [Optional(), Length(max=8000)])

    def offer(self, themes: Iterable[Pair], zones: Iterable[Pair]) -> None:
        self.theme_id.choices = _optional(themes, "Sans axe")
        self.zone_id.choices = _optional(zones, "Tout le territoire")

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
        self.lead_organisation_id.choices = _offered(leads)
        self.co_owner_ids.choices = _offered(everyone)
        self.contributor_ids.choices = _offered(everyone)


class PartnerForm(FlaskForm):
    """An organisation and its part; the lead is handed over, never named here."""

    organisation_id = SelectField(_l("Organisation"), coerce=int)
    role = SelectField(
        _l("Rôle"),
        choices=_offered(pair for pair in choices(PartnerRole) if pair[0] != PartnerRole.LEAD),
        default=PartnerRole.CONTRIBUTOR,
    )


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
        self.lead_organisation_id.choices = _offered(organisations)
        known: dict[int, str] = {}
        known_people = list(people)
        for _organisation_id, person_id, person, organisation in known_people:
            known.setdefault(person_id, f"{person} ({organisation})")
        self.lead_person_id.choices = _optional(known.items(), "Le contact habituel")

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
        choices=_offered(choices(BarrierKind)),
        validators=[DataRequired(_l("Choisissez ce qui coince."))],
    )
    note = StringField(_l("En quelques mots"), [Optional(), Length(max=400)])


def offer_organisations(field: SelectField, organisations: Iterable[Pair]) -> None:
    """Give a field the organisations of a territory to choose from."""
    field.choices = _offered(organisations)


class FlowForm(FlaskForm):
    """What a partner proposes or looks for; a quantity comes with its unit."""

    organisation_id = SelectField(_l("Organisation"), coerce=int)
    direction = RadioField(
        _l("Sens"), choices=_offered(choices(FlowDirection)), default=FlowDirection.OUTPUT
    )
    resource = SelectField(_l("Nature"), choices=_offered(choices(ResourceKind)))
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


class CommentForm(FlaskForm):
    body = TextAreaField(
        _l("Votre message"), [DataRequired(_l("Écrivez d’abord votre message.")), Length(max=4000)]
    )


LONGEST_SHEET_TEXT = 8000
MOST_FUNDERS = 20


def _is_money(_form: FlaskForm, field: StringField) -> None:
    if field.data and read_money(field.data) is None:
        raise ValidationError(_("Écrivez un montant, par exemple 12 000,50 €."))


def _are_fundings(_form: FlaskForm, field: TextAreaField) -> None:
    if len(fundings_of(field.data or "")) > MOST_FUNDERS:
        raise ValidationError(_("Au plus 20 financeurs."))
    for line in (field.data or "").split("\n"):
        _funder, colon, amount = line.rpartition(":")
        if colon and amount.strip() and read_money(amount) is None:
            raise ValidationError(_("Écrivez par exemple : ADEME : 12 000 €."))


def fundings_of(typed: str) -> list[tuple[str, int | None]]:
    """« ADEME : 12 000 € », one a line; a funder without an amount is one all the same."""
    found: list[tuple[str, int | None]] = []
    for line in typed.split("\n"):
        funder, colon, amount = line.rpartition(":")
        name = " ".join((funder if colon else line).split())[:200]
        if name:
            found.append((name, read_money(amount) if colon else None))
    return found


class _SheetTexts(VersionedForm):
    """The texts of a tracking sheet, one field each under its own name."""


for _name, _label in SHEET_LABELS.items():
    if _name != "partners":
        setattr(
            _SheetTexts,
            _name,
            TextAreaField(_l(_label), [Optional(), Length(max=LONGEST_SHEET_TEXT)]),
        )


class SheetForm(_SheetTexts):
    """A project's tracking sheet: its period, its money, and what the tracker says of it."""

    starts_on = DateField(_l("Début"), [Optional(), sensible_day])
    ends_on = DateField(_l("Fin"), [Optional(), sensible_day])
    priority = SelectField(
        _l("Priorité"),
        choices=[SelectChoice("", _l("Non dite")), *_offered(choices(Priority))],
    )
    budget = StringField(_l("Budget prévisionnel total, HT"), [Optional(), _is_money])
    fundings = TextAreaField(_l("Financeurs"), [Optional(), _are_fundings])

    @property
    def texts(self) -> dict[str, str]:
        return {
            name: (self[name].data or "").replace("\r\n", "\n").strip()
            for name in SHEET_LABELS
            if name in self
        }
